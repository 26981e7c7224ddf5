"""Departments: whose turn it is by each strategy, tier, stage and skill (RT-6, PR-5, PR-6, RT-13)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import attrs
import pytest

from agentprov.engine.call_flow import Router
from agentprov.engine.skills import lacking
from agentprov.engine.zones import instant
from agentprov.errors import AgentprovError, Code, InvalidValue, NotFound, Refused
from agentprov.model.call_state import State
from agentprov.model.calls import Answered, Busy, CallerGone, CallEvent, NoAnswer
from agentprov.model.departments import Strategy
from agentprov.model.effects import Offered
from agentprov.model.groups import Profile, Skill
from agentprov.model.ids import DepartmentId, ProfileId, SkillId, UserId
from agentprov.model.live import Counters, Live, Presence
from agentprov.model.marks import Mark
from agentprov.model.needs import AllOf, AnyOf, CallSkills, HasSkill, Need, Not, Stage
from agentprov.model.reasons import ReasonCode
from agentprov.model.routing import RingOrder
from agentprov.model.standings import RingingDepartment
from agentprov.model.steps import Ring, Step
from agentprov.model.table import Table
from agentprov.model.tenant import Tenant
from tests.engine.call_centre import (
    NOON,
    OTHER_VOICEMAIL,
    VOICEMAIL,
    agent,
    centre,
    department,
    last,
    number,
    phone,
    ringing,
    said,
    to_department,
    walk,
)
from tests.tenants import by_id

NAMES = ("asha", "ravi", "lena", "meera")
SALES = DepartmentId("sales")
ENGLISH, HINDI = SkillId("english"), SkillId("hindi")
SKILLS = by_id([Skill(id=ENGLISH, name="English"), Skill(id=HINDI, name="Hindi")])


def team(strategy: Strategy = Strategy.ORDER, *, members: Iterable[str] = NAMES, **fields: Any) -> Tenant:
    """A department of four behind the number, with a failover."""
    users = [agent(name) for name in NAMES]
    sales = department("sales", *members, strategy=strategy, failover=VOICEMAIL, **fields)
    return centre(to_department("sales"), *users, sales, fallback=OTHER_VOICEMAIL, skills=SKILLS)


def waves(tenant: Tenant, live: Live | None = None) -> list[Step]:
    """The waves of a call that nobody answers, a second apart; between them the state is written and read."""
    steps = walk(tenant, live=live)
    while isinstance(steps[-1].action, Ring):
        state = State.from_json(steps[-1].state.to_json())
        steps.append(Router(tenant).resume(state, NoAnswer(), at=NOON + len(steps), live=live or Live()))
    return steps[:-1]


def turns(tenant: Tenant, live: Live | None = None) -> list[str]:
    """Who rings, wave after wave, while nobody answers."""
    return ["+".join(sorted(users_of(step))) for step in waves(tenant, live)]


def users_of(step: Step) -> tuple[str, ...]:
    """Who rings."""
    assert isinstance(step.action, Ring)
    return step.action.users


# ---- strategies -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("last_offered", "expected"),
    [
        (None, ["asha", "ravi", "lena", "meera"]),
        ("asha", ["ravi", "lena", "meera", "asha"]),
        ("lena", ["meera", "asha", "ravi", "lena"]),
        ("meera", ["asha", "ravi", "lena", "meera"]),
        ("gone", ["asha", "ravi", "lena", "meera"]),
    ],
)
def test_round_robin_begins_behind_the_last_one_offered(last_offered: str | None, expected: list[str]) -> None:
    """RT-6: from the top if nobody was, or if they left."""
    live = Live(rotation={} if last_offered is None else {"sales": last_offered})

    assert expected == turns(team(Strategy.ROUND_ROBIN), live)


def test_longest_idle_rings_whoever_was_never_called_first() -> None:
    """RT-6: then by when their last call ended; two alike by the list."""
    early, late = datetime(2026, 11, 23, 9, tzinfo=UTC), datetime(2026, 11, 23, 11, tzinfo=UTC)
    live = Live(counters={"asha": Counters(idle_since=late), "ravi": Counters(idle_since=early), "lena": Counters()})

    assert ["lena", "meera", "ravi", "asha"] == turns(team(Strategy.LONGEST_IDLE), live)


@pytest.mark.parametrize(
    ("strategy", "counters"),
    [
        (Strategy.FEWEST_CALLS, [Counters(calls=7), Counters(calls=3)]),
        (Strategy.LEAST_TALK_TIME, [Counters(talk_seconds=7), Counters(talk_seconds=3)]),
    ],
)
def test_the_least_burdened_ring_first(strategy: Strategy, counters: list[Counters]) -> None:
    """RT-6: whoever isn't counted has done nothing; two alike by the list."""
    most, some = counters
    live = Live(counters={"asha": most, "ravi": some, "meera": some})

    assert ["lena", "ravi", "meera", "asha"] == turns(team(strategy), live)


