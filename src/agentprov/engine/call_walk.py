"""One step of a call being worked out: what is known of the call meanwhile, and how a step is made at the end.

A :class:`Walk` lives for one step. Functions elsewhere (:mod:`agentprov.engine.call_hops`,
:mod:`agentprov.engine.distribution`) take it along; each gives the step, or the next :class:`Hop`.
"""

from __future__ import annotations

from typing import Final

import attrs

from agentprov.engine.call_tables import CallTables, Hop
from agentprov.engine.places import fallback_at
from agentprov.model.call_state import State
from agentprov.model.calls import Call
from agentprov.model.destinations import Cause, Failure
from agentprov.model.effects import Effect
from agentprov.model.ids import UserId
from agentprov.model.live import Live, Presence
from agentprov.model.reasons import Reach, Reason, ReasonCode, SubjectKind, reason
from agentprov.model.references import Kind
from agentprov.model.standings import (
    NOTHING_CARRIED,
    SETTINGS,
    TRANSFERRED,
    Carried,
    Connected,
    Ended,
    Forwarding,
    Place,
    RingingAgent,
    RingingDepartment,
    Waiting,
)
from agentprov.model.steps import Action, Connect, End, Forward, Ring, Step

_FAILOVER: Final = Reach.FAILOVER
SUBJECTS: Final = {
    SETTINGS: SubjectKind.TENANT,
    Kind.NUMBERS.value: SubjectKind.NUMBER,
    Kind.USERS.value: SubjectKind.USER,
    Kind.DEPARTMENTS.value: SubjectKind.DEPARTMENT,
    Kind.IVRS.value: SubjectKind.IVR,
    Kind.TIME_CONDITIONS.value: SubjectKind.TIME_CONDITION,
    Kind.TIME_GROUPS.value: SubjectKind.TIME_GROUP,
    Kind.QUEUES.value: SubjectKind.QUEUE,
    Kind.VOICEMAILS.value: SubjectKind.VOICEMAIL,
    TRANSFERRED: SubjectKind.CALL,
}
"""What an object of a kind, or of a place, is called in a reason."""

OF_THE_CALL: Final = {code: reason(SubjectKind.CALL, "", code) for code in ReasonCode}
"""What may be said of a call, whichever it is."""

CUT: Final = (OF_THE_CALL[ReasonCode.RING_BUDGET_CUT],)
"""That the ring budget makes a ring shorter."""

_ENDS: Final = {cause: End(cause=cause) for cause in Cause}
_ENDED: Final = Ended()
_RINGING: Final = (RingingAgent, RingingDepartment, Forwarding)
"""While these wait, a call that is being transferred hasn't left whoever has it."""
_CAUSES: Final = {
    None: Cause.UNAVAILABLE,
    Failure.UNREACHABLE: Cause.UNAVAILABLE,
    Failure.BUSY: Cause.BUSY,
    Failure.NO_ANSWER: Cause.NO_ANSWER,
}
_CLOSENESS: Final = {Failure.UNREACHABLE: 1, Failure.BUSY: 2, Failure.NO_ANSWER: 3}
_RESERVED: Final = 2
"""Steps kept back, so that within its budget a call can always be decided and then end."""


def closer(one: Failure | None, other: Failure) -> Failure:
    """Of two failures the one that came closer to an answer: no answer, then busy, then unreachable."""
    return other if one is None or _CLOSENESS[one] < _CLOSENESS[other] else one


def _on_the_call(live: Live, held: Connected) -> Live:
    """The live facts while a transfer rings: whoever has the call is busy with it."""
    return live if held.by is None else attrs.evolve(live, presence=live.presence.put(held.by, Presence.BUSY))


