"""Faults of a store at a call of one's choosing, for tests of whatever stands on a store.

A database fails at any call: before it did anything, or after it did everything and only the answer was lost. Whoever
calls it can't tell which. Put :func:`failing` around a store, arm the :class:`Faults`, and see what your code makes of
it: the state is the one before or the one after, and trying again comes to the same end.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

import attrs

P = ParamSpec("P")
T = TypeVar("T")


@attrs.define(kw_only=True)
class Faults:
    """When the stores that share it fail. They don't until it is armed; then once."""

    calls: int = 0
    """How many calls there were so far."""
    struck: int = 0
    """How many of them failed."""
    _at: int | None = None
    _done: bool = False
    _error: BaseException = attrs.field(factory=ConnectionError)

    def arm(self, nth: int = 1, *, done: bool, error: BaseException | None = None) -> None:
        """Fail at the ``nth`` call from now: with the call ``done`` and only its answer lost, or with nothing done.

        ``error`` is what the call raises, as a database's driver would: ``ConnectionError`` unless another is given,
        such as ``TimeoutError``, ``MemoryError``, ``KeyboardInterrupt``.
        """
        self._at, self._done = self.calls + nth, done
        self._error = ConnectionError("the connection was lost") if error is None else error

    def disarm(self) -> None:
        """Fail no more."""
        self._at = None

    def call(self, method: Callable[P, T], *args: P.args, **named: P.kwargs) -> T:
        """What the method gives, unless this is the call that fails."""
        self.calls += 1
        if self.calls != self._at:
            return method(*args, **named)
        self._at = None
        self.struck += 1
        if self._done:
            method(*args, **named)
        raise self._error


def failing(store: T, faults: Faults) -> T:
    """The same store, whose calls fail as ``faults`` say; several stores may share one. Of any protocol."""
    return cast("T", _Failing(store, faults))


class _Failing:
    """A store whose methods go by way of the faults."""

    def __init__(self, store: object, faults: Faults) -> None:
        self._store = store
        self._faults = faults

    def __getattr__(self, name: str) -> Callable[..., object]:
        method: Callable[..., object] = getattr(self._store, name)
        return lambda *args, **named: self._faults.call(method, *args, **named)
