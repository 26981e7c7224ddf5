"""A judge of SCIM services by others, in process: every check it has, and every one passes."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from scim2_client.engines.wsgi import WSGISCIMClient
from scim2_models import ResourceType, Schema, ScimProvider, ServiceProviderConfig
from scim2_tester import check_server

from agentprov.interop.scim_attributes import AGENT
from agentprov.model.tenant import Tenant
from tests.interop.scim_service import BASE, TOKEN, blueprint, service, tenant

EXAMPLES = {
    "phoneNumbers": ["tel:+918069651171", "tel:+918069651172"],
    "forwardNumber": ["tel:+919812345679"],
    "preferredLanguage": ["en", "de-CH"],
    "extension": ["101", "102"],
    "emergencyRegion": ["DE"],
    "allowedAddresses": ["192.0.2.0/24"],
    "contactDetails": ["Desk"],
}
"""Values that these attributes take: the judge makes up random texts, unless a schema suggests better ones."""

DEPENDENT = (
    # Each of these needs another attribute, or contradicts one; the judge adds and takes away each alone.
    "authentication_method",
    "two_factor",
    "dialler_panel",
    "site_name",
    "emergency_caller_id",
    "time_group_failover",
    "ring_timeout",
    "area_caller_ids",
    "route_through",
    "extension_addresses",
    "forward_same_as_phone",
)


def judged(of: Tenant) -> list[Any]:
    """Every result of the judge for a service of this tenant."""
    client = WSGISCIMClient(service(of), base_url=BASE, headers={"Authorization": f"Bearer {TOKEN}"})
    published: Any = [client.query(kind) for kind in (Schema, ResourceType, ServiceProviderConfig)]
    schemas, types, config = published
    for schema in schemas.resources:
        for attribute in schema.attributes:
            suggest(schema.id, attribute)
    client.provider = ScimProvider.from_discovery(schemas.resources, types.resources, config)
    random.seed(12)
    results: list[Any] = check_server(client)
    return results


def suggest(schema: str, attribute: Any) -> None:
    """Add the values that an attribute takes to what its schema says."""
    of_values = [each for each in attribute.sub_attributes or [] if each.name in {"value", "name"}]
    if attribute.name in EXAMPLES:
        for each in of_values or [attribute]:
            each.canonical_values = EXAMPLES[attribute.name]
    if schema == AGENT and attribute.multi_valued:
        # It adds the extension as a whole, then each of its attributes, and expects nothing but the second value.
        attribute.canonical_values = (attribute.canonical_values or [])[:1] or None


def told(results: list[Any]) -> Iterator[str]:
    """What a person reads of results that are no success."""
    for each in results:
        if each.status.name != "SUCCESS":
            yield f"{each.status.name} {each.resource_type} {each.title}: {each.reason}"


@pytest.fixture(scope="module")
def results() -> list[Any]:
    """The judge's results for a tenant with every field that stands alone."""
    return judged(tenant(blueprint=blueprint(*DEPENDENT, skill_levels=False)))


def test_every_check_of_the_judge_passes(results: list[Any]) -> None:
    """PV-12: every check passes, and none is skipped."""
    assert [] == list(told(results))


def test_the_judge_looked_at_everything(results: list[Any]) -> None:
    """PV-12: the checks are of both types of resources, all that is done with them, and the discovery documents."""
    titles = {each.title for each in results}
    parts = {"check_add_attribute", "check_remove_attribute", "check_replace_attribute"}
    whole = {"object_creation", "object_query", "object_query_without_id", "object_replacement", "object_deletion"}
    chosen = {"object_query_with_attributes", "object_list_with_attributes", "search_with_attributes"}
    discovery = {"query_all_schemas", "access_schema_by_id", "query_all_resource_types"}

    assert set() == (parts | whole | chosen | discovery | {"random_url"}) - titles
    assert {None, "User", "Group"} == {each.resource_type for each in results}
    page = (Path(__file__).parents[2] / "docs" / "scim.md").read_text(encoding="utf-8")
    assert f"all of its {len(results)} checks pass" in page
