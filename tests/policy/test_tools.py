"""``anyuan packs``: coverage of rows by packs, rooms and tests; what changed between two versions."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from anyuan.rules.policy.public import coverage, differences, load_packs, pack_root, parts_in
from anyuan.site.packs import main

PACK = "guyuan-2018-risk-control"


@pytest.fixture
def changed(tmp_path: Path) -> Path:
    folder = tmp_path / PACK
    shutil.copytree(pack_root() / PACK, folder)
    for file, old, new in (
        ("params.yaml", "default: 500", "default: 400"),
        ("requirements.yaml", "  - id: school-doctor", "  - id: school-nurse"),
        ("requirements.yaml", "need: 1, unit: 人}", "need: 2, unit: 人}"),
    ):
        path = folder / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return folder


def test_differences_name_part_key_old_and_new(changed: Path) -> None:
    old, new = parts_in(pack_root() / PACK)[0], parts_in(changed)[0]
    assert old is not None
    assert new is not None
    assert [str(d) for d in differences(old, new)] == [
        "~ param guard_step: default: 500 → 400",
        "~ requirement dormitory-manager: standard.need: 1 → 2",
        "+ requirement school-nurse",
        "- requirement school-doctor",
    ]
    assert differences(old, old) == []


def test_diff_on_the_command_line(changed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", str(pack_root() / PACK), str(changed)]) == 0
    assert "~ param guard_step: default: 500 → 400" in capsys.readouterr().out
    assert main(["diff", str(changed)]) == 2
    assert main(["diff", str(changed), "/nowhere"]) == 2
    assert "neither a folder" in capsys.readouterr().err
    assert main(["diff", str(changed), str(changed.parent)]) == 2
    assert "no pack folder" in capsys.readouterr().err
    (changed / "params.yaml").write_text("params: [", encoding="utf-8")
    assert main(["diff", str(pack_root() / PACK), str(changed)]) == 1
    assert f"{PACK}/params.yaml" in capsys.readouterr().err


@pytest.mark.django_db
def test_diff_with_a_loaded_version(changed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    load_packs()
    assert main(["diff", f"{PACK}@4", str(changed)]) == 0
    assert "+ requirement school-nurse" in capsys.readouterr().out
    assert main(["diff", f"{PACK}@9", str(changed)]) == 2
    assert "No version 9" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("lang", "limit", "choice", "sound"),
    [
        ("C.UTF-8", "Expected 4 or less.", "'meeting' or 'draft'.", "can be loaded"),
        ("zh_CN.UTF-8", "应不大于 4。", "应为 'rule', 'plan', 'meeting' 或 'draft'。", "可以载入"),
    ],
)
def test_a_run_speaks_one_language(
    changed: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
    lang: str, limit: str, choice: str, sound: str,
) -> None:  # fmt: skip
    monkeypatch.setenv("LC_ALL", lang)
    assert main(["check"]) == 0
    assert sound in capsys.readouterr().out
    path = changed / "requirements.yaml"
    nine = "every: {every: nth-weekday, nth: 9}"
    path.write_text(path.read_text(encoding="utf-8").replace("every: quarter", nine, 1), encoding="utf-8")
    head = changed / "pack.yaml"
    head.write_text(head.read_text(encoding="utf-8").replace("force: rule", "force: rul"), encoding="utf-8")
    assert main(["check", str(changed)]) == 1
    said = capsys.readouterr().err
    assert limit in said
    assert choice in said


def test_check_says_what_is_wrong(changed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = changed / "params.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("least: 100", "lest: 100"), encoding="utf-8")
    assert main(["check", str(changed)]) == 1
    assert f"{PACK}/params.yaml:24: params.2.lest: " in capsys.readouterr().err
    assert main(["check", "/nowhere"]) == 2
    assert main(["check"]) == 0


def _tests(folder: Path, text: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "test_it.py").write_text(text, encoding="utf-8")
    return folder


def test_coverage_reads_marks_without_running_tests(tmp_path: Path) -> None:
    folder = _tests(
        tmp_path / "tests",
        'import pytest\npytestmark = [pytest.mark.row("002-07-1")]\n'
        '@pytest.mark.row("002-07-2")\ndef test_a():\n    raise SystemExit\n'
        'CASES = [pytest.param(1, marks=pytest.mark.row("999-99-9"))]\n',
    )
    found = coverage(tests=folder)
    by = {c.row.id: c for c in found.rows}
    assert len(by) == 479
    assert by["002-07-1"].tests == ("tests/test_it.py:2",)
    assert by["002-07-2"].tests == ("tests/test_it.py:3",)
    assert not by["002-07-3"].proved
    assert by["002-07-3"].places == (f"{PACK}/guards-minimum (standard)",)
    assert "city-2023-hazard-sweep/bus-rules/bus-rules-exist (item)" in by["000-304-1"].places
    assert "response/hazard" in by["002-04-4"].places
    assert not by["002-16-6"].executed
    assert found.strange == ("tests/test_it.py:6: 999-99-9",)


def test_coverage_without_tests_says_so(tmp_path: Path) -> None:
    assert not coverage(tests=tmp_path / "none").looked_at_tests


def test_coverage_on_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["coverage", "--missing"]) == 0
    out = capsys.readouterr().out
    assert "002-16-6 LIST C: executed: missing; proved: missing" in out
    assert "tier A: 301 rows, " in out
    assert main(["coverage"]) == 0
    assert "002-07-3 NUM A: executed: guyuan-2018-risk-control/guards-minimum" in capsys.readouterr().out


REQUIRED = (
    [f"000-301-{n}" for n in range(2, 7)]
    + [f"000-302-{n}" for n in range(1, 4)]
    + ["000-303-6", "000-305-3"]
    + [f"000-308-{n}" for n in range(1, 6)]
    + [f"002-01-{n}" for n in (2, 3, 4, 12)]
    + ["002-04-7"]
    + [f"002-07-{n}" for n in (1, 2, 3, 4, 10, 11, 12)]
    + ["002-11-5", "004-505-6"]
)


def test_the_rows_of_three_documents_are_executed_and_proved() -> None:
    by = {c.row.id: c for c in coverage().rows}
    assert [r for r in REQUIRED if not by[r].executed] == []
    assert [r for r in REQUIRED if not by[r].proved] == []
    for row in REQUIRED:
        assert any(" (standard)" in p or " (duty)" in p for p in by[row].places), row
