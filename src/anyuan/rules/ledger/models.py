"""Registers say what a record holds; records say what was done, when, where and by whom."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from anyuan.foundation.kernel.public import Actor, Row, Scoped
from anyuan.foundation.org.public import POSTS, Domain, Person, Place, Unit
from anyuan.rules.policy.public import Checklist

from .permits import LEDGER_VIEW
from .states import STANDING, FactSource, State, SubjectKind


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
    domain = models.CharField(max_length=20, default=Domain.GENERAL)
    post = models.CharField(max_length=24, default="", blank=True)
    """Who keeps it (a post of the organisation's list); empty: whoever may record."""
    expires = models.CharField(max_length=60, default="", blank=True)
    """The field that holds the last day a record is good for; empty: records do not expire."""
    help = models.CharField(max_length=400, default="", blank=True)
    help_en = models.CharField(max_length=400, default="", blank=True)

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


class Subject(Scoped):
    """What a requirement asks of apart from the unit as a whole: a class, a dormitory, a vehicle ...

    Stages, places and posts follow the organisation; the others are kept by the unit. ``code`` never
    changes and is unique per unit and kind. A subject exists from ``valid_from`` (empty: always) to
    ``valid_to`` (half-open; empty: still).
    """

    view_verb: ClassVar[str] = LEDGER_VIEW

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="subjects")
    kind = models.CharField(max_length=12, choices=SubjectKind.choices)
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=80)
    attributes = models.JSONField(default=dict)
    """Fact key → value as the organisation or an import gave it; a declared fact goes before it."""
    facts = models.JSONField(default=dict)
    """Fact key → value today, derived ones too; an absent key is unknown. Rebuilt by ``refresh_facts``."""
    place = models.ForeignKey(Place, models.PROTECT, null=True, blank=True, related_name="subjects")
    keeper = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="kept_subjects")
    """Who keeps it: the class teacher, the dormitory manager. May see it and write its records."""
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)

    class Meta(Scoped.Meta):
        db_table = "ledger_subject"
        constraints = [
            models.UniqueConstraint(fields=["unit", "kind", "code"], name="ledger_subject_code"),
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True)
                | Q(valid_to__isnull=True)
                | Q(valid_to__gte=F("valid_from")),
                name="ledger_subject_order",
            ),
        ]
        indexes = [models.Index(fields=["place"], name="ledger_subject_place")]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def assigned_to(cls, actor: Actor) -> Q:
        """Whoever keeps it sees it."""
        return Q(keeper_id=actor.person_id) if actor.person_id else Q(pk__in=[])

    @classmethod
    def standing(cls, day: date) -> Q:
        """The subjects that exist on ``day``."""
        return (Q(valid_from__isnull=True) | Q(valid_from__lte=day)) & (
            Q(valid_to__isnull=True) | Q(valid_to__gt=day)
        )


class FactValue(Scoped):
    """What was said about a unit or one of its subjects, on two time axes.

    It held from ``valid_from`` to ``valid_to`` (half-open; empty: still); it was believed from
    ``recorded_at`` to ``superseded_at``. A correction ends the belief and adds a row; nothing else changes.
    """

    view_verb: ClassVar[str] = LEDGER_VIEW

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="fact_values")
    subject = models.ForeignKey(Subject, models.PROTECT, null=True, blank=True, related_name="fact_values")
    key = models.CharField(max_length=60)
    value = models.JSONField()
    """A number, true or false, a text, or an ISO day, as the fact's definition says."""
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    recorded_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_name = models.CharField(max_length=80)
    confirmed_until = models.DateField(null=True, blank=True)
    """The last day it is taken as true without being confirmed again; empty: without end."""
    source = models.CharField(max_length=12, choices=FactSource.choices, default=FactSource.DECLARED)
    superseded_at = models.DateTimeField(null=True, blank=True)

    class Meta(Scoped.Meta):
        db_table = "ledger_fact_value"
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "subject", "key", "valid_from"],
                condition=Q(superseded_at__isnull=True),
                nulls_distinct=False,
                name="ledger_fact_believed",
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")), name="ledger_fact_order"
            ),
        ]
        indexes = [models.Index(fields=["unit", "key", "-recorded_at"], name="ledger_fact_history")]

    @classmethod
    def holding(cls, day: date) -> Q:
        """The values that hold on ``day``, confirmed still or not."""
        return Q(valid_from__lte=day) & (Q(valid_to__isnull=True) | Q(valid_to__gt=day))

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


ALWAYS = date.min
"""The first day of what held as long as anybody knows."""


class UnitFacts(models.Model):
    """The facts of a unit today, one row: what compliance reads. Rebuilt by ``refresh_facts``, never edited.

    It is derived and so not traced: what it says is proved by deriving it again.
    """

    unit = models.OneToOneField(Unit, models.CASCADE, primary_key=True, related_name="facts_now")
    facts = models.JSONField(default=dict)
    """Fact key → number, boolean, text or ISO day; an absent key is unknown."""
    refreshed_at = models.DateTimeField()
    """When ``facts`` last changed."""
    since = models.DateField(default=ALWAYS)
    """The first day on which ``facts`` held: the end of the last :class:`FactsSpan`, if there is one."""
    seen_on = models.DateField(default=ALWAYS)
    """The last day on which ``facts`` was found right."""
    org = models.JSONField(default=dict)
    """What the organisation said of the unit, which keeps no past of its own."""

    class Meta:
        db_table = "ledger_unit_facts"


