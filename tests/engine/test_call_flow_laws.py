"""Laws of routing, for all tenants, calls and reports: from small pools, so that everything meets everything."""

from __future__ import annotations

from contextlib import suppress
from itertools import cycle
from typing import Any

import attrs
from hypothesis import event, given
from hypothesis import strategies as st

from agentprov.engine.call_flow import Router
from agentprov.engine.gates import GATES, Obstacle
from agentprov.engine.playing import Script, offered, play
from agentprov.errors import MalformedDocument, Refused
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
from agentprov.model.dates import WORKDAYS
from agentprov.model.departments import Department, Strategy
from agentprov.model.destinations import Destination, Failure, Fallback, HangUp, ToQueue
from agentprov.model.ids import QueueId, TenantId, UserId
from agentprov.model.intervals import weekly_hours
from agentprov.model.live import Live, Presence
from agentprov.model.reasons import Reach, ReasonCode
from agentprov.model.routing import Ivr, RingOrder
from agentprov.model.steps import (
    Action,
    Announce,
    Connect,
    End,
    Forward,
    Menu,
    Ring,
    Step,
    TakeMessage,
    ToHostQueue,
)
from agentprov.model.table import Table
from agentprov.model.tenant import Tenant
from agentprov.model.users import Extension, Status, User
from tests.engine.call_centre import (
    CALLER,
    DIALLED,
    EVENING,
    NEVER,
    NOON,
    OFFICE,
    OUTSIDE,
    VOICEMAIL,
    agent,
    announced,
    centre,
    closed_at,
    condition,
    department,
    menu,
    option,
    outside,
    phone,
    settings,
    to,
    to_condition,
    to_department,
    to_menu,
)
from tests.tenants import by_id

# ---- what is drawn --------------------------------------------------------------------------------------------------

NAMES = ("asha", "ravi", "lena", "tomo")
DEPARTMENTS = ("d1", "d2", "d3")
MENUS = ("m1", "m2")
CONDITIONS = ("c1", "c2")
NUMBERS = [PhoneNumber(f"+9191111111{n:02}") for n in range(3)] + [CALLER]

ROUTES: tuple[Destination, ...] = (
    *map(to_condition, CONDITIONS),
    *map(to_department, DEPARTMENTS),
    *map(to_menu, MENUS),
    VOICEMAIL,
    HangUp(),
)
"""What isn't an agent. Each leads on without a key to later ones only, so that no circle is drawn (RT-9)."""


def destinations(after: int = -1, without: str = "") -> st.SearchStrategy[Destination]:
    """Where a call may go from the object at this position, or from an agent."""
    agents = [to(name) for name in NAMES if name != without]
    plain = st.sampled_from([*ROUTES[after + 1 :], *agents])
    return st.one_of(
        plain,
        plain,
        plain,
        plain.map(announced),
        st.builds(outside, st.sampled_from((5, 30)), plain),
        st.builds(ToQueue, queue=st.just(QueueId("line")), next=plain.map(announced)),
    )


ANYWHERE = destinations()
FALLBACKS = st.none() | st.builds(
    Fallback,
    to=ANYWHERE,
    by_failure=st.dictionaries(st.sampled_from(Failure), ANYWHERE, max_size=1).map(Table),
)
SECONDS = st.sampled_from((None, 1, 20, 45))
GROUPS = st.sampled_from((None, None, OFFICE, NEVER))


@st.composite
def users(draw: st.DrawFn, name: str) -> User:
    """An agent, available as a rule."""
    return agent(
        name,
        hours=draw(GROUPS),
        failover=draw(st.none() | destinations(without=name)),
        plan=draw(st.sampled_from((None, RingOrder.ORDER, RingOrder.SIMULTANEOUS))),
        timeout=draw(SECONDS),
        alternates=draw(st.lists(st.sampled_from(NUMBERS), max_size=2)),
        status=draw(st.sampled_from((*[Status.ACTIVE] * 5, Status.BLOCKED))),
        phone=draw(st.sampled_from((phone(name), phone(name), None, NUMBERS[0]))),
        calling={
            "enabled": draw(st.sampled_from((True, True, True, False))),
            "login_based": draw(st.booleans()),
            "extension": draw(st.sampled_from((None, Extension(number=str(100 + NAMES.index(name)))))),
        },
    )


@st.composite
def departments(draw: st.DrawFn, name: str) -> Department:
    """A department whose failover and closed destination lead to later objects."""
    onward = st.none() | destinations(ROUTES.index(to_department(name)))
    hours = draw(GROUPS)
    return department(
        name,
        *draw(st.lists(st.sampled_from(NAMES), unique=True, max_size=4)),
        strategy=draw(st.sampled_from(Strategy)),
        failover=draw(onward),
        hours=None if hours is None else closed_at(hours, draw(onward)),
        ring_time=draw(SECONDS),
        ring_budget=draw(SECONDS),
    )


