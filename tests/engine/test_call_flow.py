"""The call flow, rule by rule: what each event leads to at each standing, states, bounds, newer tenants."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import attrs
import pytest

from agentprov.engine.call_flow import Router
from agentprov.engine.playing import Script, offered, play
from agentprov.engine.zones import LATEST, instant
from agentprov.errors import Code, InvalidValue, MalformedDocument, Refused
from agentprov.model.call_state import State
from agentprov.model.calls import (
    AnnouncementEnded,
    Answered,
    Busy,
    Call,
    CallerGone,
    CallEvent,
    Digits,
    InputTimeout,
    LeftQueue,
    LegFailed,
    NoAnswer,
    Rejected,
)
from agentprov.model.contact import PhoneNumber
from agentprov.model.departments import Strategy
from agentprov.model.destinations import Cause, Destination, Failure, Fallback, HangUp, ToQueue
from agentprov.model.hours import ClosedByEmergency
from agentprov.model.ids import AnnouncementId, DepartmentId, IvrId, NumberId, QueueId, TenantId, UserId
from agentprov.model.live import Live, Presence
from agentprov.model.reasons import RULES, Reach, ReasonCode
from agentprov.model.routing import RingOrder
from agentprov.model.settings import Emergency
from agentprov.model.standings import Ended, InMenu, InQueue, Place, RingingDepartment
from agentprov.model.steps import Announce, Bounds, Connect, End, Forward, Menu, Ring, Step, TakeMessage, ToHostQueue
from agentprov.model.table import Table
from agentprov.model.tenant import Tenant
from tests.engine.call_centre import (
    CALL,
    CALLER,
    DIALLED,
    EVENING,
    NEVER,
    NEXT_MORNING,
    NOON,
    OFFICE,
    OTHER_VOICEMAIL,
    OUTSIDE,
    QUEUE,
    VOICEMAIL,
    agent,
    announced,
    centre,
    closed_at,
    condition,
    department,
    last,
    menu,
    number,
    option,
    outside,
    phone,
    ringing,
    said,
    settings,
    to,
    to_condition,
    to_department,
    to_menu,
    walk,
)
from tests.tenants import by_id

MESSAGE = TakeMessage(voicemail=VOICEMAIL.voicemail)
OTHER_MESSAGE = TakeMessage(voicemail=OTHER_VOICEMAIL.voicemail)
ASHA = UserId("asha")
RAVI = UserId("ravi")
ONE = Digits(keys="1")


def codes(step: Step) -> list[ReasonCode]:
    """What a step's reasons say."""
    return [code for _, code in said(step)]


# ---- the beginning --------------------------------------------------------------------------------------------------


def test_a_number_that_is_not_the_tenants_ends_the_call() -> None:
    """RT-8, P30: no exception, but an end with a reason."""
    step = last(centre(VOICEMAIL), call=Call(to=OUTSIDE))

    assert End(cause=Cause.UNAVAILABLE) == step.action
    assert [(OUTSIDE, ReasonCode.NUMBER_UNKNOWN), ("", ReasonCode.HANGS_UP)] == said(step)


@pytest.mark.parametrize(
    "at",
    [
        datetime(2026, 11, 23, 12, tzinfo=UTC),
        datetime(2026, 11, 23, 17, 30, tzinfo=timezone(timedelta(hours=5.5))),
        NOON,
    ],
)
def test_an_instant_may_be_written_in_any_way(at: datetime | int) -> None:
    """P60: the same instant gives the same step."""
    router = Router(centre(to("asha"), agent("asha", hours=OFFICE)))

    assert router.start(CALL, at=NOON) == router.start(CALL, at=at)
    state = router.start(CALL, at=at).state
    assert router.resume(state, NoAnswer(), at=NOON) == router.resume(state, NoAnswer(), at=at)


@pytest.mark.parametrize(
    ("at", "code"),
    [
        (datetime(2026, 11, 23, 12), Code.FIELD_NAIVE_INSTANT),
        (-1, Code.FIELD_OUT_OF_RANGE),
        (LATEST, Code.FIELD_OUT_OF_RANGE),
    ],
)
def test_an_instant_that_is_none_is_refused(at: datetime | int, code: Code) -> None:
    """RT-1: naive datetimes, and instants outside the years 1970 to 2200, for both questions."""
    router = Router(centre(to("asha"), agent("asha")))
    state = router.start(CALL, at=NOON).state

    with pytest.raises(InvalidValue) as started:
        router.start(CALL, at=at)
    with pytest.raises(InvalidValue) as resumed:
        router.resume(state, NoAnswer(), at=at)
    assert [(code,), (code,)] == [started.value.codes, resumed.value.codes]


@pytest.mark.parametrize(
    ("dialled", "caller", "problems"),
    [
        ("8069651170", None, [(Code.PHONE_NOT_CANONICAL, ("to",))]),
        ("300&DAHDI/g1/123", "x", [(Code.PHONE_NOT_CANONICAL, ("to",)), (Code.PHONE_NOT_CANONICAL, ("caller",))]),
        (f"{DIALLED};ext=1", None, [(Code.PHONE_NOT_CANONICAL, ("to",))]),
        (DIALLED, f"{CALLER};ext=1", [(Code.PHONE_NOT_CANONICAL, ("caller",))]),
    ],
)
def test_a_call_is_between_two_numbers(dialled: str, caller: str | None, problems: list[object]) -> None:
    """RT-1: both numbers are E.164, without anything to dial after them."""
    with pytest.raises(InvalidValue) as caught:
        Call(to=PhoneNumber(dialled), caller=None if caller is None else PhoneNumber(caller))

    assert problems == [(each.code, each.path) for each in caught.value.problems]


@pytest.mark.parametrize("keys", ["", "a", "1 2", "1" * 33, "１"])
def test_digits_are_keys(keys: str) -> None:
    """RT-7: one to 32 of the keys of a telephone."""
    with pytest.raises(InvalidValue) as caught:
        Digits(keys=keys)

    assert (Code.FIELD_INVALID,) == caught.value.codes


def test_whoever_answers_has_an_id() -> None:
    """RT-1: a malformed id isn't reported."""
    with pytest.raises(InvalidValue) as caught:
        Answered(by=UserId(" "))

    assert (Code.ID_INVALID,) == caught.value.codes


# ---- emergencies ----------------------------------------------------------------------------------------------------


def test_an_emergency_takes_every_incoming_call() -> None:
    """HR-4: to its destination, by failover, whatever the number says; without one the call ends."""
    users = agent("asha"), agent("ravi")
    led = settings(emergency=Emergency(destination=to("ravi")))

    step = last(centre(to("asha"), *users, settings=led, fallback=VOICEMAIL))
    assert [("acme", ReasonCode.EMERGENCY), ("ravi", ReasonCode.RINGS)] == said(step)
    assert (Reach.FAILOVER, None) == (step.reach, step.state.fallback)
    step = last(centre(to("asha"), *users, settings=settings(emergency=Emergency()), fallback=VOICEMAIL))
    assert End(cause=Cause.UNAVAILABLE) == step.action
    assert [ReasonCode.EMERGENCY, ReasonCode.HANGS_UP] == codes(step)


def test_an_emergency_counts_from_when_it_was_set() -> None:
    """HR-4: asked about an earlier instant, the tenant wasn't closed yet."""
    set_at = datetime(2026, 11, 23, 13, tzinfo=UTC)
    tenant = centre(VOICEMAIL, settings=settings(emergency=Emergency(set_at=set_at)))

    assert [MESSAGE, End(cause=Cause.UNAVAILABLE)] == [last(tenant, at=at).action for at in (NOON, NOON + 3_600)]


