"""Levels of a property, groups within groups, profiles: plain dictionaries, written from the rules (PR-1 to PR-7)."""

from __future__ import annotations

from typing import Final

import attrs

from agentprov.engine.profiles import available_profiles
from agentprov.errors import Code
from agentprov.model.changes import Change, Edit
from agentprov.model.identity import Login
from agentprov.model.ids import RoleId, UserId
from agentprov.model.limits import Range
from agentprov.model.properties import PropertyName
from agentprov.model.references import Kind
from agentprov.model.tenant import Tenant
from agentprov.model.users import User
from tests.machines.world import NOBODY, a_tenant

WRAP_UP: Final = PropertyName("wrap_up.phone")
DEFAULT: Final = 15
TENANT: Final = "tenant"
PEOPLE: Final = ("u-1", "u-2", "u-3")
ADMIN: Final = "u-1"
"""The others are clerks, who may edit nothing."""

GROUPS: Final = ("g-1", "g-2", "g-3")


@attrs.frozen(kw_only=True)
class Levels:
    """What is set at the levels, and who is where. A holder is the tenant, a group or a user."""

    parents: dict[str, str | None]
    """The groups, and what each is nested in."""
    people: dict[str, str | None]
    """The users, and their groups."""
    values: dict[str, int] = attrs.Factory(dict)
    locks: frozenset[str] = frozenset()
    bounds: dict[str, tuple[int, int]] = attrs.Factory(dict)
    profiles: dict[str, str] = attrs.Factory(dict)
    """Whose each profile is: a group's or a user's."""
    unticked: frozenset[tuple[str, str]] = frozenset()

    def above(self, holder: str) -> list[str]:
        """The levels down to a holder, the outermost first."""
        found = [holder]
        if holder == TENANT:
            return found
        group = self.people[holder] if holder in self.people else self.parents[holder]
        while group is not None:
            found.append(group)
            group = self.parents[group]
        return [TENANT, *reversed(found)]

    def counting(self, holder: str) -> list[str]:
        """The levels whose say counts: down to the highest lock, that level included (PR-4)."""
        levels = self.above(holder)
        locked = [place for place, level in enumerate(levels) if level in self.locks]
        return levels[: locked[0] + 1] if locked else levels

    def bound(self, holder: str) -> tuple[int, int] | None:
        """The bounds of all levels that count, intersected; nothing, where there are none."""
        bounds = [self.bounds[level] for level in self.counting(holder) if level in self.bounds]
        return (max(low for low, _ in bounds), min(high for _, high in bounds)) if bounds else None

    def candidates(self, holder: str) -> list[tuple[str, int]]:
        """What is said at the levels that count, the nearest first, and is inside; last the default."""
        said = [("definition", DEFAULT)]
        said += [(level, self.values[level]) for level in self.counting(holder) if level in self.values]
        bound = self.bound(holder)
        return [each for each in reversed(said) if bound is None or bound[0] <= each[1] <= bound[1]]

    def asleep(self, user: str) -> set[str]:
        """The levels whose value doesn't count: below a lock, or outside the bounds."""
        awake = {level for level, _ in self.candidates(user)}
        return {"definition", *(level for level in self.above(user) if level in self.values)} - awake

    def faults(self) -> set[Code]:
        """What no tenant may be: bounds with nothing in common, or with no value inside."""
        codes = set()
        for holder in (TENANT, *self.parents):
            bound = self.bound(holder)
            if bound is not None and bound[0] > bound[1]:
                codes.add(Code.PROPERTY_BOUNDS_DISJOINT)
            elif not self.candidates(holder):
                codes.add(Code.PROPERTY_NOTHING_IN_BOUNDS)
        return codes

    def locked_above(self, holder: str) -> bool:
        """Whether a level above locks it."""
        return not self.locks.isdisjoint(self.above(holder)[:-1])

    def offered(self, user: str) -> list[str]:
        """The group profiles of a user's group and those around it, the outer first (PR-5)."""
        return [
            name for level in self.above(user)[:-1] for name in sorted(self.profiles) if self.profiles[name] == level
        ]

    def available(self, user: str) -> list[str]:
        """Those that aren't unticked, then personal ones."""
        ticked = [name for name in self.offered(user) if (user, name) not in self.unticked]
        return ticked + [name for name in sorted(self.profiles) if self.profiles[name] == user]

    def goes_round(self) -> bool:
        """Whether a group is inside itself."""
        for first in self.parents:
            seen, group = {first}, self.parents[first]
            while group is not None:
                if group in seen:
                    return True
                seen.add(group)
                group = self.parents[group]
        return False

    def want(self, by: str | None) -> set[Code]:
        """Who edits users and groups: the host and the admin."""
        if by in (None, ADMIN):
            return set()
        return {Code.USER_UNKNOWN if by == NOBODY else Code.PERMISSION_NOT_GRANTED}


def a_company() -> Tenant:
    """A tenant with an admin and two clerks, and two groups side by side."""
    tenant = a_tenant()
    people = [
        User(
            id=UserId(id_),
            login=Login(id_),
            roles=[RoleId("admin" if id_ == ADMIN else "clerk")],
            user_group=tenant.user_groups[min(tenant.user_groups)].id,
        )
        for id_ in PEOPLE
    ]
    edits = [Edit(kind=Kind.USERS, id=each.id, after=each) for each in people]
    return Change(tenant=tenant.id, base=tenant.version, edits=edits).apply(tenant)


def levels_of(tenant: Tenant) -> Levels:
    """What there is in a tenant, told as naive levels."""
    holders = {TENANT: (tenant.properties, tenant.property_limits)}
    holders |= {str(group.id): (group.properties, group.property_limits) for group in tenant.user_groups.values()}
    limits = {id_: own[WRAP_UP] for id_, (_, own) in holders.items() if WRAP_UP in own}
    values = {id_: own.get(WRAP_UP) for id_, (own, _) in holders.items()}
    values |= {str(user.id): user.properties.get(WRAP_UP) for user in tenant.users.values()}
    return Levels(
        parents={str(group.id): group.parent for group in tenant.user_groups.values()},
        people={str(user.id): user.user_group for user in tenant.users.values()},
        values={id_: value for id_, value in values.items() if isinstance(value, int)},
        locks=frozenset(id_ for id_, limit in limits.items() if limit.locked),
        bounds={id_: (it.bound.low, it.bound.high) for id_, it in limits.items() if isinstance(it.bound, Range)},
        profiles={str(it.id): str(it.user_group or it.user) for it in tenant.profiles.values()},
        unticked=frozenset(
            (str(user.id), str(name)) for user in tenant.users.values() for name in user.unticked_profiles
        ),
    )


def available_in(tenant: Tenant, user: str) -> list[str]:
    """The profiles that the library says are available."""
    return [str(each.id) for each in available_profiles(tenant, UserId(user))]
