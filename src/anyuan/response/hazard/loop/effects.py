"""What each move changes, once it is allowed: from the hazard as it was to a :class:`Change`. Pure."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from django.utils.translation import gettext as _

from anyuan.foundation.kernel.public import clock

from .. import deadlines
from ..models import Delegation, Extension, HandOver, Hazard, WatchNote
from ..states import AcceptBy, Grade, Level, State
from . import inputs as i
from . import who
from .change import Change
from .scene import Scene

Effect = Callable[[Hazard, i.Input, Scene], Change]


def _due(hazard: Hazard, grade: str, start: date, scene: Scene) -> dict[str, object]:
    pauses = deadlines.parse_pauses(hazard.pauses)
    due = deadlines.due(grade, start, scene.terms, scene.calendar, pauses, hazard.own_days)
    return {"first_due_at": due.due_at, "due_at": due.due_at, "due_provisional": due.provisional}


def _interim(text: str, until: date | None) -> dict[str, object]:
    if not text.strip() or until is None:
        return {}
    return {"interim": text.strip(), "interim_until": clock.end_of(until), "interim_alarmed_at": None}


def _as_general(hazard: Hazard, scene: Scene) -> dict[str, object]:
    return {
        "grade": Grade.GENERAL,
        "assessed_at": scene.at,
        "assessed_by_id": scene.signer_id,
        "reported_at": hazard.reported_at or scene.now,
        **_due(hazard, Grade.GENERAL, clock.day_of(hazard.found_at), scene),
    }


def assess(hazard: Hazard, data: i.Input, scene: Scene) -> Change:
    assert isinstance(data, i.Assess)
    fields = _as_general(hazard, scene)
    fields |= {"assess_reason": data.reason.strip(), **_interim(data.interim, data.interim_until)}
    return Change(_("assessed it as general"), fields, reason=data.reason, climbs=True)


def suspect(hazard: Hazard, data: i.Input, scene: Scene) -> Change:
    assert isinstance(data, i.Suspect)
    due = deadlines.judge_due(scene.day, scene.terms, scene.calendar)
    fields: dict[str, object] = {
        "suspected_at": scene.at,
        "suspected_by_id": scene.signer_id,
        "suspected_reason": data.reason.strip(),
        "judge_due_at": due.due_at,
        "reported_at": scene.now,
    }
    return Change(_("marked it as suspected major"), fields, reason=data.reason, climbs=True)


def judge(hazard: Hazard, data: i.Input, scene: Scene) -> Change:
    assert isinstance(data, i.Judge)
    body = who.judging_unit(hazard, scene)
    assert body is not None
    fields: dict[str, object] = {
        "judged_at": scene.at,
        "judged_by_id": scene.signer_id,
        "judging_unit_id": body.pk,
        "judge_basis": data.basis.strip(),
        "judge_item": data.item.strip(),
        "judge_due_at": None,
        "reported_at": scene.now,
    }
    change = (_judged_major if data.major else _judged_general)(hazard, data, scene, fields)
    row = scene.extension
    if row is not None and "due_at" in change.fields:  # asked for on top of a deadline that is no more
        row.granted, row.answer = False, _("superseded by the judgement, which sets a new deadline")
        row.decided_at, row.decided_by_id, row.decided_name = scene.now, scene.signer_id, scene.signer_name
        change.rows.append(row)
        change.sentence = _("%(judged)s; the open request for more time is superseded") % {
            "judged": change.sentence
        }
    return change


def _judged_major(hazard: Hazard, data: i.Judge, scene: Scene, fields: dict[str, object]) -> Change:
    listing = scene.node(who.LEVEL_KINDS[Level(data.level)])
    assert listing is not None
    assert data.supervisor is not None
    fields |= {
        "state": State.ASSESSED,
        "grade": Grade.MAJOR,
        "listing_number": data.notice,
        "listing_level": data.level,
        "listing_unit_id": listing.pk,
        "supervisor_id": data.supervisor.pk,
        "listed_at": scene.at,
        "delisted_at": None,
        "accept_unit_id": listing.pk,
        "accept_by": AcceptBy.LISTING,
        "delegate_unit_id": None,
        "committed_at": None,
        "on_the_spot": False,
        "submitted_at": None,
        **_due(hazard, Grade.MAJOR, scene.day, scene),
    }
    sentence = _(
        "judged it major under %(item)s; listed by %(unit)s, notice %(notice)s, supervised by %(name)s"
    )
    words = {"item": data.item, "unit": listing.title, "notice": data.notice, "name": data.supervisor.name}
    return Change(sentence % words, fields, reason=data.basis, climbs=True)


def _judged_general(hazard: Hazard, data: i.Judge, scene: Scene, fields: dict[str, object]) -> Change:
    was_major = hazard.grade == Grade.MAJOR
    fields |= {"grade": Grade.GENERAL, "assess_reason": data.basis.strip()}
    if hazard.state == State.REGISTERED:
        fields |= {"state": State.ASSESSED, "assessed_at": scene.at, "assessed_by_id": scene.signer_id}
    if was_major:
        fields |= {"delisted_at": scene.at, "delegate_unit_id": None}
        fields |= _due(hazard, Grade.GENERAL, scene.day, scene)
        hazard.grade, kept = Grade.GENERAL, hazard.grade
        fields["accept_unit_id"], fields["accept_by"] = who.accepting(hazard, scene)
        hazard.grade = kept
    elif not hazard.grade:
        fields |= _due(hazard, Grade.GENERAL, clock.day_of(hazard.found_at), scene)
    return Change(_("judged it general"), fields, reason=data.basis, climbs=True)


def commit(hazard: Hazard, data: i.Input, scene: Scene) -> Change:
    assert isinstance(data, i.Commit)
    watcher_id = data.watcher.pk if data.watcher else hazard.watcher_id
    fields: dict[str, object] = {
        "responsible_id": data.responsible.pk,
        "measures": data.measures.strip(),
        "funds_wan": data.funds_wan,
        "plan": data.plan.strip(),
        "watcher_id": watcher_id,
        "committed_at": scene.at,
        "due_at": clock.end_of(data.due_on) if data.due_on else hazard.due_at,
        "root_cause": data.root_cause.strip() or hazard.root_cause,
        "lasting_measure": data.lasting_measure.strip() or hazard.lasting_measure,
        **_interim(data.interim, data.interim_until),
    }
    sentence = _("made the five commitments; %(name)s is responsible") % {"name": data.responsible.name}
    return Change(sentence, fields, climbs=True)


def interim(hazard: Hazard, data: i.Input, scene: Scene) -> Change:
    assert isinstance(data, i.Interim)
    sentence = _("set interim protection until %(day)s") % {"day": data.interim_until.isoformat()}
    return Change(sentence, _interim(data.interim, data.interim_until), reason=data.interim)


def watch(hazard: Hazard, data: i.Input, scene: Scene) -> Change:
    assert isinstance(data, i.Watch)
    note = WatchNote(
        hazard=hazard,
        at=scene.at,
        person_id=scene.signer_id,
        name=scene.signer_name,
        text=data.text.strip(),
        in_force=data.in_force,
    )
    standing = _("watched it: the interim protection stands")
    sentence = standing if data.in_force else _("watched it: the interim protection does not stand")
    return Change(sentence, {}, [note], reason=data.text)


def _handed_in(data: i.Submit | i.Fix, hazard: Hazard, scene: Scene) -> dict[str, object]:
    rectifier = data.rectifier
    fields: dict[str, object] = {
        "result": data.result.strip(),
        "rectifier_id": rectifier.pk if rectifier else scene.signer_id,
        "rectifier_name": rectifier.name if rectifier else scene.signer_name,
        "submitted_at": scene.at,
        "submitted_by_id": scene.hand_id,
        "photos_before": scene.before,
        "photos_after": scene.after,
    }
    fields["accept_unit_id"], fields["accept_by"] = who.accepting(hazard, scene)
    return fields


def submit(hazard: Hazard, data: i.Input, scene: Scene) -> Change:
    assert isinstance(data, i.Submit)
    fields = _handed_in(data, hazard, scene)
    if data.evidence_reason.strip():
        fields["evidence_reason"] = data.evidence_reason.strip()
    return Change(_("handed in the rectification"), fields, reason=data.result, climbs=True)


def fix(hazard: Hazard, data: i.Input, scene: Scene) -> Change:
    assert isinstance(data, i.Fix)
    fields = _handed_in(data, hazard, scene)
    fields |= {
        "on_the_spot": True,
        "root_cause": data.root_cause.strip() or hazard.root_cause,
        "lasting_measure": data.lasting_measure.strip() or hazard.lasting_measure,
    }
    if not hazard.grade:
        fields |= _as_general(hazard, scene)
    return Change(_("fixed it on the spot"), fields, reason=data.result, climbs=True)


def _in_time(hazard: Hazard) -> bool:
    return hazard.submitted_at is not None and hazard.submitted_at < hazard.due_at


def accept(hazard: Hazard, data: i.Input, scene: Scene) -> Change:
    assert isinstance(data, i.Accept)
    fields: dict[str, object] = {
        "acceptor_id": scene.signer_id,
        "acceptor_name": scene.signer_name,
        "accept_text": data.text.strip(),
        "accepted_at": scene.at,
        "state": State.ACCEPTED,
    }
    sentence = _("re-checked it on site and accepted it")
    if hazard.grade != Grade.MAJOR:
        fields |= {
            "state": State.CLOSED,
            "closed_at": scene.at,
            "closed_by_id": scene.signer_id,
            "in_time": _in_time(hazard),
        }
        sentence = _("accepted and closed it")
    return Change(sentence, fields, reason=data.text, climbs=True)


def send_back(hazard: Hazard, data: i.Input, scene: Scene) -> Change:
    assert isinstance(data, i.SendBack)
    fields: dict[str, object] = {
        "state": State.RECTIFYING if hazard.committed_at else State.ASSESSED,
        "returns": hazard.returns + 1,
        "submitted_at": None,
        "photos_after": 0,
        "on_the_spot": False,
    }
    return Change(_("sent it back"), fields, reason=data.reason, climbs=True)


def close(hazard: Hazard, data: i.Input, scene: Scene) -> Change:
    assert isinstance(data, i.Close)
    fields: dict[str, object] = {
        "closed_at": scene.at,
        "closed_by_id": scene.signer_id,
        "delisted_at": scene.at,
        "in_time": _in_time(hazard),
    }
    return Change(_("closed and de-listed it"), fields, reason=data.text, climbs=True)


def hand_over(hazard: Hazard, data: i.Input, scene: Scene) -> Change:
    assert isinstance(data, i.HandOverTo)
    row = HandOver(
        hazard=hazard,
        kind=data.kind,
        from_unit_id=hazard.owner_unit_id,
        to_unit=data.to_unit,
        reason=data.reason.strip(),
        at=scene.at,
        by_name=scene.signer_name,
    )
    fields: dict[str, object] = {
        "owner_unit_id": data.to_unit.pk,
        "responsible_id": None,
        "committed_at": None,
        "state": State.REGISTERED if hazard.state == State.REGISTERED else State.ASSESSED,
    }
    words = {"unit": data.to_unit.title}
    sentence = (
        _("asked %(unit)s to coordinate") if data.kind == "coordinate" else _("handed it over to %(unit)s")
    )
    return Change(sentence % words, fields, [row], reason=data.reason, climbs=True)


def answer_hand_over(hazard: Hazard, data: i.Input, scene: Scene) -> Change:
    assert isinstance(data, i.AnswerHandOver)
    row = scene.hand_over
    assert row is not None
    row.taken, row.answer = data.taken, data.answer.strip()
    row.answered_at, row.answered_name = scene.at, scene.signer_name
    fields: dict[str, object] = {} if data.taken else {"owner_unit_id": row.from_unit_id}
    sentence = _("took it over") if data.taken else _("gave it back to its former owner")
    return Change(sentence, fields, [row], reason=data.answer, climbs=True)


def ask_extension(hazard: Hazard, data: i.Input, scene: Scene) -> Change:
    assert isinstance(data, i.AskExtension)
    row = Extension(
        hazard=hazard,
        asked_at=scene.now,
        asked_by_id=scene.signer_id,
        asked_name=scene.signer_name,
        reason=data.reason.strip(),
        old_due_at=hazard.due_at,
        new_due_at=clock.end_of(data.due_on),
        decide_unit=who.decide_unit(hazard, scene),
    )
    sentence = _("asked for more time, until %(day)s") % {"day": data.due_on.isoformat()}
    return Change(sentence, {}, [row], reason=data.reason)


def decide_extension(hazard: Hazard, data: i.Input, scene: Scene) -> Change:
    assert isinstance(data, i.DecideExtension)
    row = scene.extension
    assert row is not None
    row.granted, row.answer = data.granted, data.answer.strip()
    row.decided_at, row.decided_by_id, row.decided_name = scene.now, scene.signer_id, scene.signer_name
    if not data.granted:
        return Change(_("refused more time"), {}, [row], reason=data.answer)
    fields: dict[str, object] = {"due_at": row.new_due_at, "extensions": hazard.extensions + 1}
    day = clock.day_of(row.new_due_at - timedelta(seconds=1))
    sentence = _("granted more time, until %(day)s") % {"day": day.isoformat()}
    return Change(sentence, fields, [row], reason=data.answer, climbs=True)


def pause(hazard: Hazard, data: i.Input, scene: Scene) -> Change:
    assert isinstance(data, i.Pause)
    old = deadlines.parse_pauses(hazard.pauses)
    after = data.last + timedelta(days=1)
    due_day = clock.day_of(hazard.due_at - timedelta(seconds=1))
    moved = deadlines.pushed(due_day, (data.first, after), scene.calendar, old)
    fields: dict[str, object] = {
        "due_at": moved.due_at,
        "pauses": [*hazard.pauses, [data.first.isoformat(), after.isoformat()]],
    }
    words = {"first": data.first.isoformat(), "last": data.last.isoformat()}
    return Change(
        _("paused the deadline from %(first)s to %(last)s") % words, fields, reason=data.reason, climbs=True
    )


def allow_late_entry(hazard: Hazard, data: i.Input, scene: Scene) -> Change:
    assert isinstance(data, i.AllowLateEntry)
    sentence = _("allowed late entries until %(day)s") % {"day": data.until.isoformat()}
    return Change(sentence, {"late_entry_until": clock.end_of(data.until)}, reason=data.reason)


def delegate(hazard: Hazard, data: i.Input, scene: Scene) -> Change:
    assert isinstance(data, i.Delegate)
    row = Delegation(
        hazard=hazard,
        from_unit_id=hazard.accept_unit_id,
        to_unit=data.to_unit,
        document=data.document.strip(),
        at=scene.at,
        by_name=scene.signer_name,
    )
    sentence = _("delegated the re-check to %(unit)s by %(document)s")
    words = {"unit": data.to_unit.title, "document": data.document}
    return Change(sentence % words, {"delegate_unit_id": data.to_unit.pk}, [row])


def dismiss(hazard: Hazard, data: i.Input, scene: Scene) -> Change:
    assert isinstance(data, i.Dismiss)
    fields: dict[str, object] = {
        "dismissal": data.kind,
        "dismiss_reason": data.reason.strip(),
        "dismissed_at": scene.at,
        "dismissed_by_id": scene.signer_id,
        "merged_into_id": data.into.pk if data.into else None,
        "judge_due_at": None,
    }
    if hazard.listed_at and not hazard.delisted_at:
        fields["delisted_at"] = scene.at
    sentence = _("dismissed it")
    if data.into is not None:
        sentence = _("merged it into %(number)s") % {"number": data.into.number}
    return Change(sentence, fields, reason=data.reason, climbs=True)


def reassign(hazard: Hazard, data: i.Input, scene: Scene) -> Change:
    assert isinstance(data, i.Reassign)
    fields: dict[str, object] = {}
    names = []
    if data.responsible is not None:
        fields["responsible_id"] = data.responsible.pk
        names.append(_("responsible: %(name)s") % {"name": data.responsible.name})
    if data.watcher is not None:
        fields["watcher_id"] = data.watcher.pk
        names.append(_("watching: %(name)s") % {"name": data.watcher.name})
    sentence = _("gave it to other hands (%(names)s)") % {"names": "、".join(names)}
    return Change(sentence, fields, reason=data.reason, climbs=True)
