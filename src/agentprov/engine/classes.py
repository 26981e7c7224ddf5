"""Who belongs to which class: users with equal roles and equal grants of their own have the same rights.

Everything that is asked about many users at once, such as who may do a thing, is asked of the classes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from agentprov.engine.decisions import UNKNOWN_USER, Gate, NotActive
from agentprov.engine.rights import Policy, Rights
from agentprov.errors import Code, InvalidValue
from agentprov.model.access import Grant
from agentprov.model.ids import RoleId, UserId
from agentprov.model.tenant import Tenant
from agentprov.model.users import Status, User


class UserClass:
    """The active users of one class. Made when first needed and never changed."""

    __slots__ = ("rights", "users")

    def __init__(self, rights: Rights, users: Collection[UserId]) -> None:
        self.rights = rights
        self.users = frozenset(users)


class Classes(dict[str, Rights]):
    """The rights of every user, by id; users of one class share them. Filled lazily.

    An unknown id has the rights of nobody, and isn't remembered; what is no id at all is an error, for a user isn't
    their own id (``field.wrong_type``). ``like`` are the classes of another version of the
    tenant; what was worked out there and still holds is shared.
    """

    __slots__ = ("_apart", "_groups", "_nobody", "_tenant", "policy")

    def __init__(self, tenant: Tenant, like: Classes | None = None) -> None:
        super().__init__()
        shared = like is not None and like.policy.holds_for(tenant)
        self.policy: Policy = like.policy if like is not None and shared else Policy(tenant)
        self._tenant = tenant
        self._nobody = self.policy.rights[frozenset(), frozenset(), (UNKNOWN_USER,)]
        self._groups: tuple[UserClass, ...] | None = None
        self._apart: dict[UserId, Rights] = {}

    def __missing__(self, id_: str) -> Rights:
        if not isinstance(id_, str):
            raise InvalidValue.of(Code.FIELD_WRONG_TYPE, "actor", expected="a user's id", found="something else")
        user = self._tenant.users.get(UserId(id_))
        if user is None:
            return self._nobody
        rights = self[id_] = self.rights_of(user, user.roles)
        return rights

    def rights_of(self, user: User, roles: frozenset[RoleId], gates: tuple[Gate, ...] = ()) -> Rights:
        """What a user holds with these roles and their own grants; nothing behind a gate that fails."""
        status = () if user.status is Status.ACTIVE else (NotActive(status=user.status),)
        if gates:  # there is no end of reasons for which a session is over, so they aren't kept
            return Rights(self.policy, frozenset(), frozenset(), (*status, *gates))
        if status:
            return self.policy.rights[frozenset(), frozenset(), status]
        return self.policy.rights[roles, frozenset(user.grants), ()]

    def set_apart(self, id_: UserId, rights: Rights) -> None:
        """Give one user other rights than their own, as a session does. Only before anything is asked."""
        self[id_] = self._apart[id_] = rights

    @property
    def groups(self) -> tuple[UserClass, ...]:
        """The classes that have active users. Worked out once, from all users.

        INVARIANT: a function of the tenant, so two threads that race store equal ones.
        """
        if self._groups is None:
            members: dict[tuple[frozenset[RoleId], tuple[Grant, ...]], list[UserId]] = {}
            for user in self._counted(self._tenant.users.values()):
                if user.id not in self._apart:
                    members.setdefault((user.roles, user.grants), []).append(user.id)
            united: dict[Rights, list[UserId]] = {}
            for (roles, grants), users in members.items():
                united.setdefault(self.policy.rights[roles, frozenset(grants), ()], []).extend(users)
            for id_, rights in self._apart.items():
                if not rights.gates:
                    united.setdefault(rights, []).append(id_)
            self._groups = tuple(UserClass(rights, users) for rights, users in united.items())
        return self._groups

    def _counted(self, users: Iterable[User]) -> Iterable[User]:
        """The users who have a class: those who are active."""
        active = Status.ACTIVE
        return (user for user in users if user.status is active)
