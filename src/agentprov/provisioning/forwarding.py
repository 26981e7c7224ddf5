"""Where users' calls are forwarded to: out of the tenant's country only to where it is listed (P50).

Calls are forwarded at the tenant's cost, and whoever gets hold of an account forwards them to numbers that earn them
money. So a new place to forward to is refused at a premium rate, on a satellite, and in any country that the tenant's
setting ``forward_countries`` doesn't name; and the user is told of it, whoever changed it.
"""

from __future__ import annotations

from collections.abc import Iterator

from agentprov.errors import Collector, Path, Problem
from agentprov.model.call_permissions import forward_target_problems
from agentprov.model.changes import Event, EventKind
from agentprov.model.contact import PhoneNumber
from agentprov.model.destinations import Destination, ToExternal, nested
from agentprov.model.settings import Settings
from agentprov.model.users import User
from agentprov.provisioning.forms import Reading
from agentprov.provisioning.typed_form import TypedForm

_NOWHERE: frozenset[PhoneNumber] = frozenset()


def forwards(typed: TypedForm) -> dict[str, frozenset[PhoneNumber]]:
    """The numbers outside that calls are forwarded to, by the field that says so."""
    found: dict[str, frozenset[PhoneNumber]] = {}
    if typed.forward_number is not None:
        found["forward_number"] = frozenset((typed.forward_number,))
    if typed.forward_same_as_phone and typed.phone is not None:
        found["forward_same_as_phone"] = frozenset((typed.phone,))
    if typed.time_group_failover is not None:
        found["time_group_failover"] = frozenset(phone for _, phone in _outside(typed.time_group_failover))
    return found


def stored_forwards(user: User) -> Iterator[tuple[Path, PhoneNumber]]:
    """The numbers outside that a stored user's calls are forwarded to, each with its place in the user."""
    if user.forward_number is not None:
        yield ("calling", "forward"), user.forward_number
    hours = user.calling.hours
    if hours is not None and hours.failover is not None:
        for path, phone in _outside(hours.failover):
            yield ("calling", "hours", "failover", *path), phone


def _outside(destination: Destination) -> Iterator[tuple[Path, PhoneNumber]]:
    for path, each in nested(destination):
        if isinstance(each, ToExternal):
            yield (*path, "number"), each.number


def forward_problems(settings: Settings, phone: PhoneNumber) -> tuple[Problem, ...]:
    """What speaks against forwarding a tenant's calls to a number: ``phone.premium``, ``.destination_not_allowed``."""
    return forward_target_problems(phone, region=settings.region, allowed=settings.forward_countries)


def check_forwards(settings: Settings, reading: Reading, found: Collector) -> None:
    """Note every new place to forward to that isn't allowed. One that the user has already stays where it is."""
    new = forwards(reading.typed)
    if not new:
        return
    stored = _NOWHERE.union(*forwards(reading.base).values())
    for name, phones in new.items():
        if name not in reading.faulty:
            for phone in sorted(phones - stored):
                found.absorb(forward_problems(settings, phone), name)


def forward_events(before: User, after: User) -> tuple[Event, ...]:
    """What happens when a user's call-forward number changes: to whom listens, and what the user is told.

    They are told also of what they did themselves: it may be somebody else who did it in their name.
    """
    was, becomes = before.forward_number, after.forward_number
    if was == becomes:
        return ()
    facts = {"from": was or "", "to": becomes or ""}
    return (
        Event(kind=EventKind.FORWARD_CHANGED, subject=after.id, facts=facts),
        Event(kind=EventKind.USER_TOLD, subject=after.id, facts={"why": "forward-changed", "to": becomes or ""}),
    )
