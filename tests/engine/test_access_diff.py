"""Who gained or lost what between two versions of a tenant (AC-8)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import attrs
from hypothesis import event, given
from hypothesis import strategies as st

from agentprov.engine.access import Access
from agentprov.engine.access_diff import AccessDiff, ExtentChange, ReachChange
from agentprov.engine.decisions import Object
from agentprov.engine.extents import NOWHERE, Extent
from agentprov.model.access import WHOLE_TENANT, ChosenKind, Permission, Within
from agentprov.model.ids import AgentGroupId, DepartmentId, RoleId, UserGroupId, UserId
from agentprov.model.references import Kind
from agentprov.model.table import Table
from agentprov.model.tenant import Tenant
from agentprov.model.users import Status
from tests.engine.companies import PERMISSIONS, chosen, company, grant, role, tenants, user

EDIT, VIEW = Permission("user:edit"), Permission("user:view")
SALES, BILLING = DepartmentId("d-sales"), DepartmentId("d-billing")


def diff(before: Tenant, after: Tenant) -> AccessDiff:
    """The difference, with what can be shared shared."""
    old = Access(before)
    return AccessDiff(old, Access(after, like=old))


def common(before: Tenant, after: Tenant) -> list[Object]:
    """Every object that both versions have."""
    return [Object(kind=kind, id=id_) for kind in Kind for id_ in before.table(kind) if id_ in after.table(kind)]


def reached(tenant: Tenant, user: UserId, permission: Permission, asked: list[Object]) -> set[Object]:
    """The objects that a user reaches, asked one by one."""
    access = Access(tenant)
    return {on for on in asked if access.allows(user, permission, on)}


def whoever(before: Tenant, after: Tenant) -> Iterator[tuple[UserId, Permission]]:
    """Every user of either version, with every permission."""
    for id_ in {*before.users, *after.users}:
        for permission in PERMISSIONS:
            yield id_, permission


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Tenant, Tenant]:
    """Two versions: the second has some users, roles or groups of quite another tenant, or is quite another one."""
    before, other = draw(tenants()), draw(tenants())
    kinds = draw(st.sets(st.sampled_from([Kind.USERS, Kind.ROLES, Kind.USER_GROUPS]), min_size=1))
    after = before
    for kind in kinds:
        ids = draw(st.sets(st.sampled_from(sorted(before.table(kind).keys() & other.table(kind).keys()) or [""])))
        table = before.table(kind)
        for id_ in ids - {""}:
            table = table.put(id_, other.table(kind)[id_])
        changed: dict[str, Any] = {kind.value: table}
        after = attrs.evolve(after, **changed)
    return before, draw(st.sampled_from([after, after, after, other]))


@given(pairs())
def test_the_difference_is_what_asking_everybody_for_everything_finds(versions: tuple[Tenant, Tenant]) -> None:
    """AC-8: what is reported is exactly what asking every user, for every permission, over every object would find."""
    before, after = versions
    asked = common(before, after)
    found = diff(before, after)
    extents = {(id_, change.permission): change for change in found.extents for id_ in change.users}
    reaches = {(change.user, change.permission): change for change in found.reaches}
    assert not extents.keys() & reaches.keys()
    event(f"extents differ: {bool(extents)}, reaches differ: {bool(reaches)}")
    for id_, permission in whoever(before, after):
        old = Access(before).extent(id_, permission)
        new = Access(after).extent(id_, permission)
        assert (old != new) == ((id_, permission) in extents)
        one, other = reached(before, id_, permission, asked), reached(after, id_, permission, asked)
        assert (frozenset(other - one), frozenset(one - other)) == found.objects(id_, permission)
        if old == new:
            expected = None
            if one != other:
                expected = ReachChange(
                    permission=permission, user=id_, gained=frozenset(other - one), lost=frozenset(one - other)
                )
            assert expected == reaches.get((id_, permission))
        else:
            assert (old, new) == (extents[id_, permission].before, extents[id_, permission].after)


@given(tenants())
def test_between_equal_versions_nothing_differs(tenant: Tenant) -> None:
    """AC-8: two equal versions differ in nothing, made like each other or not."""
    copy = attrs.evolve(tenant, version=tenant.version + 1)
    for found in (diff(tenant, copy), AccessDiff(Access(tenant), Access(copy))):
        assert () == found.extents
        assert () == found.reaches


def test_a_role_edit_is_one_change_for_all_who_have_the_role() -> None:
    """AC-8: everybody who comes to hold more by a role is in one change; those who held it anyway are in none."""
    users = [
        user("u-asha", roles=["lead"]),
        user("u-bela", roles=["lead"]),
        user("u-ravi", grant(EDIT), roles=["lead"]),
    ]
    before = company(*users, role("lead", grant(VIEW)))
    after = company(*users, role("lead", grant(VIEW), grant(EDIT)))
    expected = ExtentChange(
        permission=EDIT,
        before=NOWHERE,
        after=Extent(allowed=WHOLE_TENANT),
        users=frozenset({UserId("u-asha"), UserId("u-bela")}),
    )
    assert (expected,) == diff(before, after).extents
    assert () == diff(before, after).reaches


def test_a_colleague_who_moves_is_reached_by_others() -> None:
    """AC-8: a move changes what others reach although nobody's extent changes."""
    lead = [grant(EDIT, Within.HOME_DEPARTMENT)]
    people = [user("u-asha", *lead, home_department=SALES), user("u-bela", *lead, home_department=BILLING)]
    before = company(*people, user("u-ravi", home_department=SALES))
    after = company(*people, user("u-ravi", home_department=BILLING))
    found = diff(before, after)
    ravi = frozenset({Object(kind=Kind.USERS, id="u-ravi")})
    assert () == found.extents
    assert (
        ReachChange(permission=EDIT, user=UserId("u-asha"), gained=frozenset(), lost=ravi),
        ReachChange(permission=EDIT, user=UserId("u-bela"), gained=ravi, lost=frozenset()),
    ) == found.reaches


