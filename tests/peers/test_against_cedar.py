"""Cedar and the engine agree: of every user, every permission and every object of drawn tenants both say the same.

The tenants have scopes of every kind, denies, roles that inherit, nested groups, home departments of one's own and of
one's supervisor, and users of every status. Not only the answers are compared: the policies that determine Cedar's
are the very grants that the engine's reasons name, term by term. The translation is `tests/peers/cedar.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import attrs
import cedarpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentprov.engine.access import Access
from agentprov.engine.decisions import DeniedBy, Granted, Object
from agentprov.errors import Code, NotFound
from agentprov.model.access import EVERYONE, Chosen, ChosenKind, Effect, Grant, Permission, Role, ScopeTerm, Within
from agentprov.model.blueprint import Blueprint
from agentprov.model.contact import PhoneNumber
from agentprov.model.departments import Department
from agentprov.model.destinations import HangUp
from agentprov.model.groups import AgentGroup, Queue, UserGroup
from agentprov.model.identity import Login
from agentprov.model.ids import AgentGroupId, DepartmentId, NumberId, QueueId, RoleId, TenantId, UserGroupId, UserId
from agentprov.model.numbers import Number
from agentprov.model.references import Kind
from agentprov.model.settings import Settings
from agentprov.model.table import Table
from agentprov.model.tenant import Tenant
from agentprov.model.users import Status, User, Visibility
from agentprov.testing.strategies import NOBODY, pools, roles, tenants
from agentprov.testing.strategies.rights import CATALOGUE
from tests.peers.cedar import FOREIGN, TYPES, Answer, Cedar, Question, Thing


@st.composite
def companies(draw: st.DrawFn) -> Tenant:
    """Drawn tenants, half of which say what Everyone may do."""
    tenant = draw(tenants(details=False))
    if draw(st.booleans()):
        return tenant
    within = attrs.evolve(
        NOBODY,
        users=tuple(tenant.users),
        departments=tuple(tenant.departments),
        agent_groups=tuple(tenant.agent_groups),
        numbers=tuple(tenant.numbers),
    )
    inherits = draw(st.frozensets(st.sampled_from(tuple(tenant.roles)), max_size=1)) if tenant.roles else ()
    everyone = attrs.evolve(draw(roles(within=within, role=EVERYONE)), inherits=inherits)
    return attrs.evolve(tenant, roles=Table({**tenant.roles, EVERYONE: everyone}))


# ---- the questions --------------------------------------------------------------------------------------------------


def things(tenant: Tenant) -> Iterator[Thing]:
    """Every object that is asked about, and a stranger of each kind."""
    for kind in TYPES:
        for id_ in (*tenant.table(kind), pools.UNKNOWN):
            yield kind, id_


def questions(tenant: Tenant, *, whole: bool = True) -> list[Question]:
    """Everybody, and somebody unknown, with every permission and every object; the whole tenant is one of these."""
    objects = [*([None] if whole else []), *things(tenant)]
    return [
        (who, permission, thing)
        for who in (*tenant.users, pools.UNKNOWN)
        for permission in sorted(tenant.blueprint.catalogue.permissions)
        for thing in objects
    ]


def ours(access: Access, question: Question, *, whose: str | None = None) -> Answer:
    """What the engine says, and from which terms of which grants."""
    who, permission, thing = question
    owner = None if whose is None else TenantId(whose)
    on = None if thing is None else Object(kind=thing[0], id=thing[1], tenant=owner)
    decision = access.decide(who, permission, on)
    assert decision.allowed is access.allows(who, permission, on)
    return Answer(
        allowed=decision.allowed,
        because=frozenset(
            (reason.held.path[-1] if reason.held.path else who, reason.held.grant, term)
            for reason in decision.reasons
            if isinstance(reason, Granted | DeniedBy)
            for term in reason.terms
        ),
    )


def differences(tenant: Tenant, cedar: Cedar, *, access: Access | None = None) -> list[tuple[Question, Answer, Answer]]:
    """The questions to which the two give different answers, or the same for different reasons: Cedar's, then ours."""
    access = access or Access(tenant)
    asked = questions(tenant)
    pairs = zip(asked, cedar.answers(asked), strict=True)
    found = ((question, theirs, ours(access, question)) for question, theirs in pairs)
    return [each for each in found if each[1] != each[2]]


