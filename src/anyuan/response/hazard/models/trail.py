"""What hangs on a hazard: steps, watch log, extensions, hand-overs, delegations; and the number counter."""

from __future__ import annotations

from typing import ClassVar

from django.db import connection, models
from django.db.models import Q

from anyuan.foundation.kernel.public import Row
from anyuan.foundation.org.public import Person, Unit

from ..states import Move, State
from .hazard import Hazard


class Step(Row):
    """One move of one hazard as people read it: who, when, from where to where, in which words.

    The journal is the proof; steps are the hazard's own history, written in the same transaction, also
    for hazards loaded in bulk, where one journal entry covers a batch (``entry_id``).
    """

    hazard = models.ForeignKey(Hazard, models.PROTECT, related_name="steps", db_index=False)
    order = models.IntegerField()
    move = models.CharField(max_length=20, choices=Move.choices)
    from_state = models.CharField(max_length=12, choices=State.choices, default="", blank=True)
    to_state = models.CharField(max_length=12, choices=State.choices)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    name = models.CharField(max_length=80)
    entered_by = models.CharField(max_length=80, default="", blank=True)
    """Who typed it, when that is not the person who acted (代录)."""
    sentence = models.TextField()
    reason = models.TextField(default="", blank=True)
    entry_id = models.BigIntegerField(null=True)

    class Meta:
        db_table = "hazard_step"
        constraints = [models.UniqueConstraint(fields=["hazard", "order"], name="hazard_step_order")]

    @property
    def recorded_later(self) -> bool:
        return self.recorded_at.date() != self.occurred_at.date()


class WatchNote(Row):
    """A line of the watch log (盯防记录)."""

    hazard = models.ForeignKey(Hazard, models.PROTECT, related_name="watch_notes")
    at = models.DateTimeField()
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    name = models.CharField(max_length=80)
    text = models.TextField()
    in_force = models.BooleanField()
    """Whether the interim protection was found standing."""

    class Meta:
        db_table = "hazard_watch_note"
        ordering = ["-at"]


class Extension(Row):
    """A request for more time. ``granted`` is null until it is decided."""

    hazard = models.ForeignKey(Hazard, models.PROTECT, related_name="extension_requests")
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    asked_name = models.CharField(max_length=80)
    reason = models.TextField()
    old_due_at = models.DateTimeField()
    new_due_at = models.DateTimeField()
    decide_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    granted = models.BooleanField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    decided_name = models.CharField(max_length=80, default="", blank=True)
    answer = models.TextField(default="", blank=True)

    class Meta:
        db_table = "hazard_extension"
        ordering = ["-asked_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["hazard"], condition=Q(granted__isnull=True), name="hazard_one_extension"
            )
        ]
        indexes = [
            models.Index(fields=["decide_unit"], condition=Q(granted__isnull=True), name="hazard_to_extend")
        ]


class HandOver(Row):
    """A hazard changes its owner (移交), or government is asked to coordinate (提请协调)."""

    KINDS: ClassVar[tuple[str, str]] = ("refer", "coordinate")

    hazard = models.ForeignKey(Hazard, models.PROTECT, related_name="hand_overs")
    kind = models.CharField(max_length=12)
    from_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    to_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    reason = models.TextField()
    at = models.DateTimeField()
    by_name = models.CharField(max_length=80)
    taken = models.BooleanField(null=True)
    """null until the new owner answers; False gives it back."""
    answered_at = models.DateTimeField(null=True)
    answered_name = models.CharField(max_length=80, default="", blank=True)
    answer = models.TextField(default="", blank=True)

    class Meta:
        db_table = "hazard_hand_over"
        ordering = ["-at"]
        constraints = [
            models.UniqueConstraint(
                fields=["hazard"], condition=Q(taken__isnull=True), name="hazard_one_hand_over"
            )
        ]


class Delegation(Row):
    """The accepting body delegates the re-check in writing; a new one ends the one before."""

    hazard = models.ForeignKey(Hazard, models.PROTECT, related_name="delegations")
    from_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    to_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    document = models.CharField(max_length=120)
    """Number or title of the written delegation."""
    at = models.DateTimeField()
    by_name = models.CharField(max_length=80)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "hazard_delegation"
        ordering = ["-at"]


class NumberCounter(models.Model):
    """The last number given out, per key. Taken late in an action: the row is locked until commit."""

    key = models.CharField(max_length=40, primary_key=True)
    value = models.BigIntegerField(default=0)

    class Meta:
        db_table = "hazard_number_counter"

    @staticmethod
    def take(key: str, count: int = 1) -> int:
        """Reserve ``count`` numbers under ``key``; gives the first."""
        with connection.cursor() as cursor:
            cursor.execute(
                "insert into hazard_number_counter (key, value) values (%s, %s) on conflict (key)"
                " do update set value = hazard_number_counter.value + excluded.value returning value",
                [key, count],
            )
            (last,) = cursor.fetchone()
        return int(last) - count + 1
