"""The base of every form of the loop: version, time, proxy, photos; a choice that gives the thing itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from anyuan.foundation.files.public import save_upload
from anyuan.foundation.kernel.public import Actor, clock
from anyuan.foundation.org.public import Person, Unit
from anyuan.foundation.ui.public import BaseForm, Choices, Request, uploads

from .. import permits
from ..public import Hazard, Input, Named, Proxy, Stamp, people_at

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, slots=True)
class Photos:
    """A photo field of a form: the role its photos get, and what it says."""

    name: str
    label: StrOrPromise
    hint: StrOrPromise = ""


class Pick(forms.ChoiceField):
    """A choice among things; cleaned, it is the thing itself, or None."""

    things: dict[str, Any]

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.things = {}

    def offer(self, entries: Iterable[tuple[StrOrPromise, Any]], empty: StrOrPromise = "—") -> None:
        """Offer (label, thing) pairs, in this order."""
        self.offer_groups([("", entries)], empty)

    def offer_groups(
        self,
        groups: Iterable[tuple[StrOrPromise, Iterable[tuple[StrOrPromise, Any]]]],
        empty: StrOrPromise = "—",
    ) -> None:
        """Offer groups of (label, thing) pairs; a group without a name stands by itself."""
        self.things = {}
        choices: list[Any] = [("", empty)]
        for name, entries in groups:
            lines = [(str(thing.pk), label) for label, thing in entries]
            self.things |= {str(thing.pk): thing for _label, thing in entries}
            choices += [(name, lines)] if name else lines
        self.choices = choices

    def clean(self, value: Any) -> Any:
        return self.things.get(super().clean(value))


def named(people: Iterable[Named]) -> list[tuple[str, Person]]:
    """People as :class:`Pick` offers them."""
    return [(entry.label, entry.person) for entry in people]


class Desk:
    """Who fills a form for which hazard, and the people there; each list is read once."""

    def __init__(self, actor: Actor, hazard: Hazard) -> None:
        self.actor = actor
        self.hazard = hazard

    @cached_property
    def staff(self) -> list[Named]:
        """People on posts where the hazard lies."""
        return people_at(self.actor, self.hazard.unit)

    @cached_property
    def owners(self) -> list[Named]:
        """People on posts at the unit that must rectify."""
        same = self.hazard.owner_unit_id == self.hazard.unit_id
        return self.staff if same else people_at(self.actor, self.hazard.owner_unit)

    @property
    def due_day(self) -> date:
        return clock.day_of(self.hazard.due_at - timedelta(microseconds=1))

    def on_post(self, people: list[Named], *posts: str) -> Person | None:
        """The first of ``people`` on one of ``posts``, in the order of ``posts``."""
        return next((n.person for code in posts for n in people if code in n.posts), None)


def with_current(people: list[Named], current: Person | None) -> list[Named]:
    """``people`` and whoever is named already, also when he left the post."""
    if current is None or any(n.person.pk == current.pk for n in people):
        return people
    return [Named(current, ()), *people]


def save_photos(request: Request, name: str, unit: Unit) -> tuple[UUID, ...]:
    """The photos of one field as drafts of the actor at ``unit``. Raises ``Invalid``."""
    return tuple(
        save_upload(request.actor, u.file, unit=unit, capture=u.capture, taken_at=u.taken_at).pk
        for u in uploads(request, name)
    )


class MoveForm(BaseForm):
    """One move of one hazard: what every move may carry, and what this one asks for.

    ``photos`` are its photo fields. :meth:`prepare` offers choices and fills in what is known,
    :meth:`told` gives what the action takes.
    """

    photos: ClassVar[tuple[Photos, ...]] = ()
    wide: ClassVar[bool] = False
    """Whether the photos of the hazard belong above the form: whoever decides must see them."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    occurred_at = forms.DateTimeField(
        label=_("When it happened"),
        required=False,
        help_text=_("Empty: now. Something done earlier keeps its own time and is marked as entered later."),
    )
    signer = Pick(
        label=_("Entered for"),
        required=False,
        help_text=_("Who signed on paper and cannot log in. Add a photo of the signed page."),
    )

    def __init__(self, desk: Desk, data: Any = None) -> None:
        super().__init__(data)
        self.desk = desk
        self.hazard = desk.hazard
        self.fields["version"].initial = desk.hazard.version
        if self.by_proxy:
            self.pick("signer").offer(
                [(n.label, n.person) for n in desk.staff if n.person.pk != desk.actor.person_id],
                _("Myself"),
            )
        else:
            del self.fields["signer"]
        self.prepare()

    @property
    def by_proxy(self) -> bool:
        """Whether the actor may enter for somebody who signed on paper."""
        return self.desk.actor.may(permits.REGISTER, self.hazard.unit.path)

    def pick(self, name: str) -> Pick:
        field = self.fields[name]
        assert isinstance(field, Pick)
        return field

    def start(self, **values: Any) -> None:
        """Fill in what the system knows already."""
        for name, value in values.items():
            self.fields[name].initial = value.pk if isinstance(value, Person | Unit) else value

    def need(self, *names: str, when: bool = True) -> None:
        """These fields must be filled in, as long as another answer does not take them away."""
        for name in names:
            self.fields[name].required = when

    def prepare(self) -> None:
        """Offer choices and fill in what is known."""

    def facts(self) -> list[tuple[StrOrPromise, str]]:
        """What the actor must know to fill it in: (label, text) lines."""
        return []

    def told(self, photos: dict[str, tuple[UUID, ...]]) -> Input:
        """What the action is told. ``photos`` are drafts by field."""
        raise NotImplementedError

    def stamp(self, paper: tuple[UUID, ...]) -> Stamp:
        at: datetime | None = self.cleaned_data["occurred_at"]
        signer: Person | None = self.cleaned_data.get("signer")
        proxy = Proxy(signer, paper) if signer is not None else None
        return Stamp(occurred_at=at, version=self.cleaned_data["version"], proxy=proxy)

    @property
    def main(self) -> list[forms.BoundField]:
        """The visible fields of this move itself."""
        return [f for f in self.visible_fields() if f.name not in {"occurred_at", "signer"}]

    @property
    def paper(self) -> list[forms.BoundField]:
        """The fields of a late or proxy entry."""
        return [self[name] for name in ("occurred_at", "signer") if name in self.fields]


def yes_no(label: StrOrPromise, yes: StrOrPromise, no: StrOrPromise) -> forms.ChoiceField:
    """Two large buttons; cleaned to "yes" or "no"."""
    return forms.ChoiceField(label=label, choices=[("yes", yes), ("no", no)], widget=Choices)
