"""What a pack demands: each mistake is named at its file, line and key, with a remedy."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from anyuan.rules.policy.catalogue import fact_def
from anyuan.rules.policy.public import PackProblem, check_packs, pack_root
from anyuan.rules.policy.reading import read_packs

PACK, COMMON = "guyuan-2018-risk-control", "common"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A pack and ``common``, to break."""
    for code in (PACK, COMMON):
        shutil.copytree(pack_root() / code, tmp_path / code)
    return tmp_path


def change(root: Path, file: str, old: str, new: str) -> int:
    """Replace the first ``old``; give the line on which it begins."""
    path = root / file
    text = path.read_text(encoding="utf-8")
    assert old in text, old
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def only(problems: list[PackProblem]) -> PackProblem:
    assert len(problems) == 1, [str(p) for p in problems]
    return problems[0]


REQ, PAR = f"{PACK}/requirements.yaml", f"{PACK}/params.yaml"
SUNDAYS = "{every: nth-weekday, weekday: sun, shift: none}"
VACATION = "vacation: {param: check_vacation}"
CHECK = "check: {checklist: standards, item: guards-standard}"
COUNTED = "register: drill\n      every: quarter"
FACTS, REGISTERS = "common/facts.yaml", "common/registers.yaml"


def test_the_copy_is_sound(root: Path) -> None:
    assert check_packs([root]) == []
    assert check_packs([root / PACK]) == []


def test_an_unknown_fact_is_named_at_its_place_in_a_folded_text(root: Path) -> None:
    line = change(root, REQ, "then guards_certified + safety", "then guards_certifed + safety")
    problem = only(check_packs([root]))
    assert (problem.file, problem.line) == (REQ, line)
    written = (root / REQ).read_text(encoding="utf-8").splitlines()[line - 1]
    assert written[problem.column - 1 :].startswith("guards_certifed")
    assert problem.key == "requirements.11.standard.have"
    assert "guards_certified" in problem.message


def test_a_position_in_a_quoted_text_is_found(root: Path) -> None:
    old = "applies: is_school and boarding and for_girls"
    line = change(root, REQ, old, "applies: 'setting = ''urban'' and for_boys'")
    problem = only(check_packs([root]))
    written = (root / REQ).read_text(encoding="utf-8").splitlines()[line - 1]
    assert (problem.line, written[problem.column - 1 :]) == (line, "for_boys'")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("need: 1, unit", "need: 0.5, unit"),
        ("at_least: param('hours_primary')", "at_least: 0.5"),
        ("have: doctors, need: 1,", "have: doctors, op: at-most, need: 199,"),
        ("stage = 'primary' and", "stage <> 'junior' and"),
        ("have: doctors, need: 1,", "have: doctors, need: pupils - pupils,"),  # 0 at every unit, but not said
    ],
)
def test_what_some_unit_may_miss_is_sound(root: Path, old: str, new: str) -> None:
    change(root, REQ, old, new)
    assert check_packs([root]) == []


def test_a_strange_choice_is_named_at_its_place(root: Path) -> None:
    line = change(root, REQ, "stage = 'primary' and", "stage = 'primry' and")
    problem = only(check_packs([root]))
    written = (root / REQ).read_text(encoding="utf-8").splitlines()[line - 1]
    assert (problem.file, problem.line) == (REQ, line)
    assert written[problem.column - 1 :].startswith("'primry'")


def test_different_values_are_counted_of_a_field(root: Path) -> None:
    line = change(root, REQ, COUNTED, f"{COUNTED}\n      distinct: kind\n      at_least: 6") + 2
    assert check_packs([root]) == []
    change(root, REQ, "distinct: kind", "distinct: kinds")
    problem = only(check_packs([root]))
    assert (problem.file, problem.line, problem.column) == (REQ, line, 17)
    assert "kind" in problem.message


