"""Which profiles a user may work under, and which they do (PR-5, PR-6).

Those of the user's group and of the groups that it is nested in, unless unticked for the user, and the user's own.
"""

from __future__ import annotations

from agentprov.errors import Code, NotFound
from agentprov.model.groups import Profile
from agentprov.model.ids import UserGroupId, UserId
from agentprov.model.live import Live
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
        ticked = (each for each in self.offered(holder.user_group) if each.id not in holder.unticked_profiles)
        return (*ticked, *self._by_owner.get((None, user), ()))

    def offered(self, group: UserGroupId | None) -> tuple[Profile, ...]:
        """The profiles of a user group and of those that it is nested in, outer groups first."""
        path = self._tenant.group_path(group)
        return tuple(profile for each in path for profile in self._by_owner.get((each, None), ()))


def available_profiles(tenant: Tenant, user: UserId) -> tuple[Profile, ...]:
    """The profiles that one user may work under; for many questions keep a :class:`Profiles`.

    Raises:
        NotFound: ``user.unknown``.
    """
    return Profiles(tenant).available(user)


def active_profile(tenant: Tenant, user: UserId, live: Live) -> Profile | None:
    """The profile that a user works under, a live fact; nothing means their own skills.

    One that isn't theirs any more, after a move or because it is gone, isn't active, whatever the host still says.

    Raises:
        NotFound: ``user.unknown``.
    """
    chosen = live.profiles.get(user)
    return next((profile for profile in available_profiles(tenant, user) if profile.id == chosen), None)
