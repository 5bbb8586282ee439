"""Reads for pages and the API: loaded documents, their outlines, where they apply."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import BooleanField, Count, ExpressionWrapper, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from anyuan.foundation.kernel.public import Actor, NotFound, NotPermitted, Page, clock, paginate
from anyuan.foundation.org import public as org
from anyuan.foundation.org.public import Unit

from .applying import activations_of, active_packs, prefixes
from .catalogue import COMMON
from .loaded import newest, newest_packs
from .models import Activation, CheckItem, Clause, Pack, ParamOverride, Requirement
from .permits import POLICY_VIEW
from .regions import ParamSetting, Reading, reading
from .showing import Shown, shown_rule, shown_rules

_UNNUMBERED = ExpressionWrapper(Q(document=""), BooleanField())
"""Documents that are not in the table of rows come last."""


def _need_view(actor: Actor) -> None:
    if not actor.may_somewhere(POLICY_VIEW):
        raise NotPermitted(_("Your role does not show policy documents."))


def packs(actor: Actor) -> QuerySet[Pack]:
    """Every loaded version, newest version of each document first; documents are not secret by region.

    ``common``, the catalogue of facts and registers, is no document.
    """
    _need_view(actor)
    return (
        Pack.objects.exclude(code=COMMON)
        .defer("content")
        .annotate(
            item_count=Count("checklists__items", distinct=True),
            requirement_count=Count("requirements", distinct=True),
        )
        .order_by(_UNNUMBERED, "document", "code", "-version")
    )


def latest_packs(actor: Actor) -> list[Pack]:
    """The newest version of each document."""
    newest: dict[str, Pack] = {}
    for pack in packs(actor):
        newest.setdefault(pack.code, pack)
    return list(newest.values())


def newest_documents(actor: Actor) -> list[Pack]:
    """The newest version of each document, without counts; inside ``reading_once`` asked for once."""
    _need_view(actor)
    found = (pack for pack in newest_packs() if pack.code != COMMON)
    return sorted(found, key=lambda pack: (not pack.document, pack.document, pack.code))


def pack_by_id(actor: Actor, pack_id: UUID) -> Pack:
    """One version. Raises :class:`NotFound`."""
    _need_view(actor)
    pack = Pack.objects.defer("content").filter(pk=pack_id).first()
    if pack is None:
        raise NotFound(_("There is no such document."))
    return pack


def versions(actor: Actor, pack_id: UUID) -> list[Pack]:
    """All versions of the document of which this is one, newest first. Raises :class:`NotFound`."""
    _need_view(actor)
    code = Pack.objects.filter(pk=pack_id).values("code")
    found = list(Pack.objects.defer("content").filter(code__in=code).order_by("-version"))
    if not found:
        raise NotFound(_("There is no such document."))
    return found


def viewpoint(actor: Actor, unit_id: UUID | None = None) -> Unit | None:
    """The unit at which the actor reads a document: the named one in his scope, else his topmost."""
    if unit_id is not None:
        return org.unit(actor, unit_id)
    return next(iter(org.tops(actor)), None)


def reading_of(actor: Actor, pack: Pack, unit: Unit | None) -> tuple[Reading, list[Shown]]:
    """The document as it reads at ``unit`` today, and its requirements in words with the values there."""
    _need_view(actor)
    here = reading(unit, pack, clock.today())
    return here, shown_rules(pack.pk, here.params, here.common)


def requirement_in_words(unit: Unit, requirement: Requirement, day: date) -> Shown | None:
    """A requirement as it reads at ``unit`` on ``day``, with the values there."""
    here = reading(unit, requirement.pack, day)
    return shown_rule(requirement.pack_id, requirement.key, here.params, here.common)


def setting(actor: Actor, pack: Pack, name: str) -> ParamSetting:
    """One param as it stands at the actor's topmost unit. Raises :class:`NotFound`."""
    _need_view(actor)
    here = reading(viewpoint(actor), pack, clock.today())
    found = next((s for s in here.settings if s.param.key == name), None)
    if found is None:
        raise NotFound(_("There is no such value in this document."))
    return found


def overrides_of(actor: Actor, pack: Pack, name: str) -> list[ParamOverride]:
    """The values regions in the actor's scope set for a param, newest first."""
    _need_view(actor)
    rows = ParamOverride.objects.visible_to(actor).filter(code=pack.code, name=name)
    return list(rows.select_related("unit").order_by("-starts", "unit__path"))


def requirements(actor: Actor) -> QuerySet[Requirement]:
    """Every requirement of every loaded version."""
    _need_view(actor)
    return Requirement.objects.select_related("pack", "clause").defer("pack__content")


def requirements_at(
    actor: Actor, unit: Unit | None, day: date, cursor: str, size: int, **filters: str
) -> Page:
    """Requirements by key: of the versions in force at ``unit``, else of the newest ones."""
    rows = requirements(actor)
    packs = newest().values() if unit is None else [p.pk for p in active_packs(unit, day)]
    wanted = {key: value for key, value in filters.items() if value}
    return paginate(
        rows.filter(pack__in=list(packs), **wanted), cursor=cursor, size=size, order=("key", "id")
    )


def requirement_by_id(actor: Actor, key: UUID) -> Requirement:
    """One requirement. Raises :class:`NotFound`."""
    found = requirements(actor).filter(pk=key).first()
    if found is None:
        raise NotFound(_("There is no such requirement."))
    return found


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


def activations(actor: Actor, pack: Pack) -> list[Activation]:
    """Where and when this version applies, as far as the actor sees: own regions and those above."""
    reach = ["/"] if actor.everywhere else [g.path for g in actor.grants_for(POLICY_VIEW)]
    return activations_of(pack, reach, {above for path in reach for above in prefixes(path)})
