"""The access-control list: who is in it, what its boxes show, ticking and unticking (AC-5, PV-4, ID-14)."""

from __future__ import annotations

from datetime import datetime

import attrs
import pytest

from agentprov.engine.access import Access
from agentprov.errors import Code, InvalidValue, NotFound, Refused
from agentprov.model.access import WHOLE_TENANT, Effect, Grant, Permission, Scope, Within
from agentprov.model.changes import EventKind
from agentprov.model.identity import Login
from agentprov.model.ids import RoleId, UserId
from agentprov.model.table import Table
from agentprov.model.tenant import Tenant
from agentprov.model.users import Status
from agentprov.provisioning.access_list import Box, Tick, access_list, tick, untick
from tests.provisioning.samples import ADMIN, AT, a_form, a_role, a_tenant, created, faults, the_user, with_role

LEAD = UserId("u-lead")
RAVI = UserId("u-ravi")
HOME: Scope = frozenset({Within.HOME_DEPARTMENT})
SECTIONS = {"user": ("view", "add", "edit", "delete"), "queue": ("view", "add", "edit", "delete")}


def smartq() -> Tenant:
    """An admin by role, a supervisor with nothing ticked, and an API user."""
    tenant = created(a_tenant("smartq"), a_form("smartq", role="api-user"))
    return changed(tenant, ADMIN, grants=())


def changed(tenant: Tenant, user: UserId, **fields: object) -> Tenant:
    """The tenant with a user changed by hand."""
    return attrs.evolve(tenant, users=tenant.users.put(user, attrs.evolve(tenant.users[user], **fields)))  # type: ignore[arg-type]


def a_grant(permission: str, scope: Scope = WHOLE_TENANT, effect: Effect = Effect.ALLOW) -> Grant:
    """A grant that the admin gave."""
    return Grant(permission=Permission(permission), scope=scope, effect=effect, given_by=ADMIN, given_at=AT)


def box(tenant: Tenant, user: UserId, permission: str) -> Box:
    """A box of the list."""
    (row,) = (row for row in access_list(tenant) if row.user == user)
    return row.box(permission)


def ticked(tenant: Tenant, user: UserId) -> list[str]:
    """What a user may do by ticks of their own, by the list."""
    (row,) = (row for row in access_list(tenant) if row.user == user)
    boxes = [each for section in row.sections.values() for each in section]
    return [each.permission for each in boxes if each.tick is Tick.TICKED]


# ---- who is in it ----------------------------------------------------------------------------------------------------


def test_the_list_shows_supervisors_and_admins() -> None:
    """AC-5, PV-4: and no API user (ID-14); every section and action of the catalogue has its box."""
    rows = access_list(smartq())
    assert [(ADMIN, True), (LEAD, False)] == [(row.user, row.admin) for row in rows]
    assert [("boss", None, Status.ACTIVE), ("lead", None, Status.ACTIVE)] == [(r.login, r.name, r.status) for r in rows]
    assert ["user", "queue", "agent", "access"] == list(rows[1].sections)
    assert ["user:view", "user:add", "user:edit", "user:delete"] == [
        each.permission for each in rows[1].sections["user"]
    ]


def test_where_roles_make_a_supervisor_agents_are_not_in_it() -> None:
    """AC-5: the supervisor workplace names its supervisors; an agent who can grant everywhere is an admin."""
    tenant = created(a_tenant("supervisor-workplace"), a_form("supervisor-workplace"))
    assert [ADMIN, LEAD] == [row.user for row in access_list(tenant)]
    promoted = changed(tenant, RAVI, grants=[a_grant("access:grant")])
    assert [(ADMIN, True), (LEAD, False), (RAVI, True)] == [(row.user, row.admin) for row in access_list(promoted)]


