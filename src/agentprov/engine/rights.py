"""What users of one class may do: everybody with the same roles and the same grants of their own is one class.

The roles are followed once for a class; what it holds of a permission is worked out when that is first asked for, and
shared by all classes that hold the same grants of it. Cost grows with the classes that are asked about, never with
the users.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from agentprov.engine.decisions import Decision, DeniedBy, Gate, Granted, Held, NotGranted, in_order
from agentprov.engine.extents import NOWHERE, Extent, extent_of, united, united_by_permission
from agentprov.engine.memo import Memo
from agentprov.engine.scopes import NOBODY, Row, Terms, Test, object_test, user_test
from agentprov.errors import Code, Collector, NotFound
from agentprov.model.access import (
    EVERYONE,
    Chosen,
    ChosenKind,
    Effect,
    Grant,
    Permission,
    ScopeTerm,
    Within,
    scope_term_text,
)
from agentprov.model.ids import RoleId
from agentprov.model.references import Kind
from agentprov.model.table import Table
from agentprov.model.tenant import Tenant

NOTHING = 0
"""The bits of an object that no term holds."""


MOST_SPARE = 1_000
"""How many classes more than users may be remembered."""


class Holding:
    """What is held of one permission: the grants that speak of it, term by term.

    Every pair of a grant and a term of its scope is one bit, those of denies above those of allows. So the bits that
    hold for an object allow it if there are any and none is a deny's: ``NOTHING < bits < denies``.
    """

    __slots__ = (
        "allowed",
        "allows",
        "decision",
        "decisions",
        "denies",
        "gates",
        "held",
        "is_relative",
        "objects",
        "users",
    )

    def __init__(self, held: tuple[Held, ...], gates: tuple[Gate, ...] = ()) -> None:
        self.gates = gates
        self.allows = tuple(_pairs(held, Effect.ALLOW))
        self.held = (*self.allows, *_pairs(held, Effect.DENY))
        terms: Terms = tuple(term for _, term in self.held)
        self.denies = 1 << len(self.allows)
        """The bit of the first deny."""
        self.users: Test[Row] = user_test(terms)
        self.objects: Memo[Kind, Test[str]] = Memo(lambda kind: object_test(kind, terms))
        self.decisions: Memo[int, Decision] = Memo(self._decision)
        """The decision for every combination of bits."""
        self.decision = self.decisions[self._whole()]
        """The decision for the whole tenant."""
        self.allowed = self.decision.allowed
        """Whether the whole tenant is allowed."""
        self.is_relative = any(isinstance(term, Within) and term is not Within.TENANT for term in terms)
        """Whether it depends on who holds it."""

    def over_nobody(self, target: Row) -> bool:
        """Whether it holds for a user whoever holds it: by terms that aren't relative."""
        return NOTHING < self.users(NOBODY, target) < self.denies

    def _whole(self) -> int:
        """The bits of the whole tenant: an allow must hold for all of it; a deny for any part is too much."""
        first_deny = len(self.allows)
        return sum(
            1 << position
            for position, (_, term) in enumerate(self.held)
            if term is Within.TENANT or position >= first_deny
        )

    def _decision(self, bits: int) -> Decision:
        """The rule (AC-2): a gate that fails refuses; a deny forbids; else an allow allows; else it isn't granted."""
        if self.gates:
            return Decision(allowed=False, reasons=self.gates)
        if bits >= self.denies:
            forbidding = bits & -self.denies
            return Decision(
                allowed=False,
                reasons=tuple(DeniedBy(held=held, terms=terms) for held, terms in self._satisfied(forbidding)),
            )
        if bits > NOTHING:
            return Decision(
                allowed=True, reasons=tuple(Granted(held=held, terms=terms) for held, terms in self._satisfied(bits))
            )
        nearest = dict.fromkeys(held for held, _ in self.allows)
        return Decision(allowed=False, reasons=(NotGranted(nearest=tuple(nearest)),))

    def _satisfied(self, bits: int) -> Iterator[tuple[Held, frozenset[ScopeTerm]]]:
        """The grants of these bits, each with the terms of which a bit is set."""
        terms: dict[Held, set[ScopeTerm]] = {}
        for position, (held, term) in enumerate(self.held):
            if bits >> position & 1:
                terms.setdefault(held, set()).add(term)
        return ((held, frozenset(satisfied)) for held, satisfied in terms.items())


