"""Accounts, roles on tree nodes, API keys."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q

from anyuan.foundation.kernel.public import Scoped, clock, new_id
from anyuan.foundation.org.public import Person, Unit


class UserManager(BaseUserManager["User"]):
    """Accounts are made by ``access.actions``; Django needs only the lookup."""

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(login=username)


class User(AbstractBaseUser):
    """A login: one person's account. ``login`` is the phone number, or a name made for the account."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    login = models.CharField(max_length=40, unique=True)
    person = models.OneToOneField(Person, models.PROTECT, related_name="account")
    is_active = models.BooleanField(default=True)
    must_change_password = models.BooleanField(default=False)
    activation = models.CharField(max_length=64, default="", blank=True)
    """SHA-256 of the one-time code on the activation slip; "" once it is used."""
    activation_ends_at = models.DateTimeField(null=True, blank=True)
    failures = models.IntegerField(default=0)
    locked_until = models.DateTimeField(null=True, blank=True)
    made_at = models.DateTimeField(default=clock.now)

    USERNAME_FIELD = "login"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        db_table = "access_user"

    def __str__(self) -> str:
        return self.login


class RoleGrant(Scoped):
    """A role on a tree node given to a person by hand, time-boxed; posts bring their roles by themselves."""

    view_verb: ClassVar[str] = "access.view"

    person = models.ForeignKey(Person, models.PROTECT, related_name="role_grants")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="role_grants")
    role = models.CharField(max_length=24)
    domains = models.JSONField(null=True, blank=True)
    starts = models.DateField()
    ends = models.DateField(null=True, blank=True)
    granted_by = models.TextField()
    reason = models.CharField(max_length=200, default="", blank=True)

    class Meta(Scoped.Meta):
        db_table = "access_role_grant"
        constraints = [
            models.CheckConstraint(
                condition=Q(ends__isnull=True) | Q(ends__gte=F("starts")), name="access_grant_order"
            )
        ]


class ApiKey(Scoped):
    """A bearer key of a program. Only its hash is kept; its powers are a role on a node."""

    view_verb: ClassVar[str] = "access.view"

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="api_keys")
    name = models.CharField(max_length=60)
    prefix = models.CharField(max_length=12, unique=True)
    hash = models.CharField(max_length=64)
    role = models.CharField(max_length=24)
    domains = models.JSONField(null=True, blank=True)
    made_by = models.TextField()
    made_at = models.DateTimeField(default=clock.now)
    ends_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta(Scoped.Meta):
        db_table = "access_api_key"
