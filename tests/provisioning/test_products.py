"""The five products field by field, as their own pages say: who is asked what, what is taken, what is refused."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from agentprov.codec import blueprint
from agentprov.errors import Code
from agentprov.model.blueprint import Ask
from agentprov.model.ids import DepartmentId, UserId
from agentprov.provisioning import create_user, tenant_form, update_user
from agentprov.provisioning.fields import FIELDS, SINGULAR, fields_of
from agentprov.provisioning.personal_profiles import stored_form
from agentprov.provisioning.plain import plain
from agentprov.provisioning.typed_form import typed_form_of
from tests.provisioning.samples import ADMIN, PASSWORD, SUPERVISOR_FORM, a_form, a_tenant, created, faults, the_user

R, O, N, D, X, V = Ask.REQUIRED, Ask.OPTIONAL, Ask.RECOMMENDED, Ask.DISCOURAGED, Ask.FORBIDDEN, Ask.DERIVED  # noqa: E741

FLAG = (True, True, "yes", Code.FIELD_WRONG_TYPE)
TEXT = ("Value", "Value", 5, Code.FIELD_WRONG_TYPE)
EMAIL = ("R.Rao@EXAMPLE.com", "R.Rao@example.com", "r.rao@", Code.EMAIL_INVALID)
LOGIN = ("ravi.rao", "ravi.rao", "ravi\n", Code.LOGIN_INVALID_CHARACTER)
PHONE = ("0091 98123 45678", "+919812345678", "98123", Code.PHONE_TOO_SHORT)
LANGUAGE = ("nb-no", "nb-NO", "norwegian!", Code.LANGUAGE_INVALID)
STATUS = ("disabled", "disabled", "asleep", Code.FIELD_UNKNOWN_CHOICE)
TYPED = (PASSWORD, None, "short", Code.PASSWORD_TOO_SHORT)


class Row(NamedTuple):
    """One field of a product's form: what it asks of whom, a value it takes, one it refuses and by which code."""

    field: str
    ask: Ask
    taken: object
    stored: object
    refused: object
    code: Code
    beside: dict[str, object] = {}  # noqa: RUF012  never changed
    """What else the form says, because the field needs it."""


SMARTQ = [
    Row("login", R, *LOGIN),
    Row("name", R, *TEXT),
    Row("roles", R, ["supervisor"], ["supervisor"], ["agent"], Code.ROLE_NOT_IN_BLUEPRINT),
    Row("roles", R, ["admin"], ["admin"], ["admin", "supervisor"], Code.ROLE_ONLY_ONE),
    Row("email", O, *EMAIL),
    Row("phone", O, *PHONE),
    Row("mobile", O, *PHONE),
    Row("language", O, *LANGUAGE),
    Row("status", O, *STATUS),
    Row("authentication_method", O, "external", "external", "magic", Code.FIELD_UNKNOWN_CHOICE),
    Row("windows_login", O, "ravi@acme", "ravi", "\\", Code.WINDOWS_LOGIN_INVALID),
    Row("windows_login", O, "ACME\\ravi", "ravi", 5, Code.WINDOWS_LOGIN_WRONG_TYPE),
    Row("password", O, *TYPED),
]

SMARTERTRACK = [
    Row("login", R, *LOGIN),
    Row("authentication_method", R, "password", "password", "magic", Code.FIELD_UNKNOWN_CHOICE),
    Row("password", R, *TYPED),
    Row("email", R, *EMAIL),
    Row("display_name", R, *TEXT),
    Row("contact_details", O, {"City": "Pune"}, {"City": "Pune"}, ["Pune"], Code.FIELD_WRONG_TYPE),
    Row("phone", O, *PHONE),
    Row("mobile", O, *PHONE),
    Row("language", O, *LANGUAGE),
    Row("type", O, "person", "person", "robot", Code.FIELD_UNKNOWN_CHOICE),
    Row(
        "roles",
        O,
        ["article-reader", "ticket-submitter"],
        ["article-reader", "ticket-submitter"],
        ["nobody"],
        Code.REFERENCE_MISSING,
    ),
    Row("status", O, *STATUS),
]

