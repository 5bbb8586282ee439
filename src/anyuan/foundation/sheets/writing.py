"""Workbooks out, of any length in constant memory. What a user typed is text, never a formula."""

from __future__ import annotations

import json
import math
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from typing import IO, Any

import xlsxwriter
from django.http import FileResponse
from django.utils.translation import gettext as _

from anyuan.foundation.kernel.public import clock

from .columns import Column, Sheet

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST_TEXT = 32_767
ROWS_PER_SHEET = 1_000_000
_FORBIDDEN = re.compile(r"[\[\]:*?/\\]")
_SPOOL_LIMIT = 8 * 1024 * 1024


def write_book(sheets: Iterable[Sheet]) -> IO[bytes]:
    """The workbook as an open temporary file at its start; closing it removes it.

    Each sheet starts with a line that says what it is, how many rows it has and when it was made,
    then the headings (frozen, with filters). A sheet longer than a million rows goes on in another.
    """
    with open_book() as (book, out):
        formats = Formats(book)
        names: set[str] = set()
        for sheet in sheets:
            _write_sheet(book, formats, names, sheet)
    out.seek(0)
    return out


def excel_response(sheets: Iterable[Sheet], filename: str) -> FileResponse:
    """The workbook as a download named ``filename`` (with its ending)."""
    return FileResponse(write_book(sheets), as_attachment=True, filename=filename, content_type=XLSX)


class Formats:
    """The cell formats of one workbook."""

    def __init__(self, book: Any) -> None:
        edge = {"border": 1, "border_color": "#d0d7de", "valign": "top"}
        head = {**edge, "bold": True, "text_wrap": True, "bg_color": "#eef2f6"}
        self.title = book.add_format({"bold": True, "font_size": 12})
        self.head = book.add_format(head)
        self.must = book.add_format({**head, "bg_color": "#fff3cd"})
        self.text = book.add_format({**edge, "num_format": "@", "text_wrap": True})
        self.bare = book.add_format({"num_format": "@"})
        self.number = book.add_format(edge)
        self.day = book.add_format({**edge, "num_format": "yyyy-mm-dd"})
        self.moment = book.add_format({**edge, "num_format": "yyyy-mm-dd hh:mm"})
        self.wrong = book.add_format({**edge, "num_format": "@", "text_wrap": True, "bg_color": "#f8d7da"})


@contextmanager
def open_book() -> Iterator[tuple[Any, IO[bytes]]]:
    """A workbook that keeps one row in memory, and the temporary file it is written to on leaving."""
    out = tempfile.TemporaryFile()  # noqa: SIM115 - handed to the caller open
    try:
        book = xlsxwriter.Workbook(out, {"constant_memory": True, "strings_to_formulas": False})
        yield book, out
        book.close()
    except BaseException:
        out.close()
        raise


def sheet_name(wanted: str, taken: set[str]) -> str:
    """A name Excel accepts (31 characters, no []:*?/\\, unique whatever the case)."""
    base = _FORBIDDEN.sub(" ", wanted).strip().strip("'")[:31].strip() or "Sheet"
    name, number = base, 1
    while name.casefold() in taken:
        number += 1
        ending = f" ({number})"
        name = base[: 31 - len(ending)] + ending
    taken.add(name.casefold())
    return name


def write_text(page: Any, row: int, column: int, text: str, style: Any) -> None:
    """Write ``text`` as text whatever it begins with; cut, with a mark, at Excel's longest."""
    if len(text) > LONGEST_TEXT:
        text = text[: LONGEST_TEXT - 1] + "…"
    page.write_string(row, column, text, style)


def _write_sheet(book: Any, formats: Formats, names: set[str], sheet: Sheet) -> None:
    count, rows = _counted(sheet)
    title = _("%(title)s · %(count)s rows · made at %(moment)s") % {
        "title": sheet.title or sheet.name,
        "count": count,
        "moment": clock.now().astimezone(clock.SHANGHAI).strftime("%Y-%m-%d %H:%M"),
    }
    for start in range(0, max(count, 1), ROWS_PER_SHEET):
        page = book.add_worksheet(sheet_name(sheet.name, names))
        _write_head(page, formats, sheet.columns, title)
        height = 1
        for height, row in enumerate(islice(rows, ROWS_PER_SHEET), 2):
            for index, value in enumerate(row):
                _write_cell(page, formats, height, index, value)
        _finish(page, sheet.columns, height if count > start else 1)


def _write_head(page: Any, formats: Formats, columns: Sequence[Column], title: str) -> None:
    for index, column in enumerate(columns):
        page.set_column(index, index, column.width)
    write_text(page, 0, 0, title, formats.title)
    for index, column in enumerate(columns):
        write_text(page, 1, index, column.title, formats.head)


def _finish(page: Any, columns: Sequence[Column], last: int) -> None:
    page.freeze_panes(2, 0)
    page.autofilter(1, 0, last, len(columns) - 1)
    page.set_landscape()
    page.repeat_rows(1)
    page.fit_to_pages(1, 0)


def _write_cell(page: Any, formats: Formats, row: int, column: int, value: object) -> None:
    if value is None:
        page.write_blank(row, column, None, formats.text)
    elif isinstance(value, bool):
        page.write_string(row, column, _("yes") if value else _("no"), formats.text)
    elif isinstance(value, int | float | Decimal) and _fits(value):
        page.write_number(row, column, float(value), formats.number)
    elif isinstance(value, datetime):
        local = value.astimezone(clock.SHANGHAI).replace(tzinfo=None) if value.tzinfo else value
        page.write_datetime(row, column, local, formats.moment)
    elif isinstance(value, date):
        page.write_datetime(row, column, value, formats.day)
    else:
        write_text(page, row, column, str(value), formats.text)


def _fits(value: float | Decimal) -> bool:
    """Whether Excel keeps every digit; longer numbers and "not a number" are written as text."""
    return math.isfinite(value) and -1e15 < value < 1e15


def _counted(sheet: Sheet) -> tuple[int, Iterator[Sequence[object]]]:
    """The number of rows, known before the first is written: a generator is spooled to disk."""
    if isinstance(sheet.rows, Sequence):
        return len(sheet.rows), iter(sheet.rows)
    spool = tempfile.SpooledTemporaryFile(_SPOOL_LIMIT, "w+", encoding="utf-8")  # noqa: SIM115 - read later
    count = 0
    try:
        for row in sheet.rows:
            count += 1
            spool.write(json.dumps([_pack(v) for v in row], ensure_ascii=False) + "\n")
    except BaseException:
        spool.close()
        raise
    spool.seek(0)
    return count, ([_unpack(v) for v in json.loads(line)] for line in _lines(spool))


def _lines(spool: tempfile.SpooledTemporaryFile[str]) -> Iterator[str]:
    with spool:
        yield from spool


def _pack(value: object) -> object:
    """A value as JSON; days, instants and decimals as a pair of their kind and text."""
    if value is None or isinstance(value, str | bool | int | float):
        return value
    for kind, (packed, _parse) in _PACKED.items():
        if isinstance(value, packed):
            return [kind, value.isoformat() if isinstance(value, date) else str(value)]
    return str(value)


def _unpack(value: Any) -> object:
    return _PACKED[value[0]][1](value[1]) if isinstance(value, list) else value


_PACKED: dict[str, tuple[type, Callable[[str], object]]] = {
    "moment": (datetime, datetime.fromisoformat),
    "day": (date, date.fromisoformat),
    "number": (Decimal, Decimal),
}
