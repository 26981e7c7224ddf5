"""What a call meets and picks up on its way: caller rules, marks, caller IDs, confirmation, queues, effects."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from agentprov.engine.call_flow import Router
from agentprov.model.call_state import State
from agentprov.model.calls import Answered, Busy, Call, Digits, LeftQueue, NoAnswer
from agentprov.model.contact import PhoneNumber
from agentprov.model.departments import Strategy
from agentprov.model.destinations import Cause, Destination, Failure, Fallback, QueueExit, ToQueue
from agentprov.model.effects import Offered, Pause, Served, Unanswered, WrapUp
from agentprov.model.groups import CallerId, Skill
from agentprov.model.ids import CallerIdId, DepartmentId, NumberId, QueueId, SkillId, UserId
from agentprov.model.live import Counters, Live
from agentprov.model.marks import Mark
from agentprov.model.numbers import (
    Anonymous,
    CallerRule,
    Callers,
    FromCountry,
    FromNumber,
    FromPrefix,
    Presents,
    RaisePriority,
    Refuse,
    SendTo,
)
from agentprov.model.properties import PAUSE_AFTER, WRAP_UP
from agentprov.model.reasons import Reach, ReasonCode
from agentprov.model.routing import IvrOption, RingOrder
from agentprov.model.settings import Confirm, Emergency
from agentprov.model.steps import End, Forward, Ring, TakeMessage, ToHostQueue
from agentprov.model.table import Table
from agentprov.model.tenant import Tenant
from agentprov.model.users import Extension
from tests.engine.call_centre import (
    CALLER,
    DIALLED,
    NOON,
    OTHER_VOICEMAIL,
    QUEUE,
    VOICEMAIL,
    agent,
    centre,
    department,
    last,
    menu,
    number,
    outside,
    ringing,
    said,
    settings,
    to,
    to_department,
    to_menu,
    walk,
)
from tests.tenants import by_id

NORWEGIAN = PhoneNumber("+4790000001")


def ruled(*rules: CallerRule, destination: Destination | None = None, **fields: Any) -> Tenant:
    """A number with caller rules that otherwise leads to Asha."""
    tenant = centre(destination or to("asha"), agent("asha"), agent("ravi"), **fields)
    return attrs.evolve(
        tenant,
        numbers=by_id([number(destination or to("asha"), OTHER_VOICEMAIL, caller_rules=rules)]),
    )


def refusing(*callers: Callers) -> CallerRule:
    """The rule that refuses these."""
    return CallerRule(callers=callers, action=Refuse())


def calling(caller: PhoneNumber | None) -> Call:
    """A call from there."""
    return Call(to=DIALLED, caller=caller)


# ---- caller rules ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("callers", "caller", "meant"),
    [
        (FromNumber(number=CALLER), CALLER, True),
        (FromNumber(number=CALLER), NORWEGIAN, False),
        (FromPrefix(prefix="+47"), NORWEGIAN, True),
        (FromPrefix(prefix="+4791"), NORWEGIAN, False),
        (FromPrefix(prefix="+47"), None, False),
        (FromCountry(region="NO"), NORWEGIAN, True),
        (FromCountry(region="IN"), NORWEGIAN, False),
        (FromCountry(region="NO"), None, False),
        (FromCountry(region="JM"), PhoneNumber("+18762101234"), True),
        (FromCountry(region="US"), PhoneNumber("+18762101234"), False),
        (Anonymous(), None, True),
        (Anonymous(), CALLER, False),
        (FromNumber(number=CALLER), None, False),
    ],
)
def test_which_callers_a_rule_means(callers: Callers, caller: PhoneNumber | None, *, meant: bool) -> None:
    """RT-15: by number, prefix, country, or none shown; a country isn't a prefix."""
    step = last(ruled(refusing(callers)), call=calling(caller))

    assert meant == (End(cause=Cause.REJECTED) == step.action)
    assert meant == (("main", ReasonCode.CALLER_REFUSED) in said(step))


def test_the_first_rule_that_matches_counts_alone() -> None:
    """RT-15: in their order."""
    rules = (
        CallerRule(callers=[FromPrefix(prefix="+4790000")], action=RaisePriority(by=5)),
        refusing(FromCountry(region="NO"), Anonymous()),
    )

    assert isinstance(last(ruled(*rules), call=calling(NORWEGIAN)).action, Ring)
    assert End(cause=Cause.REJECTED) == last(ruled(*rules), call=calling(PhoneNumber("+4791000001"))).action
    assert End(cause=Cause.REJECTED) == last(ruled(*rules), call=calling(None)).action


