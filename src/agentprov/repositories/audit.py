"""The audit: what was asked and done, by whom, when and why (ST-5).

Every change of a tenant is in its log, which a commit writes together with the tenant: that is half of the audit, and
:meth:`~agentprov.repositories.tenants.TenantReader.history` reads it. The other half is what is no change of a tenant:
refusals, sign-ins with the real reason, passwords, codes, tokens. Those are noted here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final, Protocol, TypeVar

import attrs

from agentprov.errors import Collector, Problem
from agentprov.model.changes import Event
from agentprov.model.destinations import check_whole_number
from agentprov.model.ids import TenantId, UserId, check_id_lists, check_ids
from agentprov.model.instants import check_instants, utc, utc_or_none
from agentprov.model.references import Kind
from agentprov.model.text import check_flags, check_text, text_problems
from agentprov.repositories.entries import check_key

T = TypeVar("T")

MOST_LISTED: Final = 1_000

About = tuple[Kind, str]
"""An object by its kind and id."""


def _events(events: Iterable[Event]) -> tuple[Event, ...]:
    return tuple(events)


def _problems(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(problems)


def _about(about: Iterable[About]) -> frozenset[About]:
    return frozenset(about)


@attrs.frozen(kw_only=True)
class Noted:
    """Something that was asked and changed no tenant: refused with its problems, or done with its events.

    It holds no secret: problems and events never do.
    """

    key: str
    """Whoever notes it gives it one; noting it again with the same key does nothing."""
    at: datetime = attrs.field(converter=utc)
    action: str
    """What was asked, in a word: ``user:delete``, ``sign-in``, ``password.reset``."""
    actor: UserId | None = None
    about: frozenset[About] = attrs.field(default=frozenset(), converter=_about)
    """The objects that it concerns."""
    problems: tuple[Problem, ...] = attrs.field(default=(), converter=_problems)
    """Why it was refused; nothing, if it was done."""
    events: tuple[Event, ...] = attrs.field(default=(), converter=_events)
    """What happened."""
    reason: str | None = None

    def __attrs_post_init__(self) -> None:
        found = Collector()
        check_instants(found, ("at", self.at))
        check_key(found, "key", self.key)
        check_ids(found, ("actor", self.actor))
        check_id_lists(found, ("about", frozenset(id_ for _, id_ in self.about)))
        check_text(found, "reason", self.reason)
        found.absorb(text_problems(self.action), "action")
        found.check()


@attrs.frozen(kw_only=True)
class AuditQuery:
    """Which entries of the audit are wanted: all that is said must hold."""

    about: About | None = None
    """The object they concern."""
    actor: UserId | None = None
    since: datetime | None = attrs.field(default=None, converter=utc_or_none)
    until: datetime | None = attrs.field(default=None, converter=utc_or_none)
    """Until before this instant."""
    limit: int = MOST_LISTED
    """At most so many: the oldest of them, unless the newest are wanted. In order of time either way."""
    newest: bool = False

    def __attrs_post_init__(self) -> None:
        found = Collector()
        check_instants(found, ("since", self.since), ("until", self.until))
        check_whole_number(found, "limit", self.limit, low=1, high=1_000_000)
        check_flags(found, self, "newest")
        found.check()

    def wants(self, at: datetime, actor: UserId | None, about: Iterable[About]) -> bool:
        """Whether an entry is among them, apart from the limit."""
        return (
            (self.about is None or self.about in about)
            and (self.actor is None or self.actor == actor)
            and (self.since is None or self.since <= at)
            and (self.until is None or at < self.until)
        )

    def cut(self, entries: Sequence[T]) -> tuple[T, ...]:
        """As many of the entries, given in order, as are wanted."""
        return tuple(entries[-self.limit :] if self.newest else entries[: self.limit])


class AuditRepository(Protocol):
    """Keeps what was asked and changed no tenant. What was once noted stays as it is."""

    def note(self, tenant: TenantId, noted: Noted) -> None:
        """Keep it. With a key that was noted before, nothing happens. Nobody asks whether there is such a tenant."""
        ...

    def notes(self, tenant: TenantId, query: AuditQuery) -> tuple[Noted, ...]:
        """What was noted, as far as the query asks, by when it was, then by key; each equal to what was noted."""
        ...
