"""Creating a user from a form: the change it gives, and every way it is refused (PV-2, PV-6, ID-5 to ID-14)."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from agentprov.credentials.passwords import generate_password
from agentprov.errors import Code, Conflict, InvalidValue, Refused
from agentprov.model.access import WHOLE_TENANT, Within
from agentprov.model.changes import EventKind
from agentprov.model.destinations import HangUp, ToAgent, ToDepartment, ToExternal
from agentprov.model.groups import Tombstone
from agentprov.model.identity import Login
from agentprov.model.ids import DepartmentId, RoleId, SkillId, UserId
from agentprov.model.routing import RingOrder, RingPlan
from agentprov.model.secret import Secret
from agentprov.model.settings import LoginComparison
from agentprov.model.table import Table
from agentprov.model.users import OutboundBlock, RouteThrough, Same, Status
from agentprov.provisioning import create_user
from tests.provisioning.samples import (
    ADMIN,
    AT,
    PASSWORD,
    SUPERVISOR_FORM,
    a_form,
    a_role,
    a_tenant,
    created,
    faults,
    the_user,
    with_role,
)

# ---- what is made ----------------------------------------------------------------------------------------------------


def test_a_change_creates_the_user_and_leaves_the_old_tenant() -> None:
    """PV-9: applying gives the next tenant; the one it was made on is as before."""
    tenant = a_tenant()
    change = create_user(tenant, a_form(), by=ADMIN)
    after = change.apply(tenant)
    assert (7, 8) == (tenant.version, after.version)
    assert "u-ravi" not in tenant.users
    assert ("ravi", "+919812345678") == (after.users[UserId("u-ravi")].login, after.users[UserId("u-ravi")].phone)
    assert tenant == attrs.evolve(change.undo().apply(after), version=7)


def test_a_change_says_who_made_it_and_what_happens() -> None:
    """PV-9: the actor, the events, and the words."""
    change = create_user(a_tenant(), a_form(), by=ADMIN)
    assert ADMIN == change.actor
    assert [EventKind.USER_CREATED, EventKind.PASSWORD_SET] == [event.kind for event in change.events]
    assert ("create user u-ravi (ravi, Ravi Rao)",) == change.describe()


FIELDS: list[tuple[str, object, str, Any]] = [
    ("designation", "Agent", "person.designation", "Agent"),
    ("alternate_numbers", ["9812345670", "+91 98123 45671"], "alternate_numbers", ("+919812345670", "+919812345671")),
    ("mobile", "0 98123 45672", "mobile", "+919812345672"),
    ("caller_ids", ["c-2", "c-1"], "calling.caller_ids", ("c-2", "c-1")),
    ("calling", False, "calling.enabled", False),
    ("time_group", "tg-1", "calling.hours.time_group", "tg-1"),
    ("ring_order", "simultaneous", "calling.ring_plan", RingPlan(order=RingOrder.SIMULTANEOUS)),
    ("ring_timeout", 25, "calling.ring_plan", RingPlan(timeout=25)),
    ("extension", "0101", "calling.extension.number", "0101"),
    ("outbound_block", "only-extension", "calling.outbound_block", OutboundBlock.ONLY_EXTENSION),
    ("forward_number", "9812345673", "calling.forward", "+919812345673"),
    ("forward_same_as_phone", True, "calling.forward", Same.PHONE),
    ("agent_group", "ag-1", "agent_groups", frozenset({"ag-1"})),
    ("agent_groups", ["ag-1"], "agent_groups", frozenset({"ag-1"})),
    ("visible_numbers", ["n-1"], "visibility.numbers", frozenset({"n-1"})),
    ("visible_users", ["u-lead"], "visibility.users", frozenset({"u-lead"})),
    ("visible_agent_groups", ["ag-2"], "visibility.agent_groups", frozenset({"ag-2"})),
    ("visible_own", True, "visibility.own", True),
    ("login_based_calling", True, "calling.login_based", True),
    ("dispositions", True, "calling.dispositions", True),
    ("web_login_blocked", True, "sign_in.web_login_blocked", True),
    ("two_factor", True, "sign_in.two_factor", True),
    ("allowed_addresses", "all", "sign_in.addresses", None),
    ("allowed_addresses", None, "sign_in.addresses", None),
    ("video", True, "interactions.video", True),
    ("status", "disabled", "status", Status.DISABLED),
    ("home_department", "d-care", "home_department", "d-care"),
    ("name", "  Ravi  ", "name", "Ravi"),
]


@pytest.mark.parametrize(("field", "given", "place", "stored"), FIELDS, ids=lambda value: str(value)[:20])
def test_each_field_lands_in_its_place(field: str, given: object, place: str, stored: object) -> None:
    """ID-4, PV-6: a field of the form is read and kept where the user has it."""
    value: Any = the_user(create_user(a_tenant(), a_form(**{field: given}), by=ADMIN))
    for part in place.split("."):
        value = getattr(value, part)
    assert stored == value


def test_an_extension_takes_its_options() -> None:
    """PV-6: area codes with caller IDs, route-through and named addresses belong to the extension."""
    form = a_form(
        extension="101",
        caller_ids=["c-1", "c-2"],
        area_caller_ids={"+223": "c-1", "22": "c-2"},
        route_through="mobile",
        extension_addresses=["a-office"],
    )
    extension = the_user(create_user(a_tenant(), form, by=ADMIN)).calling.extension
    assert extension is not None
    assert {("+223", "c-1"), ("22", "c-2")} == {(each.prefix, each.caller_id) for each in extension.area_caller_ids}
    assert (RouteThrough.MOBILE, {"a-office"}) == (extension.route_through, set(extension.addresses))


def test_area_codes_are_told_at_their_field() -> None:
    """OB-5: a listed caller ID that isn't allowed, and an entry that stands for what another does, are faults."""
    form = a_form(extension="101", caller_ids=["c-1"], area_caller_ids={"22": "c-1", "+9122": "c-1", "33": "c-2"})

    assert [
        ("area_caller_ids[2].caller_id", Code.FIELD_INVALID),
        ("area_caller_ids[1].prefix", Code.FIELD_DUPLICATE),
    ] == (faults(lambda: create_user(a_tenant(), form, by=ADMIN)))


