"""Schools, documents and records for the tests that derive verdicts through the real packs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from tests.cast import World, as_action

from anyuan.foundation.kernel.public import clock, job_actor
from anyuan.foundation.org.public import Holding, Term, Unit
from anyuan.rules.compliance.models import Verdict
from anyuan.rules.compliance.public import refresh
from anyuan.rules.ledger.public import Record, Subject, define_registers, refresh_facts, set_facts
from anyuan.rules.ledger.registers import current
from anyuan.rules.policy.public import Pack, activate, load_packs

JOB = job_actor("test")
CITY = "city-2023-hazard-sweep/"
GUYUAN = "guyuan-2018-risk-control/"
NANTONG = "nantong-2020-campus-and-bus/"
IN_FORCE = date(2024, 9, 1)
TERMS = (
    ("2025 秋", date(2025, 9, 1), date(2026, 1, 24)),
    ("2026 春", date(2026, 2, 25), date(2026, 7, 4)),
    ("2026 秋", date(2026, 9, 1), date(2027, 1, 23)),
)


def prepare(world: World) -> None:
    """The three documents in force in the city, its terms, every register."""
    load_packs()
    define_registers()
    with as_action():
        Term.objects.bulk_create(
            Term(unit=world.city, name=name, starts=starts, ends=ends) for name, starts, ends in TERMS
        )
    for code in (CITY, GUYUAN, NANTONG):
        pack = Pack.objects.filter(code=code.rstrip("/")).order_by("-version").first()
        assert pack is not None
        activate(JOB, pack, world.city, IN_FORCE)


@contextmanager
def on(text: str) -> Iterator[None]:
    """Stand at this Shanghai time: ``2026-03-18`` (at noon) or ``2026-03-18T19:30``."""
    with clock.at(instant(text)):
        yield


def instant(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if len(text) == 10:
        at += timedelta(hours=12)
    return at.replace(tzinfo=clock.SHANGHAI)


def shape(unit: Unit, **columns: object) -> None:
    """Set what the organisation knows: pupils, staff, boarding, unit_type."""
    with as_action():
        for name, value in columns.items():
            setattr(unit, name, value)
        unit.save(update_fields=list(columns))
    refresh_facts([unit.pk], clock.today())


def leave_empty(unit: Unit) -> None:
    """Nobody holds a post there any more, so that it may be closed."""
    with as_action():
        Holding.everything.filter(unit=unit).update(ends=clock.today())


def know(unit: Unit, subject: Subject | None = None, **facts: object) -> None:
    set_facts(JOB, unit, facts, subject=subject)


def did(
    unit: Unit,
    register: str,
    when: str,
    data: Mapping[str, Any],
    *,
    photos: int = 0,
    stands_for: date | None = None,
    subject: Subject | None = None,
    state: str = "valid",
) -> Record:
    """A record as the ledger keeps it; ``when`` is Shanghai time."""
    definition = current(register)
    at = instant(when)
    made = Record(
        register=definition,
        unit=unit,
        subject=subject,
        domain=definition.domain,
        state=state,
        occurred_at=at,
        recorded_at=max(at, clock.now()),
        stands_for=stands_for,
        person_name="测试",
        entered_name="测试",
        data=dict(data),
    )
    with as_action():
        made.save(force_insert=True)
        for _number in range(photos):
            _photo(unit, made)
    return made


def _photo(unit: Unit, record: Record) -> None:
    from anyuan.foundation.files.models import Attachment, Blob

    blob, _new = Blob.objects.get_or_create(sha256="0" * 64, defaults={"size": 1, "mime": "image/jpeg"})
    Attachment.everything.create(
        unit=unit,
        uploader_name="测试",
        subject_kind="ledger.record",
        subject_id=record.pk,
        role="evidence",
        capture="camera",
        received_at=clock.now(),
        original=blob,
        shown=blob,
        name="photo.jpg",
    )


def drill(unit: Unit, when: str, kind: str = "evacuation", **more: Any) -> Record:
    data = {"kind": kind, "scenario": more.pop("scenario", "fire"), "participants": 300}
    return did(unit, "drill", when, data, photos=more.pop("photos", 1), **more)


def derived(unit: Unit, key: str, period: str = "", subject: str = "") -> Verdict:
    """The verdict after a refresh of the unit now."""
    refresh([unit.pk])
    found: Verdict = Verdict.everything.get(unit=unit, key=key, period=period, subject_code=subject)
    return found


def stored(unit_id: UUID) -> dict[tuple[str, str, str], tuple[Any, ...]]:
    """Everything stored of a unit that is derived, to compare."""
    rows = Verdict.everything.filter(unit_id=unit_id)
    return {
        (v.key, v.subject_code, v.period): (
            v.state, v.need, v.have, v.reason, tuple(v.missing), tuple(v.records), v.standing, v.due_at
        )
        for v in rows
    }  # fmt: skip
