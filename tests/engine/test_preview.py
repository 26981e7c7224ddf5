"""Previews: what becomes different for a user (PR-7, PR-8)."""

from __future__ import annotations

from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentprov.engine.access import Access
from agentprov.engine.decisions import Object
from agentprov.engine.extents import Extent
from agentprov.engine.inheritance import Properties, Resolved, Source
from agentprov.engine.preview import preview, preview_change
from agentprov.engine.sentences import value_words
from agentprov.errors import Code, Conflict, NotFound
from agentprov.model.access import Catalogue, Within
from agentprov.model.changes import Change, Edit
from agentprov.model.departments import Department
from agentprov.model.groups import Profile
from agentprov.model.ids import DepartmentId, NumberId, ProfileId, RoleId, UserGroupId, UserId
from agentprov.model.properties import NONE, Level, PropertyName, PropertyValue
from agentprov.model.references import Item, Kind
from agentprov.model.table import Table
from agentprov.model.tenant import Tenant
from agentprov.model.users import Status, User, Visibility
from tests.engine.companies import (
    BLUEPRINT,
    CATALOGUE,
    DEFINITIONS,
    GROUPS,
    PERMISSIONS,
    USERS,
    company,
    every_object,
    grant,
    own_values,
    role,
    tenants,
    user,
    user_groups,
)

ASHA = UserId("u-asha")
NORTH, OTHER = UserGroupId("g-north"), UserGroupId("g-other")


def put(tenant: Tenant, *users: User) -> Tenant:
    """The tenant with these users instead of their older selves."""
    return attrs.evolve(tenant, users=Table({**tenant.users, **{each.id: each for each in users}}))


def change(tenant: Tenant, *edits: tuple[Kind, str, Item | None]) -> Change:
    """A change of a tenant that puts, or takes, these objects."""
    return Change(
        tenant=tenant.id,
        base=tenant.version,
        edits=[Edit(kind=kind, id=id_, before=tenant.table(kind).get(id_), after=after) for kind, id_, after in edits],
    )


def as_objects(*users: str) -> frozenset[Object]:
    """Users as objects of questions."""
    return frozenset(Object(kind=Kind.USERS, id=each) for each in users)


def office() -> Tenant:
    """Asha and Ravi of sales' north, with values, profiles and a right over the own group; Mina elsewhere."""
    profiles = [
        Profile(id=ProfileId("p-all"), name="General", user_group=GROUPS[0]),
        Profile(id=ProfileId("p-north"), name="Northern", user_group=NORTH),
        Profile(id=ProfileId("p-other"), name="Separate", user_group=OTHER),
        Profile(id=ProfileId("p-own"), name="Personal", user=ASHA),
    ]
    return company(
        user(
            "u-asha",
            grant("user:view", Within.OWN_USER_GROUP),
            user_group=NORTH,
            properties=own_values({"pause": True}),
        ),
        user("u-ravi", user_group=NORTH),
        user("u-mina", user_group=OTHER),
        property_definitions=DEFINITIONS,
        properties=own_values({"ring": 2}),
        user_groups=user_groups(
            north={"ring": 3, "filter": frozenset({"y", "x"}), "pause": False}, other={"pause": False}
        ),
        profiles=Table({each.id: each for each in profiles}),
    )


def test_a_move_to_another_group() -> None:
    """PR-7, PR-8: own values stay, inherited ones follow; profiles go and come; a relative scope reaches others."""
    tenant = office()
    seen = preview(tenant, put(tenant, attrs.evolve(tenant.users[ASHA], user_group=OTHER)), ASHA)

    of_north = Source(level=Level.USER_GROUP, id="g-north")
    above = (Source(level=Level.TENANT), 2), (Source(level=Level.DEFINITION), 1)
    ring, filter_ = seen.properties
    assert PropertyName("ring") == ring.name
    assert Resolved(value=3, source=of_north, shadowed=above) == ring.before
    assert Resolved(value=2, source=above[0][0], shadowed=above[1:]) == ring.after
    assert PropertyName("filter") == filter_.name
    assert [ProfileId("p-all"), ProfileId("p-north")] == [each.id for each in seen.profiles_lost]
    assert [ProfileId("p-other")] == [each.id for each in seen.profiles_gained]
    assert [ProfileId("p-own")] == [each.id for each in seen.profiles_kept]
    (view,) = seen.permissions
    assert Extent(allowed=frozenset({Within.OWN_USER_GROUP})) == view.before == view.after
    assert as_objects("u-mina") == view.gained
    assert as_objects("u-ravi") == view.lost
    assert (
        "Ring: 3 s (from the user group North) -> 2 s (from the tenant)",
        "Filter: x, y (from the user group North) -> none (by default)",
        "profile General: no longer available",
        "profile Northern: no longer available",
        "profile Separate: becomes available",
        "user:view: within their own user group (reaches 1 more and 1 fewer)",
    ) == seen.words()


