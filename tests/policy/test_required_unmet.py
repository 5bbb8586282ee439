"""What becomes a hazard when it is not met: every number, and the duties that weigh more than one day."""

from __future__ import annotations

import pytest
from tests.policy.required import NANTONG, RISK, SWEEP, pack

QUIET = {
    # a missed day is seen in the rate; the inspector's visit is not the school's
    *(f"{SWEEP}/{name}" for name in ("check-daily", "reminder-daily", "reminder-weekly", "reminder-holiday")),
    f"{RISK}/check-daily",
    f"{NANTONG}/inspector-before-vacation",
    f"{NANTONG}/inspector-after-opening",
}


@pytest.mark.parametrize("code", [SWEEP, RISK, NANTONG])
def test_what_matters_becomes_a_hazard(code: str) -> None:
    scored = [r for r in pack(code).requirements if r.kind in ("standard", "duty")]
    quiet = {f"{code}/{r.id}" for r in scored if r.on_unmet is None}
    assert quiet == {key for key in QUIET if key.startswith(f"{code}/")}
    assert not any(r.on_unmet for r in pack(code).requirements if r not in scored)


def test_a_missed_duty_is_a_general_hazard_of_its_own_domain() -> None:
    for code in (SWEEP, RISK):
        for part in pack(code).requirements:
            if part.duty is not None and part.on_unmet is not None:
                assert (part.on_unmet.category, part.on_unmet.grade) == (part.domain, "general"), part.id
                assert 7 <= part.on_unmet.days <= 30, part.id


def test_one_missed_check_is_one_hazard_for_both_documents() -> None:
    for name in ("check-weekly", "check-monthly"):
        both = [r.on_unmet for code in (SWEEP, RISK) for r in pack(code).requirements if r.id == name]
        assert len(both) == 2
        assert both[0] is not None
        assert both[1] is not None
        assert (both[0].category, both[0].title) == (both[1].category, both[1].title)
