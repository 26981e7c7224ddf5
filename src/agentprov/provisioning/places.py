"""Some objects by where they are, so that those inside a scope are found without asking one after the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import assert_never

from agentprov.engine.decisions import Object
from agentprov.engine.memo import Memo
from agentprov.engine.scopes import NOBODY, Row, Rows
from agentprov.model.access import Chosen, ScopeTerm, Within
from agentprov.model.references import CHOSEN, Kind


class Places:
    """Objects of the kinds that a scope can hold. A user is where any of the tables of rows has them."""

    def __init__(self, objects: Iterable[Object], rows: Iterable[Rows]) -> None:
        self._all = tuple(objects)
        self._at: Memo[tuple[object, str | None], list[Object]] = Memo(lambda _: [])
        """By what relates them: themselves, a department, a supervisor, a user group, an agent group."""
        tables = tuple(rows)
        for on in self._all:
            self._at[on.kind, on.id].append(on)
            if on.kind is Kind.USERS:
                for place in {place for table in tables for place in _places(table[on.id] or NOBODY)}:
                    self._at[place].append(on)

    def inside(self, term: ScopeTerm, actor: Row) -> Iterable[Object]:
        """Those of the objects that a term may hold for an actor."""
        match term:
            case Within.TENANT:
                return self._all
            case Within.HOME_DEPARTMENT:
                return self._found((Kind.DEPARTMENTS, actor.department))
            case Within.OWN_AGENTS:
                return self._found((Within.OWN_AGENTS, actor.id))
            case Within.OWN_USER_GROUP:
                return self._found((Kind.USER_GROUPS, actor.group))
            case Within.OWN_NUMBERS:
                return self._found(*((Kind.NUMBERS, number) for number in actor.numbers))
            case Within.SELF:
                return self._found((Kind.USERS, actor.id))
            case Chosen(kind=kind, id=id_):
                return self._found((CHOSEN[kind], id_))
            case _:
                assert_never(term)

    def _found(self, *places: tuple[object, str | None]) -> Iterator[Object]:
        return (on for place in places for on in self._at.get(place, ()))


def _places(row: Row) -> Iterator[tuple[object, str | None]]:
    """Where a user is."""
    if row.department is not None:
        yield Kind.DEPARTMENTS, row.department
    if row.supervisor is not None:
        yield Within.OWN_AGENTS, row.supervisor
    for group in row.groups:
        yield Kind.USER_GROUPS, group
    for agent_group in row.agent_groups:
        yield Kind.AGENT_GROUPS, agent_group
