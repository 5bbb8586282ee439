"""Workbooks out: text stays text, the count is right, memory is bounded."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from tests.cast import NOW

from anyuan.foundation.kernel.public import clock
from anyuan.foundation.sheets import writing
from anyuan.foundation.sheets.public import Column, Sheet, excel_response, read_sheet, write_book

COLUMNS = [Column("name", "Name", width=30), Column("value", "Value")]


def pages(content: bytes) -> dict[str, Worksheet]:
    book = openpyxl.load_workbook(io.BytesIO(content))
    return {p.title: p for p in book.worksheets}


def written(*rows: tuple[object, ...], name: str = "Sheet") -> Worksheet:
    with write_book([Sheet(name, COLUMNS, rows)]) as out:
        return next(iter(pages(out.read()).values()))


@pytest.mark.parametrize(
    "evil",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        '=HYPERLINK("http://x","y")',
        "{=1}",
        "\t=1",
        "http://x.example/",
        "=cmd|' /C calc'!A0",
    ],
)
def test_what_looks_like_a_formula_or_link_is_text(evil: str) -> None:
    page = written((evil, evil))
    cell = page["A3"]
    assert (cell.value, cell.data_type) == (evil, "s")
    assert cell.hyperlink is None


def test_evil_headings_and_titles_are_text_too() -> None:
    with write_book([Sheet("S", [Column("x", "=1+1")], [["a"]], title="=2+2")]) as out:
        content = out.read()
    page = pages(content)["S"]
    assert page["A2"].data_type == "s"
    assert page["A1"].data_type == "s"
    assert str(page["A1"].value).startswith("=2+2")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")


def test_first_line_says_what_how_many_and_when() -> None:
    with clock.at(NOW), write_book([Sheet("隐患", COLUMNS, [("a", 1), ("b", 2)], title="隐患台账")]) as out:
        line = str(pages(out.read())["隐患"]["A1"].value)
    assert "隐患台账" in line
    assert "2" in line
    assert "2026-03-18 09:30" in line


@pytest.mark.parametrize("count", [0, 1, 137])
def test_a_generator_is_counted_too(count: int) -> None:
    def rows() -> Iterator[tuple[object, ...]]:
        for number in range(count):
            yield f"row {number}", number

    with write_book([Sheet("S", COLUMNS, rows())]) as out:
        page = pages(out.read())["S"]
    assert f"{count}" in str(page["A1"].value)
    assert page.max_row == 2 + count
    if count:
        assert (page.cell(2 + count, 1).value, page.cell(2 + count, 2).value) == (
            f"row {count - 1}",
            count - 1,
        )


VALUES = [
    (None, None),
    (7, 7),
    (2.5, 2.5),
    (Decimal("3.25"), 3.25),
    (float("nan"), "nan"),
    (32010219991231001, "32010219991231001"),
    (date(2026, 3, 18), datetime.fromisoformat("2026-03-18")),
    (datetime(2026, 3, 18, 23, 30, tzinfo=UTC), datetime.fromisoformat("2026-03-19 07:30")),
    ("x" * 40_000, "x" * 32_766 + "…"),
    ("line\nbreak", "line\nbreak"),
]


@pytest.mark.parametrize(("value", "shown"), VALUES, ids=range(len(VALUES)))
@pytest.mark.parametrize("spooled", [True, False])
def test_values_keep_their_kind(value: object, shown: object, spooled: bool) -> None:
    rows = [("a", value)]
    with write_book([Sheet("S", COLUMNS, iter(rows) if spooled else rows)]) as out:
        assert pages(out.read())["S"]["B3"].value == shown


def test_headings_are_frozen_and_filtered() -> None:
    page = written(("a", 1))
    assert page.freeze_panes == "A3"
    assert page.auto_filter.ref == "A2:B3"


def test_sheet_names_are_made_to_fit() -> None:
    rows: list[tuple[object, ...]] = []
    wanted = ["a/b:c", "x" * 40, "X" * 40, "", "''"]
    with write_book([Sheet(name, COLUMNS, rows) for name in wanted]) as out:
        names = list(pages(out.read()))
    assert len({n.casefold() for n in names}) == 5
    assert all(0 < len(n) <= 31 for n in names)


def test_a_sheet_too_long_goes_on_in_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "ROWS_PER_SHEET", 10)
    with write_book([Sheet("S", COLUMNS, [(str(n), n) for n in range(25)])]) as out:
        found = pages(out.read())
    assert list(found) == ["S", "S (2)", "S (3)"]
    assert [p.max_row - 2 for p in found.values()] == [10, 10, 5]
    assert found["S (3)"]["A7"].value == "24"


@pytest.mark.django_db  # closing an answer ends its request, which looks after the connections
def test_download_names_and_closes() -> None:
    response = excel_response([Sheet("S", COLUMNS, [("a", 1)])], "隐患台账.xlsx")
    assert "attachment" in response["Content-Disposition"]
    assert "filename*=utf-8''" in response["Content-Disposition"]
    content = b"".join(response)  # type: ignore[arg-type]
    response.close()
    assert read_sheet(content, COLUMNS).rows[0].values == {"name": "a", "value": "1"}


def test_no_file_stays_when_writing_fails() -> None:
    def rows() -> Iterator[tuple[object, ...]]:
        yield "a", 1
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_book([Sheet("S", COLUMNS, rows())])
