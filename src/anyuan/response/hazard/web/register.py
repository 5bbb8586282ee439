"""Register a hazard: what, where, how grave, what protects people; or fixed on the spot with two photos."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from anyuan.foundation.kernel.public import Actor, NotFound, clock
from anyuan.foundation.org.public import (
    Domain,
    Unit,
    UnitKind,
    place_by_token,
    places_of,
    schools_below,
    search_units,
    tops,
)
from anyuan.foundation.org.public import unit as find_unit
from anyuan.foundation.ui.public import BaseForm, Choices, Request, Words, once_form, page, render

from .. import permits
from .. import public as hz
from ..public import Hazard, Source
from .fields import Pick, save_photos

SHOWN = 40
"""Schools listed before somebody searches."""
_INTERIM = timedelta(days=14)
_AT_SCHOOL = (Source.SELF, Source.TIP_OFF, Source.ORDER, Source.ALARM, Source.INCIDENT)
_FROM_ABOVE = (Source.INSPECTION, Source.TIP_OFF, Source.ORDER)
_WAYS = {
    "general": _("General"),
    "later": _("Assess later"),
    "suspected": _("Suspected major"),
    "fixed": _("Fixed on the spot"),
}


class FindingForm(BaseForm):
    """What a hazard needs to be entered, also when a quick snap becomes one."""

    title = forms.CharField(label=_("What is wrong, in a few words"), max_length=100)
    place = Pick(label=_("Place"), required=False)
    place_text = forms.CharField(label=_("Where exactly"), required=False, max_length=80)
    domain = forms.ChoiceField(label=_("Category"), choices=[("", "—"), *Domain.choices])
    way = forms.ChoiceField(label=_("How grave"), widget=Choices)
    suspected = forms.CharField(label=_("Why it may be major"), required=False, widget=Words(rows=2))
    interim = forms.CharField(label=_("Interim protection"), required=False, widget=Words(rows=2))
    interim_until = forms.DateField(label=_("Interim protection holds until"), required=False)
    description = forms.CharField(label=_("Description"), required=False, widget=Words())
    cause = forms.ChoiceField(label=_("Cause"), required=False, choices=[("", "—"), *hz.Cause.choices])

    use_required_attribute = False  # what belongs to another way of entering hides
    ways: tuple[str, ...] = ("general", "later", "suspected")

    def __init__(self, actor: Actor, unit: Unit, data: Any = None) -> None:
        super().__init__(data)
        self.unit = unit
        places = places_of(actor, unit)
        field = self.fields["place"]
        assert isinstance(field, Pick)
        field.offer([(p.name, p) for p in places], _("Not in the list"))
        way = self.data.get("way", "general")
        for name in ("interim", "interim_until"):
            self.fields[name].required = way not in {"later", "fixed"}
        self.fields["suspected"].required = way == "suspected" or data is None
        ways = [w for w in self.ways if w != "general" or actor.may(permits.ASSESS, unit.path)]
        self.fields["way"].choices = [(w, _WAYS[w]) for w in ways]  # type: ignore[attr-defined]
        self.start(way=ways[0], interim_until=clock.today() + _INTERIM)

    def start(self, **values: Any) -> None:
        """Fill in what is known."""
        for name, value in values.items():
            self.fields[name].initial = value

    def clean(self) -> None:
        data = self.cleaned_data
        if not data.get("place") and not data.get("place_text", "").strip():
            self.add_error("place", gettext("Say where it is: choose a place or write it."))

    def finding(self, **more: Any) -> hz.Registration:
        data = self.cleaned_data
        fixed = data["way"] == "fixed"
        return hz.Registration(
            unit=self.unit,
            title=data["title"],
            domain=data["domain"],
            description=data["description"],
            place=data["place"],
            place_text=data["place_text"],
            cause=data["cause"],
            interim="" if fixed else data["interim"],
            interim_until=None if fixed else data["interim_until"],
            suspected=data["suspected"] if data["way"] == "suspected" else "",
            general=data["way"] == "general",
            **more,
        )


class RegisterForm(FindingForm):
    """A hazard entered at a desk or on a phone."""

    ways = ("general", "later", "suspected", "fixed")

    result = forms.CharField(label=_("What was done"), required=False, widget=Words(rows=2))
    evidence_reason = forms.CharField(label=_("Why there is no photo"), required=False, max_length=200)
    source = forms.ChoiceField(label=_("Source"))
    found_at = forms.DateTimeField(label=_("When it was found"), required=False, help_text=_("Empty: now."))
    clause_ref = forms.CharField(
        label=_("Basis"), required=False, max_length=120, help_text=_("Document and clause, when known.")
    )
    root_cause = forms.CharField(label=_("Root cause"), required=False, widget=Words(rows=2))
    lasting_measure = forms.CharField(label=_("Lasting measure"), required=False, widget=Words(rows=2))

    def __init__(self, actor: Actor, unit: Unit, old: Hazard | None = None, data: Any = None) -> None:
        super().__init__(actor, unit, data)
        self.old = old
        self.fields["result"].required = self.data.get("way", "fixed") == "fixed"
        own = any(g.path == unit.path for g in actor.grants_for(permits.REGISTER))
        sources = _AT_SCHOOL if own else _FROM_ABOVE
        self.fields["source"].choices = [(str(s), s.label) for s in sources]  # type: ignore[attr-defined]
        if old is None:
            del self.fields["root_cause"], self.fields["lasting_measure"]
            return
        self.start(
            title=old.title,
            domain=old.domain,
            place=str(old.place_id or ""),
            place_text=old.place_text,
            clause_ref=old.clause_ref,
            cause=old.cause,
        )

    def clean(self) -> None:
        super().clean()
        data = self.cleaned_data
        if data.get("way") != "fixed":
            return
        for name in ("root_cause", "lasting_measure"):
            if name in self.fields and not data.get(name, "").strip():
                self.add_error(name, gettext("It came back: write this too."))


@page(permits.REGISTER, methods=("GET", "POST"))
def new(request: Request) -> HttpResponse:
    """The form; ``?unit=`` names the unit, ``?recurrence_of=`` a closed hazard, ``?place=`` a QR token."""
    old = _old(request)
    unit = old.unit if old is not None else _unit(request)
    if unit is None:
        return _choose_unit(request)
    request.actor.require(permits.REGISTER, unit.path)
    if request.method != "POST":
        form = RegisterForm(request.actor, unit, old)
        form.start(**_scanned(request, unit))
        return _show(request, form)
    form = RegisterForm(request.actor, unit, old, request.POST)
    return once_form(request, lambda: _register(request, form), form=form, again=lambda: _show(request, form))


def _register(request: Request, form: RegisterForm) -> str:
    data = form.cleaned_data
    stamp = hz.Stamp(occurred_at=data["found_at"])
    finding = form.finding(
        source=data["source"],
        clause_ref=data["clause_ref"],
        evidence_reason=data["evidence_reason"],
        before=save_photos(request, "before", form.unit),
        recurrence_of=form.old,
    )
    hazard = hz.register(request.actor, finding, stamp)
    if data["way"] == "fixed":
        fix = hz.Fix(
            result=data["result"],
            after=save_photos(request, "after", form.unit),
            root_cause=data.get("root_cause", ""),
            lasting_measure=data.get("lasting_measure", ""),
        )
        hazard = hz.fix_on_the_spot(request.actor, hazard, fix, stamp)
    return hazard.url


def _show(request: Request, form: RegisterForm) -> HttpResponse:
    context = {"form": form, "unit": form.unit, "old": form.old, "draft": f"hazard-new-{form.unit.pk}"}
    return render(request, "hazard/register.html", context)


def _old(request: Request) -> Hazard | None:
    key = request.GET.get("recurrence_of", "")
    return hz.find(request.actor, key) if key else None


def _scanned(request: Request, unit: Unit) -> dict[str, str]:
    token = request.GET.get("place", "")
    place = place_by_token(request.actor, token) if token else None
    return {"place": str(place.pk)} if place is not None and place.unit_id == unit.pk else {}


def _unit(request: Request) -> Unit | None:
    """The unit named, or the only school the actor's role lies on."""
    key = request.GET.get("unit", "")
    if key:
        return find_unit(request.actor, key)
    ids = {g.unit_id for g in request.actor.grants_for(permits.REGISTER) if g.unit_id}
    if len(ids) != 1:
        return None
    try:
        only = find_unit(request.actor, next(iter(ids)))
    except NotFound:
        return None
    return only if only.kind == UnitKind.SCHOOL else None


def _choose_unit(request: Request) -> HttpResponse:
    """First the school: by search, or from the first of the list."""
    text = request.GET.get("q", "").strip()
    if text:
        found = [u for u in search_units(request.actor, text) if u.kind == UnitKind.SCHOOL]
    else:
        found = [u for top in tops(request.actor) for u in schools_below(request.actor, top)[: SHOWN + 1]]
    units: dict[UUID, Unit] = {u.pk: u for u in found if request.actor.may(permits.REGISTER, u.path)}
    shown = list(units.values())[:SHOWN]
    context = {"units": shown, "q": text, "more": len(units) > SHOWN}
    return render(request, "hazard/choose_unit.html", context)
