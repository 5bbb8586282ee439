"""The hazard: one row, one state field, everything the loop must still know when it is closed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar
from uuid import UUID

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import F, Q

from anyuan.foundation.kernel.public import Actor, Scoped, clock
from anyuan.foundation.org.public import Domain, Person, Place, Unit
from anyuan.rules.policy.public import CheckItem

from ..permits import VIEW
from ..states import OPEN, WORKING, AcceptBy, Cause, Dismissal, Grade, Level, Source, State

_OPEN = Q(state__in=[str(s) for s in OPEN])

if TYPE_CHECKING:
    _Person = models.ForeignKey[Person | None, Person | None]
    _Unit = models.ForeignKey[Unit | None, Unit | None]


def _person() -> _Person:
    return models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)


def _unit() -> _Unit:
    return models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)


class Hazard(Scoped):
    """A hazard (隐患). Instants with ``_at`` are when it happened; ``recorded_at`` is when it was entered.

    ``accept_unit`` is always the body that must accept, and ``accept_by`` why it is that one. Deadlines are
    half-open: late is ``now >= due_at``. ``first_due_at`` is the deadline the grade gave and never moves
    with an extension.
    """

    scope_domain: ClassVar[str] = "domain"
    view_verb: ClassVar[str] = VIEW

    number = models.CharField(max_length=20, unique=True)
    version = models.IntegerField(default=1)
    """One more with every move: a page that shows version 3 cannot act on version 4."""
    state = models.CharField(max_length=12, choices=State.choices, default=State.REGISTERED)

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="hazards", db_index=False)
    place = models.ForeignKey(Place, models.PROTECT, null=True, blank=True, related_name="hazards")
    place_text = models.CharField(max_length=80, default="", blank=True)
    title = models.CharField(max_length=100)
    description = models.TextField(default="", blank=True)
    domain = models.CharField(max_length=20, choices=Domain.choices)
    cause = models.CharField(max_length=12, choices=Cause.choices, default="", blank=True)
    grade = models.CharField(max_length=8, choices=Grade.choices, default="", blank=True)

    source = models.CharField(max_length=12, choices=Source.choices, default=Source.SELF)
    source_record = models.UUIDField(null=True, blank=True)
    """The ledger record, lead, alarm or incident it comes from; ``source`` says which."""
    check_item = models.ForeignKey(
        CheckItem, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    clause_ref = models.CharField(max_length=120, default="", blank=True)
    requirement_key = models.CharField(max_length=121, default="", blank=True)
    """The unmet requirement it stands for (see ``Proposal``), with the subject it is unmet at."""
    subject_code = models.CharField(max_length=60, default="", blank=True)
    own_days = models.SmallIntegerField(null=True, blank=True)
    """Working days its requirement gives in place of those of a general hazard."""
    finder_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    finder = _person()
    finder_name = models.CharField(max_length=40, default="", blank=True)
    registered_by = _person()
    found_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    moved_at = models.DateTimeField()
    """When the last change of state happened."""
    recorded_later = models.BooleanField(default=False)
    late_entry_until = models.DateTimeField(null=True, blank=True)
    evidence_reason = models.CharField(max_length=200, default="", blank=True)
    """Why there is no photo, when there is none."""
    photos_before = models.IntegerField(default=0)
    photos_after = models.IntegerField(default=0)

    suspected_at = models.DateTimeField(null=True, blank=True)
    suspected_by = _person()
    suspected_reason = models.TextField(default="", blank=True)
    judge_due_at = models.DateTimeField(null=True, blank=True)
    """Set while a judgement is awaited; null again once it is made."""
    judged_at = models.DateTimeField(null=True, blank=True)
    judged_by = _person()
    judging_unit = _unit()
    judge_basis = models.TextField(default="", blank=True)
    judge_item = models.CharField(max_length=120, default="", blank=True)
    """The item of the decision table the judgement rests on."""
    assessed_at = models.DateTimeField(null=True, blank=True)
    assessed_by = _person()
    assess_reason = models.TextField(default="", blank=True)
    reported_at = models.DateTimeField(null=True, blank=True)
    """When school, county and (major) city were told."""

    owner_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    responsible = _person()
    watcher = _person()
    measures = models.TextField(default="", blank=True)
    funds_wan = models.DecimalField(max_digits=12, decimal_places=4, null=True, blank=True)
    """Money set aside, in ten thousand yuan; 0 says "no funds needed", null says nobody has said."""
    plan = models.TextField(default="", blank=True)
    committed_at = models.DateTimeField(null=True, blank=True)
    interim = models.TextField(default="", blank=True)
    interim_until = models.DateTimeField(null=True, blank=True)
    interim_alarmed_at = models.DateTimeField(null=True, blank=True)
    root_cause = models.TextField(default="", blank=True)
    lasting_measure = models.TextField(default="", blank=True)

    first_due_at = models.DateTimeField()
    due_at = models.DateTimeField()
    due_provisional = models.BooleanField(default=False)
    """Counted without a year's holiday list; counted again when it is entered."""
    pauses = models.JSONField(default=list, blank=True)
    """[[first day, day after the last], ...] as ISO days; they do not count towards the deadline."""
    extensions = models.IntegerField(default=0)

    on_the_spot = models.BooleanField(default=False)
    result = models.TextField(default="", blank=True)
    rectifier = _person()
    rectifier_name = models.CharField(max_length=40, default="", blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_by = _person()
    """Who handed it in; like the rectifier, never the one who accepts."""
    accept_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    accept_by = models.CharField(max_length=8, choices=AcceptBy.choices, default=AcceptBy.UNIT)
    delegate_unit = _unit()
    acceptor = _person()
    acceptor_name = models.CharField(max_length=40, default="", blank=True)
    accept_text = models.TextField(default="", blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = _person()
    in_time = models.BooleanField(null=True, blank=True)
    """Set when closed: the accepted work was handed in before ``due_at``."""
    returns = models.IntegerField(default=0)

    listing_number = models.CharField(max_length=40, default="", blank=True)
    listing_level = models.CharField(max_length=8, choices=Level.choices, default="", blank=True)
    listing_unit = _unit()
    supervisor = _person()
    listed_at = models.DateTimeField(null=True, blank=True)
    delisted_at = models.DateTimeField(null=True, blank=True)

    recurrence_of = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="recurrences"
    )
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="merged")
    dismissal = models.CharField(max_length=12, choices=Dismissal.choices, default="", blank=True)
    dismissed_at = models.DateTimeField(null=True, blank=True)
    dismissed_by = _person()
    dismiss_reason = models.TextField(default="", blank=True)

    words = models.TextField(default="", blank=True, editable=False)
    """Bigrams of number, title, place and description, see kernel.bigrams."""
    search = models.GeneratedField(
        expression=SearchVector("words", config="simple"), output_field=SearchVectorField(), db_persist=True
    )

    class Meta(Scoped.Meta):
        db_table = "hazard_hazard"
        indexes = [
            models.Index(fields=["due_at", "id"], condition=_OPEN, name="hazard_open_due"),
            models.Index(fields=["unit", "id"], name="hazard_unit"),
            models.Index(fields=["unit", "state"], name="hazard_unit_state"),
            models.Index(  # answers the counts of tabs and figures without reading a row
                fields=["unit", "due_at", "id"],
                include=["state", "domain", "grade", "judge_due_at", "submitted_at"],
                condition=_OPEN,
                name="hazard_unit_waiting",
            ),
            models.Index(fields=["owner_unit", "due_at", "id"], condition=_OPEN, name="hazard_owner_open"),
            models.Index(fields=["state", "id"], include=["unit", "domain"], name="hazard_in_state"),
            models.Index(
                fields=["owner_unit"], condition=~Q(owner_unit=F("unit")), name="hazard_handed_over"
            ),
            models.Index(
                fields=["accept_unit", "due_at", "id"],
                condition=Q(state__in=["submitted", "accepted"]),
                name="hazard_to_accept",
            ),
            models.Index(
                fields=["delegate_unit"], condition=Q(delegate_unit__isnull=False), name="hazard_delegate"
            ),
            models.Index(fields=["responsible"], name="hazard_responsible"),
            models.Index(fields=["watcher"], name="hazard_watcher"),
            models.Index(fields=["finder"], name="hazard_finder"),
            models.Index(
                fields=["supervisor"], condition=Q(supervisor__isnull=False), name="hazard_supervisor"
            ),
            models.Index(
                fields=["judge_due_at"], condition=Q(judge_due_at__isnull=False), name="hazard_to_judge"
            ),
            models.Index(fields=["listed_at"], condition=Q(listed_at__isnull=False), name="hazard_listed"),
            models.Index(
                fields=["interim_until"],
                condition=_OPEN & Q(interim_until__isnull=False, interim_alarmed_at__isnull=True),
                name="hazard_interim",
            ),
            models.Index(
                fields=["source_record"], condition=Q(source_record__isnull=False), name="hazard_source"
            ),
            GinIndex(fields=["search"], name="hazard_search"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "requirement_key", "subject_code"],
                condition=_OPEN & ~Q(requirement_key=""),
                name="hazard_one_per_requirement",
            ),
            models.CheckConstraint(condition=Q(state__in=State.values), name="hazard_state_known"),
            models.CheckConstraint(
                condition=~Q(state="closed") | Q(accepted_at__isnull=False, closed_at__isnull=False),
                name="hazard_closed_is_accepted",
            ),
            models.CheckConstraint(
                condition=Q(rectifier__isnull=True) | Q(acceptor__isnull=True) | ~Q(acceptor=F("rectifier")),
                name="hazard_never_accepts_own",
            ),
            models.CheckConstraint(
                condition=Q(submitted_by__isnull=True)
                | Q(acceptor__isnull=True)
                | ~Q(acceptor=F("submitted_by")),
                name="hazard_second_person",
            ),
            models.CheckConstraint(
                condition=~Q(grade="major") | Q(listed_at__isnull=False), name="hazard_major_is_listed"
            ),
            models.CheckConstraint(
                condition=~Q(state="dismissed") | ~Q(dismiss_reason=""), name="hazard_dismissed_with_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @classmethod
    def assigned_to(cls, actor: Actor) -> Q:
        """The hazards that ``actor`` found, must fix, watches, supervises, owns or re-checks, anywhere.

        A subquery: each condition has an index of its own, and the keys are never carried about.
        """
        mine = Q(pk__in=[])
        if actor.person_id:
            mine |= Q(finder=actor.person_id) | Q(responsible=actor.person_id, state__in=OPEN)
            mine |= Q(watcher=actor.person_id, state__in=OPEN) | Q(supervisor=actor.person_id)
        units = {g.unit_id for g in actor.grants_for(cls.view_verb) if g.unit_id}
        if units:
            mine |= Q(owner_unit__in=units) & ~Q(owner_unit=F("unit"))
            mine |= Q(delegate_unit__in=units)
            mine |= Q(accept_unit__in=units, state__in=["submitted", "accepted"])
        return Q(pk__in=cls.everything.filter(mine).values("pk"))

    @classmethod
    def seen(
        cls, actor: Actor, key: UUID, related: Sequence[str] = (), without: Sequence[str] = ()
    ) -> Hazard | None:
        """The row with this key when ``actor`` may see it, in one statement; None outside his reach."""
        rows = cls.everything.select_related("unit", *related).defer(*without)
        row: Hazard | None = rows.filter(pk=key).first()
        return row if row is not None and row.shows_to(actor) else None

    @classmethod
    def known(cls, keys: Iterable[UUID]) -> models.QuerySet[Hazard]:
        """The rows of ``keys`` that a query within the actor's scope has just given: none is judged twice."""
        return cls.everything.filter(pk__in=list(keys))

    def shows_to(self, actor: Actor) -> bool:
        """What ``visible_to`` says of one loaded row, without asking the database again."""
        if actor.may(self.view_verb, self.unit.path, self.domain):
            return True
        me = actor.person_id
        if me and me in {self.finder_id, self.supervisor_id}:
            return True
        if me and self.is_open and me in {self.responsible_id, self.watcher_id}:
            return True
        units = {g.unit_id for g in actor.grants_for(self.view_verb) if g.unit_id}
        bodies = {self.delegate_unit_id}
        if self.owner_unit_id != self.unit_id:
            bodies.add(self.owner_unit_id)
        if self.state in {State.SUBMITTED, State.ACCEPTED}:
            bodies.add(self.accept_unit_id)
        return bool(units & bodies)

    @classmethod
    def late(cls, now: datetime | None = None) -> Q:
        """Open hazards past their deadline that the owner has not handed in, or handed in too late."""
        now = now or clock.now()
        # Stated as "open and past due" first: that is the index of open deadlines.
        past = Q(state__in=OPEN, due_at__lte=now)
        return past & (Q(state__in=WORKING) | Q(submitted_at__gte=F("due_at")))

    @classmethod
    def open(cls) -> Q:
        """Hazards that still ask for somebody's act."""
        return Q(state__in=OPEN)

    @property
    def is_late(self) -> bool:
        """Whether :meth:`late` holds for this row now."""
        if self.state in WORKING:
            return clock.now() >= self.due_at
        waiting = self.state in {State.SUBMITTED, State.ACCEPTED}
        return waiting and self.submitted_at is not None and self.submitted_at >= self.due_at

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def awaits_judgement(self) -> bool:
        return self.judge_due_at is not None

    @property
    def url(self) -> str:
        """Its page."""
        return f"/hazards/{self.pk}/"

    @property
    def where(self) -> str:
        """The place in words."""
        return self.place.name if self.place is not None else self.place_text