def test_highest_skill_sums_the_levels_that_are_asked_for() -> None:
    """RT-6: of the stage and of the call; a skill without a level counts nothing; all skills where none is asked."""
    levels: dict[str, dict[SkillId, int | None]] = {
        "asha": {ENGLISH: 2, HINDI: 5},
        "ravi": {ENGLISH: 4},
        "lena": {ENGLISH: None, HINDI: 4},
        "meera": {ENGLISH: 3, HINDI: 3},
    }
    tenant = team(Strategy.HIGHEST_SKILL)
    users = Table({UserId(name): agent(name, skills=Table(skills)) for name, skills in levels.items()})
    tenant = attrs.evolve(tenant, users=users)
    english = [Stage(needs=[HasSkill(skill=ENGLISH)])]
    asking = attrs.evolve(tenant.departments[SALES], stages=english)

    assert ["asha", "meera", "ravi", "lena"] == turns(tenant)
    assert ["ravi", "meera", "asha", "lena"] == turns(attrs.evolve(tenant, departments=by_id([asking])))
    either = [Stage(needs=[AnyOf(needs=[HasSkill(skill=ENGLISH), Not(need=HasSkill(skill=HINDI))])])]
    assert ["ravi", "meera", "asha", "lena"] == turns(
        attrs.evolve(tenant, departments=by_id([attrs.evolve(asking, stages=either)]))
    )
    excluding = [Stage(needs=[Not(need=HasSkill(skill=HINDI, low=5))])]
    assert ["meera", "ravi", "lena"] == turns(
        attrs.evolve(tenant, departments=by_id([attrs.evolve(asking, stages=excluding)]))
    )
    marked = number(to_department("sales"), mark=Mark(skills=Table({HINDI: None})))
    assert ["asha", "lena", "meera"] == turns(attrs.evolve(tenant, numbers=by_id([marked])))


def test_a_random_order_is_drawn_from_the_seed() -> None:
    """RT-6, RT-11: the same seed gives the same order, everybody has one turn, and who leaves moves nobody else."""
    everybody, without_lena = team(Strategy.RANDOM), team(Strategy.RANDOM, members=("asha", "ravi", "meera"))
    orders = {seed: turns(everybody, Live(seed=seed)) for seed in range(-50, 150)}

    assert len(set(map(tuple, orders.values()))) == 24  # every order of four occurs
    for seed, order in orders.items():
        assert sorted(NAMES) == sorted(order)
        assert order == turns(everybody, Live(seed=seed))
        assert [name for name in order if name != "lena"] == turns(without_lena, Live(seed=seed))


def test_a_turn_is_returned_as_an_effect() -> None:
    """RT-13: the rotation goes on behind whoever was offered the call; a further number of theirs is no other offer."""
    home = phone("home")
    tenant = team(Strategy.ROUND_ROBIN)
    users = {**tenant.users, UserId("asha"): agent("asha", plan=RingOrder.ORDER, timeout=10, alternates=[home])}
    steps = walk(attrs.evolve(tenant, users=users), NoAnswer(), NoAnswer())

    assert (Offered(department=SALES, user=UserId("asha")),) == steps[0].effects
    assert [("asha", home, 0, 10)] == ringing(steps[1])
    assert [] == [each for each in steps[1].effects if isinstance(each, Offered)]
    assert Offered(department=SALES, user=UserId("ravi")) in steps[2].effects


