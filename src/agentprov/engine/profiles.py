"""Which profiles a user may work under (PR-5).

Those of the user's group and of the groups that it is nested in, unless unticked for the user, and the user's own.
"""

from __future__ import annotations

from agentprov.errors import Code, NotFound
from agentprov.model.groups import Profile
from agentprov.model.ids import UserGroupId, UserId
from agentprov.model.tenant import Tenant


class Profiles:
    """The profiles of one version of a tenant, by whom they belong to."""

    __slots__ = ("_by_owner", "_tenant")

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant
        self._by_owner: dict[tuple[UserGroupId | None, UserId | None], list[Profile]] = {}
        for _, profile in sorted(tenant.profiles.items()):
            self._by_owner.setdefault((profile.user_group, profile.user), []).append(profile)

    def available(self, user: UserId) -> tuple[Profile, ...]:
        """The profiles of ``user``: group profiles, outer groups first, then personal ones; each part in id order.

        Raises:
            NotFound: ``user.unknown``.
        """
        holder = self._tenant.users.get(user)
        if holder is None:
            raise NotFound.of(Code.USER_UNKNOWN, "user", value=str(user))
        offered = (
            profile
            for group in self._tenant.group_path(holder.user_group)
            for profile in self._by_owner.get((group, None), ())
            if profile.id not in holder.unticked_profiles
        )
        return (*offered, *self._by_owner.get((None, user), ()))


def available_profiles(tenant: Tenant, user: UserId) -> tuple[Profile, ...]:
    """The profiles that one user may work under; for many questions keep a :class:`Profiles`.

    Raises:
        NotFound: ``user.unknown``.
    """
    return Profiles(tenant).available(user)
