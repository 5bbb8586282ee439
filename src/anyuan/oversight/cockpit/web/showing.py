"""What the page shows: every number as text with the address of its rows, and the data of charts and map."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import Any
from uuid import UUID

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from anyuan.foundation.org.public import Domain, Unit
from anyuan.foundation.ui.public import addresses

from ..public import FIGURES, Board, Figure, Line, Period, Tally, rows_at, tail


@dataclass(frozen=True, slots=True)
class Cell:
    """A number of one figure at one unit. ``href`` is empty where there is no row to open."""

    text: str
    note: str = ""
    href: str = ""
    late: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    """A figure at the top of the page."""

    figure: Figure
    cell: Cell
    href: str


@dataclass(frozen=True, slots=True)
class Row:
    """A unit of the table."""

    name: str
    numbers: list[Cell]

    @property
    def cells(self) -> SafeString:
        """The numbers as they stand in the table; one without rows is no link."""
        return mark_safe("".join(map(_drawn, self.numbers)))  # noqa: S308 - escaped there


def _drawn(cell: Cell) -> str:
    text = escape(cell.text)
    if not cell.href:
        return f'<td class="num">{text}</td>'
    late = 'class="late" ' if cell.late else ""
    return f'<td class="num"><a {late}href="{escape(cell.href)}">{text}</a></td>'


def unit_url(unit: Unit, period: Period) -> str:
    """The page of a unit over the same period."""
    return pages_over(period)(unit.pk)


def pages_over(period: Period) -> Callable[[UUID], str]:
    """The address of each unit's page over this period."""
    page = addresses("cockpit:unit")
    return lambda unit: f"{page(unit)}?period={period.span}"


def cell(figure: Figure, tally: Tally, base: str) -> Cell:
    """``base`` is the address of the rows."""
    count = figure.count(tally)
    href = base if count else ""
    share = figure.share(tally)
    if figure.code == "days":
        return Cell("—" if tally.days is None else f"{tally.days:.1f}", "", href)
    if figure.rate:
        return Cell("—" if share is None else f"{share:.1f}%", f"{count:,} / {figure.of(tally):,}", href)
    note = "" if share is None or not count else f"{share:.1f}%"
    return Cell(f"{count:,}", note, href, late=figure.code == "late" and count > 0)


def cards(board: Board) -> list[Card]:
    found = []
    for figure in FIGURES:
        href = rows_at(board.unit.pk, figure.query(board.period))
        found.append(Card(figure, cell(figure, board.total, href), href))
    return found


def table(board: Board) -> list[Row]:
    """The lines below, every number with the address of its rows."""
    tails = [(figure, tail(figure.query(board.period))) for figure in FIGURES]
    url = pages_over(board.period)
    return [Row(_name(line, url), _numbers(line, tails)) for line in board.lines]


def _name(line: Line, url: Callable[[UUID], str]) -> str:
    unit = line.unit
    if line.alone:
        name = _("%(unit)s itself") % {"unit": unit.title}
    else:
        name = format_html('<a href="{}">{}</a>', url(unit.pk), unit.title)
    return name if unit.is_open() else format_html('{} <span class="tag">{}</span>', name, _("Closed unit"))


def _numbers(line: Line, tails: list[tuple[Figure, str]]) -> list[Cell]:
    base = rows_at(line.unit.pk, {})
    alone = tail({"alone": "1"}) if line.alone else ""
    return [cell(figure, line.tally, base + after + alone) for figure, after in tails]


def weeks(board: Board) -> list[dict[str, Any]]:
    """The weeks of the trend with the addresses of their rows."""
    found = []
    for week in board.weeks:
        days = (week.starts.isoformat(), week.last.isoformat())
        query = {"tab": "all", "counted": "1", "found_from": days[0], "found_to": days[1]}
        closed = {"tab": "closed", "closed_from": days[0], "closed_to": days[1]}
        found.append(
            {
                "day": days[0],
                "label": f"{week.starts:%m-%d}",
                "found": week.found,
                "closed": week.closed,
                "foundRows": rows_at(board.unit.pk, query),
                "closedRows": rows_at(board.unit.pk, closed),
            }
        )
    return found


def domains(board: Board) -> list[dict[str, Any]]:
    """Open and late by domain of work, the most open first."""
    names = dict(Domain.choices)
    return [
        {
            "name": str(names.get(line.domain, line.domain)),
            "open": line.open,
            "late": line.late,
            "openRows": rows_at(board.unit.pk, {"tab": "open", "domain": line.domain}),
            "lateRows": rows_at(board.unit.pk, {"tab": "late", "domain": line.domain}),
        }
        for line in board.domains
    ]


def spots(board: Board) -> list[dict[str, Any]]:
    """The schools of the map: shape and word say the gravest thing that is open there."""
    said = legend()
    url = pages_over(board.period)
    return [
        {
            "number": number,
            "name": spot.name,
            "at": [spot.latitude, spot.longitude],
            "shape": shape,
            "word": word,
            "text": in_words(spot.tally),
            "href": url(spot.unit_id),
        }
        for number, spot in enumerate(board.spots)
        for shape, word in [_gravest(spot.tally, said)]
    ]


def legend() -> list[tuple[str, str]]:
    """Every shape of the map and what it says, the gravest first."""
    return [
        ("major", pgettext("figure", "Major")),
        ("late", pgettext("figure", "Late")),
        ("open", pgettext("figure", "Open")),
        ("none", _("Nothing open")),
    ]


def _gravest(tally: Tally, said: list[tuple[str, str]]) -> tuple[str, str]:
    major, late, opened, nothing = said
    if tally.major:
        return major
    if tally.late:
        return late
    return opened if tally.open else nothing


def in_words(tally: Tally) -> str:
    """The three figures of this moment in one line."""
    parts = [ngettext("%(n)d open", "%(n)d open", tally.open) % {"n": tally.open}]
    if tally.late:
        parts.append(_("%(n)d late") % {"n": tally.late})
    if tally.major:
        parts.append(_("%(n)d major") % {"n": tally.major})
    return " · ".join(parts)


def outlines(board: Board) -> list[dict[str, Any]]:
    """The areas of the map: the units below, or the unit itself, that have an outline."""
    areas = [
        {
            "name": line.unit.title,
            "geometry": line.unit.outline,
            "text": in_words(line.tally),
            "href": unit_url(line.unit, board.period),
        }
        for line in board.lines
        if line.unit.outline and not line.alone
    ]
    if not areas and board.unit.outline and board.lines:
        areas = [{"name": board.unit.title, "geometry": board.unit.outline, "text": "", "href": ""}]
    return areas


def chart_data(board: Board) -> dict[str, Any]:
    """What the scripts of the page draw."""
    return {
        "weeks": weeks(board),
        "domains": domains(board),
        "spots": spots(board),
        "outlines": outlines(board),
        "words": {
            "found": pgettext("figure", "Found"),
            "closed": pgettext("figure", "Closed"),
            "late": pgettext("figure", "Late"),
            "intime": _("Open, not late"),
            "week": _("Week of"),
            "zoomIn": _("Zoom in"),
            "zoomOut": _("Zoom out"),
        },
    }
