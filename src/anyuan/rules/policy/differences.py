"""What changed between two versions of a pack: requirements, params, facts, registers, items."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from .schema import PackFile

_KEYS = {"params": "key", "facts": "key", "registers": "id", "requirements": "id", "clauses": "label"}


@dataclass(frozen=True, slots=True)
class Difference:
    """One part that was added, removed, or changed in one value (``key`` says which)."""

    kind: Literal["added", "removed", "changed"]
    part: str
    name: str
    key: str = ""
    old: object = None
    new: object = None

    def __str__(self) -> str:
        sign = {"added": "+", "removed": "-", "changed": "~"}[self.kind]
        line = f"{sign} {self.part} {self.name}"
        return f"{line}: {self.key}: {_short(self.old)} → {_short(self.new)}" if self.key else line


def _short(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.10g}"
    return "–" if value is None else str(value)


def differences(old: PackFile, new: PackFile) -> list[Difference]:
    """Part by part in the order of the pack."""
    return list(_all(_content(old), _content(new)))


def _content(pack: PackFile) -> dict[str, dict[str, Any]]:
    dump = pack.model_dump(mode="json", by_alias=True, exclude_none=True)
    found: dict[str, dict[str, Any]] = {"pack": {dump["pack"]["id"]: dump["pack"]}}
    for part, key in _KEYS.items():
        found[part] = {entry[key]: entry for entry in dump[part]}
    found["items"] = {
        f"{checklist['id']}/{item['id']}": item
        for checklist in dump["checklists"]
        for item in checklist["items"]
    }
    return found


def _all(old: Mapping[str, Mapping[str, Any]], new: Mapping[str, Mapping[str, Any]]) -> Iterator[Difference]:
    for part in new:
        names = [*new[part], *(n for n in old[part] if n not in new[part])]
        for name in names:
            word = part if part == "pack" else part.removesuffix("s")
            if name not in old[part]:
                yield Difference("added", word, name)
            elif name not in new[part]:
                yield Difference("removed", word, name)
            else:
                yield from _changes(word, name, "", old[part][name], new[part][name])


def _changes(part: str, name: str, key: str, old: Any, new: Any) -> Iterator[Difference]:
    if isinstance(old, dict) and isinstance(new, dict):
        for inner in sorted({*old, *new}):
            where = f"{key}.{inner}" if key else inner
            yield from _changes(part, name, where, old.get(inner), new.get(inner))
    elif old != new:
        yield Difference("changed", part, name, key, old, new)
