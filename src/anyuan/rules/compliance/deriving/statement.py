"""The fixed text of the statement. ``compiling`` puts the documents' own formulas in between.

Order of the parts: units and what is in force at them (``FRAME``), one relation of cells per document version
and kind of subject (formulas), hits per register (conditions), then ``VERDICTS``: periods, amounts, states.
Parameters: day, at (the moment), upto (records before it count), least, beyond, units, given,
given_subjects, regions, calendars, calls, periods, rules.
"""

from .hits import NOBODY

MOST_RECORDS = 50

PERIODS_BY_DAY = "period_day p on p.gid = h.gid and p.cid = h.cid and p.day = h.day"
"""Many hits: every day of every period is a row, so that they can be hashed."""
ONCE = "distinct on (c.unit_id, m.key, c.subject_id, p.period)"
ORDERED = "order by c.unit_id, m.key, c.subject_id, p.period, m.ago desc"
"""Where a duty changed its rhythm: of two periods with one name the one that ended first."""
PERIODS_BY_RANGE = "period p on p.gid = h.gid and p.cid = h.cid and h.day >= p.starts and h.day < p.ends"
"""Few hits: the days are not spelled out."""

FRAME = """
target as materialized (
    select id, path, kind, opened_on, closed_on from org_unit
    where WITHIN(id)
),
calendar as materialized (
    select * from jsonb_to_recordset(%(calendars)s::jsonb) as c(gid int, path text)
),
scope as materialized (
    select u.id, u.path, u.opened_on, coalesce(f.facts, '{}'::jsonb) as facts, (
        select c.gid from calendar c where starts_with(u.path, c.path) order by length(c.path) desc limit 1
    ) as gid
    from target u left join FACTS f on f.unit_id = u.id
    where u.kind = 'school' and (u.closed_on is null or u.closed_on > %(day)s::date)
      and (u.opened_on is null or u.opened_on <= %(day)s::date)
),
region as materialized (
    select * from jsonb_to_recordset(%(regions)s::jsonb)
      as r(pack int, code text, path text, starts date, first date, until date, params jsonb,
           rhythms int[], stands boolean[])
),
rule as materialized (
    select * from jsonb_to_recordset(%(rules)s::jsonb)
      as r(idx int, ago int, requirement uuid, key text, area text, domain text, per text, duty boolean,
           op text, made_up boolean, applies_facts jsonb, value_facts jsonb)
),
called as materialized (
    select * from jsonb_to_recordset(%(calls)s::jsonb) as c(idx int, first date)
),
period as materialized (
    select p.*, least(p.ends - 1, %(day)s::date) as last_day,
           ((due_at - interval '1 microsecond') at time zone 'Asia/Shanghai')::date + 1 as due_end
    from jsonb_to_recordset(%(periods)s::jsonb)
      as p(pid int, gid int, cid int, period text, starts date, ends date, opens_at timestamptz,
           due_at timestamptz, hours boolean, excused boolean, known boolean, why text,
           late_until timestamptz, stands_until timestamptz)
),
in_force as materialized (
    select n.unit_id, r.pack, r.starts, r.first, r.until, r.params, r.rhythms, r.stands
    from (
        select distinct on (s.id, d.code) s.id as unit_id, d.code, d.path
        from scope s join (select distinct code, path from region) d on starts_with(s.path, d.path)
        order by s.id, d.code, length(d.path) desc
    ) n join region r on r.code = n.code and r.path = n.path
),
first_given as (
    select f.unit_id, jsonb_object_agg(f.key, f.value) as facts
    from (
        select distinct on (p.unit_id, e.key) p.unit_id, e.key, e.value
        from ledger_facts_span p cross join lateral jsonb_each(p.facts) e
        where WITHIN(p.unit_id) order by p.unit_id, e.key, p.starts
    ) f group by 1
),
known as materialized (
    select s.id as unit_id, s.facts, coalesce((
        select max(p.ends) from ledger_facts_span p where p.unit_id = s.id and p.ends <= %(day)s::date
    ), '-infinity'::date) as known_from, 'infinity'::date as known_until, true as today
    from scope s
    union all
    select s.id, s.facts || coalesce(g.facts, '{}'::jsonb) || p.facts,
           case when p.starts = min(p.starts) over (partition by p.unit_id) then '-infinity'::date
                else p.starts end, p.ends, false
    from ledger_facts_span p join scope s on s.id = p.unit_id left join first_given g on g.unit_id = p.unit_id
    where p.ends > %(oldest)s::date and p.ends <= %(day)s::date
      and WITHIN(p.unit_id)
),
subject as (
    select b.id, b.unit_id, b.kind, b.code, b.valid_from, b.valid_to, SUBJECT_FACTS as facts, false as lacking
    from ledger_subject b
    where WITHIN(b.unit_id)
      and (b.valid_from is null or b.valid_from <= %(day)s::date)
      and (b.valid_to is null or b.valid_to > %(oldest)s::date)
    union all
    select null, s.id, k.kind, '', null, null, '{}'::jsonb, true
    from scope s cross join (select distinct per as kind from rule where per <> '') k
    where not exists (
        select from ledger_subject b
        where b.unit_id = s.id and b.kind = k.kind and (b.valid_from is null or b.valid_from <= %(day)s::date)
          and (b.valid_to is null or b.valid_to > %(day)s::date)
    )
)"""
"""``known``: what is known of a unit and on which days that was so; what was not known then is filled from
when it was said first, and the oldest that is kept holds for all days before it. ``subject``: those of today
and of the periods that are derived, and one that is lacking where a unit has none today."""

