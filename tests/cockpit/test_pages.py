"""The page and the operation: what they show, whom they refuse, how many statements they take."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.urls import reverse
from tests.cast import World

from anyuan.oversight.cockpit.public import board, period_of


def _data(html: str) -> dict[str, Any]:
    found = re.search(r'<script id="cockpit-data" type="application/json">(.*?)</script>', html, re.DOTALL)
    assert found
    data: dict[str, Any] = json.loads(found.group(1))
    return data


def test_the_page_shows_the_figures_of_the_highest_unit(town: World) -> None:
    actor = town.actor("county_officer")
    found = board(actor, town.county, period_of("", town.county))
    html = town.client("county_officer").get("/cockpit/").content.decode()
    shown = dict(re.findall(r'data-figure="(\w+)">.*?stat-number">([^<]+)<', html, re.DOTALL))
    total = found.total
    assert shown["open"] == f"{total.open:,}"
    assert shown["found"] == f"{total.found:,}"
    assert shown["in_time"] == f"{100 * total.in_time / total.closed:.1f}%"
    assert shown["days"] == f"{total.days:.1f}"
    assert len(_data(html)["weeks"]) == 12


def test_the_page_is_chinese(town: World) -> None:
    html = town.client("city_officer").get(f"/cockpit/{town.city.pk}/?period=year").content.decode()
    main = html[html.index("<main") : html.index("</main>")]
    text = re.sub(r"<script.*?</script>|<[^>]+>", " ", main, flags=re.DOTALL)
    assert re.findall(r"[A-Za-z]{2,}", text) == []


def test_a_school_has_no_table_and_no_map(town: World) -> None:
    html = town.client("principal").get("/cockpit/").content.decode()
    assert "cockpit-table" not in html
    assert 'id="map"' not in html


def test_schools_of_the_map_say_the_gravest_in_a_word(town: World) -> None:
    spots = _data(town.client("county_officer").get("/cockpit/").content.decode())["spots"]
    assert len(spots) == 2  # the others have no position
    assert all(spot["word"] and spot["shape"] in {"major", "late", "open", "none"} for spot in spots)


@pytest.mark.parametrize(("who", "status"), [("teacher", 403), ("stranger_officer", 404), ("principal", 200)])
def test_who_opens_the_page_of_a_school(town: World, who: str, status: int) -> None:
    url = reverse("cockpit:unit", kwargs={"pk": town.school.pk})
    assert town.client(who).get(url).status_code == status


def test_a_principal_does_not_see_the_county(town: World) -> None:
    url = reverse("cockpit:unit", kwargs={"pk": town.county.pk})
    assert town.client("principal").get(url).status_code == 404


def test_the_operation_answers_as_the_page(town: World) -> None:
    client = town.client("fire_officer")
    answer = client.get("/api/v1/cockpit", {"period": "year"}).json()
    found = board(town.actor("fire_officer"), town.city, period_of("year", town.city))
    assert answer["unit"] == str(town.city.pk)
    assert answer["total"]["open"] == found.total.open
    assert answer["total"]["days_to_close"] == found.total.days
    assert sum(line["figures"]["found"] for line in answer["lines"]) == answer["total"]["found"] > 0
    assert client.get("/api/v1/cockpit", {"period": "decade"}).status_code == 422
    stranger = town.client("stranger_officer").get("/api/v1/cockpit", {"unit": str(town.school.pk)})
    assert stranger.status_code == 404


@pytest.mark.parametrize("period", ["month", "term"])
@pytest.mark.parametrize("who", ["city_officer", "county_officer", "fire_officer", "principal"])
def test_the_page_takes_few_statements(
    town: World, who: str, period: str, django_assert_max_num_queries: Any
) -> None:
    client = town.client(who)
    client.get("/cockpit/")
    with django_assert_max_num_queries(12):
        assert client.get("/cockpit/", {"period": period}).status_code == 200
