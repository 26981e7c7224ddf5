"""What a host may pass by mistake is refused where it is passed, and not taken for something else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from agentprov.engine.call_flow import Router
from agentprov.errors import Code, InvalidValue
from agentprov.model.calls import Call, CallerGone, LeftQueue, TransferAsked
from agentprov.model.contact import PhoneNumber
from agentprov.model.departments import MOST_MEMBERS, Department, DepartmentHours
from agentprov.model.destinations import (
    MOST_INSIDE,
    Cause,
    Destination,
    Fallback,
    HangUp,
    QueueExit,
    ToAnnouncement,
    ToExternal,
    ToQueue,
)
from agentprov.model.hours import ClosedByEmergency, ManualOverride
from agentprov.model.identity import Login
from agentprov.model.ids import (
    AnnouncementId,
    DepartmentId,
    IvrId,
    NumberId,
    QueueId,
    TenantId,
    TimeConditionId,
    TimeGroupId,
    UserId,
)
from agentprov.model.live import Live
from agentprov.model.needs import Stage
from agentprov.model.numbers import Anonymous, CallerRule, FromNumber, Number, Refuse, SendTo
from agentprov.model.routing import Ivr, IvrOption, RingPlan, TimeCondition
from agentprov.model.settings import Emergency, Settings
from agentprov.model.sticky import LastAgent, StickyKey, StickyPlace
from agentprov.model.tenant import Tenant
from agentprov.model.users import AgentHours, Calling, User
from tests.tenants import BLUEPRINT, by_id

AT = datetime(2026, 11, 23, 12, tzinfo=UTC)
PHONE = PhoneNumber("+918069651170")
END = HangUp()
CHOICE, KIND, REQUIRED = Code.FIELD_UNKNOWN_CHOICE, Code.FIELD_WRONG_TYPE, Code.FIELD_REQUIRED
MANY = Code.FIELD_TOO_MANY


def number(**fields: Any) -> Number:
    """A number."""
    return Number(**{"id": NumberId("n"), "phone": PHONE, "to": END, **fields})


def department(**fields: Any) -> Department:
    """A department."""
    return Department(**{"id": DepartmentId("d"), "name": "Sales", **fields})


def menu(**fields: Any) -> Ivr:
    """A menu."""
    return Ivr(**{"id": IvrId("i"), "name": "Main", "options": [IvrOption(digits="1", to=END)], **fields})


def condition(**fields: Any) -> TimeCondition:
    """A time condition."""
    group = TimeGroupId("h")
    return TimeCondition(**{"id": TimeConditionId("c"), "name": "Day", "time_group": group, **fields})


def user(**fields: Any) -> User:
    """A user."""
    return User(**{"id": UserId("u"), "login": Login("u"), **fields})


def queue(**fields: Any) -> ToQueue:
    """A queue as a destination."""
    return ToQueue(**{"queue": QueueId("q"), **fields})


def chain(length: int) -> Destination:
    """External numbers, one inside the other."""
    found: Destination = END
    for _ in range(length - 1):
        found = ToExternal(number=PHONE, next=found)
    return found


def override(**fields: Any) -> ManualOverride:
    """A manual override."""
    return ManualOverride(**{"state": "open", "actor": None, "reason": "x", "set_at": AT, **fields})


def sticky_key(**fields: Any) -> StickyKey:
    """A sticky record's key."""
    return StickyKey(id="n", **fields)


def settings(**fields: Any) -> Settings:
    """A tenant's settings."""
    return Settings(time_zone="UTC", region="IN", **fields)


KEY = StickyKey(caller=PHONE, place=StickyPlace.NUMBER, id="n")
LAST = LastAgent(user=UserId("u"), at=AT)


def small_tenant() -> Tenant:
    """A tenant with a number."""
    return Tenant(id=TenantId("t"), name="T", settings=settings(), blueprint=BLUEPRINT, numbers=by_id([number()]))


def taken_up(**arguments: Any) -> object:
    """A call taken up with these arguments."""
    router = Router(small_tenant())
    step = router.start(Call(to=PHONE), at=0)
    return router.resume(step.state, CallerGone(), at=0, **arguments)


