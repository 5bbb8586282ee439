"""How a finding runs its course: fixed at once, in time, late, sent back, handed over, dismissed."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from anyuan.foundation.kernel.public import Actor, clock
from anyuan.foundation.org.public import DOMAIN_OWNER, Function
from anyuan.response.hazard import public as hz
from anyuan.response.hazard.public import Move, Source

from . import themes
from .city import County
from .story import Story, on

_ON_THE_SPOT = 0.16
_DISMISSED = 0.185
_SUSPECTED = 0.192
_HANDED_OVER = 0.206
_NEVER = 0.22
_RENEW_AFTER = 10


def run_through(
    county: County, story: Story, days: list[date], start: int, rng: random.Random, slow: float
) -> None:
    """Add the steps of one finding. ``slow`` from 0 to 1 says how far the school lags."""
    lot = rng.random()
    found = story.finding
    inspected = found.source == Source.INSPECTION
    alone = found.school.alone
    if lot < _ON_THE_SPOT and not inspected and not alone:
        story.fix(on(days, start, 0, 16.2), rng.randrange(9))
        story.accept(on(days, start, 1, 10.0))
    elif lot < _DISMISSED and not inspected and not alone:
        data = hz.Dismiss(rng.choice(themes.DISMISSALS))
        story.step(Move.DISMISS, on(days, start, 1, 9.5), found.school.actor("principal"), data)
    elif lot < _SUSPECTED and not inspected and start + 2 < len(days):
        _judged_general(county, story, days, start, rng)
    elif lot < _HANDED_OVER and not inspected and not alone and _department(county, story) is not None:
        _handed_over(county, story, days, start)
    else:
        story.assess(on(days, start, 0, 16.5))
        story.commit(on(days, start, 1, 9.0), rng.randrange(9))
        if lot > _NEVER or start < len(days) // 3:
            _put_right(county, story, days, start, rng, slow)
    if inspected:
        _by_body(story, county.actor("officer"))


def _by_body(story: Story, body: Actor) -> None:
    """Who inspected re-checks: the accepting steps are the body's."""
    story.steps = [
        replace(s, actor=body) if s.move in (Move.ACCEPT, Move.SEND_BACK) else s for s in story.steps
    ]


def _put_right(
    county: County, story: Story, days: list[date], start: int, rng: random.Random, slow: float
) -> None:
    """Work, hand in, perhaps hear that it is not enough, be accepted."""
    late = rng.random() < 0.05 + 0.14 * slow
    takes = rng.randint(16, 20) if late else int(rng.triangular(2, 13, 4 + 4 * slow))
    if takes > _RENEW_AFTER:
        story.renew(on(days, start, _RENEW_AFTER, 8.5))
    if late and rng.random() < 0.3 and not story.school.alone:
        _more_time(county, story, days, start, rng)
    story.submit(on(days, start, takes, 16.0))
    if rng.random() < 0.08:
        story.send_back(on(days, start, takes + 1, 9.2), rng.choice(themes.RETURNS))
        story.submit(on(days, start, takes + 2, 15.0))
        takes += 2
    story.accept(on(days, start, takes + rng.randint(1, 2), 10.5))


def _more_time(county: County, story: Story, days: list[date], start: int, rng: random.Random) -> None:
    until = clock.day_of(story.finding.at) + timedelta(days=50)
    actor = story.school.actor("logistics-director")
    asked = hz.AskExtension(until, "施工单位排期和材料到货需要时间，已加强看护")
    story.step(Move.ASK_EXTENSION, on(days, start, 8, 10.0), actor, asked)
    granted = rng.random() < 0.7
    answer = "同意，期间加密巡查" if granted else "不同意，请先停用该处并抓紧整改"
    decided = hz.DecideExtension(granted, answer)
    story.step(Move.DECIDE_EXTENSION, on(days, start, 9, 10.0), county.actor("second"), decided)


def _judged_general(county: County, story: Story, days: list[date], start: int, rng: random.Random) -> None:
    story.suspected = "担心影响面较大，请县里判定"
    basis = hz.Judge(major=False, basis="现场核查，影响范围小，未达到重大隐患判定标准")
    story.step(Move.JUDGE, on(days, start, 1, 14.0), county.actor("officer"), basis)
    story.commit(on(days, start, 2, 9.0), rng.randrange(9))
    _put_right(county, story, days, start + 1, rng, 0.3)


def _department(county: County, story: Story) -> str | None:
    function = DOMAIN_OWNER.get(story.theme.domain, Function.EDUCATION)
    return function if function != Function.EDUCATION and function in county.departments else None


def _handed_over(county: County, story: Story, days: list[date], start: int) -> None:
    """The school cannot solve it: the department takes it, does it, the school accepts."""
    function = _department(county, story)
    assert function is not None
    actor, person = county.actor(function), county.people[function]
    story.assess(on(days, start, 0, 16.5))
    over = hz.HandOverTo(county.departments[function], "超出学校权限和能力，请主管部门处理")
    story.step(Move.HAND_OVER, on(days, start, 1, 9.0), story.school.actor("principal"), over)
    story.step(Move.ANSWER_HAND_OVER, on(days, start, 2, 10.0), actor, hz.AnswerHandOver(True, "已受理"))
    data = hz.Commit(
        responsible=person,
        measures=story.theme.measures,
        funds_wan=Decimal(story.theme.funds),
        plan=themes.PLAN,
        watcher=story.school.person("security-director"),
        root_cause=themes.ROOTS[0] if story.recurs else "",
        lasting_measure=themes.LASTING[0] if story.recurs else "",
    )
    story.step(Move.COMMIT, on(days, start, 2, 15.0), actor, data)
    done = hz.Submit(story.theme.result, evidence_reason="见部门处置单")
    story.step(Move.SUBMIT, on(days, start, 8, 15.0), actor, done)
    story.accept(on(days, start, 9, 10.0))
