"""When an object lies inside a scope (AC-3): each term compares the row of the actor with the object's.

The terms that a class of users holds for one permission are numbered by bits; where an object lies inside a term, the
term's bit is set. The bits are all that a decision depends on.

Rules of one line each. *Own agents* are those whose supervisor the actor is, and not their agents in turn. *Own user
group* is the actor's group with those nested in it. A user without a department or group shares none with anybody.
A user is inside a chosen department if it is their home department.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, TypeVar, assert_never

from agentprov.engine.memo import Memo
from agentprov.model.access import Chosen, ChosenKind, ScopeTerm, Within
from agentprov.model.ids import AgentGroupId, DepartmentId, NumberId, UserGroupId, UserId
from agentprov.model.references import Kind
from agentprov.model.tenant import Tenant

T = TypeVar("T")


class Row:
    """What scopes ask of a user. Made when first needed and never changed."""

    __slots__ = ("agent_groups", "department", "group", "groups", "id", "numbers", "supervisor")

    def __init__(  # noqa: PLR0917  made for every user: names cost more than the rest
        self,
        id_: UserId,
        department: DepartmentId | None,
        supervisor: UserId | None,
        group: UserGroupId | None,
        groups: tuple[UserGroupId, ...],
        agent_groups: frozenset[AgentGroupId],
        numbers: frozenset[NumberId],
    ) -> None:
        self.id = id_
        self.department = department
        """The home department, the supervisor's where it is linked."""
        self.supervisor = supervisor
        self.group = group
        self.groups = groups
        """The group with those that it is nested in."""
        self.agent_groups = agent_groups
        self.numbers = numbers

    def scoped(self) -> tuple[object, ...]:
        """Everything that a scope could compare, but for who it is."""
        return (self.department, self.supervisor, self.groups, self.agent_groups, self.numbers)


NOBODY: Final = Row(UserId(""), None, None, None, (), frozenset(), frozenset())
"""An actor to whom nothing is related: what lies inside a scope of theirs, lies inside everybody's."""


class Rows(dict[str, Row | None]):
    """The rows of a tenant's users by id, filled lazily. An unknown id has none, and isn't remembered."""

    __slots__ = ("_linked", "_paths", "tenant")

    def __init__(self, tenant: Tenant) -> None:
        super().__init__()
        self.tenant = tenant
        self._linked = bool(tenant.blueprint.department_from_supervisor)
        self._paths: Memo[UserGroupId | None, tuple[UserGroupId, ...]] = Memo(tenant.group_path)

    def __missing__(self, id_: str) -> Row | None:
        user = self.tenant.users.get(UserId(id_))
        if user is None:
            return None
        row = self[id_] = Row(
            user.id,
            self.tenant.home_department(user) if self._linked else user.home_department,
            user.supervisor,
            user.user_group,
            self._paths[user.user_group],
            user.agent_groups,
            user.visibility.numbers,
        )
        return row


def moved(before: Rows, after: Rows) -> frozenset[UserId]:
    """The users of two versions of a tenant of whom a scope would ask something different.

    Only those who are edited can be, unless groups are nested otherwise, or departments come from supervisors: who is
    linked moves with theirs.
    """
    old, new = before.tenant, after.tenant
    linked = old.blueprint.department_from_supervisor
    edited = old.users.differing(new.users)
    everybody = (
        old.user_groups != new.user_groups or linked != new.blueprint.department_from_supervisor or (linked and edited)
    )
    rows = ((before[id_], after[id_]) for id_ in (old.users if everybody else edited))
    return frozenset(was.id for was, comes in rows if was and comes and was.scoped() != comes.scoped())


Terms = tuple[ScopeTerm, ...]
"""The numbered terms: the bit of the one at position ``n`` is ``1 << n``."""

Test = Callable[[Row, T], int]
"""From the actor's row and an object to the bits of the terms that the object lies inside."""


