"""What a scope holds: not whether one object lies inside, but all that do, looked up instead of searched."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import assert_never

import attrs

from agentprov.engine.access import Access
from agentprov.engine.classes import UserClass
from agentprov.engine.extents import Extent
from agentprov.engine.memo import Memo
from agentprov.engine.rights import Rights
from agentprov.engine.scopes import NOBODY, Row
from agentprov.model.access import Chosen, ChosenKind, Effect, Grant, Permission, Scope, ScopeTerm, Within
from agentprov.model.ids import RoleId, UserGroupId, UserId
from agentprov.model.references import CHOSEN, Kind

Users = frozenset[UserId]
NO_USERS: Users = frozenset()

REACHABLE = (Kind.USERS, Kind.NUMBERS, Kind.DEPARTMENTS)
"""The kinds of objects that a scope narrower than the tenant can hold."""


@attrs.frozen(kw_only=True)
class Span:
    """Permissions that a class of users holds equally far, as bits in the order of the catalogue.

    Other than an engine's extent of a permission that isn't held, this one has its denies.
    """

    extent: Extent
    permissions: int


class Reach:
    """The objects inside scopes, for one version of a tenant. Tables are made from all users when first needed."""

    def __init__(self, access: Access) -> None:
        self._rows = access.rows
        self._tenant = access.tenant
        self._policy = access.classes.policy
        self._by: Memo[ChosenKind | Within, dict[str, Users]] = Memo(self._table)
        self._most: Memo[Within, int] = Memo(self._most_inside)
        self._split: Memo[Scope, tuple[Users, tuple[Within, ...]]] = Memo(self._splitting)
        self._is_absolute: Memo[Scope, bool] = Memo(
            lambda scope: all(isinstance(term, Chosen) or term is Within.TENANT for term in scope)
        )
        self.kinds: Memo[Scope, frozenset[Kind]] = Memo(
            lambda scope: frozenset(kind for kind in REACHABLE if any(_holds(term, kind) for term in scope))
        )
        """Of which kinds objects can lie inside a scope."""
        self._everything: Memo[Kind, frozenset[str]] = Memo(lambda kind: frozenset(access.tenant.table(kind)))
        self._bits = {permission: 1 << place for place, permission in enumerate(self._policy.permissions)}
        self.size = len(self._bits)
        """How many permissions there are."""
        self._scopes_of: Memo[RoleId, dict[tuple[Effect, Scope], int]] = Memo(
            lambda role: self._by_scope(self._policy.grants_of[role])
        )
        self.spans: Memo[Rights, tuple[Span, ...]] = Memo(self._spans)
        """How far a class holds the permissions of the catalogue, those together that it holds equally far."""
        self.groups: tuple[UserClass, ...] = access.classes.groups
        """The classes of active users."""
        self._active: Users | None = None
        self._rights: dict[UserId, Rights] | None = None
        self.has_others = any(access.tenant.table(kind) for kind in Kind if kind not in REACHABLE)
        """Whether there are objects that only the whole tenant holds."""

    @property
    def active(self) -> Users:
        """All active users."""
        if self._active is None:
            self._active = NO_USERS.union(*(group.users for group in self.groups))
        return self._active

    @property
    def rights(self) -> Mapping[UserId, Rights]:
        """The class of every active user."""
        if self._rights is None:
            self._rights = {id_: group.rights for group in self.groups for id_ in group.users}
        return self._rights

    # ---- objects inside a scope --------------------------------------------------------------------------------------

    def row(self, id_: str) -> Row:
        """What scopes ask of a user."""
        return self._rows[id_] or NOBODY

    def users(self, row: Row, scope: Scope) -> Users:
        """The users inside a scope of an actor."""
        chosen, relative = self._split[scope]
        if not relative:
            return chosen
        found = [self._inside(row, term) for term in relative]
        return found[0] if len(found) == 1 and not chosen else chosen.union(*found)

    def _splitting(self, scope: Scope) -> tuple[Users, tuple[Within, ...]]:
        """Whom a scope holds for everybody, and the terms by which it holds others."""
        if Within.TENANT in scope:
            return self._by[Within.TENANT][""], ()
        found: list[Users] = []
        relative: list[Within] = []
        for term in scope:
            match term:
                case Chosen(kind=ChosenKind.USER, id=id_):
                    found.append(frozenset({UserId(id_)}))
                case Chosen(kind=kind, id=id_):
                    found.append(self._by[kind].get(id_, NO_USERS))
                case within:
                    relative.append(within)
        return NO_USERS.union(*found), tuple(relative)

    def objects(self, kind: Kind, row: Row, scope: Scope) -> frozenset[str]:
        """The same for any of the kinds that are reachable."""
        if kind is Kind.USERS:
            return self.users(row, scope)
        if Within.TENANT in scope:
            return self._everything[kind]
        found = {term.id for term in scope if isinstance(term, Chosen) and CHOSEN[term.kind] is kind}
        if kind is Kind.NUMBERS and Within.OWN_NUMBERS in scope:
            found |= row.numbers
        if kind is Kind.DEPARTMENTS and Within.HOME_DEPARTMENT in scope and row.department is not None:
            found.add(row.department)
        return frozenset(found)

    def users_of_all(self, actors: Collection[UserId], scope: Scope) -> Users:
        """The users inside a scope of any of some actors."""
        chosen, relative = self._split[scope]
        tables: list[Iterable[Users]] = []
        for term in relative:
            if term is Within.SELF:
                tables.append([frozenset(actors)])
            elif term is Within.OWN_AGENTS:
                agents = self._by[Within.OWN_AGENTS]
                tables.append(agents[id_] for id_ in actors if id_ in agents)
            else:
                tables.append({self._inside(self.row(id_), term) for id_ in actors})
        return chosen.union(*(users for table in tables for users in table))

    def most_users(self, scope: Scope) -> int:
        """As many users as lie inside the scope of anybody, or more."""
        chosen, relative = self._split[scope]
        return len(chosen) + sum(map(self._most.__getitem__, relative))

    def _most_inside(self, term: Within) -> int:
        if term is Within.SELF:
            return 1
        tables = self._by[ChosenKind.DEPARTMENT if term is Within.HOME_DEPARTMENT else term].values()
        return max(map(len, tables), default=0)

    def is_absolute(self, extent: Extent) -> bool:
        """Whether it holds the same whoever has it."""
        return self._is_absolute[extent.allowed] and self._is_absolute[extent.denied]

    def residents(self, department: str) -> Users:
        """The users whose home department it is."""
        return self._by[ChosenKind.DEPARTMENT].get(department, NO_USERS)

    def _inside(self, row: Row, term: Within) -> Users:
        match term:
            case Within.SELF:
                return frozenset({row.id})
            case Within.HOME_DEPARTMENT:
                return self._by[ChosenKind.DEPARTMENT].get(row.department or "", NO_USERS)
            case Within.OWN_USER_GROUP:
                return self._by[term].get(row.group or "", NO_USERS)
            case Within.OWN_AGENTS:
                return self._by[term].get(row.id, NO_USERS)
            case Within.OWN_NUMBERS | Within.TENANT:
                return NO_USERS
            case _:
                assert_never(term)

    def _table(self, kind: ChosenKind | Within) -> dict[str, Users]:
        """The users by the places in which a term looks them up."""
        users = self._tenant.users.items()
        found: defaultdict[str | None, list[UserId]] = defaultdict(list)
        match kind:
            case Within.TENANT:
                return {"": frozenset(self._tenant.users)}
            case ChosenKind.DEPARTMENT:
                linked = bool(self._tenant.blueprint.department_from_supervisor)
                for id_, user in users:
                    found[self._tenant.home_department(user) if linked else user.home_department].append(id_)
            case Within.OWN_AGENTS:
                for id_, user in users:
                    found[user.supervisor].append(id_)
            case ChosenKind.AGENT_GROUP:
                for id_, user in users:
                    for group in user.agent_groups:
                        found[group].append(id_)
            case Within.OWN_USER_GROUP:
                paths: Memo[UserGroupId | None, tuple[UserGroupId, ...]] = Memo(self._tenant.group_path)
                for id_, user in users:
                    for outer in paths[user.user_group]:
                        found[outer].append(id_)
            case _:
                pass
        return {place: frozenset(inside) for place, inside in found.items() if place is not None}

    # ---- how far classes hold permissions ----------------------------------------------------------------------------

    def bit(self, permission: Permission) -> int:
        """The bit of a permission of the catalogue."""
        return self._bits[permission]

    def permissions(self, bits: int) -> tuple[Permission, ...]:
        """The permissions of some bits, in the order of the catalogue."""
        return tuple(permission for permission, bit in self._bits.items() if bits & bit)

    def extent(self, rights: Rights, permission: Permission) -> Extent:
        """How far a class holds one permission, with its denies where it doesn't hold it at all."""
        allowed: set[ScopeTerm] = set()
        denied: set[ScopeTerm] = set()
        for each in (rights.grants, *map(self._policy.grants_of.__getitem__, rights.roles)):
            for grant in each.get(permission, ()):
                (allowed if grant.effect is Effect.ALLOW else denied).update(grant.scope)
        return Extent(allowed=frozenset(allowed), denied=frozenset(denied))

    def _spans(self, rights: Rights) -> tuple[Span, ...]:
        scopes = self._by_scope(rights.grants)
        for role in rights.roles:
            for key, bits in self._scopes_of[role].items():
                scopes[key] = scopes.get(key, 0) | bits
        parts: dict[tuple[tuple[Effect, Scope], ...], int] = {(): (1 << len(self._bits)) - 1}
        for key, bits in scopes.items():
            split: dict[tuple[tuple[Effect, Scope], ...], int] = {}
            for keys, part in parts.items():
                if part & bits:
                    split[(*keys, key)] = part & bits
                if part & ~bits:
                    split[keys] = part & ~bits
            parts = split
        return tuple(Span(extent=_united(keys), permissions=part) for keys, part in parts.items())

    def _by_scope(self, grants: dict[Permission, list[Grant]]) -> dict[tuple[Effect, Scope], int]:
        found: dict[tuple[Effect, Scope], int] = {}
        for permission, several in grants.items():
            for grant in several:
                key = (grant.effect, grant.scope)
                found[key] = found.get(key, 0) | self._bits[permission]
        return found