def test_a_rule_sends_a_call_elsewhere() -> None:
    """RT-15: reach direct, with the number's fallback; the place is found again under the same tenant."""
    tenant = ruled(
        CallerRule(callers=[Anonymous()], action=SendTo(to=to("ravi"))),
        CallerRule(callers=[FromNumber(number=CALLER)], action=SendTo(to=attrs.evolve(QUEUE, next=VOICEMAIL))),
    )
    steps = walk(tenant, NoAnswer(), call=calling(None))

    assert ["ravi"] == [leg[0] for leg in ringing(steps[0])]
    assert Reach.DIRECT is steps[0].reach
    assert TakeMessage(voicemail=OTHER_VOICEMAIL.voicemail) == steps[1].action
    queued = walk(tenant, LeftQueue(), call=calling(CALLER))
    assert TakeMessage(voicemail=VOICEMAIL.voicemail) == queued[1].action
    elsewhere = number(VOICEMAIL, id=NumberId("other"))
    moved = attrs.evolve(centre(VOICEMAIL), numbers=by_id([elsewhere]))
    for after in (ruled(), ruled(refusing(Anonymous()), refusing(Anonymous())), moved):
        gone = Router(after).resume(queued[0].state, LeftQueue(), at=NOON)
        assert ReasonCode.GONE in {code for _, code in said(gone)}


def test_in_an_emergency_only_a_refusal_counts() -> None:
    """RT-15, HR-4: who is sent elsewhere otherwise goes where everybody goes."""
    closed: dict[str, Any] = {"settings": settings(emergency=Emergency(destination=VOICEMAIL))}
    sending = CallerRule(callers=[Anonymous()], action=SendTo(to=to("ravi")))

    assert End(cause=Cause.REJECTED) == last(ruled(refusing(Anonymous()), **closed), call=calling(None)).action
    assert TakeMessage(voicemail=VOICEMAIL.voicemail) == last(ruled(sending, **closed), call=calling(None)).action


def test_a_refusal_says_its_cause() -> None:
    """RT-15: rejected, unless the rule says otherwise."""
    rule = CallerRule(callers=[Anonymous()], action=Refuse(cause=Cause.BUSY), name="Nobody")

    assert End(cause=Cause.BUSY) == last(ruled(rule), call=calling(None)).action


# ---- marks, queues --------------------------------------------------------------------------------------------------


def test_marks_add_up_on_the_way() -> None:
    """RT-12: labels and languages in order, each once, the last choice last; skills by their last level; priorities."""
    english, hindi = SkillId("english"), SkillId("hindi")
    first = Mark(labels=["vip", "web"], language="en", skills=Table({english: 2}), priority=60)
    second = Mark(labels=["web", "sales"], language="hi", skills=Table({english: 3, hindi: None}), priority=60)
    third = Mark(language="en")
    options = [
        IvrOption(digits="1", to=to_menu("main"), mark=second),
        IvrOption(digits="2", to=ToQueue(queue=QueueId("line"), priority=1, max_wait=60, max_length=0), mark=third),
    ]
    tenant = centre(
        to_menu("main"),
        menu("main", *options),
        skills=by_id([Skill(id=english, name="English"), Skill(id=hindi, name="Hindi")]),
    )
    tenant = attrs.evolve(tenant, numbers=by_id([number(to_menu("main"), mark=first)]))
    steps = walk(tenant, Digits(keys="1"), Digits(keys="2"))

    assert (("vip", "web"), ("en",), 60) == (steps[0].labels, steps[0].languages, steps[0].priority)
    assert (("vip", "web", "sales"), ("en", "hi"), 100) == (steps[1].labels, steps[1].languages, steps[1].priority)
    assert {english: 3, hindi: None} == dict(steps[1].state.carried.skills)
    assert ("hi", "en") == steps[2].languages
    assert ToHostQueue(queue=QueueId("line"), priority=100, max_wait=60, max_length=0) == steps[2].action
    assert steps[1].state == State.from_json(steps[1].state.to_json())


def test_a_rule_raises_the_priority_of_a_call() -> None:
    """RT-15, RT-8: the queue gets it with its own."""
    queue = ToQueue(queue=QueueId("line"), priority=3)
    rule = CallerRule(callers=[FromNumber(number=CALLER)], action=RaisePriority(by=5))

    assert ToHostQueue(queue=QueueId("line"), priority=8) == last(ruled(rule, destination=queue)).action


@pytest.mark.parametrize(
    ("exit_", "expected"),
    [
        (QueueExit.FULL, OTHER_VOICEMAIL),
        (QueueExit.LEFT, VOICEMAIL),
        (QueueExit.TIMEOUT, VOICEMAIL),
        (QueueExit.EMPTY, VOICEMAIL),
    ],
)
def test_where_a_call_goes_that_left_a_queue_depends_on_why(exit_: QueueExit, expected: Any) -> None:
    """RT-8: what stands for the cause, else what is next; by failover."""
    queue = ToQueue(queue=QueueId("line"), next=VOICEMAIL, by_exit=Table({QueueExit.FULL: OTHER_VOICEMAIL}))
    step = last(centre(queue), LeftQueue(exit=exit_))

    assert TakeMessage(voicemail=expected.voicemail) == step.action
    assert Reach.FAILOVER is step.reach


