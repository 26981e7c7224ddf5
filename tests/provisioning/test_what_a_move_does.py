"""The table of what a move does to a user, row by row (PR-5, PR-6, PR-7, PR-4)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import attrs
import pytest

from agentprov.engine.filters import resource_filter
from agentprov.engine.inheritance import resolve
from agentprov.engine.profiles import active_profile, available_profiles
from agentprov.errors import Code
from agentprov.model.groups import Profile
from agentprov.model.ids import ProfileId, QueueId, UserGroupId, UserId
from agentprov.model.limits import Range
from agentprov.model.live import Live
from agentprov.model.properties import RESOURCE_FILTER, PropertyName, PropertyValue
from agentprov.model.tenant import Tenant
from agentprov.provisioning import bound_property, lock_property, move_user, set_property, untick_profile
from tests.provisioning.samples import LOGGED_OFF, a_form, a_tenant, created, faults

PAGE = Path(__file__).parents[2] / "docs" / "properties.md"
RAVI = UserId("u-ravi")
SALES, SUPPORT = UserGroupId("g-sales"), UserGroupId("g-support")
WRAP_UP = PropertyName("wrap_up.phone")


def start() -> Tenant:
    """Ravi in sales; sales and support each with a profile, Ravi with one of their own."""
    tenant = created(a_tenant("puzzel"), a_form("puzzel"))
    more = (
        Profile(id=ProfileId("p-support"), name="Support", user_group=SUPPORT),
        Profile(id=ProfileId("p-ravi"), name="Own", user=RAVI),
    )
    return attrs.evolve(tenant, profiles={**tenant.profiles, **{each.id: each for each in more}})


def given(tenant: Tenant, name: PropertyName, value: PropertyValue, where: UserGroupId | None = None) -> Tenant:
    """The tenant with a value of a group, or of Ravi."""
    holder = {"user": RAVI} if where is None else {"group": where}
    return set_property(tenant, name, value, by=None, **holder).apply(tenant)


def moved(tenant: Tenant, to: UserGroupId = SUPPORT, live: Live = LOGGED_OFF) -> Tenant:
    """The tenant with Ravi in another group."""
    return move_user(tenant, RAVI, to=to, by=None, live=live).apply(tenant)


def profiles(tenant: Tenant) -> set[str]:
    """The ids of the profiles that Ravi has."""
    return {profile.id for profile in available_profiles(tenant, RAVI)}


def own_value() -> None:
    """PR-7: pinned to what was inherited, and it stays when that would be another."""
    tenant = given(given(start(), WRAP_UP, 15), WRAP_UP, 40, SUPPORT)
    assert 15 == resolve(moved(tenant), RAVI, WRAP_UP).value


def inherited_value() -> None:
    """PR-7: it follows the new group."""
    tenant = given(given(start(), WRAP_UP, 20, SALES), WRAP_UP, 40, SUPPORT)
    assert (20, 40) == (resolve(tenant, RAVI, WRAP_UP).value, resolve(moved(tenant), RAVI, WRAP_UP).value)


def own_filter() -> None:
    """PR-7: a resource filter set on the user stays."""
    tenant = given(given(start(), RESOURCE_FILTER, frozenset({"q-1"})), RESOURCE_FILTER, frozenset({"q-2"}), SUPPORT)
    assert frozenset({"q-1"}) == resource_filter(moved(tenant), RAVI)


def inherited_filter() -> None:
    """PR-7: an inherited one goes."""
    tenant = given(start(), RESOURCE_FILTER, frozenset({"q-1"}), SALES)
    assert (frozenset({"q-1"}), None) == (resource_filter(tenant, RAVI), resource_filter(moved(tenant), RAVI))


def asleep(tenant: Tenant, code: Code) -> None:
    """PR-4: kept, not counting, warned of; and awake again after the way back."""
    change = move_user(tenant, RAVI, to=SUPPORT, by=None, live=LOGGED_OFF)
    after = change.apply(tenant)
    assert [code] == [each.code for each in change.warnings]
    assert (15, 60) == (resolve(after, RAVI, WRAP_UP).value, after.users[RAVI].properties[WRAP_UP])
    assert 60 == resolve(moved(after, SALES), RAVI, WRAP_UP).value


def locked_there() -> None:
    """PR-4: below a lock."""
    tenant = given(start(), WRAP_UP, 60)
    asleep(lock_property(tenant, WRAP_UP, group=SUPPORT, by=None).apply(tenant), Code.PROPERTY_SLEEPS_LOCKED)


def bounded_there() -> None:
    """PR-4: outside a bound."""
    tenant = given(start(), WRAP_UP, 60)
    bound = bound_property(tenant, WRAP_UP, Range(low=0, high=30), group=SUPPORT, by=None)
    asleep(bound.apply(tenant), Code.PROPERTY_SLEEPS_OUT_OF_BOUNDS)


def old_profile() -> None:
    """PR-7: the old group's profiles go."""
    assert "p-sales" in profiles(start()) - profiles(moved(start()))


