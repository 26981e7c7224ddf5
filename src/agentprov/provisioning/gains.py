"""Who gains what by a change, and how much of it an actor doesn't hold (AC-5).

A gain is a permission over an object, or over the whole tenant, that somebody has after the change and hadn't before.
Everybody is taken as active on both sides: what comes back with a status isn't a gain, and what is given to somebody
who is disabled is one. Of a new user everything is a gain but what the role everyone gives. An object that is new isn't
gained by those whose scope comes to hold it; it counts for users whose own rights or place change.
"""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from agentprov.engine.access import Access
from agentprov.engine.classes import Classes
from agentprov.engine.decisions import Gate, Object
from agentprov.engine.extents import Extent
from agentprov.engine.memo import Memo
from agentprov.engine.rights import Rights
from agentprov.engine.scopes import Row, Rows, moved
from agentprov.model.access import Chosen, Permission, Scope, ScopeTerm, Within
from agentprov.model.ids import RoleId, UserId
from agentprov.model.references import REACHABLE, Kind
from agentprov.model.tenant import Tenant
from agentprov.model.users import User
from agentprov.provisioning.places import Places


@attrs.frozen(kw_only=True)
class Excess:
    """What users gain beyond an actor: the permissions, and who gains one of them."""

    permissions: tuple[Permission, ...] = ()
    users: tuple[UserId, ...] = ()


class _AsIfActive(Classes):
    """The rights of users whatever their status."""

    __slots__ = ()

    def rights_of(self, user: User, roles: frozenset[RoleId], gates: tuple[Gate, ...] = ()) -> Rights:
        return self.policy.rights[roles, frozenset(user.grants), gates]

    def _counted(self, users: Iterable[User]) -> Iterable[User]:
        return users


def excess(before: Tenant, after: Tenant, by: UserId) -> Excess:
    """What users gain between two versions of a tenant beyond what ``by`` holds in the first."""
    holds = Access(before)
    had, gets = as_if_active(before, holds), as_if_active(after, holds)
    new = (before.users.differing(after.users) & after.users.keys()) - before.users.keys()
    for id_ in new:
        # A new user had what the role everyone gives to who belongs nowhere: where they are put is given to them.
        had.rows[id_] = Row(id_, None, None, None, (), frozenset(), frozenset())
        had.classes.set_apart(id_, gets.classes.rights_of(attrs.evolve(after.users[id_], grants=()), frozenset()))
    comparison = _Comparison(had, gets, holds, by, new)
    return comparison.excess(comparison.candidates())


def taken(before: Tenant, user: User, by: UserId) -> Excess:
    """What a user loses, beyond what ``by`` holds, when their roles and grants become those of ``user``."""
    holds = Access(before)
    left, had = as_if_active(before, holds), as_if_active(before, holds)
    left.classes.set_apart(user.id, left.classes.rights_of(user, user.roles))
    return _Comparison(left, had, holds, by).excess([user.id])


def as_if_active(tenant: Tenant, like: Access) -> Access:
    """What everybody would hold if they were active. It shares nothing that the status decides with ``like``."""
    return Access.of(_AsIfActive(tenant, like.classes), Rows(tenant))