# ---- the comparison -------------------------------------------------------------------------------------------------


@given(companies())
def test_answers_and_reasons_are_those_of_cedar(tenant: Tenant) -> None:
    """AC-2, AC-3, AC-4, AC-7: to every question the answer is the same, and so are the grants and terms that decide."""
    assert [] == differences(tenant, Cedar(tenant))


def _passed_on(tenant: Tenant, *, roles_too: bool) -> Tenant:
    """The tenant after everybody's roles, grants and status went to the next user; or each role's grants, too."""
    users = list(tenant.users.values())
    after = [
        attrs.evolve(user, roles=other.roles, grants=other.grants, status=other.status)
        for user, other in zip(users, [*users[1:], users[0]], strict=True)
    ]
    old = list(tenant.roles.values())
    bundles = [attrs.evolve(role, grants=other.grants) for role, other in zip(old, [*old[1:], *old[:1]], strict=True)]
    return attrs.evolve(
        tenant,
        users=Table({user.id: user for user in after}),
        roles=Table({role.id: role for role in bundles}) if roles_too else tenant.roles,
    )


@given(companies(), st.booleans())
def test_an_engine_that_shares_with_the_one_before_answers_as_cedar(tenant: Tenant, roles_too: bool) -> None:
    """AC-2: what was worked out for one version and is used for the next one makes no difference there."""
    before = Access(tenant)
    for question in questions(tenant):
        ours(before, question)
    after = _passed_on(tenant, roles_too=roles_too)

    assert [] == differences(after, Cedar(after), access=Access(after, like=before))


@given(companies())
def test_reverse_questions_are_the_answers_turned_round(tenant: Tenant) -> None:
    """AC-8: who may do a thing, and to which objects, are just those for whom Cedar allows it."""
    access = Access(tenant)
    asked = questions(tenant)
    yes = {question for question, answer in zip(asked, Cedar(tenant).answers(asked), strict=True) if answer.allowed}

    for permission in tenant.blueprint.catalogue.permissions:
        for thing in (None, *things(tenant)):
            on = None if thing is None else Object(kind=thing[0], id=thing[1])
            assert {who for who in tenant.users if (who, permission, thing) in yes} == access.who(permission, on)
        for who in (*tenant.users, pools.UNKNOWN):
            for kind in TYPES:
                expected = {id_ for id_ in tenant.table(kind) if (who, permission, (kind, id_)) in yes}
                assert expected == access.objects(who, permission, kind)


@given(companies())
def test_the_objects_of_another_tenant_are_nobodys(tenant: Tenant) -> None:
    """AC-4: objects of another tenant are denied by both, with the very ids that are allowed at home."""
    access = Access(tenant)
    asked = questions(tenant, whole=False)

    assert [Answer(allowed=False, because=frozenset())] * len(asked) == Cedar(tenant).answers(asked, whose=FOREIGN)
    assert {Answer(allowed=False, because=frozenset())} == {ours(access, each, whose=FOREIGN) for each in asked}


# ---- one tenant in which every grant counts -------------------------------------------------------------------------

SCOPES: Final[tuple[ScopeTerm, ...]] = (
    *Within,
    Chosen(kind=ChosenKind.USER, id="u-ravi"),
    Chosen(kind=ChosenKind.AGENT_GROUP, id="a-red"),
    Chosen(kind=ChosenKind.DEPARTMENT, id="d-sales"),
    Chosen(kind=ChosenKind.NUMBER, id="n-1"),
)
"""Every kind of term."""


def _grant(permission: Permission, *scope: ScopeTerm, effect: Effect) -> Grant:
    return Grant(permission=permission, scope=scope, effect=effect)


