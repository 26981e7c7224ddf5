"""Lists: what a filter says for each scope, how denies and resource filters change it, and who gets the empty one."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from agentprov.engine.access import Access
from agentprov.engine.filters import Condition, Field, Filter, filter_for
from agentprov.errors import Code, InvalidValue, NotFound
from agentprov.model.access import ChosenKind, Grant, ScopeTerm, Within
from agentprov.model.groups import UserGroup
from agentprov.model.ids import RoleId, UserGroupId, UserId
from agentprov.model.properties import NONE, READY_PROPERTIES, RESOURCE_FILTER, PropertyDefinition, PropertyValue, Text
from agentprov.model.references import Kind
from agentprov.model.table import Table
from agentprov.model.tenant import Tenant
from agentprov.model.users import Status, User, Visibility
from tests.engine.companies import (
    BLUEPRINT,
    DEPARTMENTS,
    GROUPS,
    NUMBERS,
    chosen,
    company,
    grant,
    role,
    user,
    user_groups,
)

LIMITING = Table({RESOURCE_FILTER: READY_PROPERTIES[RESOURCE_FILTER]})


def viewed(*grants: Grant, kind: Kind = Kind.USERS, others: tuple[User, ...] = (), **fields: Any) -> Filter:
    """What Asha may view with these grants."""
    tenant = company(user("u-asha", *grants, **fields), *others, property_definitions=LIMITING)
    return filter_for(Access(tenant), "u-asha", "user:view", kind)


def on(field: Field, *values: str) -> Condition:
    """A condition in few words."""
    return Condition(field=field, values=values)


SCOPES: list[tuple[Kind, ScopeTerm, tuple[Condition, ...]]] = [
    (Kind.USERS, Within.SELF, (on(Field.ID, "u-asha"),)),
    (Kind.USERS, Within.HOME_DEPARTMENT, (on(Field.HOME_DEPARTMENT, "d-sales"),)),
    (Kind.USERS, Within.OWN_AGENTS, (on(Field.SUPERVISOR, "u-asha"),)),
    (Kind.USERS, Within.OWN_USER_GROUP, (on(Field.USER_GROUP, "g-sales", "g-north"),)),
    (Kind.USERS, Within.OWN_NUMBERS, ()),
    (Kind.USERS, chosen(ChosenKind.USER, "u-bela"), (on(Field.ID, "u-bela"),)),
    (Kind.USERS, chosen(ChosenKind.AGENT_GROUP, "a-red"), (on(Field.AGENT_GROUP, "a-red"),)),
    (Kind.USERS, chosen(ChosenKind.DEPARTMENT, "d-night"), (on(Field.HOME_DEPARTMENT, "d-night"),)),
    (Kind.USERS, chosen(ChosenKind.NUMBER, "n-1"), ()),
    (Kind.DEPARTMENTS, Within.HOME_DEPARTMENT, (on(Field.ID, "d-sales"),)),
    (Kind.DEPARTMENTS, chosen(ChosenKind.DEPARTMENT, "d-night"), (on(Field.ID, "d-night"),)),
    (Kind.DEPARTMENTS, Within.OWN_AGENTS, ()),
    (Kind.NUMBERS, Within.OWN_NUMBERS, (on(Field.ID, "n-2"),)),
    (Kind.NUMBERS, chosen(ChosenKind.NUMBER, "n-1"), (on(Field.ID, "n-1"),)),
    (Kind.NUMBERS, Within.SELF, ()),
    (Kind.QUEUES, Within.SELF, ()),
]


@pytest.mark.parametrize(("kind", "term", "expected"), SCOPES, ids=lambda each: str(each)[:40])
def test_each_scope_is_a_condition(kind: Kind, term: ScopeTerm, expected: tuple[Condition, ...]) -> None:
    """AC-9: a scope is resolved for the actor; one that holds no object of the kind says nothing."""
    listed = viewed(
        grant("user:view", term),
        kind=kind,
        others=(user("u-bela"),),
        home_department=DEPARTMENTS[0],
        user_group=GROUPS[1],
        visibility=Visibility(numbers=[NUMBERS[1]]),
    )

    assert expected == listed.allowed
    assert listed.is_empty is (expected == ())


def test_supervisors_and_groups_are_compared() -> None:
    """AC-3: own agents and the own user group, not the agents of agents, not who has neither."""
    others = (
        user("u-bela", supervisor=UserId("u-asha")),
        user("u-ravi", supervisor=UserId("u-bela"), user_group=GROUPS[0]),
        user("u-kiran", user_group=GROUPS[2]),
    )

    assert ("u-bela",) == viewed(grant("user:view", Within.OWN_AGENTS), others=others).ids()
    own_group = viewed(grant("user:view", Within.OWN_USER_GROUP), others=others, user_group=GROUPS[1])
    assert ("u-asha", "u-kiran") == own_group.ids()


def test_who_has_no_department_group_or_number_lists_nobody_by_them() -> None:
    """AC-3: a relative scope is nothing for an actor who lacks what it is relative to."""
    grants = [grant("user:view", Within.HOME_DEPARTMENT, Within.OWN_USER_GROUP, Within.OWN_NUMBERS)]

    for kind in (Kind.USERS, Kind.DEPARTMENTS, Kind.NUMBERS):
        assert viewed(*grants, kind=kind).is_empty


def test_conditions_on_one_field_are_one() -> None:
    """AC-9: scopes of several grants unite; those on one field are one condition."""
    listed = viewed(
        grant("user:view", Within.SELF, Within.HOME_DEPARTMENT),
        grant("user:*", chosen(ChosenKind.USER, "u-bela"), chosen(ChosenKind.DEPARTMENT, "d-night")),
        others=(user("u-bela"),),
        home_department=DEPARTMENTS[0],
    )

    assert (on(Field.ID, "u-asha", "u-bela"), on(Field.HOME_DEPARTMENT, "d-sales", "d-night")) == listed.allowed


def test_the_whole_tenant_needs_no_condition() -> None:
    """AC-9: an allow for the tenant swallows the others, for every kind of object."""
    grants = [grant("user:view", Within.SELF), grant("user:view")]

    for kind in Kind:
        listed = viewed(*grants, kind=kind)
        assert listed.is_everything
        assert () == listed.allowed


def test_a_deny_takes_away() -> None:
    """AC-2: what is denied isn't listed although it is allowed, even if it is named."""
    listed = viewed(
        grant("user:view"),
        grant("user:view", Within.SELF, deny=True),
        others=(user("u-bela"),),
    )

    assert (True, (on(Field.ID, "u-asha"),)) == (listed.everything, listed.denied)
    assert not listed.is_everything
    assert ("u-bela",) == listed.ids()


