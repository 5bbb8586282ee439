"""What a bulk act asks once for all ticked hazards."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from anyuan.foundation.kernel.public import Actor, clock
from anyuan.foundation.org.public import Unit
from anyuan.foundation.ui.public import BaseForm, Words

from .. import public as hz
from ..public import Hazard, Named, people_at
from .fields import Pick, named

MOST_UNITS = 8
"""People are offered for so many units at once; more would be a list nobody reads."""


def last_day(hazard: Hazard) -> date:
    """The last day of the half-open deadline."""
    return clock.day_of(hazard.due_at - timedelta(microseconds=1))


class BulkForm(BaseForm):
    """The input of one act. ``sample`` stands in for it while the page says what would happen."""

    def __init__(self, actor: Actor, hazards: Sequence[Hazard], data: Any = None) -> None:
        super().__init__(data)
        self.actor = actor
        self.hazards = hazards
        self.prepare()

    def prepare(self) -> None:
        """Offer choices."""

    def told(self, hazard: Hazard) -> hz.Input:
        raise NotImplementedError

    def sample(self, hazard: Hazard) -> hz.Input | None:
        """An input as good as any, to rehearse the act with; None when there can be none."""
        raise NotImplementedError


class AcceptForm(BulkForm):
    text = forms.CharField(
        label=pgettext_lazy("hazard", "Opinion"),
        required=False,
        max_length=500,
        widget=Words(rows=2),
        initial=_("Checked: it is done."),
    )

    def told(self, hazard: Hazard) -> hz.Input:
        return hz.Accept(self.cleaned_data["text"])

    def sample(self, hazard: Hazard) -> hz.Input:
        return hz.Accept()


class CloseForm(BulkForm):
    text = forms.CharField(
        label=pgettext_lazy("hazard", "Opinion"), required=False, max_length=500, widget=Words(rows=2)
    )

    def told(self, hazard: Hazard) -> hz.Input:
        return hz.Close(self.cleaned_data["text"])

    def sample(self, hazard: Hazard) -> hz.Input:
        return hz.Close()


class AssessForm(BulkForm):
    interim = forms.CharField(
        label=_("Interim protection"),
        widget=Words(rows=2),
        max_length=500,
        help_text=_("Where a hazard has its own already, that stays."),
    )
    interim_until = forms.DateField(label=_("Interim protection holds until"))

    def prepare(self) -> None:
        self.fields["interim_until"].initial = clock.today() + timedelta(days=14)

    def told(self, hazard: Hazard) -> hz.Input:
        if hazard.interim and hazard.interim_until is not None:
            return hz.Assess()
        return hz.Assess(
            interim=self.cleaned_data["interim"], interim_until=self.cleaned_data["interim_until"]
        )

    def sample(self, hazard: Hazard) -> hz.Input:
        return hz.Assess(interim="—", interim_until=clock.today() + timedelta(days=1))


class PeopleForm(BulkForm):
    """The base of acts that name people: those on posts at the owners of the hazards."""

    def prepare(self) -> None:
        owners: dict[Any, Unit] = {h.owner_unit_id: h.owner_unit for h in self.hazards}
        self.people: dict[Any, list[Named]] = {
            key: people_at(self.actor, unit) for key, unit in list(owners.items())[:MOST_UNITS]
        }
        groups = [(owners[key].title, named(people)) for key, people in self.people.items() if people]
        for field in self.fields.values():
            if isinstance(field, Pick):
                field.offer_groups(groups)

    def anybody(self, hazard: Hazard) -> hz.Input | None:
        raise NotImplementedError

    def sample(self, hazard: Hazard) -> hz.Input | None:
        return self.anybody(hazard) if self.people.get(hazard.owner_unit_id) else None


class AssignForm(PeopleForm):
    responsible = Pick(label=_("Responsible person"))
    reason = forms.CharField(label=_("Why the person changes"), max_length=200)

    def told(self, hazard: Hazard) -> hz.Input:
        return hz.Reassign(self.cleaned_data["reason"], responsible=self.cleaned_data["responsible"])

    def anybody(self, hazard: Hazard) -> hz.Input:
        people = self.people[hazard.owner_unit_id]
        other = next((n.person for n in people if n.person.pk != hazard.responsible_id), people[0].person)
        return hz.Reassign("—", responsible=other)


class CommitForm(PeopleForm):
    responsible = Pick(label=_("Responsible person"))
    watcher = Pick(label=_("Watcher"))
    measures = forms.CharField(label=_("Measures"), widget=Words(rows=2))
    funds_wan = forms.DecimalField(
        label=_("Funds (10,000 yuan)"),
        min_value=0,
        max_digits=12,
        decimal_places=4,
        initial=0,
        help_text=_("For each hazard; 0 says that no funds are needed."),
    )
    plan = forms.CharField(label=_("Contingency plan"), widget=Words(rows=2))

    def told(self, hazard: Hazard) -> hz.Input:
        data = self.cleaned_data
        return hz.Commit(
            data["responsible"], data["measures"], data["funds_wan"], data["plan"], data["watcher"]
        )

    def anybody(self, hazard: Hazard) -> hz.Input:
        people = self.people[hazard.owner_unit_id]
        return hz.Commit(people[0].person, "—", Decimal(0), "—", people[-1].person)


class AskForm(BulkForm):
    due_on = forms.DateField(label=_("New last day"))
    reason = forms.CharField(label=_("Why more time is needed"), widget=Words(rows=2), max_length=500)

    def told(self, hazard: Hazard) -> hz.Input:
        return hz.AskExtension(self.cleaned_data["due_on"], self.cleaned_data["reason"])

    def sample(self, hazard: Hazard) -> hz.Input:
        return hz.AskExtension(clock.day_of(hazard.due_at) + timedelta(days=30), "—")