def _user(id_: str, **fields: Any) -> User:
    bare = User(id=UserId(id_), login=Login(id_), home_department=DepartmentId("d-sales"))
    return attrs.evolve(bare, **fields)


def sample() -> Tenant:
    """Asha has one allow for each term, each of a permission of its own; Lena is denied as much of what she has."""
    names = tuple(f"a{place}" for place in range(len(SCOPES)))
    catalogue = attrs.evolve(CATALOGUE, sections=Table({"user": names}))
    permissions = [Permission(f"user:{name}") for name in names]
    pairs = list(zip(permissions, SCOPES, strict=True))
    allows = [_grant(permission, term, effect=Effect.ALLOW) for permission, term in pairs]
    denies = [_grant(permission, term, effect=Effect.DENY) for permission, term in pairs]
    all_ = [_grant(Permission("user:*"), Within.TENANT, effect=Effect.ALLOW)]
    lead, junior = RoleId("r-lead"), RoleId("r-junior")
    numbers = frozenset({NumberId("n-1")})
    north = UserGroupId("g-north")
    return Tenant(
        id=pools.TENANT,
        name="Sample",
        settings=Settings(time_zone="UTC", region="IN"),
        blueprint=Blueprint(name="sample", catalogue=catalogue),
        users={
            user.id: user
            for user in (
                _user("u-asha", grants=allows, visibility=Visibility(numbers=numbers), user_group=UserGroupId("g-all")),
                _user("u-lena", roles=[lead], visibility=Visibility(numbers=numbers), user_group=UserGroupId("g-all")),
                _user("u-ravi", supervisor=UserId("u-asha"), user_group=north, agent_groups=[AgentGroupId("a-red")]),
                _user("u-omar", supervisor=UserId("u-lena"), user_group=north, agent_groups=[AgentGroupId("a-red")]),
                _user("u-gone", grants=all_, status=Status.BLOCKED),
            )
        },
        roles={
            lead: Role(id=lead, name="Lead", inherits=[junior], grants=all_),
            junior: Role(id=junior, name="Junior", grants=denies),
        },
        user_groups={
            UserGroupId("g-all"): UserGroup(id=UserGroupId("g-all"), name="All"),
            north: UserGroup(id=north, name="North", parent=UserGroupId("g-all")),
        },
        departments={DepartmentId("d-sales"): Department(id=DepartmentId("d-sales"), name="Sales")},
        agent_groups={AgentGroupId("a-red"): AgentGroup(id=AgentGroupId("a-red"), name="Red")},
        numbers={NumberId("n-1"): Number(id=NumberId("n-1"), phone=PhoneNumber("+911800123456"), to=HangUp())},
        queues={QueueId("q-1"): Queue(id=QueueId("q-1"), name="Main")},
    )


_SALES: Final[set[Thing]] = {
    (Kind.DEPARTMENTS, "d-sales"),
    *((Kind.USERS, id_) for id_ in ("u-asha", "u-lena", "u-ravi", "u-omar", "u-gone")),
}
INSIDE: Final[dict[ScopeTerm, set[Thing]]] = {
    Within.HOME_DEPARTMENT: _SALES,
    Within.OWN_AGENTS: {(Kind.USERS, "u-ravi")},
    Within.OWN_USER_GROUP: {(Kind.USERS, id_) for id_ in ("u-asha", "u-lena", "u-ravi", "u-omar")},
    Within.OWN_NUMBERS: {(Kind.NUMBERS, "n-1")},
    Within.SELF: {(Kind.USERS, "u-asha")},
    SCOPES[-4]: {(Kind.USERS, "u-ravi")},
    SCOPES[-3]: {(Kind.USERS, "u-ravi"), (Kind.USERS, "u-omar")},
    SCOPES[-2]: _SALES,
    SCOPES[-1]: {(Kind.NUMBERS, "n-1")},
}
"""What lies inside each term for Asha, by hand."""