def test_a_value_that_is_denied_is_allowed_by_no_condition() -> None:
    """AC-9: the same department allowed and denied is denied only; with nothing else allowed the filter is empty."""
    sales, night = (chosen(ChosenKind.DEPARTMENT, id_) for id_ in ("d-sales", "d-night"))
    deny = grant("user:view", night, deny=True)

    listed = viewed(grant("user:view", sales, night), deny)
    assert ((on(Field.HOME_DEPARTMENT, "d-sales"),), (on(Field.HOME_DEPARTMENT, "d-night"),)) == (
        listed.allowed,
        listed.denied,
    )
    empty = viewed(grant("user:view", night), deny)
    assert (True, ()) == (empty.is_empty, empty.denied)


def test_a_deny_of_the_whole_tenant_leaves_nothing() -> None:
    """AC-2: a deny for the tenant gives the empty filter, whatever is allowed."""
    listed = viewed(grant("user:view"), grant("user:view", deny=True))

    assert (True, False, ()) == (listed.is_empty, listed.is_everything, listed.denied)


def test_who_has_no_department_is_not_kept_out_by_one() -> None:
    """AC-3: a deny of a department leaves users without one in the list."""
    listed = viewed(
        grant("user:view"),
        grant("user:view", chosen(ChosenKind.DEPARTMENT, "d-sales"), deny=True),
        others=(user("u-bela"), user("u-ravi", home_department=DEPARTMENTS[0])),
    )

    assert ("u-asha", "u-bela") == listed.ids()


def test_of_several_agent_groups_any_counts() -> None:
    """AC-3: who belongs to an allowed and to a denied agent group is denied."""
    listed = viewed(
        grant("user:view", chosen(ChosenKind.AGENT_GROUP, "a-red")),
        grant("user:view", chosen(ChosenKind.AGENT_GROUP, "a-blue"), deny=True),
        others=(user("u-bela", agent_groups=["a-red"]), user("u-ravi", agent_groups=["a-red", "a-blue"])),
    )

    assert ("u-bela",) == listed.ids()


