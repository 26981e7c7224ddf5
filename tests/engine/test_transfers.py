"""Transfers: a call that somebody has is sent on, or stays where it was (RT-2)."""

from __future__ import annotations

from typing import Any

import pytest

from agentprov.engine.call_flow import Router
from agentprov.errors import Code, Refused
from agentprov.model.call_state import State
from agentprov.model.calls import (
    AnnouncementEnded,
    Answered,
    CallEvent,
    Digits,
    LeftQueue,
    NoAnswer,
    TransferAsked,
    TransferTarget,
)
from agentprov.model.contact import PhoneNumber
from agentprov.model.destinations import ToExternal, ToQueue
from agentprov.model.ids import QueueId, UserId, VoicemailId
from agentprov.model.live import Live, Presence
from agentprov.model.reasons import Reach, ReasonCode
from agentprov.model.standings import Connected
from agentprov.model.steps import Connect, End, Forward, Ring, Step, TakeMessage, ToHostQueue
from agentprov.model.tenant import Tenant
from tests.engine.call_centre import (
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
    last,
    menu,
    option,
    outside,
    ringing,
    said,
    settings,
    to,
    to_condition,
    to_department,
    to_menu,
    walk,
)

ASHA = UserId("asha")
ANSWERED = Answered(by=ASHA)
STAYS = Connect(user=ASHA)


def desk(**fields: Any) -> Tenant:
    """Asha behind the number, and everywhere that a call can be transferred to."""
    return centre(
        to("asha"),
        agent("asha"),
        agent("ravi"),
        agent("lena", hours=NEVER, failover=VOICEMAIL),
        department("sales", "ravi", failover=VOICEMAIL),
        department("alone", "ravi"),
        menu("main", option("1", to("lena"))),
        condition("day", OFFICE, to("ravi"), VOICEMAIL),
        condition("hello", OFFICE, announced(to("lena")), VOICEMAIL),
        fallback=VOICEMAIL,
        **fields,
    )


def asked(to_: TransferTarget, *events: CallEvent, live: Live | None = None) -> Step:
    """The step after Asha, who has the call, asked for a transfer and these events happened."""
    return last(desk(), ANSWERED, TransferAsked(to=to_), *events, live=live)


def test_a_transfer_rings_while_the_call_is_kept() -> None:
    """RT-2: whoever answers has it then; their reach is transfer."""
    step = asked(to("ravi"))

    assert ["ravi"] == [leg[0] for leg in ringing(step)]
    assert Reach.TRANSFER is step.reach
    assert Connected(by=ASHA) == step.state.held
    answered = asked(to("ravi"), Answered(by=UserId("ravi")))
    assert Connect(user=UserId("ravi")) == answered.action
    assert None is answered.state.held
    again = asked(to("ravi"), Answered(by=UserId("ravi")), TransferAsked(to=to("asha")))
    assert Connected(by=UserId("ravi")) == again.state.held


@pytest.mark.parametrize(
    ("target", "events", "code"),
    [
        (to("lena"), (), ReasonCode.HOURS_OUTSIDE),
        (to("ravi"), (NoAnswer(),), ReasonCode.NO_ANSWER),
        (to("nobody"), (), ReasonCode.GONE),
        (to_department("alone"), (NoAnswer(),), ReasonCode.NO_ANSWER),
        (to_condition("day"), (NoAnswer(),), ReasonCode.NO_ANSWER),
        (outside(), (NoAnswer(),), ReasonCode.NO_ANSWER),
        (outside(30, VOICEMAIL), (NoAnswer(),), ReasonCode.NO_ANSWER),
    ],
)
def test_a_call_stays_where_it_was_when_nobody_is_reached(
    target: TransferTarget, events: tuple[CallEvent, ...], code: ReasonCode
) -> None:
    """RT-2: outside their hours, without an answer, gone; neither a failover of theirs nor the number's fallback."""
    step = asked(target, *events)

    assert STAYS == step.action
    assert code in {each for _, each in said(step)}
    assert ("", ReasonCode.STAYS) in said(step)
    assert Connected(by=ASHA) == step.state.waiting
    assert step.decided
    assert ["ravi"] == [
        leg[0] for leg in ringing(Router(desk()).resume(step.state, TransferAsked(to=to("ravi")), at=NOON))
    ]


