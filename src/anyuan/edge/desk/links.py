"""Addresses of hazard lists: the rows behind a number."""

from __future__ import annotations

from uuid import UUID

from django.urls import reverse
from django.utils.http import urlencode


def hazard_list(unit: UUID | None = None, **query: str) -> str:
    """The hazard list under these filters (names of ``hazard.public.Filters``)."""
    values = {**({"unit": str(unit)} if unit else {}), **query}
    return f"{reverse('hazard:list')}?{urlencode(values)}"


def tab_links(unit: UUID) -> dict[str, str]:
    """The list of ``unit`` and everything below it, by tab."""
    return {tab: hazard_list(unit, tab=tab) for tab in ("open", "late", "major", "closed")}
