"""What pydantic says about a pack, as problems with file, line, key and what was expected."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from ..schema import PackFile
from ..schema.base import Part
from .marks import Marks, PackProblem, Path_


def shape_problems(error: ValidationError, marks: Marks) -> list[PackProblem]:
    """One problem for each place; where several shapes were possible, the first one's complaint stands."""
    found: dict[Path_, PackProblem] = {}
    for detail in error.errors(include_url=False):
        where = _written(detail, marks)
        found.setdefault(where, marks.problem(where, _words(detail, where)))
    return list(found.values())


def _written(detail: ErrorDetails, marks: Marks) -> Path_:
    """The keys as they stand in the file: pydantic also names the branches of unions."""
    where: Path_ = ()
    *inner, last = detail["loc"] or ("",)
    for part in inner:
        if (*where, part) in marks.at:
            where = (*where, part)
    if detail["type"] in ("missing", "extra_forbidden") or (*where, last) in marks.at:
        where = (*where, last)
    return where


def _words(detail: ErrorDetails, where: Path_) -> str:
    context = detail.get("ctx", {})
    kind = detail["type"]
    if kind == "missing":
        return _("Expected this key; it is missing.")
    if kind == "extra_forbidden":
        return _near(str(where[-1]), where[:-1])
    if kind in ("enum", "literal_error"):
        options = str(context["expected"]).replace(" or ", pgettext("options", " or "))
        return _("Expected %(expected)s.") % {"expected": options}
    if kind == "string_pattern_mismatch":
        return _("Expected text of the form %(form)s.") % {"form": context["pattern"]}
    if kind == "value_error":
        return _("Expected something else: %(why)s.") % {"why": context["error"]}
    return _limit(kind, context) or _type(kind)


def _limit(kind: str, context: Mapping[str, Any]) -> str:
    """Too much or too little; empty for another complaint."""
    said: dict[str, str] = {
        "greater_than_equal": _("Expected %(ge)s or more."),
        "less_than_equal": _("Expected %(le)s or less."),
        "greater_than": _("Expected more than %(gt)s."),
        "less_than": _("Expected less than %(lt)s."),
        "string_too_short": _("Expected at least %(min_length)s characters."),
        "string_too_long": _("Expected at most %(max_length)s characters."),
        "too_short": _("Expected at least %(min_length)s entries."),
        "too_long": _("Expected at most %(max_length)s entries."),
    }
    return said[kind] % context if kind in said else ""


def _type(kind: str) -> str:
    """What the value has to be, by the first word of pydantic's name for the complaint."""
    wanted: dict[str, str] = {
        "string": _("Expected text."),
        "int": _("Expected a whole number."),
        "float": _("Expected a number."),
        "finite": _("Expected a number."),
        "bool": _("Expected true or false."),
        "date": _("Expected a day such as 2026-09-01."),
        "list": _("Expected a list."),
        "dict": _("Expected keys with values."),
        "model": _("Expected keys with values."),
    }
    return wanted.get(kind.partition("_")[0], _("Expected something else here."))


def _near(key: str, where: Path_) -> str:
    plain = _("There is no such key here. Check its spelling.")
    near = get_close_matches(key, _keys_at(where), n=1)
    if not near:
        return plain
    return _("There is no such key here. Did you mean “%(near)s”?") % {"near": near[0]}


def _keys_at(where: Path_) -> list[str]:
    """The keys a pack may have at this place."""
    kinds: list[type[Part]] = [PackFile]
    for step in where:
        if isinstance(step, str):
            found = [_field(kind, step) for kind in kinds]
            kinds = [part for annotation in found if annotation is not None for part in _parts(annotation)]
    return [field.alias or name for kind in kinds for name, field in kind.model_fields.items()]


def _field(kind: type[Part], key: str) -> Any:
    """The annotation of a key, None when there is no such key."""
    for name, field in kind.model_fields.items():
        if key == (field.alias or name):
            return field.annotation
    return None


def _parts(annotation: Any) -> Iterator[type[Part]]:
    if isinstance(annotation, type) and issubclass(annotation, Part):
        yield annotation
    if get_origin(annotation) in (list, Union, UnionType, Annotated):
        for argument in get_args(annotation):
            yield from _parts(argument)
