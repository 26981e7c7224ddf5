"""Logging on to a queue by telephone, and off it: what is asked, and what becomes of it (ID-8).

An agent is known on the telephone by the numeric id. It says who somebody is and proves nothing: from which telephones
the host's number for logging on may be called is the host's to decide.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

import attrs

from agentprov.model.ids import QueueId, UserId


class LogOnStep(StrEnum):
    """Which way."""

    ON = "on"
    OFF = "off"


class LogOnGate(StrEnum):
    """What keeps somebody from it, in the order in which it is told. Codes are API: stable, never reused."""

    NUMERIC_ID_UNKNOWN = "numeric_id.unknown"
    """What was typed is nobody's numeric id, or no numeric id at all."""
    USER_UNKNOWN = "user.unknown"
    NUMERIC_ID_NONE = "numeric_id.none"
    """The user has no numeric id; statistics have no agent id for them either."""
    STATUS_DISABLED = "status.disabled"
    STATUS_BLOCKED = "status.blocked"
    STATUS_DEACTIVATED = "status.deactivated"
    TYPE_NOT_ROUTED = "type.not_routed"
    QUEUE_UNKNOWN = "queue.unknown"


@attrs.frozen(kw_only=True)
class LogOn:
    """Log the user on to the queue, or off it."""

    user: UserId
    numeric_id: int
    """What statistics call the agent."""
    queue: QueueId
    step: LogOnStep


def _gates(gates: Iterable[LogOnGate]) -> tuple[LogOnGate, ...]:
    return tuple(gates)


@attrs.frozen(kw_only=True)
class NotLoggedOn:
    """Refused, with every reason there is."""

    user: UserId | None
    """Nothing: nobody has what was typed."""
    queue: QueueId
    step: LogOnStep
    gates: tuple[LogOnGate, ...] = attrs.field(converter=_gates)
