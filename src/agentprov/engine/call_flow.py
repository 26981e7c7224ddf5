"""Where a call goes: a state machine that takes a call from the number it dialled to its end (RT-1 to RT-11).

Theory of operation. A call is always at one of nine standings, its :data:`Waiting`: an agent rings, a department rings,
a menu, an announcement, an external number or a host's queue has it; or it is decided (connected, recording) or ended.
From a standing, an event leads to a :class:`Hop`, which is a destination and where in the tenant that is written; or
back to the same standing, where more of it is left (the next number of a ring plan, the next member, another try at a
menu). From a hop, :func:`go` hops on until there is something to do. What the host does then is the next standing:

    number --> hop --> hop --> ... --> standing --event--> hop --> ... --> standing --> ... --> end

Two things travel with the call: its reach, which is the last thing that chose where it goes, and the one fallback that
may still be used. A number gives reach ``direct`` and its fallback; a menu's option gives reach ``ivr`` and its own; a
department gives reach ``department`` and none; any failover or fallback, what comes next after an external number or a
queue, and an emergency's destination give reach ``failover`` and none. Time conditions and announcements pass on what
they got; a menu and a queue pass on the reach but not the fallback, which is for a failed attempt at an agent or at an
external number. That is why the state needs no stack: outer containers never matter again.

Two budgets bound it. The ring budget is charged with every wave and forward as it is offered, for as long as it may
ring, so no clock can stretch it, and an early busy signal saves nothing. The step budget counts steps; the last two are
kept back for the decision and the end.

Everything the answer depends on comes in: the tenant's version, the call, the instant, the live facts, the state, the
event. The same of these give an equal step.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final, NoReturn, assert_never

import attrs

from agentprov.engine.call_effects import answered_effects, unanswered_effects
from agentprov.engine.call_hops import forward_failed, go, not_sticky, ring_agent
from agentprov.engine.call_tables import CallTables, Hop, Members
from agentprov.engine.call_walk import SUBJECTS, Walk, closer
from agentprov.engine.caller_rules import by_caller
from agentprov.engine.department_pass import users_of
from agentprov.engine.distribution import after_wave, candidates
from agentprov.engine.menus import after_menu
from agentprov.engine.places import destination_at
from agentprov.engine.sticky import ring_first
from agentprov.engine.transfers import transfer
from agentprov.engine.zones import when_asked
from agentprov.errors import Code, Collector, InvalidValue, NotFound, Refused
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
    TransferAsked,
)
from agentprov.model.destinations import (
    LONGEST_WAIT,
    Cause,
    Failure,
    ToAnnouncement,
    ToExternal,
    ToQueue,
    check_timeout,
)
from agentprov.model.ids import DepartmentId, UserId
from agentprov.model.live import Live
from agentprov.model.reasons import Reach, Reason, ReasonCode, SubjectKind, reason
from agentprov.model.references import Kind
from agentprov.model.standings import (
    NOTHING_CARRIED,
    Announcing,
    Connected,
    Ended,
    Forwarding,
    InMenu,
    InQueue,
    Place,
    Recording,
    RingingAgent,
    RingingDepartment,
    Waiting,
)
from agentprov.model.steps import Bounds, Candidates, Step
from agentprov.model.tenant import Tenant
from agentprov.model.text import check_kind

NOTHING_KNOWN: Final = Live()
"""The live facts of a host that says nothing: nobody is logged in to the panel, everybody is available."""

_DIRECT: Final = Reach.DIRECT
_FAILOVER: Final = Reach.FAILOVER
_KEYS: Final = (Digits, InputTimeout)
_STICKY: Final = Reach.STICKY
_FAILURES: Final[dict[type[object], tuple[Failure, ReasonCode]]] = {
    NoAnswer: (Failure.NO_ANSWER, ReasonCode.NO_ANSWER),
    Busy: (Failure.BUSY, ReasonCode.BUSY),
    Rejected: (Failure.BUSY, ReasonCode.REJECTED),
    LegFailed: (Failure.UNREACHABLE, ReasonCode.LEG_FAILED),
}


class Router:
    """Routes the calls of one version of a tenant. Made once, it is shared by all calls and threads.

    Making one costs little: what a call needs is compiled when a call first needs it.
    """

    __slots__ = ("_tables", "tenant")

    def __init__(self, tenant: Tenant) -> None:
        self.tenant = tenant
        self._tables = CallTables(tenant)

    def start(self, call: Call, *, at: datetime | int, live: Live = NOTHING_KNOWN) -> Step:
        """The first step of a call that comes in at an instant: an aware datetime, or seconds since 1970.

        A number that isn't the tenant's ends the call, with a reason.

        Raises:
            InvalidValue: ``field.naive_instant`` or ``field.out_of_range``, for the instant alone.
        """
        when = when_asked(at)
        if not isinstance(call, Call):
            raise InvalidValue.of(Code.FIELD_WRONG_TYPE, "call", expected="a call", found=_words(call))
        _check_live(live)
        tables = self._tables
        settings = self.tenant.settings
        entry = tables.entry(call.to)
        fallback = None if entry is None else entry.fallback
        walk = Walk(
            tables,
            call,
            when,
            live,
            reach=_DIRECT,
            fallback=fallback,
            ring_left=settings.ring_budget,
            steps_left=settings.step_budget,
            carried=NOTHING_CARRIED if entry is None else entry.carried,
        )
        if entry is None:
            walk.reasons.append(reason(SubjectKind.NUMBER, call.to, ReasonCode.NUMBER_UNKNOWN))
            return walk.hang_up(Cause.UNAVAILABLE)
        emergency = when >= tables.emergency_from
        ruled = None if not entry.number.caller_rules else by_caller(walk, entry, refusals_only=emergency)
        if isinstance(ruled, Step):
            return ruled
        if emergency:
            return _emergency(walk, tables.emergency)
        if ruled is None and entry.number.sticky is not None:
            first = ring_first(walk, entry)
            if first is not None:
                return first
        step = go(walk, ruled or entry.hop)
        # A number that leads straight to a menu or an announcement: nothing was decided but that it was dialled.
        return step if step.reasons else attrs.evolve(step, reasons=entry.dialled)

    def resume(self, state: State, event: CallEvent, *, at: datetime | int, live: Live = NOTHING_KNOWN) -> Step:
        """The step after what the host reports. The state may be of an older version of the tenant (RT-13).

        Raises:
            Refused: ``call.other_tenant``; ``call.over``; ``call.event_misfit``, for an event that can't happen to a
                call that waits for this; ``call.not_rung``, for an answer by somebody who wasn't rung.
            InvalidValue: ``field.naive_instant`` or ``field.out_of_range``, for the instant alone.
        """
        walk = self._walk(state, at, live)
        step = go(walk, _after(walk, state, event))
        if isinstance(event, NoAnswer) and walk.rang:
            effects = (*unanswered_effects(walk, step), *step.effects)
            return Step(action=step.action, reasons=step.reasons, state=step.state, effects=effects)
        return step

    def candidates(
        self, state: State, department: str, *, waited: int, at: datetime | int, live: Live = NOTHING_KNOWN
    ) -> Candidates:
        """Who of a department may take a call that has waited so many seconds in a queue of the host.

        For hosts whose callers wait: the same skills, gates and strategy as for a call that comes to the department,
        and its stages by the time waited alone, for who waits doesn't go on at once.

        Raises:
            NotFound: ``reference.missing``, for a department that isn't there.
            Refused, InvalidValue: as :meth:`resume`; ``timeout.out_of_range`` for ``waited``.
        """
        found = Collector()
        check_kind(found, "waited", waited, object, "a number of seconds")
        check_timeout(found, "waited", waited, low=0, high=LONGEST_WAIT)
        found.check()
        id_ = DepartmentId(department)
        if id_ not in self.tenant.departments:
            raise NotFound.of(Code.REFERENCE_MISSING, kind=Kind.DEPARTMENTS.noun, value=department)
        walk = self._walk(state, at, live)
        if isinstance(state.waiting, Ended):
            raise Refused.of(Code.CALL_OVER)
        return candidates(walk, self._tables.departments[id_], waited)

    def failing_gates(self, user: str, *, at: datetime | int, live: Live = NOTHING_KNOWN) -> tuple[Reason, ...]:
        """Every gate that keeps an agent from being rung at an instant, whatever the call; empty if none does (RT-3).

        Raises:
            NotFound: ``reference.missing``, for a user who isn't there.
            InvalidValue: as :meth:`start`.
        """
        when = when_asked(at)
        _check_live(live)
        id_ = UserId(user)
        if id_ not in self.tenant.users:
            raise NotFound.of(Code.REFERENCE_MISSING, kind=Kind.USERS.noun, value=user)
        return tuple(self._tables.agents[id_].gates.failing(when, live))

    def _walk(self, state: State, at: datetime | int, live: Live) -> Walk:
        """A call taken up where its state says that it stands."""
        when = when_asked(at)
        if not isinstance(state, State):
            raise InvalidValue.of(Code.FIELD_WRONG_TYPE, "state", expected="the state of a step", found=_words(state))
        _check_live(live)
        tenant = self.tenant
        if state.tenant != tenant.id:
            raise Refused.of(Code.CALL_OTHER_TENANT, value=state.tenant, expected=tenant.id)
        # A state may come from an older version of the tenant, or from strangers: no budget grows.
        settings = tenant.settings
        walk = Walk(
            self._tables,
            state.call,
            when,
            live,
            reach=state.reach,
            fallback=state.fallback,
            ring_left=min(state.ring_left, settings.ring_budget),
            steps_left=min(state.steps_left, settings.step_budget),
            carried=state.carried,
            held=state.held,
        )
        if state.carried.skills:
            walk.forget_skills()
        return walk

    def bounds(self) -> Bounds:
        """What no call to this tenant exceeds (RT-9)."""
        settings = self.tenant.settings
        return Bounds(ring_seconds=settings.ring_budget, steps=settings.step_budget)


def _check_live(live: Live) -> None:
    if not isinstance(live, Live):
        raise InvalidValue.of(Code.FIELD_WRONG_TYPE, "live", expected="live facts", found=_words(live))


def _emergency(walk: Walk, destination: Hop | None) -> Step:
    """The whole tenant is closed: its emergency's destination, else the end (HR-4)."""
    walk.say(ReasonCode.EMERGENCY, SubjectKind.TENANT, walk.tables.tenant.id)
    walk.reach = _FAILOVER
    walk.fallback = None
    return walk.hang_up(Cause.UNAVAILABLE) if destination is None else go(walk, destination)


