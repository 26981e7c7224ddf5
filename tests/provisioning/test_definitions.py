"""Defining properties, changing what they are, removing them (PR-1, PV-9)."""

from __future__ import annotations

from functools import partial
from typing import Any

import attrs
import pytest

from agentprov.codec import dumps, loads
from agentprov.engine.inheritance import resolve
from agentprov.errors import Code
from agentprov.model.access import Within
from agentprov.model.changes import EventKind
from agentprov.model.ids import UserGroupId, UserId
from agentprov.model.limits import Range
from agentprov.model.properties import (
    NONE,
    RESOURCE_FILTER,
    Flag,
    Language,
    ObjectSet,
    OneOf,
    PropertyDefinition,
    PropertyKind,
    PropertyName,
    PropertyValue,
    SomeOf,
    Text,
    WholeNumber,
)
from agentprov.model.tenant import Tenant
from agentprov.provisioning import (
    bound_property,
    define_property,
    lock_property,
    redefine_property,
    remove_property,
    set_property,
)
from tests.provisioning.samples import ADMIN, a_form, a_tenant, created, faults, with_role

RAVI, LEAD = UserId("u-ravi"), UserId("u-lead")
SALES = UserGroupId("g-sales")
PAUSE = PropertyName("acme.pause")
DEFINITION = PropertyDefinition(name=PAUSE, title="Pause", kind=WholeNumber(low=0, high=60), default=5, unit="min")


def puzzel() -> Tenant:
    """A tenant with Ravi in the group of sales."""
    return created(a_tenant("puzzel"), a_form("puzzel"))


def defined() -> Tenant:
    """The same with a property of the host's, set at every level and limited at two."""
    tenant = define_property(puzzel(), DEFINITION, by=ADMIN).apply(puzzel())
    for value, where in ((10, {}), (20, {"group": SALES}), (30, {"user": RAVI})):
        tenant = set_property(tenant, PAUSE, value, by=ADMIN, **where).apply(tenant)
    tenant = bound_property(tenant, PAUSE, Range(low=0, high=25), by=ADMIN).apply(tenant)
    return lock_property(tenant, PAUSE, group=SALES, by=ADMIN).apply(tenant)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (WholeNumber(low=-5, high=5), -1),
        (Flag(), True),
        (Text(), "Be kind"),
        (OneOf(choices=["dark", "light"]), "dark"),
        (SomeOf(choices=["chat", "email"]), frozenset({"chat"})),
        (Language(), "pt-BR"),
        (ObjectSet(), frozenset({"q-1"})),
    ],
)
def test_a_host_defines_what_it_likes(kind: PropertyKind, value: PropertyValue) -> None:
    """PR-1: of every kind, without touching the library; it is set, resolved, and read again from a file."""
    tenant = puzzel()
    name = PropertyName("acme.own")
    change = define_property(tenant, PropertyDefinition(name=name, title="Own", kind=kind), by=ADMIN)
    assert [EventKind.PROPERTY_DEFINED] == [event.kind for event in change.events]
    tenant = change.apply(tenant)
    assert NONE is resolve(tenant, RAVI, name).value
    tenant = set_property(tenant, name, value, group=SALES, by=ADMIN).apply(tenant)
    again = loads(dumps(tenant, format="toml"), format="toml")
    assert value == resolve(again, RAVI, name).value


def test_a_definition_is_changed() -> None:
    """PR-1: another default counts at once; values of theirs that no longer suit are told with their place."""
    tenant = define_property(puzzel(), DEFINITION, by=ADMIN).apply(puzzel())
    change = redefine_property(tenant, attrs.evolve(DEFINITION, default=7), by=ADMIN)
    after = change.apply(tenant)
    assert (5, 7) == (resolve(tenant, RAVI, PAUSE).value, resolve(after, RAVI, PAUSE).value)
    assert attrs.evolve(tenant, version=after.version + 1) == change.undo().apply(after)
    assert () == redefine_property(tenant, DEFINITION, by=ADMIN).edits
    narrow = attrs.evolve(DEFINITION, kind=WholeNumber(low=0, high=15))
    found = faults(partial(redefine_property, defined(), narrow, by=ADMIN))
    places = ['user_groups.g-sales.properties."acme.pause"', 'users.u-ravi.properties."acme.pause"']
    assert [(place, Code.FIELD_OUT_OF_RANGE) for place in places] == found


