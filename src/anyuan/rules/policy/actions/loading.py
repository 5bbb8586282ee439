"""Loading packs: versions are added, never changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from anyuan.foundation.journal.public import Act, action
from anyuan.foundation.kernel.public import Actor, Conflict, Invalid, clock, job_actor

from ..catalogue import COMMON
from ..loaded import newest, parts_of, rules_of
from ..models import Activation, CheckItem, Checklist, Clause, Pack, Requirement
from ..permits import POLICY_MANAGE
from ..reading import PackProblem, read_packs
from ..schema import ChecklistPart, ItemPart, PackFile, RequirementPart


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
    parts = [source.parts for source in fresh if source.parts]
    _fits(parts)
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
    Requirement.objects.bulk_create(
        _requirement(pack, part, number, clauses) for number, part in enumerate(parts.requirements, start=1)
    )
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


def _requirement(pack: Pack, part: RequirementPart, number: int, clauses: dict[str, Clause]) -> Requirement:
    return Requirement(
        pack=pack,
        clause=clauses[part.clause],
        code=part.id,
        key=f"{pack.code}/{part.id}",
        title=part.title,
        title_en=part.title_en,
        kind=part.kind,
        area=part.area.value,
        domain=part.domain.value,
        post=part.post or "",
        rows=list(part.source),
        per=part.per or "",
        order=number,
        spec=part.model_dump(mode="json", by_alias=True, exclude_none=True),
    )


def _fits(fresh: Sequence[PackFile]) -> None:
    """What is in force must still run beside the new versions. Raises :class:`Conflict`."""
    known = newest()
    loaded = parts_of(known.values())
    before = {f.key: (f.type, f.per) for parts in loaded.values() for f in parts.facts}
    for parts in fresh:
        for fact in parts.facts:
            if before.get(fact.key, (fact.type, fact.per)) != (fact.type, fact.per):
                raise Conflict(
                    _("The fact “%(fact)s” had another type or subject before. Give the new one a new key.")
                    % {"fact": fact.key}
                )
    common = next((p for p in fresh if p.pack.id == COMMON), None)
    if common is not None:
        running = Activation.everything.filter(ends=None, off=False).values_list("pack", flat=True)
        for parts in parts_of(set(running)).values():
            rules_of(parts, common)