SMARTFLO = [
    # general
    Row("name", R, *TEXT),
    Row("designation", O, *TEXT),
    Row("phone", R, "98123 45678", "+919812345678", "981234567", Code.PHONE_LENGTH),
    Row("email", R, *EMAIL),
    # settings
    Row("agent_groups", O, ["ag-1"], ["ag-1"], ["ag-1", "ag-2"], Code.FIELD_TOO_MANY),
    Row("caller_ids", O, ["c-2", "c-1"], ["c-2", "c-1"], ["c-1", "c-1"], Code.FIELD_DUPLICATE),
    Row("calling", O, *FLAG),
    Row("time_group", O, "tg-1", "tg-1", "tg-none", Code.REFERENCE_MISSING),
    Row("time_group_failover", O, "hang-up", "hang-up", "moon", Code.FIELD_UNKNOWN_TAG, {"time_group": "tg-1"}),
    Row("alternate_numbers", O, ["9812345670"], ["+919812345670"], ["12"], Code.PHONE_LENGTH),
    Row("ring_order", O, "simultaneous", "simultaneous", "random", Code.FIELD_UNKNOWN_CHOICE),
    Row("ring_timeout", O, 30, 30, 0, Code.TIMEOUT_OUT_OF_RANGE),
    Row("extension", O, "101", "101", "10 1", Code.FIELD_INVALID),
    Row(
        "area_caller_ids",
        O,
        {"91": "c-1", "22": "c-2"},
        {"91": "c-1", "22": "c-2"},
        {"x": "c-1"},
        Code.FIELD_INVALID,
        {"extension": "101", "caller_ids": ["c-1", "c-2"]},
    ),
    Row("route_through", O, "mobile", "mobile", "ether", Code.FIELD_UNKNOWN_CHOICE, {"extension": "101"}),
    Row(
        "extension_addresses",
        O,
        ["a-office"],
        ["a-office"],
        ["a-none"],
        Code.REFERENCE_MISSING,
        {"extension": "101"},
    ),
    Row("outbound_block", O, "only-extension", "only-extension", "some", Code.FIELD_UNKNOWN_CHOICE),
    Row("forward_number", O, "9812345671", "+919812345671", "112", Code.PHONE_EMERGENCY),
    Row("forward_same_as_phone", O, *FLAG),
    Row("home_department", O, "d-care", "d-care", "d-none", Code.REFERENCE_MISSING),
    Row("interactions", O, True, False, "yes", Code.FIELD_WRONG_TYPE),
    Row("video", O, *FLAG),
    Row("whatsapp", O, *FLAG),
    Row("sms", O, *FLAG),
    # web login
    Row("roles", R, ["supervisor"], ["supervisor"], ["agent", "supervisor"], Code.ROLE_ONLY_ONE),
    Row("login", R, *LOGIN),
    Row("login_same_as_email", O, True, False, 1, Code.FIELD_WRONG_TYPE, {"login": None}),
    Row("password", R, *TYPED),
    Row("status", R, *STATUS),
    Row("allowed_addresses", O, ["192.0.2.7"], ["192.0.2.7"], [], Code.FIELD_EMPTY),
    Row("allowed_addresses", O, "all", "all", ["300.1.1.1"], Code.IP_INVALID),
    Row("visible_numbers", O, ["n-1"], ["n-1"], ["n-none"], Code.REFERENCE_MISSING),
    Row("visible_users", O, ["u-lead"], ["u-lead"], ["u-none"], Code.REFERENCE_MISSING),
    Row("visible_agent_groups", O, ["ag-1", "ag-2"], ["ag-1", "ag-2"], "ag-1", Code.FIELD_WRONG_TYPE),
    Row("visible_own", O, *FLAG),
    Row("mobile", O, "9812345679", "+919812345679", "12", Code.PHONE_LENGTH),
    Row("two_factor", O, *FLAG),
    Row("login_based_calling", O, *FLAG),
    Row("dialler_panel", O, *FLAG, {"login_based_calling": True}),
    Row("dispositions", O, *FLAG),
    Row("web_login_blocked", O, *FLAG),
]

