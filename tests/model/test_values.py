"""The small values of the model: each is valid by construction, and says all that is wrong with it."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import attrs
import pytest

from agentprov.errors import Code, Collector, InvalidValue, Problem, path_text
from agentprov.model.access import (
    Catalogue,
    Chosen,
    ChosenKind,
    Effect,
    Grant,
    Permission,
    Role,
    Within,
    is_permission,
    parse_scope_term,
    scope_term_text,
)
from agentprov.model.contact import Email, PhoneNumber
from agentprov.model.departments import Department
from agentprov.model.destinations import Failure, Fallback, HangUp, ToExternal, ToQueue, nested
from agentprov.model.groups import Channel, NamedAddress, Profile, Template, Tombstone, UserGroup
from agentprov.model.identity import Login
from agentprov.model.ids import (
    AddressId,
    CallerIdId,
    DepartmentId,
    IvrId,
    NumberId,
    ProfileId,
    QueueId,
    RoleId,
    SeparationId,
    SessionId,
    SkillId,
    TemplateId,
    TenantId,
    TimeGroupId,
    UserGroupId,
    UserId,
    identifier,
    is_identifier,
)
from agentprov.model.live import Live, Presence
from agentprov.model.network import parse_address
from agentprov.model.numbers import Number
from agentprov.model.properties import (
    NONE,
    Flag,
    Level,
    ObjectSet,
    OneOf,
    PropertyDefinition,
    PropertyKind,
    PropertyName,
    PropertyValue,
    Text,
    WholeNumber,
    check_value,
)
from agentprov.model.routing import Ivr, IvrOption, RingPlan
from agentprov.model.separations import Separation
from agentprov.model.sessions import Session
from agentprov.model.settings import Emergency, Settings, SkillScale
from agentprov.model.table import Table
from agentprov.model.user_types import READY_USER_TYPES
from agentprov.model.users import (
    AreaCallerId,
    Calling,
    Extension,
    Person,
    Same,
    SelectedAddresses,
    Site,
    User,
)
from tests.tenants import MOBILE, PHONE, grant, to, user


def faults(make: Callable[[], object]) -> list[tuple[str, str]]:
    """Code and path of everything that keeps a value from being made."""
    with pytest.raises(InvalidValue) as caught:
        make()
    return [(problem.code.value, problem.where) for problem in caught.value.problems]


# ---- tables ---------------------------------------------------------------------------------------------------------


def test_table_is_a_mapping() -> None:
    """A table reads like a dictionary, and equality ignores order."""
    table = Table({"a": 1, "b": 2})
    assert (len(table), table["a"], table.get("c"), table.get("c", 3), "b" in table) == (2, 1, None, 3, True)
    assert list(table) == list(table.keys()) == ["a", "b"]
    assert list(table.values()) == [1, 2]
    assert table == Table([("b", 2), ("a", 1)])
    assert hash(table) == hash(Table([("b", 2), ("a", 1)]))
    assert table != {"a": 1, "b": 2}


def test_table_never_changes() -> None:
    """Putting and dropping give another table; there is no way to change one."""
    table = Table({"a": 1})
    assert table.put("b", 2) == Table({"a": 1, "b": 2})
    assert table.drop("a") == Table()
    assert table == Table({"a": 1})
    with pytest.raises(KeyError):
        table.drop("z")
    with pytest.raises(AttributeError, match="never changes"):
        table.anything = 1
    with pytest.raises(AttributeError, match="never changes"):
        del table._items  # noqa: SLF001  the attempt is the test


def test_table_copies() -> None:
    """A table is its own copy, survives pickling, and shows what it holds."""
    table = Table({"a": 1})
    assert copy.copy(table) is table
    assert copy.deepcopy(table) is table
    assert pickle.loads(pickle.dumps(table)) == table  # noqa: S301  our own bytes
    assert repr(table) == "Table({'a': 1})"


# ---- ids ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["u-asha", "7", "a" * 128, "0f8fad5b-d9cb-469f-a165-70867728950e", "x:y/z@w"])
def test_ids(text: str) -> None:
    """ID-2: an id is 1 to 128 harmless characters."""
    assert identifier(text) == text


@pytest.mark.parametrize("text", ["", "-a", "a b", "a\n", "é", "a" * 129, "a;b", "\u200ba", None, 7])
def test_no_ids(text: object) -> None:
    """ID-2: anything else is refused."""
    assert not is_identifier(text)
    assert faults(lambda: identifier(text)) == [("id.invalid", "(whole)")]  # type: ignore[arg-type]


# ---- problems -------------------------------------------------------------------------------------------------------


def test_paths_as_text() -> None:
    """ER-1: a path reads like the document; a key with a dot is quoted, and no control character gets through."""
    assert path_text(("users", "u-1", "alternate_numbers", 2)) == "users.u-1.alternate_numbers[2]"
    assert path_text(("properties", "wrap_up.phone")) == 'properties."wrap_up.phone"'
    assert path_text(("a\nb",)) == '"a\\nb"'
    assert path_text(()) == "(whole)"


def test_problem_in_words() -> None:
    """ER-1: a problem has a message, a way to mend it, and words from a host's catalogue where it has them."""
    from agentprov.messages import Entry

    problem = Problem(code=Code.LOGIN_TAKEN, path=("login",), parameters={"value": "asha\n", "holder": "u-1"})
    assert problem.message == r"the login `asha\n` is taken by `u-1`"
    assert problem.mend == "choose another login"
    german = {"login.taken": Entry("`{value}` gibt es schon ({holder}, {kind})", "")}
    assert problem.words(german) == r"`asha\n` gibt es schon (u-1, ?)"
    assert problem.words({}) == problem.message
    assert Code.LOGIN_TAKEN.sentence == "the login `{value}` is taken by `{holder}`"


