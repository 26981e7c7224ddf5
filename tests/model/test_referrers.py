"""Who refers to an object, where and as what (LC-3)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentprov.codec import load
from agentprov.model.access import Chosen, ChosenKind
from agentprov.model.destinations import HangUp, ToAgent, ToAnnouncement
from agentprov.model.groups import Announcement, Profile
from agentprov.model.ids import AnnouncementId, ProfileId, TenantId, UserId
from agentprov.model.properties import RESOURCE_FILTER, RING_TIMEOUT, PropertyName, PropertyValue
from agentprov.model.references import CLASSES, Kind, references
from agentprov.model.referrers import WORDS, Key, Referrer, going, held_by, referrers
from agentprov.model.settings import Emergency
from agentprov.model.table import Table
from agentprov.model.tenant import Tenant
from agentprov.model.users import User
from agentprov.testing.strategies import tenants
from tests.tenants import BLUEPRINT, SETTINGS, by_id, grant, user

FULL = Path(__file__).parents[1] / "codec" / "full.toml"
RAVI = UserId("u-ravi")


def bare(*users: User) -> Tenant:
    """A tenant with these users and nothing else."""
    return Tenant(id=TenantId("t-1"), name="Bare", settings=SETTINGS, blueprint=BLUEPRINT, users=by_id(users))


def every_reference(tenant: Tenant) -> Iterator[tuple[Kind | None, str, Key, tuple[str | int, ...]]]:
    """Each reference of a tenant, by looking at everything: holder, what it leads to, and the whole path."""
    for kind in Kind:
        for id_, item in tenant.table(kind).items():
            for each in references(item):
                yield kind, id_, (each.kind, each.id), (kind.value, id_, *each.path)
    for each in references(tenant.settings):
        yield None, tenant.id, (each.kind, each.id), ("settings", *each.path)


@given(st.data())
def test_the_search_finds_every_reference(data: st.DataObject) -> None:
    """LC-3: what is found is what looking at everything finds, for two objects at once as well."""
    tenant = data.draw(tenants(details=False))
    kind = data.draw(st.sampled_from([kind for kind in Kind if tenant.table(kind)]))
    ids = data.draw(st.lists(st.sampled_from(sorted(tenant.table(kind))), min_size=1, max_size=2, unique=True))
    gone = set(going(tenant, kind, ids))
    expected = [
        (holder, to, path)
        for holder, id_, to, path in every_reference(tenant)
        if to in gone and (holder, id_) not in gone
    ]
    found = referrers(tenant, kind, *ids)
    counted = [each for each in found if not {"properties", "default"}.intersection(each.at)]
    assert expected == [(each.kind, each.to, each.path) for each in counted]
    assert [each for each in Kind if any(one.kind is each for one in found)] == [
        each for each in dict.fromkeys(one.kind for one in found) if each is not None
    ]


@pytest.mark.parametrize("kind", Kind)
def test_every_reference_of_a_full_tenant_has_words(kind: Kind) -> None:
    """LC-3: of each kind of object it is said as what each other object refers to it."""
    tenant = load(FULL)
    for id_ in tenant.table(kind):
        for each in referrers(tenant, kind, id_):
            assert each.what
            assert each.holder in str(each) or each.id in str(each)


def test_every_kind_that_refers_has_words() -> None:
    """LC-3: a new kind whose objects refer to others can't be forgotten here."""
    tenant = load(FULL)
    holding = {kind for kind, _, _, _ in every_reference(tenant)}
    assert holding <= WORDS.keys()
    assert WORDS.keys() - {None} <= CLASSES.keys()


def test_what_a_path_looks_like() -> None:
    """LC-3: holder, field and position, as in a file; and in words."""
    tenant = bare(user("ravi"), user("asha", supervisor=RAVI))
    (found,) = referrers(tenant, Kind.USERS, RAVI)
    assert "users.u-asha.supervisor (supervisor)" == str(found)
    assert "user u-asha" == found.holder


