"""Granting, revoking, and making a grant hold elsewhere (AC-5, AC-11)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import attrs
import pytest

from agentprov.engine.access import Access
from agentprov.errors import Code, InvalidValue, NotFound, Refused
from agentprov.model.access import (
    MOST_GRANTS,
    WHOLE_TENANT,
    Chosen,
    ChosenKind,
    Effect,
    Grant,
    Permission,
    Scope,
    Within,
)
from agentprov.model.changes import Change, Event, EventKind
from agentprov.model.ids import UserId
from agentprov.model.tenant import Tenant
from agentprov.model.users import Status, User
from agentprov.provisioning.granting import grant, replace_scope, revoke
from tests.provisioning.samples import ADMIN, AT, a_form, a_tenant, created, faults, the_user, with_role

LEAD = UserId("u-lead")
RAVI = UserId("u-ravi")
MINA = UserId("u-mina")
VIEW = Permission("user:view")
OWN: Scope = frozenset({Within.OWN_AGENTS})
HOME: Scope = frozenset({Within.HOME_DEPARTMENT})


def an_office() -> Tenant:
    """Ravi in the lead's department; Mina in the other one; nobody but the admin with any right."""
    tenant = created(a_tenant(), a_form(home_department="d-sales"))
    return created(tenant, a_form(login="mina", email="mina@example.com", home_department="d-care"))


def held(tenant: Tenant, user: UserId, *grants: Grant) -> Tenant:
    """The tenant in which a user has these grants of their own."""
    return changed(tenant, user, grants=grants)


def changed(tenant: Tenant, user: UserId, **fields: object) -> Tenant:
    """The tenant with a user changed by hand."""
    return attrs.evolve(tenant, users=tenant.users.put(user, attrs.evolve(tenant.users[user], **fields)))  # type: ignore[arg-type]


def a_grant(permission: str = VIEW, scope: Scope = WHOLE_TENANT, effect: Effect = Effect.ALLOW) -> Grant:
    """A grant that the admin gave."""
    return Grant(permission=Permission(permission), scope=scope, effect=effect, given_by=ADMIN, given_at=AT)


def grants_of(user: User) -> list[tuple[str, Scope, Effect]]:
    """A user's own grants, without who gave them."""
    return [(each.permission, each.scope, each.effect) for each in user.grants]


def the_lead(*rights: tuple[str, Within]) -> Tenant:
    """The office in which the lead has these rights and no others."""
    return with_role(an_office(), LEAD, *rights)


# ---- granting --------------------------------------------------------------------------------------------------------


def test_a_grant_records_who_gave_it_and_when() -> None:
    """AC-11: in the grant, and in an event for whoever keeps a log."""
    tenant = an_office()
    change = grant(tenant, LEAD, VIEW, scope=["home-department", "user:u-mina"], by=ADMIN, at=AT)
    scope: Scope = frozenset({Within.HOME_DEPARTMENT, Chosen(kind=ChosenKind.USER, id="u-mina")})
    given = Grant(permission=VIEW, scope=scope, given_by=ADMIN, given_at=AT)
    assert (given,) == the_user(change).grants
    facts = {"permission": "user:view", "effect": "allow", "scope": "home-department, user:u-mina"}
    assert (Event(kind=EventKind.GRANT_GIVEN, subject=LEAD, facts=facts),) == change.events
    access = Access(change.apply(tenant))
    assert [True, True, False] == [access.allows(LEAD, VIEW, on=each) for each in (RAVI, MINA, ADMIN)]


def test_one_action_gives_no_other() -> None:
    """AC-5: granting one doesn't imply another; a whole section does."""
    tenant = an_office()
    one = Access(grant(tenant, RAVI, "user:edit", by=ADMIN).apply(tenant))
    assert ["user:edit"] == list(one.what(RAVI))
    whole = Access(grant(tenant, RAVI, "user:*", by=ADMIN).apply(tenant))
    assert ["user:add", "user:delete", "user:edit", "user:view"] == sorted(whole.what(RAVI))


