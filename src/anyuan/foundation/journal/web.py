"""The trail as pages (操作留痕): the list with its filters, one entry, and whether the trail is whole."""

from __future__ import annotations

import re
from datetime import date
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _

from anyuan.foundation.kernel.public import Invalid
from anyuan.foundation.ui.public import Request, page, render

from .permits import JOURNAL_VIEW
from .queries import TrailFilters, entry_of, trail, verbs
from .showing import areas_in, shown
from .units import find_units, names_of
from .verification import verify_tail

_PATH = re.compile(r"/(?:\d+/)*")


@page(JOURNAL_VIEW)
def trail_page(request: Request) -> HttpResponse:
    """The entries one may see, newest first. A unit is asked for by name or by its tree path."""
    filters, found_units = _filters(request)
    listed = trail(request.actor, filters, request.GET.get("after", ""))
    named = names_of(request.actor, [filters.path]) if filters.path else {}
    context = {
        "page": listed,
        "rows": shown(request.actor, listed.rows),
        "filters": filters,
        "named_unit": named.get(filters.path, ""),
        "units": found_units,
        "asked_unit": request.GET.get("unit", "").strip(),
        "areas": areas_in(verbs()),
        "area": filters.verb.partition(".")[0],
        "filtered": filters != TrailFilters(),
    }
    return render(request, "journal/trail.html", context)


@page(JOURNAL_VIEW)
def entry_page(request: Request, pk: int) -> HttpResponse:
    """One entry: what was before and after, its place in the chain."""
    (one,) = shown(request.actor, [entry_of(request.actor, pk)])
    return render(request, "journal/entry.html", {"row": one})


@page(JOURNAL_VIEW)
def check(request: Request) -> HttpResponse:
    """A line that says whether everything since the last signed head verifies; fetched by the list."""
    return render(request, "journal/check.html", {"verdict": verify_tail()})


def _filters(request: Request) -> tuple[TrailFilters, list[tuple[str, str]]]:
    """The filters asked for, and the units to choose from when the name fits several or none."""
    asked = request.GET
    path, found = asked.get("path", ""), []
    if path and not _PATH.fullmatch(path):
        raise Invalid(_("This link is damaged. Go back to the first page of the list."))
    if name := asked.get("unit", "").strip():
        found = find_units(request.actor, name)
        exact = [p for p, n in found if n == name] or [p for p, _name in found]
        path = exact[0] if len(exact) == 1 else path
    filters = TrailFilters(
        path=path,
        actor_id=_uuid(asked.get("actor", "")),
        person=asked.get("person", "").strip().replace("\0", ""),
        verb=asked.get("verb", "").strip().replace("\0", ""),
        since=_day(asked.get("since", "")),
        until=_day(asked.get("until", "")),
    )
    return filters, found if len(found) != 1 and not path else []


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Invalid(_("“%(text)s” is not a day. Write it like 2026-11-21.") % {"text": text}) from None


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        raise Invalid(_("This link is damaged. Go back to the first page of the list.")) from None
