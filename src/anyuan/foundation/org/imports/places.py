"""Places from a workbook; matched by unit and name."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from django.db.models import Max
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anyuan.foundation.kernel.public import Actor, subtree
from anyuan.foundation.sheets.public import Column, SheetRow, Table, as_whole, as_yes

from ..actions.common import changes, clean_name, invalid
from ..actions.places import new_token
from ..catalogue import PlaceKind
from ..models import Campus, Place, Unit
from ..permits import MANAGE_PLACES
from .base import Importer, Verdict, cell, labels


class PlaceImport(Importer):
    """Adds and changes inspection points; it closes none. New ones get a QR token of their own."""

    code = "places"
    title: ClassVar[str | Promise] = gettext_lazy("Places")
    verb = MANAGE_PLACES

    def __init__(self, actor: Actor, root: Unit, *, full: bool = False) -> None:
        super().__init__(actor, root, full=full)
        self._places: dict[tuple[UUID, str], Place] = {}
        self._campuses: dict[tuple[UUID, str], Campus] = {}
        self._last: dict[UUID, int] = {}
        self._made: list[Place] = []
        self._changed: list[Place] = []

    @classmethod
    def columns(cls) -> list[Column]:
        return [
            Column("unit", _("Unit"), note=_("Name or code; empty: the unit that imports."), width=28,
                   example="东屏县实验小学", aliases=("学校", "学校名称", "单位名称")),
            Column("name", _("Name of the place"), True, example="教学楼东侧楼梯", width=28,
                   aliases=("点位名称", "场所名称", "点位")),
            Column("kind", _("Kind of place"), choices=list(labels(PlaceKind.choices)),
                   example=str(PlaceKind.CORRIDOR.label), aliases=("类别", "点位类别")),
            Column("campus", _("Campus"), note=_("The name of a campus the unit has; empty: none.")),
            Column("on_round", _("On the daily round"), choices=[_("yes"), _("no")], example=_("yes")),
            Column("order", _("Order"), note=_("Order on the round; empty: at the end.")),
        ]  # fmt: skip

    def prepare(self, table: Table) -> None:
        here = subtree(self.root.path, "unit__path")
        for place in Place.everything.filter(here, closed_on=None):
            self._places[place.unit_id, place.name] = place
        for campus in Campus.objects.filter(here):
            self._campuses[campus.unit_id, campus.name] = campus
        last = Place.everything.filter(here).values_list("unit_id").annotate(last=Max("order"))
        self._last = dict(last)

    def take(self, row: SheetRow) -> None:
        unit = self.units.find(row["unit"], "unit", empty=self.root)
        name = cell(row, "name", lambda text: clean_name(text, 80))
        self.once((unit.pk, name), row.number, "name")
        values: dict[str, object] = {}
        if kind := self.pick(row, "kind", PlaceKind.choices):
            values["kind"] = kind
        if row["campus"]:
            values["campus_id"] = self._campus(unit, row["campus"]).pk
        if (on_round := cell(row, "on_round", as_yes)) is not None:
            values["on_round"] = on_round
        if (order := cell(row, "order", as_whole)) is not None:
            values["order"] = order
        place = self._places.get((unit.pk, name))
        if place is None:
            self._last[unit.pk] = self._last.get(unit.pk, 0) + 1
            values.setdefault("order", self._last[unit.pk])
            self._made.append(Place(unit=unit, name=name, token=new_token(), **values))
            self.note(row.number, Verdict.NEW, f"{unit.name} {name}")
            return
        before, after = changes(place, values)
        if after:
            self._changed.append(place)
        self.note(
            row.number, Verdict.CHANGED if after else Verdict.UNCHANGED, f"{unit.name} {name}",
            {key: (before[key], after[key]) for key in after},
        )  # fmt: skip

    def _campus(self, unit: Unit, name: str) -> Campus:
        campus = self._campuses.get((unit.pk, name))
        if campus is None:
            raise invalid("campus", _("%(unit)s has no campus %(name)s.") % {"unit": unit.name, "name": name})
        return campus

    def write(self) -> None:
        Place.everything.bulk_create(self._made, batch_size=2000)
        fields = ["kind", "campus", "on_round", "order"]
        Place.everything.bulk_update(self._changed, fields, batch_size=500)
