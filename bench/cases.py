"""What is measured: a page or an operation, as somebody who uses it."""

from __future__ import annotations

from dataclasses import dataclass

TEACHER, SAFETY, PRINCIPAL = "teacher", "security-director", "principal"
COUNTY, CITY, FIRE = "county-officer", "city-officer", "department-officer"
PASSWORD = "measure-twice-2026"  # noqa: S105 - of every generated account; the folders hold nothing real
KEY = "key"
"""A program with an API key of the city officer."""


@dataclass(frozen=True, slots=True)
class Case:
    """``path`` may name facts of the folder in braces. ``main`` cases stand for the aim of the product."""

    name: str
    who: str
    path: str
    method: str = "GET"
    main: bool = True


LIST = "/hazards/"
CASES = (
    *(Case("inbox", who, "/") for who in (TEACHER, SAFETY, PRINCIPAL, COUNTY, CITY)),
    Case("inbox, the day", SAFETY, "/desk/day/{school}/"),
    Case("inbox, rounds of the week", PRINCIPAL, "/rounds/{school}/"),
    Case("inbox, numbers", COUNTY, "/desk/numbers/{county}/"),
    Case("inbox, numbers", CITY, "/desk/numbers/{city}/"),
    Case("inbox, rounds not reported", COUNTY, "/rounds/missing/{county}/"),
    Case("inbox, duties", SAFETY, "/desk/duties/{school}/"),
    Case("inbox, duties", PRINCIPAL, "/desk/duties/{school}/"),
    Case("inbox, a county", COUNTY, "/desk/county/{county}/"),
    Case("inbox, late duties", COUNTY, "/desk/late/{county}/"),
    Case("requirements of a school", PRINCIPAL, "/compliance/{school}/"),
    Case("requirements, matrix", COUNTY, "/compliance/{county}/"),
    Case("requirements, an area", COUNTY, "/compliance/{county}/{area}/"),
    Case("requirements, rates", CITY, "/compliance/{city}/"),
    Case("requirements, rows behind a number", CITY, "/compliance/rows/?unit={city}&area={area}&state=unmet"),
    Case("a verdict explained", COUNTY, "/compliance/verdicts/{verdict}/"),
    Case("a verdict explained, of records", COUNTY, "/compliance/verdicts/{duty}/"),
    *(Case("hazard list", who, LIST) for who in (SAFETY, PRINCIPAL, COUNTY, CITY, FIRE)),
    Case("hazard list, all", CITY, f"{LIST}?tab=all"),
    Case("hazard list, closed, newest first", CITY, f"{LIST}?tab=closed&order=new"),
    Case("hazard list, closed", COUNTY, f"{LIST}?tab=closed"),
    *(Case("hazard list, deep page", who, f"{LIST}?tab=all&after={{deep}}") for who in (CITY, COUNTY)),
    Case("hazard list, deep page of what is open", CITY, f"{LIST}?after={{deep_open}}"),
    Case("hazard list, a word", CITY, f"{LIST}?tab=all&q=%E5%BA%94%E6%80%A5%E7%85%A7%E6%98%8E"),
    Case("hazard list, a number", CITY, f"{LIST}?tab=all&q={{number}}"),
    Case("hazard page", SAFETY, "/hazards/{own}/"),
    Case("hazard page", PRINCIPAL, "/hazards/{own}/"),
    Case("hazard page", COUNTY, "/hazards/{own}/"),
    Case("cockpit", PRINCIPAL, "/cockpit/"),
    Case("cockpit", COUNTY, "/cockpit/"),
    Case("cockpit", CITY, "/cockpit/"),
    Case("trail", PRINCIPAL, "/trail/"),
    Case("trail", COUNTY, "/trail/"),
    Case("trail", CITY, "/trail/"),
    Case("notices", COUNTY, "/notices/"),
    Case("ledger", PRINCIPAL, "/ledger/"),
    Case("ledger", CITY, "/ledger/"),
    Case("units", CITY, "/units/"),
    Case("accounts", COUNTY, "/accounts/"),
    Case("API list", KEY, "/api/v1/hazards?size=50"),
    Case("API list, deep page", KEY, "/api/v1/hazards?size=50&tab=all&cursor={deep}"),
    Case("API verdicts", KEY, "/api/v1/verdicts?unit={school}"),
    Case("API verdict explained", KEY, "/api/v1/verdicts/{verdict}/explain"),
    Case("API to-dos", KEY, "/api/v1/todos?unit={school}"),
    Case("API hazard", KEY, "/api/v1/hazards/{own}"),
    Case("API write", KEY, "/api/v1/hazards", "POST"),
)
