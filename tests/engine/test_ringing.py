"""Ring plans: which numbers ring, in which order, for how long."""

from __future__ import annotations

import pytest

from agentprov.engine.call_flow import Router
from agentprov.engine.ringing import DEFAULT_RING, Plan, plan_numbers, ring_seconds
from agentprov.model.calls import Busy, Call, LegFailed, NoAnswer, Rejected
from agentprov.model.contact import PhoneNumber
from agentprov.model.departments import Strategy
from agentprov.model.destinations import LONGEST_RING, Cause, Failure, Fallback
from agentprov.model.properties import NONE, RING_TIMEOUT, PropertyValue
from agentprov.model.reasons import ReasonCode
from agentprov.model.routing import RingOrder
from agentprov.model.steps import End, Leg, Ring, TakeMessage
from agentprov.model.table import Table
from agentprov.model.users import Extension, Same
from tests.engine.call_centre import (
    CALLER,
    DIALLED,
    NEVER,
    NOON,
    OTHER_VOICEMAIL,
    VOICEMAIL,
    agent,
    centre,
    department,
    last,
    phone,
    ringing,
    said,
    settings,
    to,
    to_department,
    walk,
)

HOME = PhoneNumber("+919111111111")
MOBILE = PhoneNumber("+919222222222")
ASHA = phone("asha")
ORDER = RingOrder.ORDER
TOGETHER = RingOrder.SIMULTANEOUS
EXTENSION = Extension(number="101")


def test_without_a_ring_plan_just_the_primary_number_rings() -> None:
    """RT-4: alternates are for ring plans."""
    steps = walk(centre(to("asha"), agent("asha", alternates=[HOME])), NoAnswer())

    assert [("asha", ASHA, 0, 30)] == ringing(steps[0])
    assert End(cause=Cause.NO_ANSWER) == steps[1].action


@pytest.mark.parametrize(
    ("calling", "expected"),
    [
        ({"forward": MOBILE, "extension": EXTENSION}, MOBILE),
        ({"forward": Same.PHONE, "extension": EXTENSION}, ASHA),
        ({"extension": EXTENSION}, "101"),
        ({}, ASHA),
    ],
)
def test_the_primary_number(calling: dict[str, object], expected: str) -> None:
    """RT-4, ID-13: the call-forward number, which may follow the phone number, else the extension, else the phone."""
    assert [("asha", expected, 0, 30)] == ringing(last(centre(to("asha"), agent("asha", calling=calling))))


def test_in_order_each_number_has_its_ring_and_then_the_next() -> None:
    """RT-4, P42: primary, then each alternate in stored order, each for the timeout; then the number's fallback."""
    user = agent("asha", plan=ORDER, timeout=20, alternates=[MOBILE, HOME])
    steps = walk(centre(to("asha"), user, fallback=VOICEMAIL), NoAnswer(), Busy(), LegFailed())

    assert [[("asha", number, 0, 20)] for number in (ASHA, MOBILE, HOME)] == [ringing(step) for step in steps[:3]]
    assert TakeMessage(voicemail=VOICEMAIL.voicemail) == steps[3].action


def test_together_all_numbers_ring_at_once_and_once() -> None:
    """RT-4, P43: a simultaneous plan is one wave of the set of numbers, whatever their order."""
    waves = [
        walk(centre(to("asha"), agent("asha", plan=TOGETHER, timeout=20, alternates=numbers)), NoAnswer())
        for numbers in ([MOBILE, HOME], [HOME, MOBILE])
    ]

    assert sorted([("asha", number, 0, 20) for number in (ASHA, MOBILE, HOME)]) == ringing(waves[0][0])
    assert waves[0][0].action == waves[1][0].action
    assert End(cause=Cause.NO_ANSWER) == waves[0][1].action


def test_the_same_number_rings_once_in_a_plan() -> None:
    """RT-4: numbers that come again are left out."""
    assert (ASHA, HOME) == plan_numbers(agent("asha", plan=ORDER, alternates=[HOME, ASHA, HOME]))


def test_a_plan_without_a_primary_number_rings_the_alternates() -> None:
    """RT-4: an agent with nothing but alternates is rung there."""
    user = agent("asha", plan=ORDER, alternates=[HOME], phone=None)

    assert [("asha", HOME, 0, 30)] == ringing(last(centre(to("asha"), user)))


def test_an_agent_without_any_number_is_unreachable() -> None:
    """RT-4: with nothing to ring the call goes to the number's fallback for that cause."""
    fallback = Fallback(to=OTHER_VOICEMAIL, by_failure=Table({Failure.UNREACHABLE: VOICEMAIL}))
    step = last(centre(to("asha"), agent("asha", phone=None), fallback=fallback))

    assert [("asha", ReasonCode.NUMBER_NONE), ("main", ReasonCode.TO_FALLBACK)] == said(step)
    assert TakeMessage(voicemail=VOICEMAIL.voicemail) == step.action


