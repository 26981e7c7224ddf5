"""What a form or a move may give and take: the guards for everybody, not only for the user it is about (AC-5, P11)."""

from __future__ import annotations

import attrs
import pytest

from agentprov.engine.access import Access
from agentprov.engine.admins import ACCESS_GRANT
from agentprov.engine.permits import permit
from agentprov.errors import Code, Refused
from agentprov.model.access import EVERYONE, WHOLE_TENANT, Chosen, ChosenKind, Effect, Grant, Permission, Role, Within
from agentprov.model.groups import UserGroup
from agentprov.model.identity import Login
from agentprov.model.ids import DepartmentId, RoleId, SeparationId, UserGroupId, UserId
from agentprov.model.references import Kind
from agentprov.model.separations import Separation
from agentprov.model.tenant import Tenant
from agentprov.model.users import Status, User
from agentprov.provisioning import create_user, move_user, update_user
from agentprov.provisioning.guards import MOST_NAMED, check_handed_on, check_rights
from tests.provisioning.samples import ADMIN, LOGGED_OFF, a_form, a_role, a_tenant, created, faults, the_user, with_role

LEAD = UserId("u-lead")
RAVI = UserId("u-ravi")
MINA = UserId("u-mina")
EXCEEDS = [("roles", Code.ROLE_EXCEEDS_ACTOR)]
TAKES = [("roles", Code.REVOKE_EXCEEDS_ACTOR)]


def an_office(*rights: tuple[str, Within], **lead: object) -> Tenant:
    """Ravi in care, the lead in sales with these rights and no others."""
    tenant = with_role(created(a_tenant(), a_form(home_department="d-care")), LEAD, *rights)
    return changed(tenant, LEAD, **lead)


def changed(tenant: Tenant, user: UserId, **fields: object) -> Tenant:
    """The tenant with a user changed by hand."""
    return attrs.evolve(tenant, users=tenant.users.put(user, attrs.evolve(tenant.users[user], **fields)))  # type: ignore[arg-type]


def with_user(tenant: Tenant, login: str, /, **fields: object) -> Tenant:
    """The tenant with one user more."""
    user = User(id=UserId(f"u-{login}"), login=Login(login), **fields)  # type: ignore[arg-type]
    return attrs.evolve(tenant, users=tenant.users.put(user.id, user))


def a_grant(permission: str, *scope: Within | Chosen, effect: Effect = Effect.ALLOW) -> Grant:
    """A grant in few words; without terms for the whole tenant."""
    return Grant(permission=Permission(permission), scope=scope or WHOLE_TENANT, effect=effect)


# ---- others gain -----------------------------------------------------------------------------------------------------


def test_nobody_takes_others_into_their_own_department() -> None:
    """P11, AC-5: Ravi would be one of those whom the actor views; before, the actor could not view him."""
    tenant = an_office(("user:edit", Within.TENANT), ("user:view", Within.HOME_DEPARTMENT))
    form = {"home_department": "d-sales"}
    with pytest.raises(Refused) as caught:
        update_user(tenant, RAVI, form, by=LEAD)
    (problem,) = caught.value.problems
    assert (Code.ROLE_EXCEEDS_ACTOR, ("user:view",), ("u-lead",)) == (
        problem.code,
        problem.parameters["permissions"],
        problem.parameters["users"],
    )
    assert 1 == len(update_user(tenant, RAVI, form, by=ADMIN).edits)


def test_nobody_links_others_into_their_own_department() -> None:
    """PV-8, AC-5: a blueprint that takes departments from supervisors moves people, too, though nobody is edited."""
    tenant = changed(an_office(("user:view", Within.HOME_DEPARTMENT)), RAVI, supervisor=LEAD)
    linked = attrs.evolve(tenant.blueprint, department_from_supervisor=[RoleId("agent")])
    after = attrs.evolve(tenant, blueprint=linked)
    assert [False, True] == [Access(each).allows(LEAD, "user:view", on=RAVI) for each in (tenant, after)]
    assert [("(whole)", Code.ROLE_EXCEEDS_ACTOR)] == faults(lambda: check_rights(tenant, after, LEAD))
    check_rights(tenant, after, ADMIN)


