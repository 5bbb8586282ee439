"""Lines of documents and ledgers. A document is nobody's secret; what it applies to has its managers."""

from __future__ import annotations

from typing import Any

from tests.permissions.table import Route

from anyuan.foundation.kernel.public import clock, job_actor
from anyuan.rules.ledger.public import SNAP, record
from anyuan.rules.policy.public import Pack, activate, load_packs

NOTHING = frozenset({404})


def _pack(w: Any) -> Pack:
    load_packs()
    found = Pack.objects.order_by("code").first()
    assert found is not None
    return found


SCENES = {
    "pack": _pack,
    "activation": lambda w: activate(job_actor("test"), w.pack, w.city, clock.today()),
    "ledger_entry": lambda w: record(
        w.actor("safety_officer"), register=SNAP, unit=w.school, data={"text": "灯不亮"}
    ),
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
        data=lambda w: {"unit": w.city.pk, "starts": clock.today()},
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
    Route("ledger:rounds", args=lambda w: {"unit_id": w.school.pk}, right="principal", wrong="teacher"),
    *(
        Route("api-nothing", method, public=True, ok=NOTHING)
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE")
    ),
]
