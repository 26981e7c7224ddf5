"""Which users a page lists: by role, by search, and without those who are deactivated (PV-5, LC-1, P16).

Who may see whom is a question of rights (:mod:`agentprov.engine.filters`); this is what a list shows of them. Disabled
and blocked users are always in it. Deactivated ones are hidden until they are asked for, here and nowhere else.
"""

from __future__ import annotations

import unicodedata
from typing import Final

from agentprov.model.access import EVERYONE
from agentprov.model.ids import RoleId
from agentprov.model.tenant import Tenant
from agentprov.model.users import Status, User

HIDDEN: Final = frozenset({Status.DEACTIVATED})
"""The statuses of users whom a list doesn't show unless it is asked to."""


def is_listed(user: User) -> bool:
    """Whether lists show the user without being asked for hidden ones."""
    return user.status not in HIDDEN


def list_users(tenant: Tenant, *, role: str = EVERYONE, search: str = "", hidden: bool = False) -> tuple[User, ...]:
    """The users with a role of their own, whom the search finds, by id. Everyone is the role that all have.

    Every word of the search must be in one of a user's id, login, names, email or numbers; case doesn't matter.
    ``hidden`` lists deactivated users as well.
    """
    words = _folded(search).split()
    return tuple(
        user
        for _, user in sorted(tenant.users.items())
        if (hidden or is_listed(user))
        and (role == EVERYONE or RoleId(role) in user.roles)
        and (not words or _is_found(user, words))
    )


def _is_found(user: User, words: list[str]) -> bool:
    texts = (user.id, user.login, user.name, user.display_name, user.alias, user.email, user.phone, user.mobile)
    numeric = "" if user.numeric_id is None else str(user.numeric_id)
    text = _folded("\n".join((*(each for each in texts if each), numeric)))
    return all(word in text for word in words)


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
