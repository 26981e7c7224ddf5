"""Whom an edit above the users concerns, counted (PR-8, PR-9): examples, and the law that the counts are right."""

from __future__ import annotations

from collections.abc import Iterator

import attrs
from hypothesis import event, given
from hypothesis import strategies as st

from agentprov.engine.group_preview import GroupPreview, compare_above, listed, preview_above
from agentprov.engine.inheritance import Properties
from agentprov.engine.population import Population
from agentprov.engine.preview import preview
from agentprov.model.changes import Change, Edit
from agentprov.model.groups import Profile
from agentprov.model.ids import ProfileId, UserGroupId, UserId
from agentprov.model.limits import PropertyLimits
from agentprov.model.properties import Level, PropertyName, PropertyValue
from agentprov.model.references import Kind
from agentprov.model.tenant import Tenant
from tests.engine.companies import (
    DEFINITIONS,
    GROUPS,
    PROPERTIES,
    USERS,
    company,
    own_values,
    property_values,
    user,
    user_groups,
)
from tests.engine.limited import Limits, levels, limit_tables, limited_tenants, limits, lock, users, with_limits, within

NORTH, SALES, ALL = UserGroupId("g-north"), UserGroupId("g-sales"), UserGroupId("g-all")


def floor() -> Tenant:
    """Three users in north, of whom one has a value of their own, and one in sales."""
    return company(
        *(user(id_, user_group=NORTH) for id_ in USERS[:2]),
        user(USERS[2], user_group=NORTH, properties=own_values({"ring": 3}), unticked_profiles=[ProfileId("p-all")]),
        user(USERS[3], user_group=SALES),
        property_definitions=DEFINITIONS,
        user_groups=user_groups(),
        profiles={ProfileId("p-all"): Profile(id=ProfileId("p-all"), name="All", user_group=ALL)},
    )


def of_sales(tenant: Tenant, values: dict[str, PropertyValue] | None = None, limited: Limits | None = None) -> Change:
    """The change of the values and the limits of sales."""
    before = tenant.user_groups[SALES]
    after = attrs.evolve(before, properties=own_values({**(values or {})}), property_limits=limits(limited or {}))
    return Change(
        tenant=tenant.id,
        base=tenant.version,
        edits=[Edit(kind=Kind.USER_GROUPS, id=SALES, before=before, after=after)],
    )


def test_who_inherits_is_counted() -> None:
    """PR-8: a value of a group concerns who is in it or inside it and has none of their own."""
    tenant = floor()
    seen = preview_above(tenant, of_sales(tenant, {"ring": 2}))

    assert [(NORTH, None, 2), (SALES, None, 1)] == [(each.group, each.own, each.users) for each in seen.properties]
    assert (3, 0, 0) == (seen.concerned("ring"), seen.woken("ring"), seen.put_to_sleep("ring"))
    assert (USERS[0], USERS[1], USERS[3]) == listed(tenant, seen)
    assert not seen.is_empty


def test_own_values_that_fall_asleep_and_wake_are_counted() -> None:
    """PR-8, PR-4: a lock and a bound put the one own value to sleep; without them it wakes."""
    tenant = floor()
    for limit in (lock(), within(1, 2)):
        change = of_sales(tenant, limited={"ring": limit})
        after = change.apply(tenant)
        asleep, awake = preview_above(tenant, change), preview_above(after, change.undo())
        assert (1, 1, 0) == (asleep.concerned("ring"), asleep.put_to_sleep("ring"), asleep.woken("ring"))
        assert (1, 0, 1) == (awake.concerned("ring"), awake.put_to_sleep("ring"), awake.woken("ring"))
        assert (USERS[2],) == listed(tenant, asleep)


def test_a_group_nested_elsewhere_loses_profiles() -> None:
    """PR-8, PR-5: whoever hasn't unticked it loses the profile of the groups around; a value comes from elsewhere."""
    tenant = floor()
    sales = tenant.user_groups[SALES]
    after = attrs.evolve(tenant, user_groups=tenant.user_groups.put(SALES, attrs.evolve(sales, parent=None)))
    seen = compare_above(tenant, after)

    assert [(NORTH, 2, False), (SALES, 1, False)] == [(each.group, each.users, each.gained) for each in seen.profiles]
    assert (USERS[0], USERS[1], USERS[3]) == listed(tenant, seen)
    back = compare_above(after, tenant)
    assert [(NORTH, 2, True), (SALES, 1, True)] == [(each.group, each.users, each.gained) for each in back.profiles]


def test_a_new_profile_is_offered() -> None:
    """PR-8, PR-5: a profile of a group reaches all inside; one that goes reaches them too."""
    tenant = floor()
    more = Profile(id=ProfileId("p-new"), name="New", user_group=NORTH)
    after = attrs.evolve(tenant, profiles=tenant.profiles.put(more.id, more))

    assert [(more, 3, True)] == [
        (each.profile, each.users, each.gained) for each in compare_above(tenant, after).profiles
    ]
    assert [(more, 3, False)] == [
        (each.profile, each.users, each.gained) for each in compare_above(after, tenant).profiles
    ]
    personal = Profile(id=ProfileId("p-own"), name="Own", user=USERS[0])
    assert compare_above(tenant, attrs.evolve(tenant, profiles=tenant.profiles.put(personal.id, personal))).is_empty


