"""Reading packs: the files of each, and what several packs say together."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from django.utils.translation import gettext as _
from pydantic import ValidationError

from ..catalogue import COMMON, Catalogue
from ..schema import PackFile
from .demands import demand_problems
from .marks import Marks, PackProblem
from .outline import outline_problems
from .rows import RowEntry, pack_folders, pack_root, row_table
from .shape import shape_problems
from .source import merged


@dataclass(slots=True)
class PackSource:
    """One pack as read: the validated parts, or the problems."""

    folder: Path
    marks: Marks
    parts: PackFile | None = None
    digest: str = ""
    problems: list[PackProblem] = field(default_factory=list)


def read_packs(paths: Sequence[Path] = ()) -> list[PackSource]:
    """The packs in ``paths`` (pack folders or folders of packs; default: the root), checked together.

    Facts and registers of ``common`` come from among them, else from the root.
    """
    root = pack_root()
    rows = row_table(root)
    folders: list[Path] = []
    for path in paths or (root,):
        folders += [path] if any(path.glob("*.yaml")) else pack_folders(path)
    sources = [_read(folder) for folder in folders]
    common = next((s for s in sources if s.folder.name == COMMON), None)
    if common is None and (root / COMMON).is_dir():
        common = _read(root / COMMON)
    for source in sources:
        _check(source, common, rows)
    _one_id(sources)
    _one_meaning([*sources, *([common] if common and common not in sources else [])])
    return sources


def parts_in(folder: Path) -> tuple[PackFile | None, list[PackProblem]]:
    """The parts of one pack folder as they are written, or what keeps them from being read."""
    source = _read(folder)
    return source.parts, source.problems


def _read(folder: Path) -> PackSource:
    source = PackSource(folder, Marks(folder.name))
    content = merged(folder, source.marks, source.problems)
    if source.problems:
        return source
    try:
        source.parts = PackFile.model_validate(content)
    except ValidationError as error:
        source.problems += shape_problems(error, source.marks)
        return source
    source.digest = _digest(source.parts)
    return source


def _check(source: PackSource, common: PackSource | None, rows: dict[str, RowEntry]) -> None:
    parts = source.parts
    if parts is None:
        return
    source.problems += outline_problems(parts, source.folder, source.marks, rows)
    if common is not None and common.parts is None and common is not source:
        return
    catalogue = Catalogue.of(parts, common.parts if common else None)
    source.problems += demand_problems(parts, catalogue, source.marks, rows)


def _one_id(sources: Sequence[PackSource]) -> None:
    seen: dict[str, Path] = {}
    for source in sources:
        if source.parts is None:
            continue
        known = seen.setdefault(source.parts.pack.id, source.folder)
        if known is not source.folder:
            message = _("Another pack has this id: %(folder)s.") % {"folder": known}
            source.problems.append(source.marks.problem(("pack", "id"), message))


def _one_meaning(sources: Sequence[PackSource]) -> None:
    """A fact or a register that stands in two packs must be the same in both."""
    seen: dict[tuple[str, str], tuple[str, object]] = {}
    for source in sources:
        for kind, key, number, part in _shared(source.parts):
            home, first = seen.setdefault((kind, key), (source.folder.name, part))
            if first != part:
                message = _("“%(name)s” is declared differently in the pack %(pack)s.")
                where = (kind, number)
                source.problems.append(source.marks.problem(where, message % {"name": key, "pack": home}))


def _shared(parts: PackFile | None) -> list[tuple[str, str, int, object]]:
    if parts is None:
        return []
    return [
        *(("facts", f.key, n, f) for n, f in enumerate(parts.facts)),
        *(("registers", r.id, n, r) for n, r in enumerate(parts.registers)),
    ]


def _digest(parts: PackFile) -> str:
    """The pack's hash; parts that later formats added and that are not used leave it unchanged."""
    content = parts.model_dump(mode="json", by_alias=True)
    for name in ("params", "facts", "registers", "requirements"):
        if not content[name]:
            del content[name]
    for fact in content.get("facts", ()):
        if fact["whole"]:
            del fact["whole"]
    for requirement in content.get("requirements", ()):
        duty = requirement["duty"] or {}
        for name in ("once_a", "distinct"):
            if duty and duty[name] is None:
                del duty[name]
    text = json.dumps(content, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
