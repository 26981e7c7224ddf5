"""Reading forms: what can't be read, everything at once, and blueprints of a host's own (PV-1, PV-2, P76, P77)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentprov.errors import Code, InvalidValue, Problem, Refused
from agentprov.model.access import Catalogue, Permission
from agentprov.model.blueprint import Ask, Blueprint, Default, FieldRule, Switch, When
from agentprov.model.changes import Change
from agentprov.model.destinations import HangUp, ToAnnouncement
from agentprov.model.groups import Announcement
from agentprov.model.identity import Login
from agentprov.model.ids import AnnouncementId, DepartmentId, ProfileId, TenantId, UserId
from agentprov.model.network import parse_network
from agentprov.model.secret import Secret
from agentprov.model.settings import Settings
from agentprov.model.table import Table
from agentprov.model.tenant import Tenant
from agentprov.model.users import AuthenticationMethod, SelectedAddresses, User
from agentprov.provisioning import create_user, update_user
from agentprov.provisioning.fields import FIELDS
from tests.provisioning.samples import ADMIN, AT, a_form, a_tenant, created, faults, the_user

ANYTHING = [FieldRule(field=name) for name in FIELDS]


def own(**parts: object) -> Tenant:
    """A tenant with a blueprint of its own, in which every field is optional unless said otherwise."""
    plan: dict[str, object] = {
        "name": "own",
        "catalogue": Catalogue(sections=Table({"user": ("view", "add", "edit", "delete")})),
        "rules": ANYTHING,
        **parts,
    }
    tenant = a_tenant()
    return attrs.evolve(
        tenant,
        blueprint=Blueprint(**plan),  # type: ignore[arg-type]
        roles={},
        users={},
        profiles=tenant.profiles.drop(ProfileId("p-lead")),
    )


BAD: list[tuple[str, object, str, Code]] = [
    # B001, B002, B004, B005, B007, B008, B010, B026, B028, B029
    ("login", "", "login", Code.LOGIN_REQUIRED),
    ("login", "   ", "login", Code.LOGIN_INVALID_CHARACTER),
    ("login", "anna\n", "login", Code.LOGIN_INVALID_CHARACTER),
    ("login", "an\0na", "login", Code.LOGIN_INVALID_CHARACTER),
    ("login", "\uff41dmin", "login", Code.LOGIN_NOT_NORMAL_FORM),
    ("login", "admin\u200b", "login", Code.LOGIN_INVALID_CHARACTER),
    ("login", "ad\u202emin", "login", Code.LOGIN_BIDI_CONTROL),
    ("login", '"; DROP TABLE users;--', "login", Code.LOGIN_INVALID_CHARACTER),
    ("login", None, "login", Code.LOGIN_REQUIRED),
    ("login", 5, "login", Code.LOGIN_WRONG_TYPE),
    ("login", b"x", "login", Code.LOGIN_WRONG_TYPE),
    ("login", ["a"], "login", Code.LOGIN_WRONG_TYPE),
    # B040, B032
    ("password", 5, "password", Code.PASSWORD_WRONG_TYPE),
    ("password", "x" * 1_000_000, "password", Code.PASSWORD_TOO_LONG),
    # B076, B077, B080, B089
    ("email", "a@localhost", "email", Code.EMAIL_INVALID),
    ("email", "a@b.test", "email", Code.EMAIL_RESERVED_DOMAIN),
    ("email", "a@x.no\r\nBcc: z@y.no", "email", Code.EMAIL_INVALID),
    ("email", 5, "email", Code.EMAIL_WRONG_TYPE),
    # B094, B095, B098, B101, B103, B106, B107
    ("phone", "++4791234567", "phone", Code.PHONE_INVALID),
    ("phone", "981234\u200b5678", "phone", Code.PHONE_INVALID_CHARACTER),
    ("phone", "1-800-FLOWERS", "phone", Code.PHONE_LETTERS),
    ("phone", "112", "phone", Code.PHONE_EMERGENCY),
    ("phone", "*21*91234567#", "phone", Code.PHONE_SERVICE_CODE),
    ("phone", 9812345678, "phone", Code.PHONE_WRONG_TYPE),
    # B115, B118, B119, CR-6
    ("allowed_addresses", ["010.0.0.1"], "allowed_addresses[0]", Code.IP_INVALID),
    ("allowed_addresses", ["1.2.3.0/0.0.0.255"], "allowed_addresses[0]", Code.IP_INVALID),
    ("allowed_addresses", ["10.0.0.1", "fe80::1%eth0"], "allowed_addresses[1]", Code.IP_ZONE_NOT_ALLOWED),
    ("allowed_addresses", [True], "allowed_addresses[0]", Code.IP_WRONG_TYPE),
    ("allowed_addresses", [], "allowed_addresses", Code.FIELD_EMPTY),
    ("allowed_addresses", "", "allowed_addresses", Code.FIELD_WRONG_TYPE),
    ("allowed_addresses", "any", "allowed_addresses", Code.FIELD_WRONG_TYPE),
    ("allowed_addresses", ["10.0.0.1", "10.0.0.1"], "allowed_addresses[1]", Code.FIELD_DUPLICATE),
    # B142, B143, B146
    ("two_factor", "false", "two_factor", Code.FIELD_WRONG_TYPE),
    ("two_factor", 0, "two_factor", Code.FIELD_WRONG_TYPE),
    ("caller_ids", "c-1", "caller_ids", Code.FIELD_WRONG_TYPE),
    ("caller_ids", {"c-1": 1}, "caller_ids", Code.FIELD_WRONG_TYPE),
    ("caller_ids", ["c-1", "c-1"], "caller_ids[1]", Code.FIELD_DUPLICATE),
    ("caller_ids", ["c-1", "c-9"], "caller_ids[1]", Code.REFERENCE_MISSING),
    ("ring_timeout", 0, "ring_timeout", Code.TIMEOUT_OUT_OF_RANGE),
    ("ring_timeout", 10**9, "ring_timeout", Code.TIMEOUT_OUT_OF_RANGE),
    ("ring_timeout", "30", "ring_timeout", Code.FIELD_WRONG_TYPE),
    ("ring_timeout", float("nan"), "ring_timeout", Code.FIELD_WRONG_TYPE),
    # B154 and the rest
    ("name", "anna\nWARNING admin granted", "name", Code.FIELD_CONTROL_CHARACTER),
    ("name", 5, "name", Code.FIELD_WRONG_TYPE),
    ("status", "on", "status", Code.FIELD_UNKNOWN_CHOICE),
    ("status", True, "status", Code.FIELD_WRONG_TYPE),
    ("outbound_block", "some", "outbound_block", Code.FIELD_UNKNOWN_CHOICE),
    ("extension", "12a", "extension", Code.FIELD_INVALID),
    ("extension", 101, "extension", Code.FIELD_WRONG_TYPE),
    ("visible_users", ["u-none"], "visible_users", Code.REFERENCE_MISSING),
    ("visible_users", ["no id"], "visible_users[0]", Code.ID_INVALID),
    ("home_department", "d-none", "home_department", Code.REFERENCE_MISSING),
    ("home_department", 4, "home_department", Code.FIELD_WRONG_TYPE),
    ("alternate_numbers", ["9812345678", "98"], "alternate_numbers[1]", Code.PHONE_LENGTH),
]


@pytest.mark.parametrize(("field", "value", "where", "code"), BAD, ids=lambda value: repr(value)[:30])
def test_bad_input_has_its_code_and_its_place(field: str, value: object, where: str, code: Code) -> None:
    """Section 4 of the bad inputs: the code, the path, and the tenant as it was."""
    tenant = a_tenant()
    assert (where, code) in faults(lambda: create_user(tenant, a_form(**{field: value}), by=ADMIN))
    assert a_tenant() == tenant


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("visible_users", "u-ravi", "expected a list, found text"),
        ("home_department", ["d-bookings"], "expected text, found a list"),
        ("status", True, "expected text, found true or false"),
        ("home_department", 4, "expected text, found a whole number"),
        ("home_department", object(), "expected text, found something else"),
        ("two_factor", 0.5, "expected true or false, found a fraction"),
    ],
)
def test_a_value_of_the_wrong_kind_is_told_by_its_kind(field: str, value: object, sentence: str) -> None:
    """PV-2: what was expected and what was found, never the value itself."""
    with pytest.raises(InvalidValue) as caught:
        create_user(a_tenant(), a_form(**{field: value}), by=ADMIN)

    assert sentence in [problem.message for problem in caught.value.problems]


SPECIAL: list[tuple[str, object, str, Code]] = [
    ("contact_details", {"fax": "1", " fax": "2"}, 'contact_details." fax"', Code.FIELD_DUPLICATE),
    ("contact_details", {"fa\u200bx": "1"}, 'contact_details."fa\\u200bx"', Code.FIELD_CONTROL_CHARACTER),
    ("numeric_id", 2**63, "numeric_id", Code.NUMERIC_ID_OUT_OF_RANGE),
    ("numeric_id", "9" * 5000, "numeric_id", Code.NUMERIC_ID_OUT_OF_RANGE),
    ("numeric_id", "007", "numeric_id", Code.NUMERIC_ID_INVALID),
    ("language", "english please", "language", Code.LANGUAGE_INVALID),
    ("windows_login", "abc@", "windows_login", Code.WINDOWS_LOGIN_INVALID),
    ("emergency_region", "India", "emergency_region", Code.REGION_UNKNOWN),
    ("emergency_caller_id", "c-1", "emergency_caller_id", Code.FIELD_NEEDS),
    ("contact_details", {"fax": "\u202e1"}, "contact_details.fax", Code.FIELD_CONTROL_CHARACTER),
    ("contact_details", [1], "contact_details", Code.FIELD_WRONG_TYPE),
    ("skills", {"s-hindi": 6}, "skills.s-hindi", Code.FIELD_OUT_OF_RANGE),
    ("skills", {"s-hindi": "3"}, "skills.s-hindi", Code.FIELD_WRONG_TYPE),
    ("skills", {"no id": 3}, 'skills."no id"', Code.ID_INVALID),
    ("skills", ["s-none"], "skills", Code.REFERENCE_MISSING),
    ("unticked_profiles", ["p-none"], "unticked_profiles", Code.REFERENCE_MISSING),
    ("area_caller_ids", {"2x": "c-1"}, "area_caller_ids.2x", Code.FIELD_INVALID),
    ("area_caller_ids", {"22": "no id"}, "area_caller_ids.22", Code.ID_INVALID),
    ("time_group_failover", "nowhere:x", "time_group_failover", Code.FIELD_UNKNOWN_TAG),
    ("time_group_failover", "hang-up:why", "time_group_failover", Code.FIELD_UNKNOWN_CHOICE),
    ("type", "robot", "type", Code.FIELD_UNKNOWN_CHOICE),
]


@pytest.mark.parametrize(("field", "value", "where", "code"), SPECIAL, ids=lambda value: repr(value)[:30])
def test_bad_input_of_rarer_fields(field: str, value: object, where: str, code: Code) -> None:
    """ID-7 to ID-9, PR-5, OB-5: where any field may be given, each has its own faults."""
    assert (where, code) in faults(lambda: create_user(own(), {"login": "ravi", field: value}, by=None))


GOOD: list[tuple[str, object, str, object]] = [
    ("windows_login", "XYZ\\abc", "person.windows_login", "abc"),
    ("windows_login", "abc@xyz", "person.windows_login", "abc"),
    ("numeric_id", "4711", "numeric_id", 4711),
    ("language", "ZH-hant-tw", "language", "zh-Hant-TW"),
    ("skills", {"s-hindi": 3, "s-billing": None}, "skills", Table({"s-hindi": 3, "s-billing": None})),
    ("contact_details", {"fax": " 1 "}, "person.contact_details", Table({"fax": "1"})),
    ("gender", "woman", "person.gender", "woman"),
    ("photo", "photos/7.png", "person.photo", "photos/7.png"),
    ("type", "customer", "type", "customer"),
    ("emergency_region", "IN", "site.emergency_region", "IN"),
]


@pytest.mark.parametrize(("field", "value", "place", "stored"), GOOD, ids=lambda value: repr(value)[:30])
def test_rarer_fields_are_kept(field: str, value: object, place: str, stored: object) -> None:
    """ID-4, ID-7: each field where the user has it, in its normal form."""
    found: object = the_user(create_user(own(), {"login": "ravi", field: value}, by=None))
    for part in place.split("."):
        found = getattr(found, part)
    assert stored == found


@pytest.mark.parametrize("field", sorted(FIELDS.keys() - {"password"}))
def test_a_secret_where_none_belongs_is_a_fault_like_any_other(field: str) -> None:
    """PV-2, P75, P76: a password in the wrong field is told by its place and never shown, and isn't compared."""
    with pytest.raises(InvalidValue) as caught:
        create_user(own(), {"login": "ravi", field: Secret("Orange-Kettle-42-Rain")}, by=None)

    assert field in {problem.path[0] for problem in caught.value.problems}
    assert "Kettle" not in f"{caught.value}{caught.value!r}"


