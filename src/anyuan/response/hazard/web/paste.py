"""Many hazards of several schools from one table: paste, mend the marked cells, register all of them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from anyuan.foundation.kernel.public import Actor, Invalid, Problem
from anyuan.foundation.org.public import Domain, Unit, UnitKind
from anyuan.foundation.ui.public import BaseForm, Request, once_form, page, render

from .. import permits
from ..public import Source, register_many, try_many
from .pasted import HEADS, KEYS, LONGEST_CELL, MOST_ROWS, Common, GridRow, read, understand

EMPTY_ROWS = 12
_SOURCES = (Source.INSPECTION, Source.SELF, Source.TIP_OFF, Source.ORDER, Source.IMPORT)


class CommonForm(BaseForm):
    """What holds for every row."""

    source = forms.ChoiceField(label=_("Source"), choices=[(s.value, s.label) for s in _SOURCES])
    evidence_reason = forms.CharField(
        label=_("Why there are no photos"),
        max_length=200,
        initial=_("Taken over from a table; photos follow."),
    )

    def common(self) -> Common:
        return Common(self.cleaned_data["source"], self.cleaned_data["evidence_reason"])


@page(permits.REGISTER, methods=("GET", "POST"))
def paste(request: Request) -> HttpResponse:
    """The grid. A POST checks it; with ``do=register`` and nothing to mend it registers every row."""
    if request.method != "POST":
        source = Source.SELF if _of_school(request.actor) else Source.INSPECTION
        return _show(request, [], CommonForm(initial={"source": source}))
    form = CommonForm(request.POST)
    try:
        rows, left_out = _sent(request)
    except Problem as problem:
        messages.error(request, problem.message)
        return _show(request, _typed(request), form, status=problem.status)
    checked = form.is_valid() and check(request.actor, rows, form.common())
    if request.POST.get("do") == "register" and checked:
        return _register(request, form, rows)
    return _show(request, rows, form, left_out, checked=checked, status=200 if checked or not rows else 422)


def check(actor: Actor, rows: list[GridRow], common: Common) -> bool:
    """Whether every row could be registered now; what stands against it is marked at its cell."""
    said = understand(actor, rows, common)
    if not rows or any(row.errors for row in rows):
        return False
    for number, why in try_many(actor, said).items():
        rows[number - 1].errors[""] = why
    return not any(row.errors for row in rows)


def _register(request: Request, form: CommonForm, rows: list[GridRow]) -> HttpResponse:
    def work() -> str:
        made = register_many(request.actor, understand(request.actor, rows, form.common()))
        said = ngettext("%(n)d hazard registered.", "%(n)d hazards registered.", len(made)) % {"n": len(made)}
        messages.success(request, said)
        return reverse("hazard:list") + "?tab=all&order=new"

    return once_form(request, work, again=lambda: _show(request, rows, form))


def _typed(request: Request) -> list[GridRow]:
    """The rows of the grid as sent; empty ones are dropped."""
    columns = {key: request.POST.getlist(key) for key in KEYS}
    count = min(max((len(cells) for cells in columns.values()), default=0), MOST_ROWS)
    rows = [
        GridRow({k: cells[i][:LONGEST_CELL] for k, cells in columns.items() if i < len(cells)})
        for i in range(count)
    ]
    return [row for row in rows if not row.empty]


def _sent(request: Request) -> tuple[list[GridRow], list[str]]:
    """The grid with what was pasted below it. Raises ``Invalid`` for too many rows."""
    rows, text = _typed(request), request.POST.get("pasted", "")
    if not text.strip():
        return rows, []
    pasted = read(text)
    rows += pasted.rows
    if len(rows) > MOST_ROWS:
        raise Invalid(gettext("Paste at most %(count)d rows at once.") % {"count": MOST_ROWS})
    return rows, pasted.left_out


def _of_school(actor: Actor) -> bool:
    """Whether the actor registers for schools he belongs to, not as a body above them."""
    ids = [g.unit_id for g in actor.grants_for(permits.REGISTER) if g.unit_id]
    kinds = Unit.objects.visible_to(actor).filter(pk__in=ids).values_list("kind", flat=True)
    return all(kind == UnitKind.SCHOOL for kind in kinds)


def _show(
    request: Request,
    rows: list[GridRow],
    form: CommonForm,
    left_out: list[str] | None = None,
    *,
    checked: bool = False,
    status: int = 200,
) -> HttpResponse:
    blank = [GridRow({}) for _i in range(max(EMPTY_ROWS - len(rows), 2))]
    context: dict[str, Any] = {
        "heads": HEADS,
        "rows": [*rows, *blank],
        "count": len(rows),
        "wrong": [(n, row) for n, row in enumerate(rows, start=1) if row.errors],
        "form": form,
        "left_out": left_out or [],
        "checked": checked,
        "domains": [label for _code, label in Domain.choices],
    }
    return render(request, "hazard/paste.html", context, status=status)
