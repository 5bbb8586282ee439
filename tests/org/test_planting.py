"""The first tree: real division codes, outlines from a file, and what was not found is named."""

from __future__ import annotations

import json
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.cast import NOW, World

from anyuan.foundation.kernel.public import Invalid, NotPermitted, Refused, clock, job_actor
from anyuan.foundation.org import divisions
from anyuan.foundation.org.public import Function, Unit, UnitKind, plant_tree

SYSTEM = job_actor("init")
SQUARE = [[120.0, 32.0], [120.5, 32.0], [120.50001, 32.25], [120.5, 32.5], [120.0, 32.5], [120.0, 32.0]]


@pytest.fixture(autouse=True)
def _time() -> Iterator[None]:
    with clock.at(NOW):
        yield


def feature(code: str, name: str, ring: list[list[float]] = SQUARE) -> dict[str, object]:
    return {
        "type": "Feature",
        "id": code,
        "properties": {"name": name},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


def collection(*features: dict[str, object]) -> str:
    return json.dumps({"type": "FeatureCollection", "features": list(features)}, ensure_ascii=False)


def test_a_city_comes_with_its_province_its_counties_and_their_offices(db: None) -> None:
    made = plant_tree(SYSTEM, "3206")
    city = Unit.everything.get(code="3206")
    assert city.parent is not None
    assert (city.name, city.parent.code, city.parent.parent) == ("南通市", "32", None)
    counties = Unit.everything.filter(parent=city, kind=UnitKind.COUNTY)
    assert counties.count() == 7
    offices = Unit.everything.filter(kind=UnitKind.DEPARTMENT, function=Function.EDUCATION)
    assert offices.count() == 9
    assert len(made.units) == 18
    assert Unit.everything.filter(name="如东县教育局", parent__code="320623").exists()


def test_a_second_city_joins_its_province_and_the_same_one_is_refused(db: None) -> None:
    plant_tree(SYSTEM, "3206")
    plant_tree(SYSTEM, "320500")
    assert Unit.everything.filter(kind=UnitKind.PROVINCE).count() == 1
    assert Unit.everything.filter(kind=UnitKind.CITY).count() == 2
    before = Unit.everything.count()
    for again in ("3206", "32", "320623"):
        with pytest.raises(Refused):
            plant_tree(SYSTEM, again)
    assert Unit.everything.count() == before


@pytest.mark.parametrize("code", ["", "3", "99", "3299", "320699", "32 06", "南通"])
def test_an_unknown_division_is_refused(db: None, code: str) -> None:
    with pytest.raises(Invalid):
        plant_tree(SYSTEM, code)
    assert not Unit.everything.exists()


def test_a_county_of_a_municipality_lies_directly_below_it(db: None) -> None:
    plant_tree(SYSTEM, "110101")
    county = Unit.everything.get(code="110101")
    assert county.parent is not None
    assert county.parent.kind == UnitKind.PROVINCE


def test_a_county_officer_plants_nothing(world: World) -> None:
    with pytest.raises(NotPermitted):
        plant_tree(world.actor("county_officer"), "3206")
    assert not Unit.everything.filter(code="3206").exists()


def test_outlines_fit_by_code_or_by_name_and_the_rest_is_named(db: None, tmp_path: Path) -> None:
    source = tmp_path / "nantong.geojson"
    source.write_text(
        collection(feature("320623", "如东县"), feature("320621", "海安县"), feature("110101", "东城区"))
    )
    made = plant_tree(SYSTEM, "3206", outlines=source)
    rudong = Unit.everything.get(code="320623")
    assert rudong.outline == {
        "type": "Polygon",
        "coordinates": [[[120.0, 32.0], [120.5, 32.0], [120.5, 32.5], [120.0, 32.5], [120.0, 32.0]]],
    }
    assert made.by_name == ["海安市"]
    assert sorted(made.without_outline) == sorted(["通州区", "崇川区", "海门区", "启东市", "如皋市"])


def test_an_archive_is_read_without_its_whole_city_shapes(tmp_path: Path) -> None:
    inner = tmp_path / "package/geojson/shape-with-internal-borders/a.geojson"
    whole = tmp_path / "package/geojson/shape-only/a.geojson"
    for path, name in ((inner, "如东县"), (whole, "南通市")):
        path.parent.mkdir(parents=True)
        path.write_text(collection(feature("320623", name)))
    archive = tmp_path / "x.tgz"
    with tarfile.open(archive, "w:gz") as tar:
        tar.add(tmp_path / "package", "package")
    found = divisions.read_outlines(archive, ["320623"])
    assert list(found.by_stem) == [("3206", "如东")]


def test_what_is_no_geojson_stops_everything(db: None, tmp_path: Path) -> None:
    source = tmp_path / "x.geojson"
    for text in ("{", "[]", '{"type": "Topology"}'):
        source.write_text(text)
        with pytest.raises(Invalid):
            plant_tree(SYSTEM, "3206", outlines=source)
    assert not Unit.everything.exists()


def test_two_features_of_one_name_are_not_used(tmp_path: Path) -> None:
    source = tmp_path / "x.json"
    other = [[x + 1, y] for x, y in SQUARE]
    source.write_text(collection(feature("320601", "某县"), feature("320603", "某市", other)))
    assert divisions.read_outlines(source, ["3206"]).of("320699", "某区") == (None, False)
