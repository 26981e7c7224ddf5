"""A change is a value: applied, undone, described, refused where it doesn't fit (PV-9)."""

from __future__ import annotations

from datetime import UTC, datetime

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentprov.errors import Code, Conflict, InvalidValue
from agentprov.model.access import WHOLE_TENANT, Catalogue, Effect, Grant, Permission
from agentprov.model.blueprint import Blueprint
from agentprov.model.changes import Change, Edit, PropertyEdit, SettingsEdit, differences
from agentprov.model.contact import PhoneNumber
from agentprov.model.departments import Department
from agentprov.model.destinations import Failure, Fallback, HangUp
from agentprov.model.groups import Queue
from agentprov.model.identity import Login
from agentprov.model.ids import DepartmentId, IvrId, QueueId, RoleId, TenantId, UserId
from agentprov.model.properties import NONE, PropertyName
from agentprov.model.references import Kind
from agentprov.model.routing import Ivr, IvrOption
from agentprov.model.secret import Secret
from agentprov.model.settings import Emergency, Settings
from agentprov.model.table import Table
from agentprov.model.tenant import Tenant
from agentprov.model.users import Calling, Extension, Same, Status, User
from agentprov.testing.strategies import tenants

ASHA = UserId("u-asha")
WRAP_UP = PropertyName("wrap_up.phone")


def a_user(**fields: object) -> User:
    """Asha."""
    return User(**{"id": ASHA, "login": Login("asha"), **fields})  # type: ignore[arg-type]


def a_tenant(*users: User) -> Tenant:
    """A tenant with these users and one department."""
    return Tenant(
        id=TenantId("t-1"),
        name="One",
        version=4,
        settings=Settings(time_zone="UTC", region="IN"),
        blueprint=Blueprint(name="own", catalogue=Catalogue(sections=Table({"user": ("view",)}))),
        users={user.id: user for user in users},
        departments={DepartmentId("d-1"): Department(id=DepartmentId("d-1"), name="Sales")},
    )


def replacing(tenant: Tenant, after: User) -> Change:
    """The change that puts this user in the place of the one there was."""
    edit = Edit(kind=Kind.USERS, id=after.id, before=tenant.users.get(after.id), after=after)
    return Change(tenant=tenant.id, base=tenant.version, edits=[edit])


def test_applying_gives_the_next_tenant_and_leaves_the_old_one() -> None:
    """ID-1, PV-9: one version later, with the new value; the one given is as it was."""
    tenant = a_tenant(a_user())
    after = replacing(tenant, a_user(name="Asha")).apply(tenant)
    assert (a_user(), 4) == (tenant.users[ASHA], tenant.version)
    assert (a_user(name="Asha"), 5) == (after.users[ASHA], after.version)


def test_a_change_is_bound_to_its_tenant_and_version() -> None:
    """PV-9: to another one it is a conflict that names both."""
    tenant = a_tenant(a_user())
    change = replacing(tenant, a_user(name="Asha"))
    for other, code in (
        (attrs.evolve(tenant, id=TenantId("t-2")), Code.CONFLICT_TENANT),
        (attrs.evolve(tenant, version=5), Code.CONFLICT_STALE),
        (attrs.evolve(tenant, users={ASHA: a_user(name="Else")}), Code.CONFLICT_CHANGED),
    ):
        with pytest.raises(Conflict) as caught:
            change.apply(other)
        assert (code,) == caught.value.codes


def test_a_property_that_changed_meanwhile_is_a_conflict() -> None:
    """PV-9: an edit of the tenant's own value says what there was before, too."""
    tenant = a_tenant()
    change = Change(tenant=tenant.id, base=4, properties=[PropertyEdit(name=WRAP_UP, before=5, after=6)])
    with pytest.raises(Conflict) as caught:
        change.apply(tenant)
    assert [(("properties", WRAP_UP), Code.CONFLICT_CHANGED)] == [(p.path, p.code) for p in caught.value.problems]


def test_an_outcome_that_is_not_whole_is_refused() -> None:
    """ID-3: a change can't make a tenant with a reference to nowhere."""
    tenant = a_tenant(a_user())
    with pytest.raises(InvalidValue) as caught:
        replacing(tenant, a_user(roles=[RoleId("none")])).apply(tenant)
    assert (Code.REFERENCE_MISSING,) == caught.value.codes


def test_the_tenants_own_properties_are_set_replaced_and_taken_away() -> None:
    """PR-2, PV-9: an explicit "none" is a value; undoing gives back what there was, or nothing."""
    tenant = attrs.evolve(a_tenant(), properties=Table({WRAP_UP: 5}))
    change = Change(
        tenant=tenant.id,
        base=4,
        properties=[
            PropertyEdit(name=WRAP_UP, before=5),
            PropertyEdit(name=PropertyName("resource_filter"), after=NONE),
        ],
    )
    after = change.apply(tenant)
    assert Table({"resource_filter": NONE}) == after.properties
    assert tenant.properties == change.undo().apply(after).properties
    assert ("tenant: wrap_up.phone 5 -> nothing", "tenant: resource_filter nothing -> none") == change.describe()


