"""Reads for pages and the API. Every one takes the actor first and gives only what he may see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, TypedDict, Unpack
from uuid import UUID

from django.db.models import Q
from django.db.models.fields.json import KeyTextTransform
from django.utils.translation import gettext as _

from anyuan.foundation.kernel.public import (
    Actor,
    NotFound,
    Page,
    ScopedQuerySet,
    clock,
    paginate,
    subtree,
)
from anyuan.foundation.org.public import Place, Unit, UnitKind
from anyuan.rules.policy.public import ActiveChecklist, CheckItem, active_checklists

from . import lookups, registers
from .elsewhere import Numbered
from .fields import Field
from .models import Record
from .permits import LEDGER_APPROVE, LEDGER_RECORD, LEDGER_VIEW
from .rounds import USUAL_ROUTE, Round, RoundState, rounds_between, routes_of, the_round
from .states import STANDING, State

MISSED_DAYS = 7
"""How far back a round that was never walked is still shown as missed."""


def _need_unit(actor: Actor, unit: Unit, verb: str = LEDGER_VIEW) -> None:
    if not actor.may(verb, unit.path) and not actor.may(LEDGER_RECORD, unit.path):
        raise NotFound(_("There is nothing here, or it lies outside what you may see."))


class Wanted(TypedDict, total=False):
    """What narrows a list. ``unit`` covers everything below it; days are Shanghai days, inclusive."""

    unit: Unit | None
    register: str
    state: str
    place: Place | None
    since: date | None
    until: date | None
    shared: Numbered | None
    """Only entries whose number stands at more than one school."""
    undecided: bool
    """Only what waits for a second person: late entries, and those it was asked of that they are voided."""


def records(actor: Actor, **wanted: Unpack[Wanted]) -> ScopedQuerySet:
    """The records the actor sees, as an open query (order: ``-occurred_at``, ``-id``)."""
    return _narrowed(Record.objects.visible_to(actor), wanted)


def record_page(actor: Actor, cursor: str = "", size: int = 50, **wanted: Unpack[Wanted]) -> Page:
    """One page of :func:`records`, newest first. Raises :class:`Invalid` for a damaged cursor."""
    parts = [_narrowed(part, wanted) for part in Record.objects.parts_visible_to(actor)]
    listed = [part.defer("checklist__applies") for part in parts]
    return paginate(listed, ["-occurred_at", "-id"], cursor, size)


def _narrowed(rows: ScopedQuerySet, wanted: Wanted) -> ScopedQuerySet:
    rows = rows.select_related("register", "unit", "place", "checklist", "subject")
    if unit := wanted.get("unit"):
        rows = rows.filter(subtree(unit.path, "unit__path"))
    if register := wanted.get("register"):
        rows = rows.filter(register__code=register)
    if state := wanted.get("state"):
        rows = rows.filter(state=state)
    if wanted.get("undecided"):
        rows = rows.filter(undecided())
    if place := wanted.get("place"):
        rows = rows.filter(place=place)
    if since := wanted.get("since"):
        rows = rows.filter(occurred_at__gte=clock.start_of(since))
    if until := wanted.get("until"):
        rows = rows.filter(occurred_at__lt=clock.end_of(until))
    if one := wanted.get("shared"):
        number = KeyTextTransform(one.number, "data")
        rows = rows.annotate(number=number).filter(state__in=STANDING, number__in=one.shared())
    return rows


def undecided() -> Q:
    """What waits for a second person: approval of a late entry, or a decision to void or keep."""
    return Q(state=State.PENDING) | Q(void_asked_at__isnull=False, state__in=STANDING)


def count_undecided(actor: Actor, unit: Unit) -> int:
    """How many entries at and below ``unit`` wait for this person; nothing of what is his own."""
    if not actor.may(LEDGER_APPROVE, unit.path):
        return 0
    rows = records(actor, unit=unit, undecided=True).order_by()
    if actor.person_id is not None:
        rows = rows.exclude(Q(entered_by_id=actor.person_id) | Q(person_id=actor.person_id))
    return rows.count()


def record_by_id(actor: Actor, record_id: UUID) -> Record:
    """One record. Raises :class:`NotFound` when it is not there or not the actor's to see."""
    found: Record | None = (
        Record.objects.visible_to(actor)
        .select_related("register", "unit", "place", "subject", "checklist__pack", "supersedes")
        .filter(pk=record_id)
        .first()
    )
    if found is None:
        raise NotFound(_("There is no such record, or it is not yours to see."))
    return found


def may_view(actor: Actor, record_id: UUID) -> bool:
    """Whether the actor sees this record, and so its photos and papers."""
    return Record.objects.visible_to(actor).filter(pk=record_id).exists()


@dataclass(frozen=True, slots=True)
class CheckedPlace:
    """One look at a place: a round or a check that named it."""

    record: Record
    result: str
    """pass or fail."""
    note: str


def checks_of_place(
    actor: Actor, place: Place, *, until: datetime | None = None, limit: int = 20
) -> list[CheckedPlace]:
    """Who looked at ``place`` up to ``until``, when, and what they wrote down: newest first."""
    rows = records(actor).filter(unit=place.unit, state=State.VALID)
    rows = rows.filter(data__contains={"places": [str(place.pk)]}) | rows.filter(
        data__contains={"answers": [{"place": str(place.pk)}]}
    )
    if until is not None:
        rows = rows.filter(occurred_at__lte=until)
    return [_look(r, str(place.pk)) for r in rows.order_by("-occurred_at", "-pk")[:limit]]


