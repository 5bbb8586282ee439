"""The door of access: accounts, roles, and the actor a person is."""

from .holders import people_who_may
from .models import ApiKey, RoleGrant, User
from .powers import actor_of
from .roles import ROLES, VERBS, Level, Role

__all__ = ["ROLES", "VERBS", "ApiKey", "Level", "Role", "RoleGrant", "User", "actor_of", "people_who_may"]
