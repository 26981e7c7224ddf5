"""Whom a played call never rings, why not, and when that is over (AN-1, RT-10)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import attrs

from agentprov.engine.call_flow import NOTHING_KNOWN, Router
from agentprov.engine.playing import Played
from agentprov.model.ids import UserId
from agentprov.model.live import Live
from agentprov.model.reasons import NOT_RUNG, Reason, ReasonCode, SubjectKind

_PASSING: Final = frozenset({ReasonCode.STAGE_LATER, ReasonCode.TURN_LATER, ReasonCode.TURN_PAST})
"""What only says that it isn't their turn in this step: it says nothing of the steps after it."""


def _reasons(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    return tuple(reasons)


@attrs.frozen(kw_only=True)
class NeverRung:
    """A candidate whom a call never rings, with everything that stands against it when a step passes them over.

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


def never_rung(played: Played, router: Router, *, live: Live = NOTHING_KNOWN) -> tuple[NeverRung, ...]:
    """Every candidate who is never rung, in the order in which the call came to them.

    ``router`` and ``live`` are those that the call was played with. They tell the gates that fail besides: a step that
    passes somebody over for a skill, or because others come first, doesn't look at those.
    """
    rung = played.rung
    found: dict[UserId, tuple[int, list[Reason]]] = {}
    for at, step in zip(played.instants, played.steps, strict=True):
        said: dict[UserId, list[Reason]] = {}
        for reason in step.reasons:
            if keeps_from_ringing(reason) and reason.id not in rung:
                said.setdefault(UserId(reason.id), []).append(reason)
        for user, reasons in said.items():
            if user not in found or {reason.code for reason in found[user][1]} <= _PASSING:
                found[user] = at, reasons
    return tuple(
        NeverRung(user=user, reasons=(*reasons, *_besides(router, user, at, live, reasons)))
        for user, (at, reasons) in found.items()
    )


def _besides(router: Router, user: UserId, at: int, live: Live, reasons: list[Reason]) -> Iterator[Reason]:
    """The gates that fail and aren't among the reasons; none of a user who is gone."""
    if user in router.tenant.users:
        codes = {reason.code for reason in reasons}
        yield from (reason for reason in router.failing_gates(user, at=at, live=live) if reason.code not in codes)


def keeps_from_ringing(reason: Reason) -> bool:
    """Whether a reason says why an agent isn't rung."""
    return reason.kind is SubjectKind.USER and reason.code in NOT_RUNG