def test_an_emergencys_announcement_goes_on() -> None:
    """HR-4, RT-8: the destination may carry another one inside."""
    alarm = settings(emergency=Emergency(destination=announced(VOICEMAIL)))

    assert MESSAGE == last(centre(HangUp(), settings=alarm), AnnouncementEnded()).action


# ---- one agent ------------------------------------------------------------------------------------------------------


def test_an_agent_who_answers_is_connected() -> None:
    """RT-1: whoever was rung may answer; then the call can only end."""
    steps = walk(centre(to("asha"), agent("asha")), Answered(by=ASHA), CallerGone())

    assert [Connect(user=ASHA), End(cause=Cause.NORMAL)] == [step.action for step in steps[1:]]
    assert [False, True, True] == [step.decided for step in steps]
    assert [[ReasonCode.ANSWERED], [ReasonCode.CALLER_GONE, ReasonCode.HANGS_UP]] == [codes(s) for s in steps[1:]]


def test_a_fallback_is_used_once_and_makes_the_reach_failover() -> None:
    """RT-2: after the number's fallback nothing of the number counts any more."""
    tenant = centre(to("asha"), agent("asha"), agent("ravi"), fallback=to("ravi"))
    steps = walk(tenant, NoAnswer(), NoAnswer())

    assert [Reach.DIRECT, Reach.FAILOVER, Reach.FAILOVER] == [step.reach for step in steps]
    assert [("ravi", phone("ravi"), 0, 30)] == ringing(steps[1])
    assert End(cause=Cause.NO_ANSWER) == steps[2].action


def test_agents_who_cover_for_each_other_end() -> None:
    """RT-9 (q), P34: A's failover is B, B's is A, and both are out."""
    users = agent("asha", hours=NEVER, failover=to("ravi")), agent("ravi", hours=NEVER, failover=to("asha"))
    step = last(centre(to("asha"), *users))

    assert End(cause=Cause.UNAVAILABLE) == step.action
    assert [
        ("asha", ReasonCode.HOURS_OUTSIDE),
        ("asha", ReasonCode.TO_OWN_FAILOVER),
        ("ravi", ReasonCode.HOURS_OUTSIDE),
        ("", ReasonCode.HANGS_UP),
    ] == said(step)


def test_hours_are_read_at_the_instant_of_the_step() -> None:
    """RT-3: who is inside when the call comes to them rings, and a ring isn't cut by their end."""
    closing = NOON + 5 * 3_600 - 1
    tenant = centre(to("asha"), agent("asha", hours=OFFICE), fallback=VOICEMAIL)

    assert [("asha", phone("asha"), 0, 30)] == ringing(last(tenant, at=closing))
    assert Connect(user=ASHA) == last(tenant, Answered(by=ASHA), at=closing).action
    assert MESSAGE == last(tenant, at=closing + 1).action


# ---- departments ----------------------------------------------------------------------------------------------------

TEAM = (agent("asha"), agent("ravi"), agent("lena"))


def sales(**fields: Any) -> Tenant:
    """A department of three behind the number, and a fallback that must not be used."""
    team = department("sales", "asha", "ravi", "lena", **fields)
    return centre(to_department("sales"), *TEAM, team, fallback=OTHER_VOICEMAIL)


def test_in_order_one_member_after_another_and_then_the_failover() -> None:
    """RT-6: one pass over the members in their order; never the number's fallback."""
    steps = walk(sales(failover=VOICEMAIL), NoAnswer(), Busy(), LegFailed())

    assert ["asha", "ravi", "lena"] == [ringing(step)[0][0] for step in steps[:3]]
    assert MESSAGE == steps[3].action
    assert (Reach.DEPARTMENT, Reach.FAILOVER) == (steps[2].reach, steps[3].reach)
    assert End(cause=Cause.NO_ANSWER) == last(sales(), NoAnswer(), Busy(), LegFailed()).action


def test_every_member_has_a_reason() -> None:
    """RT-10: who isn't rung is skipped, has had their turn, or will have it."""
    live = Live(presence={RAVI: Presence.BUSY})
    steps = walk(sales(failover=VOICEMAIL), NoAnswer(), NoAnswer(), live=live)

    assert [("asha", ReasonCode.RINGS), ("ravi", ReasonCode.TURN_LATER), ("lena", ReasonCode.TURN_LATER)] == said(
        steps[0]
    )
    assert [
        ("", ReasonCode.NO_ANSWER),
        ("asha", ReasonCode.TURN_PAST),
        ("ravi", ReasonCode.PRESENCE_BUSY),
        ("lena", ReasonCode.RINGS),
    ] == said(steps[1])
    assert [
        ("", ReasonCode.NO_ANSWER),
        ("asha", ReasonCode.TURN_PAST),
        ("ravi", ReasonCode.TURN_PAST),
        ("lena", ReasonCode.TURN_PAST),
        ("sales", ReasonCode.TO_FAILOVER),
    ] == said(steps[2])


def test_together_everybody_rings_and_then_the_failover() -> None:
    """RT-6: one wave of whoever can be rung."""
    live = Live(presence={RAVI: Presence.BUSY})
    steps = walk(sales(strategy=Strategy.SIMULTANEOUS, failover=VOICEMAIL), NoAnswer(), live=live)

    assert {"asha", "lena"} == {leg[0] for leg in ringing(steps[0])}
    assert isinstance(steps[0].action, Ring)
    assert {"asha", "lena"} == set(steps[0].action.users)
    assert [("ravi", ReasonCode.PRESENCE_BUSY), ("asha", ReasonCode.RINGS), ("lena", ReasonCode.RINGS)] == said(
        steps[0]
    )
    assert MESSAGE == steps[1].action
    assert (
        Connect(user=UserId("lena")) == last(sales(strategy=Strategy.SIMULTANEOUS), Answered(by=UserId("lena"))).action
    )


@pytest.mark.parametrize("strategy", Strategy)
def test_with_nobody_to_ring_the_call_goes_to_the_failover(strategy: Strategy) -> None:
    """RT-2, P41: never an empty ring."""
    live = Live(presence={user.id: Presence.BUSY for user in TEAM})

    assert MESSAGE == last(sales(strategy=strategy, failover=VOICEMAIL), live=live).action
    assert End(cause=Cause.UNAVAILABLE) == last(sales(strategy=strategy), live=live).action


@pytest.mark.parametrize("strategy", Strategy)
def test_a_department_without_members_says_so(strategy: Strategy) -> None:
    """RT-10: an empty department is a reason."""
    step = last(centre(to_department("sales"), department("sales", strategy=strategy, failover=VOICEMAIL)))

    assert [("sales", ReasonCode.DEPARTMENT_EMPTY), ("sales", ReasonCode.TO_FAILOVER)] == said(step)


def test_a_closed_department_leads_elsewhere() -> None:
    """RT-6, RT-10: outside its own hours to the closed destination, else to its failover, with the end of it."""
    closed = last(sales(hours=closed_at(OFFICE, VOICEMAIL), failover=OTHER_VOICEMAIL), at=EVENING)
    without = last(sales(hours=closed_at(OFFICE), failover=OTHER_VOICEMAIL), at=EVENING)

    assert [MESSAGE, OTHER_MESSAGE] == [closed.action, without.action]
    assert [("sales", ReasonCode.DEPARTMENT_CLOSED), ("sales", ReasonCode.TO_CLOSED)] == said(closed)
    assert NEXT_MORNING == closed.reasons[0].until
    assert End(cause=Cause.UNAVAILABLE) == last(sales(hours=closed_at(OFFICE)), at=EVENING).action


def test_a_department_that_closes_serves_whoever_came_in_time() -> None:
    """RT-6: its hours count when the call comes in."""
    closing = NOON + 5 * 3_600 - 1
    steps = walk(sales(hours=closed_at(OFFICE, VOICEMAIL)), NoAnswer(), at=closing)

    assert ["asha", "ravi"] == [ringing(step)[0][0] for step in steps]
    assert ("sales", ReasonCode.DEPARTMENT_OPEN) == said(steps[0])[0]