def test_allowed_addresses_mix_names_and_networks() -> None:
    """CR-6: an id of the tenant's named addresses is one, anything else is a network."""
    form = a_form(allowed_addresses=["a-office", "10.0.0.0/8", "2001:db8::1"])
    selected = the_user(create_user(a_tenant(), form, by=ADMIN)).sign_in.addresses
    assert selected is not None
    assert ({"a-office"}, ["10.0.0.0/8", "2001:db8::1"]) == (set(selected.named), list(map(str, selected.networks)))


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ({"interactions": True}, (True, True, True)),
        ({"interactions": True, "sms": False}, (True, True, False)),
        ({"whatsapp": True}, (False, True, False)),
        ({"interactions": False}, (False, False, False)),
    ],
)
def test_interactions_together_or_one_by_one(form: dict[str, object], expected: tuple[bool, ...]) -> None:
    """VI-4: the switch for all sets those that aren't given themselves."""
    found = the_user(create_user(a_tenant(), a_form(**form), by=ADMIN)).interactions
    assert expected == (found.video, found.whatsapp, found.sms)


@pytest.mark.parametrize(
    ("text", "destination"),
    [
        ("agent:u-lead", ToAgent(user=UserId("u-lead"))),
        ("department:d-sales", ToDepartment(department=DepartmentId("d-sales"))),
        ("hang-up", HangUp()),
        ("external:9812345674", ToExternal(number="+919812345674")),  # type: ignore[arg-type]
    ],
)
def test_a_failover_is_written_as_text(text: str, destination: object) -> None:
    """RT-2: the failover of an agent's time group: a kind, and what it leads to."""
    form = a_form(time_group="tg-1", time_group_failover=text)
    hours = the_user(create_user(a_tenant(), form, by=ADMIN)).calling.hours
    assert hours is not None
    assert destination == hours.failover


