from uuid import UUID

from django.apps import AppConfig


class HazardConfig(AppConfig):
    name = "anyuan.response.hazard"
    label = "hazard"

    def ready(self) -> None:
        from anyuan.foundation.files.public import register_subject
        from anyuan.foundation.journal.public import follow, name_values
        from anyuan.foundation.kernel.public import Actor
        from anyuan.foundation.org.public import on_leave, on_move

        from . import labels
        from .actions.proposals import propose_after
        from .actions.upkeep import follow_move, hand_over_tasks
        from .models import Hazard, Lead

        def sees_hazard(actor: Actor, key: UUID) -> bool:
            return Hazard.seen(actor, key) is not None

        def sees_lead(actor: Actor, key: UUID) -> bool:
            return Lead.objects.visible_to(actor).filter(pk=key).exists()

        follow("hazard.proposals", propose_after)
        register_subject("hazard.Hazard", sees_hazard)
        register_subject("hazard.Lead", sees_lead)
        name_values("hazard", labels.FIELDS, labels.VALUES)
        on_leave(hand_over_tasks)
        on_move(follow_move)
