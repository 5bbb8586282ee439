from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "anyuan.edge.desk"
    label = "desk"

    def ready(self) -> None:
        from anyuan.foundation.org.public import offer_at_place
        from anyuan.rules.ledger.public import show_receipts_by

        from .offers import offers_here
        from .web.duties import receipt_address

        offer_at_place(offers_here)
        show_receipts_by(receipt_address)
