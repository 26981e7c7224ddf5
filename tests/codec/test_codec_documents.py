"""Documents of tenants: what is read, what is written, and that every problem comes with its path, all together."""

from __future__ import annotations

from copy import deepcopy
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import attrs
import pytest

from agentprov.codec import decode, dumps, encode, load, loads
from agentprov.codec.shapes import ListOf, Record, SetOf, Shape, TableOf, Tagged, fields_of
from agentprov.errors import Code, MalformedDocument
from agentprov.model.groups import Tombstone
from agentprov.model.identity import Login
from agentprov.model.ids import UserId
from agentprov.model.properties import READY_PROPERTIES
from agentprov.model.table import Table
from agentprov.model.tenant import Tenant
from tests.tenants import by_id, small, user

FULL = Path(__file__).with_name("full.toml")

SMALL: dict[str, Any] = {
    "agentprov": 1,
    "id": "t-acme",
    "name": "Acme",
    "settings": {"time_zone": "Asia/Kolkata", "region": "IN"},
    "blueprint": {"name": "small", "catalogue": {"sections": {"user": ["view", "edit"]}}},
    "users": {"u-asha": {"login": "asha", "phone": "+918069651170"}, "u-ravi": {"login": "ravi"}},
    "departments": {"d-sales": {"name": "Sales", "members": ["u-ravi"]}},
}


def document(**parts: object) -> dict[str, Any]:
    """The small document with some of its top-level keys replaced."""
    return {**deepcopy(SMALL), **parts}


def with_user(**fields: object) -> dict[str, Any]:
    """The small document, in which Asha has these fields as well."""
    changed = document()
    changed["users"]["u-asha"].update(fields)
    return changed


def problems(of: object) -> list[tuple[str, str]]:
    """Where and what is wrong with a document, as pairs of path and code."""
    with pytest.raises(MalformedDocument) as caught:
        decode(of)  # type: ignore[arg-type]  # on purpose, sometimes
    return [(problem.where, problem.code.value) for problem in caught.value.problems]


# ---- what is written -------------------------------------------------------------------------------------------------


def classes_in(shape: Shape, found: set[type]) -> set[type]:
    """Every class that can occur in a document."""
    match shape:
        case Record(cls=cls):
            members: tuple[type, ...] = (cls,)
        case Tagged(classes=classes):
            members = classes
        case ListOf(of=of) | SetOf(of=of) | TableOf(of=of):
            return classes_in(of, found)
        case _:
            members = ()
    for cls in members:
        if cls not in found:
            found.add(cls)
            for field in fields_of(cls):
                classes_in(field.shape, found)
    return found


def values_in(value: object) -> list[object]:
    """The value and all that it holds."""
    found = [value]
    for entry in found:
        if isinstance(entry, (Table, dict)):
            found.extend(entry.values())
        elif isinstance(entry, (tuple, frozenset)):
            found.extend(entry)
        elif attrs.has(cls := entry.__class__):
            found.extend(getattr(entry, field.name) for field in fields_of(cls))
    return found


def test_the_full_example_has_every_field_with_another_value_than_its_default() -> None:
    """FF-1: the example of the round-trip test below leaves nothing out."""
    found = values_in(load(FULL))
    plain = {
        f"{cls.__name__}.{field.name}"
        for cls in classes_in(Record(Tenant), set())
        for field in fields_of(cls)
        if all(getattr(each, field.name) == field.default for each in found if type(each) is cls)
    }

    assert set() == plain


@pytest.mark.parametrize("format_", ["json", "toml", "yaml"])
def test_what_is_written_reads_back_and_is_written_alike(format_: str) -> None:
    """FF-1: every field survives every format, and reading then writing changes nothing."""
    tenant = load(FULL)
    text = dumps(tenant, format_)

    assert tenant == loads(text, format_)
    assert text == dumps(loads(text, format_), format_)


def test_the_document_has_objects_under_their_ids_without_repeating_them() -> None:
    """FF-1: an object is filed under its id, and the id stands nowhere else."""
    assert document() == encode(decode(document()))


def test_defaults_are_left_out() -> None:
    """FF-1: a field that says no more than its default isn't written."""
    spelt_out = with_user(type="person", status="active", roles=[], calling={"enabled": True}, skills={})

    assert document() == encode(decode(spelt_out))


def test_ready_properties_are_left_out_and_none_at_all_is_written() -> None:
    """FF-1: a tenant has the ready property definitions unless its document says otherwise, as an empty table does."""
    assert READY_PROPERTIES == decode(document()).property_definitions
    assert document(property_definitions={}) == encode(decode(document(property_definitions={})))


