"""Updating a user: what stays, what is cleared, what can't be changed so (PV-8, PV-11, ID-5, ID-6, ID-11, LC-1)."""

from __future__ import annotations

from functools import partial
from typing import Any

import attrs
import pytest

from agentprov.errors import Code, InvalidValue, NotFound, Refused
from agentprov.model.access import Within
from agentprov.model.call_permissions import CallPermissions
from agentprov.model.changes import EventKind
from agentprov.model.contact import PhoneNumber
from agentprov.model.groups import Tombstone
from agentprov.model.identity import Login
from agentprov.model.ids import UserId
from agentprov.model.phones import PhoneType
from agentprov.model.properties import PropertyName
from agentprov.model.table import Table
from agentprov.model.tenant import Tenant
from agentprov.model.users import Same, Status, User
from agentprov.provisioning import create_user, required_missing, update_user
from tests.provisioning.samples import ADMIN, AT, PASSWORD, a_form, a_tenant, created, faults, the_user, with_role

RAVI = UserId("u-ravi")
LEAD = UserId("u-lead")


def ravis(plan: str = "smartflo", /, **fields: object) -> Tenant:
    """A tenant with the user of the smallest form."""
    return created(a_tenant(plan), a_form(plan, **fields))


def changed(tenant: Tenant, user: UserId, **fields: Any) -> Tenant:
    """The tenant with some fields of a user changed directly, as a stored one may be."""
    return attrs.evolve(tenant, users=tenant.users.put(user, attrs.evolve(tenant.users[user], **fields)))


def test_only_what_is_given_changes() -> None:
    """PV-9: a field that isn't in the form stays; the change says what becomes different."""
    tenant = ravis()
    change = update_user(tenant, RAVI, {"name": "Ravi R.", "designation": "Agent"}, by=ADMIN)
    before = tenant.users[RAVI]
    expected = attrs.evolve(before, name="Ravi R.", person=attrs.evolve(before.person, designation="Agent"))
    assert expected == change.apply(tenant).users[RAVI]
    assert (
        "user u-ravi: name Ravi Rao -> Ravi R.",
        "user u-ravi: person.designation nothing -> Agent",
    ) == change.describe()
    assert [EventKind.USER_UPDATED] == [event.kind for event in change.events]


@pytest.mark.parametrize("empty", [None, "", []])
def test_null_and_empty_clear_a_field(empty: object) -> None:
    """PV-10: what is there and empty is cleared; what isn't there is left alone."""
    tenant = ravis(alternate_numbers=["9812345670"])
    change = update_user(tenant, RAVI, {"alternate_numbers": empty}, by=ADMIN)
    assert () == the_user(change).alternate_numbers


@pytest.mark.parametrize(("field", "code"), [("name", Code.FIELD_REQUIRED), ("email", Code.EMAIL_REQUIRED)])
def test_a_required_field_cannot_be_cleared(field: str, code: Code) -> None:
    """PV-10: an empty value is an error on a required field."""
    assert [(field, code)] == faults(lambda: update_user(ravis(), RAVI, {field: None}, by=ADMIN))


def test_an_update_of_nothing_changes_nothing() -> None:
    """PV-9: a change without edits and events; the values that are given are the ones there were."""
    tenant = ravis()
    change = update_user(tenant, RAVI, {"name": "Ravi Rao", "login": "ravi", "role": "agent"}, by=ADMIN)
    assert ((), (), ()) == (change.edits, change.events, change.describe())


def test_what_no_form_speaks_of_is_kept() -> None:
    """PR-2, AC-3: property values and grants of the user's own survive an update."""
    tenant = with_role(ravis(), LEAD, ("user:edit", Within.TENANT))
    properties = Table({PropertyName("wrap_up.phone"): 60})
    tenant = changed(tenant, LEAD, properties=properties, name="Lead", phone=PhoneNumber("+919812345600"))
    complete = {"email": "lead@example.com", "role": "agent"}
    after = update_user(tenant, LEAD, complete, by=None).apply(tenant).users[LEAD]
    assert (properties, tenant.users[LEAD].grants) == (after.properties, after.grants)


@pytest.mark.parametrize("login", ["other", None, "Ravi"])
def test_a_login_is_fixed_once_saved(login: str | None) -> None:
    """ID-5, PV-8: neither another login nor another case, nor none."""
    assert [("login", Code.LOGIN_IMMUTABLE)] == faults(lambda: update_user(ravis(), RAVI, {"login": login}, by=ADMIN))