def test_everything_wrong_is_said_at_once_in_the_order_of_the_fields() -> None:
    """PV-2, P77: names, values, references, routes and the password together; the tenant's faults too."""
    form = a_form(
        login="lead",
        name="",
        phone="12",
        email="x",
        role="boss",
        password="short",
        home_department="d-none",
        caller_ids=["c-9"],
        forward_number="8069651170",
        nonsense=1,
        extension_addresses=["a-none"],
    )
    found = faults(lambda: create_user(a_tenant(), form, by=ADMIN))
    assert [
        ("login", Code.LOGIN_TAKEN),
        ("name", Code.FIELD_REQUIRED),
        ("email", Code.EMAIL_INVALID),
        ("phone", Code.PHONE_LENGTH),
        ("password", Code.PASSWORD_TOO_SHORT),
        ("home_department", Code.REFERENCE_MISSING),
        ("roles", Code.REFERENCE_MISSING),
        ("caller_ids[0]", Code.REFERENCE_MISSING),
        ("extension_addresses", Code.FIELD_NEEDS),
        ("forward_number", Code.FORWARD_SELF),
        ("nonsense", Code.FIELD_UNKNOWN),
    ] == found


def test_an_unknown_field_suggests_a_known_one() -> None:
    """FF-1: a name that is nearly right is probably meant."""
    with pytest.raises(InvalidValue) as caught:
        create_user(a_tenant(), a_form(designaton="Agent"), by=ADMIN)
    assert "`designation`" in caught.value.problems[0].mend


