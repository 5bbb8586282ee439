from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "anyuan.rules.ledger"
    label = "ledger"
