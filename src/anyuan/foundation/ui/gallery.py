"""What the gallery shows: one of every component, with invented data."""

from __future__ import annotations

from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

from django import forms

from anyuan.foundation.kernel.public import Page

from .forms import BaseForm, Choices, Words


class Sample(BaseForm):
    """A form with one field of every kind."""

    title = forms.CharField(label="标题", max_length=60, help_text="一句话说清楚")
    grade = forms.ChoiceField(
        label="隐患等级", choices=[("general", "一般"), ("major", "重大")], widget=Choices()
    )
    domain = forms.ChoiceField(label="领域", choices=[("fire", "消防"), ("food", "食品")])
    due = forms.DateField(label="整改期限")
    text = forms.CharField(label="说明", widget=Words(), required=False)
    sure = forms.BooleanField(label="已在现场核实", required=False)


def samples(now: datetime, hour: timedelta) -> dict[str, Any]:
    """Context of the gallery, as of ``now``."""
    steps = [
        SimpleNamespace(label="上报", state="done", at=now - 30 * hour),
        SimpleNamespace(label="整改", state="now", at=now - 6 * hour),
        SimpleNamespace(label="验收", state="todo", at=None),
        SimpleNamespace(label="销号", state="todo", at=None),
    ]
    entries = [
        SimpleNamespace(occurred_at=now - 30 * hour, actor_name="陈老师（班主任）", sentence="上报了隐患"),
        SimpleNamespace(
            occurred_at=now - 6 * hour, actor_name="周海（安全办主任）", sentence="指派给后勤主任整改"
        ),
    ]
    return {
        "steps": steps,
        "page": Page([], "next"),
        "entries": entries,
        "late_at": now - 50 * hour,
        "soon_at": now + 5 * hour,
        "far_at": now + 90 * hour,
        "rows": [
            SimpleNamespace(
                id=i, title=f"实验楼{i}层疏散指示灯不亮", place=f"实验楼{i}层", due=now + i * hour
            )
            for i in range(1, 6)
        ],
    }