def test_who_is_disabled_is_shown_with_what_comes_back() -> None:
    """LC-1: the ticks of somebody who may do nothing now are told, with the status."""
    tenant = changed(smartq(), LEAD, status=Status.DISABLED, grants=[a_grant("user:view")])
    row = access_list(tenant)[1]
    assert (Status.DISABLED, Tick.TICKED) == (row.status, row.box("user:view").tick)
    admin = access_list(changed(smartq(), ADMIN, status=Status.BLOCKED))[0]
    assert (True, Tick.BY_ROLE) == (admin.admin, admin.box("user:view").tick)


def test_a_catalogue_may_have_neither_admins_nor_anything_to_tick() -> None:
    """AC-5: without `access:grant` and without `user:edit` nobody is an admin."""
    tenant = smartq()
    plain = attrs.evolve(
        tenant.blueprint,
        catalogue=attrs.evolve(tenant.blueprint.catalogue, sections=Table({"queue": ("view",)})),
        ready_roles=Table(),
        supervisors=[RoleId("supervisor")],
    )
    empty = attrs.evolve(tenant, blueprint=plain, roles={id_: a_role(id_) for id_ in tenant.roles})
    assert [(LEAD, False, ["queue"])] == [(row.user, row.admin, list(row.sections)) for row in access_list(empty)]


# ---- what a box shows ------------------------------------------------------------------------------------------------


def test_a_box_tells_what_is_behind_it() -> None:
    """AC-11: a tick with who gave it, when and for what scope; what comes by a role with the way to the role."""
    view = a_grant("user:view", HOME)
    tenant = changed(smartq(), LEAD, grants=[view])
    tenant = attrs.evolve(
        tenant, roles=tenant.roles.put(RoleId("supervisor"), a_role("supervisor", ("queue:view", Within.TENANT)))
    )
    seen = box(tenant, LEAD, "user:view")
    assert (Tick.TICKED, (view,), (), ()) == (seen.tick, seen.ticks, seen.by_role, seen.denied)
    by_role = box(tenant, LEAD, "queue:view")
    assert (Tick.BY_ROLE, (), [("supervisor",)]) == (
        by_role.tick,
        by_role.ticks,
        [each.path for each in by_role.by_role],
    )
    assert Tick.NOT is box(tenant, LEAD, "queue:edit").tick


def test_a_whole_section_ticks_all_its_boxes() -> None:
    """AC-1: `user:*` stands for all actions of the section."""
    tenant = changed(smartq(), LEAD, grants=[a_grant("user:*")])
    assert ["user:view", "user:add", "user:edit", "user:delete"] == ticked(tenant, LEAD)


def test_a_deny_shows_whatever_is_ticked() -> None:
    """AC-2: one for the tenant makes the box a no; a narrower one is told beside the tick."""
    narrow = a_grant("user:view", HOME, Effect.DENY)
    tenant = changed(smartq(), LEAD, grants=[a_grant("user:view"), narrow])
    seen = box(tenant, LEAD, "user:view")
    assert (Tick.TICKED, [narrow]) == (seen.tick, [each.grant for each in seen.denied])
    tenant = changed(tenant, LEAD, grants=[a_grant("user:view"), a_grant("user:*", effect=Effect.DENY)])
    assert Tick.DENIED is box(tenant, LEAD, "user:view").tick
    assert Tick.DENIED is box(tenant, LEAD, "user:edit").tick


def test_a_box_must_be_of_the_catalogue() -> None:
    """AC-1: there is no box for an action that isn't there."""
    (row, *_) = access_list(smartq())
    with pytest.raises(KeyError):
        row.box("user:fly")
    with pytest.raises(KeyError):
        row.box("fly:user")


# ---- ticking ---------------------------------------------------------------------------------------------------------


def test_exactly_the_ticked_actions_are_ticked() -> None:
    """AC-5, PV-4: per section and action, in one change; granting one doesn't imply another."""
    tenant = smartq()
    change = tick(tenant, LEAD, "agent", ["view", "edit"], scope=["tenant"], by=ADMIN, at=AT)
    assert (a_grant("agent:view"), a_grant("agent:edit")) == the_user(change).grants
    assert [EventKind.GRANT_GIVEN] * 2 == [event.kind for event in change.events]
    after = change.apply(tenant)
    assert ["agent:view", "agent:edit"] == ticked(after, LEAD)
    assert ["agent:edit", "agent:view"] == sorted(Access(after).what(LEAD))


