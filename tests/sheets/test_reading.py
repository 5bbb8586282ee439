"""Workbooks in: what people really send, and what nobody should."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from anyuan.foundation.kernel.public import Invalid
from anyuan.foundation.sheets import reading
from anyuan.foundation.sheets.public import (
    Column,
    RowProblem,
    Sheet,
    annotate,
    as_day,
    as_number,
    as_whole,
    as_yes,
    read_sheet,
    template_book,
    write_book,
)

COLUMNS = [
    Column("name", "学校名称", required=True, aliases=["单位名称"], note="全称", example="实验小学"),
    Column("phone", "电话", required=True, example="13900000000"),
    Column("opened", "开办日期"),
    Column("kind", "类型", choices=["小学", "初中"]),
]


def book(*lines: list[object], title: str = "单位") -> bytes:
    made = openpyxl.Workbook()
    page = made.active
    assert page is not None
    page.title = title
    for line in lines:
        page.append(line)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def refusal(content: bytes, **options: int) -> str:
    with pytest.raises(Invalid) as caught:
        read_sheet(content, COLUMNS, **options)  # type: ignore[arg-type]
    return caught.value.message


def test_columns_in_any_order_with_strangers_between() -> None:
    table = read_sheet(
        book(
            ["2026 年单位表"],
            [],
            ["备注", "电话 *", "学校名称（必填）", "开办日期"],
            ["x", 13900000000, " 实验小学 ", date(2020, 9, 1)],
            [],
            ["只有备注", None, None, None],
            ["", "0513-1234567", "二小", "2021.9.1"],
        ),
        COLUMNS,
    )
    assert [(r.number, r.values) for r in table.rows] == [
        (4, {"name": "实验小学", "phone": "13900000000", "opened": "2020-09-01", "kind": ""}),
        (7, {"name": "二小", "phone": "0513-1234567", "opened": "2021.9.1", "kind": ""}),
    ]
    assert table.rows[0]["name"] == "实验小学"


def test_aliases_are_headings_too() -> None:
    assert read_sheet(book(["单位名称", "电话"], ["a", "1"]), COLUMNS).rows[0]["name"] == "a"


def test_numbers_come_as_people_see_them() -> None:
    table = read_sheet(book(["学校名称", "电话"], [1.5, 32010219990101.0]), COLUMNS)
    assert table.rows[0].values["name"] == "1.5"
    assert table.rows[0].values["phone"] == "32010219990101"


def test_the_first_sheet_that_fits_is_read() -> None:
    made = openpyxl.load_workbook(io.BytesIO(book(["说明"], ["请填写第二张表"])))
    second = made.create_sheet("数据")
    second.append(["学校名称", "电话"])
    second.append(["a", "1"])
    out = io.BytesIO()
    made.save(out)
    assert read_sheet(out.getvalue(), COLUMNS).name == "数据"


def test_old_excel_files_are_read() -> None:
    content = (Path(__file__).parent / "old.xls").read_bytes()
    row = read_sheet(content, COLUMNS).rows[0]
    assert (row["name"], row["phone"], row["opened"]) == ("石桥教学点", "13900000001", "2020-09-01")


def test_a_file_object_is_read_no_further_than_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    content = book(["学校名称", "电话"], ["a", "1"])
    monkeypatch.setattr(reading, "MAX_BYTES", len(content))
    assert read_sheet(io.BytesIO(content), COLUMNS).rows
    monkeypatch.setattr(reading, "MAX_BYTES", len(content) - 1)
    stream = io.BytesIO(content + b"x" * 1000)
    with pytest.raises(Invalid):
        read_sheet(stream, COLUMNS)
    assert stream.tell() == len(content)


BAD = {
    "nothing": b"",
    "text": b"name,phone\r\na,1\r\n",
    "program": b"MZ" + os.urandom(300),
    "picture": b"\x89PNG\r\n\x1a\n" + os.urandom(300),
    "old excel cut off": bytes.fromhex("d0cf11e0a1b11ae1") + os.urandom(600),
    "zip magic only": b"PK\x03\x04" + os.urandom(300),
    "html as xls": b"<html><table><tr><td>a</td></tr></table></html>",
}


@pytest.mark.parametrize("content", BAD.values(), ids=BAD.keys())
def test_what_is_no_workbook_is_refused(content: bytes) -> None:
    assert refusal(content)


def test_other_archives_are_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", "<x/>")
    assert refusal(out.getvalue())


@pytest.mark.parametrize("keep", [100, 500, 2000, 4000])
def test_half_a_workbook_is_refused(keep: int) -> None:
    assert refusal(book(["学校名称", "电话"], ["a", "1"])[:keep])


def test_workbook_with_broken_xml_is_refused() -> None:
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(book(["学校名称", "电话"], ["a", "1"]))) as whole,
        zipfile.ZipFile(out, "w") as broken,
    ):
        for name in whole.namelist():
            content = whole.read(name)
            broken.writestr(name, content[: len(content) // 2] if "sheet1" in name else content)
    assert refusal(out.getvalue())


def test_locked_files_are_named_as_such() -> None:
    locked = bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le")
    damaged = bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600
    assert refusal(locked) != refusal(damaged)


def test_missing_columns_are_named() -> None:
    said = refusal(book(["学校名称", "类型"], ["a", "小学"]))
    assert "电话" in said
    assert "学校名称" not in said


def test_no_headings_at_all() -> None:
    said = refusal(book(["a", "b"], ["c", "d"]))
    assert "学校名称" in said
    assert refusal(book())


def test_headings_must_stand_near_the_top() -> None:
    above: list[list[object]] = [["title"]] * 9
    assert read_sheet(book(*above, ["学校名称", "电话"], ["a", "1"]), COLUMNS).rows[0].number == 11
    assert refusal(book(["t"], *above, ["学校名称", "电话"], ["a", "1"]))


def test_a_heading_twice_is_refused() -> None:
    assert "电话" in refusal(book(["学校名称", "电话", "电话"], ["a", "1", "2"]))


def test_headings_without_rows() -> None:
    assert refusal(book(["学校名称", "电话"]))
    assert refusal(book(["学校名称", "电话"], [None, None], ["", " "]))


def test_row_limit_on_both_sides() -> None:
    rows: list[list[object]] = [["a", str(n)] for n in range(5)]
    content = book(["学校名称", "电话"], *rows)
    assert len(read_sheet(content, COLUMNS, max_rows=5).rows) == 5
    said = refusal(content, max_rows=4)
    assert "5" in said
    assert "4" in said


@pytest.mark.parametrize("cell", ["A1048576", "XFD1", "DA2", "B110000"])
def test_a_far_cell_is_refused_before_memory_is_taken(cell: str) -> None:
    made = openpyxl.load_workbook(io.BytesIO(book(["学校名称", "电话"], ["a", "1"])))
    made.worksheets[0][cell] = "x"
    out = io.BytesIO()
    made.save(out)
    assert "CZ" in refusal(out.getvalue())


def test_far_cells_that_are_empty_do_no_harm() -> None:
    made = openpyxl.load_workbook(io.BytesIO(book(["学校名称", "电话"], ["a", "1"])))
    made.worksheets[0]["A1048576"].number_format = "0.00"
    made.worksheets[0]["CZ2"] = "in reach"
    out = io.BytesIO()
    made.save(out)
    assert len(read_sheet(out.getvalue(), COLUMNS).rows) == 1


def _padded(size: int) -> bytes:
    """A good workbook with ``size`` more bytes, packed to nearly nothing."""
    out = io.BytesIO(book(["学校名称", "电话"], ["a", "1"]))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/padding.xml", b" " * size)
    return out.getvalue()


def test_an_archive_that_unpacks_to_too_much_is_to_be_split() -> None:
    with zipfile.ZipFile(io.BytesIO(_padded(0))) as archive:
        own = sum(entry.file_size for entry in archive.infolist())
    assert len(read_sheet(_padded(reading.MAX_UNPACKED - own), COLUMNS).rows) == 1
    content = _padded(reading.MAX_UNPACKED - own + 1)
    assert len(content) < 1_000_000
    assert "拆分" in refusal(content)


_MEASURE = """
import django, resource, sys