@given(tenant=tenants(), data=st.data())
def test_undoing_gives_an_equal_tenant(tenant: Tenant, data: st.DataObject) -> None:
    """PV-9: create and replace something; the undo leads back, version apart, and undoing that leads on again."""
    queue = Queue(id=QueueId("q-new"), name="New")
    edits = [Edit(kind=Kind.QUEUES, id=queue.id, after=queue)]
    if tenant.users:
        id_ = data.draw(st.sampled_from(sorted(tenant.users)))
        before = tenant.users[id_]
        edits.append(Edit(kind=Kind.USERS, id=id_, before=before, after=attrs.evolve(before, name="Other")))
    change = Change(tenant=tenant.id, base=tenant.version, edits=edits)
    after = change.apply(tenant)
    back = change.undo().apply(after)
    assert attrs.evolve(tenant, version=tenant.version + 2) == back
    again = change.undo().undo()
    assert (back.version, change.edits) == (again.base, again.edits)
    assert attrs.evolve(after, version=back.version + 1) == again.apply(back)


def test_a_change_is_told_in_words() -> None:
    """PV-9: what is created or removed by name, and every field that becomes different."""
    tenant = a_tenant(a_user(name="Asha", status=Status.ACTIVE, roles=[]))
    after = a_user(
        name="Asha R.",
        status=Status.BLOCKED,
        properties=Table({WRAP_UP: 60}),
        calling=Calling(enabled=False, extension=Extension(number="7")),
    )
    assert (
        "user u-asha: status active -> blocked",
        "user u-asha: name Asha -> Asha R.",
        "user u-asha: properties[wrap_up.phone] nothing -> 60",
        "user u-asha: calling.enabled yes -> no",
        "user u-asha: calling.extension.number nothing -> 7",
        "user u-asha: calling.extension.route_through nothing -> both",
    ) == replacing(tenant, after).describe()
    created = Edit(kind=Kind.QUEUES, id="q-1", after=Queue(id=QueueId("q-1"), name="Sales"))
    gone = Edit(kind=Kind.USERS, id=ASHA, before=a_user())
    change = Change(tenant=tenant.id, base=4, edits=[created, gone])
    assert ("create queue q-1 (Sales)", "remove user u-asha (asha)") == change.describe()


@pytest.mark.parametrize(
    ("before", "after", "line"),
    [
        (Calling(), Calling(forward=Same.PHONE), "forward nothing -> same-as-phone"),
        (Calling(), Calling(caller_ids=["c-1", "c-2"]), "caller_ids nothing -> c-1, c-2"),  # type: ignore[list-item]
    ],
)
def test_values_are_told_as_people_write_them(before: Calling, after: Calling, line: str) -> None:
    """PV-9: no names of classes, no brackets of the language."""
    phone = PhoneNumber("+919812345678")
    tenant = a_tenant(a_user(phone=phone, calling=before))
    assert (f"user u-asha: calling.{line}",) == replacing(tenant, a_user(phone=phone, calling=after)).describe()


def test_grants_are_told_with_their_parts() -> None:
    """AC-11: permission, scope, effect, by whom and when."""
    at = datetime(2026, 1, 1, tzinfo=UTC)
    grant = Grant(
        permission=Permission("user:view"), scope=WHOLE_TENANT, effect=Effect.DENY, given_by=UserId("u-x"), given_at=at
    )
    tenant = a_tenant(a_user())
    (line,) = replacing(tenant, a_user(grants=[grant])).describe()
    assert (
        "user u-asha: grants nothing -> (permission user:view, scope tenant, effect deny, given_by u-x, "
        "given_at 2026-01-01T00:00:00+00:00)" == line
    )


def test_differences_follow_tables_and_parts() -> None:
    """PV-9: the path of each difference, and nothing for what is equal."""
    one, other = a_user(properties=Table({WRAP_UP: 1})), a_user(calling=Calling(login_based=True))
    assert [("properties[wrap_up.phone]", 1, None), ("calling.login_based", False, True)] == list(
        differences(one, other)
    )
    assert [] == list(differences(one, one))


