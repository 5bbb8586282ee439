"""Tags and filters every template may use without loading them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from django import template
from django.http import HttpRequest
from django.template.context import Context
from django.templatetags.static import static
from django.utils import translation
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from anyuan.foundation.kernel.public import clock, new_id

from ..stamp import stamp

register = template.Library()
register.tag(stamp)


@register.simple_tag
@lru_cache(maxsize=1000)
def icon(name: str, label: str = "", css: str = "") -> SafeString:
    """An icon of the sprite. Without ``label`` it is decoration and screen readers pass over it.

    Kept once made: a list asks for the same few icons hundreds of times.
    """
    href = f"{static('ui/icons.svg')}#{name}"
    said = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    return format_html('<svg class="icon {}" {}><use href="{}"></use></svg>', css, said, href)


@register.simple_tag(takes_context=True)
def once(context: Context) -> SafeString:
    """The hidden fields of a form for ``once_form``: the CSRF token and the form's own key.

    A form shown again after a refusal keeps its key: nothing was done under it.
    """
    request = context.get("request")
    key = request.POST.get("once", "") if isinstance(request, HttpRequest) else ""
    return format_html(
        '<input type="hidden" name="csrfmiddlewaretoken" value="{}">'
        '<input type="hidden" name="once" value="{}">',
        context.get("csrf_token", ""),
        key if _is_uuid(key) else new_id(),
    )


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


@register.filter
def day(value: datetime | date | None) -> str:
    """2026-11-21, in Shanghai."""
    if value is None:
        return ""
    return (clock.day_of(value) if isinstance(value, datetime) else value).isoformat()


@register.filter
def moment(value: datetime | None) -> str:
    """2026-11-21 14:30, in Shanghai."""
    return value.astimezone(clock.SHANGHAI).strftime("%Y-%m-%d %H:%M") if value else ""


@register.filter
def clock_time(value: datetime | None) -> str:
    """14:30, in Shanghai."""
    return value.astimezone(clock.SHANGHAI).strftime("%H:%M") if value else ""


@register.filter
def due_day(value: datetime | None) -> str:
    """The last day of a half-open deadline: what was stored as ``end_of(day)`` shows that day."""
    return day(value - timedelta(microseconds=1)) if value else ""


@register.simple_tag
def countdown(due_at: datetime | None, done_at: datetime | None = None) -> SafeString:
    """How long until a deadline, or how late: in words, with the moment on hover.

    With ``done_at`` it says how late the thing was done, or that it was in time.
    """
    if due_at is None:
        return SafeString("")
    left = due_at - (done_at or clock.now())
    if left <= timedelta(0):
        words, css = _("%(span)s late") % {"span": _span(-left)}, "late"
    elif done_at is not None:
        words, css = _("in time"), "text-secondary"
    else:
        words = _("%(span)s left") % {"span": _span(left)}
        css = "soon" if left < timedelta(days=1) else "text-secondary"
    return format_html(
        '<time class="countdown {}" datetime="{}" title="{}">{}</time>',
        css,
        due_at.isoformat(),
        moment(due_at),
        words,
    )


def _span(span: timedelta) -> str:
    """A length of time in its largest unit, as one says it."""
    minutes = max(int(span.total_seconds() // 60), 1)
    if minutes < 60:
        return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
    hours = minutes // 60
    if hours < 48:
        return ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}
    return ngettext("%(n)d day", "%(n)d days", hours // 24) % {"n": hours // 24}


_STATUS = {
    "done": ("status-done", "check"),
    "wait": ("status-wait", "hourglass"),
    "act": ("status-act", "arrow-right"),
    "late": ("status-late", "clock-exclamation"),
    "off": ("status-off", "ban"),
    "unknown": ("status-off", "help"),
}


@register.simple_tag
@lru_cache(maxsize=1000)
def status_badge(text: str, tone: str = "wait") -> SafeString:
    """A state in words. ``tone``: done, wait, act, late, off, unknown; never a risk colour.

    Tones differ by icon and weight, so the words carry the meaning in grey print too.
    """
    css, name = _STATUS[tone]
    return format_html('<span class="badge status {}">{} {}</span>', css, icon(name), text)


@register.simple_tag
def risk_badge(level: str) -> SafeString:
    """A risk level (red, orange, yellow, blue): the only place where these colours are used."""
    words = {
        "red": translation.pgettext("risk level", "Major risk"),
        "orange": translation.pgettext("risk level", "Higher risk"),
        "yellow": translation.pgettext("risk level", "General risk"),
        "blue": translation.pgettext("risk level", "Low risk"),
    }
    return format_html('<span class="badge risk risk-{}">{}</span>', level, words[level])


@register.simple_tag(takes_context=True)
def with_query(context: Context, **changes: Any) -> str:
    """This page's address with some query values changed; None or "" removes one."""
    request = context["request"]
    query = request.GET.copy()
    for name, value in changes.items():
        query.pop(name, None)
        if value not in (None, ""):
            query[name] = str(value)
    return f"?{urlencode(list(query.lists()), doseq=True)}" if query else request.path


@register.filter
def joined(parts: Iterable[object]) -> str:
    """Parts of a sentence side by side, with the mark the language puts between them."""
    return _(", ").join(str(part) for part in parts)


@register.filter
def many(number: int, limit: int = 10_000) -> str:
    """A number with thousands marks; above ``limit`` only "more than"."""
    if number > limit:
        return _("more than %(n)s") % {"n": f"{limit:,}"}
    return f"{number:,}"


@register.simple_tag
def other_language() -> tuple[str, str]:
    """Code and own name of the language that the switch leads to."""
    return ("en", "English") if (get_language() or "").startswith("zh") else ("zh-hans", "中文")