def test_nobody_takes_others_under_their_own_supervision() -> None:
    """P11, AC-5: the agent of another supervisor stays theirs, for all that this one may edit everybody."""
    tenant = created(a_tenant("supervisor-workplace"), a_form("supervisor-workplace"))
    grants = [a_grant("user:edit"), a_grant("thread:view", Within.OWN_AGENTS)]
    tenant = with_user(tenant, "other", roles=[RoleId("supervisor")], grants=grants)
    assert EXCEEDS == faults(lambda: update_user(tenant, RAVI, {"supervisor": "u-other"}, by="u-other"))
    assert 1 == len(update_user(tenant, RAVI, {"supervisor": "u-other"}, by=ADMIN).edits)


def test_colleagues_gain_as_well() -> None:
    """AC-5: the lead edits everybody and views nobody; Mina, who views her own department, would come to see Ravi."""
    tenant = with_user(
        an_office(("user:edit", Within.TENANT)),
        "mina",
        home_department=DepartmentId("d-sales"),
        grants=[a_grant("user:view", Within.HOME_DEPARTMENT)],
    )
    with pytest.raises(Refused) as caught:
        update_user(tenant, RAVI, {"home_department": "d-sales"}, by=LEAD)
    assert ("u-mina",) == caught.value.problems[0].parameters["users"]


def test_who_views_them_already_may_take_them_in() -> None:
    """AC-5: nothing is gained that the actor doesn't hold."""
    tenant = an_office(("user:edit", Within.TENANT), ("user:view", Within.TENANT))
    tenant = with_user(
        tenant, "mina", home_department=DepartmentId("d-sales"), grants=[a_grant("user:view", Within.HOME_DEPARTMENT)]
    )
    assert "d-sales" == the_user(update_user(tenant, RAVI, {"home_department": "d-sales"}, by=LEAD)).home_department


@pytest.mark.parametrize(
    ("scope", "form"),
    [
        (Chosen(kind=ChosenKind.AGENT_GROUP, id="ag-1"), {"agent_groups": ["ag-1"]}),
        (Chosen(kind=ChosenKind.DEPARTMENT, id="d-sales"), {"home_department": "d-sales"}),
    ],
)
def test_a_chosen_group_that_takes_somebody_in_is_a_gain(scope: Chosen, form: dict[str, object]) -> None:
    """AC-5: of those who hold a right over the group."""
    tenant = with_user(an_office(("user:edit", Within.TENANT)), "mina", grants=[a_grant("user:view", scope)])
    assert EXCEEDS == faults(lambda: update_user(tenant, RAVI, form, by=LEAD))


def test_own_numbers_are_a_gain() -> None:
    """AC-5, VI-1: who edits their own numbers comes to edit one that is assigned to them."""
    tenant = an_office(
        *((f"{each}:view", Within.TENANT) for each in ("record", "live_call")), ("user:edit", Within.TENANT)
    )
    tenant = changed(tenant, RAVI, grants=[a_grant("number:edit", Within.OWN_NUMBERS)])
    assert EXCEEDS == faults(lambda: update_user(tenant, RAVI, {"visible_numbers": ["n-1"]}, by=LEAD))
    assert 1 == len(update_user(tenant, RAVI, {"visible_numbers": ["n-1"]}, by=ADMIN).edits)


