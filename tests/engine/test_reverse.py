"""Reverse and bulk questions: who may do this, what may this user do, many questions at once (AC-8, AC-9)."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentprov.engine.access import Access
from agentprov.engine.decisions import Object
from agentprov.engine.extents import NOWHERE, Extent
from agentprov.engine.sessions import SessionAccess
from agentprov.errors import Code, NotFound
from agentprov.model.access import WHOLE_TENANT, ChosenKind, Grant, Permission, Within
from agentprov.model.ids import RoleId, SessionId, TenantId, UserId
from agentprov.model.references import Kind
from agentprov.model.sessions import Session
from agentprov.model.table import Table
from agentprov.model.tenant import Tenant
from agentprov.model.users import Status
from tests.engine.companies import (
    PERMISSIONS,
    USERS,
    chosen,
    company,
    every_object,
    grant,
    grants,
    questions,
    role,
    tenants,
    user,
)

EDIT, VIEW = Permission("user:edit"), Permission("user:view")
STRANGERS: list[str | Object] = [
    UserId("u-nobody"),
    Object(kind=Kind.QUEUES, id="q-none"),
    Object(kind=Kind.USERS, id="u-none"),
]


@given(tenants(), st.sampled_from(PERMISSIONS))
def test_who_may_is_exactly_who_is_allowed(tenant: Tenant, permission: Permission) -> None:
    """AC-8, P13: a user is among those who may if and only if asking for them says yes, for every object there is."""
    access = Access(tenant)
    asked: list[str | Object | None] = [None, *every_object(tenant), *USERS, *STRANGERS]
    for on in asked:
        assert {id_ for id_ in tenant.users if access.allows(id_, permission, on)} == access.who(permission, on)


@given(tenants(), st.sampled_from(PERMISSIONS), st.sampled_from(USERS))
def test_what_a_user_reaches_is_exactly_what_they_are_allowed(
    tenant: Tenant, permission: Permission, actor: UserId
) -> None:
    """AC-8, P13: an object is among those reached if and only if asking for it says yes."""
    access = Access(tenant)
    for kind in Kind:
        allowed = {id_ for id_ in tenant.table(kind) if access.allows(actor, permission, Object(kind=kind, id=id_))}
        assert allowed == access.objects(actor, permission, kind)


@given(tenants(), st.sampled_from(USERS))
def test_what_a_user_holds_is_every_grant_in_force(tenant: Tenant, actor: UserId) -> None:
    """AC-8: what a user holds are the permissions that some grant in force allows, with the scopes of all of them."""
    access = Access(tenant)
    expected = {}
    for permission in PERMISSIONS:
        held = access.held(actor, permission)
        allowed = {term for each in held if each.grant.effect == "allow" for term in each.grant.scope}
        denied = {term for each in held if each.grant.effect == "deny" for term in each.grant.scope}
        extent = Extent(allowed=frozenset(allowed), denied=frozenset(denied)) if allowed else NOWHERE
        assert extent == access.extent(actor, permission)
        assert access.allows(actor, permission) == extent.whole
        if allowed:
            expected[permission] = extent
    assert expected == dict(access.what(actor))


@given(tenants(), st.sampled_from(PERMISSIONS))
def test_everybody_with_an_allow_is_a_holder(tenant: Tenant, permission: Permission) -> None:
    """AC-8: the holders of a permission are those who hold it for anything at all, each with how far."""
    access = Access(tenant)
    expected = {id_: access.what(id_)[permission] for id_ in tenant.users if permission in access.what(id_)}
    assert expected == dict(access.holders(permission))


@given(tenants(), st.lists(questions, max_size=20))
def test_many_questions_are_the_same_questions(
    tenant: Tenant, asked: list[tuple[UserId, str, str | Object | None]]
) -> None:
    """AC-9, P13: a batch gives what asking one after the other gives."""
    access = Access(tenant)
    assert [access.allows(*question) for question in asked] == access.batch(iter(asked))


def test_every_unknown_permission_of_a_batch_is_named() -> None:
    """AC-1, ER-1: nothing is answered, and each unknown permission is named at the place of its question."""
    access = Access(company(user("u-asha", grant(EDIT))))
    with pytest.raises(NotFound) as caught:
        access.batch([("u-asha", "user:fly", None), ("u-asha", EDIT, None), ("u-asha", "user:*", "u-asha")])
    assert [(Code.PERMISSION_UNKNOWN, (0, "permission")), (Code.PERMISSION_UNKNOWN, (2, "permission"))] == [
        (problem.code, problem.path) for problem in caught.value.problems
    ]


@pytest.mark.parametrize(
    "ask",
    [
        lambda access: access.who("user:fly"),
        lambda access: access.who("user:*", "u-asha"),
        lambda access: access.holders("user:fly"),
        lambda access: access.objects("u-nobody", "user:fly"),
        lambda access: access.extent("u-asha", "user:fly"),
    ],
    ids=["who", "who-to-whom", "holders", "objects", "extent"],
)
def test_an_unknown_permission_is_an_error_in_every_question(ask: Callable[[Access], object]) -> None:
    """AC-1: an unknown permission is an error wherever it is asked, also where nobody could be allowed."""
    with pytest.raises(NotFound) as caught:
        ask(Access(company()))
    assert (Code.PERMISSION_UNKNOWN,) == caught.value.codes


def test_nobody_may_do_anything_to_another_tenants_object() -> None:
    """AC-4: the object of another tenant is unknown, even if its id is one of ours."""
    access = Access(company(user("u-asha", grant(EDIT))))
    assert frozenset() == access.who(EDIT, Object(kind=Kind.USERS, id="u-asha", tenant=TenantId("t-other")))
    assert {"u-asha"} == access.who(EDIT, Object(kind=Kind.USERS, id="u-asha", tenant=access.tenant.id))


def test_those_who_may_not_are_nowhere_among_those_who_may() -> None:
    """LC-1, AC-4: a disabled user holds nothing and is in no list of those who may; the list of objects keeps them."""
    boss = user("u-asha", grant(EDIT))
    gone = user("u-ravi", grant(EDIT), status=Status.DISABLED)
    access = Access(company(boss, gone))
    assert {"u-asha"} == access.who(EDIT) == access.who(EDIT, "u-ravi") == set(access.holders(EDIT))
    assert {"u-asha", "u-ravi"} <= access.objects("u-asha", EDIT)
    assert frozenset() == access.objects("u-ravi", EDIT)
    assert NOWHERE == access.extent("u-ravi", EDIT)
    assert Table() == access.what("u-ravi") == access.what("u-nobody")


def test_a_deny_for_a_relative_is_seen_from_the_object() -> None:
    """AC-2, AC-8: a supervisor who may edit everybody but their own agents isn't among those who may edit these."""
    tenant = company(
        user("u-asha", grant(EDIT), grant(EDIT, Within.OWN_AGENTS, deny=True)),
        user("u-bela", grant(EDIT, chosen(ChosenKind.USER, "u-ravi"))),
        user("u-ravi", supervisor=UserId("u-asha")),
    )
    access = Access(tenant)
    assert {"u-bela"} == access.who(EDIT, "u-ravi")
    assert {"u-asha"} == access.who(EDIT, "u-bela")
    assert frozenset() == access.who(EDIT)