def test_a_chain_of_failovers_may_be_long() -> None:
    """P30: a thousand departments without anybody are no danger to the stack."""
    chain = [department(f"d{n:04}", failover=to_department(f"d{n + 1:04}")) for n in range(1_000)]

    assert End(cause=Cause.UNAVAILABLE) == last(centre(to_department("d0000"), *chain, department("d1000"))).action


# ---- menus ----------------------------------------------------------------------------------------------------------


def help_line(*options: Any, **fields: Any) -> Tenant:
    """A menu behind the number, with one option, and a fallback of the number that must not be used."""
    main = menu("main", *(options or (option("1", VOICEMAIL),)), prompt=AnnouncementId("greeting"), **fields)
    return centre(to_menu("main"), agent("asha"), main, fallback=OTHER_VOICEMAIL)


def test_a_menu_asks_for_keys() -> None:
    """RT-7: the host is told what to play, how long to wait, and what may be pressed."""
    step = last(help_line(timeout=7, inter_digit_timeout=4))

    expected = Menu(
        ivr=IvrId("main"),
        prompt=AnnouncementId("greeting"),
        options=("1",),
        timeout=7,
        inter_digit_timeout=4,
        pressed="",
    )
    assert expected == step.action
    assert (Reach.DIRECT, None) == (step.reach, step.state.fallback)


def test_an_option_leads_on_with_its_own_reach_and_fallback() -> None:
    """RT-2, RT-4: reach ivr, and after the attempt the option's fallback."""
    tenant = help_line(option("1", to("asha"), VOICEMAIL))
    steps = walk(tenant, ONE, NoAnswer())

    assert (Reach.IVR, Place(kind="ivrs", id="main", exit="fallback:1")) == (steps[1].reach, steps[1].state.fallback)
    assert [("main", ReasonCode.INPUT_CHOSE), ("asha", ReasonCode.RINGS)] == said(steps[1])
    assert MESSAGE == steps[2].action
    assert End(cause=Cause.NO_ANSWER) == last(help_line(option("1", to("asha"))), ONE, NoAnswer()).action


def test_one_and_twelve_may_stand_side_by_side() -> None:
    """RT-7: after 1 the inter-digit timeout decides; 12 is chosen at once."""
    tenant = help_line(option("1", VOICEMAIL), option("12", OTHER_VOICEMAIL), inter_digit_timeout=4)
    more = last(tenant, ONE)

    assert isinstance(more.action, Menu)
    assert ("1", 4, None) == (more.action.pressed, more.action.timeout, more.action.prompt)
    assert [ReasonCode.INPUT_OPEN] == codes(more)
    assert MESSAGE == last(tenant, ONE, InputTimeout()).action
    assert OTHER_MESSAGE == last(tenant, ONE, Digits(keys="2")).action
    assert OTHER_MESSAGE == last(tenant, Digits(keys="12")).action
    assert MESSAGE == last(tenant, Digits(keys="1", complete=True)).action


def test_keys_that_no_option_begins_with_are_invalid() -> None:
    """RT-7: also when the keys before them would have been an option, and when a longer one stays unfinished."""
    tenant = help_line(option("1", VOICEMAIL), option("123", OTHER_VOICEMAIL))
    wrong: list[list[CallEvent]] = [
        [Digits(keys="9")],
        [ONE, Digits(keys="9")],
        [Digits(keys="12"), InputTimeout()],
        [Digits(keys="12", complete=True)],
        [Digits(keys="1234")],
    ]

    for events in wrong:
        step = last(tenant, *events)
        assert InMenu(ivr=IvrId("main"), invalid=1) == step.state.waiting
        assert ReasonCode.INPUT_UNKNOWN is codes(step)[-1]


def test_retries_are_counted_apart_and_lead_elsewhere_when_they_run_out() -> None:
    """RT-7: as many retries as the menu says, for each of the two, then the destination for it."""
    tenant = help_line(timeout_retries=1, invalid_retries=2, on_timeout=VOICEMAIL, on_invalid=OTHER_VOICEMAIL)
    wrong = Digits(keys="9")
    steps = walk(tenant, wrong, InputTimeout(), wrong, InputTimeout())

    assert [InMenu(ivr=IvrId("main"), timeouts=t, invalid=i) for t, i in ((0, 1), (1, 1), (1, 2))] == [
        step.state.waiting for step in steps[1:4]
    ]
    assert steps[0].action == steps[3].action
    assert MESSAGE == steps[4].action
    assert [ReasonCode.INPUT_TIMEOUT, ReasonCode.RETRIES_OVER] == codes(steps[4])
    assert Reach.IVR == steps[4].reach
    assert OTHER_MESSAGE == last(tenant, wrong, wrong, wrong).action


def test_a_menu_without_a_destination_for_it_hangs_up() -> None:
    """RT-7: never the number's fallback."""
    tenant = help_line(timeout_retries=0, invalid_retries=0)

    assert End(cause=Cause.NORMAL) == last(tenant, InputTimeout()).action
    assert End(cause=Cause.NORMAL) == last(tenant, Digits(keys="9")).action


def test_menus_may_nest_and_lead_back() -> None:
    """RT-7: and come back fresh; the outer option's fallback counts no more."""
    main = menu("main", option("1", to_menu("more"), VOICEMAIL), timeout_retries=1)
    more = menu("more", option("0", to_menu("main")), option("2", to("asha")), timeout_retries=0)
    tenant = centre(to_menu("main"), agent("asha"), main, more)

    steps = walk(tenant, InputTimeout(), ONE, Digits(keys="0"))
    assert ["main", "main", "more", "main"] == [step.action.ivr for step in steps if isinstance(step.action, Menu)]
    assert InMenu(ivr=IvrId("main")) == steps[3].state.waiting
    assert End(cause=Cause.NO_ANSWER) == last(tenant, ONE, Digits(keys="2"), NoAnswer()).action
    assert End(cause=Cause.NORMAL) == last(tenant, ONE, InputTimeout()).action


def test_where_a_menu_goes_by_itself_an_agents_failover_is_not_used() -> None:
    """RT-2: the menu chose, so the reach is ivr."""
    asha = agent("asha", hours=NEVER, failover=VOICEMAIL)
    main = menu("main", option("1", VOICEMAIL), timeout_retries=0, on_timeout=to("asha"))

    assert End(cause=Cause.UNAVAILABLE) == last(centre(to_menu("main"), asha, main), InputTimeout()).action


# ---- the other destinations -----------------------------------------------------------------------------------------


def test_a_time_condition_goes_one_way_or_the_other_and_passes_on_the_reach() -> None:
    """RT-2, RT-8: open and closed, until when, and the agent behind it is a direct one still."""
    asha = agent("asha", hours=NEVER, failover=VOICEMAIL)
    tenant = centre(to_condition("c"), asha, condition("c", OFFICE, to("asha"), OTHER_VOICEMAIL))

    router = Router(tenant)
    inside, after, again = (router.start(CALL, at=at) for at in (NOON, EVENING, EVENING + 1))
    assert after.reasons == again.reasons
    assert [MESSAGE, OTHER_MESSAGE] == [inside.action, after.action]
    assert (ReasonCode.CONDITION_OPEN, NOON + 5 * 3_600) == (inside.reasons[0].code, inside.reasons[0].until)
    assert (ReasonCode.CONDITION_CLOSED, NEXT_MORNING) == (after.reasons[0].code, after.reasons[0].until)


