"""What a new entry of the trail changes: whose verdicts, and which of them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Q

from anyuan.foundation.journal.public import Entry
from anyuan.foundation.kernel.public import subtree
from anyuan.foundation.org.public import Unit, UnitKind
from anyuan.rules.ledger.public import Record

from .marks import derived_until
from .refreshing import refresh

RECORDS = "ledger.record"
_BELOW = frozenset({
    "ledger.set-facts", "ledger.subject", "ledger.mirror-subjects", "ledger.define-register",
    "ledger.record-many",
    "org.create-unit", "org.change-facts", "org.change-code", "org.close-unit", "org.move-unit",
    "org.merge-units", "org.add-place", "org.change-place", "org.close-place", "org.hold-post",
    "org.end-post", "org.set-term", "org.set-day", "org.clear-day", "org.enter-calendar", "org.leave-person",
    "org.transfer-person", "org.plant-tree",
    "policy.load", "policy.activate", "policy.deactivate", "policy.switch-off", "policy.override-param",
    "policy.end-override",
})  # fmt: skip
"""Actions that may change every verdict at and below the path of their entry."""
_IMPORTS = ("ledger.import-", "org.import-")
_OUTSIDE = "database.change"
_TABLES = ("ledger_", "org_", "policy_", "files_attachment", "compliance_")


@dataclass(slots=True)
class Touched:
    """What a batch of entries asks for: records by id, whole subtrees by path."""

    records: set[UUID] = field(default_factory=set)
    paths: set[str] = field(default_factory=set)


def touched_by(entries: Sequence[Entry]) -> Touched:
    found = Touched()
    for entry in entries:
        if entry.subject_kind == RECORDS and entry.subject_id is not None:
            found.records.add(entry.subject_id)
        elif entry.verb in _BELOW or entry.verb.startswith(_IMPORTS):
            found.paths.add("/" if _of_many(entry) else entry.unit_path)
        elif entry.verb == _OUTSIDE and _concerns(entry):
            found.paths.add("/")
    return found


def _of_many(entry: Entry) -> bool:
    """Units made at once may lie anywhere; their entry names the parent of the first."""
    return entry.verb == "org.create-unit" and "units" in _after(entry)


def _concerns(entry: Entry) -> bool:
    """Whether a change outside any action was made to what verdicts are derived from."""
    return str(_after(entry).get("table", "")).startswith(_TABLES)


def _after(entry: Entry) -> dict[str, object]:
    found: dict[str, object] = json.loads(entry.body.text)["after"]
    return found


def follow_journal(entries: Sequence[Entry]) -> None:
    """The follower ``compliance``: derive anew what these entries may have changed. Twice is harmless."""
    known = derived_until()
    fresh = [e for e in entries if e.seal.seq > known]
    touched = touched_by(fresh)
    if "/" in touched.paths:
        refresh(None)
        return
    whole = _units_below(touched.paths)
    if whole:
        refresh(sorted(whole))
    for registers, units in _by_registers(touched.records, whole).items():
        refresh(units, registers=registers)


def _units_below(paths: set[str]) -> set[UUID]:
    """The schools at and below any of the paths."""
    highest = [p for p in paths if not any(p != q and p.startswith(q) for q in paths)]
    if not highest:
        return set()
    where = Q()
    for path in highest:
        where |= subtree(path, "path")
    return set(Unit.everything.filter(where, kind=UnitKind.SCHOOL).values_list("pk", flat=True))


def _by_registers(records: set[UUID], but: set[UUID]) -> dict[frozenset[str], list[UUID]]:
    """Units by the registers they have new records in: units alike are derived together."""
    rows = Record.everything.filter(pk__in=records).exclude(unit__in=but)
    by_unit: dict[UUID, set[str]] = {}
    for unit, code in rows.values_list("unit_id", "register__code"):
        by_unit.setdefault(unit, set()).add(code)
    found: dict[frozenset[str], list[UUID]] = {}
    for unit, codes in by_unit.items():
        found.setdefault(frozenset(codes), []).append(unit)
    return found
