"""The five blueprints ask of every field what their product asks (PV-4 to PV-8)."""

from __future__ import annotations

import pytest

from agentprov.codec import blueprint, blueprint_names
from agentprov.errors import Code
from agentprov.model.access import EVERYONE
from agentprov.model.blueprint import Ask
from agentprov.model.ids import RoleId
from agentprov.model.passwords import Alphabet
from agentprov.model.users import AuthenticationMethod
from agentprov.provisioning import create_user
from agentprov.provisioning.fields import FIELDS, fields_of
from tests.provisioning.samples import ADMIN, FORMS, SUPERVISOR_FORM, a_form, a_tenant, faults, the_user

REQUIRED, OPTIONAL, FORBIDDEN, DERIVED = Ask.REQUIRED, Ask.OPTIONAL, Ask.FORBIDDEN, Ask.DERIVED

# (blueprint, roles, method): what is asked of each field. A field that isn't listed isn't part of the form.
ASKED: dict[tuple[str, str, str], dict[str, Ask]] = {
    ("smartq", "supervisor", "password"): {
        "type": DERIVED,
        "login": REQUIRED,
        "name": REQUIRED,
        "roles": REQUIRED,
        **dict.fromkeys(
            (
                "email",
                "phone",
                "mobile",
                "language",
                "status",
                "authentication_method",
                "windows_login",
                "password",
                "generate_password",
            ),
            OPTIONAL,
        ),
    },
    ("smartq", "api-user", "api-token"): {
        "type": DERIVED,
        "login": REQUIRED,
        "name": REQUIRED,
        "roles": REQUIRED,
        "windows_login": FORBIDDEN,
        **dict.fromkeys(
            (
                "email",
                "phone",
                "mobile",
                "language",
                "status",
                "authentication_method",
                "password",
                "generate_password",
            ),
            OPTIONAL,
        ),
    },
    ("smartertrack", "", "password"): {
        **dict.fromkeys(("login", "authentication_method", "password", "email", "display_name"), REQUIRED),
        **dict.fromkeys(("type", "contact_details", "phone", "mobile", "language", "roles", "status"), OPTIONAL),
    },
    ("smartertrack", "", "windows"): {
        **dict.fromkeys(("login", "authentication_method", "email", "display_name"), REQUIRED),
        "password": FORBIDDEN,
        **dict.fromkeys(("type", "contact_details", "phone", "mobile", "language", "roles", "status"), OPTIONAL),
    },
    ("smartflo", "agent", "password"): {
        **dict.fromkeys(("name", "phone", "email", "login", "roles", "status", "password"), REQUIRED),
        **dict.fromkeys(
            (
                "designation",
                "agent_groups",
                "home_department",
                "caller_ids",
                "calling",
                "time_group",
                "time_group_failover",
                "alternate_numbers",
                "ring_order",
                "ring_timeout",
                "extension",
                "area_caller_ids",
                "route_through",
                "extension_addresses",
                "outbound_block",
                "forward_number",
                "forward_same_as_phone",
                "interactions",
                "video",
                "whatsapp",
                "sms",
                "login_same_as_email",
                "generate_password",
                "allowed_addresses",
                "visible_numbers",
                "visible_users",
                "visible_agent_groups",
                "visible_own",
                "mobile",
                "two_factor",
                "login_based_calling",
                "dialler_panel",
                "dispositions",
                "web_login_blocked",
            ),
            OPTIONAL,
        ),
    },
    ("puzzel", "", "password"): {
        **dict.fromkeys(("login", "user_group", "language"), REQUIRED),
        "numeric_id": Ask.RECOMMENDED,
        **dict.fromkeys(("password", "generate_password"), Ask.DISCOURAGED),
        **dict.fromkeys(
            (
                "email",
                "mobile",
                "name",
                "phone",
                "roles",
                "agent_groups",
                "skills",
                "unticked_profiles",
                "personal_profiles",
                "status",
                "two_factor",
            ),
            OPTIONAL,
        ),
    },
    ("supervisor-workplace", "agent", "password"): {
        **dict.fromkeys(("login", "email", "password", "roles", "name", "supervisor"), REQUIRED),
        "home_department": DERIVED,
        **dict.fromkeys(("transfer_threads", "manage_accounts", "manage_sessions"), FORBIDDEN),
        **dict.fromkeys(("gender", "alias", "skills", "photo", "status"), OPTIONAL),
    },
    ("supervisor-workplace", "supervisor", "password"): {
        **dict.fromkeys(("login", "email", "password", "roles", "name", "home_department"), REQUIRED),
        **dict.fromkeys(("supervisor", "alias", "skills"), FORBIDDEN),
        **dict.fromkeys(
            ("transfer_threads", "manage_accounts", "manage_sessions", "gender", "photo", "status"), OPTIONAL
        ),
    },
}


