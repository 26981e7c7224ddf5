"""Properties and profiles by example (PR-1 to PR-3, PR-5, PR-9)."""

from __future__ import annotations

import attrs
import pytest

from agentprov.engine.inheritance import Properties, Resolved, Source, resolve
from agentprov.engine.profiles import available_profiles
from agentprov.errors import Code, NotFound
from agentprov.model.groups import Profile, UserGroup
from agentprov.model.ids import ProfileId, UserGroupId, UserId
from agentprov.model.properties import NONE, Level, PropertyValue
from agentprov.model.table import Table
from agentprov.model.tenant import Tenant
from tests.engine.companies import DEFINITIONS, company, own_values, user, user_groups

DEFAULT = Source(level=Level.DEFINITION)
TENANT = Source(level=Level.TENANT)
ASHA = "u-asha"


def of_group(name: str) -> Source:
    """A user group as a source."""
    return Source(level=Level.USER_GROUP, id=f"g-{name}")


def tenant_with(
    tenant: dict[str, PropertyValue] | None = None,
    own: dict[str, PropertyValue] | None = None,
    group: str | None = "g-north",
    **groups: dict[str, PropertyValue],
) -> Tenant:
    """A tenant with Asha in a group, with these values at each level."""
    asha = user(ASHA, user_group=None if group is None else UserGroupId(group), properties=own_values(own or {}))
    return company(
        asha,
        user("u-ravi", user_group=UserGroupId("g-north")),
        property_definitions=DEFINITIONS,
        properties=own_values(tenant or {}),
        user_groups=user_groups(**groups),
    )


def test_the_default_counts_where_nobody_says_anything() -> None:
    """PR-2: without any value the definition's default is the value, shadowing nothing."""
    assert Resolved(value=1, source=DEFAULT) == resolve(tenant_with(), ASHA, "ring")


def test_every_level_shadows_those_above() -> None:
    """PR-2, PR-3: definition, tenant, outer group, inner group, user; what is hidden is told, nearest first."""
    tenant = tenant_with({"ring": 2}, {"ring": 1}, all={"ring": 3}, sales={"ring": 2}, north={"ring": 3})

    hidden = ((of_group("north"), 3), (of_group("sales"), 2), (of_group("all"), 3), (TENANT, 2), (DEFAULT, 1))
    own = Source(level=Level.USER, id=ASHA)
    assert Resolved(value=1, source=own, shadowed=hidden) == resolve(tenant, ASHA, "ring")
    assert Resolved(value=3, source=of_group("north"), shadowed=hidden[1:]) == resolve(tenant, "u-ravi", "ring")


def test_the_inner_group_comes_before_the_outer() -> None:
    """PR-2: between nested groups the inner one wins; a group that says nothing passes on what it inherits."""
    tenant = tenant_with(all={"ring": 2}, sales={"ring": 3})

    assert of_group("sales") == resolve(tenant, ASHA, "ring").source
    assert (of_group("all"), 2) == resolve(tenant, ASHA, "ring").shadowed[0]


def test_a_user_without_a_group_inherits_from_the_tenant() -> None:
    """PR-2: no group, no group's value."""
    tenant = tenant_with({"ring": 2}, group=None, all={"ring": 3})

    assert Resolved(value=2, source=TENANT, shadowed=((DEFAULT, 1),)) == resolve(tenant, ASHA, "ring")


def test_pinned_to_the_same_value_is_not_inherited() -> None:
    """PR-2 (q): a value equal to the group's stays when the group's changes; an inherited one follows."""
    pinned = tenant_with(own={"ring": 2}, north={"ring": 2})
    after = attrs.evolve(pinned, user_groups=user_groups(north={"ring": 3}))

    assert 2 == resolve(pinned, ASHA, "ring").value == resolve(pinned, "u-ravi", "ring").value
    assert Level.USER is resolve(pinned, ASHA, "ring").source.level
    assert 2 == resolve(after, ASHA, "ring").value
    assert 3 == resolve(after, "u-ravi", "ring").value


def test_an_explicit_none_is_a_value() -> None:
    """PR-2: "none" said by the user hides the group's value, and is not the same as saying nothing."""
    tenant = tenant_with(own={"filter": NONE}, north={"filter": frozenset({"x"})})

    assert NONE is resolve(tenant, ASHA, "filter").value
    assert Level.USER is resolve(tenant, ASHA, "filter").source.level
    assert frozenset({"x"}) == resolve(tenant, "u-ravi", "filter").value


