"""Fill the database of ``ANYUAN_HOME``: ``python -m bench.fill SCHOOLS HAZARDS RECORDS ENTRIES``.

Hazards and records go through the bulk paths, so each obeys the rules. Entries of the trail and notices
are written by the server itself, for nothing in them is checked.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from itertools import islice

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anyuan.site.settings")

import django

django.setup()

from django.db import connection, transaction  # noqa: E402 - Django must be set up first

from anyuan.foundation.journal.public import action, pump_once, seal  # noqa: E402
from anyuan.response.hazard.public import load_many  # noqa: E402
from anyuan.rules.compliance.public import rebuild  # noqa: E402
from anyuan.rules.ledger.public import NewRecord, Subject, record_many  # noqa: E402
from anyuan.rules.policy.public import ActiveChecklist, active_checklists  # noqa: E402

from . import histories, keeping  # noqa: E402
from .city import JOB, City, build  # noqa: E402

BATCH = 50_000
SEED = 20

ENTRIES = """
with people as (
    select row_number() over () - 1 as n, h.person_id, p.name, u.path, u.id as unit
    from org_holding h join org_person p on p.id = h.person_id join org_unit u on u.id = h.unit_id
    where u.kind = 'school'
), made as (
    insert into journal_entry (recorded_at, occurred_at, actor_kind, actor_id, actor_name, verb, sentence,
                               subject_kind, subject_id, unit_path, domain, body_hash)
    select now() - (%(last)s - s.n) * interval '1 minute', now() - (%(last)s - s.n) * interval '1 minute',
           'person', p.person_id, p.name,
           (array['hazard.register', 'hazard.assess', 'hazard.submit', 'hazard.accept', 'ledger.record'])
           [1 + s.n %% 5],
           '验收通过隐患“教学楼东侧楼梯应急照明不亮”（第 ' || s.n || ' 处）', 'hazard.hazard',
           md5(s.n::text)::uuid, p.path, 'fire',
           encode(sha256('{"after": {}, "before": {}, "tell": []}'), 'hex')
    from generate_series(%(first)s::bigint, %(last)s::bigint) as s(n)
    join people p on p.n = s.n * 7919 %% (select count(*) from people)
    order by s.n returning id
), bodies as (
    insert into journal_body (entry_id, text)
    select id, '{"after": {}, "before": {}, "tell": []}' from made returning entry_id
)
insert into journal_pending (entry_id) select entry_id from bodies
"""
NOTICES = """
with entries as (
    select e.id, s.seq, e.sentence, e.recorded_at, row_number() over (order by s.seq desc) - 1 as n
    from journal_entry e join journal_seal s on s.entry_id = e.id order by s.seq desc limit 5000
), people as (
    select person_id, row_number() over () as n from access_user
)
insert into notify_notice (id, person_id, entry_id, seq, text, url, level, made_at, read_at)
select gen_random_uuid(), p.person_id, e.id, e.seq, e.sentence, '/hazards/' || e.n || '/', 'todo',
       e.recorded_at, case when k % 10 = 0 then null else e.recorded_at end
from people p cross join generate_series(1, 40) k
join entries e on e.n = (p.n * 40 + k) % (select count(*) from entries)
"""


def timed(what: str, work: Callable[[], int]) -> None:
    """Do a part of the work and say how fast it went."""
    start = time.monotonic()
    number = work()
    seconds = time.monotonic() - start
    print(f"  {what}: {number:,} in {seconds:.0f} s ({number / max(seconds, 0.01):,.0f}/s)", flush=True)


def fill(schools: int, hazards: int, records: int, entries: int) -> None:
    """Load everything."""
    start = time.monotonic()
    city = build(schools)
    print(f"  {schools:,} schools with people and places in {time.monotonic() - start:.0f} s", flush=True)
    keeping.terms(city)
    timed("requirements", lambda: keeping.documents(city))
    timed("facts", lambda: keeping.facts(city, SEED))
    classes: dict[int, list[Subject]] = {}
    timed("classes", lambda: _classes(city, classes))
    past = histories.hazards(city, hazards, SEED)
    timed("hazards", lambda: load_many(JOB, past, remind=False).hazards)
    rows = histories.records(city, records, _checklist(city), classes, SEED)
    timed("records", lambda: _records(rows))
    timed("photos", keeping.photos)
    timed("sealed", _seal)
    with connection.cursor() as cursor:
        cursor.execute("analyze")
    timed("verdicts", lambda: len(rebuild(JOB).differences))
    timed("entries of the trail", lambda: _entries(entries))
    timed("sealed and followed", pump_once)
    timed("notices", _notices)


def _classes(city: City, found: dict[int, list[Subject]]) -> int:
    found |= keeping.subjects(city)
    return sum(map(len, found.values()))


def _seal() -> int:
    """Seal what is there: the verdicts derived next know all of it, and need not follow it."""
    total = 0
    while done := seal():
        total += done
    return total


def _checklist(city: City) -> ActiveChecklist:
    """The longest list of a real document that the schools of the city fill in."""
    return max(active_checklists(city.schools[0]), key=lambda a: len(a.items))


def _records(rows: Iterator[NewRecord]) -> int:
    done = 0
    while chunk := list(islice(rows, BATCH)):
        done += record_many(JOB, chunk).count
    return done


def _entries(number: int) -> int:
    for first in range(1, number + 1, BATCH):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(ENTRIES, {"first": first, "last": min(first + BATCH - 1, number)})
    return number


def _notices() -> int:
    with action(JOB, "bench.notices") as act, connection.cursor() as cursor:
        cursor.execute(NOTICES)
        act.entry("notices of a generated city", path="/")
        return int(cursor.rowcount)


if __name__ == "__main__":
    fill(*(int(word) for word in sys.argv[1:5]))
