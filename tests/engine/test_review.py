"""The review functions of the RBAC standard by example (AC-6)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from agentprov.engine.access import Access
from agentprov.engine.decisions import Object
from agentprov.engine.extents import Extent
from agentprov.engine.review import Review
from agentprov.errors import Code, NotFound
from agentprov.model.access import EVERYONE, ChosenKind, ScopeTerm, Within
from agentprov.model.ids import RoleId, SeparationId, SessionId, TenantId, UserId
from agentprov.model.references import Kind
from agentprov.model.separations import Separation, SeparationKind
from agentprov.model.sessions import Session
from agentprov.model.table import Table
from agentprov.model.users import Status
from tests.engine.companies import chosen, company, grant, role, user

EDIT, VIEW, QUEUE = "user:edit", "user:view", "queue:view"
SALES = Object(kind=Kind.DEPARTMENTS, id="d-sales")
SUPPORT = Object(kind=Kind.QUEUES, id="q-1")
RAVI = chosen(ChosenKind.USER, "u-ravi")

TENANT = company(
    user("u-asha", grant(QUEUE), roles=["lead"]),
    user("u-ravi", roles=["agent"], status=Status.BLOCKED),
    user("u-mina"),
    role(
        "lead",
        grant(EDIT, Within.OWN_AGENTS, chosen(ChosenKind.DEPARTMENT, "d-sales")),
        grant("user:*", RAVI, deny=True),
        inherits=["agent"],
    ),
    role("agent", grant(VIEW)),
    separations=Table(
        {
            SeparationId("s-static"): Separation(
                id=SeparationId("s-static"), name="Static", roles=[RoleId("lead"), EVERYONE]
            ),
            SeparationId("s-dynamic"): Separation(
                id=SeparationId("s-dynamic"),
                name="Dynamic",
                kind=SeparationKind.DYNAMIC,
                roles=[RoleId("lead"), RoleId("agent"), EVERYONE],
                cardinality=3,
            ),
        }
    ),
)
REVIEW = Review(Access(TENANT))


def extent(*allowed: ScopeTerm, denied: tuple[ScopeTerm, ...] = ()) -> Extent:
    """How far, in few words."""
    return Extent(allowed=frozenset(allowed), denied=frozenset(denied))


def a_session(*roles: str, tenant: str = "t-1", user: str = "u-asha") -> Session:
    """A session of Asha's."""
    return Session(id=SessionId("x-1"), tenant=TenantId(tenant), user=UserId(user), roles=map(RoleId, roles))


def test_users_and_roles() -> None:
    """AC-6: assigned is what is one's own, authorized is with what comes by inheritance; any status counts."""
    assert {"u-ravi"} == REVIEW.assigned_users("agent")
    assert {"u-asha", "u-ravi"} == REVIEW.authorized_users("agent")
    assert {"lead", EVERYONE} == REVIEW.assigned_roles("u-asha")
    assert {"lead", "agent", EVERYONE} == REVIEW.authorized_roles("u-asha")


def test_everyone_is_a_role_of_everybody() -> None:
    """AC-2: also where the tenant doesn't define it."""
    everybody = {"u-asha", "u-ravi", "u-mina"}

    assert everybody == REVIEW.assigned_users("everyone") == REVIEW.authorized_users("everyone")
    assert {EVERYONE} == REVIEW.assigned_roles("u-mina") == REVIEW.authorized_roles("u-mina")
    assert Table() == REVIEW.role_permissions("everyone")


def test_the_permissions_of_a_role() -> None:
    """AC-6: what it and those it inherits from allow, with the denies apart, a section as its actions."""
    own, sales = Within.OWN_AGENTS, chosen(ChosenKind.DEPARTMENT, "d-sales")

    expected = {VIEW: extent(Within.TENANT, denied=(RAVI,)), EDIT: extent(own, sales, denied=(RAVI,))}
    assert Table(expected) == REVIEW.role_permissions("lead")
    assert Table({VIEW: extent(Within.TENANT)}) == REVIEW.role_permissions("agent")


def test_the_permissions_of_a_user_are_effective() -> None:
    """AC-6, AC-4: with their own grants; none of who isn't active."""
    assert {EDIT, VIEW, QUEUE} == {*REVIEW.user_permissions("u-asha")}
    assert Table() == REVIEW.user_permissions("u-ravi")


