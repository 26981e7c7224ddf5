"""What is done with a store in several steps, written once for stores that answer at once and for coroutines.

It is a generator that yields what a method gave. Where the store answers at once that is the answer; where it is a
coroutine the driver awaits it. Either way the answer comes back into the generator, and so does what it raised.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, TypeVar

T = TypeVar("T")
Steps = Generator[Any, Any, T]


def run(steps: Steps[T]) -> T:
    """What the steps come to, with a store that answers at once."""
    answer = None
    while True:
        try:
            answer = steps.send(answer)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]


async def run_async(steps: Steps[T]) -> T:
    """What the steps come to, with a store of coroutines."""
    try:
        waiting = next(steps)
        while True:
            try:
                answer = await waiting
            except BaseException as error:  # noqa: BLE001  the steps decide, as they would if the method had raised it
                waiting = steps.throw(error)
            else:
                waiting = steps.send(answer)
    except StopIteration as end:
        return end.value  # type: ignore[no-any-return]
