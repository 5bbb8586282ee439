"""Paper beside the page: the rectification notice on A4 with a QR, its signed page back into the record."""

from __future__ import annotations

from uuid import UUID

import segno
from django.contrib import messages
from django.http import HttpResponse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from anyuan.foundation.kernel.public import clock
from anyuan.foundation.ui.public import Request, once_form, page, render

from .. import permits
from .. import public as hz
from ..public import Hazard
from .fields import save_photos


def qr(url: str) -> SafeString:
    """``url`` as a drawing that grows with its box."""
    drawn = segno.make(url, error="m", micro=False).svg_inline(border=0, omitsize=True)
    return SafeString(drawn)


@page(permits.VIEW, assigned=True)
def notice(request: Request, pk: UUID) -> HttpResponse:
    """The notice to print; the seal is put by hand."""
    hazard = hz.find(request.actor, pk)
    context = {
        "hazard": hazard,
        "issuer": _issuer(hazard),
        "today": clock.today(),
        "qr": qr(request.build_absolute_uri(hazard.url)),
    }
    return render(request, "hazard/notice.html", context)


def _issuer(hazard: Hazard) -> str:
    """Who orders the work: the listing authority, who found it from above, or the school itself."""
    body = hazard.listing_unit or hazard.finder_unit
    return str(body.name)


@page(permits.VIEW, methods=("POST",), assigned=True)
def keep_paper(request: Request, pk: UUID) -> HttpResponse:
    """The photographed page with signature and seal returns to its record."""
    hazard = hz.find(request.actor, pk)

    def work() -> str:
        hz.keep_paper(request.actor, hazard, save_photos(request, "paper", hazard.unit))
        messages.success(request, _("The signed page is in the record."))
        return f"{hazard.url}#papers"

    return once_form(request, work)
