"""Visibility: what each option and grant shows, what hides, and how it is told (VI-1)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs
import pytest

from agentprov.engine.access import Access
from agentprov.engine.decisions import (
    UNKNOWN_OBJECT,
    UNKNOWN_USER,
    DeniedBy,
    Granted,
    NotActive,
    SessionEnd,
    SessionOver,
)
from agentprov.engine.filters import Condition, Field
from agentprov.engine.inheritance import Source
from agentprov.engine.visibility import (
    Assigned,
    NotShown,
    OutsideResourceFilter,
    RecordFilter,
    Seen,
    Sight,
    SightDecision,
)
from agentprov.errors import Code, InvalidValue, Path
from agentprov.model.access import ChosenKind, Grant, Within
from agentprov.model.ids import TenantId, UserId
from agentprov.model.properties import READY_PROPERTIES, RESOURCE_FILTER, Level
from agentprov.model.table import Table
from agentprov.model.tenant import Tenant
from agentprov.model.users import Status, Visibility
from agentprov.provisioning import create_user
from tests.engine.companies import AGENT_GROUPS, BLUEPRINT, DEPARTMENTS, GROUPS, NUMBERS, chosen, company, grant, user
from tests.engine.companies import user_groups as groups_with
from tests.engine.viewers import SIGHT_CATALOGUE
from tests.provisioning.samples import ADMIN, a_form, a_tenant

BELA, RAVI = UserId("u-bela"), UserId("u-ravi")


def watched(*grants: Grant, own_fields: dict[str, Any] | None = None, **tables: Any) -> Tenant:
    """Asha with grants and fields; Bela in the red agent group, Ravi in sales and in the group g-sales."""
    return company(
        user("u-asha", *grants, **(own_fields or {})),
        user("u-bela", agent_groups=[AGENT_GROUPS[0]]),
        user("u-ravi", home_department=DEPARTMENTS[0], user_group=GROUPS[1]),
        **{
            "blueprint": attrs.evolve(BLUEPRINT, catalogue=SIGHT_CATALOGUE),
            "property_definitions": Table({RESOURCE_FILTER: READY_PROPERTIES[RESOURCE_FILTER]}),
            **tables,
        },
    )


def options(**fields: Any) -> dict[str, Any]:
    """Visibility options as fields of a user."""
    return {"visibility": Visibility(**fields)}


def limited(*ids: str) -> dict[str, Any]:
    """A resource filter of the user's own, as a field."""
    return {"properties": Table({RESOURCE_FILTER: frozenset(ids)})}


NUMBER: dict[str, Any] = {"number": NUMBERS[0]}
OPTIONS: list[tuple[str, dict[str, Any], dict[str, Any], set[Seen]]] = [
    ("an assigned number", options(numbers=NUMBERS[:1]), NUMBER, {Seen.RECORDS, Seen.LIVE_CALLS}),
    ("another number", options(numbers=NUMBERS[1:]), NUMBER, set()),
    ("an assigned user", options(users=[BELA]), {"users": [BELA]}, {Seen.RECORDS, Seen.REPORTS}),
    ("another user", options(users=[BELA]), {"users": [RAVI]}, set()),
    ("an agent group", options(agent_groups=AGENT_GROUPS[:1]), {"users": [BELA]}, {Seen.RECORDS, Seen.REPORTS}),
    ("another agent group", options(agent_groups=AGENT_GROUPS[1:]), {"users": [BELA]}, set()),
    ("oneself", options(own=True), {"users": ["u-asha"]}, {Seen.RECORDS, Seen.REPORTS}),
    ("others", options(own=True), {"users": [BELA]}, set()),
    ("nothing by default", {}, {**NUMBER, "users": ["u-asha", BELA, RAVI]}, set()),
    ("one of several users", options(users=[BELA]), {"users": [RAVI, BELA]}, {Seen.RECORDS, Seen.REPORTS}),
    (
        "a number's call with a user",
        options(numbers=NUMBERS[:1]),
        {**NUMBER, "users": [RAVI]},
        {*Seen} - {Seen.REPORTS},
    ),
    ("a user's call at a number", options(users=[RAVI]), {**NUMBER, "users": [RAVI]}, {Seen.RECORDS, Seen.REPORTS}),
    ("the union", options(users=[RAVI], numbers=NUMBERS[:1]), {**NUMBER, "users": [RAVI]}, {*Seen}),
    ("neither number nor user", options(own=True, numbers=NUMBERS), {}, set()),
]


