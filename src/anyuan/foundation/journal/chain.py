"""What is hashed, and how: the sealer and the verifier share every line of this."""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime

from django.conf import settings

# The exact text of an entry ``e``: a JSON array, so no two entries share a text; instants as
# microseconds, because the text of a timestamptz depends on the session's time zone.
ENTRY_TEXT = """json_build_array(e.id,
    (extract(epoch from e.recorded_at) * 1000000)::bigint,
    (extract(epoch from e.occurred_at) * 1000000)::bigint,
    e.actor_kind, e.actor_id, e.actor_name, e.verb, e.sentence,
    e.subject_kind, e.subject_id, e.unit_path, e.domain, e.body_hash)::text"""

BODY_HASH = "encode(sha256(convert_to(b.text, 'UTF8')), 'hex')"

GENESIS = "0" * 64
"""Stands before the first seal."""


def link(previous: str, text: str) -> str:
    """The hash of an entry that follows the one sealed with ``previous``."""
    return hashlib.sha256((previous + text).encode()).hexdigest()


def sign(seq: int, head_hash: str, made_at: datetime) -> str:
    """The signature of a chain head, with a key that lies outside the database."""
    said = f"{seq} {head_hash} {made_at.astimezone(UTC).isoformat(timespec='microseconds')}"
    return hmac.new(settings.JOURNAL_KEY.encode(), said.encode(), hashlib.sha256).hexdigest()