def test_an_announcement_is_played_and_passes_on_reach_and_fallback() -> None:
    """RT-2, RT-8: the agent behind it has the number's fallback still; announcements may follow one another."""
    tenant = centre(announced(announced(to("asha"))), agent("asha"), fallback=VOICEMAIL)
    steps = walk(tenant, AnnouncementEnded(), AnnouncementEnded(), NoAnswer())

    assert [Announce(announcement=AnnouncementId("greeting"))] * 2 == [step.action for step in steps[:2]]
    assert Reach.DIRECT == steps[2].reach
    assert MESSAGE == steps[3].action


def test_an_external_number_rings_for_its_time() -> None:
    """RT-8: then what is next, by failover; else the number's fallback; else the end."""
    asha = agent("asha", hours=NEVER, failover=VOICEMAIL)
    steps = walk(centre(outside(20, to("asha")), asha), NoAnswer())

    assert Forward(number=OUTSIDE, timeout=20) == steps[0].action
    assert End(cause=Cause.UNAVAILABLE) == steps[1].action
    assert MESSAGE == last(centre(outside(), fallback=VOICEMAIL), Busy()).action
    assert End(cause=Cause.BUSY) == last(centre(outside()), Rejected()).action
    assert Connect(user=None) == last(centre(outside()), Answered()).action


def test_a_fallback_to_an_external_number_may_differ_by_cause_and_go_on() -> None:
    """RT-4, RT-8: what stands in a fallback is found again."""
    fallback = Fallback(to=OTHER_VOICEMAIL, by_failure=Table({Failure.BUSY: outside(20, VOICEMAIL)}))
    tenant = centre(to("asha"), agent("asha"), fallback=fallback)

    assert MESSAGE == last(tenant, Busy(), NoAnswer()).action
    main = menu("main", attrs.evolve(option("1", to("asha")), fallback=fallback))
    tenant = centre(to_menu("main"), agent("asha"), main)
    assert MESSAGE == last(tenant, ONE, Busy(), NoAnswer()).action


def test_a_forward_never_rings_the_caller() -> None:
    """RT-11: the caller's own number outside is passed over."""
    step = last(centre(outside(20, VOICEMAIL)), call=Call(to=DIALLED, caller=OUTSIDE))

    assert MESSAGE == step.action
    assert [(OUTSIDE, ReasonCode.NUMBER_CALLERS_OWN), (OUTSIDE, ReasonCode.TO_NEXT)] == said(step)


def test_a_queue_has_the_call_until_it_is_served_or_leaves() -> None:
    """RT-8: what is next when it leaves, by failover; never the number's fallback."""
    then = ToQueue(queue=QueueId("line"), next=VOICEMAIL)

    assert ToHostQueue(queue=QueueId("line")) == last(centre(then)).action
    left = last(centre(then, fallback=OTHER_VOICEMAIL), LeftQueue())
    assert (MESSAGE, Reach.FAILOVER) == (left.action, left.reach)
    assert [ReasonCode.QUEUE_LEFT, ReasonCode.TO_NEXT] == codes(left)
    assert End(cause=Cause.NO_ANSWER) == last(centre(QUEUE, fallback=VOICEMAIL), LeftQueue()).action
    assert Connect(user=ASHA) == last(centre(QUEUE), Answered(by=ASHA)).action
    assert Connect(user=None) == last(centre(QUEUE), Answered()).action


@pytest.mark.parametrize("cause", Cause)
def test_hanging_up_has_a_cause(cause: Cause) -> None:
    """RT-8: the one that the destination says."""
    assert End(cause=cause) == last(centre(HangUp(cause=cause))).action


# ---- events ---------------------------------------------------------------------------------------------------------

EVERY_EVENT: tuple[CallEvent, ...] = (
    Answered(),
    Answered(by=RAVI),
    NoAnswer(),
    Busy(),
    Rejected(),
    LegFailed(),
    ONE,
    InputTimeout(),
    AnnouncementEnded(),
    LeftQueue(),
)
FAILED = (NoAnswer, Busy, Rejected, LegFailed)
STANDINGS: tuple[tuple[Callable[[], Tenant], tuple[CallEvent, ...], tuple[type, ...], str], ...] = (
    (lambda: centre(to("asha"), *TEAM), (), FAILED, "ringing agent"),
    (sales, (), FAILED, "ringing department"),
    (help_line, (), (Digits, InputTimeout), "in menu"),
    (lambda: centre(announced(VOICEMAIL)), (), (AnnouncementEnded,), "announcing"),
    (lambda: centre(outside()), (), (Answered, *FAILED), "forwarding"),
    (lambda: centre(QUEUE), (), (Answered, LeftQueue), "in queue"),
    (lambda: centre(VOICEMAIL), (), (), "recording"),
    (lambda: centre(outside()), (Answered(),), (), "connected"),
)


@pytest.mark.parametrize(("build", "before", "fitting", "words"), STANDINGS, ids=[each[3] for each in STANDINGS])
def test_events_that_do_not_fit_are_refused(
    build: Callable[[], Tenant], before: tuple[CallEvent, ...], fitting: tuple[type, ...], words: str
) -> None:
    """RT-1: each standing knows its own events; the caller may be gone at any of them."""
    tenant = build()
    state = last(tenant, *before).state
    router = Router(tenant)

    for event in EVERY_EVENT:
        if not isinstance(event, fitting):
            with pytest.raises(Refused) as caught:
                router.resume(state, event, at=NOON)
            [problem] = caught.value.problems
            assert problem.code in {Code.CALL_EVENT_MISFIT, Code.CALL_NOT_RUNG}
            if problem.code is Code.CALL_EVENT_MISFIT:
                assert words == problem.parameters["waiting"]
    assert End(cause=Cause.NORMAL) == router.resume(state, CallerGone(), at=NOON).action


@pytest.mark.parametrize(
    ("tenant", "event", "choices"),
    [
        (centre(to("asha"), *TEAM), Answered(by=RAVI), (ASHA,)),
        (centre(to("asha"), *TEAM), Answered(), (ASHA,)),
        (sales(), Answered(by=RAVI), (ASHA,)),
        (centre(outside(), *TEAM), Answered(by=RAVI), ()),
    ],
)
def test_only_whoever_was_rung_can_answer(tenant: Tenant, event: Answered, choices: tuple[str, ...]) -> None:
    """RT-1: the refusal names those who were."""
    with pytest.raises(Refused) as caught:
        last(tenant, event)

    [problem] = caught.value.problems
    assert (Code.CALL_NOT_RUNG, choices) == (problem.code, problem.parameters["choices"])


def test_nothing_can_happen_to_a_call_that_is_over() -> None:
    """RT-1: an ended call has its own refusal, for every event."""
    tenant = centre(HangUp())
    state = last(tenant).state

    assert Ended() == state.waiting
    for event in (*EVERY_EVENT, CallerGone()):
        with pytest.raises(Refused) as caught:
            Router(tenant).resume(state, event, at=NOON)
        assert (Code.CALL_OVER,) == caught.value.codes


def test_a_call_of_another_tenant_is_refused() -> None:
    """ID-1, P09: two tenants never see each other's calls."""
    state = last(centre(to("asha"), agent("asha"))).state
    other = Router(centre(to("asha"), agent("asha"), id=TenantId("other")))

    with pytest.raises(Refused) as caught:
        other.resume(state, NoAnswer(), at=NOON)
    assert (Code.CALL_OTHER_TENANT,) == caught.value.codes


# ---- bounds ---------------------------------------------------------------------------------------------------------


def test_both_bounds_can_be_asked_for() -> None:
    """RT-9: the tenant's own."""
    assert (
        Bounds(ring_seconds=70, steps=12)
        == Router(centre(VOICEMAIL, settings=settings(ring_budget=70, step_budget=12))).bounds()
    )