@pytest.mark.parametrize(
    ("fields", "record", "expected"), [each[1:] for each in OPTIONS], ids=[each[0] for each in OPTIONS]
)
def test_what_the_options_show(fields: dict[str, Any], record: dict[str, Any], expected: set[Seen]) -> None:
    """VI-1: a number shows records and live calls; users, agent groups and oneself records and reports; united."""
    for tenant in (watched(own_fields=fields), watched(own_fields=fields, blueprint=BLUEPRINT)):
        sight = Sight(Access(tenant))
        assert expected == {what for what in Seen if sight.sees("u-asha", what, **record)}


GRANTS: list[tuple[str, Grant, dict[str, Any], set[Seen]]] = [
    ("everything", grant("record:view"), {}, {Seen.RECORDS}),
    ("everything, of whomever", grant("report:view"), {"users": ["u-gone"], "number": "n-gone"}, {Seen.REPORTS}),
    (
        "a department",
        grant("live_call:view", chosen(ChosenKind.DEPARTMENT, "d-sales")),
        {"users": [RAVI]},
        {Seen.LIVE_CALLS},
    ),
    ("another department", grant("live_call:view", chosen(ChosenKind.DEPARTMENT, "d-night")), {"users": [RAVI]}, set()),
    ("a number", grant("report:*", chosen(ChosenKind.NUMBER, "n-1")), NUMBER, {Seen.REPORTS}),
    ("another number", grant("report:*", chosen(ChosenKind.NUMBER, "n-2")), NUMBER, set()),
    ("who is gone", grant("record:view", Within.SELF, Within.OWN_AGENTS), {"users": ["u-gone"]}, set()),
]


@pytest.mark.parametrize(
    ("held", "record", "expected"), [each[1:] for each in GRANTS], ids=[each[0] for each in GRANTS]
)
def test_what_grants_show(held: Grant, record: dict[str, Any], expected: set[Seen]) -> None:
    """VI-1, AC-3: a grant shows what its permission is about, by the users and numbers inside its scope."""
    sight = Sight(Access(watched(held)))

    assert expected == {what for what in Seen if sight.sees("u-asha", what, **record)}


def test_a_deny_hides_however_it_is_shown() -> None:
    """AC-2: what concerns a denied user or number is hidden, assigned or granted, whoever else it concerns."""
    deny = grant("record:view", chosen(ChosenKind.USER, "u-bela"), chosen(ChosenKind.NUMBER, "n-2"), deny=True)
    sight = Sight(Access(watched(grant("record:view"), deny, own_fields=options(users=[BELA, RAVI], numbers=NUMBERS))))

    assert sight.sees("u-asha", Seen.RECORDS, number="n-1", users=[RAVI])
    assert not sight.sees("u-asha", Seen.RECORDS, number="n-1", users=[RAVI, BELA])
    assert not sight.sees("u-asha", Seen.RECORDS, number="n-2", users=[RAVI])
    assert sight.sees("u-asha", Seen.REPORTS, users=[BELA])
    assert sight.sees("u-asha", Seen.LIVE_CALLS, number="n-2")


@pytest.mark.parametrize("status", [Status.DISABLED, Status.BLOCKED, Status.DEACTIVATED])
def test_who_is_not_active_sees_nothing(status: Status) -> None:
    """AC-4: options and grants show nothing behind a gate that fails."""
    tenant = watched(grant("record:view"), own_fields={**options(own=True, numbers=NUMBERS), "status": status})
    sight = Sight(Access(tenant))

    assert sight.filter("u-asha", Seen.RECORDS).is_empty
    assert (NotActive(status=status),) == sight.decide("u-asha", Seen.RECORDS, number="n-1").reasons


