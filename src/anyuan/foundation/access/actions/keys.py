"""API keys: shown once, kept as a hash, bounded by who made them, then and at every use."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from anyuan.foundation.journal.public import action
from anyuan.foundation.kernel.public import (
    Actor,
    ActorKind,
    Grant,
    Invalid,
    NotFound,
    NotPermitted,
    Refused,
    clock,
)
from anyuan.foundation.org.public import Domain, Unit

from ..login import may_enter
from ..models import ApiKey, KeyUse, User
from ..permits import MANAGE, PLACES, backing, require_human
from ..powers import powers_of, reach_of
from ..roles import ROLES

LONGEST_DAYS = 366
_TOUCH = timedelta(minutes=5)


def make_key(
    actor: Actor, unit: Unit, name: str, role: str, days: int, domains: Sequence[str] | None = None
) -> tuple[ApiKey, str]:
    """A key that may on ``unit`` and below what ``role`` may, for ``days`` days; with its secret.

    Only people make keys, never for more than they may themselves. Raises :class:`Invalid`,
    :class:`NotPermitted`.
    """
    require_human(actor)
    actor.require(MANAGE, unit.path)
    wanted = ROLES.get(role)
    if wanted is None or unit.kind not in PLACES[wanted.level]:
        raise _invalid("role", _("This role does not exist at such a unit. Choose one of the list."))
    if not name.strip():
        raise _invalid("name", _("Name the program that will use the key."))
    if not 1 <= days <= LONGEST_DAYS:
        raise _invalid("days", _("A key works for 1 to 366 days."))
    if domains is not None and (not domains or set(domains) - set(Domain.values)):
        raise _invalid("domains", _("Choose at least one domain of the list, or leave it open for all."))
    limits = sorted(domains) if domains is not None else None
    if actor.person_id is None or not backing(actor, wanted, unit, limits, own=True):
        raise NotPermitted(_("A key cannot do more than you can yourself."))
    prefix = secrets.token_hex(5)
    token = f"any_{prefix}_{secrets.token_urlsafe(32)}"
    with action(actor, "access.make-key") as act:
        key = ApiKey(
            unit=unit,
            name=name.strip()[:60],
            prefix=prefix,
            hash=_hash(token),
            role=role,
            domains=limits,
            creator_id=actor.person_id,
            made_by=actor.label,
            ends_at=clock.now() + timedelta(days=days),
        )
        key.save(force_insert=True)
        act.entry(
            _("made the key %(key)s for %(name)s: %(role)s on %(unit)s")
            % {"key": prefix, "name": key.name, "role": wanted.name, "unit": unit.name},
            on=key,
            path=unit.path,
            after={"role": role, "domains": limits, "ends_at": key.ends_at},
        )
    return key, token


def revoke_key(actor: Actor, key_id: UUID | str) -> ApiKey:
    """The key stops working at once. Raises :class:`NotFound`, :class:`Refused`."""
    require_human(actor)
    with action(actor, "access.revoke-key") as act:
        rows = ApiKey.objects.visible_to(actor, MANAGE).select_related("unit")
        key = rows.select_for_update(of=("self",)).filter(pk=key_id).first()
        if not isinstance(key, ApiKey):
            raise NotFound(_("There is no such key, or it lies outside what you may manage."))
        if key.revoked_at is not None:
            raise Refused(_("This key is revoked already."))
        key.revoked_at = clock.now()
        key.save(update_fields=["revoked_at"])
        act.entry(
            _("revoked the key %(key)s of %(name)s") % {"key": key.prefix, "name": key.name},
            on=key,
            path=key.unit.path,
            after={"revoked_at": key.revoked_at},
        )
    return key


def actor_of_key(token: str) -> Actor | None:
    """The actor of an ``Authorization: Bearer`` token; None for a wrong, expired or revoked one.

    It may what its role may *and* its creator may today, never manage accounts; ``person_id`` is the
    creator's, so that nobody accepts with a program what he rectified by hand. Two queries.
    """
    parts = token.split("_", 2)
    if len(parts) != 3 or not token.isprintable():
        return None
    rows = ApiKey.everything.select_related("unit", "creator__account", "use")
    key = rows.filter(prefix=parts[1]).first()
    if not isinstance(key, ApiKey) or not hmac.compare_digest(key.hash, _hash(token)) or not key.works():
        return None
    account = getattr(key.creator, "account", None)
    if not isinstance(account, User) or not may_enter(account):
        return None
    _note_use(key)
    return Actor(ActorKind.API, key.name, key.creator_id, key.creator.name, tuple(_grants(key)))


def _grants(key: ApiKey) -> list[Grant]:
    """The key's role, cut down to what its creator holds there today, domain by domain."""
    role = ROLES.get(key.role)
    if role is None:
        return []
    path = reach_of(key.unit)
    wanted = frozenset(key.domains) if key.domains is not None else None
    grants = []
    for power in powers_of(key.creator_id):
        held = power.grant
        if not path.startswith(held.path):
            continue
        domains = wanted if held.domains is None else held.domains & (wanted or held.domains)
        verbs = (role.verbs & held.verbs) - {MANAGE}
        if verbs and (domains is None or domains):
            grants.append(Grant(role.code, path, verbs, domains, key.unit_id))
    return grants


def _note_use(key: ApiKey) -> None:
    """Note the use, at most once in five minutes."""
    now = clock.now()
    use = getattr(key, "use", None)
    if use is None:
        KeyUse.objects.update_or_create(key=key, defaults={"used_at": now})
    elif now - use.used_at >= _TOUCH:
        KeyUse.objects.filter(key=key).update(used_at=now)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _invalid(field: str, message: str) -> Invalid:
    return Invalid(message, {field: [message]})