PUZZEL = [
    Row("login", R, *LOGIN),
    Row("user_group", R, "g-support", "g-support", "g-none", Code.REFERENCE_MISSING),
    Row("language", R, *LANGUAGE),
    Row("email", O, *EMAIL),
    Row("mobile", O, *PHONE),
    Row("numeric_id", N, 4712, 4712, "47a", Code.NUMERIC_ID_INVALID),
    Row("numeric_id", N, "4712", 4712, 2**63, Code.NUMERIC_ID_OUT_OF_RANGE),
    Row("password", D, *TYPED),
    Row("name", O, *TEXT),
    Row("phone", O, *PHONE),
    Row("roles", O, ["admin", "agent"], ["admin", "agent"], ["nobody"], Code.REFERENCE_MISSING),
    Row("agent_groups", O, ["ag-1", "ag-2"], ["ag-1", "ag-2"], ["ag-none"], Code.REFERENCE_MISSING),
    Row("skills", O, {"s-hindi": 3}, {"s-hindi": 3}, {"s-hindi": "high"}, Code.FIELD_WRONG_TYPE),
    Row("unticked_profiles", O, ["p-sales"], ["p-sales"], ["p-lead"], Code.PROFILE_PERSONAL),
    Row(
        "personal_profiles",
        O,
        [{"name": "Evening", "skills": {"s-hindi": 3}}],
        [{"id": "p-ravi-1", "name": "Evening", "skills": {"s-hindi": 3}}],
        [{"name": "Evening", "skills": {"s-none": 3}}],
        Code.REFERENCE_MISSING,
    ),
    Row("status", O, *STATUS),
    Row("two_factor", O, True, True, "yes", Code.FIELD_WRONG_TYPE, {"mobile": "9812345678"}),
]

WORKPLACE_AGENT = [
    Row("login", R, *LOGIN),
    Row("email", R, *EMAIL),
    Row("password", R, *TYPED),
    Row("password", R, PASSWORD, None, "long enough but not latin: фф", Code.PASSWORD_NOT_LATIN),
    Row("roles", R, ["agent"], ["agent"], ["admin"], Code.ROLE_NOT_IN_BLUEPRINT),
    Row("supervisor", R, "u-lead", "u-lead", "u-none", Code.REFERENCE_MISSING),
    Row("home_department", V, None, None, "d-care", Code.FIELD_DERIVED),
    Row("name", R, *TEXT),
    Row("gender", O, *TEXT),
    Row("alias", O, *TEXT),
    Row("skills", O, ["s-hindi"], {"s-hindi": None}, {"s-hindi": 3}, Code.SKILL_WITHOUT_LEVEL),
    Row("photo", O, *TEXT),
    Row("status", O, "blocked", "blocked", "asleep", Code.FIELD_UNKNOWN_CHOICE),
    Row("transfer_threads", X, False, False, True, Code.FIELD_NOT_ALLOWED),
    Row("manage_accounts", X, False, False, True, Code.FIELD_NOT_ALLOWED),
    Row("manage_sessions", X, False, False, True, Code.FIELD_NOT_ALLOWED),
]

WORKPLACE_SUPERVISOR = [
    Row("roles", R, ["supervisor"], ["supervisor"], [], Code.FIELD_REQUIRED),
    Row("home_department", R, "d-care", "d-care", "d-none", Code.REFERENCE_MISSING),
    Row("supervisor", X, None, None, "u-lead", Code.FIELD_NOT_ALLOWED),
    Row("alias", X, None, None, "Mia", Code.FIELD_NOT_ALLOWED),
    Row("skills", X, [], {}, ["s-hindi"], Code.FIELD_NOT_ALLOWED),
    Row("transfer_threads", O, *FLAG),
    Row("manage_accounts", O, *FLAG),
    Row("manage_sessions", O, *FLAG),
]

