"""Pack files: what is wrong is named with file, line, key and what was expected."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from anyuan.rules.policy.public import PackProblem, check_packs, pack_root

PACK = "nantong-2020-campus-and-bus"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A pack to break."""
    shutil.copytree(pack_root() / PACK, tmp_path / PACK)
    return tmp_path / PACK


def _change(folder: Path, file: str, old: str, new: str) -> int:
    """Replace the first ``old``; give its line."""
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def _only(problems: list[PackProblem]) -> PackProblem:
    assert len(problems) == 1, [str(p) for p in problems]
    return problems[0]


def test_the_packs_of_the_repository_are_sound() -> None:
    assert [str(p) for p in check_packs()] == []


def test_a_wrong_choice_names_file_line_key_and_the_choices(copy: Path) -> None:
    line = _change(copy, "checklists.yaml", "domain: traffic", "domain: roads")
    problem = _only(check_packs([copy]))
    assert (problem.file, problem.line) == (f"{PACK}/checklists.yaml", line)
    assert problem.key == "checklists.3.domain"
    assert "'traffic'" in problem.message
    assert str(problem).startswith(f"{PACK}/checklists.yaml:{line}: checklists.3.domain: ")


def test_a_misspelt_key_is_no_key(copy: Path) -> None:
    line = _change(copy, "checklists.yaml", "remedy:", "remedies:")
    problems = {p.key.rsplit(".", 1)[1]: p for p in check_packs([copy])}
    assert set(problems) == {"remedies", "remedy"}
    assert problems["remedies"].line == line


def test_a_missing_key_points_at_its_item(copy: Path) -> None:
    line = _change(copy, "checklists.yaml", "e-bikes\n        rows: [004-322-8]\n", "e-bikes\n")
    problem = _only(check_packs([copy]))
    assert (problem.line, problem.key) == (line, "checklists.1.items.1.rows")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("[004-322-8]", "[000-304-1]"),  # a row of another document
        ("[004-322-8]", "[004-999-1]"),  # no such row
        ("[004-322-8]", "[004-322]"),  # no row id
        ("id: escape-routes", "id: e-bikes"),  # the same id twice
        ("id: e-bikes", "id: E bikes"),
        ("clause: 三(二)6", "clause: 三(二)66"),
        ("photo: always", "photo: sometimes"),
        ("boarding: true", "boarding: 1"),
        ("rows: [004-322-8]", "rows: []"),
    ],
)
def test_one_mistake_is_one_problem(copy: Path, old: str, new: str) -> None:
    line = _change(copy, "checklists.yaml", old, new)
    problem = _only(check_packs([copy]))
    assert problem.file == f"{PACK}/checklists.yaml"
    assert abs(problem.line - line) <= 10


def test_a_key_twice_is_refused(copy: Path) -> None:
    line = _change(copy, "pack.yaml", "  version: 2\n", "  version: 2\n  version: 2\n")
    problem = _only(check_packs([copy]))
    assert (problem.line, problem.key) == (line + 1, "pack.version")


def test_a_file_that_is_no_yaml_is_named(copy: Path) -> None:
    (copy / "checklists.yaml").write_text("checklists:\n  - id: [a\n", encoding="utf-8")
    problem = _only(check_packs([copy]))
    assert problem.file == f"{PACK}/checklists.yaml"


def test_the_folder_bears_the_packs_name(copy: Path) -> None:
    moved = copy.rename(copy.parent / "another-name")
    assert _only(check_packs([moved])).key == "pack.id"


@pytest.mark.parametrize(("until", "fine"), [("2019-12-10", False), ("2019-12-11", True)])
def test_a_pack_ends_after_it_begins(copy: Path, until: str, fine: bool) -> None:
    _change(copy, "pack.yaml", "until: 2021-01-01", f"until: {until}")
    assert (check_packs([copy]) == []) is fine


def test_packs_lie_where_the_environment_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANYUAN_PACKS", str(tmp_path))
    assert pack_root() == tmp_path
    monkeypatch.setenv("ANYUAN_PACKS", str(tmp_path / "nowhere"))
    with pytest.raises(FileNotFoundError, match="ANYUAN_PACKS"):
        pack_root()
