"""What RT-12 and RT-15 say: rules about callers, and what a call picks up on its way."""

from __future__ import annotations

import phonenumbers

from agentprov.model.contact import PhoneNumber
from agentprov.model.marks import Mark
from agentprov.model.numbers import (
    Anonymous,
    CallerAction,
    Callers,
    FromCountry,
    FromNumber,
    FromPrefix,
    Number,
    Presents,
)
from tests.oracle.world import World

MOST = 100


def is_one_of(caller: PhoneNumber | None, callers: Callers) -> bool:
    """Whether a caller is meant. Who doesn't show a number is meant by "anonymous" alone."""
    match callers:
        case Anonymous():
            return caller is None
        case FromNumber(number=number):
            return caller == number
        case FromPrefix(prefix=prefix):
            return caller is not None and caller.startswith(prefix)
        case FromCountry(region=region):
            return caller is not None and phonenumbers.region_code_for_number(phonenumbers.parse(caller)) == region


def rule_for(world: World, number: Number) -> CallerAction | None:
    """The first rule that matches counts, alone."""
    for rule in number.caller_rules:
        if any(is_one_of(world.call.caller, each) for each in rule.callers):
            return rule.action
    return None


def pick_up(world: World, mark: Mark | None) -> None:
    """A mark adds what it gives to what the call has already."""
    if mark is None:
        return
    world.labels = list(dict.fromkeys([*world.labels, *mark.labels]))
    if mark.language is not None:
        world.languages = [each for each in world.languages if each != mark.language] + [mark.language]
    world.skills |= mark.skills
    raise_priority(world, mark.priority)


def raise_priority(world: World, by: int) -> None:
    """Priorities are summed, to 100 at most."""
    world.priority = min(MOST, world.priority + by)


def arrive(world: World, number: Number) -> None:
    """What the dialled number gives to a call: its mark, and what an agent is shown."""
    world.number = number
    pick_up(world, number.mark)
    if number.caller_id is not None:
        world.caller_id = world.tenant.caller_ids[number.caller_id].phone
    elif number.presents is Presents.DIALLED:
        world.caller_id = number.phone
