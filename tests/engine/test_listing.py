"""Which users a page lists (PV-5, LC-1, P16)."""

from __future__ import annotations

import pytest

from agentprov.engine.listing import is_listed, list_users
from agentprov.model.contact import Email
from agentprov.model.ids import RoleId
from agentprov.model.tenant import Tenant
from agentprov.model.users import Status
from agentprov.provisioning.access_list import access_list
from tests.tenants import MOBILE, by_id, role, small, user

MAIL = Email("Ravi.Rao@example.com")
EVERYBODY = ("u-asha", "u-bo", "u-kim", "u-ravi")


def office() -> Tenant:
    """Four users: a lead, somebody disabled, somebody deactivated, and an agent with much to be found by."""
    return small(
        roles=by_id([role("agent"), role("lead", inherits=["agent"])]),
        users=by_id(
            [
                user(
                    "ravi", roles=[RoleId("agent")], mobile=MOBILE, email=Email("Ravi.Rao@example.com"), numeric_id=4711
                ),
                user("kim", status=Status.DEACTIVATED, roles=[RoleId("agent")]),
                user("bo", status=Status.DISABLED, display_name="Ærlig Bø", alias="Front"),
                user("asha", roles=[RoleId("lead")]),
            ]
        ),
        departments={},
        profiles={},
        numbers={},
        ivrs={},
    )


def ids(tenant: Tenant, **how: object) -> tuple[str, ...]:
    """The ids of those listed."""
    return tuple(each.id for each in list_users(tenant, **how))  # type: ignore[arg-type]


def test_everyone_is_the_default() -> None:
    """PV-5, LC-1, P16: all, by id, disabled ones too; who is deactivated only when asked for."""
    tenant = office()
    assert ("u-asha", "u-bo", "u-ravi") == ids(tenant) == ids(tenant, role="everyone")
    assert EVERYBODY == ids(tenant, hidden=True)
    assert [each for each in EVERYBODY if each != "u-kim"] == [
        each
        for each in EVERYBODY
        if is_listed(tenant.users[each])  # type: ignore[index]
    ]


def test_by_a_role_of_their_own() -> None:
    """PV-5: whoever was given the role; what another role brings along doesn't count."""
    tenant = office()
    assert ("u-ravi",) == ids(tenant, role="agent")
    assert ("u-kim", "u-ravi") == ids(tenant, role="agent", hidden=True)
    assert () == ids(tenant, role="nothing")


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("RAVI", ("u-ravi",)),
        ("rao ravi", ("u-ravi",)),
        ("4711", ("u-ravi",)),
        (MOBILE[-6:], ("u-ravi",)),
        ("ærlig", ("u-bo",)),
        ("front", ("u-bo",)),
        ("u-", ("u-asha", "u-bo", "u-ravi")),
        ("  ", ("u-asha", "u-bo", "u-ravi")),
        ("ravi asha", ()),
        ("kim", ()),
    ],
)
def test_by_what_is_typed(search: str, found: tuple[str, ...]) -> None:
    """PV-5: every word somewhere in what the user is known by, whatever the case."""
    assert found == ids(office(), search=search)


def test_the_access_list_hides_them_too() -> None:
    """AC-5, LC-1: with the same word for asking for them."""
    tenant = office()
    assert ("u-asha", "u-bo", "u-ravi") == tuple(row.user for row in access_list(tenant))
    assert EVERYBODY == tuple(row.user for row in access_list(tenant, hidden=True))
