"""The last answer for every requirement of every unit, and what the answers add up to."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.urls import reverse

from anyuan.foundation.kernel.public import Row, Scoped
from anyuan.foundation.org.public import Domain, Unit
from anyuan.rules.ledger.public import Subject
from anyuan.rules.policy.public import Area, Requirement

from .permits import COMPLIANCE_VIEW
from .states import State


class Verdict(Scoped):
    """What one requirement comes to for a unit (or one of its subjects) in one period.

    Derived, never edited and so not traced: ``anyuan compliance rebuild --check`` proves it by deriving it
    again. Its id is made of what it is about and so stays when it is derived anew.
    """

    view_verb: ClassVar[str] = COMPLIANCE_VIEW
    scope_domain: ClassVar[str] = "domain"

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="verdicts")
    requirement = models.ForeignKey(Requirement, models.CASCADE, related_name="verdicts")
    """In the version that is in force."""
    key = models.CharField(max_length=121)
    area = models.CharField(max_length=12, choices=Area.choices)
    domain = models.CharField(max_length=20, choices=Domain.choices)
    subject = models.ForeignKey(Subject, models.CASCADE, null=True, blank=True, related_name="verdicts")
    subject_code = models.CharField(max_length=40, default="", blank=True)
    period = models.CharField(max_length=40, default="", blank=True)
    """The period's key; empty for a standard."""
    starts = models.DateField(null=True, blank=True)
    ends = models.DateField(null=True, blank=True)
    """The first day after the period."""
    due_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=16, choices=State.choices)
    need = models.FloatField(null=True, blank=True)
    have = models.FloatField(null=True, blank=True)
    """A number, or 1 and 0 for yes and no."""
    missing = models.JSONField(default=list)
    """Keys of absent facts; ``subject:<kind>`` where none is entered; what the calendar lacks."""
    reason = models.CharField(max_length=20, default="", blank=True)
    """Why it is unknown or excused: missing, subject, division-by-zero, overflow, calendar, applies;
    vacation, holiday, no-school-day, begun."""
    records = ArrayField(models.UUIDField(), default=list)
    """The newest records that count, at most 50."""
    standing = models.BooleanField()
    """Whether it still speaks for the unit: standards, the running period, and what is late or was just
    missed. The others are history."""
    leads = models.BooleanField(default=True, db_default=True)
    """Whether it speaks for its unit, requirement and period: of one row per subject the worst. What counts,
    counts rows that lead; the others are shown below their leader."""
    derived_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    """When the state last changed."""

    class Meta(Scoped.Meta):
        db_table = "compliance_verdict"
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "key", "subject_code", "period"], name="compliance_verdict_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["unit", "area", "leads"],
                condition=models.Q(standing=True),
                name="compliance_standing",
            ),
            models.Index(
                fields=["unit", "key"],
                condition=models.Q(state__in=["unmet", "late"], standing=True),
                name="compliance_open",
            ),
            models.Index(
                fields=["unit", "key", "period"], condition=models.Q(leads=False), name="compliance_behind"
            ),
        ]

    @property
    def url(self) -> str:
        return reverse("compliance:verdict", args=[self.pk])


class Tally(Scoped):
    """How many standing verdicts that lead a unit has in each state, per area and domain; kept with them."""

    view_verb: ClassVar[str] = COMPLIANCE_VIEW
    scope_domain: ClassVar[str] = "domain"

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="tallies")
    area = models.CharField(max_length=12, choices=Area.choices)
    domain = models.CharField(max_length=20, choices=Domain.choices)
    met = models.IntegerField(default=0)
    made_up = models.IntegerField(default=0)
    unmet = models.IntegerField(default=0)
    late = models.IntegerField(default=0)
    unknown = models.IntegerField(default=0)
    due = models.IntegerField(default=0)
    excused = models.IntegerField(default=0)
    not_applicable = models.IntegerField(default=0)

    class Meta(Scoped.Meta):
        db_table = "compliance_tally"
        constraints = [
            models.UniqueConstraint(fields=["unit", "area", "domain"], name="compliance_tally_once")
        ]


class Ended(Scoped):
    """How the periods of a unit's duties that ended in a month (``2026-11``) came out: verdicts that lead.

    One row has no area and no domain: all of them together, which is what most readers look at.
    """

    view_verb: ClassVar[str] = COMPLIANCE_VIEW
    scope_domain: ClassVar[str] = "domain"

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="+", db_index=False)
    month = models.CharField(max_length=7)
    area = models.CharField(max_length=12, choices=Area.choices)
    domain = models.CharField(max_length=20, choices=Domain.choices)
    met = models.IntegerField(default=0)
    made_up = models.IntegerField(default=0)
    unmet = models.IntegerField(default=0)
    late = models.IntegerField(default=0)
    unknown = models.IntegerField(default=0)
    excused = models.IntegerField(default=0)

    class Meta(Scoped.Meta):
        db_table = "compliance_ended"
        constraints = [
            models.UniqueConstraint(fields=["unit", "month", "area", "domain"], name="compliance_ended_once")
        ]
        indexes = [
            models.Index(
                fields=["month"],
                include=["unit", "met", "made_up", "unmet", "late", "unknown", "excused"],
                condition=models.Q(area=""),
                name="compliance_ended_whole",
            )
        ]


class Night(Row):
    """A day that was derived at its beginning."""

    day = models.DateField(unique=True)
    done_at = models.DateTimeField(null=True)
    changed = models.IntegerField(default=0)
    seq = models.BigIntegerField(default=0)
    """The last entry of the trail that was sealed before: what it said is in what was derived."""

    class Meta:
        db_table = "compliance_night"
