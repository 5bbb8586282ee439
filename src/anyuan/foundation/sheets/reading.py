"""Workbooks in: .xlsx and .xls as people send them. What cannot be read is said in words they can act on."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from typing import IO

import python_calamine
from django.utils.translation import gettext as _

from anyuan.foundation.kernel.public import Invalid

from .columns import Cell, Column, SheetRow, Table
from .values import text_of

MAX_BYTES = 20 * 1024 * 1024
MAX_UNPACKED = 64 * 1024 * 1024
"""Bytes of XML; reading takes about four times as much memory."""
MAX_ROWS = 100_000
HEADER_WITHIN = 10
"""The headings stand in one of the first lines; titles may stand above them."""

_OLD_EXCEL = bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
# A filled cell far down or far right makes the reader allocate everything between: refuse it first.
# Columns behind CZ (104), or rows from 110,000 on.
_FAR = re.compile(
    rb'<(?:\w+:)?c\s(?:[^>]*\s)?r="'
    rb'(?:[A-Z]{3,}\d+|[D-Z][A-Z]\d+|[A-Z]+(?:\d{7,}|[2-9]\d{5}|1[1-9]\d{4}))"[^>]*(?<!/)>\s*<(?:\w+:)?(?:v|is|f)\b'
)
_CHUNK = 1024 * 1024


def read_sheet(file: IO[bytes] | bytes, columns: Sequence[Column], *, max_rows: int = MAX_ROWS) -> Table:
    """The first sheet whose headings name every required column, in any order; other columns stay.

    Empty rows are left out; row numbers are those Excel shows. Raises :class:`Invalid` when the file is
    larger than 20 MB, no Excel workbook, damaged, locked by a password, without the headings, without
    rows, or longer than ``max_rows``.
    """
    book = _open(_content(file))
    missing: list[str] = []
    for name in book.sheet_names:
        grid = _grid(book, name, max_rows)
        found = _find_header(grid, columns)
        if found is None:
            continue
        at, places, lacking = found
        if lacking:
            missing = missing or lacking
            continue
        table = Table(name, grid, at, places, _rows(grid, at, places, columns))
        return _checked(table, max_rows)
    if missing:
        raise Invalid(
            _("These columns are missing: %(columns)s. Use the template.") % {"columns": "、".join(missing)}
        )
    raise Invalid(
        _("The headings were not found in the first ten lines. Expected: %(columns)s.")
        % {"columns": "、".join(c.title for c in columns if c.required) or columns[0].title}
    )


def _checked(table: Table, max_rows: int) -> Table:
    if not table.rows:
        raise Invalid(_("The sheet has headings but no rows. Fill in at least one row."))
    if len(table.rows) > max_rows:
        raise _too_long(len(table.rows), max_rows)
    return table


def _too_long(count: int, max_rows: int) -> Invalid:
    return Invalid(
        _("The sheet has %(count)s rows; at most %(limit)s can be read at once. Split the file.")
        % {"count": f"{count:,}", "limit": f"{max_rows:,}"}
    )


def _content(file: IO[bytes] | bytes) -> bytes:
    content = file if isinstance(file, bytes) else file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise Invalid(_("The file is larger than 20 MB. Remove pictures from it, or split it."))
    if not content:
        raise Invalid(_("The file is empty. Choose the Excel file again."))
    return content


def _open(content: bytes) -> python_calamine.CalamineWorkbook:
    if content.startswith(b"PK"):
        _look_into_archive(content)
    elif not content.startswith(_OLD_EXCEL):
        raise Invalid(_("This is not an Excel file. Save it as .xlsx and send it again."))
    elif _ENCRYPTED in content:
        raise _locked()
    try:
        return python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    except python_calamine.PasswordError as error:
        raise _locked() from error
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise _damaged() from error


def _locked() -> Invalid:
    return Invalid(_("The file is locked with a password. Remove the password and send it again."))


def _damaged() -> Invalid:
    return Invalid(_("The file is damaged and cannot be read. Open it in Excel, save it again, and send it."))


def _look_into_archive(content: bytes) -> None:
    """Refuse archives that are no workbook, unpack to too much, or hold far-off cells."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
            if "xl/workbook.xml" not in names:
                raise Invalid(_("This is not an Excel file. Save it as .xlsx and send it again."))
            if sum(entry.file_size for entry in archive.infolist()) > MAX_UNPACKED:
                raise Invalid(
                    _(
                        "The file holds too much to be read at once (over 64 MB unpacked). Split it into"
                        " several files, each with the headings."
                    )
                )
            for name in names:
                if name.startswith("xl/worksheets/") and _has_far_cell(archive, name):
                    raise Invalid(
                        _("The sheet has cells behind column CZ or row 110,000. Remove them or split it.")
                    )
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise _damaged() from error


def _has_far_cell(archive: zipfile.ZipFile, name: str) -> bool:
    tail = b""
    with archive.open(name) as part:
        while chunk := part.read(_CHUNK):
            if _FAR.search(tail + chunk):
                return True
            tail = chunk[-200:]
    return False


def _grid(book: python_calamine.CalamineWorkbook, name: str, max_rows: int) -> list[list[Cell]]:
    try:
        sheet = book.get_sheet_by_name(name)
        end = sheet.end
        if end is not None and end[0] >= MAX_ROWS + HEADER_WITHIN + max_rows:
            raise _too_long(end[0] + 1, max_rows)
        return sheet.to_python(skip_empty_area=False) if end is not None else []
    except (python_calamine.CalamineError, python_calamine.XmlError, python_calamine.ZipError) as error:
        raise _damaged() from error


def _find_header(
    grid: list[list[Cell]], columns: Sequence[Column]
) -> tuple[int, dict[str, int], list[str]] | None:
    """(line, places of the columns, titles of required ones that are missing): the line that fits best."""
    best: tuple[int, dict[str, int], list[str]] | None = None
    for at, line in enumerate(grid[:HEADER_WITHIN]):
        places = _places(line, columns)
        if places and (best is None or len(places) > len(best[1])):
            best = (at, places, [c.title for c in columns if c.required and c.key not in places])
    return best


def _places(line: list[Cell], columns: Sequence[Column]) -> dict[str, int]:
    places: dict[str, int] = {}
    for index, cell in enumerate(line):
        heading = text_of(cell)
        column = next((c for c in columns if heading and c.matches(heading)), None)
        if column is None:
            continue
        if column.key in places:
            raise Invalid(_("The column %(column)s stands there twice. Keep one.") % {"column": column.title})
        places[column.key] = index
    return places


def _rows(
    grid: list[list[Cell]], at: int, places: dict[str, int], columns: Sequence[Column]
) -> list[SheetRow]:
    rows = []
    for number, line in enumerate(grid[at + 1 :], at + 2):
        values = {key: text_of(line[index]) for key, index in places.items()}
        if any(values.values()):
            rows.append(SheetRow(number, {c.key: values.get(c.key, "") for c in columns}))
    return rows
