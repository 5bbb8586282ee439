"""Keyset pages give the same rows as the whole list, ties included, and cost the same at any depth."""

from __future__ import annotations

import base64
import json
from datetime import timedelta

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.cast import NOW, World

from anyuan.foundation.kernel.models import OnceKey
from anyuan.foundation.kernel.paging import _after
from anyuan.foundation.kernel.public import Invalid, paginate
from anyuan.foundation.org.models import Place

pytestmark = pytest.mark.django_db

ORDERS = [
    ["key"],
    ["-key"],
    ["status", "key"],
    ["-status", "key"],
    ["-status", "-made_at", "-key"],
    ["made_at", "-status", "-key"],
    ["-made_at", "status", "key"],
]


@pytest.mark.parametrize("order", ORDERS, ids=" ".join)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.tuples(st.integers(-2, 2), st.integers(0, 2)), max_size=23),
    size=st.integers(1, 7),
    apart=st.booleans(),
)
def test_pages_together_are_the_list(
    order: list[str], rows: list[tuple[int, int]], size: int, apart: bool
) -> None:
    OnceKey.objects.all().delete()
    OnceKey.objects.bulk_create(
        OnceKey(key=f"k{n:02}", digest="", status=status, made_at=NOW + timedelta(microseconds=micros))
        for n, (status, micros) in enumerate(rows)
    )
    expected = list(OnceKey.objects.order_by(*order))
    whole = OnceKey.objects.all()
    listed = [whole.filter(status__gt=0), whole.filter(status__lte=0)] if apart else whole
    found: list[OnceKey] = []
    cursor = ""
    for number in range(len(rows) // size + 2):
        page = paginate(listed, order, cursor, size)
        assert page.rows == expected[number * size : (number + 1) * size]
        found += page.rows
        cursor = page.next
        if not cursor:
            break
    assert found == expected


def test_rows_added_and_removed_meanwhile_do_not_shift_the_next_page() -> None:
    def make(*keys: str) -> None:
        OnceKey.objects.bulk_create(OnceKey(key=k, digest="", status=1, made_at=NOW) for k in keys)

    make("b", "d", "f", "h")
    first = paginate(OnceKey.objects.all(), ["key"], size=2)
    make("a", "e")
    OnceKey.objects.filter(key="d").delete()
    second = paginate(OnceKey.objects.all(), ["key"], first.next, 2)
    assert [r.key for r in second.rows] == ["e", "f"]


def test_order_through_a_relation_and_in_dicts(world: World) -> None:
    order = ["unit__name", "-id"]
    rows = Place.everything.select_related("unit")
    whole = list(rows.order_by(*order))
    first = paginate(rows, order, size=3)
    assert first.rows + paginate(rows, order, first.next, 50).rows == whole
    dicts = Place.everything.values("id", "unit__name")
    first = paginate(dicts, order, size=3)
    assert first.rows + paginate(dicts, order, first.next, 50).rows == list(dicts.order_by(*order))


def cursor_of(*values: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "%%%",
        "é",
        cursor_of(),
        cursor_of("1", "2", "3"),
        cursor_of("not a number", "k"),
        cursor_of("1", "k\0"),
        base64.urlsafe_b64encode(b'{"a": 1}').decode(),
        base64.urlsafe_b64encode(b"[" * 3000).decode(),
        base64.urlsafe_b64encode(b"\xff\xfe").decode(),
    ],
)
def test_a_damaged_link_is_refused_in_words(cursor: str) -> None:
    with pytest.raises(Invalid):
        paginate(OnceKey.objects.all(), ["status", "key"], cursor)


@pytest.mark.parametrize("value", ["nonsense", "2026-13-45 00:00+00:00"])
def test_a_damaged_instant_is_refused(value: str) -> None:
    with pytest.raises(Invalid):
        paginate(OnceKey.objects.all(), ["made_at", "key"], cursor_of(value, "k"))


def test_a_deep_page_reads_no_more_rows_than_the_first() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into kernel_once (key, digest, answer, status, made_at)"
            " select 'k' || lpad(n::text, 6, '0'), '', '', n / 10, %s from generate_series(1, 20000) n",
            [NOW],
        )
        cursor.execute("set role anyuan_owner")
        cursor.execute("create index once_test on kernel_once (status, key)")
        cursor.execute("analyze kernel_once")
        cursor.execute("set role anyuan_app")
    rows = OnceKey.objects.all()
    order = ["status", "key"]
    deep = paginate(rows, order, cursor_of("1500", "k015004"), 50)
    assert deep.rows[0].key == "k015005"
    late = _after(rows, order, ["1500", "k015004"]).order_by(*order)[:51]
    plan = json.loads(late.explain(format="json", analyze=True))[0]["Plan"]
    assert removed(plan) <= 10


def removed(plan: dict[str, object]) -> int:
    below = plan.get("Plans", [])
    assert isinstance(below, list)
    own = plan.get("Rows Removed by Filter", 0)
    assert isinstance(own, int)
    return own + sum(removed(p) for p in below)