@pytest.mark.parametrize("form", [None, 5, "login", [("login", "x")]])
def test_a_form_is_an_object(form: object) -> None:
    """P76: anything else is a fault, not an exception of another family."""
    wrong: object = form
    assert ("(whole)", Code.FIELD_WRONG_TYPE) in faults(lambda: create_user(a_tenant(), wrong, by=ADMIN))  # type: ignore[arg-type]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=5,
)


FORMS = st.dictionaries(st.sampled_from([*FIELDS, "role", "agent_group", "?"]), JSON, max_size=6)


def outcome(attempt: Callable[[], Change]) -> Change | tuple[Problem, ...]:
    """The change, or the problems of the one family of errors; anything else fails the test."""
    try:
        return attempt()
    except (InvalidValue, Refused) as error:
        return error.problems


@given(form=FORMS)
def test_whatever_a_form_holds_gives_a_change_or_problems(form: dict[str, object]) -> None:
    """P76: for every value that JSON can hold; a change that is given can be applied, and problems can be told."""
    tenant = own()
    found = outcome(lambda: create_user(tenant, {"login": "ravi", **form}, by=None, id=UserId("u-ravi")))
    if isinstance(found, Change):
        assert "u-ravi" in found.apply(tenant).users
    else:
        assert all(problem.message and problem.path for problem in found)