def test_a_session_that_is_over_shows_nothing() -> None:
    """AC-6: in a session that is over not even options show, and the reason is the session's."""
    tenant = watched(own_fields=options(own=True))
    over = SessionOver(end=SessionEnd.OTHER_TENANT)
    sight = Sight(Access(tenant).with_roles(tenant.users[UserId("u-asha")], frozenset(), (over,)))

    assert sight.filter("u-asha", Seen.RECORDS).is_empty
    assert (over,) == sight.decide("u-asha", Seen.RECORDS, users=["u-asha"]).reasons
    assert sight.decide("u-asha", Seen.RECORDS).as_data() == {
        "allowed": False,
        "reasons": [{"reason": "session-over", "end": over.end.value, "about": []}],
    }


def test_who_is_unknown_sees_nothing() -> None:
    """AC-4: neither a viewer of no id of the tenant, nor another tenant's records; all that fails is told."""
    sight = Sight(Access(watched(grant("record:view"))))
    foreign = TenantId("t-other")

    assert not sight.sees("u-nobody", Seen.RECORDS, number="n-1")
    assert not sight.sees("u-asha", Seen.RECORDS, number="n-1", tenant=foreign)
    assert (UNKNOWN_USER, UNKNOWN_OBJECT) == sight.decide("u-nobody", Seen.RECORDS, tenant=foreign).reasons
    assert [{"reason": "unknown-user"}, {"reason": "unknown-object"}] == (
        sight.decide("u-nobody", Seen.RECORDS, tenant=foreign).as_data()["reasons"]
    )


def test_a_resource_filter_leaves_what_it_names() -> None:
    """PR-1, AC-9: something is shown by a number or a user only if the resource filter names that one."""
    fields = {**options(users=[BELA, RAVI], numbers=NUMBERS), **limited("u-bela", "n-2", "q-1")}
    sight = Sight(Access(watched(own_fields=fields)))

    assert sight.sees("u-asha", Seen.RECORDS, number="n-1", users=[BELA, RAVI])
    assert not sight.sees("u-asha", Seen.RECORDS, number="n-1", users=[RAVI])
    assert sight.sees("u-asha", Seen.LIVE_CALLS, number="n-2", users=[RAVI])
    assert not sight.sees("u-asha", Seen.LIVE_CALLS, number="n-1", users=[BELA])


def test_a_resource_filter_limits_everything() -> None:
    """PR-1: who may see everything sees what concerns one that the filter names; what concerns nobody isn't shown."""
    sight = Sight(Access(watched(grant("record:view"), own_fields=limited("u-bela", "n-2", "u-gone", "n-gone"))))
    listed = sight.filter("u-asha", Seen.RECORDS)
    asked: list[tuple[bool, dict[str, Any]]] = [
        (True, {"users": [BELA, RAVI]}),
        (True, {"users": [RAVI], "number": "n-2"}),
        (False, {"users": [RAVI], "number": "n-1"}),
        (False, {"users": ["u-gone"], "number": "n-gone"}),
        (False, {}),
    ]

    assert not listed.everything
    assert [expected for expected, _ in asked] == [listed.matches(**record) for _, record in asked]
    assert [expected for expected, _ in asked] == [
        sight.decide("u-asha", Seen.RECORDS, **record).allowed for _, record in asked
    ]


def test_oneself_is_possible_from_the_start() -> None:
    """VI-1: a user who is created with the option sees their own records; no form had to name an id not there yet."""
    tenant = a_tenant()
    form = a_form(visible_own=True)
    after = create_user(tenant, form, by=ADMIN).apply(tenant)

    assert "u-ravi" not in tenant.users
    assert Sight(Access(after)).sees("u-ravi", Seen.RECORDS, users=["u-ravi"])


# ---- the filter -----------------------------------------------------------------------------------------------------