@pytest.mark.parametrize("user", [RAVI, MINA])
def test_only_who_may_grant_over_a_user_grants_and_revokes(user: UserId) -> None:
    """AC-5: with `access:grant` for the own department, over those in it and nobody else; the refusal is alone."""
    tenant = the_lead(("access:grant", Within.HOME_DEPARTMENT), ("user:view", Within.TENANT))
    tenant = held(tenant, user, a_grant("report:view"))
    if user == RAVI:
        assert VIEW == the_user(grant(tenant, user, VIEW, by=LEAD)).grants[-1].permission
        assert () == the_user(revoke(tenant, user, "report:view", by=LEAD)).grants
    else:
        refused = [("(whole)", Code.PERMISSION_NOT_GRANTED)]
        assert refused == faults(lambda: grant(tenant, user, "no:thing", scope=[], by=LEAD))
        assert refused == faults(lambda: revoke(tenant, user, "report:view", by=LEAD))
        assert refused == faults(lambda: replace_scope(tenant, user, "report:view", scope=OWN, by=LEAD))


def test_holding_a_right_is_not_the_right_to_hand_it_on() -> None:
    """AC-5: who may do everything to users, but not grant, grants nothing."""
    tenant = the_lead(("user:*", Within.TENANT))
    assert [("(whole)", Code.PERMISSION_NOT_GRANTED)] == faults(lambda: grant(tenant, RAVI, VIEW, by=LEAD))


def test_where_nobody_can_grant_the_host_does() -> None:
    """PV-5: SmarterTrack's catalogue has no `access:grant`, so that only the host gives single permissions."""
    tenant = a_tenant("smartertrack")
    assert [("(whole)", Code.PERMISSION_NOT_GRANTED)] == faults(
        lambda: grant(tenant, LEAD, "portal:community", by=ADMIN)
    )
    assert "portal:community" == the_user(grant(tenant, LEAD, "portal:community", by=None)).grants[0].permission


@pytest.mark.parametrize(
    ("holds", "given", "allowed"),
    [
        (Within.TENANT, WHOLE_TENANT, True),
        (Within.TENANT, HOME, True),
        (Within.HOME_DEPARTMENT, HOME, True),
        (Within.HOME_DEPARTMENT, WHOLE_TENANT, False),
        (Within.HOME_DEPARTMENT, {Chosen(kind=ChosenKind.USER, id=RAVI)}, True),
        (Within.HOME_DEPARTMENT, {Chosen(kind=ChosenKind.USER, id=MINA)}, False),
        (Within.HOME_DEPARTMENT, {Chosen(kind=ChosenKind.DEPARTMENT, id="d-care")}, False),
        (Within.HOME_DEPARTMENT, {Chosen(kind=ChosenKind.NUMBER, id="n-1")}, False),
        (Within.HOME_DEPARTMENT, {Within.SELF}, True),
        (Within.HOME_DEPARTMENT, OWN, True),
        (Within.SELF, {Within.SELF}, False),
    ],
)
def test_what_a_grant_reaches_lies_within_what_the_giver_holds(holds: Within, given: Scope, allowed: bool) -> None:
    """AC-5: for the receiver, with their department and their agents; not as the scope is written."""
    tenant = the_lead(("access:grant", Within.TENANT), ("user:view", holds))
    if allowed:
        assert (VIEW, frozenset(given), Effect.ALLOW) == grants_of(
            the_user(grant(tenant, RAVI, VIEW, scope=given, by=LEAD))
        )[-1]
    else:
        with pytest.raises(Refused) as caught:
            grant(tenant, RAVI, VIEW, scope=given, by=LEAD)
        (problem,) = caught.value.problems
        assert (Code.ROLE_EXCEEDS_ACTOR, "grants") == (problem.code, problem.where)
        assert (("user:view",), ("u-ravi",)) == (problem.parameters["permissions"], problem.parameters["users"])


