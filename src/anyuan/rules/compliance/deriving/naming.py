"""Names and types of columns that stand for facts, params and fields."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from anyuan.rules.policy.public import Value

SQL_TYPES = {"number": "float8", "boolean": "boolean", "text": "text", "date": "date"}


def param_type(value: Value) -> str:
    """The column type of a param, from any of its values."""
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "float8"
    return "date" if isinstance(value, date) else "text"


def quoted(key: str) -> str:
    return '"' + key.replace('"', '""') + '"'


def shape(columns: Mapping[str, str]) -> str:
    """The column list of a record made from JSON."""
    return ", ".join(f"{quoted(key)} {kind}" for key, kind in columns.items())
