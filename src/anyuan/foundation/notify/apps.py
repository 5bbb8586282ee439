from django.apps import AppConfig


class NotifyConfig(AppConfig):
    name = "anyuan.foundation.notify"
    label = "notify"

    def ready(self) -> None:
        from anyuan.foundation.journal.public import follow
        from anyuan.foundation.ui.public import frame

        from .delivery import deliver
        from .queries import unread_count

        follow("notices", deliver)
        frame.count_unread_by(unread_count)
        frame.live("/live/notices", "notify:list")
