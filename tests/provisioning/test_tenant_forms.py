"""The form of one tenant for one actor, as data that a page draws (PV-1)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import attrs
import pytest

from agentprov.codec import blueprint_names
from agentprov.errors import NotFound, Refused
from agentprov.model.access import Within
from agentprov.model.blueprint import Ask
from agentprov.model.contact import PhoneNumber
from agentprov.model.destinations import HangUp, ToExternal
from agentprov.model.ids import ProfileId, RoleId, TimeGroupId, UserId
from agentprov.model.properties import PropertyName
from agentprov.model.tenant import Tenant
from agentprov.model.users import AgentHours, Status
from agentprov.provisioning import FieldView, FormView, labels_of, tenant_form, update_user
from agentprov.provisioning.fields import Choice
from agentprov.provisioning.pages import AskView, Condition, Lock, StepView
from tests.provisioning.samples import ADMIN, PASSWORD, SUPERVISOR_FORM, a_form, a_tenant, created, with_role

LEAD = UserId("u-lead")


def fields(view: FormView) -> dict[str, FieldView]:
    """The fields of a form by name."""
    return {field.name: field for step in view.steps for field in step.fields}


def stored(tenant: Tenant, user: str, **changes: Any) -> Tenant:
    """The tenant with one user changed."""
    known = UserId(user)
    return attrs.evolve(tenant, users=tenant.users.put(known, attrs.evolve(tenant.users[known], **changes)))


def test_the_objects_of_the_tenant_are_there_to_choose_from_by_name() -> None:
    """PV-1: with their labels; of numbers and caller IDs the number."""
    drawn = fields(tenant_form(a_tenant(), by=ADMIN))
    chosen = {
        name: [(each.value, each.label) for each in drawn[name].choices]
        for name in ("time_group", "caller_ids", "visible_numbers", "visible_users", "extension_addresses")
    }
    assert {
        "time_group": [("tg-1", "Day")],
        "caller_ids": [("c-1", "+918069651180"), ("c-2", "+918069651181")],
        "visible_numbers": [("n-1", "+918069651170")],
        "visible_users": [("u-boss", "boss"), ("u-lead", "lead")],
        "extension_addresses": [("a-office", "Office")],
    } == chosen


def test_group_profiles_are_those_of_the_users_group() -> None:
    """PV-7: ticked per user; of the group entered, else the stored one; none without a group."""
    tenant = a_tenant("puzzel")
    assert () == fields(tenant_form(tenant, by=ADMIN))["unticked_profiles"].choices
    for group, expected in (("g-sales", ["p-sales"]), ("g-support", []), ("g-none", [])):
        drawn = fields(tenant_form(tenant, by=ADMIN, entered={"user_group": group}))
        assert expected == [each.value for each in drawn["unticked_profiles"].choices]


def test_too_many_objects_are_counted_and_not_listed() -> None:
    """PV-1: a page then asks for a part of the name."""
    drawn = fields(tenant_form(a_tenant(), by=ADMIN, most_choices=1))["caller_ids"]
    assert (["c-1"], 1) == ([each.value for each in drawn.choices], drawn.more_choices)


def test_a_stored_user_is_shown_as_stored_and_what_was_entered_as_entered() -> None:
    """PV-1, PV-3: right or wrong; a password never, typed or not."""
    tenant = created(a_tenant(), a_form(extension="101", allowed_addresses=["a-office"]))
    drawn = fields(
        tenant_form(tenant, by=ADMIN, user="u-ravi", entered={"phone": "12", "password": PASSWORD, "name": b"x"})
    )
    expected = {"email": "ravi@example.com", "phone": "12", "extension": "101", "allowed_addresses": ["a-office"]}
    assert {**expected, "password": None, "name": None} == {
        name: drawn[name].value for name in (*expected, "password", "name")
    }
    assert (None, True) == (fields(tenant_form(tenant, by=ADMIN))["email"].value, drawn["calling"].value)


def test_a_stored_users_password_is_asked_for_only_with_a_new_method() -> None:
    """PV-5: who has one keeps it."""
    tenant = created(a_tenant("smartertrack"), a_form("smartertrack"))
    assert Ask.OPTIONAL is fields(tenant_form(tenant, by=ADMIN, user="u-ravi"))["password"].ask
    windows = a_form("smartertrack", authentication_method="windows", password=...)
    tenant = created(a_tenant("smartertrack"), windows)
    drawn = fields(tenant_form(tenant, by=ADMIN, user="u-ravi", entered={"authentication_method": "password"}))
    assert Ask.REQUIRED is drawn["password"].ask


def test_what_is_asked_follows_the_roles_as_data() -> None:
    """PV-1, PV-8: a page sees for each field under which role it is required, optional or forbidden."""
    tenant = a_tenant("supervisor-workplace")
    drawn = fields(tenant_form(tenant, by=ADMIN, entered={"roles": ["agent"]}))
    agent, supervisor = (Condition(field="roles", any_of=(role,)) for role in ("agent", "supervisor"))
    assert [((agent,), Ask.DERIVED), ((supervisor,), Ask.REQUIRED)] == [
        (each.when, each.ask) for each in drawn["home_department"].asks
    ]
    assert (Lock.DERIVED, Ask.FORBIDDEN) == (drawn["home_department"].lock, drawn["manage_accounts"].ask)
    method = fields(tenant_form(a_tenant("smartertrack"), by=ADMIN))["password"].asks[0].when
    assert (Condition(field="authentication_method", any_of=("password",)),) == method
    assert Ask.FORBIDDEN is fields(tenant_form(tenant, by=ADMIN))["alias"].ask  # nobody's, while no role is chosen


def test_what_stands_for_a_value_is_named() -> None:
    """PV-6: a password is typed or generated; the login may be the email."""
    drawn = fields(tenant_form(a_tenant(), by=ADMIN))
    assert (("generate_password",), ("login_same_as_email",), ()) == (
        drawn["password"].instead,
        drawn["login"].instead,
        drawn["name"].instead,
    )
    assert () == fields(tenant_form(a_tenant("smartertrack"), by=ADMIN))["password"].instead


def test_limits_are_told() -> None:
    """PV-1: characters, seconds, entries, levels of the tenant's own scale."""
    drawn = fields(tenant_form(a_tenant(), by=ADMIN))
    assert (254, (1, 600), 1) == (
        drawn["login"].longest,
        (drawn["ring_timeout"].low, drawn["ring_timeout"].high),
        drawn["agent_groups"].most,
    )
    skills = fields(tenant_form(a_tenant("puzzel"), by=ADMIN))["skills"]
    scale = a_tenant("puzzel").settings.skill_scale
    assert (scale.low, scale.high) == (skills.low, skills.high)
    workplace = fields(tenant_form(a_tenant("supervisor-workplace"), by=ADMIN))["skills"]
    assert (None, None) == (workplace.low, workplace.high)


