"""Which of a number's caller rules a call meets (RT-15)."""

from __future__ import annotations

from typing import assert_never

import attrs

from agentprov.engine.call_tables import Entry, Hop
from agentprov.engine.call_walk import Walk
from agentprov.engine.marks import raised
from agentprov.model.contact import PhoneNumber
from agentprov.model.numbers import (
    Anonymous,
    Callers,
    FromCountry,
    FromNumber,
    FromPrefix,
    Number,
    RaisePriority,
    Refuse,
    SendTo,
)
from agentprov.model.phones import phone_region
from agentprov.model.reasons import ReasonCode, SubjectKind
from agentprov.model.references import Kind
from agentprov.model.standings import Place
from agentprov.model.steps import Step


def first_rule(number: Number, caller: PhoneNumber | None) -> int | None:
    """The position of the first rule that matches a caller; nothing if none does."""
    for position, rule in enumerate(number.caller_rules):
        if any(matches(each, caller) for each in rule.callers):
            return position
    return None


def sends_elsewhere(number: Number, caller: PhoneNumber | None) -> bool:
    """Whether the rule that a caller meets sends them elsewhere than the number itself leads."""
    position = first_rule(number, caller)
    return position is not None and isinstance(number.caller_rules[position].action, SendTo)


def matches(callers: Callers, caller: PhoneNumber | None) -> bool:
    """Whether a caller is one of those that are meant. Who doesn't show their number is anonymous and nothing else."""
    match callers:
        case Anonymous():
            return caller is None
        case FromNumber(number=number):
            return caller == number
        case FromPrefix(prefix=prefix):
            return caller is not None and caller.startswith(prefix)
        case FromCountry(region=region):
            return caller is not None and phone_region(caller) == region
        case _:
            assert_never(callers)


def by_caller(walk: Walk, entry: Entry, *, refusals_only: bool) -> Hop | Step | None:
    """What the first rule that the caller meets does; nothing where the call goes on as it would without (RT-15)."""
    number = entry.number
    position = first_rule(number, walk.call.caller)
    if position is None or (refusals_only and not isinstance(number.caller_rules[position].action, Refuse)):
        return None
    match number.caller_rules[position].action:
        case Refuse(cause=cause):
            walk.say(ReasonCode.CALLER_REFUSED, SubjectKind.NUMBER, number.id)
            return walk.hang_up(cause)
        case SendTo(to=to):
            walk.say(ReasonCode.CALLER_SENT, SubjectKind.NUMBER, number.id)
            return Hop(to, Place(kind=Kind.NUMBERS.value, id=number.id, exit=f"rule:{position}"))
        case RaisePriority(by=by):
            walk.say(ReasonCode.CALLER_RAISED, SubjectKind.NUMBER, number.id)
            walk.carried = attrs.evolve(walk.carried, priority=raised(walk.carried.priority, by))
            return None
        case _ as action:
            assert_never(action)
