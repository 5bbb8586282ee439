"""Reads for pages and the API: loaded documents, their outlines, where they apply."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Prefetch, QuerySet
from django.utils.translation import gettext as _

from anyuan.foundation.kernel.public import Actor, NotFound, NotPermitted

from .applying import activations_of, prefixes
from .models import Activation, CheckItem, Clause, Pack
from .permits import POLICY_VIEW


def _need_view(actor: Actor) -> None:
    if not actor.may_somewhere(POLICY_VIEW):
        raise NotPermitted(_("Your role does not show policy documents."))


def packs(actor: Actor) -> QuerySet[Pack]:
    """Every loaded version, newest version of each document first; documents are not secret by region.

    ``common``, the catalogue of facts and registers, is no document.
    """
    _need_view(actor)
    return (
        Pack.objects.exclude(document="")
        .defer("content")
        .annotate(item_count=Count("checklists__items"))
        .order_by("document", "code", "-version")
    )


def latest_packs(actor: Actor) -> list[Pack]:
    """The newest version of each document."""
    newest: dict[str, Pack] = {}
    for pack in packs(actor):
        newest.setdefault(pack.code, pack)
    return list(newest.values())


def pack_by_id(actor: Actor, pack_id: UUID) -> Pack:
    """One version. Raises :class:`NotFound`."""
    _need_view(actor)
    pack = Pack.objects.defer("content").filter(pk=pack_id).first()
    if pack is None:
        raise NotFound(_("There is no such document."))
    return pack


@dataclass(frozen=True, slots=True)
class OutlineEntry:
    clause: Clause
    items: tuple[CheckItem, ...]


def outline(actor: Actor, pack: Pack) -> list[OutlineEntry]:
    """The document's clauses in order, each with its check items."""
    _need_view(actor)
    items = Prefetch(
        "items", CheckItem.objects.select_related("checklist").order_by("checklist__order", "order")
    )
    return [OutlineEntry(c, tuple(c.items.all())) for c in pack.clauses.prefetch_related(items)]


def versions(actor: Actor, pack: Pack) -> list[Pack]:
    """All versions of the same document, newest first."""
    return [p for p in packs(actor) if p.code == pack.code]


def activations(actor: Actor, pack: Pack) -> list[Activation]:
    """Where and when this version applies, as far as the actor sees: own regions and those above."""
    below = list(Activation.objects.visible_to(actor).filter(pack=pack).select_related("unit"))
    known = {a.pk for a in below}
    paths = {p for g in actor.grants_for(POLICY_VIEW) for p in prefixes(g.path)}
    every = below + [a for a in activations_of(pack, paths) if a.pk not in known]
    return sorted(every, key=lambda a: (a.starts, a.unit.path))