@st.composite
def menus(draw: st.DrawFn, name: str) -> Ivr:
    """A menu, whose keys may lead anywhere."""
    keys = draw(st.lists(st.sampled_from(("1", "12", "123", "#")), min_size=1, max_size=2, unique=True))
    return menu(
        name,
        *(attrs.evolve(option(each, draw(ANYWHERE)), fallback=draw(FALLBACKS)) for each in keys),
        timeout_retries=draw(st.integers(0, 1)),
        invalid_retries=draw(st.integers(0, 1)),
        on_timeout=draw(st.none() | destinations(ROUTES.index(to_menu(name)))),
        on_invalid=draw(st.none() | ANYWHERE),
    )


@st.composite
def tenants(draw: st.DrawFn) -> Tenant:
    """A tenant with everything that a call can meet."""
    conditions = [
        condition(name, draw(st.sampled_from((OFFICE, NEVER))), draw(onward), draw(onward))
        for position, name in enumerate(CONDITIONS)
        for onward in [destinations(position)]
    ]
    return centre(
        draw(ANYWHERE),
        *conditions,
        *(draw(users(name)) for name in NAMES),
        *(draw(departments(name)) for name in DEPARTMENTS),
        *(draw(menus(name)) for name in MENUS),
        fallback=draw(FALLBACKS),
        settings=settings(
            ring_budget=draw(st.sampled_from((1, 50, 300))), step_budget=draw(st.sampled_from((10, 25, 100)))
        ),
    )


LIVES = st.builds(
    Live,
    panel=st.none() | st.frozensets(st.sampled_from(NAMES).map(UserId)),
    presence=st.dictionaries(st.sampled_from(NAMES).map(UserId), st.sampled_from(Presence), max_size=2).map(Table),
)
INSTANTS = st.sampled_from((NOON, EVENING, NOON + 5 * 3_600 - 40))
CALLS = st.sampled_from((CALLER, None, NUMBERS[0], OUTSIDE)).map(lambda caller: Call(to=DIALLED, caller=caller))
Happened = list[tuple[int, int]]
REPORTS: st.SearchStrategy[Happened] = st.lists(
    st.tuples(st.integers(0, 5), st.sampled_from((0, 30, 7_200))), min_size=1, max_size=10
)
"""Which of the possible events comes, and how many seconds later; from the beginning again when they are used up."""


@attrs.frozen(kw_only=True)
class Scene:
    """A tenant, a call to it, and what happens to the call."""

    tenant: Tenant
    call: Call
    at: int
    live: Live
    happened: Happened


SCENES = st.builds(Scene, tenant=tenants(), call=CALLS, at=INSTANTS, live=LIVES, happened=REPORTS)


def reports(action: Action) -> list[CallEvent]:
    """What a host may report of an action, failures first."""
    match action:
        case Ring(users=users):
            return [NoAnswer(), Busy(), LegFailed(), Rejected(), NoAnswer(), Answered(by=users[-1])]
        case Menu(options=options):
            return [
                Digits(keys="1"),
                InputTimeout(),
                Digits(keys="9"),
                *(Digits(keys=k, complete=True) for k in options),
            ]
        case Forward():
            return [NoAnswer(), Busy(), LegFailed(), Answered()]
        case Announce():
            return [AnnouncementEnded()]
        case ToHostQueue():
            return [LeftQueue(), LeftQueue(), Answered()]
        case TakeMessage() | Connect() | End():
            return []


def played(scene: Scene, *, written: bool = False) -> list[tuple[int, Step]]:
    """A call's steps, each with its instant, until it is decided; ``written``: states go through JSON."""
    router = Router(scene.tenant)
    at = scene.at
    steps = [(at, router.start(scene.call, at=at, live=scene.live))]
    for choice, seconds in cycle(scene.happened):
        events = reports(steps[-1][1].action)
        if not events:
            break
        at += seconds
        state = steps[-1][1].state
        again = State.from_json(state.to_json()) if written else state
        steps.append((at, router.resume(again, events[choice % len(events)], at=at, live=scene.live)))
    return steps


# ---- laws -----------------------------------------------------------------------------------------------------------


@given(SCENES)
def test_every_call_ends_once_within_both_bounds(scene: Scene) -> None:
    """RT-9, P30, P31, P44: exactly one outcome, at last, and neither bound is exceeded."""
    steps = [step for _, step in played(scene)]
    bounds = Router(scene.tenant).bounds()

    event(type(steps[-1].action).__name__)
    assert [False] * (len(steps) - 1) + [True] == [step.decided for step in steps]
    assert len(steps) < bounds.steps
    assert sum(offered(step.action) for step in steps) + steps[-1].state.ring_left == bounds.ring_seconds
    if not isinstance(steps[-1].action, End):
        assert isinstance(Router(scene.tenant).resume(steps[-1].state, CallerGone(), at=scene.at).action, End)