def test_what_the_giver_holds_nowhere_cannot_be_given_for_nothing() -> None:
    """AC-5: Ravi has no agents now; but he may have some tomorrow, and the lead has no such right at all."""
    tenant = the_lead(("access:grant", Within.TENANT))
    assert [("grants", Code.ROLE_EXCEEDS_ACTOR)] == faults(lambda: grant(tenant, RAVI, VIEW, scope=OWN, by=LEAD))


def test_what_no_narrower_scope_can_hold_counts() -> None:
    """AC-5: whoever comes to hold a right for the tenant but for some comes to hold it over all that isn't a user."""
    tenant = the_lead(("access:grant", Within.TENANT), *(("ivr:view", each) for each in Within if each != "tenant"))
    nobody = a_grant("ivr:view", frozenset({Within.SELF}), Effect.DENY)
    tenant = held(tenant, RAVI, nobody)
    assert [("grants", Code.ROLE_EXCEEDS_ACTOR)] == faults(lambda: grant(tenant, RAVI, "ivr:view", by=LEAD))


def test_somebody_who_is_disabled_gains_as_well() -> None:
    """AC-5, LC-1: what they hold comes back with the status, so it is looked at when it is given."""
    tenant = changed(the_lead(("access:grant", Within.TENANT)), RAVI, status=Status.DISABLED)
    assert [("grants", Code.ROLE_EXCEEDS_ACTOR)] == faults(lambda: grant(tenant, RAVI, VIEW, by=LEAD))


def test_what_a_scope_adds_to_the_whole_tenant_is_no_gain() -> None:
    """AC-5: Ravi views everybody already; what is written besides gives him nothing."""
    tenant = held(the_lead(("access:grant", Within.TENANT)), RAVI, a_grant())
    assert 2 == len(the_user(grant(tenant, RAVI, VIEW, scope=HOME, by=LEAD)).grants)


@pytest.mark.parametrize("by", [LEAD, None])
def test_a_deny_needs_nothing_but_the_right_to_grant(by: UserId | None) -> None:
    """AC-5: it takes away."""
    tenant = held(the_lead(("access:grant", Within.TENANT)), RAVI, a_grant())
    after = grant(tenant, RAVI, VIEW, scope=["self"], effect="deny", by=by, at=AT).apply(tenant)
    assert [
        ("user:view", WHOLE_TENANT, Effect.ALLOW),
        ("user:view", frozenset({Within.SELF}), Effect.DENY),
    ] == grants_of(after.users[RAVI])
    access = Access(after)
    assert [True, False, False] == [access.allows(RAVI, VIEW, on=each) for each in (MINA, RAVI, None)]


def test_everything_wrong_with_a_request_is_said_at_once() -> None:
    """PV-2: what isn't in the catalogue, what is no scope, what isn't there, what has no offset."""
    tenant = an_office()
    found = faults(
        lambda: grant(
            tenant,
            RAVI,
            "user:fly",
            scope=["everywhere", "user:u-who", "department:d-who", "agent-group:x y", Within.SELF],
            effect="maybe",
            by=ADMIN,
            at=datetime(2026, 3, 1, 12, 0),
        )
    )
    assert [
        ("permission", Code.PERMISSION_UNKNOWN),
        ("effect", Code.FIELD_UNKNOWN_CHOICE),
        ("scope[0]", Code.SCOPE_UNKNOWN),
        ("scope[1]", Code.REFERENCE_MISSING),
        ("scope[2]", Code.REFERENCE_MISSING),
        ("scope[3].id", Code.ID_INVALID),
        ("at", Code.FIELD_NAIVE_INSTANT),
    ] == found


@pytest.mark.parametrize("permission", ["", "user", "user:", "*:*", "User:view", "user:view:all", "queue:view"])
def test_only_permissions_of_the_catalogue_can_be_granted(permission: str) -> None:
    """AC-1: an unknown one is an error wherever it is written."""
    assert [("permission", Code.PERMISSION_UNKNOWN)] == faults(lambda: grant(an_office(), RAVI, permission, by=ADMIN))


