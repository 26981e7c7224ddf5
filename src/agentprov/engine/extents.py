"""How far a permission goes for a user: the scopes that allow it and those that deny it, united."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import attrs

from agentprov.model.access import Effect, Grant, Permission, Scope, ScopeTerm, Within


@attrs.frozen(kw_only=True)
class Extent:
    """How far a user holds one permission.

    ``allowed`` and ``denied`` unite the scopes of all grants in force, as they are written.
    """

    allowed: Scope = frozenset()
    denied: Scope = frozenset()

    @property
    def whole(self) -> bool:
        """Whether the permission is held for the whole tenant: any deny of it, however narrow, is too much."""
        return Within.TENANT in self.allowed and not self.denied


NOWHERE = Extent()
"""Of a permission that isn't held at all."""


def united(extents: Iterable[Extent]) -> Extent:
    """The extent of who has all of these.

    What is denied stays in it where nothing is allowed: of a role that is worth telling. That such a permission isn't
    held at all is said by :meth:`agentprov.engine.rights.Rights.extent`.
    """
    each = list(dict.fromkeys(extents))
    if len(each) == 1:
        return each[0]
    allowed = frozenset().union(*(extent.allowed for extent in each))
    return Extent(allowed=allowed, denied=frozenset().union(*(extent.denied for extent in each)))


def united_by_permission(parts: Iterable[Mapping[Permission, Extent]]) -> dict[Permission, Extent]:
    """By permission that any of the parts speaks of: how far who has all of these parts holds it."""
    found: dict[Permission, list[Extent]] = {}
    for part in parts:
        for permission, extent in part.items():
            found.setdefault(permission, []).append(extent)
    return {permission: united(extents) for permission, extents in found.items()}


def extent_of(grants: Iterable[Grant]) -> Extent:
    """How far these grants of one permission go."""
    allowed: set[ScopeTerm] = set()
    denied: set[ScopeTerm] = set()
    for grant in grants:
        (allowed if grant.effect is Effect.ALLOW else denied).update(grant.scope)
    return Extent(allowed=frozenset(allowed), denied=frozenset(denied))
