"""Locks and bounds that name what is deleted: found, detached, or in the way (LC-3, PR-4)."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from agentprov.errors import Code, Refused
from agentprov.model.changes import Change
from agentprov.model.groups import UserGroup
from agentprov.model.ids import UserGroupId
from agentprov.model.limits import Among, PropertyLimit, Range
from agentprov.model.properties import RESOURCE_FILTER, PropertyDefinition, PropertyName, WholeNumber
from agentprov.model.references import Kind
from agentprov.model.referrers import referrers
from agentprov.model.table import Table
from agentprov.model.tenant import Tenant
from agentprov.provisioning import confirmation, delete
from tests.provisioning.samples import ADMIN, AT, LOGGED_OFF, a_tenant

CARE = UserGroupId("g-care")
PATIENCE = PropertyName("patience")


def limited(own: dict[PropertyName, PropertyLimit], inner: dict[PropertyName, PropertyLimit]) -> Tenant:
    """A tenant with a property of its own, and limits at the tenant and at one user group."""
    tenant = a_tenant("smartflo")
    definition = PropertyDefinition(name=PATIENCE, title="Patience", kind=WholeNumber(low=0, high=9), default=3)
    group = UserGroup(id=CARE, name="Care", property_limits=Table(inner))
    return attrs.evolve(
        tenant,
        property_definitions=tenant.property_definitions.put(PATIENCE, definition),
        property_limits=Table(own),
        user_groups=tenant.user_groups.put(CARE, group),
    )


def detached(tenant: Tenant, kind: Kind, id_: str) -> Change:
    """The change that deletes the object with its references."""
    how: dict[str, Any] = {"by": ADMIN, "detach": True}
    digest = confirmation(tenant, kind, id_, **how).digest
    return delete(tenant, kind, id_, at=AT, live=LOGGED_OFF, confirm=digest, **how)


def test_limits_of_a_property_go_with_it() -> None:
    """LC-3: who limits a property refers to it; detached, the limits go, and undoing brings them back."""
    tenant = limited({PATIENCE: PropertyLimit(locked=True)}, {PATIENCE: PropertyLimit(bound=Range(low=1, high=5))})

    named = [str(each) for each in referrers(tenant, Kind.PROPERTY_DEFINITIONS, PATIENCE)]
    change = detached(tenant, Kind.PROPERTY_DEFINITIONS, PATIENCE)
    after = change.apply(tenant)

    assert [
        "user_groups.g-care.property_limits.patience (lock, or bound)",
        "property_limits.patience (lock, or bound)",
    ] == named
    assert (Table(), Table()) == (after.property_limits, after.user_groups[CARE].property_limits)
    assert attrs.evolve(change.undo().apply(after), version=1) == attrs.evolve(tenant, version=1)


def test_an_object_leaves_the_bound_of_a_resource_filter() -> None:
    """LC-3: a bound keeps what else it allows."""
    bound = PropertyLimit(bound=Among(values=["n-gone", "d-sales"], or_none=True))
    tenant = limited({}, {RESOURCE_FILTER: bound, PATIENCE: PropertyLimit(locked=True)})
    tenant = attrs.evolve(tenant, skills=Table())
    asked = detached(tenant, Kind.DEPARTMENTS, "d-sales").apply(tenant)

    left = PropertyLimit(bound=Among(values=["n-gone"], or_none=True))
    assert left == asked.user_groups[CARE].property_limits[RESOURCE_FILTER]
    assert PropertyLimit(locked=True) == asked.user_groups[CARE].property_limits[PATIENCE]


def test_the_only_object_of_a_bound_is_in_the_way() -> None:
    """LC-3: a bound that would leave nothing isn't detached, since nobody said what it should be then."""
    tenant = limited({RESOURCE_FILTER: PropertyLimit(bound=Among(values=["d-sales"], or_none=True))}, {})

    with pytest.raises(Refused) as caught:
        detached(tenant, Kind.DEPARTMENTS, "d-sales")

    assert [(Code.REFERENCE_NEEDED, "property_limits.resource_filter")] == [
        (problem.code, problem.where) for problem in caught.value.problems
    ]
