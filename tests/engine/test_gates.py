"""The gates of an agent, the table of ways, and where each obstacle sends a call by its reach."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import attrs
import pytest

from agentprov.engine.call_flow import Router
from agentprov.engine.gates import GATES, WAYS, Gates, Obstacle, Way
from agentprov.engine.hours import hours_of
from agentprov.engine.zones import instant
from agentprov.errors import Code, InvalidValue, NotFound
from agentprov.model.calls import Digits
from agentprov.model.destinations import Cause, Failure, Fallback
from agentprov.model.hours import TimeGroup
from agentprov.model.ids import UserId
from agentprov.model.live import Live, Presence
from agentprov.model.reasons import Reach, ReasonCode
from agentprov.model.settings import Emergency
from agentprov.model.steps import End, Ring, TakeMessage
from agentprov.model.table import Table
from agentprov.model.tenant import Tenant
from agentprov.model.user_types import READY_USER_TYPES, UserType
from agentprov.model.users import Status, User
from tests.engine.call_centre import (
    EVENING,
    NEVER,
    NEXT_MORNING,
    NOON,
    OFFICE,
    OTHER_VOICEMAIL,
    SETTINGS,
    VOICEMAIL,
    agent,
    centre,
    department,
    last,
    menu,
    option,
    ringing,
    said,
    settings,
    to,
    to_department,
    to_menu,
)

PAGE = Path(__file__).parents[2] / "docs" / "routing.md"
ASHA = UserId("asha")
LOGGED_IN = Live(panel=[ASHA])


def codes(user: User, at: int = NOON, live: Live | None = None, **changed: object) -> list[ReasonCode]:
    """What keeps a user from being rung."""
    tenant = centre(VOICEMAIL, user)
    own = user.calling.hours
    hours = None if own is None else hours_of(tenant.time_groups[own.time_group], tenant.calendars)
    gates = Gates(user, READY_USER_TYPES.get(user.type), hours, settings(**changed))
    return [each.code for each in gates.failing(at, Live() if live is None else live)]


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (Status.DISABLED, ReasonCode.STATUS_DISABLED),
        (Status.BLOCKED, ReasonCode.STATUS_BLOCKED),
        (Status.DEACTIVATED, ReasonCode.STATUS_DEACTIVATED),
    ],
)
def test_nobody_but_an_active_user_is_rung(status: Status, code: ReasonCode) -> None:
    """RT-3, LC-1: disabled, blocked and deactivated agents fail the first gate."""
    assert codes(agent("asha", status=status)) == [code]


def test_a_setting_lets_disabled_agents_be_rung() -> None:
    """LC-1: the setting is about disabled agents alone, not about blocked or deactivated ones."""
    found = [codes(agent("asha", status=status), ring_disabled_agents=True) for status in Status]

    assert found == [[], [], [ReasonCode.STATUS_BLOCKED], [ReasonCode.STATUS_DEACTIVATED]]


def test_the_calling_option_is_part_of_the_first_gate() -> None:
    """RT-3: with the calling option off an agent isn't rung."""
    assert codes(agent("asha", calling={"enabled": False})) == [ReasonCode.CALLING_OFF]


def test_a_type_that_is_never_routed_to_is_part_of_the_first_gate() -> None:
    """ID-14: where an emergency leads to a customer, they aren't rung all the same."""
    assert codes(agent("asha", type="customer")) == [ReasonCode.TYPE_NOT_ROUTED]


def test_a_type_that_the_blueprint_does_not_know_is_no_obstacle() -> None:
    """RT-3: whether a type is known is the tenant's own check."""
    gates = Gates(agent("asha"), None, None, SETTINGS)

    assert gates.failing(NOON, Live()) == ()


def test_outside_the_time_group_the_reason_says_until_when() -> None:
    """RT-3, RT-10: an agent outside their hours is rung again when these begin."""
    [reason] = last(centre(to("asha"), agent("asha", hours=OFFICE)), at=EVENING).reasons[:1]

    assert (ReasonCode.HOURS_OUTSIDE, "RT-3", NEXT_MORNING) == (reason.code, reason.rule, reason.until)


def test_hours_that_never_come_end_at_no_instant() -> None:
    """RT-10: where the end isn't known the reason has none."""
    [reason] = last(centre(to("asha"), agent("asha", hours=NEVER))).reasons[:1]

    assert (ReasonCode.HOURS_OUTSIDE, None) == (reason.code, reason.until)