def test_the_filter_names_numbers_and_conditions_on_users() -> None:
    """AC-9: options and grants are resolved into one filter, denies beside it."""
    fields = options(users=[BELA], numbers=NUMBERS[:1], agent_groups=AGENT_GROUPS[1:], own=True)
    deny = grant("record:view", chosen(ChosenKind.NUMBER, "n-2"), chosen(ChosenKind.USER, "u-ravi"), deny=True)
    tenant = watched(grant("record:view", Within.OWN_AGENTS), deny, own_fields=fields)
    listed = Sight(Access(tenant)).filter("u-asha", Seen.RECORDS)

    assert listed == RecordFilter(
        tenant=tenant,
        what=Seen.RECORDS,
        numbers=frozenset({"n-1"}),
        users=(
            Condition(field=Field.ID, values=["u-asha", "u-bela"]),
            Condition(field=Field.SUPERVISOR, values=["u-asha"]),
            Condition(field=Field.AGENT_GROUP, values=["a-blue"]),
        ),
        denied_numbers=frozenset({"n-2"}),
        denied_users=(Condition(field=Field.ID, values=["u-ravi"]),),
    )
    assert {
        "what": "records",
        "everything": False,
        "numbers": ["n-1"],
        "users": [
            {"field": "id", "values": ["u-asha", "u-bela"]},
            {"field": "supervisor", "values": ["u-asha"]},
            {"field": "agent-group", "values": ["a-blue"]},
        ],
        "denied_numbers": ["n-2"],
        "denied_users": [{"field": "id", "values": ["u-ravi"]}],
    } == listed.as_data()


def test_the_ends_of_a_filter() -> None:
    """AC-9: everything and nothing are told, and with nothing shown no denies are left in the filter."""
    deny = grant("record:view", chosen(ChosenKind.NUMBER, "n-2"), deny=True)
    everything = Sight(Access(watched(grant("record:view")))).filter("u-asha", Seen.RECORDS)
    most = Sight(Access(watched(grant("record:view"), deny))).filter("u-asha", Seen.RECORDS)
    nothing = Sight(Access(watched(deny))).filter("u-asha", Seen.RECORDS)
    denied = Sight(Access(watched(grant("record:view", deny=True), own_fields=options(own=True))))

    assert (True, False) == (everything.is_everything, everything.is_empty)
    assert (False, False, True) == (most.is_everything, most.is_empty, most.everything)
    assert (False, True, frozenset()) == (nothing.is_everything, nothing.is_empty, nothing.denied_numbers)
    assert denied.filter("u-asha", Seen.RECORDS).is_empty


# ---- why ------------------------------------------------------------------------------------------------------------


def decided(tenant: Tenant, **record: Any) -> SightDecision:
    """Whether Asha sees a record, and why."""
    return Sight(Access(tenant)).decide("u-asha", Seen.RECORDS, **record)


def test_a_yes_names_every_option_and_allow() -> None:
    """AC-7: the options that show it, and each allow with the terms that hold."""
    allow = grant("record:view", Within.SELF, chosen(ChosenKind.DEPARTMENT, "d-sales"))
    tenant = watched(allow, grant("record:view", Within.SELF), own_fields=options(users=[RAVI, BELA], own=True))
    held = Access(tenant).held("u-asha", "record:view")

    assert (
        Assigned(terms=frozenset({chosen(ChosenKind.USER, "u-ravi")})),
        Granted(held=held[0], terms=frozenset({chosen(ChosenKind.DEPARTMENT, "d-sales")})),
    ) == decided(tenant, users=[RAVI]).reasons
    assert {
        "allowed": True,
        "reasons": [{"reason": "assigned", "satisfied": ["self"]}]
        + [{"reason": "granted", **each.as_data(), "satisfied": ["self"]} for each in held],
    } == decided(tenant, users=["u-asha"]).as_data()


def test_a_no_names_every_deny_that_holds() -> None:
    """AC-7: one reason for each deny, with the terms that hold, and nothing of what would show it."""
    deny = grant("record:*", Within.SELF, chosen(ChosenKind.NUMBER, "n-1"), deny=True)
    tenant = watched(grant("record:view"), deny)
    held = Access(tenant).held("u-asha", "record:view")[1]

    assert (DeniedBy(held=held, terms=frozenset({chosen(ChosenKind.NUMBER, "n-1")})),) == decided(
        tenant, **NUMBER
    ).reasons
    assert [{"reason": "denied-by", **held.as_data(), "satisfied": ["number:n-1"]}] == (
        decided(tenant, **NUMBER).as_data()["reasons"]
    )