def user_test(terms: Terms) -> Test[Row]:
    """The bits of the terms that a user lies inside."""
    tests: list[Test[Row]] = []
    for kind, ids in _chosen(terms):
        match kind:
            case ChosenKind.USER:
                tests.append(_chosen_user(ids))
            case ChosenKind.AGENT_GROUP:
                tests.append(_chosen_agent_group(ids))
            case ChosenKind.DEPARTMENT:
                tests.append(_chosen_home_department(ids))
            case ChosenKind.NUMBER:
                pass
            case _:
                assert_never(kind)
    for within, bits in _within(terms):
        match within:
            case Within.TENANT:
                tests.append(_always(bits))
            case Within.HOME_DEPARTMENT:
                tests.append(_home_department(bits))
            case Within.OWN_AGENTS:
                tests.append(_own_agents(bits))
            case Within.OWN_USER_GROUP:
                tests.append(_own_user_group(bits))
            case Within.SELF:
                tests.append(_self(bits))
            case Within.OWN_NUMBERS:
                pass
            case _:
                assert_never(within)
    return _any(tests)


def object_test(kind: Kind, terms: Terms) -> Test[str]:
    """The bits of the terms that an object of any kind but a user lies inside: departments, numbers, anything else."""
    tests: list[Test[str]] = [_always(bits) for within, bits in _within(terms) if within is Within.TENANT]
    if kind is Kind.DEPARTMENTS:
        tests += [_own_department(bits) for within, bits in _within(terms) if within is Within.HOME_DEPARTMENT]
        tests += [_chosen_object(bits) for chosen, bits in _chosen(terms) if chosen is ChosenKind.DEPARTMENT]
    elif kind is Kind.NUMBERS:
        tests += [_own_number(bits) for within, bits in _within(terms) if within is Within.OWN_NUMBERS]
        tests += [_chosen_object(bits) for chosen, bits in _chosen(terms) if chosen is ChosenKind.NUMBER]
    return _any(tests)


def _within(terms: Terms) -> list[tuple[Within, int]]:
    """The relative terms that occur, each with all bits it has."""
    found: dict[Within, int] = {}
    for position, term in enumerate(terms):
        if isinstance(term, Within):
            found[term] = found.get(term, 0) | 1 << position
    return list(found.items())


def _chosen(terms: Terms) -> list[tuple[ChosenKind, dict[str, int]]]:
    """The kinds of chosen objects that occur, each with the bits of every id."""
    found: Memo[ChosenKind, dict[str, int]] = Memo(lambda _: {})
    for position, term in enumerate(terms):
        if isinstance(term, Chosen):
            bits = found[term.kind]
            bits[term.id] = bits.get(term.id, 0) | 1 << position
    return list(found.items())


def _any(tests: Sequence[Test[T]]) -> Test[T]:
    """The union of tests."""
    if not tests:
        return _never
    first, *others = tests
    if not others:
        return first
    rest = _any(others)
    return lambda actor, target: first(actor, target) | rest(actor, target)


def _never(_actor: Row, _target: object) -> int:
    return 0


def _always(bits: int) -> Test[object]:
    return lambda _actor, _target: bits


def _home_department(bits: int) -> Test[Row]:
    return lambda actor, target: bits if actor.department == target.department is not None else 0


def _own_agents(bits: int) -> Test[Row]:
    return lambda actor, target: bits if target.supervisor == actor.id else 0


def _own_user_group(bits: int) -> Test[Row]:
    return lambda actor, target: bits if actor.group in target.groups else 0


def _self(bits: int) -> Test[Row]:
    return lambda actor, target: bits if target.id == actor.id else 0


def _own_department(bits: int) -> Test[str]:
    return lambda actor, department: bits if department == actor.department else 0


def _own_number(bits: int) -> Test[str]:
    return lambda actor, number: bits if number in actor.numbers else 0


def _chosen_user(bits: dict[str, int]) -> Test[Row]:
    return lambda _actor, target: bits.get(target.id, 0)


def _chosen_home_department(bits: dict[str, int]) -> Test[Row]:
    return lambda _actor, target: 0 if target.department is None else bits.get(target.department, 0)


def _chosen_agent_group(bits: dict[str, int]) -> Test[Row]:
    def inside(_actor: Row, target: Row) -> int:
        found = 0
        for group in target.agent_groups:
            found |= bits.get(group, 0)
        return found

    return inside


def _chosen_object(bits: dict[str, int]) -> Test[str]:
    return lambda _actor, id_: bits.get(id_, 0)
