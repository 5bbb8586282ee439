"""Text copied from a spreadsheet, as rows of cells, and what each cell means."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from anyuan.foundation.kernel.public import Actor, Invalid, clock
from anyuan.foundation.org.public import Domain, Place, Unit
from anyuan.foundation.sheets.public import as_day

from ..public import Registration, Stamp, places_named, units_named
from .domain_words import DOMAIN_WORDS

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

MOST_ROWS = 200
LONGEST_CELL = 2_000
TITLE = 100
_YEARLESS = re.compile(r"(\d{1,2})\s*(?:月|[-/.])\s*(\d{1,2})\s*日?(?:\s.*)?")
_MARKS = re.compile(r"[\s*：:]+|[（(].*[)）]")


@dataclass(frozen=True, slots=True)
class Head:
    """A column of the grid; ``words`` are headings people give it."""

    key: str
    label: StrOrPromise
    words: tuple[str, ...]
    css: str = ""


_WORDS: tuple[tuple[str, StrOrPromise, str, str], ...] = (
    ("unit", gettext_lazy("Unit"), "g-unit", "单位 学校 学校名称 单位名称 被检查单位"),
    ("place", gettext_lazy("Place"), "g-place", "隐患部位 部位 地点 点位 隐患位置 场所"),
    (
        "text",
        gettext_lazy("Description"),
        "g-text",
        "隐患描述 隐患内容 描述 问题 存在问题 问题描述 隐患情况 隐患名称 问题隐患",
    ),
    ("domain", gettext_lazy("Domain of work"), "g-short", "业务领域 类别 隐患类别 类型 隐患类型 领域"),
    ("grade", gettext_lazy("Grade"), "g-short", "等级 隐患等级 级别 隐患级别"),
    ("found", gettext_lazy("Found on"), "g-day", "排查时间 发现时间 检查时间 排查日期 检查日期 日期"),
    ("finder", gettext_lazy("Found by"), "g-short", "排查人 检查人 发现人 排查人员 检查人员"),
    ("interim", gettext_lazy("Interim protection"), "g-text", "临时防控 临时防控措施 管控措施 防控措施"),
    ("until", gettext_lazy("Holds until"), "g-day", "防控期限 防控至 管控至 临时防控期限"),
    ("measures", gettext_lazy("Measures proposed"), "g-text", "整改措施 整改建议 整改要求 措施"),
)
HEADS = tuple(Head(key, label, tuple(words.split()), css) for key, label, css, words in _WORDS)
"""In the order cells are taken when no heading was copied."""
KEYS = tuple(head.key for head in HEADS)
_BY_WORD = {_word: head.key for head in HEADS for _word in (*head.words, head.key)}
_SERIAL = {"序号", "编号", "no", "no."}

_GRADES: dict[str, StrOrPromise] = {
    "": "",
    "general": pgettext_lazy("hazard", "General"),
    "major": pgettext_lazy("hazard", "Major"),
}
_GENERAL = {"一般", "一般隐患", "一般事故隐患", "较小", "低", "general"}
_MAJOR = {"重大", "疑似重大", "重大隐患", "重大事故隐患", "疑似重大隐患", "major"}


@dataclass(slots=True)
class GridRow:
    """A row of the grid as typed; ``errors`` by column, "" for the whole row."""

    cells: dict[str, str]
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def empty(self) -> bool:
        return not any(text.strip() for text in self.cells.values())

    def __iter__(self) -> object:
        return iter([(head, self.cells.get(head.key, ""), self.errors.get(head.key, "")) for head in HEADS])


@dataclass(frozen=True, slots=True)
class Pasted:
    """Rows read from the clipboard, and headings no column of ours answers to."""

    rows: list[GridRow]
    left_out: list[str]


def split_cells(text: str) -> list[list[str]]:
    """Rows of cells as a spreadsheet copies them: tabs between, quotes around cells with line breaks."""
    rows: list[list[str]] = []
    row: list[str] = []
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    at = 0
    while at <= len(text):
        cell, at = _cell(text, at)
        row.append(cell)
        if at >= len(text) or text[at] == "\n":
            rows.append(row)
            row = []
        at += 1
    return [r for r in rows if any(c.strip() for c in r)]


def _cell(text: str, at: int) -> tuple[str, int]:
    """The cell that begins at ``at``, and where it ends. A quote counts when it closes the cell."""
    if text[at : at + 1] == '"':
        quoted = re.compile(r'"((?:[^"]|"")*)"(?=\t|\n|$)').match(text, at)
        if quoted:
            return quoted[1].replace('""', '"').strip(), quoted.end()
    end = min((p for p in (text.find("\t", at), text.find("\n", at)) if p >= 0), default=len(text))
    return text[at:end].strip(), end


def read(text: str) -> Pasted:
    """The rows of a copied table, by its headings where it has some. Raises ``Invalid`` for too many."""
    table = split_cells(text)
    keys, left_out, begin = _columns(table)
    body = table[begin:]
    if len(body) > MOST_ROWS:
        raise Invalid(_("Paste at most %(count)d rows at once.") % {"count": MOST_ROWS})
    rows = [GridRow({k: c[:LONGEST_CELL] for k, c in zip(keys, cells, strict=False) if k}) for cells in body]
    return Pasted([r for r in rows if not r.empty], left_out)


def _columns(table: list[list[str]]) -> tuple[list[str], list[str], int]:
    """(key of each column, headings not taken, first row of the body)."""
    for index, cells in enumerate(table[:3]):
        keys = [_BY_WORD.get(_MARKS.sub("", c).casefold(), "") for c in cells]
        if sum(bool(k) for k in keys) >= 2:
            first = [k if k and k not in keys[:i] else "" for i, k in enumerate(keys)]
            others = [
                c for c, k in zip(cells, first, strict=True) if c and not k and c.casefold() not in _SERIAL
            ]
            return first, others, index + 1
    serial = bool(table) and all(cells[0].isdigit() and len(cells[0]) < 4 for cells in table)
    return (["", *KEYS] if serial else list(KEYS)), [], 0


@dataclass(frozen=True, slots=True)
class Common:
    """What holds for every row of a grid."""

    source: str
    evidence_reason: str


def understand(actor: Actor, rows: Sequence[GridRow], common: Common) -> list[tuple[Registration, Stamp]]:
    """What the rows say; what is not clear becomes an error at its cell. Three queries and few searches."""
    units = units_named(actor, [row.cells.get("unit", "") for row in rows])
    clear = {u[0].pk: u[0] for u in units.values() if len(u) == 1}
    places = places_named(actor, clear.values()) if clear else {}
    found = []
    for row in rows:
        row.errors = {}
        said = _registration(row, _unit(row, units), common)
        if said is None:
            continue
        place = places.get(said.unit.pk, {}).get(said.place_text)
        if place is not None:
            said = _at(said, place)
        found.append((said, Stamp(occurred_at=_instant(row))))
    return found


def _at(said: Registration, place: Place) -> Registration:
    return replace(said, place=place, place_text="")


def _unit(row: GridRow, units: dict[str, list[Unit]]) -> Unit | None:
    name = row.cells.get("unit", "").strip()
    if not name:
        row.errors["unit"] = _("Write the unit.")
        return None
    fitting = units.get(name, [])
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        names = "、".join(u.name for u in fitting[:5])
        row.errors["unit"] = _("Several units fit: %(names)s. Write the full name.") % {"names": names}
    else:
        row.errors["unit"] = _("No unit of yours has this name, short name or code.")
    return None


def _registration(row: GridRow, unit: Unit | None, common: Common) -> Registration | None:
    """The row as a registration; None when a cell is not clear."""
    text = row.cells.get("text", "").strip()
    place = row.cells.get("place", "").strip()
    if not text:
        row.errors["text"] = _("Say in a few words what is wrong.")
    if not place:
        row.errors["place"] = _("Say where it is.")
    elif len(place) > 80:
        row.errors["place"] = _("Write at most %(count)d characters.") % {"count": 80}
    domain, grade = _domain(row), _grade(row)
    interim, until = row.cells.get("interim", "").strip(), _until(row, grade)
    _instant(row)
    if row.errors or unit is None:
        return None
    finder = row.cells.get("finder", "").strip()
    return Registration(
        unit=unit,
        title=title_of(text),
        description=_description(text, row.cells.get("measures", "").strip()),
        domain=domain,
        place_text=place,
        source=common.source,
        finder_name=finder[:40],
        evidence_reason=common.evidence_reason,
        interim=interim,
        interim_until=until if interim else None,
        general=grade == "general",
        suspected=text if grade == "major" else "",
    )


def title_of(text: str) -> str:
    """The first sentence, cut to the length of a title."""
    first = re.split(r"[\n。；;]", text, maxsplit=1)[0].strip() or text
    return first if len(first) <= TITLE else first[: TITLE - 1] + "…"


def _description(text: str, measures: str) -> str:
    body = text if text != title_of(text) else ""
    proposed = _("Measures proposed: %(text)s") % {"text": measures} if measures else ""
    return "\n".join(part for part in (body, proposed) if part)


def _domain(row: GridRow) -> str:
    said = row.cells.get("domain", "").strip()
    if not said:
        row.errors["domain"] = _("Choose the domain of work.")
        return ""
    for code, label in Domain.choices:
        if said.casefold() in {code, str(label).casefold()}:
            return str(code)
    for word, code in DOMAIN_WORDS:
        if word in said:
            return code
    row.errors["domain"] = _("This domain of work is not known. Choose one of the list.")
    return ""


def _grade(row: GridRow) -> str:
    said = row.cells.get("grade", "").strip().casefold()
    if said in _GENERAL or said == str(_GRADES["general"]).casefold():
        return "general"
    if said in _MAJOR or said == str(_GRADES["major"]).casefold():
        return "major"
    if said:
        row.errors["grade"] = _("Write 一般 or 重大, or leave it empty.")
    return ""


def _until(row: GridRow, grade: str) -> date | None:
    """The last day of the interim protection: two weeks from today when none is given."""
    interim = row.cells.get("interim", "").strip()
    if not interim:
        if grade == "general":
            row.errors["interim"] = _("Say what protects people until it is fixed, or leave the grade empty.")
        return None
    day = _day(row, "until")
    if day is not None and day < clock.today():
        row.errors["until"] = _("This day is over.")
    return day or clock.today() + timedelta(days=14)


def _instant(row: GridRow) -> datetime | None:
    """When it was found: noon of a day that is over; None is now."""
    day = _day(row, "found")
    if day is None or day == clock.today():
        return None
    if day > clock.today():
        row.errors["found"] = _("This day has not come yet.")
    return datetime.combine(day, time(12), clock.SHANGHAI)


def _day(row: GridRow, key: str) -> date | None:
    said = row.cells.get(key, "").strip()
    short = _YEARLESS.fullmatch(said)
    try:
        if short:
            return _nearest(int(short[1]), int(short[2]), key)
        return as_day(said)
    except (Invalid, ValueError):
        row.errors[key] = _("“%(text)s” is not a day. Write it like 2026-11-21.") % {"text": said}
        return None


def _nearest(month: int, day: int, key: str) -> date:
    """A day without a year: the last one for what was found, the next one for what holds until."""
    today = clock.today()
    found = date(today.year, month, day)
    if key == "found" and found > today:
        return date(today.year - 1, month, day)
    if key == "until" and found < today:
        return date(today.year + 1, month, day)
    return found
