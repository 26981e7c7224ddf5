"""Outbound calls in scenario files: an attempt, what becomes of it, and why."""

from __future__ import annotations

from typing import assert_never

import attrs

from agentprov.engine.outbound import Outbound
from agentprov.model.ids import CallerIdId, UserId
from agentprov.model.live import Live
from agentprov.model.network import parse_address
from agentprov.model.outbound import Attempt, Dial, DialChannel, DialEmergency, DialOutcome, NotDialled
from agentprov.model.tenant import Tenant
from agentprov.testing.scenarios.tables import Fields


@attrs.frozen(kw_only=True)
class DialCheck:
    """An attempt to call out: who, what they dial, with what; and what becomes of it."""

    user: str
    number: str
    """As it is typed."""
    channel: str
    leg: str | None
    caller_id: str | None
    address: str | None
    """Where the user is logged in from."""
    expect: str
    reasons: tuple[str, ...] | None
    """All the reasons, in their order; nothing means that they aren't looked at."""


def read_dial(fields: Fields) -> DialCheck:
    """The check in one table of a file."""
    return DialCheck(
        user=fields.need("user", str, "-"),
        number=fields.need("number", str, "-"),
        channel=fields.take("channel", str, DialChannel.CLICK_TO_CALL.value),
        leg=fields.optional("leg", str, "-"),
        caller_id=fields.optional("caller_id", str, "-"),
        address=fields.optional("address", str, "-"),
        expect=fields.need("expect", str, "-"),
        reasons=fields.texts_or_none("reasons"),
    )


def dial_outcome(tenant: Tenant, check: DialCheck) -> DialOutcome:
    """What becomes of the attempt.

    Raises:
        InvalidValue: the file describes no attempt, such as with a channel that there isn't.
    """
    attempt = Attempt(
        agent=UserId(check.user),
        dialled=check.number,
        channel=check.channel,
        leg=check.leg,
        caller_id=None if check.caller_id is None else CallerIdId(check.caller_id),
    )
    live = Live() if check.address is None else Live(addresses={check.user: parse_address(check.address)})
    return Outbound(tenant).dial(attempt, live)


def outcome_texts(outcome: DialOutcome) -> tuple[str, str]:
    """An outcome in full, and in short, without the leg: a scenario may say either."""
    match outcome:
        case Dial(number=number, caller_id=caller_id, leg=leg, rings=rings):
            short = f"call {number} as {caller_id}"
            return f"{short} through {leg.value} {rings}", short
        case DialEmergency(number=called, region=region, caller_id=shown, leg=leg, rings=known):
            short = f"emergency {called} in {region} as {shown or 'the trunk'}"
            return f"{short} through {leg.value} {known or 'in the hand'}", short
        case NotDialled():
            return "refused", "refused"
        case _:
            assert_never(outcome)