def test_a_member_who_could_not_be_rung_has_had_their_turn() -> None:
    """RT-6: one pass; whoever becomes free after their turn doesn't ring any more."""
    router = Router(team())
    step = router.start(last(team()).state.call, at=NOON, live=Live(presence={"asha": Presence.BUSY}))

    assert ("ravi",) == users_of(step)
    assert ("lena",) == users_of(router.resume(step.state, NoAnswer(), at=NOON + 30))


def test_memory_hunt_rings_one_then_two_then_three() -> None:
    """RT-6: each time for the ring time; whoever can't be rung when it is their turn is left out."""
    tenant = team(Strategy.MEMORY_HUNT, ring_time=12)
    steps = walk(tenant, *[NoAnswer()] * 3, live=Live(presence={"ravi": Presence.BUSY}))

    assert [{"asha"}, {"asha", "lena"}, {"asha", "lena", "meera"}] == [set(users_of(step)) for step in steps[:3]]
    assert {(0, 12)} == {leg[2:] for step in steps[:3] for leg in ringing(step)}
    assert VOICEMAIL.voicemail == getattr(steps[3].action, "voicemail", None)
    assert ("asha", ReasonCode.TURN_PAST) in said(steps[3])
    assert 300 - 36 == steps[2].state.ring_left


def test_memory_hunt_without_a_ring_time_takes_thirty_seconds() -> None:
    """RT-6: and drops whoever can't be rung any more."""
    router = Router(team(Strategy.MEMORY_HUNT))
    step = router.start(last(team()).state.call, at=NOON)
    busy = Live(presence={"asha": Presence.BUSY})
    after = router.resume(step.state, NoAnswer(), at=NOON + 30, live=busy)

    assert [("asha", phone("asha"), 0, 30)] == ringing(step)
    assert [("ravi", phone("ravi"), 0, 30)] == ringing(after)
    assert ("asha", ReasonCode.PRESENCE_BUSY) in said(after)


def test_ring_progressively_adds_one_after_each_ring_time() -> None:
    """RT-6: those who ring go on ringing, until the last one had theirs."""
    step = last(team(Strategy.RING_PROGRESSIVELY, ring_time=10), live=Live(presence={"lena": Presence.BUSY}))

    expected = [("asha", phone("asha"), 0, 30), ("ravi", phone("ravi"), 10, 20), ("meera", phone("meera"), 20, 10)]
    assert expected == ringing(step)
    assert 30 == getattr(step.action, "duration", None)
    assert ("lena", ReasonCode.PRESENCE_BUSY) in said(step)


def test_ring_progressively_goes_through_a_plan_and_stays_at_its_end() -> None:
    """RT-4, RT-6: the last number that begins rings to the end of the wave; together, all do."""
    home = phone("home")
    tenant = team(Strategy.RING_PROGRESSIVELY, ring_time=15, members=("asha", "ravi"))
    in_order = agent("asha", plan=RingOrder.ORDER, timeout=10, alternates=[home])
    together = agent("asha", plan=RingOrder.SIMULTANEOUS, timeout=10, alternates=[home])

    step = last(attrs.evolve(tenant, users={**tenant.users, UserId("asha"): in_order}))
    assert {("asha", phone("asha"), 0, 10), ("asha", home, 10, 20), ("ravi", phone("ravi"), 15, 15)} == set(
        ringing(step)
    )
    step = last(attrs.evolve(tenant, users={**tenant.users, UserId("asha"): together}))
    assert {("asha", phone("asha"), 0, 30), ("asha", home, 0, 30), ("ravi", phone("ravi"), 15, 15)} == set(
        ringing(step)
    )