def test_a_department_may_ring_for_less_and_its_failover_has_the_rest() -> None:
    """RT-9: its budget bounds its own ringing; the tenant's bounds the call."""
    team = department("sales", "asha", "ravi", "lena", ring_budget=40, failover=to("lena"))
    tenant = centre(to_department("sales"), *TEAM, team, settings=settings(ring_budget=55))
    steps = walk(tenant, NoAnswer(), NoAnswer(), NoAnswer())

    assert [("asha", 30), ("ravi", 10), ("lena", 15)] == [(r[0], r[3]) for [r] in map(ringing, steps[:3])]
    assert [ReasonCode.RING_BUDGET_OVER, ReasonCode.TURN_LATER, ReasonCode.TO_FAILOVER] == codes(steps[2])[3:6]
    assert End(cause=Cause.NO_ANSWER) == steps[3].action


def test_a_department_that_rings_together_is_cut_too() -> None:
    """RT-9: the wave ends with the budget, and with none left goes to the failover."""
    both = department("sales", "asha", strategy=Strategy.SIMULTANEOUS, failover=VOICEMAIL)
    tenant = centre(outside(30, to_department("sales")), *TEAM, both, settings=settings(ring_budget=45))
    step = last(tenant, NoAnswer())

    assert [("asha", phone("asha"), 0, 15)] == ringing(step)
    assert ReasonCode.RING_BUDGET_CUT in codes(step)
    spent = last(attrs.evolve(tenant, settings=settings(ring_budget=30)), NoAnswer())
    assert MESSAGE == spent.action
    assert ReasonCode.RING_BUDGET_OVER in codes(spent)


def test_a_wave_that_ends_just_with_the_budget_is_not_cut() -> None:
    """RT-9: also where it is shorter because the caller's own number is left out of it."""
    home = PhoneNumber("+919111111111")
    asha = agent("asha", plan=RingOrder.ORDER, timeout=20, alternates=[home])
    both = department("sales", "asha", strategy=Strategy.SIMULTANEOUS)
    tenant = centre(to_department("sales"), asha, both, settings=settings(ring_budget=20))

    whole = last(tenant, call=Call(to=DIALLED, caller=home))
    assert [("asha", ReasonCode.NUMBER_CALLERS_OWN), ("asha", ReasonCode.RINGS)] == said(whole)
    assert [ReasonCode.RING_BUDGET_CUT, ReasonCode.RINGS] == codes(last(tenant))


def test_an_attempt_that_the_budget_did_not_let_be_made_is_unreachable() -> None:
    """RT-4, RT-9: nobody rang, so nobody didn't answer."""
    fallback = Fallback(to=OTHER_VOICEMAIL, by_failure=Table({Failure.UNREACHABLE: VOICEMAIL}))
    main = menu("main", attrs.evolve(option("1", to("asha")), fallback=fallback), timeout_retries=0)
    spent = outside(30, to_menu("main"))

    tenant = centre(spent, agent("asha"), main, settings=settings(ring_budget=30))
    assert MESSAGE == last(tenant, NoAnswer(), ONE).action


def test_an_external_number_is_cut_too() -> None:
    """RT-9: a forward rings for what is left, and not at all with nothing left."""
    tenant = centre(to("asha"), agent("asha"), fallback=outside(30, VOICEMAIL), settings=settings(ring_budget=40))

    step = last(tenant, NoAnswer())
    assert Forward(number=OUTSIDE, timeout=10) == step.action
    assert ReasonCode.RING_BUDGET_CUT in codes(step)
    spent = last(attrs.evolve(tenant, settings=settings(ring_budget=30)), NoAnswer())
    assert MESSAGE == spent.action
    assert [ReasonCode.RING_BUDGET_OVER, ReasonCode.TO_NEXT] == codes(spent)[-2:]


def test_with_no_step_left_the_call_ends() -> None:
    """RT-9: a caller who goes round in menus is let go within the step budget."""
    main = menu("main", option("1", to_menu("main")))
    tenant = centre(to_menu("main"), main, settings=settings(step_budget=10))
    router = Router(tenant)
    steps = [router.start(CALL, at=NOON)]
    while not steps[-1].decided:
        steps.append(router.resume(steps[-1].state, ONE, at=NOON))

    assert 9 == len(steps)
    assert [ReasonCode.INPUT_CHOSE, ReasonCode.STEP_BUDGET_OVER, ReasonCode.HANGS_UP] == codes(steps[-1])


@pytest.mark.parametrize(
    "destination",
    [
        pytest.param(to("asha"), id="agent"),
        pytest.param(to_department("order"), id="order"),
        pytest.param(to_department("together"), id="together"),
        pytest.param(outside(), id="external"),
    ],
)
def test_what_the_step_budget_has_no_room_for_is_neither_charged_nor_said_to_ring(destination: Destination) -> None:
    """RT-9, RT-10: nobody rings, so the ring budget keeps its seconds and the reasons name nobody who rings."""
    teams = (
        department("order", "asha", "ravi"),
        department("together", "asha", "ravi", strategy=Strategy.SIMULTANEOUS),
    )
    main = menu("main", option("1", to_menu("main")), option("2", destination))
    tenant = centre(to_menu("main"), *TEAM, *teams, main, settings=settings(step_budget=10, ring_budget=20))
    step = last(tenant, *[ONE] * 7, Digits(keys="2"))

    assert End(cause=Cause.UNAVAILABLE) == step.action
    assert [ReasonCode.INPUT_CHOSE, ReasonCode.STEP_BUDGET_OVER, ReasonCode.HANGS_UP] == codes(step)
    assert 20 == step.state.ring_left


# ---- states ---------------------------------------------------------------------------------------------------------

STATE = last(centre(to("asha"), agent("asha"), fallback=VOICEMAIL)).state
WRITTEN: dict[str, Any] = json.loads(STATE.to_json())


def test_a_state_is_one_line_of_json() -> None:
    """RT-1: small, versioned, and with nothing in it but where the call stands."""
    expected = {
        "v": 2,
        "tenant": "acme",
        "to": DIALLED,
        "caller": CALLER,
        "reach": "direct",
        "fallback": ["numbers", "main", "fallback", ""],
        "ring_left": 270,
        "steps_left": 99,
        "waiting": ["agent", "asha", [phone("asha")], None],
        "carried": None,
        "held": None,
    }
    assert expected == WRITTEN
    assert "\n" not in STATE.to_json()
    assert STATE == State.from_json(STATE.to_json())


@pytest.mark.parametrize(
    "step",
    [
        last(centre(VOICEMAIL)),
        last(centre(HangUp())),
        last(centre(QUEUE)),
        last(centre(outside(), fallback=VOICEMAIL)),
        last(centre(announced(QUEUE)), call=Call(to=DIALLED)),
        last(centre(outside()), Answered()),
        last(centre(QUEUE), Answered(by=ASHA)),
        last(help_line(option("12", VOICEMAIL)), ONE),
        last(sales(strategy=Strategy.SIMULTANEOUS)),
        last(sales(), Busy()),
        last(centre(to("asha"), agent("asha", plan=RingOrder.ORDER, alternates=[CALLER, OUTSIDE])), Busy()),
    ],
)
def test_every_standing_is_written_out_and_read_back(step: Step) -> None:
    """RT-1: equal to what it was, and written the same way again."""
    read = State.from_json(step.state.to_json())

    assert step.state == read
    assert step.state.to_json() == read.to_json()


