"""A table from Excel: cells, headings, names, days, what is marked, all or nothing."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.utils import translation
from tests.cast import World

from anyuan.foundation.kernel.public import Invalid, clock
from anyuan.response.hazard import public as hz
from anyuan.response.hazard.web.pasted import HEADS, Common, GridRow, read, split_cells, title_of, understand

HEAD = "序号\t单位\t排查时间\t排查人\t隐患部位\t隐患描述\t类别\t等级\t整改措施\t责任人\t临时防控\n"
COMMON = {"source": "inspection", "evidence_reason": "照片后补"}


def line(unit: str = "东屏县实验小学", text: str = "灭火器压力不足", **cells: str) -> str:
    values = {
        "no": "1",
        "unit": unit,
        "found": "2026/3/17",
        "finder": "赵立",
        "place": "学生食堂",
        "text": text,
        "domain": "消防",
        "grade": "一般",
        "measures": "更换",
        "who": "王磊",
        "interim": "临时配备灭火器",
    }
    return "\t".join((values | cells).values())


def post(world: World, who: str = "county_officer", **data: Any) -> Any:
    return world.client(who).post("/hazards/paste/", {"once": str(uuid4()), **COMMON, **data})


def as_grid(rows: list[GridRow]) -> dict[str, list[str]]:
    keys = ("unit", "place", "text", "domain", "grade", "found", "finder", "interim", "until", "measures")
    return {key: [row.cells.get(key, "") for row in rows] for key in keys}


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("a\tb\r\nc\td\r\n", [["a", "b"], ["c", "d"]]),
        ('a\t"第一行\n第二行"\tb', [["a", "第一行\n第二行", "b"]]),
        ('"说""坏了"""\tb', [['说"坏了"', "b"]]),
        ('3"管\tb', [['3"管', "b"]]),
        ('"未闭合\tb', [['"未闭合', "b"]]),
        ("\n\n", []),
        ("", []),
        ("a\t\tb", [["a", "", "b"]]),
        ("a\x00b", [["ab"]]),
    ],
)
def test_cells_as_a_spreadsheet_copies_them(text: str, cells: list[list[str]]) -> None:
    assert split_cells(text) == cells


def test_headings_in_any_order_and_what_is_not_taken() -> None:
    found = read(HEAD + line())
    assert found.rows[0].cells["text"] == "灭火器压力不足"
    assert found.rows[0].cells["unit"] == "东屏县实验小学"
    assert found.left_out == ["责任人"]
    other = read("隐患描述（必填）\t学校\n坏\t一中")
    assert other.rows[0].cells == {"text": "坏", "unit": "一中"}


def test_without_headings_the_order_of_the_grid_counts() -> None:
    assert read("一中\t校门\t门锁坏").rows[0].cells == {"unit": "一中", "place": "校门", "text": "门锁坏"}
    assert read("1\t一中\t校门\t门锁坏").rows[0].cells["unit"] == "一中"


def test_too_many_rows() -> None:
    assert len(read("\n".join(["一中\t校门"] * 200)).rows) == 200
    with pytest.raises(Invalid):
        read("\n".join(["一中\t校门"] * 201))


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("2026-03-17", date(2026, 3, 17)),
        ("2026年3月17日", date(2026, 3, 17)),
        ("3月17日", date(2026, 3, 17)),
        ("3.17", date(2026, 3, 17)),
        ("12月30日", date(2025, 12, 30)),
        ("2026-03-18", None),
        ("", None),
    ],
)
def test_days(world: World, said: str, day: date | None) -> None:
    row = GridRow({"unit": "东屏县实验小学", "place": "门", "text": "坏", "domain": "消防", "found": said})
    ((_registration, stamp),) = understand(world.actor("county_officer"), [row], Common("self", "无"))
    assert row.errors == {}
    assert (clock.day_of(stamp.occurred_at) if stamp.occurred_at else None) == day


