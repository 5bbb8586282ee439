"""What a document demands: standards, duties, checks and principles."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from anyuan.foundation.org.public import Domain, Function

from ..areas import Area
from .base import Formula, Key, Label, Part, RowId, Short, Slug, SubjectKind, Words
from .values import Post

Kind = Literal["standard", "duty", "check", "principle"]
KINDS: tuple[Kind, ...] = ("standard", "duty", "check", "principle")
Op = Literal["at-least", "at-most", "equals", "holds"]


class ParamRef(Part):
    """``{param: name}``: the region's value."""

    param: Key


def _cadence(value: object) -> object:
    """A cadence without options may be written as one word."""
    return {"every": value} if isinstance(value, str) else value


Count = Annotated[int, Field(ge=1, le=366, strict=True)]


class CadencePart(Part):
    """How often, see ``policy.cadence``. Options may be params of the pack."""

    every: Literal[
        "school-day", "week", "month", "school-month", "quarter", "semester", "academic-year", "year",
        "before-holiday", "after-opening", "nth-weekday", "hours",
    ]  # fmt: skip
    nth: Annotated[int, Field(ge=1, le=4, strict=True)] | None = None
    weekday: Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"] | None = None
    rule: Literal["first-weekday", "first-week"] | ParamRef | None = None
    shift: Literal["next-school-day", "previous-school-day", "none"] | ParamRef | None = None
    window: Literal["day", "week", "month"] | ParamRef | None = None
    holidays: Literal["all", "vacations"] | ParamRef | None = None
    days: Count | ParamRef | None = None
    hours: Count | ParamRef | None = None
    vacation: Literal["skip", "keep"] | ParamRef | None = None
    on: Literal["last-school-day"] | None = None


class WindowPart(Part):
    """Hours of the day (half-open; may cross midnight) in which it must be done."""

    start: Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
    end: Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]


class StandardPart(Part):
    """A number or a yes/no that a program can decide."""

    have: Formula
    need: Formula | None = None
    op: Op = "at-least"
    unit: Annotated[str, Field(max_length=20)] = ""


class DutyPart(Part):
    """Something done and recorded again and again."""

    register_: Annotated[Slug, Field(alias="register")]
    every: Annotated[CadencePart, BeforeValidator(_cadence)]
    at_least: Formula = "1"
    sum: Key | None = None
    """Add up this field instead of counting records."""
    once_a: Literal["day"] | None = None
    """Several records of one day count once; of a ``window`` over midnight: of one night."""
    distinct: Key | None = None
    """Count the different values of this field instead of records."""
    where: Formula | None = None
    window: WindowPart | None = None
    made_up: bool = True
    """Whether doing it after its period is over counts as made up."""
    unit: Annotated[str, Field(max_length=20)] = ""


class CheckPart(Part):
    """Answered in an inspection by an item of a checklist of the same pack."""

    checklist: Slug
    item: Slug


class PrinciplePart(Part):
    """A soft duty: stored and shown, never scored."""

    text: Words


class UnmetPart(Part):
    """The problem that is proposed when it is not met."""

    category: Domain
    grade: Literal["general", "major"] = "general"
    days: Annotated[int, Field(ge=1, le=365, strict=True)] = 30
    title: Short


class RequirementPart(Part):
    """One requirement; exactly one of ``standard``, ``duty``, ``check``, ``principle``.

    With ``per`` there is one verdict for each subject of that kind, and every expression of the requirement,
    ``applies`` included, may use the facts of the subject.
    """

    id: Slug
    source: list[RowId]
    """Its rows in ``packs/rows.tsv``; empty in a document that is not in that table."""
    clause: Label
    title: Short
    title_en: Short
    area: Area
    domain: Domain
    applies: Formula = "is_school"
    per: SubjectKind | None = None
    post: Post | None = None
    lead: Function | None = None
    with_: Annotated[list[Function], Field(alias="with")] = []
    standard: StandardPart | None = None
    duty: DutyPart | None = None
    check: CheckPart | None = None
    principle: PrinciplePart | None = None
    on_unmet: UnmetPart | None = None

    @property
    def kind(self) -> Kind:
        """Which of the four it is (a whole pack is checked to have exactly one)."""
        return self.kinds[0]

    @property
    def kinds(self) -> list[Kind]:
        """The kinds that are given."""
        return [kind for kind in KINDS if getattr(self, kind) is not None]
