"""Quick snap (随手拍): photo, place, send. What comes of it is said afterwards."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from anyuan.foundation.kernel.public import Invalid
from anyuan.foundation.org.public import Domain, Place, Unit, people_on_post, place_by_token, places_of
from anyuan.foundation.ui.public import Request, once_form, page, render
from anyuan.response.hazard import public as hz

from .choosing import choose, drafts, unit_for

REPORT = "hazard.report"
SAFETY_POST = "security-director"


@page(REPORT, methods=("GET", "POST"))
def snap(request: Request) -> HttpResponse:
    """A snap at one's own school; who belongs to none finds the school first."""
    unit = unit_for(request, REPORT)
    if unit is None:
        return choose(request, _("Quick snap"))
    return _form(request, unit, None)


@page(REPORT, methods=("GET", "POST"))
def snap_at(request: Request, token: str) -> HttpResponse:
    """A snap at the place whose code was scanned."""
    place = place_by_token(request.actor, token)
    return _form(request, place.unit, place)


def _form(request: Request, unit: Unit, fixed: Place | None) -> HttpResponse:
    request.actor.require(REPORT, unit.path)
    places = [] if fixed else places_of(request.actor, unit)

    def work() -> str:
        chosen = fixed or next((p for p in places if str(p.pk) == request.POST.get("place")), None)
        if request.POST.get("why_major", "").strip():
            return _suspect(request, unit, chosen).url
        lead = hz.report_lead(
            request.actor,
            unit,
            photos=drafts(request, "photos", unit),
            place=chosen,
            place_text="" if chosen else request.POST.get("place_text", "")[:80],
            text=request.POST.get("text", "")[:500],
        )
        return reverse("desk:snapped", args=[lead.pk])

    def show() -> HttpResponse:
        context = {"unit": unit, "place": fixed, "places": places, "typed": request.POST}
        return render(request, "desk/snap.html", context | {"domains": Domain.choices})

    return once_form(request, work, again=show) if request.method == "POST" else show()


def _suspect(request: Request, unit: Unit, place: Place | None) -> hz.Hazard:
    """Anybody at the school may mark a suspected major hazard; county and city see it at once."""
    text = request.POST.get("text", "").strip()
    domain = request.POST.get("domain", "")
    wrong = {}
    if not text:
        wrong["text"] = [_("Write in a few words what is wrong.")]
    if domain not in Domain.values:
        wrong["domain"] = [_("Choose the category.")]
    if wrong:
        raise Invalid(
            _("A suspected major hazard goes to the county at once, so it needs a little more."), wrong
        )
    photos = drafts(request, "photos", unit)
    found = hz.Registration(
        unit=unit,
        title=text[:100],
        description=text,
        domain=domain,
        place=place,
        place_text="" if place else request.POST.get("place_text", "")[:80],
        source=hz.Source.SNAP,
        before=photos,
        evidence_reason="" if photos else _("Reported at once, without a photo"),
        suspected=request.POST["why_major"].strip()[:1000],
    )
    return hz.register(request.actor, found)


@page(REPORT)
def snapped(request: Request, pk: UUID) -> HttpResponse:
    """Thank you: who looks at it, and what happens next."""
    lead = hz.find_lead(request.actor, pk)
    names = [person.name for person in people_on_post(lead.unit, SAFETY_POST)]
    return render(request, "desk/snapped.html", {"lead": lead, "names": names})