def test_a_progressive_wave_is_cut_to_the_budget() -> None:
    """RT-9: whoever would begin after its end isn't rung, and the wave after it has no time left."""
    tenant = team(Strategy.RING_PROGRESSIVELY, ring_time=10, ring_budget=20)
    steps = walk(tenant, NoAnswer())

    assert ["asha", "ravi"] == [leg[0] for leg in ringing(steps[0])]
    assert {("", ReasonCode.RING_BUDGET_CUT), ("lena", ReasonCode.TURN_LATER), ("meera", ReasonCode.TURN_LATER)} <= set(
        said(steps[0])
    )
    assert ("", ReasonCode.RING_BUDGET_OVER) in said(steps[1])
    assert VOICEMAIL.voicemail == getattr(steps[1].action, "voicemail", None)


def test_whoever_rang_is_told_of_when_the_budget_is_over() -> None:
    """RT-10: in a hunt, and in the middle of a ring plan: their turn is past, and others are told so."""
    hunt = walk(team(Strategy.MEMORY_HUNT, members=("asha", "ravi"), ring_time=10, ring_budget=10), NoAnswer())
    assert {("asha", ReasonCode.TURN_PAST), ("ravi", ReasonCode.TURN_LATER)} <= set(said(hunt[1]))
    tenant = team(members=("asha", "ravi"), ring_budget=10)
    twice = agent("asha", plan=RingOrder.ORDER, timeout=10, alternates=[phone("home")])
    steps = walk(attrs.evolve(tenant, users={**tenant.users, UserId("asha"): twice}), NoAnswer())
    assert {("asha", ReasonCode.TURN_PAST), ("ravi", ReasonCode.TURN_LATER)} <= set(said(steps[1]))
    assert ("asha", ReasonCode.TURN_LATER) not in said(steps[1])


def test_a_state_may_claim_no_more_time_than_the_department_has() -> None:
    """RT-9: whatever it says, no budget grows."""
    step = last(team(ring_budget=40))
    assert isinstance(step.state.waiting, RingingDepartment)
    waiting = attrs.evolve(step.state.waiting, ring_left=10**9)
    state = State.from_json(attrs.evolve(step.state, waiting=waiting).to_json())
    after = Router(team(ring_budget=40)).resume(state, NoAnswer(), at=NOON)

    assert 10 == getattr(after.state.waiting, "ring_left", None)


def test_a_state_may_claim_that_strangers_ring() -> None:
    """P30: places behind the end of the list are nobody's, so nobody of them can answer, and the pass goes on."""
    step = last(team())
    assert isinstance(step.state.waiting, RingingDepartment)
    state = attrs.evolve(step.state, waiting=attrs.evolve(step.state.waiting, ringing=1 << 99, rung=()))
    with pytest.raises(Refused) as caught:
        Router(team()).resume(state, Answered(by=UserId("asha")), at=NOON)

    assert (Code.CALL_NOT_RUNG,) == caught.value.codes
    assert ("ravi",) == users_of(Router(team()).resume(state, NoAnswer(), at=NOON))


@pytest.mark.parametrize("strategy", Strategy)
def test_with_no_time_left_nobody_is_said_to_ring(strategy: Strategy) -> None:
    """RT-9: the budget is over, so the call goes to the failover, whatever the strategy."""
    router = Router(team(strategy))
    state = attrs.evolve(last(team(strategy, members=("asha",))).state, ring_left=0)
    step = router.resume(State.from_json(state.to_json()), Busy(), at=NOON)

    assert ("", ReasonCode.RING_BUDGET_OVER) in said(step)
    assert ReasonCode.RINGS not in {code for _, code in said(step)}
    assert VOICEMAIL.voicemail == getattr(step.action, "voicemail", None)