def test_a_new_agent_joins_the_department_last() -> None:
    """PV-6: the department is the home, and the user is appended to its members; a listener is told."""
    tenant = a_tenant()
    sales = tenant.departments[DepartmentId("d-sales")]
    tenant = attrs.evolve(
        tenant, departments=tenant.departments.put(sales.id, attrs.evolve(sales, members=[UserId("u-lead"), ADMIN]))
    )
    change = create_user(tenant, a_form(home_department="d-sales"), by=ADMIN)
    assert ("u-lead", ADMIN, "u-ravi") == change.apply(tenant).departments[sales.id].members
    assert [("d-sales", {"joined": "u-ravi"})] == [
        (event.subject, dict(event.facts)) for event in change.events if event.kind is EventKind.MEMBERS_CHANGED
    ]


def test_only_where_the_blueprint_says_so_a_user_joins_the_department() -> None:
    """PV-6: a workplace's supervisor has a department and isn't a member of it."""
    tenant = a_tenant("supervisor-workplace")
    after = create_user(tenant, SUPERVISOR_FORM, by=ADMIN).apply(tenant)
    assert () == after.departments[DepartmentId("d-sales")].members


# ---- ids and logins --------------------------------------------------------------------------------------------------


def test_the_id_is_the_one_given_or_made_from_the_login() -> None:
    """ID-2: ids are apart from names; without one it is `u-` and the login."""
    tenant = a_tenant()
    assert "u-ravi" == the_user(create_user(tenant, a_form(), by=ADMIN)).id
    assert "x-1" == the_user(create_user(tenant, a_form(), by=ADMIN, id=UserId("x-1"))).id


def test_a_login_that_makes_no_id_needs_one() -> None:
    """ID-2: a login in another script is fine, but an id has to be given with it."""
    tenant = a_tenant()
    form = a_form(login="रवि")
    assert [("id", Code.FIELD_REQUIRED)] == faults(lambda: create_user(tenant, form, by=ADMIN))
    assert "रवि" == the_user(create_user(tenant, form, by=ADMIN, id=UserId("u-7"))).login


@pytest.mark.parametrize(
    ("id_", "code"), [("u-lead", Code.ID_TAKEN), ("u-gone", Code.ID_TAKEN), ("no id", Code.ID_INVALID)]
)
def test_ids_are_never_used_twice(id_: str, code: Code) -> None:
    """ID-2: neither a user's id nor a deleted user's can be given again."""
    stone = Tombstone(id=UserId("u-gone"), login=Login("gone"), deleted_at=AT)
    tenant = attrs.evolve(a_tenant(), tombstones={stone.id: stone})
    assert [("id", code)] == faults(lambda: create_user(tenant, a_form(), by=ADMIN, id=UserId(id_)))


def test_a_taken_login_is_refused_and_a_similar_one_warned_of() -> None:
    """ID-5: case-sensitive by default: `Lead` is another login than `lead`, with a warning."""
    tenant = a_tenant()
    assert [("login", Code.LOGIN_TAKEN)] == faults(lambda: create_user(tenant, a_form(login="lead"), by=ADMIN))
    change = create_user(tenant, a_form(login="Lead"), by=ADMIN)
    assert [("login", Code.LOGIN_CONFUSABLE)] == [(each.where, each.code) for each in change.warnings]


def test_a_tenant_may_ignore_the_case_of_logins() -> None:
    """ID-5: then two logins that differ only by case collide."""
    tenant = a_tenant(login_comparison=LoginComparison.CASE_INSENSITIVE)
    assert [("login", Code.LOGIN_TAKEN)] == faults(lambda: create_user(tenant, a_form(login="LEAD"), by=ADMIN))


