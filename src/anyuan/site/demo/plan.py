"""What the invented city consists of: how many schools of each type, their facts, places and posts."""

from __future__ import annotations

import random
from collections.abc import Mapping

from anyuan.foundation.org.public import Boarding, Function, NewPlace, Ownership, PlaceKind, Setting, UnitType

T = UnitType
P = PlaceKind

SHARE: Mapping[str, int] = {
    T.KINDERGARTEN: 56,
    T.PRIMARY: 46,
    T.TEACHING_POINT: 20,
    T.JUNIOR: 17,
    T.NINE_YEAR: 8,
    T.SENIOR: 4,
    T.COMPLETE_SECONDARY: 3,
    T.VOCATIONAL: 3,
    T.TWELVE_YEAR: 2,
    T.SPECIAL: 1,
}
"""Schools of each type among 160."""

SITES: Mapping[str, str] = {
    T.TRAINING: "{good}艺术培训中心",
    T.SPORTS_VENUE: "{county}青少年体育中心",
    T.OFF_CAMPUS: "{county}中小学生综合实践基地",
    T.INTERNSHIP: "{good}机电实习工厂",
    T.CATERER: "{good}学生餐配送中心",
}
"""Sites that are no schools, one of each in the full county, beside the schools counted."""

SCHOOL_CODE = {
    T.KINDERGARTEN: "11", T.PRIMARY: "21", T.TEACHING_POINT: "21", T.JUNIOR: "31", T.NINE_YEAR: "31",
    T.SENIOR: "34", T.COMPLETE_SECONDARY: "34", T.TWELVE_YEAR: "34", T.VOCATIONAL: "36", T.SPECIAL: "51",
    T.UNIVERSITY: "41",
}  # fmt: skip

DEPARTMENTS: Mapping[str, str] = {
    Function.EDUCATION: "教育局",
    Function.POLICE: "公安局",
    Function.FIRE: "消防救援机构",
    Function.HEALTH: "卫生健康委员会",
    Function.MARKET: "市场监督管理局",
    Function.EMERGENCY: "应急管理局",
    Function.TRANSPORT: "交通运输局",
    Function.HOUSING: "住房和城乡建设局",
    Function.URBAN: "城市管理局",
}

_PUPILS = {
    T.KINDERGARTEN: (90, 360), T.PRIMARY: (260, 1500), T.TEACHING_POINT: (6, 28), T.JUNIOR: (420, 1600),
    T.NINE_YEAR: (600, 1900), T.SENIOR: (1200, 2600), T.COMPLETE_SECONDARY: (900, 2200),
    T.VOCATIONAL: (800, 2400), T.TWELVE_YEAR: (1200, 2800), T.SPECIAL: (60, 160), T.UNIVERSITY: (6000, 9000),
}  # fmt: skip
_BOARDERS = {
    T.JUNIOR: 0.7, T.NINE_YEAR: 0.5, T.SENIOR: 1.0, T.COMPLETE_SECONDARY: 1.0, T.VOCATIONAL: 1.0,
    T.TWELVE_YEAR: 1.0, T.SPECIAL: 1.0, T.UNIVERSITY: 1.0, T.PRIMARY: 0.12,
}  # fmt: skip


