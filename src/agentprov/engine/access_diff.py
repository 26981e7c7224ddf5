"""What two versions of a tenant differ in as regards access: who gained or lost what (AC-8).

There are two ways to gain. A user may come to hold a permission further than before: their *extent* changes, because
of a role, a grant, a status. Or the extent stays as it is written and *reaches* other objects, because somebody moved:
within their own department are others now. The first is found by comparing classes of users, the second by looking at
those who moved and whom they are related to; so the cost is that of the difference, not of the tenant.

Objects that only one version has are no gain and no loss.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property

import attrs

from agentprov.engine.access import Access
from agentprov.engine.decisions import Object
from agentprov.engine.extents import Extent
from agentprov.engine.memo import Memo
from agentprov.engine.rights import Rights
from agentprov.engine.scopes import moved
from agentprov.model.access import Permission
from agentprov.model.ids import RoleId, UserId
from agentprov.model.references import Kind

Pair = tuple[Rights, Rights]


@attrs.frozen(kw_only=True)
class ExtentChange:
    """A permission that users come to hold further, less far, or elsewhere: all of them in the same way."""

    permission: Permission
    before: Extent
    after: Extent
    users: frozenset[UserId]


@attrs.frozen(kw_only=True)
class ReachChange:
    """A permission that a user holds as far as before, and that reaches other objects than before."""

    permission: Permission
    user: UserId
    gained: frozenset[Object]
    lost: frozenset[Object]


class AccessDiff:
    """Who gained or lost what from one version of a tenant to another.

    Make the second :class:`~agentprov.engine.access.Access` like the first, and what they share isn't looked at.
    """

    def __init__(self, before: Access, after: Access) -> None:
        self.before = before
        self.after = after

    @cached_property
    def extents(self) -> tuple[ExtentChange, ...]:
        """Every permission whose extent changes for anybody, in order; users with the same change together.

        A user whom only one version has gains or loses everything.
        """
        found: dict[tuple[Permission, Extent, Extent], set[UserId]] = {}
        for (before, after), users in self._classes().items():
            for permission in self._permissions(before, after):
                old, new = before.extent(permission), after.extent(permission)
                if old != new:
                    found.setdefault((permission, old, new), set()).update(users)
        changes = (
            ExtentChange(permission=permission, before=before, after=after, users=frozenset(users))
            for (permission, before, after), users in found.items()
        )
        return tuple(sorted(changes, key=lambda change: (change.permission, min(change.users))))

    @cached_property
    def reaches(self) -> tuple[ReachChange, ...]:
        """Every permission that reaches other objects although its extent stays, in order, for each user."""
        found: dict[tuple[Permission, UserId], tuple[set[Object], set[Object]]] = {}
        for user, permission, on in self._suspects():
            if user in self._changed.get(permission, ()):
                continue
            old, new = self.before.allows(user, permission, on), self.after.allows(user, permission, on)
            if old != new:
                gained, lost = found.setdefault((permission, user), (set(), set()))
                (gained if new else lost).add(on)
        return tuple(
            ReachChange(permission=permission, user=user, gained=frozenset(gained), lost=frozenset(lost))
            for (permission, user), (gained, lost) in sorted(found.items(), key=lambda each: each[0])
        )

    def objects(self, user: UserId, permission: Permission) -> tuple[frozenset[Object], frozenset[Object]]:
        """The objects that a user gains and loses with a permission. Asks for them one by one."""
        old, new = (
            {on for on in self._common if extent.allowed and access.allows(user, permission, on)}
            for access in (self.before, self.after)
            for extent in [access.classes[user].extent(permission)]
        )
        return frozenset(new - old), frozenset(old - new)

    # ---- whose extent changes ----------------------------------------------------------------------------------------

    def _classes(self) -> dict[Pair, set[UserId]]:
        """The pairs of classes, before and after, of users whose rights may differ, with these users."""
        found: dict[Pair, set[UserId]] = {}
        for user in self._edited_users:
            pair = (self.before.classes[user], self.after.classes[user])
            if pair[0] is not pair[1]:
                found.setdefault(pair, set()).add(user)
        if self.before.classes.policy is not self.after.classes.policy:
            for group in self.before.classes.groups:
                if self._same_catalogue and self._edited_roles.isdisjoint(group.rights.roles):
                    continue
                users = group.users - self._edited_users
                if users:
                    after = self.after.classes[next(iter(users))]
                    found.setdefault((group.rights, after), set()).update(users)
        return found

    def _permissions(self, before: Rights, after: Rights) -> Iterable[Permission]:
        """The permissions of which two classes may hold different extents."""
        if before.gates or after.gates or not self._same_catalogue:
            return before.spoken() | after.spoken()
        old, new = self.before.classes.policy.extents_of, self.after.classes.policy.extents_of
        found: set[Permission] = set()
        for role in before.roles.keys() ^ after.roles.keys():
            found.update(old[role], new[role])
        for role in self._edited_roles & before.roles.keys() & after.roles.keys():
            found.update(self._edited_permissions[role])
        if before.grants != after.grants:
            found.update(before.grants, after.grants)
        return found

    @cached_property
    def _edited_permissions(self) -> Memo[RoleId, frozenset[Permission]]:
        """By role: the permissions that its own grants no longer extend as far as before."""
        old, new = self.before.classes.policy.extents_of, self.after.classes.policy.extents_of
        return Memo(
            lambda role: frozenset(
                each for each in {**old[role], **new[role]} if old[role].get(each) != new[role].get(each)
            )
        )

    @cached_property
    def _edited_users(self) -> frozenset[UserId]:
        return self.before.tenant.users.differing(self.after.tenant.users)

    @cached_property
    def _edited_roles(self) -> frozenset[RoleId]:
        return self.before.tenant.roles.differing(self.after.tenant.roles)

    @cached_property
    def _same_catalogue(self) -> bool:
        return self.before.tenant.blueprint.catalogue == self.after.tenant.blueprint.catalogue

    # ---- who reaches others ------------------------------------------------------------------------------------------

    def _suspects(self) -> Iterator[tuple[UserId, Permission, Object]]:
        """The questions whose answer may differ although the extent is the same."""
        moving = self._moved
        for actor in sorted(moving):
            for permission in _related(self.before.classes[actor]):
                for on in self._common:
                    yield actor, permission, on
        related_classes = [group for group in self.before.classes.groups if _related(group.rights)] if moving else []
        for target in sorted(moving):
            relatives = self._relatives(target)
            for group in related_classes:
                for permission in _related(group.rights):
                    everybody = self._is_absolute(group.rights, permission, target)
                    for actor in (group.users if everybody else group.users & relatives) - moving:
                        yield actor, permission, Object(kind=Kind.USERS, id=target)

    def _relatives(self, target: UserId) -> frozenset[UserId]:
        """Who was or comes to be related to a user who moves; of those who don't move themselves."""
        relations = self.before.relations
        rows = (self.before.rows[target], self.after.rows[target])
        return frozenset(id_ for row in rows if row is not None for id_ in relations.of_user(row))

    def _is_absolute(self, rights: Rights, permission: Permission, target: UserId) -> bool:
        """Whether a user comes into a scope, or leaves it, that is the same whoever holds it."""
        over_nobody = rights[permission].over_nobody
        rows = (self.before.rows[target], self.after.rows[target])
        return len({over_nobody(row) for row in rows if row is not None}) > 1

    @cached_property
    def _moved(self) -> frozenset[UserId]:
        return moved(self.before.rows, self.after.rows)

    @cached_property
    def _changed(self) -> dict[Permission, set[UserId]]:
        """By permission: the users whose extent changes."""
        found: dict[Permission, set[UserId]] = {}
        for change in self.extents:
            found.setdefault(change.permission, set()).update(change.users)
        return found

    @cached_property
    def _common(self) -> tuple[Object, ...]:
        """The objects that both versions have."""
        before, after = self.before.tenant, self.after.tenant
        return tuple(
            Object(kind=kind, id=id_) for kind in Kind for id_ in before.table(kind) if id_ in after.table(kind)
        )


def _related(rights: Rights) -> list[Permission]:
    """The permissions that reach others when somebody moves: those allowed at all. A deny alone reaches nobody."""
    return [permission for permission in rights.related if rights.extent(permission).allowed]