@pytest.mark.parametrize(("reuse", "refused"), [(False, True), (True, False)])
def test_a_deleted_login_is_not_reusable_unless_the_tenant_says_so(reuse: bool, refused: bool) -> None:
    """ID-5: the tombstone keeps the login."""
    stone = Tombstone(id=UserId("u-old"), login=Login("ravi"), deleted_at=AT)
    tenant = attrs.evolve(a_tenant(reuse_deleted_logins=reuse), tombstones={stone.id: stone})
    if refused:
        assert [("login", Code.LOGIN_TAKEN)] == faults(lambda: create_user(tenant, a_form(), by=ADMIN))
    else:
        assert "ravi" == the_user(create_user(tenant, a_form(), by=ADMIN)).login


def test_the_email_can_be_the_login() -> None:
    """ID-6: a copy is made when the user is created, with the case of the email."""
    form = a_form(login=..., login_same_as_email=True, email="Ravi@Example.com")
    assert "Ravi@example.com" == the_user(create_user(a_tenant(), form, by=ADMIN)).login


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ({"login": "other", "login_same_as_email": True}, [("login_same_as_email", Code.FIELD_CONTRADICTS)]),
        ({"login": ..., "login_same_as_email": True, "email": "x"}, [("email", Code.EMAIL_INVALID)]),
        ({"login": ..., "login_same_as_email": True, "email": "a!b@x.no"}, [("login", Code.LOGIN_INVALID_CHARACTER)]),
    ],
)
def test_a_login_from_the_email_can_fail(form: dict[str, object], expected: list[tuple[str, Code]]) -> None:
    """ID-6: another login beside it, no email to copy, or one with characters that logins don't have."""
    assert expected == faults(lambda: create_user(a_tenant(), a_form(**form), by=ADMIN))


def test_two_users_may_not_share_numeric_id_extension_or_unique_contacts() -> None:
    """PV-1, PV-7, ID-8: login, numeric id and extension everywhere; email and mobile where the blueprint says so."""
    tenant = created(a_tenant("puzzel", international_calling=True), a_form("puzzel", mobile="004792345678"))
    form = a_form("puzzel", login="mina", email="RAVI@example.com", mobile="+47 923 45 678")
    expected = [("email", Code.EMAIL_TAKEN), ("mobile", Code.MOBILE_TAKEN), ("numeric_id", Code.NUMERIC_ID_TAKEN)]
    assert expected == faults(lambda: create_user(tenant, form, by=ADMIN))
    flo = created(a_tenant(), a_form(extension="101"))
    assert [("extension", Code.EXTENSION_TAKEN)] == faults(
        lambda: create_user(flo, a_form(login="mina", extension="101"), by=ADMIN)
    )


# ---- phone numbers ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("phone", "international", "outcome"),
    [
        ("9812345678", False, "+919812345678"),
        ("+91 98123 45678", False, "+919812345678"),
        ("981234567", False, Code.PHONE_LENGTH),
        ("98123456789", False, Code.PHONE_LENGTH),
        ("+47 22 33 44 55", False, Code.PHONE_INTERNATIONAL_OFF),
        ("+47 22 33 44 55", True, "+4722334455"),
        ("0047 22 33 44 55", True, "+4722334455"),
        ("9812345678", True, "+919812345678"),
    ],
)
def test_a_phone_number_has_ten_national_digits_without_international_calling(
    phone: str, international: bool, outcome: object
) -> None:
    """PV-6, ID-9: the length rule holds while international calling is off; then a foreign number needs its prefix."""
    tenant = a_tenant(international_calling=international)
    if isinstance(outcome, Code):
        assert [("phone", outcome)] == faults(lambda: create_user(tenant, a_form(phone=phone), by=ADMIN))
    else:
        assert outcome == the_user(create_user(tenant, a_form(phone=phone), by=ADMIN)).phone


