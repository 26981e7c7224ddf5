"""How many users there are in each user group, and with which values of their own: counted once, then kept up (PR-8).

Counting looks at every user. Of the next version of a tenant only the users who differ are looked at, so whoever edits
a group learns how many people that concerns at the same cost whether there are ten of them or a million (PR-9).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cached_property

from agentprov.model.ids import ProfileId, UserGroupId
from agentprov.model.properties import PropertyName, PropertyValue
from agentprov.model.tenant import Tenant
from agentprov.model.users import User

Group = UserGroupId | None
"""A user group, or nothing for users who are in none."""


class Population:
    """The users of one version of a tenant, counted. ``like`` is that of another version, before or after."""

    def __init__(self, tenant: Tenant, like: Population | None = None) -> None:
        self.tenant = tenant
        self.members: Counter[Group] = Counter()
        """How many users are directly in each group."""
        self.own: Counter[tuple[Group, PropertyName, PropertyValue]] = Counter()
        """How many of them have a certain value of their own."""
        self.unticked: Counter[tuple[Group, ProfileId]] = Counter()
        """For how many of them a profile is unticked."""
        if like is None:
            self._count(tenant.users.values(), 1)
        else:
            self.members.update(like.members)
            self.own.update(like.own)
            self.unticked.update(like.unticked)
            differing = like.tenant.users.differing(tenant.users)
            self._count((like.tenant.users[id_] for id_ in differing if id_ in like.tenant.users), -1)
            self._count((tenant.users[id_] for id_ in differing if id_ in tenant.users), 1)

    def _count(self, users: Iterable[User], step: int) -> None:
        for user in users:
            group = user.user_group
            self.members[group] += step
            for name, value in user.properties.items():
                self.own[group, name, value] += step
            for profile in user.unticked_profiles:
                self.unticked[group, profile] += step

    @cached_property
    def values(self) -> Mapping[tuple[Group, PropertyName], Mapping[PropertyValue, int]]:
        """For each group and property the values that members have of their own, and how many have each."""
        found: dict[tuple[Group, PropertyName], dict[PropertyValue, int]] = {}
        for (group, name, value), count in self.own.items():
            if count:
                found.setdefault((group, name), {})[value] = count
        return found
