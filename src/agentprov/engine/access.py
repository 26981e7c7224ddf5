"""Who may do what to which object (AC-1 to AC-4, AC-7).

A question is: may this user do this, to that object? The gates come first: a user who is unknown or not active may do
nothing, and to an unknown object nobody may do anything. Then one rule decides, read off the grants that the user
holds, directly or by roles, and that hold for the object: *a deny forbids; else an allow allows; else it isn't
granted.* The rule itself is :meth:`agentprov.engine.rights.Holding._decision`; whether a grant holds for an object is
said in :mod:`agentprov.engine.scopes`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from agentprov.engine.classes import Classes
from agentprov.engine.decisions import UNKNOWN_OBJECT, Decision, Gate, Held, Object, kind_of
from agentprov.engine.extents import Extent
from agentprov.engine.reverse import Relations, Reverse
from agentprov.engine.rights import NOTHING, Holding
from agentprov.engine.scopes import Rows
from agentprov.engine.sentences import sentence
from agentprov.errors import Code, Collector, InvalidValue
from agentprov.model.access import Permission
from agentprov.model.ids import RoleId, UserId
from agentprov.model.references import Kind
from agentprov.model.table import Table
from agentprov.model.tenant import Tenant
from agentprov.model.users import User


class Access:
    """Answers questions about access for one version of a tenant. Threads may share it; the tenant never changes.

    ``on`` is the object asked about: a user's id, an :class:`~agentprov.engine.decisions.Object` for anything else,
    or nothing, which asks for the whole tenant. A deny for any part of the tenant refuses the question for the whole.
    ``section:*`` can be granted and can't be asked for.

    ``like`` is the one of another version of the tenant: what it has worked out and still holds is shared, so after a
    change the next one is ready at once.

    Raises, in every question:
        NotFound: ``permission.unknown``, whoever asks.
        InvalidValue: ``field.wrong_type``, when the actor is no id or ``on`` is no object at all.
    """

    __slots__ = ("classes", "reverse", "rows", "tenant")

    def __init__(self, tenant: Tenant, *, like: Access | None = None) -> None:
        _check_made_of(tenant, like)
        self.tenant = tenant
        self.classes: Classes = Classes(tenant, None if like is None else like.classes)
        self.rows: Rows = like.rows if like is not None and like.tenant is tenant else Rows(tenant)
        self.reverse = Reverse(tenant, self.classes, self.rows)

    @classmethod
    def of(cls, classes: Classes, rows: Rows) -> Access:
        """Answers from rights and places that are worked out otherwise, as of everybody as if they were active."""
        access = cls.__new__(cls)
        access.tenant, access.classes, access.rows = rows.tenant, classes, rows
        access.reverse = Reverse(rows.tenant, classes, rows)
        return access

    def __repr__(self) -> str:
        return f"<Access of {self.tenant.id}, version {self.tenant.version}>"

    @property
    def relations(self) -> Relations:
        """Who is related to whom."""
        return self.reverse.relations

    def with_roles(self, user: User, roles: frozenset[RoleId], gates: tuple[Gate, ...] = ()) -> Access:
        """The same, but for one user, of whom only these roles count and their own grants: what a session needs."""
        access = Access(self.tenant, like=self)
        # Its own classes, not ours: they begin anew where ours have come to know too many sets of roles.
        access.classes.set_apart(user.id, access.classes.rights_of(user, roles, gates))
        return access

    def allows(self, actor: str, permission: str, on: str | Object | None = None) -> bool:
        """Whether ``actor`` may, without a word of explanation."""
        holding = self.classes[actor][permission]
        if on is None:
            return holding.allowed
        if type(on) is str:  # as in _bits, which a question this frequent can't wait for
            target = self.rows[on]
            row = self.rows[actor]
            return target is not None and row is not None and NOTHING < holding.users(row, target) < holding.denies
        bits = self._bits(holding, actor, on)
        return bits is not None and NOTHING < bits < holding.denies

    def decide(self, actor: str, permission: str, on: str | Object | None = None) -> Decision:
        """Whether ``actor`` may, and why."""
        holding = self.classes[actor][permission]
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
        if whole.allowed or not self.classes[actor][permission].allows:
            return whole
        decisions = (self.decide(actor, permission, each) for each in self._objects())
        return next((decision for decision in decisions if decision.allowed), whole)

    def held(self, actor: str, permission: str) -> tuple[Held, ...]:
        """Every grant in force that speaks of the permission, allows first; none behind a gate that fails."""
        return tuple(dict.fromkeys(held for held, _ in self.classes[actor][permission].held))

    def extent(self, actor: str, permission: str) -> Extent:
        """How far ``actor`` holds the permission: nowhere behind a gate that fails."""
        return self.classes[actor].extent(self.classes.policy.known(permission))

    def what(self, actor: str) -> Table[Permission, Extent]:
        """Every permission that ``actor`` holds for anything, with how far. The answer is shared by the class."""
        return self.classes[actor].extents

    def who(self, permission: str, on: str | Object | None = None) -> frozenset[UserId]:
        """Everybody who may do this to ``on``: exactly those whom :meth:`allows` allows it. Nobody, if it is unknown.

        The first such question about a version looks at every user; those after it only at the classes of users.
        """
        known = self.classes.policy.known(permission)
        if on is None:
            return self.reverse.of_the_whole(known)
        asked = _object(on)
        if asked.tenant not in {None, self.tenant.id}:
            return frozenset()
        if asked.kind is not Kind.USERS:
            there = asked.id in self.tenant.table(asked.kind)
            return self.reverse.of_object(known, asked.kind, asked.id) if there else frozenset()
        target = self.rows[asked.id]
        return frozenset() if target is None else self.reverse.of_user(known, target)

    def holders(self, permission: str) -> Table[UserId, Extent]:
        """Everybody who holds the permission for anything, with how far."""
        return self.reverse.extents(self.classes.policy.known(permission))

    def objects(self, actor: str, permission: str, kind: Kind | str = Kind.USERS) -> frozenset[str]:
        """The ids of all objects of a kind to which ``actor`` may do this. Asks them one by one."""
        holding, kind = self.classes[actor][permission], kind_of(kind)
        if not holding.allows:
            return frozenset()
        return frozenset(
            id_ for id_ in self.tenant.table(kind) if self.allows(actor, permission, Object(kind=kind, id=id_))
        )

    def batch(self, questions: Iterable[tuple[str, str, str | Object | None]]) -> list[bool]:
        """The answers to many questions, each an actor, a permission and an object or nothing.

        Raises:
            NotFound: ``permission.unknown``, with every unknown one at the place of its question.
            InvalidValue: ``field.wrong_type``, with every question that isn't one, at its place.
        """
        asked = list(questions)
        _check_questions(asked)
        self.classes.policy.all_known(permission for _, permission, _ in asked)
        return [self.allows(actor, permission, on) for actor, permission, on in asked]

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
            on = _object(on)
            if on.kind is not Kind.USERS or on.tenant is not None:
                return self._bits_of_object(holding, actor, on)
            on = on.id
        target = self.rows[on]
        if target is None:
            return None
        row = self.rows[actor]
        return NOTHING if row is None else holding.users(row, target)

    def _bits_of_object(self, holding: Holding, actor: str, on: Object) -> int | None:
        """The same for another object than a user, and for any that is given with its tenant."""
        if on.tenant is not None and on.tenant != self.tenant.id:
            return None
        if on.kind is Kind.USERS:
            return self._bits(holding, actor, on.id)
        if on.id not in self.tenant.table(on.kind):
            return None
        row = self.rows[actor]
        return NOTHING if row is None else holding.objects[on.kind](row, on.id)


def _check_made_of(tenant: object, like: object) -> None:
    found = Collector()
    if not isinstance(tenant, Tenant):
        found.add(Code.FIELD_WRONG_TYPE, "tenant", expected="a tenant", found="something else")
    if like is not None and not isinstance(like, Access):
        found.add(Code.FIELD_WRONG_TYPE, "like", expected="an Access", found="something else")
    found.check()


_PARTS = 3


def _check_questions(asked: list[tuple[str, str, str | Object | None]]) -> None:
    """Whether each is an actor, a permission, and an object or nothing; not a pair, and not a text of three letters."""
    if {tuple}.issuperset(map(type, asked)) and {_PARTS}.issuperset(map(len, asked)):
        return
    found, expected = Collector(), "an actor, a permission and an object or nothing"
    for position, each in enumerate(asked):
        if not _is_question(each):
            found.add(Code.FIELD_WRONG_TYPE, position, expected=expected, found="something else")
    found.check()


def _is_question(each: object) -> bool:
    return isinstance(each, (tuple, list)) and len(each) == _PARTS


def _object(on: str | Object) -> Object:
    """What is asked about, as an object.

    Raises:
        InvalidValue: ``field.wrong_type``. A user isn't their own id, and nothing wrong may pass for nothing.
    """
    if isinstance(on, str):
        return Object(kind=Kind.USERS, id=on)
    if not isinstance(on, Object):
        raise InvalidValue.of(Code.FIELD_WRONG_TYPE, "on", expected="a user's id or an Object", found="something else")
    return on
