"""Names and types of columns that stand for facts, params and fields; which units a statement takes in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from functools import lru_cache

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


_WITHIN = re.compile(r"WITHIN\(([a-z_.]+)\)")
_FEW = "{0} = any(%(units)s::uuid[])"
_MANY = (
    "(%(units)s::uuid[] is null or {0} = any(%(units)s::uuid[]))"
    " and (%(least)s::uuid is null or {0} >= %(least)s::uuid)"
    " and (%(beyond)s::uuid is null or {0} < %(beyond)s::uuid)"
)


@lru_cache(maxsize=512)
def within(sql: str, wide: bool) -> str:
    """``sql`` with ``WITHIN(column)`` written out: of few units without "or", so that one plan, kept for all
    of them, goes by the index."""
    return _WITHIN.sub(lambda found: (_MANY if wide else _FEW).format(found[1]), sql)