def _pairs(all_held: Iterable[Held], effect: Effect) -> Iterator[tuple[Held, ScopeTerm]]:
    for held in all_held:
        if held.grant.effect is effect:
            for term in sorted(held.grant.scope, key=scope_term_text):
                yield held, term


_RELATED = frozenset({Within.HOME_DEPARTMENT, Within.OWN_AGENTS, Within.OWN_USER_GROUP, Within.OWN_NUMBERS})
_RELATED_CHOICES = frozenset({ChosenKind.DEPARTMENT, ChosenKind.AGENT_GROUP})


def _is_related(grants: Iterable[Grant]) -> bool:
    """Whether any of the scopes holds other objects when a user is moved."""
    terms = (term for grant in grants for term in grant.scope)
    return any(term.kind in _RELATED_CHOICES if isinstance(term, Chosen) else term in _RELATED for term in terms)


class Policy:
    """A tenant's catalogue and roles, in the shape in which rights are worked out."""

    __slots__ = (
        "_catalogue",
        "_permissions",
        "_roles",
        "extents_of",
        "grants_of",
        "heirs",
        "holdings",
        "permissions",
        "related",
        "rights",
    )

    def __init__(self, tenant: Tenant) -> None:
        self._catalogue = tenant.blueprint.catalogue
        self._permissions = self._catalogue.permissions
        self.permissions = tuple(sorted(self._permissions))
        """The whole catalogue, in order."""
        self._roles = tenant.roles
        self.grants_of: Memo[RoleId, dict[Permission, list[Grant]]] = Memo(
            lambda role: self.by_permission(self._roles[role].grants if role in self._roles else ())
        )
        """By role: its own grants by permission."""
        self.extents_of: Memo[RoleId, dict[Permission, Extent]] = Memo(
            lambda role: {permission: extent_of(grants) for permission, grants in self.grants_of[role].items()}
        )
        """By role: how far its own grants go."""
        self.heirs: Memo[frozenset[RoleId], dict[RoleId, RoleId | None]] = Memo(self._heirs)
        """By the roles of a user's own: every role whose grants they have."""
        self.related: Memo[RoleId, frozenset[Permission]] = Memo(
            lambda role: frozenset(each for each, grants in self.grants_of[role].items() if _is_related(grants))
        )
        """By role: the permissions whose extent depends on how users are related."""
        self.holdings: Memo[tuple[Held, ...], Holding] = Memo(Holding)
        """One object for all who hold the same."""
        self.rights: Memo[tuple[frozenset[RoleId], frozenset[Grant], tuple[Gate, ...]], Rights] = Memo(
            lambda holds: Rights(self, *holds)
        )
        """By roles, grants of their own, and gates that fail: the rights of a class."""

    def holds_for(self, tenant: Tenant) -> bool:
        """Whether it serves another version of the tenant, too.

        When it knows more classes than there are users, most are of the past: then a new one begins with none.
        """
        same = tenant.roles == self._roles and tenant.blueprint.catalogue == self._catalogue
        return same and len(self.rights) <= len(tenant.users) + MOST_SPARE

    def known(self, permission: str) -> Permission:
        """The permission, if the catalogue has it. A whole section can be granted and can't be asked for.

        Raises:
            NotFound: ``permission.unknown``.
        """
        if permission not in self._permissions:
            raise NotFound.of(Code.PERMISSION_UNKNOWN, "permission", value=str(permission))
        return Permission(permission)

    def all_known(self, permissions: Iterable[str]) -> None:
        """Refuse a list that names a permission that the catalogue hasn't.

        Raises:
            NotFound: ``permission.unknown``, with every one at its position.
        """
        asked = list(permissions)
        if not self._permissions.issuperset(asked):
            found = Collector()
            for position, permission in enumerate(asked):
                if permission not in self._permissions:
                    found.add(Code.PERMISSION_UNKNOWN, position, "permission", value=str(permission))
            found.check(NotFound)

    def by_permission(self, grants: Iterable[Grant]) -> dict[Permission, list[Grant]]:
        """The grants by each permission that they speak of."""
        found: dict[Permission, list[Grant]] = {}
        for grant in grants:
            for permission in self._catalogue.expand(grant.permission):
                found.setdefault(permission, []).append(grant)
        return found

    def _heirs(self, roles: frozenset[RoleId]) -> dict[RoleId, RoleId | None]:
        """Every role that comes with these and with Everyone, each with the one that inherits from it, if any.

        Breadth first and in the order of the ids, so the way back is the shortest, of equally short ones the first.
        Where nobody asks for the way, :class:`agentprov.engine.hierarchy.Hierarchy` has the same roles for less: what
        comes with one is shared by all who have it.
        """
        found: dict[RoleId, RoleId | None] = {}
        frontier: list[tuple[RoleId, RoleId | None]] = [(role, None) for role in sorted({*roles, EVERYONE})]
        while frontier:
            further: list[tuple[RoleId, RoleId | None]] = []
            for role, heir in frontier:
                if role not in found:
                    found[role] = heir
                    inherits = self._roles[role].inherits if role in self._roles else ()
                    further += [(each, role) for each in sorted(inherits)]
            frontier = further
        return found