def test_long_input_is_cut() -> None:
    """ER-1: what a user typed is shown, but not a megabyte of it."""
    problem = Problem(code=Code.SCOPE_UNKNOWN, parameters={"value": "x" * 10_000, "choices": ("a", "b")})
    assert len(problem.message) < 120
    assert problem.mend == "choose one of: a, b"


def test_errors_pickle_and_carry_all() -> None:
    """ER-1: an error carries every problem, knows their codes, and survives pickling."""
    found = Collector()
    found.add(Code.FIELD_REQUIRED, "a")
    found.absorb([Problem(code=Code.FIELD_EMPTY, path=(0,))], "b")
    with pytest.raises(InvalidValue) as caught:
        found.check()
    again = pickle.loads(pickle.dumps(caught.value))  # noqa: S301  our own bytes
    assert (type(again), again.problems) == (InvalidValue, caught.value.problems)
    assert again.codes == (Code.FIELD_REQUIRED, Code.FIELD_EMPTY)
    assert [problem.where for problem in again.problems] == ["a", "b[0]"]
    assert str(InvalidValue.of(Code.FIELD_EMPTY, "x")) == "x: at least one entry is required (field.empty)"


# ---- access ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["user:view", "user:*", "a.b:c_d"])
def test_permissions(text: str) -> None:
    """AC-1: a permission is a section and an action."""
    assert is_permission(text)


@pytest.mark.parametrize("text", ["user", "user:", ":view", "*:view", "*", "User:View", "user:view:x", "", None])
def test_no_permissions(text: object) -> None:
    """AC-1: anything else is none."""
    assert not is_permission(text)


def test_catalogue_expands() -> None:
    """AC-1: `section:*` stands for all of the section's actions; an unknown one for nothing."""
    catalogue = Catalogue(sections=Table({"user": ("view", "edit")}))
    assert catalogue.expand(Permission("user:*")) == ("user:view", "user:edit")
    assert catalogue.expand(Permission("user:edit")) == ("user:edit",)
    assert catalogue.expand(Permission("user:fly")) == ()
    assert catalogue.expand(Permission("plane:*")) == ()


