"""The agent whom a caller knows: reserved, preferred, and dropped when they can't be rung (RT-5)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import attrs
import pytest

from agentprov.engine.call_flow import Router
from agentprov.engine.zones import instant
from agentprov.model.call_state import State
from agentprov.model.calls import AnnouncementEnded, Answered, Busy, Call, CallEvent, Digits, NoAnswer
from agentprov.model.contact import PhoneNumber
from agentprov.model.departments import Strategy
from agentprov.model.destinations import Cause, Destination
from agentprov.model.effects import Effect, StickyAssigned
from agentprov.model.hours import ClosedByEmergency
from agentprov.model.ids import NumberId, UserId
from agentprov.model.live import Live, Presence
from agentprov.model.numbers import CallerRule, FromNumber, Number, RaisePriority, SendTo
from agentprov.model.reasons import Reach, ReasonCode
from agentprov.model.routing import RingOrder
from agentprov.model.steps import Announce, Connect, End, Menu, Ring, Step
from agentprov.model.sticky import LastAgent, Sticky, StickyKey, StickyPlace
from agentprov.model.tenant import Tenant
from tests.engine.call_centre import (
    CALL,
    CALLER,
    DIALLED,
    NEVER,
    NOON,
    OFFICE,
    VOICEMAIL,
    agent,
    announced,
    centre,
    condition,
    department,
    menu,
    number,
    option,
    phone,
    ringing,
    said,
    to,
    to_condition,
    to_department,
    to_menu,
)
from tests.tenants import by_id

NAMES = ("asha", "ravi", "lena")
DAY = Sticky(hours=24, reserve=10)
AT_SALES = StickyKey(caller=CALLER, place=StickyPlace.DEPARTMENT, id="sales")
AT_MAIN = StickyKey(caller=CALLER, place=StickyPlace.NUMBER, id="main")


def sales(sticky: Sticky | None = DAY, *, members: tuple[str, ...] = NAMES, **fields: Any) -> Tenant:
    """A sticky department of three behind the number, with a failover; a fourth agent who is no member."""
    users = [agent(name) for name in (*NAMES, "meera")]
    team = department("sales", *members, sticky=sticky, failover=VOICEMAIL, **fields)
    return centre(to_department("sales"), *users, team)


def sticky_number(destination: Destination, *items: Any, sticky: Sticky = DAY, fallback: Any = None) -> Tenant:
    """A sticky number that leads somewhere."""
    users = [agent(name) for name in (*NAMES, "meera")]
    tenant = centre(destination, *users, *items)
    return attrs.evolve(tenant, numbers=by_id([number(destination, fallback, sticky=sticky)]))


def known(user: str = "lena", key: StickyKey = AT_SALES, ago: timedelta = timedelta(hours=1), **facts: Any) -> Live:
    """Live facts in which a user served the caller a while ago."""
    return Live(last_agents={key: LastAgent(user=UserId(user), at=instant(NOON) - ago)}, **facts)


def steps_of(tenant: Tenant, live: Live, *events: CallEvent, call: Call = CALL) -> list[Step]:
    """The steps of a call to which these events happen at once; between them the state is written and read."""
    router = Router(tenant)
    steps = [router.start(call, at=NOON, live=live)]
    for event in events:
        steps.append(router.resume(State.from_json(steps[-1].state.to_json()), event, at=NOON, live=live))
    return steps


def users_of(step: Step) -> set[str]:
    """Who rings."""
    assert isinstance(step.action, Ring)
    return set(step.action.users)


def test_first_they_alone_ring_then_they_come_first_then_anyone() -> None:
    """RT-5: for the reserve; then once in the order, like everybody."""
    steps = steps_of(sales(), known(), NoAnswer(), NoAnswer(), NoAnswer(), NoAnswer())

    assert [("lena", phone("lena"), 0, 10)] == ringing(steps[0])
    assert Reach.STICKY is steps[0].reach
    assert ("lena", ReasonCode.STICKY_FIRST) in said(steps[0])
    assert [("asha", ReasonCode.TURN_LATER), ("ravi", ReasonCode.TURN_LATER)] == said(steps[0])[-2:]
    assert [("lena", phone("lena"), 0, 30)] == ringing(steps[1])
    assert Reach.DEPARTMENT is steps[1].reach
    assert [{"asha"}, {"ravi"}] == [users_of(step) for step in steps[2:4]]
    assert VOICEMAIL.voicemail == getattr(steps[4].action, "voicemail", None)


def test_without_a_reserve_they_only_come_first() -> None:
    """RT-5: with reach department."""
    steps = steps_of(sales(Sticky(days=1, reserve=0)), known(), NoAnswer())

    assert {"lena"} == users_of(steps[0])
    assert Reach.DEPARTMENT is steps[0].reach
    assert {"asha"} == users_of(steps[1])


def test_they_need_not_be_a_member() -> None:
    """RT-5: unless the department says members only."""
    outsider = known("meera")
    steps = steps_of(sales(), outsider, NoAnswer(), NoAnswer())
    strict = steps_of(sales(Sticky(hours=1, members_only=True)), known("meera", ago=timedelta(minutes=1)))

    assert [{"meera"}, {"meera"}, {"asha"}] == [users_of(step) for step in steps]
    assert {"asha"} == users_of(strict[0])
    assert ("meera", ReasonCode.STICKY_NOT_A_MEMBER) in said(strict[0])
    answered = Router(sales()).resume(steps[1].state, Answered(by=UserId("meera")), at=NOON)
    assert Connect(user=UserId("meera")) == answered.action


@pytest.mark.parametrize("strategy", [Strategy.SIMULTANEOUS, Strategy.MEMORY_HUNT, Strategy.RING_PROGRESSIVELY])
@pytest.mark.parametrize("user", ["lena", "meera"])
def test_they_ring_once_in_a_wave(strategy: Strategy, user: str) -> None:
    """RT-5: among the others or first of them, member or not; and a later wave of a hunt rings them with the others."""
    tenant = sales(Sticky(hours=24, reserve=0), strategy=strategy, ring_time=10)
    steps = steps_of(tenant, known(user), NoAnswer())

    legs = [leg[0] for leg in ringing(steps[0])]
    assert 1 == legs.count(user)
    if strategy is Strategy.MEMORY_HUNT:
        assert [user] == legs
        assert {user, "asha"} == users_of(steps[1])
    else:
        assert {*NAMES, user} == set(legs)


@pytest.mark.parametrize("strategy", Strategy)
def test_a_reserved_ring_is_followed_by_the_pass(strategy: Strategy) -> None:
    """RT-5: whatever the strategy."""
    steps = steps_of(sales(strategy=strategy), known("meera"), NoAnswer())

    assert {"meera"} == users_of(steps[0])
    assert "meera" in users_of(steps[1])


@pytest.mark.parametrize(
    ("ago", "alive"), [(timedelta(hours=24), False), (timedelta(hours=24) - timedelta(seconds=1), True)]
)
def test_a_record_is_dead_at_its_end(ago: timedelta, *, alive: bool) -> None:
    """RT-5: 24 hours after they answered is too late."""
    step = steps_of(sales(), known(ago=ago))[0]

    assert {"lena" if alive else "asha"} == users_of(step)
    assert alive == (("lena", ReasonCode.STICKY_EXPIRED) not in said(step))


@pytest.mark.parametrize(
    ("change", "facts", "code"),
    [
        ({"hours": NEVER}, {}, ReasonCode.HOURS_OUTSIDE),
        ({"calling": {"enabled": False}}, {}, ReasonCode.CALLING_OFF),
        ({"calling": {"login_based": True}}, {}, ReasonCode.PANEL_LOGGED_OUT),
        ({}, {"presence": {"lena": Presence.BUSY}}, ReasonCode.PRESENCE_BUSY),
    ],
)
def test_whoever_cannot_be_rung_is_dropped_at_once(
    change: dict[str, Any], facts: dict[str, Any], code: ReasonCode
) -> None:
    """RT-5: off, outside their hours, not there; it goes on as if nobody were known."""
    tenant = sales()
    tenant = attrs.evolve(tenant, users={**tenant.users, UserId("lena"): agent("lena", **change)})
    step = steps_of(tenant, known(**facts))[0]

    assert {"asha"} == users_of(step)
    assert [("lena", code), ("lena", ReasonCode.STICKY_DROPPED)] == said(step)[:2]


def test_whoever_is_gone_or_has_no_telephone_is_passed_over() -> None:
    """RT-5, RT-13: named, in the first step and in a later one."""
    tenant = sales()
    silent = attrs.evolve(tenant, users={**tenant.users, UserId("lena"): agent("lena", phone=None)})
    gone = steps_of(tenant, known("nobody"))[0]
    left = attrs.evolve(tenant, users={name: user for name, user in tenant.users.items() if name != "meera"})
    first = steps_of(tenant, known("meera"))[0]

    assert {"asha"} == users_of(steps_of(silent, known())[0])
    assert {"asha"} == users_of(gone)
    assert ("nobody", ReasonCode.GONE) in said(gone)
    later = Router(left).resume(first.state, NoAnswer(), at=NOON)
    assert {"asha"} == users_of(later)
    assert ("meera", ReasonCode.GONE) in said(later)


def test_whoever_becomes_busy_after_the_reserve_is_dropped() -> None:
    """RT-5: a member has their turn in the list's order, in which they can't be rung either; the pass goes on."""
    router = Router(sales())
    first = router.start(CALL, at=NOON, live=known())
    later = router.resume(first.state, Busy(), at=NOON, live=Live(presence={"lena": Presence.BUSY}))

    assert {"asha"} == users_of(later)
    assert ("lena", ReasonCode.STICKY_DROPPED) in said(later)
    hunt = Router(sales(Sticky(hours=24, reserve=0), strategy=Strategy.MEMORY_HUNT))
    first = hunt.start(CALL, at=NOON, live=known("meera"))
    later = hunt.resume(first.state, Busy(), at=NOON, live=Live(presence={"meera": Presence.BUSY}))
    assert {"asha"} == users_of(later)
    order = Router(sales(Sticky(hours=24, reserve=0)))
    first = order.start(CALL, at=NOON, live=known("meera"))
    later = order.resume(first.state, Busy(), at=NOON, live=Live(presence={"meera": Presence.BUSY}))
    assert {"asha"} == users_of(later)


def test_after_their_turn_they_are_as_everybody() -> None:
    """RT-5: nothing more is said of them than that their turn is over, and whoever is gone in it is passed over."""
    router = Router(sales(Sticky(hours=24, reserve=0)))
    steps = [router.start(CALL, at=NOON, live=known())]
    for event in (NoAnswer(), NoAnswer()):
        steps.append(router.resume(steps[-1].state, event, at=NOON, live=Live(presence={"lena": Presence.BUSY})))

    assert ("lena", ReasonCode.STICKY_FIRST) in said(steps[0])
    assert [("lena", ReasonCode.TURN_PAST)] == [each for each in said(steps[2]) if each[0] == "lena"]
    home = phone("home")
    tenant = sales(Sticky(hours=24, reserve=0))
    meera = agent("meera", plan=RingOrder.ORDER, timeout=10, alternates=[home])
    twice = attrs.evolve(tenant, users={**tenant.users, UserId("meera"): meera})
    left = attrs.evolve(tenant, users={name: user for name, user in tenant.users.items() if name != "meera"})
    first = steps_of(twice, known("meera"))[0]
    assert [("meera", home, 0, 10)] == ringing(Router(twice).resume(first.state, NoAnswer(), at=NOON))
    step = Router(left).resume(first.state, NoAnswer(), at=NOON)
    assert {"asha"} == users_of(step)
    assert ("meera", ReasonCode.GONE) in said(step)


def test_anonymous_callers_are_never_known() -> None:
    """RT-5: nor is anything kept of them."""
    call = Call(to=DIALLED, caller=None)
    steps = steps_of(sales(), known(), Answered(by=UserId("asha")), call=call)

    assert {"asha"} == users_of(steps[0])
    assert [] == assigned(steps[1].effects)
    plain = sticky_number(to("asha"))
    assert [] == assigned(steps_of(plain, Live(), Answered(by=UserId("asha")), call=call)[1].effects)


def assigned(effects: tuple[Effect, ...]) -> list[StickyAssigned]:
    """What is kept of who served the caller."""
    return [each for each in effects if isinstance(each, StickyAssigned)]


def test_who_answers_is_kept_where_it_is_sticky() -> None:
    """RT-5, RT-13: at the department, else at the number, else nowhere; until the time to live is over."""
    answered = Answered(by=UserId("asha"))
    kept = StickyAssigned(key=AT_SALES, user=UserId("asha"), at=NOON, until=NOON + 24 * 3600)

    assert [kept] == assigned(steps_of(sales(), Live(), answered)[1].effects)
    assert [] == assigned(steps_of(sales(None), Live(), answered)[1].effects)
    by_number = sticky_number(to("asha"), sticky=Sticky(days=2))
    expected = attrs.evolve(kept, key=AT_MAIN, until=NOON + 2 * 24 * 3600)
    assert [expected] == assigned(steps_of(by_number, Live(), answered)[1].effects)
    both = sticky_number(to_department("sales"), department("sales", *NAMES, sticky=DAY))
    assert [kept] == assigned(steps_of(both, Live(), answered)[1].effects)


def test_a_number_keeps_to_them_in_the_department_that_it_leads_to() -> None:
    """RT-5: through time conditions and announcements; a department's own counts instead; behind a menu it doesn't."""
    team = department("sales", *NAMES)
    live = known(key=AT_MAIN)
    direct = sticky_number(to_department("sales"), team)
    timed = sticky_number(to_condition("c"), team, condition("c", OFFICE, announced(to_department("sales")), VOICEMAIL))
    own = sticky_number(to_department("sales"), attrs.evolve(team, sticky=DAY))
    by_menu = sticky_number(to_menu("m"), team, menu("m", option("1", to_department("sales"))))

    assert [{"lena"}, {"lena"}, {"asha"}] == [users_of(step) for step in steps_of(direct, live, NoAnswer(), NoAnswer())]
    assert ("c", ReasonCode.CONDITION_OPEN) in said(steps_of(timed, live)[0])
    assert {"asha"} == users_of(steps_of(own, live)[0])
    steps = steps_of(by_menu, live, NoAnswer(), Digits(keys="1"))
    assert {"lena"} == users_of(steps[0])
    assert isinstance(steps[1].action, Menu)
    assert {"asha"} == users_of(steps[2])


def test_whom_a_rule_sends_elsewhere_the_number_does_not_know() -> None:
    """RT-5, RT-15: neither in a department nor before anything else; another rule changes nothing."""
    live = known(key=AT_MAIN)
    for target, action, expected in (
        (to_department("sales"), SendTo(to=to_department("sales")), {"asha"}),
        (to("asha"), SendTo(to=to("ravi")), {"ravi"}),
        (to_department("sales"), RaisePriority(by=5), {"lena"}),
    ):
        tenant = sticky_number(target, department("sales", *NAMES))
        rule = CallerRule(callers=[FromNumber(number=CALLER)], action=action)
        ruled = attrs.evolve(tenant.numbers[NumberId("main")], caller_rules=[rule])
        assert expected == users_of(steps_of(attrs.evolve(tenant, numbers=by_id([ruled])), live)[0])


def test_in_an_emergency_of_the_time_group_the_number_leads_to_no_department() -> None:
    """RT-5, HR-4: whoever is known rings first, then the call goes where the emergency says."""
    team = department("sales", *NAMES)
    tenant = sticky_number(
        to_condition("c"), team, condition("c", OFFICE, to_department("sales"), to_department("sales"))
    )
    office = attrs.evolve(tenant.time_groups[OFFICE], emergency=ClosedByEmergency(destination=VOICEMAIL))
    tenant = attrs.evolve(
        tenant, time_groups={**tenant.time_groups, OFFICE: office}, voicemails=centre(VOICEMAIL).voicemails
    )
    steps = steps_of(tenant, known(key=AT_MAIN), NoAnswer())

    assert Reach.STICKY is steps[0].reach
    assert VOICEMAIL.voicemail == getattr(steps[1].action, "voicemail", None)


def test_a_number_that_leads_elsewhere_rings_them_first() -> None:
    """RT-5, RT-2: then it goes on as if nobody were known, with the number's fallback; busy counts like no answer."""
    tenant = sticky_number(to("asha"), fallback=VOICEMAIL)
    live = known(key=AT_MAIN)
    for event in (NoAnswer(), Busy()):
        steps = steps_of(tenant, live, event, NoAnswer())
        assert [("lena", phone("lena"), 0, 10)] == ringing(steps[0])
        assert [Reach.STICKY, Reach.DIRECT, Reach.FAILOVER] == [step.reach for step in steps]
        assert {"asha"} == users_of(steps[1])
        assert VOICEMAIL.voicemail == getattr(steps[2].action, "voicemail", None)
    answered = steps_of(tenant, live, Answered(by=UserId("lena")))[1]
    assert Connect(user=UserId("lena")) == answered.action
    strict = sticky_number(to("asha"), sticky=Sticky(hours=24, members_only=True))
    assert {"asha"} == users_of(steps_of(strict, live)[0])
    only_first = sticky_number(to("asha"), sticky=Sticky(hours=24, reserve=0))
    assert {"asha"} == users_of(steps_of(only_first, live)[0])