def test_puzzel_takes_a_mobile_with_00_and_country_code() -> None:
    """PV-7: `00` and the country code, as the product asks for it."""
    tenant = a_tenant("puzzel", region="NO", international_calling=True)
    form = a_form("puzzel", email=..., mobile="004792345678")
    assert "+4792345678" == the_user(create_user(tenant, form, by=ADMIN)).mobile


# ---- options that need one another -----------------------------------------------------------------------------------

NEEDS: list[tuple[dict[str, object], list[tuple[str, Code]]]] = [
    ({"area_caller_ids": {"91": "c-1"}}, [("area_caller_ids", Code.FIELD_NEEDS)]),
    ({"route_through": "mobile"}, [("route_through", Code.FIELD_NEEDS)]),
    ({"extension_addresses": ["a-office"]}, [("extension_addresses", Code.FIELD_NEEDS)]),
    ({"time_group_failover": "hang-up"}, [("time_group_failover", Code.FIELD_NEEDS)]),
    ({"dialler_panel": True}, [("dialler_panel", Code.DIALLER_PANEL_NEEDS_LOGIN_BASED)]),
    ({"two_factor": True, "phone": "8069651171"}, [("two_factor", Code.TWO_FACTOR_NEEDS_MOBILE)]),
    (
        {"forward_same_as_phone": True, "forward_number": "9812345673"},
        [("forward_same_as_phone", Code.FIELD_CONTRADICTS)],
    ),
    ({"agent_groups": ["ag-1", "ag-2"]}, [("agent_groups", Code.FIELD_TOO_MANY)]),
    ({"role": ..., "roles": ["agent", "admin"]}, [("roles", Code.ROLE_ONLY_ONE)]),
    ({"roles": ["agent"]}, [("roles", Code.FIELD_CONTRADICTS)]),
    ({"numeric_id": 5}, [("numeric_id", Code.FIELD_NOT_ALLOWED)]),
]


@pytest.mark.parametrize(("form", "expected"), NEEDS)
def test_options_that_do_not_fit_are_refused(form: dict[str, object], expected: list[tuple[str, Code]]) -> None:
    """PV-6: extension options only with an extension, two-factor with a mobile, the dialler panel with its calling."""
    assert expected == faults(lambda: create_user(a_tenant(), a_form(**form), by=ADMIN))


@pytest.mark.parametrize(
    "form",
    [
        {"two_factor": True},
        {"two_factor": True, "phone": "8069651171", "mobile": "9812345672"},
        {"dialler_panel": True, "login_based_calling": True},
        {"forward_same_as_phone": True, "forward_number": "9812345678"},
        {"area_caller_ids": {}, "route_through": None, "extension_addresses": []},
    ],
)
def test_options_that_fit_pass(form: dict[str, object]) -> None:
    """ID-13, PV-6: a phone that receives messages is a registered mobile; empty options need no extension."""
    assert "u-ravi" == the_user(create_user(a_tenant(), a_form(**form), by=ADMIN)).id


def test_a_forward_to_the_tenants_own_number_is_refused() -> None:
    """RT-9: forwarding to a number of the tenant itself goes round in a circle."""
    found = faults(lambda: create_user(a_tenant(), a_form(forward_number="8069651170"), by=ADMIN))
    assert [("forward_number", Code.FORWARD_SELF)] == found


def test_an_agent_is_not_their_own_failover() -> None:
    """RT-9: the failover of an agent is somebody or something else."""
    form = a_form(time_group="tg-1", time_group_failover="agent:u-ravi")
    found = faults(lambda: create_user(a_tenant(), form, by=ADMIN))
    assert [("time_group_failover", Code.FAILOVER_SELF)] == [(where.partition(".")[0], code) for where, code in found]


