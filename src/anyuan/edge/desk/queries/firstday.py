"""The first day of a region: calendar, units and people, the facts that unlock most, documents in waves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from anyuan.foundation.access.public import User
from anyuan.foundation.kernel.public import Actor, clock
from anyuan.foundation.org.public import POSTS, Holding, Unit, calendar_for, schools_below
from anyuan.rules.ledger import public as ledger
from anyuan.rules.policy import public as policy

from .forecast import Forecast, Known, forecast

UNLOCKS = 12
"""The facts asked first; a longer list is no longer a first day."""
_HEAD = ("principal", "security-director")
"""The posts without which a school cannot begin."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step. ``open`` says in words what is still to do; empty when it is done."""

    title: str
    done: list[str]
    open: list[str]
    url: str
    button: str

    @property
    def finished(self) -> bool:
        return not self.open


@dataclass(frozen=True, slots=True)
class Unlock:
    """A fact schools lack and the answers that wait for it.

    ``sheet``: it can be given in the workbook; ``org``: it comes from the data of the unit.
    """

    key: str
    title: str
    question: str
    post: str
    schools: int
    answers: int
    sheet: bool
    url: str
    org: bool = False


@dataclass(frozen=True, slots=True)
class Wave:
    """A document: in force from ``starts`` (None: not yet), and what it comes to."""

    pack: policy.Pack
    starts: date | None
    requirements: int
    forecast: Forecast


@dataclass(frozen=True, slots=True)
class FirstDay:
    """Everything of the guide that needs the formulas."""

    schools: int
    unlocks: list[Unlock]
    waves: list[Wave]


def calendar_step(area: Unit) -> Step:
    """Terms and the lists of holidays, as the school year of today needs them."""
    calendar, today = calendar_for(area), clock.today()
    done, missing = [], calendar.gaps(today)
    for year in (today.year, today.year + 1):
        if calendar.knows(year):
            done.append(_("holidays of %(year)s") % {"year": year})
    done += [f"{t.name} {t.starts.isoformat()}" for t in calendar.terms if t.ends > today][:2]
    return Step(
        _("Calendar"), done, missing, reverse("org:calendar", args=[area.pk]), _("Enter terms and holidays")
    )


def units_step(actor: Actor, area: Unit) -> Step:
    """Schools with type and numbers of pupils and staff."""
    schools = schools_below(actor, area)
    count = schools.count()
    bare = schools.filter(unit_type="").count()
    numbers = schools.filter(pupils=None).count()
    done = [ngettext("%(n)d school", "%(n)d schools", count) % {"n": count}] if count else []
    missing = [] if count else [_("no school yet")]
    if bare:
        missing.append(ngettext("%(n)d without a type", "%(n)d without a type", bare) % {"n": bare})
    if numbers:
        text = ngettext("%(n)d without the number of pupils", "%(n)d without the number of pupils", numbers)
        missing.append(text % {"n": numbers})
    return Step(
        _("Schools"), done, missing, reverse("org:load", args=[area.pk, "units"]), _("Import from Excel")
    )


def people_step(actor: Actor, area: Unit) -> Step:
    """Principals and safety officers with accounts."""
    schools = schools_below(actor, area).order_by()
    held = Holding.objects.visible_to(actor).filter(
        Holding.running(), unit=OuterRef("pk"), post__in=_HEAD, deputy=False
    )
    without = schools.filter(~Exists(held)).count()
    opened = User.objects.filter(person=OuterRef("person"))
    heads = Holding.objects.visible_to(actor).filter(Holding.running(), unit__in=schools, post__in=_HEAD)
    locked = heads.filter(~Exists(opened)).count()
    done = [] if without or locked else [_("every school has somebody with an account")]
    missing = []
    if without:
        text = ngettext("%(n)d school without principal and safety officer",
                        "%(n)d schools without principal and safety officer", without)  # fmt: skip
        missing.append(text % {"n": without})
    if locked:
        text = ngettext("%(n)d of them without an account", "%(n)d of them without an account", locked)
        missing.append(text % {"n": locked})
    return Step(
        _("People"), done, missing, reverse("org:load", args=[area.pk, "people"]), _("Import from Excel")
    )


def first_day(actor: Actor, area: Unit) -> FirstDay:
    """What the newest documents with requirements come to here, in force or not, and what is missing."""
    with policy.reading_once():
        return _first_day(actor, area)


def _first_day(actor: Actor, area: Unit) -> FirstDay:
    known = Known(actor, area)
    today = clock.today()
    running = {region.pack_code: region for region in policy.regions_of(area, today)}
    packs = [pack for pack in policy.newest_documents(actor) if pack.code not in running]
    planned = policy.planned_of(area, today)
    waves, every = [], Forecast()
    for region in [*running.values(), *policy.trial_regions(area, packs, today)]:
        if not region.rules:
            continue
        found = forecast(known, region)
        every.add(found)
        starts = region.starts if region.pack_code in running else planned.get(region.pack_code)
        waves.append(Wave(region.pack, starts, len(region.rules), found))
    return FirstDay(len(known.schools), _unlocks(every, known, area), waves)


def _unlocks(every: Forecast, known: Known, area: Unit) -> list[Unlock]:
    order = sorted(every.waiting, key=lambda key: (-every.waiting[key], key))
    return [_unlock(key, every, known, area) for key in order[:UNLOCKS]]


def _unlock(key: str, every: Forecast, known: Known, area: Unit) -> Unlock:
    schools, answers = len(every.lacking[key]), every.waiting[key]
    kind = key.partition(":")[2]
    if kind:
        name = str(ledger.SubjectKind(kind).label)
        text = _("Which ones does the school have?")
        url = reverse("ledger:sheet", args=[area.pk, "subjects", kind])
        return Unlock(key, name, text, "", schools, answers, False, url)
    fact = known.roots.definitions[key]
    org = bool(fact.derive and "org" in fact.derive)
    post = str(POSTS[fact.confirm].name) if fact.confirm in POSTS else ""
    english = (get_language() or "").startswith("en")
    title = fact.title_en if english and fact.title_en else fact.title
    url = reverse("org:load", args=[area.pk, "units"]) if org else ""
    question = fact.question or (pgettext("fact", "From the list of schools") if org else "")
    sheet = not org and not fact.per
    return Unlock(key, title, question, post, schools, answers, sheet, url, org)