def test_ticks_that_stay_keep_who_gave_them() -> None:
    """AC-11: a page sends all its boxes; what is ticked already isn't given anew, and other sections aren't touched."""
    other = a_grant("queue:view")
    tenant = changed(smartq(), LEAD, grants=[a_grant("user:view"), other, a_grant("user:add")])
    after = the_user(tick(tenant, LEAD, "user", ["edit", "view"], scope=["tenant"], by=None))
    edit = Grant(permission=Permission("user:edit"), scope=WHOLE_TENANT)
    assert (a_grant("user:view"), other, edit) == after.grants
    assert () == tick(tenant, LEAD, "user", ["add", "view"], scope=["tenant"], by=ADMIN, at=AT).edits


def test_unticking_one_leaves_the_others_of_a_whole_section() -> None:
    """AC-5: `user:view` out of a stored `user:*` leaves adding, editing and deleting, as they were given."""
    tenant = changed(smartq(), LEAD, grants=[a_grant("user:*")])
    left = tuple(a_grant(f"user:{action}") for action in ("add", "edit", "delete"))
    assert left == the_user(tick(tenant, LEAD, "user", ["add", "edit", "delete"], scope=["tenant"], by=ADMIN)).grants
    assert left == the_user(untick(tenant, LEAD, "user", ["view"], by=ADMIN)).grants
    assert () == tick(tenant, LEAD, "user", ["view", "add", "edit", "delete"], scope=["tenant"], by=ADMIN).edits


def test_a_tick_for_another_scope_replaces_the_one_there_was() -> None:
    """AC-3: afterwards it holds for the scope that was chosen, and for nothing else."""
    tenant = changed(smartq(), LEAD, grants=[a_grant("user:*"), a_grant("user:view", HOME)])
    after = the_user(tick(tenant, LEAD, "user", ["view", "edit"], scope=["home-department"], by=ADMIN, at=AT))
    assert (a_grant("user:view", HOME), a_grant("user:edit", HOME)) == after.grants
    assert () == the_user(tick(tenant, LEAD, "user", [], scope=["home-department"], by=ADMIN)).grants


def test_denies_are_no_ticks() -> None:
    """AC-2: ticking and unticking leave them; they are revoked by name."""
    deny = a_grant("user:view", HOME, Effect.DENY)
    tenant = changed(smartq(), LEAD, grants=[deny])
    assert [deny, a_grant("user:view")] == list(
        the_user(tick(tenant, LEAD, "user", ["view"], scope=["tenant"], by=ADMIN, at=AT)).grants
    )
    assert () == untick(tenant, LEAD, "user", ["view"], by=ADMIN).edits


def test_unticking_takes_the_named_ones_only() -> None:
    """AC-5: wherever they hold; what isn't ticked stays so."""
    tenant = changed(smartq(), LEAD, grants=[a_grant("user:view"), a_grant("user:view", HOME), a_grant("user:edit")])
    after = the_user(untick(tenant, LEAD, "user", ["view", "delete"], by=ADMIN))
    assert (a_grant("user:edit"),) == after.grants


@pytest.mark.parametrize("undo", [False, True])
def test_only_who_may_grant_ticks(undo: bool) -> None:
    """AC-5, PV-4: `access:grant` is the admins'; the refusal for want of it comes alone."""
    tenant = with_role(smartq(), LEAD, ("user:*", Within.TENANT))
    found = faults(
        (lambda: untick(tenant, LEAD, "no", ["x"], by=LEAD))
        if undo
        else (lambda: tick(tenant, LEAD, "no", ["x"], scope=["tenant"], by=LEAD))
    )
    assert [("(whole)", Code.PERMISSION_NOT_GRANTED)] == found