@pytest.mark.parametrize(
    ("file", "old", "new", "key", "words"),
    [
        # expressions
        (REQ, "need: 1, unit", "need: is_school, unit", "need", ("number", "数")),
        (REQ, "applies: teaches_primary", "applies: pupils", "applies", ("boolean", "是否", "true")),
        (REQ, "need: 1, unit", "need: '1 +', unit", "need", ("",)),
        (REQ, "param('hours_primary')", "param('hour_primary')", "at_least", ("hours_primary",)),
        (REQ, "{have: doctors, need: 1,", "{have: managers, need: 1,", "have", ("managers",)),
        (REQ, "stage = 'primary' and whole_stage", "stage = 'primary' and whole", "where", ("whole",)),
        (REQ, "have: doctors", "have: pg_sleep(1)", "have", ("",)),
        (FACTS, "expression: pupils + staff", "expression: pupils + teachers", "expression", ("",)),
        (REQ, "sum: hours\n      at_least: param('hours_primary')",
         "sum: hours\n      once_a: day\n      at_least: param('hours_primary')", "once_a", ("days", "天")),
        (REQ, COUNTED, f"{COUNTED}\n      distinct: scenari", "distinct", ("scenario",)),
        (REQ, COUNTED, f"{COUNTED}\n      distinct: weekday", "distinct", ("weekday",)),
        (REQ, COUNTED, f"{COUNTED}\n      distinct: scenario\n      once_a: day", "distinct", ("days", "天")),
        (REQ, COUNTED, f"{COUNTED}\n      distinct: scenario\n      at_least: 7", "at_least", ("6",)),
        (REQ, "sum: hours", "sum: hours\n      distinct: topic", "distinct", ("求和", "added")),
        # texts nothing ever is, needs that are always met
        (REQ, "stage = 'primary' and", "stage = 'primry' and", "where", ("primary",)),
        (REQ, "stage in ('senior', 'vocational')", "stage in ('senior', 'vocal')", "where", ("vocational",)),
        (REQ, "param('guards_at_1000') = 'two'", "param('guards_at_1000') <> 'tow'", "need", ("two",)),
        (REQ, "level in ('department', 'school')", "level = 'schol'", "where", ("school",)),
        (FACTS, "unit_type = 'kindergarten'", "unit_type = 'kindergaten'", "expression", ("kindergarten",)),
        (FACTS, "kind = 'commuter'", "kind = 'commuters'", "where", ("commuter",)),
        (REQ, "at_least: param('hours_primary')", "at_least: 0", "at_least", ("0",)),
        (REQ, "at_least: param('hours_primary')", "at_least: '1 - 1'", "at_least", ("0",)),
        (REQ, "have: doctors, need: 1,", "have: doctors, need: -1,", "need", ("always", "总是")),
        (REQ, "have: doctors, need: 1,", "have: doctors, need: 0,", "need", ("always", "总是")),
        (REQ, "{have: doctors, need: 1", "{have: doctors, op: at-most, need: 200", "need", ("总是",)),
        # registers and fields
        (REQ, "register: class-hours", "register: class-hour", "register", ("class-hours",)),
        (REQ, "sum: hours", "sum: hour_count", "sum", ("",)),
        (REQ, "sum: hours", "sum: topic", "sum", ("text",)),
        (FACTS, "distinct: plate", "distinct: plates", "distinct", ("plate",)),
        (FACTS, "register: counsellor", "register: counselor", "register", ("counsellor",)),
        (REGISTERS, "expires: valid_until", "expires: valid_til", "expires", ("valid_until",)),
        (REGISTERS, "expires: valid_until", "expires: name", "expires", ("",)),
        (REGISTERS, "id: fire-training", "id: round", "id", ("",)),
        (REGISTERS, "key: seats", "key: evidence", "key", ("",)),
        (REGISTERS, "least: 1, most: 100}", "least: 100, most: 1}", "most", ("100",)),
        # cadences
        (REQ, "{every: week, vacation", "{every: week, hours: 3, vacation", "every", ("hours",)),
        (REQ, "every: academic-year", f"every: {SUNDAYS}", "every", ("周末", "weekend")),
        (REQ, "every: academic-year", "every: leap-year", "every", ("academic-year",)),
        (REQ, VACATION, "vacation: {param: check_vacations}", "vacation", ("check_vacation",)),
        (REQ, VACATION, "vacation: {param: hours_junior}", "vacation", ("skip",)),
        # params
        (PAR, "default: 500", "default: 501", "default", ("500",)),
        (PAR, "default: 500", "default: 99", "default", ("100",)),
        (PAR, "default: 500", "default: many", "default", ("number",)),
        (PAR, "default: floor", "default: flor", "default", ("floor",)),
        (FACTS, "key: setting", "key: case", "key", ("case",)),
        (PAR, "least: 100", "least: 1000", "most", ("1000",)),
        # shape
        (REQ, "    area: education", "    area: schooling", "area", ("'education'",)),
        (REQ, "    title_en: Daily", "    titel_en: Daily", "titel_en", ("title_en",)),
        (REQ, "post: teaching-director", "post: teaching-directer", "post", ("teaching-director",)),
        (REQ, "clause: 二(一)4", "clause: 二(一)44", "clause", ("",)),
        (REQ, "source: [002-11-5]", "source: [000-301-2]", "source.0", ("002",)),
        (REQ, "source: [002-11-5]", "source: []", "source", ("002",)),
        (REQ, "source: [002-11-5]", "source: [002-99-5]", "source.0", ("002",)),
        (REQ, "id: check-weekly", "id: check-daily", "id", ("",)),
        (REQ, "item: guards-standard", "item: guard-standard", "item", ("guards-standard",)),
        (REQ, "checklist: standards", "checklist: standard", "checklist", ("standards",)),
        (REQ, "    principle: {text", f"    {CHECK}\n    principle: {{text", "", ("standard",)),
        (FACTS, "    confirm: moral-director\n", "", "confirm", ("",)),
        (FACTS, "{org: pupils}", "{org: pupils, expression: staff}", "derive", ("org",)),
        (FACTS, "{org: pupils}", "{org: ownership}", "org", ("number",)),
    ],
)  # fmt: skip
def test_one_mistake_is_one_problem(
    root: Path, file: str, old: str, new: str, key: str, words: tuple[str, ...]
) -> None:
    line = change(root, file, old, new)
    found = [p for p in check_packs([root]) if p.key.endswith(key)]
    titel = key == "titel_en"
    assert len(check_packs([root])) == (2 if titel else 1), [str(p) for p in check_packs([root])]
    problem = only(found)
    assert problem.file == file
    assert (
        abs(problem.line - line) <= 12 if key in ("", "confirm", "every", "derive") else problem.line >= line
    )
    assert any(word in problem.message for word in words), problem.message