@pytest.mark.parametrize("strategy", Strategy)
def test_nobody_who_can_be_rung_leads_to_the_failover(strategy: Strategy) -> None:
    """RT-6, RT-10: with a reason for each; a member without a number is one of them."""
    tenant = team(strategy)
    users = {UserId(name): agent(name, phone=None) for name in NAMES}
    busy = Live(presence=dict.fromkeys(NAMES, Presence.BUSY))

    for step, code in (
        (last(tenant, live=busy), ReasonCode.PRESENCE_BUSY),
        (last(attrs.evolve(tenant, users=users)), ReasonCode.NUMBER_NONE),
    ):
        assert {(name, code) for name in NAMES} | {("sales", ReasonCode.TO_FAILOVER)} <= set(said(step))
        assert VOICEMAIL.voicemail == getattr(step.action, "voicemail", None)


@pytest.mark.parametrize("strategy", Strategy)
def test_whoever_rings_can_answer_and_nobody_else(strategy: Strategy) -> None:
    """RT-1: checked against the list as it was when they rang."""
    step = last(team(strategy))
    first = users_of(step)[0]
    answered = Router(team(strategy)).resume(step.state, Answered(by=UserId(first)), at=NOON + 5)

    assert first == getattr(answered.action, "user", None)


@pytest.mark.parametrize("strategy", Strategy)
def test_a_state_of_two_hundred_members_is_small(strategy: Strategy) -> None:
    """RT-13: under 2 kB."""
    names = [f"agent-with-a-long-id-{place:03}" for place in range(200)]
    users = [agent(name, phone=f"+9191{place:08}") for place, name in enumerate(names)]
    tenant = centre(to_department("sales"), *users, department("sales", *names, strategy=strategy))

    assert max(len(step.state.to_json()) for step in waves(tenant)) < 2_000


# ---- tiers and stages -----------------------------------------------------------------------------------------------


def test_without_stages_each_tier_has_its_turn_when_those_before_are_through() -> None:
    """RT-6: whoever has no tier is in tier 0; within a tier the strategy decides."""
    tiers = {UserId("asha"): 2, UserId("lena"): 1}

    assert ["ravi", "meera", "lena", "asha"] == turns(team(tiers=tiers))
    assert ["meera+ravi", "lena", "asha"] == turns(team(Strategy.SIMULTANEOUS, tiers=tiers))
    assert ["ravi", "meera+ravi", "lena+meera+ravi", "asha+lena+meera+ravi"] == turns(
        team(Strategy.MEMORY_HUNT, tiers=tiers)
    )
    assert ["meera+ravi", "lena", "asha"] == turns(team(Strategy.RING_PROGRESSIVELY, tiers=tiers))


def test_a_stage_begins_after_its_time_or_when_nobody_is_left() -> None:
    """RT-6: those whom it admits then compete with who is left; until then it is said when their turn can come."""
    hindi = [HasSkill(skill=HINDI)]
    tenant = team(stages=[Stage(needs=hindi), Stage(after=20, tier=0), Stage()], tiers={UserId("meera"): 2})
    skilled = {UserId(name): agent(name, skills=Table({HINDI: None})) for name in ("ravi", "lena")}
    router = Router(attrs.evolve(tenant, users={**tenant.users, **skilled}))
    step = router.start(last(team()).state.call, at=NOON)

    assert ("ravi",) == users_of(step)
    later = {(each.id, each.code): each.until for each in step.reasons}
    assert NOON + 20 == later["asha", ReasonCode.STAGE_LATER]
    assert None is later["meera", ReasonCode.STAGE_LATER]
    assert ("lena", ReasonCode.TURN_LATER) in later
    early = router.resume(step.state, Busy(), at=NOON + 19)
    assert ("lena",) == users_of(early)
    late = router.resume(step.state, NoAnswer(), at=NOON + 20)
    assert ("asha",) == users_of(late)
    last_one = router.resume(router.resume(late.state, Busy(), at=NOON + 21).state, Busy(), at=NOON)
    assert ("meera",) == users_of(last_one)


