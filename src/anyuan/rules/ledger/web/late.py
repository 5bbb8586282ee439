"""The page on which a region says until when an entry counts at once."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anyuan.foundation.ui.public import BaseForm, Request, Words, once_form, page, render
from anyuan.rules.policy.public import POLICY_TUNE

from ..allowance import MOST_DAYS, Allowances, allow_late, said_above
from ..entry_form import whole_number
from ..models import LateAllowance
from .common import frame, unit_here


class LateForm(BaseForm):
    """How many days, and what that rests on."""

    days = whole_number(
        0, MOST_DAYS, label=gettext_lazy("Days an entry may come late"), required=False,
        help_text=gettext_lazy("Empty: as the region above says."),
    )  # fmt: skip
    basis = forms.CharField(label=gettext_lazy("Basis"), max_length=200, required=False, widget=Words(rows=2))


@page(POLICY_TUNE, methods=("GET", "POST"))
def late(request: Request, unit_id: UUID) -> HttpResponse:
    """What holds here, from where, and the own value of this region."""
    unit = unit_here(request, unit_id)
    request.actor.require(POLICY_TUNE, unit.path)
    own = LateAllowance.objects.visible_to(request.actor).filter(unit=unit).exclude(days=None).first()
    initial = {"days": own.days, "basis": own.basis} if own else {}
    form = LateForm(request.POST) if request.method == "POST" else LateForm(initial=initial)

    def show() -> HttpResponse:
        allowances = Allowances()
        above = allowances.above(unit.path)
        context = frame(request, unit, "books") | {
            "form": form,
            "allowed": allowances.at(unit.path),
            "own": own,
            "path": unit.path,
            "above": said_above(above) if above.at else "",
        }
        return render(request, "ledger/late.html", context)

    def work() -> str:
        allow_late(request.actor, unit, form.cleaned_data["days"], form.cleaned_data["basis"])
        messages.success(request, _("Saved. It holds for entries from now on."))
        return reverse("ledger:late", args=[unit.pk])

    if request.method == "GET":
        return show()
    return once_form(request, work, form=form, again=show)
