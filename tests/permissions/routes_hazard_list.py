"""Lines of the hazard list: tabs and filters, bulk acts, the grid to paste into, exports."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from tests.hazard import helpers as h
from tests.permissions.table import Route

from anyuan.foundation.kernel.public import clock
from anyuan.response.hazard.public import Export, Filters, Wanted, ask_export, write_export


def _export(w: Any) -> Export:
    """An export of the principal that is ready to be fetched."""
    h.registered(w.world)
    export = ask_export(w.actor("principal"), Wanted("ledger", Filters(tab="all"), "全部"), 1)
    write_export(export.pk)
    return export


def _rows(*names: str) -> Any:
    return lambda w: {"row": [f"{getattr(w, n).pk}:{getattr(w, n).version}" for n in names]}


def _ticked(act: str, scene: str) -> Any:
    return lambda w: {"act": act, "ids": [str(getattr(w, scene).pk)]}


def _pasted(w: Any) -> dict[str, Any]:
    table = "单位\t隐患部位\t隐患描述\t类别\n东屏县实验小学\t食堂\t灭火器失效\t消防"
    return {"pasted": table, "do": "register", "source": "self", "evidence_reason": "照片后补"}


def _preview(act: str, scene: str, right: str, wrong: str) -> Route:
    asked = _ticked(act, scene)
    return Route("hazard:bulk", data=asked, query=asked, right=right, wrong=wrong)


def _bulk(act: str, scene: str, right: str, wrong: str, **data: Any) -> Route:
    """The rows are sent by a form: who may not see them gets 404, although the address names only the act."""
    return Route(
        "hazard:bulk-perform",
        "POST",
        args=lambda w: {"name": act},
        data=lambda w: {**_rows(scene)(w), **{k: v(w) if callable(v) else v for k, v in data.items()}},
        right=right,
        wrong=wrong,
    )


def _word(w: Any) -> dict[str, Any]:
    """One hazard to take away."""
    return {"kind": "word", "of": w.list_registered.pk}


SCENES = {
    "list_registered": lambda w: h.registered(w.world),
    "list_assessed": lambda w: h.assessed(w.world),
    "list_rectifying": lambda w: h.rectifying(w.world),
    "list_submitted": lambda w: h.submitted(w.world),
    "list_export": _export,
}

ROUTES = [
    Route("hazard:list", right="safety_officer"),
    Route("hazard:units", right="safety_officer"),
    _preview("accept", "list_submitted", "principal", "logistics"),
    _preview("remind", "list_rectifying", "principal", "second_teacher"),
    _bulk("accept", "list_submitted", "principal", "logistics", text="合格"),
    _bulk(
        "assess",
        "list_registered",
        "safety_officer",
        "logistics",
        interim="拉警戒线",
        interim_until=lambda w: clock.today().isoformat(),
    ),
    Route(
        "hazard:bulk-result",
        args=lambda w: {"key": uuid4()},
        right="principal",
        outside=frozenset({303}),
    ),
    Route("hazard:paste", right="safety_officer", wrong="teacher"),
    Route("hazard:paste", "POST", data=_pasted, right="safety_officer", wrong="teacher"),
    Route("hazard:export", right="safety_officer", wrong="logistics"),
    Route("hazard:export", "POST", data=_word, right="city_officer", wrong="logistics"),
    Route(
        "hazard:export-progress",
        args=lambda w: {"pk": w.list_export.pk},
        right="principal",
        wrong="safety_officer",
    ),
    Route(
        "hazard:export-file",
        args=lambda w: {"pk": w.list_export.pk},
        right="principal",
        wrong="safety_officer",
    ),
]