def test_login_based_calling_needs_the_panel() -> None:
    """RT-3: gate 3 fails for whoever isn't logged in, and when the host didn't say who is."""
    user = agent("asha", calling={"login_based": True})

    assert [ReasonCode.PANEL_LOGGED_OUT] == codes(user, live=Live(panel=[]))
    assert [ReasonCode.PANEL_LOGGED_OUT] == codes(user, live=Live())
    assert [] == codes(user, live=LOGGED_IN)


@pytest.mark.parametrize(
    ("presence", "login_based", "always_active"),
    [
        (Presence.AVAILABLE, [], []),
        (Presence.BUSY, [ReasonCode.PRESENCE_BUSY], [ReasonCode.PRESENCE_BUSY]),
        (Presence.BREAK, [ReasonCode.PRESENCE_BREAK], []),
        (Presence.WRAP_UP, [ReasonCode.PRESENCE_WRAP_UP], []),
        (Presence.DO_NOT_DISTURB, [ReasonCode.PRESENCE_DO_NOT_DISTURB], []),
        (Presence.OFFLINE, [ReasonCode.PRESENCE_OFFLINE], []),
    ],
)
def test_presence_counts_with_login_based_calling_and_else_only_busy(
    presence: Presence, login_based: list[ReasonCode], always_active: list[ReasonCode]
) -> None:
    """RT-3: with login-based calling off an agent counts as always active, and only busy keeps a call away."""
    live = Live(panel=[ASHA], presence={ASHA: presence})

    assert login_based == codes(agent("asha", calling={"login_based": True}), live=live)
    assert always_active == codes(agent("asha"), live=live)


def test_every_failing_gate_is_reported_in_order() -> None:
    """RT-3: all failing gates are named, in the order in which they are tested."""
    user = agent("asha", hours=OFFICE, status=Status.BLOCKED, calling={"enabled": False, "login_based": True})
    live = Live(presence={ASHA: Presence.BREAK})

    expected = [
        ReasonCode.STATUS_BLOCKED,
        ReasonCode.CALLING_OFF,
        ReasonCode.HOURS_OUTSIDE,
        ReasonCode.PANEL_LOGGED_OUT,
        ReasonCode.PRESENCE_BREAK,
    ]
    assert expected == codes(user, at=EVENING, live=live)


def test_a_router_tells_the_gates_of_an_agent_at_an_instant() -> None:
    """RT-3, AN-1: without a call, with the end of what the clock ends."""
    router = Router(centre(VOICEMAIL, agent("asha", hours=OFFICE), agent("ravi")))
    found = router.failing_gates("asha", at=EVENING, live=Live(presence={ASHA: Presence.BUSY}))

    assert [(ReasonCode.HOURS_OUTSIDE, NEXT_MORNING), (ReasonCode.PRESENCE_BUSY, None)] == [
        (each.code, each.until) for each in found
    ]
    assert () == router.failing_gates("asha", at=instant(NOON))
    assert () == router.failing_gates("ravi", at=EVENING)


def test_gates_of_nobody_or_at_no_instant_are_one_clear_fault() -> None:
    """RT-3: an unknown user, a local time without a zone, facts that are none."""
    router = Router(centre(VOICEMAIL, agent("asha")))

    with pytest.raises(NotFound) as unknown:
        router.failing_gates("nobody", at=NOON)
    with pytest.raises(InvalidValue) as naive:
        router.failing_gates("asha", at=datetime(2026, 11, 23, 12))
    with pytest.raises(InvalidValue) as no_facts:
        router.failing_gates("asha", at=NOON, live={})  # type: ignore[arg-type]

    assert (Code.REFERENCE_MISSING,) == unknown.value.codes
    assert (Code.FIELD_NAIVE_INSTANT,) == naive.value.codes
    assert (Code.FIELD_WRONG_TYPE,) == no_facts.value.codes


# ---- where the call goes --------------------------------------------------------------------------------------------

OBSTACLES = {
    Obstacle.STATUS: agent("asha", hours=OFFICE, failover=OTHER_VOICEMAIL, status=Status.BLOCKED),
    Obstacle.HOURS: agent("asha", hours=NEVER, failover=OTHER_VOICEMAIL),
    Obstacle.PANEL: agent("asha", hours=OFFICE, failover=OTHER_VOICEMAIL, calling={"login_based": True}),
    Obstacle.PRESENCE: agent("asha", hours=OFFICE, failover=OTHER_VOICEMAIL),
}
BUSY = Live(presence={ASHA: Presence.BUSY})
NO_WAY = "hangs up"
OWN = "own failover"
FALLBACK = "fallback"


