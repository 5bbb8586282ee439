"""Which requirement rows are executed where, and which tests prove them: from files alone, no database."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import anyuan

from .reading import RowEntry, read_packs, row_table
from .schema import PackFile

_ROW = re.compile(r"(?<![0-9-])[0-9]{3}-[0-9]{2,3}-[0-9]{1,2}(?![0-9-])")


@dataclass(frozen=True, slots=True)
class Covered:
    """One row: the parts of packs and the rooms that execute it, the tests that bear its id."""

    row: RowEntry
    places: tuple[str, ...]
    tests: tuple[str, ...]

    @property
    def executed(self) -> bool:
        return bool(self.places)

    @property
    def proved(self) -> bool:
        return bool(self.tests)


@dataclass(frozen=True, slots=True)
class Coverage:
    rows: tuple[Covered, ...]
    looked_at_tests: bool
    """False where the package is installed without its tests: then nothing is known of proofs."""
    strange: tuple[str, ...]
    """Tests that bear an id that is no row: ``file:line: id``."""


def coverage(paths: Sequence[Path] = (), tests: Path | None = None) -> Coverage:
    """Coverage of the packs in ``paths`` (default: the root) by ``tests`` (default: beside the source)."""
    table = row_table()
    places: dict[str, list[str]] = defaultdict(list)
    for source in read_packs(paths):
        if source.parts is not None:
            for row, place in _pack_places(source.parts):
                places[row].append(place)
    for row, place in _room_places():
        places[row].append(place)
    folder = tests or _source().parents[1] / "tests"
    found: dict[str, list[str]] = defaultdict(list)
    for row, test in _marked(folder):
        found[row].append(test)
    return Coverage(
        rows=tuple(
            Covered(entry, _once(places.get(key, [])), _once(found.get(key, [])))
            for key, entry in table.items()
        ),
        looked_at_tests=folder.is_dir(),
        strange=tuple(f"{test}: {row}" for row, tests in found.items() if row not in table for test in tests),
    )


def _once(values: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))


def _source() -> Path:
    return Path(next(iter(anyuan.__path__))).resolve()


def _pack_places(parts: PackFile) -> Iterator[tuple[str, str]]:
    code = parts.pack.id
    for requirement in parts.requirements:
        for row in requirement.source:
            yield row, f"{code}/{requirement.id} ({requirement.kind})"
    for checklist in parts.checklists:
        for item in checklist.items:
            for row in item.rows:
                yield row, f"{code}/{checklist.id}/{item.id} (item)"


def _room_places() -> Iterator[tuple[str, str]]:
    """Rows that a room names in its code; the policy room only speaks about rows."""
    root = _source()
    for path in sorted(root.rglob("*.py")):
        parts = path.relative_to(root).parts
        if len(parts) < 3 or parts[:2] == ("rules", "policy") or "migrations" in parts:
            continue
        for row in set(_ROW.findall(path.read_text(encoding="utf-8"))):
            yield row, "/".join(parts[:2])


def _marked(folder: Path) -> Iterator[tuple[str, str]]:
    """(row, ``file:line``) of every ``pytest.mark.row("…")`` below the folder."""
    for path in sorted(folder.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        if "mark.row" not in text:
            continue
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Call) and _is_mark(node.func):
                for argument in node.args:
                    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                        yield argument.value, f"{path.relative_to(folder.parent)}:{node.lineno}"


def _is_mark(node: ast.expr) -> bool:
    return (
        isinstance(node, ast.Attribute)
        and node.attr == "row"
        and isinstance(node.value, ast.Attribute)
        and node.value.attr == "mark"
    )