def test_whom_a_stage_admits_while_a_wave_rings_joins_it() -> None:
    """RT-6: with a delay, until the ring time; who comes after that, or when nobody else is left, rings alone."""
    stages = [Stage(tier=0), Stage(tier=1, after=10), Stage(tier=2, after=25), Stage(tier=3)]
    tiers = {UserId("ravi"): 1, UserId("lena"): 2, UserId("meera"): 3}
    tenant = team(Strategy.SIMULTANEOUS, tiers=tiers, stages=stages, ring_time=25)
    steps = walk(tenant, NoAnswer(), NoAnswer(), NoAnswer())

    assert [("asha", phone("asha"), 0, 25), ("ravi", phone("ravi"), 10, 15)] == ringing(steps[0])
    assert ["lena", "meera"] == [users_of(step)[0] for step in steps[1:3]]


def test_nobody_joins_after_a_silence() -> None:
    """RT-6: where those before them stop ringing earlier, they begin then."""
    stages = [Stage(tier=0), Stage(tier=1, after=100)]
    tiers = {UserId("ravi"): 1}
    tenant = team(Strategy.SIMULTANEOUS, members=("asha", "ravi"), tiers=tiers, stages=stages)

    assert [("asha", phone("asha"), 0, 30), ("ravi", phone("ravi"), 30, 30)] == ringing(last(tenant))


def test_a_ring_that_is_left_out_keeps_nobody_waiting() -> None:
    """RT-6, RT-4: a telephone that two share rings once, for the first; who joins doesn't wait for the other's end."""
    stages = [Stage(tier=0), Stage(tier=1, after=100)]
    tenant = team(Strategy.SIMULTANEOUS, members=("asha", "ravi", "lena"), tiers={UserId("lena"): 1}, stages=stages)
    shared = agent("ravi", timeout=50, plan=RingOrder.ORDER, phone=phone("asha"))
    step = last(attrs.evolve(tenant, users={**tenant.users, shared.id: shared}))

    assert [("asha", phone("asha"), 0, 30), ("lena", phone("lena"), 30, 30)] == ringing(step)


def test_a_member_whom_no_stage_admits_is_told_so() -> None:
    """RT-10: by tier."""
    tenant = team(members=("asha", "ravi"), tiers={UserId("asha"): 5}, stages=[Stage(tier=3)])
    steps = walk(tenant, NoAnswer())

    assert ("asha", ReasonCode.STAGE_NEVER) in said(steps[0])
    assert ("asha", ReasonCode.STAGE_NEVER) in said(steps[1])
    assert VOICEMAIL.voicemail == getattr(steps[1].action, "voicemail", None)


def test_a_stage_that_is_gone_under_the_call_is_the_last_one() -> None:
    """RT-13: with fewer stages than the state knows the pass goes on in the last."""
    tiers = {UserId("ravi"): 1, UserId("lena"): 2}
    before, after = team(tiers=tiers), team()
    state = walk(before, Busy())[-1].state

    assert 0 == State.from_json(state.to_json()).ring_left - 300 + 60
    assert ("ravi",) == users_of(Router(after).resume(state, Busy(), at=NOON + 2))


def test_a_lower_tier_comes_before_a_higher_one() -> None:
    """RT-6: also among those whom one stage admits; within a tier the strategy decides."""
    tiers = {UserId("asha"): 1}
    live = Live(counters={name: Counters(calls=calls) for name, calls in (("ravi", 5), ("lena", 3), ("meera", 4))})

    assert ["lena", "meera", "ravi", "asha"] == turns(team(Strategy.FEWEST_CALLS, tiers=tiers, stages=[Stage()]), live)
    assert ["asha+lena+meera+ravi"] == turns(team(Strategy.SIMULTANEOUS, tiers=tiers, stages=[Stage()]), live)


