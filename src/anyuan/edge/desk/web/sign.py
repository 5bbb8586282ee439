"""待我签批: the principal ticks what is in order and signs once."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from anyuan.foundation.kernel.public import Invalid
from anyuan.foundation.ui.public import Request, once_form, page
from anyuan.response.hazard import public as hz

from ..actions import Signed, sign


@page("hazard.accept", methods=("POST",))
def sign_batch(request: Request) -> HttpResponse:
    """Accept the ticked hazards; the desk then says which were signed and which not, and why."""

    def work() -> str:
        ids = request.POST.getlist("ids")
        if not ids:
            raise Invalid(_("Tick at least one line."))
        shown = {key: request.POST.get(f"version_{key}", "") for key in ids}
        versions = {key: int(value) for key, value in shown.items() if value.isdecimal()}
        text = request.POST.get("text", "")[:300]
        _say(request, sign(request.actor, hz.many(request.actor, ids), versions, text))
        return reverse("desk:home")

    return once_form(request, work)


def _say(request: Request, signed: Signed) -> None:
    if signed.done:
        count = len(signed.done)
        said = ngettext("Accepted %(n)d hazard.", "Accepted %(n)d hazards.", count)
        messages.success(request, said % {"n": count})
    for hazard, reason in signed.refused:
        messages.error(request, f"{hazard.number} {hazard.title}：{reason}")
