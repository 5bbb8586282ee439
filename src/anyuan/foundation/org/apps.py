from django.apps import AppConfig


class OrgConfig(AppConfig):
    name = "anyuan.foundation.org"
    label = "org"

    def ready(self) -> None:
        from anyuan.foundation.journal.public import know_units

        from .naming import names_by_path, units_named

        know_units(names_by_path, units_named)
