"""Registers say what a record holds; records say what was done, when, where and by whom."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from anyuan.foundation.kernel.public import Actor, Row, Scoped
from anyuan.foundation.org.public import POSTS, Person, Place, Unit
from anyuan.rules.policy.public import Checklist

from .permits import LEDGER_VIEW
from .states import STANDING, State


class Register(Row):
    """One version of a ledger's definition. A record keeps the version it was made with."""

    code = models.CharField(max_length=60)
    version = models.IntegerField()
    digest = models.CharField(max_length=64)
    title = models.CharField(max_length=100)
    title_en = models.CharField(max_length=100, default="", blank=True)
    subject = models.CharField(max_length=12, default="unit")
    """What one record is about: the unit itself, or a place."""
    fields = models.JSONField()
    """A list of field definitions, see ``fields.Field``."""
    needs_evidence = models.BooleanField(default=False)

    class Meta:
        db_table = "ledger_register"
        constraints = [models.UniqueConstraint(fields=["code", "version"], name="ledger_register_version")]

    def __str__(self) -> str:
        return self.title


class Route(Scoped):
    """A round a unit walks every school day: which places, who, until when.

    A unit without a route of its own walks one round a day over every place that is on rounds.
    """

    view_verb: ClassVar[str] = LEDGER_VIEW

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="routes")
    code = models.CharField(max_length=20)
    title = models.CharField(max_length=40)
    post = models.CharField(max_length=24, choices=[(code, post.name) for code, post in POSTS.items()])
    until = models.TimeField(null=True, blank=True)
    """The clock time by which it is done (empty: the end of the day)."""
    place_kinds = models.JSONField(default=list)
    """Only places of these kinds; empty: every place that is on rounds."""
    active = models.BooleanField(default=True)

    class Meta(Scoped.Meta):
        db_table = "ledger_route"
        constraints = [models.UniqueConstraint(fields=["unit", "code"], name="ledger_route_code")]


class Record(Scoped):
    """One entry of a ledger. ``occurred_at`` is when it was done, ``recorded_at`` when it was entered."""

    view_verb: ClassVar[str] = LEDGER_VIEW
    scope_domain: ClassVar[str] = "domain"

    register = models.ForeignKey(Register, models.PROTECT, related_name="records")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="records")
    place = models.ForeignKey(Place, models.PROTECT, null=True, blank=True, related_name="records")
    checklist = models.ForeignKey(Checklist, models.PROTECT, null=True, blank=True, related_name="records")
    """The checklist version that was answered."""
    domain = models.CharField(max_length=20)
    state = models.CharField(max_length=12, choices=State.choices, default=State.VALID)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="records")
    """Who did it: the signer of a proxy entry, otherwise who entered it."""
    person_name = models.CharField(max_length=80)
    entered_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    entered_name = models.CharField(max_length=80)
    data = models.JSONField()
    slot = models.CharField(max_length=60, default="", blank=True)
    """Filled for what is done once, such as ``round:day:2026-11-21``."""
    supersedes = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="superseded_by"
    )
    reason = models.CharField(max_length=200, default="", blank=True)
    """Why it was voided, refused or replaced."""

    class Meta(Scoped.Meta):
        db_table = "ledger_record"
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "slot"],
                condition=~Q(slot="") & Q(state__in=[s.value for s in STANDING]),
                name="ledger_record_slot",
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "register", "-occurred_at", "-id"], name="ledger_record_list"),
            models.Index(fields=["-occurred_at", "-id"], name="ledger_record_time"),
            models.Index(fields=["place", "-occurred_at"], name="ledger_record_place"),
        ]

    @classmethod
    def assigned_to(cls, actor: Actor) -> Q:
        """Who did it or entered it sees it."""
        if actor.person_id is None:
            return Q(pk__in=[])
        return Q(person_id=actor.person_id) | Q(entered_by_id=actor.person_id)

    @property
    def by_proxy(self) -> bool:
        """Entered for somebody who signed on paper."""
        return None not in (self.person_id, self.entered_by_id) and self.person_id != self.entered_by_id

    @property
    def made_up(self) -> bool:
        """A round walked on a later day than the one it was due on: late is late."""
        return bool(self.data.get("made_up"))
