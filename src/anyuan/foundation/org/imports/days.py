"""Holidays, make-up days and terms from a workbook."""

from __future__ import annotations

from datetime import date, timedelta
from typing import ClassVar
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from anyuan.foundation.kernel.public import Actor, subtree
from anyuan.foundation.sheets.public import Column, SheetRow, Table, as_day

from ..actions.common import changes, clean_name, invalid
from ..models import CalendarDay, CalendarList, Term, Unit
from .base import Importer, Verdict, cell, choice, required

_SOURCE_LENGTH = 120
_FEWEST_HOLIDAYS = 7
"""A full list of a year names at least New Year, Qingming, Labour Day ...: one row a day."""


def _words() -> dict[str, str]:
    return {
        pgettext("calendar day", "off"): "",
        pgettext("calendar day", "working"): "working",
        "放假": "",
        "休息": "",
        "上班": "working",
        "补班": "working",
        "上课": "working",
    }


class DayImport(Importer):
    """Days that are not what their weekday says, for the unit and everything below it.

    With ``full`` the file states the whole list of each year it names; that year is then known.
    """

    code = "days"
    title: ClassVar[str | Promise] = gettext_lazy("Holidays and make-up days")

    def __init__(self, actor: Actor, root: Unit, *, full: bool = False) -> None:
        super().__init__(actor, root, full=full)
        self._days: dict[date, CalendarDay] = {}
        self._made: list[CalendarDay] = []
        self._changed: list[CalendarDay] = []
        self._off: dict[int, int] = {}
        self._said = _words()

    @classmethod
    def columns(cls) -> list[Column]:
        choices = list(_words())[:2]
        return [
            Column("day", _("Day"), True, example="2027-10-01", aliases=("日期",)),
            Column("working", _("Off or working"), True, choices=choices, example=choices[0],
                   aliases=("类型", "安排")),
            Column("name", _("Holiday or reason"), example="国庆节", width=24,
                   aliases=("名称", "节日", "说明")),
        ]  # fmt: skip

    def prepare(self, table: Table) -> None:
        self._days = {d.day: d for d in CalendarDay.objects.filter(unit=self.root)}

    def take(self, row: SheetRow) -> None:
        required(row, "day")
        required(row, "working")
        day = cell(row, "day", as_day)
        assert day is not None
        if not 2000 <= day.year <= 2100:
            raise invalid("day", _("The year %(year)d is not possible here.") % {"year": day.year})
        self.once(day, row.number, "day")
        working = choice(row, "working", self._said) == "working"
        self._off[day.year] = self._off.get(day.year, 0) + (not working)
        values = {"working": working, "name": row["name"][:60]}
        known = self._days.get(day)
        if known is None:
            self._made.append(CalendarDay(unit=self.root, day=day, **values))
            self.note(row.number, Verdict.NEW, str(day))
            return
        before, after = changes(known, values)
        if after:
            self._changed.append(known)
        self.note(
            row.number, Verdict.CHANGED if after else Verdict.UNCHANGED, str(day),
            {key: (before[key], after[key]) for key in after},
        )  # fmt: skip

    def finish(self) -> None:
        for year, off in self._off.items():
            if self.full and off < _FEWEST_HOLIDAYS:
                raise invalid(
                    "day",
                    _("The file names only %(count)d days off in %(year)d; that is no full list.")
                    % {"count": off, "year": year},
                )

    def write(self) -> None:
        CalendarDay.objects.bulk_create(self._made, batch_size=1000)
        CalendarDay.objects.bulk_update(self._changed, ["working", "name"], batch_size=500)
        if self.full:
            source = _("workbook of %(name)s") % {"name": self.actor.name}
            for year in self._off:
                CalendarList.objects.update_or_create(
                    unit=self.root, year=year, defaults={"source": source[:_SOURCE_LENGTH]}
                )


class TermImport(Importer):
    """School terms; matched by unit and name."""

    code = "terms"
    title: ClassVar[str | Promise] = gettext_lazy("School terms")

    def __init__(self, actor: Actor, root: Unit, *, full: bool = False) -> None:
        super().__init__(actor, root, full=full)
        self._terms: dict[UUID, list[Term]] = {}
        self._made: list[Term] = []
        self._changed: list[Term] = []

    @classmethod
    def columns(cls) -> list[Column]:
        return [
            Column("unit", _("Unit"), note=_("Name or code; empty: the unit that imports."), width=28,
                   aliases=("学校", "学校名称", "单位名称")),
            Column("name", _("Name of the term"), True, aliases=("学期",), width=28,
                   example="2026-2027学年第一学期"),
            Column("starts", _("First day of term"), True, example="2026-09-01", aliases=("开学日期",)),
            Column("last", _("Last day of term"), True, example="2027-01-22",
                   aliases=("放假日期", "结束日期")),
        ]  # fmt: skip

    def prepare(self, table: Table) -> None:
        for term in Term.objects.filter(subtree(self.root.path, "unit__path")):
            self._terms.setdefault(term.unit_id, []).append(term)

    def take(self, row: SheetRow) -> None:
        unit = self.units.find(row["unit"], "unit", empty=self.root)
        name = cell(row, "name", lambda text: clean_name(text, 60))
        required(row, "starts")
        required(row, "last")
        starts, last = cell(row, "starts", as_day), cell(row, "last", as_day)
        assert starts is not None
        assert last is not None
        if not 0 < (last - starts).days < 300:
            raise invalid("last", _("A term ends after it begins and lasts at most 300 days."))
        self.once((unit.pk, name), row.number, "name")
        self._put(row.number, unit, name, starts, last + timedelta(days=1))

    def _put(self, number: int, unit: Unit, name: str, starts: date, ends: date) -> None:
        terms = self._terms.setdefault(unit.pk, [])
        known = next((t for t in terms if t.name == name), None)
        if any(t is not known and t.starts < ends and starts < t.ends for t in terms):
            raise invalid("starts", _("It overlaps another term of this unit."))
        if known is None:
            known = Term(unit=unit, name=name, starts=starts, ends=ends)
            terms.append(known)
            self._made.append(known)
            self.note(number, Verdict.NEW, f"{unit.name} {name}")
            return
        before, after = changes(known, {"starts": starts, "ends": ends})
        if after:
            self._changed.append(known)
        self.note(
            number, Verdict.CHANGED if after else Verdict.UNCHANGED, f"{unit.name} {name}",
            {key: (before[key], after[key]) for key in after},
        )  # fmt: skip

    def write(self) -> None:
        Term.objects.bulk_create(self._made)
        Term.objects.bulk_update(self._changed, ["starts", "ends"])
