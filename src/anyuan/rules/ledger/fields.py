"""What a register asks for, and whether what was written fits: one definition, compiled once per version."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Annotated, Any, Literal
from uuid import UUID

from django.utils.translation import gettext as _
from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints, ValidationError, create_model
from pydantic import Field as Limits
from pydantic_core import ErrorDetails

from anyuan.foundation.kernel.public import Invalid

Kind = Literal["text", "integer", "number", "yes-no", "day", "choice", "id", "ids", "rows"]


class Choice(BaseModel):
    """One answer of a choice: what is stored and what is shown."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: str
    label: str
    label_en: str = ""


class Field(BaseModel):
    """One field of a register. ``least`` and ``most`` bound numbers and the length of ``rows``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: str = Limits(pattern=r"^[a-z][a-z0-9_]*$")
    label: str
    label_en: str = ""
    kind: Kind = "text"
    required: bool = True
    choices: tuple[Choice, ...] = ()
    least: float | None = None
    most: float | None = None
    longest: int = 500
    fields: tuple[Field, ...] = ()


_Base = ConfigDict(extra="forbid")
MOST_NUMBER = 1e12


def _limits(field: Field) -> Any:
    """Bounds of a number; without own ones, those of the numbers expressions compute with."""
    least = -MOST_NUMBER if field.least is None else field.least
    most = MOST_NUMBER if field.most is None else field.most
    return Limits(ge=least, le=most)


def _rounded(value: float) -> float:
    """Six decimals: the finest number expressions compute with."""
    return round(value, 6)


def _type_of(field: Field, owner: str) -> Any:
    """The pydantic type of a field."""
    simple: dict[str, Any] = {
        "yes-no": bool,
        "day": date,
        "id": UUID,
        "ids": list[UUID],
        "integer": Annotated[int, _limits(field)],
        "number": Annotated[float, _limits(field), Limits(allow_inf_nan=False), AfterValidator(_rounded)],
    }
    if field.kind in simple:
        return simple[field.kind]
    if field.kind == "choice":
        return Literal[tuple(c.code for c in field.choices)]
    if field.kind == "rows":
        most = None if field.most is None else int(field.most)
        least = None if field.least is None else int(field.least)
        return Annotated[
            list[_model(f"{owner}_{field.key}", field.fields)],  # type: ignore[misc]
            Limits(min_length=least, max_length=most),
        ]
    return Annotated[
        str,
        StringConstraints(
            strip_whitespace=True, min_length=1 if field.required else None, max_length=field.longest
        ),
    ]


def _model(name: str, fields: tuple[Field, ...]) -> type[BaseModel]:
    parts: dict[str, Any] = {}
    for field in fields:
        kind = _type_of(field, name)
        parts[field.key] = (kind, ...) if field.required else (kind | None, None)
    return create_model(name, __config__=_Base, **parts)


@lru_cache(maxsize=256)
def compiled(fields: tuple[Field, ...]) -> type[BaseModel]:
    """The validator of a register's fields."""
    return _model("Data", fields)


def fitted(model: type[BaseModel], data: Mapping[str, Any]) -> dict[str, Any]:
    """``data`` as it is stored, or :class:`Invalid` with a message for every field that does not fit."""
    return _checked(model, data).model_dump(mode="json", exclude_none=True)


def fitted_text(model: type[BaseModel], data: Mapping[str, Any]) -> str:
    """:func:`fitted`, as JSON text."""
    return _checked(model, data).model_dump_json(exclude_none=True)


def _checked(model: type[BaseModel], data: Mapping[str, Any]) -> BaseModel:
    try:
        return model.model_validate(data)
    except ValidationError as error:
        fields: dict[str, list[str]] = {}
        for detail in error.errors(include_url=False, include_input=False):
            fields.setdefault(".".join(str(p) for p in detail["loc"]), []).append(_words(detail))
        raise Invalid(_("Some fields need another look."), fields) from error


def _words(detail: ErrorDetails) -> str:
    kind, context = detail["type"], detail.get("ctx", {})
    messages = {
        "missing": _("This must be filled in."),
        "string_too_short": _("This must be filled in."),
        "extra_forbidden": _("This register has no such field."),
        "literal_error": _("Choose one of the answers that are offered."),
        "string_too_long": _("At most %(most)s characters.") % {"most": context.get("max_length")},
        "greater_than_equal": _("At least %(least)s.") % {"least": context.get("ge")},
        "less_than_equal": _("At most %(most)s.") % {"most": context.get("le")},
        "too_long": _("At most %(most)s rows.") % {"most": context.get("max_length")},
        "too_short": _("At least %(least)s rows.") % {"least": context.get("min_length")},
    }
    if kind in messages:
        return messages[kind]
    if kind.startswith(("int", "float", "finite")):
        return _("Write a number.")
    if kind.startswith("date"):
        return _("Write a day such as 2026-11-21.")
    return _("This does not fit here.")