def test_what_is_fixed_is_locked() -> None:
    """ID-5, PV-11: the login, and the group, of a stored user; of a new one neither."""
    tenant = created(a_tenant("puzzel"), a_form("puzzel"))
    drawn = fields(tenant_form(tenant, by=ADMIN, user="u-ravi"))
    assert (Lock.FIXED, Lock.MOVE, None) == (drawn["login"].lock, drawn["user_group"].lock, drawn["email"].lock)
    new = fields(tenant_form(tenant, by=ADMIN))
    assert (None, None) == (new["login"].lock, new["user_group"].lock)


def test_a_failover_that_a_form_cannot_say_is_locked() -> None:
    """PV-1: so that nobody loses a part of it by saving the page; one that it can say is not."""
    tenant = created(a_tenant(), a_form(time_group="tg-1", time_group_failover="hang-up"))
    assert fields(tenant_form(tenant, by=ADMIN, user="u-ravi"))["time_group_failover"].lock is None
    user = tenant.users[UserId("u-ravi")]
    failover = ToExternal(number=PhoneNumber("+919812345670"), timeout=9, next=HangUp())
    hours = AgentHours(time_group=TimeGroupId("tg-1"), failover=failover)
    tenant = stored(tenant, "u-ravi", calling=attrs.evolve(user.calling, hours=hours))
    drawn = fields(tenant_form(tenant, by=ADMIN, user="u-ravi"))["time_group_failover"]
    assert (Lock.NOT_SAYABLE, None) == (drawn.lock, drawn.value)