# ---- events ---------------------------------------------------------------------------------------------------------


def _after(walk: Walk, state: State, event: CallEvent) -> Hop | Step:
    waiting = state.waiting
    if isinstance(waiting, Ended):
        raise Refused.of(Code.CALL_OVER)
    if isinstance(event, CallerGone):
        walk.say_call(ReasonCode.CALLER_GONE)
        return walk.hang_up(Cause.NORMAL)
    match waiting:
        case RingingAgent():
            return _after_agent(walk, waiting, event)
        case RingingDepartment():
            return _after_department(walk, waiting, event)
        case InMenu():
            return after_menu(walk, waiting, event) if isinstance(event, _KEYS) else _misfit(event, waiting)
        case Forwarding():
            return _after_forward(walk, waiting, event)
        case Announcing():
            return _after_announcement(walk, waiting, event)
        case InQueue():
            return _after_queue(walk, waiting, event)
        case Connected():
            return transfer(walk, waiting, event.to) if isinstance(event, TransferAsked) else _misfit(event, waiting)
        case Recording():
            return _misfit(event, waiting)
        case _:
            assert_never(waiting)


def _misfit(event: CallEvent, waiting: Waiting) -> NoReturn:
    raise Refused.of(Code.CALL_EVENT_MISFIT, event=_words(event), waiting=_words(waiting))