def test_they_are_not_tried_twice_in_a_call() -> None:
    """RT-5: a number that led nowhere sticky, and to a department a moment later, goes on as if nobody were known."""
    team = department("sales", *NAMES)
    tenant = sticky_number(to_condition("c"), team, condition("c", OFFICE, to("ravi"), to_department("sales")))
    router = Router(tenant)
    closing = NOON + 5 * 3600
    first = router.start(CALL, at=closing - 5, live=known(key=AT_MAIN))
    later = router.resume(State.from_json(first.state.to_json()), NoAnswer(), at=closing + 5, live=known(key=AT_MAIN))

    assert Reach.STICKY is first.reach
    assert {"asha"} == users_of(later)
    assert Reach.DEPARTMENT is later.reach


def test_a_number_tells_why_whom_it_knows_is_not_rung() -> None:
    """RT-10: they have no telephone."""
    tenant = sticky_number(to("asha"))
    silent = attrs.evolve(tenant, users={**tenant.users, UserId("lena"): agent("lena", phone=None)})
    step = steps_of(silent, known(key=AT_MAIN))[0]

    assert {"asha"} == users_of(step)
    assert ("lena", ReasonCode.NUMBER_NONE) in said(step)


def test_a_number_that_is_gone_while_they_ring_ends_the_call() -> None:
    """RT-13: there is nothing to go on to."""
    first = steps_of(sticky_number(to("asha")), known(key=AT_MAIN))[0]
    elsewhere = Number(id=NumberId("other"), phone=PhoneNumber("+918069651171"), to=VOICEMAIL)
    after = attrs.evolve(centre(VOICEMAIL), numbers=by_id([elsewhere]))
    step = Router(after).resume(first.state, NoAnswer(), at=NOON)

    assert End(cause=Cause.NO_ANSWER) == step.action
    assert (DIALLED, ReasonCode.GONE) in said(step)