@pytest.mark.parametrize("permission", [None, 5, ["user:view"], ("user", "view")])
def test_what_is_no_text_is_no_permission(permission: object) -> None:
    """AC-1: it is a fault of what was asked for, as of a role."""
    tenant = held(an_office(), RAVI, a_grant())
    expected = [("permission", Code.PERMISSION_UNKNOWN)]
    asked: Any = permission
    assert expected == faults(lambda: grant(tenant, RAVI, asked, by=None))
    assert expected == faults(lambda: revoke(tenant, RAVI, asked, by=None))
    assert expected == faults(lambda: replace_scope(tenant, RAVI, asked, scope=OWN, by=None))


def test_a_scope_is_never_empty() -> None:
    """AC-3: no terms are no scope, and never the whole tenant; one text is one term."""
    assert [("scope", Code.FIELD_EMPTY)] == faults(lambda: grant(an_office(), RAVI, VIEW, scope=[], by=ADMIN))
    assert HOME == the_user(grant(an_office(), RAVI, VIEW, scope="home-department", by=ADMIN)).grants[0].scope


def test_a_grant_that_is_there_already_is_named() -> None:
    """AC-5: the same permission for the same scope with the same effect, whoever gave it; another scope is another."""
    tenant = held(an_office(), RAVI, a_grant(scope=HOME))
    with pytest.raises(InvalidValue) as caught:
        grant(tenant, RAVI, VIEW, scope=HOME, by=None)
    (problem,) = caught.value.problems
    assert (Code.GRANT_EXISTS, "permission", VIEW, RAVI) == (
        problem.code,
        problem.where,
        problem.parameters["value"],
        problem.parameters["user"],
    )
    assert [HOME, OWN] == [each.scope for each in the_user(grant(tenant, RAVI, VIEW, scope=OWN, by=ADMIN)).grants]


def test_a_user_has_so_many_grants_and_no_more() -> None:
    """A mistake of whoever made them, or an attack."""
    many = [a_grant(scope=frozenset({Chosen(kind=ChosenKind.USER, id=f"u-{place}")})) for place in range(MOST_GRANTS)]
    user = attrs.evolve(an_office().users[RAVI], grants=many)
    with pytest.raises(InvalidValue) as caught:
        attrs.evolve(user, grants=(*user.grants, a_grant()))
    assert (Code.GRANTS_TOO_MANY,) == caught.value.codes


def test_an_api_user_is_granted_directly() -> None:
    """ID-14: the list doesn't show them, but a program may hold rights."""
    tenant = created(a_tenant("smartq"), a_form("smartq", role="api-user"))
    assert "api" == tenant.users[RAVI].type
    assert VIEW == the_user(grant(tenant, RAVI, VIEW, by=ADMIN)).grants[0].permission


def test_there_must_be_somebody_to_grant_to() -> None:
    """Another tenant's users are unknown here, as ids that were never given."""
    attempts: list[Callable[[], Change]] = [
        lambda: grant(an_office(), "u-who", VIEW, by=ADMIN),
        lambda: revoke(an_office(), "u-who", VIEW, by=ADMIN),
        lambda: replace_scope(an_office(), "u-who", VIEW, scope=OWN, by=ADMIN),
    ]
    for attempt in attempts:
        with pytest.raises(NotFound) as caught:
            attempt()
        assert (Code.USER_UNKNOWN,) == caught.value.codes


# ---- revoking --------------------------------------------------------------------------------------------------------


def test_what_is_revoked_is_gone_with_the_next_version() -> None:
    """P12: the next answer knows; the version before answers as before."""
    tenant = held(an_office(), RAVI, a_grant())
    access = Access(tenant)
    change = revoke(tenant, RAVI, VIEW, by=ADMIN)
    assert [EventKind.GRANT_REVOKED] == [event.kind for event in change.events]
    assert not Access(change.apply(tenant), like=access).allows(RAVI, VIEW)
    assert access.allows(RAVI, VIEW)


