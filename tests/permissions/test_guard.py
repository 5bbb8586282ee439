"""The guard itself can fail: it notices an open door, a shown thing, and a refusal that wrote."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.http import HttpResponse
from tests.cast import World, as_action
from tests.permissions import walk
from tests.permissions.table import Route
from tests.permissions.test_routes import _check, _sent_to_login

from anyuan.foundation.org.public import Unit

LINE = Route("x:y", right="principal", wrong="teacher", args=lambda w: {"pk": 1})
GOOD = {"": 302, "teacher": 403, "stranger_officer": 404, "principal": 200}


def asker(answers: dict[str, int], write: Callable[[], Any] | None = None, at: str = "") -> Any:
    def ask(who: str) -> HttpResponse:
        if write is not None and who == at:
            write()
        return HttpResponse(status=answers[who], headers={"Location": "/login/?next=/"})

    return ask


def test_a_well_guarded_address_passes(world: World) -> None:
    _check(LINE, asker(GOOD), _sent_to_login)


@pytest.mark.parametrize(
    ("who", "status"),
    [("", 200), ("teacher", 200), ("teacher", 500), ("stranger_officer", 403), ("principal", 403)],
)
def test_each_wrong_answer_is_noticed(world: World, who: str, status: int) -> None:
    with pytest.raises(AssertionError):
        _check(LINE, asker({**GOOD, who: status}), _sent_to_login)


@pytest.mark.parametrize("who", ["", "teacher", "stranger_officer"])
def test_a_refusal_that_wrote_is_noticed(world: World, who: str) -> None:
    def write() -> None:
        with as_action():
            Unit.everything.filter(pk=world.school.pk).update(short_name="改")

    with pytest.raises(AssertionError, match="org_unit"):
        _check(LINE, asker(GOOD, write, who), _sent_to_login)


def test_a_line_without_a_thing_has_no_stranger(world: World) -> None:
    _check(replace(LINE, args=lambda w: {}), asker({**GOOD, "stranger_officer": 200}), _sent_to_login)


def test_every_business_table_is_watched(world: World) -> None:
    assert {"org_unit", "access_user", "journal_entry", "kernel_once"} <= set(walk.fingerprint())
