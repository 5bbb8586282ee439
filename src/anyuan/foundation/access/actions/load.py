"""Accounts for a whole school or county from one Excel file: people, posts and accounts in one step."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from posixpath import commonpath
from typing import IO

from django.db import transaction
from django.utils.translation import gettext as _

from anyuan.foundation.journal.public import action
from anyuan.foundation.kernel.public import Actor, Invalid, Problem
from anyuan.foundation.org.public import MANAGE as ORG_MANAGE
from anyuan.foundation.org.public import (
    POSTS,
    Holding,
    NewPost,
    Person,
    Unit,
    add_person,
    hold_post,
)
from anyuan.foundation.sheets.public import Column, RowProblem, SheetRow, Table, read_sheet

from ..login import clean_name
from ..models import User
from ..permits import MANAGE, require_human
from .accounts import open_accounts

MOST_ROWS = 2000


class BadRows(Invalid):
    """Rows that cannot be taken: nothing was written. ``table`` and ``problems`` make the marked file."""

    def __init__(self, table: Table, problems: list[RowProblem]) -> None:
        super().__init__(
            _("%(count)d rows need a correction. Nothing was saved.")
            % {"count": len({p.number for p in problems})}
        )
        self.table = table
        self.problems = sorted(problems, key=lambda p: p.number)


@dataclass(slots=True)
class Loaded:
    """What a file brought: every person it named, and what was new."""

    people: list[Person] = field(default_factory=list)
    new_people: int = 0
    new_posts: int = 0
    accounts: list[User] = field(default_factory=list)


def columns() -> list[Column]:
    """What the file holds; the template and the reader use the same list."""
    return [
        Column("unit", _("Unit"), note=_("Name or ten-digit code. Empty: the unit chosen on the page."),
               aliases=("学校", "学校名称", "单位名称", "学校代码"), example="东屏县实验小学", width=28),
        Column("name", _("Name"), required=True, aliases=("教师姓名", "人员姓名"), example="周敏"),
        Column("phone", _("Phone"), note=_("11 digits. Whoever has none logs in by name."),
               aliases=("电话", "手机", "手机号", "手机号码", "联系电话"), example="13900000000"),
        Column("post", _("Post"), aliases=("职务",), example=str(POSTS["principal"].name),
               choices=[str(post.name) for post in POSTS.values()],
               note=_("Brings the rights. Several: one row each.")),
    ]  # fmt: skip


def load_accounts(actor: Actor, file: IO[bytes], unit: Unit | None = None) -> Loaded:
    """Take every row or none: find or add the person, give the post, open the account.

    A person is known by the phone number, else by the name within the unit. Rows name their unit; empty
    ones mean ``unit``. Raises :class:`BadRows`, or :class:`Invalid` for a file that cannot be read.
    """
    require_human(actor)
    table = read_sheet(file, columns(), max_rows=MOST_ROWS)
    problems: list[RowProblem] = []
    with transaction.atomic():
        loaded = Loaded()
        book = _Units(actor, unit)
        with action(actor, "access.load-accounts") as act:
            for row in table.rows:
                with _noting(problems, row):
                    _take(actor, row, book, loaded)
            if problems:
                raise BadRows(table, problems)
            loaded.people = list({p.pk: p for p in loaded.people}.values())
            loaded.accounts = open_accounts(actor, loaded.people)
            act.entry(
                _("loaded %(rows)d rows: %(people)d new people, %(posts)d posts, %(accounts)d accounts")
                % {
                    "rows": len(table.rows),
                    "people": loaded.new_people,
                    "posts": loaded.new_posts,
                    "accounts": len(loaded.accounts),
                },
                path=book.common_path(),
            )
    return loaded


@contextmanager
def _noting(problems: list[RowProblem], row: SheetRow) -> Iterator[None]:
    """A problem inside becomes a remark at ``row``; what the row wrote is undone."""
    try:
        with transaction.atomic():
            yield
    except Problem as problem:
        fields = problem.fields if isinstance(problem, Invalid) else {}
        key = next((k for k in fields if k in row.values), "")
        problems.append(RowProblem(row.number, problem.message, key))


class _Units:
    """The units of the file by name or code, each asked for once, only where ``actor`` may manage both
    accounts and people."""

    def __init__(self, actor: Actor, default: Unit | None) -> None:
        self.actor = actor
        self.default = default
        self.known: dict[str, Unit] = {}
        self.used: dict[str, Unit] = {}

    def find(self, text: str) -> Unit:
        unit = self.known.get(text) or self._look_up(text)
        self.known[text] = unit
        self.used[unit.path] = unit
        return unit

    def _look_up(self, text: str) -> Unit:
        if not text:
            if self.default is None:
                raise _invalid("unit", _("Name the unit."))
            return self.default
        rows = Unit.objects.visible_to(self.actor, MANAGE).filter(closed_on=None)
        found = list(rows.filter(code=text)[:2] if text.isdigit() else rows.filter(name=text)[:2])
        if not found:
            raise _invalid("unit", _("There is no such unit among those you manage."))
        if len(found) > 1:
            raise _invalid("unit", _("Several units bear this name. Write the code."))
        unit = found[0]
        assert isinstance(unit, Unit)
        self.actor.require(ORG_MANAGE, unit.path)
        return unit

    def common_path(self) -> str:
        """The tree path all units used lie under."""
        return commonpath(self.used).rstrip("/") + "/"


def _take(actor: Actor, row: SheetRow, units: _Units, loaded: Loaded) -> None:
    unit = units.find(row["unit"].strip())
    person = _person(actor, row, unit, loaded)
    code = _post(row["post"].strip())
    if (
        code
        and not Holding.everything.filter(Holding.running(), person=person, unit=unit, post=code).exists()
    ):
        hold_post(actor, person, unit, NewPost(code))
        loaded.new_posts += 1
    loaded.people.append(person)


def _person(actor: Actor, row: SheetRow, unit: Unit, loaded: Loaded) -> Person:
    name, phone = "".join(row["name"].split()), clean_name(row["phone"])
    rows = Person.everything.filter(left_on=None).select_related("unit")
    if phone:
        known = rows.filter(phone=phone).first()
        if known is not None and (known.name != name or known.unit_id != unit.pk):
            raise _invalid("phone", _("This number belongs to somebody else or to another unit."))
    else:
        same = list(rows.filter(unit=unit, name=name)[:2])
        if len(same) > 1:
            raise _invalid("phone", _("Two people of the unit bear this name. Write the phone number."))
        known = same[0] if same else None
    if isinstance(known, Person):
        return known
    loaded.new_people += 1
    return add_person(actor, unit, name, phone)


def _post(text: str) -> str:
    """The code of a post by its name on screen or its code; "" for none."""
    if not text or text in POSTS:
        return text
    for post in POSTS.values():
        if str(post.name) == text:
            return post.code
    raise _invalid("post", _("There is no such post. Choose one of the list in the template."))


def _invalid(field_name: str, message: str) -> Invalid:
    return Invalid(message, {field_name: [message]})
