"""Keyset paging: the next page starts after the last row seen, so page 4,000 costs what page 1 costs."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from .errors import Invalid


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of one page and the cursor of the next ("" at the end)."""

    rows: list[Any]
    next: str


def _encode(values: Sequence[Any]) -> str:
    raw = json.dumps([str(v) for v in values], ensure_ascii=False).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _decode(cursor: str, width: int) -> list[str]:
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        values = json.loads(raw)
    except (ValueError, RecursionError):
        values = None
    if not isinstance(values, list) or len(values) != width or "\0" in "".join(map(str, values)):
        raise _damaged()
    return [str(v) for v in values]


def _damaged() -> Invalid:
    return Invalid(_("This page link is damaged. Go back to the first page of the list."))


def _after(order: Sequence[str], values: Sequence[str]) -> Q:
    """Rows after ``values`` in ``order``: (a >= x) and ((a > x) or (a = x and b > y) ...).

    The first condition follows from the others; it is what lets an index start at the right row.
    """
    where = Q()
    same = Q()
    for key, value in zip(order, values, strict=True):
        field, op = (key[1:], "lt") if key.startswith("-") else (key, "gt")
        where |= same & Q(**{f"{field}__{op}": value})
        same &= Q(**{field: value})
    first, bound = (order[0][1:], "lte") if order[0].startswith("-") else (order[0], "gte")
    return Q(**{f"{first}__{bound}": values[0]}) & where


def _value(row: Any, key: str) -> Any:
    name = key.removeprefix("-")
    if isinstance(row, dict):
        return row[name]
    value = row
    for part in name.split("__"):
        value = getattr(value, part)
    return value


def paginate(
    rows: QuerySet[Any] | Sequence[QuerySet[Any]], order: Sequence[str], cursor: str = "", size: int = 50
) -> Page:
    """One page of ``rows`` in ``order`` (field names, "-" for descending; the last one unique, none NULL).

    ``rows`` may be parts that share no row; each gives its first rows, and the first of these are the page.
    Then the values of ``order`` must compare here as in the database: instants, keys and numbers do.
    Raises :class:`Invalid` for a cursor that was not made by this function.
    """
    parts = [rows] if isinstance(rows, QuerySet) else list(rows)
    if cursor:
        values = _decode(cursor, len(order))
        try:
            parts = [part.filter(_after(order, values)) for part in parts]
        except (ValueError, ValidationError) as error:
            raise _damaged() from error
    ordering = [F(k[1:]).desc() if k.startswith("-") else F(k).asc() for k in order]
    heads = [list(part.order_by(*ordering)[: size + 1]) for part in parts]
    found = _merged(heads, order) if len(heads) > 1 else heads[0]
    more = len(found) > size
    found = found[:size]
    return Page(found, _encode([_value(found[-1], k) for k in order]) if more else "")


def _merged(heads: list[list[Any]], order: Sequence[str]) -> list[Any]:
    found = [row for head in heads for row in head]
    for key in reversed(order):
        found.sort(key=partial(_value, key=key), reverse=key.startswith("-"))
    return found
