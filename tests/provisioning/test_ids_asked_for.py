"""Who acts and on whom is said by ids, and when by instants: anything else isn't taken for unknown (ER-1)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from agentprov.errors import Code
from agentprov.model.changes import Change
from agentprov.model.ids import UserId
from agentprov.model.tenant import Tenant
from agentprov.provisioning import create_user, delete_user, move_user, set_property, update_user
from agentprov.provisioning.access_list import tick
from agentprov.provisioning.granting import grant, revoke
from agentprov.provisioning.role_grants import grant_permission
from tests.provisioning.samples import ADMIN, AT, LOGGED_OFF, a_form, a_tenant, created, faults

RAVI = UserId("u-ravi")
OFFICE = created(a_tenant(), a_form())
Operation = Callable[[Tenant, Any, Any], Change]
OPERATIONS: dict[str, Operation] = {
    "update": lambda tenant, user, by: update_user(tenant, user, {"name": "Other"}, by=by),
    "delete": lambda tenant, user, by: delete_user(tenant, user, by=by, at=AT, live=LOGGED_OFF),
    "move": lambda tenant, user, by: move_user(tenant, user, to=None, by=by, live=LOGGED_OFF),
    "property": lambda tenant, user, by: set_property(tenant, "ring_timeout", 20, user=user, by=by),
    "grant": lambda tenant, user, by: grant(tenant, user, "user:view", by=by),
    "revoke": lambda tenant, user, by: revoke(tenant, user, "user:view", by=by),
    "create": lambda tenant, _, by: create_user(tenant, a_form(login="mina"), by=by),
}


@pytest.mark.parametrize("operation", [each for each in OPERATIONS if each != "create"])
@pytest.mark.parametrize("by", [None, ADMIN])
def test_a_user_is_not_their_own_id(operation: str, by: UserId | None) -> None:
    """ER-1: the user itself, as a form's target, isn't an unknown user."""
    assert [("id", Code.FIELD_WRONG_TYPE)] == faults(lambda: OPERATIONS[operation](OFFICE, OFFICE.users[RAVI], by))


@pytest.mark.parametrize("operation", OPERATIONS)
def test_who_acts_is_said_by_an_id(operation: str) -> None:
    """ER-1: the acting user itself isn't an unknown one who may nothing."""
    assert [("by", Code.FIELD_WRONG_TYPE)] == faults(lambda: OPERATIONS[operation](OFFICE, RAVI, OFFICE.users[ADMIN]))


def test_a_text_is_no_instant() -> None:
    """ER-1: when a grant is given is an instant, whichever way it is given."""
    at: Any = "2026-11-23T12:00:00Z"
    given: list[Callable[[], Change]] = [
        lambda: tick(OFFICE, RAVI, "user", ["view"], scope=["tenant"], by=ADMIN, at=at),
        lambda: grant(OFFICE, RAVI, "user:view", by=ADMIN, at=at),
        lambda: grant_permission(OFFICE, "agent", "user:view", by=ADMIN, at=at),
    ]
    assert [[("at", Code.FIELD_WRONG_TYPE)]] * 3 == [faults(each) for each in given]
    deleted = faults(lambda: delete_user(OFFICE, RAVI, by=ADMIN, at=at, live=LOGGED_OFF))
    assert [("deleted_at", Code.FIELD_WRONG_TYPE)] == deleted
