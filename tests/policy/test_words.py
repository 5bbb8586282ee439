"""Formulas in words: names instead of keys, a region's values instead of params, nothing that is decided."""

from __future__ import annotations

import pytest
from django.utils import translation

from anyuan.rules.policy.cadence import Cadence
from anyuan.rules.policy.catalogue import Catalogue, value_of
from anyuan.rules.policy.expressions import Value
from anyuan.rules.policy.public import pack_root, parse, parts_in
from anyuan.rules.policy.words import Wording, cadence_words


def wording(**params: Value) -> tuple[Wording, Catalogue]:
    pack, common = (parts_in(pack_root() / c)[0] for c in ("guyuan-2018-risk-control", "common"))
    assert pack is not None
    assert common is not None
    catalogue = Catalogue.of(pack, common)
    values = {p.key: value_of(p.type, p.default) for p in pack.params} | params
    return Wording(catalogue, values), catalogue


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("pupils + staff >= 100", "Pupils + Staff ≥ 100"),
        ("(pupils + staff) * 2", "(Pupils + Staff) × 2"),
        ("pupils - (staff - 1)", "Pupils − (Staff − 1)"),
        ("boarding and pupils < 5 or is_school", "(Has boarders and Pupils < 5) or School or kindergarten"),
        (
            "unit_type in ('primary', 'junior')",
            "Type of unit is one of “Primary school”, “Junior middle school”",
        ),
        ("not boarding", "not Has boarders"),
        ("pupils is null", "Pupils is unknown"),
        ("pupils between 1 and 5", "Pupils is between 1 and 5"),
        ("case when boarding then 2 else 0 end", "if Has boarders: 2; otherwise 0"),
        ("coalesce(doctors, 0)", "the first known of (School doctors and medical staff, 0)"),
        ("floor(pupils / param('guard_step'))", "(Pupils ÷ 500) rounded down"),
        # what the values decide is not said
        ("case when param('guard_basis') = 'pupils' then pupils else headcount end", "Pupils"),
        ("case when param('guard_step') > 500 then 1 when boarding then 2 end", "if Has boarders: 2"),
        ("boarding and param('guard_rounding') = 'floor'", "Has boarders"),
        ("boarding or param('guard_rounding') = 'floor'", "yes"),
        ("boarding and not param('guard_rounding') = 'floor'", "no"),
    ],
)
def test_a_formula_in_words(text: str, said: str) -> None:
    with translation.override("en"):
        words, catalogue = wording()
        assert words.formula(parse(text, catalogue.env())) == said


def test_a_region_reads_its_own_values() -> None:
    text = "case when param('guard_basis') = 'pupils' then pupils else headcount end / param('guard_step')"
    with translation.override("zh-hans"):
        words, catalogue = wording(guard_basis="headcount", guard_step=300.0)
        assert words.formula(parse(text, catalogue.env())) == "师生员工总数 ÷ 300"


def test_a_condition_names_fields_and_choices() -> None:
    text = "kind in ('evacuation', 'rescue') and evidence >= 1 and hour < 6"
    with translation.override("zh-hans"):
        words, catalogue = wording()
        env = catalogue.record_env("drill")
        assert env is not None
        said = words.condition(parse(text, env), "drill")
    assert said == "演练类别 为 “应急疏散”、“应急避险和救援” 之一 且 照片数 ≥ 1 且 时刻 < 6"


@pytest.mark.parametrize(
    ("cadence", "said"),
    [
        (Cadence("school-day"), "every school day"),
        (Cadence("week", on="last-school-day"), "every week, on its last school day"),
        (Cadence("month", vacation="keep"), "every month, also in vacations"),
        (Cadence("before-holiday", days=3), "in the 3 days before each holiday"),
        (Cadence("before-holiday", holidays="vacations"), "on the last school day before each vacation"),
        (Cadence("after-opening", days=14), "within 14 days after school opens"),
        (
            Cadence("nth-weekday", weekday="wed"),
            "on Wednesday number 1 of the month, else on the next school day",
        ),
        (
            Cadence("nth-weekday", weekday="wed", rule="first-week", shift="none", window="month"),
            "on the Wednesday of week 1 that begins in the month, or any other day of that month",
        ),
        (Cadence("hours", hours=2), "every 2 hours"),
    ],
)
def test_a_cadence_in_words(cadence: Cadence, said: str) -> None:
    with translation.override("en"):
        assert cadence_words(cadence) == said
