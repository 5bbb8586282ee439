"""Schools, sites, districts and departments from a workbook; matched by code, else by name and parent."""

from __future__ import annotations

from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anyuan.foundation.kernel.public import Actor, clock
from anyuan.foundation.sheets.public import Column, SheetRow, Table, as_day, as_number, as_whole

from ..actions.common import changes, clean_name, hold_tree, invalid
from ..actions.units import check_facts, check_kind, refresh_search, search_text, take_labels, write_name
from ..catalogue import Boarding, Function, Ownership, Setting, UnitKind, UnitType
from ..codes import check_code
from ..models import Unit, UnitName
from .base import Importer, Verdict, cell, labels, required

_WHOLE = ("pupils", "staff", "adults_on_site")
_DEGREES = ("longitude", "latitude")


def _types() -> dict[str, str]:
    """What the type column may say: unit types, and the two kinds of node that are no school."""
    nodes = {str(UnitKind(k).label): k for k in (UnitKind.DISTRICT, UnitKind.DEPARTMENT)}
    return {**labels(UnitType.choices), **{label: str(kind) for label, kind in nodes.items()}}


class UnitImport(Importer):
    """A county's list of schools. A unit that lies elsewhere already is not moved but reported."""

    code = "units"
    title: ClassVar[str | Promise] = gettext_lazy("Schools and other units")
    for_schools = False

    def __init__(self, actor: Actor, root: Unit, *, full: bool = False) -> None:
        super().__init__(actor, root, full=full)
        self._made: list[Unit] = []
        self._changed: list[tuple[Unit, dict[str, object], str]] = []
        self._codes_elsewhere: set[str] = set()

    @classmethod
    def columns(cls) -> list[Column]:
        return [
            Column("name", _("Name of the unit"), True, _("The full name on the seal."), width=28,
                   example="东屏县实验小学", aliases=("学校名称", "单位名称")),
            Column("short_name", _("Short name"), example="实验小学", aliases=("简称",)),
            Column("code", _("School code"), note=_("Ten digits; the key a unit is found by again."),
                   example="2132000001", aliases=("标识码", "学校代码", "学校标识码")),
            Column("type", _("Type"), True, choices=list(_types()), example=str(UnitType.PRIMARY.label),
                   aliases=("学校类型", "单位类型")),
            Column("parent", _("Unit above"),
                   note=_("Name or code: county, district or managing school; empty: the unit that imports."),
                   width=24, aliases=("上级单位", "所属区县")),
            Column("function", _("Function of a department"), choices=list(labels(Function.choices))),
            Column("ownership", _("Ownership"), choices=list(labels(Ownership.choices))),
            Column("boarding", _("Boarding"), choices=list(labels(Boarding.choices))),
            Column("setting", _("Urban or rural"), choices=list(labels(Setting.choices))),
            Column("pupils", _("Pupils"), example="1260", aliases=("学生数", "在校生数")),
            Column("staff", _("Staff"), example="82", aliases=("教职工数",)),
            Column("adults_on_site", _("Adults on site"), note=_("1 at a teaching point with one teacher.")),
            Column("address", _("Address"), width=36, aliases=("地址",)),
            Column("longitude", _("Longitude"), example="120.86"),
            Column("latitude", _("Latitude"), example="32.01"),
            Column("opened_on", _("Opened on"), example="1998-09-01"),
        ]  # fmt: skip

    @classmethod
    def notes(cls) -> list[str]:
        return [
            _("A row is matched by its school code; without one by its name and the unit above."),
            _("An empty cell changes nothing."),
            _("A managing school stands above its teaching points in the list."),
        ]

    def prepare(self, table: Table) -> None:
        codes = {row["code"] for row in table.rows if row["code"]} - set(self.units.by_code)
        taken = Unit.everything.filter(code__in=codes).values_list("code", flat=True)
        self._codes_elsewhere = set(taken)

    def take(self, row: SheetRow) -> None:
        kind, facts = self._kind_and_facts(row)
        name = cell(row, "name", lambda text: clean_name(text, 100))
        code = cell(row, "code", lambda text: check_code(text, kind))
        parent = self.units.find(row["parent"], "parent", empty=self.root)
        self.once(("code", code) if code else (name, parent.pk), row.number, "code" if code else "name")
        if code in self._codes_elsewhere:
            raise invalid("code", _("The code %(code)s belongs to another unit already.") % {"code": code})
        known = self.units.by_code.get(code) if code else None
        known = known or self.units.named(name, parent)
        if known is None:
            self._add(row, kind, name, code, parent, facts)
        else:
            self._change(row, known, kind, name, code, facts)

    def _kind_and_facts(self, row: SheetRow) -> tuple[str, dict[str, object]]:
        required(row, "type")
        chosen = self.pick(row, "type", [(code, label) for label, code in _types().items()])
        kind = chosen if chosen in (UnitKind.DISTRICT, UnitKind.DEPARTMENT) else UnitKind.SCHOOL
        facts: dict[str, object] = {
            "unit_type": chosen if kind == UnitKind.SCHOOL else "",
            "function": self.pick(row, "function", Function.choices),
            "ownership": self.pick(row, "ownership", Ownership.choices),
            "boarding": self.pick(row, "boarding", Boarding.choices),
            "setting": self.pick(row, "setting", Setting.choices),
            "short_name": row["short_name"][:40],
            "address": row["address"][:200],
            "opened_on": cell(row, "opened_on", as_day),
        }
        facts |= {key: cell(row, key, as_whole) for key in _WHOLE}
        facts |= {key: cell(row, key, as_number) for key in _DEGREES}
        check_facts(facts)
        if kind == UnitKind.DEPARTMENT and not facts["function"]:
            raise invalid("function", _("Say what the department is for."))
        return kind, facts

    def _add(
        self, row: SheetRow, kind: str, name: str, code: str, parent: Unit, facts: dict[str, object]
    ) -> None:
        check_kind(kind, parent)
        unit = Unit(kind=kind, name=name, code=code, parent=parent, **facts)
        self._made.append(unit)
        self.units.add(unit)
        self.note(row.number, Verdict.NEW, name)

    def _change(
        self, row: SheetRow, unit: Unit, kind: str, name: str, code: str, facts: dict[str, object]
    ) -> None:
        if unit in self._made:
            raise invalid("name", _("%(unit)s stands in the file twice.") % {"unit": name})
        if unit.kind != kind:
            message = _("%(unit)s is something else here. Change it on its page.")
            raise invalid("type", message % {"unit": name})
        if row["parent"] and self.units.find(row["parent"], "parent") != unit.parent:
            message = _("%(unit)s lies below %(parent)s. Move it on its page first.")
            raise invalid("parent", message % {"unit": unit.name, "parent": unit.parent})
        values = {key: value for key, value in facts.items() if value not in ("", None)}
        values |= {"name": name} | ({"code": code} if code else {})
        before, after = changes(unit, values)
        if not after:
            self.note(row.number, Verdict.UNCHANGED, name)
            return
        self._changed.append((unit, after, str(before.get("name", name))))
        self.note(row.number, Verdict.CHANGED, name, {k: (before[k], after[k]) for k in after})

    def write(self) -> None:
        hold_tree()
        day = clock.today()
        for unit, label in zip(self._made, take_labels(len(self._made)), strict=True):
            assert unit.parent is not None
            unit.label, unit.path = label, f"{unit.parent.path}{label}/"
            unit.search = search_text(unit, [unit.name])
        Unit.everything.bulk_create(self._made, batch_size=1000)
        UnitName.objects.bulk_create(
            [UnitName(unit=u, name=u.name, starts=u.opened_on or day) for u in self._made], batch_size=1000
        )
        for unit, after, old in self._changed:
            if "name" in after:
                write_name(unit, old, unit.name, day)
            refresh_search(unit)
            unit.save(update_fields=[*after, "search"])
