"""Small tenants to call, and short ways to say what tests change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import attrs

from agentprov.engine.call_flow import Router
from agentprov.engine.zones import epoch
from agentprov.model.call_state import State
from agentprov.model.calls import Call, CallEvent
from agentprov.model.contact import PhoneNumber
from agentprov.model.dates import WORKDAYS
from agentprov.model.departments import Department, DepartmentHours
from agentprov.model.destinations import (
    Destination,
    Fallback,
    ToAgent,
    ToAnnouncement,
    ToDepartment,
    ToExternal,
    ToIvr,
    ToQueue,
    ToTimeCondition,
    ToVoicemail,
)
from agentprov.model.groups import Announcement, Queue, Voicemail
from agentprov.model.hours import TimeGroup
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
    VoicemailId,
)
from agentprov.model.intervals import weekly_hours
from agentprov.model.live import Live
from agentprov.model.numbers import Number
from agentprov.model.reasons import ReasonCode
from agentprov.model.routing import Ivr, IvrOption, RingOrder, RingPlan, TimeCondition
from agentprov.model.settings import Settings
from agentprov.model.steps import Ring, Step
from agentprov.model.tenant import Tenant
from agentprov.model.users import AgentHours, Calling, User
from tests.tenants import BLUEPRINT, by_id

DIALLED = PhoneNumber("+918069651170")
CALLER = PhoneNumber("+919812345678")
OUTSIDE = PhoneNumber("+912226000000")
SETTINGS = Settings(time_zone="UTC", region="IN")
OFFICE = TimeGroupId("office")
NEVER = TimeGroupId("never")
NOON = epoch(datetime(2026, 11, 23, 12, tzinfo=UTC))
"""A Monday, inside the office's hours, 09:00 to 17:00 in UTC on workdays."""
EVENING = epoch(datetime(2026, 11, 23, 20, tzinfo=UTC))
NEXT_MORNING = epoch(datetime(2026, 11, 24, 9, tzinfo=UTC))

VOICEMAIL = ToVoicemail(voicemail=VoicemailId("box"))
OTHER_VOICEMAIL = ToVoicemail(voicemail=VoicemailId("other"))
QUEUE = ToQueue(queue=QueueId("line"))
CALL = Call(to=DIALLED, caller=CALLER)


def phone(name: str) -> PhoneNumber:
    """The telephone of the agent NAME, made of the name's letters."""
    return PhoneNumber("+91" + "".join(f"{ord(letter) - 87:02}" for letter in name[:4]).ljust(10, "9"))


def agent(
    name: str,
    *,
    hours: TimeGroupId | None = None,
    failover: Destination | None = None,
    plan: RingOrder | None = None,
    timeout: int | None = None,
    alternates: Iterable[PhoneNumber] = (),
    calling: Mapping[str, Any] | None = None,
    **fields: Any,
) -> User:
    """The user with the id and login NAME, who has one telephone."""
    own = Calling(
        hours=None if hours is None else AgentHours(time_group=hours, failover=failover),
        ring_plan=None if plan is None else RingPlan(order=plan, timeout=timeout),
        **(calling or {}),
    )
    given: dict[str, Any] = {"id": UserId(name), "login": Login(name), "phone": phone(name), "calling": own}
    return User(**given | {"alternate_numbers": tuple(alternates)} | fields)


def to(name: str) -> ToAgent:
    """The agent NAME as a destination."""
    return ToAgent(user=UserId(name))


def to_department(name: str) -> ToDepartment:
    """The department NAME as a destination."""
    return ToDepartment(department=DepartmentId(name))


def to_menu(name: str) -> ToIvr:
    """The menu NAME as a destination."""
    return ToIvr(ivr=IvrId(name))


def to_condition(name: str) -> ToTimeCondition:
    """The time condition NAME as a destination."""
    return ToTimeCondition(time_condition=TimeConditionId(name))


def outside(timeout: int = 30, then: Destination | None = None) -> ToExternal:
    """The number outside as a destination."""
    return ToExternal(number=OUTSIDE, timeout=timeout, next=then)


def announced(then: Destination) -> ToAnnouncement:
    """The greeting, then another destination."""
    return ToAnnouncement(announcement=AnnouncementId("greeting"), next=then)


