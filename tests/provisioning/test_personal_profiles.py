"""Personal profiles in the form of the user they are for."""

from __future__ import annotations

from functools import partial

import attrs

from agentprov.errors import Code
from agentprov.model.access import Within
from agentprov.model.changes import Change, EventKind
from agentprov.model.groups import Profile
from agentprov.model.ids import ProfileId, SkillId, UserId
from agentprov.model.references import Kind
from agentprov.model.tenant import Tenant
from agentprov.provisioning import begin_draft, create_user, enter, plan_users, resume_draft, tenant_form, update_user
from tests.provisioning.samples import ADMIN, a_form, a_tenant, created, faults, with_role

RAVI = UserId("u-ravi")
LEAD = UserId("u-lead")
EVENING = {"name": "Evening", "skills": {"s-hindi": 3}}
BILLS = {"name": "Bills", "skills": ["s-billing"]}


def puzzel(*profiles: object) -> Tenant:
    """A company as Puzzel's, and Ravi with these profiles of his own."""
    return created(a_tenant("puzzel"), a_form("puzzel", personal_profiles=list(profiles)))


def own(tenant: Tenant) -> dict[str, tuple[str, dict[SkillId, int | None]]]:
    """The personal profiles of Ravi by their ids."""
    return {each.id: (each.name, dict(each.skills)) for each in tenant.profiles.values() if each.user == RAVI}


def updated(tenant: Tenant, *profiles: object) -> Change:
    """The update that gives Ravi these profiles."""
    return update_user(tenant, RAVI, {"personal_profiles": list(profiles)}, by=ADMIN)


def kinds(change: Change) -> list[tuple[EventKind, str]]:
    """What happened, and to whom."""
    return [(event.kind, event.subject) for event in change.events]


def test_they_are_made_with_the_user() -> None:
    """PV-7: one change makes the user and the profiles, each under an id of its own."""
    tenant = a_tenant("puzzel")
    form = a_form("puzzel", personal_profiles=[EVENING, {"id": "p-mine", **BILLS}])
    change = create_user(tenant, form, by=ADMIN)
    assert {"p-ravi-1": ("Evening", {"s-hindi": 3}), "p-mine": ("Bills", {"s-billing": None})} == own(
        change.apply(tenant)
    )
    assert [(EventKind.USER_CREATED, RAVI)] + [
        (EventKind.PROFILE_CREATED, id_) for id_ in ("p-ravi-1", "p-mine")
    ] == kinds(change)
    assert tenant == attrs.evolve(change.undo().apply(change.apply(tenant)), version=tenant.version)


def test_an_update_changes_adds_and_removes() -> None:
    """PV-7: the form gives all of them: the one it doesn't name goes, and the user is told once."""
    tenant = puzzel(EVENING, BILLS)
    change = updated(tenant, {"id": "p-ravi-1", "name": "Late", "skills": {"s-hindi": 4}}, {"name": "New"})
    assert {"p-ravi-1": ("Late", {"s-hindi": 4}), "p-ravi-3": ("New", {})} == own(change.apply(tenant))
    assert {
        (EventKind.PROFILE_UPDATED, "p-ravi-1"),
        (EventKind.PROFILE_DELETED, "p-ravi-2"),
        (EventKind.PROFILE_CREATED, "p-ravi-3"),
        (EventKind.USER_TOLD, RAVI),
    } == set(kinds(change))
    assert {Kind.PROFILES} == {edit.kind for edit in change.edits}


def test_without_an_id_the_name_says_which() -> None:
    """PV-7: a page that knows no ids changes the skills, and the profile stays the same one."""
    tenant = puzzel(EVENING, BILLS)
    change = updated(tenant, BILLS, {**EVENING, "skills": {"s-hindi": 5}})
    assert ["p-ravi-1"] == [edit.id for edit in change.edits]
    twice = updated(tenant, EVENING, BILLS, EVENING).apply(tenant)
    assert {"p-ravi-1", "p-ravi-2", "p-ravi-3"} == own(twice).keys()


def test_what_isnt_given_stays_and_nothing_clears() -> None:
    """PV-9: another field's update leaves them; null and an empty list take them away."""
    tenant = puzzel(EVENING)
    assert own(tenant) == own(update_user(tenant, RAVI, {"name": "Ravi"}, by=ADMIN).apply(tenant))
    assert () == updated(tenant, EVENING).edits
    empty: list[object] = []
    for nothing in (None, empty):
        assert {} == own(update_user(tenant, RAVI, {"personal_profiles": nothing}, by=ADMIN).apply(tenant))


def test_every_fault_is_where_it_is() -> None:
    """PV-2, PR-5: all of them together, each at its profile and its skill."""
    form = a_form(
        "puzzel",
        personal_profiles=[
            {"name": "A", "skills": {"s-hindi": 99, "s-billing": "high"}},
            {"skills": ["s-hindi"]},
            {"name": "C", "id": "no id", "colour": "red"},
            "Evening",
        ],
    )
    assert [
        ("personal_profiles[0].skills.s-hindi", Code.FIELD_OUT_OF_RANGE),
        ("personal_profiles[0].skills.s-billing", Code.FIELD_WRONG_TYPE),
        ("personal_profiles[1].name", Code.FIELD_REQUIRED),
        ("personal_profiles[2].id", Code.ID_INVALID),
        ("personal_profiles[2].colour", Code.FIELD_UNKNOWN),
        ("personal_profiles[3]", Code.FIELD_WRONG_TYPE),
    ] == faults(partial(create_user, a_tenant("puzzel"), form, by=ADMIN))
    assert [("personal_profiles", Code.FIELD_WRONG_TYPE)] == faults(
        partial(create_user, a_tenant("puzzel"), a_form("puzzel", personal_profiles="Evening"), by=ADMIN)
    )


