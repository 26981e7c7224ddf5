"""What a scenario asks: values, each read from one table of the file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import attrs

from agentprov.model.live import Counters, Presence
from agentprov.model.references import Kind
from agentprov.model.sticky import LastAgent
from agentprov.testing.scenarios.dialling import DialCheck


@attrs.frozen(kw_only=True)
class Facts:
    """What the host knows when the call comes in, and all the time of it."""

    presence: tuple[tuple[str, Presence], ...]
    panel: tuple[str, ...]
    profiles: tuple[tuple[str, str], ...]
    counters: tuple[tuple[str, Counters], ...]
    rotation: tuple[tuple[str, str], ...]
    last_agents: tuple[tuple[str, LastAgent], ...]
    """By the id of the number or the department; the caller is the call's."""
    seed: int


@attrs.frozen(kw_only=True)
class CallCheck:
    """A call: what the host reports, and what it is to be told, step by step."""

    to: str
    """A number's id, or any phone number."""
    caller: str | None
    at: datetime
    facts: Facts
    events: tuple[str, ...]
    steps: tuple[str, ...]
    reasons: tuple[str, ...]
    """Each must be among the reasons of some step."""
    effects: tuple[str, ...]
    """Each must be among the effects of some step."""
    shown: tuple[tuple[str, str], ...]
    """What agents are shown at the last step: labels, languages, caller ID, priority."""
    newer: Mapping[str, object] | None
    """The tenant's document after the first ``newer_after`` events."""
    newer_after: int


@attrs.frozen(kw_only=True)
class AskCheck:
    """A question about access: a user, a permission, an object or the whole tenant; yes or no, and why."""

    user: str
    permission: str
    on: str | None
    """An object's id, or nothing."""
    kind: Kind
    expect: bool
    because: tuple[str, ...] | None
    """All the reasons, in any order; nothing means that they aren't looked at."""


@attrs.frozen(kw_only=True)
class ResolveCheck:
    """A question about a property: its value for a user, where it comes from, what it shadows."""

    user: str
    property: str
    expect: str
    """The value and where it comes from: ``20 from user-group g-sales``."""
    shadowed: tuple[str, ...] | None


@attrs.frozen(kw_only=True)
class OpenCheck:
    """A question about hours: open or closed at an instant, which layer says so, and until when."""

    time_group: str
    at: datetime
    expect: bool
    because: str | None
    losers: tuple[str, ...] | None
    """The layers that lost, the strongest first; nothing means that they aren't looked at."""
    until: datetime | None


@attrs.frozen(kw_only=True)
class ProvisionCheck:
    """A user created or updated by a form; the checks after it see the tenant with the change."""

    user: str
    form: tuple[tuple[str, object], ...]
    update: bool
    expect: tuple[tuple[str, object], ...]
    """Fields of the user afterwards, as a document has them."""
    refused: tuple[str, ...]
    """The problems instead, as ``login: login.immutable``."""


Check = CallCheck | AskCheck | ResolveCheck | OpenCheck | ProvisionCheck | DialCheck
"""One table of a scenario."""
