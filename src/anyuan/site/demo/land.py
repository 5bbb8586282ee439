"""An invented city's map: counties as polygons, schools inside them.

It lies around 0° N 0° E, in the open sea, so that no real place can be taken for it. Longitudes and
latitudes are degrees; the same seed draws the same map.
"""

from __future__ import annotations

import itertools
import math
import random
from dataclasses import dataclass

Point = tuple[float, float]
Ring = list[Point]

SPAN = 0.55
"""Half the city's width in degrees (about 60 km)."""


@dataclass(frozen=True, slots=True)
class County:
    """A county's seat and its outline (a closed ring, first point repeated last)."""

    seat: Point
    outline: Ring


def draw(seats: int, seed: int) -> list[County]:
    """``seats`` counties that fill one city without gaps, the first around the middle."""
    rng = random.Random(seed)
    coast = [_polar(i / 14 * math.tau, SPAN * rng.uniform(0.82, 1.0)) for i in range(14)]
    centres = [(rng.uniform(-0.05, 0.05), rng.uniform(-0.05, 0.05))]
    turn = rng.random() * math.tau
    centres += [_polar(turn + i / (seats - 1) * math.tau, SPAN * 0.72) for i in range(seats - 1)]
    return [County(centre, _ragged(_cell(coast, centre, centres), seed)) for centre in centres]


def scatter(county: County, count: int, seed: str) -> list[Point]:
    """``count`` points inside the county, denser around its seat."""
    rng = random.Random(seed)
    xs = [p[0] for p in county.outline]
    ys = [p[1] for p in county.outline]
    reach = max(max(xs) - min(xs), max(ys) - min(ys)) / 2
    found: list[Point] = []
    while len(found) < count:
        angle, far = rng.random() * math.tau, reach * rng.random() ** 1.1
        point = (county.seat[0] + math.cos(angle) * far, county.seat[1] + math.sin(angle) * far)
        if contains(county.outline, point):
            found.append((round(point[0], 5), round(point[1], 5)))
    return found


def geojson(outline: Ring) -> dict[str, object]:
    """A GeoJSON polygon."""
    return {"type": "Polygon", "coordinates": [[[round(x, 5), round(y, 5)] for x, y in outline]]}


def whole(counties: list[County]) -> dict[str, object]:
    """The city's outline as the multipolygon of its counties."""
    rings = [[[[round(x, 5), round(y, 5)] for x, y in county.outline]] for county in counties]
    return {"type": "MultiPolygon", "coordinates": rings}


def contains(ring: Ring, point: Point) -> bool:
    """Whether ``point`` lies inside ``ring`` (even-odd rule)."""
    inside = False
    x, y = point
    for (x1, y1), (x2, y2) in itertools.pairwise(ring):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            inside = not inside
    return inside


def _polar(angle: float, far: float) -> Point:
    return (math.cos(angle) * far, math.sin(angle) * far)


def _cell(coast: Ring, centre: Point, centres: list[Point]) -> Ring:
    """The part of the city nearer to ``centre`` than to any other seat."""
    ring = coast
    for other in centres:
        if other != centre:
            ring = _nearer(ring, centre, other)
    return [*ring, ring[0]]


def _nearer(ring: Ring, a: Point, b: Point) -> Ring:
    """Clip ``ring`` to the half-plane of points nearer to ``a`` than to ``b``."""

    def side(p: Point) -> float:
        return math.dist(p, b) ** 2 - math.dist(p, a) ** 2

    kept: Ring = []
    for here, there in zip(ring, [*ring[1:], ring[0]], strict=True):
        s, t = side(here), side(there)
        if s >= 0:
            kept.append(here)
        if (s >= 0) != (t >= 0):
            part = s / (s - t)
            kept.append((here[0] + (there[0] - here[0]) * part, here[1] + (there[1] - here[1]) * part))
    return kept


def _ragged(ring: Ring, seed: int) -> Ring:
    """Bend every edge a little; neighbours bend their common edge alike because its ends decide how."""
    bent: Ring = []
    for a, b in itertools.pairwise(ring):
        bent += _bend(a, b, seed, 4)
    return [*bent, bent[0]]


def _bend(a: Point, b: Point, seed: int, depth: int) -> Ring:
    """The points from ``a`` up to, not including, ``b``."""
    if depth == 0:
        return [a]
    first, last = sorted((_rounded(a), _rounded(b)))
    push = random.Random(f"{seed}{first}{last}").uniform(-0.12, 0.12)
    along = (last[0] - first[0], last[1] - first[1])
    middle = ((a[0] + b[0]) / 2 - along[1] * push, (a[1] + b[1]) / 2 + along[0] * push)
    return _bend(a, middle, seed, depth - 1) + _bend(middle, b, seed, depth - 1)


def _rounded(p: Point) -> Point:
    return (round(p[0], 7), round(p[1], 7))