def department(name: str, *members: str, **fields: Any) -> Department:
    """The department NAME."""
    return Department(id=DepartmentId(name), name=name.title(), members=map(UserId, members), **fields)


def closed_at(group: TimeGroupId, then: Destination | None = None) -> DepartmentHours:
    """A department's own hours."""
    return DepartmentHours(time_group=group, closed=then)


def menu(name: str, *options: IvrOption, **fields: Any) -> Ivr:
    """The menu NAME."""
    return Ivr(id=IvrId(name), name=name.title(), options=options, **fields)


def option(digits: str, destination: Destination, fallback: Destination | None = None) -> IvrOption:
    """A menu's option."""
    return IvrOption(digits=digits, to=destination, fallback=None if fallback is None else Fallback(to=fallback))


def condition(name: str, group: TimeGroupId, open_: Destination, closed: Destination) -> TimeCondition:
    """The time condition NAME."""
    return TimeCondition(id=TimeConditionId(name), name=name.title(), time_group=group, open=open_, closed=closed)


def number(destination: Destination, fallback: Destination | Fallback | None = None, **fields: Any) -> Number:
    """The number that tests dial."""
    after = fallback if fallback is None or isinstance(fallback, Fallback) else Fallback(to=fallback)
    given: dict[str, Any] = {"id": NumberId("main"), "phone": DIALLED, "to": destination, "fallback": after}
    return Number(**given | fields)


def centre(
    destination: Destination,
    *items: User | Department | Ivr | TimeCondition | Number,
    fallback: Destination | Fallback | None = None,
    **fields: Any,
) -> Tenant:
    """A tenant whose one number leads to ``destination``, with these objects and one of each kind that hosts keep."""
    week = weekly_hours(WORKDAYS, "09:00-17:00")
    given: dict[str, Any] = {
        "id": TenantId("acme"),
        "name": "Acme",
        "settings": SETTINGS,
        "blueprint": BLUEPRINT,
        "users": by_id(item for item in items if isinstance(item, User)),
        "departments": by_id(item for item in items if isinstance(item, Department)),
        "ivrs": by_id(item for item in items if isinstance(item, Ivr)),
        "time_conditions": by_id(item for item in items if isinstance(item, TimeCondition)),
        "numbers": by_id([number(destination, fallback), *(item for item in items if isinstance(item, Number))]),
        "time_groups": by_id(
            [
                TimeGroup(id=OFFICE, name="Office", time_zone="UTC", weekly=week),
                TimeGroup(id=NEVER, name="Never", time_zone="UTC"),
            ]
        ),
        "announcements": by_id([Announcement(id=AnnouncementId("greeting"), name="Greeting")]),
        "voicemails": by_id([Voicemail(id=VoicemailId(name), name=name) for name in ("box", "other")]),
        "queues": by_id([Queue(id=QueueId("line"), name="Line")]),
    }
    return Tenant(**given | fields)


def settings(**fields: Any) -> Settings:
    """The tenant's settings, changed."""
    return attrs.evolve(SETTINGS, **fields)


def walk(tenant: Tenant, *events: CallEvent, at: int = NOON, live: Live | None = None, call: Call = CALL) -> list[Step]:
    """The steps of a call to which these events happen, a second apart; between steps the state is written and read."""
    router = Router(tenant)
    facts = Live() if live is None else live
    steps = [router.start(call, at=at, live=facts)]
    for later, event in enumerate(events, 1):
        state = State.from_json(steps[-1].state.to_json())
        steps.append(router.resume(state, event, at=at + later, live=facts))
    return steps


def last(tenant: Tenant, *events: CallEvent, at: int = NOON, live: Live | None = None, call: Call = CALL) -> Step:
    """The last of those steps."""
    return walk(tenant, *events, at=at, live=live, call=call)[-1]


def ringing(step: Step) -> list[tuple[str, str, int, int]]:
    """The legs of a step that rings: user, number, delay, duration."""
    assert isinstance(step.action, Ring)
    return [(leg.user, leg.number, leg.delay, leg.duration) for leg in step.action.legs]


def said(step: Step) -> list[tuple[str, ReasonCode]]:
    """What a step's reasons say of what."""
    return [(each.id, each.code) for each in step.reasons]
