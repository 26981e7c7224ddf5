"""Reverse questions about access: who may do this (AC-8).

They are asked of the classes of users, not of the users. In a class everybody holds the same grants, so they differ
only where a scope is relative to who holds it. To an object stand in such a relation few of them: those of its
department or group, its supervisor, itself. Only these are looked at one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from operator import itemgetter

from agentprov.engine.classes import Classes
from agentprov.engine.extents import Extent
from agentprov.engine.memo import Memo
from agentprov.engine.rights import NOTHING, Holding
from agentprov.engine.scopes import NOBODY, Row, Rows
from agentprov.model.access import Permission
from agentprov.model.ids import UserId
from agentprov.model.references import Kind
from agentprov.model.table import Table
from agentprov.model.tenant import Tenant


class Relations:
    """The users who stand in a relation to an object, by what relates them. Made from all rows when first needed."""

    __slots__ = ("_by_department", "_by_group", "_by_number")

    def __init__(self, rows: Iterable[Row]) -> None:
        self._by_department: Memo[str, list[UserId]] = Memo(lambda _: [])
        self._by_group: Memo[str, list[UserId]] = Memo(lambda _: [])
        self._by_number: Memo[str, list[UserId]] = Memo(lambda _: [])
        for row in rows:
            if row.department is not None:
                self._by_department[row.department].append(row.id)
            if row.group is not None:
                self._by_group[row.group].append(row.id)
            for number in row.numbers:
                self._by_number[number].append(row.id)

    def of_user(self, target: Row) -> Iterator[UserId]:
        """Everybody with a relative scope of whom this user may lie inside."""
        yield target.id
        if target.supervisor is not None:
            yield target.supervisor
        yield from self._by_department.get(str(target.department), ())
        for group in target.groups:
            yield from self._by_group.get(group, ())

    def of_object(self, kind: Kind, id_: str) -> Iterator[UserId]:
        """The same for an object of another kind."""
        if kind is Kind.DEPARTMENTS:
            yield from self._by_department.get(id_, ())
        elif kind is Kind.NUMBERS:
            yield from self._by_number.get(id_, ())


class Reverse:
    """Who may do what, for one version of a tenant."""

    __slots__ = ("_classes", "_relations", "_rows", "_tenant")

    def __init__(self, tenant: Tenant, classes: Classes, rows: Rows) -> None:
        self._tenant = tenant
        self._classes = classes
        self._rows = rows
        self._relations: Relations | None = None

    @property
    def relations(self) -> Relations:
        """Who is related to whom. INVARIANT: a function of the tenant, so two threads that race store equal ones."""
        if self._relations is None:
            self._relations = Relations(filter(None, map(self._rows.__getitem__, self._tenant.users)))
        return self._relations

    def of_the_whole(self, permission: Permission) -> frozenset[UserId]:
        """Everybody who holds the permission for the whole tenant."""
        whole = (group.users for group in self._classes.groups if group.rights[permission].allowed)
        return frozenset().union(*whole)

    def of_user(self, permission: Permission, target: Row) -> frozenset[UserId]:
        """Everybody who holds the permission over a user."""
        related = frozenset(self.relations.of_user(target))
        return self._holders(permission, related, lambda holding, actor: holding.users(actor, target))

    def of_object(self, permission: Permission, kind: Kind, id_: str) -> frozenset[UserId]:
        """The same for an object of another kind."""
        related = frozenset(self.relations.of_object(kind, id_))
        return self._holders(permission, related, lambda holding, actor: holding.objects[kind](actor, id_))

    def _holders(
        self, permission: Permission, related: frozenset[UserId], bits: Callable[[Holding, Row], int]
    ) -> frozenset[UserId]:
        """Everybody who holds the permission over an object, of which ``bits`` tells the terms that hold it."""
        found: set[UserId] = set()
        for group in self._classes.groups:
            holding = group.rights[permission]
            if not holding.allows:
                continue
            if NOTHING < bits(holding, NOBODY) < holding.denies:
                found |= group.users
            if holding.is_relative:
                for id_ in group.users & related:
                    row = self._rows[id_] or NOBODY
                    if NOTHING < bits(holding, row) < holding.denies:
                        found.add(id_)
                    else:
                        found.discard(id_)
        return frozenset(found)

    def extents(self, permission: Permission) -> Table[UserId, Extent]:
        """Everybody who holds the permission for anything, in the order of their ids, with how far."""
        held = (
            (id_, extent)
            for group in self._classes.groups
            if (extent := group.rights.extent(permission)).allowed
            for id_ in group.users
        )
        return Table(sorted(held, key=itemgetter(0)))
