"""Whose resource filter a change makes wider than its actor's own (AC-5, PR-1).

A filter bounds what its user may see, whatever they hold. So nobody whom one bounds lets themselves, or anybody else,
see more than it leaves them: by setting a filter, by taking one away, or by moving somebody out of reach of one.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from agentprov.engine.filters import resource_filter
from agentprov.errors import Code, Refused
from agentprov.model.ids import UserId
from agentprov.model.tenant import Tenant
from agentprov.provisioning.guards import MOST_NAMED, some_of


def check_filters(before: Tenant, after: Tenant, by: UserId | None, most: int = MOST_NAMED) -> None:
    """Refuse a change by which a user's filter comes to leave what the actor's own doesn't; so many users are named.

    Raises:
        Refused: ``resource_filter.exceeds_actor``.
    """
    limit = None if by is None else resource_filter(before, by)
    if by is None or limit is None:
        return
    wider = tuple(id_ for id_ in _affected(before, after) if _comes_to_see(before, after, id_, limit))
    if wider:
        raise Refused.of(Code.RESOURCE_FILTER_EXCEEDS_ACTOR, "value", users=some_of(wider, most), actor=by)


_ABOVE: Final = ("properties", "property_limits", "property_definitions", "user_groups")
"""What a filter follows from, the users' own aside."""


def _affected(before: Tenant, after: Tenant) -> Iterable[UserId]:
    """The users whose filter may be another one: all whom the tenant or a group may give one, else those edited."""
    above = any(getattr(before, field) != getattr(after, field) for field in _ABOVE)
    common = before.users.keys() & after.users.keys()
    return sorted(common if above else common & before.users.differing(after.users))


def _comes_to_see(before: Tenant, after: Tenant, user: UserId, limit: frozenset[str]) -> bool:
    """Whether the user's filter leaves anything that it didn't, and that the limit doesn't."""
    old, new = resource_filter(before, user), resource_filter(after, user)
    if old is None or new == old:
        return False
    return new is None or not new - old <= limit
