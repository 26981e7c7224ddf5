"""Nobody lets anybody see more than their own resource filter leaves (AC-5, PR-1)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs
import pytest

from agentprov.engine.filters import resource_filter
from agentprov.errors import Code, Refused
from agentprov.model.access import WHOLE_TENANT, Grant, Permission
from agentprov.model.changes import Change
from agentprov.model.groups import UserGroup
from agentprov.model.identity import Login
from agentprov.model.ids import UserGroupId, UserId
from agentprov.model.properties import NONE, RESOURCE_FILTER
from agentprov.model.table import Table
from agentprov.model.tenant import Tenant
from agentprov.model.users import User
from agentprov.provisioning import move_user, reset_property, set_property
from tests.provisioning.samples import ADMIN, LOGGED_OFF, a_form, a_tenant, created

ASHA, RAVI = UserId("u-asha"), UserId("u-ravi")
BOUND = UserGroupId("g-bound")
EDIT = Grant(permission=Permission("user:edit"), scope=WHOLE_TENANT)


def an_office(asha: object = frozenset({"u-asha"}), ravi: object = frozenset({"u-ravi"})) -> Tenant:
    """Asha, who may edit everybody, and Ravi, each bounded by a filter; in a group that bounds its users, too."""
    tenant = created(created(a_tenant(), a_form()), a_form(login="asha", email="asha@example.com"))
    bound = UserGroup(id=BOUND, name="Bound", properties=Table({RESOURCE_FILTER: frozenset({"u-asha", "u-ravi"})}))
    users = tenant.users
    for id_, own, grants in ((ASHA, asha, [EDIT]), (RAVI, ravi, [])):
        values: dict[Any, Any] = {} if own is None else {RESOURCE_FILTER: own}
        users = users.put(id_, attrs.evolve(users[id_], user_group=BOUND, properties=Table(values), grants=grants))
    return attrs.evolve(tenant, users=users, user_groups=tenant.user_groups.put(BOUND, bound))


def filtered(value: Any, **of: str) -> Callable[[Tenant, str | None], Change]:
    """Setting somebody's filter."""
    return lambda tenant, by: set_property(tenant, RESOURCE_FILTER, value, by=by, **of)


WIDER: dict[str, Callable[[Tenant, str | None], Change]] = {
    "one's own, away": filtered(NONE, user="u-asha"),
    "one's own, more": filtered(frozenset({"u-asha", "u-ravi"}), user="u-asha"),
    "one's own, inherited": lambda tenant, by: reset_property(tenant, RESOURCE_FILTER, user="u-asha", by=by),
    "another's, away": filtered(NONE, user="u-ravi"),
    "another's, more": filtered(frozenset({"u-ravi", "d-sales"}), user="u-ravi"),
}


@pytest.mark.parametrize("change", WIDER)
def test_who_is_bounded_widens_no_filter_beyond_their_own(change: str) -> None:
    """AC-5, PR-1: neither one's own filter nor anybody else's, by setting it or by taking it away."""
    with pytest.raises(Refused) as caught:
        WIDER[change](an_office(), ASHA)
    assert (Code.RESOURCE_FILTER_EXCEEDS_ACTOR,) == caught.value.codes
    for by in (ADMIN, None):  # whom no filter bounds
        WIDER[change](an_office(), by)


def test_a_group_and_the_tenant_count_for_all_their_users() -> None:
    """AC-5, PR-1: a group's filter is that of its users without one of their own; so is the tenant's."""
    tenant = an_office(ravi=None)
    with pytest.raises(Refused) as caught:
        set_property(tenant, RESOURCE_FILTER, NONE, group=BOUND, by=ASHA)
    assert [("u-ravi",)] == [problem.parameters["users"] for problem in caught.value.problems]
    assert set_property(tenant, RESOURCE_FILTER, frozenset({"u-asha"}), group=BOUND, by=ASHA).edits
    ours = attrs.evolve(tenant, properties=Table({RESOURCE_FILTER: frozenset({"u-ravi"})}))
    free = attrs.evolve(ours, user_groups=ours.user_groups.put(BOUND, UserGroup(id=BOUND, name="Bound")))
    with pytest.raises(Refused):
        reset_property(free, RESOURCE_FILTER, by=ASHA)


def test_who_is_bounded_may_narrow() -> None:
    """PR-1: a filter may be made narrower, or leave what its setter sees."""
    tenant = an_office(asha=frozenset({"u-asha", "u-ravi"}))
    for value in (frozenset[str](), frozenset({"u-ravi"}), frozenset({"u-ravi", "u-asha"})):
        after = set_property(tenant, RESOURCE_FILTER, value, user="u-ravi", by=ASHA).apply(tenant)
        assert value == resource_filter(after, RAVI)
    assert set_property(tenant, RESOURCE_FILTER, frozenset[str](), user="u-asha", by=ASHA).edits


def test_a_move_takes_nobody_out_of_reach_of_a_filter() -> None:
    """AC-5, PR-7: who leaves a group leaves its filter, so somebody whom one bounds can't move them out."""
    tenant = an_office(ravi=None)
    with pytest.raises(Refused) as caught:
        move_user(tenant, RAVI, to=None, by=ASHA, live=LOGGED_OFF)
    assert (Code.RESOURCE_FILTER_EXCEEDS_ACTOR,) == caught.value.codes
    assert move_user(tenant, RAVI, to=None, by=ADMIN, live=LOGGED_OFF).edits
    assert move_user(an_office(), RAVI, to=None, by=ASHA, live=LOGGED_OFF).edits  # Ravi's own filter goes along


def test_a_refusal_names_twenty_and_counts_the_others() -> None:
    """ER-1: of many who would see more, twenty are named, and nobody is left out unsaid."""
    tenant = an_office(ravi=None)
    many = {
        UserId(f"u-{number:02d}"): User(id=UserId(f"u-{number:02d}"), login=Login(f"n{number:02d}"), user_group=BOUND)
        for number in range(25)
    }
    tenant = attrs.evolve(tenant, users=tenant.users.edited(many))
    with pytest.raises(Refused) as caught:
        set_property(tenant, RESOURCE_FILTER, NONE, group=BOUND, by=ASHA)
    users = caught.value.problems[0].parameters["users"]
    assert (*(f"u-{number:02d}" for number in range(20)), "6 more") == users  # Ravi and five of the group