@given(SCENES)
def test_nobody_rings_who_may_not(scene: Scene) -> None:
    """RT-3, RT-11, P40, P41: blocked, outside, logged out or occupied agents don't ring; nobody rings themselves."""
    for when, step in played(scene):
        if not isinstance(step.action, Ring):
            continue
        assert step.action.legs
        for leg in step.action.legs:
            user = scene.tenant.users[leg.user]
            event(step.reach.value)
            assert Status.ACTIVE is user.status
            assert user.calling.enabled
            hours = user.calling.hours
            assert hours is None or (hours.time_group == OFFICE and inside_office(when))
            presence = scene.live.presence.get(user.id, Presence.AVAILABLE)
            if user.calling.login_based:
                assert user.id in (scene.live.panel or ())
                assert Presence.AVAILABLE is presence
            assert Presence.BUSY is not presence
            assert leg.number != scene.call.caller


def inside_office(at: int) -> bool:
    """Whether the office is open at an instant of the days that are drawn, Monday and Tuesday."""
    return 9 * 3_600 <= at % 86_400 < 17 * 3_600


@given(SCENES)
def test_waves_are_what_their_plans_say(scene: Scene) -> None:
    """RT-4, P42, P43, P45: every leg rings for some time inside its wave, and a number once in it."""
    for _, step in played(scene):
        if isinstance(step.action, Ring):
            legs = step.action.legs
            assert max(leg.end for leg in legs) == step.action.duration
            assert all(0 <= leg.delay and 0 < leg.duration for leg in legs)
            assert len(legs) == len({leg.number for leg in legs})
            assert sorted(leg.delay for leg in legs) == [leg.delay for leg in legs]


@given(SCENES)
def test_a_state_written_out_and_read_back_goes_on_alike(scene: Scene) -> None:
    """RT-1, P73: a stateless host gets the same steps, byte for byte."""
    kept = played(scene)
    through = played(scene, written=True)

    assert kept == through
    assert [step.state.to_json() for _, step in kept] == [step.state.to_json() for _, step in through]


@given(SCENES, st.randoms(use_true_random=False))
def test_the_same_inputs_give_the_same_steps(scene: Scene, chance: Any) -> None:
    """RT-11, P14: whatever the order of the tables in memory, and whatever was asked before."""
    shuffled: dict[str, Any] = {}
    for field in ("users", "departments", "ivrs", "time_conditions", "numbers"):
        items = list(getattr(scene.tenant, field).values())
        chance.shuffle(items)
        shuffled[field] = by_id(items)

    first = played(scene)
    assert first == played(scene)
    assert first == played(attrs.evolve(scene, tenant=attrs.evolve(scene.tenant, **shuffled)))


@given(SCENES)
def test_what_no_call_can_reach_changes_nothing(scene: Scene) -> None:
    """P57: a department and a menu that nothing leads to."""
    more = attrs.evolve(
        scene.tenant,
        users=scene.tenant.users.put(UserId("zoe"), agent("zoe")),
        departments=by_id([*scene.tenant.departments.values(), department("d9", "zoe", "asha", failover=to("zoe"))]),
        ivrs=by_id([*scene.tenant.ivrs.values(), menu("m9", option("1", to_menu("m1")))]),
    )

    assert played(scene) == played(attrs.evolve(scene, tenant=more))


@given(SCENES)
def test_reasons_tell_of_every_candidate(scene: Scene) -> None:
    """RT-10: when a department rings, each of its members is in the reasons, and those rung are the ones that ring."""
    for _, step in played(scene):
        if isinstance(step.action, Ring):
            rings = {each.id for each in step.reasons if each.code is ReasonCode.RINGS}
            assert set(step.action.users) == rings
        if isinstance(step.action, Ring) and step.reach is Reach.DEPARTMENT:
            waiting = step.state.waiting
            members = scene.tenant.departments[waiting.department].members  # type: ignore[union-attr]
            assert set(members) <= {each.id for each in step.reasons}


@given(SCENES)
def test_hanging_up_by_the_reach_rule(scene: Scene) -> None:
    """RT-2, P35-P37: an agent's own failover is used for a direct call outside the hours, and for nothing else."""
    before = Reach.DIRECT
    for _, step in played(scene):
        codes = [each.code for each in step.reasons]
        if ReasonCode.TO_OWN_FAILOVER in codes:
            position = codes.index(ReasonCode.TO_OWN_FAILOVER)
            agents = [each for each in step.reasons[:position] if each.code in GATES]
            own = step.reasons[position].id
            first = next(each for each in agents if each.id == own)
            event("own failover")
            assert (Reach.DIRECT, Obstacle.HOURS) == (before, GATES[first.code])
        before = step.reach