def test_one_action_is_taken_out_of_a_whole_section() -> None:
    """AC-5: the others stay, as they were given, and so do other grants."""
    kept = a_grant("report:view", HOME)
    tenant = held(an_office(), RAVI, a_grant("user:*", HOME), kept)
    after = the_user(revoke(tenant, RAVI, VIEW, by=None))
    assert (*(a_grant(f"user:{action}", HOME) for action in ("add", "edit", "delete")), kept) == after.grants


def test_a_term_is_taken_out_of_a_scope() -> None:
    """AC-3: a scope is the union of its terms; of a whole section, only for the action that is revoked."""
    both = HOME | OWN
    tenant = held(an_office(), RAVI, a_grant(VIEW, both), a_grant("agent:*", both))
    assert [a_grant(VIEW, OWN), a_grant("agent:*", both)] == list(
        the_user(revoke(tenant, RAVI, VIEW, scope=HOME, by=ADMIN)).grants
    )
    assert [a_grant(VIEW, both), a_grant("agent:view", OWN), a_grant("agent:edit", both)] == list(
        the_user(revoke(tenant, RAVI, "agent:view", scope=["home-department"], by=ADMIN)).grants
    )
    assert [a_grant("agent:*", both)] == list(the_user(revoke(tenant, RAVI, VIEW, scope=both, by=ADMIN)).grants)


def test_a_section_is_revoked_as_far_as_it_was_given() -> None:
    """AC-1: `user:*` stands for all its actions, so revoking it leaves none of them."""
    tenant = held(an_office(), RAVI, a_grant(VIEW), a_grant("user:edit", HOME), a_grant("report:view"))
    assert (a_grant("report:view"),) == the_user(revoke(tenant, RAVI, "user:*", by=ADMIN)).grants


NO_SUCH_GRANTS: list[tuple[tuple[Grant, ...], str, Scope | None, Effect, tuple[str, ...]]] = [
    ((), "user:view", None, Effect.ALLOW, ("any scope",)),
    ((a_grant(),), "user:edit", None, Effect.ALLOW, ("any scope",)),
    ((a_grant(),), "user:view", None, Effect.DENY, ("any scope",)),
    ((a_grant(),), "user:view", HOME, Effect.ALLOW, ("home-department",)),
    ((a_grant(VIEW, HOME),), "user:view", HOME | OWN, Effect.ALLOW, ("own-agents",)),
]
"""What a user has, what is to be revoked, and which terms of it are named as not there."""


@pytest.mark.parametrize(("grants", "permission", "scope", "effect", "terms"), NO_SUCH_GRANTS)
def test_what_a_user_does_not_have_cannot_be_revoked(
    grants: tuple[Grant, ...], permission: str, scope: Scope | None, effect: Effect, terms: tuple[str, ...]
) -> None:
    """Nothing is revoked in part: each term must be there. A part of the whole tenant is hidden by a deny instead."""
    tenant = held(an_office(), RAVI, *grants)
    with pytest.raises(NotFound) as caught:
        revoke(tenant, RAVI, permission, scope=scope, effect=effect, by=ADMIN)
    (problem,) = caught.value.problems
    assert (Code.GRANT_MISSING, terms) == (problem.code, problem.parameters["terms"])


def test_what_a_role_gives_is_not_revoked_from_a_user() -> None:
    """AC-5: it goes with the role."""
    with pytest.raises(NotFound) as caught:
        revoke(changed(an_office(), ADMIN, grants=()), ADMIN, VIEW, by=None)
    assert (Code.GRANT_MISSING,) == caught.value.codes


def test_a_request_to_revoke_is_checked_as_one_to_grant_is() -> None:
    """AC-1, AC-3: unknown permissions, and scopes that are none."""
    assert [("permission", Code.PERMISSION_UNKNOWN), ("scope", Code.FIELD_EMPTY)] == [
        *faults(lambda: revoke(an_office(), RAVI, "user:fly", by=ADMIN)),
        *faults(lambda: revoke(an_office(), RAVI, VIEW, scope=[], by=ADMIN)),
    ]


