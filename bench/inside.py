"""Facts of a data folder and the statements of each case: ``python -m bench.inside`` prints them as JSON."""

from __future__ import annotations

import json
import os
import sys
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anyuan.site.settings")

import django

django.setup()

from django.db import connection  # noqa: E402 - Django must be set up first
from django.db.models import Count  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from anyuan.foundation.access.public import User, actor_of, make_key  # noqa: E402
from anyuan.foundation.kernel.public import paginate  # noqa: E402
from anyuan.foundation.org.public import Unit, UnitKind  # noqa: E402
from anyuan.response.hazard.public import Hazard  # noqa: E402
from anyuan.rules.compliance.public import Verdict  # noqa: E402

from .cases import CASES, CITY, KEY, Case  # noqa: E402
from .city import login  # noqa: E402

REPEATS = 3


def facts() -> dict[str, str]:
    """What the paths of the cases name, and the API key."""
    officer = User.objects.get(login=login(CITY)).person
    city = Unit.everything.get(kind=UnitKind.CITY)
    school = Unit.everything.filter(kind=UnitKind.SCHOOL).order_by("label")[0]
    own = Hazard.everything.filter(unit=school, state="closed").order_by("id")[0]
    rows = Hazard.everything.all()
    waiting = rows.filter(Hazard.open())
    old = rows.order_by("id")[rows.count() // 4]
    late = waiting.order_by("due_at", "id")[waiting.count() * 3 // 4]
    deep = paginate(rows.filter(pk__lte=old.pk), ("-id",), size=1).next
    deep_open = paginate(waiting.filter(due_at__gte=late.due_at), ("due_at", "id"), size=1).next
    _key, token = make_key(actor_of(officer), city, "bench", CITY, 30)
    return {
        "own": str(own.pk),
        "number": own.number,
        "school": str(school.pk),
        "county": str(school.parent_id),
        "city": str(city.pk),
        "deep": deep,
        "deep_open": deep_open,
        "key": token,
        **_verdicts(school),
    }


def _verdicts(school: Unit) -> dict[str, str]:
    """A standard with a formula and a duty with records, in the fullest area of the school's county."""
    rows = Verdict.everything.filter(unit__parent=school.parent_id, standing=True)
    formula = rows.filter(key__endswith="/guards-minimum", state__in=("met", "unmet"))
    records = rows.filter(records__len__gt=0, period__gt="")
    fullest = rows.values_list("area").annotate(number=Count("pk")).order_by("-number")[0][0]
    return {
        "verdict": str(formula.order_by("unit_id")[0].pk),
        "duty": str((records if records.exists() else rows.filter(period__gt="")).order_by("pk")[0].pk),
        "area": str(fullest),
    }


def body(known: dict[str, str]) -> bytes:
    """A hazard as a program enters it."""
    return json.dumps(
        {
            "unit": known["school"],
            "title": "楼道应急照明不亮",
            "domain": "fire",
            "place_text": "教学楼二层",
            "description": "巡查时发现应急照明不亮",
            "evidence_reason": "由程序登记",
        },
        ensure_ascii=False,
    ).encode()


def statements(case: Case, known: dict[str, str]) -> dict[str, Any]:
    """Number and time of the statements of one request, its session's and account's included."""
    client = Client(SERVER_NAME="localhost")
    headers = {}
    if case.who == KEY:
        headers = {"Authorization": f"Bearer {known['key']}"}
    else:
        client.force_login(User.objects.get(login=login(case.who)))
    found: dict[str, Any] = {}
    for _again in range(REPEATS):
        with CaptureQueriesContext(connection) as asked:
            data = body(known) if case.method == "POST" else b""
            answer = client.generic(
                case.method, case.path.format(**known), data, "application/json", headers=headers
            )
        spent = sorted(((float(q["time"]) * 1000, q["sql"]) for q in asked), reverse=True)
        found = {
            "status": answer.status_code,
            "queries": sum(
                not q["sql"].startswith(("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")) for q in asked
            ),
            "database": round(sum(ms for ms, _sql in spent), 1),
            "slowest": [[round(ms, 1), sql] for ms, sql in spent[:3]],
        }
    return found


def main() -> None:
    known = facts()
    found = {f"{c.name}/{c.who}": statements(c, known) for c in CASES}
    json.dump({"facts": known, "body": body(known).decode(), "cases": found}, sys.stdout, ensure_ascii=False)


if __name__ == "__main__":
    main()
