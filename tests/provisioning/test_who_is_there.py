"""A refusal doesn't tell who is there: whoever may not touch a user can't tell them from a made-up id (AC-4, PV-2)."""

from __future__ import annotations

from collections.abc import Callable

import attrs
import pytest

from agentprov.errors import NotFound, Refused
from agentprov.model.access import Effect, Grant, Permission, Within
from agentprov.model.changes import Change
from agentprov.model.ids import UserId
from agentprov.model.properties import PropertyName
from agentprov.model.tenant import Tenant
from agentprov.provisioning import delete_user, move_user, set_property, update_user
from agentprov.provisioning.access_list import tick, untick
from agentprov.provisioning.granting import grant, replace_scope, revoke
from agentprov.provisioning.roles import assign_user, deassign_user
from tests.provisioning.samples import ADMIN, AT, LOGGED_OFF, a_form, a_tenant, created

Operation = Callable[[Tenant, str, str | None], Change]

RAVI = UserId("u-ravi")
OPERATIONS: dict[str, Operation] = {
    "update": lambda tenant, user, by: update_user(tenant, user, {"name": "Other"}, by=by),
    "contact": lambda tenant, user, by: update_user(tenant, user, {"mobile": "+919812345678"}, by=by),
    "delete": lambda tenant, user, by: delete_user(tenant, user, by=by, at=AT, live=LOGGED_OFF),
    "move": lambda tenant, user, by: move_user(tenant, UserId(user), to=None, by=by, live=LOGGED_OFF),
    "property": lambda tenant, user, by: set_property(tenant, PropertyName("ring_timeout"), 20, user=user, by=by),
    "grant": lambda tenant, user, by: grant(tenant, user, "user:view", by=by),
    "revoke": lambda tenant, user, by: revoke(tenant, user, "user:view", by=by),
    "scope": lambda tenant, user, by: replace_scope(tenant, user, "user:view", scope=["self"], by=by),
    "tick": lambda tenant, user, by: tick(tenant, user, "user", ["view"], scope=["tenant"], by=by),
    "untick": lambda tenant, user, by: untick(tenant, user, "user", ["view"], by=by),
    "assign": lambda tenant, user, by: assign_user(tenant, user, role="lead", by=by),
    "deassign": lambda tenant, user, by: deassign_user(tenant, user, role="lead", by=by),
}
HELD: dict[str, tuple[Grant, ...]] = {
    "nothing": (),
    "over nobody": tuple(
        Grant(permission=Permission(each), scope={Within.OWN_AGENTS})
        for each in ("user:edit", "user:delete", "access:grant")
    ),
    "but not over Ravi": tuple(
        Grant(permission=Permission(each), scope={Within.TENANT}, effect=effect)
        for each in ("user:edit", "user:delete", "access:grant")
        for effect in Effect
    ),
}


def an_office(*grants: Grant) -> Tenant:
    """Ravi, and Mina, who holds these grants."""
    tenant = created(created(a_tenant(), a_form()), a_form(login="mina", email="mina@example.com"))
    mina = attrs.evolve(tenant.users[UserId("u-mina")], grants=grants)
    return attrs.evolve(tenant, users=tenant.users.put(mina.id, mina))


@pytest.mark.parametrize("held", HELD)
@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_stranger_and_a_user_one_may_not_touch_are_refused_alike(operation: str, held: str) -> None:
    """AC-4, PV-2: want of permission comes first and alone, and is the same for who is there and who isn't."""
    tenant = an_office(*HELD[held])
    refusals = []
    for user in (RAVI, "u-nobody"):
        with pytest.raises(Refused) as caught:
            OPERATIONS[operation](tenant, user, "u-mina")
        refusals.append(caught.value.problems)
    assert refusals[0] == refusals[1]


@pytest.mark.parametrize("by", [ADMIN, None])
@pytest.mark.parametrize("operation", OPERATIONS)
def test_who_may_everywhere_is_told_that_there_is_nobody(operation: str, by: str | None) -> None:
    """ER-1: an admin, and the host, get to know that the id is unknown."""
    with pytest.raises(NotFound) as caught:
        OPERATIONS[operation](an_office(), "u-nobody", by)
    assert "user.unknown" == caught.value.codes[0]
