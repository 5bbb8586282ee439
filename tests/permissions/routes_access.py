"""Lines of access: the way in and out, accounts, roles, keys."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from tests.cast import PASSWORD, as_action
from tests.permissions.table import Route

from anyuan.foundation.access.actions.accounts import close_account
from anyuan.foundation.access.models import DemoCard
from anyuan.foundation.access.public import NewGrant, User, give_role, make_key
from anyuan.foundation.kernel.public import clock
from anyuan.foundation.sheets.public import Column, Sheet, write_book


def people_file(*rows: tuple[str, str, str, str]) -> SimpleUploadedFile:
    """A workbook of people as a school sends it: unit, name, phone, post."""
    columns = [Column(title, title) for title in ("单位", "姓名", "手机", "岗位")]
    with write_book([Sheet("人员", columns, rows)]) as book:
        return SimpleUploadedFile("people.xlsx", book.read())


def _closed(w: Any) -> Any:
    close_account(w.actor("principal"), w.people["electrician"], "离岗")
    return w.people["electrician"]


def _without_account(w: Any) -> Any:
    with as_action():
        User.objects.filter(person=w.people["second_teacher"]).delete()
    return w.people["second_teacher"]


def _grant(w: Any) -> Any:
    today = clock.today()
    new = NewGrant("safety-officer", w.school, today, today + timedelta(days=9), reason="顶岗")
    return give_role(w.actor("principal"), w.people["teacher"], new)


def _key(w: Any) -> Any:
    return make_key(w.actor("principal"), w.school, "门禁系统", "staff", 30)[0]


def teacher(w: Any) -> dict[str, Any]:
    return {"pk": w.people["teacher"].pk}


def role(w: Any) -> dict[str, Any]:
    day = clock.today()
    return {"unit": w.school.pk, "role": "staff", "starts": day, "last": day, "reason": "顶岗"}


ROUTES = [
    Route("access:login", public=True),
    Route("access:login", "POST", public=True, data=lambda w: {"login": "周敏", "password": PASSWORD}),
    Route("access:demo", "POST", public=True, data=lambda w: {"card": w.card.pk}, settings={"DEMO": True}),
    Route("access:logout", "POST", public=True),
    Route("access:activate", public=True),
    Route("access:activate", "POST", public=True, data=lambda w: {"code": "X"}, ok=frozenset({422})),
    Route("access:password", right="teacher"),
    Route(
        "access:password",
        "POST",
        right="teacher",
        data=lambda w: {"old": PASSWORD, "password": "Autumn-moon-88", "again": "Autumn-moon-88"},
    ),
    Route("access:people", right="principal", wrong="teacher"),
    Route(
        "access:open-some",
        "POST",
        right="county_officer",
        wrong="safety_officer",
        data=lambda w: {"ids": [w.without_account.pk]},
    ),
    Route(
        "access:slips",
        "POST",
        right="principal",
        wrong="safety_officer",
        data=lambda w: {"ids": [w.people["teacher"].pk]},
        ok=frozenset({200}),
    ),
    Route("access:load", right="principal", wrong="safety_officer"),
    Route(
        "access:load",
        "POST",
        right="county_officer",
        wrong="county_leader",
        data=lambda w: {"file": people_file(("东屏县第一中学", "新人", "13811112222", "principal"))},
        ok=frozenset({303}),
    ),
    Route("access:load-template", right="principal", wrong="safety_officer"),
    Route("access:person", right="principal", wrong="safety_officer", args=teacher),
    Route(
        "access:open",
        "POST",
        right="principal",
        wrong="safety_officer",
        args=lambda w: {"pk": w.without_account.pk},
    ),
    Route("access:reset", "POST", right="county_officer", wrong="county_leader", args=teacher),
    Route(
        "access:close",
        "POST",
        right="principal",
        wrong="safety_officer",
        args=teacher,
        data=lambda w: {"reason": "调离"},
    ),
    Route(
        "access:reopen",
        "POST",
        right="principal",
        wrong="sister_principal",
        args=lambda w: {"pk": w.closed.pk},
    ),
    Route("access:give", "POST", right="principal", wrong="sister_principal", args=teacher, data=role),
    Route("access:take", "POST", right="principal", wrong="teacher", args=lambda w: {"pk": w.grant.pk}),
    Route("access:keys", right="principal", wrong="teacher"),
    Route(
        "access:make-key",
        "POST",
        right="principal",
        wrong="safety_officer",
        data=lambda w: {"name": "门禁系统", "unit": w.school.pk, "role": "staff", "days": 30},
        ok=frozenset({200}),
    ),
    Route(
        "access:revoke-key", "POST", right="principal", wrong="county_leader", args=lambda w: {"pk": w.key.pk}
    ),
]

SCENES = {
    "card": lambda w: DemoCard.objects.create(person=w.people["principal"], title="校长", sees="签批"),
    "closed": _closed,
    "without_account": _without_account,
    "grant": _grant,
    "key": _key,
}
