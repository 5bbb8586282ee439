"""The organisation: a tree of units, the places in them, the people and the posts they hold, calendars."""

from __future__ import annotations

from datetime import date, timedelta
from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import F, Q

from anyuan.foundation.journal.public import PathField
from anyuan.foundation.kernel.public import Actor, Row, Scoped, clock

from .catalogue import STAGES, Boarding, Function, Ownership, PlaceKind, Setting, UnitKind, UnitType


class Unit(Scoped):
    """A node: province, city, county, department, school district or a school or site.

    ``path`` is ``/label/label/.../`` with this unit's own ``label`` last: short, never reused and
    independent of official codes, which change when a school changes its type. Closing keeps the row;
    a merged school moves under its successor, so its history stays in reach of those who inherit it.
    """

    scope_path: ClassVar[str] = "path"
    view_verb: ClassVar[str] = "org.view"

    kind = models.CharField(max_length=12, choices=UnitKind.choices)
    unit_type = models.CharField(max_length=20, choices=UnitType.choices, default="", blank=True)
    function = models.CharField(max_length=20, choices=Function.choices, default="", blank=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    label = models.BigIntegerField(unique=True)
    path = PathField(unique=True)
    code = models.CharField(max_length=20, default="", blank=True)
    name = models.CharField(max_length=100)
    short_name = models.CharField(max_length=40, default="", blank=True)
    ownership = models.CharField(max_length=10, choices=Ownership.choices, default="", blank=True)
    boarding = models.CharField(max_length=10, choices=Boarding.choices, default="", blank=True)
    setting = models.CharField(max_length=10, choices=Setting.choices, default="", blank=True)
    pupils = models.IntegerField(null=True, blank=True)
    staff = models.IntegerField(null=True, blank=True)
    adults_on_site = models.IntegerField(null=True, blank=True)
    """Adults who work there; 1 at a one-teacher teaching point, whose managing school then accepts."""
    address = models.CharField(max_length=200, default="", blank=True)
    longitude = models.FloatField(null=True, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    outline = models.JSONField(null=True, blank=True)
    """GeoJSON geometry (Polygon or MultiPolygon, WGS-84-like degrees) that maps draw; null when unknown."""
    opened_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    successor = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="predecessors")
    search = models.TextField(default="", blank=True, editable=False)
    """Bigrams of names and code, see kernel.bigrams."""

    class Meta(Scoped.Meta):
        db_table = "org_unit"
        constraints = [
            models.UniqueConstraint(fields=["code"], condition=~Q(code=""), name="org_unit_code"),
            models.CheckConstraint(
                condition=Q(pupils__isnull=True) | Q(pupils__gte=0), name="org_unit_pupils"
            ),
        ]
        indexes = [
            models.Index(fields=["parent", "kind"], name="org_unit_parent"),
            GinIndex(SearchVector("search", config="simple"), name="org_unit_search"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def title(self) -> str:
        return self.short_name or self.name

    @property
    def stages(self) -> frozenset[str]:
        """The school stages taught here; empty for a site that is not a school."""
        return STAGES.get(self.unit_type, frozenset())

    def is_open(self, day: date | None = None) -> bool:
        return self.closed_on is None or (day or clock.today()) < self.closed_on


class UnitName(Row):
    """The names a unit bore and from when to when (end open: its name today)."""

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="names")
    name = models.CharField(max_length=100)
    starts = models.DateField()
    ends = models.DateField(null=True)

    class Meta:
        db_table = "org_unit_name"
        constraints = [
            models.CheckConstraint(
                condition=Q(ends__isnull=True) | Q(ends__gt=F("starts")), name="org_name_order"
            ),
            models.UniqueConstraint(fields=["unit"], condition=Q(ends__isnull=True), name="org_one_name"),
        ]


class Campus(Row):
    """One of several grounds of a unit."""

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="campuses")
    name = models.CharField(max_length=60)
    address = models.CharField(max_length=200, default="", blank=True)
    longitude = models.FloatField(null=True, blank=True)
    latitude = models.FloatField(null=True, blank=True)

    class Meta:
        db_table = "org_campus"
        constraints = [models.UniqueConstraint(fields=["unit", "name"], name="org_campus_name")]


class Place(Scoped):
    """An inspection point (点位). ``token`` is what its QR code carries."""

    view_verb: ClassVar[str] = "org.view"

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="places")
    campus = models.ForeignKey(Campus, models.PROTECT, null=True, blank=True, related_name="places")
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=20, choices=PlaceKind.choices, default=PlaceKind.OTHER)
    token = models.CharField(max_length=16, unique=True)
    on_round = models.BooleanField(default=True)
    order = models.IntegerField(default=0)
    closed_on = models.DateField(null=True, blank=True)

    class Meta(Scoped.Meta):
        db_table = "org_place"
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "name"], condition=Q(closed_on=None), name="org_place_name"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Person(Scoped):
    """Somebody who works for a unit. ``unit`` is the one that keeps the account; posts say the rest."""

    view_verb: ClassVar[str] = "org.view"

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="people")
    name = models.CharField(max_length=40)
    phone = models.CharField(max_length=20, default="", blank=True)
    left_on = models.DateField(null=True, blank=True)

    class Meta(Scoped.Meta):
        db_table = "org_person"
        indexes = [models.Index(fields=["unit", "name"], name="org_person_name")]
        constraints = [
            models.UniqueConstraint(fields=["phone"], condition=~Q(phone=""), name="org_person_phone")
        ]

    def __str__(self) -> str:
        return self.name


