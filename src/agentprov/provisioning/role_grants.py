"""Granting permissions to roles and revoking them: the standard's GrantPermission and RevokePermission (AC-6, AC-11).

What a role is granted, everybody has who has the role or one that inherits from it, so who grants must hold
``access:grant`` for the whole tenant, and all that anybody gains. A user's own grants are given and taken in
:mod:`agentprov.provisioning.granting`; scopes, effects and ``section:*`` mean the same in both.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import attrs

from agentprov.engine.admins import ACCESS_GRANT
from agentprov.engine.permits import permit
from agentprov.errors import InvalidValue
from agentprov.model.access import WHOLE_TENANT, Effect, Grant, Role, ScopeTerm
from agentprov.model.changes import Change, Edit
from agentprov.model.ids import RoleId, UserId, user_id
from agentprov.model.references import Kind
from agentprov.model.tenant import Tenant
from agentprov.provisioning.granting import grant_events, left_of, read_asked, with_given
from agentprov.provisioning.roles import check_known, settled


def grant_permission(
    tenant: Tenant,
    role: str,
    permission: str,
    *,
    scope: Iterable[ScopeTerm | str] = WHOLE_TENANT,
    effect: Effect | str = Effect.ALLOW,
    by: str | None,
    at: datetime | None = None,
) -> Change:
    """The change that gives a role one permission, allowed or denied, noting who gave it and when.

    Raises:
        NotFound: ``role.unknown``.
        Refused: ``by`` may not change roles, or somebody would gain what ``by`` doesn't hold; or a deny would leave the
            tenant without an admin.
        InvalidValue: the catalogue doesn't have the permission; the scope is empty, or names what isn't there; the
            instant has no time zone; the role has this grant already, or too many.
    """
    stored, actor = _stored(tenant, role, by)
    asked = read_asked(tenant, permission, effect=effect, scope=scope, by=actor, at=at)
    return _change(tenant, stored, with_given(stored, asked), actor)


def revoke_permission(
    tenant: Tenant,
    role: str,
    permission: str,
    *,
    scope: Iterable[ScopeTerm | str] | None = None,
    effect: Effect | str = Effect.ALLOW,
    by: str | None,
) -> Change:
    """The change that takes a permission from a role: wherever it has it, or for some terms of its scopes only.

    An action is taken out of a whole section, which leaves the other actions of it; what is left stays as it was
    given. What the role inherits isn't touched.

    Raises:
        NotFound: ``role.unknown``; ``grant.missing``, when the role itself has no such grant.
        Refused: ``by`` may not change roles; the tenant would be left without an admin; or, of a deny, somebody would
            gain what ``by`` doesn't hold.
        InvalidValue: the catalogue doesn't have the permission; the scope is empty, or names what isn't there.
    """
    stored, actor = _stored(tenant, role, by)
    asked = read_asked(tenant, permission, effect=effect, scope=scope, by=actor)
    return _change(tenant, stored, left_of(tenant.blueprint.catalogue, stored, asked), actor)


def _stored(tenant: Tenant, role: str, by: str | None) -> tuple[Role, UserId | None]:
    permit(tenant, user_id(by), ACCESS_GRANT)
    check_known(tenant, ("role", Kind.ROLES, role))
    actor = user_id(by)
    return tenant.roles[RoleId(role)], actor


def _change(tenant: Tenant, role: Role, grants: tuple[Grant, ...], actor: UserId | None) -> Change:
    """The change that gives a role these grants, with an event for what comes and one for what goes."""
    try:
        after = attrs.evolve(role, grants=grants)
    except InvalidValue as error:
        raise InvalidValue(problem.under("role") for problem in error.problems) from None
    events = grant_events(role.id, role.grants, grants)
    edit = Edit(kind=Kind.ROLES, id=role.id, before=role, after=after)
    return settled(tenant, actor, [edit], "permission", events=events)
