"""The two contracts of our own do catch what they are for."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
RULES = """
[importlinter]
root_package = town
contract_types =
    one-door: tools.one_door.OneDoor
    room-order: tools.one_door.RoomOrder

[importlinter:contract:door]
name = door
type = one-door
root = town
outside = site

[importlinter:contract:order]
name = order
type = room-order
root = town
outside = site
"""
HOUSE = {
    "site/urls.py": "from town.low.shop import public",
    "low/shop/models.py": "",
    "low/shop/queries.py": "from . import models",
    "low/shop/actions/__init__.py": "from . import buy",
    "low/shop/actions/buy.py": "from .. import queries",
    "low/shop/public.py": "from .actions.buy import queries",
    "low/shop/web.py": "from . import public, helpers",
    "low/shop/helpers.py": "",
    "low/bank/public.py": "from town.low.shop.public import queries",
    "low/bank/migrations/m1.py": "from town.low.shop import models",
}


def _lint(folder: Path, files: dict[str, str]) -> tuple[int, str]:
    for name, text in files.items():
        path = folder / "town" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text + "\n")
        for parent in path.relative_to(folder).parents:
            (folder / parent / "__init__.py").touch() if parent.parts else None
    (folder / ".importlinter").write_text(RULES)
    done = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_a_good_house_passes(tmp_path: Path) -> None:
    code, said = _lint(tmp_path, HOUSE)
    assert code == 0, said
    assert "2 kept, 0 broken" in said


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("low/bank/public.py", "from town.low.shop.models import x"),
        ("low/bank/public.py", "from town.low.shop import models"),
        ("low/bank/web.py", "import town.low.shop"),
        ("site/urls.py", "from town.low.shop.web import page"),
        ("low/shop/models.py", "from . import queries"),
        ("low/shop/actions/buy.py", "from town.low.shop.public import x"),
        ("low/shop/web.py", "from .rest import x"),
    ],
)
def test_a_hole_in_a_wall_is_found_and_named(tmp_path: Path, name: str, line: str) -> None:
    files = {**HOUSE, "low/shop/rest.py": "x = 1", name: line}
    code, said = _lint(tmp_path, files)
    assert code == 1, said
    assert "1 broken" in said
    assert f"town.{name.removesuffix('.py').replace('/', '.')} -> town.low.shop" in said
