"""Workbooks given to people to fill in, and their own given back with what is wrong marked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import IO, Any

from django.utils.translation import gettext as _

from .columns import Cell, Column, RowProblem, Table, plain
from .values import text_of
from .writing import Formats, open_book, sheet_name, write_text

_WIDEST = 60
_LIST_LIMIT = 255
"""Excel takes a drop-down list written in the cell up to this many characters; longer ones need a sheet."""
_TEMPLATE_ROWS = 5000


def annotate(table: Table, problems: Iterable[RowProblem]) -> IO[bytes]:
    """The sheet as it came, with a first column that says what is wrong in each row and the cells marked.

    Remarks of an earlier round are left out, so the file can go back and forth. An open temporary
    file at its start; closing it removes it.
    """
    said: dict[int, list[str]] = defaultdict(list)
    wrong: set[tuple[int, int]] = set()
    for problem in problems:
        said[problem.number].append(problem.message)
        if problem.key in table.places:
            wrong.add((problem.number - 1, table.places[problem.key]))
    remark = _("What is wrong")
    kept = [i for i in range(_width(table)) if not _is_remark(table, i, remark)]
    with open_book() as (book, out):
        formats = Formats(book)
        page = book.add_worksheet(sheet_name(table.name, set()))
        _set_widths(page, table, kept)
        for row, line in enumerate(table.grid):
            _write_line(page, formats, row, table.header_at, (remark, said))
            for column, index in enumerate(kept, 1):
                style = _style(formats, row, table.header_at, marked=(row, index) in wrong)
                text = text_of(line[index]) if index < len(line) else ""
                if text or style is not formats.bare:
                    write_text(page, row, column, text, style)
        page.freeze_panes(table.header_at + 1, 1)
    out.seek(0)
    return out


def template_book(name: str, columns: Sequence[Column], notes: Sequence[str] = ()) -> IO[bytes]:
    """A workbook to fill in: headings (required ones starred and coloured) with help at each cell and
    drop-down lists, a sheet that explains the columns, and one with an example row.

    Cells are text, so numbers keep their leading zeros. An open temporary file at its start.
    """
    with open_book() as (book, out):
        formats = Formats(book)
        names: set[str] = set()
        page = book.add_worksheet(sheet_name(name, names))
        lists = _long_lists(columns)
        _template_head(page, formats, columns)
        _template_lists(page, columns, lists)
        _explain(book.add_worksheet(sheet_name(_("How to fill in"), names)), formats, columns, notes)
        example = book.add_worksheet(sheet_name(_("Example"), names))
        _template_head(example, formats, columns)
        for index, column in enumerate(columns):
            write_text(example, 1, index, column.example, formats.text)
        if lists:
            _write_lists(book.add_worksheet("lists"), formats, lists)
    out.seek(0)
    return out


def _width(table: Table) -> int:
    return max((len(line) for line in table.grid), default=0)


def _is_remark(table: Table, index: int, remark: str) -> bool:
    line = table.grid[table.header_at]
    return index < len(line) and plain(text_of(line[index])) == plain(remark)


def _set_widths(page: Any, table: Table, kept: list[int]) -> None:
    page.set_column(0, 0, 40)
    sample = table.grid[: table.header_at + 50]
    for column, index in enumerate(kept, 1):
        longest = max((_shown(line[index]) for line in sample if index < len(line)), default=8)
        page.set_column(column, column, min(max(longest + 2, 8), _WIDEST))


def _shown(cell: Cell) -> int:
    """Width in characters; a Chinese one takes two."""
    return sum(2 if ord(char) > 0x2E7F else 1 for char in text_of(cell))


def _write_line(
    page: Any, formats: Formats, row: int, header_at: int, remarks: tuple[str, dict[int, list[str]]]
) -> None:
    """The cell of the first column."""
    title, said = remarks
    if row == header_at:
        write_text(page, row, 0, title, formats.must)
    elif row + 1 in said:
        write_text(page, row, 0, "；".join(said[row + 1]), formats.wrong)


def _style(formats: Formats, row: int, header_at: int, *, marked: bool) -> Any:
    if marked:
        return formats.wrong
    if row == header_at:
        return formats.head
    return formats.text if row > header_at else formats.bare


def _template_head(page: Any, formats: Formats, columns: Sequence[Column]) -> None:
    for index, column in enumerate(columns):
        page.set_column(index, index, column.width, formats.bare)
    for index, column in enumerate(columns):
        title = f"{column.title}*" if column.required else column.title
        write_text(page, 0, index, title, formats.must if column.required else formats.head)
    page.freeze_panes(1, 0)


def _long_lists(columns: Sequence[Column]) -> dict[str, Sequence[str]]:
    """The drop-down lists that need a sheet: too long for a cell, or with a comma inside a choice."""
    return {
        c.key: c.choices
        for c in columns
        if c.choices
        and (len(",".join(c.choices)) > _LIST_LIMIT or any("," in choice for choice in c.choices))
    }


def _template_lists(page: Any, columns: Sequence[Column], lists: dict[str, Sequence[str]]) -> None:
    places = list(lists)
    for index, column in enumerate(columns):
        rule: dict[str, object] = {"validate": "any"}
        if column.key in lists:
            letter = _letter(places.index(column.key))
            rule = {"validate": "list", "source": f"=lists!${letter}$1:${letter}${len(column.choices)}"}
        elif column.choices:
            rule = {"validate": "list", "source": list(column.choices)}
        if column.choices:
            rule |= {"error_title": column.title[:32], "error_message": _("Choose from the list.")}
        if column.note:
            rule |= {"input_title": column.title[:32], "input_message": column.note[:255]}
        if len(rule) > 1:
            page.data_validation(1, index, _TEMPLATE_ROWS, index, rule)


def _letter(index: int) -> str:
    return chr(ord("A") + index)


def _write_lists(page: Any, formats: Formats, lists: dict[str, Sequence[str]]) -> None:
    page.hide()
    for row in range(max(len(choices) for choices in lists.values())):
        for column, choices in enumerate(lists.values()):
            if row < len(choices):
                write_text(page, row, column, choices[row], formats.bare)


def _explain(page: Any, formats: Formats, columns: Sequence[Column], notes: Sequence[str]) -> None:
    for index, width in enumerate((24, 10, 50, 60)):
        page.set_column(index, index, width)
    for row, note in enumerate(notes):
        write_text(page, row, 0, note, formats.bare)
    top = len(notes) + 1 if notes else 0
    for index, title in enumerate((_("Column"), _("Required"), _("What to write"), _("Choices"))):
        write_text(page, top, index, title, formats.head)
    for row, column in enumerate(columns, top + 1):
        required = _("yes") if column.required else ""
        for index, text in enumerate((column.title, required, column.note, "、".join(column.choices))):
            write_text(page, row, index, text, formats.text)