def test_catalogue_faults() -> None:
    """AC-1: sections and actions are plain words, each once, and no section is empty."""
    sections = Table({"User": ("view",), "queue": (), "agent": ("view", "*", "view")})
    assert faults(lambda: Catalogue(sections=sections)) == [
        ("permission.invalid", "sections.User"),
        ("field.empty", "sections.queue"),
        ("permission.invalid", "sections.agent[1]"),
        ("field.duplicate", "sections.agent[2]"),
    ]


def test_scope_terms_as_text() -> None:
    """AC-3: every scope term has one text, and the text is read back as the same term."""
    terms = [*Within, *(Chosen(kind=kind, id="x-1") for kind in ChosenKind)]
    assert [parse_scope_term(scope_term_text(term)) for term in terms] == terms
    assert scope_term_text(Chosen(kind=ChosenKind.AGENT_GROUP, id="a-1")) == "agent-group:a-1"


@pytest.mark.parametrize("text", ["", "everything", "user", "group:g-1", "TENANT"])
def test_unknown_scope(text: str) -> None:
    """AC-3: an unknown scope is an error, never the whole tenant."""
    assert faults(lambda: parse_scope_term(text)) == [("scope.unknown", "(whole)")]


def test_chosen_id_checked() -> None:
    """AC-3: what is chosen is named by an id."""
    assert faults(lambda: parse_scope_term("user:")) == [("id.invalid", "id")]


def test_grant_faults() -> None:
    """AC-11: a grant has a permission, a scope, and, if said, who gave it and an instant with an offset."""
    naive = datetime(2026, 1, 1)
    assert faults(
        lambda: Grant(
            permission=Permission("x"), scope=frozenset(), effect=Effect.DENY, given_by=UserId("-"), given_at=naive
        )
    ) == [
        ("permission.invalid", "permission"),
        ("field.empty", "scope"),
        ("id.invalid", "given_by"),
        ("field.naive_instant", "given_at"),
    ]
    given = Grant(
        permission=Permission("x:y"),
        scope=[Within.SELF],
        given_by=UserId("u-1"),
        given_at=datetime(2026, 1, 1, tzinfo=UTC),
    )
    assert given.scope == frozenset({Within.SELF})


def test_role_faults() -> None:
    """AC-2: a role has an id and a name, and inherits from ids."""
    assert faults(lambda: Role(id=RoleId(""), name="", inherits=[RoleId("a b")])) == [
        ("id.invalid", "id"),
        ("field.required", "name"),
        ("id.invalid", "inherits"),
    ]


# ---- properties -----------------------------------------------------------------------------------------------------

KINDS: list[tuple[PropertyKind, PropertyValue, list[PropertyValue]]] = [
    (WholeNumber(low=0, high=9), 9, [10, -1, True, "5", frozenset({"a"})]),
    (Flag(), False, [0, "false"]),
    (Text(longest=3), "", []),
    (Text(longest=3), "abc", ["abcd", 3]),
    (OneOf(choices=["a", "b"]), "b", ["c", True]),
    (ObjectSet(), frozenset({"q-1"}), ["q-1", 1]),
]


@pytest.mark.parametrize(("kind", "good", "bad"), KINDS)
def test_value_of_kind(kind: PropertyKind, good: PropertyValue, bad: list[PropertyValue]) -> None:
    """PR-1, PR-2: a value is of its property's kind, without coercion; an explicit none is of every kind."""
    for value, count in [(good, 0), (NONE, 0), *((each, 1) for each in bad)]:
        found = Collector()
        check_value(found, kind, value, "value")
        assert len(found.problems) == count, value


def test_definition_faults() -> None:
    """PR-1: a definition's name, bounds, default and levels fit each other."""
    assert faults(
        lambda: PropertyDefinition(
            name=PropertyName("Wrap Up"), title="", kind=WholeNumber(low=5, high=1), settable=[Level.DEFINITION]
        )
    ) == [
        ("property.name", "name"),
        ("field.required", "title"),
        ("property.bounds_empty", "kind"),
        ("field.invalid", "settable"),
    ]
    assert faults(
        lambda: PropertyDefinition(name=PropertyName("x"), title="X", kind=OneOf(choices=[]), default="y")
    ) == [("field.unknown_choice", "default"), ("field.empty", "kind.choices")]
    assert repr(NONE) == "NONE"


