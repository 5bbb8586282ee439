"""What waits for the people of the role cards: dated histories that end where they must act today."""

from __future__ import annotations

from datetime import timedelta

from anyuan.foundation.kernel.public import Actor, clock
from anyuan.foundation.org.public import Domain, Function, Place, PlaceKind, UnitType
from anyuan.response.hazard import public as hz
from anyuan.response.hazard.public import Cause, Level, Move, Source

from . import themes
from .city import City, School
from .story import Finding, Story, on
from .term import Term
from .themes import Theme

MAJOR = Theme(
    "宿舍楼外窗全部封死，疏散楼梯仅一部", Domain.FIRE, (PlaceKind.DORMITORY,), "window",
    "拆除外窗封板，增设室外疏散楼梯，竣工前学生分批迁出", "三层以上停止住宿，夜间双人值守，备应急梯",
    "外窗已拆封，室外楼梯验收合格", str(Cause.FACILITY), "68.5",
    "三、四层共住宿学生两百余人，仅东侧一部楼梯可用",
)  # fmt: skip
SUSPECTED = Theme(
    "教学楼承重柱出现贯通裂缝", Domain.BUILDING, (PlaceKind.CORRIDOR,), "crack",
    "请有资质机构鉴定，按鉴定意见加固", "该楼西段停用，学生调到东段上课", "已按鉴定意见加固",
    str(Cause.FACILITY), "42",
    "一层走廊西端两根柱自下而上开裂，缝宽约三毫米",
)  # fmt: skip
_MAJOR_RENEWALS = (14, 28, 42)
_WATCHES = (20, 30, 40, 46)


def prepare(term: Term) -> list[Story]:
    """All of them; the ones of the shown school first."""
    city = term.city
    return [
        *_to_assess(term),
        *_to_sign(term),
        *_to_rectify(term),
        *_to_accept(term),
        _listed_and_overdue(term, _boarding(city)),
        *_to_recheck(term),
        *_asked_for_more_time(term),
        *_handed_to_fire(term),
        *_next_door(term),
    ]


def _boarding(city: City) -> School:
    """The school of the listed major hazard."""
    return next(s for s in city.main.schools if s.unit.unit_type == UnitType.COMPLETE_SECONDARY)


def others(city: City, kind: str, count: int) -> list[School]:
    """``count`` schools of the full county, of a type where there are any, without the shown one."""
    usable = [s for s in city.main.schools if s.unit.stages and not s.alone and s is not city.shown]
    usable = [s for s in usable if s.unit.unit_type != UnitType.UNIVERSITY]
    found = [s for s in usable if s.unit.unit_type == kind]
    if len(found) < count:
        found = usable
    return [found[(2 + turn) % len(found)] for turn in range(count)]


def place_for(school: School, theme: Theme) -> Place | None:
    return next((p for p in school.places if p.kind in theme.places), None)


def _begin(
    term: Term, school: School, theme: Theme, back: int, source: str = Source.SELF
) -> tuple[Story, int]:
    """A finding ``back`` school days ago (1: the last one before today)."""
    start = len(term.days) - back
    found = Finding(
        school, theme, on(term.days, start, 0, 8.1), place_for(school, theme), str(source),
        school.actor("security-director"),
    )  # fmt: skip
    return Story(found, term.until), start


def _own(term: Term, number: int, back: int) -> tuple[Story, int]:
    """One of the shown school; different themes by number."""
    return _begin(term, term.city.shown, themes.THEMES[number], back)


def _to_assess(term: Term) -> list[Story]:
    return [_own(term, 13, 1)[0], _own(term, 23, 1)[0]]


def _to_sign(term: Term) -> list[Story]:
    """Graded by the safety officer; the principal has not made the commitments yet."""
    found = []
    for number, back in ((7, 1), (4, 2), (17, 2)):
        story, start = _own(term, number, back)
        found.append(story.assess(on(term.days, start, 0, 16.5)))
    return found


def _to_rectify(term: Term) -> list[Story]:
    """With the logistics head: fresh, nearly due, late."""
    found = []
    for number, back in ((9, 3), (12, 6), (0, 13), (10, 18)):
        story, start = _own(term, number, back)
        story.assess(on(term.days, start, 0, 16.5)).commit(on(term.days, start, 1, 9.0))
        if back > 10:
            story.renew(on(term.days, start, 10, 8.5))
        found.append(story)
    return found


def to_hand_in(term: Term) -> list[Story]:
    """Being rectified until yesterday; handed in today by a real action."""
    found = []
    for number, back in ((8, 5), (14, 6)):
        story, start = _own(term, number, back)
        found.append(story.assess(on(term.days, start, 0, 16.5)).commit(on(term.days, start, 1, 9.0)))
    return found


