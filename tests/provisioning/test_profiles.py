"""Group profiles and personal profiles: created, changed, deleted, ticked and unticked (PR-5, PR-6, PV-9)."""

from __future__ import annotations

from functools import partial
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentprov.engine.profiles import available_profiles
from agentprov.errors import Code
from agentprov.model.access import Within
from agentprov.model.changes import Change, EventKind
from agentprov.model.ids import ProfileId, SkillId, UserGroupId, UserId
from agentprov.model.table import Table
from agentprov.model.tenant import Tenant
from agentprov.provisioning import (
    create_profile,
    create_user_group,
    delete_profile,
    move_user,
    move_user_group,
    tick_profile,
    untick_profile,
    update_profile,
)
from tests.provisioning.samples import ADMIN, LOGGED_OFF, a_form, a_tenant, created, faults, with_role

RAVI, LEAD = UserId("u-ravi"), UserId("u-lead")
SALES, SUPPORT = UserGroupId("g-sales"), UserGroupId("g-support")
HINDI = SkillId("s-hindi")


def puzzel() -> Tenant:
    """A tenant with Ravi in the group of sales."""
    return created(a_tenant("puzzel"), a_form("puzzel"))


def had(tenant: Tenant, user: UserId = RAVI) -> list[str]:
    """The ids of the profiles that a user has."""
    return [profile.id for profile in available_profiles(tenant, user)]


def told(change: Change) -> list[tuple[EventKind, str]]:
    """The events of a change."""
    return [(event.kind, event.subject) for event in change.events]


def test_a_group_profile_comes_changes_and_goes() -> None:
    """PR-5, PV-9: with skills and levels; each step undone gives the tenant before; the group is told once."""
    tenant = puzzel()
    steps: list[tuple[Any, EventKind]] = [
        (
            partial(create_profile, id="p-new", name="Evening", group=SALES, skills={HINDI: 3}),
            EventKind.PROFILE_CREATED,
        ),
        (partial(update_profile, id="p-new", skills={HINDI: None}), EventKind.PROFILE_UPDATED),
        (partial(update_profile, id="p-new", name="Night"), EventKind.PROFILE_UPDATED),
        (partial(delete_profile, id="p-new"), EventKind.PROFILE_DELETED),
    ]
    seen = []
    for make, kind in steps:
        change = make(tenant, by=ADMIN)
        assert [(kind, "p-new"), (EventKind.USER_TOLD, SALES)] == told(change)
        after = change.apply(tenant)
        assert attrs.evolve(tenant, version=after.version + 1) == change.undo().apply(after)
        tenant = after
        profile = tenant.profiles.get(ProfileId("p-new"))
        seen.append(None if profile is None else (profile.name, profile.skills))
    expected = [
        ("Evening", Table({HINDI: 3})),
        ("Evening", Table({HINDI: None})),
        ("Night", Table({HINDI: None})),
        None,
    ]
    assert expected == seen
    assert () == update_profile(tenant, "p-sales", name="Sales", by=ADMIN).edits


def test_a_personal_profile_is_the_users_alone() -> None:
    """PR-5: nobody else has it; who may edit the user makes it, changes it and takes it away."""
    tenant = with_role(puzzel(), LEAD, ("user:edit", Within.SELF))
    made = create_profile(tenant, "p-mine", name="Mine", user=LEAD, by=LEAD)
    assert [(EventKind.PROFILE_CREATED, "p-mine")] == told(made)
    tenant = made.apply(tenant)
    assert (["p-lead", "p-mine"], ["p-sales"]) == (had(tenant, LEAD), had(tenant))
    assert 1 == len(update_profile(tenant, "p-mine", name="Other", by=LEAD).edits)
    assert 1 == len(delete_profile(tenant, "p-mine", by=LEAD).edits)
    refused = [("(whole)", Code.PERMISSION_NOT_GRANTED)]
    for attempt in (
        partial(create_profile, id="p-new", name="New", user=RAVI),
        partial(create_profile, id="p-new", name="New", group=SALES),
        partial(delete_profile, id="p-sales"),
        partial(update_profile, id="p-no", name="No"),
        partial(untick_profile, user=RAVI, profile="p-sales"),
    ):
        assert refused == faults(partial(attempt, tenant, by=LEAD))


