"""Laws of routing over the router as a black box: departments, sticky agents, reaches, states (RT-2, RT-5, RT-6)."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentprov.codec import decode, encode
from agentprov.engine.call_flow import Router
from agentprov.engine.zones import epoch, instant
from agentprov.errors import AgentprovError, Code, Refused
from agentprov.model.call_state import State
from agentprov.model.calls import Answered, Call, CallerGone, CallEvent, Digits, LeftQueue, NoAnswer, TransferAsked
from agentprov.model.departments import Department, Strategy
from agentprov.model.destinations import Destination, ToAgent
from agentprov.model.ids import TenantId, UserId
from agentprov.model.live import Live
from agentprov.model.numbers import Number
from agentprov.model.properties import RING_TIMEOUT
from agentprov.model.reasons import Reach
from agentprov.model.steps import Connect, End, Ring, Step
from agentprov.model.sticky import LastAgent, Sticky, StickyKey, StickyPlace
from agentprov.model.table import Table
from agentprov.model.tenant import Tenant
from tests.calls_compared import Case, Report, possible
from tests.calls_drawn import REPORTS, cases
from tests.engine.call_centre import (
    CALL,
    CALLER,
    EVENING,
    NOON,
    OFFICE,
    VOICEMAIL,
    agent,
    centre,
    department,
    menu,
    number,
    option,
    settings,
    to,
    to_department,
    to_menu,
    walk,
)
from tests.oracle.ringing import hours_gate, panel_gate, status_gate
from tests.oracle.world import World

NAMES = ("asha", "ravi", "lena", "tomo")
LONG = settings(ring_budget=3_600)
ANSWERED_AT = datetime(2026, 11, 23, 11, 59, tzinfo=UTC)


# ---- calls that are drawn -------------------------------------------------------------------------------------------


def steps_of(case: Case, reports: list[Report]) -> Iterator[tuple[Step, int, Live]]:
    """The steps of a call, each with its instant and what the host knew then; states are written and read between."""
    at, live = epoch(case.at), case.lives[0]
    router = Router(case.tenant)
    step = router.start(case.call, at=at, live=live)
    yield step, at, live
    for choice, seconds, known in reports:
        events = possible(case.tenant, step.action)
        if not events:
            return
        at, live = at + seconds, case.lives[known % len(case.lives)]
        step = router.resume(State.from_json(step.state.to_json()), events[choice % len(events)], at=at, live=live)
        yield step, at, live


def rung_badly(tenant: Tenant, step: Step, at: int, live: Live) -> list[str]:
    """Legs of a step that must not be: of nobody's, of no length, the caller's own, of whoever fails gates 1 to 3."""
    if not isinstance(step.action, Ring):
        return []
    world = World(
        tenant=tenant, call=step.state.call, at=instant(at), live=live, ring_left=0, drawn=lambda _: list(tenant.users)
    )
    found = [] if step.action.legs else ["no legs"]
    for leg in step.action.legs:
        user = tenant.users[leg.user]
        if status_gate(world, user) or hours_gate(world, user) or panel_gate(world, user):
            found.append(f"{leg.user} fails a gate")
        if leg.duration < 1 or leg.delay < 0 or leg.end > step.action.duration:
            found.append(f"{leg} has no length")
        if leg.number == step.state.call.caller:
            found.append(f"{leg} is the caller's")
    return found


@given(cases(), REPORTS)
def test_no_wave_rings_whom_it_may_not(case: Case, reports: list[Report]) -> None:
    """P40, P41, P45, RT-11: a wave is never empty, no leg has no length, and who fails gates 1 to 3 isn't rung."""
    for step, at, live in steps_of(case, reports):
        assert [] == rung_badly(case.tenant, step, at, live)


@given(cases(), REPORTS)
def test_nobody_known_is_as_nobody_there(case: Case, reports: list[Report]) -> None:
    """P47: records of who isn't a user of the tenant any more change nothing at all."""
    foreign = LastAgent(user=UserId("x-nobody"), at=case.at)
    gone = tuple(attrs.evolve(live, last_agents=dict.fromkeys(live.last_agents, foreign)) for live in case.lives)
    none = tuple(attrs.evolve(live, last_agents={}) for live in case.lives)

    first = [step.action for step, _, _ in steps_of(attrs.evolve(case, lives=gone), reports)]
    second = [step.action for step, _, _ in steps_of(attrs.evolve(case, lives=none), reports)]
    assert first == second


