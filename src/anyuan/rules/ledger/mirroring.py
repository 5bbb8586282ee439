"""Stages, places and posts as subjects: they follow the organisation and are never entered by hand."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from anyuan.foundation.journal.public import action
from anyuan.foundation.kernel.public import job_actor
from anyuan.foundation.org.public import POSTS, STAGES, Place, Unit

from .models import Subject
from .states import SubjectKind

_CHUNK = 2000

# What the organisation says there is, beside what stands here; only the rows that differ come back.
# A place keeps the code it was first given, so a new QR token makes no second subject.
_DIFFERING = """
with scope as (
    select id, kind, unit_type from org_unit where %(units)s::uuid[] is null or id = any(%(units)s::uuid[])
), wanted as (
    select p.unit_id, 'place' as kind, coalesce(e.code, p.token) as code, p.name, p.id as place_id,
           null::date as valid_from, p.closed_on as valid_to,
           jsonb_build_object('place_kind', p.kind) as attributes
    from org_place p join scope u on u.id = p.unit_id left join ledger_subject e on e.place_id = p.id
    union all
    select u.id, 'stage', x.stage, x.name, null, null, null, '{}'
    from scope u join jsonb_to_recordset(%(stages)s::jsonb) as x(unit_type text, stage text, name text)
      on x.unit_type = u.unit_type
    where u.kind = 'school'
    union all
    select h.unit_id, 'post', h.post, x.name, null, min(h.starts),
           case when bool_or(h.ends is null) then null else greatest(max(h.ends), min(h.starts)) end, '{}'
    from org_holding h join scope u on u.id = h.unit_id
    join jsonb_to_recordset(%(posts)s::jsonb) as x(post text, name text) on x.post = h.post
    group by h.unit_id, h.post, x.name
), had as (
    select s.* from ledger_subject s join scope u on u.id = s.unit_id
    where s.kind in ('place', 'stage', 'post')
)
select h.id, w.unit_id, w.kind, w.code, w.name, w.place_id, w.valid_from, w.valid_to, w.attributes
from wanted w left join had h on h.unit_id = w.unit_id and h.kind = w.kind and h.code = w.code
where h.id is null
   or (h.name, h.valid_from, h.valid_to, h.attributes) is distinct from
      (w.name, w.valid_from, w.valid_to, w.attributes)
union all
select h.id, h.unit_id, h.kind, h.code, h.name, h.place_id, h.valid_from, %(day)s::date, h.attributes
from had h
where h.kind = 'stage' and h.valid_to is null
  and not exists (select from wanted w where w.unit_id = h.unit_id and w.kind = h.kind and w.code = h.code)
"""


def mirror_subjects(unit_ids: Sequence[UUID] | None, day: date) -> int:
    """Bring the mirrored subjects of these units (None: of all) in step with the organisation.

    A stage that is no longer taught ends on ``day``. Gives how many rows changed; one journal entry for all.
    """
    rows = _differing(unit_ids, day)
    if not rows:
        return 0
    known = Subject.everything.in_bulk([r["id"] for r in rows if r["id"]])
    made, changed = [], []
    for row in rows:
        key = row.pop("id")
        row["attributes"] = json.loads(row["attributes"])
        if key is None:
            made.append(Subject(**row))
            continue
        subject = known[key]
        for name in ("name", "valid_from", "valid_to", "attributes"):
            setattr(subject, name, row[name])
        changed.append(subject)
    paths = sorted({u.path for u in Unit.everything.filter(pk__in={r["unit_id"] for r in rows})})
    with action(job_actor(_("System (organisation)")), "ledger.mirror-subjects") as act:
        Subject.everything.bulk_create(made, batch_size=_CHUNK)
        Subject.everything.bulk_update(changed, ["name", "valid_from", "valid_to", "attributes"], _CHUNK)
        act.entry(
            ngettext(
                "took over %(count)s stage, place or post from the organisation",
                "took over %(count)s stages, places and posts from the organisation",
                len(rows),
            )
            % {"count": len(rows)},
            path=paths[0] if len(paths) == 1 else "/",
            after={"new": len(made), "changed": len(changed)},
        )
    return len(rows)


def _differing(unit_ids: Sequence[UUID] | None, day: date) -> list[dict[str, Any]]:
    with translation.override(settings.LANGUAGE_CODE):
        names = stage_names()
        stages = [
            {"unit_type": unit_type, "stage": stage, "name": names[stage]}
            for unit_type, stages in STAGES.items()
            for stage in sorted(stages)
        ]
        posts = [{"post": code, "name": str(post.name)} for code, post in POSTS.items()]
    values = {
        "units": None if unit_ids is None else list(unit_ids),
        "stages": json.dumps(stages),
        "posts": json.dumps(posts),
        "day": day,
    }
    with connection.cursor() as cursor:
        cursor.execute(_DIFFERING, values)
        columns = [c.name for c in cursor.description or ()]
        return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]


def stage_names() -> dict[str, str]:
    """The names of the school stages in the language that is active."""
    return {
        "kindergarten": pgettext("stage", "Kindergarten stage"),
        "primary": pgettext("stage", "Primary stage"),
        "junior": pgettext("stage", "Junior middle stage"),
        "senior": pgettext("stage", "Senior middle stage"),
        "vocational": pgettext("stage", "Vocational stage"),
        "special": pgettext("stage", "Special education"),
        "university": pgettext("stage", "University stage"),
    }


def subject_of_place(place: Place, day: date) -> Subject:
    """The subject that stands for a place; it is made when nobody refreshed since the place was added."""
    found: Subject | None = Subject.everything.filter(place=place).first()
    if found is None:
        mirror_subjects([place.unit_id], day)
        return Subject.everything.get(place=place, kind=SubjectKind.PLACE)  # type: ignore[no-any-return]
    return found