def test_agents_move_with_their_supervisor() -> None:
    """PV-8: where an agent's department is a live link, moving the supervisor moves the agents into others' reach."""
    tenant = created(a_tenant("supervisor-workplace"), a_form("supervisor-workplace"))
    tenant = with_user(tenant, "editor", roles=[RoleId("supervisor")], grants=[a_grant("user:edit")])
    tenant = with_user(
        tenant,
        "seer",
        roles=[RoleId("supervisor")],
        home_department=DepartmentId("d-care"),
        grants=[a_grant("user:view", Within.HOME_DEPARTMENT)],
    )
    tenant = changed(tenant, LEAD, name="Lea", email="lea@example.com", grants=[])
    form = {"home_department": "d-care"}
    with pytest.raises(Refused) as caught:
        update_user(tenant, "u-lead", form, by="u-editor")
    assert ("u-seer",) == caught.value.problems[0].parameters["users"]
    viewing = changed(tenant, UserId("u-editor"), grants=[a_grant("user:edit"), a_grant("user:view", _one(LEAD))])
    assert EXCEEDS == faults(lambda: update_user(viewing, "u-lead", form, by="u-editor"))  # the agent is seen as well
    both = [a_grant("user:edit"), a_grant("user:view", _one(LEAD), _one(RAVI))]
    assert 1 == len(update_user(changed(tenant, UserId("u-editor"), grants=both), "u-lead", form, by="u-editor").edits)


def _one(user: UserId) -> Chosen:
    return Chosen(kind=ChosenKind.USER, id=user)


def test_a_move_into_a_group_that_others_view_is_a_gain() -> None:
    """AC-5, PR-7: the user gains nothing, but those of the group come to see them."""
    tenant = created(a_tenant("puzzel"), a_form("puzzel"))
    tenant = with_user(
        tenant, "mina", user_group=UserGroupId("g-support"), grants=[a_grant("user:view", Within.OWN_USER_GROUP)]
    )
    mover = with_role(tenant, LEAD, ("user:edit", Within.TENANT))
    assert [("to", Code.ROLE_EXCEEDS_ACTOR)] == faults(
        lambda: move_user(mover, RAVI, to="g-support", by=LEAD, live=LOGGED_OFF)
    )
    assert 1 == len(move_user(mover, RAVI, to="g-support", by=ADMIN, live=LOGGED_OFF).edits)


def test_nesting_a_group_is_a_gain_of_those_around_it() -> None:
    """AC-5, AC-3: a user group holds what is nested in it; a host that nests groups asks the same guard."""
    tenant = created(a_tenant("puzzel"), a_form("puzzel"))
    tenant = with_user(
        tenant, "mina", user_group=UserGroupId("g-support"), grants=[a_grant("user:view", Within.OWN_USER_GROUP)]
    )
    tenant = with_role(tenant, LEAD, ("user_group:edit", Within.TENANT))
    nested = UserGroup(id=UserGroupId("g-sales"), name="Sales", parent=UserGroupId("g-support"))
    after = attrs.evolve(tenant, user_groups=tenant.user_groups.put(nested.id, nested))
    with pytest.raises(Refused) as caught:
        check_handed_on(tenant, after, LEAD, "parent")
    assert [("parent", Code.ROLE_EXCEEDS_ACTOR)] == [(each.where, each.code) for each in caught.value.problems]
    check_handed_on(tenant, after, ADMIN)


def test_a_new_user_is_nobodys_gain_but_their_own() -> None:
    """AC-5: whoever's scope comes to hold a new user doesn't gain; what the new user gets, does."""
    tenant = an_office(("user:add", Within.TENANT), ("user:view", Within.HOME_DEPARTMENT))
    tenant = with_user(tenant, "seer", grants=[a_grant("user:delete")])
    form = a_form(login="mina", email="mina@example.com", home_department="d-sales")
    assert 2 == len(create_user(tenant, form, by=LEAD).edits)
    everyone = Role(
        id=RoleId("everyone"), name="All", grants=[a_grant("report:view"), a_grant("user:delete", Within.SELF)]
    )
    tenant = attrs.evolve(tenant, roles=tenant.roles.put(everyone.id, everyone))
    assert 2 == len(create_user(tenant, form, by=LEAD).edits)
    clerk = a_role("agent", ("user:delete", Within.SELF), ("user:edit", Within.SELF))
    tenant = attrs.evolve(tenant, roles=tenant.roles.put(clerk.id, clerk))
    with pytest.raises(Refused) as caught:
        create_user(tenant, form, by=LEAD)
    assert (("user:edit",), ("u-mina",)) == tuple(
        caught.value.problems[0].parameters[n] for n in ("permissions", "users")
    )


