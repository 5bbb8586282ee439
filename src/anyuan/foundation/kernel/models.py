"""The base of every business table: a UUIDv7 key and a query layer that is closed by default."""

from __future__ import annotations

from functools import cache
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q

from .actor import Actor
from .ids import new_id


def subtree(path: str, field: str) -> Q:
    """The rows at or below ``path``: a half-open range on a COLLATE "C" text, never a list of ids."""
    if not path.endswith("/"):
        raise ValueError(f"not a tree path: {path!r}")
    return Q(**{f"{field}__gte": path, f"{field}__lt": path[:-1] + "0"})


class ScopedQuerySet(models.QuerySet[Any]):
    """Rows of a scoped model. Only :meth:`visible_to` turns a closed query into rows."""

    def visible_to(self, actor: Actor, verb: str | None = None, within: str = "") -> Self:
        """The rows ``actor`` may ``verb`` (default: the model's ``view_verb``), or is assigned to.

        ``within`` narrows to the units at or below a tree path. Where a role reaches all of it, nothing else
        is asked: no "or" keeps the database from an index of the units.
        """
        opened = self._opened()
        if within:
            opened = opened.filter(subtree(within, self.model.scope_path))
        if actor.everywhere or (within and self._reaches(actor, verb, within)):
            return opened
        return opened.filter(self._reach(actor, verb) | self._assigned(actor, verb))

    def parts_visible_to(self, actor: Actor, verb: str | None = None, within: str = "") -> list[Self]:
        """The rows of :meth:`visible_to` in parts that share none: reached by a role, only assigned.

        Joined by "or" the two cannot be read in the order of an index; each alone can.
        """
        opened = self._opened()
        if within:
            opened = opened.filter(subtree(within, self.model.scope_path))
        if actor.everywhere or (within and self._reaches(actor, verb, within)):
            return [opened]
        reach = self._reach(actor, verb)
        return [opened.filter(reach), opened.filter(self._assigned(actor, verb)).exclude(reach)]

    def _reach(self, actor: Actor, verb: str | None) -> Q:
        """Where a role lets ``actor`` ``verb``."""
        model: type[Scoped] = self.model
        where = Q(pk__in=[])
        for grant in actor.grants_for(verb or model.view_verb):
            part = subtree(grant.path, model.scope_path)
            if grant.domains is not None and model.scope_domain:
                part &= Q(**{f"{model.scope_domain}__in": sorted(grant.domains)})
            where |= part
        return where

    def _reaches(self, actor: Actor, verb: str | None, path: str) -> bool:
        """Whether one role lets ``actor`` ``verb`` everything at and below ``path``, in every domain."""
        grants = actor.grants_for(verb or self.model.view_verb)
        return any(path.startswith(grant.path) and grant.domains is None for grant in grants)

    def _assigned(self, actor: Actor, verb: str | None) -> Q:
        model: type[Scoped] = self.model
        return model.assigned_to(actor) if verb in (None, model.view_verb) else Q(pk__in=[])

    def _opened(self) -> Self:
        """All rows again, when this comes from ``objects``, which starts from none; else as it is.

        Raises ``TypeError`` for a closed query that was filtered before its scope was named: the
        filter would be lost.
        """
        if not self.query.is_empty():
            return self
        if len(self.query.where.children) > 1:
            raise TypeError("name the scope first: Model.objects.visible_to(actor).filter(...)")
        return self.__class__(self.model, using=self.db)


class ClosedManager(models.Manager[Any]):
    """Gives no row until a scope is named: ``Model.objects.visible_to(actor)``."""

    def get_queryset(self) -> ScopedQuerySet:
        return ScopedQuerySet(self.model, using=self._db).none()

    def visible_to(self, actor: Actor, verb: str | None = None, within: str = "") -> ScopedQuerySet:
        return ScopedQuerySet(self.model, using=self._db).visible_to(actor, verb, within)

    def parts_visible_to(
        self, actor: Actor, verb: str | None = None, within: str = ""
    ) -> list[ScopedQuerySet]:
        return ScopedQuerySet(self.model, using=self._db).parts_visible_to(actor, verb, within)


class OpenManager(models.Manager[Any]):
    """Every row. For actions, jobs and Django itself; never for pages, lists, exports or the API."""

    def get_queryset(self) -> ScopedQuerySet:
        return ScopedQuerySet(self.model, using=self._db)


@cache
def _labels(field: models.Field[Any, Any]) -> dict[Any, Any]:
    return dict(field.flatchoices)


class Row(models.Model):
    """A table row with a UUIDv7 key."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)

    class Meta:
        abstract = True

    def _get_FIELD_display(self, field: models.Field[Any, Any]) -> str:  # noqa: N802 - Django's name
        """What ``get_..._display`` gives. Django's own translates the whole list of choices for each call."""
        value = getattr(self, field.attname)
        return str(_labels(field).get(value, value))


class Scoped(Row):
    """A row that belongs to a node of the organisation tree.

    ``scope_path`` names the lookup to the tree path, ``scope_domain`` the field with the domain of
    work (or ""), ``view_verb`` the permission that shows the row.
    """

    scope_path: ClassVar[str] = "unit__path"
    scope_domain: ClassVar[str] = ""
    view_verb: ClassVar[str] = ""

    objects = ClosedManager()
    everything = OpenManager()

    class Meta:
        abstract = True
        default_manager_name = "everything"
        base_manager_name = "everything"

    @classmethod
    def assigned_to(cls, actor: Actor) -> Q:
        """The rows an assignment alone lets ``actor`` see; none unless the model says so."""
        return Q(pk__in=[])


class OnceKey(models.Model):
    """A write that was already done: the second arrival of the same form gets the first answer."""

    key = models.CharField(max_length=200, primary_key=True)
    digest = models.CharField(max_length=64)
    status = models.IntegerField(null=True)
    answer = models.TextField(default="")
    made_at = models.DateTimeField()

    class Meta:
        db_table = "kernel_once"
