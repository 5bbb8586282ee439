"""``anyuan evaluate`` says what is wrong with what it was asked, and fails."""

from __future__ import annotations

import pytest
from tests.cast import World, as_action

from anyuan.site.evaluate import main

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def codes(world: World) -> None:
    with as_action():
        for number, name in enumerate(("school", "county", "city"), start=1):
            world.units[name].code = f"21320600{number:02}"
            world.units[name].save(update_fields=["code"])


@pytest.mark.parametrize("day", ["2026-02-29", "2026-13-01", "yesterday", "", "18.3.2026"])
def test_a_day_that_is_none(world: World, day: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--unit", world.school.code, f"--as-of={day}"]) == 1
    said = capsys.readouterr()
    assert "no day of the calendar" in said.err
    assert said.out == ""


@pytest.mark.parametrize("name", ["county", "city"])
def test_a_unit_that_is_no_school(world: World, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    region = world.units[name]
    assert main(["--unit", region.code]) == 1
    said = capsys.readouterr()
    assert f"is a {name}, no school" in said.err
    assert said.out == ""


def test_an_unknown_unit(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--unit", "nowhere"]) == 1
    assert "no unit with the code nowhere" in capsys.readouterr().err


def test_a_school_on_a_leap_day_that_exists(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--unit", world.school.code, "--as-of=2024-02-29"]) == 0
    assert "key" in capsys.readouterr().out
