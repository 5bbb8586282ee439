"""One case teaches all (举一反三): the same question put to every unit with the same kind of place."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q, TextChoices
from django.utils.translation import pgettext_lazy

from anyuan.foundation.kernel.public import Scoped
from anyuan.foundation.org.public import Person, PlaceKind, Unit

from ..permits import VIEW
from .hazard import Hazard


class SameCheckState(TextChoices):
    OPEN = "open", pgettext_lazy("same check", "To check")
    CLEAR = "clear", pgettext_lazy("same check", "Not found here")
    FOUND = "found", pgettext_lazy("same check", "Found here too")


class SameCheck(Scoped):
    """One unit must look whether it has what was found elsewhere."""

    view_verb: ClassVar[str] = VIEW

    origin = models.ForeignKey(Hazard, models.PROTECT, related_name="same_checks", db_index=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    place_kind = models.CharField(max_length=20, choices=PlaceKind.choices)
    what = models.TextField()
    state = models.CharField(max_length=6, choices=SameCheckState.choices, default=SameCheckState.OPEN)
    asked_at = models.DateTimeField()
    asked_name = models.CharField(max_length=80)
    due_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    answer = models.TextField(default="", blank=True)
    hazard = models.OneToOneField(Hazard, models.PROTECT, null=True, related_name="same_check")

    @property
    def url(self) -> str:
        """Its page."""
        return f"/same-checks/{self.pk}/"

    class Meta(Scoped.Meta):
        db_table = "hazard_same_check"
        constraints = [
            models.UniqueConstraint(fields=["origin", "unit"], name="hazard_same_check_once"),
            models.CheckConstraint(
                condition=~Q(state="found") | Q(hazard__isnull=False), name="hazard_same_check_found"
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "due_at"], condition=Q(state="open"), name="hazard_same_check_open")
        ]
