"""Granting and revoking single permissions: each gives a change, or one error with everything wrong (AC-5, AC-11).

These are a user's own grants; what comes with a role is given and taken with the role. Only who holds ``access:grant``
over the user may do it, and only within what they hold themselves. ``by=None`` is the host: it may give anything, but
the last admin stays one, and what is kept apart stays apart. Scopes are terms or their texts: ``home-department``,
``user:u-ravi``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

import attrs

from agentprov.engine.admins import ACCESS_GRANT
from agentprov.engine.permits import stored_user
from agentprov.errors import Code, Collector, InvalidValue, NotFound, Parameter
from agentprov.model.access import (
    WHOLE_TENANT,
    Catalogue,
    Chosen,
    Effect,
    Grant,
    Permission,
    Role,
    Scope,
    ScopeTerm,
    Within,
    is_permission,
    parse_scope_term,
    scope_term_text,
)
from agentprov.model.changes import Change, Edit, Event, EventKind
from agentprov.model.ids import RoleId, UserId, user_id
from agentprov.model.instants import check_instants
from agentprov.model.references import CHOSEN, Kind
from agentprov.model.tenant import Tenant
from agentprov.model.users import User
from agentprov.provisioning.guards import check_rights

MOST_SHOWN: Final = 80
"""How much of a wrong value a problem repeats."""

_EFFECTS: Final = {effect.value: effect for effect in Effect}


def grant(
    tenant: Tenant,
    user: str,
    permission: str,
    *,
    scope: Iterable[ScopeTerm | str] = WHOLE_TENANT,
    effect: Effect | str = Effect.ALLOW,
    by: str | None,
    at: datetime | None = None,
) -> Change:
    """The change that gives a user one permission of their own, allowed or denied, noting who gave it and when.

    ``section:*`` gives every action of the section, also those that the catalogue gets later. A deny takes away, so it
    needs ``access:grant`` alone.

    Raises:
        NotFound: ``user.unknown``.
        Refused: ``by`` may not grant over this user, or somebody would gain what ``by`` doesn't hold; or a deny would
            leave the tenant without an admin.
        InvalidValue: the catalogue doesn't have the permission; the scope is empty, or names what isn't there; the
            user has this grant already.
    """
    stored = receiver(tenant, user, by)
    asked = read_asked(tenant, permission, effect=effect, scope=scope, by=by, at=at)
    return change_of_grants(tenant, stored, with_given(stored, asked), asked.by)


def revoke(
    tenant: Tenant,
    user: str,
    permission: str,
    *,
    scope: Iterable[ScopeTerm | str] | None = None,
    effect: Effect | str = Effect.ALLOW,
    by: str | None,
) -> Change:
    """The change that takes a permission of their own from a user: wherever they have it, or for some terms only.

    An action is taken out of a whole section, and a term out of a scope; what is left stays as it was given. What a
    role gives isn't touched. Revoking a deny is a gain, so ``by`` must hold what it hid.

    Raises:
        NotFound: ``user.unknown``; ``grant.missing``, when the user has no such grant of their own.
        Refused: ``by`` may not grant over this user; or it is the last admin's; or, of a deny, somebody would gain what
            ``by`` doesn't hold.
        InvalidValue: the catalogue doesn't have the permission; the scope is empty, or names what isn't there.
    """
    stored = receiver(tenant, user, by)
    asked = read_asked(tenant, permission, effect=effect, scope=scope, by=by)
    return change_of_grants(tenant, stored, left_of(tenant.blueprint.catalogue, stored, asked), asked.by)


def replace_scope(
    tenant: Tenant,
    user: str,
    permission: str,
    *,
    scope: Iterable[ScopeTerm | str],
    effect: Effect | str = Effect.ALLOW,
    by: str | None,
    at: datetime | None = None,
) -> Change:
    """The change that makes a permission a user has of their own hold for another scope: narrower, wider, elsewhere.

    Afterwards there is one grant of the permission, given now. Nothing changes where the scope is the same.

    Raises:
        NotFound, Refused, InvalidValue: as :func:`grant` and :func:`revoke` do.
    """
    stored = receiver(tenant, user, by)
    asked = read_asked(tenant, permission, effect=effect, scope=scope, by=by, at=at)
    left = left_of(tenant.blueprint.catalogue, stored, attrs.evolve(asked, scope=None))
    replaced = [held for held in stored.grants if held not in left]
    if [(held.permission, held.scope) for held in replaced] == [(asked.permission, asked.scope)]:
        return change_of_grants(tenant, stored, stored.grants, asked.by)
    return change_of_grants(tenant, stored, (*left, asked.given), asked.by)


# ---- what is asked for -----------------------------------------------------------------------------------------------


@attrs.frozen(kw_only=True)
class Asked:
    """What is asked for, once it was read: what permission, where, by whom. No scope means everywhere."""

    permission: Permission
    effect: Effect
    scope: Scope | None
    by: UserId | None
    at: datetime | None

    @property
    def given(self) -> Grant:
        """The grant that is asked for."""
        return Grant(
            permission=self.permission,
            scope=self.scope or frozenset(),
            effect=self.effect,
            given_by=self.by,
            given_at=self.at,
        )


def read_asked(
    tenant: Tenant,
    permission: str,
    *,
    effect: str,
    scope: Iterable[ScopeTerm | str] | None,
    by: str | None,
    at: datetime | None = None,
) -> Asked:
    """What is asked for of a user or a role.

    Raises:
        InvalidValue: with everything wrong with it.
    """
    found = Collector()
    if not is_permission(permission) or not tenant.blueprint.catalogue.expand(Permission(permission)):
        found.add(Code.PERMISSION_UNKNOWN, "permission", value=str(permission)[:MOST_SHOWN])
    if str(effect) not in _EFFECTS:
        choices = tuple(_EFFECTS)
        found.add(Code.FIELD_UNKNOWN_CHOICE, "effect", value=str(effect)[:MOST_SHOWN], choices=choices)
    terms = None if scope is None else read_scope(tenant, scope, found)
    check_instants(found, ("at", at))
    found.check()
    return Asked(permission=Permission(permission), effect=_EFFECTS[effect], scope=terms, by=user_id(by), at=at)


def receiver(tenant: Tenant, user: str, by: str | None) -> User:
    """The user whose grants are to change, by somebody who may.

    Raises:
        NotFound: ``user.unknown``.
        Refused: ``by`` may not grant over this user.
    """
    return stored_user(tenant, UserId(user), user_id(by), ACCESS_GRANT)


def read_scope(tenant: Tenant, scope: Iterable[ScopeTerm | str], found: Collector) -> Scope:
    """The terms of a scope; noted is what is no term, and what names an object that the tenant doesn't have."""
    terms: set[ScopeTerm] = set()
    untyped: object = scope
    if not isinstance(untyped, Iterable):
        found.add(Code.FIELD_WRONG_TYPE, "scope", expected="terms of a scope", found="something else")
        return frozenset()
    every = (scope,) if isinstance(scope, str) else tuple(scope)
    if not every:
        found.add(Code.FIELD_EMPTY, "scope")
    for position, given in enumerate(every):
        try:
            term = given if isinstance(given, Within | Chosen) else parse_scope_term(str(given))
        except InvalidValue as error:
            found.absorb(error.problems, "scope", position)
            continue
        if isinstance(term, Chosen) and term.id not in tenant.table(CHOSEN[term.kind]):
            found.add(Code.REFERENCE_MISSING, "scope", position, kind=CHOSEN[term.kind].noun, value=term.id)
        terms.add(term)
    return frozenset(terms)


