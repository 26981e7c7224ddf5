"""Laws of lists: a list shows exactly what single questions allow (AC-9, P13)."""

from __future__ import annotations

import json
from collections.abc import Iterator

from hypothesis import event, given

from agentprov.engine.access import Access
from agentprov.engine.decisions import Object
from agentprov.engine.filters import Field, Filter, filter_for
from agentprov.engine.inheritance import resolve
from agentprov.model.properties import NONE, RESOURCE_FILTER
from agentprov.model.references import Kind
from agentprov.model.tenant import Tenant
from tests.engine.companies import PERMISSIONS, USERS
from tests.engine.viewers import KINDS, limited_tenants


def within_limit(tenant: Tenant, actor: str, id_: str) -> bool:
    """PR-1: whether the actor's resource filter leaves an object. Unset, or none, it leaves all."""
    limit = resolve(tenant, actor, RESOURCE_FILTER).value if actor in tenant.users else NONE
    return not isinstance(limit, frozenset) or id_ in limit


def lists(tenant: Tenant) -> Iterator[tuple[str, str, Kind, Filter]]:
    """Every list of a tenant: by actor, permission and kind."""
    access = Access(tenant)
    for actor in (*USERS, "u-nobody"):
        for permission in PERMISSIONS:
            for kind in KINDS:
                yield actor, permission, kind, filter_for(access, actor, permission, kind)


@given(limited_tenants())
def test_a_list_shows_what_may_be_asked_for(tenant: Tenant) -> None:
    """AC-9, P13: an object matches exactly if the actor may and the resource filter leaves it, and is listed then."""
    access = Access(tenant)
    for actor, permission, kind, listed in lists(tenant):
        expected = {
            id_: access.allows(actor, permission, Object(kind=kind, id=id_)) and within_limit(tenant, actor, id_)
            for id_ in tenant.table(kind)
        }
        event(f"{sum(expected.values())} {kind.value}")
        assert expected == {id_: listed.matches(id_) for id_ in expected}
        assert sorted(id_ for id_, allowed in expected.items() if allowed) == list(listed.ids())


@given(limited_tenants())
def test_nothing_is_said_twice(tenant: Tenant) -> None:
    """AC-9: one condition for a field at most, none without values, none that everything or a deny makes idle."""
    order = list(Field)
    for _, _, kind, listed in lists(tenant):
        for conditions in (listed.allowed, listed.denied):
            fields = [order.index(condition.field) for condition in conditions]
            assert sorted(set(fields)) == fields
            assert all(condition.values for condition in conditions)
        denied = {condition.field: condition.values for condition in listed.denied}
        assert not (listed.everything and listed.allowed)
        assert all(each.values.isdisjoint(denied.get(each.field, ())) for each in listed.allowed)
        assert kind is Kind.USERS or {Field.ID} >= {each.field for each in (*listed.allowed, *listed.denied)}


@given(limited_tenants())
def test_the_two_ends_are_told(tenant: Tenant) -> None:
    """AC-9: the filter of everything matches every object, the empty one none; it has nothing in any field."""
    for _, _, kind, listed in lists(tenant):
        if listed.is_everything:
            assert sorted(tenant.table(kind)) == list(listed.ids())
        if listed.is_empty:
            assert () == listed.ids()
            assert ((), (), None) == (listed.allowed, listed.denied, listed.only)


@given(limited_tenants())
def test_the_filter_is_data(tenant: Tenant) -> None:
    """AC-9: asked again the filter is equal, and so is its hash; as data it is written as JSON and read back."""
    for one, again in zip(lists(tenant), lists(tenant), strict=True):
        listed = one[-1]
        assert (listed, hash(listed)) == (again[-1], hash(again[-1]))
        assert listed.as_data() == json.loads(json.dumps(listed.as_data()))