# ---- groups ---------------------------------------------------------------------------------------------------------


def test_small_object_faults() -> None:
    """ID-2: every named object has an id and a name."""
    assert faults(lambda: UserGroup(id=UserGroupId("?"), name="", parent=UserGroupId("!"))) == [
        ("id.invalid", "id"),
        ("id.invalid", "parent"),
        ("field.required", "name"),
    ]
    assert faults(lambda: Template(id=TemplateId("-"), channel=Channel.SMS, name="", text="hello")) == [
        ("id.invalid", "id"),
        ("field.required", "name"),
    ]


def test_profile_has_one_owner() -> None:
    """PR-5: a profile belongs to a group or to a user; its levels are whole numbers."""
    for owner in ({}, {"user_group": UserGroupId("g-1"), "user": UserId("u-1")}):
        assert faults(lambda owner=owner: Profile(id=ProfileId("p-1"), name="P", **owner)) == [  # type: ignore[misc]
            ("profile.owner", "(whole)")
        ]
    levels: Any = Table({SkillId("s-1"): -1, SkillId("s-2"): True, SkillId("s-3"): None})
    assert faults(lambda: Profile(id=ProfileId("p-1"), name="P", user=UserId("u-1"), skills=levels)) == [
        ("field.out_of_range", "skills.s-1"),
        ("field.out_of_range", "skills.s-2"),
    ]


def test_named_address_is_never_empty() -> None:
    """CR-6: an empty list of addresses is an error where it is set."""
    assert faults(lambda: NamedAddress(id=AddressId("ip"), name="Office", networks=[])) == [("field.empty", "networks")]
    assert faults(SelectedAddresses) == [("field.empty", "(whole)")]


def test_tombstone_needs_an_offset() -> None:
    """LC-1: when a user was deleted is an instant."""
    naive = datetime(2026, 1, 1)
    assert faults(lambda: Tombstone(id=UserId("u-1"), login=Login("x"), deleted_at=naive)) == [
        ("field.naive_instant", "deleted_at")
    ]


# ---- routing --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (0, "timeout.out_of_range"),
        (-1, "timeout.out_of_range"),
        (10**9, "timeout.out_of_range"),
        ("30", "field.wrong_type"),
        (True, "field.wrong_type"),
        (float("nan"), "field.wrong_type"),
    ],
)
def test_timeouts(value: Any, code: str) -> None:
    """RT-4: a timeout is a whole number of seconds, neither nothing nor forever (B146)."""
    assert faults(lambda: RingPlan(timeout=value)) == [(code, "timeout")]


def test_external_faults() -> None:
    """RT-8: an external destination is a full number, with a timeout."""
    assert faults(lambda: ToExternal(number=PhoneNumber("80696"), timeout=0)) == [
        ("phone.not_canonical", "number"),
        ("timeout.out_of_range", "timeout"),
    ]


def test_department_faults() -> None:
    """RT-6: a member is listed once; ring time and budget are seconds."""
    assert faults(
        lambda: Department(
            id=DepartmentId(""),
            name="",
            members=[UserId("u-1"), UserId("u-1")],
            ring_time=0,
            ring_budget=3601,
        )
    ) == [
        ("id.invalid", "id"),
        ("field.required", "name"),
        ("field.duplicate", "members[1]"),
        ("timeout.out_of_range", "ring_time"),
        ("timeout.out_of_range", "ring_budget"),
    ]


def test_menu_faults() -> None:
    """RT-7: a menu has options, each pressed differently, and bounded patience."""
    option = IvrOption(digits="1", to=HangUp())
    assert faults(
        lambda: Ivr(
            id=IvrId("i"),
            name="M",
            options=[option, option],
            timeout=61,
            inter_digit_timeout=0,
            timeout_retries=-1,
            invalid_retries=11,
        )
    ) == [
        ("field.duplicate", "options[1].digits"),
        ("timeout.out_of_range", "timeout"),
        ("timeout.out_of_range", "inter_digit_timeout"),
        ("field.out_of_range", "timeout_retries"),
        ("field.out_of_range", "invalid_retries"),
    ]
    assert faults(lambda: Ivr(id=IvrId("i"), name="M", options=[])) == [("field.empty", "options")]
    assert faults(lambda: IvrOption(digits="1a", to=HangUp())) == [("field.invalid", "digits")]