def test_nothing_changed_is_empty() -> None:
    """PR-8: between equal tenants nothing becomes different; what stays is no difference."""
    tenant = office()
    seen = preview(tenant, attrs.evolve(tenant, version=2), ASHA)

    assert seen.is_empty
    assert () == seen.words()
    assert 3 == len(seen.profiles_kept)
    assert None is seen.resource_filter


def test_the_resource_filter_is_told_apart() -> None:
    """PR-8: a change of the resource filter can be asked for by itself."""
    before = company(user("u-asha"))
    own = Table({PropertyName("resource_filter"): frozenset[str]()})
    seen = preview(before, put(before, user("u-asha", properties=own)), ASHA)

    assert seen.properties[0] is seen.resource_filter
    assert ("The objects that a user may see: none (by default) -> no object at all (their own)",) == seen.words()


def test_being_pinned_to_the_same_value_is_a_difference() -> None:
    """PR-2, PR-8: the value stays and no longer follows: the source is told."""
    tenant = office()
    pinned = attrs.evolve(tenant.users[UserId("u-ravi")], properties=own_values({"ring": 3, "pause": NONE}))

    expected = (
        "Pause: no (from the user group North) -> none (their own)",
        "Ring: 3 s (from the user group North) -> 3 s (their own)",
    )
    assert expected == preview(tenant, put(tenant, pinned), UserId("u-ravi")).words()


def test_what_is_only_shadowed_is_no_difference() -> None:
    """PR-8: a group's value that the user's own hides changes nothing for the user."""
    tenant = office()
    after = attrs.evolve(tenant, user_groups=tenant.user_groups.put(NORTH, user_groups(north={"pause": NONE})[NORTH]))

    names = [each.name for each in preview(tenant, after, ASHA).properties]
    assert [PropertyName("ring"), PropertyName("filter")] == names


def test_a_property_that_comes_and_one_that_goes() -> None:
    """PR-8: definitions differ, too: one side has no value at all."""
    before = company(user("u-asha"), property_definitions=DEFINITIONS)
    ring = DEFINITIONS[PropertyName("ring")]
    after = attrs.evolve(before, property_definitions=Table({ring.name: ring}))

    went = ("Pause: no (by default) -> not there", "Filter: none (by default) -> not there")
    came = ("Pause: not there -> no (by default)", "Filter: not there -> none (by default)")
    assert went == preview(before, after, ASHA).words()
    assert came == preview(after, before, ASHA).words()


def test_permissions_gained_and_lost() -> None:
    """PR-8: whole and narrower, allowed and denied, by what is written and by what is reached."""
    before = company(user("u-asha", grant("user:view"), grant("user:edit")), user("u-ravi"))
    asha = user(
        "u-asha",
        grant("user:view"),
        grant("user:edit"),
        grant("user:edit", Within.SELF, deny=True),
        grant("queue:view"),
    )
    seen = preview(before, put(before, asha), ASHA)

    queue, edit = seen.permissions
    assert Extent() == queue.before
    assert Extent(allowed=frozenset({Within.TENANT})) == queue.after
    assert Extent(allowed=frozenset({Within.TENANT}), denied=frozenset({Within.SELF})) == edit.after
    assert as_objects("u-asha") == edit.lost
    assert frozenset() == edit.gained
    assert as_objects("u-asha", "u-ravi") <= queue.gained
    assert (
        "queue:view: nothing -> for the whole tenant (reaches 7 more)",
        "user:edit: for the whole tenant -> for the whole tenant, but not for themselves (reaches 1 fewer)",
    ) == seen.words()