# ---- the grants afterwards -------------------------------------------------------------------------------------------


def with_given(holder: User | Role, asked: Asked) -> tuple[Grant, ...]:
    """The holder's own grants with the one that is asked for.

    Raises:
        InvalidValue: ``grant.exists``, if there is the same one already.
    """
    wanted = (asked.permission, asked.scope, asked.effect)
    if any((held.permission, held.scope, held.effect) == wanted for held in holder.grants):
        raise InvalidValue.of(Code.GRANT_EXISTS, "permission", value=asked.permission, user=holder.id)
    return (*holder.grants, asked.given)


def left_of(catalogue: Catalogue, holder: User | Role, asked: Asked) -> tuple[Grant, ...]:
    """The holder's own grants less what is asked for.

    Raises:
        NotFound: ``grant.missing``, if there is nothing to take, or nothing within some of the terms.
    """
    gone = frozenset(catalogue.expand(asked.permission))
    scopes = [
        held.scope
        for held in holder.grants
        if held.effect is asked.effect and not gone.isdisjoint(catalogue.expand(held.permission))
    ]
    missing = (asked.scope or frozenset[ScopeTerm]()).difference(*scopes)
    if missing or not scopes:
        where = tuple(sorted(map(scope_term_text, missing))) or ("any scope",)
        parameters: dict[str, Parameter] = {"effect": asked.effect.value, "user": holder.id, "terms": where}
        raise NotFound.of(Code.GRANT_MISSING, "permission", value=asked.permission, **parameters)
    return without(catalogue, holder.grants, gone, asked.effect, asked.scope)


