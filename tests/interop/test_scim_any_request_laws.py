"""Whatever JSON comes, a request ends in a change or in an error of the library, and the service answers (PV-12)."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from agentprov.errors import AgentprovError
from agentprov.interop.scim_attributes import AGENT, AGENT_GROUP, ENTERPRISE, GROUP, USER, ResourceType
from agentprov.interop.scim_documents import error_document
from agentprov.interop.scim_groups import create_group_from, patch_group, replace_group
from agentprov.interop.scim_patch import PATCH_OP
from agentprov.interop.scim_requests import create_user_from, patch_user, replace_user
from tests.interop.scim_service import NOBODY_LOGGED_ON, ask, directory, service

OF = directory()
SCALARS = st.sampled_from(
    [None, True, False, 0, -1, 2**70, 1.5, "", "a", "u-asha", "d-sales", "tel:+1", "work", "{", "ä\x00"]
)
LEAVES = SCALARS | st.dictionaries(
    st.sampled_from(["value", "type", "primary", "name", "$ref", "x"]), SCALARS, max_size=3
)
VALUES = (
    LEAVES | st.lists(LEAVES, max_size=3) | st.dictionaries(st.sampled_from(["value", "formatted"]), LEAVES, max_size=2)
)


def attributes(of: ResourceType) -> st.SearchStrategy[str]:
    """The names of attributes, core and extension's, and some that aren't any."""
    names = [each.name for schema in of.schemas for each in schema.attributes]
    return st.sampled_from([*names, "id", "meta", "externalId", "schemas", "nothing"])


def documents(of: ResourceType) -> st.SearchStrategy[dict[str, Any]]:
    """Something like a resource."""
    plain = st.dictionaries(attributes(of), VALUES, max_size=5)
    whole = st.fixed_dictionaries(
        {"schemas": st.just([USER, GROUP]) | VALUES},
        optional={
            "userName": st.just("mira") | VALUES,
            "displayName": st.just("Night") | VALUES,
            **dict.fromkeys((AGENT, AGENT_GROUP, ENTERPRISE), plain | VALUES),
        },
    )
    return st.tuples(whole, plain).map(lambda both: {**both[1], **both[0]})


def paths(of: ResourceType) -> st.SearchStrategy[Any]:
    """Something like a path."""
    prefixes = {schema.id: "" if schema is of.schema else f"{schema.id}:" for schema in of.schemas}
    names = [f"{prefixes[schema.id]}{each.name}" for schema in of.schemas for each in schema.attributes]
    ends = st.sampled_from(["", ".value", ".type", '[type eq "work"]', '[value eq "a"].value', "[value gt 1]", "["])
    return st.tuples(st.sampled_from([*names, AGENT, ENTERPRISE, "nothing"]), ends).map("".join) | SCALARS


def patches(of: ResourceType) -> st.SearchStrategy[dict[str, Any]]:
    """Something like a PATCH request."""
    operation = st.fixed_dictionaries(
        {"op": st.sampled_from(["add", "replace", "remove", "Add", 7])},
        optional={"path": paths(of), "value": VALUES | documents(of)},
    )
    return st.lists(operation, min_size=1, max_size=4).map(lambda listed: {"schemas": [PATCH_OP], "Operations": listed})


def status(call: Any) -> str:
    """The status that a request is answered with."""
    try:
        call()
    except AgentprovError as error:
        return str(error_document(error)["status"])
    return "200"


def ends_well(call: Any) -> None:
    """Run a request: a change, or an error message."""
    assert status(call) in {"200", "400", "404", "409"}


@given(documents(OF.users))
def test_any_user(document: dict[str, Any]) -> None:
    """PV-12: any JSON as a user is created, replaces another, or is refused in the library's own words."""
    ends_well(lambda: create_user_from(OF, document, by=None))
    ends_well(lambda: replace_user(OF, "u-ravi", document, by=None, live=NOBODY_LOGGED_ON))


@given(patches(OF.users))
def test_any_patch_of_a_user(document: dict[str, Any]) -> None:
    """PV-12: any operations end in a change or a refusal."""
    ends_well(lambda: patch_user(OF, "u-ravi", document, by=None, live=NOBODY_LOGGED_ON))


@given(documents(OF.groups), patches(OF.groups))
def test_any_group(document: dict[str, Any], operations: dict[str, Any]) -> None:
    """PV-12: any JSON as a group, and any operations on one, end in a change or a refusal."""
    ends_well(lambda: create_group_from(OF, document, by=None, id="g-new", live=NOBODY_LOGGED_ON))
    ends_well(lambda: replace_group(OF, "g-day", document, by=None, live=NOBODY_LOGGED_ON))
    ends_well(lambda: patch_group(OF, "g-day", operations, by=None, live=NOBODY_LOGGED_ON))


@given(st.dictionaries(st.sampled_from(["filter", "sortBy", "count", "startIndex", "attributes", "sortOrder"]), VALUES))
def test_any_search(query: dict[str, Any]) -> None:
    """PV-12: any search request is answered, with a list or an error."""
    assert ask(service(), "POST", "/.search", query).status in {200, 400}