def _to_accept(term: Term) -> list[Story]:
    """Handed in yesterday and the day before: the principal's batch."""
    found = []
    for number, back, takes in ((2, 7, 6), (15, 8, 6), (3, 9, 8), (18, 6, 4), (5, 5, 4)):
        story, start = _own(term, number, back)
        story.assess(on(term.days, start, 0, 16.5)).commit(on(term.days, start, 1, 9.0))
        found.append(story.submit(on(term.days, start, takes, 15.5)))
    return found


def _listed_and_overdue(term: Term, school: School) -> Story:
    """Judged major long ago, listed, watched, renewed and not done: past its deadline."""
    county = term.city.main
    story, start = _begin(term, school, MAJOR, 56)
    story.suspected = "一旦起火，三层以上学生难以疏散"
    judged = hz.Judge(
        major=True,
        basis="现场核查：疏散出口数量和宽度均不足，外窗不能作为逃生口",
        item="人员密集场所疏散通道、安全出口不符合要求",
        level=Level.COUNTY,
        supervisor=county.people["leader"],
    )
    story.step(Move.JUDGE, on(term.days, start, 1, 15.0), county.actor("officer"), judged)
    story.commit(on(term.days, start, 2, 9.0))
    watcher = school.actor("class-teacher")
    steps = [(plus, "renew") for plus in _MAJOR_RENEWALS] + [(plus, "watch") for plus in _WATCHES]
    for plus, what in sorted(steps):
        at = on(term.days, start, plus, 8.4)
        if what == "renew":
            story.renew(at)
        else:
            story.step(Move.WATCH, at, watcher, hz.Watch("三层以上无人住宿，值守在岗，应急梯在位"))
    return story


def _to_recheck(term: Term) -> list[Story]:
    """Found by the county's inspection, handed in: the county must re-check."""
    officer = term.city.main.actor("officer")
    pairs = zip(others(term.city, UnitType.JUNIOR, 2), (1, 19), strict=True)
    return [_inspected(term, officer, school, themes.THEMES[number]) for school, number in pairs]


def _inspected(term: Term, officer: Actor, school: School, theme: Theme) -> Story:
    """Found by an inspection nine school days ago and handed in two days ago."""
    start = len(term.days) - 9
    at = on(term.days, start, 0, 10.2)
    finding = Finding(school, theme, at, place_for(school, theme), str(Source.INSPECTION), officer)
    story = Story(finding, term.until)
    story.assess(on(term.days, start, 0, 16.5)).commit(on(term.days, start, 1, 9.0))
    return story.submit(on(term.days, start, 7, 15.0))


def _asked_for_more_time(term: Term) -> list[Story]:
    found = []
    for school, number in zip(others(term.city, UnitType.NINE_YEAR, 2), (10, 13), strict=True):
        story, start = _begin(term, school, themes.THEMES[number], 10)
        story.assess(on(term.days, start, 0, 16.5)).commit(on(term.days, start, 1, 9.0))
        until = clock.day_of(story.finding.at) + timedelta(days=48)
        asked = hz.AskExtension(until, "需招标采购，预计三周到货；期间已围挡并加派值守")
        found.append(story.step(Move.ASK_EXTENSION, on(term.days, start, 9, 15.0), _hand(school), asked))
    return found


def _hand(school: School) -> Actor:
    return school.actor("logistics-director")


def _handed_to_fire(term: Term) -> list[Story]:
    """Waiting for the fire department of the city."""
    found = []
    fire = term.city.departments[Function.FIRE]
    for school, number in zip(others(term.city, UnitType.PRIMARY, 2), (5, 3), strict=True):
        story, start = _begin(term, school, themes.THEMES[number], 3)
        story.assess(on(term.days, start, 0, 16.5))
        over = hz.HandOverTo(fire, "校外商铺占用消防车通道，学校无权处置，请依法处理")
        found.append(
            story.step(Move.HAND_OVER, on(term.days, start, 1, 9.5), school.actor("principal"), over)
        )
    return found


def _next_door(term: Term) -> list[Story]:
    """What waits for the officer of the next county: a request for more time, two works to re-check."""
    county = term.city.counties[1]
    schools = [s for s in county.schools if s.unit.stages and not s.alone]
    asked = hz.AskExtension(term.city.today + timedelta(days=40), "等待施工队进场，已封闭该区域")
    story, start = _begin(term, schools[0], themes.THEMES[10], 9)
    story.assess(on(term.days, start, 0, 16.5)).commit(on(term.days, start, 1, 9.0))
    found = [story.step(Move.ASK_EXTENSION, on(term.days, start, 7, 15.0), _hand(schools[0]), asked)]
    for school, number in zip(schools[1:3], (0, 15), strict=True):
        found.append(_inspected(term, county.actor("officer"), school, themes.THEMES[number]))
    return found
