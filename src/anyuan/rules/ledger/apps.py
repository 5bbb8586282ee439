from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "anyuan.rules.ledger"
    label = "ledger"

    def ready(self) -> None:
        from anyuan.foundation.files.public import register_subject

        from .queries import may_view

        register_subject("ledger.Record", may_view)
