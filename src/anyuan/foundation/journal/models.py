"""The trail's tables. Entries are inserted and read, never changed; bodies may be erased, leaving a hash."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.contrib.postgres.indexes import BrinIndex
from django.db import models

from anyuan.foundation.kernel.public import Actor, ClosedManager, OpenManager

from .permits import JOURNAL_VIEW

if TYPE_CHECKING:
    _TextField = models.TextField[str, str]
else:
    _TextField = models.TextField


class PathField(_TextField):
    """A tree path such as ``/1/7/102/``, compared byte by byte so that a subtree is a range."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        kwargs["db_collation"] = "C"
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]


class EntryManager(ClosedManager):
    """Entries by the tree path they happened at."""


class Entry(models.Model):
    """One thing that was done, by whom, to what, in a sentence a person reads."""

    scope_path: ClassVar[str] = "unit_path"
    scope_domain: ClassVar[str] = "domain"
    view_verb: ClassVar[str] = JOURNAL_VIEW

    id = models.BigAutoField(primary_key=True)
    recorded_at = models.DateTimeField()
    occurred_at = models.DateTimeField()
    actor_kind = models.CharField(max_length=12)
    actor_id = models.UUIDField(null=True)
    actor_name = models.TextField()
    verb = models.CharField(max_length=60)
    sentence = models.TextField()
    subject_kind = models.CharField(max_length=40, default="", blank=True)
    subject_id = models.UUIDField(null=True)
    unit_path = PathField()
    domain = models.CharField(max_length=20, default="", blank=True)
    body_hash = models.CharField(max_length=64)

    objects = EntryManager()
    everything = OpenManager()

    class Meta:
        db_table = "journal_entry"
        default_manager_name = "everything"
        base_manager_name = "everything"
        indexes = [
            models.Index(fields=["subject_kind", "subject_id", "id"], name="journal_subject"),
            models.Index(fields=["unit_path", "id"], name="journal_path"),
            models.Index(fields=["actor_id", "id"], name="journal_actor"),
            models.Index(
                fields=["actor_name", "id"], name="journal_name", opclasses=["text_pattern_ops", "int8_ops"]
            ),
            models.Index(fields=["verb", "id"], name="journal_verb"),
            BrinIndex(fields=["recorded_at"], name="journal_time"),
        ]

    @classmethod
    def assigned_to(cls, actor: Actor) -> models.Q:
        """What concerns the whole system stands at "/": those who read the trail of a top unit see it."""
        top = any(g.path.count("/") == 2 and g.domains is None for g in actor.grants_for(cls.view_verb))
        return models.Q(unit_path="/") if top else models.Q(pk__in=[])


class Body(models.Model):
    """What changed: ``{"before", "after", "tell"}`` as exact text. Erasable: only its hash is chained."""

    entry = models.OneToOneField(Entry, models.PROTECT, primary_key=True, related_name="body")
    text = models.TextField()

    class Meta:
        db_table = "journal_body"


class Pending(models.Model):
    """Entries that wait for the sealer. A queue, written in the action's own transaction."""

    entry = models.OneToOneField(Entry, models.PROTECT, primary_key=True, related_name="+")

    class Meta:
        db_table = "journal_pending"


class Seal(models.Model):
    """The gapless order: ``hash = sha256(previous hash + entry text)``. Followers read ``seq``."""

    seq = models.BigIntegerField(primary_key=True)
    entry = models.OneToOneField(Entry, models.PROTECT, related_name="seal")
    hash = models.CharField(max_length=64)

    class Meta:
        db_table = "journal_seal"


class Head(models.Model):
    """A chain head signed (HMAC) with a key that lies outside the database; it can be published."""

    seq = models.BigIntegerField(primary_key=True)
    hash = models.CharField(max_length=64)
    hmac = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    class Meta:
        db_table = "journal_head"


class Follower(models.Model):
    """How far a reader of the journal has come, and what stops it."""

    name = models.CharField(max_length=60, primary_key=True)
    seq = models.BigIntegerField(default=0)
    moved_at = models.DateTimeField(null=True)
    failures = models.IntegerField(default=0)
    """Failed attempts at the entry after ``seq``, in a row; 0 while all is well."""
    error = models.TextField(default="", blank=True)
    retry_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "journal_follower"