def test_what_the_transfer_leads_to_goes_its_own_way() -> None:
    """RT-2: a department has its failover, and a call in a menu, a queue, an announcement has left whoever had it."""
    line = ToQueue(queue=QueueId("line"), next=VOICEMAIL)

    assert isinstance(asked(to_department("sales"), NoAnswer()).action, TakeMessage)
    assert isinstance(asked(VOICEMAIL).action, TakeMessage)
    queued = asked(line)
    assert ToHostQueue(queue=QueueId("line")) == queued.action
    assert None is queued.state.held
    assert isinstance(asked(line, LeftQueue()).action, End)
    for step in (
        asked(ToQueue(queue=QueueId("line")), LeftQueue()),
        asked(to_menu("main"), Digits(keys="1")),
        asked(to_condition("hello"), AnnouncementEnded()),
    ):
        assert ("", ReasonCode.HANGS_UP) in said(step)
        assert STAYS != step.action
    forwarded = asked(outside())
    assert isinstance(forwarded.action, Forward)
    assert Connected(by=ASHA) == forwarded.state.held


def test_a_queue_that_is_gone_under_the_transfer_is_named() -> None:
    """RT-13: the queue went with the newer tenant."""
    step = asked(ToQueue(queue=QueueId("line")))
    after = Router(desk(queues={})).resume(State.from_json(step.state.to_json()), LeftQueue(), at=NOON)

    assert ReasonCode.GONE in {code for _, code in said(after)}


@pytest.mark.parametrize(
    "target",
    [
        to("nobody"),
        to_department("nobody"),
        to_menu("nobody"),
        to_condition("nobody"),
        type(VOICEMAIL)(voicemail=VoicemailId("nobody")),
        ToQueue(queue=QueueId("nobody")),
    ],
)
def test_where_nothing_is_nothing_is_transferred(target: TransferTarget) -> None:
    """RT-2: what the tenant doesn't have is named, and the call stays."""
    step = asked(target)

    assert STAYS == step.action
    assert ("nobody", ReasonCode.GONE) in said(step)


def test_a_transfer_needs_somebody_who_has_the_call() -> None:
    """RT-1: while it rings, or a message is taken, there is nobody who could ask."""
    for tenant, events in ((desk(), ()), (centre(VOICEMAIL), ())):
        with pytest.raises(Refused) as caught:
            walk(tenant, *events, TransferAsked(to=to("ravi")))
        assert (Code.CALL_EVENT_MISFIT,) == caught.value.codes


def test_a_call_without_budgets_left_stays() -> None:
    """RT-9: neither a ring nor a step is left, so it is where it was, however often a transfer is asked for."""
    broke = desk(settings=settings(ring_budget=30))
    step = last(broke, ANSWERED, TransferAsked(to=to("ravi")))

    assert STAYS == step.action
    assert ("", ReasonCode.RING_BUDGET_OVER) in said(step)
    steps = walk(desk(settings=settings(step_budget=10)), ANSWERED, *[TransferAsked(to=to("lena"))] * 12)
    assert STAYS == steps[-1].action
    tired = Router(desk(settings=settings(step_budget=10))).resume(
        steps[-1].state, TransferAsked(to=to("ravi")), at=NOON
    )
    assert STAYS == tired.action
    assert ("", ReasonCode.STEP_BUDGET_OVER) in said(tired)
    for target in (to_menu("main"), to_condition("hello")):
        tired = Router(desk()).resume(steps[-1].state, TransferAsked(to=target), at=NOON)
        assert STAYS == tired.action


@pytest.mark.parametrize("suffix", ["", ";ext=5"])
def test_a_transfer_to_a_number_of_the_tenant_is_refused(suffix: str) -> None:
    """RT-9: it would come back through the network."""
    step = asked(ToExternal(number=PhoneNumber(f"{DIALLED}{suffix}")))

    assert STAYS == step.action
    assert ReasonCode.NUMBER_OWN in {code for _, code in said(step)}


def test_whoever_transfers_is_busy_with_the_call() -> None:
    """RT-2: a department that they are a member of rings the others, from the first wave to the last."""
    team = department("sales", "asha", "ravi", "lena")
    tenant = centre(to("asha"), agent("asha"), agent("ravi"), agent("lena"), team)
    steps = walk(tenant, ANSWERED, TransferAsked(to=to_department("sales")), NoAnswer(), NoAnswer())

    assert ("asha", ReasonCode.PRESENCE_BUSY) in said(steps[2])
    assert [["ravi"], ["lena"]] == [[leg[0] for leg in ringing(step)] for step in steps[2:4]]
    assert STAYS == steps[4].action
    assert STAYS == last(tenant, ANSWERED, TransferAsked(to=to("asha"))).action


def test_a_call_that_a_stranger_has_can_be_transferred_too() -> None:
    """RT-2: whoever answered outside, or in a queue."""
    tenant = centre(outside(), agent("ravi"), agent("asha"))
    steps = walk(tenant, Answered(), TransferAsked(to=to("ravi")), NoAnswer())

    assert isinstance(steps[2].action, Ring)
    assert Connect(user=None) == steps[3].action
    busy = Live(presence={"ravi": Presence.BUSY})
    assert Connect(user=None) == last(tenant, Answered(), TransferAsked(to=to("ravi")), live=busy).action
