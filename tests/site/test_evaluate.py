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


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("day", ["2026-02-29", "2026-13-01", "yesterday", "", "18.3.2026"])
def test_a_day_that_is_none(world: World, day: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--unit", world.school.code, f"--as-of={day}"]) == 2
    said = capsys.readouterr()
    assert "no day of the calendar" in said.err
    assert said.out == ""


@pytest.mark.parametrize("name", ["county", "city"])
def test_a_unit_that_is_no_school(world: World, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    region = world.units[name]
    assert main(["--unit", region.code]) == 2
    said = capsys.readouterr()
    assert "Only schools have verdicts" in said.err
    assert region.code in said.err
    assert said.out == ""


def test_an_unknown_unit(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--unit", "nowhere"]) == 2
    assert "no unit with the code nowhere" in capsys.readouterr().err


def test_a_school_on_a_leap_day_that_exists(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--unit", world.school.code, "--as-of=2024-02-29"]) == 0
    assert "key" in capsys.readouterr().out


def test_a_chinese_terminal_reads_chinese(
    world: World, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    assert main(["--unit", world.units["county"].code]) == 2
    assert "只有学校才有达标结论" in capsys.readouterr().err
