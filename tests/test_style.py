"""Rules of the house that no linter knows."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FILE_LINES = 400
FUNCTION_LINES = 40
READING = {"web", "rest", "queries"}
FOREIGN = ("pypi" + ".org", "npmjs" + ".org", "pythonhosted" + ".org", "unpkg" + ".com", "jsdelivr" + ".net")
TEXTS = {".py", ".toml", ".lock", ".md", ".html", ".css", ".yaml", ".yml", ".cfg", ".ini", ".sh", ".po", ""}


def _sources(*folders: str) -> list[Path]:
    return [
        path
        for folder in folders
        for path in sorted((ROOT / folder).rglob("*.py"))
        if "migrations" not in path.parts
    ]


CODE = _sources("src", "tools", "bench")


def _named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def _body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from ``def`` to the end without the docstring."""
    lines = (function.end_lineno or function.lineno) - function.lineno + 1
    first = function.body[0]
    if ast.get_docstring(function) is not None:
        lines -= (first.end_lineno or first.lineno) - first.lineno + 1
    return lines


def test_files_are_short() -> None:
    long = {
        _named(p): n
        for p in [*CODE, *_sources("tests")]
        if (n := len(p.read_text().splitlines())) > FILE_LINES
    }
    assert long == {}


def test_functions_are_short() -> None:
    long = {
        f"{_named(path)}:{function.lineno} {function.name}": lines
        for path in CODE
        for function in _functions(ast.parse(path.read_text()))
        if (lines := _body_lines(function)) > FUNCTION_LINES
    }
    assert long == {}


def test_pages_api_and_queries_never_step_around_the_scope() -> None:
    """``.everything`` is for actions and jobs."""
    found = [
        f"{_named(path)}:{node.lineno}"
        for path in _sources("src")
        if READING & set(path.relative_to(ROOT).with_suffix("").parts)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and node.attr == "everything"
    ]
    assert found == []


@pytest.mark.parametrize("name", ["now", "today", "utcnow"])
def test_the_clock_is_the_only_watch(name: str) -> None:
    """Nobody asks ``datetime`` or ``date`` for the time: it would not stand still in a test."""
    found = [
        f"{_named(path)}:{node.lineno}"
        for path in _sources("src")
        if not _named(path).endswith(("kernel/clock.py", "site/archive.py"))
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == name
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in {"datetime", "date", "timezone"}
    ]
    assert found == []


def test_no_file_names_a_package_registry() -> None:
    skipped = {".venv", ".git", ".cache", "var", "node_modules"}
    found = [
        _named(path)
        for path in sorted(ROOT.rglob("*"))
        if path.suffix in TEXTS and not skipped & set(path.parts) and path.is_file()
        for host in FOREIGN
        if host in path.read_text(errors="ignore")
    ]
    assert found == []
