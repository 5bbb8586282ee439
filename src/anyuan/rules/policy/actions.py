"""Loading packs and switching them on: versions are added, never changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.utils.translation import gettext as _

from anyuan.foundation.journal.public import Act, action
from anyuan.foundation.kernel.public import Actor, Conflict, Invalid, clock, job_actor
from anyuan.foundation.org.public import Unit

from .models import Activation, CheckItem, Checklist, Clause, Pack
from .permits import POLICY_MANAGE
from .reading import PackProblem, read_packs
from .schema import ChecklistPart, ItemPart, PackFile


@dataclass(frozen=True, slots=True)
class LoadReport:
    """Pack codes by what happened to them."""

    loaded: tuple[str, ...]
    unchanged: tuple[str, ...]


def check_packs(paths: Sequence[Path] = ()) -> list[PackProblem]:
    """Every problem of the packs in ``paths`` (pack folders or folders of packs; default: the root).

    Touches no database.
    """
    return [problem for source in read_packs(paths) for problem in source.problems]


def load_packs(actor: Actor | None = None, paths: Sequence[Path] = ()) -> LoadReport:
    """Load every pack version that is not in the database yet; loading again changes nothing.

    Raises :class:`Invalid` with all problems when a pack is wrong, :class:`Conflict` when a version
    that was already loaded has other content now; nothing is loaded then.
    """
    actor = actor or job_actor(_("System (policy packs)"))
    actor.require(POLICY_MANAGE, "/")
    sources = read_packs(paths)
    problems = [str(p) for s in sources for p in s.problems]
    if problems:
        raise Invalid(_("The packs cannot be loaded:") + "\n" + "\n".join(problems))
    known = dict(Pack.objects.values_list("digest", "code"))
    fresh = [s for s in sources if s.digest not in known]
    loaded: list[str] = []
    if fresh:
        with action(actor, "policy.load") as act:
            loaded = [_load(act, source.parts, source.digest) for source in fresh if source.parts]
    return LoadReport(tuple(loaded), tuple(known[s.digest] for s in sources if s.digest in known))


def _load(act: Act, parts: PackFile, digest: str) -> str:
    head = parts.pack
    if Pack.objects.filter(code=head.id, version=head.version).exists():
        raise Conflict(
            _("Version %(version)s of %(pack)s was loaded with other content. Raise its version number.")
            % {"version": head.version, "pack": head.id}
        )
    pack = Pack.objects.create(
        code=head.id,
        digest=digest,
        content=parts.model_dump(mode="json", by_alias=True),
        loaded_at=clock.now(),
        **head.model_dump(exclude={"id", "parents"}),
    )
    clauses = {
        c.label: Clause(pack=pack, order=n, **c.model_dump()) for n, c in enumerate(parts.clauses, start=1)
    }
    Clause.objects.bulk_create(clauses.values())
    for number, part in enumerate(parts.checklists, start=1):
        _load_checklist(pack, part, number, clauses)
    act.entry(
        _("loaded “%(title)s”, version %(version)s") % {"title": pack.title, "version": pack.version},
        path="/",
        on=pack,
        after={"code": pack.code, "version": pack.version, "digest": digest},
    )
    return pack.code


def _load_checklist(pack: Pack, part: ChecklistPart, number: int, clauses: dict[str, Clause]) -> None:
    checklist = Checklist.objects.create(
        pack=pack,
        clause=clauses[part.clause],
        code=part.id,
        title=part.title,
        domain=part.domain.value,
        by=list(part.by),
        applies=part.applies.model_dump(mode="json"),
        order=number,
    )
    CheckItem.objects.bulk_create(_items(checklist, part, clauses))


def _items(checklist: Checklist, part: ChecklistPart, clauses: dict[str, Clause]) -> Iterable[CheckItem]:
    own = {"id", "clause", "domain", "by", "applies", "places"}
    for number, item in enumerate(part.items, start=1):
        yield CheckItem(
            checklist=checklist,
            clause=clauses[item.clause or part.clause],
            code=item.id,
            domain=(item.domain or part.domain).value,
            by=list(item.by or part.by),
            order=number,
            **_json(item, {"applies", "places"}),
            **item.model_dump(exclude=own),
        )


def _json(item: ItemPart, keys: set[str]) -> dict[str, object]:
    return item.model_dump(mode="json", include=keys)


def activate(actor: Actor, pack: Pack, unit: Unit, starts: date | None = None) -> Activation:
    """Let this version apply to ``unit`` and everything below it from ``starts`` (default today).

    The version that applied there until then ends on that day. The same version again changes nothing.
    Raises :class:`Invalid` when ``starts`` lies before the running version's start.
    """
    starts = starts or clock.today()
    actor.require(POLICY_MANAGE, unit.path)
    with action(actor, "policy.activate") as act:
        running = (
            Activation.everything.select_for_update().filter(code=pack.code, unit=unit, ends=None).first()
        )
        if running is not None and starts < running.starts:
            message = _("A version of this document already applies here from %(day)s. Choose a later day.")
            raise Invalid(message % {"day": running.starts})
        same = running is not None and running.pack_id == pack.pk
        if running is not None and not same:
            running.ends = starts
            running.save(update_fields=["ends"])
        if running is not None and same:
            made: Activation = running
        else:
            made = Activation(pack=pack, code=pack.code, unit=unit, starts=starts)
            made.save(force_insert=True)
        act.entry(
            _("put “%(title)s” (version %(version)s) into force for %(unit)s from %(day)s")
            % {"title": pack.title, "version": pack.version, "unit": unit.name, "day": made.starts},
            path=unit.path,
            on=made,
            before={"version": running.pack.version} if running and not same else None,
            after={"version": pack.version, "starts": made.starts},
        )
    return made


def deactivate(actor: Actor, activation: Activation, ends: date | None = None) -> Activation:
    """End an activation; ``ends`` (default today) is the first day it no longer applies."""
    ends = ends or clock.today()
    with action(actor, "policy.deactivate") as act:
        rows = Activation.everything.select_for_update(of=("self",)).select_related("unit", "pack")
        row: Activation = rows.get(pk=activation.pk)
        actor.require(POLICY_MANAGE, row.unit.path)
        if ends < row.starts:
            raise Invalid(_("It cannot end before it starts, on %(day)s.") % {"day": row.starts})
        before, row.ends = row.ends, ends
        row.save(update_fields=["ends"])
        act.entry(
            _("ended “%(title)s” for %(unit)s on %(day)s")
            % {"title": row.pack.title, "unit": row.unit.name, "day": ends},
            path=row.unit.path,
            on=row,
            before={"ends": before},
            after={"ends": ends},
        )
    return row
