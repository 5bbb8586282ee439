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
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan
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


def _after(rows: QuerySet[Any], order: Sequence[str], values: Sequence[str]) -> QuerySet[Any]:
    """The rows after ``values`` in ``order``. Raises :class:`Invalid` for values that are none.

    Keys of one direction are compared as one row, so that an index starts at the right place. Of others,
    (a >= x) and ((a > x) or (a = x and b < y) ...), the first condition follows from the rest for its sake.
    """
    names = [key.removeprefix("-") for key in order]
    falling = [key.startswith("-") for key in order]
    where, same = Q(), Q()
    for name, falls, value in zip(names, falling, values, strict=True):
        where |= same & Q(**{f"{name}__{'lt' if falls else 'gt'}": value})
        same &= Q(**{name: value})
    first = Q(**{f"{names[0]}__{'lte' if falling[0] else 'gte'}": values[0]})
    try:
        bounded = rows.filter(first & where)
    except (ValueError, ValidationError) as error:
        raise _damaged() from error
    if any(falling) != all(falling) or len(order) == 1:
        return bounded
    beyond = TupleLessThan if falling[0] else TupleGreaterThan
    return rows.filter(beyond(Tuple(*map(F, names)), values))


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

    ``rows`` may be parts that share no row; each gives its first rows, in one statement, and the first of
    these are the page. Then the values of ``order`` must compare here as in the database: instants, keys and
    numbers do. Raises :class:`Invalid` for a cursor that was not made by this function.
    """
    parts = [rows] if isinstance(rows, QuerySet) else list(rows)
    if cursor:
        values = _decode(cursor, len(order))
        parts = [_after(part, order, values) for part in parts]
    ordering = [F(k[1:]).desc() if k.startswith("-") else F(k).asc() for k in order]
    first, *others = [part.order_by(*ordering)[: size + 1] for part in parts]
    found = _sorted(first.union(*others, all=True), order) if others else list(first)
    more = len(found) > size
    found = found[:size]
    return Page(found, _encode([_value(found[-1], k) for k in order]) if more else "")


def _sorted(rows: QuerySet[Any], order: Sequence[str]) -> list[Any]:
    found = list(rows)
    for key in reversed(order):
        found.sort(key=partial(_value, key=key), reverse=key.startswith("-"))
    return found
