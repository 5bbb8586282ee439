"""Accounts from Excel: the template, the file, and the same file back with remarks."""

from __future__ import annotations

import base64

from django import forms
from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anyuan.foundation.sheets.public import XLSX, annotate, template_book
from anyuan.foundation.ui.public import BaseForm, Request, once_form, page, render

from .. import queries
from ..actions.load import BadRows, columns, load_accounts
from ..permits import MANAGE

_LARGEST_MARKED = 1024 * 1024
"""A marked file up to this size travels inside the page, so that it need not be sent again."""


class LoadForm(BaseForm):
    unit = forms.ChoiceField(
        label=gettext_lazy("Unit of rows that name none"), required=False, choices=[("", "—")]
    )
    file = forms.FileField(
        label=gettext_lazy("Excel file"), widget=forms.ClearableFileInput({"accept": ".xlsx,.xls"})
    )

    def __init__(self, request: Request) -> None:
        posted = request.method == "POST"
        super().__init__(request.POST if posted else None, request.FILES if posted else None)
        self.units = {str(u.pk): u for u in queries.units_to_manage(request.actor)}
        field = self.fields["unit"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "—"), *((key, u.name) for key, u in self.units.items())]
        if len(self.units) == 1:
            field.initial = next(iter(self.units))


@page(MANAGE, methods=("GET", "POST"))
def load(request: Request) -> HttpResponse:
    """Load a file of people; every row or none."""
    form = LoadForm(request)
    if request.method == "GET":
        return _show(request, form)
    bad: list[BadRows] = []

    def work() -> str:
        unit = form.units.get(form.cleaned_data["unit"])
        try:
            loaded = load_accounts(request.actor, form.cleaned_data["file"], unit)
        except BadRows as problem:
            bad.append(problem)
            raise
        messages.success(
            request,
            _("%(people)d people read, %(new)d of them new; %(accounts)d accounts opened. Print the slips.")
            % {"people": len(loaded.people), "new": loaded.new_people, "accounts": len(loaded.accounts)},
        )
        return reverse("access:people") + "?state=waiting"

    return once_form(request, work, form=form, again=lambda: _show(request, form, *bad))


def _show(request: Request, form: LoadForm, bad: BadRows | None = None) -> HttpResponse:
    context = {
        "form": form,
        "problems": bad.problems[:100] if bad else [],
        "more": max(0, len(bad.problems) - 100) if bad else 0,
        "marked": _marked(bad) if bad else "",
    }
    return render(request, "access/load.html", context)


def _marked(bad: BadRows) -> str:
    """The user's own file with remarks, as a link that needs no second request."""
    with annotate(bad.table, bad.problems) as book:
        content = book.read()
    if len(content) > _LARGEST_MARKED:
        return ""
    return f"data:{XLSX};base64,{base64.b64encode(content).decode()}"


@page(MANAGE)
def template(request: Request) -> FileResponse:
    """The workbook to fill in."""
    notes = [_("One row per person. A person with two posts gets two rows.")]
    book = template_book(_("Accounts"), columns(), notes)
    return FileResponse(book, as_attachment=True, filename=_("accounts") + ".xlsx", content_type=XLSX)