def test_a_new_users_place_gives_only_what_the_actor_holds() -> None:
    """AC-5, P10: in two steps a newcomer isn't put where everybody views each other, so they aren't in one step."""
    tenant = an_office(("user:add", Within.TENANT), ("user:edit", Within.TENANT))
    everyone = Role(id=EVERYONE, name="Everyone", grants=[a_grant("user:view", Within.HOME_DEPARTMENT)])
    tenant = attrs.evolve(tenant, roles=tenant.roles.put(EVERYONE, everyone))
    form = a_form(login="pup", email="pup@example.com")
    with pytest.raises(Refused) as caught:
        create_user(tenant, {**form, "home_department": "d-care"}, by=LEAD)
    assert (Code.ROLE_EXCEEDS_ACTOR,) == caught.value.codes
    assert ("user:view",) == caught.value.problems[0].parameters["permissions"]
    nowhere = create_user(tenant, form, by=LEAD).apply(tenant)
    with pytest.raises(Refused):
        update_user(nowhere, "u-pup", {"home_department": "d-care"}, by=LEAD)
    assert create_user(tenant, {**form, "home_department": "d-sales"}, by=LEAD).edits  # the lead's own department
    assert create_user(tenant, {**form, "home_department": "d-care"}, by=ADMIN).edits


def test_a_refusal_names_twenty_who_would_gain() -> None:
    """AC-5: of many the first by id, and how many more there are."""
    tenant = an_office(("user:edit", Within.TENANT))
    for number in range(MOST_NAMED + 3):
        tenant = with_user(
            tenant,
            f"seer{number:02}",
            home_department=DepartmentId("d-sales"),
            grants=[a_grant("user:view", Within.HOME_DEPARTMENT)],
        )
    with pytest.raises(Refused) as caught:
        update_user(tenant, RAVI, {"home_department": "d-sales"}, by=LEAD)
    users = caught.value.problems[0].parameters["users"]
    assert isinstance(users, tuple)
    assert ("u-seer00", MOST_NAMED + 1, "3 more") == (users[0], len(users), users[-1])


def test_a_role_of_many_is_looked_at_for_each() -> None:
    """AC-5: what a role comes to reach depends on who has it."""
    tenant = an_office(("access:grant", Within.TENANT), ("user:view", Within.HOME_DEPARTMENT))
    for name, department in (("mina", "d-sales"), ("omar", "d-care")):
        tenant = with_user(tenant, name, roles=[RoleId("agent")], home_department=DepartmentId(department))
    viewing = a_role("agent", ("user:view", Within.HOME_DEPARTMENT))
    after = attrs.evolve(tenant, roles=tenant.roles.put(viewing.id, viewing))
    permit(tenant, LEAD, ACCESS_GRANT)
    with pytest.raises(Refused) as caught:
        check_rights(tenant, after, LEAD)
    assert ("u-omar", "u-ravi") == caught.value.problems[0].parameters["users"]
    chosen = Role(id=RoleId("agent"), name="Agent", grants=[a_grant("user:view", _one(LEAD))])
    check_rights(tenant, attrs.evolve(tenant, roles=tenant.roles.put(chosen.id, chosen)), LEAD)
    other = Role(id=RoleId("agent"), name="Agent", grants=[a_grant("user:view", _one(RAVI))])
    with pytest.raises(Refused) as caught:
        check_rights(tenant, attrs.evolve(tenant, roles=tenant.roles.put(other.id, other)), LEAD)
    assert ("u-mina", "u-omar", "u-ravi") == caught.value.problems[0].parameters["users"]