def test_the_login_does_not_follow_the_email() -> None:
    """ID-6 (q): "same as email" is a copy made at creation; a later change of the email doesn't move the login."""
    tenant = ravis(login=..., login_same_as_email=True)
    (id_,) = (user.id for user in tenant.users.values() if user.login == "ravi@example.com")
    after = the_user(update_user(tenant, id_, {"email": "new@example.com"}, by=ADMIN))
    assert ("ravi@example.com", "new@example.com") == (after.login, after.email)
    assert [("login_same_as_email", Code.LOGIN_IMMUTABLE)] == faults(
        lambda: update_user(tenant, id_, {"email": "new@example.com", "login_same_as_email": True}, by=ADMIN)
    )


@pytest.mark.parametrize("stored", ["g-sales", None])
def test_an_update_is_no_move(stored: str | None) -> None:
    """PV-11: another group, or a first one, is refused, and the refusal names the move; the same one is nothing new."""
    tenant = changed(ravis("puzzel"), RAVI, user_group=stored)
    with pytest.raises(Refused) as caught:
        update_user(tenant, RAVI, {"user_group": "g-support"}, by=ADMIN)
    (problem,) = caught.value.problems
    assert (Code.USER_MOVE_NOT_UPDATE, "user_group") == (problem.code, problem.where)
    assert "move" in problem.mend
    assert () == update_user(ravis("puzzel"), RAVI, {"user_group": "g-sales"}, by=ADMIN).edits


def test_guards_are_reported_with_the_forms_faults() -> None:
    """PV-2: one error with everything, and then it is about the form."""
    form = {"user_group": "g-support", "email": "nonsense", "login": "x"}
    with pytest.raises(InvalidValue) as caught:
        update_user(ravis("puzzel"), RAVI, form, by=ADMIN)
    assert {Code.USER_MOVE_NOT_UPDATE, Code.EMAIL_INVALID, Code.LOGIN_IMMUTABLE} == set(caught.value.codes)


def test_an_unknown_user_is_not_found() -> None:
    """There is nothing to update."""
    with pytest.raises(NotFound) as caught:
        update_user(ravis(), UserId("u-who"), {}, by=ADMIN)
    assert (Code.USER_UNKNOWN,) == caught.value.codes


# ---- requirements ----------------------------------------------------------------------------------------------------


def legacy(**fields: object) -> Tenant:
    """A tenant of Puzzel's with a user stored before anything was required."""
    tenant = a_tenant("puzzel")
    old = User(id=UserId("u-old"), login=Login("old"), **fields)  # type: ignore[arg-type]
    return attrs.evolve(tenant, users=tenant.users.put(old.id, old))


OLD = UserId("u-old")


def test_requirements_bind_updating_and_not_loading() -> None:
    """ID-11: a stored user who lacks something loads, `check` warns, and an update must make them whole."""
    tenant = legacy()
    warned = {(each.where, each.code) for each in required_missing(tenant) if "u-old" in each.path}
    expected = {
        ("users.u-old.user_group", Code.FIELD_REQUIRED),
        ("users.u-old.language", Code.LANGUAGE_REQUIRED),
        ("users.u-old.email", Code.CONTACT_REQUIRED),
    }
    assert expected == warned
    assert {code for _, code in expected} == {
        code for _, code in faults(lambda: update_user(tenant, OLD, {}, by=ADMIN))
    }


@pytest.mark.parametrize("form", [{"email": "old@example.com"}, {"mobile": "9812345678"}])
def test_users_add_their_own_contact(form: dict[str, object]) -> None:
    """ID-11: without any right over users, and whatever else they lack; but nothing else."""
    tenant = legacy()
    after = update_user(tenant, OLD, form, by=OLD).apply(tenant).users[OLD]
    assert (form.get("email"), "mobile" in form) == (after.email, after.mobile is not None)
    for more in ({**form, "name": "Boss"}, {}, {"email": None}):
        assert [("(whole)", Code.PERMISSION_NOT_GRANTED)] == faults(partial(update_user, tenant, OLD, more, by=OLD))


def test_users_do_not_change_the_contact_they_have() -> None:
    """ID-11: adding where there is none isn't changing, which would let a stolen session take the account over."""
    tenant = changed(legacy(), OLD, email="old@example.com")
    form = {"email": "thief@example.com"}
    assert [("(whole)", Code.PERMISSION_NOT_GRANTED)] == faults(lambda: update_user(tenant, OLD, form, by=OLD))


