from django.apps import AppConfig


class ComplianceConfig(AppConfig):
    name = "anyuan.rules.compliance"
    label = "compliance"

    def ready(self) -> None:
        from anyuan.foundation.journal.public import follow

        from .actions.following import follow_journal

        follow("compliance", follow_journal)