class Holding(Scoped):
    """A person holds a post at a unit from a day to a day (half-open). A deputy (B角) stands in."""

    view_verb: ClassVar[str] = "org.view"

    person = models.ForeignKey(Person, models.PROTECT, related_name="holdings")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="holdings")
    post = models.CharField(max_length=24)
    deputy = models.BooleanField(default=False)
    domains = models.JSONField(null=True, blank=True)
    """For department officers: the domains of work the post covers; null means all."""
    starts = models.DateField()
    ends = models.DateField(null=True, blank=True)

    class Meta(Scoped.Meta):
        db_table = "org_holding"
        constraints = [
            models.CheckConstraint(
                condition=Q(ends__isnull=True) | Q(ends__gte=F("starts")), name="org_holding_order"
            ),
            models.UniqueConstraint(
                fields=["person", "unit", "post"], condition=Q(ends__isnull=True), name="org_holding_once"
            ),
        ]
        indexes = [models.Index(fields=["unit", "post"], name="org_holding_post")]

    @classmethod
    def running(cls, day: date | None = None) -> Q:
        """The holdings that run on ``day`` (default today)."""
        day = day or clock.today()
        return Q(starts__lte=day) & (Q(ends__isnull=True) | Q(ends__gt=day))

    @classmethod
    def assigned_to(cls, actor: Actor) -> Q:
        return Q(person_id=actor.person_id) if actor.person_id else Q(pk__in=[])


class CalendarList(Row):
    """The statement that a year's list of holidays and make-up days is entered in full.

    ``unit`` null: for the whole country (a year the package does not know yet); otherwise for a unit and
    everything below it. Single days that override a list need none.
    """

    unit = models.ForeignKey(Unit, models.CASCADE, null=True, blank=True, related_name="calendar_lists")
    year = models.IntegerField()
    source = models.CharField(max_length=120)

    class Meta:
        db_table = "org_calendar_list"
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "year"], nulls_distinct=False, name="org_calendar_list_once"
            )
        ]


class CalendarDay(Row):
    """A day that is not what its weekday says: a holiday or a make-up working day.

    ``unit`` null is the national list (it wins over the package's); a county or a school may override a day.
    """

    unit = models.ForeignKey(Unit, models.CASCADE, null=True, blank=True, related_name="calendar_days")
    day = models.DateField()
    working = models.BooleanField()
    name = models.CharField(max_length=60, default="", blank=True)
    source = models.CharField(max_length=120, default="", blank=True)

    class Meta:
        db_table = "org_calendar_day"
        constraints = [
            models.UniqueConstraint(fields=["unit", "day"], nulls_distinct=False, name="org_calendar_once")
        ]


class Term(Row):
    """A school term, set by a county or city for everything below it, or by a school for itself."""

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="terms")
    name = models.CharField(max_length=60)
    starts = models.DateField()
    ends = models.DateField()
    """The first day after the term (half-open)."""

    class Meta:
        db_table = "org_term"
        constraints = [models.CheckConstraint(condition=Q(ends__gt=F("starts")), name="org_term_order")]

    @property
    def last(self) -> date:
        """The last day of the term, as people say it."""
        return self.ends - timedelta(days=1)