@given(form=FORMS)
def test_whatever_an_update_holds_gives_a_change_or_problems(form: dict[str, object]) -> None:
    """P76, P84: the same for an update; and the login is the one there was."""
    tenant = created(own(), {"login": "ravi", "mobile": "9812345678", "extension": "1", "phone": "9812345679"})
    found = outcome(lambda: update_user(tenant, UserId("u-ravi"), form, by=None))
    if isinstance(found, Change):
        assert "ravi" == found.apply(tenant).users[UserId("u-ravi")].login
    else:
        assert all(problem.message and problem.path for problem in found)


# ---- blueprints of a host's own --------------------------------------------------------------------------------------


def test_a_field_without_a_rule_is_not_part_of_the_form() -> None:
    """PV-1: entering it is an error; its neutral value is no entry."""
    tenant = own(rules=[FieldRule(field="login")])
    assert [("alias", Code.FIELD_NOT_ALLOWED)] == faults(
        lambda: create_user(tenant, {"login": "ravi", "alias": "R", "two_factor": False}, by=None)
    )


@pytest.mark.parametrize(
    ("rule", "form", "expected"),
    [
        (FieldRule(field="alias", unique=True), {"alias": "Rick"}, [("alias", Code.FIELD_TAKEN)]),
        (FieldRule(field="alias", needs=["name"]), {"alias": "R"}, [("alias", Code.FIELD_NEEDS)]),
        (FieldRule(field="calling", ask=Ask.REQUIRED), {}, [("calling", Code.FIELD_REQUIRED)]),
        (FieldRule(field="skills", most=1), {"skills": ["s-hindi", "s-billing"]}, [("skills", Code.FIELD_TOO_MANY)]),
        (FieldRule(field="name", ask=Ask.DERIVED), {"name": "R"}, [("name", Code.FIELD_DERIVED)]),
    ],
)
def test_a_rule_of_a_hosts_own(rule: FieldRule, form: dict[str, object], expected: list[tuple[str, Code]]) -> None:
    """PV-1: unique, needs, required, most and derived work for any field."""
    rules = [rule, *(each for each in ANYTHING if each.field != rule.field)]
    tenant = created(own(), {"login": "mina", "alias": "Rick"})
    tenant = attrs.evolve(tenant, blueprint=attrs.evolve(tenant.blueprint, rules=rules))
    assert expected == faults(lambda: create_user(tenant, {"login": "ravi", **form}, by=None))