def test_a_typo_in_common_does_not_blame_the_packs_that_use_it(root: Path) -> None:
    change(root, FACTS, "facts:", "fact:")
    problem = only(check_packs([root]))
    assert problem.file == FACTS
    assert "facts" in problem.message


def test_a_fact_counts_unless_it_says_otherwise(root: Path) -> None:
    before = {s.parts.pack.id: s.digest for s in read_packs([root]) if s.parts}
    change(root, FACTS, "key: check_points\n", "key: check_points\n    whole: false\n")
    found = {s.parts.pack.id: s for s in read_packs([root]) if s.parts}
    common = found[COMMON].parts
    assert common is not None
    facts = {f.key: fact_def(f, COMMON) for f in common.facts}
    assert (facts["check_points"].whole, facts["check_points_assigned"].whole) == (False, True)
    assert found[COMMON].digest != before[COMMON]
    assert found[PACK].digest == before[PACK]


def test_facts_derived_in_a_circle(root: Path) -> None:
    change(root, FACTS, "{org: staff}", "{expression: headcount - pupils}")
    problem = only(check_packs([root]))
    assert problem.file == FACTS
    assert problem.key.endswith(".derive")
    assert (
        "staff → headcount → staff" in problem.message or "headcount → staff → headcount" in problem.message
    )


def test_a_fact_declared_differently_in_two_packs(root: Path) -> None:
    (root / PACK / "facts.yaml").write_text(
        "facts:\n  - {key: pupils, type: number, title: 学生, title_en: Pupils, derive: {org: staff}}\n",
        encoding="utf-8",
    )
    problem = only(check_packs([root]))
    assert problem.file in (f"{PACK}/facts.yaml", FACTS)
    assert "pupils" in problem.message


def test_two_packs_with_one_id(root: Path) -> None:
    shutil.copytree(root / PACK, root / "other" / PACK)
    problem = only(check_packs([root, root / "other"]))
    assert (problem.file, problem.key) == (f"{PACK}/pack.yaml", "pack.id")
    assert str(root / PACK) in problem.message


def test_common_demands_nothing(root: Path) -> None:
    shutil.copy(root / PAR, root / COMMON / "params.yaml")
    problem = only(check_packs([root]))
    assert problem.key == "params"


def test_an_alias_that_contains_itself_ends(root: Path) -> None:
    (root / PACK / "facts.yaml").write_text("facts: &a [*a]\n", encoding="utf-8")
    assert any(p.file == f"{PACK}/facts.yaml" for p in check_packs([root]))


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"a: \x00\n", b"- 1\n", b"a: [1\n"])
def test_files_that_are_no_yaml(root: Path, content: bytes) -> None:
    (root / PACK / "facts.yaml").write_bytes(content)
    assert [p.file for p in check_packs([root])] == [f"{PACK}/facts.yaml"]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("within: check_points", "within: check_pionts", "check_points"),
        ("within: check_points", "within: managers", "managers"),
        ("within: check_points", "within: check_points_assigned", "check_points_assigned"),
        ("title: 使用校车", "within: check_points\n    title: 使用校车", ""),
        ("title: 师生员工总数", "within: pupils\n    title: 师生员工总数", ""),
    ],
)
def test_what_a_fact_is_a_part_of_is_another_number_of_the_same_thing(
    root: Path, old: str, new: str, says: str
) -> None:
    line = change(root, FACTS, old, new)
    problem = only(check_packs([root]))
    assert (problem.file, problem.line) == (FACTS, line)
    assert problem.key.endswith(".within")
    assert says in problem.message
    written = (root / FACTS).read_text(encoding="utf-8").splitlines()[line - 1]
    said = new.splitlines()[0].removeprefix("within: ")
    assert problem.column == (written.index(said) + 1 if says else 0)
