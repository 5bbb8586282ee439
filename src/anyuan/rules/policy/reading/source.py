"""YAML files of a pack as plain values, with a mark for every key."""

from __future__ import annotations

from pathlib import Path

import yaml
from django.utils.translation import gettext as _

from .marks import Marks, PackProblem, Path_, Value

_DEEPEST = 20
"""Levels of nesting; deeper is an alias that contains itself."""


class _File:
    """One file while it is read."""

    def __init__(self, name: str, text: str, marks: Marks, problems: list[PackProblem]) -> None:
        self.name, self.text, self.marks, self.problems = name, text, marks, problems

    def plain(self, node: yaml.Node, path: Path_) -> Value:
        self.marks.at[path] = (self.name, node.start_mark.line + 1)
        if len(path) > _DEEPEST:
            self.problems.append(
                self.marks.problem(path, _("Too many levels; does an alias contain itself?"))
            )
            return None
        if isinstance(node, yaml.MappingNode):
            return self.mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.plain(n, (*path, i)) for i, n in enumerate(node.value)]
        self.marks.note_text(path, node, self.text)
        return _scalar(node)

    def mapping(self, node: yaml.MappingNode, path: Path_) -> dict[str, Value]:
        found: dict[str, Value] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            here = (*path, key)
            if key in found:
                self.marks.at[here] = (self.name, key_node.start_mark.line + 1)
                self.problems.append(self.marks.problem(here, _("This key stands here twice.")))
            found[key] = self.plain(value_node, here)
            self.marks.at[here] = (self.name, key_node.start_mark.line + 1)
            if self.problems and len(path) > _DEEPEST - 2:
                break
        return found


def _scalar(node: yaml.Node) -> Value:
    loader = yaml.SafeLoader("")
    try:
        value: Value = loader.construct_object(node)
    finally:
        loader.dispose()
    return value


def merged(folder: Path, marks: Marks, problems: list[PackProblem]) -> dict[str, Value]:
    """The top-level keys of all files; a key may stand in one file only."""
    content: dict[str, Value] = {}
    for path in sorted(folder.glob("*.yaml")):
        for key, value in _keys(path, f"{folder.name}/{path.name}", marks, problems).items():
            if key in content:
                problems.append(
                    marks.problem((key,), _("This key already stands in another file of the pack."))
                )
            content[key] = value
    return content


def _keys(path: Path, name: str, marks: Marks, problems: list[PackProblem]) -> dict[str, Value]:
    try:
        text = path.read_text(encoding="utf-8")
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except UnicodeDecodeError:
        problems.append(PackProblem(name, 1, "-", _("Expected text in UTF-8.")))
        return {}
    except yaml.reader.ReaderError as error:
        why = _("This is not YAML: %(why)s") % {"why": error.reason}
        problems.append(PackProblem(name, 1, "-", why))
        return {}
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        why = _("This is not YAML: %(why)s") % {"why": error.problem}
        problems.append(PackProblem(name, line, "-", why))
        return {}
    if not isinstance(node, yaml.MappingNode):
        problems.append(PackProblem(name, 1, "-", _("Expected keys at the top of the file.")))
        return {}
    return _File(name, text, marks, problems).mapping(node, ())