class Rights(dict[str, Holding]):
    """The rights of a class: what is held of each permission, filled lazily.

    Behind a gate that fails nothing is held.

    INVARIANT: a holding is a function of the tenant and the class, so two threads that race store equal ones.
    """

    __slots__ = ("_extents", "_policy", "_refused", "_related", "gates", "grants", "roles")

    # As a class it is itself, whatever was asked about it so far.
    __hash__ = object.__hash__  # type: ignore[assignment]
    __eq__ = object.__eq__

    def __init__(
        self, policy: Policy, roles: frozenset[RoleId], grants: frozenset[Grant], gates: tuple[Gate, ...] = ()
    ) -> None:
        super().__init__()
        self._policy = policy
        self.grants = policy.by_permission(grants)
        """The grants of their own, by each permission that they speak of."""
        self.roles = policy.heirs[roles]
        """Every role whose grants they have, each with the one that inherits it, if any does."""
        self._refused = Holding((), gates)
        self._related: frozenset[Permission] | None = frozenset() if gates else None
        self._extents: Table[Permission, Extent] | None = None
        self.gates = gates

    @property
    def extents(self) -> Table[Permission, Extent]:
        """Every permission that is held for anything, with how far."""
        if self._extents is None:
            whole = united_by_permission(self._parts()).items()
            self._extents = Table(sorted((permission, extent) for permission, extent in whole if extent.allowed))
        return self._extents

    def extent(self, permission: Permission) -> Extent:
        """How far a permission of the catalogue is held. Quicker than a holding, for it doesn't say by which grants."""
        if self._extents is not None:
            return self._extents.get(permission, NOWHERE)
        extent = united(extents[permission] for extents in self._parts() if permission in extents)
        return extent if extent.allowed else NOWHERE

    def _parts(self) -> Iterator[dict[Permission, Extent]]:
        """The extents of every part that makes up the rights: each role, and the grants of their own."""
        if not self.gates:
            yield from map(self._policy.extents_of.__getitem__, self.roles)
            yield {permission: extent_of(grants) for permission, grants in self.grants.items()}

    @property
    def related(self) -> frozenset[Permission]:
        """The permissions whose extent depends on how the user, or an object, is related to others."""
        if self._related is None:
            own = {each for each, grants in self.grants.items() if _is_related(grants)}
            self._related = frozenset(own.union(*map(self._policy.related.__getitem__, self.roles)))
        return self._related

    def spoken(self) -> set[Permission]:
        """The permissions of which any grant speaks; behind a gate that fails none."""
        return set().union(*self._parts())

    def __missing__(self, permission: str) -> Holding:
        known = self._policy.known(permission)
        holding = self[permission] = self._refused if self.gates else self._policy.holdings[self._held(known)]
        return holding

    def _held(self, permission: Permission) -> tuple[Held, ...]:
        """The grants that speak of the permission, each once, in an order that doesn't depend on how they came."""
        found = {Held(grant=grant) for grant in self.grants.get(permission, ())}
        for role in self.roles:
            grants = self._policy.grants_of[role].get(permission, ())
            found.update(Held(grant=grant, path=self._path(role)) for grant in grants)
        return tuple(sorted(found, key=in_order))

    def _path(self, role: RoleId) -> tuple[RoleId, ...]:
        """The way from a role of the user's own to this one."""
        backwards: list[RoleId] = []
        at: RoleId | None = role
        while at is not None:
            backwards.append(at)
            at = self.roles[at]
        return tuple(reversed(backwards))
