"""Lines of units, people, places, imports and calendars."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import openpyxl
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.permissions.table import Route

from anyuan.foundation.org.public import Holding, NewDay, NewUnit, Term, Unit, create_unit, set_day, set_term

DAY = "2026-03-18"
OFFICER = "county_officer"


def _workbook() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["单位名称", "点位名称"])
    sheet.append(["", "后门"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _file(w: Any) -> dict[str, Any]:
    return {"file": SimpleUploadedFile("places.xlsx", _workbook())}


def _kept(w: Any) -> str:
    from django.urls import reverse

    url = reverse("org:load", args=[w.school.pk, "places"])
    return str(w.client(OFFICER).post(url, _file(w)).context["token"])


def _term(w: Any) -> Term:
    return set_term(w.actor(OFFICER), w.school, "春", date(2026, 2, 24), date(2026, 7, 1))


def _day(w: Any) -> str:
    set_day(w.actor(OFFICER), w.school, NewDay(date(2026, 3, 21), True))
    return "2026-03-21"


def _empty(w: Any) -> Unit:
    return create_unit(w.actor(OFFICER), w.county, NewUnit("school", "空校", "", {"unit_type": "primary"}))


def school(w: Any) -> dict[str, Any]:
    return {"pk": w.school.pk}


def sister(w: Any) -> dict[str, Any]:
    return {"pk": w.sister.pk}


def county(w: Any) -> dict[str, Any]:
    return {"pk": w.county.pk}


def teacher(w: Any) -> dict[str, Any]:
    return {"pk": w.people["teacher"].pk}


def gate(w: Any) -> dict[str, Any]:
    return {"pk": w.places["gate"].pk}


def places(w: Any) -> dict[str, Any]:
    return {"pk": w.school.pk, "kind": "places"}


def kept(w: Any) -> dict[str, Any]:
    """The file is sent before anybody asks for it."""
    assert w.kept_file
    return places(w)


def empty(w: Any) -> dict[str, Any]:
    return {"pk": w.empty_school.pk}


def _post(w: Any) -> Holding:
    found = Holding.everything.get(person=w.people["teacher"])
    assert isinstance(found, Holding)
    return found


def form(name: str, args: Any, data: dict[str, Any] | Any, right: str = OFFICER, **more: Any) -> list[Route]:
    """A page with a form: shown and sent."""
    send = data if callable(data) else (lambda w: data)
    return [
        Route(name, args=args, right=right, wrong="teacher", **more),
        Route(name, "POST", args=args, data=send, right=right, wrong="teacher", **more),
    ]


ROUTES = [
    Route("org:index", right="teacher"),
    Route("org:unit", args=school, right="teacher"),
    Route("org:people", args=school, right="teacher"),
    Route("org:person", args=teacher, right="teacher"),
    Route("org:places", args=school, right="teacher"),
    Route("org:sheet", args=school, right="teacher"),
    Route("org:scanned", args=lambda w: {"token": w.places["gate"].token}, right="teacher"),
    Route("org:calendar", args=school, right="teacher"),
    *form("org:create", lambda w: {"pk": w.county.pk, "kind": "school"},
          {"name": "新桥小学", "unit_type": "primary"}),
    *form("org:facts", school, {"pupils": "12"}),
    *form("org:rename", school, {"name": "新名小学", "day": DAY}),
    *form("org:code", school, {"code": "2132000001"}),
    *form("org:move", lambda w: {"pk": w.sister.pk}, lambda w: {"parent": str(w.managing.pk)}),
    *form("org:merge", lambda w: {"pk": w.sister.pk}, lambda w: {"into": str(w.school.pk), "day": DAY}),
    *form("org:close", empty, {"day": DAY, "reason": "停办"}),
    *form("org:add-campus", school, {"name": "西校区"}),
    *form("org:add-person", school, {"name": "新人"}),
    *form("org:change-person", teacher, {"name": "陈静", "phone": ""}),
    *form("org:add-post", teacher, {"post": "guard", "starts": DAY}),
    *form("org:end-post", lambda w: {"pk": w.teachers_post.pk}, {"day": DAY, "successor": "-"}),
    *form("org:transfer", teacher, lambda w: {"target": str(w.sister.pk), "day": DAY, "successor": "-"}),
    *form("org:leave", teacher, {"day": DAY, "successor": "-"}),
    *form("org:add-place", school, {"name": "后门", "kind": "gate"}, "safety_officer"),
    *form("org:change-place", gate, {"name": "南门", "kind": "gate"}, "safety_officer"),
    *form("org:close-place", gate, {}, "safety_officer"),
    Route("org:imports", args=school, right="safety_officer", wrong="teacher"),
    Route("org:template", args=places, right="safety_officer", wrong="teacher"),
    Route("org:load", args=places, right="safety_officer", wrong="teacher"),
    Route("org:load", "POST", args=places, data=_file, right="safety_officer", wrong="teacher"),
    Route("org:faults", args=kept, query=lambda w: {"token": w.kept_file}, right=OFFICER, wrong="teacher"),
    Route("org:take", "POST", args=kept, data=lambda w: {"token": w.kept_file}, right=OFFICER,
          wrong="teacher"),
    *form("org:add-day", school, {"day": "2026-03-22", "working": "1"}),
    Route("org:drop-day", "POST", args=lambda w: {"pk": w.school.pk, "day": w.free_day}, right=OFFICER,
          wrong="teacher"),
    *form("org:add-term", school, {"name": "秋", "starts": "2026-09-01", "last": "2027-01-20"}),
    *form("org:change-term", lambda w: {"pk": w.school.pk, "key": w.term.pk},
          {"name": "春", "starts": "2026-02-24", "last": "2026-07-03"}),
]  # fmt: skip
SCENES = {"kept_file": _kept, "term": _term, "free_day": _day, "empty_school": _empty, "teachers_post": _post}
