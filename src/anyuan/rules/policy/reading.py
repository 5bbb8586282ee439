"""Reading pack files: every problem names the file, the line, the key and what was expected."""

from __future__ import annotations

import csv
import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import yaml
from django.utils.translation import gettext as _
from pydantic import ValidationError
from pydantic_core import ErrorDetails

import anyuan

from .schema import ChecklistPart, PackFile

Value = object
Path_ = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class PackProblem:
    """Why a pack cannot be loaded."""

    file: str
    line: int
    key: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.key}: {self.message}"


@dataclass(slots=True)
class PackSource:
    """One pack as read: the validated parts, or the problems."""

    folder: Path
    parts: PackFile | None = None
    digest: str = ""
    problems: list[PackProblem] = field(default_factory=list)


def pack_root() -> Path:
    """The folder of packs: ``ANYUAN_PACKS``, or ``packs/`` of the clone this package runs from.

    Raises ``FileNotFoundError`` with the way out when there is none.
    """
    named = os.environ.get("ANYUAN_PACKS")
    source = next(iter(anyuan.__path__))
    root = Path(named) if named else Path(source).resolve().parents[1] / "packs"
    if not root.is_dir():
        raise FileNotFoundError(
            _("No packs in %(folder)s. Name their folder in ANYUAN_PACKS.") % {"folder": root}
        )
    return root


@dataclass(frozen=True, slots=True)
class RowEntry:
    """A requirement row: its kind (CHK, SCHED …), tier (A, B, C) and parameters."""

    id: str
    section: str
    kind: str
    tier: str
    parameters: str


def row_table(root: Path | None = None) -> dict[str, RowEntry]:
    """``packs/rows.tsv``: every requirement row of the documents, by id, in their order."""
    with ((root or pack_root()) / "rows.tsv").open(encoding="utf-8", newline="") as file:
        return {row["id"]: RowEntry(**row) for row in csv.DictReader(file, delimiter="\t")}


def pack_folders(root: Path) -> list[Path]:
    return sorted(p for p in root.iterdir() if p.is_dir() and any(p.glob("*.yaml")))


def read_pack(folder: Path, rows: dict[str, RowEntry]) -> PackSource:
    """Read and check all files of one pack."""
    source = PackSource(folder)
    marks = _Marks(folder.name)
    content = _merged(folder, marks, source.problems)
    if source.problems:
        return source
    try:
        source.parts = PackFile.model_validate(content)
    except ValidationError as error:
        source.problems += [_explain(marks, e) for e in error.errors(include_url=False)]
        return source
    source.problems += _cross_checks(source.parts, folder, marks, rows)
    source.digest = _digest(source.parts)
    return source


