"""The pages of compliance: numbers equal their rows, levels add up, exceptions come first."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils.html import strip_tags
from tests.cast import NOW, World
from tests.compliance import standing
from tests.compliance.standing import JOB
from tests.hazard import requirements as r

from anyuan.foundation.kernel.public import clock
from anyuan.rules.compliance.models import Ended
from anyuan.rules.compliance.public import Verdict
from anyuan.rules.ledger.public import NewSubject, add_subject


@pytest.fixture(autouse=True)
def _standing() -> Iterator[None]:
    with clock.at(NOW):
        yield


def rows_of(client: Any, address: str) -> int:
    """How many rows an address opens, counted page by page."""
    count, after = 0, ""
    while True:
        response = client.get(address + (f"&after={after}" if after else ""))
        assert response.status_code == 200, address
        count += len(response.context["lines"])
        after = response.context["page"].next
        if not after:
            return count


def numbered_links(html: str) -> list[tuple[str, int]]:
    """Links to rows with the number they show: a rate as what it is a share of."""
    found = []
    for href, inside in re.findall(r'<a[^>]*href="(/compliance/rows/[^"]*)"[^>]*>(.*?)</a>', html, re.S):
        share = re.search(r"([\d,]+)\s*/\s*([\d,]+)", strip_tags(inside))
        whole = re.search(r"(?<![\d.%])(\d[\d,]*)\s*$", strip_tags(inside).strip())
        number = share[2] if share else (whole[1] if whole else "")
        if number:
            found.append((href.replace("&amp;", "&"), int(number.replace(",", ""))))
    return found


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    ("who", "path"),
    [
        ("county_officer", "/compliance/"),
        ("city_officer", "/compliance/"),
        ("city_officer", "/compliance/?area=security"),
        ("fire_officer", "/compliance/"),
        ("principal", "/compliance/"),
        ("county_officer", "/compliance/{county}/security/"),
    ],
)
def test_every_number_equals_its_rows(world: World, seed: int, who: str, path: str) -> None:
    standing.at_random(world, seed)
    client = world.client(who)
    html = client.get(path.format(county=world.county.pk)).content.decode()
    links = numbered_links(html)
    assert len(links) > 3
    behind = set()
    for href, number in links:
        assert rows_of(client, href) == number, href
        behind |= {
            found for found in numbered_links(client.get(href).content.decode()) if "each=1" in found[0]
        }
    for href, number in sorted(behind)[::7]:
        assert rows_of(client, href) == number, href


def test_the_levels_add_up(world: World) -> None:
    standing.at_random(world, 7)
    board = world.client("city_officer").get("/compliance/").context["board"]
    schools = Verdict.everything.filter(standing=True, leads=True).count()
    assert sum(board.now.by.values()) == schools
    for name in ("met", "unmet", "late", "unknown", "due", "made-up", "excused", "not-applicable"):
        assert sum(line.now[name] for line in board.lines) == board.now[name]
        assert sum(counts[name] for counts in board.areas.values()) == board.now[name]
    for month in board.months:
        assert sum(line.months[month].rated for line in board.lines) == board.months[month].rated


def test_the_months_are_those_in_which_periods_ended(world: World) -> None:
    standing.a_county(world)
    board = world.client("city_officer").get("/compliance/").context["board"]
    assert list(board.months) == ["2025-10", "2025-11", "2025-12", "2026-01", "2026-02", "2026-03"]
    assert board.months["2026-01"].rate == 1
    assert board.months["2026-02"].rate == 0
    assert board.months["2026-03"].rate is None


def test_schools_with_the_most_exceptions_come_first(world: World) -> None:
    standing.a_county(world)
    response = world.client("county_officer").get("/compliance/")
    board = response.context["board"]
    assert [s.unit_id for s in board.schools] == [world.school.pk, world.sister.pk]
    assert board.count == 2
    school = board.schools[0]
    assert (school.counts["unmet"], school.counts["late"], school.counts["unknown"]) == (1, 1, 1)
    assert school.counts.rate == pytest.approx(1 / 4)
    html = response.content.decode()
    assert "✕" in html
    assert "未达标" in html


def test_an_area_shows_its_requirements_and_opens_the_verdict(world: World) -> None:
    rules = standing.a_county(world)
    client = world.client("county_officer")
    response = client.get(f"/compliance/{world.county.pk}/security/")
    board = response.context["board"]
    assert {c.key for c in board.columns} == {rules[c].key for c in ("guards", "cameras", "drill")}
    cell = board.cells[world.school.pk, rules["drill"].key]
    assert (cell.state, cell.rows, cell.bad) == ("late", 2, 1)
    assert client.get(f"/compliance/verdicts/{cell.verdict}/").status_code == 200
    assert client.get(f"/compliance/{world.county.pk}/nothing/").status_code == 404


def test_a_school_reads_what_is_due_late_first(world: World) -> None:
    standing.a_county(world)
    context = world.client("principal").get("/compliance/").context
    view = context["view"]
    assert [due.first.state for due in view.due] == ["late", "due"]
    assert [part["area"] for part in context["parts"]] == ["security", "fire"]
    assert [line.first.state for line in view.parts[0].lines] == ["unmet", "late", "unknown"]


def test_the_boards_page_by_key(world: World) -> None:
    from anyuan.rules.compliance.queries.boards import matrix

    standing.at_random(world, 4)
    actor = world.actor("city_officer")
    seen, cursor = [], ""
    while True:
        found = matrix(actor, world.city, cursor, size=2)
        seen += [s.unit_id for s in found.schools]
        cursor = found.next
        if not cursor:
            break
    assert len(seen) == len(set(seen)) == found.count == 5
    for damaged in ("%3F", "W0luZmluaXR5LDAsIiJd"):
        assert world.client("county_officer").get(f"/compliance/?after={damaged}").status_code == 422


def test_a_department_sees_its_domain(world: World) -> None:
    standing.a_county(world)
    fire = world.client("fire_officer")
    board = fire.get("/compliance/").context["board"]
    assert sum(board.now.by.values()) == 2
    secured = Verdict.everything.filter(domain="security").first()
    assert secured is not None
    assert fire.get(f"/compliance/verdicts/{secured.pk}/").status_code == 404


def test_the_neighbour_stays_hidden(world: World) -> None:
    standing.a_county(world)
    client = world.client("county_officer")
    theirs = Verdict.everything.get(unit=world.stranger_school)
    for path in (
        f"/compliance/{world.next_county.pk}/",
        f"/compliance/{world.stranger_school.pk}/security/",
        f"/compliance/rows/?unit={world.stranger_school.pk}",
        f"/compliance/verdicts/{theirs.pk}/",
    ):
        assert client.get(path).status_code == 404, path
    assert client.get("/compliance/rows/").status_code == 422
    assert client.get(f"/compliance/rows/?unit={world.county.pk}&month=2026-13").status_code == 422


def test_one_requirement_can_be_opened_across_schools(world: World) -> None:
    rules = standing.a_county(world)
    response = world.client("county_officer").get(
        "/compliance/rows/", {"unit": world.county.pk, "key": rules["guards"].key}
    )
    assert response.context["shown"] == 2
    assert [line["mark"].state for line in response.context["lines"]] == ["unmet", "met"]


def test_the_rows_say_at_how_many_schools_they_are(world: World) -> None:
    standing.at_random(world, 2)
    client = world.client("city_officer")
    schools = Verdict.everything.filter(standing=True, leads=True)
    for asked in ({"state": "unmet"}, {"state": "open"}, {}, {"key": "invented/s1", "state": "met"}):
        page = client.get("/compliance/rows/", {"unit": world.city.pk, **asked})
        states = page.context["filters"].states
        rows = schools.filter(key=asked["key"]) if "key" in asked else schools
        rows = rows.filter(state__in=states) if states else rows
        assert page.context["units"] == rows.order_by().values("unit").distinct().count() > 0
    months = client.get("/compliance/rows/", {"unit": world.city.pk, "month": "2026-03", "state": "rated"})
    assert months.context["units"] == len({line["verdict"].unit_id for line in months.context["lines"]}) > 2


def test_many_classes_count_once_and_open(world: World) -> None:
    """More classes raise no rate: the worst speaks, and the row says what stands behind it."""
    rule = r.requirement("c0")
    classes = [add_subject(JOB, world.school, NewSubject("class", f"{n:02d}", f"{n}班")) for n in range(18)]
    for one in classes:
        bad = one.code in {"03", "11"}
        r.verdict(rule, world.school, "unmet" if bad else "met", subject=one.code, subject_id=one.pk)
    standing.keep_counts(world.school)
    client = world.client("county_officer")
    board = client.get("/compliance/").context["board"]
    assert (board.total["unmet"], board.total["met"], board.total.rate) == (1, 0, 0)
    page = client.get("/compliance/rows/", {"unit": world.county.pk, "state": "unmet"})
    (line,) = page.context["lines"]
    assert page.context["units"] == 1
    links = dict(re.findall(r'<a href="([^"]*)"[^>]*>([^<]*)</a>', line["behind"]))
    assert list(links.values()) == ["班级 18", "未达标 2", "达标 16"]
    for href, text in links.items():
        opened = client.get(href.replace("&amp;", "&"))
        assert len(opened.context["lines"]) == int(text.split()[-1]) == opened.context["shown"]
    school = client.get(f"/compliance/{world.school.pk}/")
    (shown,) = school.context["parts"][0]["open"]
    assert "".join(links) in "".join(re.findall(r'<a href="([^"]*)"[^>]*>[^<]*</a>', shown))
    (first, *_more) = school.context["view"].parts[0].lines
    assert (first.first.state, first.periods[0].behind.total) == ("unmet", 18)


def test_what_is_due_for_some_classes_is_one_line(world: World) -> None:
    rule = r.duty("c1")
    for n, state in enumerate(["late", "met", "late", "late"]):
        one = add_subject(JOB, world.school, NewSubject("class", f"{n}", f"{n}班"))
        r.month(rule, world.school, 2, state, subject=one.code, subject_id=one.pk)
    standing.keep_counts(world.school)
    context = world.client("principal").get("/compliance/").context
    (due,) = context["view"].due
    assert [row.subject for row in due.rows] == ["0班", "2班", "3班"]
    assert "班级 3<" in context["due"][0]


def test_the_sums_over_all_areas_are_those_of_each(world: World) -> None:
    standing.at_random(world, 5)
    names = ["met", "made_up", "unmet", "late", "unknown", "excused"]
    for row in Ended.everything.filter(area=""):
        parts = Ended.everything.filter(unit=row.unit_id, month=row.month).exclude(area="")
        for name in names:
            assert sum(parts.values_list(name, flat=True)) == getattr(row, name)


def test_programs_read_verdicts_whole_in_few_statements(
    world: World, django_assert_max_num_queries: Any
) -> None:
    standing.at_random(world, 3)
    client = world.client("county_officer")
    client.get("/compliance/")
    with django_assert_max_num_queries(10):
        answer = client.get("/api/v1/verdicts", {"unit": str(world.county.pk), "size": 200})
    items = answer.json()["items"]
    assert len(items) > 20
    assert {"records", "missing", "changed_at"} <= set(items[0])
    for leads in (True, False):
        asked = {"unit": str(world.county.pk), "size": 200, "leads": str(leads).lower()}
        some = client.get("/api/v1/verdicts", asked).json()["items"]
        assert [x["id"] for x in some] == [x["id"] for x in items if x["leads"] is leads] != []