class FactsSpan(models.Model):
    """The facts of a unit on the days from ``starts`` to ``ends`` (half-open), all of them in the past.

    The spans of a unit follow each other without a gap, up to the ``since`` of its :class:`UnitFacts`. What
    is known now of those days stands here: a correction of the past is written through by ``refresh_facts``.
    """

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="facts_past", db_index=False)
    starts = models.DateField()
    """``ALWAYS`` in the first one of a unit."""
    ends = models.DateField()
    facts = models.JSONField()
    """Like ``UnitFacts.facts``."""
    org = models.JSONField()
    """Like ``UnitFacts.org``."""

    class Meta:
        db_table = "ledger_facts_span"
        constraints = [
            models.UniqueConstraint(fields=["unit", "ends"], name="ledger_facts_span_ends"),
            models.UniqueConstraint(fields=["unit", "starts"], name="ledger_facts_span_starts"),
            models.CheckConstraint(condition=Q(ends__gt=F("starts")), name="ledger_facts_span_order"),
        ]


class FactsDoubt(models.Model):
    """Something was entered that says another past of a unit's facts from ``since`` on.

    Written with what was entered, gone when ``refresh_facts`` has written it through.
    """

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="+")
    since = models.DateField()

    class Meta:
        db_table = "ledger_facts_doubt"


class LateAllowance(Scoped):
    """How many days after the day it was done an entry still counts at once, at a node and below.

    The smallest on the way down to a unit holds; without any it is ``allowance.BACKFILL_DAYS``.
    """

    view_verb: ClassVar[str] = LEDGER_VIEW

    unit = models.OneToOneField(Unit, models.PROTECT, related_name="late_allowance")
    days = models.IntegerField(null=True)
    """Null: it says nothing any more."""
    basis = models.CharField(max_length=200, blank=True)
    """The paper or decision it rests on."""

    class Meta(Scoped.Meta):
        db_table = "ledger_late_allowance"
        constraints = [
            models.CheckConstraint(condition=Q(days__gte=0, days__lte=60), name="ledger_late_allowance_days")
        ]


class Record(Scoped):
    """One entry of a ledger. ``occurred_at`` is when it was done, ``recorded_at`` when it was entered."""

    view_verb: ClassVar[str] = LEDGER_VIEW
    scope_domain: ClassVar[str] = "domain"

    register = models.ForeignKey(Register, models.PROTECT, related_name="records")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="records")
    place = models.ForeignKey(Place, models.PROTECT, null=True, blank=True, related_name="records")
    subject = models.ForeignKey(Subject, models.PROTECT, null=True, blank=True, related_name="records")
    """The class, dormitory, vehicle ... it is about, where the register is kept per subject."""
    checklist = models.ForeignKey(Checklist, models.PROTECT, null=True, blank=True, related_name="records")
    """The checklist version that was answered."""
    domain = models.CharField(max_length=20)
    state = models.CharField(max_length=12, choices=State.choices, default=State.VALID)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    stands_for = models.DateField(null=True, blank=True)
    """The earlier day it was due on, when it was made up later (补做); empty: done in its own time."""
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="records")
    """Who did it: the signer of a proxy entry, otherwise who entered it."""
    person_name = models.CharField(max_length=80)
    entered_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    entered_name = models.CharField(max_length=80)
    data = models.JSONField()
    slot = models.CharField(max_length=60, default="", blank=True)
    """Filled for what is done once, such as ``round:day:2026-11-21``."""
    supersedes = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="corrections")
    """The record it corrects: that one's place is taken when this one becomes valid."""
    reason = models.CharField(max_length=200, default="", blank=True)
    """Why it was voided, refused or replaced; of a correction that waits, why it was handed in."""
    void_asked_at = models.DateTimeField(null=True, blank=True)
    """When it was asked that it is voided; empty again once somebody decided to keep it."""

    class Meta(Scoped.Meta):
        db_table = "ledger_record"
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "slot"],
                condition=~Q(slot="") & Q(state__in=[s.value for s in STANDING]),
                name="ledger_record_slot",
            ),
            models.UniqueConstraint(
                fields=["supersedes"],
                condition=~Q(state=State.REFUSED.value),
                name="ledger_record_one_correction",
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "register", "-occurred_at", "-id"], name="ledger_record_list"),
            models.Index(fields=["-occurred_at", "-id"], name="ledger_record_time"),
            models.Index(fields=["place", "-occurred_at"], name="ledger_record_place"),
            models.Index(fields=["register", "unit", "occurred_at"], name="ledger_record_duty"),
            models.Index(
                fields=["register", "unit", "stands_for"],
                condition=Q(stands_for__isnull=False),
                name="ledger_record_made_up",
            ),
            models.Index(
                fields=["unit", "-occurred_at"],
                condition=Q(state=State.PENDING.value) | Q(void_asked_at__isnull=False),
                name="ledger_record_undecided",
            ),
        ]

    @classmethod
    def assigned_to(cls, actor: Actor) -> Q:
        """Who did it or entered it sees it."""
        if actor.person_id is None:
            return Q(pk__in=[])
        return Q(person_id=actor.person_id) | Q(entered_by_id=actor.person_id)

    @property
    def by_proxy(self) -> bool:
        """Entered for somebody who signed on paper; who corrects an entry speaks for himself."""
        people = (self.person_id, self.entered_by_id)
        return self.supersedes_id is None and None not in people and self.person_id != self.entered_by_id

    @property
    def waits_to_correct(self) -> bool:
        """A correction that counts, and takes the other one's place, once a second person approves it."""
        return self.supersedes_id is not None and self.state == State.PENDING

    @property
    def void_asked(self) -> bool:
        """A request that it is voided waits."""
        return self.void_asked_at is not None and self.state in STANDING

    @property
    def made_up(self) -> bool:
        """Done on a later day than the one it was due on: late is late."""
        return self.stands_for is not None
