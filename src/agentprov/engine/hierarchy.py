"""Which roles come with which, and who has them: the standard's assigned and authorized roles and users (AC-6).

A role comes with those it inherits from, directly or by others, and with itself. Everybody has the role everyone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from agentprov.engine.memo import Memo
from agentprov.model.access import EVERYONE, Role
from agentprov.model.ids import RoleId, UserId
from agentprov.model.table import Table
from agentprov.model.tenant import Tenant
from agentprov.model.users import User


class Hierarchy:
    """What comes with each role of a tenant, as sets. Filled lazily.

    A decision needs the way to each role besides, to tell it: :attr:`agentprov.engine.rights.Policy.heirs`.
    """

    __slots__ = ("_roles", "juniors")

    def __init__(self, roles: Table[RoleId, Role]) -> None:
        self._roles = roles
        self.juniors: Memo[RoleId, frozenset[RoleId]] = Memo(self._with_juniors)
        """By role: itself and all it inherits from. Ask for roles of the tenant only, for what is asked is kept."""

    def closure(self, roles: Iterable[RoleId]) -> frozenset[RoleId]:
        """The roles with all that they inherit from."""
        return frozenset().union(*map(self.juniors.__getitem__, roles))

    def authorized(self, roles: frozenset[RoleId]) -> frozenset[RoleId]:
        """What somebody has whose own roles these are: the roles, Everyone, and all that they inherit from."""
        return self.closure((*roles, EVERYONE))

    def _with_juniors(self, role: RoleId) -> frozenset[RoleId]:
        # A tenant's roles have no circle and no more than a hundred levels, so this ends and the stack holds it.
        inherits = self._roles[role].inherits if role in self._roles else ()
        return frozenset({role}).union(*map(self.juniors.__getitem__, inherits))


class Assignments:
    """Who has which roles, in one version of a tenant. Filled lazily.

    Users of any status count, for an account that is disabled keeps its roles. Users with equal roles are looked at
    together.
    """

    __slots__ = ("_by_roles", "authorized", "hierarchy", "tenant")

    def __init__(self, tenant: Tenant) -> None:
        self.tenant = tenant
        self.hierarchy = Hierarchy(tenant.roles)
        self.authorized: Memo[frozenset[RoleId], frozenset[RoleId]] = Memo(self.hierarchy.authorized)
        """By the roles that users of the tenant have: these with Everyone and all that they inherit from."""
        self._by_roles: Mapping[frozenset[RoleId], frozenset[UserId]] | None = None

    @property
    def by_roles(self) -> Mapping[frozenset[RoleId], frozenset[UserId]]:
        """The users by their own roles.

        INVARIANT: a function of the tenant, so two threads that race store equal ones.
        """
        if self._by_roles is None:
            self._by_roles = users_by_roles(self.tenant.users.values())
        return self._by_roles


def users_by_roles(users: Iterable[User]) -> dict[frozenset[RoleId], frozenset[UserId]]:
    """Users by their own roles."""
    found: dict[frozenset[RoleId], list[UserId]] = {}
    for user in users:
        found.setdefault(user.roles, []).append(user.id)
    return {roles: frozenset(each) for roles, each in found.items()}
