"""What every contract has: the one method that its author writes, and exemptions that are named."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import ClassVar

import pytest

from agentprov.repositories import Store


class Contract:
    """A suite of obligations. Its author says how to make an empty store, and what the adapter can't do.

    The adapter of a whole store writes :meth:`store` once, in a class of its own, and mixes it into every suite. The
    adapter of one repository overrides that repository's method instead, such as ``repository`` for tenants.

    What an adapter can't do is named in ``EXEMPT``, each test with the reason, and reported as skipped for it::

        class TestMyTenants(TenantRepositoryContract):
            EXEMPT = {"test_a_folded_log_begins_there": "the log is kept for ever"}

    A name that is no test of the suite, or a reason that says nothing, is a ``TypeError`` when the class is made: a
    test that was renamed isn't lost in silence.
    """

    EXEMPT: ClassVar[Mapping[str, str]] = {}

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        for name, reason in cls.EXEMPT.items():
            if not name.startswith("test_") or not hasattr(cls, name):
                raise TypeError(f"{cls.__name__} is exempt from {name}, which is no test of it")
            if not reason.strip():
                raise TypeError(f"{cls.__name__} is exempt from {name}, and doesn't say why")
            setattr(cls, name, _exempt(name, reason))

    def store(self) -> Store:
        """An empty store. Each call gives another one."""
        raise NotImplementedError("say how to make an empty store: write `store`, or the method of this suite alone")


def _exempt(name: str, reason: str) -> Callable[[Contract], None]:
    def test(self: Contract) -> None:  # noqa: ARG001  called as a method
        pytest.skip(reason)

    test.__name__, test.__doc__ = name, f"Exempt: {reason}."
    return test
