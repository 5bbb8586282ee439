from django.apps import AppConfig


class JournalConfig(AppConfig):
    name = "anyuan.foundation.journal"
    label = "journal"