def test_the_tenant_itself_can_refer() -> None:
    """LC-3: by its settings, and by its own values of properties."""
    tenant = bare(user("ravi"))
    alarm = attrs.evolve(tenant.settings, emergency=Emergency(destination=ToAgent(user=RAVI)))
    values: dict[PropertyName, PropertyValue] = {RESOURCE_FILTER: frozenset({RAVI}), RING_TIMEOUT: 20}
    tenant = attrs.evolve(tenant, settings=alarm, properties=Table(values))
    found = referrers(tenant, Kind.USERS, RAVI)
    assert ["settings.emergency.destination.user", "properties.resource_filter"] == [
        str(each).partition(" ")[0] for each in found
    ]
    assert ["settings", "properties"] == [each.holder for each in found]
    assert ["destination in an emergency", "value, or resource filter"] == [each.what for each in found]
    (value,) = referrers(tenant, Kind.PROPERTY_DEFINITIONS, RING_TIMEOUT)
    assert ("properties", RING_TIMEOUT) == value.path


def test_filters_and_values_of_users_groups_and_definitions() -> None:
    """LC-3, PR-1: a resource filter refers to what only it can mean; a value refers to its definition."""
    asha = user("asha", properties=Table({RESOURCE_FILTER: frozenset({RAVI, "q-1"})}))
    tenant = bare(user("ravi"), asha)
    definition = attrs.evolve(tenant.property_definitions[RESOURCE_FILTER], default=frozenset({RAVI}))
    tenant = attrs.evolve(tenant, property_definitions=tenant.property_definitions.put(RESOURCE_FILTER, definition))
    assert [
        ("users", "u-asha", "properties", "resource_filter"),
        ("property_definitions", "resource_filter", "default"),
    ] == [each.path for each in referrers(tenant, Kind.USERS, RAVI)]
    # An announcement of the same id: now the filter doesn't say which of the two it means.
    other = Announcement(id=AnnouncementId("u-ravi"), name="Other")
    tenant = attrs.evolve(tenant, announcements=tenant.announcements.put(other.id, other))
    assert () == referrers(tenant, Kind.USERS, RAVI)


def test_what_is_only_a_user_s_own_is_no_referrer() -> None:
    """LC-3: neither they themselves nor their personal profiles, which go with them."""
    own = user("ravi", grants=[grant("user:edit", [Chosen(kind=ChosenKind.USER, id=RAVI)])])  # type: ignore[arg-type]
    tenant = bare(own)
    profile = Profile(id=ProfileId("p-ravi"), name="Own", user=RAVI)
    tenant = attrs.evolve(tenant, profiles=tenant.profiles.put(profile.id, profile))
    assert () == referrers(tenant, Kind.USERS, RAVI)
    assert ((Kind.PROFILES, "p-ravi"), (Kind.USERS, RAVI)) == going(tenant, Kind.USERS, [RAVI])
    assert [((Kind.USERS, RAVI))] == [to for _, to in held_by(profile, frozenset({(Kind.USERS, RAVI)}))]


def test_the_words_are_of_the_nearest_field() -> None:
    """LC-3: the fallback of an option isn't the option."""
    key = (Kind.USERS, RAVI)
    option = Referrer(kind=Kind.IVRS, id="i-main", at=("options", 1, "to", "user"), to=key)
    fallback = Referrer(
        kind=Kind.IVRS, id="i-main", at=("options", 1, "fallback", "by_failure", "busy", "user"), to=key
    )
    assert ("option", "fallback of an option") == (option.what, fallback.what)
    assert "ivrs.i-main.options[1].to.user (option)" == str(option)


def test_what_is_played_on_the_way_is_referred_to() -> None:
    """LC-3: a destination inside another one is found as well."""
    played = ToAnnouncement(announcement=AnnouncementId("m-1"), next=HangUp())
    tenant = bare()
    note = Announcement(id=AnnouncementId("m-1"), name="Note")
    alarm = attrs.evolve(tenant.settings, emergency=Emergency(destination=played))
    tenant = attrs.evolve(tenant, announcements={note.id: note}, settings=alarm)
    assert ["destination in an emergency"] == [each.what for each in referrers(tenant, Kind.ANNOUNCEMENTS, note.id)]
