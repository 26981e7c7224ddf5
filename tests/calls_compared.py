"""One call, walked by the router and by the oracle side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import assert_never

import attrs

from agentprov.engine.call_flow import Router
from agentprov.engine.zones import epoch
from agentprov.model.call_state import State
from agentprov.model.calls import (
    AnnouncementEnded,
    Answered,
    Busy,
    Call,
    CallEvent,
    Digits,
    InputTimeout,
    LeftQueue,
    LegFailed,
    NoAnswer,
    Rejected,
    TransferAsked,
    TransferTarget,
)
from agentprov.model.contact import PhoneNumber
from agentprov.model.departments import Department, Strategy
from agentprov.model.destinations import (
    QueueExit,
    ToAgent,
    ToDepartment,
    ToExternal,
    ToIvr,
    ToQueue,
    ToTimeCondition,
    ToVoicemail,
)
from agentprov.model.identity import Login
from agentprov.model.ids import DepartmentId, NumberId, TimeGroupId, UserId
from agentprov.model.live import Live
from agentprov.model.numbers import Number
from agentprov.model.reasons import SubjectKind
from agentprov.model.settings import Settings
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
from agentprov.model.tenant import Tenant
from agentprov.model.users import User
from agentprov.testing.strategies import pools
from tests.oracle import routing
from tests.oracle.world import LeftOut, Told, World

Report = tuple[int, int, int]
"""What happens: which of the possible events, how many seconds later, and which live facts the host knows then."""

WAITING = {"turn.past", "turn.later", "stage.later", "never"}
GATES = ("hours.", "status.", "calling.", "panel.", "presence.")
"""The codes of gates, by what they begin with."""
INSTEAD = (*GATES, "number.", "sticky.")
"""What else may keep somebody from ringing, by what its codes begin with."""
NEVER = ("skill.", "stage.never")
"""The codes of members whom no stage admits, by what they begin with: which of them, depends on what they lack."""


def shown(action: Action) -> tuple[str, object]:
    """What the host is told to do, in the oracle's words. The legs of a wave are a set: delays say what comes when."""
    match action:
        case Ring(legs=legs):
            return "ring", frozenset((leg.user, leg.number, leg.delay, leg.duration, leg.confirm) for leg in legs)
        case Menu(ivr=ivr, pressed=pressed):
            return "menu", (ivr, pressed)
        case Announce(announcement=announcement):
            return "announce", announcement
        case ToHostQueue(queue=queue, priority=priority, max_wait=max_wait, max_length=max_length):
            return "queue", (queue, priority, max_wait, max_length)
        case Forward(number=number, timeout=timeout, confirm=confirm):
            return "forward", (number, timeout, confirm)
        case TakeMessage(voicemail=voicemail):
            return "message", voicemail
        case Connect(user=user):
            return "connect", user
        case End(cause=cause):
            return "end", cause
        case _:
            assert_never(action)


def told_by(step: Step) -> Told:
    """A step of the router in the oracle's words."""
    word, about = shown(step.action)
    return Told(
        word=word,
        about=about,
        reach=step.reach,
        priority=step.priority,
        labels=step.labels,
        languages=step.languages,
        caller_id=step.caller_id,
        effects=frozenset(step.effects),
        left_out=frozenset(
            (reason.code.value, UserId(reason.id), reason.until)
            for reason in step.reasons
            if reason.kind is SubjectKind.USER
        ),
    )


def differences(expected: Told, found: Told) -> list[str]:
    """The fields in which both differ. Where the tenant names no cause, any cause of a hang-up will do.

    How a call came to its end, or to whoever answered, is nobody's concern any more.
    """
    out = [
        name
        for name in ("word", "about", "reach", "priority", "labels", "languages", "caller_id", "effects")
        if getattr(expected, name) != getattr(found, name)
    ]
    if expected.word == found.word == "end" and expected.about is None:
        out = [name for name in out if name != "about"]
    if expected.word in {"end", "connect"}:
        out = [name for name in out if name != "reach"]
    return out


def reasons_missed(expected: Told, found: Told) -> list[LeftOut]:
    """RT-10: why somebody isn't rung, where the router says neither that nor what else keeps them.

    Where somebody rings, all gates that fail are told of whoever was to ring before them. Whose turn is past or to
    come, or who must wait for a stage (until the same instant), may fail a gate besides, or have no number to ring;
    then it may say that instead.
    """
    told: dict[UserId, set[tuple[str, int | None]]] = {}
    for code, user, until in found.left_out:
        told.setdefault(user, set()).add(("never" if code.startswith(NEVER) else str(code), until))
    return [
        (code, user, until)
        for code, user, until in expected.left_out
        if (
            code in WAITING
            and (str(code), until) not in told.get(user, set())
            and not any(each.startswith(INSTEAD) for each, _ in told.get(user, set()))
        )
        or (
            found.word == "ring"
            and code.startswith(GATES)
            and not {str(code), *WAITING} & {each for each, _ in told.get(user, set())}
        )
    ]


# ---- what can happen ------------------------------------------------------------------------------------------------