DEPARTMENT = ["department", "sales", "00000000", "1", "1", 0, 0, 10, [], None, False, None]
BROKEN: tuple[tuple[dict[str, Any], tuple[str | int, ...]], ...] = (
    ({"v": "1"}, ()),
    ({"v": True}, ()),
    ({"extra": 1}, ()),
    ({"tenant": "a b"}, ("tenant",)),
    ({"tenant": 5}, ("tenant",)),
    ({"to": 5}, ("to",)),
    ({"caller": 5}, ("to",)),
    ({"reach": "telepathy"}, ("reach",)),
    ({"reach": None}, ("reach",)),
    ({"fallback": "main"}, ("fallback",)),
    ({"fallback": ["numbers", "main", "fallback"]}, ("fallback",)),
    ({"fallback": ["queues", "main", "fallback", ""]}, ("fallback", 0)),
    ({"fallback": [None, "main", "fallback", ""]}, ("fallback", 0)),
    ({"fallback": ["numbers", " ", "fallback", ""]}, ("fallback", 1)),
    ({"fallback": ["numbers", "main", "exit", ""]}, ("fallback", 2)),
    ({"fallback": ["numbers", "main", "fallback/late", ""]}, ("fallback", 2)),
    ({"fallback": ["numbers", "main", "fallback", 1]}, ("fallback", 3)),
    ({"ring_left": -1}, ("ring_left",)),
    ({"ring_left": 1.0}, ("ring_left",)),
    ({"ring_left": True}, ("ring_left",)),
    ({"steps_left": None}, ("steps_left",)),
    ({"waiting": None}, ("waiting", 0)),
    ({"waiting": []}, ("waiting", 0)),
    ({"waiting": ["dancing"]}, ("waiting", 0)),
    ({"waiting": [["agent"]]}, ("waiting", 0)),
    ({"waiting": ["agent", "asha"]}, ("waiting",)),
    ({"waiting": ["agent", 5, [], None]}, ("waiting", 1)),
    ({"waiting": ["agent", "asha", "101", None]}, ("waiting", 2)),
    ({"waiting": ["agent", "asha", [101], None]}, ("waiting", 2)),
    ({"waiting": ["agent", "asha", ["1&2"], None]}, ("waiting", 2)),
    ({"waiting": ["agent", "asha", [], "tired"]}, ("waiting", 3)),
    ({"waiting": ["agent", "asha", [], []]}, ("waiting", 3)),
    *(
        ({"waiting": [*DEPARTMENT[:place], wrong, *DEPARTMENT[place + 1 :]]}, ("waiting", place))
        for place, wrong in enumerate(("", "a b", "0", "-1", "", -1, None, "5", "101", " ", 0, "tired"))
        if place
    ),
    ({"carried": [[], [], [], 0, None, 1]}, ("carried", 5)),
    ({"waiting": [*DEPARTMENT[:5], 10**13, *DEPARTMENT[6:]]}, ("waiting", 5)),
    ({"held": []}, ("held",)),
    ({"held": [5]}, ("held", 0)),
    ({"carried": [[], [], [], 0, None]}, ("carried",)),
    ({"carried": [["\u200b"], [], [], 0, None, False]}, ("carried", 0)),
    ({"carried": [[], "en", [], 0, None, False]}, ("carried", 1)),
    ({"carried": [[], [], {}, 0, None, False]}, ("carried", 2)),
    ({"carried": [[], [], [["s"]], 0, None, False]}, ("carried", 2, 0)),
    ({"carried": [[], [], [[" ", 1]], 0, None, False]}, ("carried", 2, 0, 0)),
    ({"carried": [[], [], [["s", "1"]], 0, None, False]}, ("carried", 2, 0, 1)),
    ({"carried": [[], [], [], -1, None, False]}, ("carried", 3)),
    ({"carried": [[], [], [], 0, "x", False]}, ("carried", 4)),
    ({"waiting": ["external", ["transfer", "asha", "external", ""]]}, ("waiting", 1, 1)),
    ({"waiting": ["external", ["transfer", "123", "external", ""]]}, ("waiting", 1, 1)),
    ({"carried": [[], [], [], 0, "101", False]}, ("carried", 4)),
    ({"carried": [[], [], [], 0, 101, False]}, ("carried", 4)),
    ({"waiting": [*DEPARTMENT[:3], "0", *DEPARTMENT[4:8], ["101"], *DEPARTMENT[9:]]}, ("waiting", 8)),
    ({"waiting": [*DEPARTMENT[:3], "3", *DEPARTMENT[4:8], ["101"], *DEPARTMENT[9:]]}, ("waiting", 8)),
    ({"waiting": ["menu", "main", 0, 0, "x"]}, ("waiting", 4)),
    ({"waiting": ["menu", "main", 0, 0, None]}, ("waiting", 4)),
    ({"waiting": ["announcement", 5]}, ("waiting", 1)),
    ({"waiting": ["external"]}, ("waiting",)),
    ({"waiting": ["queue", ["numbers", "main", "to", "0!"]]}, ("waiting", 1, 3)),
    ({"waiting": ["connected", 5]}, ("waiting", 1)),
    ({"waiting": ["recording", None]}, ("waiting", 1)),
    ({"waiting": ["ended", 1]}, ("waiting",)),
)


@pytest.mark.parametrize(("change", "path"), BROKEN)
def test_a_state_that_was_tampered_with_is_refused(change: dict[str, Any], path: tuple[str | int, ...]) -> None:
    """RT-1: with a code and where it is, and nothing but that."""
    with pytest.raises(MalformedDocument) as caught:
        State.from_json(json.dumps({**WRITTEN, **change}))

    assert [(Code.STATE_MALFORMED, path)] == [(each.code, each.path) for each in caught.value.problems]


@pytest.mark.parametrize(
    "text",
    ["", "{", "null", "[]", "5", '"x"', STATE.to_json()[:-1], "[" * 5_000, f'{{"v":{"1" * 5_000}}}', " " * 1_000_001]
    + [json.dumps({key: value for key, value in WRITTEN.items() if key != gone}) for gone in WRITTEN],
)
def test_what_is_no_state_is_refused(text: str) -> None:
    """RT-1: nothing, part of a state, nests, long numbers, and more text than a state can be."""
    with pytest.raises(MalformedDocument) as caught:
        State.from_json(text)

    assert (Code.STATE_MALFORMED,) == caught.value.codes


def test_another_version_of_states_is_refused_as_such() -> None:
    """RT-13: a reader says which version it knows."""
    with pytest.raises(MalformedDocument) as caught:
        State.from_json(json.dumps({"v": 1, "something": "else"}))

    [problem] = caught.value.problems
    assert (Code.STATE_VERSION, ("v",), {"value": 1, "known": 2}) == (problem.code, problem.path, problem.parameters)


@pytest.mark.parametrize("field", ["to", "caller"])
def test_a_number_that_was_tampered_with_is_refused(field: str) -> None:
    """RT-1: by the constructor of calls, as a malformed document."""
    with pytest.raises(MalformedDocument) as caught:
        State.from_json(json.dumps({**WRITTEN, field: "12"}))

    assert [(Code.PHONE_NOT_CANONICAL, (field,))] == [(each.code, each.path) for each in caught.value.problems]


def test_no_budget_grows_by_tampering() -> None:
    """RT-9: a state that claims more than the tenant gives has what the tenant gives."""
    tenant = centre(to("asha"), agent("asha"), agent("ravi"), fallback=to("ravi"))
    state = State.from_json(json.dumps({**WRITTEN, "ring_left": 10**9, "steps_left": 10**9}))

    resumed = Router(tenant).resume(state, NoAnswer(), at=NOON).state
    assert (300 - 30, 100 - 1) == (resumed.ring_left, resumed.steps_left)


def test_a_state_without_steps_left_can_only_end() -> None:
    """RT-9: however it came about."""
    state = State.from_json(json.dumps({**WRITTEN, "steps_left": 0}))

    step = Router(centre(to("asha"), agent("asha"), fallback=QUEUE)).resume(state, NoAnswer(), at=NOON)
    assert (End(cause=Cause.UNAVAILABLE), 0) == (step.action, step.state.steps_left)


