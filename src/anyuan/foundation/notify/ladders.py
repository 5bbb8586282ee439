"""Ladders: who is told when nobody acts. The rungs are rows with an instant; the clock only wakes the scan.

After an outage every rung that was missed is fired, in order, each with its own journal entry; it is
never skipped and never fired twice, however many processes climb.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import F
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from anyuan.foundation.journal.public import Tell, action
from anyuan.foundation.kernel.public import Actor, clock, job_actor

from .models import Ladder

log = logging.getLogger(__name__)

RUNG_VERB = "notify.rung"


@dataclass(frozen=True, slots=True)
class Rung:
    """At the instant ``at`` (aware) ``tells`` go out. ``label`` says in the trail which reminder it was.

    ``repeat_days`` repeats it every so many days, before ``until`` (half-open; None: until the ladder
    is replaced or cleared).
    """

    at: datetime
    tells: Sequence[Tell]
    label: str
    repeat_days: int | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Step:
    """A stored rung: its tells as JSON values, and when it fires next (None: never again)."""

    label: str
    tells: list[dict[str, object]]
    repeat_days: int | None
    until: datetime | None
    next: datetime | None

    def fired(self) -> _Step:
        """The rung after it fired once."""
        assert self.next is not None
        following = self.next + timedelta(days=self.repeat_days) if self.repeat_days else None
        if following is not None and self.until is not None and following >= self.until:
            following = None
        return replace(self, next=following)


def set_ladder(
    subject_kind: str, subject_id: UUID, path: str, rungs: Sequence[Rung], *, domain: str = ""
) -> None:
    """Give the row its ladder, in place of the one it had. Call it inside the action that moves the row.

    ``subject_kind`` is a model label ("hazard.Hazard"), ``path`` and ``domain`` scope the journal
    entries. Rungs that already lie in the past fire at the next climb.
    """
    steps = [_step(rung) for rung in sorted(rungs, key=lambda r: r.at)]
    values = {
        "path": path,
        "domain": domain,
        "rungs": _dump(steps),
        "next_rung_at": _earliest(steps),
        "made_at": clock.now(),
    }
    kind = subject_kind.lower()
    with transaction.atomic():
        changed = Ladder.objects.filter(subject_kind=kind, subject_id=subject_id).update(
            **values, position=F("position") + 1
        )
        if not changed:
            Ladder.objects.create(subject_kind=kind, subject_id=subject_id, **values)


def clear_ladder(subject_kind: str, subject_id: UUID) -> None:
    """No more reminders about this row. Nothing happens when it has no ladder."""
    Ladder.objects.filter(subject_kind=subject_kind.lower(), subject_id=subject_id).delete()


def climb_due(now: datetime | None = None) -> int:
    """Fire every rung that is due at ``now`` (default: the clock's); give how many this call fired.

    A ladder that cannot be climbed is logged and tried again at the next call; the others go on.
    """
    now = now or clock.now()
    due = Ladder.objects.filter(next_rung_at__lte=now).order_by("next_rung_at", "pk")
    fired = 0
    for ladder in list(due):
        try:
            fired += _climb(ladder, now)
        except Exception:
            log.exception("the ladder of %s %s cannot be climbed", ladder.subject_kind, ladder.subject_id)
    return fired


def _climb(ladder: Ladder, now: datetime) -> int:
    """Claim the ladder and fire what is due, in one transaction; 0 when somebody else was first."""
    steps = _load(ladder.rungs)
    calls: list[tuple[int, datetime]] = []
    while (index := _next_due(steps, now)) is not None:
        moment = steps[index].next
        assert moment is not None
        calls.append((index, moment))
        steps[index] = steps[index].fired()
    with transaction.atomic():
        claimed = Ladder.objects.filter(pk=ladder.pk, position=ladder.position).update(
            position=F("position") + 1, rungs=_dump(steps), next_rung_at=_earliest(steps)
        )
        if not claimed or not calls:
            return 0
        _write(ladder, steps, calls)
    return len(calls)


def _write(ladder: Ladder, steps: Sequence[_Step], calls: Sequence[tuple[int, datetime]]) -> None:
    """One entry per call. Of a repeated rung that was missed, the last call speaks for all."""
    subject = apps.get_model(ladder.subject_kind)(pk=ladder.subject_id)
    moments: dict[int, list[datetime]] = {}
    for index, moment in calls:
        moments.setdefault(index, []).append(moment)
    with action(_actor(), RUNG_VERB) as act:
        for index, moment in calls:
            of_rung = moments[index]
            speaks = moment == of_rung[-1]
            act.entry(
                _("reminder: %(label)s") % {"label": steps[index].label},
                on=subject,
                path=ladder.path,
                domain=ladder.domain,
                occurred_at=moment,
                after={"due_at": moment},
                tell=_tells(steps[index], of_rung) if speaks else (),
            )


def _tells(step: _Step, moments: Sequence[datetime]) -> list[Tell]:
    tells = [Tell(**raw) for raw in step.tells]  # type: ignore[arg-type]
    if len(moments) == 1:
        return tells
    days = pgettext("between days", ", ").join(f"{clock.day_of(m):%m-%d}" for m in moments[:-1])
    note = _("%(text)s (not sent in time on %(days)s)")
    return [replace(t, text=note % {"text": t.text, "days": days}) for t in tells]


def _actor() -> Actor:
    with translation.override(settings.LANGUAGE_CODE):
        return job_actor(_("System (reminders)"))


def _step(rung: Rung) -> _Step:
    alive = rung.until is None or rung.at < rung.until
    return _Step(
        label=rung.label,
        tells=[asdict(tell) for tell in rung.tells],
        repeat_days=rung.repeat_days,
        until=rung.until,
        next=rung.at if alive else None,
    )


def _earliest(steps: Sequence[_Step]) -> datetime | None:
    return min((s.next for s in steps if s.next is not None), default=None)


def _next_due(steps: Sequence[_Step], now: datetime) -> int | None:
    """The rung to fire next: the earliest instant, among equals the lower rung."""
    due = [(s.next, i) for i, s in enumerate(steps) if s.next is not None and s.next <= now]
    return min(due)[1] if due else None


def _dump(steps: Sequence[_Step]) -> object:
    """JSON values; instants keep their microseconds, which Django's encoder would cut."""
    rows = [asdict(s) | {"until": _text(s.until), "next": _text(s.next)} for s in steps]
    return json.loads(json.dumps(rows, cls=DjangoJSONEncoder))


def _load(rows: list[dict[str, object]]) -> list[_Step]:
    return [
        _Step(**row | {"until": _instant(row["until"]), "next": _instant(row["next"])})  # type: ignore[arg-type]
        for row in rows
    ]


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _instant(value: object) -> datetime | None:
    return datetime.fromisoformat(value) if isinstance(value, str) else None
