"""Parts of a desk that come after the page: how the school watches itself, rounds not reported."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _

from anyuan.foundation.org.public import Unit, UnitKind
from anyuan.foundation.org.public import unit as find_unit
from anyuan.foundation.ui.public import Request, page, render
from anyuan.rules.compliance.public import COMPLIANCE_VIEW
from anyuan.rules.ledger import public as ledger

from ..links import tab_links
from ..permits import DESK_VIEW
from ..queries import numbers as counting
from ..queries.day import kind_of_today
from ..queries.inbox import round_line
from ..queries.receipts import entries_this_week
from ..queries.rounds import Unreported, unreported
from ..queries.school import GAPS, defence_gaps, posts_of, watch_of

HAZARD_VIEW = "hazard.view"

NAMED = 60
"""Schools named in a reminder; a longer text is no longer read in a group chat."""


SHOWN = 12
"""Units in the table of a desk; the list and the cockpit have all."""


@page(DESK_VIEW)
def day(request: Request, unit: UUID) -> HttpResponse:
    """The head of a working day: school day or not, the rounds to walk, those missed, those done."""
    found = find_unit(request.actor, unit)
    due = ledger.rounds_due(request.actor)
    states = ledger.RoundState
    context = {
        "unit": found,
        "kind": kind_of_today(found, due),
        "now": [round_line(r) for r in due if r.state in (states.DUE, states.LATE)],
        "missed": [round_line(r) for r in due if r.state is states.MISSED and r.places],
        "done": [r for r in due if r.state is states.DONE],
        "stuck": [r for r in due if r.state in (states.NO_PLACES, states.NO_CALENDAR)],
    }
    return render(request, "desk/parts/day.html", context)


@page(HAZARD_VIEW)
def numbers(request: Request, unit: UUID) -> HttpResponse:
    """Open, late and major hazards of a node, and of each unit below it: the rows add up to the number."""
    area = find_unit(request.actor, unit)
    request.actor.require(HAZARD_VIEW, area.path)
    rows = counting.by_unit(request.actor, area)
    children = area.kind in (UnitKind.PROVINCE, UnitKind.CITY)
    below = counting.by_child(request.actor, area, rows) if children else rows
    context = {
        "area": area,
        "count": counting.total(rows, area),
        "links": tab_links(area.pk),
        "rows": [(row, tab_links(row.unit_id)) for row in below[:SHOWN]],
        "more": len(below) > SHOWN,
        "schools": not children,
        "table": area.kind != UnitKind.SCHOOL,
    }
    return render(request, "desk/parts/numbers.html", context)


@page(ledger.LEDGER_VIEW)
def watch(request: Request, unit: UUID) -> HttpResponse:
    """Today's round and the rounds of the week of one school."""
    found = find_unit(request.actor, unit)
    context = {"unit": found, "watch": watch_of(request.actor, found)}
    return render(request, "desk/watch.html", context, part="desk/parts/watch.html")


@page("org.view")
def gaps(request: Request, unit: UUID) -> HttpResponse:
    """What a principal should know: gaps of the three defences, posts nobody holds, the week's entries."""
    found, actor = find_unit(request.actor, unit), request.actor
    judged = actor.may(COMPLIANCE_VIEW, found.path)
    lines = defence_gaps(actor, found) if judged else []
    context = {
        "unit": found,
        "judged": judged,
        "defences": lines[:GAPS],
        "more": len(lines) > GAPS,
        "vacant": [row.title for row in posts_of(actor, found) if row.vacant],
        "entries": entries_this_week(actor, found) if actor.may(ledger.LEDGER_VIEW, found.path) else None,
        "undecided": ledger.count_undecided(actor, found),
    }
    return render(request, "desk/parts/gaps.html", context)


@page("hazard.judge")
def rounds(request: Request, unit: UUID) -> HttpResponse:
    """The schools of a region whose round was not reported, with a text to copy into the group."""
    area = find_unit(request.actor, unit)
    days = [(found, _reminder(area, found)) for found in unreported(request.actor, area)]
    context = {"unit": area, "days": days}
    return render(request, "desk/unreported.html", context, part="desk/parts/unreported.html")


def _reminder(area: Unit, found: Unreported) -> str:
    names = "、".join(u.title for u in found.schools[:NAMED])
    if len(found.schools) > NAMED:
        names = _("%(names)s and %(n)s more") % {"names": names, "n": len(found.schools) - NAMED}
    values = {"area": area.title, "day": found.day.strftime("%m-%d"), "n": len(found.schools), "names": names}
    if found.today:
        return (
            _(
                "[Reminder] %(area)s: on %(day)s these %(n)s schools have not reported their safety round"
                " yet: %(names)s. Please finish it today."
            )
            % values
        )
    return (
        _(
            "[Reminder] %(area)s: the safety round of %(day)s was not reported by these %(n)s schools:"
            " %(names)s. Please make it up; it stays marked as late."
        )
        % values
    )
