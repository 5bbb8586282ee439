"""Workbooks in: dry run, errors given back, upsert by key, all rows or none, and what people really send."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from datetime import date

import openpyxl
import pytest
from tests.cast import NOW, World

from anyuan.foundation.journal.public import Entry
from anyuan.foundation.kernel.public import Actor, Invalid, NotFound, NotPermitted, clock
from anyuan.foundation.org import queries
from anyuan.foundation.org.public import (
    IMPORT_KINDS,
    CalendarDay,
    Holding,
    Person,
    Place,
    Term,
    Unit,
    UnitName,
    dry_run,
    given_back,
    is_working_day,
    people_on_post,
    run_import,
    search_units,
    template,
    term_of,
)


@pytest.fixture(autouse=True)
def _time() -> Iterator[None]:
    with clock.at(NOW):
        yield


def book(*rows: Sequence[object]) -> bytes:
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


SCHOOLS = ("学校名称", "学校标识码", "学校类型", "上级单位", "在校生数")
PEOPLE = ("单位名称", "教师姓名", "手机", "职务", "任职日期")
PLACES = ("单位名称", "点位名称", "类别")


def everything() -> list[object]:
    scoped = (Unit, Person, Holding, Place)
    rows: list[object] = [list(model.everything.order_by("pk").values()) for model in scoped]
    return [*rows, list(CalendarDay.objects.order_by("pk").values()), Entry.everything.count()]


def test_a_countys_schools_come_in_and_come_again(world: World) -> None:
    actor = world.actor("county_officer")
    file = book(
        ("东屏县学校名单", "", "", "", ""),
        SCHOOLS,
        ("东屏县实验小学", "2132000001", "小学", "", 1260),
        ("青石镇中心小学", "", "小学", "", 800.0),
        ("柳河教学点", "", "教学点", "青石镇中心小学", "12"),
        ("东屏县第三中学", "3132000009", "初级中学", "东屏县", 900),
        ("沙河镇中心小学", "2132000011", "小学", "", 500),
        ("西沙教学点", "", "教学点", "沙河镇中心小学", 20),
    )
    before = everything()
    report = dry_run(actor, world.county, "units", file)
    assert [p.message for p in report.problems] == []
    assert (report.new, report.changed, report.unchanged, report.rows) == (4, 2, 0, 6)
    assert everything() == before
    run_import(actor, world.county, "units", file)
    assert Unit.everything.get(pk=world.school.pk).pupils == 1260
    assert Unit.everything.get(name="柳河教学点").path.startswith(world.managing.path)
    new = Unit.everything.get(name="西沙教学点")
    assert new.path == f"{Unit.everything.get(name='沙河镇中心小学').path}{new.label}/"
    assert search_units(actor, "第三中学")[0].name == "东屏县第三中学"
    entry = Entry.everything.get(verb="org.import-units")
    assert (entry.actor_kind, entry.actor_name[:2]) == ("import", "赵立")
    assert report.digest in entry.body.text
    again = run_import(actor, world.county, "units", file)
    assert (again.new, again.changed, again.unchanged) == (0, 0, 6)


def test_a_school_found_by_its_code_gets_its_new_name_with_a_date(world: World) -> None:
    actor = world.actor("county_officer")
    run_import(actor, world.county, "units", book(SCHOOLS, ("城东小学", "2132000021", "小学", "", "")))
    with clock.at(NOW.replace(month=5)):
        run_import(
            actor, world.county, "units", book(SCHOOLS, ("城东实验小学", "2132000021", "小学", "", ""))
        )
    names = UnitName.objects.filter(unit__code="2132000021").order_by("starts").values_list("name", "ends")
    assert list(names) == [("城东小学", date(2026, 5, 18)), ("城东实验小学", None)]


def test_wrong_rows_are_said_row_by_row_and_nothing_is_taken(world: World) -> None:
    actor = world.actor("county_officer")
    file = book(
        SCHOOLS,
        ("好学校", "", "小学", "", ""),
        ("", "", "小学", "", ""),
        ("错码学校", "12345", "小学", "", ""),
        ("错类型", "", "大楼", "", ""),
        ("别县学校", "", "小学", "西岭县", ""),
        ("好学校", "", "小学", "", ""),
        ("负数学校", "", "小学", "", -3),
        ("非数学校", "", "小学", "", "很多"),
        ("石桥教学点", "", "教学点", "青石镇中心小学", ""),
        ("青石镇中心小学", "", "小学", "东屏县实验小学", ""),
    )
    before = everything()
    report = dry_run(actor, world.county, "units", file)
    assert {(p.number, p.key) for p in report.problems} == {
        (3, "name"), (4, "code"), (5, "type"), (6, "parent"), (7, "name"), (8, "pupils"), (9, "pupils"),
        }  # fmt: skip
    with pytest.raises(Invalid):
        run_import(actor, world.county, "units", file)
    assert everything() == before
    with given_back(report) as back:
        sheet = openpyxl.load_workbook(back).active
    assert sheet is not None
    remarks = {row[0].row: row[0].value for row in sheet.iter_rows(min_row=2, max_col=1)}
    assert [n for n, text in remarks.items() if text] == [3, 4, 5, 6, 7, 8, 9]
    assert "西岭县" in str(remarks[6])


@pytest.mark.parametrize("who", ["stranger_officer", "teacher", "principal"])
def test_nobody_imports_beyond_his_bounds(world: World, who: str) -> None:
    file = book(SCHOOLS, ("新学校", "", "小学", "", ""))
    before = everything()
    for work in (dry_run, run_import):
        with pytest.raises((NotFound, NotPermitted)):
            work(world.actor(who), world.county, "units", file)
    assert everything() == before


def test_people_come_with_their_posts_and_come_again(world: World) -> None:
    actor = world.actor("county_officer")
    file = book(
        PEOPLE,
        ("东屏县实验小学", "周敏", world.people["principal"].phone, "", ""),
        ("东屏县实验小学", "新老师", "13812345678", "班主任", "2026-02-24"),
        ("东屏县实验小学", "新老师", "13812345678", "宿舍管理员", ""),
        ("东屏县第一中学", "新老师", "138 1234 5678", "", ""),
        ("东屏县第一中学", "无号码", "", "", ""),
    )
    report = dry_run(actor, world.county, "people", file)
    assert [p.message for p in report.problems] == []
    run_import(actor, world.county, "people", file)
    made = Person.everything.get(phone="13812345678")
    assert made.unit == world.school
    assert made in people_on_post(world.school, "class-teacher", date(2026, 2, 24))
    assert made not in people_on_post(world.school, "class-teacher", date(2026, 2, 23))
    assert Person.everything.filter(name="无号码").count() == 1
    again = run_import(actor, world.county, "people", file)
    assert (again.new, again.changed, again.unchanged) == (0, 0, 5)


def test_people_who_are_not_ours_and_posts_that_are_not_there(world: World) -> None:
    actor = world.actor("county_officer")
    file = book(
        PEOPLE,
        ("东屏县实验小学", "冒名", world.people["stranger_teacher"].phone, "", ""),
        ("东屏县实验小学", "甲", "123", "", ""),
        ("东屏县实验小学", "乙", "", "皇帝", ""),
        ("东屏县实验小学", "丙", "", "市级安全管理员", ""),
        ("没有的学校", "丁", "", "", ""),
        ("东屏县实验小学", "戊", "", "班主任", "二月三十"),
        ("东屏县实验小学", "己", "", "班主任", "2026-02-30"),
        ("东屏县实验小学", "庚", "13812340000", "", ""),
        ("东屏县实验小学", "庚", "13812340000", "", ""),
    )
    report = dry_run(actor, world.county, "people", file)
    assert {p.number for p in report.problems} == {2, 3, 4, 5, 6, 7, 8, 10}
    assert Person.everything.get(pk=world.people["stranger_teacher"].pk).name == "秦岚"


def test_an_import_cannot_make_an_administrator(world: World) -> None:
    file = book(PEOPLE, ("东屏县", "赵立", world.people["county_officer"].phone, "platform-admin", ""))
    with pytest.raises(NotPermitted):
        run_import(world.actor("county_officer"), world.county, "people", file)
    assert not Holding.everything.filter(post="platform-admin", unit=world.county).exists()


def test_two_people_of_one_name_need_their_numbers(world: World) -> None:
    actor = world.actor("county_officer")
    run_import(actor, world.county, "people", book(PEOPLE, ("东屏县实验小学", "陈静", "13812340009", "", "")))
    report = dry_run(actor, world.county, "people", book(PEOPLE, ("东屏县实验小学", "陈静", "", "", "")))
    assert [p.key for p in report.problems] == ["phone"]


def test_places_come_by_unit_and_name(world: World) -> None:
    actor = world.actor("safety_officer")
    file = book(PLACES, ("", "校门", "校门"), ("", "<script>alert(1)</script>", ""), ("", "'=1+1", "教室"))
    report = run_import(actor, world.school, "places", file)
    assert (report.new, report.changed, report.unchanged) == (2, 0, 1)
    names = set(Place.everything.filter(unit=world.school).values_list("name", flat=True))
    assert {"<script>alert(1)</script>", "'=1+1"} <= names
    assert queries.place(actor, world.places["gate"].pk).token == world.places["gate"].token
    formula = dry_run(actor, world.school, "places", book(PLACES, ("", "=1+1", "教室"), ("", "好", "")))
    assert [(p.number, p.key) for p in formula.problems] == [(2, "name")]
    with pytest.raises(NotPermitted):
        run_import(actor, world.school, "people", book(PEOPLE, ("", "甲", "", "", "")))
    with pytest.raises(NotFound):
        run_import(actor, world.stranger_school, "places", file)


def test_a_bureaus_list_of_days_makes_its_year_known(world: World) -> None:
    actor = world.actor("county_officer")
    head = ("日期", "安排", "说明")
    off = [(f"2028-10-0{d}", "放假", "国庆节") for d in range(1, 8)]
    file = book(head, *off, ("2028年10月14日", "补班", ""))
    run_import(actor, world.county, "days", file, full=True)
    assert not is_working_day(date(2028, 10, 2), world.school)
    assert is_working_day(date(2028, 10, 14), world.school)
    short = book(head, *off[:3])
    assert dry_run(actor, world.county, "days", short, full=True).wrong == 1
    assert dry_run(actor, world.county, "days", short).wrong == 0
    wrong = book(head, ("2028-02-30", "放假", ""), ("2028-10-01", "也许", ""), ("1028-10-01", "放假", ""))
    assert dry_run(actor, world.county, "days", wrong).wrong == 3


def test_terms_are_written_with_their_last_day(world: World) -> None:
    actor = world.actor("county_officer")
    head = ("单位", "学期", "开学日期", "放假日期")
    own = ("东屏县实验小学", "春", "2026-02-24", "2026-06-12")
    run_import(actor, world.county, "terms", book(head, ("", "春", "2026-02-24", "2026-06-30"), own))
    assert term_of(date(2026, 6, 30), world.sister)
    assert term_of(date(2026, 7, 1), world.sister) is None
    assert term_of(date(2026, 6, 13), world.school) is None
    overlapping = book(head, ("", "又一个", "2026-06-30", "2026-08-01"))
    assert [p.key for p in dry_run(actor, world.county, "terms", overlapping).problems] == ["starts"]
    assert Term.objects.count() == 2


@pytest.mark.parametrize(
    "content",
    [b"", b"PK\x03\x04nonsense", b"MZ\x90 a program", b"name,type\n1,2\n"],
    ids=["empty", "damaged", "program", "text"],
)
def test_what_is_no_workbook_is_refused(world: World, content: bytes) -> None:
    with pytest.raises(Invalid):
        dry_run(world.actor("county_officer"), world.county, "units", content)


def test_a_workbook_with_other_headings_or_no_rows_is_refused(world: World) -> None:
    for content in (book(("a", "b"), (1, 2)), book(SCHOOLS), book(("学校名称",), ("x",))):
        with pytest.raises(Invalid):
            dry_run(world.actor("county_officer"), world.county, "units", content)


def test_more_rows_than_the_limit_are_refused_and_the_limit_is_taken(world: World) -> None:
    made = openpyxl.Workbook(write_only=True)
    sheet = made.create_sheet()
    sheet.append(PLACES)
    for number in range(100_001):
        sheet.append(("", f"点位{number}", ""))
    out = io.BytesIO()
    made.save(out)
    with pytest.raises(Invalid):
        dry_run(world.actor("safety_officer"), world.school, "places", out.getvalue())


@pytest.mark.parametrize("kind", sorted(IMPORT_KINDS))
def test_each_template_holds_its_headings_and_reads_back_as_empty(world: World, kind: str) -> None:
    with template(kind) as file:
        content = file.read()
    actor: Actor = world.actor("county_officer")
    with pytest.raises(Invalid):
        dry_run(actor, world.county, kind, content)
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    titles = [str(c.value).rstrip("*") for c in next(iter(sheet.iter_rows(max_row=1)))]
    assert titles == [c.title for c in IMPORT_KINDS[kind].columns()]