def possible(tenant: Tenant, action: Action) -> Sequence[CallEvent]:
    """What can happen after a step: failures more often than answers, for they lead further."""
    match action:
        case Ring(users=users):
            answers = [Answered(by=users[0]), Answered(by=users[-1])]
            return [*[NoAnswer()] * 6, Busy(), Rejected(), LegFailed(), *answers]
        case Forward():
            return [NoAnswer(), Busy(), LegFailed(), Answered()]
        case Menu(ivr=ivr, pressed=pressed):
            keys = [option.digits.removeprefix(pressed) for option in tenant.ivrs[ivr].options]
            typed = [Digits(keys=each[0]) for each in keys if each]
            collected = [Digits(keys=each, complete=True) for each in keys if each]
            return [*typed, *typed, *collected, Digits(keys="7"), InputTimeout()]
        case Announce():
            return [AnnouncementEnded()]
        case ToHostQueue():
            return [*(LeftQueue(exit=each) for each in QueueExit), Answered(), Answered(by=pools.USERS[0])]
        case Connect():
            return [TransferAsked(to=to) for to in targets(tenant)]
        case _:
            return []


def targets(tenant: Tenant) -> Iterator[TransferTarget]:
    """Where whoever has a call may send it."""
    yield from (ToAgent(user=id_) for id_ in tenant.users)
    yield from (ToDepartment(department=id_) for id_ in (*tenant.departments, *tenant.departments))
    yield from (ToIvr(ivr=id_) for id_ in tenant.ivrs)
    yield from (ToTimeCondition(time_condition=id_) for id_ in tenant.time_conditions)
    yield from (ToVoicemail(voicemail=id_) for id_ in tenant.voicemails)
    yield from (ToQueue(queue=id_, priority=7, max_wait=9) for id_ in tenant.queues)
    yield ToExternal(number=pools.EXTERNALS[0], timeout=7)


# ---- the one thing that no rule says --------------------------------------------------------------------------------


@attrs.define
class Draws:
    """The orders that random departments draw, found by letting a call ring at everybody of a plain department."""

    tenant: Tenant
    call: Call
    found: dict[tuple[DepartmentId, int], list[UserId]] = attrs.field(factory=dict)
    opened: dict[tuple[TimeGroupId, datetime], bool] = attrs.field(factory=dict)

    def order(self, department: Department, live: Live) -> list[UserId]:
        """The members in the order in which they ring."""
        known = self.found.get((department.id, live.seed))
        if known is None:
            known = self.found[department.id, live.seed] = list(self._ask(department, live.seed))
        return known

    def _ask(self, department: Department, seed: int) -> Iterator[UserId]:
        plain = Tenant(
            id=self.tenant.id,
            name="Plain",
            settings=Settings(time_zone="UTC", region="IN", ring_budget=3600),
            blueprint=self.tenant.blueprint,
            users={
                id_: User(id=id_, login=Login(str(id_)), phone=PhoneNumber(f"+91800000000{place}"))
                for place, id_ in enumerate(department.members)
            },
            departments={
                department.id: Department(
                    id=department.id, name="Plain", members=department.members, strategy=Strategy.RANDOM
                )
            },
            numbers={
                NumberId("n-x"): Number(
                    id=NumberId("n-x"), phone=self.call.to, to=ToDepartment(department=department.id)
                )
            },
        )
        router = Router(plain)
        live = Live(seed=seed)
        step = router.start(self.call, at=0, live=live)
        while isinstance(step.action, Ring):
            yield from step.action.users
            step = router.resume(step.state, NoAnswer(), at=0, live=live)


# ---- side by side ---------------------------------------------------------------------------------------------------


@attrs.frozen
class Case:
    """A tenant, a call to it, when it comes in, and what the host may know."""

    tenant: Tenant
    call: Call
    at: datetime
    lives: tuple[Live, ...]


def walk_both(
    case: Case, reports: Sequence[Report], *, router: Router | None = None, draws: Draws | None = None
) -> Iterator[tuple[Told, Told, Step]]:
    """What the oracle and the router say, step by step, until the call is over or the reports are; and the step."""
    tenant, call, at, lives = case.tenant, case.call, case.at, case.lives
    router = router or Router(tenant)
    draws = draws or Draws(tenant, call)
    world = World(
        tenant=tenant,
        call=call,
        at=at,
        live=lives[0],
        ring_left=tenant.settings.ring_budget,
        drawn=lambda id_: draws.order(tenant.departments[id_], world.live),
        opened=draws.opened,
    )
    walk = routing.start(world)
    expected = next(walk)
    step = router.start(call, at=epoch(at), live=lives[0])
    for choice, seconds, known in reports:
        yield expected, told_by(step), step
        events = possible(tenant, step.action)
        if not events:
            return
        world.at += timedelta(seconds=seconds)
        world.live = lives[known % len(lives)]
        happened = events[choice % len(events)]
        expected = walk.send(happened)
        state = State.from_json(step.state.to_json())
        step = router.resume(state, happened, at=epoch(world.at), live=world.live)