def new_profile() -> None:
    """PR-7: the new group's come."""
    assert "p-support" in profiles(moved(start())) - profiles(start())


def unticked_profile() -> None:
    """PR-5: unticks are kept per user and profile."""
    tenant = untick_profile(start(), RAVI, "p-sales", by=None).apply(start())
    after = moved(tenant)
    assert {"p-sales"} == after.users[RAVI].unticked_profiles
    assert "p-sales" not in profiles(moved(after, SALES))


def personal_profile() -> None:
    """PR-7: personal ones stay."""
    assert "p-ravi" in profiles(start()) & profiles(moved(start()))


def active(profile: str) -> list[str | None]:
    """The profile that Ravi works under before and after, if the host says this one."""
    live = Live(queues={}, profiles={RAVI: ProfileId(profile)})
    found = (active_profile(tenant, RAVI, live) for tenant in (start(), moved(start(), live=live)))
    return [None if each is None else each.id for each in found]


def active_group_profile() -> None:
    """PR-6: a profile lost in a move stops being active."""
    assert ["p-sales", None] == active("p-sales")


def active_personal_profile() -> None:
    """PR-6: one that is still available stays active."""
    assert ["p-ravi", "p-ravi"] == active("p-ravi")


def logged_on() -> None:
    """PR-7, P25: refused while logged on to a queue."""
    live = Live(queues={RAVI: {QueueId("q-1")}})
    assert [("id", Code.USER_LOGGED_ON_QUEUE)] == faults(partial(moved, start(), live=live))


CHECKS: dict[str, Callable[[], None]] = {
    "a value of their own": own_value,
    "an inherited value": inherited_value,
    "a resource filter of their own": own_filter,
    "an inherited resource filter": inherited_filter,
    "a value of their own below a lock there": locked_there,
    "a value of their own outside a bound there": bounded_there,
    "a profile of the old group": old_profile,
    "a profile of the new group": new_profile,
    "a profile that was unticked": unticked_profile,
    "a personal profile": personal_profile,
    "the active profile, if it is the old group's": active_group_profile,
    "the active profile, if it is personal": active_personal_profile,
    "being logged on to a queue": logged_on,
}


def rows() -> list[str]:
    """The first cells of the page's table."""
    table = PAGE.read_text(encoding="utf-8").partition("| of the user |")[2].partition("\n\n")[0]
    return [line.split("|")[1].strip() for line in table.splitlines()[2:]]


def test_every_row_of_the_table_is_checked() -> None:
    """PR-7: the page tells no more and no less than what is checked here."""
    assert list(CHECKS) == rows()


@pytest.mark.parametrize("row", CHECKS)
def test_a_move_does_what_the_table_says(row: str) -> None:
    """PR-5, PR-6, PR-7, PR-4: each row by the move itself."""
    CHECKS[row]()