# ---- newer tenants --------------------------------------------------------------------------------------------------


def taken_up(before: Tenant, after: Tenant, event: CallEvent, *earlier: CallEvent) -> Step:
    """The step of a call that began under one version of a tenant and goes on under another."""
    return Router(after).resume(last(before, *earlier).state, event, at=NOON)


def test_an_agent_who_is_gone_leaves_the_call_to_the_fallback() -> None:
    """RT-13: named, and then as after any attempt."""
    before = centre(to("asha"), *TEAM, fallback=VOICEMAIL)
    step = taken_up(before, centre(to("ravi"), TEAM[1], fallback=VOICEMAIL), NoAnswer())

    assert MESSAGE == step.action
    assert [("", ReasonCode.NO_ANSWER), ("asha", ReasonCode.GONE), ("main", ReasonCode.TO_FALLBACK)] == said(step)
    bare = taken_up(centre(to("asha"), *TEAM), centre(to("ravi"), TEAM[1]), NoAnswer())
    assert End(cause=Cause.NO_ANSWER) == bare.action


def test_a_fallback_that_is_gone_is_named_and_ends_the_call() -> None:
    """RT-13: with its number, its menu, its option, or by itself."""
    before = centre(to("asha"), *TEAM, fallback=VOICEMAIL)
    renamed = attrs.evolve(before, numbers=by_id([number(to("asha"), id=NumberId("other"))]))
    main = menu("main", option("1", to("asha"), VOICEMAIL))
    by_menu = centre(to_menu("main"), *TEAM, main)
    afters = [
        taken_up(before, centre(to("asha"), *TEAM), NoAnswer()),
        taken_up(before, renamed, NoAnswer()),
        taken_up(by_menu, centre(VOICEMAIL, *TEAM), NoAnswer(), ONE),
        taken_up(by_menu, centre(VOICEMAIL, *TEAM, menu("main", option("2", VOICEMAIL))), NoAnswer(), ONE),
    ]

    for step in afters:
        assert End(cause=Cause.NO_ANSWER) == step.action
        assert ("main", ReasonCode.GONE) == said(step)[1]


def test_a_department_that_is_gone_ends_the_call() -> None:
    """RT-13: its failover went with it."""
    step = taken_up(sales(failover=VOICEMAIL), centre(VOICEMAIL, *TEAM), NoAnswer())

    assert End(cause=Cause.NO_ANSWER) == step.action
    assert ("sales", ReasonCode.GONE) == said(step)[1]


@pytest.mark.parametrize("members", [("asha", "lena"), ("lena", "asha", "ravi"), ("ravi", "lena"), ("lena",)])
def test_where_the_list_changed_under_the_call_the_pass_begins_again(members: tuple[str, ...]) -> None:
    """RT-13: what is left is planned anew, which is said, and the ring budget bounds it."""
    after = centre(to_department("sales"), *TEAM, department("sales", *members))
    step = taken_up(sales(), after, NoAnswer())

    assert members[0] == ringing(step)[0][0]
    assert ("sales", ReasonCode.MEMBERS_CHANGED) in said(step)
    assert 240 == step.state.ring_left


def test_a_department_that_lost_all_its_members_goes_to_its_failover() -> None:
    """RT-13: nobody is left to go on with."""
    after = centre(to_department("sales"), *TEAM, department("sales", failover=VOICEMAIL))

    assert MESSAGE == taken_up(sales(), after, NoAnswer(), NoAnswer()).action


def test_a_strategy_that_changed_under_the_call() -> None:
    """RT-13: whose turn is past keeps it: after a wave of all nobody is left, after one turn the others ring."""
    together = sales(strategy=Strategy.SIMULTANEOUS, failover=VOICEMAIL)

    assert MESSAGE == taken_up(together, sales(failover=VOICEMAIL), NoAnswer()).action
    assert {"ravi", "lena"} == {leg[0] for leg in ringing(taken_up(sales(), together, NoAnswer()))}


@pytest.mark.parametrize(
    ("before", "events", "event", "kind"),
    [
        (centre(to_menu("main"), menu("main", option("1", VOICEMAIL))), (), ONE, "ivr"),
        (centre(announced(QUEUE)), (), AnnouncementEnded(), "number"),
        (centre(outside(20, QUEUE)), (), NoAnswer(), "number"),
        (centre(attrs.evolve(QUEUE, next=VOICEMAIL)), (), LeftQueue(), "number"),
        (centre(announced(announced(QUEUE))), (AnnouncementEnded(),), AnnouncementEnded(), "number"),
        (centre(to("asha"), agent("asha", hours=NEVER, failover=outside())), (), NoAnswer(), "user"),
        (centre(to_department("d"), department("d", failover=outside())), (), NoAnswer(), "department"),
        (centre(to_department("d"), department("d", hours=closed_at(NEVER, outside()))), (), NoAnswer(), "department"),
        (centre(to_condition("c"), condition("c", OFFICE, outside(), QUEUE)), (), NoAnswer(), "time-condition"),
        (centre(to_condition("c"), condition("c", NEVER, QUEUE, outside())), (), NoAnswer(), "time-condition"),
        (centre(to_menu("m"), menu("m", option("1", outside()))), (ONE,), NoAnswer(), "ivr"),
        (
            centre(to_menu("m"), menu("m", option("1", QUEUE), timeout_retries=0, on_timeout=outside())),
            (InputTimeout(),),
            NoAnswer(),
            "ivr",
        ),
        (
            centre(to_menu("m"), menu("m", option("1", QUEUE), invalid_retries=0, on_invalid=outside())),
            (Digits(keys="9"),),
            NoAnswer(),
            "ivr",
        ),
        (centre(QUEUE, settings=settings(emergency=Emergency(destination=outside()))), (), NoAnswer(), "tenant"),
        (
            centre(to("asha"), agent("asha"), fallback=outside()),
            (NoAnswer(),),
            NoAnswer(),
            "number",
        ),
    ],
)
def test_a_destination_that_is_gone_is_named(
    before: Tenant, events: tuple[CallEvent, ...], event: CallEvent, kind: str
) -> None:
    """RT-13: wherever it stood, whether its object or only the destination went; the call ends."""
    changed = [
        centre(VOICEMAIL),
        centre(
            VOICEMAIL,
            agent("asha"),
            department("d"),
            condition("c", OFFICE, VOICEMAIL, VOICEMAIL),
            menu("m", option("2", VOICEMAIL)),
        ),
        centre(VOICEMAIL, agent("asha", hours=OFFICE), department("d", hours=closed_at(OFFICE))),
    ]

    for after in changed:
        step = taken_up(before, after, event, *events)
        gone = [each for each in step.reasons if each.code is ReasonCode.GONE]
        assert [(kind, "RT-13")] == [(each.kind.value, each.rule) for each in gone]
        assert isinstance(step.action, End)
    same = taken_up(before, before, event, *events)
    assert [] == [each for each in same.reasons if each.code is ReasonCode.GONE]


def test_after_an_announcement_that_is_gone_the_fallback_is_used() -> None:
    """RT-13: what is gone is a failed attempt like any other."""
    before = centre(announced(to("asha")), *TEAM, fallback=VOICEMAIL)

    assert MESSAGE == taken_up(before, centre(QUEUE, fallback=VOICEMAIL), AnnouncementEnded()).action


