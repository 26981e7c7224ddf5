"""PATCH operations, one by one, on resources as JSON (RFC 7644, 3.5.2; PV-12)."""

from __future__ import annotations

from time import perf_counter
from typing import Any

import pytest

from agentprov.errors import Code, Collector, InvalidValue
from agentprov.interop.scim_attributes import AGENT, ENTERPRISE, Resource
from agentprov.interop.scim_patch import MOST_ALIKE, patched
from tests.interop.scim_service import directory, patch

USERS = directory().users_in_requests
WORK = {"value": "a@example.com", "type": "work"}
PHONES: list[Resource] = [
    {"value": "tel:+911", "type": "work", "primary": True},
    {"value": "tel:+912", "type": "other"},
    {"value": "tel:+913", "type": "other"},
]
NOT_PRIMARY = [{**each, "primary": False} for each in PHONES]
BEFORE: Resource = {
    "userName": "asha",
    "name": {"formatted": "Asha"},
    "title": "Lead",
    "active": True,
    "emails": [WORK],
    "phoneNumbers": PHONES,
    "roles": [{"value": "agent"}],
    ENTERPRISE: {"manager": {"value": "u-1", "$ref": "x/Users/u-1"}},
    AGENT: {"agentGroups": ["a-1"], "sms": False},
}


def after(op: str, path: str | None = None, value: Any = None, *, told: Collector | None = None) -> Resource:
    """The resource after one operation."""
    operation = {"op": op, **({} if path is None else {"path": path}), **({} if value is None else {"value": value})}
    return patched(USERS, BEFORE, patch(operation), Collector() if told is None else told)


def changed(**attributes: Any) -> Resource:
    """The resource with these attributes instead; nothing takes one away."""
    return {key: value for key, value in {**BEFORE, **attributes}.items() if value is not None}


@pytest.mark.parametrize(
    ("op", "path", "value", "expected"),
    [
        # one value
        ("add", "title", "Head", changed(title="Head")),
        ("Replace", "TITLE", "Head", changed(title="Head")),
        ("remove", "title", None, changed(title=None)),
        ("add", "nickName", "A.", changed(nickName="A.")),
        ("remove", "nickName", None, BEFORE),
        # parts of a complex value
        ("replace", "name.formatted", "Asha Rao", changed(name={"formatted": "Asha Rao"})),
        ("replace", "name", {"Formatted": "Asha Rao"}, changed(name={"formatted": "Asha Rao"})),
        ("remove", "name.formatted", None, changed(name={})),
        (
            "replace",
            f"{ENTERPRISE}:manager",
            {"value": "u-2"},
            changed(**{ENTERPRISE: {"manager": {"value": "u-2"}}}),
        ),
        ("add", f"{ENTERPRISE}:manager", "u-2", changed(**{ENTERPRISE: {"manager": {"value": "u-2"}}})),
        ("remove", f"{ENTERPRISE}:manager", None, changed(**{ENTERPRISE: None})),
        ("remove", ENTERPRISE, None, changed(**{ENTERPRISE: None})),
        (
            "add",
            ENTERPRISE,
            {"department": "Sales"},
            changed(**{ENTERPRISE: {**BEFORE[ENTERPRISE], "department": "Sales"}}),
        ),
        # several values
        ("add", "roles", [{"value": "lead"}], changed(roles=[{"value": "agent"}, {"value": "lead"}])),
        ("add", "roles", {"value": "lead"}, changed(roles=[{"value": "agent"}, {"value": "lead"}])),
        ("add", "roles", [{"value": "agent"}], BEFORE),
        ("replace", "roles", [{"value": "lead"}], changed(roles=[{"value": "lead"}])),
        ("replace", "roles", [], changed(roles=None)),
        ("add", f"{AGENT}:agentGroups", ["a-2"], changed(**{AGENT: {"agentGroups": ["a-1", "a-2"], "sms": False}})),
        ("remove", "roles", None, changed(roles=None)),
        ("remove", "roles", [{"value": "agent"}], changed(roles=None)),
        ("remove", "roles", [{"value": "nobody"}], BEFORE),
        # those that fit
        ("replace", 'emails[type eq "work"].value', "b@x.org", changed(emails=[{**WORK, "value": "b@x.org"}])),
        ("replace", 'emails[type eq "WORK"]', {"value": "b@x.org"}, changed(emails=[{"value": "b@x.org"}])),
        ("add", 'emails[type eq "work"]', {"value": "b@x.org"}, changed(emails=[{**WORK, "value": "b@x.org"}])),
        ("remove", 'emails[value sw "a@"]', None, changed(emails=None)),
        ("remove", 'phoneNumbers[type eq "other"]', None, changed(phoneNumbers=PHONES[:1])),
        ("remove", 'phoneNumbers[not (type eq "work") and value ew "2"]', None, changed(phoneNumbers=PHONES[::2])),
        (
            "add",
            'phoneNumbers[type eq "mobile"].value',
            "tel:+914",
            changed(phoneNumbers=[*PHONES, {"type": "mobile", "value": "tel:+914"}]),
        ),
        ("remove", f'{AGENT}:agentGroups[value eq "a-1"]', None, changed(**{AGENT: {"sms": False}})),
        # a new primary one is the only one
        (
            "add",
            "phoneNumbers",
            [{"value": "tel:+915", "primary": True}],
            changed(phoneNumbers=[*NOT_PRIMARY, {"value": "tel:+915", "primary": True}]),
        ),
    ],
)
def test_an_operation(op: str, path: str, value: Any, expected: Resource) -> None:
    """PV-12: what one operation at a path makes of a resource; the names of operations and attributes in any case."""
    assert expected == after(op, path, value)


