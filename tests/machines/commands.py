"""A command: something that an actor does to a tenant, made by the library and foretold by the rules."""

from __future__ import annotations

from typing import Generic, Protocol, TypeVar

import attrs

from agentprov.errors import Code
from agentprov.model.changes import Change, EventKind
from agentprov.model.ids import QueueId, UserId
from agentprov.model.live import Live
from agentprov.model.tenant import Tenant

W = TypeVar("W")
"""A naive world: a tenant in plain dictionaries."""


@attrs.frozen(kw_only=True)
class Moment(Generic[W]):
    """When a command is given: the tenant and the world that are like each other, and what only the host knows."""

    tenant: Tenant
    world: W
    by: str | None
    """Who gives it; nobody is the host itself."""
    on_queue: frozenset[str] = frozenset()
    """Who is logged on to a queue."""

    @property
    def live(self) -> Live:
        """What the host says."""
        return Live(queues={UserId(id_): [QueueId("q-1")] for id_ in self.on_queue})


@attrs.frozen(kw_only=True)
class Step(Generic[W]):
    """What must come of a command: the codes of a refusal; else how the world is afterwards, and what was told."""

    codes: set[Code] = attrs.Factory(set)
    also: set[Code] = attrs.Factory(set)
    """What a refusal may name besides, or not: what is so of the whole, where a part of it is refused."""
    after: W
    events: set[tuple[EventKind, str]] | None = None


class Command(Protocol[W]):
    """Something that an actor does to the tenant."""

    def expected(self, now: Moment[W]) -> Step[W]:
        """What must come of it, by the rules."""
        ...

    def make(self, now: Moment[W]) -> Change:
        """The same by the library."""
        ...