# ---- the workplace ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ({"home_department": "d-sales"}, [("home_department", Code.FIELD_DERIVED)]),
        ({"manage_accounts": True}, [("manage_accounts", Code.FIELD_NOT_ALLOWED)]),
        ({"skills": {"s-hindi": 3}}, [("skills.s-hindi", Code.SKILL_WITHOUT_LEVEL)]),
        ({"role": "supervisor"}, [("supervisor", Code.FIELD_NOT_ALLOWED), ("home_department", Code.FIELD_REQUIRED)]),
    ],
)
def test_agents_and_supervisors_have_different_fields(
    form: dict[str, object], expected: list[tuple[str, Code]]
) -> None:
    """PV-8: an agent's department can't be entered; switches are a supervisor's; skills have no levels."""
    tenant = a_tenant("supervisor-workplace")
    found = faults(lambda: create_user(tenant, a_form("supervisor-workplace", **form), by=ADMIN))
    assert sorted(expected) == sorted(found)


@pytest.mark.parametrize("field", ["alias", "skills", "supervisor"])
def test_a_supervisor_has_no_agents_fields(field: str) -> None:
    """PV-8: alias, skills and supervisor are refused on a supervisor, unless they are empty."""
    value: object = {"alias": "Mina", "skills": ["s-hindi"], "supervisor": "u-lead"}[field]
    tenant = a_tenant("supervisor-workplace")
    form = {**SUPERVISOR_FORM, field: value}
    assert [(field, Code.FIELD_NOT_ALLOWED)] == faults(lambda: create_user(tenant, form, by=ADMIN))
    assert "u-mina" == the_user(create_user(tenant, {**SUPERVISOR_FORM, field: None}, by=ADMIN)).id


def test_an_agents_department_follows_the_supervisor() -> None:
    """PV-8: a live link: nothing is stored with the agent, and the department is the supervisor's whenever asked."""
    tenant = created(a_tenant("supervisor-workplace"), a_form("supervisor-workplace", skills=["s-hindi"]))
    ravi = tenant.users[UserId("u-ravi")]
    assert (None, "d-sales") == (ravi.home_department, tenant.home_department(ravi))
    assert Table({SkillId("s-hindi"): None}) == ravi.skills


@pytest.mark.parametrize(
    ("switch", "permission"),
    [("transfer_threads", "thread:transfer"), ("manage_accounts", "user:*"), ("manage_sessions", "settings:*")],
)
def test_a_switch_is_a_grant_for_the_whole_tenant(switch: str, permission: str) -> None:
    """PV-8, AC-11: each switch stands for one permission, with who gave it and when."""
    tenant = a_tenant("supervisor-workplace")
    (grant,) = the_user(create_user(tenant, {**SUPERVISOR_FORM, switch: True}, by=ADMIN, at=AT)).grants
    assert (permission, WHOLE_TENANT, ADMIN, AT) == (grant.permission, grant.scope, grant.given_by, grant.given_at)


# ---- passwords -------------------------------------------------------------------------------------------------------


def test_a_typed_password_is_apart_and_never_shown() -> None:
    """CR-7, PV-9: it comes with the change for the host to hash, and is in no word, repr or event."""
    change = create_user(a_tenant(), a_form(), by=ADMIN)
    assert PASSWORD == change.secrets["password"].reveal()
    assert PASSWORD not in repr(change) + "".join(change.describe()) + repr(change.events)
    assert 0 == len(change.without_secrets().secrets)


def test_every_failed_part_of_the_password_rule_is_reported() -> None:
    """CR-1: all at once, at the field, and not a word of the password."""
    form = a_form(password="ravi")
    tenant = a_tenant()
    with pytest.raises(InvalidValue) as caught:
        create_user(tenant, form, by=ADMIN)
    assert (Code.PASSWORD_TOO_SHORT, Code.PASSWORD_CONTAINS_LOGIN) == caught.value.codes
    assert {"password"} == {problem.where for problem in caught.value.problems}
    assert "ravi" not in str(caught.value)


