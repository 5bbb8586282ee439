"""Filters of the desks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from django import template

register = template.Library()

V = TypeVar("V")
K = TypeVar("K")


@register.filter
def of(found: Mapping[K, V], key: K) -> V | None:
    """The value under ``key``, or None."""
    return found.get(key)