def without(
    catalogue: Catalogue, grants: Iterable[Grant], gone: frozenset[Permission], effect: Effect, terms: Scope | None
) -> tuple[Grant, ...]:
    """The grants less some permissions, everywhere or within some terms. What is left keeps who gave it and when."""
    return tuple(left for held in grants for left in _left(catalogue, held, gone, effect, terms))


def _left(
    catalogue: Catalogue, held: Grant, gone: frozenset[Permission], effect: Effect, terms: Scope | None
) -> Iterator[Grant]:
    """What is left of one grant: itself, or for each action that stays, and for the terms that stay, a grant."""
    covers = catalogue.expand(held.permission)
    taken = held.scope if terms is None else held.scope & terms
    if held.effect is not effect or not taken or gone.isdisjoint(covers):
        yield held
        return
    if gone.issuperset(covers):
        if held.scope - taken:
            yield attrs.evolve(held, scope=held.scope - taken)
        return
    for action in covers:
        scope = held.scope - taken if action in gone else held.scope
        if scope:
            yield attrs.evolve(held, permission=action, scope=scope)


# ---- the change ------------------------------------------------------------------------------------------------------


def change_of_grants(tenant: Tenant, user: User, grants: tuple[Grant, ...], by: UserId | None) -> Change:
    """The change that gives a user these grants of their own, with an event for what comes and one for what goes.

    Raises:
        Refused: as :func:`agentprov.provisioning.guards.check_rights` does.
        InvalidValue: there are too many grants.
    """
    if grants == user.grants:
        return Change(tenant=tenant.id, base=tenant.version, actor=by)
    after = attrs.evolve(user, grants=grants)
    events = grant_events(user.id, user.grants, grants)
    edit = Edit(kind=Kind.USERS, id=user.id, before=user, after=after)
    change = Change(tenant=tenant.id, base=tenant.version, actor=by, edits=[edit], events=events)
    check_rights(tenant, change.apply(tenant), by, "grants")
    return change


def grant_events(subject: UserId | RoleId, before: tuple[Grant, ...], after: tuple[Grant, ...]) -> list[Event]:
    """What is told of a user's or a role's own grants: first those that go, then those that come."""
    return [
        Event(kind=kind, subject=subject, facts=_facts(each))
        for kind, some, others in (
            (EventKind.GRANT_REVOKED, before, after),
            (EventKind.GRANT_GIVEN, after, before),
        )
        for each in some
        if each not in others
    ]


def _facts(given: Grant) -> dict[str, str]:
    scope = ", ".join(sorted(map(scope_term_text, given.scope)))
    return {"permission": given.permission, "effect": given.effect.value, "scope": scope}
