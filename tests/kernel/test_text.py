"""Bigrams: Chinese search without an extension."""

from __future__ import annotations

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from anyuan.foundation.kernel.public import bigrams


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ""),
        ("消防通道 A3", "消防 防通 通道 a3"),
        ("楼", "楼"),
        ("3号楼，东侧", "3 号楼 东侧"),
        ("Canteen食堂", "canteen 食堂"),
        ("!?、。", ""),
        ("消防消防", "消防 防消 消防"),
    ],
)
def test_words(text: str, words: str) -> None:
    assert bigrams(text) == words


@given(st.text(alphabet="消防通道楼ab12 ，", min_size=1, max_size=12), st.data())
def test_every_part_of_a_name_is_found_in_it(text: str, data: st.DataObject) -> None:
    """Words of a part (cut anywhere inside a run of Han characters) are words of the whole."""
    han = "".join(c for c in text if c in "消防通道楼")
    if len(han) < 2:
        return
    start = data.draw(st.integers(0, len(han) - 2))
    end = data.draw(st.integers(start + 2, len(han)))
    assert set(bigrams(han[start:end]).split()) <= set(bigrams(han).split())


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("asked", "found"), [("消防", True), ("通道堵", True), ("防火", False), ("a3", True)]
)
def test_postgresql_finds_them(asked: str, found: bool) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "select to_tsvector('simple', %s) @@ plainto_tsquery('simple', %s)",
            [bigrams("消防通道堵塞 A3"), bigrams(asked)],
        )
        assert cursor.fetchone() == (found,)