def test_a_skill_that_isnt_there_is_named_in_its_profile() -> None:
    """PV-2, LC-3: what the tenant objects to is at the field of the form, beside other faults."""
    form = a_form("puzzel", personal_profiles=[EVENING, {"name": "B", "skills": ["s-none"]}], user_group="g-none")
    found = faults(partial(create_user, a_tenant("puzzel"), form, by=ADMIN))
    assert {"user_group", "personal_profiles[1].skills"} == {where.removesuffix(".s-none") for where, _ in found}
    assert {Code.REFERENCE_MISSING} == {code for _, code in found}


def test_ids_are_nobody_elses() -> None:
    """PR-5: a profile of a group or of another user can't be taken over, and none is given twice."""
    for taken in ("p-sales", "p-lead"):
        assert [("personal_profiles[0].id", Code.ID_TAKEN)] == faults(
            partial(updated, puzzel(EVENING), {"id": taken, "name": "Mine"})
        )
    same = {"id": "p-ravi-1", "name": "Mine"}
    assert [("personal_profiles[1].id", Code.FIELD_DUPLICATE)] == faults(partial(updated, puzzel(EVENING), same, same))


def test_a_new_id_is_free_and_an_id() -> None:
    """PR-5: ids are made of the user's, past those that are there, and stay ids for the longest of them."""
    tenant = a_tenant("puzzel")
    taken = Profile(id=ProfileId("p-ravi-1"), name="Odd", user=LEAD, skills={SkillId("s-hindi"): 1})
    tenant = attrs.evolve(tenant, profiles=tenant.profiles.put(taken.id, taken))
    assert {"p-ravi-2"} == own(created(tenant, a_form("puzzel", personal_profiles=[EVENING]))).keys()
    change = create_user(tenant, a_form("puzzel", personal_profiles=[EVENING]), by=ADMIN, id="u" * 128)
    assert ["p-own-1"] == [edit.id for edit in change.edits if edit.kind is Kind.PROFILES]


def test_other_blueprints_dont_have_them() -> None:
    """PV-1: a field that the blueprint doesn't ask for isn't allowed, and what is stored stays."""
    form = a_form(personal_profiles=[EVENING])
    assert [("personal_profiles", Code.FIELD_NOT_ALLOWED)] == faults(partial(create_user, a_tenant(), form, by=ADMIN))
    tenant = created(a_tenant(), a_form())
    mine = Profile(id=ProfileId("p-mine"), name="Mine", user=RAVI)
    tenant = attrs.evolve(tenant, profiles=tenant.profiles.put(mine.id, mine))
    assert own(tenant) == own(update_user(tenant, RAVI, {"name": "Ravi R."}, by=ADMIN).apply(tenant))


def test_the_form_shows_them() -> None:
    """PV-1: as data: the kind, the skills to choose from, the scale, and what is stored with its ids."""
    tenant = puzzel(EVENING)
    drawn = tenant_form(tenant, by=ADMIN, user=RAVI)
    (view,) = (field for step in drawn.steps for field in step.fields if field.name == "personal_profiles")
    assert ("profiles", True, 1, 5) == (view.kind.value, view.several, view.low, view.high)
    assert ["s-billing", "s-hindi"] == [choice.value for choice in view.choices]
    assert [{"id": "p-ravi-1", "name": "Evening", "skills": {"s-hindi": 3}}] == view.value
    assert () == updated(tenant, *view.value).edits


def test_a_draft_keeps_them() -> None:
    """PV-3: entered, stored as data and taken up again they are what they were."""
    tenant = a_tenant("puzzel")
    draft = attrs.evolve(begin_draft(tenant), step="profiles", furthest="profiles")
    draft = enter(tenant, draft, {"personal_profiles": [EVENING]})
    assert [EVENING] == resume_draft(tenant, draft.as_data()).form["personal_profiles"]


def test_rows_of_rosters_cant_give_them() -> None:
    """PV-10: a row that names them is at fault, and nothing is dropped silently."""
    row = a_form("puzzel", personal_profiles=[EVENING])
    plan = plan_users(a_tenant("puzzel"), [row], by=None)
    assert [("personal_profiles", Code.FIELD_NOT_ALLOWED)] == [
        (problem.where, problem.code) for each in plan.rows for problem in each.problems
    ]


def test_who_may_edit_the_user_may_edit_them() -> None:
    """PR-5: nobody else, and who does it to themselves isn't told of it."""
    tenant = with_role(puzzel(EVENING), RAVI, ("user:edit", Within.SELF))
    change = update_user(tenant, RAVI, {"personal_profiles": []}, by=RAVI)
    assert [(EventKind.PROFILE_DELETED, "p-ravi-1")] == kinds(change)
    assert [("(whole)", Code.PERMISSION_NOT_GRANTED)] == faults(
        partial(update_user, tenant, RAVI, {"personal_profiles": []}, by=LEAD)
    )
