from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "anyuan.foundation.access"
    label = "access"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from anyuan.foundation.org.public import on_leave
        from anyuan.foundation.ui.public import MenuItem, frame

        from .actions.departure import leave_access

        on_leave(leave_access)
        frame.add_to_menu(
            MenuItem(_("Change my password"), "access:password", "key"),
            MenuItem(_("Log out"), "access:logout", "logout", post=True),
        )