class _Comparison:
    """What users have more in ``gets`` than in ``had``, against what ``by`` holds."""

    def __init__(
        self, had: Access, gets: Access, holds: Access, by: UserId, new: frozenset[UserId] = frozenset()
    ) -> None:
        self._had, self._gets, self._holds, self._by = had, gets, holds, by
        self._then = Access(gets.tenant, like=gets)
        """Over an object that is new the actor holds what they hold after the change."""
        catalogue = had.tenant.blueprint.catalogue.permissions & gets.tenant.blueprint.catalogue.permissions
        self._permissions = tuple(each for each in sorted(catalogue) if not holds.allows(by, each))
        """Those that can be too much: whoever holds one for the whole tenant gives any of it."""
        self._differing = had.tenant.users.differing(gets.tenant.users)
        self._moved = moved(had.rows, gets.rows) if self._permissions else frozenset[UserId]()
        self._placed = self._moved | new
        self._lacking: Memo[Permission, Places] = Memo(self._lacked)
        """By permission: where the objects are over which the actor doesn't hold it."""

    def excess(self, users: Iterable[UserId]) -> Excess:
        """What the users gain beyond the actor."""
        permissions: set[Permission] = set()
        found: set[UserId] = set()
        if self._permissions:
            for alike in self._alike(users):
                for permission in self._permissions:
                    gaining = tuple(self._gaining(permission, alike))
                    if gaining:
                        permissions.add(permission)
                        found.update(gaining)
        return Excess(permissions=tuple(sorted(permissions)), users=tuple(sorted(found)))

    def candidates(self) -> Iterable[UserId]:
        """The users who may gain: all, where roles change or somebody moves, else those who differ."""
        after = self._gets.tenant.users
        shared = self._had.classes.policy is self._gets.classes.policy
        return self._differing & after.keys() if shared and not self._moved else after

    def _alike(self, users: Iterable[UserId]) -> Iterable[list[UserId]]:
        """The users by what they hold on both sides, those whose place changes apart."""
        groups: dict[tuple[Rights, Rights, bool], list[UserId]] = {}
        for id_ in users:
            key = (self._had.classes[id_], self._gets.classes[id_], id_ in self._placed)
            groups.setdefault(key, []).append(id_)
        return groups.values()

    def _gaining(self, permission: Permission, alike: list[UserId]) -> Iterable[UserId]:
        """Who of some users who hold the same gains the permission beyond the actor."""
        first = alike[0]
        old, new = self._had.extent(first, permission), self._gets.extent(first, permission)
        if not new.allowed or Within.TENANT in new.denied:
            return ()
        if old != new and self._is_too_much(permission, old, new):
            return alike
        if first in self._placed:
            terms = new.allowed | old.denied
        else:
            terms = (new.allowed - old.allowed) | (old.denied - new.denied)
        if any(map(_is_relative, old.allowed | old.denied | new.allowed | new.denied)):
            return (user for user in alike if self._reaches_too_far(user, permission, terms))
        return alike if self._reaches_too_far(first, permission, terms) else ()

    def _is_too_much(self, permission: Permission, old: Extent, new: Extent) -> bool:
        """Whether what is gained is beyond the actor whatever objects there are."""
        holds = self._holds.extent(self._by, permission)
        if (new.whole and not old.whole) or (_anything(new) and not _anything(old) and not _anything(holds)):
            return True
        given = Within.TENANT not in old.allowed and new.allowed - old.allowed
        return not holds.allowed and bool(given or old.denied - new.denied)

    def _reaches_too_far(self, user: UserId, permission: Permission, terms: Scope) -> bool:
        """Whether the user gains the permission over an object over which the actor doesn't hold it.

        Such an object is inside one of the terms, on one of the sides, or it is a user who is moved.
        """
        rows = [row for row in (self._had.rows[user], self._gets.rows[user]) if row is not None]
        found = (on for term in terms for row in rows for on in self._lacking[permission].inside(term, row))
        moving = (Object(kind=Kind.USERS, id=id_) for id_ in self._moved)
        return any(self._exceeds(user, permission, on) for each in (found, moving) for on in each)

    def _exceeds(self, user: UserId, permission: Permission, on: Object) -> bool:
        gained = self._gets.allows(user, permission, on) and not self._had.allows(user, permission, on)
        return gained and not self._is_held(permission, on)

    def _is_held(self, permission: Permission, on: Object) -> bool:
        """Whether the actor holds the permission over the object: before the change, or after it over a new one."""
        known = on.id in self._holds.tenant.table(on.kind)
        return (self._holds if known else self._then).allows(self._by, permission, on)

    def _lacked(self, permission: Permission) -> Places:
        tables = ((kind, self._gets.tenant.table(kind)) for kind in REACHABLE)
        objects = (Object(kind=kind, id=id_) for kind, table in tables for id_ in table)
        return Places((on for on in objects if not self._is_held(permission, on)), (self._had.rows, self._gets.rows))


def _anything(extent: Extent) -> bool:
    """Whether an object is reached that no narrower scope can hold, such as a queue."""
    return Within.TENANT in extent.allowed and Within.TENANT not in extent.denied


def _is_relative(term: ScopeTerm) -> bool:
    return not isinstance(term, Chosen) and term is not Within.TENANT