def test_the_resource_filter_is_named_with_its_place() -> None:
    """AC-7, PR-3: where the filter alone hides it, the reason says at which level it was set."""
    limit: dict[str, Any] = {RESOURCE_FILTER: frozenset({"u-bela"})}
    tenant = watched(
        own_fields={**options(users=[RAVI]), "user_group": GROUPS[1]}, user_groups=groups_with(sales=limit)
    )
    decision = decided(tenant, users=[RAVI])

    assert (OutsideResourceFilter(source=Source(level=Level.USER_GROUP, id="g-sales")),) == decision.reasons
    assert {
        "allowed": False,
        "reasons": [{"reason": "outside-resource-filter", "level": "user-group", "id": "g-sales"}],
    } == decision.as_data()
    assert (NotShown(),) == decided(tenant, users=[BELA]).reasons


def test_nothing_and_gates_are_told_as_data() -> None:
    """AC-7: a program reads which refusal it was."""
    not_shown = decided(watched(), **NUMBER)
    off = decided(watched(own_fields={"status": Status.BLOCKED}))

    assert {"allowed": False, "reasons": [{"reason": "not-shown"}]} == not_shown.as_data()
    assert {"allowed": False, "reasons": [{"reason": "not-active", "status": "blocked"}]} == off.as_data()


def said(watched_: Tenant, what: Seen = Seen.RECORDS, **record: Any) -> str:
    """Whether Asha sees it, in words."""
    return Sight(Access(watched_)).explain("u-asha", what, **record)


def test_the_answer_in_one_sentence() -> None:
    """AC-7, VI-1: yes and no in a plain sentence that names what shows it, or why nothing does."""
    tenant = watched(own_fields=options(users=[RAVI], numbers=["n-1"]))
    assert said(tenant, users=[RAVI]) == "Asha sees this record: their visibility options show it, for Ravi"
    assert said(tenant, Seen.LIVE_CALLS, users=[RAVI]) == "Asha doesn't see this live call: nothing shows it"
    assert said(tenant, users=[RAVI], tenant=TenantId("t-other")) == (
        "Asha doesn't see this record: it isn't this tenant's"
    )
    blocked = watched(own_fields={"status": Status.BLOCKED})
    assert said(blocked, **NUMBER) == "Asha doesn't see this record: the account is blocked"
    by_role = watched(grant("report:view", Within.SELF))
    assert said(by_role, Seen.REPORTS, users=["u-asha"]) == (
        "Asha sees this report: a grant of their own, for themselves"
    )


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("definition", "their resource filter leaves nothing of it"),
        ("tenant", "their resource filter, set for the tenant, leaves nothing of it"),
        ("group", "their resource filter, set for the user group Sales, leaves nothing of it"),
        ("user", "their resource filter, set for them, leaves nothing of it"),
    ],
)
def test_a_resource_filter_says_where_it_was_set(place: str, words: str) -> None:
    """AC-7, PR-3: an admin reads at which level the filter was set that hides it."""
    limit: dict[str, Any] = {RESOURCE_FILTER: frozenset({"u-bela"})}
    own: dict[str, Any] = {**options(users=[RAVI]), "user_group": GROUPS[1]}
    if place == "user":
        own["properties"] = limit
    tables: dict[str, Any] = {"user_groups": groups_with(sales=limit if place == "group" else {})}
    tenant = watched(own_fields=own, **tables)
    if place == "tenant":
        tenant = attrs.evolve(tenant, properties=Table({RESOURCE_FILTER: frozenset({"u-bela"})}))
    if place == "definition":
        definition = attrs.evolve(tenant.property_definitions[RESOURCE_FILTER], default=frozenset({"u-bela"}))
        definitions = tenant.property_definitions.put(RESOURCE_FILTER, definition)
        tenant = attrs.evolve(tenant, property_definitions=definitions)
    assert said(tenant, users=[RAVI]) == f"Asha doesn't see this record: {words}"


# ---- what isn't even a question -------------------------------------------------------------------------------------

HIDDEN = watched(grant("record:view"), grant("record:view", chosen(ChosenKind.USER, "u-ravi"), deny=True))
SIGHT = Sight(Access(HIDDEN))
USERS = ("users",)