def test_a_queue_inside_a_queue_is_found_again() -> None:
    """RT-13: by the fields that lead to it."""
    inner = ToQueue(queue=QueueId("line"), by_exit=Table({QueueExit.EMPTY: OTHER_VOICEMAIL}))
    outer = ToQueue(queue=QueueId("line"), next=VOICEMAIL, by_exit=Table({QueueExit.FULL: inner}))
    tenant = centre(outer)
    steps = walk(tenant, LeftQueue(exit=QueueExit.FULL), LeftQueue(exit=QueueExit.EMPTY))

    assert TakeMessage(voicemail=OTHER_VOICEMAIL.voicemail) == steps[2].action
    gone = Router(centre(attrs.evolve(outer, by_exit=Table()))).resume(steps[1].state, LeftQueue(), at=NOON)
    assert ReasonCode.GONE in {code for _, code in said(gone)}


# ---- what agents see, confirmation ----------------------------------------------------------------------------------


def test_what_an_agent_is_shown() -> None:
    """RT-12: the caller, the number that was dialled, or one of the tenant's own; nothing of an anonymous caller."""
    own = CallerId(id=CallerIdId("own"), phone=PhoneNumber("+918069651999"))

    def shown(caller: PhoneNumber | None = CALLER, **fields: Any) -> PhoneNumber | None:
        tenant = centre(to("asha"), agent("asha"), caller_ids=by_id([own]))
        tenant = attrs.evolve(tenant, numbers=by_id([number(to("asha"), **fields)]))
        return last(tenant, call=calling(caller)).caller_id

    assert CALLER == shown()
    assert None is shown(None)
    assert DIALLED == shown(presents=Presents.DIALLED)
    assert DIALLED == shown(None, presents=Presents.DIALLED)
    assert own.phone == shown(caller_id=own.id)


MOBILE, LANDLINE = PhoneNumber("+919812345679"), PhoneNumber("+912242001234")


@pytest.mark.parametrize(
    ("confirm", "expected"),
    [
        ((), set()),
        ((Confirm.MOBILE,), {MOBILE}),
        ((Confirm.EXTERNAL,), {MOBILE, LANDLINE}),
        ((Confirm.MOBILE, Confirm.EXTERNAL), {MOBILE, LANDLINE}),
    ],
)
def test_whoever_answers_outside_must_press_a_key(confirm: tuple[Confirm, ...], expected: set[str]) -> None:
    """RT-14: where the tenant says so; an extension never asks."""
    own = agent(
        "asha",
        plan=RingOrder.SIMULTANEOUS,
        alternates=[MOBILE, LANDLINE],
        calling={"extension": Extension(number="101")},
    )
    step = last(centre(to("asha"), own, settings=settings(confirm=confirm)))

    assert isinstance(step.action, Ring)
    assert {"101", MOBILE, LANDLINE} == {leg.number for leg in step.action.legs}
    assert expected == {leg.number for leg in step.action.legs if leg.confirm}


def test_an_external_number_asks_for_confirmation_too() -> None:
    """RT-14: and a registered mobile is one, whatever its digits say."""
    step = last(centre(outside(), settings=settings(confirm=[Confirm.EXTERNAL])))
    assert isinstance(step.action, Forward)
    assert step.action.confirm
    odd = agent("asha", phone=LANDLINE, mobile=LANDLINE)
    step = last(centre(to("asha"), odd, settings=settings(confirm=[Confirm.MOBILE])))
    assert isinstance(step.action, Ring)
    assert step.action.legs[0].confirm


def test_a_suffix_to_dial_does_not_hide_a_mobile() -> None:
    """RT-14: the registered mobile asks for a key, with an extension behind it too."""
    odd = agent("asha", phone=PhoneNumber(f"{LANDLINE};ext=1"), mobile=LANDLINE)
    step = last(centre(to("asha"), odd, settings=settings(confirm=[Confirm.MOBILE])))

    assert isinstance(step.action, Ring)
    assert step.action.legs[0].confirm


