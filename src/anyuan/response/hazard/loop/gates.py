"""The gates of the table of moves: each passes in silence or raises a sentence that names what is missing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from django.utils.translation import gettext as _

from anyuan.foundation.kernel.public import Invalid, NotPermitted, Refused, clock

from .. import permits as p
from ..models import Hazard
from ..states import AcceptBy, Dismissal, Grade, Level, State
from . import inputs as i
from . import who
from .scene import Scene

Gate = Callable[[Hazard, i.Input, Scene], None]


def _text(value: str, field: str, message: str) -> None:
    if not value.strip():
        raise Invalid(message, {field: [message]})


def described(hazard: Hazard, data: i.Input, scene: Scene) -> None:
    """Place, category and description (000-310-6)."""
    assert isinstance(data, i.Registration)
    _text(data.title, "title", _("Say in a few words what is wrong."))
    if data.place is None:
        _text(data.place_text, "place", _("Say where it is: choose a place or write it."))
    elif data.place.unit_id != data.unit.pk:
        raise Invalid(_("This place belongs to another unit. Choose a place of this unit."), {"place": []})


def evidence_before(hazard: Hazard, data: i.Input, scene: Scene) -> None:
    assert isinstance(data, i.Registration)
    if not scene.before and not data.evidence_reason.strip():
        raise Refused(_("Add a photo, or state why there is none."))


def recurrence(hazard: Hazard, data: i.Input, scene: Scene) -> None:
    assert isinstance(data, i.Registration)
    old = data.recurrence_of
    if old is not None and (old.state != State.CLOSED or old.unit_id != data.unit.pk):
        raise Refused(_("A recurrence is linked to a closed hazard of the same unit. Choose that one."))


def not_suspected(hazard: Hazard, data: i.Input, scene: Scene) -> None:
    if hazard.awaits_judgement:
        raise Refused(_("It is marked as suspected major. Wait until the county has judged it."))


def not_major(hazard: Hazard, data: i.Input, scene: Scene) -> None:
    if hazard.grade == Grade.MAJOR:
        raise Refused(_("It is judged major. Only the judging authority can change its grade."))


def to_judge(hazard: Hazard, data: i.Input, scene: Scene) -> None:
    """A mark to judge, or a major hazard its own judging authority downgrades."""
    assert isinstance(data, i.Judge)
    body = who.judging_unit(hazard, scene)
    if body is None:
        raise NotPermitted(_("Only the county, or the body above it, judges the grade of a hazard."))
    again = hazard.grade == Grade.MAJOR
    if again and body.pk != hazard.judging_unit_id:
        raise NotPermitted(_("Only the authority that judged it major can judge it again."))
    if not again and not hazard.awaits_judgement:
        raise Refused(_("Nobody has marked it as suspected major. Mark it first, with a reason."))
    if again and data.major:
        raise Refused(_("It is already judged major and listed."))
    _text(data.basis, "basis", _("Write the basis of the judgement."))


def listed_if_major(hazard: Hazard, data: i.Input, scene: Scene) -> None:
    """Judged major is always listed (003-302-3): level and supervising person at once."""
    assert isinstance(data, i.Judge)
    if not data.major:
        return
    _text(data.item, "item", _("Name the item of the decision table it falls under."))
    if data.level not in Level.values:
        raise Invalid(_("Choose the level that lists it."), {"level": []})
    if scene.node(who.LEVEL_KINDS[Level(data.level)]) is None:
        raise Invalid(_("This unit has no authority of that level above it. Choose another level."))
    if data.supervisor is None:
        raise Invalid(_("Name the supervising person."), {"supervisor": []})


def graded(hazard: Hazard, data: i.Input, scene: Scene) -> None:
    if not hazard.grade:
        raise Refused(_("It has no grade yet. Assess it first."))


def five_commitments(hazard: Hazard, data: i.Input, scene: Scene) -> None:
    """Responsible person, measures, funds, time limit, contingency plan (002-04-8)."""
    assert isinstance(data, i.Commit)
    _text(data.measures, "measures", _("Write the measures. All five commitments are needed."))
    _text(data.plan, "plan", _("Write the contingency plan. All five commitments are needed."))
    if data.funds_wan is None or data.funds_wan < 0:
        raise Invalid(_("State the funds; 0 says that none are needed."), {"funds_wan": []})
    if data.due_on is None:
        return
    if clock.end_of(data.due_on) > hazard.due_at:
        raise Refused(
            _("The time limit lies after the deadline. Choose an earlier day or ask for more time.")
        )
    if data.due_on < scene.day:
        raise Invalid(_("The time limit lies in the past."), {"due_on": []})


def watched(hazard: Hazard, data: i.Input, scene: Scene) -> None:
    """Named watcher and interim protection in force while it stays open (004-503-2, 000-310-7)."""
    assert isinstance(data, i.Commit)
    if data.watcher is None and hazard.watcher_id is None:
        raise Invalid(_("Name the person who watches it until it is closed."), {"watcher": []})
    if data.interim.strip() and data.interim_until is not None:
        _future(data.interim_until, scene)
        return
    if not hazard.interim or hazard.interim_until is None or hazard.interim_until <= scene.now:
        raise Refused(_("State the interim protection and the day until which it holds."))


def root_cause(hazard: Hazard, data: i.Input, scene: Scene) -> None:
    """A recurrence wants the root cause and a lasting measure (004-503-4)."""
    assert isinstance(data, i.Commit | i.Fix)
    if hazard.recurrence_of_id is None:
        return
    if not (data.root_cause.strip() or hazard.root_cause):
        raise Refused(_("It came back: write the root cause."))
    if not (data.lasting_measure.strip() or hazard.lasting_measure):
        raise Refused(_("It came back: write the lasting measure."))


def _future(day: date, scene: Scene) -> None:
    until = clock.end_of(day)
    if until <= scene.now:
        raise Invalid(_("The interim protection must hold at least until today."), {"interim_until": []})
    if until > clock.end_of(clock.day_of(scene.now) + timedelta(days=scene.terms.interim_days)):
        raise Refused(
            _("One interim protection holds at most %(days)s days. Choose an earlier day and renew it.")
            % {"days": scene.terms.interim_days}
        )


def interim_bounded(hazard: Hazard, data: i.Input, scene: Scene) -> None:
    """What is stated on registering holds as long as any other: not for years, and not until yesterday."""
    assert isinstance(data, i.Registration)
    if data.interim.strip() and data.interim_until is not None:
        _future(data.interim_until, scene)


def interim_future(hazard: Hazard, data: i.Input, scene: Scene) -> None:
    assert isinstance(data, i.Interim)
    _text(data.interim, "interim", _("Say what protects people until it is fixed."))
    _future(data.interim_until, scene)


def interim_stated(hazard: Hazard, data: i.Input, scene: Scene) -> None:
    """A hazard that stays open has its interim protection stated at once (000-310-7)."""
    if isinstance(data, i.Assess) and data.interim.strip() and data.interim_until is not None:
        _future(data.interim_until, scene)
        return
    if not hazard.interim or hazard.interim_until is None:
        raise Refused(_("State the interim protection and the day until which it holds."))


def interim_in_force(hazard: Hazard, data: i.Input, scene: Scene) -> None:
    if hazard.interim_until is None or hazard.interim_until <= scene.at:
        raise Refused(_("The interim protection has run out. Renew it before you go on."))


def result_told(hazard: Hazard, data: i.Input, scene: Scene) -> None:
    assert isinstance(data, i.Submit | i.Fix)
    _text(data.result, "result", _("Say what was done."))


def evidence_after(hazard: Hazard, data: i.Input, scene: Scene) -> None:
    reason = data.evidence_reason if isinstance(data, i.Submit) else hazard.evidence_reason
    if not scene.after and not reason.strip():
        raise Refused(_("Add a photo taken after the work, or state why there is none."))


def photos_both(hazard: Hazard, data: i.Input, scene: Scene) -> None:
    """Fixed on the spot is shown by a photo before and one after."""
    if not scene.before or not scene.after:
        raise Refused(_("Fixed on the spot needs a photo before and a photo after."))


def never_rectifier(hazard: Hazard, data: i.Input, scene: Scene) -> None:
    """Neither who did the work nor who handed it in; both hands of a proxy entry count."""
    if scene.people & {hazard.rectifier_id, hazard.submitted_by_id}:
        raise NotPermitted(_("Who rectified a hazard never accepts it. A second person must."))


def accepting_body(hazard: Hazard, data: i.Input, scene: Scene) -> None:
    if who.may_accept(hazard, scene):
        return
    body = scene.units[hazard.accept_unit_id]
    raise NotPermitted(
        _("%(why)s: %(unit)s must do this.") % {"why": AcceptBy(hazard.accept_by).label, "unit": body.title}
    )


def on_site_if_major(hazard: Hazard, data: i.Input, scene: Scene) -> None:
    assert isinstance(data, i.Accept)
    if hazard.grade != Grade.MAJOR:
        return
    if not data.on_site:
        raise Refused(_("A major hazard is accepted after a re-check on site. Go there, then confirm it."))
    _text(data.text, "text", _("Write what the re-check on site found."))


def listing_authority(hazard: Hazard, data: i.Input, scene: Scene) -> None:
    unit = scene.units.get(hazard.listing_unit_id) if hazard.listing_unit_id else None
    if unit is None or not who.acts_for(scene.actor, unit, (p.LIST,), hazard.domain):
        raise NotPermitted(_("Only the authority that listed it closes and de-lists it."))


def before_deadline(hazard: Hazard, data: i.Input, scene: Scene) -> None:
    if scene.now >= hazard.due_at:
        raise Refused(_("The deadline has passed. More time can only be asked for before it."))


def later_than_due(hazard: Hazard, data: i.Input, scene: Scene) -> None:
    assert isinstance(data, i.AskExtension)
    _text(data.reason, "reason", _("Say why more time is needed."))
    if scene.extension is not None:
        raise Refused(_("More time has already been asked for. Wait for the decision."))
    if clock.end_of(data.due_on) <= hazard.due_at:
        raise Invalid(_("The new day must lie after the present deadline."), {"due_on": []})


def one_level_up(hazard: Hazard, data: i.Input, scene: Scene) -> None:
    if not who.one_level_up(hazard, scene):
        raise NotPermitted(
            _("This is decided one level up, by %(unit)s.") % {"unit": who.decide_unit(hazard, scene).title}
        )
    if not isinstance(data, i.DecideExtension):
        return
    if scene.extension is None:
        raise Refused(_("No request for more time is open."))
    if scene.extension.asked_by_id in scene.people:
        raise NotPermitted(_("Who asked for more time does not decide it."))
    if not data.granted:
        _text(data.answer, "answer", _("Say why it is refused."))


def delegating_body(hazard: Hazard, data: i.Input, scene: Scene) -> None:
    assert isinstance(data, i.Delegate)
    _text(data.document, "document", _("Name the written delegation."))
    body = scene.units[hazard.accept_unit_id]
    higher = hazard.accept_by != AcceptBy.UNIT
    if not higher or not who.acts_for(scene.actor, body, (p.RECHECK, p.LIST), hazard.domain):
        raise NotPermitted(_("Only the body that must re-check can delegate the re-check."))
    if data.to_unit.pk in {hazard.unit_id, hazard.owner_unit_id}:
        raise Refused(_("The re-check cannot be delegated to the unit that rectifies."))


def second_person(hazard: Hazard, data: i.Input, scene: Scene) -> None:
    assert isinstance(data, i.Dismiss)
    _text(data.reason, "reason", _("Give the reason."))
    first = {hazard.registered_by_id, hazard.finder_id, hazard.responsible_id, hazard.rectifier_id}
    if scene.people & first:
        raise NotPermitted(_("Void or merge needs a second person: not who entered it or must fix it."))
    into = data.into
    if data.kind == Dismissal.DUPLICATE:
        if into is None or into.pk == hazard.pk or into.unit_id != hazard.unit_id:
            raise Invalid(_("Choose the other hazard of the same unit that stays."), {"into": []})
        if into.state == State.DISMISSED:
            raise Refused(_("That hazard is itself dismissed. Choose one that stays."))


def dismissing_body(hazard: Hazard, data: i.Input, scene: Scene) -> None:
    """What a higher body found, or what is major or may be, is not the school's to void."""
    grave = hazard.grade == Grade.MAJOR or hazard.awaits_judgement
    if grave:
        body = who.judging_unit(hazard, scene)
        if body is None or (hazard.grade == Grade.MAJOR and body.pk != hazard.judging_unit_id):
            raise NotPermitted(_("Major, or suspected to be: only the judging authority can void it."))
    elif hazard.accept_by in {AcceptBy.FINDER, AcceptBy.TAKER} and not who.may_accept(hazard, scene):
        raise NotPermitted(_("The body that found it must agree: it alone can void or merge it."))


GATES: dict[str, Gate] = {
    gate.__name__: gate
    for gate in (
        described,
        evidence_before,
        recurrence,
        not_suspected,
        not_major,
        to_judge,
        listed_if_major,
        graded,
        five_commitments,
        watched,
        root_cause,
        interim_bounded,
        interim_future,
        interim_stated,
        interim_in_force,
        result_told,
        evidence_after,
        photos_both,
        never_rectifier,
        accepting_body,
        on_site_if_major,
        listing_authority,
        before_deadline,
        later_than_due,
        one_level_up,
        delegating_body,
        second_person,
        dismissing_body,
    )
}
