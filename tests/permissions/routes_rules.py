"""Lines of documents and ledgers. A document is nobody's secret; what it applies to has its managers."""

from __future__ import annotations

from typing import Any

from tests.permissions.table import Route

from anyuan.foundation.kernel.public import clock, job_actor
from anyuan.rules.ledger.public import SNAP, Record, record
from anyuan.rules.ledger.voiding import ask_void
from anyuan.rules.policy.public import Pack, Requirement, activate, load_packs, override_param

NOTHING = frozenset({404})
RISK = "guyuan-2018-risk-control"


def _pack(w: Any) -> Pack:
    load_packs()
    found = Pack.objects.order_by("code").first()
    assert found is not None
    return found


def _risk(w: Any) -> Pack:
    """A document with values, in force in the city."""
    load_packs()
    found = Pack.objects.get(code=RISK)
    activate(job_actor("test"), found, w.city, clock.today())
    return found


def _asked_entry(w: Any) -> Record:
    row: Record = w.ledger_entry
    ask_void(w.actor("safety_officer"), row, "重复登记")
    return row


SCENES = {
    "pack": _pack,
    "risk": _risk,
    "value": lambda w: override_param(
        w.actor("county_officer"), w.risk.code, "guard_step", w.county, 300, clock.today(), "县决定"
    ),
    "requirement": lambda w: Requirement.objects.filter(pack=w.risk).first(),
    "activation": lambda w: activate(job_actor("test"), w.pack, w.city, clock.today()),
    "ledger_entry": lambda w: record(
        w.actor("safety_officer"), register=SNAP, unit=w.school, data={"text": "灯不亮"}
    ),
    "asked_entry": _asked_entry,
}


def pack(w: Any) -> dict[str, Any]:
    return {"pk": w.pack.pk}


ROUTES = [
    Route("policy:documents", right="teacher"),
    Route("policy:document", args=pack, right="teacher", outside=frozenset({200})),
    Route(
        "policy:activate",
        "POST",
        args=pack,
        data=lambda w: {"unit": w.city.pk, "starts": clock.today(), "basis": "市里决定继续执行"},
        right="city_officer",
        wrong="county_officer",
        outside=frozenset({403}),
    ),
    Route(
        "policy:end",
        "POST",
        args=lambda w: {"pk": w.pack.pk, "activation": w.activation.pk},
        right="city_officer",
        wrong="county_officer",
        outside=frozenset({403}),
    ),
    Route(
        "policy:param",
        args=lambda w: {"pk": w.risk.pk, "name": "guard_step"},
        right="county_officer",
        wrong="principal",
        outside=frozenset({200}),
    ),
    Route(
        "policy:param",
        "POST",
        args=lambda w: {"pk": w.risk.pk, "name": "guard_step"},
        data=lambda w: {"unit": w.county.pk, "value": 300, "starts": clock.today(), "basis": "县决定"},
        right="county_officer",
        wrong="principal",
        outside=frozenset({422}),
    ),
    Route(
        "policy:end-param",
        "POST",
        args=lambda w: {"pk": w.risk.pk, "name": "guard_step", "override": w.value.pk},
        right="county_officer",
        wrong="principal",
    ),
    Route("ledger:list", right="safety_officer"),
    Route(
        "ledger:record", args=lambda w: {"pk": w.ledger_entry.pk}, right="principal", wrong="second_teacher"
    ),
    Route(
        "ledger:decide",
        "POST",
        args=lambda w: {"pk": w.ledger_entry.pk},
        data=lambda w: {"move": "void", "reason": "重复登记"},
        right="principal",
        wrong="logistics",
    ),
    Route(
        "ledger:decide",
        "POST",
        args=lambda w: {"pk": w.asked_entry.pk},
        data=lambda w: {"move": "keep", "reason": "确有其事"},
        right="principal",
        wrong="logistics",
    ),
    Route(
        "ledger:ask-void",
        "POST",
        args=lambda w: {"pk": w.ledger_entry.pk},
        data=lambda w: {"reason": "重复登记"},
        right="safety_officer",
        wrong="county_leader",
    ),
    Route("ledger:rounds", args=lambda w: {"unit_id": w.school.pk}, right="principal", wrong="teacher"),
    *(
        Route("api-nothing", method, public=True, ok=NOTHING)
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE")
    ),
]
