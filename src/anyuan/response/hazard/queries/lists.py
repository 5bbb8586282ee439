"""Lists of hazards and leads: filters, keyset pages, tab counts, rows for bulk acts and exports."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.contrib.postgres.search import SearchQuery
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import BooleanField, ExpressionWrapper, F, Q, QuerySet
from django.utils.translation import gettext as _

from anyuan.foundation.kernel.public import (
    Actor,
    NotFound,
    Page,
    bigrams,
    clock,
    first_id_at,
    paginate,
    subtree,
)
from anyuan.foundation.org.public import Unit

from ..models import Hazard, Lead, LeadState
from ..states import WORKING, Grade, State

_WAITING = frozenset({"open", "to-rectify", "to-accept", "late", "major"})

_OPEN_TABS = ("to-rectify", "to-accept", "late", "major", "to-judge")
"""Tabs that show some of what is open."""

_OVER_TABS = ("closed", "dismissed")

_COUNTED = ("open", *_OPEN_TABS, *_OVER_TABS)

COUNT_CAP = 10_001
"""Counting stops here; a page then says "more than 10,000"."""

WORD_COUNT_CAP = 1_001
"""For a list that a word narrows: what it finds lies scattered and is read row by row."""

LATELY = timedelta(days=21)
"""Where the newest rows with a word are looked for first."""

TABS = ("open", "to-rectify", "to-accept", "late", "major", "to-judge", "closed", "dismissed", "all")

ORDERS: dict[str, tuple[str, ...]] = {"due": ("due_at", "id"), "new": ("-id",)}
"""``due``: the nearest deadline first. ``new``: registered last first (keys sort by time)."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list shows. Empty values filter nothing; ``unit`` takes its whole subtree.

    ``mine``: found, responsible, watched or supervised by the actor. ``counted``: without those dismissed,
    which leave every figure. ``alone``: ``unit`` itself, not what lies below it. Days are Shanghai days,
    inclusive.
    """

    tab: str = "open"
    state: str = ""
    grade: str = ""
    domain: str = ""
    source: str = ""
    unit: Unit | None = None
    place: UUID | None = None
    text: str = ""
    late: bool = False
    mine: bool = False
    listed: bool = False
    recurring: bool = False
    handed_over: bool = False
    on_the_spot: bool = False
    counted: bool = False
    alone: bool = False
    in_time: bool | None = None
    found_from: date | None = None
    found_to: date | None = None
    closed_from: date | None = None
    closed_to: date | None = None


def tab_where(tab: str) -> Q:
    """The rows of a tab. An unknown tab shows everything."""
    tabs = {
        "open": Hazard.open(),
        "to-rectify": Q(state__in=WORKING),
        "to-accept": Q(state__in=[State.SUBMITTED, State.ACCEPTED]),
        "late": Hazard.late(),
        "major": Hazard.open() & (Q(grade=Grade.MAJOR) | Q(judge_due_at__isnull=False)),
        "to-judge": Q(judge_due_at__isnull=False),
        "closed": Q(state=State.CLOSED),
        "dismissed": Q(state=State.DISMISSED),
    }
    return tabs.get(tab, Q())


def where(actor: Actor, filters: Filters) -> Q:
    """Everything but the scope, the units and the tab, as one condition."""
    found = Q()
    for name in ("state", "grade", "domain", "source"):
        value = getattr(filters, name)
        if value:
            found &= Q(**{name: value})
    if filters.unit is not None and filters.alone:
        found &= Q(unit=filters.unit)
    if filters.place is not None:
        found &= Q(place_id=filters.place)
    if filters.text.strip():
        found &= _text(filters.text)
    return found & _flags(actor, filters) & _days(filters)


def _flags(actor: Actor, filters: Filters) -> Q:
    found = Q()
    if filters.late:
        found &= Hazard.late()
    if filters.listed:
        found &= Q(listed_at__isnull=False, delisted_at__isnull=True)
    if filters.recurring:
        found &= Q(recurrence_of__isnull=False)
    if filters.handed_over:
        found &= ~Q(owner_unit=F("unit"))
    if filters.on_the_spot:
        found &= Q(on_the_spot=True)
    if filters.counted:
        found &= ~Q(state=State.DISMISSED)
    if filters.in_time is not None:
        found &= Q(in_time=filters.in_time)
    if filters.mine:
        me = actor.person_id
        mine = Q(finder=me) | Q(responsible=me) | Q(watcher=me) | Q(supervisor=me)
        found &= mine if me else Q(pk__in=[])
    return found


def _days(filters: Filters) -> Q:
    found = Q()
    if filters.found_from:
        found &= Q(found_at__gte=clock.start_of(filters.found_from))
    if filters.found_to:
        found &= Q(found_at__lt=clock.end_of(filters.found_to))
    if filters.closed_from:
        found &= Q(closed_at__gte=clock.start_of(filters.closed_from))
    if filters.closed_to:
        found &= Q(closed_at__lt=clock.end_of(filters.closed_to))
    return found


def _text(text: str) -> Q:
    """Every word of ``text``; single characters and a last word or number may be beginnings.

    A beginning is looked up by reading all words that start so, a whole word by one key of the index.
    """
    words = bigrams(text).split()
    if not words:
        return Q(pk__in=[])
    last = len(words) - 1
    begun = [len(word) == 1 or (word.isascii() and n == last) for n, word in enumerate(words)]
    query = " & ".join(f"'{word}'{':*' if begins else ''}" for word, begins in zip(words, begun, strict=True))
    return Q(search=_Words(query, search_type="raw", config="simple"))


class _Words(SearchQuery):
    """Words behind a "select", where the planner does not look.

    It takes the bigrams of one word for independent and would expect a hundredth of what there is.
    """

    template = "(select %(function)s(%(expressions)s))"


_SHOWN = ("unit", "place", "owner_unit", "responsible", "accept_unit")
_UNREAD_OF_UNITS = (
    "search", "outline", "address", "setting", "ownership", "pupils", "staff", "longitude", "latitude",
    "opened_on", "successor",
)  # fmt: skip
_UNREAD = (
    "words",
    "search",
    *(f"{unit}__{name}" for unit in ("unit", "owner_unit", "accept_unit") for name in _UNREAD_OF_UNITS),
)
"""What no row shows; reading it 50 times costs more than the rest of the row."""

_NAMED = ("unit", "place", "owner_unit", "responsible")
_LINE = (
    "number", "version", "state", "grade", "title", "description", "domain", "source", "clause_ref",
    "unit__name", "unit__short_name", "unit__code", "owner_unit__name", "owner_unit__code", "place__name",
    "place_text", "responsible__name", "finder_name", "measures", "funds_wan", "interim", "interim_until",
    "found_at", "recorded_at", "first_due_at", "due_at", "judge_due_at", "submitted_at", "accepted_at",
    "closed_at", "acceptor_name", "in_time", "returns", "extensions", "recorded_later", "on_the_spot",
    "recurrence_of", "listing_number", "listed_at", "delisted_at",
)  # fmt: skip
"""What a line of a list shows, here and in the API."""


def hazards(actor: Actor, filters: Filters | None = None) -> QuerySet[Hazard]:
    """The visible hazards under ``filters``, unordered, with what a row shows."""
    filters = filters or Filters(tab="all")
    rows = _found(Hazard.objects.visible_to(actor, within=_within(filters)), actor, filters)
    return rows.select_related(*_SHOWN).defer(*_UNREAD)


def _within(filters: Filters) -> str:
    """The tree path the filters narrow to, empty for none."""
    return filters.unit.path if filters.unit is not None else ""


def _found(rows: QuerySet[Hazard], actor: Actor, filters: Filters) -> QuerySet[Hazard]:
    return rows.filter(tab_where(filters.tab), where(actor, filters))


def hazard_page(actor: Actor, filters: Filters, cursor: str = "", size: int = 50, order: str = "due") -> Page:
    """One page by keyset. What is over has no deadline to wait for: it comes newest first.

    The keys are found without any name; then the rows of one page are read with theirs.
    """
    waiting = filters.tab in _WAITING and order in ORDERS
    keys = ORDERS[order if waiting else "new"]
    names = [key.removeprefix("-") for key in keys]
    parts = [
        _found(part, actor, filters).values(*names)
        for part in Hazard.objects.parts_visible_to(actor, within=_within(filters))
    ]
    lately = bool(filters.text.strip()) and keys == ORDERS["new"] and not cursor
    page = _newest(parts, size) if lately else None
    page = page or paginate(parts, keys, cursor, size)
    return Page(_listed([row["id"] for row in page.rows]), page.next)


def _listed(keys: list[UUID]) -> list[Hazard]:
    """These rows with what a line of a list shows, in this order."""
    rows = Hazard.known(keys).select_related(*_NAMED).only(*_LINE) if keys else ()
    found = {row.pk: row for row in rows}
    return [found[key] for key in keys]


def _newest(parts: list[QuerySet[Any, Any]], size: int) -> Page | None:
    """The first page out of what was registered lately, None when that does not fill it.

    A common word stands in every tenth hazard of all years; its newest need not be sorted out of them all.
    """
    since = first_id_at(clock.now() - LATELY)
    page = paginate([part.filter(pk__gte=since) for part in parts], ORDERS["new"], size=size)
    return page if page.next else None


def each_hazard(actor: Actor, filters: Filters, order: str = "due") -> Iterator[Hazard]:
    """Every row, streamed, for exports."""
    ordering = ORDERS.get(order, ORDERS["due"])
    rows = hazards(actor, filters).select_related(
        *_SHOWN, "finder_unit", "listing_unit", "watcher", "supervisor"
    )
    yield from rows.order_by(*ordering).iterator(chunk_size=2000)


def many(actor: Actor, ids: Iterable[UUID | str]) -> list[Hazard]:
    """The visible ones of ``ids`` in this order, for bulk acts; raises ``NotFound`` when one is missing."""
    wanted = [i if isinstance(i, UUID) else _uuid(i) for i in dict.fromkeys(ids)]
    found = {row.pk: row for row in hazards(actor).filter(pk__in=wanted)}
    if len(found) < len(wanted):
        raise missing()
    return [found[i] for i in wanted]


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise missing() from error


def missing() -> NotFound:
    """A stranger cannot tell whether there is nothing or nothing for him."""
    return NotFound(_("There is nothing here, or it lies outside what you may see."))


def tab_counts(
    actor: Actor, filters: Filters, tabs: Iterable[str] = TABS, cap: int = COUNT_CAP
) -> dict[str, int]:
    """Rows per tab under the other filters, each counted up to ``cap``; one query.

    The open tabs are counted in one reading of what is open; everything is the sum of open, closed and
    dismissed, and never read.
    """
    parts = Hazard.objects.parts_visible_to(actor, within=_within(filters))
    asked = where(actor, filters)
    counts = dict.fromkeys(TABS, 0)
    for row in _counted([part.filter(asked) for part in parts], cap):
        for tab, number in zip(_COUNTED, row, strict=True):
            counts[tab] += number
    counts["all"] = counts["open"] + counts["closed"] + counts["dismissed"]
    return {tab: min(counts[tab], cap) for tab in tabs}


def _counted(parts: list[QuerySet[Hazard]], cap: int) -> list[tuple[int, ...]]:
    """The numbers of each part; of what is open exactly, for there is never much.

    Each part is named once and read by every tab. The first, what a role reaches, is read by indexes, tab by
    tab; what is only assigned is little and is read once.
    """
    flags = {tab: ExpressionWrapper(tab_where(tab), output_field=BooleanField()) for tab in _COUNTED}
    sums = ", ".join(f'count(*) filter (where "{tab}")' for tab in ("open", *_OPEN_TABS))
    named: list[str] = []
    asked: list[str] = []
    params: list[Any] = []
    for part in parts:
        try:
            sql, own = part.order_by().annotate(**flags).values(*flags).query.sql_with_params()
        except EmptyResultSet:
            continue
        name = f"part_{len(named)}"
        named.append(f"{name} as {'' if named else 'not '}materialized ({sql})")
        limited = f'(select count(*) from (select from {name} where "%(tab)s" limit {cap}) %(tab)s)'  # noqa: S608
        over = [limited % {"tab": tab} for tab in _OVER_TABS]
        asked.append(f'select {sums}, {", ".join(over)} from {name} where "open"')  # noqa: S608 - by the ORM
        params += own
    if not named:
        return []
    with connection.cursor() as cursor:
        cursor.execute(f"with {', '.join(named)} {' union all '.join(asked)}", params)
        return list(cursor.fetchall())


def leads(actor: Actor, state: str = LeadState.OPEN, unit: Unit | None = None) -> QuerySet[Lead]:
    """The visible leads, newest first when paged with ``("-id",)``."""
    rows = Lead.objects.visible_to(actor).select_related("unit", "place", "hazard")
    if state:
        rows = rows.filter(state=state)
    if unit is not None:
        rows = rows.filter(subtree(unit.path, "unit__path"))
    return rows


def lead_page(actor: Actor, state: str = LeadState.OPEN, cursor: str = "", size: int = 50) -> Page:
    """One page of leads, newest first."""
    return paginate(leads(actor, state), ("-id",), cursor, size)


def find_lead(actor: Actor, key: UUID | str) -> Lead:
    """One lead; raises ``NotFound``."""
    row = leads(actor, "").filter(pk=key if isinstance(key, UUID) else _uuid(key)).first()
    if row is None:
        raise missing()
    return row
