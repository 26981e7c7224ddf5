"""Settling what came of a one-time code: saved at once, or done again when somebody else was first (CR-2)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Protocol, TypeVar

from agentprov.errors import Conflict
from agentprov.model.one_time_codes import CodeKey, CodeRecord
from agentprov.repositories.asynchronous import AsyncCodeRepository
from agentprov.repositories.credentials import CodeRepository
from agentprov.repositories.steps import Steps, run, run_async

TRIES: Final = 1_000
"""How often it is done at most. So many are never first in a row; a store that always says so is broken."""


class KeepsCodes(Protocol):
    """An outcome that counts once a record is saved: an issue, a verdict."""

    @property
    def record(self) -> CodeRecord | None:
        """What to save; nothing where nothing is kept."""
        ...


Outcome = TypeVar("Outcome", bound=KeepsCodes)


def settle_codes(store: CodeRepository, key: CodeKey | None, step: Callable[[CodeRecord | None], Outcome]) -> Outcome:
    """What came of a step with a user's codes, its record saved; done again as often as somebody else was first.

    ``step`` gets what is stored and gives an outcome. With no key, for a login that nobody has, nothing is stored.

    Raises:
        Conflict: ``conflict.changed``; a thousand times over, and so for another reason than that.
    """
    return run(_settling(store, key, step))


async def settle_codes_async(
    store: AsyncCodeRepository, key: CodeKey | None, step: Callable[[CodeRecord | None], Outcome]
) -> Outcome:
    """As :func:`settle_codes`, with a store of coroutines."""
    return await run_async(_settling(store, key, step))


def _settling(
    store: Any,  # noqa: ANN401  of either kind
    key: CodeKey | None,
    step: Callable[[CodeRecord | None], Outcome],
) -> Steps[Outcome]:
    left = TRIES
    while True:
        left -= 1
        before: CodeRecord | None = None if key is None else (yield store.codes(key))
        outcome = step(before)
        if outcome.record is None or outcome.record == before:
            return outcome
        try:
            yield store.put_codes(outcome.record, expected=before)
        except Conflict:
            if not left:
                raise
            continue
        return outcome