def test_a_generated_password_is_for_one_use() -> None:
    """CR-1, PV-6: made outside, checked here, given with the change and marked as one-time."""
    tenant = a_tenant()
    made = generate_password(tenant.blueprint.password_policy, login="ravi")
    form = a_form(password=..., generate_password=True)
    change = create_user(tenant, form, by=ADMIN, generated=made.secret)
    assert made.secret is change.secrets["password"]
    assert [{"one_time": "yes"}] == [dict(e.facts) for e in change.events if e.kind is EventKind.PASSWORD_SET]


@pytest.mark.parametrize(
    ("form", "generated", "expected"),
    [
        ({"password": ..., "generate_password": True}, None, [("generate_password", Code.PASSWORD_NOT_GENERATED)]),
        ({"generate_password": True}, "some other otter", [("generate_password", Code.FIELD_CONTRADICTS)]),
        ({"password": ..., "generate_password": True}, "short", [("password", Code.PASSWORD_TOO_SHORT)]),
        ({"password": 5}, None, [("password", Code.PASSWORD_WRONG_TYPE)]),
        ({"password": ""}, None, [("password", Code.PASSWORD_REQUIRED)]),
    ],
)
def test_a_password_that_is_not_there_or_not_good(
    form: dict[str, object], generated: str | None, expected: list[tuple[str, Code]]
) -> None:
    """CR-1: nothing was generated, both are given, or the rule isn't satisfied."""
    secret = None if generated is None else Secret(generated)
    assert expected == faults(lambda: create_user(a_tenant(), a_form(**form), by=ADMIN, generated=secret))


def test_a_password_is_discouraged_where_users_set_their_own() -> None:
    """PV-7: possible, with a warning; and a warning without a numeric id."""
    form = a_form("puzzel", password=PASSWORD, numeric_id=...)
    change = create_user(a_tenant("puzzel"), form, by=ADMIN)
    assert [("numeric_id", Code.FIELD_RECOMMENDED), ("password", Code.FIELD_DISCOURAGED)] == [
        (each.where, each.code) for each in change.warnings
    ]


@pytest.mark.parametrize("method", ["windows", "external"])
def test_a_method_without_password_takes_none(method: str) -> None:
    """ID-4: who signs in elsewhere has no password here."""
    form = a_form("smartq", authentication_method=method, windows_login="ravi", password=PASSWORD)
    assert [("password", Code.PASSWORD_METHOD)] == faults(lambda: create_user(a_tenant("smartq"), form, by=ADMIN))


def test_a_network_that_lets_everybody_in_is_warned_of() -> None:
    """CR-6: `0.0.0.0/0` among selected addresses is most likely a mistake."""
    change = create_user(a_tenant(), a_form(allowed_addresses=["0.0.0.0/0"]), by=ADMIN)
    assert [("allowed_addresses", Code.IP_TOO_WIDE)] == [(each.where, each.code) for each in change.warnings]


# ---- who may ---------------------------------------------------------------------------------------------------------


def test_want_of_permission_comes_first_and_alone() -> None:
    """PV-2: whoever may not add users learns nothing of the form."""
    tenant = a_tenant()
    with pytest.raises(Refused) as caught:
        create_user(tenant, {"login": "lead", "nonsense": 1}, by=UserId("u-lead"))
    (problem,) = caught.value.problems
    assert Code.PERMISSION_NOT_GRANTED is problem.code
    assert ("u-lead", "user:add") == (problem.parameters["actor"], problem.parameters["permission"])


@pytest.mark.parametrize("status", [Status.DISABLED, Status.BLOCKED, Status.DEACTIVATED])
def test_who_is_not_active_creates_nobody(status: Status) -> None:
    """AC-4: a disabled admin is none."""
    tenant = a_tenant()
    boss = attrs.evolve(tenant.users[ADMIN], status=status)
    tenant = attrs.evolve(tenant, users=tenant.users.put(ADMIN, boss))
    with pytest.raises(Refused) as caught:
        create_user(tenant, a_form(), by=ADMIN)
    assert (Code.USER_NOT_ACTIVE,) == caught.value.codes