def test_who_may_take_a_call_that_waits_elsewhere() -> None:
    """RT-6: by the same skills, gates and strategy; stages come by the time waited alone, and nobody rings."""
    stages = [Stage(tier=0), Stage(tier=1, after=20), Stage(tier=2)]
    tiers = {UserId("lena"): 1, UserId("meera"): 2}
    tenant = team(Strategy.FEWEST_CALLS, tiers=tiers, stages=stages)
    tenant = attrs.evolve(tenant, users={**tenant.users, UserId("lena"): agent("lena", phone=None)})
    live = Live(counters={"asha": Counters(calls=1)}, presence={"ravi": Presence.BUSY})
    state = last(tenant, live=live).state
    router = Router(tenant)

    early = router.candidates(state, "sales", waited=19, at=NOON, live=live)
    assert ("asha",) == early.users
    assert {
        ("ravi", ReasonCode.PRESENCE_BUSY, None),
        ("lena", ReasonCode.STAGE_LATER, NOON + 1),
        ("meera", ReasonCode.STAGE_LATER, None),
    } == {(each.id, each.code, each.until) for each in early.reasons}
    late = router.candidates(state, "sales", waited=20, at=instant(NOON))
    assert ("asha", "ravi") == late.users
    assert ("lena", ReasonCode.NUMBER_NONE) in {(each.id, each.code) for each in late.reasons}


@pytest.mark.parametrize(
    ("department", "waited", "expected"),
    [
        ("nowhere", 0, (NotFound, Code.REFERENCE_MISSING)),
        ("sales", -1, (InvalidValue, Code.TIMEOUT_OUT_OF_RANGE)),
        ("sales", 86_401, (InvalidValue, Code.TIMEOUT_OUT_OF_RANGE)),
        ("sales", None, (InvalidValue, Code.FIELD_REQUIRED)),
    ],
)
def test_what_is_no_wait_is_one_clear_fault(
    department: str, waited: Any, expected: tuple[type[AgentprovError], Code]
) -> None:
    """RT-6: an unknown department, a wait of less than nothing or more than a day."""
    kind, code = expected
    with pytest.raises(kind) as caught:
        Router(team()).candidates(last(team()).state, department, waited=waited, at=NOON)
    assert (code,) == caught.value.codes


def test_a_call_that_is_over_waits_for_nobody() -> None:
    """RT-1: as after any end."""
    with pytest.raises(Refused) as caught:
        Router(team()).candidates(last(team(), CallerGone()).state, "sales", waited=0, at=NOON)

    assert (Code.CALL_OVER,) == caught.value.codes


# ---- skills ---------------------------------------------------------------------------------------------------------

LEVELS: Table[SkillId, int | None] = Table({ENGLISH: 3, HINDI: None})


@pytest.mark.parametrize(
    ("need", "lack"),
    [
        (HasSkill(skill=ENGLISH), None),
        (HasSkill(skill=ENGLISH, low=3), None),
        (HasSkill(skill=ENGLISH, high=3), None),
        (HasSkill(skill=ENGLISH, low=4), ReasonCode.SKILL_LEVEL),
        (HasSkill(skill=ENGLISH, high=2), ReasonCode.SKILL_LEVEL),
        (HasSkill(skill=ENGLISH, low=2, high=4), None),
        (HasSkill(skill=HINDI), None),
        (HasSkill(skill=HINDI, low=0), ReasonCode.SKILL_LEVEL),
        (HasSkill(skill=HINDI, high=1000), ReasonCode.SKILL_LEVEL),
        (HasSkill(skill=SkillId("french")), ReasonCode.SKILL_MISSING),
        (HasSkill(skill=SkillId("french"), high=1), ReasonCode.SKILL_MISSING),
        (AllOf(needs=[HasSkill(skill=ENGLISH), HasSkill(skill=SkillId("french"))]), ReasonCode.SKILL_MISSING),
        (AllOf(needs=[HasSkill(skill=ENGLISH), HasSkill(skill=HINDI)]), None),
        (AnyOf(needs=[HasSkill(skill=SkillId("french")), HasSkill(skill=ENGLISH, low=4)]), ReasonCode.SKILL_LEVEL),
        (AnyOf(needs=[HasSkill(skill=SkillId("french")), HasSkill(skill=ENGLISH)]), None),
        (Not(need=HasSkill(skill=ENGLISH)), ReasonCode.SKILL_EXCLUDED),
        (Not(need=HasSkill(skill=SkillId("french"), low=3)), None),
    ],
)
def test_what_is_lacking(need: Need, lack: ReasonCode | None) -> None:
    """PR-5: a missing skill is not level zero, and one without a level satisfies a need without one alone."""
    assert lack == lacking(need, LEVELS)


