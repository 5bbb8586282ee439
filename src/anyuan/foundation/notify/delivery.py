"""From the journal to people: each ``Tell`` of an entry becomes notices, once per entry and person."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import Q

from anyuan.foundation.access.public import people_who_may
from anyuan.foundation.journal.public import Entry, Tell, tells_of
from anyuan.foundation.kernel.public import clock
from anyuan.foundation.org.public import Person, people_on_posts

from .models import Level, Notice

CHANNEL = "notices"
QUIET = timedelta(minutes=1)
"""The same words about the same page within this time are one notice, while it is unread."""
_RANK = {Level.INFO: 0, Level.TODO: 1, Level.ALARM: 2}
_NAMED_AT_ONCE = 200
"""People in one NOTIFY: a payload holds fewer than 8,000 bytes."""


def deliver(entries: Sequence[Entry]) -> None:
    """Handler of the journal follower ``notices``."""
    told = [(entry, tell) for entry in entries for tell in tells_of(entry)]
    if not told:
        return
    finder = _Finder([tell for _entry, tell in told], clock.today())
    chosen: dict[tuple[int, UUID], tuple[Entry, Tell]] = {}
    for entry, tell in told:
        for person in finder.people(tell):
            if person == entry.actor_id and tell.level == Level.INFO:
                continue
            before = chosen.get((entry.pk, person))
            if before is None or _rank(tell) > _rank(before[1]):
                chosen[entry.pk, person] = (entry, tell)
    notices = _quieten([_notice(person, *told) for (_pk, person), told in chosen.items()])
    Notice.objects.bulk_create(notices, batch_size=2000, ignore_conflicts=True)
    wake(notice.person_id for notice in notices)


def wake(people: Iterable[UUID]) -> None:
    """Tell the live streams, at commit, that something changed for ``people``."""
    names = sorted({str(person) for person in people})
    with connection.cursor() as cursor:
        for start in range(0, len(names), _NAMED_AT_ONCE):
            payload = ",".join(names[start : start + _NAMED_AT_ONCE])
            cursor.execute("select pg_notify(%s, %s)", [CHANNEL, payload])


def _rank(tell: Tell) -> int:
    return _RANK.get(Level(tell.level), 0)


def _notice(person: UUID, entry: Entry, tell: Tell) -> Notice:
    return Notice(
        person_id=person,
        entry=entry,
        seq=entry.seal.seq,
        text=tell.text,
        url=tell.url,
        level=tell.level,
        made_at=entry.recorded_at,
    )


def _quieten(notices: list[Notice]) -> list[Notice]:
    """Leave out what an unread notice of the last minute already says."""
    if not notices:
        return []
    notices.sort(key=lambda n: n.seq)
    first = min(n.made_at for n in notices)
    before = Notice.objects.filter(
        Q(made_at__gt=first - QUIET),
        read_at__isnull=True,
        person_id__in={n.person_id for n in notices},
        url__in={n.url for n in notices},
    )
    last: dict[tuple[UUID, str, str], datetime] = {}
    for seen in before.order_by("seq"):
        last[seen.person_id, seen.url, seen.text] = seen.made_at
    kept = []
    for notice in notices:
        key = (notice.person_id, notice.url, notice.text)
        said = last.get(key)
        if said is None or notice.made_at - said >= QUIET:
            last[key] = notice.made_at
            kept.append(notice)
    return kept


class _Finder:
    """The people behind the tells of one batch of entries; asks the database once per kind."""

    def __init__(self, tells: Sequence[Tell], day: date) -> None:
        self._day = day
        pairs = sorted({pair for tell in tells for pair in tell.posts})
        self._posts = people_on_posts(pairs, day) if pairs else {}
        named = {person for tell in tells for person in tell.people}
        here = Q(left_on__isnull=True) | Q(left_on__gt=day)
        self._named = set(Person.everything.filter(here, pk__in=named).values_list("pk", flat=True))
        self._holders: dict[tuple[str, str, str], set[UUID]] = {}

    def people(self, tell: Tell) -> set[UUID]:
        found = self._named.intersection(tell.people)
        for unit, post in tell.posts:
            found |= {person.pk for person in self._posts[unit, post]}
        for triple in tell.holders:
            found |= self._may(*triple)
        return found

    def _may(self, verb: str, path: str, domain: str) -> set[UUID]:
        key = (verb, path, domain)
        if key not in self._holders:
            self._holders[key] = people_who_may(verb, path, domain, self._day)
        return self._holders[key]
