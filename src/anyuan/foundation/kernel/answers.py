"""How lists leave by the API: items and the cursor of the next page."""

from __future__ import annotations

from typing import Generic, TypeVar

from pydantic import BaseModel, Field

T = TypeVar("T")


class Listing(BaseModel, Generic[T]):
    """One page. ``next`` is the ``cursor`` of the page after it, "" at the end."""

    items: list[T]
    next: str = Field("", description="Cursor of the next page; empty at the end.")