def test_a_role_that_the_actor_may_not_give_is_shown_as_such() -> None:
    """PV-1, AC-5: they don't hold all that it grants; one that the user has already may stay."""
    tenant = with_role(a_tenant(), LEAD, ("user:add", Within.TENANT), ("user:edit", Within.TENANT))
    allowed = {each.value: each.allowed for each in fields(tenant_form(tenant, by=LEAD))["roles"].choices}
    assert {"admin": False, "supervisor": False, "agent": True} == allowed
    host = {each.value: each.allowed for each in fields(tenant_form(tenant, by=None))["roles"].choices}
    assert {"admin": True, "supervisor": True, "agent": True} == host
    kept = {each.value: each.allowed for each in fields(tenant_form(tenant, by=LEAD, user=ADMIN))["roles"].choices}
    assert kept["admin"]


def test_a_switch_that_the_actor_does_not_hold_is_locked() -> None:
    """PV-8, AC-5: who may manage accounts and not sessions can hand on the one only."""
    tenant = created(a_tenant("supervisor-workplace"), SUPERVISOR_FORM)
    tenant = with_role(tenant, UserId("u-mina"), ("user:*", Within.TENANT))
    drawn = fields(tenant_form(tenant, by="u-mina", entered={"role": "supervisor"}))
    assert (None, Lock.NOT_PERMITTED) == (drawn["manage_accounts"].lock, drawn["manage_sessions"].lock)


def test_only_an_admin_unblocks() -> None:
    """LC-1: the status of a blocked user is locked for everybody else."""
    tenant = stored(created(a_tenant(), a_form()), "u-ravi", status=Status.BLOCKED)
    tenant = with_role(tenant, LEAD, ("user:edit", Within.TENANT))
    assert Lock.NOT_PERMITTED is fields(tenant_form(tenant, by=LEAD, user="u-ravi"))["status"].lock
    assert fields(tenant_form(tenant, by=ADMIN, user="u-ravi"))["status"].lock is None


def test_one_sees_of_others_whom_one_may_view() -> None:
    """PV-1, VS-1: names of users are no secret to who may see them only; a supervisor is one, and not oneself."""
    tenant = with_role(a_tenant(), LEAD, ("user:add", Within.TENANT), ("user:view", Within.OWN_AGENTS))
    assert [] == [each.value for each in fields(tenant_form(tenant, by=LEAD))["visible_users"].choices]
    workplace = created(a_tenant("supervisor-workplace"), a_form("supervisor-workplace"))
    assert ["u-boss", "u-lead"] == [
        each.value for each in fields(tenant_form(workplace, by=ADMIN))["supervisor"].choices
    ]
    own = fields(tenant_form(workplace, by=None, user=LEAD))["supervisor"].choices
    assert ["u-boss"] == [each.value for each in own]


def test_a_resource_filter_bounds_the_choices() -> None:
    """PR-2: whoever may see some objects only is offered these."""
    tenant = a_tenant()
    boss = tenant.users[ADMIN]
    filtered = stored(
        tenant, ADMIN, properties=boss.properties.put(PropertyName("resource_filter"), frozenset({"d-care"}))
    )
    choices = fields(tenant_form(filtered, by=ADMIN))["home_department"].choices
    assert ["d-care"] == [each.value for each in choices]