def test_a_skill_that_is_gone_is_not_asked_for_any_more() -> None:
    """RT-13: skipped and named, with what else the call carries left as it was."""
    hindi = SkillId("hindi")
    mark = Mark(skills=Table({hindi: 2}), labels=["vip"])
    before = centre(
        to_menu("main"),
        agent("asha"),
        department("sales", "asha"),
        menu("main", IvrOption(digits="1", to=to_department("sales"))),
        skills=by_id([Skill(id=hindi, name="Hindi")]),
    )
    marked = attrs.evolve(before, numbers=by_id([number(to_menu("main"), mark=mark)]))
    after = attrs.evolve(before, skills={})
    step = Router(after).resume(last(marked).state, Digits(keys="1"), at=NOON)

    assert ["asha"] == [leg[0] for leg in ringing(step)]
    assert ("hindi", ReasonCode.GONE) == said(step)[0]
    assert (("vip",), {}) == (step.labels, dict(step.state.carried.skills))
    assert ("hindi", ReasonCode.GONE) not in said(Router(marked).resume(last(marked).state, Digits(keys="1"), at=NOON))


# ---- effects --------------------------------------------------------------------------------------------------------


def test_an_answer_leaves_a_count_and_a_wrap_up() -> None:
    """RT-13: of whom, distributed by which department, and how long they need after the call."""
    asha = agent("asha", properties=Table({WRAP_UP: 40}))
    ravi = agent("ravi", properties=Table({WRAP_UP: 0}))
    team = department("sales", "asha", "ravi")
    steps = walk(centre(to_department("sales"), asha, ravi, team), Answered(by=UserId("asha")))

    sales = DepartmentId("sales")
    assert (Offered(department=sales, user=UserId("asha")),) == steps[0].effects
    assert (Served(user=UserId("asha"), department=sales), WrapUp(user=UserId("asha"), seconds=40)) == steps[1].effects
    direct = last(centre(to("ravi"), ravi), Answered(by=UserId("ravi")))
    assert (Served(user=UserId("ravi"), department=None),) == direct.effects
    queued = last(centre(QUEUE), Answered(by=UserId("stranger")))
    assert (Served(user=UserId("stranger"), department=None),) == queued.effects
    assert () == last(centre(QUEUE), Answered()).effects


def test_without_the_property_nobody_has_a_wrap_up() -> None:
    """RT-13: a host may have taken the definition away."""
    tenant = centre(to("asha"), agent("asha"), property_definitions=Table())

    assert (Served(user=UserId("asha"), department=None),) == last(tenant, Answered(by=UserId("asha"))).effects
    assert (Unanswered(user=UserId("asha")),) == last(tenant, NoAnswer()).effects


@pytest.mark.parametrize(("before", "paused"), [(0, False), (1, False), (2, True), (3, True)])
def test_too_many_unanswered_rings_pause_an_agent(before: int, *, paused: bool) -> None:
    """RT-13: after as many in a row as the property says, this one counted."""
    asha, ravi = agent("asha", properties=Table({PAUSE_AFTER: 3})), agent("ravi")
    team = department("sales", "asha", "ravi", strategy=Strategy.SIMULTANEOUS)
    tenant = centre(to_department("sales"), asha, ravi, team)
    step = last(tenant, NoAnswer(), live=Live(counters={"asha": Counters(unanswered=before)}))

    expected = [Unanswered(user=UserId("asha")), Unanswered(user=UserId("ravi"))]
    if paused:
        expected.insert(1, Pause(user=UserId("asha"), unanswered=before + 1))  # type: ignore[arg-type]
    assert expected == list(step.effects)


def test_one_missed_call_is_one_however_many_numbers_rang() -> None:
    """RT-13: it counts when whoever let it ring isn't rung again: after their last number, or the last of a hunt."""
    asha = agent("asha", plan=RingOrder.ORDER, timeout=10, alternates=[MOBILE], properties=Table({PAUSE_AFTER: 1}))
    missed = (Unanswered(user=UserId("asha")), Pause(user=UserId("asha"), unanswered=1))
    direct = walk(centre(to("asha"), asha), NoAnswer(), NoAnswer())
    team = department("sales", "asha", "ravi", strategy=Strategy.MEMORY_HUNT)
    hunt = walk(centre(to_department("sales"), asha, agent("ravi"), team), NoAnswer(), NoAnswer())

    assert [(), (), missed] == [step.effects for step in direct]
    assert [(), (), (*missed, Unanswered(user=UserId("ravi")))] == [step.effects for step in hunt]


def test_a_busy_telephone_was_not_left_unanswered() -> None:
    """RT-13: only a ring to its end counts; of whoever is gone, too, but nobody pauses them."""
    tenant = centre(to("asha"), agent("asha"), fallback=Fallback(to=VOICEMAIL, by_failure=Table({Failure.BUSY: QUEUE})))

    assert () == last(tenant, Busy()).effects
    gone = Router(centre(VOICEMAIL)).resume(last(tenant).state, NoAnswer(), at=NOON)
    assert (Unanswered(user=UserId("asha")),) == gone.effects
