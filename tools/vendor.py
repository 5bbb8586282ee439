"""Refreshes the vendored browser libraries through npm, by name and version.

``python tools/vendor.py`` fetches what PACKAGES names, cuts the icon sprite and writes the manifest
(name, version, licence, file, sha256). ``--check`` compares the files in the tree with the manifest and
needs no network; the tests run it. Running the product needs neither npm nor Node.
"""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
UI = ROOT / "src/anyuan/foundation/ui/static"
VENDOR = UI / "vendor"
MANIFEST = VENDOR / "manifest.json"
SPRITE = UI / "ui" / "icons.svg"
ICONS = ROOT / "tools" / "icons.txt"
TESTS = ROOT / "tests" / "journeys" / "vendor"

_SOURCE_MAP = re.compile(rb"\n?(//# sourceMappingURL=\S+|/\*# sourceMappingURL=\S+ \*/)\s*$")


@dataclass(frozen=True)
class Package:
    """An npm package and the files taken from it (path in the package → file here)."""

    name: str
    version: str
    licence: str
    files: dict[str, Path] = field(default_factory=dict)
    licence_file: str = "LICENSE"


PACKAGES = [
    # 1.4 is the last line with plain colours: 1.5 and later write them as oklch() and light-dark(), which
    # the web views of three-year-old phones do not know.
    Package("@tabler/core", "1.4.0", "MIT", {"dist/css/tabler.min.css": VENDOR / "tabler.min.css"}),
    Package("@tabler/icons", "3.51.0", "MIT"),
    # The 2.x line: 4.0 is weeks old and drops inherited attributes and the events our modules listen to.
    Package("htmx.org", "2.0.11", "0BSD", {"dist/htmx.min.js": VENDOR / "htmx.min.js"}),
    Package("@alpinejs/csp", "3.17.4", "MIT", {"dist/cdn.min.js": VENDOR / "alpine-csp.min.js"}),
    # "common" has lines, bars, pies, scatters, legends and tooltips; maps are Leaflet's.
    Package("echarts", "6.1.0", "Apache-2.0", {"dist/echarts.common.min.js": VENDOR / "echarts.min.js"}),
    Package(
        "leaflet",
        "1.9.4",
        "BSD-2-Clause",
        {
            "dist/leaflet.js": VENDOR / "leaflet" / "leaflet.js",
            "dist/leaflet.css": VENDOR / "leaflet" / "leaflet.css",
            **{
                f"dist/images/{name}": VENDOR / "leaflet" / "images" / name
                for name in (
                    "layers.png",
                    "layers-2x.png",
                    "marker-icon.png",
                    "marker-icon-2x.png",
                    "marker-shadow.png",
                )
            },
        },
    ),
    Package("axe-core", "4.14.1", "MPL-2.0", {"axe.min.js": TESTS / "axe.min.js"}),
]


def main(arguments: list[str]) -> int:
    if "--check" in arguments:
        problems = check()
        print("\n".join(problems) or f"{MANIFEST.relative_to(ROOT)}: every file is as vendored")
        return 1 if problems else 0
    refresh()
    return 0


def check() -> list[str]:
    """What differs between the manifest and the files: one sentence each, none when all is well."""
    problems = []
    listed = {entry["file"]: entry["sha256"] for entry in json.loads(MANIFEST.read_text())}
    for name, digest in listed.items():
        path = ROOT / name
        if not path.exists():
            problems.append(f"{name} is in the manifest but not in the tree")
        elif _sha256(path) != digest:
            problems.append(f"{name} was changed after it was vendored")
    for path in [*VENDOR.rglob("*"), *TESTS.rglob("*")]:
        name = path.relative_to(ROOT).as_posix()
        if path.is_file() and path != MANIFEST and path.name != "LICENSES.txt" and name not in listed:
            problems.append(f"{name} is in the tree but not in the manifest")
    return problems


def refresh() -> None:
    """Fetch every package and write files, sprite, licences and manifest anew."""
    entries: list[dict[str, str]] = []
    licences: list[str] = []
    for package in PACKAGES:
        with tempfile.TemporaryDirectory() as folder:
            content = _fetch(package, Path(folder))
            for source, target in package.files.items():
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(_SOURCE_MAP.sub(b"\n", (content / source).read_bytes()))
                entries.append(_entry(package, target))
            if package.name == "@tabler/icons":
                _cut_sprite(content)
                entries.append(_entry(package, SPRITE))
            text = content / package.licence_file
            words = text.read_text() if text.exists() else package.licence
            licences.append(f"{package.name} {package.version} ({package.licence})\n\n{words.strip()}\n")
        print(f"{package.name} {package.version}")
    (VENDOR / "LICENSES.txt").write_text(f"\n{'-' * 79}\n\n".join(licences))
    MANIFEST.write_text(json.dumps(entries, indent=1) + "\n")


def _fetch(package: Package, folder: Path) -> Path:
    spec = f"{package.name}@{package.version}"
    run = subprocess.run(
        ["npm", "pack", "--silent", spec], cwd=folder, check=True, capture_output=True, text=True
    )
    with tarfile.open(folder / run.stdout.split()[-1]) as archive:
        archive.extractall(folder, filter="data")
    return folder / "package"


def _entry(package: Package, path: Path) -> dict[str, str]:
    return {
        "name": package.name,
        "version": package.version,
        "licence": package.licence,
        "file": path.relative_to(ROOT).as_posix(),
        "sha256": _sha256(path),
    }


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _cut_sprite(content: Path) -> None:
    """One SVG with a <symbol> per name in tools/icons.txt; "x-filled" is the filled form of x."""
    symbols = []
    for name in ICONS.read_text().split():
        filled = name.endswith("-filled")
        style, plain = ("filled", name.removesuffix("-filled")) if filled else ("outline", name)
        svg = (content / "icons" / style / f"{plain}.svg").read_text()
        inner = svg[svg.index(">", svg.index("<svg")) + 1 : svg.rindex("</svg>")]
        inner = " ".join(inner.split())
        paint = (
            'fill="currentColor"'
            if filled
            else 'fill="none" stroke="currentColor" stroke-width="1.75" '
            'stroke-linecap="round" stroke-linejoin="round"'
        )
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24" {paint}>{inner}</symbol>')
    SPRITE.write_text('<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
