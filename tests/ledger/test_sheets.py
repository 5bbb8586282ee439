"""Workbooks: facts of a county on one sheet, registers in and out, wrong rows given back, all or nothing."""

from __future__ import annotations

import io
from datetime import date, timedelta
from pathlib import Path
from typing import IO

import pytest
from python_calamine import CalamineWorkbook
from tests.cast import NOW, World, as_action
from xlsxwriter import Workbook

from anyuan.foundation.kernel.public import Invalid, NotPermitted, clock, job_actor
from anyuan.foundation.sheets.public import write_book
from anyuan.rules.ledger.loading.base import dry_run, given_back, load, template
from anyuan.rules.ledger.loading.facts import FactLoader, facts_sheet
from anyuan.rules.ledger.loading.records import RecordLoader, records_sheet
from anyuan.rules.ledger.loading.subjects import SubjectLoader
from anyuan.rules.ledger.public import FactValue, NewRecord, Record, State, Subject, facts_on, record_many
from anyuan.rules.policy.public import load_packs

pytestmark = pytest.mark.django_db
JOB = job_actor("test")


@pytest.fixture(autouse=True)
def _common(world: World) -> None:
    load_packs()
    with as_action():
        for number, key in enumerate(("school", "sister", "stranger_school"), 1):
            world.units[key].code = f"213527000{number}"
            world.units[key].save()


def book(*rows: list[object]) -> bytes:
    out = io.BytesIO()
    with Workbook(out) as made:
        page = made.add_worksheet("数据")
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)
    return out.getvalue()


def taken(made: IO[bytes]) -> bytes:
    with made:
        return made.read()


def read(made: IO[bytes]) -> list[list[object]]:
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(taken(made))).get_sheet_by_index(0)
    return [list(row) for row in sheet.to_python()]


HEAD: list[object] = ["学校标识码", "学校", "检查点位（处）", "持证专职保安员（人）"]


def test_one_sheet_for_all_schools_of_a_county(world: World) -> None:
    file = book(HEAD, ["2135270001", "", 18, 2], ["2135270002", "", "", 4])
    loader = FactLoader(world.actor("county_officer"), world.county)
    report = load(loader, file)
    assert (report.rows, report.new, report.wrong) == (2, 3, 0)
    found = facts_on([world.school.pk, world.sister.pk], NOW.date())
    assert (found[world.school.pk]["check_points"], found[world.sister.pk]["guards_certified"]) == (18, 4)
    assert "check_points" not in found[world.sister.pk]
    assert set(FactValue.everything.values_list("source", flat=True)) == {"import"}


def test_wrong_rows_go_back_with_remarks_and_nothing_goes_in(world: World) -> None:
    file = book(
        HEAD,
        ["2135270001", "", "十八", 2],
        ["2135270003", "", 5, ""],
        ["2135270002", "", 5001, ""],
        ["2135270001", "", 3, ""],
        ["2135270002", "", 3, ""],
    )
    loader = FactLoader(world.actor("county_officer"), world.county)
    report = dry_run(loader, file)
    assert {p.number for p in report.problems} == {2, 3, 4, 5, 6}
    assert {(p.number, p.key) for p in report.problems} >= {
        (2, "check_points"),
        (3, "school"),
        (4, "check_points"),
    }
    back = read(given_back(report))
    assert "十八" in str(back[1])
    assert back[0][1:] == HEAD
    with pytest.raises(Invalid):
        load(FactLoader(world.actor("county_officer"), world.county), file)
    assert not FactValue.everything.exists()


def test_unknown_takes_a_value_back(world: World) -> None:
    actor = world.actor("county_officer")
    load(FactLoader(actor, world.county), book(HEAD, ["2135270001", "", 18, 2]))
    load(FactLoader(actor, world.county), book(HEAD, ["2135270001", "", "未知", ""]))
    found = facts_on([world.school.pk], NOW.date())[world.school.pk]
    assert "check_points" not in found
    assert found["guards_certified"] == 2