def test_a_session() -> None:
    """AC-6: the active roles with Everyone, and what they permit; nothing of one that is over."""
    assert {"agent", EVERYONE} == REVIEW.session_roles(a_session("agent"))
    assert {VIEW, QUEUE} == {*REVIEW.session_permissions(a_session("agent"))}
    for over in (a_session("boss"), a_session("agent", tenant="t-2"), a_session(user="u-who")):
        assert frozenset() == REVIEW.session_roles(over)
        assert Table() == REVIEW.session_permissions(over)


@pytest.mark.parametrize(
    ("role_id", "on", "expected"),
    [
        ("agent", "u-ravi", {VIEW}),
        ("lead", "u-ravi", set[str]()),
        ("lead", "u-mina", {VIEW}),
        ("lead", Object(kind=Kind.USERS, id="u-mina", tenant=TenantId("t-1")), {VIEW}),
        ("lead", SALES, {EDIT, VIEW}),
        ("agent", SUPPORT, {VIEW}),
        ("everyone", SUPPORT, set[str]()),
        ("agent", "u-who", set[str]()),
        ("agent", Object(kind=Kind.QUEUES, id="q-2"), set[str]()),
        ("agent", Object(kind=Kind.USERS, id="u-mina", tenant=TenantId("t-2")), set[str]()),
    ],
)
def test_what_a_role_permits_to_do_to_an_object(role_id: str, on: str | Object, expected: set[str]) -> None:
    """AC-6: whoever has it, so relative scopes don't count; denies do, and what isn't there permits nothing."""
    assert expected == REVIEW.role_operations_on_object(role_id, on)


@pytest.mark.parametrize(
    ("user_id", "on", "expected"),
    [
        ("u-asha", "u-mina", {VIEW, QUEUE}),
        ("u-asha", "u-ravi", {QUEUE}),
        ("u-asha", SALES, {EDIT, VIEW, QUEUE}),
        ("u-asha", "u-who", set[str]()),
        ("u-ravi", "u-mina", set[str]()),
    ],
)
def test_what_a_user_may_do_to_an_object(user_id: str, on: str | Object, expected: set[str]) -> None:
    """AC-6: exactly what access allows."""
    assert expected == REVIEW.user_operations_on_object(user_id, on)


def test_separations() -> None:
    """AC-6: the sets of either kind, their roles, how many are too many, and who violates one."""
    assert {"s-static"} == REVIEW.static_separations()
    assert {"s-dynamic"} == REVIEW.dynamic_separations()
    assert {"lead", EVERYONE} == REVIEW.separation_roles("s-static")
    assert 3 == REVIEW.separation_cardinality("s-dynamic")
    assert [frozenset({"u-asha"})] == [each.users for each in REVIEW.violations()]


@pytest.mark.parametrize(
    ("ask", "path", "code"),
    [
        (REVIEW.assigned_users, "role", Code.ROLE_UNKNOWN),
        (REVIEW.authorized_users, "role", Code.ROLE_UNKNOWN),
        (REVIEW.role_permissions, "role", Code.ROLE_UNKNOWN),
        (lambda id_: REVIEW.role_operations_on_object(id_, "u-mina"), "role", Code.ROLE_UNKNOWN),
        (REVIEW.assigned_roles, "user", Code.USER_UNKNOWN),
        (REVIEW.authorized_roles, "user", Code.USER_UNKNOWN),
        (REVIEW.user_permissions, "user", Code.USER_UNKNOWN),
        (lambda id_: REVIEW.user_operations_on_object(id_, "u-mina"), "user", Code.USER_UNKNOWN),
        (REVIEW.separation_roles, "separation", Code.SEPARATION_UNKNOWN),
        (REVIEW.separation_cardinality, "separation", Code.SEPARATION_UNKNOWN),
    ],
)
def test_what_is_not_there_can_not_be_reviewed(ask: Callable[[str], object], path: str, code: Code) -> None:
    """AC-6: an unknown user, role or separation is an error."""
    with pytest.raises(NotFound) as error:
        ask("nobody")

    assert [(path, code, "nobody")] == [
        (each.where, each.code, each.parameters["value"]) for each in error.value.problems
    ]