@pytest.mark.parametrize(
    "exit_", ["option:*#", "closed", "rule:7", "fallback:1/busy", "external", "queue", "emergency"]
)
@pytest.mark.parametrize(
    "kind", ["numbers", "users", "departments", "ivrs", "time_conditions", "time_groups", "settings"]
)
def test_a_state_may_claim_any_place(kind: str, exit_: str) -> None:
    """P30: what stands nowhere is gone, whatever its place looks like."""
    tenant = centre(
        QUEUE,
        agent("main"),
        department("main"),
        menu("main", option("1", QUEUE)),
        condition("main", OFFICE, QUEUE, QUEUE),
    )
    state = attrs.evolve(last(tenant).state, waiting=InQueue(place=Place(kind=kind, id="main", exit=exit_)))
    step = Router(tenant).resume(State.from_json(state.to_json()), LeftQueue(), at=NOON)

    assert isinstance(step.action, End)


def test_a_state_may_claim_that_nobody_rang() -> None:
    """P30: a department's wave without anybody is taken up like one whose list changed."""
    state = attrs.evolve(
        last(sales()).state,
        waiting=RingingDepartment(
            department=DepartmentId("sales"), list="00000000", ringing=0, past=0, entered=NOON, ring_left=10**6
        ),
    )
    step = Router(sales()).resume(State.from_json(state.to_json()), NoAnswer(), at=NOON)

    assert [("asha", phone("asha"), 0, 30)] == ringing(step)


# ---- the emergency of a time group ---------------------------------------------------------------------------------


def in_emergency(destination: Destination, *items: Any, emergency: ClosedByEmergency) -> Tenant:
    """The office is closed by an emergency."""
    tenant = centre(destination, *items)
    office = attrs.evolve(tenant.time_groups[OFFICE], emergency=emergency)
    return attrs.evolve(tenant, time_groups={**tenant.time_groups, OFFICE: office})


BEFORE, AFTER = NOON - 60, NOON


@pytest.mark.parametrize(
    ("destination", "item"),
    [
        (to_condition("c"), condition("c", OFFICE, to("asha"), OTHER_VOICEMAIL)),
        (to_department("d"), department("d", "asha", hours=closed_at(OFFICE, OTHER_VOICEMAIL))),
        (to_department("d"), department("d", "asha", hours=closed_at(OFFICE))),
    ],
)
def test_an_emergency_of_a_time_group_says_where_its_calls_go(destination: Destination, item: Any) -> None:
    """HR-4: instead of the closed destination, from the instant it was declared; outside the hours too."""
    declared = ClosedByEmergency(destination=VOICEMAIL, set_at=instant(AFTER))
    tenant = in_emergency(destination, agent("asha"), item, emergency=declared)

    assert ["asha"] == [leg[0] for leg in ringing(last(tenant, at=BEFORE))]
    assert MESSAGE == last(tenant, at=AFTER).action
    assert MESSAGE == last(tenant, at=EVENING).action
    step = last(tenant, at=AFTER)
    assert Reach.FAILOVER is step.reach
    assert (OFFICE, ReasonCode.EMERGENCY) in said(step)
    silent = in_emergency(destination, agent("asha"), item, emergency=attrs.evolve(declared, destination=None))
    assert MESSAGE != last(silent, at=AFTER).action


def test_an_emergency_of_all_comes_before_that_of_a_time_group() -> None:
    """HR-4: a call under way then goes to the closed destination; the tenant's is for calls that come in."""
    declared = ClosedByEmergency(destination=VOICEMAIL, set_at=instant(BEFORE))
    item = condition("c", OFFICE, to("asha"), OTHER_VOICEMAIL)
    tenant = in_emergency(announced(to_condition("c")), agent("asha"), item, emergency=declared)
    of_all = attrs.evolve(tenant, settings=settings(emergency=Emergency(set_at=instant(AFTER))))
    began = Router(of_all).start(CALL, at=BEFORE)

    assert MESSAGE == Router(of_all).resume(began.state, AnnouncementEnded(), at=BEFORE).action
    later = Router(of_all).resume(began.state, AnnouncementEnded(), at=AFTER)
    assert TakeMessage(voicemail=OTHER_VOICEMAIL.voicemail) == later.action


def test_the_destination_of_an_emergency_that_is_over_is_named() -> None:
    """RT-13: revoked, or its time group gone."""
    declared = ClosedByEmergency(destination=attrs.evolve(QUEUE, next=VOICEMAIL))
    item = condition("c", OFFICE, to("asha"), OTHER_VOICEMAIL)
    tenant = in_emergency(to_condition("c"), agent("asha"), item, emergency=declared)

    assert MESSAGE == last(tenant, LeftQueue()).action
    step = taken_up(tenant, centre(to_condition("c"), agent("asha"), item), LeftQueue())
    assert (OFFICE, ReasonCode.GONE) in said(step)


# ---- reasons --------------------------------------------------------------------------------------------------------


def test_every_code_belongs_to_one_rule() -> None:
    """RT-10: and reads as a line of text, with an end where there is one."""
    assert set(ReasonCode) == set(RULES)
    step = last(centre(to("asha"), agent("asha", hours=OFFICE)), at=EVENING)
    assert [
        f"RT-3 user asha: hours.outside until {NEXT_MORNING}",
        "RT-2 call: hangs_up",
    ] == [str(each) for each in step.reasons]


# ---- whole calls ----------------------------------------------------------------------------------------------------


def test_a_call_is_played_to_its_end() -> None:
    """AN-1: time passes as it would, and nobody answers unless the script says so."""
    tenant = centre(
        to_menu("main"),
        *TEAM,
        menu("main", option("1", announced(to_department("sales"))), timeout_retries=1, timeout=5),
        department("sales", "asha", "ravi", failover=attrs.evolve(QUEUE, next=outside(20, VOICEMAIL))),
    )
    router = Router(tenant)

    nobody = play(router, CALL, at=NOON)
    assert End(cause=Cause.NORMAL) == nobody.outcome
    assert (NOON, NOON + 5, NOON + 10) == nobody.instants
    pressed = play(router, CALL, at=datetime(2026, 11, 23, 12, tzinfo=UTC), script=Script(digits=["", "1"]))
    assert MESSAGE == pressed.outcome
    assert [5, 0, 0, 30, 30, 0, 20] == [
        later - now for now, later in zip(pressed.instants, pressed.instants[1:], strict=False)
    ]
    assert 80 == pressed.ring_seconds == sum(offered(step.action) for step in pressed.steps)
    assert len(pressed.steps) == len(pressed.instants) == len(pressed.events) + 1


@pytest.mark.parametrize(
    ("script", "outcome"),
    [
        (Script(digits=["1"], answering=[RAVI]), Connect(user=RAVI)),
        (Script(digits=["1"], answering=[RAVI], busy=[RAVI, ASHA]), MESSAGE),
        (Script(digits=["1"], queue_answered=True), Connect(user=None)),
        (Script(digits=["1"], forward_answered=True), Connect(user=None)),
    ],
)
def test_a_script_says_who_answers(script: Script, outcome: object) -> None:
    """AN-1: agents, the queue, the number outside."""
    tenant = centre(
        to_menu("main"),
        *TEAM,
        menu("main", option("1", to_department("sales"))),
        department("sales", "asha", "ravi", failover=attrs.evolve(QUEUE, next=outside(20, VOICEMAIL))),
    )

    assert outcome == play(Router(tenant), CALL, at=NOON, script=script).outcome


def test_a_leg_that_begins_later_is_answered_later() -> None:
    """AN-1: the ring lasts until the first leg of whoever answers begins."""
    home = PhoneNumber("+919111111111")
    users = agent("asha"), agent("ravi", phone=phone("asha"), plan=RingOrder.ORDER, timeout=20, alternates=[home])
    team = department("sales", "asha", "ravi", strategy=Strategy.SIMULTANEOUS)
    played = play(Router(centre(to_department("sales"), *users, team)), CALL, at=NOON, script=Script(answering=[RAVI]))

    assert (Connect(user=RAVI), (NOON, NOON + 20)) == (played.outcome, played.instants)
