"""How the duties of the schools stand, for those above them: head numbers, and who is late."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from anyuan.foundation.org.public import Unit
from anyuan.foundation.org.public import unit as find_unit
from anyuan.foundation.ui.public import Request, addresses, page, render
from anyuan.rules.compliance.public import COMPLIANCE_VIEW
from anyuan.rules.ledger.public import LEDGER_VIEW

from ..queries.region import late_schools, overview, reminder


@page(COMPLIANCE_VIEW)
def county(request: Request, unit: UUID) -> HttpResponse:
    """Proposals waiting, schools without data, schools × areas."""
    area = _area(request, unit)
    rows = reverse("compliance:rows")

    def listed(state: str) -> str:
        return f"{rows}?{urlencode({'unit': str(area.pk), 'state': state})}"

    context = {
        "area": area,
        "overview": overview(request.actor, area),
        "unknown_url": listed("unknown"),
        "unmet_url": listed("unmet"),
        "proposals_url": f"{reverse('hazard:proposals')}?{urlencode({'unit': str(area.pk)})}",
        "facts_url": reverse("ledger:facts", args=[area.pk])
        if request.actor.may(LEDGER_VIEW, area.path)
        else "",
        "guide": request.actor.may("org.manage", area.path),
    }
    return render(request, "desk/county.html", context, part="desk/parts/county.html")


@dataclass(frozen=True, slots=True)
class _Late:
    """A school with its late duties as its row shows them."""

    url: str
    name: str
    titles: SafeString
    number: int


@page(COMPLIANCE_VIEW)
def late_duties(request: Request, unit: UUID) -> HttpResponse:
    """The schools with late duties, with a text to copy into the group."""
    area = _area(request, unit)
    schools = late_schools(request.actor, area)
    page_of = addresses("compliance:unit")
    rows = [
        _Late(
            page_of(s.unit_id), s.name, format_html_join("", "<span>{}</span>", zip(s.titles)), len(s.titles)
        )
        for s in schools
    ]
    context = {"area": area, "rows": rows, "text": reminder(area, schools)}
    return render(request, "desk/late_duties.html", context)


def _area(request: Request, key: UUID) -> Unit:
    found = find_unit(request.actor, key)
    request.actor.require(COMPLIANCE_VIEW, found.path)
    return found