FORMS: dict[str, dict[str, object]] = {
    "smartq": a_form("smartq"),
    "smartertrack": a_form("smartertrack"),
    "smartflo": a_form(),
    "puzzel": a_form("puzzel"),
    "supervisor-workplace": a_form("supervisor-workplace"),
    "supervisor-workplace as supervisor": SUPERVISOR_FORM,
}
TABLES = {
    "smartq": SMARTQ,
    "smartertrack": SMARTERTRACK,
    "smartflo": SMARTFLO,
    "puzzel": PUZZEL,
    "supervisor-workplace": WORKPLACE_AGENT,
    "supervisor-workplace as supervisor": WORKPLACE_SUPERVISOR,
}
ROWS = [pytest.param(name, row, id=f"{name}-{row.field}-{row.code}") for name, rows in TABLES.items() for row in rows]


def with_value(name: str, row: Row, value: object) -> dict[str, object]:
    """The product's smallest form with this value in the field."""
    form = {**FORMS[name], **row.beside, row.field: value}
    return {key: each for key, each in form.items() if SINGULAR.get(key, key) != row.field or key == row.field}


@pytest.mark.parametrize(("name", "row"), ROWS)
def test_a_field_is_asked_for_taken_and_refused_as_the_product_does(name: str, row: Row) -> None:
    """PV-4 to PV-8: what is asked of it; a value it takes, and how that is stored; one it refuses, with its code."""
    tenant = a_tenant(name.partition(" ")[0])
    drawn = tenant_form(tenant, by=ADMIN, entered=FORMS[name])
    (view,) = (field for step in drawn.steps for field in step.fields if field.name == row.field)
    assert row.ask is view.ask

    after = create_user(tenant, with_value(name, row, row.taken), by=ADMIN, id="u-ravi").apply(tenant)
    field = fields_of(tenant.blueprint)[row.field]
    assert row.stored == plain(field, stored_form(after, after.users[UserId("u-ravi")]).value(row.field))

    wrong = with_value(name, row, row.refused)
    assert (row.field, row.code) in [
        (where.partition("[")[0].partition(".")[0], code)
        for where, code in faults(lambda: create_user(tenant, wrong, by=ADMIN, id="u-ravi"))
    ]


@pytest.mark.parametrize("name", [name for name in TABLES if " " not in name])
def test_the_tables_have_every_field_of_their_product(name: str) -> None:
    """PV-4 to PV-8: no field of a form is left untried."""
    tried = {row.field for each, rows in TABLES.items() if each.partition(" ")[0] == name for row in rows}
    untried = {"generate_password", *({"type"} if name == "smartq" else ())}
    assert {rule.field for rule in blueprint(name).rules} == tried | (
        untried & {rule.field for rule in blueprint(name).rules}
    )


DEPENDENT = [
    # SmartQ: who signs in by Windows has a name there
    ("smartq", {"authentication_method": "windows"}, "windows_login", Code.WINDOWS_LOGIN_REQUIRED),
    ("smartq", {"role": "api-user", "windows_login": "x"}, "windows_login", Code.FIELD_NOT_ALLOWED),
    ("smartq", {"type": "api"}, "type", Code.FIELD_DERIVED),
    # SmarterTrack: a password where the method has one
    ("smartertrack", {"authentication_method": "windows"}, "password", Code.FIELD_NOT_ALLOWED),
    ("smartertrack", {"password": ...}, "password", Code.PASSWORD_REQUIRED),
    # Smartflo: options of an extension only with one; two-factor with a mobile; the panel with its calling
    ("smartflo", {"route_through": "both"}, "route_through", Code.FIELD_NEEDS),
    ("smartflo", {"extension_addresses": ["a-office"]}, "extension_addresses", Code.FIELD_NEEDS),
    ("smartflo", {"area_caller_ids": {"22": "c-1"}}, "area_caller_ids", Code.FIELD_NEEDS),
    ("smartflo", {"time_group_failover": "hang-up"}, "time_group_failover", Code.FIELD_NEEDS),
    ("smartflo", {"phone": "2226543210", "two_factor": True}, "two_factor", Code.TWO_FACTOR_NEEDS_MOBILE),
    ("smartflo", {"dialler_panel": True}, "dialler_panel", Code.DIALLER_PANEL_NEEDS_LOGIN_BASED),
    (
        "smartflo",
        {"forward_same_as_phone": True, "forward_number": "9812345671"},
        "forward_same_as_phone",
        Code.FIELD_CONTRADICTS,
    ),
    ("smartflo", {"login_same_as_email": True}, "login_same_as_email", Code.FIELD_CONTRADICTS),
    ("smartflo", {"generate_password": True}, "generate_password", Code.FIELD_CONTRADICTS),
    ("smartflo", {"password": ..., "generate_password": True}, "generate_password", Code.PASSWORD_NOT_GENERATED),
    # Puzzel: one of email and mobile, each nobody else's
    ("puzzel", {"email": ...}, "email", Code.CONTACT_REQUIRED),
    ("puzzel", {"skills": ["s-none"]}, "skills", Code.REFERENCE_MISSING),
    # the workplace: a supervisor is one
    ("supervisor-workplace", {"supervisor": ...}, "supervisor", Code.FIELD_REQUIRED),
    ("supervisor-workplace", {"role": "supervisor"}, "supervisor", Code.FIELD_NOT_ALLOWED),
]


