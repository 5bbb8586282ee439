"""The one catalogue of roles: what each may do on the tree node it is held on, and below it.

A verb is ``<room>.<verb>``. Rooms name their verbs as constants in ``permits.py``; only this file says
which role carries which. A post brings its role (org catalogue); a grant by hand brings one for a time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class Level(TextChoices):
    """Where in the tree a role is held."""

    SCHOOL = "school", pgettext_lazy("level", "School")
    COUNTY = "county", pgettext_lazy("level", "County")
    CITY = "city", pgettext_lazy("level", "City")
    PROVINCE = "province", pgettext_lazy("level", "Province")
    DEPARTMENT = "department", pgettext_lazy("level", "Department")
    PLATFORM = "platform", pgettext_lazy("level", "Platform")


@dataclass(frozen=True, slots=True)
class Role:
    """A role. ``hands_on`` are verbs its holder may not use but may give to others by a grant."""

    code: str
    name: StrOrPromise
    level: str
    verbs: frozenset[str]
    hands_on: frozenset[str] = frozenset()


def _verbs(*names: str) -> frozenset[str]:
    return frozenset(names)


_SEE_OWN = _verbs("org.view", "desk.view", "policy.view")
"""What everybody with an account sees. A hazard one reported or must fix is seen by assignment."""

_SEE = _SEE_OWN | _verbs("hazard.view", "ledger.view", "files.view", "compliance.view")

_TEACHER = _SEE_OWN | _verbs("hazard.report", "ledger.keep")

_STAFF = _TEACHER | _SEE | _verbs("ledger.record", "hazard.register", "hazard.rectify")

_SAFETY = _STAFF | _verbs(
    "ledger.facts",
    "hazard.assess",
    "hazard.assign",
    "hazard.accept",
    "hazard.dismiss",
    "hazard.hand-over",
    "hazard.watch",
    "hazard.export",
    "cockpit.view",
    "journal.view",
    "files.original",
    "org.manage-places",
)

_PRINCIPAL = _SAFETY | _verbs(
    "ledger.approve", "hazard.approve", "org.manage", "access.view", "access.manage"
)

_MANAGING = _SEE | _verbs(
    "ledger.keep",
    "ledger.record",
    "ledger.facts",
    "ledger.approve",
    "hazard.report",
    "hazard.register",
    "hazard.assess",
    "hazard.assign",
    "hazard.rectify",
    "hazard.accept",
    "hazard.recheck",
    "hazard.dismiss",
    "hazard.hand-over",
    "hazard.watch",
    "hazard.extend",
    "hazard.export",
    "cockpit.view",
    "journal.view",
)

_OVERSEE = _SEE | _verbs("hazard.export", "cockpit.view", "journal.view", "access.view")

_OFFICER = _OVERSEE | _verbs(
    "ledger.keep",
    "ledger.record",
    "ledger.facts",
    "ledger.approve",
    "files.original",
    "hazard.report",
    "hazard.register",
    "hazard.assign",
    "hazard.rectify",
    "hazard.accept",
    "hazard.judge",
    "hazard.list",
    "hazard.recheck",
    "hazard.extend",
    "hazard.dismiss",
    "hazard.hand-over",
    "hazard.watch",
    "hazard.tune",
    "policy.tune",
    "compliance.manage",
    "org.manage",
    "org.manage-places",
    "access.manage",
)

_DEPARTMENT = _SEE | _verbs(
    "ledger.keep",
    "ledger.record",
    "ledger.facts",
    "hazard.report",
    "hazard.register",
    "hazard.rectify",
    "hazard.recheck",
    "hazard.extend",
    "hazard.hand-over",
    "hazard.watch",
    "hazard.export",
    "cockpit.view",
)

_SCHOOL_ROLES = _PRINCIPAL | _MANAGING

_ADMIN = _verbs(
    "org.view",
    "org.manage",
    "org.manage-places",
    "access.view",
    "access.manage",
    "journal.view",
    "journal.erase",
    "policy.view",
    "policy.manage",
    "policy.tune",
    "desk.view",
)

_CITY = _OFFICER | _verbs("policy.manage")

_ALL = _SCHOOL_ROLES | _CITY | _DEPARTMENT | _ADMIN

ROLES: dict[str, Role] = {
    role.code: role
    for role in (
        Role("teacher", _("Teacher"), Level.SCHOOL, _TEACHER),
        Role("staff", _("School staff"), Level.SCHOOL, _STAFF),
        Role("safety-officer", _("Safety officer"), Level.SCHOOL, _SAFETY),
        Role("principal", _("Principal"), Level.SCHOOL, _PRINCIPAL),
        Role("managing-school", _("Managing school"), Level.SCHOOL, _MANAGING),
        Role("county-officer", _("County safety officer"), Level.COUNTY, _OFFICER, _SCHOOL_ROLES),
        Role("county-leader", _("County education leader"), Level.COUNTY, _OVERSEE),
        Role(
            "city-officer",
            _("City safety officer"),
            Level.CITY,
            _CITY,
            _SCHOOL_ROLES | _OFFICER | _DEPARTMENT,
        ),
        Role("city-leader", _("City education leader"), Level.CITY, _OVERSEE),
        Role(
            "province-officer",
            _("Province safety officer"),
            Level.PROVINCE,
            _OVERSEE | _verbs("policy.manage", "policy.tune"),
        ),
        Role("department-officer", _("Department officer"), Level.DEPARTMENT, _DEPARTMENT),
        Role("admin", _("Platform administrator"), Level.PLATFORM, _ADMIN, _ALL),
        Role("auditor", _("Auditor"), Level.PLATFORM, _OVERSEE),
    )
}
"""Role code → role. A code in a grant that is not listed here carries no verb."""

VERBS: frozenset[str] = frozenset().union(*(role.verbs for role in ROLES.values()))
"""Every verb some role carries."""