def test_without_a_path() -> None:
    """PV-12: each attribute of the value is added or replaced; names may be paths; what isn't known is told."""
    told = Collector()
    value = {
        "title": "Head",
        "name.formatted": "Asha Rao",
        f"{ENTERPRISE}:department": "Sales",
        AGENT: {"sms": True},
        "addresses": [{"country": "IN"}],
        "id": "another",
        "groups": [],
    }

    assert changed(
        title="Head",
        name={"formatted": "Asha Rao"},
        **{ENTERPRISE: {**BEFORE[ENTERPRISE], "department": "Sales"}, AGENT: {"agentGroups": ["a-1"], "sms": True}},
    ) == after("replace", None, value, told=told)
    assert [(Code.SCIM_UNMAPPED, "addresses")] == [(each.code, each.parameters["value"]) for each in told.problems]


@pytest.mark.parametrize(
    ("op", "path", "value", "code"),
    [
        ("add", "nothing", 1, Code.SCIM_PATH_INVALID),
        ("add", "a b", 1, Code.SCIM_PATH_INVALID),
        ("add", "name.nothing", "x", Code.SCIM_PATH_INVALID),
        ("add", "urn:example:X:title", "x", Code.SCIM_PATH_INVALID),
        ("add", 'title[value eq "a"]', "x", Code.SCIM_PATH_INVALID),
        ("add", 'emails[type eq "work"].nothing', "x", Code.SCIM_PATH_INVALID),
        ("add", "emails[type eq]", "x", Code.SCIM_FILTER_INVALID),
        ("add", 'emails[nothing eq "x"]', {"value": "x"}, Code.SCIM_FILTER_INVALID),
        ("replace", 'emails[type eq "home"].value', "x", Code.SCIM_NO_TARGET),
        ("add", 'emails[type co "home"].value', "x", Code.SCIM_NO_TARGET),
        ("remove", 'emails[type eq "home"]', None, Code.SCIM_NO_TARGET),
        ("remove", None, None, Code.SCIM_NO_TARGET),
        ("replace", "photos.value", "x", Code.SCIM_NO_TARGET),
        ("replace", "userName", "other", Code.SCIM_READ_ONLY),
        ("remove", "userName", None, Code.SCIM_READ_ONLY),
        ("remove", "active", None, Code.SCIM_READ_ONLY),
        ("remove", f"{AGENT}:sms", None, Code.SCIM_READ_ONLY),
        ("remove", AGENT, None, Code.SCIM_READ_ONLY),
        ("add", "groups", [{"value": "g-1"}], Code.SCIM_READ_ONLY),
        ("replace", "id", "other", Code.SCIM_READ_ONLY),
        ("replace", "meta.version", "other", Code.SCIM_READ_ONLY),
        ("replace", f"{AGENT}:status", "active", Code.SCIM_READ_ONLY),
        ("add", "roles", ["agent"], Code.SCIM_SYNTAX),
        ("add", None, ["agent"], Code.SCIM_SYNTAX),
        ("move", "title", "x", Code.SCIM_SYNTAX),
        ("add", 7, "x", Code.SCIM_SYNTAX),
        ("add", "title", None, Code.FIELD_REQUIRED),
    ],
)
def test_an_operation_that_is_refused(op: str, path: Any, value: Any, code: Code) -> None:
    """PV-12: paths to nowhere, filters that fit nothing, what can't be written: each has its code."""
    with pytest.raises(InvalidValue) as caught:
        after(op, path, value)

    assert (code,) == caught.value.codes
    assert ("Operations", 0) == caught.value.problems[0].path[:2]