def test_users_own_contact_is_checked_like_any() -> None:
    """ID-10, PV-7: a bad or taken email is refused; somebody else can't add it for them."""
    tenant = legacy()
    assert [("email", Code.EMAIL_INVALID)] == faults(lambda: update_user(tenant, OLD, {"email": "x"}, by=OLD))
    taken = changed(tenant, LEAD, email="lead@example.com")
    form = {"email": "Lead@example.com"}
    assert [("email", Code.EMAIL_TAKEN)] == faults(lambda: update_user(taken, OLD, form, by=OLD))
    assert [("(whole)", Code.PERMISSION_NOT_GRANTED)] == faults(lambda: update_user(tenant, OLD, form, by=LEAD))


@pytest.mark.parametrize("status", [Status.DISABLED, Status.BLOCKED, Status.DEACTIVATED])
def test_who_is_not_active_adds_no_contact(status: Status) -> None:
    """AC-4: an account that may do nothing may not do this either."""
    tenant = legacy(status=status)
    form = {"email": "old@example.com"}
    assert [("(whole)", Code.USER_NOT_ACTIVE)] == faults(lambda: update_user(tenant, OLD, form, by=OLD))


# ---- roles and switches ----------------------------------------------------------------------------------------------


def test_a_change_of_role_must_satisfy_the_new_roles_fields_whole() -> None:
    """PV-8: an agent with alias and skills becomes a supervisor only without them, and with a department."""
    tenant = ravis("supervisor-workplace", alias="Rick", skills=["s-hindi"])
    expected = {
        ("supervisor", Code.FIELD_NOT_ALLOWED),
        ("alias", Code.FIELD_NOT_ALLOWED),
        ("skills", Code.FIELD_NOT_ALLOWED),
        ("home_department", Code.FIELD_REQUIRED),
    }
    assert expected == set(faults(lambda: update_user(tenant, RAVI, {"role": "supervisor"}, by=ADMIN)))
    form: dict[str, object] = {
        "role": "supervisor",
        "supervisor": None,
        "alias": None,
        "skills": [],
        "home_department": "d-care",
    }
    after = the_user(update_user(tenant, RAVI, form, by=ADMIN))
    assert (["supervisor"], "d-care", None) == (sorted(after.roles), after.home_department, after.supervisor)


def test_a_supervisor_who_becomes_an_agent_loses_department_and_switches() -> None:
    """PV-8: the department is linked again, without a word; the switches must be taken off."""
    tenant = a_tenant("supervisor-workplace")
    form: dict[str, object] = {
        **a_form("supervisor-workplace", role="supervisor", supervisor=...),
        "home_department": "d-care",
        "transfer_threads": True,
    }
    tenant = created(tenant, form)
    demoted = {"role": "agent", "supervisor": "u-lead"}
    assert [("transfer_threads", Code.FIELD_NOT_ALLOWED)] == faults(
        lambda: update_user(tenant, RAVI, demoted, by=ADMIN)
    )
    after = update_user(tenant, RAVI, {**demoted, "transfer_threads": False}, by=ADMIN).apply(tenant)
    user = after.users[RAVI]
    assert (None, "d-sales", ()) == (user.home_department, after.home_department(user), user.grants)


def test_a_switch_is_kept_as_it_was_given() -> None:
    """AC-11: who gave it and when isn't rewritten by a later update."""
    tenant = a_tenant("supervisor-workplace")
    form = {**a_form("supervisor-workplace", role="supervisor", supervisor=..., manage_sessions=True)}
    form["home_department"] = "d-care"
    tenant = create_user(tenant, form, by=ADMIN, at=AT).apply(tenant)
    after = the_user(update_user(tenant, RAVI, {"name": "R", "manage_sessions": True}, by=None))
    assert tenant.users[RAVI].grants == after.grants


def test_nobody_raises_themselves() -> None:
    """AC-5, P11: who may edit users may not give a role, or a switch, that holds more than they do."""
    tenant = with_role(ravis(), RAVI, ("user:edit", Within.TENANT))
    tenant = changed(tenant, RAVI, roles=tenant.users[RAVI].roles)
    assert [("roles", Code.ROLE_EXCEEDS_ACTOR)] == faults(lambda: update_user(tenant, RAVI, {"role": "admin"}, by=RAVI))