def test_members_without_a_number_are_skipped_with_a_reason() -> None:
    """RT-4, RT-10: a department goes on to whoever has a telephone."""
    users = agent("asha", phone=None), agent("ravi")
    step = last(centre(to_department("sales"), *users, department("sales", "asha", "ravi")))

    assert [("asha", ReasonCode.NUMBER_NONE), ("ravi", ReasonCode.RINGS)] == said(step)


@pytest.mark.parametrize(
    ("event", "failure"),
    [
        (NoAnswer(), Failure.NO_ANSWER),
        (Busy(), Failure.BUSY),
        (Rejected(), Failure.BUSY),
        (LegFailed(), Failure.UNREACHABLE),
    ],
)
def test_a_fallback_may_differ_by_how_the_attempt_failed(
    event: NoAnswer | Busy | Rejected | LegFailed, failure: Failure
) -> None:
    """RT-4: no answer, busy (declining is that too) and unreachable may lead elsewhere."""
    fallback = Fallback(to=OTHER_VOICEMAIL, by_failure=Table({failure: VOICEMAIL}))

    step = last(centre(to("asha"), agent("asha"), fallback=fallback), event)
    assert TakeMessage(voicemail=VOICEMAIL.voicemail) == step.action


@pytest.mark.parametrize(
    ("events", "cause"),
    [
        ([NoAnswer(), Busy()], Cause.NO_ANSWER),
        ([Busy(), NoAnswer()], Cause.NO_ANSWER),
        ([LegFailed(), Busy()], Cause.BUSY),
        ([Busy(), LegFailed()], Cause.BUSY),
        ([LegFailed(), LegFailed()], Cause.UNAVAILABLE),
    ],
)
def test_of_several_failures_the_closest_to_an_answer_counts(
    events: list[NoAnswer | Busy | LegFailed], cause: Cause
) -> None:
    """RT-4: a plan that rang somewhere failed for want of an answer, whatever its other numbers did."""
    user = agent("asha", plan=ORDER, alternates=[HOME])

    assert End(cause=cause) == last(centre(to("asha"), user), *events).action


# ---- timeouts -------------------------------------------------------------------------------------------------------


def test_the_property_says_how_long_where_the_plan_does_not() -> None:
    """RT-4, PR-2: the plan's timeout, else what the property is for this user."""
    own = Table({RING_TIMEOUT: 12})
    users = agent("asha", plan=ORDER, timeout=20, properties=own), agent("ravi", plan=ORDER, properties=own)

    assert [20, 12] == [ringing(last(centre(to(name), *users)))[0][3] for name in ("asha", "ravi")]


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (45, 45),
        (1, 1),
        (0, DEFAULT_RING),
        (-1, DEFAULT_RING),
        (NONE, DEFAULT_RING),
        (None, DEFAULT_RING),
        (True, DEFAULT_RING),
        ("60", DEFAULT_RING),
        (10_000, LONGEST_RING),
    ],
)
def test_no_ring_is_endless_or_without_length(value: PropertyValue | None, seconds: int) -> None:
    """P45: whatever a tenant makes of the property, a number rings for some time and not for ever."""
    assert seconds == ring_seconds(agent("asha"), value)


def test_a_tenant_may_have_no_such_property() -> None:
    """P45: without a definition of the property, numbers ring for the default time."""
    tenant = centre(to("asha"), agent("asha"), property_definitions=Table())

    assert [("asha", ASHA, 0, DEFAULT_RING)] == ringing(last(tenant))


# ---- the caller's own number ----------------------------------------------------------------------------------------


def test_a_leg_is_never_the_callers_own_number() -> None:
    """RT-11: an agent who calls from one of their telephones is rung on the others."""
    user = agent("asha", plan=ORDER, alternates=[HOME])
    steps = walk(centre(to("asha"), user), NoAnswer(), call=Call(to=DIALLED, caller=ASHA))

    assert [("asha", HOME, 0, 30)] == ringing(steps[0])
    assert [("asha", ReasonCode.NUMBER_CALLERS_OWN), ("asha", ReasonCode.RINGS)] == said(steps[0])
    assert End(cause=Cause.NO_ANSWER) == steps[1].action


def test_a_suffix_to_dial_does_not_hide_the_callers_own_number() -> None:
    """RT-11: the number is compared without what is dialled after it."""
    user = agent("asha", phone=PhoneNumber(f"{CALLER};ext=12"))

    assert End(cause=Cause.UNAVAILABLE) == last(centre(to("asha"), user)).action


def test_members_who_call_their_own_department_are_not_rung() -> None:
    """RT-11: neither in order nor together."""
    users = agent("asha"), agent("ravi")
    for strategy in RingOrder:
        tenant = centre(
            to_department("sales"), *users, department("sales", "asha", "ravi", strategy=Strategy(strategy.value))
        )
        step = last(tenant, call=Call(to=DIALLED, caller=ASHA))
        assert [("asha", ReasonCode.NUMBER_CALLERS_OWN), ("ravi", ReasonCode.RINGS)] == said(step)


# ---- gates between rings --------------------------------------------------------------------------------------------


