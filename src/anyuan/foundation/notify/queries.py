"""One's own notices, nobody else's."""

from __future__ import annotations

from uuid import UUID

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet
from django.utils.translation import gettext as _

from anyuan.foundation.kernel.public import Actor, NotFound, Page, paginate

from .models import Notice


def notices_of(actor: Actor) -> QuerySet[Notice]:
    """The notices told to ``actor``; none for a program or a visitor."""
    if actor.person_id is None:
        return Notice.objects.none()
    return Notice.objects.filter(person_id=actor.person_id)


def notices_page(actor: Actor, cursor: str = "", *, unread_only: bool = False, size: int = 50) -> Page:
    """One page: unread first, then the newest."""
    rows = notices_of(actor)
    if unread_only:
        rows = rows.filter(read_at__isnull=True)
    is_read = ExpressionWrapper(Q(read_at__isnull=False), output_field=BooleanField())
    return paginate(rows.annotate(is_read=is_read), ["is_read", "-seq"], cursor, size)


def unread_count(actor: Actor) -> int:
    """How many notices wait; answered from the index of unread ones."""
    return notices_of(actor).filter(read_at__isnull=True).count()


def notice(actor: Actor, pk: UUID) -> Notice:
    """One notice of the actor's own. Raises :class:`NotFound`."""
    found = notices_of(actor).filter(pk=pk).first()
    if found is None:
        raise NotFound(_("There is no such notice."))
    return found
