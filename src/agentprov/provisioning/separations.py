"""Sets of roles to keep apart: the standard's commands for static and dynamic separation of duty (AC-6).

Each gives a change, or one error; by whom, and in which order faults are told, is as in
:mod:`agentprov.provisioning.roles`. A static separation that users violate can't be made: who they are is said, so that
somebody takes roles from them first. A dynamic one can; the sessions that violate it are over.
"""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from agentprov.engine.admins import ACCESS_GRANT
from agentprov.engine.permits import permit
from agentprov.engine.separation import separation_problems, violations
from agentprov.errors import Code, Collector, InvalidValue, NotFound, Refused
from agentprov.model.access import EVERYONE
from agentprov.model.changes import Change, Edit
from agentprov.model.ids import RoleId, SeparationId, UserId, user_id
from agentprov.model.references import Kind
from agentprov.model.separations import Separation, SeparationKind
from agentprov.model.tenant import Tenant
from agentprov.provisioning.roles import check_given, check_known


def create_separation(
    tenant: Tenant,
    id: str,
    *,
    name: str,
    roles: Iterable[str],
    cardinality: int = 2,
    kind: SeparationKind | str = SeparationKind.STATIC,
    by: str | None,
) -> Change:
    """The change that creates a set of roles of which nobody may have ``cardinality`` or more.

    Raises:
        NotFound: ``role.unknown``.
        Refused: ``by`` may not change roles; ``separation.violated``, naming up to twenty users and how many there are.
        InvalidValue: ``id.taken``, a kind there isn't, too few roles, a cardinality that isn't from 2 to their number,
            or what is wrong with the id or the name.
    """
    actor = user_id(by)
    permit(tenant, actor, ACCESS_GRANT)
    members = _read_roles(roles)
    _check_roles(tenant, "roles", members)
    found = Collector()
    check_given(found, ("id", id), ("name", name))
    if id in tenant.separations:
        found.add(Code.ID_TAKEN, "id", value=id, holder="another separation")
    if kind not in _KINDS:
        found.add(Code.FIELD_UNKNOWN_CHOICE, "kind", value=str(kind)[:80], choices=tuple(_KINDS))
    try:
        created = Separation(
            id=SeparationId(id),
            name=name,
            kind=_KINDS.get(kind, SeparationKind.STATIC),
            roles=members,
            cardinality=cardinality,
        )
    except InvalidValue as error:
        raise InvalidValue([*found.problems, *error.problems]) from None
    found.check()
    return _change(tenant, actor, None, created, "roles")


def delete_separation(tenant: Tenant, id: str, *, by: str | None) -> Change:
    """The change that deletes a separation of either kind.

    Raises:
        NotFound: ``separation.unknown``.
        Refused: ``by`` may not change roles.
    """
    separation, actor = _stored(tenant, id, by)
    edit = Edit(kind=Kind.SEPARATIONS, id=separation.id, before=separation)
    return Change(tenant=tenant.id, base=tenant.version, actor=actor, edits=[edit])


def add_separation_role(tenant: Tenant, id: str, *, role: str, by: str | None) -> Change:
    """The change that puts one more role into a separation.

    Raises:
        NotFound: ``separation.unknown``, ``role.unknown``.
        Refused: ``by`` may not change roles; ``separation.violated``.
        InvalidValue: ``separation.has_role``.
    """
    separation, actor = _stored(tenant, id, by, role)
    added = RoleId(role)
    if added in separation.roles:
        raise InvalidValue.of(Code.SEPARATION_HAS_ROLE, "role", value=added)
    return _change(tenant, actor, separation, attrs.evolve(separation, roles=separation.roles | {added}), "role")


def delete_separation_role(tenant: Tenant, id: str, *, role: str, by: str | None) -> Change:
    """The change that takes a role out of a separation.

    Raises:
        NotFound: ``separation.unknown``, ``role.unknown``, ``separation.lacks_role``.
        Refused: ``by`` may not change roles.
        InvalidValue: fewer roles would be left than are too many.
    """
    separation, actor = _stored(tenant, id, by, role)
    taken = RoleId(role)
    if taken not in separation.roles:
        choices = tuple(sorted(separation.roles))
        raise NotFound.of(Code.SEPARATION_LACKS_ROLE, "role", value=taken, choices=choices)
    return _change(tenant, actor, separation, attrs.evolve(separation, roles=separation.roles - {taken}), "role")


def set_separation_cardinality(tenant: Tenant, id: str, *, cardinality: int, by: str | None) -> Change:
    """The change that says how many roles of a separation are too many. The same number as before changes nothing.

    Raises:
        NotFound: ``separation.unknown``.
        Refused: ``by`` may not change roles; ``separation.violated``.
        InvalidValue: it isn't a whole number from 2 to the number of roles.
    """
    separation, actor = _stored(tenant, id, by)
    return _change(tenant, actor, separation, attrs.evolve(separation, cardinality=cardinality), "cardinality")


# ---- the parts ------------------------------------------------------------------------------------------------------

_KINDS = {kind.value: kind for kind in SeparationKind}


def _stored(tenant: Tenant, id_: str, by: str | None, role: str | None = None) -> tuple[Separation, UserId | None]:
    """The separation, for somebody who may change it."""
    named = [] if role is None or role == EVERYONE else [("role", Kind.ROLES, role)]
    permit(tenant, user_id(by), ACCESS_GRANT)
    check_known(tenant, ("id", Kind.SEPARATIONS, id_), *named)
    actor = user_id(by)
    return tenant.separations[SeparationId(id_)], actor


def _read_roles(roles: object) -> frozenset[RoleId]:
    """The roles' ids. A text is none of the collections that they may come in."""
    listed = list(roles) if isinstance(roles, Iterable) and not isinstance(roles, (str, bytes)) else None
    if listed is None or not all(isinstance(each, str) for each in listed):
        found = "text" if isinstance(roles, str) else "something else"
        raise InvalidValue.of(Code.FIELD_WRONG_TYPE, "roles", expected="a list of roles' ids", found=found)
    return frozenset(map(RoleId, listed))


def _check_roles(tenant: Tenant, path: str, roles: frozenset[RoleId]) -> None:
    check_known(tenant, *((path, Kind.ROLES, role) for role in sorted(roles - {EVERYONE})))


def _change(tenant: Tenant, actor: UserId | None, before: Separation | None, after: Separation, path: str) -> Change:
    """The change to a separation, unless it becomes a tighter one that users violate."""
    edits = [] if before == after else [Edit(kind=Kind.SEPARATIONS, id=after.id, before=before, after=after)]
    change = Change(tenant=tenant.id, base=tenant.version, actor=actor, edits=edits)
    if before is None or not (after.roles <= before.roles and after.cardinality >= before.cardinality):
        broken = [each for each in violations(change.apply(tenant)) if each.separation == after.id]
        if broken:
            raise Refused(separation_problems(broken, path))
    return change