def test_the_gates_are_tested_again_before_the_next_number() -> None:
    """RT-3, RT-11: who is blocked while the first number rings isn't rung on the second."""
    before = centre(to("asha"), agent("asha", plan=ORDER, alternates=[HOME]), fallback=VOICEMAIL)
    after = centre(to("asha"), agent("asha", plan=ORDER, alternates=[HOME], hours=NEVER, failover=OTHER_VOICEMAIL))
    step = Router(after).resume(last(before).state, NoAnswer(), at=NOON)

    assert [("", ReasonCode.NO_ANSWER), ("asha", ReasonCode.HOURS_OUTSIDE)] == said(step)[:2]
    assert TakeMessage(voicemail=OTHER_VOICEMAIL.voicemail) == step.action


# ---- in a department ------------------------------------------------------------------------------------------------


def test_a_members_whole_plan_runs_before_the_next_one() -> None:
    """RT-4, RT-6: in order, the first member's numbers ring one after another, then the second member's."""
    users = agent("asha", plan=ORDER, alternates=[HOME]), agent("ravi")
    tenant = centre(to_department("sales"), *users, department("sales", "asha", "ravi", failover=VOICEMAIL))
    steps = walk(tenant, NoAnswer(), NoAnswer(), NoAnswer())

    assert [ASHA, HOME, phone("ravi")] == [ringing(step)[0][1] for step in steps[:3]]
    assert TakeMessage(voicemail=VOICEMAIL.voicemail) == steps[3].action


def test_together_each_members_plan_runs_inside_the_wave() -> None:
    """RT-6: a plan in order begins its second number when the first one's time is over."""
    users = (
        agent("asha", plan=ORDER, timeout=20, alternates=[HOME]),
        agent("ravi", plan=TOGETHER, timeout=25, alternates=[MOBILE]),
    )
    tenant = centre(to_department("sales"), *users, department("sales", "asha", "ravi", strategy=Strategy.SIMULTANEOUS))

    expected = [("asha", ASHA, 0, 20), ("ravi", phone("ravi"), 0, 25), ("ravi", MOBILE, 0, 25), ("asha", HOME, 20, 20)]
    step = last(tenant)
    assert sorted(expected) == sorted(ringing(step))
    assert isinstance(step.action, Ring)
    assert 40 == step.action.duration
    assert [0, 0, 0, 20] == [leg.delay for leg in step.action.legs]


def test_the_departments_ring_time_cuts_the_plans() -> None:
    """RT-6: legs end with the ring time, and those that would begin later don't ring."""
    user = agent("asha", plan=ORDER, timeout=20, alternates=[HOME, MOBILE])
    sales = department("sales", "asha", strategy=Strategy.SIMULTANEOUS, ring_time=30)

    assert [("asha", ASHA, 0, 20), ("asha", HOME, 20, 10)] == ringing(last(centre(to_department("sales"), user, sales)))


def test_a_number_rings_once_in_a_wave() -> None:
    """RT-4, RT-6: members who share a telephone are rung on it once, for the one who is listed first."""
    users = agent("asha"), agent("ravi", phone=ASHA), agent("lena")
    sales = department("sales", "asha", "ravi", "lena", strategy=Strategy.SIMULTANEOUS)
    step = last(centre(to_department("sales"), *users, sales))

    assert {("asha", ASHA, 0, 30), ("lena", phone("lena"), 0, 30)} == set(ringing(step))
    assert [
        ("ravi", ReasonCode.NUMBER_RINGS_ALREADY),
        ("asha", ReasonCode.RINGS),
        ("lena", ReasonCode.RINGS),
    ] == said(step)


def test_a_leg_knows_when_it_ends_and_what_it_rings() -> None:
    """RT-6: hosts are told of extensions and of ends."""
    legs = [Leg(user=agent("asha").id, number=number, delay=5, duration=20) for number in ("101", ASHA)]

    assert [(25, True), (25, False)] == [(leg.end, leg.is_extension) for leg in legs]


def test_a_wave_is_cut_to_what_is_left_of_the_budget() -> None:
    """RT-9: the second number rings for what the first one left, and says so."""
    user = agent("asha", plan=ORDER, timeout=20, alternates=[HOME, MOBILE])
    steps = walk(centre(to("asha"), user, settings=settings(ring_budget=25)), NoAnswer(), NoAnswer())

    assert [("asha", HOME, 0, 5)] == ringing(steps[1])
    assert [("", ReasonCode.NO_ANSWER), ("", ReasonCode.RING_BUDGET_CUT), ("asha", ReasonCode.RINGS)] == said(steps[1])
    assert [ReasonCode.NO_ANSWER, ReasonCode.RING_BUDGET_OVER, ReasonCode.HANGS_UP] == [
        code for _, code in said(steps[2])
    ]


def test_cut_plans_are_made_again_for_another_cut() -> None:
    """RT-6, RT-9: the legs kept for one cut aren't given for another one, and the same cut gives the same legs."""
    plan = Plan(agent("asha", plan=ORDER, timeout=20, alternates=[HOME]), None, frozenset())

    assert [[20], [20, 5], [20, 5], [20, 20]] == [
        [leg.duration for leg in plan.staggered(None, limit)] for limit in (20, 25, 25, 60)
    ]
    assert plan.staggered(None, 60) is plan.staggered(None, 60)