CASES: tuple[tuple[str, Callable[[Any], object], Any, tuple[tuple[Code, tuple[str | int, ...]], ...]], ...] = (
    ("RT-6", lambda it: department(strategy=it), "foo", ((CHOICE, ("strategy",)),)),
    ("RT-6", lambda it: department(strategy=it), "order", ((CHOICE, ("strategy",)),)),
    ("RT-6", lambda it: department(strategy=it), None, ((CHOICE, ("strategy",)),)),
    ("RT-6", lambda it: department(failover=it), "asha", ((KIND, ("failover",)),)),
    ("RT-6", lambda it: department(members=it), [f"u{n}" for n in range(MOST_MEMBERS + 1)], ((MANY, ("members",)),)),
    ("RT-6", lambda it: DepartmentHours(time_group=TimeGroupId("h"), closed=it), "x", ((KIND, ("closed",)),)),
    ("RT-6", lambda it: Stage(call_skills=it), "ignored", ((CHOICE, ("call_skills",)),)),
    ("RT-4", lambda it: RingPlan(order=it), "simultaneous", ((CHOICE, ("order",)),)),
    ("RT-4", lambda it: Fallback(to=it), None, ((REQUIRED, ("to",)),)),
    ("RT-4", lambda it: Fallback(to=END, by_failure=it), {"busy": END}, ((CHOICE, ("by_failure", "busy")),)),
    (
        "RT-4",
        lambda it: Fallback(to=END, by_failure=it),
        {"x": 5},
        ((CHOICE, ("by_failure", "x")), (KIND, ("by_failure", "x"))),
    ),
    ("RT-8", lambda it: HangUp(cause=it), "nope", ((CHOICE, ("cause",)),)),
    ("RT-8", lambda it: HangUp(cause=it), Cause.BUSY.value, ((CHOICE, ("cause",)),)),
    ("RT-8", lambda it: queue(by_exit=it), {"full": END}, ((CHOICE, ("by_exit", "full")),)),
    ("RT-8", lambda it: queue(by_exit={QueueExit.FULL: it}), "x", ((KIND, ("by_exit", "full")),)),
    ("RT-8", lambda it: queue(next=it), 5, ((KIND, ("next",)),)),
    ("RT-8", lambda it: queue(priority=it), 10**5000, ((Code.FIELD_OUT_OF_RANGE, ("priority",)),)),
    ("RT-8", lambda it: ToExternal(number=PHONE, next=it), "x", ((KIND, ("next",)),)),
    ("RT-8", lambda it: ToAnnouncement(announcement=AnnouncementId("a"), next=it), None, ((REQUIRED, ("next",)),)),
    ("RT-8", chain, MOST_INSIDE + 1, ((MANY, ("next",)),)),
    ("RT-8", lambda it: condition(open=it, closed=END), None, ((REQUIRED, ("open",)),)),
    ("RT-8", lambda it: condition(open=END, closed=it), "x", ((KIND, ("closed",)),)),
    ("RT-8", lambda it: number(to=it), None, ((REQUIRED, ("to",)),)),
    ("RT-8", lambda it: number(to=it), "asha", ((KIND, ("to",)),)),
    ("RT-7", lambda it: IvrOption(digits="1", to=it), None, ((REQUIRED, ("to",)),)),
    ("RT-7", lambda it: menu(on_timeout=it), "x", ((KIND, ("on_timeout",)),)),
    ("RT-7", lambda it: menu(on_invalid=it), "x", ((KIND, ("on_invalid",)),)),
    ("RT-12", lambda it: number(presents=it), "dialled", ((CHOICE, ("presents",)),)),
    ("RT-14", lambda it: settings(confirm=it), ["mobile"], ((CHOICE, ("confirm",)),)),
    ("RT-15", lambda it: Refuse(cause=it), "busy", ((CHOICE, ("cause",)),)),
    ("RT-15", lambda it: SendTo(to=it), None, ((REQUIRED, ("to",)),)),
    ("RT-15", lambda it: CallerRule(callers=[Anonymous()], action=it), "refuse", ((KIND, ("action",)),)),
    ("RT-15", lambda it: CallerRule(callers=it, action=Refuse()), [None], ((REQUIRED, ("callers", 0)),)),
    ("RT-15", lambda it: CallerRule(callers=it, action=Refuse()), ["+47"], ((KIND, ("callers", 0)),)),
    ("RT-15", lambda it: FromNumber(number=it), f"{PHONE};ext=5", ((Code.PHONE_NOT_CANONICAL, ("number",)),)),
    (
        "RT-5",
        lambda it: sticky_key(caller=it, place="number"),
        f"{PHONE};ext=5",
        ((Code.PHONE_NOT_CANONICAL, ("caller",)), (CHOICE, ("place",))),
    ),
    ("RT-1", lambda it: LeftQueue(exit=it), "full", ((CHOICE, ("exit",)),)),
    ("RT-1", lambda it: LeftQueue(exit=it), [], ((CHOICE, ("exit",)),)),
    ("RT-1", lambda it: TransferAsked(to=it), None, ((REQUIRED, ("to",)),)),
    ("RT-1", lambda it: TransferAsked(to=it), "asha", ((KIND, ("to",)),)),
    ("RT-1", lambda it: TransferAsked(to=it), END, ((KIND, ("to",)),)),
    ("RT-2", lambda it: AgentHours(time_group=TimeGroupId("h"), failover=it), "x", ((KIND, ("failover",)),)),
    ("RT-3", lambda it: user(status=it), "active", ((CHOICE, ("status",)),)),
    ("RT-3", lambda it: Calling(enabled=it), "false", ((KIND, ("enabled",)),)),
    ("RT-3", lambda it: Calling(login_based=it), 0, ((KIND, ("login_based",)),)),
    ("RT-3", lambda it: Calling(dispositions=it), None, ((REQUIRED, ("dispositions",)),)),
    ("RT-1", lambda it: Live(seed=it), "x", ((KIND, ("seed",)),)),
    ("RT-1", lambda it: Live(seed=it), True, ((KIND, ("seed",)),)),
    ("RT-1", lambda it: Live(counters=it), {"a": 5}, ((KIND, ("counters",)),)),
    ("RT-1", lambda it: Live(last_agents=it), None, ((KIND, ("last_agents",)),)),
    ("RT-1", lambda it: Live(last_agents=it), {"a": LAST}, ((KIND, ("last_agents",)),)),
    ("RT-1", lambda it: Live(last_agents={KEY: it}), "asha", ((KIND, ("last_agents",)),)),
    ("RT-1", lambda it: Router(small_tenant()).start(it, at=0), None, ((KIND, ("call",)),)),
    ("RT-1", lambda it: Router(small_tenant()).start(Call(to=PHONE), at=0, live=it), None, ((KIND, ("live",)),)),
    ("RT-1", lambda it: taken_up(live=it), None, ((KIND, ("live",)),)),
    ("HR-4", lambda it: override(state=it), "open", ((CHOICE, ("state",)),)),
    ("HR-4", lambda it: override(set_at=it), None, ((CHOICE, ("state",)), (REQUIRED, ("set_at",)))),
    ("HR-4", lambda it: ClosedByEmergency(destination=it), "x", ((KIND, ("destination",)),)),
    ("HR-4", lambda it: Emergency(destination=it), "x", ((KIND, ("destination",)),)),
)


@pytest.mark.parametrize(
    ("rule", "make", "value", "expected"), CASES, ids=[f"{n}-{case[0]}" for n, case in enumerate(CASES)]
)
def test_a_mistaken_value_is_refused(
    rule: str, make: Callable[[Any], object], value: object, expected: tuple[tuple[Code, tuple[str | int, ...]], ...]
) -> None:
    """RT-1 to RT-15, HR-4: a text that looks like a choice, nothing, or something else; told with its code and path."""
    with pytest.raises(InvalidValue) as caught:
        make(value)

    assert list(expected) == [(each.code, each.path) for each in caught.value.problems], rule
    assert "Traceback" not in str(caught.value)


def test_as_many_destinations_as_may_be_are_carried() -> None:
    """RT-8: fifty, one inside the other."""
    assert isinstance(chain(MOST_INSIDE), ToExternal)
