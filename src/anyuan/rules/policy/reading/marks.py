"""Where things stand in pack files, and problems that say so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import yaml

Value = object
Path_ = tuple[str | int, ...]
_BLOCK, _ONCE = ("|", ">"), "'"


@dataclass(frozen=True, slots=True)
class PackProblem:
    """Why a pack cannot be loaded. ``column`` is given where a place inside a line is meant."""

    file: str
    line: int
    key: str
    message: str
    column: int = 0

    def __str__(self) -> str:
        place = f"{self.line}:{self.column}" if self.column else str(self.line)
        return f"{self.file}:{place}: {self.key}: {self.message}"


@dataclass(frozen=True, slots=True)
class _Text:
    """A scalar as it is written: its characters in the file, where they begin, how they are quoted."""

    raw: str
    line: int
    column: int
    style: str


class Marks:
    """Where each key stands: path of keys → (file, line)."""

    def __init__(self, name: str) -> None:
        self.at: dict[Path_, tuple[str, int]] = {(): (name, 1)}
        self._texts: dict[Path_, _Text] = {}

    def note_text(self, path: Path_, node: yaml.Node, source: str) -> None:
        """Remember how a scalar is written, so that places inside it can be found."""
        start, end = node.start_mark, node.end_mark
        self._texts[path] = _Text(
            source[start.index : end.index],
            start.line + 1,
            start.column + 1,
            getattr(node, "style", None) or "",
        )

    def problem(self, where: Sequence[str | int], message: str) -> PackProblem:
        """A problem at ``where``, or at its nearest enclosing key when it stands nowhere (missing)."""
        file, line = self._nearest(tuple(where))
        return PackProblem(file, line, dotted(where), message)

    def inside(self, where: Sequence[str | int], position: int, value: str, message: str) -> PackProblem:
        """A problem at the character ``position`` of the text ``value`` that stands at ``where``.

        YAML folds lines, so the place is found by counting the characters that are no white space.
        """
        written = self._texts.get(tuple(where))
        if written is None:
            return self.problem(where, message)
        wanted = sum(not c.isspace() for c in value[:position])
        line, column = _place(written, wanted)
        return PackProblem(self._nearest(tuple(where))[0], line, dotted(where), message, column)

    def _nearest(self, path: Path_) -> tuple[str, int]:
        while path not in self.at:
            path = path[:-1]
        return self.at[path]


def _place(written: _Text, wanted: int) -> tuple[int, int]:
    """Line and column of the visible character number ``wanted`` (from 0), or of the last one before."""
    line, column, seen = written.line, written.column, 0
    characters = iter(enumerate(written.raw))
    if written.style in _BLOCK:
        for _, character in characters:
            if character == "\n":
                line, column = line + 1, 1
                break
    elif written.style:
        next(characters)
        column += 1
    place = (line, column)
    for index, character in characters:
        if character == "\n":
            line, column = line + 1, 1
            continue
        if not character.isspace():
            place = (line, column)
            if seen == wanted:
                break
            seen += 1
        column += 1
        if written.style == _ONCE and written.raw[index : index + 2] == "''":
            next(characters)
            column += 1
    return place


def dotted(where: Sequence[str | int]) -> str:
    return ".".join(str(part) for part in where) or "-"