def test_fallback_by_failure() -> None:
    """RT-4: a fallback may differ by what went wrong."""
    fallback = Fallback(to=HangUp(), by_failure=Table({Failure.BUSY: to("u-1")}))
    assert fallback.destination(Failure.BUSY) == to("u-1")
    assert fallback.destination(Failure.NO_ANSWER) == HangUp()


def test_nested_destinations() -> None:
    """RT-8: a destination that carries another is walked outermost first."""
    inner = ToQueue(queue=QueueId("q"), next=HangUp())
    outer = ToExternal(number=MOBILE, next=inner)
    assert nested(outer) == (((), outer), (("next",), inner), (("next", "next"), HangUp()))


def test_number_faults() -> None:
    """RT-8: a number is stored as E.164."""
    assert faults(lambda: Number(id=NumberId("n"), phone=PhoneNumber("08069651170"), to=HangUp())) == [
        ("phone.not_canonical", "phone")
    ]


# ---- users and settings ---------------------------------------------------------------------------------------------


def test_user_faults_all_at_once() -> None:
    """ID-4: everything that is wrong with a user is told together, in the order of the fields."""
    with pytest.raises(InvalidValue) as caught:
        User(
            id=UserId(""),
            login=Login(""),
            name="a\nb",
            email=Email("x@localhost"),
            phone=PhoneNumber("12"),
            alternate_numbers=[PhoneNumber("13")],
            numeric_id=0,
            language="??",
            roles=[RoleId("a b")],
        )
    assert [problem.where for problem in caught.value.problems] == [
        "id",
        "login",
        "name",
        "email",
        "phone",
        "alternate_numbers[0]",
        "numeric_id",
        "language",
        "roles",
    ]


def test_shown_to_clients() -> None:
    """ID-12: clients see the alias, else the display name, else the name."""
    assert user("asha", alias="Sam", display_name="A.").shown_to_clients == "Sam"
    assert user("asha", display_name="A.").shown_to_clients == "A."
    assert user("asha").shown_to_clients == "Asha"


def test_names_used_inside_do_not_leak() -> None:
    """ID-12: who has an alias may change every other name, and clients see the same; email and login stay in."""
    asha = user("asha", alias="Sam", display_name="A.")
    renamed = attrs.evolve(asha, name="Asha Rao", display_name="Asha R.", login=Login("asha.rao"))
    nameless = attrs.evolve(asha, alias=None, display_name=None, name=None, email=Email("asha@example.com"))

    assert "Sam" == renamed.shown_to_clients
    assert nameless.shown_to_clients is None


def test_forward_same_as_phone_is_a_link() -> None:
    """ID-13: "same as user number" follows the phone number, and needs one."""
    linked = Calling(forward=Same.PHONE)
    assert user("asha", phone=PHONE, calling=linked).forward_number == PHONE
    assert user("asha", calling=Calling(forward=MOBILE)).forward_number == MOBILE
    assert user("asha").forward_number is None
    assert faults(lambda: user("asha", calling=linked)) == [("forward.without_phone", "calling.forward")]


def test_nobody_supervises_themselves() -> None:
    """ID-3: a user isn't their own supervisor."""
    assert faults(lambda: user("asha", supervisor=UserId("u-asha"))) == [("supervisor.self", "supervisor")]


def test_calling_faults() -> None:
    """PV-6: the dialler panel needs login-based calling; extensions and prefixes are digits, prefixes once."""
    assert faults(lambda: Calling(dialler_panel=True, forward=PhoneNumber("x"))) == [
        ("phone.not_canonical", "forward"),
        ("dialler_panel.needs_login_based", "dialler_panel"),
    ]
    entry = AreaCallerId(prefix="22", caller_id=CallerIdId("c"))
    assert faults(lambda: Extension(number="1x", area_caller_ids=[entry, entry])) == [
        ("field.invalid", "number"),
        ("field.duplicate", "area_caller_ids[1].prefix"),
    ]
    assert faults(lambda: AreaCallerId(prefix="+", caller_id=CallerIdId("?"))) == [
        ("field.invalid", "prefix"),
        ("id.invalid", "caller_id"),
    ]