def test_a_chosen_team_that_somebody_joins_reaches_them() -> None:
    """AC-8: who may edit a chosen agent group reaches whoever joins it, related to them or not."""
    red = AgentGroupId("a-red")
    boss = user("u-asha", grant(EDIT, chosen(ChosenKind.AGENT_GROUP, red)))
    found = diff(company(boss, user("u-ravi")), company(boss, user("u-ravi", agent_groups=[red])))
    gained = frozenset({Object(kind=Kind.USERS, id="u-ravi")})
    assert (ReachChange(permission=EDIT, user=UserId("u-asha"), gained=gained, lost=frozenset()),) == found.reaches


def test_who_moves_reaches_others() -> None:
    """AC-8: who moves to another group reaches the users of that group, and no longer those of the old one."""
    group = grant(VIEW, Within.OWN_USER_GROUP)
    people = [user("u-bela", user_group=UserGroupId("g-sales")), user("u-ravi", user_group=UserGroupId("g-other"))]
    before = company(user("u-asha", group, user_group=UserGroupId("g-sales")), *people)
    after = company(user("u-asha", group, user_group=UserGroupId("g-other")), *people)
    (change,) = diff(before, after).reaches
    assert frozenset({Object(kind=Kind.USERS, id="u-ravi")}) == change.gained
    assert frozenset({Object(kind=Kind.USERS, id="u-bela")}) == change.lost


def test_a_supervisor_who_moves_takes_their_agents_along() -> None:
    """AC-8, PV-8: where an agent's department is their supervisor's, the agents move with the supervisor."""
    lead = user("u-asha", grant(EDIT, Within.HOME_DEPARTMENT), home_department=BILLING)
    agent = user("u-ravi", roles=["agent"], supervisor=UserId("u-bela"))
    before = company(lead, agent, user("u-bela", home_department=SALES), role("agent"))
    linked = attrs.evolve(before.blueprint, department_from_supervisor={RoleId("agent")})
    before = attrs.evolve(before, blueprint=linked)
    after = attrs.evolve(before, users=before.users.put(UserId("u-bela"), user("u-bela", home_department=BILLING)))
    both = frozenset({Object(kind=Kind.USERS, id="u-bela"), Object(kind=Kind.USERS, id="u-ravi")})
    assert (ReachChange(permission=EDIT, user=UserId("u-asha"), gained=both, lost=frozenset()),) == diff(
        before, after
    ).reaches


def test_a_status_takes_and_gives_back_everything() -> None:
    """AC-8, LC-1: blocking takes every permission away, unblocking gives exactly these back."""
    before = company(user("u-asha", grant(EDIT), grant(VIEW, Within.SELF)))
    after = company(user("u-asha", grant(EDIT), grant(VIEW, Within.SELF), status=Status.BLOCKED))
    lost = [(change.permission, change.before, change.after) for change in diff(before, after).extents]
    held = [(EDIT, Extent(allowed=WHOLE_TENANT), NOWHERE), (VIEW, Extent(allowed=frozenset({Within.SELF})), NOWHERE)]
    assert held == lost
    assert [(permission, new, old) for permission, old, new in held] == [
        (change.permission, change.before, change.after) for change in diff(after, before).extents
    ]


def test_a_permission_that_only_one_catalogue_has() -> None:
    """AC-1, AC-8: a permission that leaves the catalogue is lost by all who held it."""
    before = company(user("u-asha", grant("user:*")), user("u-bela"))
    smaller = attrs.evolve(before.blueprint.catalogue, sections=Table({"user": ("edit",)}))
    after = attrs.evolve(before, blueprint=attrs.evolve(before.blueprint, catalogue=smaller))
    found = diff(before, after)
    assert [(VIEW, frozenset({UserId("u-asha")}))] == [(change.permission, change.users) for change in found.extents]
    assert (frozenset(), frozenset(common(before, after))) == found.objects(UserId("u-asha"), VIEW)


def test_the_name_of_a_role_is_no_difference() -> None:
    """P15: renaming a role changes nobody's rights."""
    asha = user("u-asha", roles=["lead"])
    lead = role("lead", grant(EDIT))
    found = diff(company(asha, lead), company(asha, attrs.evolve(lead, name="Head")))
    assert () == found.extents


def test_a_deny_alone_reaches_nobody_whatever_the_catalogues() -> None:
    """AC-1, AC-8: who holds nothing but a deny reaches nobody, also where only one catalogue has the permission."""
    deny = grant("user:*", Within.OWN_AGENTS, deny=True)
    before = company(user("u-asha", deny), user("u-bela"))
    smaller = attrs.evolve(before.blueprint.catalogue, sections=Table({"user": ("view",)}))
    after = attrs.evolve(
        company(user("u-asha", deny), user("u-bela", supervisor=UserId("u-asha"))),
        blueprint=attrs.evolve(before.blueprint, catalogue=smaller),
    )
    for one, other in ((before, after), (after, before)):
        assert ((), ()) == (diff(one, other).extents, diff(one, other).reaches)