def _words(value: object) -> str:
    """``InMenu()`` as ``in menu``."""
    name = type(value).__name__
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name).strip()


def _answered(walk: Walk, by: UserId | None, members: Members | None = None) -> Step:
    walk.say_call(ReasonCode.ANSWERED)
    if by is not None:
        walk.effects += answered_effects(walk, by, members)
    return walk.connect(Connected(by=by))


def _rung(event: Answered, users: tuple[UserId, ...]) -> UserId:
    if event.by is None or event.by not in users:
        raise Refused.of(Code.CALL_NOT_RUNG, value=str(event.by), choices=users)
    return event.by


def _failed(walk: Walk, event: CallEvent, waiting: Waiting) -> Failure:
    """The failure that an event reports, which is said; refused if it reports none."""
    known = _FAILURES.get(type(event))
    if known is None:
        _misfit(event, waiting)
    failure, code = known
    walk.say_call(code)
    return failure


def _after_agent(walk: Walk, waiting: RingingAgent, event: CallEvent) -> Hop | Step:
    user = waiting.user
    if isinstance(event, Answered):
        return _answered(walk, _rung(event, (user,)))
    failure = closer(waiting.failure, _failed(walk, event, waiting))
    walk.rang = (user,)
    if walk.reach is _STICKY:
        return not_sticky(walk, failure)
    if user in walk.tables.tenant.users:
        return ring_agent(walk, walk.tables.agents[user], waiting.rung, failure)
    walk.say_gone(SubjectKind.USER, user)
    return walk.use_fallback(failure) or walk.give_up(failure)


