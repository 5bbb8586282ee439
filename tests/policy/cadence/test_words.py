"""Which cadences make no sense, and periods in words."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import translation

from anyuan.rules.policy.cadence import Cadence, never_occurs, period_label, periods, why_text

from .school import SCHOOL


@pytest.mark.parametrize(
    ("cadence", "words"),
    [
        (Cadence("fortnight"), "fortnight"),  # type: ignore[arg-type]
        (Cadence("nth-weekday"), "weekday"),
        (Cadence("nth-weekday", weekday="wen"), "weekday"),  # type: ignore[arg-type]
        (Cadence("nth-weekday", weekday="wed", nth=0), "1 to 4"),
        (Cadence("nth-weekday", weekday="wed", nth=5), "1 to 4"),
        (Cadence("nth-weekday", weekday="sat", shift="none"), "weekend"),
        (Cadence("nth-weekday", weekday="wed", window="week"), "day, month"),
        (Cadence("hours"), "1 to 24"),
        (Cadence("hours", hours=25), "1 to 24"),
        (Cadence("before-holiday", days=0), "1 to 100"),
        (Cadence("before-holiday", days=101), "1 to 100"),
        (Cadence("after-opening", days=0), "1 to 100"),
        (Cadence("month", weekday="wed"), "weekday"),
        (Cadence("week", days=2), "days"),
        (Cadence("quarter", on="last-school-day"), "on"),
        (Cadence("week", window="week"), "last-school-day"),
        (Cadence("week", on="last-school-day", window="month"), "day, week"),
    ],
)
def test_what_never_occurs_is_refused(cadence: Cadence, words: str) -> None:
    with translation.override("en"):
        assert words in (never_occurs(cadence) or "")
    with translation.override("en"), pytest.raises(ValueError, match=words):
        periods(SCHOOL, cadence, date(2026, 3, 1), date(2026, 3, 31))


@pytest.mark.parametrize(
    "cadence",
    [
        Cadence("nth-weekday", weekday="wed", nth=4),
        Cadence("nth-weekday", weekday="sat"),
        Cadence("nth-weekday", weekday="sun", shift="none", vacation="keep"),
        Cadence("nth-weekday", weekday="wed", window="month"),
        Cadence("hours", hours=1),
        Cadence("hours", hours=24),
        Cadence("before-holiday", days=100, holidays="vacations"),
        Cadence("after-opening", days=1),
        Cadence("month", on="last-school-day", window="month", vacation="keep"),
        Cadence("week", on="last-school-day", window="week"),
        Cadence("semester"),
    ],
)
def test_what_makes_sense_occurs(cadence: Cadence) -> None:
    assert never_occurs(cadence) is None
    assert any(not p.excused for p in periods(SCHOOL, cadence, date(2025, 9, 1), date(2026, 7, 10)))


@pytest.mark.parametrize(
    ("key", "chinese", "english"),
    [
        ("2026-11-22", "2026-11-22", "2026-11-22"),
        ("2026-11-22T19:00", "2026-11-22 19:00", "2026-11-22 19:00"),
        ("2026-W07", "2026年第7周", "week 7 of 2026"),
        ("2026-11", "2026年11月", "2026-11"),
        ("2026-Q4", "2026年第4季度", "quarter 4 of 2026"),
        ("2026-27", "2026—2027学年", "school year 2026–2027"),
        ("2026-27/1", "2026—2027学年第一学期", "first semester 2026–2027"),
        ("2026-27/2", "2026—2027学年第二学期", "second semester 2026–2027"),
        ("2026-27/2.2", "2026—2027学年第二学期", "second semester 2026–2027"),
        ("2026", "2026年", "year 2026"),
        ("holiday:2026-10-01", "2026-10-01 放假前", "before the days off from 2026-10-01"),
        ("opening:2026-09-01", "2026-09-01 开学后", "from the opening on 2026-09-01"),
        ("opening:2027-28/1", "2027—2028学年第一学期", "first semester 2027–2028"),
        ("gap:2028-01-01", "自 2028-01-01 起", "from 2028-01-01"),
    ],
)
def test_periods_in_words(key: str, chinese: str, english: str) -> None:
    with translation.override("zh-hans"):
        assert period_label(key) == chinese
    with translation.override("en"):
        assert period_label(key) == english


@pytest.mark.parametrize(
    ("why", "chinese", "english"),
    [
        ("list:2028", "2028年的节假日与调休安排", "2028"),
        ("term:2027-28/1", "2027—2028学年第一学期", "first semester 2027–2028"),
        ("vacation", "寒暑假", "vacation"),
        ("holiday", "节假日", "holiday"),
        ("no-school-day", "无教学日", "no school day"),
        ("", "", ""),
    ],
)
def test_why_in_words(why: str, chinese: str, english: str) -> None:
    with translation.override("zh-hans"):
        assert chinese in why_text(why)
    with translation.override("en"):
        assert english in why_text(why)