def test_instants_are_written_in_utc() -> None:
    """FF-1: equal instants have one spelling."""
    deleted = datetime(2026, 1, 5, 9, 30, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    tenant = small(tombstones=by_id([Tombstone(id=UserId("u-gone"), login=Login("gone"), deleted_at=deleted)]))

    assert {"u-gone": {"login": "gone", "deleted_at": "2026-01-05T04:00:00Z"}} == encode(tenant)["tombstones"]


def test_canonical_json_is_sorted_indented_and_ends_the_line() -> None:
    """FF-1: canonical JSON: keys sorted, two spaces, a line end."""
    text = dumps(decode(document()))

    assert text.startswith('{\n  "agentprov": 1,\n  "blueprint": {\n    "catalogue": {\n')
    assert text.endswith("}\n")


def test_equal_tenants_have_the_same_text() -> None:
    """FF-1: the order in which a tenant was put together doesn't show."""
    users = [user("asha"), user("ravi")]

    assert dumps(small(users=by_id(users), **_BARE)) == dumps(small(users=by_id(users[::-1]), **_BARE))


_BARE: dict[str, Any] = {
    key: Table() for key in ("departments", "profiles", "numbers", "ivrs", "user_groups", "roles", "agent_groups")
}


# ---- single values ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"login": 5}, "login"),
        ({"login": None}, "login"),
        ({"login": ["a"]}, "login"),
        ({"login": {}}, "login"),
        ({"login": b"x"}, "login"),
        ({"name": None}, "name"),
        ({"numeric_id": "5"}, "numeric_id"),
        ({"numeric_id": 5.0}, "numeric_id"),
        ({"numeric_id": True}, "numeric_id"),
        ({"roles": "agent"}, "roles"),
        ({"roles": {"agent": 1}}, "roles"),
        ({"roles": ("agent",)}, "roles"),
        ({"roles": [1]}, "roles[0]"),
        ({"alternate_numbers": "+918069651171"}, "alternate_numbers"),
        ({"alternate_numbers": ["+918069651171", 5]}, "alternate_numbers[1]"),
        ({"calling": {"enabled": "false"}}, "calling.enabled"),
        ({"calling": {"enabled": 0}}, "calling.enabled"),
        ({"calling": {"enabled": 2}}, "calling.enabled"),
        ({"calling": {"enabled": None}}, "calling.enabled"),
        ({"calling": []}, "calling"),
        ({"calling": {"ring_plan": {"timeout": "30"}}}, "calling.ring_plan.timeout"),
        ({"calling": {"ring_plan": {"timeout": float("nan")}}}, "calling.ring_plan.timeout"),
        ({"calling": {"ring_plan": {"order": 1}}}, "calling.ring_plan.order"),
        ({"calling": {"forward": 1}}, "calling.forward"),
        ({"calling": {"hours": {"time_group": "h", "failover": "hang-up"}}}, "calling.hours.failover"),
        ({"calling": {"hours": {"time_group": "h", "failover": {"type": 1}}}}, "calling.hours.failover.type"),
        ({"skills": {"s-hindi": "3"}}, "skills.s-hindi"),
        ({"skills": {"s-hindi": False}}, "skills.s-hindi"),
        ({"skills": {"s-hindi": None}}, "skills.s-hindi"),
        ({"skills": ["s-hindi"]}, "skills"),
        ({"properties": {"x": None}}, "properties.x"),
        ({"properties": {"x": 1.5}}, "properties.x"),
        ({"properties": {"x": {"none": False}}}, "properties.x"),
        ({"properties": {"x": {"none": True, "y": 1}}}, "properties.x"),
        ({"properties": {"x": ["a", 1]}}, "properties.x[1]"),
        ({"grants": [{"permission": "user:view", "scope": "tenant"}]}, "grants[0].scope"),
        ({"grants": [{"permission": "user:view", "scope": [5]}]}, "grants[0].scope[0]"),
        ({"grants": [{"permission": "user:view", "scope": ["tenant"], "given_at": 5}]}, "grants[0].given_at"),
        ({"sign_in": {"addresses": {"networks": [167772161]}}}, "sign_in.addresses.networks[0]"),
    ],
)
def test_nothing_is_converted(fields: dict[str, Any], place: str) -> None:
    """B028, B029, B142, B143, B146: a value of another kind is `field.wrong_type` at its path, and nothing else."""
    assert [(f"users.u-asha.{place}", "field.wrong_type")] == problems(with_user(**fields))


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"naem": "Asha"}, ("naem", "field.unknown")),
        ({"id": "u-asha"}, ("id", "field.unknown")),
        ({"status": "on"}, ("status", "field.unknown_choice")),
        ({"roles": ["everyone", "everyone"]}, ("roles[1]", "field.duplicate")),
        ({"roles": ["everyone", "-"]}, ("roles", "id.invalid")),
        ({"email": "asha"}, ("email", "email.invalid")),
        ({"phone": "+9180"}, ("phone", "phone.not_canonical")),
        ({"phone": "+9199"}, ("phone", "phone.not_canonical")),
        ({"mobile": "12345678"}, ("mobile", "phone.not_canonical")),
        ({"alternate_numbers": ["+918069651171", "080 6965"]}, ("alternate_numbers[1]", "phone.not_canonical")),
        ({"name": "a\ud800"}, ("name", "field.control_character")),
        ({"photo": "x"}, ("photo", "field.unknown")),
        (
            {"calling": {"hours": {"time_group": "h", "failover": {}}}},
            ("calling.hours.failover.type", "field.required"),
        ),
        ({"calling": {"ring_plan": {"timeout": 0}}}, ("calling.ring_plan.timeout", "timeout.out_of_range")),
        ({"calling": {"ring_plan": {"order": "none"}}}, ("calling.ring_plan.order", "field.unknown_choice")),
        ({"calling": {"dialler_panel": True}}, ("calling.dialler_panel", "dialler_panel.needs_login_based")),
        ({"grants": [{"scope": ["tenant"]}]}, ("grants[0].permission", "field.required")),
        ({"grants": [{"permission": "user:view", "scope": ["all"]}]}, ("grants[0].scope[0]", "scope.unknown")),
        (
            {"calling": {"hours": {"time_group": "h", "failover": {"type": "home"}}}},
            ("calling.hours.failover.type", "field.unknown_tag"),
        ),
        (
            {"grants": [{"permission": "user:view", "scope": ["tenant"], "given_at": "2026-01-05T09:30:00"}]},
            ("grants[0].given_at", "field.naive_instant"),
        ),
    ],
)
def test_a_faulty_value_is_named_by_its_path(fields: dict[str, Any], expected: tuple[str, str]) -> None:
    """FF-1: unknown keys, missing keys, unknown tags and choices, and what constructors refuse, each at its path."""
    place, code = expected

    assert [(f"users.u-asha.{place}", code)] == problems(with_user(**fields))


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-05",
        "2026-01-05T09:30Z",
        "20260105T093000Z",
        "2026-01-05T24:00:00Z",
        "2026-01-05T23:59:60Z",
        "2026-02-30T00:00:00Z",
        "2026-01-05T09:30:00.1234567Z",
        "2026-01-05T09:30:00+25:00",
        "2026-W01-1T00:00:00Z",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "",
    ],
)
def test_a_text_that_is_no_instant_is_refused(text: str) -> None:
    """FF-1: instants are RFC 3339 with an offset; nothing is guessed or cut off."""
    stone = {"login": "gone", "deleted_at": text}

    assert [("tombstones.u-gone.deleted_at", "field.invalid")] == problems(document(tombstones={"u-gone": stone}))


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("2026-01-05T09:30:00+05:30", datetime(2026, 1, 5, 4, tzinfo=UTC)),
        ("2026-01-05t09:30:00.25z", datetime(2026, 1, 5, 9, 30, 0, 250_000, tzinfo=UTC)),
        ("2026-01-05 09:30:00Z", datetime(2026, 1, 5, 9, 30, tzinfo=UTC)),
        (datetime(2026, 1, 5, 9, 30, tzinfo=UTC), datetime(2026, 1, 5, 9, 30, tzinfo=UTC)),
    ],
)
def test_an_instant_is_read_in_any_offset(given: object, expected: datetime) -> None:
    """FF-1: RFC 3339 in every spelling, and the date-times of TOML."""
    stone = {"login": "gone", "deleted_at": given}

    assert expected == decode(document(tombstones={"u-gone": stone})).tombstones[UserId("u-gone")].deleted_at


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("2026-02-30", ("date", "field.invalid")),
        ("30.01.2026", ("date", "field.invalid")),
        ("20260130", ("date", "field.invalid")),
        (20260130, ("date", "field.wrong_type")),
        (datetime(2026, 1, 30, tzinfo=UTC), ("date", "field.wrong_type")),
    ],
    ids=str,
)
def test_what_is_no_date_is_refused(date: object, expected: tuple[str, str]) -> None:
    """FF-1: dates are `YYYY-MM-DD`; an instant isn't cut down to one."""
    entry = {"name": "E", "dates": {"type": "date", "date": date}}
    place, code = expected

    assert [(f"calendars.k.entries[0].dates.{place}", code)] == problems(
        document(calendars={"k": {"name": "K", "entries": [entry]}})
    )


