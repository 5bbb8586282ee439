"""The door of ``sheets``: Excel workbooks in and out."""

from .columns import Cell, Column, RowProblem, Sheet, SheetRow, Table
from .giving_back import annotate, template_book
from .reading import read_sheet
from .values import as_day, as_number, as_whole, as_yes
from .writing import XLSX, excel_response, write_book

__all__ = [
    "XLSX",
    "Cell",
    "Column",
    "RowProblem",
    "Sheet",
    "SheetRow",
    "Table",
    "annotate",
    "as_day",
    "as_number",
    "as_whole",
    "as_yes",
    "excel_response",
    "read_sheet",
    "template_book",
    "write_book",
]
