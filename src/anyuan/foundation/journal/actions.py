"""One change, one action, one entry: the change and its trail stand or fall in one transaction."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models, transaction
from django.utils import translation
from django.utils.translation import gettext

from anyuan.foundation.kernel.public import Actor, Refused, clock

from .models import Body, Entry, Pending
from .permits import JOURNAL_ERASE


@dataclass(frozen=True, slots=True)
class Tell:
    """Who must know of an entry, in the terms of the organisation; ``notify`` finds the people.

    ``people`` are org.Person ids; ``posts`` are (unit id, post code) pairs, deputies included;
    ``holders`` are (verb, tree path, domain or "") triples: everybody whose role allows the verb there.
    ``level`` is "info", "todo" or "alarm".
    """

    text: str
    url: str
    level: str = "info"
    people: Sequence[UUID] = ()
    posts: Sequence[tuple[UUID, str]] = ()
    holders: Sequence[tuple[str, str, str]] = ()


@dataclass(slots=True)
class Act:
    """The open action. Every action calls :meth:`entry` at least once."""

    actor: Actor
    verb: str
    entries: list[Entry] = field(default_factory=list)

    def entry(
        self,
        sentence: str,
        *,
        path: str,
        on: models.Model | None = None,
        domain: str = "",
        before: Mapping[str, Any] | None = None,
        after: Mapping[str, Any] | None = None,
        tell: Sequence[Tell] = (),
        occurred_at: datetime | None = None,
        verb: str = "",
    ) -> Entry:
        """Write one journal entry at tree ``path`` about the row ``on``.

        ``sentence`` is a translated sentence without the actor's name; it is kept in the
        deployment's language, because history is read as it was written.
        ``before`` and ``after`` hold only what changed, as JSON-able values.
        """
        body = _body_text(before, after, tell)
        now = clock.now()
        entry = Entry(
            recorded_at=now,
            occurred_at=occurred_at or now,
            actor_kind=self.actor.kind,
            actor_id=self.actor.person_id,
            actor_name=self.actor.label,
            verb=verb or self.verb,
            sentence=sentence,
            subject_kind=on._meta.label_lower if on is not None else "",
            subject_id=None if on is None else subject_key(on),
            unit_path=path,
            domain=domain,
            body_hash=hashlib.sha256(body.encode()).hexdigest(),
        )
        entry.save(force_insert=True)
        Body.objects.create(entry=entry, text=body)
        Pending.objects.create(entry=entry)
        self.entries.append(entry)
        return entry


def subject_key(row: models.Model) -> UUID | None:
    """How an entry names the row it is about: its UUID, or its number written as one."""
    if isinstance(row.pk, UUID):
        return row.pk
    return UUID(int=row.pk) if isinstance(row.pk, int) and row.pk >= 0 else None


def tells_of(entry: Entry) -> list[Tell]:
    """Who must know of ``entry``, as its action said; none when the body was erased."""
    body = Body.objects.filter(pk=entry.pk).first() if "body" not in entry._state.fields_cache else entry.body
    return [_tell(raw) for raw in json.loads(body.text)["tell"]] if body else []


def _tell(raw: Mapping[str, Any]) -> Tell:
    return Tell(
        text=raw["text"],
        url=raw["url"],
        level=raw["level"],
        people=[UUID(p) for p in raw["people"]],
        posts=[(UUID(unit), post) for unit, post in raw["posts"]],
        holders=[(verb, path, domain) for verb, path, domain in raw["holders"]],
    )


def _body_text(
    before: Mapping[str, Any] | None, after: Mapping[str, Any] | None, tell: Sequence[Tell]
) -> str:
    body = {"before": before or {}, "after": after or {}, "tell": [asdict(t) for t in tell]}
    return json.dumps(body, cls=DjangoJSONEncoder, ensure_ascii=False, sort_keys=True)


def erase_body(actor: Actor, entry: Entry, reason: str) -> None:
    """Erase what ``entry`` says of before and after; its sentence, its hash and its seal stay.

    For restricted content whose time is over. The erasure is an entry itself; the trail still
    verifies. Raises :class:`Refused` when the body was erased before.
    """
    with action(actor, "journal.erase-body") as act:
        actor.require(JOURNAL_ERASE, entry.unit_path, entry.domain or None)
        act.entry(
            gettext("erased the content of trail entry %(entry)s: %(reason)s")
            % {"entry": entry.pk, "reason": reason},
            on=entry,
            path=entry.unit_path,
            domain=entry.domain,
        )
        with connection.cursor() as cursor:
            cursor.execute("select journal_erase_body(%s)", [entry.pk])
            if cursor.fetchone() != (True,):
                raise Refused(gettext("The content of this entry was erased before."))


@contextmanager
def action(actor: Actor, verb: str) -> Iterator[Act]:
    """Open the transaction of one action. Nests: an action may call another room's action.

    Business tables carry a trigger that journals changes made outside an action; the setting
    ``anyuan.action`` tells it that this one is inside. Raises ``RuntimeError`` when the block ends
    without an entry: a change that leaves no trail is a bug.
    """
    with transaction.atomic(), translation.override(settings.LANGUAGE_CODE):
        previous = _name_action(verb)
        act = Act(actor, verb)
        yield act
        if not act.entries:
            raise RuntimeError(f"action {verb} wrote no journal entry")
        _name_action(previous)


def _name_action(verb: str) -> str:
    """Set the transaction-local name of the running action; give the one before."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select current_setting('anyuan.action', true), set_config('anyuan.action', %s, true)",
            [verb],
        )
        row = cursor.fetchone()
    return (row[0] if row else "") or ""
