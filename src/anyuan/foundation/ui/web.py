"""Pages of the frame itself: the language switch, the style gallery."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.http import HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from anyuan.foundation.kernel.public import NotFound, clock

from .pages import open_page, render
from .requests import Request, go

_YEAR = 365 * 24 * 3600  # seconds


@open_page(methods=("POST",))
def language(request: Request) -> HttpResponse:
    """Switch the language on this device and stay on the page."""
    back = request.POST.get("back", "/")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure()):
        back = "/"
    response = go(request, back)
    code = request.POST.get("language", "")
    if code in dict(settings.LANGUAGES):
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, code, max_age=_YEAR, samesite="Lax", httponly=True)
    return response


@open_page(methods=("GET", "POST"))
def gallery(request: Request) -> HttpResponse:
    """Every component on one page, for those who build pages. Only in the demo or with DEBUG.

    Raises :class:`NotFound` elsewhere.
    """
    if not (settings.DEMO or settings.DEBUG):
        raise NotFound(_("There is no such page."))
    from .gallery import Sample, samples

    form = Sample(request.POST or None)
    if request.method == "POST":
        form.is_valid()
    return render(request, "ui/gallery.html", {"form": form, **samples(clock.now(), timedelta(hours=1))})