def test_nobody_ticks_for_others_what_they_lack() -> None:
    """AC-5: somebody who can grant and view users, and not edit them, ticks viewing; none of both is ticked in part."""
    tenant = with_role(smartq(), LEAD, ("access:grant", Within.TENANT), ("user:view", Within.TENANT))
    second = attrs.evolve(tenant.users[LEAD], id=UserId("u-second"), login=Login("second"), grants=())
    tenant = attrs.evolve(tenant, users=tenant.users.put(second.id, second))
    assert ["user:view"] == [
        each.permission
        for each in the_user(tick(tenant, second.id, "user", ["view"], scope=["tenant"], by=LEAD)).grants
    ]
    assert [("grants", Code.ROLE_EXCEEDS_ACTOR)] == faults(
        lambda: tick(tenant, second.id, "user", ["view", "edit"], scope=["tenant"], by=LEAD)
    )


def test_who_is_not_in_the_list_has_no_boxes() -> None:
    """ID-14: neither ticked nor unticked, not by the host either; a grant is given by name."""
    for by in (ADMIN, None):
        with pytest.raises(Refused) as caught:
            tick(smartq(), RAVI, "user", ["view"], scope=["tenant"], by=by)
        assert (Code.USER_NOT_IN_ACCESS_LIST,) == caught.value.codes
        with pytest.raises(Refused) as caught:
            untick(smartq(), RAVI, "user", ["view"], by=by)
        assert (Code.USER_NOT_IN_ACCESS_LIST,) == caught.value.codes


def test_everything_wrong_with_a_tick_is_said_at_once() -> None:
    """AC-1, AC-3: actions and sections that the catalogue lacks, scopes that are none, instants without an offset."""
    naive = datetime(2026, 3, 1, 12, 0)
    assert [
        ("actions", Code.FIELD_UNKNOWN_CHOICE),
        ("actions", Code.FIELD_UNKNOWN_CHOICE),
        ("scope[0]", Code.SCOPE_UNKNOWN),
        ("at", Code.FIELD_NAIVE_INSTANT),
    ] == faults(lambda: tick(smartq(), LEAD, "user", ["fly", "view", "*"], scope=["x"], by=ADMIN, at=naive))
    assert [("section", Code.FIELD_UNKNOWN_CHOICE), ("scope", Code.FIELD_EMPTY)] == faults(
        lambda: tick(smartq(), LEAD, "x", ["view"], scope=[], by=ADMIN)
    )
    assert [("actions", Code.FIELD_UNKNOWN_CHOICE)] == faults(lambda: untick(smartq(), LEAD, "user", "fly", by=ADMIN))


@pytest.mark.parametrize("actions", [[], ["view"], ["fly"]])
@pytest.mark.parametrize(
    ("scope", "fault"),
    [
        ([], ("scope", Code.FIELD_EMPTY)),
        (["own-agent"], ("scope[0]", Code.SCOPE_UNKNOWN)),
        (["user:u-who"], ("scope[0]", Code.REFERENCE_MISSING)),
    ],
)
def test_a_faulty_scope_takes_no_tick_away(actions: list[str], scope: list[str], fault: tuple[str, Code]) -> None:
    """AC-3: it is said whatever is ticked, also where nothing is and where an action is wrong as well."""
    tenant = changed(smartq(), LEAD, grants=[a_grant("user:view", HOME)])
    wrong = [("actions", Code.FIELD_UNKNOWN_CHOICE)] if actions == ["fly"] else []
    assert [*wrong, fault] == faults(lambda: tick(tenant, LEAD, "user", actions, scope=scope, by=ADMIN))


def test_an_action_is_named_without_its_section() -> None:
    """The refusal of a whole permission names the actions there are."""
    with pytest.raises(InvalidValue) as caught:
        tick(smartq(), LEAD, "user", ["user:view"], scope=["tenant"], by=ADMIN)
    assert ["`user:view` is not one of: view, add, edit, delete"] == [each.message for each in caught.value.problems]


def test_the_boxes_of_nobody_are_not_ticked() -> None:
    """There is no user of this id."""
    with pytest.raises(NotFound):
        tick(smartq(), "u-who", "user", ["view"], scope=["tenant"], by=ADMIN)