def test_every_object_is_not_the_whole_tenant() -> None:
    """AC-5, AC-2: who views each user, department and number by name can't hand on viewing the tenant."""
    tenant = an_office(("access:grant", Within.TENANT))
    kinds = (
        (ChosenKind.USER, Kind.USERS),
        (ChosenKind.DEPARTMENT, Kind.DEPARTMENTS),
        (ChosenKind.NUMBER, Kind.NUMBERS),
    )
    each = frozenset(Chosen(kind=chosen, id=id_) for chosen, kind in kinds for id_ in tenant.table(kind))
    tenant = changed(tenant, LEAD, grants=[a_grant("access:grant"), a_grant("user:view", *each)])
    assert all(Access(tenant).allows(LEAD, "user:view", on=id_) for id_ in tenant.users)
    whole = changed(tenant, RAVI, grants=[a_grant("user:view")])
    assert [("(whole)", Code.ROLE_EXCEEDS_ACTOR)] == faults(lambda: check_rights(tenant, whole, LEAD))
    all_of_them = changed(tenant, RAVI, grants=[a_grant("user:view", *each)])
    check_rights(tenant, all_of_them, LEAD)


# ---- giving and taking -----------------------------------------------------------------------------------------------


def test_a_supervisor_demotes_no_admin() -> None:
    """AC-5: taking a role from somebody needs the right to grant over them, or all that is taken."""
    tenant = an_office(("user:edit", Within.TENANT))
    tenant = with_user(
        tenant, "second", name="Second", phone="+919812345600", email="s@example.com", roles=[RoleId("admin")]
    )
    with pytest.raises(Refused) as caught:
        update_user(tenant, "u-second", {"role": "agent"}, by=LEAD)
    (problem,) = caught.value.problems
    assert (Code.REVOKE_EXCEEDS_ACTOR, "roles", ("u-second",)) == (
        problem.code,
        problem.where,
        problem.parameters["users"],
    )
    assert "access:grant" in str(problem.parameters["permissions"])
    assert {"agent"} == the_user(update_user(tenant, "u-second", {"role": "agent"}, by=ADMIN)).roles


@pytest.mark.parametrize(
    ("rights", "allowed"),
    [
        ([("user:edit", Within.TENANT)], False),
        ([("user:edit", Within.TENANT), ("access:grant", Within.TENANT)], True),
        ([("user:edit", Within.TENANT), ("access:grant", Within.HOME_DEPARTMENT)], False),
        ([("user:edit", Within.TENANT), ("report:view", Within.HOME_DEPARTMENT)], False),
        ([("user:edit", Within.TENANT), ("report:view", Within.TENANT)], True),
    ],
)
def test_what_a_form_takes_is_held_or_may_be_revoked(rights: list[tuple[str, Within]], allowed: bool) -> None:
    """AC-5: the right to grant over this user, or what goes, over all that it reached."""
    tenant = an_office(*rights)
    tenant = attrs.evolve(
        tenant, roles=tenant.roles.put(RoleId("agent"), a_role("agent", ("report:view", Within.HOME_DEPARTMENT)))
    )
    tenant = attrs.evolve(tenant, roles=tenant.roles.put(RoleId("supervisor"), a_role("supervisor")))
    if allowed:
        assert {"supervisor"} == the_user(update_user(tenant, RAVI, {"role": "supervisor"}, by=LEAD)).roles
    else:
        assert TAKES == faults(lambda: update_user(tenant, RAVI, {"role": "supervisor"}, by=LEAD))