@pytest.mark.parametrize("case", ASKED, ids="-".join)
def test_every_field_is_asked_for_as_the_product_does(case: tuple[str, str, str]) -> None:
    """PV-4 to PV-8: for each field whether it is required, optional, forbidden or derived, or not there at all."""
    name, role, method = case
    plan = blueprint(name)
    roles = frozenset({RoleId(role)}) if role else frozenset()
    found = {
        field: rule.ask
        for field in fields_of(plan)
        if (rule := plan.rule(field, roles, "person", AuthenticationMethod(method))) is not None
    }
    assert ASKED[case] == found


@pytest.mark.parametrize("name", FORMS)
def test_the_smallest_form_makes_a_user_without_a_warning(name: str) -> None:
    """PV-4 to PV-8: what is required suffices."""
    tenant = a_tenant(name)
    change = create_user(tenant, FORMS[name], by=ADMIN)
    assert () == change.warnings
    assert "u-ravi" in change.apply(tenant).users


@pytest.mark.parametrize(
    ("name", "field"), [(name, field) for name, form in FORMS.items() for field in form if field != "numeric_id"]
)
def test_each_required_field_is_missed_by_name(name: str, field: str) -> None:
    """PV-2: without one of the required fields there is exactly one fault, and it is at that field."""
    at = {"role": "roles"}.get(field, field)
    found = faults(lambda: create_user(a_tenant(name), a_form(name, **{field: ...}), by=ADMIN))
    assert [at] == [where for where, _ in found]


def test_a_supervisor_of_the_workplace_needs_a_department_and_no_supervisor() -> None:
    """PV-8: the smallest form of a supervisor, and what it lacks without the department."""
    tenant = a_tenant("supervisor-workplace")
    assert "d-sales" == the_user(create_user(tenant, SUPERVISOR_FORM, by=ADMIN)).home_department
    without = {key: value for key, value in SUPERVISOR_FORM.items() if key != "home_department"}
    assert [("home_department", Code.FIELD_REQUIRED)] == faults(lambda: create_user(tenant, without, by=ADMIN))


@pytest.mark.parametrize("name", FORMS)
def test_an_empty_form_lacks_everything_required_at_once(name: str) -> None:
    """PV-2: never only the first fault: all that is required whatever the role is reported together."""
    plan = blueprint(name)
    always = {
        rule.field for rule in plan.rules if rule.ask is Ask.REQUIRED and not rule.when.roles and not rule.when.methods
    }
    expected = always | {group[0] for group in plan.at_least_one}
    assert expected == {where for where, _ in faults(lambda: create_user(a_tenant(name), {}, by=ADMIN))}


ROLES = {
    "smartq": ({"admin", "supervisor", "api-user"}, False),
    "smartertrack": (None, True),
    "smartflo": (None, False),
    "puzzel": (None, True),
    "supervisor-workplace": ({"agent", "supervisor"}, False),
}


@pytest.mark.parametrize("name", ROLES)
def test_the_roles_are_the_products(name: str) -> None:
    """PV-4, PV-5, PV-8: which roles there may be, and whether a user may have several."""
    roles, several = ROLES[name]
    plan = blueprint(name)
    assert (roles, several) == (plan.roles, plan.several_roles)


CATALOGUES = {
    "smartq": {
        **dict.fromkeys(("user", "queue", "agent"), ("view", "add", "edit", "delete")),
        "access": ("grant",),
    },
    "smartertrack": {
        "portal": ("submit_ticket", "read_articles", "community"),
        "user": ("view", "add", "edit", "delete"),
    },
}


@pytest.mark.parametrize("name", CATALOGUES)
def test_the_catalogue_is_exactly_the_products(name: str) -> None:
    """PV-4, PV-5: sections and actions."""
    assert CATALOGUES[name] == dict(blueprint(name).catalogue.sections)


@pytest.mark.parametrize("name", blueprint_names())
def test_every_catalogue_governs_users(name: str) -> None:
    """Every product can grant to view, add, edit and delete users."""
    assert {"user:view", "user:add", "user:edit", "user:delete"} <= blueprint(name).catalogue.permissions


def test_five_blueprints_are_shipped() -> None:
    """PV-1: five ready blueprints."""
    assert ("puzzel", "smartertrack", "smartflo", "smartq", "supervisor-workplace") == blueprint_names()