def test_a_property_is_defined_once() -> None:
    """PR-1: a name that is taken, and one that isn't."""
    assert [("definition.name", Code.PROPERTY_EXISTS)] == faults(
        partial(define_property, defined(), DEFINITION, by=ADMIN)
    )
    for attempt in (partial(redefine_property, puzzel(), DEFINITION), partial(remove_property, puzzel(), PAUSE)):
        assert [("name", Code.PROPERTY_UNKNOWN)] == faults(partial(attempt, by=ADMIN))
    odd: Any = 5
    assert [("name", Code.FIELD_WRONG_TYPE)] == faults(partial(remove_property, puzzel(), odd, by=ADMIN))


def test_a_property_goes_unused_or_with_all_that_is_said_of_it() -> None:
    """PR-1: what is set or limited keeps it, unless it is to go as well; undone, everything is back."""
    tenant = defined()
    assert [("name", Code.PROPERTY_IN_USE)] == faults(partial(remove_property, tenant, PAUSE, by=ADMIN))
    change = remove_property(tenant, PAUSE, with_values=True, by=ADMIN)
    after = change.apply(tenant)
    assert PAUSE not in after.property_definitions
    assert [EventKind.PROPERTY_REMOVED] == [event.kind for event in change.events]
    assert attrs.evolve(tenant, version=after.version + 1) == change.undo().apply(after)
    unused = define_property(puzzel(), DEFINITION, by=ADMIN).apply(puzzel())
    assert 1 == len(remove_property(unused, PAUSE, by=ADMIN).edits)
    limited = lock_property(unused, PAUSE, group=SALES, by=ADMIN).apply(unused)
    assert 2 == len(remove_property(limited, PAUSE, with_values=True, by=ADMIN).edits)


def test_nobody_removes_or_redefines_the_filter_that_bounds_them() -> None:
    """AC-5: whose resource filter is set can't make everybody, themselves included, see everything."""
    tenant = with_role(puzzel(), LEAD, ("user:edit", Within.TENANT))
    tenant = set_property(tenant, RESOURCE_FILTER, frozenset({"q-1"}), by=ADMIN).apply(tenant)
    attempt = partial(remove_property, tenant, RESOURCE_FILTER, with_values=True, by=LEAD)
    assert [("value", Code.RESOURCE_FILTER_EXCEEDS_ACTOR)] == faults(attempt)
    before = tenant.property_definitions[RESOURCE_FILTER]
    few = attrs.evolve(before, default=frozenset({"q-1"}))
    tenant = redefine_property(puzzel(), few, by=ADMIN).apply(puzzel())
    tenant = with_role(tenant, LEAD, ("user:edit", Within.TENANT))
    assert [("value", Code.RESOURCE_FILTER_EXCEEDS_ACTOR)] == faults(
        partial(redefine_property, tenant, before, by=LEAD)
    )


def test_who_may_define() -> None:
    """PR-1: it concerns everybody, so it needs the right over the whole tenant."""
    for scope, refused in ((Within.TENANT, False), (Within.SELF, True)):
        tenant = with_role(puzzel(), LEAD, ("user:edit", scope))
        attempt = partial(define_property, tenant, DEFINITION, by=LEAD)
        if refused:
            assert [("(whole)", Code.PERMISSION_NOT_GRANTED)] == faults(attempt)
        else:
            assert 1 == len(attempt().edits)
