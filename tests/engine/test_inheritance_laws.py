"""Laws of inheritance: what holds for all tenants (house laws, P18 to P24)."""

from __future__ import annotations

from typing import assert_never

import attrs
from hypothesis import event, given
from hypothesis import strategies as st

from agentprov.engine.inheritance import Properties, Resolved, Source, resolve
from agentprov.engine.profiles import available_profiles
from agentprov.model.ids import UserGroupId, UserId
from agentprov.model.properties import Level, PropertyName, PropertyValue
from agentprov.model.table import Table
from agentprov.model.tenant import Tenant
from tests.engine.companies import GROUPS, PROPERTIES, USERS, own_values, property_values, tenants

Values = dict[str, PropertyValue]
users = st.sampled_from(USERS)
names = st.sampled_from(PROPERTIES)


def every_value(tenant: Tenant) -> dict[tuple[UserId, PropertyName], Resolved]:
    """Every property of every user."""
    properties = Properties(tenant)
    return {(user, name): properties.resolve(user, name) for user in tenant.users for name in PROPERTIES}


def moved(tenant: Tenant, user: UserId, group: UserGroupId | None) -> Tenant:
    """The tenant with the user in another group."""
    return attrs.evolve(tenant, users=tenant.users.put(user, attrs.evolve(tenant.users[user], user_group=group)))


def with_own(tenant: Tenant, user: UserId, values: Table[PropertyName, PropertyValue]) -> Tenant:
    """The tenant with other values of the user's own."""
    return attrs.evolve(tenant, users=tenant.users.put(user, attrs.evolve(tenant.users[user], properties=values)))


@given(tenants(), users, names)
def test_an_override_wins_and_is_named(tenant: Tenant, user: UserId, name: PropertyName) -> None:
    """P18: the user's value if there is one, else the innermost group's, else the tenant's, else the default."""
    said = [tenant.users[user].properties]
    said += [
        tenant.user_groups[group].properties for group in reversed(tenant.group_path(tenant.users[user].user_group))
    ]
    said.append(tenant.properties)
    values = [*(each[name] for each in said if name in each), tenant.property_definitions[name].default]
    resolved = resolve(tenant, user, name)
    event(resolved.source.level.value)

    assert values[0] == resolved.value
    assert values[1:] == [value for _, value in resolved.shadowed]


@given(tenants(), users, names)
def test_the_source_says_the_value(tenant: Tenant, user: UserId, name: PropertyName) -> None:
    """P23: reading the source that is named, and every shadowed one, gives the value told."""
    resolved = resolve(tenant, user, name)
    for source, value in ((resolved.source, resolved.value), *resolved.shadowed):
        assert value == read(tenant, source, name)


def read(tenant: Tenant, source: Source, name: PropertyName) -> PropertyValue:
    """The value that a source says."""
    match source.level:
        case Level.DEFINITION:
            return tenant.property_definitions[name].default
        case Level.TENANT:
            return tenant.properties[name]
        case Level.USER_GROUP:
            return tenant.user_groups[UserGroupId(str(source.id))].properties[name]
        case Level.USER:
            return tenant.users[UserId(str(source.id))].properties[name]
        case _:
            assert_never(source.level)


@given(tenants(), users, property_values)
def test_removing_an_override_restores_what_is_inherited(tenant: Tenant, user: UserId, own: Values) -> None:
    """PR-2: with an override set and removed again every value and source is as if it had never been."""
    without = with_own(tenant, user, Table())
    after = with_own(with_own(without, user, own_values(own)), user, Table())

    assert every_value(without) == every_value(after)


@given(tenants(), users, names)
def test_an_override_shadows_exactly_what_is_inherited(tenant: Tenant, user: UserId, name: PropertyName) -> None:
    """PR-3: the first shadowed value is the one that would count without the override."""
    inherited = resolve(with_own(tenant, user, Table()), user, name)
    resolved = resolve(tenant, user, name)
    if resolved.source.level is Level.USER:
        assert (inherited.source, inherited.value) == resolved.shadowed[0]
        assert inherited.shadowed == resolved.shadowed[1:]
    else:
        assert inherited == resolved