@pytest.mark.parametrize(
    ("given_", "expected"),
    [
        ({"id": "p-sales"}, [("id", Code.ID_TAKEN)]),
        ({"id": "p-sales", "name": None}, [("id", Code.ID_TAKEN), ("name", Code.FIELD_REQUIRED)]),
        ({"id": "no id"}, [("id", Code.ID_INVALID)]),
        ({"skills": {"s-no": 1}}, [("skills", Code.REFERENCE_MISSING)]),
        ({"skills": {"s-hindi": 900}}, [("skills.s-hindi", Code.FIELD_OUT_OF_RANGE)]),
        ({"skills": {"s-hindi": True}}, [("skills.s-hindi", Code.FIELD_OUT_OF_RANGE)]),
        ({"group": "g-no"}, [("group", Code.REFERENCE_MISSING)]),
        ({"group": None}, [("(whole)", Code.PROFILE_OWNER)]),
        ({"user": "u-ravi"}, [("(whole)", Code.PROFILE_OWNER)]),
        ({"group": None, "user": "u-no"}, [("id", Code.USER_UNKNOWN)]),
    ],
)
def test_a_new_profile_is_in_order(given_: dict[str, Any], expected: list[tuple[str, Code]]) -> None:
    """PV-2: told at what was asked for, together where it can be; the scale is the tenant's."""
    asked = {"id": "p-new", "name": "New", "group": SALES, **given_}
    assert expected == faults(partial(create_profile, puzzel(), by=ADMIN, **asked))


def test_skills_have_no_levels_where_the_blueprint_has_none() -> None:
    """PV-8: a level is refused, the skill alone is fine."""
    tenant = a_tenant("supervisor-workplace")
    for make in (
        partial(create_profile, id="p-new", name="New", group=SALES),
        partial(update_profile, id="p-sales"),
    ):
        attempt = partial(make, tenant, by=ADMIN)
        assert [("skills.s-hindi", Code.SKILL_WITHOUT_LEVEL)] == faults(partial(attempt, skills={HINDI: 3}))
        assert 1 == len(attempt(skills={HINDI: None}).edits)


def test_what_is_not_there_is_not_changed() -> None:
    """ID-3: an unknown profile, and what isn't an id at all; a name that isn't one."""
    tenant = puzzel()
    odd: Any = ["p-sales"]
    assert [("id", Code.REFERENCE_MISSING)] == faults(partial(delete_profile, tenant, "p-no", by=ADMIN))
    assert [("id", Code.FIELD_WRONG_TYPE)] == faults(partial(delete_profile, tenant, odd, by=ADMIN))
    assert [("profile", Code.REFERENCE_MISSING)] == faults(partial(tick_profile, tenant, RAVI, "p-no", by=ADMIN))
    assert [("name", Code.FIELD_CONTROL_CHARACTER)] == faults(
        partial(update_profile, tenant, "p-sales", name="a\nb", by=ADMIN)
    )


def test_a_tick_is_kept_per_user_and_profile() -> None:
    """PR-5: unticked for Ravi it is there for the others; it stays unticked while Ravi is elsewhere, and after."""
    tenant = puzzel()
    unticked = untick_profile(tenant, RAVI, "p-sales", by=ADMIN)
    assert [(EventKind.PROFILE_UNTICKED, RAVI), (EventKind.USER_TOLD, RAVI)] == told(unticked)
    after = unticked.apply(tenant)
    assert (["p-sales"], []) == (had(tenant), had(after))
    assert () == untick_profile(after, RAVI, "p-sales", by=ADMIN).edits
    away = move_user(after, RAVI, to=SUPPORT, by=ADMIN, live=LOGGED_OFF).apply(after)
    back = move_user(away, RAVI, to=SALES, by=ADMIN, live=LOGGED_OFF).apply(away)
    assert [] == had(back)
    again = tick_profile(away, RAVI, "p-sales", by=ADMIN)
    assert [(EventKind.PROFILE_TICKED, RAVI), (EventKind.USER_TOLD, RAVI)] == told(again)
    assert ["p-sales"] == had(tick_profile(back, RAVI, "p-sales", by=ADMIN).apply(back))
    assert () == tick_profile(tenant, RAVI, "p-sales", by=ADMIN).edits


