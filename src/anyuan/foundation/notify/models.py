"""Who was told what, and the ladders of reminders that climb by the clock."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from anyuan.foundation.journal.public import Entry, PathField
from anyuan.foundation.kernel.public import Row, clock
from anyuan.foundation.org.public import Person


class Level(models.TextChoices):
    """How much a notice asks of its reader."""

    INFO = "info", pgettext_lazy("notice", "For information")
    TODO = "todo", pgettext_lazy("notice", "To do")
    ALARM = "alarm", _("Urgent")


class Notice(Row):
    """One journal entry told to one person. ``seq`` is the entry's place in the trail."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="+")
    seq = models.BigIntegerField()
    text = models.TextField()
    url = models.TextField()
    level = models.CharField(max_length=5, choices=Level.choices, default=Level.INFO)
    made_at = models.DateTimeField()
    """When the thing was written into the journal, not when the notice was delivered."""
    read_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "notify_notice"
        constraints = [models.UniqueConstraint(fields=["entry", "person"], name="notify_told_once")]
        indexes = [
            models.Index(fields=["person", "seq"], name="notify_person"),
            models.Index(fields=["person", "url"], condition=Q(read_at__isnull=True), name="notify_unread"),
        ]

    def __str__(self) -> str:
        return self.text


class Ladder(Row):
    """The reminders still to come about one business row; replaced or cleared with its state.

    ``rungs`` holds each rung with its own ``next`` instant; ``next_rung_at`` is the earliest of them.
    ``position`` grows with every change of the ladder: who saw position 5 and wants to climb, updates
    where it still is 5, or somebody else was first.
    """

    subject_kind = models.CharField(max_length=40)
    subject_id = models.UUIDField()
    path = PathField()
    domain = models.CharField(max_length=20, default="", blank=True)
    rungs = models.JSONField()
    position = models.BigIntegerField(default=0)
    next_rung_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField(default=clock.now)

    objects: ClassVar[models.Manager[Ladder]] = models.Manager()

    class Meta:
        db_table = "notify_ladder"
        constraints = [
            models.UniqueConstraint(fields=["subject_kind", "subject_id"], name="notify_one_ladder")
        ]
        indexes = [
            models.Index(fields=["next_rung_at"], condition=Q(next_rung_at__isnull=False), name="notify_due")
        ]