class Walk:
    """A call on its way through the tenant, at one instant."""

    __slots__ = (
        "at",
        "call",
        "carried",
        "effects",
        "fallback",
        "held",
        "live",
        "rang",
        "reach",
        "reasons",
        "ring_left",
        "steps_left",
        "tables",
    )

    def __init__(
        self,
        tables: CallTables,
        call: Call,
        at: int,
        live: Live,
        *,
        reach: Reach,
        fallback: Place | None,
        ring_left: int,
        steps_left: int,
        carried: Carried = NOTHING_CARRIED,
        held: Connected | None = None,
    ) -> None:
        self.tables = tables
        self.call = call
        self.at = at
        self.live = live if held is None else _on_the_call(live, held)
        self.reach = reach
        self.fallback = fallback
        self.ring_left = ring_left
        self.steps_left = steps_left
        self.carried = carried
        self.held = held
        self.reasons: list[Reason] = []
        self.effects: tuple[Effect, ...] = ()
        self.rang: tuple[UserId, ...] = ()
        """Whose ring is over."""

    def hold(self, held: Connected) -> None:
        """While somebody else rings, the call stays with whoever has it."""
        self.held = held
        self.live = _on_the_call(self.live, held)

    # ---- reasons ----------------------------------------------------------------------------------------------------

    def say(self, code: ReasonCode, kind: SubjectKind, id_: str) -> None:
        """Add a reason about an object of the tenant."""
        self.reasons.append(self.tables.reasons[code, kind, id_])

    def say_gone(self, kind: SubjectKind, id_: str) -> None:
        """Add that an object isn't there any more (RT-13). Such reasons aren't kept: anybody can make up ids."""
        self.reasons.append(reason(kind, id_, ReasonCode.GONE))

    def forget_skills(self) -> None:
        """Skills that this version of the tenant hasn't aren't asked for any more, which is said (RT-13)."""
        skills = self.carried.skills
        gone = [skill for skill in skills if skill not in self.tables.tenant.skills]
        for skill in gone:
            self.say_gone(SubjectKind.SKILL, skill)
        if gone:
            self.carried = attrs.evolve(self.carried, skills=skills.edited({}, gone))

    def say_call(self, code: ReasonCode) -> None:
        """Add a reason about the call as a whole."""
        self.reasons.append(OF_THE_CALL[code])

    # ---- where to after what was tried ------------------------------------------------------------------------------

    def onward(self, hop: Hop, code: ReasonCode, kind: SubjectKind, id_: str) -> Hop:
        """Leave what was tried for good: from here the reach is failover, and no earlier fallback counts (RT-2)."""
        self.say(code, kind, id_)
        self.reach = _FAILOVER
        self.fallback = None
        return hop

    def to_emergency(self, hop: Hop) -> Hop:
        """Go where a time group's own emergency says."""
        return self.onward(hop, ReasonCode.EMERGENCY, SubjectKind.TIME_GROUP, hop.place.id)

    def use_fallback(self, failure: Failure) -> Hop | None:
        """The destination after a failed attempt, if there is a fallback that may still be used. It is used once."""
        place = self.fallback
        if place is None:
            return None
        kind = SUBJECTS[place.kind]
        fallback = fallback_at(self.tables.tenant, place)
        if fallback is None:
            self.say_gone(kind, place.id)
            return None
        exit_ = f"{place.exit}/{failure.value}"
        hop = Hop(fallback.destination(failure), Place(kind=place.kind, id=place.id, exit=exit_))
        return self.onward(hop, ReasonCode.TO_FALLBACK, kind, place.id)

    # ---- steps ------------------------------------------------------------------------------------------------------

    def wait(self, action: Action, waiting: Waiting) -> Step:
        """The step after which the call goes on by itself, if there is room for it in the step budget (RT-9).

        A call that is being transferred has left whoever had it.
        """
        if self.steps_left <= _RESERVED:
            self.say_call(ReasonCode.STEP_BUDGET_OVER)
            return self.give_up(None)
        return self.decide(action, waiting)

    def ring(
        self,
        action: Ring | Forward,
        waiting: Waiting,
        seconds: int,
        reasons: tuple[Reason, ...],
        effects: tuple[Effect, ...] = (),
    ) -> Step:
        """The step that rings somebody for at most so many seconds, which are charged, and for these reasons.

        Where the step budget has no room for it nobody rings: nothing is charged, and nobody is said to ring.
        """
        if self.steps_left <= _RESERVED:
            self.say_call(ReasonCode.STEP_BUDGET_OVER)
            return self.give_up(None)
        self.ring_left -= seconds
        self.reasons += reasons
        self.effects += effects
        return self.decide(action, waiting)

    def decide(self, action: Action, waiting: Waiting) -> Step:
        """A step, whatever is left of the step budget."""
        left = self.steps_left - 1
        return Step(
            action=action,
            reasons=tuple(self.reasons),
            state=State(
                tenant=self.tables.tenant.id,
                call=self.call,
                reach=self.reach,
                fallback=self.fallback,
                ring_left=self.ring_left,
                steps_left=max(0, left),
                waiting=waiting,
                carried=self.carried,
                held=self.held if isinstance(waiting, _RINGING) else None,
            ),
            effects=self.effects,
        )

    def hang_up(self, cause: Cause) -> Step:
        """The last step."""
        self.say_call(ReasonCode.HANGS_UP)
        return self.decide(_ENDS[cause], _ENDED)

    def give_up(self, failure: Failure | None) -> Step:
        """Nobody was reached: the call ends, with the cause that fits how close it came.

        One that is being transferred stays with whoever has it (RT-2).
        """
        if self.held is None:
            return self.hang_up(_CAUSES[failure])
        self.say_call(ReasonCode.STAYS)
        return self.connect(self.held)

    def connect(self, to: Connected) -> Step:
        """The step that puts the caller through, or leaves them there."""
        return self.decide(Connect(user=to.by), to)