def test_a_wider_scope_by_another_department_is_a_gain() -> None:
    """AC-5: a change that makes a relative scope wider needs an actor who holds the gain."""
    tenant = ravis(role="supervisor", home_department="d-care")
    tenant = with_role(tenant, LEAD, ("user:edit", Within.TENANT), ("user:view", Within.TENANT))
    form = {"home_department": "d-sales"}
    found = faults(lambda: update_user(tenant, RAVI, form, by=LEAD))
    assert [("roles", Code.ROLE_EXCEEDS_ACTOR)] == found
    assert "d-sales" == the_user(update_user(tenant, RAVI, form, by=ADMIN)).home_department


def test_the_last_admin_stays_one() -> None:
    """AC-5 (q): neither demoted nor disabled, blocked or made something else; with a second one, yes."""
    tenant = changed(ravis(), ADMIN, grants=(), name="Boss", phone="+919812345600", email="boss@example.com")
    for form in ({"role": "agent"}, {"status": "disabled"}, {"status": "blocked"}):
        assert [("(whole)", Code.ADMIN_LAST)] == faults(partial(update_user, tenant, ADMIN, form, by=ADMIN))
    second = update_user(tenant, RAVI, {"role": "admin"}, by=ADMIN).apply(tenant)
    assert {"agent"} == the_user(update_user(second, ADMIN, {"role": "agent"}, by=ADMIN)).roles


# ---- status ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stored", "wanted", "allowed"),
    [
        (Status.ACTIVE, "blocked", True),
        (Status.ACTIVE, "disabled", True),
        (Status.DISABLED, "active", True),
        (Status.DEACTIVATED, "active", True),
        (Status.BLOCKED, "active", False),
        (Status.BLOCKED, "disabled", False),
        (Status.BLOCKED, "blocked", True),
    ],
)
def test_only_an_admin_unblocks(stored: Status, wanted: str, allowed: bool) -> None:
    """LC-1: who may edit a user blocks and enables them; the way back from blocked is an admin's."""
    tenant = changed(with_role(ravis(), LEAD, ("user:edit", Within.TENANT)), RAVI, status=stored)
    if allowed:
        assert wanted == update_user(tenant, RAVI, {"status": wanted}, by=LEAD).apply(tenant).users[RAVI].status
    else:
        found = faults(lambda: update_user(tenant, RAVI, {"status": wanted}, by=LEAD))
        assert [("status", Code.USER_UNBLOCK_NEEDS_ADMIN)] == found
    assert wanted == update_user(tenant, RAVI, {"status": wanted}, by=ADMIN).apply(tenant).users[RAVI].status


def test_a_status_keeps_roles_and_grants() -> None:
    """LC-1 (q): deactivated and back, a user is equal to before; nothing is lost on the way."""
    tenant = changed(ravis(role="supervisor"), RAVI, properties=Table({PropertyName("max_contacts"): 3}))
    gone = update_user(tenant, RAVI, {"status": "deactivated"}, by=ADMIN).apply(tenant)
    back = update_user(gone, RAVI, {"status": "active"}, by=ADMIN).apply(gone)
    assert tenant.users[RAVI] == back.users[RAVI]


# ---- parts and links -------------------------------------------------------------------------------------------------


def test_a_form_leaves_call_permissions_alone() -> None:
    """OB-7: no form speaks of call permissions, so an update of something else doesn't lift them."""
    barred = CallPermissions(barred_types=[PhoneType.PREMIUM_RATE])
    tenant = ravis(extension="101")
    calling = attrs.evolve(tenant.users[RAVI].calling, call_permissions=barred)
    tenant = changed(tenant, RAVI, calling=calling)

    after = the_user(update_user(tenant, RAVI, {"name": "Ravi K", "extension": "102"}, by=ADMIN))

    assert barred == after.calling.call_permissions


def test_what_belongs_to_an_extension_goes_with_it() -> None:
    """PV-6: clearing the extension clears its options; clearing the time group, its failover."""
    tenant = ravis(
        extension="101",
        caller_ids=["c-1"],
        area_caller_ids={"22": "c-1"},
        route_through="mobile",
        time_group="tg-1",
        time_group_failover="hang-up",
    )
    after = the_user(update_user(tenant, RAVI, {"extension": None, "time_group": None}, by=ADMIN))
    assert (None, None) == (after.calling.extension, after.calling.hours)