def renamed_ids(text: str, tenant: Tenant) -> str:
    """A text in which every user's id has another name, of another length, in another alphabetical order."""
    for id_ in tenant.users:
        text = text.replace(f'"{id_}"', f'"{new_id(id_)}"')
    return text


def new_id(id_: str) -> UserId:
    """The other name of a user."""
    return UserId(f"y{id_[::-1]}")


def renamed_live(live: Live) -> Live:
    """The same facts about the renamed users."""
    changed: dict[str, Any] = {
        name: {new_id(user): fact for user, fact in getattr(live, name).items()}
        for name in ("presence", "profiles", "counters")
    }
    return attrs.evolve(
        live,
        queues=None,
        addresses={},
        panel=None if live.panel is None else [new_id(user) for user in live.panel],
        rotation={id_: new_id(user) for id_, user in live.rotation.items()},
        last_agents={key: attrs.evolve(last, user=new_id(last.user)) for key, last in live.last_agents.items()},
        **changed,
    )


def without_chance(tenant: Tenant) -> Tenant:
    """The tenant with another strategy where orders are drawn: a seed and an id give an order, which may change."""
    return attrs.evolve(
        tenant,
        departments={
            id_: attrs.evolve(each, strategy=Strategy.ORDER) if each.strategy is Strategy.RANDOM else each
            for id_, each in tenant.departments.items()
        },
    )


@given(cases(), REPORTS)
def test_names_of_ids_do_not_matter(case: Case, reports: list[Report]) -> None:
    """P56: with every user's id renamed, the same users ring, under their other names."""
    tenant = without_chance(case.tenant)
    tenant = attrs.evolve(tenant, users={id_: attrs.evolve(user, grants=()) for id_, user in tenant.users.items()})
    tenant = attrs.evolve(tenant, roles={id_: attrs.evolve(role, grants=()) for id_, role in tenant.roles.items()})
    other = decode(json.loads(renamed_ids(json.dumps(encode(tenant)), tenant)))
    first, second, at = Router(tenant), Router(other), epoch(case.at)
    step = first.start(case.call, at=at, live=case.lives[0])
    copy = second.start(case.call, at=at, live=renamed_live(case.lives[0]))
    assert rung_by(step, rename=True) == rung_by(copy)
    for choice, seconds, known_then in reports:
        events = possible(tenant, step.action)
        if not events:
            return
        happened, at, live = events[choice % len(events)], at + seconds, case.lives[known_then % len(case.lives)]
        step = first.resume(step.state, happened, at=at, live=live)
        copy = second.resume(copy.state, renamed_event(happened), at=at, live=renamed_live(live))
        assert rung_by(step, rename=True) == rung_by(copy)


def renamed_event(happened: CallEvent) -> CallEvent:
    """The same report about the renamed users."""
    match happened:
        case Answered(by=by) if by is not None:
            return Answered(by=new_id(by))
        case TransferAsked(to=ToAgent(user=user)):
            return TransferAsked(to=ToAgent(user=new_id(user)))
        case _:
            return happened


def rung_by(step: Step, *, rename: bool = False) -> object:
    """What a step does, with its users under their other names."""
    match step.action:
        case Ring(legs=legs):
            return {(new_id(leg.user) if rename else leg.user, leg.number, leg.delay, leg.duration) for leg in legs}
        case Connect(user=user):
            return "connect", user if user is None or not rename else new_id(user)
        case other:
            return other


@given(cases(), REPORTS)
def test_another_tenant_id_gives_the_same_calls(case: Case, reports: list[Report]) -> None:
    """P58: a copy of a tenant under another id decides alike."""
    tenant = without_chance(case.tenant)
    copy = attrs.evolve(tenant, id=TenantId("t-copy"))

    expected = [step.action for step, _, _ in steps_of(attrs.evolve(case, tenant=tenant), reports)]
    assert expected == [step.action for step, _, _ in steps_of(attrs.evolve(case, tenant=copy), reports)]


# ---- events that can't be, states that were changed -----------------------------------------------------------------