def test_what_was_exported_can_come_back(world: World) -> None:
    actor = world.actor("county_officer")
    load(FactLoader(actor, world.county), book(HEAD, ["2135270001", "", 18, 2]))
    content = taken(write_book([facts_sheet(actor, world.county)]))
    report = dry_run(FactLoader(actor, world.county), content)
    schools_without_code = {p.number for p in report.problems}
    assert all(p.key == "school" for p in report.problems)
    assert report.rows - len(schools_without_code) == 2


@pytest.mark.parametrize("file", [b"", b"not excel at all", b"PK\x03\x04broken"])
def test_what_is_no_workbook_is_refused_in_words(world: World, file: bytes) -> None:
    with pytest.raises(Invalid) as refused:
        dry_run(FactLoader(world.actor("county_officer"), world.county), file)
    assert refused.value.message


def test_wrong_headings_are_named(world: World) -> None:
    with pytest.raises(Invalid) as refused:
        dry_run(FactLoader(world.actor("county_officer"), world.county), book(["姓名", "电话"], ["张三", 1]))
    assert "学校标识码" in refused.value.message


def test_a_stranger_cannot_import_here(world: World) -> None:
    file = book(HEAD, ["2135270001", "", 18, 2])
    with pytest.raises(NotPermitted):
        load(FactLoader(world.actor("stranger_officer"), world.county), file)
    with pytest.raises(NotPermitted):
        RecordLoader(world.actor("teacher"), world.school, "self-check")


CHECKS: list[object] = ["完成时间", "检查层级", "全面检查", "检查点位数", "发现问题数"]


def test_a_paper_register_comes_in(world: World) -> None:
    file = book(CHECKS, ["2026-03-17 10:30", "学校", "是", 18, 0], ["2026/3/18", "责任部门", "否", 5, 1])
    with pytest.raises(Invalid):
        load(RecordLoader(world.actor("safety_officer"), world.school, "self-check"), file)
    good = book(CHECKS, ["2026-03-17 10:30", "学校", "是", 18, 0], ["2026-03-10", "责任部门", "否", 5, 1])
    report = load(RecordLoader(world.actor("safety_officer"), world.school, "self-check"), good)
    assert (report.rows, report.new) == (2, 2)
    late, punctual = Record.everything.order_by("occurred_at")
    assert (punctual.data["level"], punctual.data["full"], punctual.state) == ("school", True, State.VALID)
    assert late.state == State.PENDING


def test_rows_of_a_class_register_name_the_class(world: World) -> None:
    actor = world.actor("safety_officer")
    load(SubjectLoader(actor, world.school, "class"), book(["编号", "名称"], ["101", "一（1）班"]))
    assert Subject.everything.get(code="101").name == "一（1）班"
    head: list[object] = ["班级", "完成时间", "提醒类别", "时长（分钟）", "主题"]
    rows = [
        ["一（1）班", "2026-03-17 16:00", "每日放学前", 1, "防溺水"],
        ["二班", "2026-03-17", "每日放学前", 1, "交通"],
    ]
    report = dry_run(RecordLoader(actor, world.school, "reminder-1530"), book(head, *rows))
    assert [p.number for p in report.problems] == [3]
    load(RecordLoader(actor, world.school, "reminder-1530"), book(head, rows[0]))
    assert Record.everything.get().subject.code == "101"  # type: ignore[union-attr]


def test_dormitories_come_with_their_facts(world: World) -> None:
    actor = world.actor("county_officer")
    head: list[object] = ["学校标识码", "编号", "名称", "宿舍管理员（人）", "女生宿舍楼"]
    report = load(
        SubjectLoader(actor, world.county, "dormitory"), book(head, ["2135270001", "1", "一号楼", 2, "是"])
    )
    assert report.new == 1
    row = Subject.everything.get(kind="dormitory")
    values = dict(FactValue.everything.filter(subject=row).values_list("key", "value"))
    assert values == {"managers": 2, "for_girls": True}
    again = load(
        SubjectLoader(actor, world.county, "dormitory"), book(head, ["2135270001", "1", "兰园", "", ""])
    )
    assert again.new == 0
    row.refresh_from_db()
    assert row.name == "兰园"