def test_the_forward_follows_the_phone_number() -> None:
    """ID-13: "same as user number" is a link: another phone number moves it; a number of its own ends it."""
    tenant = ravis(forward_same_as_phone=True)
    moved = the_user(update_user(tenant, RAVI, {"phone": "9812345699"}, by=ADMIN))
    assert "+919812345699" == moved.forward_number
    ended = the_user(update_user(tenant, RAVI, {"forward_number": "9812345600"}, by=ADMIN))
    assert "+919812345600" == ended.calling.forward
    again = ravis(forward_number="9812345600")
    assert Same.PHONE is the_user(update_user(again, RAVI, {"forward_same_as_phone": True}, by=ADMIN)).calling.forward


def test_what_two_factor_and_the_dialler_need_cannot_be_taken_away() -> None:
    """PV-6: the rules hold for the user as it will be, whichever of the fields is in the form."""
    tenant = ravis(
        two_factor=True, phone="8069651171", mobile="9812345600", login_based_calling=True, dialler_panel=True
    )
    assert [("two_factor", Code.TWO_FACTOR_NEEDS_MOBILE)] == faults(
        lambda: update_user(tenant, RAVI, {"mobile": None}, by=ADMIN)
    )
    assert [("dialler_panel", Code.DIALLER_PANEL_NEEDS_LOGIN_BASED)] == faults(
        lambda: update_user(tenant, RAVI, {"login_based_calling": False}, by=ADMIN)
    )


def test_a_new_password_comes_with_an_update() -> None:
    """CR-7: the user is the same, the password is apart, and the host is told."""
    tenant = ravis()
    change = update_user(tenant, RAVI, {"password": PASSWORD}, by=ADMIN)
    assert ((), [EventKind.PASSWORD_SET]) == (change.edits, [event.kind for event in change.events])
    assert PASSWORD == change.secrets["password"].reveal()


def test_a_method_with_a_password_needs_one() -> None:
    """PV-5: who changes to the method password must give one."""
    tenant = ravis("smartertrack", authentication_method="external", password=...)
    form = {"authentication_method": "password"}
    assert [("password", Code.PASSWORD_REQUIRED)] == faults(lambda: update_user(tenant, RAVI, form, by=ADMIN))
    assert "password" in update_user(tenant, RAVI, {**form, "password": PASSWORD}, by=ADMIN).secrets


def test_two_supervisors_cannot_lead_each_other() -> None:
    """ID-3: a circle of supervisors is refused at the field that closes it; so is being one's own."""
    tenant = a_tenant("supervisor-workplace")
    tenant = attrs.evolve(tenant, blueprint=attrs.evolve(tenant.blueprint, supervisors=()))
    tenant = created(tenant, a_form("supervisor-workplace"))
    tenant = created(tenant, a_form("supervisor-workplace", login="mina", supervisor="u-ravi"))
    for supervisor, code in (("u-mina", Code.REFERENCE_CYCLE), ("u-ravi", Code.SUPERVISOR_SELF)):
        found = faults(partial(update_user, tenant, RAVI, {"supervisor": supervisor}, by=ADMIN))
        assert [("supervisor", code)] == found


def test_a_tombstone_does_not_hinder_its_own_id() -> None:
    """ID-5: a login of a deleted user is taken for an update too, where it could be changed at all."""
    stone = Tombstone(id=UserId("u-gone"), login=Login("gone"), deleted_at=AT)
    tenant = attrs.evolve(ravis(), tombstones={stone.id: stone})
    assert "R" == the_user(update_user(tenant, RAVI, {"name": "R"}, by=ADMIN)).name


@pytest.mark.parametrize("plan", ["smartflo", "smartq"])
@pytest.mark.parametrize("nothing", [None, ""])
def test_clearing_the_status_enables_nobody(plan: str, nothing: str | None) -> None:
    """LC-1: no status would read as active; whoever enables an account says so."""
    tenant = changed(ravis(plan), RAVI, status=Status.DISABLED)
    found = faults(partial(update_user, tenant, RAVI, {"status": nothing}, by=ADMIN))
    assert [("status", Code.FIELD_REQUIRED)] == found
    assert Status.ACTIVE is the_user(update_user(tenant, RAVI, {"status": "active"}, by=ADMIN)).status