def test_only_what_is_offered_is_unticked() -> None:
    """PR-5: not a personal profile, not another group's; one of a group around is."""
    tenant = puzzel()
    assert [("profile", Code.PROFILE_PERSONAL)] == faults(partial(untick_profile, tenant, LEAD, "p-lead", by=ADMIN))
    assert [("profile", Code.PROFILE_NOT_OFFERED)] == faults(partial(untick_profile, tenant, LEAD, "p-sales", by=ADMIN))
    tenant = create_user_group(tenant, "g-inner", name="Inner", parent=SALES, by=ADMIN).apply(tenant)
    tenant = move_user(tenant, RAVI, to="g-inner", by=ADMIN, live=LOGGED_OFF).apply(tenant)
    assert ["p-sales"] == had(tenant)
    assert [] == had(untick_profile(tenant, RAVI, "p-sales", by=ADMIN).apply(tenant))


def test_a_profile_that_goes_is_nowhere_unticked() -> None:
    """PR-5, LC-3: nothing dangles; undoing it brings the untick back as well."""
    tenant = untick_profile(puzzel(), RAVI, "p-sales", by=ADMIN).apply(puzzel())
    change = delete_profile(tenant, "p-sales", by=ADMIN)
    after = change.apply(tenant)
    assert frozenset() == after.users[RAVI].unticked_profiles
    assert tenant.users[RAVI] == change.undo().apply(after).users[RAVI]


def test_editing_users_is_not_editing_group_profiles() -> None:
    """AC-1: where the catalogue has profile:edit it is asked for, and user:edit where it hasn't."""
    own = a_tenant("puzzel").blueprint.catalogue.expand("profile:edit")  # type: ignore[arg-type]
    tenant = with_role(puzzel(), LEAD, ("profile:edit" if own else "user:edit", Within.TENANT))
    assert 1 == len(update_profile(tenant, "p-sales", name="Other", by=LEAD).edits)


ACTIONS = st.lists(
    st.tuples(st.sampled_from(["untick", "tick", "move"]), st.sampled_from([SALES, SUPPORT, UserGroupId("g-inner")])),
    max_size=6,
)


@given(ACTIONS, st.booleans())
def test_what_a_user_has_is_what_was_said(actions: list[tuple[str, UserGroupId]], nested: bool) -> None:
    """PR-5, P24: available are the profiles of the group and those around it, less those that are unticked."""
    tenant = BASE
    unticked: set[str] = set()
    group = SALES
    if nested:
        tenant = move_user_group(tenant, SALES, to=SUPPORT, by=None).apply(tenant)
    for action, place in actions:
        profile = f"p-{place}"
        offered = profile in offers(group, nested=nested)
        if action == "move":
            tenant = move_user(tenant, RAVI, to=place, by=None, live=LOGGED_OFF).apply(tenant)
            group = place
        elif action == "tick":
            tenant = tick_profile(tenant, RAVI, profile, by=None).apply(tenant)
            unticked.discard(profile)
        elif offered:
            tenant = untick_profile(tenant, RAVI, profile, by=None).apply(tenant)
            unticked.add(profile)
    expected = [each for each in offers(group, nested=nested) if each not in unticked]
    assert [*expected, "p-own"] == had(tenant)


def offers(group: UserGroupId, *, nested: bool) -> list[str]:
    """The profiles of a group and those around it, outer ones first: inner is in sales, which may be in support."""
    path = {"g-support": ["g-support"], "g-sales": ["g-sales"], "g-inner": ["g-sales", "g-inner"]}[group]
    around = ["g-support"] if nested and group != "g-support" else []
    return [f"p-{each}" for each in (*around, *path)]


def base() -> Tenant:
    """Ravi in sales, with a personal profile; a profile for each group, one of which is nested."""
    tenant = create_user_group(puzzel(), "g-inner", name="Inner", parent=SALES, by=None).apply(puzzel())
    tenant = delete_profile(tenant, "p-sales", by=None).apply(tenant)
    tenant = create_profile(tenant, "p-own", name="Own", user=RAVI, by=None).apply(tenant)
    for group in (SALES, SUPPORT, "g-inner"):
        tenant = create_profile(tenant, f"p-{group}", name=group, group=group, by=None).apply(tenant)
    return tenant


BASE = base()