MISFITS: tuple[CallEvent, ...] = (
    Answered(by=UserId("x-nobody")),
    NoAnswer(),
    Digits(keys="1"),
    LeftQueue(),
    TransferAsked(to=ToAgent(user=UserId("x-nobody"))),
)
REFUSALS = {Code.CALL_EVENT_MISFIT, Code.CALL_NOT_RUNG, Code.CALL_OVER}


def refusals(router: Router, state: State, happened: CallEvent, at: int, live: Live) -> set[Code]:
    """Why an event is refused; nothing if it isn't."""
    try:
        router.resume(state, happened, at=at, live=live)
    except Refused as error:
        return set(error.codes)
    return set()


@given(cases(), REPORTS)
def test_what_can_not_happen_is_refused_and_the_state_stays_good(case: Case, reports: list[Report]) -> None:
    """RT-1: an event that can't be is a typed refusal; the state that it was told with goes on as before."""
    router = Router(case.tenant)
    for step, at, live in steps_of(case, reports):
        for wrong in MISFITS:
            assert refusals(router, step.state, wrong, at, live) <= REFUSALS
        if isinstance(step.action, End):
            with pytest.raises(Refused) as caught:
                router.resume(step.state, CallerGone(), at=at, live=live)
            assert (Code.CALL_OVER,) == caught.value.codes


@given(cases(), REPORTS)
def test_a_state_of_another_tenant_is_refused(case: Case, reports: list[Report]) -> None:
    """RT-1: a call of one tenant is never taken up by another one."""
    other = Router(attrs.evolve(case.tenant, id=TenantId("t-other")))
    for step, at, live in steps_of(case, reports[:2]):
        with pytest.raises(Refused):
            other.resume(step.state, CallerGone(), at=at, live=live)


INSTEAD: tuple[object, ...] = (
    *(None, True, -1, 0, 1, 3, 10**13, 1.5, "", "0", "f", "ffff", "busy", "x" * 300, [], {}, [1], ["+1"]),
    *("u-asha", "u-kim", "x-nobody", "d-sales", "d-support", "i-welcome", "n-main", "direct", "sticky", "transfer"),
)


