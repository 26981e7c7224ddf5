"""Whom a played call never rings, on small tenants: why not, and when that is over."""

from __future__ import annotations

from agentprov.analysis.never_rung import NeverRung, never_rung
from agentprov.engine.call_flow import Router
from agentprov.engine.playing import Played, Script, play
from agentprov.model.ids import TimeGroupId, UserId
from agentprov.model.live import Live, Presence
from agentprov.model.needs import Stage
from agentprov.model.reasons import NOT_RUNG, ReasonCode, SubjectKind, reason
from agentprov.model.tenant import Tenant
from tests.engine.call_centre import CALL, NEVER, NOON, OFFICE, agent, centre, department, said, to_department

ASHA, RAVI = UserId("asha"), UserId("ravi")
EARLY = NOON - 5 * 3_600
"""Two hours before the office opens, at nine."""


def played(tenant: Tenant, *answering: str, at: int = NOON, live: Live | None = None) -> Played:
    """A call that comes in at an instant, in which these answer."""
    facts = Live(panel=tenant.users) if live is None else live
    return play(Router(tenant), CALL, at=at, live=facts, script=Script(answering=map(UserId, answering)))


def unrung(tenant: Tenant, *answering: str, at: int = NOON, live: Live | None = None) -> tuple[NeverRung, ...]:
    """Who is never rung by such a call."""
    facts = Live(panel=tenant.users) if live is None else live
    return never_rung(played(tenant, *answering, at=at, live=facts), Router(tenant), live=facts)


def sales(hours: TimeGroupId | None = None) -> Tenant:
    """Asha and then Ravi; Asha by the clock."""
    return centre(
        to_department("sales"), agent("asha", hours=hours), agent("ravi"), department("sales", "asha", "ravi")
    )


def codes(found: tuple[NeverRung, ...]) -> list[tuple[str, list[ReasonCode]]]:
    """Who, and why."""
    return [(each.user, [reason.code for reason in each.reasons]) for each in found]


def test_whoever_rings_is_not_told() -> None:
    """AN-1: of a call that rings everybody, nobody is told; who was rung is a property of the call."""
    call = played(sales())

    assert (frozenset({ASHA, RAVI}), ()) == (call.rung, unrung(sales()))


def test_it_is_over_when_the_last_reason_is() -> None:
    """AN-1: hours end by the clock; hours that never begin, and a presence, don't."""
    [by_the_clock] = unrung(sales(OFFICE), at=EARLY)
    [with_no_end] = unrung(sales(NEVER), at=EARLY)
    busy = Live(presence={"asha": Presence.BUSY})
    [both] = unrung(sales(OFFICE), at=EARLY, live=busy)

    assert (ASHA, EARLY + 2 * 3_600) == (by_the_clock.user, by_the_clock.until)
    assert (ASHA, None) == (with_no_end.user, with_no_end.until)
    assert [(ASHA, [ReasonCode.HOURS_OUTSIDE, ReasonCode.PRESENCE_BUSY])] == codes((both,))
    assert both.until is None


def test_of_two_ends_it_is_the_later() -> None:
    """AN-1: nothing stands against somebody from the instant on at which every reason is over."""
    reasons = [
        reason(SubjectKind.USER, ASHA, ReasonCode.HOURS_OUTSIDE, until=NOON + 60),
        reason(SubjectKind.USER, ASHA, ReasonCode.STAGE_LATER, until=NOON + 30),
    ]

    assert NOON + 60 == NeverRung(user=ASHA, reasons=reasons).until


def test_a_turn_counts_where_nothing_else_is_said() -> None:
    """AN-1: who would have been next was passed over by turns alone; who then couldn't be rung, by that."""
    assert [(RAVI, [ReasonCode.TURN_LATER])] == codes(unrung(sales(), "asha"))

    tenant = centre(
        to_department("sales"), agent("asha"), agent("ravi", hours=NEVER), department("sales", "asha", "ravi")
    )
    assert [(RAVI, [ReasonCode.HOURS_OUTSIDE])] == codes(unrung(tenant))


def test_a_stage_counts_where_nothing_else_is_said() -> None:
    """AN-1, RT-6: whose stage comes later and who then couldn't be rung is told what kept them from it."""
    in_stages = department("sales", "asha", "ravi", stages=[Stage(tier=0), Stage(after=10)], tiers={RAVI: 1})
    never = centre(to_department("sales"), agent("asha"), agent("ravi", hours=NEVER), in_stages)
    always = centre(to_department("sales"), agent("asha"), agent("ravi"), in_stages)

    assert [(RAVI, [ReasonCode.HOURS_OUTSIDE])] == codes(unrung(never))
    assert [(RAVI, [ReasonCode.STAGE_LATER])] == codes(unrung(always, "asha"))


def test_gates_that_a_step_had_no_need_to_look_at_are_told() -> None:
    """AN-1, RT-3: whose stage comes in ten seconds, and whose hours begin in two, is free to ring in two hours."""
    in_stages = department("sales", "asha", "ravi", stages=[Stage(tier=0), Stage(after=10)], tiers={RAVI: 1})
    tenant = centre(to_department("sales"), agent("asha"), agent("ravi", hours=OFFICE), in_stages)
    [ravi] = unrung(tenant, "asha", at=EARLY)

    assert [ReasonCode.STAGE_LATER, ReasonCode.HOURS_OUTSIDE] == [reason.code for reason in ravi.reasons]
    assert [EARLY + 10, EARLY + 2 * 3_600] == [reason.until for reason in ravi.reasons]
    assert EARLY + 2 * 3_600 == ravi.until


def test_who_is_gone_is_told_without_gates() -> None:
    """AN-1, RT-13: a router of another version of the tenant knows nothing of who left."""
    before, after = sales(OFFICE), centre(to_department("sales"), agent("ravi"), department("sales", "ravi"))
    found = never_rung(played(before, at=EARLY), Router(after))

    assert [(ASHA, [ReasonCode.HOURS_OUTSIDE])] == codes(found)


def test_every_gate_keeps_from_being_rung() -> None:
    """RT-3, RT-4: what gates say keeps somebody from being rung, as does having no number; what rings them doesn't."""
    call = played(sales(NEVER))

    assert ("asha", ReasonCode.HOURS_OUTSIDE) in said(call.steps[0])
    assert {ReasonCode.HOURS_OUTSIDE, ReasonCode.NUMBER_NONE, ReasonCode.SKILL_MISSING} <= NOT_RUNG
    assert NOT_RUNG.isdisjoint({ReasonCode.RINGS, ReasonCode.NUMBER_DIALLED, ReasonCode.NO_ANSWER})