def test_a_switch_is_taken_as_it_is_given() -> None:
    """PV-8: who manages accounts, and not sessions, neither switches sessions on for others nor off."""
    tenant = a_tenant("supervisor-workplace")
    form = {**a_form("supervisor-workplace", role="supervisor", supervisor=..., home_department="d-care")}
    tenant = create_user(tenant, {**form, "manage_sessions": True}, by=None).apply(tenant)
    tenant = changed(tenant, LEAD, grants=[a_grant("user:*")])
    assert TAKES == faults(lambda: update_user(tenant, RAVI, {"manage_sessions": False}, by=LEAD))
    assert EXCEEDS == faults(lambda: update_user(tenant, RAVI, {"transfer_threads": True}, by=LEAD))
    managing = update_user(tenant, RAVI, {"manage_accounts": True}, by=LEAD).apply(tenant)
    back = update_user(managing, RAVI, {"manage_accounts": False}, by=LEAD).apply(managing)
    assert tenant.users[RAVI] == back.users[RAVI]


def test_taking_from_oneself_is_free() -> None:
    """AC-5: everybody holds all that is taken from them."""
    tenant = with_user(
        an_office(), "second", name="Second", phone="+919812345600", email="s@example.com", roles=[RoleId("admin")]
    )
    assert {"agent"} == the_user(update_user(tenant, "u-second", {"role": "agent"}, by="u-second")).roles


def test_a_status_takes_from_anybody() -> None:
    """AC-5, LC-1: who edits an admin may disable them, if there is another; enabling gives exactly that back."""
    tenant = an_office(("user:edit", Within.TENANT))
    tenant = with_user(
        tenant, "second", name="Second", phone="+919812345600", email="s@example.com", roles=[RoleId("admin")]
    )
    gone = update_user(tenant, "u-second", {"status": "disabled"}, by=LEAD).apply(tenant)
    assert {} == dict(Access(gone).what("u-second"))
    back = update_user(gone, "u-second", {"status": "active"}, by=LEAD).apply(gone)
    assert Access(tenant).what("u-second") == Access(back).what("u-second")


def test_what_is_given_to_the_disabled_is_handed_on() -> None:
    """AC-5, LC-1: first a role, then the status: the role is what counts."""
    tenant = changed(an_office(("user:edit", Within.TENANT)), RAVI, status=Status.DISABLED)
    assert EXCEEDS == faults(lambda: update_user(tenant, RAVI, {"role": "admin"}, by=LEAD))


def test_forms_keep_duties_apart() -> None:
    """AC-6: what a static separation forbids is refused to everybody, the host among them."""
    tenant = a_tenant("puzzel")
    roles = [RoleId("admin"), RoleId("agent")]
    apart = Separation(id=SeparationId("s-1"), name="Apart", roles=roles)
    tenant = attrs.evolve(tenant, separations={apart.id: apart})
    for by in (ADMIN, None):
        assert [("roles", Code.SEPARATION_VIOLATED)] == faults(
            lambda by=by: create_user(tenant, a_form("puzzel", roles=roles), by=by)  # type: ignore[misc]
        )
    tenant = created(tenant, a_form("puzzel", roles=["agent"]))
    assert [("roles", Code.SEPARATION_VIOLATED)] == faults(
        lambda: update_user(tenant, RAVI, {"roles": ["admin", "agent"]}, by=None)
    )
    assert {"admin"} == the_user(update_user(tenant, RAVI, {"roles": ["admin"]}, by=None)).roles


def test_own_records_can_be_given_before_there_is_anybody() -> None:
    """AC-3: `self` solves the knot of creating a user who may see their own records, and nobody else's."""
    self_service = a_role("agent", ("record:view", Within.SELF))
    tenant = a_tenant()
    tenant = attrs.evolve(tenant, roles=tenant.roles.put(self_service.id, self_service))
    after = create_user(tenant, a_form(visible_own=True), by=ADMIN).apply(tenant)
    access = Access(after)
    assert (True, False) == (access.allows(RAVI, "record:view", on=RAVI), access.allows(RAVI, "record:view", on=LEAD))
    assert after.users[RAVI].visibility.own