def way(tenant: Tenant, obstacle: Obstacle, *events: Digits) -> str:
    """Where a call ends that met an obstacle."""
    action = last(tenant, *events, live=BUSY if obstacle is Obstacle.PRESENCE else None).action
    if isinstance(action, TakeMessage):
        return {"other": OWN, "box": FALLBACK}[action.voicemail]
    assert isinstance(action, End)
    return NO_WAY


@pytest.mark.parametrize("obstacle", OBSTACLES)
def test_direct(obstacle: Obstacle) -> None:
    """RT-2, RT-3: a direct call outside the hours goes to the agent's own failover; else to the number's fallback."""
    user = OBSTACLES[obstacle]
    own = agent("asha", hours=NEVER)

    assert (OWN if obstacle is Obstacle.HOURS else FALLBACK) == way(
        centre(to("asha"), user, fallback=VOICEMAIL), obstacle
    )
    assert (OWN if obstacle is Obstacle.HOURS else NO_WAY) == way(centre(to("asha"), user), obstacle)
    assert FALLBACK == way(centre(to("asha"), own, fallback=VOICEMAIL), Obstacle.HOURS)
    assert NO_WAY == way(centre(to("asha"), own), Obstacle.HOURS)


@pytest.mark.parametrize("obstacle", OBSTACLES)
def test_menu(obstacle: Obstacle) -> None:
    """RT-2, RT-3 (q): outside the hours a menu's call hangs up, whatever the fallback; else the option's fallback."""
    user = OBSTACLES[obstacle]
    main = to_menu("main")
    plain = centre(main, user, menu("main", option("1", to("asha"))), fallback=VOICEMAIL)
    covered = centre(main, user, menu("main", option("1", to("asha"), VOICEMAIL)), fallback=OTHER_VOICEMAIL)

    assert NO_WAY == way(plain, obstacle, Digits(keys="1"))
    assert (NO_WAY if obstacle is Obstacle.HOURS else FALLBACK) == way(covered, obstacle, Digits(keys="1"))


@pytest.mark.parametrize("obstacle", OBSTACLES)
def test_department(obstacle: Obstacle) -> None:
    """RT-2, RT-3 (q): a member is skipped; with nobody left the department's failover, never the agent's own."""
    user = OBSTACLES[obstacle]
    plain = centre(to_department("sales"), user, department("sales", "asha"), fallback=OTHER_VOICEMAIL)
    covered = centre(to_department("sales"), user, department("sales", "asha", failover=VOICEMAIL))
    two = centre(to_department("sales"), user, agent("ravi"), department("sales", "asha", "ravi"))

    assert NO_WAY == way(plain, obstacle)
    assert FALLBACK == way(covered, obstacle)
    assert ["ravi"] == [leg[0] for leg in ringing(last(two, live=BUSY if obstacle is Obstacle.PRESENCE else None))]


@pytest.mark.parametrize("obstacle", OBSTACLES)
def test_failover(obstacle: Obstacle) -> None:
    """RT-2, RT-3: an agent reached by a failover or a fallback, and not to be rung, ends the call."""
    user = OBSTACLES[obstacle]
    ravi = agent("ravi", hours=NEVER, failover=to("asha"))

    by_failover = centre(to("ravi"), user, ravi, fallback=VOICEMAIL)
    by_fallback = centre(to("ravi"), user, agent("ravi", status=Status.BLOCKED), fallback=to("asha"))
    assert [NO_WAY, NO_WAY] == [way(by_failover, obstacle), way(by_fallback, obstacle)]


def test_the_first_failing_gate_decides() -> None:
    """RT-3: blocked and outside the hours, a direct call goes to the number's fallback, not to the own failover."""
    user = agent("asha", hours=NEVER, failover=OTHER_VOICEMAIL, status=Status.BLOCKED)

    step = last(centre(to("asha"), user, fallback=VOICEMAIL))
    assert [
        ("asha", ReasonCode.STATUS_BLOCKED),
        ("asha", ReasonCode.HOURS_OUTSIDE),
        ("main", ReasonCode.TO_FALLBACK),
    ] == said(step)
    assert TakeMessage(voicemail=VOICEMAIL.voicemail) == step.action