def test_permissions_of_one_extent_reach_alike() -> None:
    """PR-8: every action of a section that is granted is told, each with what it comes to reach."""
    before = company(user("u-asha"))
    seen = preview(before, put(before, user("u-asha", grant("user:*", Within.SELF))), ASHA)

    assert [("user:edit", as_objects("u-asha")), ("user:view", as_objects("u-asha"))] == [
        (each.permission, each.gained) for each in seen.permissions
    ]


def test_a_permission_that_reaches_nobody_yet_is_told() -> None:
    """PR-8: a right over own agents is gained even by who has no agents."""
    before = company(user("u-asha"))
    after = put(before, user("u-asha", grant("user:edit", Within.OWN_AGENTS)))

    assert ("user:edit: nothing -> for their own agents",) == preview(before, after, ASHA).words()


def test_a_blocked_user_loses_all_rights() -> None:
    """PR-8, LC-1: behind the gate nothing is left of what was granted."""
    before = company(user("u-asha", grant("user:edit", Within.SELF)))
    after = put(before, attrs.evolve(before.users[ASHA], status=Status.BLOCKED))

    assert ("user:edit: for themselves -> nothing (reaches 1 fewer)",) == preview(before, after, ASHA).words()


def test_a_permission_of_one_catalogue_only() -> None:
    """PR-8: a permission that the catalogue gains or loses is nothing on the other side."""
    before = company(user("u-asha", grant("user:*")))
    sections = Catalogue(sections=Table({**CATALOGUE.sections, "user": ("view", "edit", "delete")}))
    after = attrs.evolve(before, blueprint=attrs.evolve(BLUEPRINT, catalogue=sections))

    assert ("user:delete: nothing -> for the whole tenant (reaches 6 more)",) == preview(before, after, ASHA).words()
    assert ("user:delete: for the whole tenant -> nothing (reaches 6 fewer)",) == preview(after, before, ASHA).words()


@pytest.mark.parametrize(
    ("term", "fields"),
    [
        (Within.OWN_AGENTS, {"supervisor": ASHA}),
        (Within.HOME_DEPARTMENT, {"home_department": DepartmentId("d-sales")}),
        (Within.OWN_USER_GROUP, {"user_group": UserGroupId("g-north")}),
    ],
)
def test_others_who_come_into_reach(term: Within, fields: dict[str, Any]) -> None:
    """PR-8: a scope that is the same for Asha reaches one more when Ravi becomes part of it."""
    asha = user(
        "u-asha", grant("user:edit", term), home_department=DepartmentId("d-sales"), user_group=UserGroupId("g-sales")
    )
    before = company(asha, user("u-ravi"))
    after = put(before, user("u-ravi", **fields))

    (edit,) = preview(before, after, ASHA).permissions
    assert as_objects("u-ravi") == edit.gained


def test_numbers_assigned() -> None:
    """PR-8: own numbers reach what is assigned."""
    before = company(user("u-asha", grant("user:edit", Within.OWN_NUMBERS)))
    assigned = attrs.evolve(before.users[ASHA], visibility=Visibility(numbers=[NumberId("n-1")]))

    (edit,) = preview(before, put(before, assigned), ASHA).permissions
    assert {Object(kind=Kind.NUMBERS, id="n-1")} == edit.gained


def test_routing_membership() -> None:
    """PR-8: the departments that begin or cease to send calls to the user."""
    before = company(user("u-asha"))
    sales, night = (DepartmentId("d-sales"), DepartmentId("d-night"))
    first = attrs.evolve(
        before, departments=before.departments.put(sales, Department(id=sales, name="Sales", members=[ASHA]))
    )
    second = attrs.evolve(
        before, departments=before.departments.put(night, Department(id=night, name="Night", members=[ASHA]))
    )
    seen = preview(first, second, ASHA)

    assert (first.departments[sales],) == seen.departments_left
    assert (second.departments[night],) == seen.departments_joined
    assert ("department Sales: no longer sends calls", "department Night: begins to send calls") == seen.words()


