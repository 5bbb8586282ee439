"""People and their posts from a workbook; one row a post, matched by phone, else by name and unit."""

from __future__ import annotations

import re
from typing import ClassVar

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anyuan.foundation.kernel.public import Actor, clock, subtree
from anyuan.foundation.sheets.public import Column, SheetRow, Table, as_day, as_yes

from ..actions.common import clean_name, invalid
from ..actions.people import clean_phone
from ..actions.posts import NewPost, check_post, refuse_own
from ..catalogue import POSTS, SCHOOL_POSTS, Domain
from ..models import Holding, Person, Unit
from .base import Importer, Verdict, cell, labels


class PeopleImport(Importer):
    """Adds people and posts; corrects names and numbers. It ends no post and transfers nobody."""

    code = "people"
    title: ClassVar[str | Promise] = gettext_lazy("People and posts")

    def __init__(self, actor: Actor, root: Unit, *, full: bool = False) -> None:
        super().__init__(actor, root, full=full)
        self._by_phone: dict[str, Person] = {}
        self._by_name: dict[tuple[object, str], list[Person]] = {}
        self._held: dict[tuple[object, object, str], Holding] = {}
        self._made: list[Person] = []
        self._changed: dict[object, Person] = {}
        self._posts: list[Holding] = []

    @classmethod
    def columns(cls) -> list[Column]:
        posts = [str(p.name) for p in SCHOOL_POSTS]
        return [
            Column("unit", _("Unit"), note=_("Name or code; empty: the unit that imports."), width=28,
                   example="东屏县实验小学", aliases=("学校", "学校名称", "单位名称")),
            Column("name", _("Name of the person"), True, example="周敏", aliases=("教师姓名",)),
            Column("phone", _("Mobile number"), note=_("The key a person is found by again, and the login."),
                   example="13900000001", aliases=("手机", "联系电话", "电话")),
            Column("post", _("Post"), choices=posts, example=posts[0], aliases=("职务",), width=20),
            Column("deputy", _("Deputy"), note=_("Yes: stands in for the holder (role B)."),
                   choices=[_("yes"), _("no")]),
            Column("domains", _("Domains of a department officer"), width=28,
                   note=_("Separated by “、”; empty: all.")),
            Column("starts", _("From"), note=_("Empty: today."), example="2026-02-24", aliases=("任职日期",)),
        ]  # fmt: skip

    @classmethod
    def notes(cls) -> list[str]:
        return [
            _("One row for each post. Somebody with two posts stands in two rows with the same number."),
            _("Posts are only added here. End a post, or transfer somebody, on the page of the unit."),
        ]

    def prepare(self, table: Table) -> None:
        here = Person.everything.filter(subtree(self.root.path, "unit__path"), left_on=None)
        phones = {re.sub(r"\s", "", row["phone"]) for row in table.rows} - {""}
        known = {p.pk: p for p in here.select_related("unit")}
        known |= {p.pk: p for p in Person.everything.filter(phone__in=phones).select_related("unit")}
        for person in known.values():
            self._remember(person)
        running = Holding.everything.filter(Q(ends=None) | Q(ends__gt=clock.today()), person__in=here)
        for holding in running:
            self._held[holding.person_id, holding.unit_id, holding.post] = holding

    def _remember(self, person: Person) -> None:
        if person.phone:
            self._by_phone[person.phone] = person
        if person.left_on is None:
            self._by_name.setdefault((person.unit_id, person.name), []).append(person)

    def take(self, row: SheetRow) -> None:
        unit = self.units.find(row["unit"], "unit", empty=self.root)
        name = cell(row, "name", lambda text: clean_name(text, 40))
        phone = cell(row, "phone", clean_phone)
        new = self._post(row, unit)
        starts = cell(row, "starts", as_day) or clock.today()
        self.once((phone or (name, unit.pk), unit.pk, new.post if new else ""), row.number, "name")
        person, verdict, fields = self._person(unit, name, phone)
        if new is not None and (person.pk, unit.pk, new.post) not in self._held:
            refuse_own(self.actor, person, new)
            holding = Holding(
                person=person, unit=unit, post=new.post, deputy=new.deputy, starts=starts,
                domains=sorted(new.domains) if new.domains is not None else None,
            )  # fmt: skip
            self._held[person.pk, unit.pk, new.post] = holding
            self._posts.append(holding)
            fields["post"] = ("", new.post)
            verdict = verdict if verdict == Verdict.NEW else Verdict.CHANGED
        self.note(row.number, verdict, f"{unit.name} {name}", fields)

    def _post(self, row: SheetRow, unit: Unit) -> NewPost | None:
        code = self.pick(row, "post", [(p.code, p.name) for p in POSTS.values()])
        deputy = cell(row, "deputy", as_yes) or False
        words = [w for w in re.split(r"[、,，;；\s]+", row["domains"]) if w]
        known = labels(Domain.choices) if words else {}
        unknown = [w for w in words if w not in known and w not in known.values()]
        if unknown:
            raise invalid("domains", _("There is no domain of work “%(name)s”.") % {"name": unknown[0]})
        if not code:
            return None
        new = NewPost(code, deputy, [known.get(w, w) for w in words] if words else None)
        check_post(self.actor, unit, new)
        return new

    def _person(
        self, unit: Unit, name: str, phone: str
    ) -> tuple[Person, Verdict, dict[str, tuple[object, object]]]:
        person = self._by_phone.get(phone) if phone else None
        if person is None:
            person = self._find_by_name(unit, name, phone)
        if person is None:
            person = Person(unit=unit, name=name, phone=phone)
            self._made.append(person)
            self._remember(person)
            return person, Verdict.NEW, {}
        if not person.unit.path.startswith(self.root.path):
            raise invalid(
                "phone", _("Somebody else has this phone number already. Look the person up first.")
            )
        if person.left_on is not None:
            raise invalid("phone", _("%(name)s had this number and has left.") % {"name": person.name})
        fields: dict[str, tuple[object, object]] = {}
        if person.name != name:
            fields["name"] = (person.name, name)
            person.name = name
        if phone and person.phone != phone:
            fields["phone"] = (_("none"), _("entered"))
            person.phone = phone
            self._by_phone[phone] = person
        if fields and person not in self._made:
            self._changed[person.pk] = person
        return person, Verdict.CHANGED if fields else Verdict.UNCHANGED, fields

    def _find_by_name(self, unit: Unit, name: str, phone: str) -> Person | None:
        """Somebody of this name at this unit; with a number given, only one who has none yet."""
        same = self._by_name.get((unit.pk, name), [])
        if phone:
            same = [p for p in same if not p.phone]
        if len(same) > 1:
            raise invalid(
                "phone", _("Several people at %(unit)s are called %(name)s. Write the mobile number.")
                % {"unit": unit.name, "name": name},
            )  # fmt: skip
        return same[0] if same else None

    def write(self) -> None:
        Person.everything.bulk_create(self._made, batch_size=2000)
        Person.everything.bulk_update(self._changed.values(), ["name", "phone"], batch_size=500)
        Holding.everything.bulk_create(self._posts, batch_size=2000)