def test_an_unknown_actor_is_refused_and_nobody_is_the_host() -> None:
    """AC-4: an id that isn't there may nothing. Without an actor the host itself acts."""
    tenant = a_tenant()
    assert [("(whole)", Code.USER_UNKNOWN)] == faults(lambda: create_user(tenant, a_form(), by=UserId("u-who")))
    assert create_user(tenant, a_form(), by=None).actor is None


@pytest.mark.parametrize(("supervisor", "allowed"), [("u-lead", True), ("u-other", False)])
def test_a_supervisor_adds_their_own_agents_only(supervisor: str, allowed: bool) -> None:
    """AC-3: a right to add within a scope reaches the users who would be in it."""
    tenant = a_tenant("supervisor-workplace")
    lead = UserId("u-lead")
    other = attrs.evolve(tenant.users[lead], id=UserId("u-other"), login=Login("other"))
    tenant = attrs.evolve(tenant, users=tenant.users.put(other.id, other))
    tenant = with_role(tenant, lead, ("user:add", Within.OWN_AGENTS))
    leading = attrs.evolve(tenant.users[lead], roles=[RoleId("supervisor")])
    tenant = attrs.evolve(tenant, users=tenant.users.put(lead, leading))
    form = a_form("supervisor-workplace", supervisor=supervisor)
    if allowed:
        assert "u-lead" == the_user(create_user(tenant, form, by=lead)).supervisor
    else:
        assert [("(whole)", Code.PERMISSION_NOT_GRANTED)] == faults(lambda: create_user(tenant, form, by=lead))


def test_rights_that_the_actor_lacks_are_not_handed_on() -> None:
    """AC-5: a role is given only by who holds all its rights; otherwise the refusal names what is too much."""
    tenant = with_role(a_tenant(), UserId("u-lead"), ("user:add", Within.TENANT))
    with pytest.raises(Refused) as caught:
        create_user(tenant, a_form(role="admin", phone="nonsense"), by=UserId("u-lead"))
    (problem,) = caught.value.problems
    assert (Code.ROLE_EXCEEDS_ACTOR, "roles") == (problem.code, problem.where)
    assert "access:grant" in str(problem.parameters["permissions"])
    assert "u-ravi" == the_user(create_user(tenant, a_form(role="agent"), by=UserId("u-lead"))).id


@pytest.mark.parametrize(("held", "allowed"), [(Within.OWN_AGENTS, False), (Within.HOME_DEPARTMENT, True)])
def test_a_scoped_right_is_handed_on_within_what_is_held(held: Within, allowed: bool) -> None:
    """AC-5: the objects that a role reaches for its receiver must lie within the actor's own."""
    lead = UserId("u-lead")
    tenant = with_role(a_tenant(), lead, ("user:add", Within.TENANT), ("record:view", held))
    role = a_role("clerk", ("record:view", Within.HOME_DEPARTMENT))
    tenant = attrs.evolve(tenant, roles=tenant.roles.put(role.id, role))
    form = a_form(role="clerk", home_department="d-sales")
    if allowed:
        assert frozenset({RoleId("clerk")}) == the_user(create_user(tenant, form, by=lead)).roles
    else:
        assert [("roles", Code.ROLE_EXCEEDS_ACTOR)] == faults(lambda: create_user(tenant, form, by=lead))


def test_a_change_goes_stale() -> None:
    """PV-9: to another version of the tenant it is a conflict."""
    tenant = a_tenant()
    change = create_user(tenant, a_form(), by=ADMIN)
    with pytest.raises(Conflict):
        change.apply(created(tenant, a_form(login="mina")))
