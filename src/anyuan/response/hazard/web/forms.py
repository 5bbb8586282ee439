"""The forms of the owner's moves: assess, mark, commit, protect, watch, hand in, ask for more time."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar
from uuid import UUID

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from anyuan.foundation.kernel.public import clock
from anyuan.foundation.org.public import Domain, Person
from anyuan.foundation.ui.public import Choices, Words

from .. import public as hz
from .fields import MoveForm, Photos, Pick, named, with_current, yes_no

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Sent = dict[str, tuple[UUID, ...]]

_KEEPERS: dict[str, tuple[str, ...]] = {
    Domain.FOOD: ("canteen-manager",),
    Domain.BUS: ("bus-manager",),
    Domain.LAB: ("lab-keeper",),
    Domain.HEALTH: ("school-doctor",),
    Domain.UTILITY: ("electrician",),
    Domain.SECURITY: ("security-director",),
}
_FIXERS = ("logistics-director", "vice-logistics", "security-director", "principal")
_WATCHERS = ("security-director", "vice-safety", "principal")
_INTERIM = timedelta(days=14)


def interim_text() -> forms.CharField:
    return forms.CharField(
        label=_("Interim protection"),
        required=False,
        widget=Words(rows=2),
        help_text=_("What keeps people safe until it is fixed: a fence, a sign, a lock, a guard."),
    )


def interim_day() -> forms.DateField:
    return forms.DateField(
        label=_("Interim protection holds until"),
        required=False,
        help_text=_("The last day. Renew it before; when it runs out, it alarms."),
    )


def _last_day(hazard: hz.Hazard) -> date:
    """A first proposal: two weeks, and not past the deadline."""
    due = clock.day_of(hazard.due_at - timedelta(microseconds=1))
    return max(clock.today(), min(due, clock.today() + _INTERIM))


class InterimFields(MoveForm):
    """The interim protection, filled in with the one in force or a proposal."""

    def prepare(self) -> None:
        until = self.hazard.interim_until
        in_force = until is not None and until > clock.now()
        day = clock.day_of(until - timedelta(microseconds=1)) if until and in_force else None
        self.need("interim", "interim_until")
        self.start(interim=self.hazard.interim, interim_until=day or _last_day(self.hazard))


class AssessForm(InterimFields):
    reason = forms.CharField(label=_("Why it is general"), required=False, widget=Words(rows=2))
    interim = interim_text()
    interim_until = interim_day()

    def told(self, photos: Sent) -> hz.Assess:
        data = self.cleaned_data
        return hz.Assess(data["reason"], data["interim"], data["interim_until"])


class SuspectForm(MoveForm):
    reason = forms.CharField(
        label=_("Why it may be major"),
        widget=Words(),
        help_text=_("County and city see it at once. The county judges within its days."),
    )

    def told(self, photos: Sent) -> hz.Suspect:
        return hz.Suspect(self.cleaned_data["reason"])


class CommitForm(InterimFields):
    """The five commitments; what can be known is filled in."""

    use_required_attribute = False  # the amount hides when no funds are needed

    responsible = Pick(label=_("Responsible person"))
    measures = forms.CharField(label=_("Measures"), widget=Words())
    money = forms.ChoiceField(
        label=_("Funds"),
        choices=[("none", _("No funds needed")), ("some", _("Funds needed"))],
        widget=Choices,
    )
    funds_wan = forms.DecimalField(
        label=_("Amount in ten thousand yuan"),
        required=False,
        min_value=Decimal(0),
        max_digits=12,
        decimal_places=4,
        widget=forms.NumberInput(attrs={"step": "0.01", "inputmode": "decimal"}),
    )
    due_on = forms.DateField(label=_("Time limit"), required=False)
    plan = forms.CharField(label=_("Contingency plan"), widget=Words(rows=2))
    watcher = Pick(label=_("Watcher until it is closed"), required=False)
    interim = interim_text()
    interim_until = interim_day()
    root_cause = forms.CharField(label=_("Root cause"), widget=Words(rows=2))
    lasting_measure = forms.CharField(label=_("Lasting measure"), widget=Words(rows=2))

    def prepare(self) -> None:
        super().prepare()
        hazard, desk = self.hazard, self.desk
        self.pick("responsible").offer(named(with_current(desk.owners, hazard.responsible)))
        self.pick("watcher").offer(named(with_current(desk.staff, hazard.watcher)))
        fixers = (*_KEEPERS.get(hazard.domain, ()), *_FIXERS)
        self.start(
            responsible=hazard.responsible or desk.on_post(desk.owners, *fixers),
            watcher=hazard.watcher or desk.on_post(desk.staff, *_WATCHERS),
            measures=hazard.measures or self._remedy(),
            plan=hazard.plan
            or gettext("If it gets worse: close the place, lead people out, tell the school."),
            due_on=desk.due_day,
        )
        self.need("due_on", "watcher")
        self.need("funds_wan", when=self.data.get("money", "some") == "some")
        self.fields["due_on"].widget.attrs["max"] = desk.due_day.isoformat()
        if hazard.funds_wan is not None:
            self.start(money="some" if hazard.funds_wan else "none", funds_wan=hazard.funds_wan or None)
        if hazard.recurrence_of_id is None:
            del self.fields["root_cause"], self.fields["lasting_measure"]
        else:
            self.start(root_cause=hazard.root_cause, lasting_measure=hazard.lasting_measure)

    def _remedy(self) -> str:
        """The remedy of the failed item, or a sentence to start from."""
        item = self.hazard.check_item
        if item is not None and item.remedy:
            return item.remedy
        return gettext("Remove it (%(title)s) and look at like places.") % {"title": self.hazard.title}

    def told(self, photos: Sent) -> hz.Commit:
        data = self.cleaned_data
        return hz.Commit(
            responsible=data["responsible"],
            measures=data["measures"],
            funds_wan=data["funds_wan"] if data["money"] == "some" else Decimal(0),
            plan=data["plan"],
            watcher=data["watcher"],
            due_on=data["due_on"],
            interim=data["interim"],
            interim_until=data["interim_until"],
            root_cause=data.get("root_cause", ""),
            lasting_measure=data.get("lasting_measure", ""),
        )


class InterimForm(MoveForm):
    interim = forms.CharField(label=_("Interim protection"), widget=Words())
    interim_until = forms.DateField(label=_("Interim protection holds until"))

    def prepare(self) -> None:
        over = clock.now() >= self.hazard.due_at
        until = clock.today() + _INTERIM if over else _last_day(self.hazard)
        self.start(interim=self.hazard.interim, interim_until=until)

    def told(self, photos: Sent) -> hz.Interim:
        return hz.Interim(self.cleaned_data["interim"], self.cleaned_data["interim_until"])


class WatchForm(MoveForm):
    in_force = yes_no(_("Does the interim protection stand?"), _("It stands"), _("It does not stand"))
    text = forms.CharField(label=_("What I saw"), widget=Words())

    def facts(self) -> list[tuple[StrOrPromise, str]]:
        return [(_("Interim protection"), self.hazard.interim)] if self.hazard.interim else []

    def told(self, photos: Sent) -> hz.Watch:
        return hz.Watch(self.cleaned_data["text"], self.cleaned_data["in_force"] == "yes")


class SubmitForm(MoveForm):
    photos: ClassVar[tuple[Photos, ...]] = (
        Photos("after", _("Photos after the work"), _("From the same spot as before.")),
    )
    wide: ClassVar = True

    result = forms.CharField(label=_("What was done"), widget=Words())
    evidence_reason = forms.CharField(label=_("Why there is no photo"), required=False, max_length=200)
    rectifier = Pick(label=_("Who did the work"), required=False)

    def prepare(self) -> None:
        self.pick("rectifier").offer(
            [e for e in named(self.desk.owners) if e[1].pk != self.desk.actor.person_id], _("Myself")
        )

    def facts(self) -> list[tuple[StrOrPromise, str]]:
        return [(_("Measures"), self.hazard.measures)] if self.hazard.measures else []

    def told(self, photos: Sent) -> hz.Submit:
        data = self.cleaned_data
        return hz.Submit(data["result"], photos["after"], data["evidence_reason"], data["rectifier"])


class FixForm(SubmitForm):
    """Fixed on the spot: a photo before, unless the hazard has one, and one after."""

    photos: ClassVar[tuple[Photos, ...]] = (
        Photos("before", _("Photos before the work"), _("Not needed when the hazard shows one already.")),
        Photos("after", _("Photos after the work"), _("From the same spot as before.")),
    )
    root_cause = forms.CharField(label=_("Root cause"), widget=Words(rows=2))
    lasting_measure = forms.CharField(label=_("Lasting measure"), widget=Words(rows=2))

    def prepare(self) -> None:
        super().prepare()
        del self.fields["evidence_reason"]
        if self.hazard.recurrence_of_id is None:
            del self.fields["root_cause"], self.fields["lasting_measure"]

    def told(self, photos: Sent) -> hz.Fix:  # type: ignore[override]
        data = self.cleaned_data
        return hz.Fix(
            result=data["result"],
            before=photos["before"],
            after=photos["after"],
            rectifier=data["rectifier"],
            root_cause=data.get("root_cause", ""),
            lasting_measure=data.get("lasting_measure", ""),
        )


class AskExtensionForm(MoveForm):
    due_on = forms.DateField(label=_("New time limit"))
    reason = forms.CharField(label=_("Why more time is needed"), widget=Words())

    def prepare(self) -> None:
        self.fields["due_on"].widget.attrs["min"] = (self.desk.due_day + timedelta(days=1)).isoformat()

    def facts(self) -> list[tuple[StrOrPromise, str]]:
        return [(_("Present time limit"), self.desk.due_day.isoformat())]

    def told(self, photos: Sent) -> hz.AskExtension:
        return hz.AskExtension(self.cleaned_data["due_on"], self.cleaned_data["reason"])


class HandOverForm(MoveForm):
    kind = forms.ChoiceField(
        label=_("What is asked"),
        choices=[("refer", _("Hand over to who owns the matter")), ("coordinate", _("Ask to coordinate"))],
        widget=Choices,
        initial="refer",
    )
    to_unit = Pick(label=_("To"))
    reason = forms.CharField(
        label=_("Why we cannot fix it ourselves"),
        widget=Words(),
        help_text=_("The interim protection stays with us until it is fixed."),
    )

    def prepare(self) -> None:
        self.pick("to_unit").offer([(u.name, u) for u in hz.bodies(self.hazard)])

    def told(self, photos: Sent) -> hz.HandOverTo:
        data = self.cleaned_data
        return hz.HandOverTo(data["to_unit"], data["reason"], data["kind"])


class ReassignForm(MoveForm):
    responsible = Pick(label=_("Responsible person"), required=False)
    watcher = Pick(label=_("Watcher until it is closed"), required=False)
    reason = forms.CharField(label=pgettext_lazy("hazard", "Reason"), widget=Words(rows=2))

    def prepare(self) -> None:
        hazard = self.hazard
        self._offer("responsible", self.desk.owners, hazard.responsible)
        self._offer("watcher", self.desk.staff, hazard.watcher)

    def _offer(self, name: str, people: list[hz.Named], current: Person | None) -> None:
        others = [n for n in people if current is None or n.person.pk != current.pk]
        stays = _("Stays: %(name)s") % {"name": current.name} if current else "—"
        self.pick(name).offer(named(others), stays)

    def told(self, photos: Sent) -> hz.Reassign:
        data = self.cleaned_data
        return hz.Reassign(data["reason"], data["responsible"], data["watcher"])