def skilled(*stages: Stage, mark: Mark | None = None, **levels: dict[SkillId, int | None]) -> Tenant:
    """The department, whose members have these skills, behind a number that marks its calls."""
    tenant = team(stages=stages)
    users = {UserId(name): agent(name, skills=Table(levels.get(name, {}))) for name in NAMES}
    return attrs.evolve(tenant, users=users, numbers=by_id([number(to_department("sales"), mark=mark)]))


@pytest.mark.parametrize(
    ("stage", "expected"),
    [
        (Stage(), ["ravi"]),
        (Stage(call_skills=CallSkills.ANY_LEVEL), ["asha", "ravi"]),
        (Stage(call_skills=CallSkills.IGNORED), list(NAMES)),
        (Stage(without=[HINDI]), ["asha", "ravi", "lena"]),
        (Stage(without=[HINDI, ENGLISH]), list(NAMES)),
        (Stage(without=[HINDI, ENGLISH], needs=[HasSkill(skill=HINDI)]), ["asha", "ravi"]),
    ],
)
def test_the_skills_that_a_call_asks_for_count(stage: Stage, expected: list[str]) -> None:
    """RT-6, RT-12: unless the stage says otherwise."""
    tenant = skilled(
        stage,
        mark=Mark(skills=Table({ENGLISH: None, HINDI: 3})),
        asha={ENGLISH: 1, HINDI: 2},
        ravi={ENGLISH: None, HINDI: 3},
        lena={ENGLISH: 5},
    )

    assert expected == turns(tenant)


def test_a_department_without_stages_asks_for_what_the_call_asks() -> None:
    """RT-6: and says what is lacking."""
    tenant = skilled(mark=Mark(skills=Table({ENGLISH: 3})), asha={ENGLISH: 2}, ravi={ENGLISH: 3})
    step = last(tenant)

    assert [("asha", ReasonCode.SKILL_LEVEL), ("lena", ReasonCode.SKILL_MISSING)] == [
        each for each in said(step) if each[0] in {"asha", "lena"}
    ]
    assert ("ravi",) == users_of(step)


def test_skills_are_those_of_the_active_profile() -> None:
    """PR-6: of one that is theirs; a profile of somebody else counts no more than none; without one their own."""
    tenant = skilled(Stage(needs=[HasSkill(skill=ENGLISH, low=3)]), asha={ENGLISH: 5}, ravi={}, lena={ENGLISH: 4})
    tenant = attrs.evolve(
        tenant,
        profiles=by_id(
            [
                Profile(id=ProfileId("p-asha"), name="Quiet", user=UserId("asha"), skills=Table({ENGLISH: 1})),
                Profile(id=ProfileId("p-ravi"), name="Loud", user=UserId("ravi"), skills=Table({ENGLISH: 3})),
            ]
        ),
    )
    live = Live(profiles={"asha": "p-asha", "ravi": "p-ravi", "lena": "p-ravi"})

    assert ["ravi", "lena"] == turns(tenant, live)
    assert ["asha", "lena"] == turns(tenant)


@pytest.mark.parametrize("events", [(), (NoAnswer(),), (NoAnswer(), Busy())])
def test_relaxation_lets_more_ring_as_time_passes(events: tuple[CallEvent, ...]) -> None:
    """RT-6: first the skill at a level, then at any, then anybody; every one has one turn."""
    tenant = skilled(
        Stage(needs=[HasSkill(skill=HINDI, low=4)]),
        Stage(after=15, needs=[HasSkill(skill=HINDI)]),
        Stage(after=60),
        asha={HINDI: 1},
        ravi={HINDI: 5},
        meera={HINDI: None},
    )

    assert ["ravi", "asha", "meera", "lena"][: len(events) + 1] == [
        users_of(step)[0] for step in walk(tenant, *events) if isinstance(step.action, Ring)
    ]