def test_windows_login_without_domain() -> None:
    """ID-7: a stored Windows login names no domain, and is one that a form would take."""
    assert faults(lambda: Person(windows_login="XYZ\\abc")) == [("windows_login.domain", "windows_login")]
    assert faults(lambda: Person(windows_login="a/b")) == [("windows_login.invalid", "windows_login")]
    assert Person(windows_login="abc").windows_login == "abc"


def test_contact_details_are_text() -> None:
    """ID-4: contact details are short texts under names."""
    assert faults(lambda: Person(contact_details=Table({"town": "a\nb"}))) == [
        ("field.control_character", "contact_details.town")
    ]
    assert ["field.control_character"] == [code for code, _ in faults(lambda: Person(contact_details={"a\nb": "c"}))]  # type: ignore[arg-type]


def test_site_faults() -> None:
    """OB-6: a site's emergency region is two capital letters."""
    assert faults(lambda: Site(emergency_region="india")) == [("region.unknown", "emergency_region")]


def test_settings_faults() -> None:
    """ID-1: a tenant's zone, region and budgets are checked together."""
    assert faults(lambda: Settings(time_zone="Mars/Phobos", region="in", ring_budget=0, step_budget=1)) == [
        ("time_zone.unknown", "time_zone"),
        ("region.unknown", "region"),
        ("timeout.out_of_range", "ring_budget"),
        ("field.out_of_range", "step_budget"),
    ]


def test_skill_scale() -> None:
    """PR-5: the scale begins at its low end."""
    assert faults(lambda: SkillScale(low=5, high=1)) == [("field.out_of_range", "low")]


def test_emergency_instant() -> None:
    """HR-4: when the emergency was declared is an instant."""
    naive = datetime(2026, 1, 1)
    assert faults(lambda: Emergency(actor=UserId("?"), set_at=naive)) == [
        ("id.invalid", "actor"),
        ("field.naive_instant", "set_at"),
    ]
    assert Emergency(set_at=datetime(2026, 1, 1, tzinfo=UTC)).destination is None


def test_ready_user_types() -> None:
    """ID-14: customers are never routed to; API users have tokens and no web sign-in."""
    assert [
        (t.name, t.routed, t.web_sign_in, t.tokens, t.in_access_control_list) for t in READY_USER_TYPES.values()
    ] == [
        ("person", True, True, False, True),
        ("customer", False, True, False, True),
        ("api", False, False, True, False),
    ]


# ---- live facts -----------------------------------------------------------------------------------------------------


def test_unsaid_is_not_nobody() -> None:
    """PV-2: a live fact that wasn't given is not the same as an empty one."""
    assert Live().queues_of(UserId("u-1")) is None
    assert Live(queues={}).queues_of(UserId("u-1")) == frozenset()
    live = Live(
        queues={UserId("u-1"): [QueueId("q-1")]}, panel=[UserId("u-1")], presence={UserId("u-1"): Presence.BUSY}
    )
    assert live.queues_of(UserId("u-1")) == frozenset({QueueId("q-1")})
    assert live.panel == frozenset({UserId("u-1")})
    assert live.presence[UserId("u-1")] is Presence.BUSY


def test_live_facts_are_checked() -> None:
    """PV-2: a presence that isn't one, a single id for many, or no mapping is refused, never read as availability."""
    wrong: Any = "lunch"
    assert faults(lambda: Live(presence={"u-1": wrong, "u-2": "busy"})) == [("field.unknown_choice", "presence.u-1")]
    assert faults(lambda: Live(presence=wrong)) == [("field.wrong_type", "presence")]
    assert faults(lambda: Live(panel=wrong)) == [("field.wrong_type", "panel")]
    assert faults(lambda: Live(queues={"u-1": wrong})) == [("field.wrong_type", "queues")]
    assert faults(lambda: Live(queues=wrong)) == [("field.wrong_type", "queues")]
    assert Live(presence={"u-1": "wrap-up"}).presence[UserId("u-1")] is Presence.WRAP_UP
    assert Live(profiles={"u-1": "p-1"}).profiles == Table({UserId("u-1"): ProfileId("p-1")})
    office = parse_address("203.0.113.9")
    assert Live(addresses={"u-1": office}).addresses == Table({UserId("u-1"): office})


