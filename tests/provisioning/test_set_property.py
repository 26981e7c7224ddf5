"""Setting a property at a level, and taking the value away again (PR-1, PR-2, P19, P21)."""

from __future__ import annotations

from functools import partial

import attrs
import pytest

from agentprov.engine.inheritance import resolve
from agentprov.errors import Code, InvalidValue, NotFound
from agentprov.model.access import Within
from agentprov.model.changes import EventKind
from agentprov.model.ids import UserGroupId, UserId
from agentprov.model.properties import NONE, RESOURCE_FILTER, Level, PropertyDefinition, PropertyName, Text
from agentprov.model.tenant import Tenant
from agentprov.provisioning import reset_property, set_property
from tests.provisioning.samples import ADMIN, a_form, a_tenant, created, faults, with_role

RAVI = UserId("u-ravi")
LEAD = UserId("u-lead")
SALES = UserGroupId("g-sales")
WRAP_UP = PropertyName("wrap_up.phone")


def puzzel() -> Tenant:
    """A tenant with a user in the group of sales."""
    return created(a_tenant("puzzel"), a_form("puzzel"))


def test_each_level_takes_a_value_and_gives_it_up() -> None:
    """PR-2: tenant, group and user; the nearest one holds, and without it precisely the inherited one again."""
    tenant = puzzel()
    seen = [resolve(tenant, RAVI, WRAP_UP).value]
    for value, where in ((20, {}), (40, {"group": SALES}), (60, {"user": RAVI})):
        tenant = set_property(tenant, WRAP_UP, value, by=ADMIN, **where).apply(tenant)
        seen.append(resolve(tenant, RAVI, WRAP_UP).value)
    for where in ({"user": RAVI}, {"group": SALES}, {}):
        tenant = reset_property(tenant, WRAP_UP, by=ADMIN, **where).apply(tenant)
        seen.append(resolve(tenant, RAVI, WRAP_UP).value)
    assert [15, 20, 40, 60, 40, 20, 15] == seen


def test_pinned_to_the_inherited_value_is_not_inherited() -> None:
    """PR-2 (q), P21: a value of one's own that equals the inherited one stays when that changes."""
    tenant = puzzel()
    tenant = set_property(tenant, WRAP_UP, 15, user=RAVI, by=ADMIN).apply(tenant)
    tenant = set_property(tenant, WRAP_UP, 99, by=ADMIN).apply(tenant)
    assert 15 == resolve(tenant, RAVI, WRAP_UP).value


def test_an_explicit_none_is_a_value() -> None:
    """PR-2: "none" shadows what is inherited; taking it away doesn't."""
    tenant = puzzel()
    tenant = set_property(tenant, RESOURCE_FILTER, frozenset({"q-1"}), group=SALES, by=ADMIN).apply(tenant)
    none = set_property(tenant, RESOURCE_FILTER, NONE, user=RAVI, by=ADMIN).apply(tenant)
    assert NONE is resolve(none, RAVI, RESOURCE_FILTER).value
    reset = reset_property(none, RESOURCE_FILTER, user=RAVI, by=ADMIN).apply(none)
    assert frozenset({"q-1"}) == resolve(reset, RAVI, RESOURCE_FILTER).value


def test_a_change_says_in_words_what_it_sets() -> None:
    """PV-9: at each level; and undoing it gives the tenant back."""
    tenant = puzzel()
    own = set_property(tenant, WRAP_UP, 60, user=RAVI, by=ADMIN)
    assert ("user u-ravi: properties[wrap_up.phone] nothing -> 60",) == own.describe()
    everybody = set_property(tenant, WRAP_UP, 20, by=ADMIN)
    assert ("tenant: wrap_up.phone nothing -> 20",) == everybody.describe()
    told = [(EventKind.PROPERTY_SET, "t-acme"), (EventKind.USER_TOLD, "t-acme")]
    assert told == [(event.kind, event.subject) for event in everybody.events]
    after = everybody.apply(tenant)
    assert attrs.evolve(tenant, version=after.version + 1) == everybody.undo().apply(after)


