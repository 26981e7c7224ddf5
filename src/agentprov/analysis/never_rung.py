"""Whom a played call never rings, why not, and when that is over (AN-1, RT-10)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import attrs

from agentprov.engine.playing import Played
from agentprov.model.ids import UserId
from agentprov.model.reasons import NOT_RUNG, Reason, ReasonCode, SubjectKind

_PASSING: Final = frozenset({ReasonCode.STAGE_LATER, ReasonCode.TURN_LATER, ReasonCode.TURN_PAST})
"""What only says that it isn't their turn in this step: it says nothing of the steps after it."""


def _reasons(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    return tuple(reasons)


@attrs.frozen(kw_only=True)
class NeverRung:
    """A candidate whom a call never rings, with everything that the step that passed them over says against it.

    Of several steps it is the first, or the first that says more than that it isn't their turn.
    """

    user: UserId
    reasons: tuple[Reason, ...] = attrs.field(converter=_reasons)
    """At least one; each has a code of :data:`agentprov.model.reasons.NOT_RUNG`."""

    @property
    def until(self) -> int | None:
        """From when on none of the reasons holds, in seconds since 1970; ``None`` if one doesn't end by itself."""
        ends = [reason.until for reason in self.reasons if reason.until is not None]
        return max(ends, default=None) if len(ends) == len(self.reasons) else None


def never_rung(played: Played) -> tuple[NeverRung, ...]:
    """Every candidate who is never rung, in the order in which the call came to them."""
    rung = played.rung
    found: dict[UserId, list[Reason]] = {}
    for step in played.steps:
        said: dict[UserId, list[Reason]] = {}
        for reason in step.reasons:
            if keeps_from_ringing(reason) and reason.id not in rung:
                said.setdefault(UserId(reason.id), []).append(reason)
        for user, reasons in said.items():
            if {reason.code for reason in found.get(user, ())} <= _PASSING:
                found[user] = reasons
    return tuple(NeverRung(user=user, reasons=reasons) for user, reasons in found.items())


def keeps_from_ringing(reason: Reason) -> bool:
    """Whether a reason says why an agent isn't rung."""
    return reason.kind is SubjectKind.USER and reason.code in NOT_RUNG
