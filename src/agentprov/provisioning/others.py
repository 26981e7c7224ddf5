"""The other users of a tenant, as far as a blueprint's rules ask about them, those who are about to be stored included.

Each question is answered from a table made at the first one, so that asking for a hundred thousand users costs no more
than a few looks at all of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from agentprov.model.blueprint import Blueprint
from agentprov.model.identity import confusable_key, login_key
from agentprov.model.ids import RoleId, UserId
from agentprov.model.settings import Settings
from agentprov.model.table import Table
from agentprov.model.tenant import Tenant
from agentprov.provisioning.rulebook import RuleBook
from agentprov.provisioning.typed_form import TypedForm, typed_form_of

_NOBODY: Mapping[UserId, TypedForm] = {}


class Others:
    """The users of a tenant with those planned in their place."""

    __slots__ = ("_agents", "_holders", "_logins", "_planned", "_tenant", "book")

    def __init__(
        self, tenant: Tenant, planned: Mapping[UserId, TypedForm] = _NOBODY, book: RuleBook | None = None
    ) -> None:
        self.book = RuleBook(tenant.blueprint) if book is None else book
        self._tenant = tenant
        self._planned = planned
        self._agents: dict[UserId, list[UserId]] | None = None
        self._logins: dict[str, list[str]] | None = None
        self._holders: dict[str, dict[object, list[UserId]]] = {}

    @property
    def blueprint(self) -> Blueprint:
        """Whose rules ask."""
        return self._tenant.blueprint

    @property
    def settings(self) -> Settings:
        """The settings of their tenant."""
        return self._tenant.settings

    def roles(self, id_: UserId) -> frozenset[RoleId] | None:
        """The roles of a user; nothing where there is no such user."""
        planned = self._planned.get(id_)
        if planned is not None:
            return planned.roles
        user = self._tenant.users.get(id_)
        return None if user is None else user.roles

    def agents_of(self, supervisor: UserId) -> tuple[UserId, ...]:
        """Those whose supervisor this is, by id."""
        if self._agents is None:
            self._agents = {}
            for id_, named in self._supervisors():
                if named is not None:
                    self._agents.setdefault(named, []).append(id_)
        return tuple(sorted(self._agents.get(supervisor, ())))

    def holder(self, field: str, value: object, but: UserId) -> UserId | None:
        """The first who has this value in a field, apart from one user."""
        known = self._holders.get(field)
        if known is None:
            known = self._holders[field] = {}
            for id_, typed in self._drafts():
                known.setdefault(_hashable(typed.value(field)), []).append(id_)
        return next((id_ for id_ in known.get(_hashable(value), ()) if id_ != but), None)

    def lookalikes(self, login: str) -> Iterator[str]:
        """Other logins that a hurried reader takes for this one."""
        if self._logins is None:
            self._logins = {}
            for each in self._all_logins():
                self._logins.setdefault(confusable_key(each), []).append(each)
        own = login_key(login)
        return (each for each in self._logins.get(confusable_key(login), ()) if each != own)

    def _supervisors(self) -> Iterator[tuple[UserId, UserId | None]]:
        for id_, user in self._tenant.users.items():
            if id_ not in self._planned:
                yield id_, user.supervisor
        for id_, typed in self._planned.items():
            yield id_, typed.supervisor

    def _drafts(self) -> Iterator[tuple[UserId, TypedForm]]:
        for id_, user in self._tenant.users.items():
            if id_ not in self._planned:
                yield id_, typed_form_of(user, self._tenant.blueprint)
        yield from self._planned.items()

    def _all_logins(self) -> Iterator[str]:
        for user in self._tenant.users.values():
            yield user.login
        for id_, typed in self._planned.items():
            if id_ not in self._tenant.users and typed.login is not None:
                yield typed.login


def _hashable(value: object) -> object:
    """The value as a key: a table may hold what has no hash of its own, but it has its entries."""
    return tuple(sorted(value.items(), key=str)) if isinstance(value, Table) else value