def test_nested_groups_are_found_at_any_depth() -> None:
    """AC-3: the actor's group with all nested in it, not those around it or beside it."""
    deep = {
        UserGroupId(f"g-{place}"): UserGroup(
            id=UserGroupId(f"g-{place}"), name=str(place), parent=UserGroupId(f"g-{place - 1}") if place else None
        )
        for place in range(50)
    }
    tenant = company(
        user("u-asha", grant("user:view", Within.OWN_USER_GROUP), user_group=UserGroupId("g-10")),
        user_groups=Table({**user_groups(), **deep}),
    )

    listed = filter_for(Access(tenant), "u-asha", "user:view")
    assert (on(Field.USER_GROUP, *(f"g-{place}" for place in range(10, 50))),) == listed.allowed


def test_a_linked_department_counts() -> None:
    """PV-8: where the blueprint links it, actor and listed users are in their supervisor's department."""
    tenant = company(
        user("u-lead", home_department=DEPARTMENTS[0]),
        user("u-asha", grant("user:view", Within.HOME_DEPARTMENT), roles=["agent"], supervisor=UserId("u-lead")),
        user("u-bela", roles=["agent"], supervisor=UserId("u-lead"), home_department=DEPARTMENTS[1]),
        user("u-ravi", home_department=DEPARTMENTS[1]),
        role("agent"),
        blueprint=attrs.evolve(BLUEPRINT, department_from_supervisor=[RoleId("agent")]),
    )

    listed = filter_for(Access(tenant), "u-asha", "user:view")
    assert (on(Field.HOME_DEPARTMENT, "d-sales"),) == listed.allowed
    assert ("u-asha", "u-bela", "u-lead") == listed.ids()


# ---- who gets the empty one -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [Status.DISABLED, Status.BLOCKED, Status.DEACTIVATED])
def test_who_is_not_active_lists_nothing(status: Status) -> None:
    """AC-4: behind a gate that fails the filter is empty, the whole tenant granted or not."""
    listed = viewed(grant("user:view"), status=status)

    assert (True, ()) == (listed.is_empty, listed.ids())


def test_a_session_lists_by_its_own_roles() -> None:
    """AC-6: with fewer roles active fewer are listed."""
    tenant = company(
        user("u-asha", grant("user:view", Within.SELF), roles=["admin"]), role("admin", grant("user:view"))
    )
    access = Access(tenant)
    session = access.with_roles(tenant.users[UserId("u-asha")], frozenset())

    assert filter_for(access, "u-asha", "user:view").is_everything
    assert (on(Field.ID, "u-asha"),) == filter_for(session, "u-asha", "user:view").allowed


def test_an_unknown_actor_lists_nothing() -> None:
    """AC-4: nobody's filter is empty, even if everyone may."""
    tenant = company(user("u-asha"), role("everyone", grant("user:view")))

    assert filter_for(Access(tenant), "u-nobody", "user:view").is_empty
    assert filter_for(Access(tenant), "u-asha", "user:view").is_everything


@pytest.mark.parametrize("actor", ["u-asha", "u-nobody"])
def test_an_unknown_permission_is_an_error(actor: str) -> None:
    """AC-1: as in every other question, whoever asks."""
    with pytest.raises(NotFound) as caught:
        filter_for(Access(company(user("u-asha"))), actor, "user:fly")

    assert (Code.PERMISSION_UNKNOWN,) == caught.value.codes


def test_an_object_that_is_not_there_is_not_listed() -> None:
    """AC-4: not even in the list of everything, nor where an id is the one of another kind's object."""
    listed = viewed(grant("user:view"))

    assert [False, False, True] == [listed.matches(id_) for id_ in ("u-nobody", "d-sales", "u-asha")]


# ---- the resource filter --------------------------------------------------------------------------------------------


def limited(value: PropertyValue, *grants: Grant, kind: Kind = Kind.USERS) -> Filter:
    """What Asha may view with a resource filter."""
    return viewed(
        *grants, kind=kind, others=(user("u-bela"), user("u-ravi")), properties=Table({RESOURCE_FILTER: value})
    )


def test_a_resource_filter_intersects() -> None:
    """AC-9, PR-1: listed is what may be viewed and what the resource filter names, of every kind of object."""
    everything = grant("user:view")
    limit = frozenset({"u-bela", "n-1", "u-asha"})

    assert ("u-asha", "u-bela") == limited(limit, everything).ids()
    assert ("n-1",) == limited(limit, everything, kind=Kind.NUMBERS).ids()
    assert () == limited(limit, everything, kind=Kind.QUEUES).ids()
    assert ("u-asha",) == limited(limit, grant("user:view", Within.SELF, chosen(ChosenKind.USER, "u-ravi"))).ids()
    assert not limited(limit, everything).is_everything