def mix(count: int) -> dict[str, int]:
    """``count`` schools split over the types: every type at least once where there is room for it."""
    whole = sum(SHARE.values())
    found = {kind: max(1, share * count // whole) for kind, share in SHARE.items()}
    order = sorted(SHARE, key=lambda kind: -SHARE[kind])
    turn = 0
    while (rest := count - sum(found.values())) != 0:
        kind = order[turn % len(order)]
        if rest > 0 or found[kind] > 1:
            found[kind] += 1 if rest > 0 else -1
        turn += 1
    return found


def facts(kind: str, setting: str, rng: random.Random) -> dict[str, object]:
    """Plausible facts of a school of ``kind``."""
    low, high = _PUPILS[UnitType(kind)]
    pupils = rng.randint(low, high)
    boards = rng.random() < _BOARDERS.get(UnitType(kind), 0.0)
    private = kind == T.TWELVE_YEAR or (kind == T.KINDERGARTEN and rng.random() < 0.45)
    return {
        "unit_type": kind,
        "ownership": Ownership.PRIVATE if private else Ownership.PUBLIC,
        "boarding": (Boarding.FULL if kind == T.SENIOR else Boarding.PARTIAL) if boards else Boarding.NONE,
        "setting": setting,
        "pupils": pupils,
        "staff": 1 if kind == T.TEACHING_POINT else max(8, pupils // 13),
        "adults_on_site": 1 if kind == T.TEACHING_POINT else None,
    }


def setting_of(number: int, kind: str) -> str:
    """Urban, town or rural, by the place in the list."""
    if kind == T.TEACHING_POINT:
        return Setting.RURAL
    return (Setting.URBAN, Setting.TOWN, Setting.TOWN, Setting.RURAL)[number % 4]


_USUAL = (
    ("校门", P.GATE),
    ("门卫室", P.CONTROL_ROOM),
    ("教学楼一层走廊", P.CORRIDOR),
    ("教学楼东侧楼梯", P.CORRIDOR),
    ("操场", P.SPORTS),
    ("围墙一周", P.PERIMETER),
    ("配电间", P.POWER_ROOM),
    ("校门外上下学区域", P.SURROUNDINGS),
)
_SMALL = (
    ("校门", P.GATE),
    ("一年级教室", P.CLASSROOM),
    ("走廊", P.CORRIDOR),
    ("围墙", P.PERIMETER),
    ("厨房", P.KITCHEN),
)
_MEALS = (("学生食堂", P.CANTEEN), ("食堂后厨", P.KITCHEN))
_LESSONS = (("科学实验室", P.LABORATORY), ("图书阅览室", P.LIBRARY), ("医务室", P.CLINIC))
_SECONDARY = (
    ("化学实验室", P.LABORATORY),
    ("物理实验室", P.LABORATORY),
    ("危险化学品储存柜", P.CHEMICAL_STORE),
    ("心理辅导室", P.COUNSELLING),
    ("报告厅", P.HALL),
)
_BEDS = (("学生宿舍一号楼", P.DORMITORY), ("学生宿舍二号楼", P.DORMITORY), ("开水房", P.BOILER))
_SHOWN = (
    ("体育器材室", P.SPORTS),
    ("教学楼西侧楼梯", P.CORRIDOR),
    ("多功能厅", P.HALL),
    ("心理辅导室", P.COUNSELLING),
    ("校车停靠点", P.BUS_STOP),
)


def places(kind: str, *, boards: bool, shown: bool = False) -> list[NewPlace]:
    """The inspection points of a school; the one the walk-through shows has eighteen."""
    if kind == T.TEACHING_POINT:
        rows = list(_SMALL)
    else:
        rows = [*_USUAL, *_MEALS]
        if kind != T.KINDERGARTEN:
            rows += _LESSONS
        if kind in (T.JUNIOR, T.SENIOR, T.NINE_YEAR, T.TWELVE_YEAR, T.COMPLETE_SECONDARY, T.VOCATIONAL):
            rows += _SECONDARY
        if boards:
            rows += _BEDS
        if shown:
            rows += _SHOWN
    return [NewPlace(name, place) for name, place in dict(rows).items()]


FULL_POSTS: tuple[tuple[str, str], ...] = (
    ("principal", ""),
    ("vice-safety", "principal"),
    ("security-director", ""),
    ("moral-director", "security-director"),
    ("logistics-director", ""),
    ("office-director", "logistics-director"),
    ("electrician", ""),
    ("class-teacher", ""),
    ("class-teacher", ""),
    ("class-teacher", ""),
    ("teacher", ""),
    ("teacher", ""),
    ("school-doctor", ""),
    ("gatekeeper", ""),
)
"""(post, the post held as deputy): the people of a school in full life."""

KINDERGARTEN_POSTS: tuple[tuple[str, str], ...] = (
    ("principal", ""),
    ("security-director", "principal"),
    ("logistics-director", ""),
    ("office-director", "security-director"),
    ("class-teacher", "logistics-director"),
    ("class-teacher", ""),
    ("class-teacher", ""),
    ("school-doctor", ""),
    ("gatekeeper", ""),
)

LIGHT_POSTS: tuple[tuple[str, str], ...] = (
    ("principal", ""),
    ("security-director", "principal"),
    ("logistics-director", "security-director"),
    ("class-teacher", ""),
)

POINT_POSTS: tuple[tuple[str, str], ...] = (("security-director", ""),)


def posts(kind: str, *, full: bool, boards: bool) -> list[tuple[str, str]]:
    """The posts of a school."""
    if kind == T.TEACHING_POINT:
        return list(POINT_POSTS)
    if not full:
        return list(LIGHT_POSTS)
    if kind == T.KINDERGARTEN:
        return [*KINDERGARTEN_POSTS, ("canteen-manager", "")]
    more = [("canteen-manager", "")]
    if boards:
        more.append(("dormitory-manager", ""))
    if kind in (T.JUNIOR, T.SENIOR, T.NINE_YEAR, T.TWELVE_YEAR, T.COMPLETE_SECONDARY, T.VOCATIONAL):
        more.append(("lab-keeper", ""))
    return [*FULL_POSTS, *more]
