"""Separation of duty, as values: sets of roles of which nobody may have too many (AC-6; ANSI INCITS 359)."""

from __future__ import annotations

from enum import StrEnum

import attrs

from agentprov.errors import Code, Collector
from agentprov.model.ids import RoleId, SeparationId, check_id_lists, check_ids, role_ids
from agentprov.model.text import check_name

LEAST_ROLES = 2
"""Of fewer roles nothing can be kept apart."""


class SeparationKind(StrEnum):
    """When too many roles of a set are too many."""

    STATIC = "static"
    """A user may never have them together."""
    DYNAMIC = "dynamic"
    """A user may have them, and not use them together in one session."""


@attrs.frozen(kw_only=True)
class Separation:
    """A set of roles of which nobody may have ``cardinality`` or more; a role that is inherited counts as had.

    The standard's SSD and DSD role sets. With two roles and a cardinality of 2: never both.
    """

    id: SeparationId
    name: str
    kind: SeparationKind = SeparationKind.STATIC
    roles: frozenset[RoleId] = attrs.field(converter=role_ids)
    cardinality: int = 2

    def __attrs_post_init__(self) -> None:
        _check_separation(self)

    def violated_by(self, roles: frozenset[RoleId]) -> bool:
        """Whether these roles, with all that they inherit, are too many."""
        return len(self.roles & roles) >= self.cardinality


def _check_separation(separation: Separation) -> None:
    found = Collector()
    check_ids(found, ("id", separation.id))
    check_name(found, "name", separation.name)
    check_id_lists(found, ("roles", separation.roles))
    most = len(separation.roles)
    if most < LEAST_ROLES:
        found.add(Code.SEPARATION_TOO_FEW_ROLES, "roles", value=most)
    elif type(separation.cardinality) is not int or not LEAST_ROLES <= separation.cardinality <= most:
        found.add(Code.FIELD_OUT_OF_RANGE, "cardinality", value=str(separation.cardinality), low=LEAST_ROLES, high=most)
    found.check()