def test_secrets_are_apart() -> None:
    """PV-9, CR-7: they never print, take no part in comparison, and go when the change is stored."""
    bare = Change(tenant=TenantId("t-1"), base=4)
    change = attrs.evolve(bare, secrets={"password": Secret("purple otter climbs")})
    assert bare == change
    assert "otter" not in repr(change)
    assert 0 == len(change.without_secrets().secrets)


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (("u-1", "u-2"), ("u-1", "u-2", "u-3"), "members + u-3"),
        (("u-1", "u-2", "u-3"), ("u-1", "u-3"), "members - u-2"),
        (("u-1", "u-2"), ("u-2", "u-4"), "members + u-4 - u-1"),
        (("u-1", "u-2"), ("u-2", "u-1"), "members u-1, u-2 -> u-2, u-1"),
        (("u-1",), ("u-2",), "members u-1 -> u-2"),
        ((), ("u-1",), "members nothing -> u-1"),
    ],
)
def test_a_list_tells_who_came_and_who_went(before: tuple[str, ...], after: tuple[str, ...], words: str) -> None:
    """PV-9: of a long list only what is different is told; a new order is told whole."""
    one, other = (
        Department(id=DepartmentId("d-1"), name="Sales", members=[UserId(id_) for id_ in ids])
        for ids in (before, after)
    )
    edit = Edit(kind=Kind.DEPARTMENTS, id="d-1", before=one, after=other)
    change = Change(tenant=TenantId("t-1"), base=1, edits=[edit])
    assert change.describe() == (f"department d-1: {words}",)


def test_a_table_inside_a_list_is_told() -> None:
    """PV-9: a menu's option with a fallback that differs by failure is told with all of it."""
    fallback = Fallback(to=HangUp(), by_failure=Table({Failure.BUSY: HangUp()}))
    one, other = (
        Ivr(id=IvrId("i-1"), name="Menu", options=[IvrOption(digits="1", to=HangUp(), fallback=each)])
        for each in (None, fallback)
    )
    edit = Edit(kind=Kind.IVRS, id="i-1", before=one, after=other)
    (line,) = Change(tenant=TenantId("t-1"), base=1, edits=[edit]).describe()
    assert line.endswith("fallback (to (cause normal), by_failure busy (cause normal)))")


def test_an_edit_of_nothing_is_no_edit() -> None:
    """PV-9: an edit creates, replaces or removes; with nothing before and nothing after it does none of it."""
    with pytest.raises(InvalidValue) as caught:
        Edit(kind=Kind.USERS, id=ASHA)
    assert caught.value.codes == (Code.FIELD_REQUIRED,)


def test_one_object_is_edited_once() -> None:
    """PV-9: two edits of one object in one change would hide each other."""
    edit = Edit(kind=Kind.USERS, id=ASHA, after=a_user())
    with pytest.raises(InvalidValue) as caught:
        Change(tenant=TenantId("t-1"), base=1, edits=[edit, edit])
    assert [problem.where for problem in caught.value.problems] == ["edits[1]"]


def test_an_edit_of_a_property_says_something() -> None:
    """PV-9: nothing before and nothing after is no edit, of a value as of an object."""
    with pytest.raises(InvalidValue) as caught:
        PropertyEdit(name=WRAP_UP)
    assert (Code.FIELD_REQUIRED,) == caught.value.codes


def test_a_property_is_edited_once() -> None:
    """PV-9: of two edits of one property nobody could tell what undoing them gives, so they are no change."""
    twice = [PropertyEdit(name=WRAP_UP, after=30), PropertyEdit(name=WRAP_UP, after=40)]
    with pytest.raises(InvalidValue) as caught:
        Change(tenant=TenantId("t-1"), base=1, properties=twice)
    assert [(Code.FIELD_DUPLICATE, ("properties", 1))] == [(each.code, each.path) for each in caught.value.problems]


def test_settings_are_edited_as_a_whole() -> None:
    """PV-9, HR-4: applied, described, taken back; refused where they aren't what they were."""
    tenant = a_tenant(a_user())
    alarm = Emergency(reason="Fire", set_at=datetime(2026, 1, 5, 4, tzinfo=UTC))
    settings = attrs.evolve(tenant.settings, ring_budget=60, emergency=alarm)
    change = Change(
        tenant=tenant.id, base=tenant.version, settings=SettingsEdit(before=tenant.settings, after=settings)
    )

    assert (
        "settings: ring_budget 300 -> 60",
        "settings: emergency.reason nothing -> Fire",
        "settings: emergency.set_at nothing -> 2026-01-05T04:00:00+00:00",
    ) == change.describe()
    after = change.apply(tenant)
    assert attrs.evolve(tenant, settings=settings, version=5) == after
    assert attrs.evolve(tenant, version=6) == change.undo().apply(after)
    with pytest.raises(Conflict) as caught:
        attrs.evolve(change, base=5).apply(after)
    assert [("settings", Code.CONFLICT_CHANGED)] == [(p.where, p.code) for p in caught.value.problems]