def test_nothing_is_empty() -> None:
    """PR-8: a group without members concerns nobody, nor does a change of nothing."""
    tenant = floor()
    other = attrs.evolve(tenant.user_groups[GROUPS[3]], properties=own_values({"ring": 2}))
    after = attrs.evolve(tenant, user_groups=tenant.user_groups.put(other.id, other))

    assert GroupPreview() == compare_above(tenant, after) == compare_above(tenant, tenant)


# ---- laws -----------------------------------------------------------------------------------------------------------


def differing(before: Tenant, after: Tenant, name: PropertyName) -> Iterator[UserId]:
    """Users one by one: who gets another value or source, or whose own value falls asleep or wakes."""
    had, has = Properties(before), Properties(after)
    for id_ in before.users:
        old, new = had.resolve(id_, name), has.resolve(id_, name)
        asleep = [any(each.source.level is Level.USER for each in side.sleeping) for side in (old, new)]
        if (old.value, old.source, asleep[0]) != (new.value, new.source, asleep[1]):
            yield id_


@given(limited_tenants(), levels, limit_tables(), property_values, st.none() | st.sampled_from(GROUPS))
def test_counted_is_as_if_looked_at_one_by_one(
    tenant: Tenant,
    level: UserGroupId | None,
    given_: PropertyLimits,
    values: dict[str, PropertyValue],
    parent: UserGroupId | None,
) -> None:
    """PR-8, PR-9: for any edit of a level, counts and lists are those of every user's own before and after."""
    after = with_limits(tenant, level, given_)
    if level is None:
        after = attrs.evolve(after, properties=own_values(values))
    else:
        around = (
            parent if parent is None or level not in tenant.group_path(parent) else tenant.user_groups[level].parent
        )
        group = attrs.evolve(after.user_groups[level], properties=own_values(values), parent=around)
        after = attrs.evolve(after, user_groups=after.user_groups.put(level, group))
    seen = compare_above(tenant, after)
    everybody: set[UserId] = set()
    for name in PROPERTIES:
        users = set(differing(tenant, after, name))
        everybody |= users
        event(f"{len(users)} users")
        assert len(users) == seen.concerned(name)
    assert tuple(sorted(everybody)) == listed(tenant, seen)


PROFILES = [Profile(id=ProfileId(f"p-{group}"), name="Profile", user_group=group) for group in GROUPS]
unticked = st.fixed_dictionaries({id_: st.frozensets(st.sampled_from([each.id for each in PROFILES])) for id_ in USERS})


@given(limited_tenants(), st.sampled_from(GROUPS), unticked)
def test_lost_profiles_are_counted_as_if_looked_at_one_by_one(
    drawn: Tenant, group: UserGroupId, ticks: dict[UserId, frozenset[ProfileId]]
) -> None:
    """PR-5, PR-8: of a group that comes to stand alone, whoever's preview has a profile less is counted for it."""
    people = {id_: attrs.evolve(user, unticked_profiles=ticks[id_]) for id_, user in drawn.users.items()}
    tenant = attrs.evolve(drawn, users=people, profiles={each.id: each for each in PROFILES})
    alone = attrs.evolve(tenant.user_groups[group], parent=None)
    after = attrs.evolve(tenant, user_groups=tenant.user_groups.put(group, alone))
    seen = compare_above(tenant, after)
    lost = [profile.id for id_ in tenant.users for profile in preview(tenant, after, id_).profiles_lost]
    for profile in tenant.profiles:
        assert lost.count(profile) == sum(each.users for each in seen.profiles if each.profile.id == profile)


@given(limited_tenants(), users, levels, property_values)
def test_counting_on_is_counting_anew(
    tenant: Tenant, moved: UserId, group: UserGroupId | None, values: dict[str, PropertyValue]
) -> None:
    """PR-9: the counts of one version made from those of another are the counts made from all its users."""
    after = attrs.evolve(tenant.users[moved], user_group=group, properties=own_values(values))
    other = attrs.evolve(tenant, users=tenant.users.put(moved, after))
    anew, on = Population(other), Population(other, like=Population(tenant))
    for mine, theirs in ((anew.members, on.members), (anew.own, on.own), (anew.unticked, on.unticked)):
        assert +mine == +theirs
    assert anew.values == on.values


def test_users_who_come_and_go_are_counted() -> None:
    """PR-9: a user more and a user fewer, with what is unticked for them."""
    tenant = floor()
    fewer = attrs.evolve(tenant, users=tenant.users.drop(USERS[2]))
    counted = Population(fewer, like=Population(tenant))
    back = Population(tenant, like=counted)

    assert (2, 0) == (counted.members[NORTH], counted.unticked[NORTH, ProfileId("p-all")])
    assert (3, 1) == (back.members[NORTH], back.unticked[NORTH, ProfileId("p-all")])
    assert {} == counted.values