@pytest.mark.parametrize("name", blueprint_names())
def test_the_login_is_fixed_and_every_field_is_known(name: str) -> None:
    """ID-5, PV-1: the login is immutable everywhere, and no rule speaks of a field that doesn't exist."""
    plan = blueprint(name)
    assert all(rule.immutable for rule in plan.rules if rule.field == "login")
    assert {rule.field for rule in plan.rules} <= FIELDS.keys() | {switch.field for switch in plan.switches}


@pytest.mark.parametrize("name", blueprint_names())
def test_every_field_is_on_exactly_one_step(name: str) -> None:
    """PV-1: every field is drawn, once; SmartQ doesn't show the type, which follows from the role."""
    plan = blueprint(name)
    drawn = [field for step in plan.steps for field in step.fields]
    entered = {rule.field for rule in plan.rules if name != "smartq" or rule.field != "type"}
    assert len(drawn) == len(set(drawn))
    assert entered == set(drawn)


def test_smartflo_has_three_steps_in_order() -> None:
    """PV-3, PV-6: general, settings, web login."""
    assert ["general", "settings", "web-login"] == [step.name for step in blueprint("smartflo").steps]


def test_puzzel_has_unique_email_and_mobile() -> None:
    """PV-7: email and mobile are unique, and no other field is by rule."""
    assert {"email", "mobile"} == {rule.field for rule in blueprint("puzzel").rules if rule.unique}


def test_the_workplace_takes_latin_passwords_only() -> None:
    """PV-8, CR-1: "Latin" means printable ASCII."""
    assert Alphabet.PRINTABLE_ASCII is blueprint("supervisor-workplace").password_policy.alphabet
    form = a_form("supervisor-workplace", password="фиолетовая выдра лезет")
    assert [("password", Code.PASSWORD_NOT_LATIN)] == faults(
        lambda: create_user(a_tenant("supervisor-workplace"), form, by=ADMIN)
    )


def test_smartq_admins_may_do_everything_and_supervisors_nothing() -> None:
    """PV-4: an admin's role covers users, queues, agents and granting; a supervisor has what was ticked."""
    roles = blueprint("smartq").ready_roles
    assert {"user:*", "queue:*", "agent:*", "access:grant"} == {
        str(grant.permission) for grant in roles[RoleId("admin")].grants
    }
    assert () == roles[RoleId("supervisor")].grants
    assert EVERYONE not in roles


@pytest.mark.parametrize(("role", "calling"), [("agent", True), ("supervisor", False), ("admin", False)])
def test_smartflo_makes_agents_call_and_others_not(role: str, calling: bool) -> None:
    """PV-6: the calling option is on for agents, off for supervisors and admins, unless it is said."""
    tenant = a_tenant()
    assert calling is the_user(create_user(tenant, a_form(role=role), by=ADMIN)).calling.enabled
    said = a_form(role=role, calling=not calling)
    assert calling is not the_user(create_user(tenant, said, by=ADMIN)).calling.enabled


@pytest.mark.parametrize(
    ("role", "type_", "method"),
    [("admin", "person", "password"), ("supervisor", "person", "password"), ("api-user", "api", "api-token")],
)
def test_smartq_derives_the_type_from_the_role(role: str, type_: str, method: str) -> None:
    """PV-4, ID-14: an API user is an account of the type api that holds tokens; its type can't be entered."""
    user = the_user(create_user(a_tenant("smartq"), a_form("smartq", role=role), by=ADMIN))
    assert (type_, method) == (user.type, user.sign_in.method)


def test_a_derived_type_cannot_be_entered() -> None:
    """PV-1: what follows from other fields is refused when it is entered."""
    form = a_form("smartq", type="customer")
    assert [("type", Code.FIELD_DERIVED)] == faults(lambda: create_user(a_tenant("smartq"), form, by=ADMIN))


def test_smartertrack_makes_customers() -> None:
    """PV-5: users are customers of a portal unless another type is said."""
    tenant = a_tenant("smartertrack")
    assert "customer" == the_user(create_user(tenant, FORMS["smartertrack"], by=ADMIN)).type
    assert "person" == the_user(create_user(tenant, a_form("smartertrack", type="person"), by=ADMIN)).type


def test_smartertrack_has_no_password_where_the_method_has_none() -> None:
    """PV-5: a password is required with the method password and refused with another."""
    tenant = a_tenant("smartertrack")
    windows = a_form("smartertrack", authentication_method="windows")
    assert [("password", Code.FIELD_NOT_ALLOWED)] == faults(lambda: create_user(tenant, windows, by=ADMIN))
    assert 0 == len(create_user(tenant, {**windows, "password": None}, by=ADMIN).secrets)
