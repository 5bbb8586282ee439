"""The door of access: accounts, roles, keys, and the actor somebody is."""

from .actions.accounts import make_slips, open_accounts, reset_password
from .actions.grants import NewGrant, give_role, take_role
from .actions.keys import actor_of_key, make_key, revoke_key
from .holders import people_who_may
from .models import ApiKey, DemoCard, RoleGrant, User
from .powers import actor_of
from .roles import ROLES, VERBS, Level, Role
from .sessions import actor_of_session

__all__ = [
    "ROLES",
    "VERBS",
    "ApiKey",
    "DemoCard",
    "Level",
    "NewGrant",
    "Role",
    "RoleGrant",
    "User",
    "actor_of",
    "actor_of_key",
    "actor_of_session",
    "give_role",
    "make_key",
    "make_slips",
    "open_accounts",
    "people_who_may",
    "reset_password",
    "revoke_key",
    "take_role",
]
