"""Proposed hazards: made of unmet requirements, withdrawn when met again, accepted or dismissed by people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from anyuan.foundation.journal.public import Entry, action
from anyuan.foundation.kernel.public import (
    Actor,
    Conflict,
    Invalid,
    NotFound,
    Refused,
    clock,
    job_actor,
)
from anyuan.foundation.org.public import Unit
from anyuan.rules.compliance.public import Verdict

from .. import permits as p
from ..loop import inputs as i
from ..models import Hazard, Proposal, ProposalState
from ..states import OPEN, Source, State
from .causes import Cause, CauseKey, causes
from .runner import begin

CHANGE = "compliance.change"
"""The verb under which changed verdicts stand in the trail."""
_UNITS_AT_ONCE = 100


def propose_after(entries: Sequence[Entry]) -> None:
    """Follow the trail: look again at the units whose verdicts changed."""
    paths = {entry.unit_path for entry in entries if entry.verb == CHANGE}
    if paths:
        propose(list(Unit.everything.filter(path__in=paths).values_list("pk", flat=True)))


def propose_everywhere() -> int:
    """Every night: what became late enough meanwhile, what is closed and still unmet. Gives the new ones."""
    with_verdicts = Verdict.everything.order_by().values_list("unit", flat=True).distinct()
    waiting = Proposal.everything.filter(state=ProposalState.PROPOSED).values_list("unit", flat=True)
    units = sorted({*with_verdicts, *waiting})
    return sum(propose(units[n : n + _UNITS_AT_ONCE]) for n in range(0, len(units), _UNITS_AT_ONCE))


def propose(units: Sequence[UUID]) -> int:
    """Bring the proposals of ``units`` up to their verdicts; gives how many are new.

    Two at once propose nothing twice: the database keeps one open proposal per cause.
    """
    with transaction.atomic():
        known = causes(units)
        open_rows = _locked(units)
        changed = [*_withdrawn(open_rows, known), *_renewed(open_rows, known)]
        released = _released(units, known)
        fresh = [_proposal(cause) for cause in _missing(units, known, {_cause_key(r) for r in open_rows})]
        if changed or released or fresh:
            _save(changed, released, fresh)
    return len(fresh)


def _locked(units: Sequence[UUID]) -> list[Proposal]:
    rows = Proposal.everything.select_for_update(of=("self",)).select_related("unit")
    return list(rows.filter(unit__in=units, state=ProposalState.PROPOSED).order_by("id"))


def _cause_key(row: Proposal) -> CauseKey:
    return row.unit_id, row.key, row.subject_code


def _stands(known: dict[CauseKey, Cause], key: CauseKey) -> Cause | None:
    cause = known.get(key)
    return None if cause is None or cause.met else cause


def _withdrawn(rows: Iterable[Proposal], known: dict[CauseKey, Cause]) -> list[Proposal]:
    found = []
    for row in rows:
        if _stands(known, _cause_key(row)) is None:
            row.state, row.decided_at = ProposalState.WITHDRAWN, clock.now()
            found.append(row)
    return found


def _renewed(rows: Iterable[Proposal], known: dict[CauseKey, Cause]) -> list[Proposal]:
    """Open ones whose numbers, period or wording changed."""
    found = []
    for row in rows:
        cause = _stands(known, _cause_key(row))
        if cause is None:
            continue
        now = _words(cause)
        if any(getattr(row, name) != value for name, value in now.items()):
            for name, value in now.items():
                setattr(row, name, value)
            found.append(row)
    return found


def _released(units: Sequence[UUID], known: dict[CauseKey, Cause]) -> list[Proposal]:
    """Decided ones whose requirement was met since: they no longer stand in the way of a new one."""
    rows = Proposal.everything.filter(
        unit__in=units, state__in=[ProposalState.ACCEPTED, ProposalState.DISMISSED], met_at=None
    ).select_related("unit")
    found = [row for row in rows if (cause := known.get(_cause_key(row))) and cause.met]
    for row in found:
        row.met_at = clock.now()
    return found


def _missing(units: Sequence[UUID], known: dict[CauseKey, Cause], proposed: set[CauseKey]) -> list[Cause]:
    """Causes without an open proposal, an open hazard, or a decision that still holds.

    Documents that ask for the same name the same hazard: of these the one with the greatest gap is proposed.
    """
    groups: dict[tuple[UUID, str, str, str], list[Cause]] = {}
    for cause in known.values():
        if not cause.met:
            groups.setdefault(cause.hazard, []).append(cause)
    if not groups:
        return []
    held: set[CauseKey] = proposed | set(
        Hazard.everything.filter(unit__in=units, state__in=OPEN)
        .exclude(requirement_key="")
        .values_list("unit", "requirement_key", "subject_code")
    )
    decided: dict[CauseKey, list[Proposal]] = {}
    rows = Proposal.everything.filter(unit__in=units, met_at=None)
    rows = rows.filter(state__in=[ProposalState.ACCEPTED, ProposalState.DISMISSED]).select_related("hazard")
    for row in rows:
        decided.setdefault(_cause_key(row), []).append(row)

    def answered(cause: Cause) -> bool:
        return cause.key in held or any(_holds(row, cause) for row in decided.get(cause.key, []))

    return [
        max(group, key=lambda cause: cause.gap)
        for group in groups.values()
        if not any(answered(cause) for cause in group)
    ]


def _holds(row: Proposal, cause: Cause) -> bool:
    """Whether a decision still answers the cause, though the requirement was not met since.

    Dismissed, also as a hazard: until it was met. A hazard that was closed answers the period it was
    made for; a standard that is still unmet comes again.
    """
    if row.state == ProposalState.DISMISSED or row.hazard is None:
        return True
    if row.hazard.state == State.DISMISSED:
        return True
    return bool(row.period) and row.period == cause.verdict.period


def _words(cause: Cause) -> dict[str, object]:
    """What a proposal says of its cause, as it is now."""
    verdict = cause.verdict
    return {
        "verdict": verdict.pk,
        "period": verdict.period,
        "need": verdict.need,
        "have": verdict.have,
        "title": cause.title,
        "clause": cause.clause,
        "why": cause.why,
    }


def _proposal(cause: Cause) -> Proposal:
    verdict, unmet = cause.verdict, cause.unmet
    return Proposal(
        unit=verdict.unit,
        key=verdict.key,
        subject_code=verdict.subject_code,
        subject_name=cause.subject_name[:80],
        area=verdict.area,
        domain=unmet["category"],
        grave=unmet["grade"] == "major",
        days=unmet["days"],
        made_at=clock.now(),
        **_words(cause),
    )


_CHANGING = ("state", "decided_at", "verdict", "period", "need", "have", "title", "clause", "why")


def _save(changed: list[Proposal], released: list[Proposal], fresh: list[Proposal]) -> None:
    with action(job_actor(_("System (hazards proposed from requirements)")), "hazard.propose") as act:
        Proposal.everything.bulk_update(changed, _CHANGING, batch_size=500)
        Proposal.everything.bulk_update(released, ["met_at"], batch_size=500)
        Proposal.everything.bulk_create(fresh, batch_size=500, ignore_conflicts=True)
        units = {row.unit_id: row.unit for row in (*changed, *released, *fresh)}
        for unit in units.values():
            gone = [r for r in changed if r.unit_id == unit.pk and r.state == ProposalState.WITHDRAWN]
            made = [r for r in fresh if r.unit_id == unit.pk]
            act.entry(
                _said(len(made), len(gone)),
                on=unit,
                path=unit.path,
                after={"proposed": [_brief(r) for r in made], "withdrawn": [_brief(r) for r in gone]},
            )


def _said(made: int, gone: int) -> str:
    new = ngettext("proposed %(n)d hazard", "proposed %(n)d hazards", made) % {"n": made}
    old = ngettext("withdrew %(n)d", "withdrew %(n)d", gone) % {"n": gone}
    if made and gone:
        return f"{new}; {old}"
    return new if made else (old if gone else _("brought proposed hazards up to date"))


def _brief(row: Proposal) -> str:
    return " ".join(part for part in (row.key, row.subject_code, row.period) if part)


def accept_proposal(
    actor: Actor, proposal: Proposal, interim: str = "", interim_until: date | None = None
) -> Hazard:
    """Register the hazard it proposes: category, time and grade as the document says.

    With ``interim`` protection a general hazard is graded in the same act. Raises ``NotFound``,
    ``NotPermitted``, ``Conflict`` when somebody else was first, ``Refused`` when it is met meanwhile.
    """
    with action(actor, "hazard.accept-proposal") as act:
        row = _lock(actor, proposal)
        if _stands(causes([row.unit_id], [_cause_key(row)]), _cause_key(row)) is None:
            raise Refused(_("The requirement is met meanwhile: there is nothing to register."))
        try:
            with transaction.atomic():
                hazard = begin(actor, _registration(actor, row, interim.strip(), interim_until), i.Stamp())
        except IntegrityError as error:
            if "hazard_one_per_requirement" not in str(error):
                raise
            raise Conflict(_("There is an open hazard for this already.")) from error
        row.state, row.hazard = ProposalState.ACCEPTED, hazard
        _decided(actor, row)
        act.entry(
            _("made hazard %(number)s of the proposal “%(title)s”")
            % {"number": hazard.number, "title": row.title},
            on=row,
            path=row.unit.path,
            domain=row.domain,
            after={"state": row.state, "hazard": hazard.number},
        )
    return hazard


def _registration(actor: Actor, row: Proposal, interim: str, until: date | None) -> i.Registration:
    above = not any(g.unit_id == row.unit_id for g in actor.grants if p.REGISTER in g.verbs)
    grades = above or actor.may(p.ASSESS, row.unit.path, row.domain)
    return i.Registration(
        unit=row.unit,
        title=row.title,
        description=row.why,
        domain=row.domain,
        place_text=row.subject_name or _("Whole school"),
        source=Source.UNMET,
        source_record=row.verdict,
        clause_ref=row.clause,
        requirement_key=row.key,
        subject_code=row.subject_code,
        own_days=row.days,
        evidence_reason=_("Derived from facts and records; the verdict explains it."),
        interim=interim,
        interim_until=until,
        suspected=_("The document holds it to be major.") if row.grave else "",
        general=bool(interim and until and grades and not row.grave),
    )


def dismiss_proposal(actor: Actor, proposal: Proposal, reason: str) -> Proposal:
    """No hazard is made of it, for a reason; it is not proposed again until it was met in between.

    Raises ``Invalid`` without a reason, else as :func:`accept_proposal`.
    """
    if not reason.strip():
        raise Invalid(_("Give the reason."), {"reason": [_("Give the reason.")]})
    with action(actor, "hazard.dismiss-proposal") as act:
        row = _lock(actor, proposal)
        row.state, row.reason = ProposalState.DISMISSED, reason.strip()
        _decided(actor, row)
        act.entry(
            _("dismissed the proposal “%(title)s”") % {"title": row.title},
            on=row,
            path=row.unit.path,
            domain=row.domain,
            after={"state": row.state, "reason": row.reason},
        )
    return row


def _lock(actor: Actor, proposal: Proposal) -> Proposal:
    row: Proposal | None = (
        Proposal.everything.select_for_update(of=("self",))
        .select_related("unit")
        .filter(pk=proposal.pk)
        .first()
    )
    if row is None or not actor.may(p.VIEW, row.unit.path, row.domain):
        raise NotFound(_("There is nothing here, or it lies outside what you may see."))
    actor.require(p.REGISTER, row.unit.path, row.domain)
    if row.state != ProposalState.PROPOSED:
        raise Conflict(
            _("Somebody else was first: this proposal is “%(state)s”.")
            % {"state": ProposalState(row.state).label}
        )
    return row


def _decided(actor: Actor, row: Proposal) -> None:
    row.decided_at, row.decided_by_id, row.decided_name = clock.now(), actor.person_id, actor.label[:80]
    row.save()
