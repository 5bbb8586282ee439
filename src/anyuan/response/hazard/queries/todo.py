"""What somebody must do about hazards, for the inbox: few statements, cheap in a full ledger."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import CharField, Q, QuerySet, Value

from anyuan.foundation.kernel.public import Actor, subtree

from .. import permits as p
from ..models import Extension, HandOver, Hazard, Lead, SameCheck, SameCheckState
from ..states import WORKING, State

LIMIT = 20
"""Lines of one kind; one more is fetched to say that there are more."""


@dataclass(slots=True)
class ToDo:
    """Every list holds at most :data:`LIMIT` rows, late ones first; ``more`` names the kinds cut off.

    A hazard stands in one list only, except ``late``.
    """

    to_judge: list[Hazard] = field(default_factory=list)
    to_close: list[Hazard] = field(default_factory=list)
    to_accept: list[Hazard] = field(default_factory=list)
    to_assess: list[Hazard] = field(default_factory=list)
    to_commit: list[Hazard] = field(default_factory=list)
    to_rectify: list[Hazard] = field(default_factory=list)
    to_watch: list[Hazard] = field(default_factory=list)
    late: list[Hazard] = field(default_factory=list)
    leads: list[Lead] = field(default_factory=list)
    extensions: list[Extension] = field(default_factory=list)
    hand_overs: list[HandOver] = field(default_factory=list)
    same_checks: list[SameCheck] = field(default_factory=list)
    more: set[str] = field(default_factory=set)


def _units(actor: Actor, *verbs: str) -> list[UUID]:
    """The bodies the actor acts for with one of ``verbs``."""
    return sorted({g.unit_id for g in actor.grants if g.unit_id and any(v in g.verbs for v in verbs)})


def _covered(actor: Actor, verb: str) -> Q:
    """Rows where a role lets the actor ``verb``, without those seen by assignment."""
    found = Q(pk__in=[])
    for grant in actor.grants_for(verb):
        part = subtree(grant.path, "unit__path")
        if grant.domains is not None:
            part &= Q(domain__in=sorted(grant.domains))
        found |= part
    return found


def to_do(actor: Actor) -> ToDo:
    """The lists of one person; six statements at most."""
    found = ToDo()
    visible = Hazard.objects.visible_to(actor)
    picked = _picked(actor, visible)
    rows: dict[UUID, Hazard] = {}
    if picked:
        ids = {pk for _kind, pk in picked}
        shown = visible.filter(pk__in=ids)
        shown = shown.select_related("unit", "place", "responsible")
        rows = {row.pk: row for row in shown.defer("words", "search")}
    for kind, pk in picked:
        lines: list[Hazard] = getattr(found, kind)
        if len(lines) == LIMIT:
            found.more.add(kind)
        elif pk in rows:
            lines.append(rows[pk])
    for kind in _KINDS:
        getattr(found, kind).sort(key=lambda h: (h.judge_due_at or h.due_at, h.pk))
    _others(actor, found)
    return found


_KINDS = ("to_judge", "to_close", "to_accept", "to_assess", "to_commit", "to_rectify", "to_watch", "late")


def _picked(actor: Actor, visible: QuerySet[Hazard]) -> list[tuple[str, UUID]]:
    """(kind, id) of every line, in one statement: each kind comes from its own partial index."""
    parts = [
        rows.annotate(kind=Value(kind, output_field=CharField())).values_list("kind", "pk")[: LIMIT + 1]
        for kind, rows in _parts(actor, visible).items()
    ]
    if not parts:
        return []
    return list(parts[0].union(*parts[1:], all=True)) if len(parts) > 1 else list(parts[0])


def _parts(actor: Actor, rows: QuerySet[Hazard]) -> dict[str, QuerySet[Hazard]]:
    me = actor.person_id
    parts: dict[str, QuerySet[Hazard]] = {}
    if actor.may_somewhere(p.JUDGE):
        judging = rows.filter(_covered(actor, p.JUDGE), judge_due_at__isnull=False)
        parts["to_judge"] = judging.order_by("judge_due_at")
    listing = _units(actor, p.LIST)
    if listing:
        parts["to_close"] = rows.filter(state=State.ACCEPTED, listing_unit__in=listing).order_by("due_at")
    bodies = _units(actor, p.ACCEPT, p.RECHECK)
    if bodies:
        body = Q(accept_unit__in=bodies) | Q(delegate_unit__in=bodies)
        waiting = rows.filter(body, state=State.SUBMITTED, judge_due_at__isnull=True)
        mine = Q(rectifier=me) | Q(submitted_by=me) if me else Q(pk__in=[])
        parts["to_accept"] = waiting.exclude(mine).order_by("due_at", "pk")
    if actor.may_somewhere(p.ASSESS):
        fresh = rows.filter(_covered(actor, p.ASSESS), state=State.REGISTERED, judge_due_at__isnull=True)
        parts["to_assess"] = fresh.order_by("due_at", "pk")
    owners = _units(actor, p.ASSIGN)
    if owners:
        graded = rows.filter(owner_unit__in=owners, state=State.ASSESSED, judge_due_at__isnull=True)
        parts["to_commit"] = graded.order_by("due_at", "pk")
    return parts | _personal(actor, rows)


def _personal(actor: Actor, rows: QuerySet[Hazard]) -> dict[str, QuerySet[Hazard]]:
    parts: dict[str, QuerySet[Hazard]] = {}
    me = actor.person_id
    if me:
        doing = rows.filter(responsible=me, state=State.RECTIFYING)
        parts["to_rectify"] = doing.order_by("due_at", "pk")
        parts["to_watch"] = rows.filter(watcher=me, state__in=WORKING).order_by("due_at", "pk")
    if actor.may_somewhere(p.ASSIGN) or actor.may_somewhere(p.EXTEND):
        verb = p.ASSIGN if actor.may_somewhere(p.ASSIGN) else p.EXTEND
        late = rows.filter(_covered(actor, verb), Hazard.late())
        parts["late"] = late.order_by("due_at", "pk")
    return parts


def _others(actor: Actor, found: ToDo) -> None:
    if actor.may_somewhere(p.ASSESS):
        open_leads = Lead.objects.visible_to(actor, p.ASSESS).filter(state="open")
        found.leads = list(open_leads.select_related("unit", "place").order_by("id")[: LIMIT + 1])
    schools = _units(actor, p.ASSESS)
    if schools:
        asked_same = SameCheck.objects.visible_to(actor).filter(unit__in=schools, state=SameCheckState.OPEN)
        found.same_checks = list(asked_same.select_related("unit").order_by("due_at")[: LIMIT + 1])
    deciders = _units(actor, p.EXTEND)
    if deciders:
        asked = Extension.objects.filter(decide_unit__in=deciders, granted__isnull=True)
        asked = asked.exclude(asked_by=actor.person_id) if actor.person_id else asked
        shown = asked.select_related("hazard__unit").defer("hazard__words", "hazard__search")
        found.extensions = list(shown.order_by("asked_at")[: LIMIT + 1])
    takers = _units(actor, p.HAND_OVER)
    if takers:
        open_ones = HandOver.objects.filter(to_unit__in=takers, taken__isnull=True)
        shown_ones = open_ones.select_related("hazard__unit", "from_unit")
        found.hand_overs = list(
            shown_ones.defer("hazard__words", "hazard__search").order_by("at")[: LIMIT + 1]
        )
    for kind in ("leads", "extensions", "hand_overs", "same_checks"):
        lines = getattr(found, kind)
        if len(lines) > LIMIT:
            found.more.add(kind)
            setattr(found, kind, lines[:LIMIT])
