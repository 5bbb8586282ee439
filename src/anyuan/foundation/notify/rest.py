"""The caller's own notices over the API."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema

from anyuan.foundation.kernel.public import Listing
from anyuan.foundation.ui.public import actor_of_request

from .queries import notices_page

router = Router(tags=["notices"])


class NoticeOut(Schema):
    id: UUID
    text: str
    url: str
    level: str
    made_at: datetime
    read_at: datetime | None


@router.get("", response=Listing[NoticeOut], operation_id="list_notices")
def list_notices(request: HttpRequest, cursor: str = "", unread_only: bool = False) -> dict[str, object]:
    """Unread first, then the newest."""
    actor = actor_of_request(request)
    page = notices_page(actor, cursor, unread_only=unread_only)
    return {"items": page.rows, "next": page.next}