django.setup()
from anyuan.foundation.sheets.public import Column, read_sheet

content = open(sys.argv[1], "rb").read()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
table = read_sheet(content, [Column(f"c{n}", f"列{n}") for n in range(6)])
print(len(table.rows), (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


def test_a_hundred_thousand_rows_are_read_in_less_than_300_mb(tmp_path: Path) -> None:
    columns = [Column(f"c{n}", f"列{n}") for n in range(6)]
    rows = ([f"隐患{row}-{n}" for n in range(6)] for row in range(100_000))
    path = tmp_path / "long.xlsx"
    with write_book([Sheet("隐患", columns, rows)]) as out:
        path.write_bytes(out.read())
    done = subprocess.run(
        [sys.executable, "-c", _MEASURE, str(path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    count, extra_mb = map(int, done.stdout.split())
    assert count == 100_000
    assert extra_mb < 300


def test_what_we_export_we_can_read() -> None:
    with write_book([Sheet("单位", COLUMNS, [("实验小学", "13900000000", date(2020, 9, 1), "小学")])]) as out:
        table = read_sheet(out, COLUMNS)
    assert table.rows[0].values == {
        "name": "实验小学",
        "phone": "13900000000",
        "opened": "2020-09-01",
        "kind": "小学",
    }
    assert table.rows[0].number == 3


def test_given_back_with_remarks_and_read_again() -> None:
    content = book(
        ["单位表"], ["备注", "学校名称", "电话"], ["=1+1", "a", "bad"], ["y", "b", "1"], ["z", "", "2"]
    )
    table = read_sheet(content, COLUMNS)
    problems = [
        RowProblem(3, "电话不对", "phone"),
        RowProblem(3, "重复"),
        RowProblem(5, "缺名称", "name"),
        RowProblem(5, "没有这一列", "opened"),
    ]
    with annotate(table, problems) as out:
        given = out.read()
    page = openpyxl.load_workbook(io.BytesIO(given)).worksheets[0]
    assert page.title == "单位"
    assert page["A3"].value == "电话不对；重复"
    assert page["A4"].value is None
    assert page["A5"].value == "缺名称；没有这一列"
    assert [c.value for c in page[2]][1:] == ["备注", "学校名称", "电话"]
    assert page["D4"].value == "1"
    red = "FFF8D7DA"
    assert page["D3"].fill.fgColor.rgb == red
    assert page["C3"].fill.fgColor.rgb != red
    assert page["C5"].fill.fgColor.rgb == red
    assert page["B3"].data_type != "f"

    again = read_sheet(given, COLUMNS)
    assert [(r.number, r.values) for r in again.rows] == [(r.number, r.values) for r in table.rows]
    with annotate(again, []) as out:
        clean = openpyxl.load_workbook(io.BytesIO(out.read())).worksheets[0]
    assert clean["A3"].value is None
    assert [c.value for c in clean[2]][1:] == ["备注", "学校名称", "电话"]


def test_template_explains_itself_and_is_read_back() -> None:
    many = [f"选项{n}" for n in range(100)]
    columns = [*COLUMNS, Column("more", "更多", choices=many), Column("odd", "带逗号", choices=["a,b", "c"])]
    with template_book("单位", columns, ["每行一个单位"]) as out:
        content = out.read()
    made = openpyxl.load_workbook(io.BytesIO(content))
    page = made.worksheets[0]
    assert [c.value for c in page[1]] == ["学校名称*", "电话*", "开办日期", "类型", "更多", "带逗号"]
    rules = {str(v.sqref): v for v in page.data_validations.dataValidation}
    assert rules["D2:D5001"].formula1 == '"小学,初中"'
    assert rules["E2:E5001"].formula1 == "lists!$A$1:$A$100"
    assert rules["F2:F5001"].formula1 == "lists!$B$1:$B$2"
    assert rules["A2:A5001"].prompt == "全称"
    assert made["lists"].sheet_state == "hidden"
    assert made["lists"]["A100"].value == "选项99"
    assert made.worksheets[1]["A1"].value == "每行一个单位"
    assert made.worksheets[2]["A2"].value == "实验小学"
    with pytest.raises(Invalid):
        read_sheet(content, columns)
    page["A2"], page["B2"] = "a", "0139"
    out2 = io.BytesIO()
    made.save(out2)
    assert read_sheet(out2.getvalue(), columns).rows[0]["phone"] == "0139"


@pytest.mark.parametrize(
    "text", ["2026-11-21", "2026/11/21", "2026.11.21", "2026年11月21日", "20261121", " 2026-11-21 08:30 "]
)
def test_days_in_every_spelling(text: str) -> None:
    assert as_day(text) == date(2026, 11, 21)


@pytest.mark.parametrize("text", ["2026-13-01", "2026-02-29", "20260230", "21.11.2026", "tomorrow", "46000"])
def test_what_is_no_day(text: str) -> None:
    with pytest.raises(Invalid):
        as_day(text)


def test_numbers_and_yes() -> None:
    assert as_day("") is None
    assert (as_number(""), as_number("1,200.5"), as_number("-3")) == (None, 1200.5, -3.0)
    assert (as_whole(""), as_whole("12"), as_whole("12.0")) == (None, 12, 12)
    assert [as_yes(t) for t in ("", "是", "YES", "√", "否", "无", "0")] == [
        None,
        True,
        True,
        True,
        False,
        False,
        False,
    ]
    for bad in (
        lambda: as_number("1e5x"),
        lambda: as_whole("1.5"),
        lambda: as_yes("maybe"),
        lambda: as_number("nan"),
    ):
        with pytest.raises(Invalid):
            bad()