def test_a_user_who_comes_or_goes() -> None:
    """PR-8: whom only one side has gains or loses everything; whom neither has is unknown."""
    with_asha, without = company(user("u-asha", grant("user:edit"))), company()
    ring = "How long an agent's number rings: not there -> 30 s (by default)"

    assert ring in preview(without, with_asha, ASHA).words()
    assert "user:edit: nothing -> for the whole tenant (reaches 6 more)" in preview(without, with_asha, ASHA).words()
    assert "user:edit: for the whole tenant -> nothing (reaches 6 fewer)" in preview(with_asha, without, ASHA).words()
    with pytest.raises(NotFound) as error:
        preview(without, without, ASHA)
    assert (Code.USER_UNKNOWN,) == error.value.codes


# ---- changes --------------------------------------------------------------------------------------------------------


def test_a_change_is_previewed_without_being_applied() -> None:
    """PR-8, PV-9: the users to whom a change makes a difference, by id; the tenant stays as it is."""
    tenant = office()
    moving = attrs.evolve(tenant.users[ASHA], user_group=OTHER)
    after = put(tenant, moving)
    seen = preview_change(tenant, change(tenant, (Kind.USERS, ASHA, moving)))

    assert {ASHA: preview(tenant, after, ASHA)} == dict(seen)
    assert NORTH == tenant.users[ASHA].user_group


def test_a_change_of_a_group_reaches_the_members_of_nested_ones() -> None:
    """PR-8: users of a nested group see the outer one's new value, users elsewhere nothing."""
    tenant = company(
        user("u-asha", user_group=NORTH),
        user("u-ravi", user_group=UserGroupId("g-all")),
        user("u-mina", user_group=OTHER),
        property_definitions=DEFINITIONS,
    )
    sales = user_groups(sales={"ring": 3})[UserGroupId("g-sales")]

    seen = preview_change(tenant, change(tenant, (Kind.USER_GROUPS, "g-sales", sales)))
    assert {"u-asha": ("Ring: 1 s (by default) -> 3 s (from the user group Sales)",)} == {
        id_: each.words() for id_, each in seen.items()
    }


def test_a_change_of_a_role_reaches_who_inherits_it() -> None:
    """PR-8: users with a role that inherits the edited one gain what it gains; Everyone reaches all."""
    tenant = company(
        user("u-asha", roles=["admin"]),
        user("u-ravi"),
        role("admin", inherits=["lead"]),
        role("lead", inherits=["junior"]),
        role("junior"),
    )
    junior = role("junior", grant("queue:view"))
    everyone = role("everyone", grant("user:view"))

    assert [ASHA] == list(preview_change(tenant, change(tenant, (Kind.ROLES, "junior", junior))))
    assert [ASHA, "u-ravi"] == list(preview_change(tenant, change(tenant, (Kind.ROLES, "everyone", everyone))))


def test_a_change_of_profiles_departments_and_definitions() -> None:
    """PR-8: owners of profiles, members of departments, and for a definition everybody are looked at."""
    tenant = company(user("u-asha", user_group=NORTH), user("u-ravi"), property_definitions=DEFINITIONS)
    profiles = [
        Profile(id=ProfileId("p-1"), name="Sellers", user_group=UserGroupId("g-sales")),
        Profile(id=ProfileId("p-2"), name="Personal", user=UserId("u-ravi")),
    ]
    sales = Department(id=DepartmentId("d-sales"), name="Sales", members=[UserId("u-ravi")])
    ring = attrs.evolve(DEFINITIONS[PropertyName("ring")], default=2)

    def lines(kind: Kind, id_: str, item: Item) -> dict[str, tuple[str, ...]]:
        seen = preview_change(tenant, change(tenant, (kind, id_, item)))
        return {id_: each.words() for id_, each in seen.items()}

    assert {"u-asha": ("profile Sellers: becomes available",)} == lines(Kind.PROFILES, "p-1", profiles[0])
    assert {"u-ravi": ("profile Personal: becomes available",)} == lines(Kind.PROFILES, "p-2", profiles[1])
    assert {"u-ravi": ("department Sales: begins to send calls",)} == lines(Kind.DEPARTMENTS, "d-sales", sales)
    both = dict.fromkeys(("u-asha", "u-ravi"), ("Ring: 1 s (by default) -> 2 s (by default)",))
    assert both == lines(Kind.PROPERTY_DEFINITIONS, "ring", ring)


