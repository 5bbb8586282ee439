"""Schools with verdicts of every state, and the kept counts that go with them."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

from tests.cast import World
from tests.hazard import requirements as r

from anyuan.foundation.kernel.public import job_actor
from anyuan.foundation.org.public import Unit
from anyuan.rules.compliance.actions.adding import add_up
from anyuan.rules.compliance.actions.ended import count_ended
from anyuan.rules.compliance.public import State, Verdict
from anyuan.rules.ledger.public import NewSubject, add_subject
from anyuan.rules.policy.public import Requirement

JOB = job_actor("test")


def keep_counts(*units: Unit) -> None:
    """What the derivation keeps beside the verdicts: which of them lead, and the counts of those."""
    keys = [u.pk for u in units]
    _lead(Verdict.everything.filter(unit__in=keys))
    add_up(keys)
    count_ended(keys)


WORST = ("unmet", "late", "unknown", "due", "made-up", "met", "excused", "not-applicable")


def _lead(rows: Any) -> None:
    groups: dict[tuple[object, str, str], list[Verdict]] = {}
    for row in rows:
        groups.setdefault((row.unit_id, row.key, row.period), []).append(row)
    firsts = [min(g, key=lambda v: (WORST.index(v.state), v.subject_code)).pk for g in groups.values()]
    rows.update(leads=False)
    rows.filter(pk__in=firsts).update(leads=True)


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
    by_class = [r.requirement("c0", area="fire", domain="fire"), r.duty("c1")]
    for school in schools:
        classes = [add_subject(JOB, school, NewSubject("class", f"{n}", f"{n}班")) for n in range(1, 4)]
        for one in classes:
            r.verdict(by_class[0], school, rng.choice(State.values), subject=one.code, subject_id=one.pk)
            for month in (2, 3):
                r.verdict(
                    by_class[1], school, rng.choice(["met", "unmet", "made-up", "excused"]),
                    period=f"2026-{month:02d}", starts=date(2026, month, 1), standing=month == 3,
                    subject=one.code, subject_id=one.pk,
                )  # fmt: skip
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
