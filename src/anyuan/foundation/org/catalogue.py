"""Fixed lists: kinds of node, unit types with their stages, posts, domains of work, department functions.

Sources: school types after the school (institution) code rules (2011); posts after the post guide for
primary and secondary schools (MoE 2013, 39 posts); domains after the areas the five policy documents name.
Names on screen are gettext strings; the codes are data and never change.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class UnitKind(TextChoices):
    """What a node of the tree is."""

    PROVINCE = "province", _("Province")
    CITY = "city", _("City")
    COUNTY = "county", _("County")
    DISTRICT = "district", _("School district")
    DEPARTMENT = "department", _("Department")
    SCHOOL = "school", _("School or site")


class UnitType(TextChoices):
    """What kind of school or site a leaf unit is."""

    KINDERGARTEN = "kindergarten", _("Kindergarten")
    PRIMARY = "primary", _("Primary school")
    TEACHING_POINT = "teaching-point", _("Teaching point")
    JUNIOR = "junior", _("Junior middle school")
    SENIOR = "senior", _("Senior middle school")
    NINE_YEAR = "nine-year", _("Nine-year school")
    TWELVE_YEAR = "twelve-year", _("Twelve-year school")
    COMPLETE_SECONDARY = "complete-secondary", _("Complete secondary school")
    VOCATIONAL = "vocational", _("Vocational school")
    SPECIAL = "special", _("Special school")
    UNIVERSITY = "university", _("University")
    SPORTS_VENUE = "sports-venue", _("Sports venue")
    TRAINING = "training", _("Training institution")
    OFF_CAMPUS = "off-campus", _("Off-campus site")
    INTERNSHIP = "internship", _("Internship unit")
    CATERER = "caterer", _("Caterer")


STAGES: dict[str, frozenset[str]] = {
    UnitType.KINDERGARTEN: frozenset({"kindergarten"}),
    UnitType.PRIMARY: frozenset({"primary"}),
    UnitType.TEACHING_POINT: frozenset({"primary"}),
    UnitType.JUNIOR: frozenset({"junior"}),
    UnitType.SENIOR: frozenset({"senior"}),
    UnitType.NINE_YEAR: frozenset({"primary", "junior"}),
    UnitType.TWELVE_YEAR: frozenset({"primary", "junior", "senior"}),
    UnitType.COMPLETE_SECONDARY: frozenset({"junior", "senior"}),
    UnitType.VOCATIONAL: frozenset({"vocational"}),
    UnitType.SPECIAL: frozenset({"primary", "junior", "special"}),
    UnitType.UNIVERSITY: frozenset({"university"}),
}
"""The stages a unit type teaches; a type that is not listed teaches none and is not a school."""


class Ownership(TextChoices):
    PUBLIC = "public", pgettext_lazy("ownership", "Public")
    PRIVATE = "private", pgettext_lazy("ownership", "Private")


class Boarding(TextChoices):
    NONE = "none", _("Day school")
    PARTIAL = "partial", _("Partly boarding")
    FULL = "full", _("Boarding school")


class Setting(TextChoices):
    URBAN = "urban", pgettext_lazy("setting", "Urban")
    TOWN = "town", pgettext_lazy("setting", "Town")
    RURAL = "rural", pgettext_lazy("setting", "Rural")


class PlaceKind(TextChoices):
    """What an inspection point is."""

    GATE = "gate", _("School gate")
    CLASSROOM = "classroom", _("Classroom")
    CORRIDOR = "corridor", _("Corridor and stairs")
    LABORATORY = "laboratory", _("Laboratory")
    CHEMICAL_STORE = "chemical-store", _("Chemical store")
    DORMITORY = "dormitory", _("Dormitory")
    CANTEEN = "canteen", _("Canteen")
    KITCHEN = "kitchen", _("Kitchen")
    LIBRARY = "library", _("Library")
    SPORTS = "sports", _("Sports ground")
    HALL = "hall", _("Assembly hall")
    CONTROL_ROOM = "control-room", _("Fire control room")
    POWER_ROOM = "power-room", _("Power room")
    BOILER = "boiler", _("Boiler room")
    CLINIC = "clinic", _("Clinic")
    COUNSELLING = "counselling", _("Counselling room")
    BUS_STOP = "bus-stop", _("Bus stop")
    WORKS = "works", _("Building site")
    PERIMETER = "perimeter", _("Perimeter")
    SURROUNDINGS = "surroundings", _("Surroundings")
    OTHER = "other", _("Other place")


class Function(TextChoices):
    """What a department is for; its name on paper may change with a reform, its function does not."""

    EDUCATION = "education", _("Education")
    POLICE = "police", _("Police")
    FIRE = "fire", _("Fire and rescue")
    HEALTH = "health", _("Health")
    MARKET = "market", _("Market regulation")
    EMERGENCY = "emergency", _("Emergency management")
    TRANSPORT = "transport", _("Transport")
    HOUSING = "housing", _("Housing and construction")
    CULTURE = "culture", _("Culture and tourism")
    URBAN = "urban-management", _("Urban management")
    RESOURCES = "resources", _("Natural resources")
    WATER = "water", _("Water")
    WEATHER = "weather", _("Weather service")
    CIVIL = "civil-affairs", _("Civil affairs")
    JUSTICE = "justice", _("Justice")
    FINANCE = "finance", _("Finance")


class Domain(TextChoices):
    """The fixed list of domains of work. A department role may be limited to some of them."""

    FIRE = "fire", _("Fire safety")
    FOOD = "food", _("Food and water")
    BUS = "bus", _("School bus")
    TRAFFIC = "traffic", _("Traffic at school")
    LAB = "lab", _("Laboratories and chemicals")
    BUILDING = "building", _("School buildings")
    WORKS = "works", _("Building works")
    EQUIPMENT = "equipment", _("Special equipment")
    UTILITY = "utility", _("Water, power and gas")
    SECURITY = "security", _("Security of the grounds")
    HEALTH = "health", _("Health and disease")
    MENTAL = "mental", _("Mental health")
    BULLYING = "bullying", _("Bullying and protection")
    DROWNING = "drowning", _("Drowning prevention")
    ACTIVITY = "activity", _("Activities and crowding")
    SURROUNDINGS = "surroundings", _("School surroundings")
    DISASTER = "disaster", _("Natural disasters")
    INTERNSHIP = "internship", _("Internships")
    NETWORK = "network", _("Network and information")
    GENERAL = "general", _("General management")


DOMAIN_OWNER: dict[str, str] = {
    Domain.FIRE: Function.FIRE,
    Domain.FOOD: Function.MARKET,
    Domain.BUS: Function.EDUCATION,
    Domain.TRAFFIC: Function.POLICE,
    Domain.LAB: Function.EDUCATION,
    Domain.BUILDING: Function.EDUCATION,
    Domain.WORKS: Function.HOUSING,
    Domain.EQUIPMENT: Function.MARKET,
    Domain.UTILITY: Function.EMERGENCY,
    Domain.SECURITY: Function.POLICE,
    Domain.HEALTH: Function.HEALTH,
    Domain.MENTAL: Function.EDUCATION,
    Domain.BULLYING: Function.EDUCATION,
    Domain.DROWNING: Function.EDUCATION,
    Domain.ACTIVITY: Function.EDUCATION,
    Domain.SURROUNDINGS: Function.URBAN,
    Domain.DISASTER: Function.EMERGENCY,
    Domain.INTERNSHIP: Function.EDUCATION,
    Domain.NETWORK: Function.EDUCATION,
    Domain.GENERAL: Function.EDUCATION,
}
"""The department function that owns each domain."""


@dataclass(frozen=True, slots=True)
class Post:
    """A post somebody holds at a unit. ``role`` is the access role that comes with it ("" for none)."""

    code: str
    name: StrOrPromise
    role: str


SCHOOL_POSTS: tuple[Post, ...] = (
    Post("principal", _("Principal"), "principal"),
    Post("party-secretary", _("Party secretary"), "principal"),
    Post("vice-safety", _("Vice principal for safety"), "safety-officer"),
    Post("vice-teaching", _("Vice principal for teaching"), "staff"),
    Post("vice-logistics", _("Vice principal for logistics"), "staff"),
    Post("vice-legal", _("Vice principal for legal affairs"), "staff"),
    Post("union-chair", _("Union chair"), "staff"),
    Post("security-director", _("Safety officer"), "safety-officer"),
    Post("office-director", _("Office director"), "staff"),
    Post("moral-director", _("Moral education director"), "staff"),
    Post("teaching-director", _("Teaching affairs director"), "staff"),
    Post("logistics-director", _("Logistics director"), "staff"),
    Post("youth-leader", _("Youth league and pioneers leader"), "staff"),
    Post("research-director", _("Research office director"), "staff"),
    Post("subject-lead", _("Subject group lead"), "staff"),
    Post("grade-lead", _("Grade lead"), "staff"),
    Post("class-teacher", _("Class teacher"), "teacher"),
    Post("teacher", _("Subject teacher"), "teacher"),
    Post("pe-teacher", _("Sports teacher"), "teacher"),
    Post("media-teacher", _("Media teacher"), "teacher"),
    Post("counsellor", _("Counsellor"), "teacher"),
    Post("accountant", _("Accountant"), "teacher"),
    Post("property-keeper", _("Property keeper"), "teacher"),
    Post("librarian", _("Librarian"), "teacher"),
    Post("archivist", _("Archivist"), "teacher"),
    Post("sports-store-keeper", _("Sports store keeper"), "teacher"),
    Post("lab-keeper", _("Laboratory keeper"), "teacher"),
    Post("canteen-manager", _("Canteen manager"), "staff"),
    Post("dormitory-manager", _("Dormitory manager"), "staff"),
    Post("school-doctor", _("School doctor"), "staff"),
    Post("printing-keeper", _("Printing room keeper"), "teacher"),
    Post("electrician", _("Plumber and electrician"), "staff"),
    Post("gatekeeper", _("Gatekeeper"), "teacher"),
    Post("security-staff", _("Security staff"), "staff"),
    Post("guard", _("School guard"), "teacher"),
    Post("student-safety", _("Student safety delegate"), ""),
    Post("cleaner", _("Cleaner"), "teacher"),
    Post("bus-manager", _("School bus manager"), "staff"),
    Post("bus-attendant", _("School bus attendant"), "teacher"),
)
"""The 39 posts of the post guide, in its order."""

OFFICE_POSTS: tuple[Post, ...] = (
    Post("county-leader", _("County education leader"), "county-leader"),
    Post("county-officer", _("County safety officer"), "county-officer"),
    Post("city-leader", _("City education leader"), "city-leader"),
    Post("city-officer", _("City safety officer"), "city-officer"),
    Post("province-officer", _("Province safety officer"), "province-officer"),
    Post("department-officer", _("Department officer"), "department-officer"),
    Post("platform-admin", _("Platform administrator"), "admin"),
)
"""Posts in bureaus and departments; they are not among the 39 of the guide."""

POSTS: dict[str, Post] = {post.code: post for post in SCHOOL_POSTS + OFFICE_POSTS}