def test_grants_of_a_user_keep_order() -> None:
    """AC-11: direct grants are kept as they were given."""
    given = [grant("user:view"), grant("user:edit", frozenset({Within.SELF}))]
    assert user("asha", grants=given).grants == tuple(given)
    assert TimeGroupId("h") == "h"


# ---- separation of duty, sessions, limits ------------------------------------------------------------------------


def apart(*roles: str, cardinality: Any = 2) -> Separation:
    """A set of roles to keep apart."""
    return Separation(id=SeparationId("s-1"), name="Apart", roles=map(RoleId, roles), cardinality=cardinality)


@pytest.mark.parametrize("cardinality", [-1, 0, 1, 4, 2.0, "2", True, None])
def test_odd_cardinalities(cardinality: object) -> None:
    """AC-6: a set of n roles allows a cardinality from 2 to n, a whole number."""
    assert faults(lambda: apart("a", "b", "c", cardinality=cardinality)) == [(Code.FIELD_OUT_OF_RANGE, "cardinality")]


def test_a_set_of_one_role() -> None:
    """AC-6: of fewer than two roles nothing can be kept apart, whatever the cardinality."""
    assert faults(lambda: apart("a", cardinality=1)) == [(Code.SEPARATION_TOO_FEW_ROLES, "roles")]
    assert faults(lambda: apart(cardinality=0)) == [(Code.SEPARATION_TOO_FEW_ROLES, "roles")]
    with pytest.raises(InvalidValue) as caught:
        apart("a")
    assert caught.value.problems[0].message == "needs at least 2 roles to keep apart, found 1"


def test_how_many_roles_are_too_many() -> None:
    """AC-6: a set is violated by as many of its roles as the cardinality says; others don't count."""
    one, both = frozenset({RoleId("a"), RoleId("x")}), frozenset({RoleId("a"), RoleId("b")})
    assert not apart("a", "b", "c").violated_by(one)
    assert apart("a", "b", "c").violated_by(both)
    assert not apart("a", "b", "c", cardinality=3).violated_by(both)


def test_malformed_session() -> None:
    """AC-6: every malformed id of a session is named."""
    assert faults(
        lambda: Session(id=SessionId(""), tenant=TenantId("t"), user=UserId(" "), roles=frozenset({RoleId("\n")}))
    ) == [(Code.ID_INVALID, "id"), (Code.ID_INVALID, "user"), (Code.ID_INVALID, "roles")]


def test_a_million_grants() -> None:
    """AC-2: more grants than one holder can have are one problem of the role or user."""
    grant = Grant(permission=Permission("user:view"), scope={Within.SELF})
    many = (grant,) * 1_000_000
    assert faults(lambda: Role(id=RoleId("r"), name="R", grants=many)) == [(Code.GRANTS_TOO_MANY, "grants")]
    assert faults(lambda: User(id=UserId("u"), login=Login("u"), grants=many)) == [(Code.GRANTS_TOO_MANY, "grants")]
    assert 10_000 == len(Role(id=RoleId("r"), name="R", grants=many[:10_000]).grants)


def test_a_scope_of_a_million_users() -> None:
    """AC-3: more terms than a scope can have are one problem of the grant."""
    terms = [Chosen(kind=ChosenKind.USER, id=f"u-{number}") for number in range(10_001)]
    assert faults(lambda: Grant(permission=Permission("user:view"), scope=terms)) == [(Code.SCOPE_TOO_LONG, "scope")]
    assert 10_000 == len(Grant(permission=Permission("user:view"), scope=terms[1:]).scope)
