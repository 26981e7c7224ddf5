"""Strategies for the numbers that callers dial, and what is done with certain callers."""

from __future__ import annotations

from hypothesis import strategies as st

from agentprov.model.destinations import Cause
from agentprov.model.ids import NumberId
from agentprov.model.numbers import (
    Anonymous,
    CallerAction,
    CallerRule,
    Callers,
    FromCountry,
    FromNumber,
    FromPrefix,
    Number,
    Presents,
    RaisePriority,
    Refuse,
    SendTo,
)
from agentprov.testing.strategies import pools
from agentprov.testing.strategies.departments import stickies
from agentprov.testing.strategies.pool import EVERYTHING, Pool, a_few, maybe, one, optional, shared, up_to
from agentprov.testing.strategies.routes import destinations, fallbacks
from agentprov.testing.strategies.skills import marks

_CALLERS: tuple[Callers, ...] = (
    *(FromNumber(number=number) for number in pools.CALLERS),
    *(FromPrefix(prefix=prefix) for prefix in ("+7", "+79", "+9181", "+1")),
    *(FromCountry(region=region) for region in ("RU", "IN", "IT", "KZ", "NO")),
    Anonymous(),
    Anonymous(),
)


@shared
@st.composite
def caller_rules(draw: st.DrawFn, *, within: Pool = EVERYTHING) -> CallerRule:
    """Rules about callers of the pool, by number, prefix, country, or without a number, with every action."""
    kind = draw(up_to(2))
    action: CallerAction = Refuse(cause=draw(one(*Cause)))
    if kind == 1:
        action = SendTo(to=draw(destinations(within=within)))
    elif kind == 2:
        action = RaisePriority(by=draw(one(1, 50, 100)))
    callers = draw(st.lists(st.sampled_from(_CALLERS), min_size=1, max_size=2))
    return CallerRule(callers=callers, action=action, name=draw(one(None, "Regulars")))


@shared
@st.composite
def numbers(draw: st.DrawFn, *, within: Pool = EVERYTHING, number: NumberId | None = None) -> Number:
    """Numbers that callers dial, each with its own phone number, with and without a fallback.

    One in three has rules about callers, one in three remembers its callers, half of them mark their calls.
    """
    id_ = draw(one(*(within.numbers or pools.NUMBERS))) if number is None else number
    return Number(
        id=id_,
        phone=pools.DIALLED[pools.NUMBERS.index(id_)] if id_ in pools.NUMBERS else pools.DIALLED[-1],
        name=draw(one(None, *pools.NAMES)),
        to=draw(destinations(within=within)),
        fallback=draw(optional(fallbacks(within=within))),
        caller_rules=draw(a_few(caller_rules(within=within), at_most=2)) if draw(up_to(2)) == 0 else (),
        mark=draw(optional(marks(within=within))),
        sticky=draw(optional(stickies())) if draw(up_to(2)) else None,
        presents=draw(one(*Presents)),
        caller_id=draw(maybe(*within.caller_ids)) if draw(up_to(3)) == 0 else None,
    )