def test_a_supervisors_change_reaches_linked_agents() -> None:
    """PR-8, PV-8: where agents have their supervisor's department, moving the supervisor is previewed for them."""
    tenant = company(
        user("u-asha", home_department=DepartmentId("d-sales")),
        user("u-ravi", grant("user:edit", Within.HOME_DEPARTMENT), supervisor=ASHA, roles=["agent"]),
        user("u-mina", home_department=DepartmentId("d-night")),
        role("agent"),
        blueprint=attrs.evolve(BLUEPRINT, department_from_supervisor=[RoleId("agent")]),
    )
    asha = attrs.evolve(tenant.users[ASHA], home_department=DepartmentId("d-night"))

    seen = preview_change(tenant, change(tenant, (Kind.USERS, ASHA, asha)))
    night = Object(kind=Kind.DEPARTMENTS, id="d-night")
    assert as_objects("u-mina") | {night} == seen[UserId("u-ravi")].permissions[0].gained


def test_a_stale_change_is_refused() -> None:
    """PV-9: a change made on another version can't be previewed either."""
    tenant = office()
    made = change(tenant, (Kind.USERS, ASHA, attrs.evolve(tenant.users[ASHA], user_group=OTHER)))

    with pytest.raises(Conflict) as error:
        preview_change(attrs.evolve(tenant, version=7), made)
    assert (Code.CONFLICT_STALE,) == error.value.codes


# ---- laws -----------------------------------------------------------------------------------------------------------


@given(tenants(), tenants(), st.sampled_from(USERS))
def test_a_preview_tells_exactly_what_the_engines_answer(before: Tenant, after: Tenant, asked: UserId) -> None:
    """PR-8: the objects gained and lost, the values and sources, are those by which the two tenants' answers differ."""
    seen = preview(before, after, asked)
    old, new = Access(before), Access(after)
    gained = {each.permission: each.gained for each in seen.permissions}
    lost = {each.permission: each.lost for each in seen.permissions}
    kinds = (Kind.USERS, Kind.DEPARTMENTS, Kind.NUMBERS)
    for permission in PERMISSIONS:
        was = {each for each in every_object(before) if each.kind in kinds and old.allows(asked, permission, each)}
        will = {each for each in every_object(after) if each.kind in kinds and new.allows(asked, permission, each)}
        assert will - was == gained.get(permission, frozenset())
        assert was - will == lost.get(permission, frozenset())
        assert old.allows(asked, permission) is new.allows(asked, permission) or permission in gained
    for name, value in Properties(before).all_properties(asked).items():
        other = Properties(after).resolve(asked, name)
        differs = (value.value, value.source) != (other.value, other.source)
        assert differs is (name in {each.name for each in seen.properties})


@given(tenants(), st.sampled_from(USERS), st.none() | st.sampled_from(GROUPS))
def test_moving_back_is_the_preview_turned_round(tenant: Tenant, asked: UserId, group: UserGroupId | None) -> None:
    """P20: what a move gains the way back loses, and there and back is nothing."""
    after = put(tenant, attrs.evolve(tenant.users[asked], user_group=group))
    there, back = preview(tenant, after, asked), preview(after, tenant, asked)

    assert there.profiles_gained == back.profiles_lost
    assert [(each.permission, each.gained) for each in there.permissions] == [
        (each.permission, each.lost) for each in back.permissions
    ]
    assert [(each.name, each.before) for each in there.properties] == [
        (each.name, each.after) for each in back.properties
    ]
    assert preview(tenant, tenant, asked).is_empty


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (True, None, "yes"),
        (False, None, "no"),
        (20, "s", "20 s"),
        (20, None, "20"),
        ("nb", None, "nb"),
        (NONE, "s", "none"),
        (frozenset({"q-2", "q-1"}), None, "q-1, q-2"),
        (frozenset(), None, "no object at all"),
    ],
)
def test_values_are_told_in_words(value: PropertyValue, unit: str | None, words: str) -> None:
    """PR-2: an explicit none isn't an empty set, which isn't unset; a number has its unit."""
    assert words == value_words(value, unit)