@pytest.mark.parametrize(("name", "values", "field", "code"), DEPENDENT)
def test_a_field_depends_on_others(name: str, values: dict[str, object], field: str, code: Code) -> None:
    """PV-4 to PV-8: what one field makes of another."""
    form = a_form(name, **values)
    found = faults(lambda: create_user(a_tenant(name), form, by=ADMIN))
    assert (field, code) in [(where.partition(".")[0], each) for where, each in found]


DEFAULTS: list[tuple[str, dict[str, object], dict[str, object]]] = [
    ("smartq", {}, {"type": "person", "status": "active", "authentication_method": "password"}),
    ("smartq", {"role": "api-user"}, {"type": "api", "authentication_method": "api-token"}),
    ("smartertrack", {}, {"type": "customer", "roles": [], "status": "active"}),
    ("smartflo", {"role": "agent"}, {"calling": True, "allowed_addresses": "all", "two_factor": False}),
    ("smartflo", {"role": "supervisor"}, {"calling": False}),
    ("smartflo", {"role": "admin"}, {"calling": False}),
    ("smartflo", {"role": "admin", "calling": True}, {"calling": True}),
    ("smartflo", {"extension": "101"}, {"route_through": "both"}),
    ("smartflo", {"interactions": True, "sms": False}, {"video": True, "whatsapp": True, "sms": False}),
    ("puzzel", {}, {"status": "active", "unticked_profiles": [], "roles": []}),
    ("supervisor-workplace", {}, {"home_department": None, "manage_accounts": False}),
]


@pytest.mark.parametrize(("name", "said", "expected"), DEFAULTS)
def test_what_a_form_does_not_say_has_the_products_default(
    name: str, said: dict[str, object], expected: dict[str, object]
) -> None:
    """PV-4 to PV-8: and what is said beside it keeps its say."""
    tenant = a_tenant(name)
    user = the_user(create_user(tenant, a_form(name, **said), by=ADMIN))
    values, fields = typed_form_of(user, tenant.blueprint), fields_of(tenant.blueprint)
    assert expected == {each: plain(fields[each], values.value(each)) for each in expected}


def test_smartflo_wants_the_prefix_with_a_foreign_number_only() -> None:
    """PV-6, ID-9: with international calling on, any length of any country, written with its prefix."""
    abroad = a_tenant(international_calling=True)
    form = a_form(phone="+47 912 34 567")
    assert "+4791234567" == the_user(create_user(abroad, form, by=ADMIN)).phone
    assert [("phone", Code.PHONE_INTERNATIONAL_OFF)] == faults(lambda: create_user(a_tenant(), form, by=ADMIN))


def test_smartflo_appends_a_new_user_to_their_department() -> None:
    """PV-6: as its last member; one department, which is the home department too."""
    tenant = created(a_tenant(), a_form(home_department="d-sales"))
    again = created(tenant, a_form(login="tara", email="tara@example.com", home_department="d-sales"))
    assert ("u-ravi", "u-tara") == again.departments[DepartmentId("d-sales")].members
    assert "d-sales" == again.users[UserId("u-tara")].home_department