@pytest.mark.parametrize(
    ("time", "code"),
    [
        ("25:00", "schedule.invalid"),
        ("24:01", "schedule.invalid"),
        ("23:59:60", "schedule.invalid"),
        ("9:00", "schedule.invalid"),
        (9, "field.wrong_type"),
        (None, "field.wrong_type"),
    ],
)
def test_what_is_no_time_of_day_is_refused(time: object, code: str) -> None:
    """B149: times of day are `HH:MM` or `HH:MM:SS`."""
    group = {"name": "H", "time_zone": "UTC", "weekly": [{"day": "mon", "start": time, "end": "17:00"}]}

    assert [("time_groups.h.weekly[0].start", code)] == problems(document(time_groups={"h": group}))


@pytest.mark.parametrize("value", [None, 1.5, [], {}])
def test_a_default_of_a_blueprint_is_a_plain_value(value: object) -> None:
    """FF-1: a default is true or false, a whole number or text."""
    own = {**SMALL["blueprint"], "rules": [{"field": "name"}], "defaults": [{"field": "name", "value": value}]}

    assert [("blueprint.defaults[0].value", "field.wrong_type")] == problems(document(blueprint=own))


def test_an_id_that_is_none_is_named_at_the_object() -> None:
    """FF-1: the key of an object is its id."""
    assert [('users."u 1"', "id.invalid")] == problems(document(users={"u 1": {"login": "x"}}, departments={}))