@pytest.mark.parametrize("budget", [5, 300])
def test_the_reserve_is_cut_to_the_budget(budget: int) -> None:
    """RT-9: and charged."""
    tenant = sales()
    tenant = attrs.evolve(tenant, settings=attrs.evolve(tenant.settings, ring_budget=budget))
    step = steps_of(tenant, known())[0]

    assert [("lena", phone("lena"), 0, min(10, budget))] == ringing(step)
    assert budget - min(10, budget) == step.state.ring_left
    assert (budget < 10) == (("", ReasonCode.RING_BUDGET_CUT) in said(step))
    by_number = sticky_number(to("asha"))
    by_number = attrs.evolve(by_number, settings=attrs.evolve(by_number.settings, ring_budget=budget))
    step = steps_of(by_number, known(key=AT_MAIN))[0]
    assert (budget < 10) == (("", ReasonCode.RING_BUDGET_CUT) in said(step))


def test_where_the_list_changed_they_are_forgotten() -> None:
    """RT-13: the pass begins again without whoever was known; they ring in it like anybody."""
    first = steps_of(sales(), known("meera"))[0]
    after = sales(members=("ravi", "asha"))
    step = Router(after).resume(first.state, NoAnswer(), at=NOON)

    assert {"ravi"} == users_of(step)
    answered = Router(after).resume(first.state, Answered(by=UserId("meera")), at=NOON)
    assert Connect(user=UserId("meera")) == answered.action


def test_a_state_may_claim_any_reach() -> None:
    """P30: whoever says that an agent is rung as the one whom the caller knows goes on to the number's destination."""
    tenant = sticky_number(announced(to("asha")))
    tenant = attrs.evolve(tenant, users={**tenant.users, UserId("asha"): agent("asha", hours=NEVER)})
    state = attrs.evolve(Router(tenant).start(CALL, at=NOON).state, reach=Reach.STICKY)
    step = Router(tenant).resume(State.from_json(state.to_json()), AnnouncementEnded(), at=NOON)

    assert isinstance(step.action, Announce)
    assert Reach.DIRECT is step.reach


def test_a_record_keeps_its_instant_in_utc() -> None:
    """RT-5: and needs an offset."""
    assert (
        datetime.fromisoformat("2026-11-23T12:00:00+00:00")
        == LastAgent(user=UserId("asha"), at=datetime.fromisoformat("2026-11-23T13:00:00+01:00")).at
    )