def places_in(value: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Every place in a document."""
    yield path
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in inside:
        yield from places_in(inner, (*path, key))


def changed_at(value: Any, path: tuple[str | int, ...], new: object) -> Any:
    """The document with something else in one place."""
    if not path:
        return new
    copy = dict(value) if isinstance(value, Mapping) else list(value)
    copy[path[0]] = changed_at(value[path[0]], path[1:], new)  # type: ignore[index]  # the path is the document's
    return copy


@given(cases(), REPORTS, st.data())
def test_a_state_that_was_tampered_with_rings_nobody_who_may_not(
    case: Case, reports: list[Report], data: st.DataObject
) -> None:
    """RT-11, RT-13: whatever a state says, it is refused or rings only who passes the first three gates."""
    router = Router(case.tenant)
    for step, at, live in steps_of(case, reports):
        written = json.loads(step.state.to_json())
        path = data.draw(st.sampled_from(list(places_in(written))))
        text = json.dumps(changed_at(written, path, data.draw(st.sampled_from(INSTEAD))))
        for happened in (*MISFITS, *possible(case.tenant, step.action)[:1]):
            with suppress(AgentprovError):
                after = router.resume(State.from_json(text), happened, at=at, live=live)
                assert [] == rung_badly(case.tenant, after, at, live)
                assert after.state.ring_left <= case.tenant.settings.ring_budget


# ---- reaches --------------------------------------------------------------------------------------------------------


def by_menu(destination: Destination, *items: Any) -> Tenant:
    """A tenant whose number leads to a menu, whose option 1 leads there."""
    return centre(to_menu("m"), menu("m", option("1", destination, VOICEMAIL)), *items)


def rung_in(steps: list[Step]) -> set[str]:
    """Who rang in some step."""
    return {user for step in steps if isinstance(step.action, Ring) for user in step.action.users}


PRESS = Digits(keys="1")


@given(st.sampled_from(Strategy))
def test_an_agent_behind_a_menu_outside_the_hours_is_hung_up(strategy: Strategy) -> None:
    """P36: an agent behind a menu, outside their hours: neither their failover nor the option's fallback."""
    asha = agent("asha", hours=OFFICE, failover=to("ravi"))
    team = department("team", "ravi", strategy=strategy)
    steps = walk(by_menu(to("asha"), asha, agent("ravi"), team), PRESS, at=EVENING)

    assert isinstance(steps[-1].action, End)
    assert set() == rung_in(steps)


@given(st.sampled_from(Strategy))
def test_a_department_behind_a_menu_is_a_department(strategy: Strategy) -> None:
    """P37, P38: the innermost container counts: the department's failover, not the agent's or the option's."""
    asha = agent("asha", hours=OFFICE, failover=to("ravi"))
    team = department("team", "asha", strategy=strategy, failover=to("lena"))
    [_, step] = walk(by_menu(to_department("team"), asha, agent("ravi"), agent("lena"), team), PRESS, at=EVENING)

    assert isinstance(step.action, Ring)
    assert ((UserId("lena"),), Reach.FAILOVER) == (step.action.users, step.reach)


@given(st.sampled_from(Strategy))
def test_inside_the_hours_it_does_not_matter_how_one_came(strategy: Strategy) -> None:
    """P39: an available agent inside their hours rings, on the same number, whether reached directly or otherwise."""
    people = (agent("asha", hours=OFFICE), department("team", "asha", strategy=strategy))
    ways = [
        walk(centre(to("asha"), *people)),
        walk(centre(to_department("team"), *people)),
        walk(by_menu(to("asha"), *people), PRESS),
        walk(by_menu(to_department("team"), *people), PRESS),
    ]

    assert 1 == len({steps[-1].action for steps in ways})


# ---- departments ----------------------------------------------------------------------------------------------------


def of_all(strategy: Strategy, **fields: Any) -> Department:
    """A department of everybody."""
    return department("team", *NAMES, strategy=strategy, failover=VOICEMAIL, **fields)


def team(strategy: Strategy, *people: Any, **fields: Any) -> Tenant:
    """A tenant whose number leads to that department, with as much time to ring as may be."""
    known = {each.id for each in people}
    others = [agent(name) for name in NAMES if name not in known]
    return centre(to_department("team"), *people, *others, of_all(strategy, **fields), settings=LONG)


def unanswered(tenant: Tenant, live: Live) -> list[Step]:
    """A call that nobody answers, to its end."""
    router = Router(tenant)
    steps = [router.start(CALL, at=NOON, live=live)]
    while isinstance(steps[-1].action, Ring):
        steps.append(router.resume(steps[-1].state, NoAnswer(), at=NOON + 30 * len(steps), live=live))
    return steps


ONE_BY_ONE = tuple(
    each for each in Strategy if each not in {Strategy.SIMULTANEOUS, Strategy.MEMORY_HUNT, Strategy.RING_PROGRESSIVELY}
)


@given(st.sampled_from(ONE_BY_ONE), st.integers(0, 10**9))
def test_one_after_another_is_each_once(strategy: Strategy, seed: int) -> None:
    """RT-6: every strategy of one after another is a permutation of who can be rung, then the failover."""
    steps = unanswered(team(strategy), Live(seed=seed))
    users = [step.action.users for step in steps if isinstance(step.action, Ring)]

    assert sorted((UserId(name),) for name in NAMES) == sorted(users)
    assert VOICEMAIL.voicemail == getattr(steps[-1].action, "voicemail", None)


@given(st.sampled_from(Strategy), st.sampled_from(NAMES), st.integers(30, 599))
def test_a_longer_timeout_shortens_nobody_elses_ring(strategy: Strategy, name: str, timeout: int) -> None:
    """P46: raising one timeout never shortens another leg, while the budget lasts."""
    before = unanswered(team(strategy), Live())
    after = unanswered(
        team(strategy, attrs.evolve(agent(name, plan=None), properties=Table({RING_TIMEOUT: timeout}))), Live()
    )

    for old, new in zip(legs_of(before, name), legs_of(after, name), strict=True):
        assert old <= new


def legs_of(steps: list[Step], without: str) -> list[int]:
    """How long each leg rings, but for one agent's."""
    rings = [step.action for step in steps if isinstance(step.action, Ring)]
    legs = [leg for ring in rings for leg in sorted(ring.legs, key=lambda each: each.user)]
    return [leg.duration for leg in legs if leg.user != without]


def random_order(seed: int, names: tuple[str, ...] = NAMES) -> list[str]:
    """The order that a seed draws."""
    tenant = centre(
        to_department("team"),
        *map(agent, names),
        department("team", *names, strategy=Strategy.RANDOM),
        settings=LONG,
    )
    return [user for step in unanswered(tenant, Live(seed=seed)) for user in rung_in([step])]


SEEDS = 1_200
CRITICAL = 49.7
"""Chi-square with 23 degrees of freedom is above this in one of a thousand."""


def test_random_orders_are_drawn_evenly() -> None:
    """RT-6: over many seeds each of the 24 orders of four members comes about equally often."""
    counted = Counter(tuple(random_order(seed)) for seed in range(SEEDS))
    expected = SEEDS / 24
    chi_square = sum((count - expected) ** 2 / expected for count in counted.values())

    assert 24 == len(counted)
    assert chi_square < CRITICAL


@given(st.integers(), st.sets(st.sampled_from(NAMES), max_size=3))
def test_who_leaves_does_not_change_the_order_of_the_others(seed: int, gone: set[str]) -> None:
    """RT-6: the same seed gives the same order, and members who leave don't change that of the others."""
    left = tuple(name for name in NAMES if name not in gone)

    assert [name for name in random_order(seed) if name not in gone] == random_order(seed, left)


# ---- whoever is known to the caller ---------------------------------------------------------------------------------


def known(name: str, place: str = "team", *, seed: int = 0) -> Live:
    """Live facts: they served the caller a minute ago, in the department or at the number."""
    kind = StickyPlace.DEPARTMENT if place == "team" else StickyPlace.NUMBER
    key = StickyKey(caller=CALLER, place=kind, id=place)
    return Live(last_agents={key: LastAgent(user=UserId(name), at=ANSWERED_AT)}, seed=seed)


@given(st.sampled_from(Strategy), st.sampled_from(NAMES), st.sampled_from((1, 20, 600)), st.booleans())
def test_whoever_is_known_and_free_rings_first_and_alone(
    strategy: Strategy, name: str, reserve: int, members_only: bool
) -> None:
    """P48: if the agent whom the caller knows can be rung, the first step is that agent's."""
    memory = Sticky(days=1, reserve=reserve, members_only=members_only)
    [step, *_] = unanswered(team(strategy, sticky=memory), known(name))

    assert isinstance(step.action, Ring)
    assert ((UserId(name),), Reach.STICKY) == (step.action.users, step.reach)
    assert step.action.duration <= reserve


@given(st.sampled_from(Strategy), st.sampled_from(NAMES), st.sampled_from((0, 20)), st.integers(0, 99))
def test_without_a_memory_the_same_members_ring(strategy: Strategy, name: str, reserve: int, seed: int) -> None:
    """P49: where a department knows a member, the same members ring in all as if it knew nobody."""
    live = known(name, seed=seed)
    with_memory = unanswered(team(strategy, sticky=Sticky(days=1, reserve=reserve)), live)

    assert rung_in(unanswered(team(strategy), live)) == rung_in(with_memory)
    assert VOICEMAIL.voicemail == getattr(with_memory[-1].action, "voicemail", None)


@given(st.sampled_from(NAMES), st.timedeltas(timedelta(0), timedelta(days=3)))
def test_a_record_counts_until_before_its_end(name: str, age: timedelta) -> None:
    """RT-5: a number that leads to an agent rings whom it knows first, until the record is over."""
    key = StickyKey(caller=CALLER, place=StickyPlace.NUMBER, id="main")
    live = Live(last_agents={key: LastAgent(user=UserId(name), at=instant(NOON) - age)})
    line: Number = number(to("asha"), sticky=Sticky(days=1))
    tenant = attrs.evolve(centre(to("asha"), *map(agent, NAMES)), numbers={line.id: line})
    step = Router(tenant).start(Call(to=line.phone, caller=CALLER), at=NOON, live=live)

    assert isinstance(step.action, Ring)
    first = name if age < timedelta(days=1) else "asha"
    assert (first,) == step.action.users
