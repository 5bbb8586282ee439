"""What happens on the day the demo is filled, done by the very actions people use: so everybody is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from anyuan.foundation.access.public import actor_of
from anyuan.foundation.kernel.public import clock
from anyuan.foundation.org.public import UnitType
from anyuan.response.hazard import public as hz

from . import themes
from .city import City, School
from .photos import snap
from .shown import SUSPECTED, others, place_for
from .story import INTERIM_DAYS, Story
from .themes import Theme

_SNAPS = (
    ("操场边排水沟盖板断了一块", "crack", "sports"),
    ("二楼男厕所门口地面积水很滑", "wires", "corridor"),
    ("图书室窗户推拉不顺快掉下来", "window", "library"),
)


def happen(city: City, handed_in: list[Story]) -> None:
    """Quick snaps, two works handed in, one suspected major."""
    _quick_snaps(city)
    _hand_in(city, handed_in)
    _suspect(city)


def _snap(school: School, text: str, scene: str, kind: str, post: str = "class-teacher") -> hz.Lead:
    actor = actor_of(school.person(post))
    place = next((p for p in school.places if p.kind == kind), None)
    return hz.report_lead(
        actor, school.unit, photos=[snap(actor, school.unit, scene)], place=place,
        place_text="" if place else "校园内", text=text,
    )  # fmt: skip


def _quick_snaps(city: City) -> None:
    """Two wait in the shown school, one became a hazard, one was none; others wait elsewhere."""
    shown = city.shown
    for text, scene, kind in _SNAPS[:2]:
        _snap(shown, text, scene, kind)
    officer = actor_of(shown.person("security-director"))
    lead = _snap(shown, _SNAPS[2][0], _SNAPS[2][1], _SNAPS[2][2])
    hz.complete_lead(officer, lead, _registration(shown, themes.THEMES[11], "图书室窗扇松脱，有坠落风险"))
    second = _snap(shown, "走廊灯一闪一闪的", "wires", "corridor", "teacher")
    hz.dismiss_lead(officer, second, "电工正在更换灯管，已完成")
    for school in others(city, UnitType.PRIMARY, 3):
        _snap(school, _SNAPS[0][0], "crack", "sports")


def _registration(school: School, theme: Theme, title: str = "", suspected: str = "") -> hz.Registration:
    place = place_for(school, theme)
    return hz.Registration(
        unit=school.unit,
        title=title or theme.title,
        domain=theme.domain,
        description=theme.detail,
        place=place,
        place_text="" if place else "校园内",
        cause=theme.cause,
        interim=theme.interim,
        interim_until=clock.today() + timedelta(days=INTERIM_DAYS),
        suspected=suspected,
    )


def _hand_in(city: City, stories: list[Story]) -> None:
    """The logistics head hands in two of his works today, with fresh photos."""
    actor = actor_of(city.shown.person("logistics-director"))
    for number, story in enumerate(stories):
        hazard = hz.find(actor, story.key)
        photo = snap(actor, city.shown.unit, story.theme.scene, 20 + number, fixed=True)
        hz.submit(actor, hazard, hz.Submit(story.theme.result, (photo,)))


def _suspect(city: City) -> None:
    """A school holds something to be major: county and city are told, the county must judge."""
    school = others(city, UnitType.JUNIOR, 3)[2]
    actor = actor_of(school.person("security-director"))
    draft = snap(actor, school.unit, SUSPECTED.scene)
    data = _registration(school, SUSPECTED, suspected="裂缝贯通且在发展，可能危及整层师生")
    hz.register(actor, replace(data, before=(draft,)))
