"""Schools with verdicts of every state, and the kept counts that go with them."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date

from tests.cast import World
from tests.hazard import requirements as r

from anyuan.foundation.org.public import Unit
from anyuan.rules.compliance.actions.ended import count_ended
from anyuan.rules.compliance.models import Tally
from anyuan.rules.compliance.public import State, Verdict
from anyuan.rules.policy.public import Requirement


def keep_counts(*units: Unit) -> None:
    """What the derivation keeps beside the verdicts."""
    keys = [u.pk for u in units]
    Tally.everything.filter(unit__in=keys).delete()
    sums: Counter[tuple[object, str, str, str]] = Counter(
        Verdict.everything.filter(unit__in=keys, standing=True).values_list(
            "unit_id", "area", "domain", "state"
        )
    )
    rows: dict[tuple[object, str, str], Tally] = {}
    for (unit, area, domain, state), number in sums.items():
        row = rows.setdefault((unit, area, domain), Tally(unit_id=unit, area=area, domain=domain))
        setattr(row, state.replace("-", "_"), number)
    Tally.everything.bulk_create(rows.values())
    count_ended(keys)


def a_county(world: World) -> dict[str, Requirement]:
    """Two areas; the school fails, lacks data and is due, its sister is in order."""
    rules = {
        "guards": r.requirement("guards"),
        "cameras": r.requirement("cameras"),
        "extinguishers": r.requirement("extinguishers", area="fire", domain="fire"),
        "drill": r.duty("drill"),
    }
    r.verdict(rules["guards"], world.school, State.UNMET, need=4, have=1)
    r.verdict(rules["cameras"], world.school, State.UNKNOWN, need=None, have=None, missing=["cameras"])
    r.verdict(rules["extinguishers"], world.school, State.MET)
    r.month(rules["drill"], world.school, 3, State.DUE)
    r.month(rules["drill"], world.school, 2, State.LATE)
    r.month(rules["drill"], world.school, 1, State.MET).__class__.everything.filter(period="2026-01").update(
        standing=False
    )
    for code in ("guards", "cameras", "extinguishers"):
        r.verdict(rules[code], world.sister, State.MET)
    r.verdict(rules["guards"], world.stranger_school, State.UNMET)
    keep_counts(world.school, world.sister, world.stranger_school)
    return rules


def at_random(world: World, seed: int, months: tuple[int, ...] = (11, 12, 1, 2, 3)) -> list[Unit]:
    """Verdicts of all kinds at every school, areas and domains mixed."""
    rng = random.Random(seed)
    schools = [world.school, world.sister, world.managing, world.point, world.stranger_school]
    areas = [("fire", "fire"), ("security", "security"), ("food", "food"), ("security", "fire")]
    rules = [r.requirement(f"s{n}", area=area, domain=domain) for n, (area, domain) in enumerate(areas * 2)]
    duties = [r.duty(f"d{n}") for n in range(3)]
    for school in schools:
        for rule in rules:
            if rng.random() < 0.8:
                r.verdict(rule, school, rng.choice(State.values))
        for rule in duties:
            for month in months:
                year = 2025 if month > 6 else 2026
                starts = date(year, month, 1)
                r.verdict(
                    rule, school, rng.choice(State.values), period=f"{year}-{month:02d}", starts=starts,
                    standing=month == 3,
                )  # fmt: skip
    keep_counts(*schools)
    return schools
