"""Which of a number's caller rules a call meets (RT-15)."""

from __future__ import annotations

from typing import assert_never

from agentprov.model.contact import PhoneNumber
from agentprov.model.numbers import Anonymous, Callers, FromCountry, FromNumber, FromPrefix, Number, SendTo
from agentprov.model.phones import phone_region


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