def test_cedar_allows_what_is_inside_each_term() -> None:
    """AC-3: the translation says of each term what the table by hand says, so that both can't be wrong alike."""
    tenant = sample()
    cedar, access = Cedar(tenant), Access(tenant)
    everything = set(things(tenant)) - {(kind, pools.UNKNOWN) for kind in TYPES}

    for place, term in enumerate(SCOPES):
        permission = Permission(f"user:a{place}")
        asked: list[Question] = [(UserId("u-asha"), permission, thing) for thing in things(tenant)]
        expected = {Within.TENANT: everything, **INSIDE}[term]
        answers = zip(asked, cedar.answers(asked), strict=True)
        assert expected == {question[2] for question, answer in answers if answer.allowed}
        assert expected == {question[2] for question in asked if ours(access, question).allowed}


# ---- controls: the comparison sees what is wrong --------------------------------------------------------------------


def test_one_missing_term_is_seen() -> None:
    """Of the sample's policies each one, left out, makes a difference: no kind of term goes unasked."""
    tenant = sample()
    complete = Cedar(tenant)

    assert [] == differences(tenant, complete)
    assert [] == [part for place, part in enumerate(complete.parts) if not _seen(tenant, place)]


def _seen(tenant: Tenant, place: int) -> bool:
    """Whether a policy left out is noticed, unless it is of somebody who may do nothing."""
    holder, _, _ = Cedar(tenant).parts[place]
    return bool(differences(tenant, Cedar(tenant, leave_out=place))) is (holder != "u-gone")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"effect": Effect.ALLOW}, {"effect": Effect.DENY}),
        ({"effect": Effect.DENY}, {"effect": Effect.ALLOW}),
        ({"scope": frozenset({Within.SELF})}, {"scope": frozenset({Within.OWN_AGENTS})}),
        ({"scope": frozenset({Within.OWN_USER_GROUP})}, {"scope": frozenset({Within.HOME_DEPARTMENT})}),
    ],
    ids=["an allow denies", "a deny allows", "self is own agents", "own group is home department"],
)
def test_a_wrong_grant_is_seen(before: dict[str, Any], after: dict[str, Any]) -> None:
    """A grant that was translated wrong makes a difference in the answer to some question, not in its reasons only."""
    tenant = sample()
    grants = tenant.users[UserId("u-asha")].grants + tenant.roles[RoleId("r-junior")].grants
    chosen = next(grant for grant in grants if all(getattr(grant, name) == value for name, value in before.items()))

    def spoil(found: tuple[Grant, ...]) -> list[Grant]:
        return [attrs.evolve(grant, **after) if grant is chosen else grant for grant in found]

    users = [attrs.evolve(user, grants=spoil(user.grants)) for user in tenant.users.values()]
    bundles = [attrs.evolve(role, grants=spoil(role.grants)) for role in tenant.roles.values()]
    spoilt = attrs.evolve(
        tenant, users=Table({user.id: user for user in users}), roles=Table({role.id: role for role in bundles})
    )

    found = differences(tenant, Cedar(spoilt))
    assert any(theirs.allowed is not mine.allowed for _, theirs, mine in found)


# ---- where the meaning differs --------------------------------------------------------------------------------------


def test_a_misspelt_permission_is_an_error() -> None:
    """AC-1: Cedar without a schema says no to an action it has never heard of; here it is an error, whoever asks."""
    tenant = sample()

    (theirs,) = Cedar(tenant).answers([(UserId("u-lena"), Permission("user:fly"), None)])
    assert Answer(allowed=False, because=frozenset()) == theirs
    with pytest.raises(NotFound) as caught:
        Access(tenant).allows("u-lena", "user:fly")
    assert (Code.PERMISSION_UNKNOWN,) == caught.value.codes


def test_cedar_leaves_out_a_forbid_that_fails() -> None:
    """AC-2: a policy whose condition fails doesn't forbid in Cedar; here a deny has nothing that can fail."""
    found = cedarpy.is_authorized(
        {"principal": 'User::"asha"', "action": 'Action::"edit"', "resource": 'User::"ravi"'},
        "permit(principal, action, resource); forbid(principal, action, resource) when { resource.locked };",
        "[]",
    )

    assert found.allowed
    assert found.diagnostics.errors