@given(tenants(), st.sampled_from(GROUPS), property_values)
def test_a_groups_value_changes_only_members_who_inherit(tenant: Tenant, group: UserGroupId, values: Values) -> None:
    """P22: members of the group or a nested one, without an own value or one of a group between, and nobody else."""
    edited = attrs.evolve(tenant.user_groups[group], properties=own_values(values))
    after = attrs.evolve(tenant, user_groups=tenant.user_groups.put(group, edited))
    old, new = every_value(tenant), every_value(after)
    for (user, name), resolved in old.items():
        path = tenant.group_path(tenant.users[user].user_group)
        inner = path[path.index(group) + 1 :] if group in path else ()
        hidden = name in tenant.users[user].properties or any(
            name in tenant.user_groups[each].properties for each in inner
        )
        if group not in path:
            assert resolved == new[user, name]
        elif hidden:
            assert (resolved.value, resolved.source) == (new[user, name].value, new[user, name].source)
        elif name in values:
            assert values[name] == new[user, name].value


@given(tenants(), users, st.none() | st.sampled_from(GROUPS))
def test_a_move_keeps_what_is_set_and_replaces_what_is_inherited(
    tenant: Tenant, user: UserId, group: UserGroupId | None
) -> None:
    """P19, P21: own values stay, even one equal to what was inherited; the rest is what the new group gives."""
    after = moved(tenant, user, group)
    bare = resolve_all(with_own(after, user, Table()), user)
    for name, resolved in resolve_all(after, user).items():
        if name in tenant.users[user].properties:
            assert tenant.users[user].properties[name] == resolved.value
            assert Level.USER is resolved.source.level
        else:
            assert bare[name] == resolved


def resolve_all(tenant: Tenant, user: UserId) -> Table[PropertyName, Resolved]:
    """Every property of one user."""
    return Properties(tenant).all_properties(user)


@given(tenants(), users, st.none() | st.sampled_from(GROUPS))
def test_there_and_back_changes_nothing(tenant: Tenant, user: UserId, group: UserGroupId | None) -> None:
    """P20: after a move and the move back every own and resolved value and every profile is as before."""
    back = moved(moved(tenant, user, group), user, tenant.users[user].user_group)

    assert every_value(tenant) == every_value(back)
    assert available_profiles(tenant, user) == available_profiles(back, user)


@given(tenants(), users, st.none() | st.sampled_from(GROUPS))
def test_a_move_changes_nobody_else(tenant: Tenant, user: UserId, group: UserGroupId | None) -> None:
    """P08: other users' properties and profiles don't notice."""
    after = moved(tenant, user, group)
    for other in tenant.users.keys() - {user}:
        assert resolve_all(tenant, other) == resolve_all(after, other)
        assert available_profiles(tenant, other) == available_profiles(after, other)


@given(tenants(), users, st.none() | st.sampled_from(GROUPS))
def test_profiles_after_a_move(tenant: Tenant, user: UserId, group: UserGroupId | None) -> None:
    """P24: available are those of the new group and the groups around it, and the personal ones, untouched."""
    after = moved(tenant, user, group)
    around = set(tenant.group_path(group))
    expected = {each for each in tenant.profiles.values() if each.user == user or each.user_group in around}

    assert expected == set(available_profiles(after, user))


@given(tenants(), st.lists(st.tuples(users, names), min_size=1, max_size=20))
def test_questions_in_any_order_get_the_same_answers(tenant: Tenant, asked: list[tuple[UserId, PropertyName]]) -> None:
    """P14: a shared engine, asked in any order, answers as a new one does."""
    properties = Properties(tenant)

    assert [resolve(tenant, *each) for each in asked] == [properties.resolve(*each) for each in asked]
    assert [resolve(tenant, *each) for each in asked] == [properties.resolve(*each) for each in asked]