@given(tenants(), CALLS, INSTANTS, LIVES)
def test_one_more_blocked_agent_makes_no_blocked_one_ring(tenant: Tenant, call: Call, at: int, live: Live) -> None:
    """P55: blocking somebody rings nobody who was blocked, and never them."""
    user = tenant.users[UserId("asha")]
    fewer = attrs.evolve(tenant, users=tenant.users.put(user.id, attrs.evolve(user, status=Status.BLOCKED)))

    for step in play(Router(fewer), call, at=at, live=live).steps:
        if isinstance(step.action, Ring):
            assert user.id not in step.action.users
            assert all(tenant.users[each].status is Status.ACTIVE for each in step.action.users)


@given(tenants(), CALLS, LIVES)
def test_hours_that_widen_change_nothing_inside(tenant: Tenant, call: Call, live: Live) -> None:
    """P54: opening the office all week changes no first step at an instant at which it was open."""
    whole = attrs.evolve(tenant.time_groups[OFFICE], weekly=weekly_hours(WORKDAYS, "08:00-24:00"))
    wider = attrs.evolve(tenant, time_groups=tenant.time_groups.put(OFFICE, whole))

    assert Router(tenant).start(call, at=NOON, live=live).action == Router(wider).start(call, at=NOON, live=live).action


@given(SCENES)
def test_another_tenant_id_changes_nothing_else(scene: Scene) -> None:
    """P58: the same scene.tenant under a new id decides alike."""
    twin = attrs.evolve(scene.tenant, id=TenantId("twin"))

    ours, theirs = (played(each) for each in (scene, attrs.evolve(scene, tenant=twin)))
    assert [(step.action, step.reasons) for _, step in ours] == [(step.action, step.reasons) for _, step in theirs]


@given(SCENES, tenants(), st.integers(0, 20))
def test_a_call_goes_on_under_any_newer_tenant(scene: Scene, after: Tenant, cut: int) -> None:
    """RT-13, P33: whatever became of the tenant, the call ends within bounds, and nobody rings who may not."""
    steps = played(scene)
    router = Router(after)
    when, step = steps[min(cut, len(steps) - 1)]
    taken = 0
    for choice, _ in cycle(scene.happened):
        events = reports(step.action)
        if not events:
            break
        step = router.resume(step.state, events[choice % len(events)], at=when, live=scene.live)
        taken += 1
        if isinstance(step.action, Ring):
            assert all(after.users[each].status is Status.ACTIVE for each in step.action.users)
    assert step.decided
    assert taken <= after.settings.step_budget


@given(SCENES, st.data())
def test_a_damaged_state_is_refused_or_goes_on_safely(scene: Scene, data: st.DataObject) -> None:
    """RT-1, P30: whatever was written over, there is a malformed document or a call that ends."""
    steps = [step for _, step in played(scene)]
    text = data.draw(st.sampled_from(steps)).state.to_json()
    place = data.draw(st.integers(0, len(text) - 1))
    damaged = text[:place] + data.draw(st.sampled_from((*'019"[]{},:-+aé', ""))) + text[place + 1 :]
    router = Router(scene.tenant)
    try:
        state = State.from_json(damaged)
    except MalformedDocument:
        event("malformed")
        return
    event("readable")
    for reported in (NoAnswer(), Digits(keys="1"), AnnouncementEnded(), LeftQueue(), CallerGone()):
        with suppress(Refused):
            step = router.resume(state, reported, at=scene.at, live=scene.live)
            assert step.state.ring_left <= scene.tenant.settings.ring_budget
            if isinstance(step.action, Ring):
                assert all(scene.tenant.users[each].status is Status.ACTIVE for each in step.action.users)


@given(tenants(), CALLS, INSTANTS, LIVES, st.frozensets(st.sampled_from(NAMES).map(UserId)))
def test_whoever_answers_is_connected(
    tenant: Tenant, call: Call, at: int, live: Live, answering: frozenset[UserId]
) -> None:
    """RT-1: a played call is connected to the first of those who answer and were rung."""
    done = play(Router(tenant), call, at=at, live=live, script=Script(answering=answering))
    rung = [step.action.users for step in done.steps if isinstance(step.action, Ring)]

    match done.outcome:
        case Connect(user=user):
            assert user in answering
            assert user in rung[-1]
        case _:
            assert not any(answering.intersection(each) for each in rung)
