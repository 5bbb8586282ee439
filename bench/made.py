"""A generated document: facts, registers, standards and duties of any number, in the shape of a pack's files.

Real documents give some thirty requirements that run; measuring needs hundreds of the same build. Each
``kind`` of equipment brings six facts and eleven standards of two to six operations; each register brings
duties of several cadences. What they say is invented, how they are written is not: they are read, checked
and compiled like any other pack.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

PACK = "made"
KINDS = (
    ("cameras", "摄像头"), ("extinguishers", "灭火器"), ("lights", "应急灯"), ("exits", "安全出口"),
    ("handlers", "食品从业人员"), ("hydrants", "消火栓"), ("alarms", "报警器"), ("barriers", "防撞设施"),
    ("kits", "急救箱"), ("detectors", "燃气探测器"), ("cabinets", "药品柜"), ("signs", "疏散标志"),
    ("radios", "对讲机"), ("patrollers", "护学人员"),
)  # fmt: skip
AREAS = ("security", "fire", "fire", "building", "food", "fire", "security", "security", "health", "food",
         "lab", "building", "security", "protection")  # fmt: skip
SIDES = (
    ("", "数量"),
    ("sound", "完好数量"),
    ("reserve", "备用数量"),
    ("rented", "租用数量"),
    ("staff", "管理人数"),
)
CADENCES = (
    *["school-day"] * 2, *["week"] * 5, *["school-month"] * 22, *["month"] * 8, *["quarter"] * 18,
    *["semester"] * 25, *["academic-year"] * 15, *["year"] * 15,
)  # fmt: skip
"""How often the duties of a generated document come round, in the mix of the real ones."""
WHERE = ("kind in ('a', 'b')", "whole and amount >= 1", "hour < 18 and kind <> 'c'")
REGISTERS = 20
SOURCE = ["000-301-2"]
CLAUSE = "一"


def fact_keys(kinds: int) -> list[str]:
    """The generated facts a standard may name."""
    keys = ["volunteers"]
    for kind, _title in KINDS[:kinds]:
        keys += [kind, *(f"{kind}_{side}" for side, _name in SIDES[1:]), f"{kind}_broken"]
    return keys


def facts(kinds: int) -> list[dict[str, Any]]:
    """Six facts for each kind, and how many volunteers there are."""
    found = [_number("volunteers", "志愿者数")]
    for kind, title in KINDS[:kinds]:
        found += [_number(f"{kind}_{side}" if side else kind, title + name) for side, name in SIDES]
        found.append(_asked(f"{kind}_broken", f"{title}有损坏") | {"type": "boolean"})
    return found


def _number(key: str, title: str) -> dict[str, Any]:
    return _asked(key, title) | {"type": "number", "least": 0, "most": 100_000}


def _asked(key: str, title: str) -> dict[str, Any]:
    return {"key": key, "title": title, "title_en": key, "question": f"{title}？",
            "confirm": "security-director", "valid_days": 365}  # fmt: skip


def params(kinds: int) -> list[dict[str, Any]]:
    """Three limits for each kind that a county may set."""
    found = []
    for kind, title in KINDS[:kinds]:
        for name, default, least, most in (
            ("per", 150.0, 50.0, 300.0),
            ("few", 2.0, 1.0, 10.0),
            ("lost", 0.1, 0.01, 0.5),
        ):
            found.append(
                {"key": f"{kind}_{name}", "type": "number", "title": f"{title}{name}",
                 "title_en": f"{kind} {name}", "default": default, "least": least, "most": most}
            )  # fmt: skip
    return found


def standards(kinds: int) -> list[dict[str, Any]]:
    """Eleven for each kind: two to six operations, every construct that packs use."""
    return [one for place in range(kinds) for one in _standards(place)]


def _standards(place: int) -> list[dict[str, Any]]:
    kind, title = KINDS[place]
    rows: tuple[tuple[str, str, dict[str, str]], ...] = (
        ("enough", "is_school", {"have": kind, "need": f"ceil(pupils / param('{kind}_per'))"}),
        ("sound", "is_school", {"have": f"{kind}_sound / {kind}", "need": "0.95"}),
        ("least", "is_school", {"have": kind, "need": "greatest(2, floor(headcount / 200))"}),
        ("boarding", "is_school and not is_kindergarten",
         {"have": f"{kind} + {kind}_reserve",
          "need": f"case when boarding then param('{kind}_few') else 1 end"}),
        ("small", "is_school",
         {"have": f"case when headcount < 100 then {kind}_staff + volunteers else {kind}_staff end",
          "need": f"least(param('{kind}_few'), round(staff * 0.05))"}),
        ("whole", "is_school", {"have": f"{kind}_sound >= 1 and not {kind}_broken", "op": "holds"}),
        ("lost", "is_school",
         {"have": f"({kind} - {kind}_sound) / {kind}", "need": f"param('{kind}_lost')", "op": "at-most"}),
        ("outside", "is_school and setting in ('rural', 'town')",
         {"have": kind, "need": "1 + floor(pupils / 500)"}),
        ("owned", "is_school",
         {"have": f"coalesce({kind}_rented, 0) + {kind}",
          "need": "case when ownership = 'private' then 2 else 1 end"}),
        ("span", "pupils >= 100", {"have": f"{kind} between 1 and 50 + pupils / 10", "op": "holds"}),
        ("staffed", "is_school", {"have": f"2 * {kind}_staff + {kind}_reserve", "need": f"{kind} / 10 - 1"}),
    )  # fmt: skip
    head = {"source": SOURCE, "clause": CLAUSE, "area": AREAS[place], "domain": "general",
            "post": "security-director"}  # fmt: skip
    return [
        {**head, "id": f"{kind}-{name}", "title": f"{title}{name}", "title_en": f"{kind} {name}",
         "applies": applies, "standard": {**standard, "unit": ""}}
        for name, applies, standard in rows
    ]  # fmt: skip


def register_key(number: int) -> str:
    return f"work-{number + 1}"


def registers() -> list[dict[str, Any]]:
    """Each with a kind, a number and a yes-no, as real ones have."""
    choices = [{"code": c, "label": c, "label_en": c} for c in ("a", "b", "c")]
    fields = [
        {"key": "kind", "label": "类别", "label_en": "Kind", "kind": "choice", "choices": choices},
        {"key": "amount", "label": "数量", "label_en": "Amount", "kind": "number", "least": 0, "most": 1000},
        {"key": "whole", "label": "全面", "label_en": "Whole", "kind": "yes-no"},
    ]
    return [
        {"id": register_key(n), "version": 1, "title": f"工作台账{n + 1}", "title_en": f"Work {n + 1}",
         "post": "security-director", "fields": fields}
        for n in range(REGISTERS)
    ]  # fmt: skip


def duties(number: int) -> list[dict[str, Any]]:
    """Duties over the registers; every second with a condition, every fifth a sum."""
    areas = ("duty", "education", "fire", "food", "traffic", "health", "protection", "building")
    found = []
    for n in range(number):
        cadence = CADENCES[n % len(CADENCES)]
        duty: dict[str, Any] = {"register": register_key(n % REGISTERS), "every": cadence}
        if n % 5 == 4:
            duty |= {"sum": "amount", "at_least": "2 + floor(pupils / 1000)"}
        if n % 2:
            duty["where"] = ("kind in ('a', 'b')", "whole and amount >= 1", "hour < 18 and kind <> 'c'")[
                n % 3
            ]
        found.append(
            {"id": f"duty-{n + 1}", "source": SOURCE, "clause": CLAUSE, "title": f"工作要求{n + 1}",
             "title_en": f"Duty {n + 1}", "area": areas[n % len(areas)], "domain": "general",
             "post": "security-director", "duty": duty,
             "applies": ("is_school", "is_school and not is_kindergarten", "pupils >= 100")[n % 3]}
        )  # fmt: skip
    return found


def write(folder: Path, *, kinds: int, duties_: int) -> Path:
    """The pack's folder below ``folder``; JSON is YAML."""
    pack = folder / PACK
    pack.mkdir(parents=True, exist_ok=True)
    content = {
        "pack": {"id": PACK, "document": "000", "version": 1, "title": "生成的文件", "issuer": "生成",
                 "level": "city", "region": "生成", "force": "rule"},
        "clauses": [{"label": CLAUSE, "heading": "要求"}],
        "params": params(kinds),
        "facts": facts(kinds),
        "registers": registers() if duties_ else [],
        "requirements": standards(kinds) + duties(duties_),
    }  # fmt: skip
    (pack / "pack.yaml").write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
    return pack