def test_puzzels_email_and_mobile_are_nobody_elses() -> None:
    """PV-7: compared as one reads them: the email without regard to case, the mobile as E.164."""
    tenant = created(a_tenant("puzzel"), a_form("puzzel", mobile="9812345678"))
    other = a_form("puzzel", login="tara", numeric_id=1, email="RAVI@example.com", mobile="0091 98123 45678")
    assert {("email", Code.EMAIL_TAKEN), ("mobile", Code.MOBILE_TAKEN)} == set(
        faults(lambda: create_user(tenant, other, by=ADMIN))
    )


def test_puzzel_warns_of_a_password_and_of_no_numeric_id() -> None:
    """PV-7: both are possible, neither is advised."""
    change = create_user(a_tenant("puzzel"), a_form("puzzel", numeric_id=..., password=PASSWORD), by=ADMIN)
    assert {("numeric_id", Code.FIELD_RECOMMENDED), ("password", Code.FIELD_DISCOURAGED)} == {
        (each.where, each.code) for each in change.warnings
    }


def test_smartertracks_everyone_is_nobodys_to_give() -> None:
    """PV-5: the implicit role is everybody's without being given; asked for by name it isn't a role of the form."""
    tenant = a_tenant("smartertrack")
    choices = next(f for s in tenant_form(tenant, by=ADMIN).steps for f in s.fields if f.name == "roles").choices
    assert {"administrator", "article-reader", "ticket-submitter"} == {each.value for each in choices}


@pytest.mark.parametrize("name", ["smartq", "smartertrack", "smartflo", "puzzel", "supervisor-workplace"])
def test_everyone_is_no_role_to_give(name: str) -> None:
    """PV-5: nor does it pass for the role that a product requires."""
    form = {key: value for key, value in a_form(name).items() if key != "role"}
    found = faults(lambda: create_user(a_tenant(name), {**form, "roles": ["everyone"]}, by=ADMIN))
    assert ("roles", Code.ROLE_EVERYONE) in found


def test_a_change_of_role_satisfies_the_new_role_whole() -> None:
    """PV-8: an agent becomes a supervisor by giving up what is an agent's and getting what is a supervisor's."""
    tenant = created(a_tenant("supervisor-workplace"), a_form("supervisor-workplace", alias="Rav", skills=["s-hindi"]))
    bare: dict[str, object] = {"role": "supervisor"}
    assert {
        ("supervisor", Code.FIELD_NOT_ALLOWED),
        ("home_department", Code.FIELD_REQUIRED),
        ("alias", Code.FIELD_NOT_ALLOWED),
        ("skills", Code.FIELD_NOT_ALLOWED),
    } == set(faults(lambda: update_user(tenant, "u-ravi", bare, by=ADMIN)))
    whole: dict[str, object] = {
        **bare,
        "supervisor": None,
        "alias": None,
        "skills": [],
        "home_department": "d-care",
        "manage_accounts": True,
    }
    user = the_user(update_user(tenant, "u-ravi", whole, by=ADMIN))
    assert (None, "d-care", ["user:*"]) == (
        user.supervisor,
        user.home_department,
        [str(each.permission) for each in user.grants],
    )


def test_an_agents_department_follows_the_supervisors() -> None:
    """PV-8: a live link: it isn't stored with the agent."""
    tenant = created(a_tenant("supervisor-workplace"), a_form("supervisor-workplace"))
    agent = UserId("u-ravi")
    assert (None, "d-sales") == (tenant.users[agent].home_department, tenant.home_department(tenant.users[agent]))
    lead = {"home_department": "d-care", "email": "lead@example.com", "name": "Lead"}
    after = update_user(tenant, "u-lead", lead, by=None).apply(tenant)
    assert "d-care" == after.home_department(after.users[agent])


def test_fields_that_no_product_has_are_still_named() -> None:
    """PV-1: a site and its emergency region are fields for blueprints of a host's own."""
    asked = {rule.field for name in FORMS if " " not in name for rule in blueprint(name).rules}
    assert {"site_name", "emergency_region", "emergency_caller_id"} == FIELDS.keys() - asked
