"""Laws of granting to roles and revoking from them (AC-1, AC-6)."""

from __future__ import annotations

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentprov.errors import NotFound
from agentprov.model.access import Effect, Grant, Permission, Scope, ScopeTerm
from agentprov.model.ids import RoleId
from agentprov.model.tenant import Tenant
from agentprov.provisioning.role_grants import grant_permission, revoke_permission
from tests.engine.companies import BLUEPRINT, PERMISSIONS, company, grants, role, scope_terms, user

Atom = tuple[str, ScopeTerm, Effect]

asked = st.sampled_from([Permission("user:*"), Permission("queue:*"), *PERMISSIONS])
scopes = st.frozensets(scope_terms, min_size=1, max_size=2)
CLERK = RoleId("clerk")


def a_tenant(held: list[Grant]) -> Tenant:
    """A tenant with one role, which has these grants."""
    people = [user(f"u-{name}") for name in ("asha", "bela", "ravi", "kiran", "mina", "omar")]
    return company(*people, attrs.evolve(role("clerk"), grants=held))


def atoms(tenant: Tenant) -> set[Atom]:
    """What the role is granted: each action, each term of a scope, each effect by itself."""
    return {
        (action, term, held.effect)
        for held in tenant.roles[CLERK].grants
        for action in BLUEPRINT.catalogue.expand(held.permission)
        for term in held.scope
    }


def named(permission: Permission, scope: Scope, effect: Effect) -> set[Atom]:
    """The same of what is asked for."""
    return {(action, term, effect) for action in BLUEPRINT.catalogue.expand(permission) for term in scope}


@given(st.lists(grants(), max_size=4), asked, scopes, st.sampled_from(Effect))
def test_granting_adds_exactly_what_was_asked_for(
    held: list[Grant], permission: Permission, scope: Scope, effect: Effect
) -> None:
    """AC-6: unless the very grant is there, which is refused."""
    tenant = a_tenant(held)
    if (permission, scope, effect) in {(each.permission, each.scope, each.effect) for each in held}:
        return
    after = grant_permission(tenant, "clerk", permission, scope=scope, effect=effect, by=None).apply(tenant)

    assert atoms(tenant) | named(permission, scope, effect) == atoms(after)


@given(st.lists(grants(), max_size=4), asked, scopes | st.none(), st.sampled_from(Effect))
def test_revoking_takes_exactly_what_was_asked_for(
    held: list[Grant], permission: Permission, scope: Scope | None, effect: Effect
) -> None:
    """AC-1, AC-6: out of sections and scopes too; refused where there is nothing, or nothing for some terms."""
    tenant = a_tenant(held)
    there = {
        each
        for each in atoms(tenant)
        if (each[0], each[2]) in {(p, effect) for p in BLUEPRINT.catalogue.expand(permission)}
    }
    terms = {term for _, term, _ in there}
    gone = there if scope is None else {each for each in there if each[1] in scope}
    if not there or (scope is not None and not scope <= terms):
        with pytest.raises(NotFound):
            revoke_permission(tenant, "clerk", permission, scope=scope, effect=effect, by=None)
        return
    after = revoke_permission(tenant, "clerk", permission, scope=scope, effect=effect, by=None).apply(tenant)

    assert atoms(tenant) - gone == atoms(after)
