"""Requirements of an invented document and the verdicts on them, put into the tables as they are derived."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

from tests.cast import World, as_action

from anyuan.foundation.kernel.public import clock
from anyuan.foundation.org.public import Unit
from anyuan.response.hazard import public as hz
from anyuan.response.hazard.public import Proposal
from anyuan.rules.compliance.public import State, Verdict
from anyuan.rules.policy.public import Clause, Pack, Requirement

CONTENT = {
    "pack": {
        "id": "invented", "document": "002", "version": 1, "title": "校园安防办法", "issuer": "市教育局",
        "level": "city", "region": "临江市", "force": "rule",
    },
    "clauses": [{"label": "二(二)7", "heading": "专职保安"}],
}  # fmt: skip
ON_UNMET = {"category": "security", "grade": "general", "days": 10, "title": "专职保安员配备不足"}


def requirement(code: str = "guards", **spec: Any) -> Requirement:
    """A standard unless ``duty`` is given; ``on_unmet=None`` proposes nothing."""
    pack = Pack.objects.filter(code="invented").first()
    with as_action():
        if pack is None:
            pack = Pack.objects.create(
                code="invented", version=1, digest=uuid4().hex, document="002", title="校园安防办法",
                issuer="市教育局", level="city", region="临江市", force="rule", content=CONTENT,
                loaded_at=clock.now(),
            )  # fmt: skip
            Clause.objects.create(pack=pack, label="二(二)7", heading="专职保安", order=1)
        whole: dict[str, Any] = {
            "id": code,
            "clause": "二(二)7",
            "standard": {"have": "guards", "need": "4", "op": "at-least", "unit": "人"},
            "on_unmet": ON_UNMET if code == "guards" else {**ON_UNMET, "title": f"未达标：{code}"},
            **spec,
        }
        if whole["on_unmet"] is None:
            del whole["on_unmet"]
        if "duty" in spec:
            del whole["standard"]
        return Requirement.objects.create(
            pack=pack,
            clause=pack.clauses.get(),
            code=code,
            key=f"invented/{code}",
            title=f"要求 {code} 一项",
            title_en=f"Requirement {code}",
            kind="duty" if "duty" in spec else "standard",
            area=spec.get("area", "security"),
            domain=spec.get("domain", "security"),
            rows=[],
            order=Requirement.objects.count(),
            spec=whole,
        )


def verdict(
    requirement: Requirement, unit: Unit, state: str, *, period: str = "", subject: str = "", **values: Any
) -> Verdict:
    """The verdict as it stands now; an earlier one of the same cause and period is replaced."""
    starts: date | None = values.pop("starts", None)
    row, _made = Verdict.everything.update_or_create(
        unit=unit,
        key=requirement.key,
        subject_code=subject,
        period=period,
        defaults={
            "requirement": requirement,
            "area": requirement.area,
            "domain": requirement.domain,
            "state": state,
            "need": 4,
            "have": 4 if state == State.MET else 1,
            "standing": True,
            "derived_at": clock.now(),
            "changed_at": clock.now(),
            "starts": starts,
            "ends": starts and starts + timedelta(days=30),
            "due_at": starts and clock.start_of(starts + timedelta(days=30)),
            **values,
        },
    )
    return row


def month(
    requirement: Requirement,
    unit: Unit,
    number: int,
    state: str,
    due_at: datetime | None = None,
    **values: Any,
) -> Verdict:
    """The verdict of a month of 2026 on a duty."""
    starts = date(2026, number, 1)
    after = date(2026, number + 1, 1)
    return verdict(
        requirement, unit, state, period=f"2026-{number:02d}", starts=starts, ends=after,
        due_at=due_at or clock.start_of(after), need=1, have=1 if state == State.MET else 0, **values,
    )  # fmt: skip


def duty(code: str = "drill") -> Requirement:
    return requirement(code, duty={"register": "drill", "every": "month", "at_least": "1", "unit": "次"})


def proposed(world: World, code: str = "guards", unit: str = "school", **spec: Any) -> Proposal:
    """An open proposal of a standard with one guard where four are needed."""
    verdict(requirement(code, **spec), world.units[unit], State.UNMET)
    hz.propose([world.units[unit].pk])
    return open_at(world.units[unit]).get(key=f"invented/{code}")


def open_at(unit: Unit) -> Any:
    return Proposal.everything.filter(unit=unit, state="proposed")
