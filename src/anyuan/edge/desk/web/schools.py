"""Search a school, and its one page (一校一档)."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse

from anyuan.foundation.ui.public import Request, page, render

from ..links import tab_links
from ..queries.school import school_page
from .choosing import found_schools


@page("org.view")
def schools(request: Request) -> HttpResponse:
    """Schools by name, former name or code."""
    text = request.GET.get("q", "").strip()
    context = {"text": text, "units": found_schools(request.actor, text)}
    return render(request, "desk/schools.html", context)


@page("org.view")
def school(request: Request, pk: UUID) -> HttpResponse:
    """One school: facts, people on posts, open hazards, records, accounts."""
    context = school_page(request.actor, pk)
    context["links"] = tab_links(pk)
    return render(request, "desk/school.html", context)