def test_a_resource_filter_does_not_give() -> None:
    """PR-1: what it names must be allowed, too."""
    assert limited(frozenset({"u-asha"})).is_empty
    assert limited(frozenset({"u-bela"}), grant("user:view", Within.SELF)).is_empty


def test_an_empty_resource_filter_leaves_nothing() -> None:
    """PR-1: no object at all is a value, and no object is listed."""
    listed = limited(frozenset(), grant("user:view"))

    assert (True, None) == (listed.is_empty, listed.only)


def test_no_resource_filter_is_no_limit() -> None:
    """PR-1, PR-2: unset means all, and so does an explicit none, which hides the group's."""
    groups = user_groups(sales={RESOURCE_FILTER: frozenset({"u-bela"})})
    member: dict[str, Any] = {"user_group": GROUPS[1]}
    tenant = company(
        user("u-asha", grant("user:view"), **member),
        user("u-bela", grant("user:view"), properties=Table({RESOURCE_FILTER: NONE}), **member),
        user_groups=groups,
        property_definitions=LIMITING,
    )

    assert ("u-bela",) == filter_for(Access(tenant), "u-asha", "user:view").ids()
    assert filter_for(Access(tenant), "u-bela", "user:view").is_everything


def test_a_tenant_without_the_property_limits_nobody() -> None:
    """PR-1: a host's own definitions may leave the resource filter out."""
    tenant = company(user("u-asha", grant("user:view")), property_definitions=Table())

    assert filter_for(Access(tenant), "u-asha", "user:view").is_everything


def test_a_limit_that_is_no_set_is_kept_by_nothing() -> None:
    """AC-9: a tenant that defines the resource filter as a text lists nothing, rather than everything."""
    definition = PropertyDefinition(name=RESOURCE_FILTER, title="Filter", kind=Text(), default="all")
    tenant = company(user("u-asha", grant("user:view")), property_definitions=Table({RESOURCE_FILTER: definition}))

    assert filter_for(Access(tenant), "u-asha", "user:view").is_empty


# ---- as a value -----------------------------------------------------------------------------------------------------


def test_a_filter_is_told_as_data() -> None:
    """AC-9: a host in another language gets it as JSON."""
    grants = [grant("user:view", Within.OWN_AGENTS), grant("user:view", chosen(ChosenKind.USER, "u-ravi"), deny=True)]

    assert {
        "kind": "users",
        "everything": False,
        "allowed": [{"field": "supervisor", "values": ["u-asha"]}],
        "denied": [{"field": "id", "values": ["u-ravi"]}],
        "only": ["n-1", "u-bela"],
    } == limited(frozenset({"u-bela", "n-1"}), *grants).as_data()
    assert viewed().as_data()["only"] is None


def test_filters_are_equal_by_what_they_say() -> None:
    """AC-9: two users with equal conditions have equal filters, so a host may keep a statement for both."""
    admins = role("admin", grant("user:view"))
    tenant: Tenant = company(user("u-asha", roles=["admin"]), user("u-bela", roles=["admin"]), admins)
    one, other = (filter_for(Access(tenant), id_, "user:view") for id_ in ("u-asha", "u-bela"))

    assert (one, hash(one)) == (other, hash(other))
    assert one != attrs.evolve(one, kind=Kind.NUMBERS)


def test_a_kind_can_be_named_by_its_text() -> None:
    """AC-9: ``numbers``, as documents have it; another text is told, with those there are."""
    access = Access(company(user("u-asha", grant("user:view"))))
    assert filter_for(access, "u-asha", "user:view", Kind.NUMBERS) == filter_for(
        access, "u-asha", "user:view", "numbers"
    )
    with pytest.raises(InvalidValue) as caught:
        filter_for(access, "u-asha", "user:view", "number")
    assert [(Code.FIELD_UNKNOWN_CHOICE, ("kind",))] == [(each.code, each.path) for each in caught.value.problems]


def test_lists_are_asked_of_an_engine_for_an_id() -> None:
    """ER-1: neither a tenant for the engine nor a user for their id is taken, and nobody gets an empty list for it."""
    tenant = company(user("u-asha", grant("user:view")))
    for path, access, actor in (
        ("access", tenant, "u-asha"),
        ("actor", Access(tenant), tenant.users[UserId("u-asha")]),
    ):
        with pytest.raises(InvalidValue) as caught:
            filter_for(access, actor, "user:view")  # type: ignore[arg-type]
        assert [(Code.FIELD_WRONG_TYPE, (path,))] == [(each.code, each.path) for each in caught.value.problems]
