"""What is drawn without Django's templates is what they draw; a stamped row is the row of a loop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.template import Context, Template, TemplateSyntaxError
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy

from anyuan.foundation.ui.forms import Renderer
from anyuan.foundation.ui.public import BaseForm

PLAIN = DjangoTemplates()
GROUPED = [("", "—"), ("Of <one>", [("a&b", "A & B"), ("c", "C")]), (3, gettext_lazy("Late"))]


class EveryWidget(BaseForm):
    words = forms.CharField(widget=forms.TextInput(attrs={"placeholder": '"quoted" <b>', "data-x": True}))
    number = forms.IntegerField(required=False)
    day = forms.DateField(required=False)
    ticked = forms.BooleanField(required=False)
    hidden = forms.CharField(widget=forms.HiddenInput)
    one = forms.ChoiceField(choices=GROUPED)
    many = forms.MultipleChoiceField(choices=GROUPED, required=False)
    known = forms.NullBooleanField()
    mail = forms.EmailField(disabled=True)


@pytest.mark.parametrize(
    "data",
    [
        None,
        {},
        {
            "words": "<script>'\"&",
            "number": "0",
            "day": "2026-11-22",
            "ticked": "on",
            "hidden": "h",
            "one": "3",
            "many": ["a&b", "c"],
            "known": "true",
        },
    ],
    ids=["unbound", "empty", "filled"],
)
def test_widgets_are_drawn_as_django_draws_them(data: dict[str, Any] | None) -> None:
    ours, theirs = EveryWidget(data, renderer=Renderer()), EveryWidget(data, renderer=PLAIN)
    for field, same in zip(ours, theirs, strict=True):
        assert str(field) == str(same)


@dataclass
class Row:
    title: str
    mark: SafeString
    number: int


ROWS = [Row("<b>&", mark_safe("<i>x</i>"), 1), Row("", mark_safe(""), 0), Row('"', mark_safe("&amp;"), -5)]
BODY = (
    '<tr{% if acts %} class="a"{% endif %}><td title="{{ row.title }}">{{ row.title }}</td>'
    "<td>{{ row.mark }}{{ row.number }}</td>{{ other }}</tr>"
)


def drawn(source: str, **values: object) -> str:
    return Template(source).render(Context(values))


@pytest.mark.parametrize("acts", [True, False])
@pytest.mark.parametrize("rows", [ROWS, ROWS[:1], []])
def test_a_stamped_row_is_the_row_of_a_loop(rows: list[Row], acts: bool) -> None:
    known: dict[str, object] = {"rows": rows, "acts": acts, "other": "&"}
    looped = drawn("{% for row in rows %}" + BODY + "{% endfor %}", **known)
    assert drawn("{% stamp rows as row %}" + BODY + "{% endstamp %}", **known) == looped


@pytest.mark.parametrize(
    "source", ["{% stamp rows %}{% endstamp %}", "{% stamp rows in row %}{% endstamp %}"]
)
def test_a_stamp_names_its_row(source: str) -> None:
    with pytest.raises(TemplateSyntaxError):
        Template(source)


def test_a_stamp_that_shows_no_value_is_a_mistake() -> None:
    with pytest.raises(TemplateSyntaxError):
        drawn("{% stamp rows as row %}<tr></tr>{% endstamp %}", rows=ROWS)
