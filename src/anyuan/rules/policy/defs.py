"""What the rooms above work with: facts, registers, compiled rules, and where which of them apply."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Literal
from uuid import UUID

if TYPE_CHECKING:
    from .cadence import Cadence, Window
    from .expressions import Expression, Value
    from .models import Pack
    from .schema import UnmetPart

Kind = Literal["standard", "duty", "check", "principle"]


@dataclass(frozen=True, slots=True)
class FactDef:
    """A fact of the catalogue, as the newest loaded pack declares it."""

    key: str
    type: str
    title: str
    title_en: str
    unit: str
    question: str
    confirm: str | None
    """The post that answers it; None: nobody is asked."""
    valid_days: int | None
    per: str | None
    least: float | None
    most: float | None
    domain: str
    derive: dict[str, Any] | None
    """Exactly one of ``org``, ``expression``, ``register``, see ``schema.DerivePart``; no empty keys."""
    choices: tuple[dict[str, str], ...] = ()
    pack_code: str = "common"
    whole: bool = True
    """Whether a number may have no fraction."""
    within: str | None = None
    """The fact of which this one is a part: a number never more than it."""

    @property
    def asked(self) -> bool:
        """Whether somebody declares it, rather than the system alone knowing it."""
        return bool(self.question)


@dataclass(frozen=True, slots=True)
class RegisterDef:
    """A register of a pack; the ledger stores one row per version. ``fields`` are in the ledger's shape."""

    code: str
    version: int
    title: str
    title_en: str
    subject: str
    fields: tuple[dict[str, Any], ...]
    evidence: Literal["none", "photo"]
    domain: str
    post: str
    expires: str | None
    help: str
    help_en: str
    pack_code: str = "common"


@dataclass(frozen=True, slots=True)
class ParamDef:
    """A param as a pack version declares it."""

    key: str
    type: str
    title: str
    title_en: str
    default: Value
    least: float | None
    most: float | None
    choices: tuple[dict[str, str], ...]
    stricter: Literal["higher", "lower", "none"]
    county: bool
    help: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A requirement compiled; params in its cadence are the region's. ``row`` is its ``Requirement``."""

    key: str
    code: str
    kind: Kind
    row: UUID
    title: str
    title_en: str
    area: str
    domain: str
    post: str
    per: str
    applies: Expression
    have: Expression | None = None
    need: Expression | None = None
    op: str = "at-least"
    unit: str = ""
    register: str = ""
    cadence: Cadence | None = None
    at_least: Expression | None = None
    sum_field: str = ""
    once_a_day: bool = False
    """Several records of one day, of a window over midnight of one night, count once."""
    distinct: str = ""
    """The field whose different values are counted; empty: records are."""
    where: Expression | None = None
    """Over the register's fields and ``hour``, ``weekday``, ``evidence``; params allowed."""
    window: Window | None = None
    made_up: bool = True
    checklist: str = ""
    item: str = ""
    text: str = ""
    on_unmet: UnmetPart | None = None
    clause_label: str = ""
    clause_heading: str = ""
    pack_code: str = ""
    pack_title: str = ""
    pack_version: int = 0
    rows: tuple[str, ...] = ()

    @property
    def expressions(self) -> tuple[Expression, ...]:
        """All its expressions over facts (``where`` is over a record)."""
        return tuple(e for e in (self.applies, self.have, self.need, self.at_least) if e is not None)


@dataclass(frozen=True, slots=True)
class Region:
    """What one document asks at a node and below it, until a longer path of the same code takes over.

    ``rules`` is empty where the document is switched off.
    """

    path: str
    pack: Pack
    pack_code: str
    starts: date
    """The first day the document was in force here."""
    params: Mapping[str, Value] = field(default_factory=dict)
    rules: tuple[Rule, ...] = ()