def test_a_wrong_type_doesnt_repeat_the_value() -> None:
    """P75: a secret in the wrong place doesn't reach the error's text."""
    with pytest.raises(MalformedDocument) as caught:
        decode(with_user(roles="hunter2-hunter2"))

    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("written", "mend"),
    [
        ("naem", "remove it, or correct its name, perhaps to `name`"),
        ("qqqq", "remove it, or correct its name"),
        ("x" * 10_000, "remove it, or correct its name"),
    ],
)
def test_a_mistyped_key_comes_with_a_hint(written: str, mend: str) -> None:
    """FF-1: an unknown key close to a known one names it."""
    with pytest.raises(MalformedDocument) as caught:
        decode(with_user(**{written: "Asha"}))

    assert [mend] == [problem.mend for problem in caught.value.problems]


# ---- the top level ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ([], [("(whole)", "field.wrong_type")]),
        (None, [("(whole)", "field.wrong_type")]),
        ("x", [("(whole)", "field.wrong_type")]),
        ({}, [("agentprov", "document.version_required")]),
        ({"agentprov": "1"}, [("agentprov", "field.wrong_type")]),
        ({"agentprov": True}, [("agentprov", "field.wrong_type")]),
        ({"agentprov": 2}, [("agentprov", "document.unknown_version")]),
        ({"agentprov": 10**5000}, [("agentprov", "document.unknown_version")]),
        (document(usrs={}), [("usrs", "field.unknown")]),
        (document(users=[]), [("users", "field.wrong_type")]),
        (document(users={"u-asha": 5, "u-ravi": {"login": "ravi"}}), [("users.u-asha", "field.wrong_type")]),
        (document(version=0), [("version", "field.out_of_range")]),
        (document(id="t acme"), [("id", "id.invalid")]),
        (document(blueprint="none-such"), [("blueprint", "field.unknown_choice")]),
        (document(blueprint=5), [("blueprint", "field.wrong_type")]),
        (
            document(settings={"region": "IN", "time_zone": "Mars/Phobos"}),
            [("settings.time_zone", "time_zone.unknown")],
        ),
        (
            {"agentprov": 1},
            [(name, "field.required") for name in ("id", "name", "settings", "blueprint")],
        ),
    ],
)
def test_the_top_level_is_checked(given: object, expected: list[tuple[str, str]]) -> None:
    """FF-1: the shape, the version, the required keys and the unknown ones of the top level."""
    assert expected == problems(given)


# ---- everything together ---------------------------------------------------------------------------------------------