def test_an_immutable_field_stays_as_it_was_saved() -> None:
    """PV-1: not only the login can be fixed."""
    rules = [FieldRule(field="alias", immutable=True), *ANYTHING]
    tenant = created(own(rules=rules), {"login": "ravi", "alias": "Rick"})
    assert [("alias", Code.FIELD_IMMUTABLE)] == faults(
        lambda: update_user(tenant, UserId("u-ravi"), {"alias": "R"}, by=None)
    )
    assert () == update_user(tenant, UserId("u-ravi"), {"alias": "Rick"}, by=None).edits


def test_defaults_fill_what_is_not_said() -> None:
    """PV-1: by role, by type, by method; what is said stays, and an update fills nothing in."""
    defaults = [
        Default(field="designation", value="Signs in with Windows", when=When(methods=[AuthenticationMethod.WINDOWS])),
        Default(field="designation", value="Customer", when=When(types=["customer"])),
        Default(field="designation", value="Somebody"),
    ]
    tenant = own(defaults=defaults)

    def designation(**form: object) -> str | None:
        return the_user(create_user(tenant, {"login": "ravi", **form}, by=None)).person.designation

    assert "Somebody" == designation()
    assert "Customer" == designation(type="customer")
    assert "Signs in with Windows" == designation(authentication_method=AuthenticationMethod.WINDOWS.value)
    assert "Boss" == designation(designation="Boss")
    stored = created(tenant, {"login": "ravi", "designation": "Boss"})
    cleared = update_user(stored, UserId("u-ravi"), {"designation": None}, by=None)
    assert the_user(cleared).person.designation is None


def test_a_default_that_fits_no_field_is_a_fault_at_the_field() -> None:
    """PV-1: a mistake in the blueprint is named where it shows, and nothing is guessed."""
    tenant = own(defaults=[Default(field="ring_timeout", value="soon")])
    assert [("ring_timeout", Code.FIELD_WRONG_TYPE)] == faults(lambda: create_user(tenant, {"login": "r"}, by=None))


def test_a_switch_of_a_hosts_own_is_a_field() -> None:
    """PV-8: any yes or no can stand for any permission, and can be taken off again."""
    tenant = own(
        rules=[*ANYTHING, FieldRule(field="may_add")],
        switches=[Switch(field="may_add", permission=Permission("user:add"))],
    )
    tenant = create_user(tenant, {"login": "ravi", "may_add": True}, by=None, at=AT).apply(tenant)
    assert ["user:add"] == [grant.permission for grant in tenant.users[UserId("u-ravi")].grants]
    off = update_user(tenant, UserId("u-ravi"), {"may_add": False}, by=None).apply(tenant)
    assert () == off.users[UserId("u-ravi")].grants


def test_a_tenant_can_be_founded_from_nothing() -> None:
    """AC-5, PV-2: the host itself makes the first user of an empty tenant."""
    plan = a_tenant("smartq").blueprint
    empty = Tenant(
        id=TenantId("t"),
        name="New",
        settings=Settings(time_zone="UTC", region="IN"),
        blueprint=plan,
        roles=plan.ready_roles,
    )
    first = create_user(empty, {"login": "root", "name": "Root", "role": "admin"}, by=None).apply(empty)
    second = create_user(first, a_form("smartq"), by=UserId("u-root")).apply(first)
    assert {"u-root", "u-ravi"} == set(second.users)
    assert User(id=UserId("u-root"), login=Login("root"), name="Root", roles=["admin"]) == first.users[UserId("u-root")]  # type: ignore[list-item]