def test_the_form_is_for_those_who_may_fill_it_in() -> None:
    """PV-2: permission first; a user who is gone isn't to be had."""
    tenant = a_tenant()
    with pytest.raises(Refused):
        tenant_form(tenant, by=LEAD)
    with pytest.raises(Refused):
        tenant_form(tenant, by=LEAD, user=ADMIN)
    with pytest.raises(NotFound):
        tenant_form(tenant, by=ADMIN, user="u-none")


def test_ones_own_missing_email_can_be_set_and_nothing_else() -> None:
    """ID-11: who lacks an email or a mobile opens their own form; both there, or not active, they don't."""
    tenant = stored(a_tenant("puzzel"), LEAD, mobile=PhoneNumber("+919812345678"))
    drawn = fields(tenant_form(tenant, by=LEAD, user=LEAD))
    assert ["email"] == [name for name, field in drawn.items() if field.lock is None]
    both = update_user(tenant, LEAD, {"email": "lead@example.com"}, by=LEAD).apply(tenant)
    with pytest.raises(Refused):
        tenant_form(both, by=LEAD, user=LEAD)
    with pytest.raises(Refused):
        tenant_form(stored(tenant, LEAD, status=Status.DISABLED), by=LEAD, user=LEAD)
    editor = with_role(tenant, LEAD, ("user:edit", Within.TENANT))
    assert fields(tenant_form(editor, by=LEAD, user=LEAD))["name"].lock is None


@pytest.mark.parametrize("name", blueprint_names())
def test_the_form_is_json(name: str) -> None:
    """PV-1: as plain data, with a version, for a new user and a stored one."""
    tenant = created(a_tenant(name), a_form(name))
    for user in (None, "u-ravi"):
        data = tenant_form(tenant, by=ADMIN, user=user).as_data()
        assert 1 == data["agentprov_form"]
        assert data == json.loads(json.dumps(data))


@pytest.mark.parametrize("name", blueprint_names())
def test_every_label_is_the_hosts_to_replace(name: str) -> None:
    """PV-1: in a made-up language every text of a form that isn't the tenant's own data is in that language."""
    tenant = a_tenant(name)
    pseudo = {key: f"[!! {text} !!]" for key, text in labels_of(tenant.blueprint).items()}
    view = tenant_form(tenant, by=ADMIN, labels=pseudo)
    for step in view.steps:
        assert step.title.startswith("[!!")
        for field in step.fields:
            assert field.label.startswith("[!!")
            assert field.help is None or field.help.startswith("[!!")
            fixed = field.choices if field.refers is None else ()
            assert all(choice.label.startswith("[!!") for choice in fixed)


def test_profiles_of_others_are_not_offered() -> None:
    """PV-7: a personal profile is nobody else's to untick."""
    tenant = a_tenant("puzzel")
    assert ProfileId("p-lead") in tenant.profiles
    drawn = fields(tenant_form(tenant, by=ADMIN, entered={"user_group": "g-sales"}))
    assert "p-lead" not in {each.value for each in drawn["unticked_profiles"].choices}


def test_roles_of_the_tenant_beyond_the_blueprints_are_not_offered() -> None:
    """PV-4: exactly three roles, by the names that the tenant gave them."""
    choices = fields(tenant_form(a_tenant("smartq"), by=ADMIN))["roles"].choices
    assert [("admin", "Admin"), ("api-user", "API User"), ("supervisor", "Supervisor")] == [
        (each.value, each.label) for each in choices
    ]
    assert RoleId("everyone") not in {each.value for each in choices}


def test_the_page_on_forms_names_every_key() -> None:
    """PV-1: the shape of the form as JSON is described whole."""
    page = (Path(__file__).parent.parent.parent / "docs" / "forms.md").read_text(encoding="utf-8")
    classes = (FormView, StepView, FieldView, AskView, Condition, Choice)
    keys = {"agentprov_form", *(field.name for each in classes for field in attrs.fields(each))}
    assert set() == {key for key in keys if f"`{key}`" not in page}
    assert set() == {lock.value for lock in Lock if f"`{lock.value}`" not in page}