FACTS_NOW = "ledger_unit_facts"
FACTS_GIVEN = "jsonb_to_recordset(%(given)s::jsonb) as f(unit_id uuid, facts jsonb)"
SUBJECT_FACTS_NOW = "b.facts"
SUBJECT_FACTS_GIVEN = (
    "coalesce((select g.facts from jsonb_to_recordset(%(given_subjects)s::jsonb) as g(id uuid, facts jsonb)"
    " where g.id = b.id), b.facts)"
)
CELLS = """
select a.unit_id, s.gid, a.rhythms[v.idx + 1] as cid, greatest(a.starts, s.opened_on) as since,
       a.first, a.until, a.stands[v.idx + 1] as stands, k.today, k.known_from, k.known_until, {subject},
       v.idx, v.applies, v.have, v.need, v.zero
from in_force a join scope s on s.id = a.unit_id join known k on k.unit_id = a.unit_id {joins}
cross join lateral unnest(
    array[{indexes}]::int[], array[{applies}]::boolean[], array[{have}]::float8[],
    array[{need}]::float8[], array[{zero}]::boolean[]
) as v(idx, applies, have, need, zero)
where a.pack = {pack}"""

NO_CELLS = """
select null::uuid as unit_id, 0 as gid, 0 as cid, null::date as since, null::date as first,
       null::date as until, false as stands, false as today, null::date as known_from,
       null::date as known_until, null::uuid as subject_id, '' as subject_code, null::date as subject_from,
       null::date as subject_until, false as lacking, null::jsonb as subject_facts,
       0 as idx, false as applies, 0::float8 as have, 0::float8 as need, false as zero
where false"""

AMOUNTS = """
    select h.unit_id, h.idx, h.subject_id, h.pid,
           coalesce(sum(h.amount) filter (where h.done < h.ends), 0) as in_time, sum(h.amount) as total,
           array_agg(h.id) as records
    from (ROWS) h group by 1, 2, 3, 4"""

EACH = """
        select h.unit_id, h.idx, h.subject_id, p.pid, h.amount, h.done, p.ends, h.id
        from hit h join PERIODS
        where not p.hours or (h.occurred_at >= p.opens_at and h.occurred_at < p.due_at)"""

FIRST_ALIKE = """
        select h.unit_id, h.idx, h.subject_id, p.pid,
               case when row_number() over (
                   partition by h.unit_id, h.idx, h.subject_id, p.pid, h.mark order by h.occurred_at, h.id
               ) = 1 then h.amount else 0 end as amount, h.done, p.ends, h.id
        from alike h join PERIODS"""
"""Of the records of a period that bear one mark the first counts; the others are shown with it."""

