"""Separations: created, tightened, loosened, deleted (AC-6)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import attrs
import pytest

from agentprov.errors import AgentprovError, Code, InvalidValue, NotFound, Refused
from agentprov.model.access import EVERYONE
from agentprov.model.blueprint import FieldRule
from agentprov.model.changes import Change
from agentprov.model.ids import RoleId, SeparationId, UserId
from agentprov.model.separations import Separation, SeparationKind
from agentprov.model.tenant import Tenant
from agentprov.provisioning.separations import (
    add_separation_role,
    create_separation,
    delete_separation,
    delete_separation_role,
    set_separation_cardinality,
)
from agentprov.provisioning.users import create_user
from tests.tenants import by_id, grant, role, small, user

Commands = Callable[[Tenant, str | None], Change]


def a_separation(id_: str, *roles: str, **fields: Any) -> Separation:
    """A separation in few words."""
    return Separation(id=SeparationId(id_), name=id_, roles=map(RoleId, roles), **fields)


def an_office(*separations: Separation) -> Tenant:
    """The boss may do everything; Asha has two roles of three, and is disabled for now."""
    return small(
        users=by_id(
            [
                user("boss", roles=[RoleId("admin")]),
                user("asha", roles=[RoleId("buyer"), RoleId("chief")]),
                user("ravi", roles=[RoleId("buyer")]),
            ]
        ),
        roles=by_id(
            [
                role("admin", grant("access:grant")),
                role("buyer"),
                role("payer"),
                role("auditor"),
                role("chief", inherits=["payer"]),
            ]
        ),
        separations=by_id(separations),
        departments={},
        ivrs={},
        numbers={},
        profiles={},
    )


OFFICE = an_office(
    a_separation("s-three", "buyer", "payer", "auditor", cardinality=3),
    a_separation("s-two", "payer", "auditor"),
    a_separation("s-dynamic", "buyer", "auditor", kind=SeparationKind.DYNAMIC),
)


def refusal(kind: type[AgentprovError], attempt: Callable[[], Change]) -> list[tuple[str, Code]]:
    """Where and why something is refused."""
    with pytest.raises(kind) as error:
        attempt()
    return [(problem.where, problem.code) for problem in error.value.problems]


def create(tenant: Tenant = OFFICE, id_: str = "s-new", **fields: Any) -> Change:
    """The change that creates a separation."""
    return create_separation(tenant, id_, **{"name": "New", "roles": ["auditor", "admin"], "by": None, **fields})


COMMANDS: list[tuple[Commands, str]] = [
    (lambda t, by: create(t, by=by), "create separation s-new (New)"),
    (lambda t, by: create(t, roles=["buyer", "payer"], kind="dynamic", by=by), "create separation s-new (New)"),
    (lambda t, by: create(t, roles=["admin", "everyone"], kind="dynamic", by=by), "create separation s-new (New)"),
    (lambda t, by: delete_separation(t, "s-two", by=by), "remove separation s-two (s-two)"),
    (
        lambda t, by: add_separation_role(t, "s-two", role="admin", by=by),
        "separation s-two: roles + admin",
    ),
    (
        lambda t, by: add_separation_role(t, "s-dynamic", role="payer", by=by),
        "separation s-dynamic: roles + payer",
    ),
    (
        lambda t, by: set_separation_cardinality(add(t), "s-two", cardinality=3, by=by),
        "separation s-two: cardinality 2 -> 3",
    ),
]


@pytest.mark.parametrize("by", [None, "u-boss"])
@pytest.mark.parametrize(("command", "described"), COMMANDS, ids=range(len(COMMANDS)))
def test_what_a_command_changes(command: Commands, described: str, by: str | None) -> None:
    """AC-6: exactly that, by the host or by an admin, and undoing it gives an equal tenant."""
    change = command(OFFICE, by)

    assert (described,) == change.describe()
    assert by == change.actor


def add(tenant: Tenant) -> Tenant:
    """The tenant in which s-two has three roles."""
    after = add_separation_role(tenant, "s-two", role="admin", by=None).apply(tenant)
    return attrs.evolve(after, version=tenant.version)


def test_what_is_created() -> None:
    """AC-6: static and of two roles, unless said otherwise."""
    after = create(roles=["auditor", "everyone"], kind="dynamic").apply(OFFICE)
    expected = Separation(
        id=SeparationId("s-new"),
        name="New",
        kind=SeparationKind.DYNAMIC,
        roles=[RoleId("auditor"), EVERYONE],
        cardinality=2,
    )

    assert expected == after.separations[SeparationId("s-new")]
    assert SeparationKind.STATIC is create().apply(OFFICE).separations[SeparationId("s-new")].kind


def test_taking_a_role_out() -> None:
    """AC-6: as long as there are as many as are too many."""
    office = add(OFFICE)
    after = delete_separation_role(office, "s-two", role="admin", by="u-boss").apply(office)

    assert OFFICE.separations[SeparationId("s-two")] == after.separations[SeparationId("s-two")]


def test_the_same_cardinality_changes_nothing() -> None:
    """AC-6: to say again what is so is no change."""
    assert () == set_separation_cardinality(OFFICE, "s-two", cardinality=2, by=None).edits


def test_a_static_one_that_is_violated_can_not_come_about() -> None:
    """AC-6: not created, not with one more role, not with a lower cardinality; the violators are named."""
    asha = {"value": "s-new", "users": ("u-asha",), "count": 1, "roles": ("buyer", "payer")}
    attempts: list[tuple[str, str, Callable[[], Change]]] = [
        ("roles", "s-new", lambda: create(roles=["buyer", "payer"])),
        ("role", "s-two", lambda: add_separation_role(OFFICE, "s-two", role="buyer", by=None)),
        ("cardinality", "s-three", lambda: set_separation_cardinality(OFFICE, "s-three", cardinality=2, by=None)),
    ]
    for where, value, attempt in attempts:
        with pytest.raises(Refused) as error:
            attempt()
        (found,) = error.value.problems
        assert (where, Code.SEPARATION_VIOLATED) == (found.where, found.code)
        assert {**asha, "value": value} == dict(found.parameters)


def test_what_is_violated_already_can_be_loosened() -> None:
    """AC-6: a tenant that was built with violations gets out of them; another set's don't count."""
    office = an_office(
        a_separation("s-broken", "buyer", "payer", "auditor", cardinality=2),
        a_separation("s-also", "buyer", "chief"),
    )

    assert set_separation_cardinality(office, "s-broken", cardinality=3, by=None).edits
    assert delete_separation_role(office, "s-broken", role="auditor", by=None).edits
    assert create(office, roles=["auditor", "admin"]).edits


@pytest.mark.parametrize(
    ("kind", "attempt", "expected"),
    [
        (NotFound, lambda: create(roles=["x", "buyer", "y"]), [("roles", Code.ROLE_UNKNOWN)] * 2),
        (InvalidValue, lambda: create(id_="s-two"), [("id", Code.ID_TAKEN)]),
        (InvalidValue, lambda: create(name=None), [("name", Code.FIELD_REQUIRED)]),
        (
            InvalidValue,
            lambda: create(id_="?", name="", kind="loose", roles=["buyer"]),
            [
                ("kind", Code.FIELD_UNKNOWN_CHOICE),
                ("id", Code.ID_INVALID),
                ("name", Code.FIELD_REQUIRED),
                ("roles", Code.SEPARATION_TOO_FEW_ROLES),
            ],
        ),
        (InvalidValue, lambda: create(cardinality=1), [("cardinality", Code.FIELD_OUT_OF_RANGE)]),
        (InvalidValue, lambda: create(cardinality=3), [("cardinality", Code.FIELD_OUT_OF_RANGE)]),
        (InvalidValue, lambda: create(cardinality=True), [("cardinality", Code.FIELD_OUT_OF_RANGE)]),
        (NotFound, lambda: delete_separation(OFFICE, "s-x", by=None), [("id", Code.SEPARATION_UNKNOWN)]),
        (
            NotFound,
            lambda: add_separation_role(OFFICE, "s-x", role="x", by=None),
            [("id", Code.SEPARATION_UNKNOWN), ("role", Code.ROLE_UNKNOWN)],
        ),
        (
            InvalidValue,
            lambda: add_separation_role(OFFICE, "s-two", role="payer", by=None),
            [("role", Code.SEPARATION_HAS_ROLE)],
        ),
        (
            NotFound,
            lambda: delete_separation_role(OFFICE, "s-two", role="everyone", by=None),
            [("role", Code.SEPARATION_LACKS_ROLE)],
        ),
        (
            InvalidValue,
            lambda: delete_separation_role(OFFICE, "s-two", role="payer", by=None),
            [("roles", Code.SEPARATION_TOO_FEW_ROLES)],
        ),
        (
            InvalidValue,
            lambda: delete_separation_role(OFFICE, "s-three", role="payer", by=None),
            [("cardinality", Code.FIELD_OUT_OF_RANGE)],
        ),
        (
            InvalidValue,
            lambda: set_separation_cardinality(OFFICE, "s-two", cardinality=0, by=None),
            [("cardinality", Code.FIELD_OUT_OF_RANGE)],
        ),
        (
            NotFound,
            lambda: set_separation_cardinality(OFFICE, "s-x", cardinality=2, by=None),
            [("id", Code.SEPARATION_UNKNOWN)],
        ),
    ],
)
def test_what_is_refused(
    kind: type[AgentprovError], attempt: Callable[[], Change], expected: list[tuple[str, Code]]
) -> None:
    """AC-6: a precondition of the standard that isn't met."""
    assert expected == refusal(kind, attempt)