@pytest.mark.parametrize("document", [None, [], {}, {"Operations": []}, {"schemas": [], "Operations": [{"op": "add"}]}])
def test_what_is_no_patch_request(document: object) -> None:
    """PV-12: a request that isn't one of PATCH is refused as such."""
    with pytest.raises(InvalidValue) as caught:
        patched(USERS, BEFORE, document, Collector())

    assert (Code.SCIM_SYNTAX,) == caught.value.codes


def test_operations_follow_each_other() -> None:
    """PV-12: an operation sees what those before it did, and the resource given stays as it was."""
    before = {**BEFORE}
    remove, add = (
        {"op": "remove", "path": "emails"},
        {"op": "add", "path": 'emails[type eq "work"].value', "value": "n@x.org"},
    )

    assert [{"type": "work", "value": "n@x.org"}] == patched(USERS, BEFORE, patch(remove, add), Collector())["emails"]
    assert before == BEFORE


def test_many_values_cost_what_they_are_many() -> None:
    """PV-12: ten times as many values take about ten times as long, not a hundred times."""

    def seconds(count: int) -> float:
        values = [{"value": f"a{number}@example.com", "type": "home", "primary": True} for number in range(count)]
        request = patch(
            {"op": "add", "path": "emails", "value": values},
            {"op": "replace", "path": 'emails[type eq "home"].type', "value": "other"},
            {"op": "remove", "path": "emails", "value": [{"value": each["value"]} for each in values[1:]]},
        )
        begin = perf_counter()
        left = patched(USERS, {}, request, Collector())
        spent = perf_counter() - begin
        assert {"emails": [{"value": "a0@example.com", "type": "other", "primary": False}]} == left
        return spent

    assert seconds(3_000) < 40 * min(seconds(300) for _ in range(3))


@pytest.mark.parametrize("op", ["add", "remove"])
def test_values_that_cant_be_told_apart_quickly_are_few(op: str) -> None:
    """PV-12: more than a hundred values that are compared one by one are refused."""
    values: list[Any] = [{"value": "a@example.com", "type": f"t{number}"} for number in range(MOST_ALIKE + 1)]
    if op == "remove":
        values = [{"type": each["type"]} for each in values]

    with pytest.raises(InvalidValue) as caught:
        patched(USERS, {"emails": values[:1]}, patch({"op": op, "path": "emails", "value": values}), Collector())
    assert [Code.FIELD_TOO_MANY] == [problem.code for problem in caught.value.problems]