VERDICTS = """
period_day as materialized (
    select p.pid, p.gid, p.cid, p.ends, p.opens_at, p.due_at, p.hours, d::date as day
    from period p cross join lateral generate_series(p.starts, p.ends - 1, interval '1 day') d
),
amount as (AMOUNTS
),
plain as (
    select c.unit_id, c.idx, c.subject_id, c.subject_code, '' as period, null::date as starts,
           null::date as ends, null::timestamptz as due_at, c.need, c.have, c.zero, c.subject_facts,
           '{}'::uuid[] as records, true as standing, false as bare, c.applies,
           case
               when not c.applies then 'not-applicable'
               when c.lacking or c.applies is null or c.need is null or c.have is null then 'unknown'
               when case m.op when 'at-most' then c.have <= c.need when 'equals' then c.have = c.need
                    else c.have >= c.need end then 'met'
               else 'unmet'
           end as state,
           case
               when not c.applies then ''
               when c.lacking then 'subject'
               when c.applies is null then 'applies'
               else ''
           end as reason, '' as why
    from cell c join rule m on m.idx = c.idx
    where m.ago = 0 and c.today and (c.subject_until is null or c.subject_until > %(day)s::date)
      and (not m.duty or c.applies is not true or c.lacking)
),
owed as (
    select ONCE c.unit_id, c.idx, c.subject_id, c.subject_code, p.period, p.starts, p.ends, p.due_at, c.need,
           coalesce(a.in_time, 0) as in_time, coalesce(a.total, 0) as total, c.zero, c.subject_facts,
           case when a.records is null then '{}'
                when cardinality(a.records) = 1 then a.records
                else (select array_agg(n.id) from (
                          select i.id from unnest(a.records) as i(id) order by i.id desc limit MOST_RECORDS
                      ) n)
           end as records, m.made_up, p.known, p.late_until, p.why,
           c.stands and (c.subject_until is null or c.subject_until > %(day)s::date)
           and (p.due_at > %(at)s::timestamptz or p.stands_until > %(at)s::timestamptz) as standing,
           p.excused or (p.due_end - x.since) * 2 < p.due_end - p.starts as excused,
           case when p.excused then p.why else 'begun' end as excuse
    from cell c
    join rule m on m.idx = c.idx and m.duty
    join period p on p.gid = c.gid and p.cid = c.cid
         and p.last_day >= c.first and p.last_day < c.until
         and p.last_day >= c.known_from and p.last_day < c.known_until
         and (c.subject_until is null or p.last_day < c.subject_until)
    cross join lateral (select greatest(c.since, c.subject_from) as since) x
    left join amount a on a.unit_id = c.unit_id and a.idx = c.idx and a.pid = p.pid
         and a.subject_id = coalesce(c.subject_id, NOBODY)
    where c.applies and not c.lacking and p.ends > x.since
      and p.opens_at <= %(at)s::timestamptz
    ORDERED
),
dues as (
    select o.unit_id, o.idx, o.subject_id, o.subject_code, o.period, o.starts, o.ends, o.due_at, o.need,
           case when o.made_up then o.total else o.in_time end as have, o.zero, o.subject_facts, o.records,
           o.standing, false as bare, true as applies,
           case
               when o.excused then 'excused'
               when not o.known or o.need is null then 'unknown'
               when o.in_time >= o.need then 'met'
               when o.due_at > %(at)s::timestamptz then 'due'
               when o.made_up and o.total >= o.need then 'made-up'
               when o.made_up and o.late_until > %(at)s::timestamptz then 'late'
               else 'unmet'
           end as state,
           case when o.excused then o.excuse when not o.known then 'calendar' else '' end as reason,
           o.why
    from owed o
),
answer as (
    select * from plain union all select * from dues
),
derived as (
    select a.unit_id, m.requirement as requirement_id, m.key, m.area, m.domain, a.subject_id,
           a.subject_code, a.period, a.starts, a.ends, a.due_at, a.state, a.need, a.have,
           x.missing,
           case when a.state <> 'unknown' or a.reason <> '' then a.reason
                when x.missing <> '[]'::jsonb then 'missing'
                when a.zero then 'division-by-zero' else 'overflow' end as reason,
           a.records, a.standing
    from answer a
    join rule m on m.idx = a.idx
    join scope s on s.id = a.unit_id
    cross join lateral (
        select case
            when a.state <> 'unknown' then '[]'::jsonb
            when a.reason = 'calendar' then jsonb_build_array(a.why)
            when a.reason = 'subject' then jsonb_build_array('subject:' || m.per)
            else (select coalesce(jsonb_agg(k.key order by k.key), '[]'::jsonb)
                  from jsonb_array_elements_text(
                      case when a.reason = 'applies' then m.applies_facts else m.value_facts end) as k(key)
                  where not jsonb_exists(s.facts, k.key)
                    and not jsonb_exists(coalesce(a.subject_facts, '{}'::jsonb), k.key))
            end as missing
    ) x
)""".replace("NOBODY", NOBODY).replace("MOST_RECORDS", str(MOST_RECORDS))