def _digest(parts: PackFile) -> str:
    """The pack's hash; parts that later formats added and that are not used leave it unchanged."""
    content = parts.model_dump(mode="json", by_alias=True)
    for name in ("params", "facts", "registers", "requirements"):
        if not content[name]:
            del content[name]
    text = json.dumps(content, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


class _Marks:
    """Where each key stands: path of keys → (file, line)."""

    def __init__(self, name: str) -> None:
        self.at: dict[Path_, tuple[str, int]] = {(): (name, 1)}

    def problem(self, where: Sequence[str | int], message: str) -> PackProblem:
        """A problem at ``where``, or at its nearest enclosing key when it stands nowhere (missing)."""
        path = tuple(where)
        while path not in self.at:
            path = path[:-1]
        file, line = self.at[path]
        return PackProblem(file, line, _dotted(where), message)


def _dotted(where: Sequence[str | int]) -> str:
    return ".".join(str(part) for part in where) or "-"


def _merged(folder: Path, marks: _Marks, problems: list[PackProblem]) -> dict[str, Value]:
    """The top-level keys of all files; a key may stand in one file only."""
    content: dict[str, Value] = {}
    for path in sorted(folder.glob("*.yaml")):
        name = f"{folder.name}/{path.name}"
        try:
            node = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            problems.append(
                PackProblem(name, line, "-", _("This is not YAML: %(why)s") % {"why": error.problem})
            )
            continue
        if not isinstance(node, yaml.MappingNode):
            problems.append(PackProblem(name, 1, "-", _("Expected keys at the top of the file.")))
            continue
        for key, value in _plain_mapping(node, (), name, marks, problems).items():
            if key in content:
                problems.append(
                    marks.problem((key,), _("This key already stands in another file of the pack."))
                )
            content[key] = value
    return content


def _plain(node: yaml.Node, path: Path_, file: str, marks: _Marks, problems: list[PackProblem]) -> Value:
    marks.at[path] = (file, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        return _plain_mapping(node, path, file, marks, problems)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(n, (*path, i), file, marks, problems) for i, n in enumerate(node.value)]
    return _scalar(node)


def _scalar(node: yaml.Node) -> Value:
    loader = yaml.SafeLoader("")
    try:
        value: Value = loader.construct_object(node)
    finally:
        loader.dispose()
    return value


def _plain_mapping(
    node: yaml.MappingNode, path: Path_, file: str, marks: _Marks, problems: list[PackProblem]
) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for key_node, value_node in node.value:
        key = str(key_node.value)
        here = (*path, key)
        if key in found:
            marks.at[here] = (file, key_node.start_mark.line + 1)
            problems.append(marks.problem(here, _("This key stands here twice.")))
        found[key] = _plain(value_node, here, file, marks, problems)
        marks.at[here] = (file, key_node.start_mark.line + 1)
    return found


def _explain(marks: _Marks, error: ErrorDetails) -> PackProblem:
    where = error["loc"]
    context = error.get("ctx", {})
    kind = error["type"]
    if kind == "missing":
        message = _("Expected this key; it is missing.")
    elif kind == "extra_forbidden":
        message = _("There is no such key here. Check its spelling.")
    elif kind in ("enum", "literal_error"):
        message = _("Expected %(expected)s.") % {"expected": context["expected"]}
    elif kind == "string_pattern_mismatch":
        message = _("Expected text of the form %(form)s.") % {"form": context["pattern"]}
    else:
        message = _("Expected something else: %(why)s.") % {"why": error["msg"]}
    return marks.problem(where, message)


def _cross_checks(
    parts: PackFile, folder: Path, marks: _Marks, rows: dict[str, RowEntry]
) -> Iterator[PackProblem]:
    if parts.pack.id != folder.name:
        yield marks.problem(
            ("pack", "id"), _("Expected the name of the folder, %(name)s.") % {"name": folder.name}
        )
    if parts.pack.effective and parts.pack.until and parts.pack.until <= parts.pack.effective:
        yield marks.problem(("pack", "until"), _("Expected a day after “effective”."))
    labels = [clause.label for clause in parts.clauses]
    yield from _twice(labels, ("clauses",), "label", marks)
    yield from _twice([c.id for c in parts.checklists], ("checklists",), "id", marks)
    for number, checklist in enumerate(parts.checklists):
        yield from _checklist_checks(parts, checklist, number, set(labels), marks, rows)
    items = [(n, i, item.id) for n, c in enumerate(parts.checklists) for i, item in enumerate(c.items)]
    seen: set[str] = set()
    for n, i, code in items:
        if code in seen:
            yield marks.problem(
                ("checklists", n, "items", i, "id"), _("Another item of the pack has this id.")
            )
        seen.add(code)


def _twice(values: Iterable[str], where: Path_, key: str, marks: _Marks) -> Iterator[PackProblem]:
    seen: set[str] = set()
    for number, value in enumerate(values):
        if value in seen:
            yield marks.problem((*where, number, key), _("Another entry already has this value."))
        seen.add(value)


def _checklist_checks(
    parts: PackFile,
    checklist: ChecklistPart,
    number: int,
    labels: set[str],
    marks: _Marks,
    rows: dict[str, RowEntry],
) -> Iterator[PackProblem]:
    here: Path_ = ("checklists", number)
    unknown = _("Expected the label of a clause of this pack.")
    if checklist.clause not in labels:
        yield marks.problem((*here, "clause"), unknown)
    for i, item in enumerate(checklist.items):
        if item.clause is not None and item.clause not in labels:
            yield marks.problem((*here, "items", i, "clause"), unknown)
        for j, row in enumerate(item.rows):
            if row not in rows or not row.startswith(parts.pack.document + "-"):
                yield marks.problem(
                    (*here, "items", i, "rows", j),
                    _("Expected a row of document %(document)s in rows.tsv.")
                    % {"document": parts.pack.document},
                )