AT_FAULT: list[Commands] = [
    lambda t, by: create(t, id_="?", by=by),
    lambda t, by: delete_separation(t, "s-two", by=by),
    lambda t, by: add_separation_role(t, "s-two", role="payer", by=by),
    lambda t, by: delete_separation_role(t, "s-two", role="admin", by=by),
    lambda t, by: set_separation_cardinality(t, "s-two", cardinality=0, by=by),
]


@pytest.mark.parametrize("command", AT_FAULT, ids=range(len(AT_FAULT)))
def test_who_may(command: Commands) -> None:
    """AC-5: whoever may grant in the whole tenant; want of it comes first and alone."""
    assert [("(whole)", Code.PERMISSION_NOT_GRANTED)] == refusal(Refused, lambda: command(OFFICE, "u-ravi"))


def test_a_new_user_can_not_violate_one() -> None:
    """AC-6: roles that a form gives are asked, too."""
    office = attrs.evolve(
        OFFICE,
        blueprint=attrs.evolve(OFFICE.blueprint, rules=[FieldRule(field="login"), FieldRule(field="roles")]),
    )
    form = {"login": "mina", "roles": ["auditor", "chief"]}
    with pytest.raises(Refused) as error:
        create_user(office, form, by=None)

    assert [Code.SEPARATION_VIOLATED] == [problem.code for problem in error.value.problems]
    assert UserId("u-mina") not in office.users


def test_a_text_is_no_collection_of_roles() -> None:
    """ER-1: ``roles="buyer"`` is a fault of the field, and isn't read letter by letter; nor are other things roles."""
    for roles in ("buyer", b"buyer", 5, None, ["buyer", 5], [OFFICE.roles[RoleId("buyer")]]):
        assert [("roles", Code.FIELD_WRONG_TYPE)] == refusal(InvalidValue, partial(create, roles=roles))


def test_who_may_not_is_not_told_which_roles_there_are() -> None:
    """AC-5: want of permission comes first, whether or not the roles are there."""
    for roles in (["buyer", "payer"], ["buyer", "made-up"]):
        with pytest.raises(Refused):
            create(roles=roles, by="u-ravi")
