"""Inputs and selects drawn without a template, letter for letter as Django's own templates draw them.

A template is included for every option and every set of attributes; a page with some filters spent more on
them than on anything else but its rows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

Widget = Mapping[str, Any]
"""What a widget tells its template about itself."""

_INPUTS = "checkbox color date datetime email hidden input number password search tel text time url"


def _attributes(attrs: Mapping[str, Any]) -> str:
    drawn = []
    for name, value in attrs.items():
        if value is True:
            drawn.append(f" {conditional_escape(name)}")
        elif value is not False:
            drawn.append(f' {conditional_escape(name)}="{conditional_escape(str(value))}"')
    return "".join(drawn)


def _input(widget: Widget) -> str:
    value = "" if widget["value"] is None else f' value="{conditional_escape(str(widget["value"]))}"'
    name = conditional_escape(widget["name"])
    return f'<input type="{widget["type"]}" name="{name}"{value}{_attributes(widget["attrs"])}>'


def _option(widget: Widget) -> str:
    value, label = conditional_escape(str(widget["value"])), conditional_escape(widget["label"])
    return f'<option value="{value}"{_attributes(widget["attrs"])}>{label}</option>'


def _select(widget: Widget) -> str:
    drawn = [f'<select name="{conditional_escape(widget["name"])}"{_attributes(widget["attrs"])}>']
    for group, options, _index in widget["optgroups"]:
        if group:
            drawn.append(f'\n  <optgroup label="{conditional_escape(group)}">')
        drawn += [f"\n  {_option(option)}\n" for option in options]
        if group:
            drawn.append("\n  </optgroup>")
    return "".join([*drawn, "\n</select>"])


_DRAWN: dict[str, Callable[[Widget], str]] = {
    "django/forms/widgets/select.html": _select,
    **{f"django/forms/widgets/{name}.html": _input for name in _INPUTS.split()},
}


def drawn(template: str, context: Mapping[str, Any]) -> SafeString | None:
    """The widget that ``template`` would draw with ``context``; None for a template not known here."""
    draw = _DRAWN.get(template)
    return mark_safe(draw(context["widget"])) if draw else None  # noqa: S308 - every part is escaped above