def test_revoking_a_deny_is_a_gain() -> None:
    """AC-5: Ravi comes to view what the deny hid, and the lead doesn't."""
    hidden = a_grant(effect=Effect.DENY)
    tenant = held(the_lead(("access:grant", Within.TENANT)), RAVI, a_grant(), hidden)
    assert [("grants", Code.ROLE_EXCEEDS_ACTOR)] == faults(
        lambda: revoke(tenant, RAVI, VIEW, effect=Effect.DENY, by=LEAD)
    )
    assert (a_grant(),) == the_user(revoke(tenant, RAVI, VIEW, effect=Effect.DENY, by=ADMIN)).grants
    allowed = held(tenant, RAVI, hidden)
    assert () == the_user(revoke(allowed, RAVI, VIEW, effect=Effect.DENY, by=LEAD)).grants


# ---- making a grant hold elsewhere -----------------------------------------------------------------------------------


def test_a_grant_is_made_to_hold_elsewhere() -> None:
    """AC-5: afterwards there is one grant of the permission, given now; the section's other actions stay."""
    tenant = held(an_office(), RAVI, a_grant("agent:*"), a_grant(VIEW, HOME), a_grant(VIEW, OWN))
    after = the_user(replace_scope(tenant, RAVI, VIEW, scope=["self"], by=ADMIN))
    assert [("agent:*", WHOLE_TENANT), ("user:view", {Within.SELF})] == [(g.permission, g.scope) for g in after.grants]
    assert [(ADMIN, AT), (ADMIN, None)] == [(each.given_by, each.given_at) for each in after.grants]
    narrower = the_user(replace_scope(tenant, RAVI, "agent:view", scope=HOME, by=None, at=AT))
    assert [
        ("agent:edit", WHOLE_TENANT),
        ("user:view", HOME),
        ("user:view", OWN),
        ("agent:view", HOME),
    ] == [(each.permission, each.scope) for each in narrower.grants]


def test_a_grant_that_holds_there_already_stays_as_it_was_given() -> None:
    """AC-11: nothing changes, not even who gave it and when."""
    tenant = held(an_office(), RAVI, a_grant(VIEW, HOME))
    assert () == replace_scope(tenant, RAVI, VIEW, scope=HOME, by=None).edits


def test_what_is_widened_is_a_gain() -> None:
    """AC-5: from the lead's own department to the tenant needs somebody who holds it for the tenant."""
    tenant = the_lead(("access:grant", Within.TENANT), ("user:view", Within.HOME_DEPARTMENT))
    tenant = held(tenant, RAVI, a_grant(VIEW, HOME))
    assert [("grants", Code.ROLE_EXCEEDS_ACTOR)] == faults(
        lambda: replace_scope(tenant, RAVI, VIEW, scope=WHOLE_TENANT, by=LEAD)
    )
    assert {Within.SELF} == the_user(replace_scope(tenant, RAVI, VIEW, scope=["self"], by=LEAD)).grants[0].scope


def test_only_what_is_there_can_be_made_to_hold_elsewhere() -> None:
    """A permission that the user doesn't have of their own is granted, not replaced."""
    with pytest.raises(NotFound) as caught:
        replace_scope(an_office(), RAVI, VIEW, scope=HOME, by=ADMIN)
    assert (Code.GRANT_MISSING,) == caught.value.codes


@pytest.mark.parametrize("scope", [(), [], 5, "", iter(())])
def test_a_scope_that_is_none_is_told_with_the_rest(scope: object) -> None:
    """ER-1, AC-3: an empty scope, and what is no scope at all, are told together with a wrong permission."""
    with pytest.raises(InvalidValue) as caught:
        grant(an_office(), RAVI, "user:fly", scope=scope, by=None)  # type: ignore[arg-type]
    assert ["permission", "scope"] == [str(problem.path[0]) for problem in caught.value.problems]


def test_an_effect_that_is_none_is_told() -> None:
    """ER-1: an effect of any wrong kind is one fault."""
    with pytest.raises(InvalidValue) as caught:
        grant(an_office(), RAVI, VIEW, effect=[], by=None)  # type: ignore[arg-type]
    assert (Code.FIELD_UNKNOWN_CHOICE,) == caught.value.codes
