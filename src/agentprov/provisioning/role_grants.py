"""Granting permissions to roles and revoking them: the standard's GrantPermission and RevokePermission (AC-6, AC-11).

What a role is granted, everybody has who has the role or one that inherits from it, so who grants must hold
``access:grant`` for the whole tenant, and all that anybody gains. A user's own grants are given and taken in
:mod:`agentprov.provisioning.granting`; scopes, effects and ``section:*`` mean the same in both.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

import attrs

from agentprov.errors import Code, Collector, InvalidValue, NotFound
from agentprov.model.access import (
    WHOLE_TENANT,
    Effect,
    Grant,
    Permission,
    Role,
    Scope,
    ScopeTerm,
    is_permission,
    scope_term_text,
)
from agentprov.model.changes import Change, Edit, Event, EventKind
from agentprov.model.ids import RoleId, UserId, user_id
from agentprov.model.instants import check_instants
from agentprov.model.references import Kind
from agentprov.model.tenant import Tenant
from agentprov.provisioning.granting import MOST_SHOWN, read_scope, without
from agentprov.provisioning.guards import ACCESS_GRANT, permit
from agentprov.provisioning.roles import check_known, settled

_EFFECTS: Final = {effect.value: effect for effect in Effect}


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
    asked, does, terms = _read(tenant, permission, effect, scope, at)
    given = Grant(permission=asked, scope=terms or (), effect=does, given_by=actor, given_at=at)
    wanted = (given.permission, given.scope, given.effect)
    if any((held.permission, held.scope, held.effect) == wanted for held in stored.grants):
        raise InvalidValue.of(Code.GRANT_EXISTS, "permission", value=given.permission, user=stored.id)
    return _change(tenant, stored, (*stored.grants, given), actor)


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
    asked, does, terms = _read(tenant, permission, effect, scope)
    catalogue = tenant.blueprint.catalogue
    gone = frozenset(catalogue.expand(asked))
    scopes = [
        held.scope
        for held in stored.grants
        if held.effect is does and not gone.isdisjoint(catalogue.expand(held.permission))
    ]
    missing = (terms or frozenset[ScopeTerm]()).difference(*scopes)
    if missing or not scopes:
        where = tuple(sorted(map(scope_term_text, missing))) or ("any scope",)
        raise NotFound.of(Code.GRANT_MISSING, "permission", value=asked, user=stored.id, effect=does.value, terms=where)
    return _change(tenant, stored, without(catalogue, stored.grants, gone, does, terms), actor)


def _stored(tenant: Tenant, role: str, by: str | None) -> tuple[Role, UserId | None]:
    permit(tenant, user_id(by), ACCESS_GRANT)
    check_known(tenant, ("role", Kind.ROLES, role))
    actor = user_id(by)
    return tenant.roles[RoleId(role)], actor


def _read(
    tenant: Tenant,
    permission: str,
    effect: str,
    scope: Iterable[ScopeTerm | str] | None,
    at: datetime | None = None,
) -> tuple[Permission, Effect, Scope | None]:
    """What was asked for, typed.

    Raises:
        InvalidValue: with everything wrong with it.
    """
    found = Collector()
    if not is_permission(permission) or not tenant.blueprint.catalogue.expand(Permission(permission)):
        found.add(Code.PERMISSION_UNKNOWN, "permission", value=str(permission)[:MOST_SHOWN])
    if effect not in _EFFECTS:
        choices = tuple(_EFFECTS)
        found.add(Code.FIELD_UNKNOWN_CHOICE, "effect", value=str(effect)[:MOST_SHOWN], choices=choices)
    terms = None if scope is None else read_scope(tenant, scope, found)
    check_instants(found, ("at", at))
    found.check()
    return Permission(permission), _EFFECTS[effect], terms


def _change(tenant: Tenant, role: Role, grants: tuple[Grant, ...], actor: UserId | None) -> Change:
    """The change that gives a role these grants, with an event for what comes and one for what goes."""
    try:
        after = attrs.evolve(role, grants=grants)
    except InvalidValue as error:
        raise InvalidValue(problem.under("role") for problem in error.problems) from None
    events = [
        Event(kind=kind, subject=role.id, facts=_facts(each))
        for kind, some, others in (
            (EventKind.GRANT_REVOKED, role.grants, grants),
            (EventKind.GRANT_GIVEN, grants, role.grants),
        )
        for each in some
        if each not in others
    ]
    edit = Edit(kind=Kind.ROLES, id=role.id, before=role, after=after)
    return settled(tenant, actor, [edit], "permission", events=events)


def _facts(given: Grant) -> dict[str, str]:
    scope = ", ".join(sorted(map(scope_term_text, given.scope)))
    return {"permission": given.permission, "effect": given.effect.value, "scope": scope}
