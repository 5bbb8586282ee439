"""How fast the trail is sealed and verified: ``python bench/journal_verify.py [entries]``.

Makes a database of its own beside the configured one, fills it, measures, drops it. The ratio compares
verifying with merely reading the same rows (entries, bodies, seals) over the same connection.
"""

from __future__ import annotations

import os
import platform
import sys
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anyuan.site.settings")
os.environ["ANYUAN_DB_ROLE"] = "anyuan_owner"
os.environ["ANYUAN_TEST_SUFFIX"] = "_bench_journal"

import django

django.setup()

from django.db import connection, transaction  # noqa: E402 - Django must be set up first
from django.test.utils import setup_databases, teardown_databases  # noqa: E402

from anyuan.foundation.journal.public import seal, verify  # noqa: E402

FILL = """
with made as (
    insert into journal_entry (recorded_at, occurred_at, actor_kind, actor_id, actor_name, verb, sentence,
                               subject_kind, subject_id, unit_path, domain, body_hash)
    select now(), now(), 'person', md5((n %% 5000)::text)::uuid, '李强（安全办主任）', 'hazard.accept',
           '验收通过隐患“教学楼东侧楼梯应急照明不亮”（编号 ' || n || '）',
           'hazard.hazard', md5(n::text)::uuid, '/1/2/' || n %% 160 || '/', 'fire',
           encode(sha256(convert_to(body, 'UTF8')), 'hex')
    from (select n, pg_temp.body(n) as body from generate_series(%s::bigint, %s::bigint) n) b
    order by n returning id, sentence
), bodies as (
    insert into journal_body (entry_id, text)
    select id, pg_temp.body(regexp_replace(sentence, '[^0-9]', '', 'g')::bigint) from made returning entry_id
)
insert into journal_pending (entry_id) select entry_id from bodies
"""
BODY = """
create function pg_temp.body(n bigint) returns text language sql immutable as $$
select json_build_object(
    'after', json_build_object('state', 'accepted', 'number', n, 'accepted_on', '2026-03-18'),
    'before', json_build_object('state', 'submitted'),
    'tell', json_build_array(json_build_object(
        'text', '隐患已验收', 'url', '/hazards/' || n || '/', 'level', 'info',
        'people', json_build_array(md5(n::text)), 'posts', json_build_array(),
        'holders', json_build_array())))::text $$
"""
READ = """
select e.*, b.text, s.seq, s.hash from journal_seal s join journal_entry e on e.id = s.entry_id
join journal_body b on b.entry_id = e.id order by s.seq
"""


def timed(work: Callable[[], int]) -> tuple[int, float]:
    start = time.perf_counter()
    result = work()
    return result, time.perf_counter() - start


def fill(count: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(BODY)
        for start in range(1, count + 1, 50_000):
            with transaction.atomic():
                cursor.execute(FILL, [start, min(start + 49_999, count)])
        cursor.execute("vacuum analyze")
    return count


def seal_all() -> int:
    total = 0
    while done := seal():
        total += done
    return total


def check() -> int:
    verdict = verify()
    if not verdict.whole:
        raise SystemExit(f"the trail is broken: {verdict.fault}")
    return verdict.entries


def read() -> int:
    count = 0
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(READ)
        while rows := cursor.fetchmany(10_000):
            count += len(rows)
    return count


def machine() -> str:
    model = next(
        (
            line.split(":")[1].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if "model name" in line
        ),
        platform.machine(),
    )
    with connection.cursor() as cursor:
        cursor.execute("select split_part(version(), ' on ', 1), current_setting('fsync')")
        server, fsync = cursor.fetchone() or ("", "")
    return f"{os.cpu_count()} × {model}, Python {platform.python_version()}, {server}, fsync {fsync}"


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    made = setup_databases(verbosity=0, interactive=False, serialized_aliases=())
    try:
        print(machine())
        results = {"fill": timed(lambda: fill(count)), "seal": timed(seal_all)}
        with connection.cursor() as cursor:
            cursor.execute("vacuum analyze")
        results |= {"read only": timed(read), "verify": timed(check), "read only, again": timed(read)}
        for name, (entries, seconds) in results.items():
            print(f"{name:18} {entries:>10,} entries {seconds:8.1f} s {entries / seconds:>12,.0f} entries/s")
        raw = min(results["read only"][1], results["read only, again"][1])
        print(f"verify takes {results['verify'][1] / raw:.2f} times as long as reading the same rows")
    finally:
        teardown_databases(made, verbosity=0)


main()
