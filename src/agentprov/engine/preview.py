"""What becomes different for a user when a tenant changes, before it does (PR-7, PR-8).

A preview is the difference between two tenants as one user sees it: properties, profiles, permissions with the
objects that they reach, the departments that send calls to the user. A user whom only one of the two tenants has
gains or loses everything.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import TypeVar

import attrs

from agentprov.engine.decisions import Object
from agentprov.engine.extents import Extent
from agentprov.engine.inheritance import Resolved, is_asleep
from agentprov.engine.preview_sides import Side, affected, moved_objects
from agentprov.errors import Code, NotFound
from agentprov.model.access import Permission
from agentprov.model.changes import Change
from agentprov.model.departments import Department
from agentprov.model.groups import Profile
from agentprov.model.ids import UserId
from agentprov.model.properties import RESOURCE_FILTER, PropertyName
from agentprov.model.table import Table
from agentprov.model.tenant import Tenant

V = TypeVar("V")


@attrs.frozen(kw_only=True)
class PropertyChange:
    """A property whose value, or where it comes from, becomes different. Nothing means: not there on that side.

    ``said_before`` and ``said_after`` tell value and source in words.
    """

    name: PropertyName
    title: str
    before: Resolved | None
    after: Resolved | None
    said_before: str
    said_after: str

    def words(self) -> str:
        """The change in one line: ``Wrap-up time: 15 s (from the tenant) -> 20 s (from the user group Sales)``."""
        return f"{self.title}: {self.said_before} -> {self.said_after}"


@attrs.frozen(kw_only=True)
class PermissionChange:
    """A permission that goes further, less far, or elsewhere.

    ``gained`` and ``lost`` are the users, departments and numbers that it comes to reach or no longer reaches. A
    scope may stay as it is written and reach others: their own user group is another one after a move.
    """

    permission: Permission
    before: Extent
    after: Extent
    gained: frozenset[Object]
    lost: frozenset[Object]
    said_before: str
    said_after: str

    def words(self) -> str:
        """The change in one line: ``user:edit: nothing -> within their own department (reaches 2 more)``."""
        counts = ((len(self.gained), "more"), (len(self.lost), "fewer"))
        reaches = " and ".join(f"{count} {word}" for count, word in counts if count)
        then = f"{self.said_before} -> {self.said_after}" if self.said_before != self.said_after else self.said_after
        return f"{self.permission}: {then}" + (f" (reaches {reaches})" if reaches else "")


@attrs.frozen(kw_only=True)
class Preview:
    """Everything that becomes different for one user. Profiles that stay are listed, but are no difference."""

    user: UserId
    properties: tuple[PropertyChange, ...]
    profiles_gained: tuple[Profile, ...]
    profiles_lost: tuple[Profile, ...]
    profiles_kept: tuple[Profile, ...]
    permissions: tuple[PermissionChange, ...]
    departments_joined: tuple[Department, ...]
    departments_left: tuple[Department, ...]

    @property
    def resource_filter(self) -> PropertyChange | None:
        """The change of the resource filter, which is one of the properties (PR-1)."""
        return next((change for change in self.properties if change.name == RESOURCE_FILTER), None)

    @property
    def is_empty(self) -> bool:
        """Whether nothing becomes different."""
        return not self.words()

    def words(self) -> tuple[str, ...]:
        """The differences, one line each."""
        return (
            *(change.words() for change in self.properties),
            *(f"profile {profile.name}: no longer available" for profile in self.profiles_lost),
            *(f"profile {profile.name}: becomes available" for profile in self.profiles_gained),
            *(change.words() for change in self.permissions),
            *(f"department {department.name}: no longer sends calls" for department in self.departments_left),
            *(f"department {department.name}: begins to send calls" for department in self.departments_joined),
        )


def preview(before: Tenant, after: Tenant, user: UserId) -> Preview:
    """What becomes different for ``user`` between two versions of a tenant.

    Raises:
        NotFound: ``user.unknown``, when neither has the user.
    """
    if user not in before.users and user not in after.users:
        raise NotFound.of(Code.USER_UNKNOWN, "user", value=str(user))
    return _Comparison(Side(before), Side(after)).preview(user)


def preview_change(tenant: Tenant, change: Change) -> Table[UserId, Preview]:
    """What a change would make different, for every user to whom it does; nothing is applied.

    Looked at are the users whom the change edits, and those whose user group (or one it is nested in), profile, role,
    department or supervisor it edits. That somebody else comes to reach an edited user, or no longer does, isn't
    listed.

    Raises:
        Conflict, InvalidValue: as :meth:`~agentprov.model.changes.Change.apply` does.
    """
    before, after = Side(tenant), Side(change.apply(tenant))
    comparison = _Comparison(before, after)
    previews = {user: comparison.preview(user) for user in affected(before, after, change.edits)}
    return Table({user: each for user, each in previews.items() if not each.is_empty})


class _Comparison:
    """Two sides, with what is worked out once for all users."""

    def __init__(self, before: Side, after: Side) -> None:
        self.before = before
        self.after = after

    @cached_property
    def moved(self) -> frozenset[Object]:
        """The objects of which a scope could say something else than before."""
        return moved_objects(self.before, self.after)

    def preview(self, user: UserId) -> Preview:
        profiles_before, profiles_after = self.before.profiles_of(user), self.after.profiles_of(user)
        members_before, members_after = self.before.departments_of(user), self.after.departments_of(user)
        return Preview(
            user=user,
            properties=self._properties(user),
            profiles_gained=_only_in(profiles_after, profiles_before),
            profiles_lost=_only_in(profiles_before, profiles_after),
            profiles_kept=tuple(profile for id_, profile in profiles_after.items() if id_ in profiles_before),
            permissions=self._permissions(user),
            departments_joined=_only_in(members_after, members_before),
            departments_left=_only_in(members_before, members_after),
        )

    def _properties(self, user: UserId) -> tuple[PropertyChange, ...]:
        before, after = self.before.properties_of(user), self.after.properties_of(user)
        return tuple(
            PropertyChange(
                name=name,
                title=(self.after if name in after else self.before).definition(name).title,
                before=old,
                after=new,
                said_before=self.before.property_words(name, old),
                said_after=self.after.property_words(name, new),
            )
            for name in dict.fromkeys((*before, *after))
            for old, new in [(before.get(name), after.get(name))]
            if _visible(old) != _visible(new)
        )

    def _permissions(self, user: UserId) -> tuple[PermissionChange, ...]:
        # What a permission reaches follows from its extents alone, so equal ones are worked out once.
        reached: dict[tuple[Extent, Extent], tuple[frozenset[Object], frozenset[Object]]] = {}
        found: list[PermissionChange] = []
        for permission in sorted(self.before.permissions | self.after.permissions):
            before, after = self.before.extent(user, permission), self.after.extent(user, permission)
            if (before.whole and after.whole) or not (before.allowed or after.allowed):
                continue
            if (before, after) not in reached:
                reached[before, after] = self._reached(user, permission, changed=before != after)
            gained, lost = reached[before, after]
            if before != after or gained or lost:
                found.append(
                    PermissionChange(
                        permission=permission,
                        before=before,
                        after=after,
                        gained=gained,
                        lost=lost,
                        said_before=self.before.extent_words(before.allowed, before.denied),
                        said_after=self.after.extent_words(after.allowed, after.denied),
                    )
                )
        return tuple(found)

    def _reached(
        self, user: UserId, permission: Permission, *, changed: bool
    ) -> tuple[frozenset[Object], frozenset[Object]]:
        """The objects gained and lost. Where neither scope nor actor changed only moved objects can be among them."""
        everything = changed or Side.of_user(user) in self.moved
        asked: Iterable[Object] = {*self.before.objects, *self.after.objects} if everything else self.moved
        gained: set[Object] = set()
        lost: set[Object] = set()
        for each in asked:
            old, new = self.before.allows(user, permission, each), self.after.allows(user, permission, each)
            if old != new:
                (gained if new else lost).add(each)
        return frozenset(gained), frozenset(lost)


def _only_in(some: dict[str, V], others: dict[str, V]) -> tuple[V, ...]:
    return tuple(value for id_, value in some.items() if id_ not in others)


def _visible(resolved: Resolved | None) -> object:
    """What counts as a difference: the value, its source, and whether a value of one's own sleeps."""
    return None if resolved is None else (resolved.value, resolved.source, is_asleep(resolved))