def _look(row: Record, place: str) -> CheckedPlace:
    wrong = [
        e
        for e in [*row.data.get("exceptions", ()), *row.data.get("answers", ())]
        if e.get("place") == place and e.get("result", registers.FAIL) == registers.FAIL
    ]
    notes = "；".join(e.get("note", "") for e in wrong)
    return CheckedPlace(row, registers.FAIL if wrong else registers.PASS, notes)


def round_today(actor: Actor, unit: Unit, *, route: str = "", day: date | None = None) -> Round:
    """The round of ``unit`` on ``day`` (default today). Raises :class:`NotFound`, :class:`Invalid`."""
    _need_unit(actor, unit)
    return the_round(unit, day or clock.today(), route)


def rounds_due(actor: Actor, day: date | None = None) -> list[Round]:
    """The rounds that fall to the actor's posts: missed ones of the last days first, then those of ``day``.

    Rounds already walked today are in the list, as done; days without school are not.
    """
    if actor.person_id is None:
        return []
    day = day or clock.today()
    mine = lookups.routes_walked_by(actor.person_id, day)
    units = [u for u in mine if actor.may(LEDGER_RECORD, u.path)]
    routes = {u.pk: mine[u] for u in units}
    found = rounds_between(units, day - timedelta(days=MISSED_DAYS), day, routes) if units else []
    return [
        r
        for r in found
        if (r.state is RoundState.MISSED if r.day < day else r.state is not RoundState.EXCUSED)
    ]


def round_history(actor: Actor, unit: Unit, first: date, last: date) -> list[Round]:
    """Every round of ``unit`` from ``first`` to ``last`` (both included): done, missed or not due."""
    _need_unit(actor, unit)
    return rounds_between([unit], first, last)


def checklists_for(actor: Actor, unit: Unit, day: date | None = None) -> list[ActiveChecklist]:
    """The checklists that apply to ``unit`` on ``day`` and that the actor's side fills in.

    A school fills in what names ``school``; an office above it every list of its domains of work.
    """
    _need_unit(actor, unit)
    grants = [g for g in actor.grants_for(LEDGER_RECORD) if unit.path.startswith(g.path)]
    offices = Unit.objects.visible_to(actor).filter(pk__in=[g.unit_id for g in grants if g.unit_id])
    inside = not actor.everywhere and not offices.exclude(kind=UnitKind.SCHOOL).exists()
    return [
        active
        for active in active_checklists(unit, day)
        if actor.may(LEDGER_RECORD, unit.path, active.checklist.domain)
        and (not inside or "school" in active.checklist.by)
    ]


@dataclass(frozen=True, slots=True)
class Repeat:
    """What "repeat last" copies: item code → place id, and who went along. Never a result."""

    record: Record
    places: Mapping[str, UUID]
    companions: str


def last_of(actor: Actor, unit: Unit, checklist_code: str) -> Repeat | None:
    """The places and people of the last check with this list at ``unit``; None when there was none."""
    _need_unit(actor, unit)
    last = lookups.last_check(unit, checklist_code)
    if last is None:
        return None
    rows = [a for a in last.data["answers"] if a.get("place")]
    codes = lookups.item_codes(a["item"] for a in rows)
    places = {codes[a["item"]]: UUID(a["place"]) for a in rows if a["item"] in codes}
    return Repeat(last, places, last.data.get("with", ""))


@dataclass(frozen=True, slots=True)
class AnswerLine:
    item: CheckItem
    result: str
    note: str
    place: str


@dataclass(frozen=True, slots=True)
class Line:
    """One field of a record as it is read."""

    label: str
    text: str


def answer_lines(row: Record) -> list[AnswerLine]:
    """The answers of a check the caller may see, with their questions and clauses."""
    answers = row.data.get("answers", [])
    found = CheckItem.objects.select_related("clause").in_bulk([UUID(a["item"]) for a in answers])
    return [
        AnswerLine(found[UUID(a["item"])], a["result"], a.get("note", ""), a.get("name", ""))
        for a in answers
        if UUID(a["item"]) in found
    ]


def place_names(row: Record) -> list[str]:
    """The names of the places of a round the caller may see, in their order."""
    ids: list[str] = row.data.get("places", [])
    names = lookups.place_names(ids)
    return [names[i] for i in ids if i in names]


def plain_lines(row: Record, english: bool) -> list[Line]:
    """The simple fields of any record, with their labels."""
    lines = []
    for field in registers.fields_of(row.register):
        value: Any = row.data.get(field.key)
        if field.key == "route" and row.register.code == "round":
            value = _own_route(row, str(value))
        if value is None or field.kind in ("rows", "ids", "id"):
            continue
        label = field.label_en if english and field.label_en else field.label
        lines.append(Line(label, _shown(field, value, english)))
    return lines


def _own_route(row: Record, code: str) -> str | None:
    """The name of a route the unit made itself; None for the usual round, which the heading names."""
    if code == USUAL_ROUTE:
        return None
    return next((r.title for r in routes_of([row.unit])[row.unit_id] if r.code == code), code)


def _shown(field: Field, value: Any, english: bool) -> str:
    if field.kind == "yes-no":
        return _("Yes") if value else _("No")
    if field.kind == "choice":
        choice = next((c for c in field.choices if c.code == value), None)
        if choice is not None:
            return choice.label_en if english and choice.label_en else choice.label
    return str(int(value) if isinstance(value, float) and value.is_integer() else value)
