"""Laws of granting and ticking: exactly what was asked changes, and what stays keeps who gave it (AC-5, AC-11)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from agentprov.errors import AgentprovError, Code
from agentprov.model.access import Effect, Grant, Permission, Scope, ScopeTerm
from agentprov.model.changes import Change
from agentprov.model.ids import UserId
from agentprov.model.tenant import Tenant
from agentprov.provisioning.access_list import tick, untick
from agentprov.provisioning.granting import grant, revoke
from tests.provisioning.delegated import AT, PEOPLE, PERMISSIONS, SECTIONS, denies, grants, scopes, tenants

LATER = AT + timedelta(days=1)
Cell = tuple[Permission, ScopeTerm, Effect]

sections = st.sampled_from(sorted(SECTIONS))
people = st.sampled_from(PEOPLE)


def cells(tenant: Tenant, user: UserId) -> set[Cell]:
    """What a user's own grants come to, action by action and term by term."""
    catalogue = tenant.blueprint.catalogue
    return {
        (permission, term, held.effect)
        for held in tenant.users[user].grants
        for permission in catalogue.expand(held.permission)
        for term in held.scope
    }


def given_now(tenant: Tenant, user: UserId) -> set[Cell]:
    """The same, of what was given at the later instant."""
    return {
        (held.permission, term, held.effect)
        for held in tenant.users[user].grants
        if held.given_at == LATER
        for term in held.scope
    }


def outcome(tenant: Tenant, attempt: Callable[[], Change]) -> tuple[Tenant | None, set[Code]]:
    """The tenant afterwards, or why there is none."""
    try:
        return attempt().apply(tenant), set()
    except AgentprovError as error:
        return None, set(error.codes)


@given(tenants(), people, sections, st.data(), scopes)
def test_a_section_is_as_it_was_ticked_and_nothing_else_changes(
    tenant: Tenant, user: UserId, section: str, data: st.DataObject, scope: Scope
) -> None:
    """AC-5, AC-11: exactly the ticked actions for exactly this scope; only what wasn't there is given now."""
    actions = data.draw(st.lists(st.sampled_from(SECTIONS[section]), unique=True))
    after, codes = outcome(tenant, lambda: tick(tenant, user, section, actions, scope=scope, by=None, at=LATER))
    if after is None:
        assert {Code.ADMIN_LAST} == codes
        return
    before, now = cells(tenant, user), cells(after, user)
    ticks = {(Permission(f"{section}:{action}"), term, Effect.ALLOW) for action in actions for term in scope}
    others = {cell for cell in before if not cell[0].startswith(f"{section}:") or cell[2] is Effect.DENY}
    assert others | ticks == now
    assert given_now(after, user) <= ticks
    again = tick(after, user, section, actions, scope=scope, by=None, at=LATER)
    assert () == again.edits


@given(tenants(), people, sections, st.data())
def test_unticking_takes_exactly_the_named_actions(
    tenant: Tenant, user: UserId, section: str, data: st.DataObject
) -> None:
    """AC-5: the others of the section stay, out of a whole section too."""
    actions = data.draw(st.lists(st.sampled_from(SECTIONS[section]), unique=True))
    after, codes = outcome(tenant, lambda: untick(tenant, user, section, actions, by=None))
    if after is None:
        assert {Code.ADMIN_LAST} == codes
        return
    gone = {f"{section}:{action}" for action in actions}
    left = {cell for cell in cells(tenant, user) if cell[0] not in gone or cell[2] is Effect.DENY}
    assert left == cells(after, user)


@given(tenants(), people, grants | denies)
def test_what_is_granted_is_added(tenant: Tenant, user: UserId, asked: Grant) -> None:
    """AC-5, AC-11: its cells and no others; it is written last, as given by whoever asked."""
    permission, scope, effect = asked.permission, asked.scope, asked.effect
    after, codes = outcome(
        tenant, lambda: grant(tenant, user, permission, scope=scope, effect=effect, by=None, at=LATER)
    )
    if after is None:
        assert codes in ({Code.ADMIN_LAST}, {Code.GRANT_EXISTS})
        return
    added = {(each, term, effect) for each in tenant.blueprint.catalogue.expand(permission) for term in scope}
    assert cells(tenant, user) | added == cells(after, user)
    assert (None, LATER) == (after.users[user].grants[-1].given_by, after.users[user].grants[-1].given_at)


@given(tenants(), people, st.sampled_from([*PERMISSIONS, Permission("user:*")]), st.sampled_from(Effect), st.data())
def test_what_is_revoked_is_taken_away(
    tenant: Tenant, user: UserId, permission: Permission, effect: Effect, data: st.DataObject
) -> None:
    """AC-5: its cells and no others; what is left is said to be given when it was."""
    terms = sorted({cell[1] for cell in cells(tenant, user)}, key=str)
    scope = data.draw(st.none() | st.frozensets(st.sampled_from(terms), min_size=1)) if terms else None
    covered = set(tenant.blueprint.catalogue.expand(permission))
    gone = {
        cell
        for cell in cells(tenant, user)
        if cell[0] in covered and cell[2] is effect and (scope is None or cell[1] in scope)
    }
    after, codes = outcome(tenant, lambda: revoke(tenant, user, permission, scope=scope, effect=effect, by=None))
    if after is None:
        there = scope is not None and scope == {cell[1] for cell in gone}
        assert {Code.ADMIN_LAST} == codes or ({Code.GRANT_MISSING} == codes and not (gone and (scope is None or there)))
        return
    assert cells(tenant, user) - gone == cells(after, user)
    assert gone
    then = {(held.given_by, held.given_at) for held in tenant.users[user].grants}
    assert then >= {(held.given_by, held.given_at) for held in after.users[user].grants}