def _after_department(walk: Walk, waiting: RingingDepartment, event: CallEvent) -> Hop | Step:
    id_ = waiting.department
    known = id_ in walk.tables.tenant.departments
    members = walk.tables.departments[id_] if known else None
    # Where the list has changed since they rang, whoever the host says answered, answered.
    users = None if members is None else users_of(members, waiting)
    if isinstance(event, Answered):
        if event.by is None or (users is not None and event.by not in users):
            raise Refused.of(Code.CALL_NOT_RUNG, value=str(event.by), choices=users or ())
        return _answered(walk, event.by, members)
    failure = closer(waiting.failure, _failed(walk, event, waiting))
    walk.rang = users or ()
    if members is None:
        walk.say_gone(SubjectKind.DEPARTMENT, id_)
        return walk.give_up(failure)
    return after_wave(walk, members, waiting, failure)


def _after_forward(walk: Walk, waiting: Forwarding, event: CallEvent) -> Hop | Step:
    if isinstance(event, Answered):
        if event.by is not None:
            raise Refused.of(Code.CALL_NOT_RUNG, value=event.by, choices=())
        return _answered(walk, None)
    failure = _failed(walk, event, waiting)
    to = destination_at(walk.tables.tenant, waiting.place)
    if isinstance(to, ToExternal):
        return forward_failed(walk, Hop(to, waiting.place), to, failure)
    return _gone(walk, waiting.place, failure)


def _after_announcement(walk: Walk, waiting: Announcing, event: CallEvent) -> Hop | Step:
    if not isinstance(event, AnnouncementEnded):
        _misfit(event, waiting)
    walk.say_call(ReasonCode.ANNOUNCEMENT_ENDED)
    to = destination_at(walk.tables.tenant, waiting.place)
    if isinstance(to, ToAnnouncement):
        return Hop(to, waiting.place).inner(to.next)
    return _gone(walk, waiting.place, Failure.UNREACHABLE)


def _after_queue(walk: Walk, waiting: InQueue, event: CallEvent) -> Hop | Step:
    if isinstance(event, Answered):
        return _answered(walk, event.by)
    if not isinstance(event, LeftQueue):
        _misfit(event, waiting)
    walk.say_call(ReasonCode.QUEUE_LEFT)
    to = destination_at(walk.tables.tenant, waiting.place)
    if not isinstance(to, ToQueue):
        return _gone(walk, waiting.place, Failure.NO_ANSWER)
    fields, after = to.after(event.exit)
    if after is None:
        return walk.give_up(Failure.NO_ANSWER)
    return walk.onward(Hop(to, waiting.place).inner(after, fields), ReasonCode.TO_NEXT, SubjectKind.QUEUE, to.queue)


def _gone(walk: Walk, place: Place, failure: Failure) -> Hop | Step:
    """What the call waited at isn't there in this version of the tenant: a failed attempt, like any other (RT-13)."""
    walk.say_gone(SUBJECTS[place.kind], place.id)
    return walk.use_fallback(failure) or walk.give_up(failure)
