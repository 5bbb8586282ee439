"""``anyuan evaluate``: the verdicts of one unit on a day, to read or to process further."""

from __future__ import annotations

import argparse
import csv
import json
import os
import sys
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from unicodedata import east_asian_width

import django
from django.utils.translation import gettext as _

from .speech import speaking
from .trouble import Trouble, complain

COLUMNS = ("key", "subject_code", "period", "state", "need", "have", "due_at", "reason", "missing")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--unit", required=True, metavar="CODE", help="the official code of the unit")
    parser.add_argument(
        "--as-of",
        metavar="YYYY-MM-DD",
        help="with the facts and records of that day (default: today); nothing is stored",
    )
    parser.add_argument("--format", choices=["table", "json", "csv"], default="table")


def main(words: Sequence[str] | None = None) -> int:
    """0 when verdicts could be given; 2 when they cannot be asked so, and a sentence says why."""
    parser = argparse.ArgumentParser(prog="anyuan evaluate")
    add_arguments(parser)
    options = parser.parse_args(words)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anyuan.site.settings")
    django.setup()
    with speaking():
        try:
            rows = _rows(options.unit, day_of(options.as_of))
        except Trouble as trouble:
            complain(str(trouble))
            return 2
    _print(options.format, [{name: _plain(row[name]) for name in COLUMNS} for row in rows])
    return 0


def day_of(text: str | None) -> date | None:
    """Raises :class:`Trouble` for what is no day of the calendar."""
    try:
        return date.fromisoformat(text) if text is not None else None
    except ValueError:
        wrong = _("%(text)s is no day of the calendar. Write it like 2026-03-18.") % {"text": text}
        raise Trouble(wrong) from None


def _rows(code: str, day: date | None) -> Sequence[Mapping[str, Any]]:
    """Raises :class:`Trouble` for an unknown unit, one that is no school, and a day that lies ahead."""
    from anyuan.foundation.kernel.public import Invalid, NotFound, job_actor
    from anyuan.foundation.org.public import UnitKind, unit_by_code
    from anyuan.rules.compliance.public import evaluate

    actor = job_actor("anyuan evaluate")
    try:
        unit = unit_by_code(actor, code)
        if unit.kind != UnitKind.SCHOOL:
            wrong = _(
                "Only schools have verdicts; %(unit)s (%(code)s, %(kind)s) is none. "
                "Name the code of a school; the page Compliance sums up a region."
            )
            raise Trouble(wrong % {"unit": unit.title, "code": code, "kind": UnitKind(unit.kind).label})
        return evaluate(actor, unit, day)
    except NotFound:
        wrong = _("There is no unit with the code %(code)s. Its page under Units shows its code.")
        raise Trouble(wrong % {"code": code}) from None
    except Invalid as error:
        raise Trouble(str(error)) from error


def _plain(value: object) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return str(value) if isinstance(value, str) else value


def _print(form: str, rows: list[dict[str, Any]]) -> None:
    if form == "json":
        json.dump(rows, sys.stdout, ensure_ascii=False, indent=1)
        sys.stdout.write("\n")
    elif form == "csv":
        writer = csv.DictWriter(sys.stdout, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows({**row, "missing": " ".join(row["missing"])} for row in rows)
    else:
        _table(rows)


def _table(rows: list[dict[str, Any]]) -> None:
    lines = [[name.replace("_", " ") for name in COLUMNS]]
    lines += [[_cell(row[name]) for name in COLUMNS] for row in rows]
    widths = [max(_width(line[n]) for line in lines) for n in range(len(COLUMNS))]
    for line in lines:
        cells = (text + " " * (width - _width(text)) for text, width in zip(line, widths, strict=True))
        sys.stdout.write("  ".join(cells).rstrip() + "\n")


def _cell(value: object) -> str:
    if isinstance(value, list):
        return " ".join(map(str, value))
    return "" if value is None else str(value)


def _width(text: str) -> int:
    """Columns on a terminal: a Chinese character takes two."""
    return sum(2 if east_asian_width(c) in "WF" else 1 for c in text)


if __name__ == "__main__":
    sys.exit(main())
