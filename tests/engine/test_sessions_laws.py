"""Laws of sessions and of the review functions, on made-up tenants (AC-2, AC-6)."""

from __future__ import annotations

import attrs
from hypothesis import given
from hypothesis import strategies as st

from agentprov.engine.access import Access
from agentprov.engine.decisions import Object
from agentprov.engine.hierarchy import Hierarchy
from agentprov.engine.review import Review
from agentprov.engine.sessions import SessionAccess
from agentprov.model.access import EVERYONE, Within
from agentprov.model.ids import RoleId, SessionId, UserId
from agentprov.model.sessions import Session
from agentprov.model.tenant import Tenant
from agentprov.model.users import Status, User
from tests.engine.companies import PERMISSIONS, ROLES, USERS, every_object, objects, tenants

permissions = st.sampled_from(PERMISSIONS)


@st.composite
def sessions(draw: st.DrawFn) -> tuple[Tenant, Session]:
    """A tenant and a session in it; one in which only roles of the user's are active, more often than not."""
    tenant = draw(tenants())
    user = tenant.users[draw(st.sampled_from(USERS))]
    theirs = sorted(Hierarchy(tenant.roles).authorized(user.roles) & tenant.roles.keys())
    some = draw(st.frozensets(st.sampled_from(theirs))) if theirs else frozenset[RoleId]()
    active = draw(st.sampled_from([some, some, frozenset(ROLES)]))
    return tenant, Session(id=SessionId("x-1"), tenant=tenant.id, user=user.id, roles=active)


def with_roles(tenant: Tenant, user: User, roles: frozenset[RoleId]) -> Tenant:
    """The tenant in which these are the user's own roles."""
    return attrs.evolve(tenant, users=tenant.users.put(user.id, attrs.evolve(user, roles=roles)))


@given(sessions(), permissions, objects)
def test_a_session_is_the_user_with_just_the_active_roles(
    pair: tuple[Tenant, Session], permission: str, on: str | Object | None
) -> None:
    """AC-2: asked in a session, the answer and its reasons are those of a user who had no other roles."""
    tenant, session = pair
    asked = SessionAccess(Access(tenant), session)
    alone = Access(with_roles(tenant, tenant.users[session.user], session.roles))
    decision = asked.decide(permission, on)

    assert decision.allowed == asked.allows(permission, on)
    if asked.over:
        assert not decision.allowed
        assert {*asked.over} <= {*decision.reasons}
    else:
        assert alone.decide(session.user, permission, on) == decision
        assert alone.what(session.user) == asked.what()


@given(sessions())
def test_a_session_is_over_exactly_when_a_role_is_not_the_users(pair: tuple[Tenant, Session]) -> None:
    """AC-6: where nothing is kept apart, that is the only reason."""
    tenant, session = pair
    theirs = Review(Access(tenant)).authorized_roles(session.user)

    lost = tuple(sorted(session.roles - theirs))
    assert ((lost,) if lost else ()) == tuple(end.about for end in SessionAccess(Access(tenant), session).over)


@given(tenants(), permissions)
def test_assigned_and_authorized_agree_both_ways(tenant: Tenant, permission: str) -> None:
    """AC-6: a user is among the users of a role exactly when the role is among the user's; operations are access."""
    access = Access(tenant)
    review = Review(access)
    for role in tenant.roles:
        assert {user for user in USERS if role in review.assigned_roles(user)} == review.assigned_users(role)
        assert {user for user in USERS if role in review.authorized_roles(user)} == review.authorized_users(role)
    for user in USERS:
        for on in every_object(tenant):
            assert access.allows(user, permission, on) == (permission in review.user_operations_on_object(user, on))


@given(tenants(), st.sampled_from(USERS), st.sampled_from(ROLES))
def test_what_a_role_permits_each_of_its_holders_may(tenant: Tenant, id_: UserId, role: RoleId) -> None:
    """AC-6: whoever has nothing but the role may do what it permits, unless it denies something to its holder."""
    review = Review(Access(tenant))
    bare = attrs.evolve(tenant.users[id_], grants=(), roles=[role], status=Status.ACTIVE)
    roles = {each: stored for each, stored in tenant.roles.items() if each != EVERYONE}
    access = Access(attrs.evolve(tenant, users=tenant.users.put(id_, bare), roles=roles))
    for on in every_object(access.tenant):
        for permission in review.role_operations_on_object(role, on):
            denied = review.role_permissions(role)[permission].denied
            assert access.allows(id_, permission, on) or any(isinstance(term, Within) for term in denied)