def test_all_problems_come_together() -> None:
    """FF-1: unknown keys, wrong types, faulty values and numbers, broken references of all objects, in one error."""
    bad = document(
        users={
            "u-asha": {"login": 5, "nmae": "Asha"},
            "u-ravi": {"login": "ravi", "mobile": "12345678", "calling": {"ring_plan": {"timeout": 700}}},
            "u-mira": {"login": "mira", "supervisor": "u-none", "email": "m at example"},
        },
        departments={"d-sales": {"name": "Sales", "members": ["u-asha", "u-nobody"]}},
        colour="red",
    )

    assert [
        ("users.u-asha.login", "field.wrong_type"),
        ("users.u-asha.nmae", "field.unknown"),
        ("users.u-ravi.calling.ring_plan.timeout", "timeout.out_of_range"),
        ("users.u-ravi.mobile", "phone.not_canonical"),
        ("users.u-mira.email", "email.invalid"),
        ("colour", "field.unknown"),
        ("departments.d-sales.members[1]", "reference.missing"),
    ] == problems(bad)


def test_numbering_plans_dont_keep_a_tenant_from_being_read() -> None:
    """ID-9: a stored number is of its form; that today's plan has no such number is for `check` to say."""
    tenant = decode(with_user(phone="+4712345678", email="asha@example.invalid"))
    assert ("+4712345678", "asha@example.invalid") == (
        tenant.users[UserId("u-asha")].phone,
        tenant.users[UserId("u-asha")].email,
    )


def test_what_an_object_objects_to_comes_with_what_couldnt_be_read_of_it() -> None:
    """P77: an unknown key or a faulty field doesn't hide what the constructor says of the other fields."""
    assert [
        ("users.u-asha.status", "field.unknown_choice"),
        ("users.u-asha.colour", "field.unknown"),
        ("users.u-asha.numeric_id", "numeric_id.out_of_range"),
        ("users.u-asha.roles", "id.invalid"),
    ] == problems(with_user(colour="red", status="on", roles=["-"], numeric_id=0))


def test_what_only_follows_from_an_unreadable_field_isnt_reported() -> None:
    """FF-1: a forward that follows the phone number needs one, but a number that can't be read is there."""
    assert [("users.u-asha.phone", "field.wrong_type")] == problems(
        with_user(phone=5, calling={"forward": "same-as-phone"})
    )


def test_a_reference_to_a_faulty_object_leads_somewhere() -> None:
    """FF-1: who refers to an object that can't be read isn't at fault."""
    bad = document(users={"u-ravi": {"login": 5}, "u-mira": {"login": "mira", "supervisor": "u-ravi"}})

    assert [("users.u-ravi.login", "field.wrong_type")] == problems(bad)


def test_references_into_an_unreadable_table_lead_somewhere() -> None:
    """FF-1: nor is who refers to an object of a kind of which none can be read."""
    assert [("users", "field.wrong_type")] == problems(document(users=5))


def test_the_rest_is_checked_where_the_settings_or_the_blueprint_are_faulty() -> None:
    """FF-1: what doesn't depend on the faulty part is reported; what does isn't guessed."""
    bad = with_user(grants=[{"permission": "any:thing", "scope": ["tenant"]}], type="robot", supervisor="u-none")
    bad |= {"settings": {}, "blueprint": {"name": "small"}}

    assert [
        ("settings.time_zone", "field.required"),
        ("settings.region", "field.required"),
        ("blueprint.catalogue", "field.required"),
        ("users.u-asha.supervisor", "reference.missing"),
    ] == problems(bad)


def test_a_value_of_a_property_whose_definition_is_faulty_isnt_reported() -> None:
    """FF-1: a property whose definition can't be read is defined all the same."""
    bad = with_user(properties={"colour": "red", "size": 1})
    bad["property_definitions"] = {"colour": {"title": 5, "kind": {"type": "text"}}}

    assert [
        ("property_definitions.colour.title", "field.wrong_type"),
        ("users.u-asha.properties.size", "property.unknown"),
    ] == problems(bad)


MANY = 5_000


@pytest.mark.parametrize(
    "parts",
    [
        {"users": {f"u-{number}": 5 for number in range(MANY)}, "departments": 5},
        {f"x{number}": 5 for number in range(MANY)},
        {"users": {"u-asha": {f"x{number}": 5 for number in range(MANY)}}},
        {"users": {"u-asha": {"roles": [5] * MANY}}},
    ],
    ids=["objects", "top-level", "fields", "entries"],
)
def test_a_document_with_very_many_problems_is_cut_off(parts: dict[str, Any]) -> None:
    """FF-2: a hostile document can't make an error without end."""
    found = problems(document(**parts))

    assert 1_001 == len(found)
    assert ("(whole)", Code.DOCUMENT_MORE_PROBLEMS) == found[-1]