def where(attempt: Callable[[], object]) -> list[tuple[Code, Path]]:
    """What an invalid question is refused for, and where."""
    with pytest.raises(InvalidValue) as caught:
        attempt()
    return [(problem.code, problem.path) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("asked", "paths"),
    [
        ({"users": "u-ravi"}, [USERS]),
        ({"users": b"u-ravi"}, [USERS]),
        ({"users": None}, [USERS]),
        ({"users": HIDDEN.users[RAVI]}, [USERS]),
        ({"users": [HIDDEN.users[RAVI]]}, [("users", 0)]),
        ({"users": ["u-bela", None, 5]}, [("users", 1), ("users", 2)]),
        ({"users": [["u-ravi"]]}, [("users", 0)]),
        ({"number": ["n-1"]}, [("number",)]),
        ({"number": HIDDEN.numbers, "users": [5]}, [("number",), ("users", 0)]),
    ],
)
def test_what_is_no_id_never_passes_for_unknown(asked: dict[str, Any], paths: list[Path]) -> None:
    """VI-1, ER-1: a text isn't its characters and a user isn't their id: no deny is passed by asking wrongly."""
    expected = [(Code.FIELD_WRONG_TYPE, path) for path in paths]
    for ask in (SIGHT.sees, SIGHT.decide, SIGHT.explain):
        assert expected == where(lambda ask=ask: ask("u-asha", Seen.RECORDS, **asked))  # type: ignore[misc]
        assert expected == where(lambda ask=ask: ask("u-asha", Seen.RECORDS, tenant="t-other", **asked))  # type: ignore[misc]
    assert expected == where(lambda: SIGHT.filter("u-asha", Seen.RECORDS).matches(**asked))


def test_users_that_are_read_only_once_are_hidden_by_a_deny() -> None:
    """VI-1: an iterator and the keys of a table are asked about like a list of the same ids."""
    listed = SIGHT.filter("u-asha", Seen.RECORDS)
    for users in (["u-ravi"], iter(["u-ravi"]), {"u-ravi": 1}, {"u-ravi": 1}.keys(), {"u-ravi"}, [RAVI]):
        assert not listed.matches(users=users)  # type: ignore[arg-type]
    assert listed.matches(users=iter(["u-bela"]))  # type: ignore[arg-type]
    bela, ravi = (chosen(ChosenKind.USER, id_) for id_ in (BELA, RAVI))
    narrow = Sight(Access(watched(grant("record:view", bela), grant("record:view", ravi, deny=True))))
    both = iter(["u-ravi", "u-bela"])  # to be shown by the last, and hidden by the first
    assert not narrow.filter("u-asha", Seen.RECORDS).matches(users=both)  # type: ignore[arg-type]
    assert not SIGHT.sees("u-asha", Seen.RECORDS, users=iter(["u-ravi"]))  # type: ignore[arg-type]
    assert not SIGHT.decide("u-asha", Seen.RECORDS, users=iter(["u-ravi"])).allowed  # type: ignore[arg-type]


def test_other_questions_that_are_none() -> None:
    """ER-1: the viewer, the tenant, what is seen, and the engine itself."""
    asha: Any = HIDDEN.users[UserId("u-asha")]
    tenant: Any = HIDDEN
    for ask in (SIGHT.sees, SIGHT.decide, SIGHT.explain, SIGHT.filter):
        assert [(Code.FIELD_WRONG_TYPE, ("actor",))] == where(lambda ask=ask: ask(asha, Seen.RECORDS))  # type: ignore[misc]
        for what in ("calls", None, ["records"]):
            assert [(Code.FIELD_UNKNOWN_CHOICE, ("what",))] == where(lambda ask=ask, what=what: ask("u-asha", what))  # type: ignore[misc]
    for question in (SIGHT.sees, SIGHT.decide, SIGHT.explain):
        found = where(lambda question=question: question("u-asha", Seen.RECORDS, tenant=tenant))  # type: ignore[misc]
        assert [(Code.FIELD_WRONG_TYPE, ("tenant",))] == found
    assert [(Code.FIELD_WRONG_TYPE, ("access",))] == where(lambda: Sight(tenant))


def test_what_is_seen_can_be_named_by_its_text() -> None:
    """VI-1: ``records``, as a host has it in an address."""
    records: Any = "records"
    assert SIGHT.filter("u-asha", records).as_data() == SIGHT.filter("u-asha", Seen.RECORDS).as_data()
    assert SIGHT.explain("u-asha", records) == SIGHT.explain("u-asha", Seen.RECORDS)
    assert SIGHT.decide("u-asha", records) == SIGHT.decide("u-asha", Seen.RECORDS)