def test_a_class_that_comes_later_begins_today(world: World) -> None:
    actor = world.actor("county_officer")
    head: list[object] = ["学校标识码", "编号", "名称", "启用日期"]
    load(SubjectLoader(actor, world.county, "class"), book(head, ["2135270001", "101", "一（1）班", ""]))
    rows: list[list[object]] = [
        ["2135270001", "101", "一（1）班", ""],
        ["2135270001", "102", "一（2）班", ""],
        ["2135270001", "103", "一（3）班", "2026-02-25"],
        ["2135270002", "101", "初一（1）班", ""],
    ]
    loader = SubjectLoader(actor, world.county, "class")
    load(loader, book(head, *rows))
    begun = {(s.unit, s.code): s.valid_from for s in Subject.everything.filter(kind="class")}
    assert begun == {
        (world.school, "101"): None,
        (world.school, "102"): clock.today(),
        (world.school, "103"): date(2026, 2, 25),
        (world.sister, "101"): None,  # the first list of that school
    }
    (note,) = [c.note for c in loader.columns() if c.key == "@from"]
    assert "不填即今天" in note


def test_classes_come_with_who_keeps_them(world: World) -> None:
    actor = world.actor("county_officer")
    teacher, other = world.people["teacher"], world.people["second_teacher"]
    head: list[object] = ["学校标识码", "编号", "名称", "班主任"]
    rows: list[list[object]] = [
        ["2135270001", "101", "一（1）班", teacher.name],
        ["2135270001", "102", "一（2）班", ""],
    ]
    load(SubjectLoader(actor, world.county, "class"), book(head, *rows))
    kept = {s.code: s.keeper for s in Subject.everything.filter(kind="class")}
    assert kept == {"101": teacher, "102": None}
    rows = [
        ["2135270001", "101", "一（1）班", ""],
        ["2135270001", "102", "一（2）班", other.phone or other.name],
    ]
    load(SubjectLoader(actor, world.county, "class"), book(head, *rows))
    kept = {s.code: s.keeper for s in Subject.everything.filter(kind="class")}
    assert kept == {"101": teacher, "102": other}
    strange = world.people["stranger_principal"].name
    report = dry_run(
        SubjectLoader(actor, world.county, "class"), book(head, ["2135270001", "103", "三班", strange])
    )
    assert [p.key for p in report.problems] == ["@keeper"]
    with as_action():
        other.name = teacher.name
        other.save()
    twice = book(head, ["2135270001", "103", "三班", teacher.name])
    report = dry_run(SubjectLoader(actor, world.county, "class"), twice)
    assert [p.key for p in report.problems] == ["@keeper"]


def test_formulas_people_type_stay_text(world: World) -> None:
    data = {"participants": 5, "topic": "=HYPERLINK(1)"}
    record_many(JOB, [NewRecord("fire-training", world.school, NOW - timedelta(hours=1), data)])
    sheet = records_sheet(world.actor("principal"), world.school, "fire-training", None, None)
    rows = read(write_book([sheet]))
    assert any("=HYPERLINK(1)" in str(cell) for row in rows for cell in row)


def test_a_template_can_be_read_back_empty(world: World) -> None:
    loader = RecordLoader(world.actor("safety_officer"), world.school, "drill")
    with pytest.raises(Invalid) as refused:
        dry_run(loader, taken(template(loader)))
    assert refused.value.message


def test_a_hundred_thousand_rows_go_out_in_bounded_memory(world: World) -> None:
    data = {"participants": 5, "topic": "灭火器使用"}
    row = NewRecord("fire-training", world.school, NOW - timedelta(hours=1), data)
    record_many(JOB, (row for _ in range(100_000)))
    sheet = records_sheet(world.actor("principal"), world.school, "fire-training", None, None)
    Path("/proc/self/clear_refs").write_text("5")
    before = _memory("VmRSS")
    with write_book([sheet]) as made:
        assert made.seek(0, io.SEEK_END) > 1_000_000
    assert _memory("VmHWM") - before < 64 * 1024


def _memory(name: str) -> int:
    """In KB: what the process holds (VmRSS), the most it held since it was reset (VmHWM)."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name))
