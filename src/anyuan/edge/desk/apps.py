from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "anyuan.edge.desk"
    label = "desk"

    def ready(self) -> None:
        from anyuan.foundation.org.public import offer_at_place

        from .offers import offers_here

        offer_at_place(offers_here)
