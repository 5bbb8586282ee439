"""The document itself: its head, its outline, its checklists."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from anyuan.foundation.org.public import Domain, PlaceKind, UnitType

from .base import Label, Part, RowId, Short, Slug, Words

Stage = Literal["kindergarten", "primary", "junior", "senior", "vocational", "special", "university"]
Checker = Literal[
    "school", "county", "city", "province", "education", "police", "fire", "health", "market", "emergency",
    "transport", "housing", "culture", "urban-management", "resources", "water", "weather",
]  # fmt: skip
Force = Literal["rule", "plan", "meeting", "draft"]
Grade = Literal["general", "suspected-major"]


class PackHead(Part):
    """Which document this is. ``effective`` to ``until`` (half-open) is what the document itself says."""

    id: Slug
    document: Annotated[str, Field(pattern=r"^([0-9]{3})?$")]
    """The document's number in ``packs/rows.tsv``: the first part of its row ids. Empty for ``common`` and
    for documents that are not in that table."""
    version: Annotated[int, Field(ge=1, strict=True)]
    title: Short
    issuer: Short
    level: Literal["national", "province", "city", "county"]
    region: Short
    force: Force
    published: date | None = None
    effective: date | None = None
    until: date | None = None
    parents: list[Short] = []
    note: str = ""


class ClausePart(Part):
    """A place in the document: its number there and a heading in our words."""

    label: Label
    heading: Short
    depth: Annotated[int, Field(ge=1, le=4, strict=True)] = 1


class Applies(Part):
    """Where something applies; every condition that is given must hold. Empty: everywhere."""

    schools: Annotated[bool, Field(strict=True)] | None = None
    """True: units that teach at least one stage; false: sites that are not schools."""
    unit_types: list[UnitType] = []
    stages: list[Stage] = []
    boarding: Annotated[bool, Field(strict=True)] | None = None
    places: list[PlaceKind] = []
    """The unit has at least one open place of one of these kinds (a building site: there are works)."""


class ItemPart(Part):
    """One question of a checklist."""

    id: Slug
    rows: Annotated[list[RowId], Field(min_length=1)]
    clause: Label | None = None
    question: Words
    how: Words
    fails: Words
    remedy: Words
    domain: Domain | None = None
    grade: Grade = "general"
    on_fail: Literal["hazard", "note"] = "hazard"
    """``note``: an optional or soft point; a "no" is kept in the record and becomes no hazard."""
    by: list[Checker] = []
    applies: Applies = Applies()
    only_if: str = ""
    """A condition only the checker can judge; where it does not hold the answer is "not applicable"."""
    places: list[PlaceKind] = []
    """The kinds of place to look at; the answer may name the place."""
    photo: Literal["no", "fail", "always"] = "fail"


class ChecklistPart(Part):
    id: Slug
    title: Short
    clause: Label
    domain: Domain
    by: Annotated[list[Checker], Field(min_length=1)]
    applies: Applies = Applies()
    items: Annotated[list[ItemPart], Field(min_length=1)]
