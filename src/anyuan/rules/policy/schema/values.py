"""What expressions may name: params a region sets, facts of a unit, registers with their fields."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Annotated, Literal

from django.utils.translation import gettext as _
from pydantic import AfterValidator, Field

from anyuan.foundation.org.public import POSTS, Domain

from .base import Formula, Key, Part, Scalar, Short, Slug, SubjectKind, Words

ValueType = Literal["number", "boolean", "text", "date"]
Number = Annotated[float, Field(strict=True, allow_inf_nan=False, ge=-1e12, le=1e12)]


def _post(code: str) -> str:
    """Raises ``ValueError`` for what is no post; the message offers the nearest one."""
    if code not in POSTS:
        near = get_close_matches(code, POSTS, n=1)
        raise ValueError(
            _("%(code)s is no post. Did you mean %(near)s?") % {"code": code, "near": near[0]}
            if near
            else _("%(code)s is no post") % {"code": code}
        )
    return code


Post = Annotated[str, AfterValidator(_post)]
OrgColumn = Literal["pupils", "staff", "adults", "boarding", "ownership", "setting", "unit_type"]
"""Columns of the organisation's unit; an empty one is unknown."""


class ParamPart(Part):
    """A number, text or yes/no a region may set within its limits."""

    key: Key
    type: ValueType
    title: Short
    title_en: Short
    default: Scalar
    least: Number | None = None
    most: Number | None = None
    choices: list[ChoicePart] = []
    stricter: Literal["higher", "lower", "none"] = "none"
    """Which side asks more of schools: a region below may only move to that side of its parent's value."""
    county: bool = True
    """Whether a county may set it; otherwise only a city and above."""
    help: str = ""


class ChoicePart(Part):
    """One answer: what is stored and what is shown."""

    code: Annotated[str, Field(min_length=1, max_length=40)]
    label: Short
    label_en: Short


class DerivePart(Part):
    """How the system knows a fact by itself: exactly one of ``org``, ``expression``, ``register``.

    From a register: of the unit's valid records that fulfil ``where``, the number (``count``), the number of
    different values of a field (``distinct``), the sum of a field, or the newest record's value of a field.
    A unit without any record in that register falls back to what was declared, and is unknown otherwise.
    """

    org: OrgColumn | None = None
    expression: Formula | None = None
    register_: Annotated[Slug | None, Field(alias="register")] = None
    count: Literal[True] | None = None
    distinct: Key | None = None
    sum: Key | None = None
    latest: Key | None = None
    where: Formula | None = None


class FactPart(Part):
    """Something a unit (or one of its subjects) is asked for, or that is derived."""

    key: Key
    type: ValueType
    title: Short
    title_en: Short
    unit: str = ""
    question: str = ""
    """What is asked of whoever declares it; empty for what is only derived."""
    confirm: Post | None = None
    """The post that answers and confirms it."""
    valid_days: Annotated[int, Field(ge=1, le=3660, strict=True)] | None = None
    """How many days a declared value counts; none: until it is changed."""
    per: SubjectKind | None = None
    whole: Annotated[bool, Field(strict=True)] = True
    """Numbers count people or things unless this is false; nothing else has fractions anyway."""
    least: Number | None = None
    most: Number | None = None
    within: Key | None = None
    """The number of which this one is a part, and so never more than it."""
    choices: list[ChoicePart] = []
    domain: Domain = Domain.GENERAL
    derive: DerivePart | None = None


class FieldPart(Part):
    """One field of a register, in the ledger's shape."""

    key: Key
    label: Short
    label_en: Short
    kind: Literal["text", "integer", "number", "yes-no", "day", "choice"] = "text"
    required: bool = True
    choices: list[ChoicePart] = []
    least: Number | None = None
    most: Number | None = None
    longest: Annotated[int, Field(ge=1, le=2000, strict=True)] = 500


class RegisterPart(Part):
    """A ledger: what one record holds, what it is about, who keeps it."""

    id: Slug
    version: Annotated[int, Field(ge=1, strict=True)]
    title: Short
    title_en: Short
    subject: Literal["unit"] | SubjectKind = "unit"
    fields: Annotated[list[FieldPart], Field(min_length=1)]
    evidence: Literal["none", "photo"] = "none"
    domain: Domain = Domain.GENERAL
    post: Post
    expires: Key | None = None
    """The field that holds the last day a record's subject is valid."""
    help: Words | None = None
    help_en: Words | None = None


ParamPart.model_rebuild()
