"""Accounts, roles on tree nodes, API keys, counters of failed logins."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q

from anyuan.foundation.kernel.public import Actor, Row, Scoped, clock, new_id
from anyuan.foundation.org.public import Domain, Person, Unit

from .roles import ROLES


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
    made_at = models.DateTimeField(default=clock.now)

    USERNAME_FIELD = "login"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        db_table = "access_user"
        constraints = [
            models.UniqueConstraint(
                fields=["activation"], condition=~Q(activation=""), name="access_user_activation"
            )
        ]

    def __str__(self) -> str:
        return self.login

    @property
    def state(self) -> str:
        """What a list shows: "active", "waiting" (never activated), or "closed"."""
        if not self.is_active:
            return "closed"
        return "active" if self.has_usable_password() else "waiting"


class RoleGrant(Scoped):
    """A role on a tree node given to a person by hand, time-boxed; posts bring their roles by themselves."""

    view_verb: ClassVar[str] = "access.view"

    person = models.ForeignKey(Person, models.PROTECT, related_name="role_grants")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="role_grants")
    role = models.CharField(max_length=24)
    domains = models.JSONField(null=True, blank=True)
    """Domains of work the role is limited to; null means all."""
    starts = models.DateField()
    ends = models.DateField(null=True, blank=True)
    """The first day without the role (half-open)."""
    granted_by = models.TextField()
    reason = models.CharField(max_length=200, default="", blank=True)

    class Meta(Scoped.Meta):
        db_table = "access_role_grant"
        constraints = [
            models.CheckConstraint(
                condition=Q(ends__isnull=True) | Q(ends__gte=F("starts")), name="access_grant_order"
            )
        ]
        indexes = [models.Index(fields=["person"], name="access_grant_person")]

    @classmethod
    def running(cls, day: date | None = None) -> Q:
        """The grants that run on ``day`` (default today)."""
        day = day or clock.today()
        return Q(starts__lte=day) & (Q(ends__isnull=True) | Q(ends__gt=day))

    @classmethod
    def assigned_to(cls, actor: Actor) -> Q:
        return Q(person_id=actor.person_id) if actor.person_id else Q(pk__in=[])

    @property
    def title(self) -> str:
        """The role's name on screen."""
        role = ROLES.get(self.role)
        return str(role.name) if role else self.role

    @property
    def domain_names(self) -> list[str]:
        """The domains of work it is limited to; empty for all."""
        return [str(Domain(code).label) for code in self.domains or []]


class ApiKey(Scoped):
    """A bearer key of a program. Only its hash is kept; its powers are a role on a node.

    A key never may more than its creator may at the moment it is used.
    """

    view_verb: ClassVar[str] = "access.view"

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="api_keys")
    name = models.CharField(max_length=60)
    prefix = models.CharField(max_length=12, unique=True)
    hash = models.CharField(max_length=64)
    role = models.CharField(max_length=24)
    domains = models.JSONField(null=True, blank=True)
    creator = models.ForeignKey(Person, models.PROTECT, related_name="api_keys")
    made_by = models.TextField()
    made_at = models.DateTimeField(default=clock.now)
    ends_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta(Scoped.Meta):
        db_table = "access_api_key"

    def works(self) -> bool:
        """Whether the key is neither revoked nor expired."""
        return self.revoked_at is None and clock.now() < self.ends_at


class KeyUse(models.Model):
    """When a key was last used, to five minutes. Apart from the key: a use is not a change of it."""

    key = models.OneToOneField(ApiKey, models.CASCADE, primary_key=True, related_name="use")
    used_at = models.DateTimeField()

    class Meta:
        db_table = "access_key_use"


class Throttle(models.Model):
    """Failed attempts of one account, unknown name or network address. Survives a restart."""

    key = models.CharField(max_length=80, primary_key=True)
    failures = models.IntegerField(default=0)
    since = models.DateTimeField()
    locked_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "access_throttle"


class DemoCard(Row):
    """A role card on the demo's login page: one tap logs in as ``person``. Used only by the demo."""

    person = models.OneToOneField(Person, models.CASCADE, related_name="demo_card")
    title = models.CharField(max_length=40)
    sees = models.CharField(max_length=120)
    icon = models.CharField(max_length=30, default="user")
    order = models.IntegerField(default=0)

    class Meta:
        db_table = "access_demo_card"