@pytest.mark.parametrize(
    ("obstacle", "failure"),
    [
        (Obstacle.STATUS, Failure.UNREACHABLE),
        (Obstacle.PANEL, Failure.UNREACHABLE),
        (Obstacle.PRESENCE, Failure.BUSY),
    ],
)
def test_a_fallback_may_differ_by_what_was_the_matter(obstacle: Obstacle, failure: Failure) -> None:
    """RT-4: whoever can't be rung is unreachable, and busy only if they are busy."""
    fallback = Fallback(to=OTHER_VOICEMAIL, by_failure=Table({failure: VOICEMAIL}))

    assert FALLBACK == way(centre(to("asha"), OBSTACLES[obstacle], fallback=fallback), obstacle)


def test_a_call_that_ends_for_a_busy_agent_is_told_so() -> None:
    """RT-8: the caller's side hears busy for a busy agent, and unavailable for one who can't be rung."""
    tenant = centre(to("asha"), OBSTACLES[Obstacle.PRESENCE])

    assert End(cause=Cause.BUSY) == last(tenant, live=BUSY).action
    assert End(cause=Cause.UNAVAILABLE) == last(centre(to("asha"), OBSTACLES[Obstacle.STATUS])).action


def test_inside_the_hours_the_reach_makes_no_difference() -> None:
    """RT-2, P39: an agent who can be rung rings, however the call came."""
    user = agent("asha", hours=OFFICE, failover=OTHER_VOICEMAIL)
    ways = [
        last(centre(to("asha"), user)),
        last(centre(to_menu("main"), user, menu("main", option("1", to("asha")))), Digits(keys="1")),
        last(centre(to_department("sales"), user, department("sales", "asha"))),
        last(centre(to("ravi"), user, agent("ravi", hours=NEVER, failover=to("asha")))),
    ]

    assert [Reach.DIRECT, Reach.IVR, Reach.DEPARTMENT, Reach.FAILOVER] == [step.reach for step in ways]
    assert all(isinstance(step.action, Ring) for step in ways)
    assert 1 == len({step.action for step in ways})


# ---- the tables -----------------------------------------------------------------------------------------------------


def test_every_reason_of_a_gate_belongs_to_one_and_all_gates_have_some() -> None:
    """RT-3: the table knows every reason with the rule's id, and each of the four gates."""
    assert {Obstacle.STATUS, Obstacle.HOURS, Obstacle.PANEL, Obstacle.PRESENCE} == set(GATES.values())


def test_every_reach_has_ways_for_every_obstacle_and_all_end() -> None:
    """RT-2: the table is full, and its last way always is one that is there."""
    assert set(Reach) == set(WAYS)
    assert {tuple(Obstacle)} == {tuple(ways) for ways in WAYS.values()}
    assert {Way.HANG_UP, Way.NOT_STICKY, Way.STAY} == {ways[-1] for row in WAYS.values() for ways in row.values()}


def test_the_documentation_prints_the_table() -> None:
    """RT-2: the page's table is the one the engine reads."""
    lines = [
        f"| {reach.value} | " + " | ".join(", else ".join(way.value for way in ways) for ways in row.values()) + " |"
        for reach, row in WAYS.items()
    ]

    assert [] == [line for line in lines if line not in PAGE.read_text(encoding="utf-8").splitlines()]


def test_a_tenant_in_an_emergency_is_closed_for_agents_with_hours() -> None:
    """HR-4: an emergency's destination who has hours isn't rung, since the whole tenant is closed."""
    alarm = settings(emergency=Emergency(destination=to("asha")))

    step = last(centre(VOICEMAIL, agent("asha", hours=OFFICE), settings=alarm))
    assert End(cause=Cause.UNAVAILABLE) == step.action


def test_hours_of_one_schedule_make_a_reason_for_each_span() -> None:
    """RT-10: the reason of one closed span isn't given in another one."""
    tenant = centre(to("asha"), agent("asha", hours=OFFICE))
    group: TimeGroup = tenant.time_groups[OFFICE]
    hours = hours_of(group, tenant.calendars)
    gates = Gates(tenant.users[ASHA], None, hours, SETTINGS)

    evenings = [EVENING, EVENING + 1, EVENING + 86_400]
    assert [NEXT_MORNING, NEXT_MORNING, NEXT_MORNING + 86_400] == [
        gates.failing(at, Live())[0].until for at in evenings
    ]
    assert gates.failing(EVENING, Live())[0] is gates.failing(EVENING + 1, Live())[0]


def test_new_user_types_are_routed_unless_said_otherwise() -> None:
    """ID-14: a type that a blueprint adds is rung."""
    gates = Gates(attrs.evolve(agent("asha"), type="robot"), UserType(name="robot"), None, SETTINGS)

    assert () == gates.failing(NOON, Live())