# ---- rarer ways to be wrong ------------------------------------------------------------------------------------------


def test_a_role_that_the_blueprint_does_not_have_is_refused() -> None:
    """PV-4: exactly three roles: another one is refused even where somebody files it, and no other field suffers."""
    found = faults(lambda: create_user(a_tenant("smartq"), a_form("smartq", role="boss"), by=ADMIN))
    assert [("roles", Code.ROLE_NOT_IN_BLUEPRINT)] == found


def test_a_link_to_the_phone_needs_a_phone() -> None:
    """ID-13: "same as user number" without a number is refused, when it is made and when the number goes."""
    expected = [("forward_same_as_phone", Code.FORWARD_WITHOUT_PHONE)]
    assert expected == faults(lambda: create_user(own(), {"login": "r", "forward_same_as_phone": True}, by=None))
    tenant = created(own(), {"login": "r", "phone": "9812345678", "forward_same_as_phone": True})
    assert expected == faults(lambda: update_user(tenant, UserId("u-r"), {"phone": None}, by=None))


def test_a_login_from_an_email_needs_one() -> None:
    """ID-6: where no email is required, "same as email" without one is refused, and no other login is missed."""
    found = faults(lambda: create_user(own(), {"login_same_as_email": True}, by=None))
    assert [("login_same_as_email", Code.FIELD_NEEDS)] == found


def test_lists_and_objects_have_an_end() -> None:
    """P76: more than ten thousand entries aren't read."""
    many = [f"u-{number}" for number in range(10_001)]
    for field, value in (("visible_users", many), ("contact_details", dict.fromkeys(many, "x"))):
        form = {"login": "r", field: value}
        assert [(field, Code.FIELD_TOO_MANY)] == faults(partial(create_user, own(), form, by=None))


def test_values_of_the_model_are_taken_as_they_are() -> None:
    """PV-2: a caller in the same program may give a secret, a destination or addresses of the model itself."""
    failover = ToAnnouncement(announcement=AnnouncementId("an-1"), next=HangUp())
    selected = SelectedAddresses(networks=[parse_network("10.0.0.0/8")])
    tenant = attrs.evolve(
        own(), announcements={AnnouncementId("an-1"): Announcement(id=AnnouncementId("an-1"), name="A")}
    )
    form = {
        "login": "r",
        "time_group": "tg-1",
        "time_group_failover": failover,
        "allowed_addresses": selected,
        "password": Secret("purple otter climbs"),
    }
    change = create_user(tenant, form, by=None)
    user = the_user(change)
    assert user.calling.hours is not None
    assert (failover, selected) == (user.calling.hours.failover, user.sign_in.addresses)
    assert "password" in change.secrets


def test_what_is_wrong_outside_the_form_is_said_too() -> None:
    """ID-3, ID-14: a member of a department can't become a customer; the fault is at the department."""
    tenant = created(own(), {"login": "r"})
    sales = tenant.departments[DepartmentId("d-sales")]
    tenant = attrs.evolve(tenant, departments={sales.id: attrs.evolve(sales, members=[UserId("u-r")])})
    found = faults(lambda: update_user(tenant, UserId("u-r"), {"type": "customer", "alias": 5}, by=None))
    assert [("alias", Code.FIELD_WRONG_TYPE), ("departments.d-sales.members[0]", Code.USER_NOT_ROUTED)] == found


def test_what_is_wrong_at_another_user_is_said_there() -> None:
    """ID-3, ID-14: who somebody's calls fail over to can't become a customer; the form isn't at fault."""
    tenant = created(own(), {"login": "r"})
    tenant = created(tenant, {"login": "s", "time_group": "tg-1", "time_group_failover": "agent:u-r"})
    found = faults(lambda: update_user(tenant, UserId("u-r"), {"type": "customer"}, by=None))
    assert [("users.u-s.calling.hours.failover.user", Code.USER_NOT_ROUTED)] == found


def test_whoever_has_a_taken_value_is_named_and_not_oneself() -> None:
    """PV-1: also where the one who has it was created later."""
    tenant = created(own(), {"login": "r", "numeric_id": 1})
    tenant = created(tenant, {"login": "s", "numeric_id": 2})
    with pytest.raises(InvalidValue) as caught:
        update_user(tenant, UserId("u-r"), {"numeric_id": 2}, by=None)
    (problem,) = caught.value.problems
    assert ("numeric_id", {"value": "2", "holder": "u-s"}) == (problem.where, problem.parameters)
