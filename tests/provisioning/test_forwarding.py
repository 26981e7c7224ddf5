"""Where users' calls may be forwarded to, and who is told when they go elsewhere."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from agentprov.codec import dumps, loads
from agentprov.errors import Code
from agentprov.model.changes import Change, EventKind
from agentprov.model.contact import PhoneNumber
from agentprov.model.destinations import Destination, HangUp, ToExternal
from agentprov.model.ids import TimeGroupId, UserId
from agentprov.model.settings import Settings
from agentprov.model.tenant import Tenant
from agentprov.model.users import AgentHours, Calling, Same
from agentprov.provisioning import forwards_astray, update_user
from tests.provisioning.samples import ADMIN, a_form, a_tenant, created, faults

RAVI = UserId("u-ravi")
JAMAICA = PhoneNumber("+18762101234")
SATELLITE = PhoneNumber("+881612345678")
PREMIUM = PhoneNumber("+19002345678")
HOME = PhoneNumber("+919812345600")


def with_ravi(calling: Calling | None = None, **settings: Any) -> Tenant:
    """A tenant with Ravi, whose calls go where this says."""
    tenant = created(a_tenant(international_calling=True, **settings), a_form())
    if calling is None:
        return tenant
    return attrs.evolve(tenant, users=tenant.users.put(RAVI, attrs.evolve(tenant.users[RAVI], calling=calling)))


def told(change: Change) -> list[tuple[EventKind, dict[str, str]]]:
    """The events about where calls are forwarded to."""
    kinds = {EventKind.FORWARD_CHANGED, EventKind.USER_TOLD}
    return [(event.kind, dict(event.facts)) for event in change.events if event.kind in kinds]


def test_a_new_place_is_refused_unless_it_is_listed() -> None:
    """P50: an update is asked as a creation is; a listed country passes, a premium rate never does."""
    form = {"forward_number": JAMAICA}
    assert [("forward_number", Code.PHONE_DESTINATION_NOT_ALLOWED)] == faults(
        lambda: update_user(with_ravi(), RAVI, form, by=ADMIN)
    )
    listed = with_ravi(forward_countries=["JM", "US"])
    assert JAMAICA == update_user(listed, RAVI, form, by=ADMIN).apply(listed).users[RAVI].forward_number
    assert [("forward_number", Code.PHONE_PREMIUM)] == faults(
        lambda: update_user(listed, RAVI, {"forward_number": PREMIUM}, by=ADMIN)
    )


def test_numbers_of_no_country_are_listed_as_001() -> None:
    """P50: a satellite is of no country."""
    tenant = with_ravi(forward_countries=["001"])
    change = update_user(tenant, RAVI, {"forward_number": SATELLITE}, by=ADMIN)
    assert SATELLITE == change.apply(tenant).users[RAVI].forward_number


def test_a_stored_place_stays() -> None:
    """P50: the rule binds what is typed: whose calls go astray already can be edited, and the tenant loads."""
    tenant = with_ravi(Calling(forward=JAMAICA))
    assert tenant == loads(dumps(tenant))
    change = update_user(tenant, RAVI, {"name": "Rav", "forward_number": JAMAICA}, by=ADMIN)
    assert JAMAICA == change.apply(tenant).users[RAVI].forward_number
    assert [] == told(change)


@pytest.mark.parametrize(
    "failover",
    [ToExternal(number=JAMAICA), ToExternal(number=HOME, next=ToExternal(number=JAMAICA, next=HangUp()))],
    ids=["first", "behind another"],
)
def test_outside_the_time_group_counts_too(failover: Destination) -> None:
    """P50: calls that are forwarded outside the hours cost as much."""
    form = {"time_group": "tg-1", "time_group_failover": failover}
    assert [("time_group_failover", Code.PHONE_DESTINATION_NOT_ALLOWED)] == faults(
        lambda: update_user(with_ravi(), RAVI, form, by=ADMIN)
    )


def test_a_change_is_told() -> None:
    """P50: every change of the number is an event, and the user is told, whoever made it."""
    tenant = with_ravi()
    change = update_user(tenant, RAVI, {"forward_number": HOME}, by=ADMIN)
    assert [
        (EventKind.FORWARD_CHANGED, {"from": "", "to": HOME}),
        (EventKind.USER_TOLD, {"why": "forward-changed", "to": HOME}),
    ] == told(change)
    after = change.apply(tenant)
    assert [
        (EventKind.FORWARD_CHANGED, {"from": HOME, "to": ""}),
        (EventKind.USER_TOLD, {"why": "forward-changed", "to": ""}),
    ] == told(update_user(after, RAVI, {"forward_number": None}, by=ADMIN))
    assert [] == told(update_user(after, RAVI, {"name": "Rav"}, by=ADMIN))


def test_a_phone_number_takes_the_link_with_it() -> None:
    """P50, ID-13: where the number follows the phone number, that one's change is a change of it."""
    tenant = with_ravi(Calling(forward=Same.PHONE))
    was = tenant.users[RAVI].phone
    change = update_user(tenant, RAVI, {"phone": HOME}, by=ADMIN)
    assert (EventKind.FORWARD_CHANGED, {"from": was, "to": HOME}) in told(change)


def test_stored_places_are_warned_of() -> None:
    """P50: `check` names every place of a stored user that isn't allowed today, and none that is."""

    def astray(**settings: Any) -> list[tuple[str, Code]]:
        hours = AgentHours(time_group=TimeGroupId("tg-1"), failover=ToExternal(number=SATELLITE))
        tenant = with_ravi(Calling(forward=JAMAICA, hours=hours), **settings)
        return [(problem.where, problem.code) for problem in forwards_astray(tenant)]

    number = ("users.u-ravi.calling.forward", Code.PHONE_DESTINATION_NOT_ALLOWED)
    failover = ("users.u-ravi.calling.hours.failover.number", Code.PHONE_DESTINATION_NOT_ALLOWED)
    assert [number, failover] == astray()
    assert [failover] == astray(forward_countries=["JM"])
    assert [] == astray(forward_countries=["001", "JM"])


def test_a_country_must_be_one() -> None:
    """OB-7: a code that no country has is refused where it is set: it would allow nobody."""
    assert [("forward_countries", Code.REGION_UNKNOWN)] == faults(
        lambda: Settings(time_zone="Asia/Kolkata", region="IN", forward_countries=["XX", "NO", "001"])
    )
