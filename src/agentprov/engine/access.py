"""Who may do what to which object (AC-1 to AC-4, AC-7).

A question is: may this user do this, to that object? The gates come first: a user who is unknown or not active may do
nothing, and to an unknown object nobody may do anything. Then one rule decides, read off the grants that the user
holds, directly or by roles, and that hold for the object: *a deny forbids; else an allow allows; else it isn't
granted.* The rule itself is :meth:`agentprov.engine.rights.Holding._decision`; whether a grant holds for an object is
said in :mod:`agentprov.engine.scopes`.
"""

from __future__ import annotations

from collections.abc import Iterator

from agentprov.engine.decisions import UNKNOWN_OBJECT, UNKNOWN_USER, Decision, Held, NotActive, Object
from agentprov.engine.memo import Memo
from agentprov.engine.rights import NOTHING, Holding, Policy, Rights
from agentprov.engine.scopes import Rows
from agentprov.engine.sentences import sentence
from agentprov.model.access import Grant
from agentprov.model.ids import RoleId, UserId
from agentprov.model.references import Kind
from agentprov.model.tenant import Tenant
from agentprov.model.users import Status


class _Classes(dict[str, Rights]):
    """The rights of every user, by id; users with equal roles and grants share them. Filled lazily.

    An unknown id has the rights of nobody, and isn't remembered.
    """

    __slots__ = ("_active", "_inactive", "_nobody", "_tenant")

    def __init__(self, tenant: Tenant) -> None:
        super().__init__()
        policy = Policy(tenant)
        self._tenant = tenant
        self._active: Memo[tuple[frozenset[RoleId], frozenset[Grant]], Rights] = Memo(
            lambda holds: Rights(policy, *holds)
        )
        self._inactive: Memo[Status, Rights] = Memo(
            lambda status: Rights(policy, frozenset(), frozenset(), (NotActive(status=status),))
        )
        self._nobody = Rights(policy, frozenset(), frozenset(), (UNKNOWN_USER,))

    def __missing__(self, id_: str) -> Rights:
        user = self._tenant.users.get(UserId(id_))
        if user is None:
            return self._nobody
        active = user.status is Status.ACTIVE
        rights = self._active[user.roles, frozenset(user.grants)] if active else self._inactive[user.status]
        self[id_] = rights
        return rights


class Access:
    """Answers questions about access for one version of a tenant. Threads may share it; the tenant never changes.

    ``on`` is the object asked about: a user's id, an :class:`~agentprov.engine.decisions.Object` for anything else,
    or nothing, which asks for the whole tenant. A deny for any part of the tenant refuses the question for the whole.
    ``section:*`` can be granted and can't be asked for.

    Raises, in every question:
        NotFound: ``permission.unknown``, whoever asks.
    """

    __slots__ = ("_classes", "_rows", "tenant")

    def __init__(self, tenant: Tenant) -> None:
        self.tenant = tenant
        self._classes = _Classes(tenant)
        self._rows = Rows(tenant)

    def allows(self, actor: str, permission: str, on: str | Object | None = None) -> bool:
        """Whether ``actor`` may, without a word of explanation."""
        holding = self._classes[actor][permission]
        if on is None:
            return holding.allowed
        if isinstance(on, str):  # as in _bits, which a question this frequent can't wait for
            target = self._rows[on]
            row = self._rows[actor]
            return target is not None and row is not None and NOTHING < holding.users(row, target) < holding.denies
        bits = self._bits(holding, actor, on)
        return bits is not None and NOTHING < bits < holding.denies

    def decide(self, actor: str, permission: str, on: str | Object | None = None) -> Decision:
        """Whether ``actor`` may, and why."""
        holding = self._classes[actor][permission]
        if on is None:
            return holding.decision
        bits = self._bits(holding, actor, on)
        if bits is None:
            return Decision(allowed=False, reasons=(*holding.gates, UNKNOWN_OBJECT))
        return holding.decisions[bits]

    def allows_anywhere(self, actor: str, permission: str) -> bool:
        """Whether there is anything in the tenant that ``actor`` may do this to: the question of a menu."""
        return self.decide_anywhere(actor, permission).allowed

    def decide_anywhere(self, actor: str, permission: str) -> Decision:
        """The decision for the whole tenant if it allows, else for the first object that it allows, else why not.

        Where only a narrower scope is granted, objects are tried one after the other.
        """
        whole = self.decide(actor, permission)
        if whole.allowed or not self._classes[actor][permission].allows:
            return whole
        decisions = (self.decide(actor, permission, each) for each in self._objects())
        return next((decision for decision in decisions if decision.allowed), whole)

    def held(self, actor: str, permission: str) -> tuple[Held, ...]:
        """Every grant in force that speaks of the permission, allows first; none behind a gate that fails."""
        return tuple(dict.fromkeys(held for held, _ in self._classes[actor][permission].held))

    def explain(self, actor: str, permission: str, on: str | Object | None = None) -> str:
        """The decision in one plain English sentence."""
        return sentence(self.tenant, actor, permission, on, self.decide(actor, permission, on))

    def _objects(self) -> Iterator[Object]:
        for kind in Kind:
            for id_ in self.tenant.table(kind):
                yield Object(kind=kind, id=id_)

    def _bits(self, holding: Holding, actor: str, on: str | Object) -> int | None:
        """The bits that hold for an object; nothing at all if the tenant has no such object."""
        if not isinstance(on, str):
            if on.kind is not Kind.USERS or on.tenant is not None:
                return self._bits_of_object(holding, actor, on)
            on = on.id
        target = self._rows[on]
        if target is None:
            return None
        row = self._rows[actor]
        return NOTHING if row is None else holding.users(row, target)

    def _bits_of_object(self, holding: Holding, actor: str, on: Object) -> int | None:
        """The same for another object than a user, and for any that is given with its tenant."""
        if on.tenant is not None and on.tenant != self.tenant.id:
            return None
        if on.kind is Kind.USERS:
            return self._bits(holding, actor, on.id)
        if on.id not in self.tenant.table(on.kind):
            return None
        row = self._rows[actor]
        return NOTHING if row is None else holding.objects[on.kind](row, on.id)
