"""Random people do random things in random order, sometimes with an old page open.

Whatever happens: never two acceptances, never closed without every gate, never lost, and what was refused
changed nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from tests.cast import NOW, World, make_world

from anyuan.foundation.journal.public import Entry
from anyuan.foundation.kernel.public import Problem, clock
from anyuan.response.hazard import public as hz
from anyuan.response.hazard.public import OPEN, Grade, Move, State

from . import helpers as h

WHO = (
    "principal", "safety_officer", "logistics", "teacher", "county_officer", "city_officer", "fire_officer",
    "stranger_principal", "stranger_officer", "sister_principal",
)  # fmt: skip
Act = Callable[[World, Any, hz.Hazard, hz.Stamp], object]

ACTS: dict[Move, Act] = {
    Move.ASSESS: lambda w, a, x, s: hz.assess(a, x, hz.Assess(), s),
    Move.SUSPECT: lambda w, a, x, s: hz.mark_suspected(a, x, hz.Suspect("严重"), s),
    Move.JUDGE: lambda w, a, x, s: hz.judge(a, x, h.judgement(w, major=x.version % 2 == 0), s),
    Move.COMMIT: lambda w, a, x, s: hz.commit(a, x, h.commitments(w), s),
    Move.INTERIM: lambda w, a, x, s: hz.set_interim(
        a, x, hz.Interim("警戒", clock.today() + timedelta(days=9)), s
    ),
    Move.WATCH: lambda w, a, x, s: hz.watch(a, x, hz.Watch("完好"), s),
    Move.SUBMIT: lambda w, a, x, s: hz.submit(a, x, h.submission(), s),
    Move.FIX: lambda w, a, x, s: hz.fix_on_the_spot(a, x, hz.Fix("搬走"), s),
    Move.ACCEPT: lambda w, a, x, s: hz.accept(a, x, hz.Accept("现场", on_site=True), s),
    Move.SEND_BACK: lambda w, a, x, s: hz.send_back(a, x, hz.SendBack("不合格"), s),
    Move.CLOSE: lambda w, a, x, s: hz.close(a, x, hz.Close(), s),
    Move.HAND_OVER: lambda w, a, x, s: hz.hand_over(a, x, hz.HandOverTo(w.fire, "市政"), s),
    Move.ANSWER_HAND_OVER: lambda w, a, x, s: hz.answer_hand_over(a, x, hz.AnswerHandOver(False, "退还"), s),
    Move.ASK_EXTENSION: lambda w, a, x, s: hz.ask_extension(
        a, x, hz.AskExtension(clock.day_of(x.due_at) + timedelta(days=3), "材料"), s
    ),
    Move.DECIDE_EXTENSION: lambda w, a, x, s: hz.decide_extension(a, x, hz.DecideExtension(True), s),
    Move.PAUSE: lambda w, a, x, s: hz.pause(a, x, hz.Pause(clock.today(), clock.today(), "停工"), s),
    Move.DELEGATE: lambda w, a, x, s: hz.delegate(a, x, hz.Delegate(w.fire, "委托书"), s),
    Move.DISMISS: lambda w, a, x, s: hz.dismiss(a, x, hz.Dismiss("误录"), s),
    Move.REASSIGN: lambda w, a, x, s: hz.reassign(
        a, x, hz.Reassign("换人", responsible=w.people["electrician"]), s
    ),
}
LIKELY = (Move.ASSESS, Move.COMMIT, Move.SUBMIT, Move.ACCEPT, Move.SUSPECT, Move.JUDGE, Move.CLOSE)


class Loop(RuleBasedStateMachine):
    """One hazard among strangers and friends; the model keeps what must hold."""

    @initialize(
        start=st.sampled_from([h.registered, h.submitted, h.suspected, h.major_submitted]),
        by=st.sampled_from(["safety_officer", "county_officer", "fire_officer"]),
    )
    def begin(self, start: Callable[..., hz.Hazard], by: str) -> None:
        self.point = transaction.savepoint()
        self.now = NOW
        with clock.at(self.now):
            self.world = make_world()
            self.actors = {name: self.world.actor(name) for name in WHO}
            self.row = h.registered(self.world, by=by) if start is h.registered else start(self.world)
        self.page = self.row
        self.acceptances = 0
        self.was_closed = False

    @rule()
    def look_again(self) -> None:
        self.page = h.fresh(self.row)

    @rule(hours=st.integers(1, 24 * 12))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule(who=st.sampled_from(WHO[:6]), nth=st.integers(0, 3))
    def what_the_page_offers(self, who: str, nth: int) -> None:
        with clock.at(self.now):
            moves = [m for m in hz.moves_for(self.actors[who], h.fresh(self.row)) if m in LIKELY]
        if moves:
            self._do(moves[nth % len(moves)], who, stale=False)

    @rule(move=st.sampled_from(sorted(ACTS)), who=st.sampled_from(WHO), stale=st.booleans())
    def anything(self, move: Move, who: str, stale: bool) -> None:
        self._do(move, who, stale)

    def _do(self, move: Move, who: str, stale: bool) -> None:
        before = h.snapshot(self.row)
        current = h.fresh(self.row)
        shown = self.page if stale else current
        with clock.at(self.now):
            try:
                with transaction.atomic():
                    ACTS[move](self.world, self.actors[who], shown, hz.Stamp(version=shown.version))
            except Problem:
                assert h.snapshot(self.row) == before
                return
        assert shown.version == current.version, "an old page won"
        assert not who.startswith(("stranger", "sister")), "a stranger acted"
        after = h.fresh(self.row)
        assert after.version == current.version + 1
        self.acceptances += move == Move.ACCEPT
        self._may_have(move, current, after)

    def _may_have(self, move: Move, before: hz.Hazard, after: hz.Hazard) -> None:
        assert before.state in OPEN, "something happened to what was over"
        if before.grade == Grade.MAJOR and after.grade == Grade.GENERAL:
            assert move == Move.JUDGE
            assert after.judging_unit_id == before.judging_unit_id
        if move == Move.SUBMIT:
            assert before.interim_until is not None
            assert before.interim_until > self.now
        self.was_closed = self.was_closed or after.state == State.CLOSED

    @invariant()
    def never_lost(self) -> None:
        if not hasattr(self, "row"):
            return
        row = h.fresh(self.row)
        steps = list(row.steps.order_by("order"))
        assert [s.order for s in steps] == list(range(1, row.version + 1))
        assert steps[-1].to_state == row.state
        about = Entry.everything.filter(subject_id=row.pk, verb__startswith="hazard.").count()
        assert about == len(steps)

    @invariant()
    def never_two_acceptances(self) -> None:
        if hasattr(self, "row"):
            assert self.acceptances <= 1 or self._reopened()
            assert h.fresh(self.row).steps.filter(move="accept").count() == self.acceptances

    def _reopened(self) -> bool:
        """Nothing re-opens what was accepted."""
        return False

    @invariant()
    def never_closed_without_every_gate(self) -> None:
        if not hasattr(self, "row"):
            return
        row = h.fresh(self.row)
        if row.grade == Grade.MAJOR:
            assert row.listed_at
            assert row.supervisor_id
            assert row.judge_basis
        if row.state != State.CLOSED:
            assert not self.was_closed
            assert row.closed_at is None
            return
        moves = [s.move for s in row.steps.order_by("order")]
        assert moves.count("accept") == 1
        assert moves.index("accept") > max(i for i, m in enumerate(moves) if m in {"submit", "fix"})
        assert row.judge_due_at is None
        assert row.acceptor_id not in {None, row.rectifier_id, row.submitted_by_id}
        assert row.in_time is not None
        if "fix" not in moves:
            assert row.measures
            assert row.plan
            assert row.watcher_id
        if row.grade == Grade.MAJOR:
            assert moves[-1] == "close"
            assert row.delisted_at

    def teardown(self) -> None:
        if hasattr(self, "point"):
            transaction.savepoint_rollback(self.point)


class MachineTest(TestCase):
    """Runs in one outer transaction; every example is rolled back."""

    def test_the_loop_holds(self) -> None:
        run_state_machine_as_test(
            Loop,
            settings=settings(
                max_examples=40,
                stateful_step_count=40,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