def test_what_is_so_already_changes_nothing() -> None:
    """PV-9: the same value again, or taking away what isn't there, has no edits and no events."""
    tenant = set_property(puzzel(), WRAP_UP, 20, by=ADMIN).apply(puzzel())
    for change in (set_property(tenant, WRAP_UP, 20, by=ADMIN), reset_property(tenant, WRAP_UP, user=RAVI, by=ADMIN)):
        assert ((), (), ()) == (change.edits, change.properties, change.events)


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("wrap_up.none", 5, [("name", Code.PROPERTY_UNKNOWN)]),
        ("wrap_up.phone", "60", [("value", Code.FIELD_WRONG_TYPE)]),
        ("wrap_up.phone", True, [("value", Code.FIELD_WRONG_TYPE)]),
        ("wrap_up.phone", 3601, [("value", Code.FIELD_OUT_OF_RANGE)]),
        ("resource_filter", "q-1", [("value", Code.FIELD_WRONG_TYPE)]),
        ("resource_filter", frozenset({5, "a b\n", "q-1"}), [("value", Code.ID_INVALID), ("value", Code.ID_INVALID)]),
        ("language", "en\x00", [("value", Code.FIELD_CONTROL_CHARACTER)]),
        ("language", "\ud800", [("value", Code.FIELD_CONTROL_CHARACTER)]),
    ],
)
def test_a_value_is_of_its_propertys_kind(name: str, value: object, expected: list[tuple[str, Code]]) -> None:
    """PR-1: an unknown property, another kind of value, or one outside the range is refused."""
    wrong: object = value
    found = faults(lambda: set_property(puzzel(), PropertyName(name), wrong, by=ADMIN))  # type: ignore[arg-type]
    assert expected == found


def test_a_number_typed_as_text_is_told_as_text() -> None:
    """PR-1: `60` was expected and "60" given: the sentence says which of the two it was."""
    with pytest.raises(InvalidValue) as caught:
        set_property(puzzel(), WRAP_UP, "60", by=ADMIN)

    assert "expected a whole number, found the text `60`" == caught.value.problems[0].message


def test_a_property_is_set_only_where_it_may_be() -> None:
    """PR-1: its definition says at which levels."""
    name = PropertyName("motto")
    motto = PropertyDefinition(name=name, title="Motto", kind=Text(), settable=[Level.TENANT])
    tenant = puzzel()
    tenant = attrs.evolve(tenant, property_definitions=tenant.property_definitions.put(name, motto))
    assert 1 == len(set_property(tenant, name, "Be kind", by=ADMIN).properties)
    found = faults(lambda: set_property(tenant, name, "No", user=RAVI, by=ADMIN))
    assert [("name", Code.PROPERTY_NOT_SETTABLE)] == found


def test_only_one_level_at_a_time() -> None:
    """PR-2: a user and a group are two levels, and so two changes."""
    with pytest.raises(InvalidValue):
        set_property(puzzel(), WRAP_UP, 5, user=RAVI, group=SALES, by=ADMIN)


def test_whose_value_it_is_must_be_there() -> None:
    """ID-3: an unknown user or group."""
    for where in ({"user": UserId("u-who")}, {"group": UserGroupId("g-who")}):
        with pytest.raises(NotFound):
            set_property(puzzel(), WRAP_UP, 5, by=ADMIN, **where)


def test_editing_some_users_is_not_editing_everybodys_values() -> None:
    """AC-3: a right over oneself sets one's own value; a group's and the tenant's reach everybody."""
    tenant = with_role(puzzel(), LEAD, ("user:edit", Within.SELF))
    assert 1 == len(set_property(tenant, WRAP_UP, 5, user=LEAD, by=LEAD).edits)
    refused = [("(whole)", Code.PERMISSION_NOT_GRANTED)]
    for where in ({}, {"group": SALES}, {"user": RAVI}):
        assert refused == faults(partial(set_property, tenant, WRAP_UP, 5, by=LEAD, **where))
