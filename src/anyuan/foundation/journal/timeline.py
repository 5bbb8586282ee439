"""The timeline of one thing, for whoever may see the thing."""

from __future__ import annotations

from uuid import UUID

from django.apps import apps
from django.utils.translation import gettext as _

from anyuan.foundation.kernel.public import Actor, ClosedManager, NotFound

from .models import Entry


def entries_about(actor: Actor, subject_kind: str, subject_id: UUID, *, limit: int = 200) -> list[Entry]:
    """The newest ``limit`` entries about one thing, oldest first, with their bodies.

    Whoever may see the thing may read its timeline, also by assignment alone; ``subject_kind`` is
    the model's label such as ``hazard.hazard``. Raises :class:`NotFound` otherwise.
    """
    manager = getattr(apps.get_model(subject_kind), "objects", None)
    if not isinstance(manager, ClosedManager):
        raise TypeError(f"{subject_kind} has no scope, so nobody can be shown its timeline")
    if not manager.visible_to(actor).filter(pk=subject_id).exists():
        raise NotFound(_("There is no such entry, or it is not yours to see."))
    about = Entry.everything.filter(subject_kind=subject_kind, subject_id=subject_id)
    return list(about.select_related("body").order_by("-id")[:limit])[::-1]
