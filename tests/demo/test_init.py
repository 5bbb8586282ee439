"""``anyuan init``: a real deployment begins whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from anyuan.foundation.access.public import DemoCard, User
from anyuan.foundation.journal.public import Entry
from anyuan.foundation.org.public import Holding, Person, Unit, UnitKind
from anyuan.foundation.sheets.public import Column, Sheet, write_book
from anyuan.rules.policy.public import Pack
from anyuan.site import init

pytestmark = pytest.mark.django_db


def _book(path: Path, rows: list[list[str]]) -> Path:
    header, *body = rows
    columns = [Column(str(n), name) for n, name in enumerate(header)]
    with write_book([Sheet("表", columns, body)]) as book:
        path.write_bytes(book.read())
    return path


def test_divisions_administrator_and_documents(capsys: pytest.CaptureFixture[str]) -> None:
    assert init.main(["--division", "3206", "--admin", "张一", "--phone", "13900001111"]) == 0
    city = Unit.everything.get(code="3206")
    assert city.kind == UnitKind.CITY
    assert Unit.everything.filter(parent=city, kind=UnitKind.COUNTY).count() > 3
    user = User.objects.get(login="13900001111")
    assert user.activation
    assert Holding.everything.get(person=user.person).post == "platform-admin"
    assert Pack.objects.count() == 7
    said = capsys.readouterr().out
    assert "Activation code: " in said
    code = said.split("Activation code: ")[1].split("  (")[0].replace(" ", "")
    assert code not in str(list(Entry.everything.values_list("sentence", flat=True)))


def test_a_second_time_keeps_what_is_there(capsys: pytest.CaptureFixture[str]) -> None:
    init.main(["--division", "320682"])
    units, people = Unit.everything.count(), Person.everything.count()
    capsys.readouterr()
    assert init.main(["--division", "320682"]) == 0
    assert (Unit.everything.count(), Person.everything.count()) == (units, people)
    assert "already" in capsys.readouterr().out


def test_a_dry_run_writes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert init.main(["--division", "3206", "--dry-run"]) == 0
    assert not Unit.everything.exists()
    assert not User.objects.exists()
    assert "dry run" in capsys.readouterr().out


@pytest.mark.parametrize("code", ["9999", "abc", ""])
def test_a_wrong_division_is_told(code: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert init.main(["--division", code]) == 1
    assert "3206" in capsys.readouterr().err
    assert not Unit.everything.exists()


def test_a_wrong_file_is_told_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "units.xlsx"
    path.write_text("no workbook")
    assert init.main(["--division", "3206", "--units", str(path)]) == 1
    assert capsys.readouterr().err
    assert init.main(["--division", "3206", "--people", str(tmp_path / "none.xlsx")]) == 1
    assert "cannot be read" in capsys.readouterr().err
    assert not Unit.everything.exists()


def test_the_demo_is_never_taken_for_a_deployment(capsys: pytest.CaptureFixture[str]) -> None:
    init.main(["--division", "3206"])
    DemoCard.objects.create(person=Person.everything.get(), title="校长", sees="")
    assert init.main(["--division", "11"]) == 1
    assert "invented" in capsys.readouterr().err
    assert not Unit.everything.filter(code="11").exists()


def test_units_and_people_come_from_workbooks(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    units = _book(
        tmp_path / "units.xlsx",
        [["单位名称", "学校标识码", "单位类型", "上级单位"], ["试点小学", "2132000001", "小学", "如皋市"]],
    )
    people = _book(
        tmp_path / "people.xlsx",
        [["单位", "姓名", "电话", "岗位"], ["试点小学", "王一", "13900002222", "校长"]],
    )
    words = ["--division", "320682", "--units", str(units), "--people", str(people)]
    assert init.main([*words, "--dry-run"]) == 0
    assert not Unit.everything.exists()
    assert init.main(words) == 0, capsys.readouterr().err
    school = Unit.everything.get(code="2132000001")
    assert Holding.everything.get(unit=school).post == "principal"


def test_a_wrong_row_is_marked_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [["单位名称", "学校标识码", "单位类型", "上级单位"], ["试点小学", "12", "小学", "如皋市"]]
    assert init.main(["--division", "320682", "--units", str(_book(tmp_path / "u.xlsx", rows))]) == 1
    said = capsys.readouterr().err
    assert "row" in said
    assert (tmp_path / "u-marked.xlsx").exists()
    assert not Unit.everything.exists()