@pytest.mark.parametrize(
    ("cells", "where"),
    [
        ({"unit": ""}, "unit"),
        ({"unit": "不存在的学校"}, "unit"),
        ({"unit": "西岭县第二小学"}, "unit"),
        ({"place": ""}, "place"),
        ({"place": "长" * 81}, "place"),
        ({"text": ""}, "text"),
        ({"domain": ""}, "domain"),
        ({"domain": "天文"}, "domain"),
        ({"grade": "特大"}, "grade"),
        ({"found": "昨天"}, "found"),
        ({"found": "2026-13-40"}, "found"),
        ({"found": "2026-03-19"}, "found"),
        ({"until": "2026-03-17", "interim": "围挡"}, "until"),
        ({"grade": "一般", "interim": ""}, "interim"),
    ],
)
def test_what_is_wrong_is_marked_at_its_cell(world: World, cells: dict[str, str], where: str) -> None:
    good = {"unit": "东屏县实验小学", "place": "食堂", "text": "坏", "domain": "消防"}
    row = GridRow(good | cells)
    understand(world.actor("county_officer"), [row], Common("self", "无"))
    assert set(row.errors) == {where}


def test_names_that_fit_several_units_are_asked_back(world: World) -> None:
    row = GridRow({"unit": "东屏", "place": "门", "text": "坏", "domain": "消防"})
    understand(world.actor("county_officer"), [row], Common("self", "无"))
    assert "东屏县实验小学" in row.errors["unit"]


def test_titles_are_the_first_sentence() -> None:
    assert title_of("灯不亮。已两周") == "灯不亮"
    assert len(title_of("长" * 300)) == 100


def test_check_changes_nothing_then_all_are_registered(world: World) -> None:
    table = HEAD + line() + "\n" + line("东屏县第一中学", '"线路老化\n需更换"', place="校门", domain="用电")
    checked = post(world, pasted=table, do="check")
    assert checked.status_code == 200
    assert checked.context["checked"] is True
    assert not hz.Hazard.everything.exists()
    rows = [row for row in checked.context["rows"] if not row.empty]
    done = post(world, do="register", **as_grid(rows))
    assert done.status_code == 303
    made = {x.unit_id: x for x in hz.Hazard.everything.all()}
    first, second = made[world.school.pk], made[world.sister.pk]
    assert first.place_id == world.places["canteen"].pk
    assert first.state == "assessed"
    assert (first.finder_unit_id, first.source, first.finder_name) == (world.county.pk, "inspection", "赵立")
    assert clock.day_of(first.found_at) == date(2026, 3, 17)
    assert (second.title, second.domain) == ("线路老化", "utility")
    assert "需更换" in second.description


def test_one_wrong_row_keeps_all_back_and_nothing_typed_is_lost(world: World) -> None:
    table = HEAD + line() + "\n" + line("西岭县第二小学", "<script>=1+1")
    response = post(world, pasted=table, do="register")
    assert response.status_code == 422
    assert not hz.Hazard.everything.exists()
    page = response.content.decode()
    assert "&lt;script&gt;=1+1" in page
    assert "灭火器压力不足" in page


def test_a_refusal_of_the_loop_is_marked_at_its_row(world: World) -> None:
    response = post(world, "safety_officer", pasted=HEAD + line(found="2026/3/1"), do="check", source="self")
    assert response.status_code == 422
    assert [number for number, _row in response.context["wrong"]] == [1]
    assert not hz.Hazard.everything.exists()


def test_a_major_word_marks_it_suspected(world: World) -> None:
    post(world, "safety_officer", pasted=HEAD + line(grade="重大", found=""), do="register", source="self")
    row = hz.Hazard.everything.get()
    assert row.awaits_judgement
    assert row.grade == ""


def test_formulas_stay_text(world: World) -> None:
    post(world, pasted=HEAD + line(text="=HYPERLINK(1)"), do="register")
    assert hz.Hazard.everything.get().title == "=HYPERLINK(1)"


def test_registered_once(world: World) -> None:
    rows = read(HEAD + line()).rows
    client, sent = world.client("county_officer"), {"once": str(uuid4()), **COMMON, **as_grid(rows)}
    for _i in range(2):
        assert client.post("/hazards/paste/", {**sent, "do": "register"}).status_code == 303
    assert hz.Hazard.everything.count() == 1


def test_twenty_rows_are_read_in_few_statements(world: World, django_assert_max_num_queries: Any) -> None:
    rows = read(HEAD + "\n".join([line()] * 20)).rows
    actor = world.actor("county_officer")
    with django_assert_max_num_queries(5):
        assert len(understand(actor, rows, Common("self", "无"))) == 20


def test_the_grid_understands_its_own_headings() -> None:
    """Whoever copies the grid's first row into Excel can paste it back."""
    with translation.override("zh-hans"):
        strange = [str(head.label) for head in HEADS if str(head.label) not in head.words]
    assert strange == []
