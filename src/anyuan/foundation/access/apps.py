from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "anyuan.foundation.access"
    label = "access"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from anyuan.foundation.ui.public import MenuItem, frame

        frame.add_to_menu(
            MenuItem(_("Change my password"), "access:password", "key"),
            MenuItem(_("Log out"), "access:logout", "logout", post=True),
        )
