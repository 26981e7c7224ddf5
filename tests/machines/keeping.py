"""A host's stores of credentials, which fail at any call, and how a host gets by all the same (P79).

What is stored is what was before or what was to be stored. Whoever finds the latter after a fault is done.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from agentprov.memory import MemoryCodes, MemoryCredentials, MemoryTokens
from agentprov.model.one_time_codes import CodeKey
from agentprov.repositories import settle_codes
from agentprov.testing.faults import Faults, failing
from tests.machines.driving import same

T = TypeVar("T")


class Stores(RuleBasedStateMachine):
    """Passwords, codes and tokens: as they are kept, and as they are got at."""

    def __init__(self) -> None:
        super().__init__()
        self.faults = Faults()
        self.stored_passwords = MemoryCredentials()
        self.stored_codes = MemoryCodes()
        self.stored_tokens = MemoryTokens()
        self.passwords = failing(self.stored_passwords, self.faults)
        self.codes = failing(self.stored_codes, self.faults)
        self.tokens = failing(self.stored_tokens, self.faults)

    @rule(nth=st.integers(1, 3), done=st.booleans())
    def arm(self, nth: int, done: bool) -> None:
        """One of the next calls of a store will fail."""
        self.faults.arm(nth, done=done)

    def again(self, attempt: Callable[[], T]) -> T:
        """What it gives, once it doesn't fail."""
        try:
            return attempt()
        except ConnectionError:
            return attempt()

    def keep(self, put: Callable[[], None], read: Callable[[], object], before: object, after: object) -> None:
        """Store it; after a fault it is there or it isn't, and only in the latter case it is stored again."""
        try:
            put()
        except ConnectionError:
            found = read()
            assert found in (before, after)
            if found != after:
                put()
        same(after, read())

    def settle(self, whose: CodeKey, step: Callable[[Any], Any], seen: Callable[[Any], None]) -> Any:
        """What came of a step with codes. ``seen`` is told of each that took effect, its answer lost or not."""
        while True:
            before, tried = self.stored_codes.codes(whose), list[Any]()

            def once(record: Any, tried: list[Any] = tried) -> Any:
                tried.append(step(record))
                return tried[-1]

            try:
                outcome = settle_codes(self.codes, whose, once)
            except ConnectionError:
                if self.stored_codes.codes(whose) != before:
                    same(tried[-1].record, self.stored_codes.codes(whose))
                    seen(tried[-1])
                continue
            seen(outcome)
            return outcome