# ---- the next version ------------------------------------------------------------------------------------------------


@given(tenants(), tenants(), st.lists(questions, min_size=1, max_size=10))
def test_what_is_shared_between_versions_never_shows(
    before: Tenant, after: Tenant, asked: list[tuple[UserId, str, str | Object | None]]
) -> None:
    """AC-8, P12: an Access made like that of another version answers as one made from nothing, and so does the old."""
    old = Access(before)
    expected_before = [old.decide(*question) for question in asked]
    new = Access(after, like=old)
    assert [Access(after).decide(*question) for question in asked] == [new.decide(*question) for question in asked]
    assert expected_before == [old.decide(*question) for question in asked]
    for permission in PERMISSIONS:
        assert Access(after).who(permission) == new.who(permission)


@given(tenants(), st.sampled_from(USERS), grants())
def test_a_users_change_shows_in_the_next_version(tenant: Tenant, id_: UserId, more: Grant) -> None:
    """P12: with roles and catalogue unchanged the compiled rights are shared, and a user's new grant counts at once."""
    old = Access(tenant)
    for each in tenant.users:
        old.what(each)
    changed = attrs.evolve(tenant.users[id_], grants=[*tenant.users[id_].grants, more])
    after = attrs.evolve(tenant, users=tenant.users.put(id_, changed))
    new = Access(after, like=old)
    assert new.classes.policy is old.classes.policy
    assert {each: Access(after).what(each) for each in tenant.users} == {each: new.what(each) for each in tenant.users}