def test_values_that_look_like_nothing_are_values() -> None:
    """PR-2: false and the empty set are said as loudly as anything else."""
    tenant = tenant_with(own={"pause": False, "filter": frozenset()}, north={"pause": True})

    assert False is resolve(tenant, ASHA, "pause").value
    assert Level.USER is resolve(tenant, ASHA, "pause").source.level
    assert frozenset() == resolve(tenant, ASHA, "filter").value


def test_all_properties_are_the_single_ones_in_the_order_of_their_definitions() -> None:
    """PR-3: every property at once, each as resolved alone."""
    tenant = tenant_with(own={"pause": True}, sales={"ring": 3})
    properties = Properties(tenant)

    assert list(DEFINITIONS) == list(properties.all_properties(ASHA))
    for name, resolved in properties.all_properties(ASHA).items():
        assert resolve(tenant, ASHA, name) == resolved


@pytest.mark.parametrize("name", ["speed", "", "Ring", "ring.x"])
def test_an_unknown_property_is_an_error(name: str) -> None:
    """PR-1: what isn't defined can't be asked for."""
    with pytest.raises(NotFound) as error:
        resolve(tenant_with(own={"ring": 2}), ASHA, name)

    assert (Code.PROPERTY_UNKNOWN,) == error.value.codes


def test_an_unknown_user_is_an_error() -> None:
    """PR-3: nobody has no properties and no profiles."""
    for question in (
        lambda: resolve(tenant_with(), "u-nobody", "ring"),
        lambda: Properties(tenant_with()).all_properties("u-nobody"),
        lambda: available_profiles(tenant_with(), UserId("u-nobody")),
    ):
        with pytest.raises(NotFound) as error:
            question()
        assert (Code.USER_UNKNOWN,) == error.value.codes


def test_groups_may_be_nested_deeply() -> None:
    """PR-2: as many groups inside each other as there may be are followed to the outermost."""
    groups = {
        UserGroupId(f"g{number}"): UserGroup(
            id=UserGroupId(f"g{number}"), name="Group", parent=UserGroupId(f"g{number - 1}") if number else None
        )
        for number in range(100)
    }
    groups[UserGroupId("g0")] = attrs.evolve(groups[UserGroupId("g0")], properties=own_values({"ring": 3}))
    tenant = company(
        user(ASHA, user_group=UserGroupId("g99")), user_groups=Table(groups), property_definitions=DEFINITIONS
    )

    assert Source(level=Level.USER_GROUP, id="g0") == resolve(tenant, ASHA, "ring").source


def test_members_of_a_group_share_one_table() -> None:
    """PR-9: what a group says is worked out once, whoever asks: two members get the very same resolved value."""
    tenant = company(
        *(user(f"u-{number}", user_group=UserGroupId("g-north")) for number in range(50)),
        property_definitions=DEFINITIONS,
        user_groups=user_groups(sales={"ring": 3}),
    )
    properties = Properties(tenant)

    assert 1 == len({id(properties.resolve(f"u-{number}", "ring")) for number in range(50)})


def profile(id_: str, group: str | None = None, of_user: str | None = None) -> Profile:
    """A profile in few words."""
    return Profile(
        id=ProfileId(id_),
        name=id_,
        user_group=None if group is None else UserGroupId(group),
        user=None if of_user is None else UserId(of_user),
    )


def test_a_nested_group_offers_its_ancestors_profiles() -> None:
    """PR-5: group profiles come from the group and those around it, unless unticked; personal ones are the user's."""
    profiles = [
        profile("p-north", "g-north"),
        profile("p-all", "g-all"),
        profile("p-sales", "g-sales"),
        profile("p-other", "g-other"),
        profile("p-own", of_user=ASHA),
        profile("p-ravi", of_user="u-ravi"),
    ]
    tenant = company(
        user(ASHA, user_group=UserGroupId("g-north"), unticked_profiles=[ProfileId("p-sales")]),
        user("u-ravi"),
        profiles=Table({each.id: each for each in profiles}),
    )

    assert ["p-all", "p-north", "p-own"] == [each.id for each in available_profiles(tenant, UserId(ASHA))]
    assert ["p-ravi"] == [each.id for each in available_profiles(tenant, UserId("u-ravi"))]