def _united(scopes: tuple[tuple[Effect, Scope], ...]) -> Extent:
    none: Scope = frozenset()
    return Extent(
        allowed=none.union(*(scope for effect, scope in scopes if effect is Effect.ALLOW)),
        denied=none.union(*(scope for effect, scope in scopes if effect is Effect.DENY)),
    )


def _holds(term: ScopeTerm, kind: Kind) -> bool:
    """Whether objects of a kind can lie inside a term."""
    if isinstance(term, Chosen):
        return CHOSEN[term.kind] is kind or (kind is Kind.USERS and term.kind is not ChosenKind.NUMBER)
    match term:
        case Within.TENANT:
            return True
        case Within.HOME_DEPARTMENT:
            return kind is not Kind.NUMBERS
        case Within.OWN_NUMBERS:
            return kind is Kind.NUMBERS
        case Within.OWN_AGENTS | Within.OWN_USER_GROUP | Within.SELF:
            return kind is Kind.USERS
        case _:
            assert_never(term)


def seen_by(extent: Extent) -> Callable[[Row], tuple[object, ...]]:
    """What of somebody decides what lies inside an extent of theirs."""
    terms = extent.allowed | extent.denied
    by_department = Within.HOME_DEPARTMENT in terms
    by_group = Within.OWN_USER_GROUP in terms
    by_number = Within.OWN_NUMBERS in terms
    alone, always = Within.SELF in terms, Within.OWN_AGENTS in terms

    def seen(row: Row) -> tuple[object, ...]:
        department = row.department if by_department else None
        group = row.group if by_group else None
        # Who is at home in a department or group lies inside it themselves.
        single = always or (alone and department is None and group is None)
        return (department, group, row.numbers if by_number else None, row.id if single else None)

    return seen