def test_classes_of_the_past_are_let_go() -> None:
    """AC-8: a tenant that changes for ever doesn't keep the classes that its users once belonged to."""
    access = Access(company(user("u-asha")))
    most = 0
    for number in range(50):
        asha = user("u-asha", grant(EDIT, chosen(ChosenKind.USER, "u-asha")), roles=[f"r{number}"])
        access = Access(company(asha, role(f"r{number}")), like=access)
        assert access.allows("u-asha", EDIT, "u-asha")
        most = max(most, len(access.classes.policy.rights))
    assert most < 10
    tenant = access.tenant
    for number in range(1_200):
        asha = user("u-asha", attrs.evolve(grant(VIEW, Within.SELF), given_by=UserId(f"u-{number}")))
        access = Access(attrs.evolve(tenant, users=tenant.users.put(asha.id, asha)), like=access)
        assert access.allows("u-asha", VIEW, "u-asha")
        most = max(most, len(access.classes.policy.rights))
    assert most < 1_100


def test_sessions_leave_nothing_behind() -> None:
    """AC-6: an engine that serves sessions for ever keeps neither their roles nor the reasons why they are over."""
    roles = [role(f"r{number}", grant(EDIT, chosen(ChosenKind.USER, "u-asha"))) for number in range(12)]
    access = Access(company(user("u-asha", roles=[each.id for each in roles]), *roles))
    subsets = [chosen_roles for size in (3, 4, 5) for chosen_roles in combinations([each.id for each in roles], size)]
    for number, active in enumerate(subsets):
        for each in (frozenset(active), frozenset({RoleId(f"gone-{number}")})):
            session = Session(id=SessionId("s"), tenant=access.tenant.id, user=UserId("u-asha"), roles=each)
            assert SessionAccess(access, session).allows(EDIT, "u-asha") == each.isdisjoint({RoleId(f"gone-{number}")})
    assert 1_507 == len(subsets)
    assert len(access.classes.policy.rights) < 1_100
    assert len(access.classes.policy.holdings) < 1_100


def test_a_changed_catalogue_is_no_catalogue_of_the_past() -> None:
    """AC-1: with another catalogue nothing is shared: what was known may be unknown now."""
    tenant = company(user("u-asha", grant(EDIT, *WHOLE_TENANT)))
    old = Access(tenant)
    smaller = attrs.evolve(tenant.blueprint.catalogue, sections=Table({"user": ("edit",)}))
    new = Access(attrs.evolve(tenant, blueprint=attrs.evolve(tenant.blueprint, catalogue=smaller)), like=old)
    assert old.allows("u-asha", EDIT)
    assert not old.allows("u-asha", VIEW)
    assert new.allows("u-asha", EDIT)
    with pytest.raises(NotFound):
        new.allows("u-asha", VIEW)
