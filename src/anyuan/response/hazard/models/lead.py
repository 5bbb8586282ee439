"""A quick snap (随手拍): photo, place, send. A lead is not yet a hazard."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q, TextChoices
from django.utils.translation import pgettext_lazy

from anyuan.foundation.kernel.public import Actor, Scoped
from anyuan.foundation.org.public import Person, Place, Unit

from ..permits import VIEW
from .hazard import Hazard


class LeadState(TextChoices):
    OPEN = "open", pgettext_lazy("lead", "To verify")
    COMPLETED = "completed", pgettext_lazy("lead", "Became a hazard")
    DISMISSED = "dismissed", pgettext_lazy("lead", "Dismissed")


class Lead(Scoped):
    """An unverified report (线索) until the safety officer completes or dismisses it with a reason."""

    view_verb: ClassVar[str] = VIEW

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="leads", db_index=False)
    place = models.ForeignKey(Place, models.PROTECT, null=True, blank=True, related_name="+")
    place_text = models.CharField(max_length=80, default="", blank=True)
    text = models.TextField(default="", blank=True)
    state = models.CharField(max_length=10, choices=LeadState.choices, default=LeadState.OPEN)
    reporter = models.ForeignKey(Person, models.PROTECT, null=True, related_name="leads")
    reporter_name = models.CharField(max_length=80)
    found_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    hazard = models.OneToOneField(Hazard, models.PROTECT, null=True, related_name="lead")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    reason = models.TextField(default="", blank=True)

    class Meta(Scoped.Meta):
        db_table = "hazard_lead"
        indexes = [
            models.Index(fields=["unit", "id"], condition=Q(state="open"), name="hazard_lead_open"),
            models.Index(fields=["unit", "-id"], name="hazard_lead_unit"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="completed") | Q(hazard__isnull=False), name="hazard_lead_completed"
            ),
            models.CheckConstraint(
                condition=~Q(state="dismissed") | ~Q(reason=""), name="hazard_lead_dismissed"
            ),
        ]

    @classmethod
    def assigned_to(cls, actor: Actor) -> Q:
        """Who reported it sees what became of it."""
        return Q(reporter=actor.person_id) if actor.person_id else Q(pk__in=[])

    @property
    def url(self) -> str:
        """Its page."""
        return f"/leads/{self.pk}/"
