"""Requests about users (PV-12): what each attribute becomes, what is told, what is refused."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from agentprov.errors import AgentprovError, Code, InvalidValue, NotFound, Refused
from agentprov.interop.scim_attributes import AGENT, ENTERPRISE, USER
from agentprov.interop.scim_directory import Directory
from agentprov.interop.scim_documents import error_document
from agentprov.interop.scim_requests import create_user_from, delete_user_from, patch_user, replace_user
from agentprov.interop.scim_users import user_resource
from agentprov.model.changes import EventKind
from agentprov.model.departments import Department
from agentprov.model.groups import UserGroup
from agentprov.model.ids import DepartmentId, QueueId, RoleId, UserGroupId, UserId
from agentprov.model.live import Live
from agentprov.model.secret import Secret
from agentprov.model.tenant import Tenant
from agentprov.model.users import Person, Status, User
from tests.interop.scim_service import (
    BASE,
    NOBODY_LOGGED_ON,
    NOON,
    alone,
    blueprint,
    directory,
    patch,
    resource,
    tenant,
)
from tests.tenants import by_id, grant, role, user

RAVI = UserId("u-ravi")


def created(document: Any, of: Directory | None = None, **given: Any) -> User:
    """The user that a POST creates."""
    there = directory() if of is None else of
    outcome = create_user_from(there, document, by=None, **given)
    return outcome.change.apply(there.tenant).users[UserId(outcome.id)]


def refused(call: Any) -> dict[str, Any]:
    """The error message for what a call raises."""
    with pytest.raises(AgentprovError) as caught:
        call()
    return error_document(caught.value)


def patched(of: Directory, *operations: dict[str, Any], id_: str = RAVI, **given: Any) -> Tenant:
    """The tenant after a PATCH by the host."""
    outcome = patch_user(of, id_, patch(*operations), by=None, live=NOBODY_LOGGED_ON, **given)
    return outcome.change.apply(of.tenant)


def with_status(status: Status) -> Directory:
    """The tenant with Ravi in this status, and an admin."""
    editor = role("editor", grant("user:*"))
    admin = role("admin", grant("user:*"), grant("access:grant"), grant("user_group:*"))
    users = [user("asha", roles=[RoleId("admin")]), user("ravi", status=status), user("mira", roles=[RoleId("editor")])]
    return directory(alone(*users, roles=by_id([admin, editor])))


# ---- creating --------------------------------------------------------------------------------------------------------


def test_every_core_attribute_becomes_a_field() -> None:
    """PV-12: core and enterprise attributes are fields of the form, and own fields have a schema of their own."""
    made = created(
        resource(
            "mira",
            name={"formatted": "Mira Sen"},
            displayName="Mira",
            nickName="M.",
            title="Team lead",
            userType="person",
            preferredLanguage="de-ch",
            active=True,
            emails=[{"value": "mira@Example.com", "type": "work", "primary": True}],
            phoneNumbers=[
                {"value": "tel:+91-80-6965-1171", "type": "work"},
                {"value": "+919812345679", "type": "mobile"},
                {"value": "+49301234567", "type": "other"},
            ],
            photos=[{"value": "https://example.com/mira.png", "type": "photo"}],
            roles=[{"value": "agent"}],
            enterprise={"department": "Sales", "manager": {"value": "u-asha"}},
            own={"numericId": 7, "skills": [{"value": "s-hindi", "level": 2}], "userGroup": "g-day", "sms": True},
        ),
        of=directory(tenant(settings=attrs.evolve(tenant().settings, international_calling=True))),
        id="u-mira",
    )

    assert ("mira", "Mira Sen", "Mira", "M.") == (made.login, made.name, made.display_name, made.alias)
    assert ("Team lead", "https://example.com/mira.png") == (made.person.designation, made.person.photo)
    assert ("person", "de-CH", Status.ACTIVE) == (made.type, made.language, made.status)
    assert ("mira@example.com", "+918069651171", "+919812345679") == (made.email, made.phone, made.mobile)
    assert ("+49301234567",) == made.alternate_numbers
    assert (frozenset({RoleId("agent")}), "d-sales") == (made.roles, made.home_department)
    assert "u-asha" == made.supervisor
    assert (7, {"s-hindi": 2}, "g-day", True) == (
        made.numeric_id,
        dict(made.skills),
        made.user_group,
        made.interactions.sms,
    )


def test_names_are_read_in_any_case() -> None:
    """PV-12: the names of attributes are compared without case (RFC 7643, 2.1)."""
    assert "Mira" == created({"SCHEMAS": [USER.upper()], "USERNAME": "mira", "DisplayName": "Mira"}).display_name


def test_what_isnt_kept_is_told() -> None:
    """PV-12: what nothing of ours stands for is named in the warnings, and the rest of the request is kept."""
    outcome = create_user_from(
        directory(),
        resource(
            "mira",
            name={"formatted": "Mira Sen", "givenName": "Mira"},
            locale="de",
            emails=[{"value": "m@example.com"}, {"value": "h@example.com", "type": "home"}],
            enterprise={"costCenter": "7"},
        ),
        by=None,
    )

    told = [each.parameters["value"] for each in outcome.change.warnings if each.code is Code.SCIM_UNMAPPED]
    assert ["name.givenName", "locale", f"{ENTERPRISE}:costCenter", 'emails[type eq "home"]'] == told
    assert "m@example.com" == created(resource("mira", emails=[{"value": "m@example.com"}])).email


def test_of_several_the_primary_one_is_kept() -> None:
    """PV-12: of two emails of one type the primary one is kept and the other told; without one, they are ambiguous."""
    two: list[dict[str, Any]] = [
        {"value": "a@example.com", "type": "work"},
        {"value": "b@example.com", "type": "work", "primary": True},
    ]

    assert "b@example.com" == created(resource("mira", emails=two)).email
    error = refused(lambda: created(resource("mira", emails=[two[0], {**two[1], "primary": False}])))
    assert "emails: there are 2 values, and one is kept (scim.ambiguous)" == error["detail"]


def test_every_fault_is_told_at_once() -> None:
    """PV-2, PV-12: one error has every fault, at SCIM's paths."""
    error = refused(
        lambda: created(
            resource(
                "as ha",
                emails=[{"value": "nobody", "type": "work"}],
                phoneNumbers={"value": "1"},
                active="true",
                preferredLanguage="?",
                own={"numericId": "x", "skills": [{"level": 2}]},
                enterprise={"manager": {"value": "u-nobody"}, "department": "Nowhere"},
            )
        )
    )

    assert ("400", "invalidSyntax") == (error["status"], error["scimType"])
    assert {
        "phoneNumbers",
        "active",
        "userName",
        'emails[type eq "work"].value',
        "preferredLanguage",
        f"{ENTERPRISE}:department",
        f"{ENTERPRISE}:manager.value",
        f"{AGENT}:numericId",
        f"{AGENT}.skills.0.value",
    } == {said.split(": ")[0] for said in error["detail"].split("; ")}


@pytest.mark.parametrize("login", ["RAVI", "Ravi"])
def test_a_login_that_differs_by_case_collides(login: str) -> None:
    """PV-12: SCIM compares logins without case, so a second one would be the first for every client."""
    error = refused(lambda: created(resource(login)))

    assert ("409", "uniqueness") == (error["status"], error["scimType"])
    assert f"userName: without case, the login `{login}` is the login of `u-ravi` too" in error["detail"]


def test_a_login_that_is_taken_is_a_matter_of_uniqueness() -> None:
    """PV-12: a login that somebody has is refused as SCIM says it: 409, uniqueness."""
    error = refused(lambda: created(resource("ravi")))

    assert ("409", "uniqueness") == (error["status"], error["scimType"])
    assert "login.taken" in error["detail"]


def test_who_collides_isnt_given_out() -> None:
    """PV-12: a user whom SCIM can't tell from another is refused on export, with a code."""
    of = directory(alone(user("asha"), user("ASHA")))

    with pytest.raises(Refused) as caught:
        user_resource(of, "u-asha")

    assert (Code.SCIM_USER_NAME_COLLIDES,) == caught.value.codes


def test_passwords_come_and_never_go_back() -> None:
    """CR-7, PV-12: a password is among the change's secrets, in no document, and in no message about it."""
    outcome = create_user_from(directory(), resource("mira", password="a long enough passphrase"), by=None)
    after = Directory(tenant=outcome.change.apply(directory().tenant), base=BASE)

    assert "a long enough passphrase" == outcome.change.secrets["password"].reveal()
    assert "passphrase" not in str(outcome) + str(user_resource(after, outcome.id))
    assert "short1" not in str(refused(lambda: created(resource("mira", password="short1"))))


def test_a_password_can_be_made_by_the_host() -> None:
    """CR-1, PV-12: a user who comes without a password gets the host's, for one use, where the blueprint wants one."""
    of = directory(tenant(blueprint=blueprint(required=("login", "password"))))

    assert "password.required" in refused(lambda: created(resource("mira"), of=of))["detail"]
    outcome = create_user_from(of, resource("mira"), by=None, generated=Secret("made by the host, at random"))
    assert [{"one_time": "yes"}] == [
        dict(event.facts) for event in outcome.change.events if event.kind is EventKind.PASSWORD_SET
    ]


def test_without_permission_nothing_else_is_said() -> None:
    """PV-2, PV-12: a refusal for want of permission is 403 and comes alone."""
    error = refused(lambda: create_user_from(directory(), {"nonsense": 1}, by="u-ravi"))

    assert "403" == error["status"]
    assert "permission.not_granted" in error["detail"]
    assert ";" not in error["detail"]


# ---- active ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "active", "after"),
    [
        (Status.ACTIVE, False, Status.DEACTIVATED),
        (Status.ACTIVE, True, Status.ACTIVE),
        (Status.DISABLED, False, Status.DISABLED),
        (Status.DISABLED, True, Status.ACTIVE),
        (Status.BLOCKED, False, Status.BLOCKED),
        (Status.BLOCKED, True, Status.ACTIVE),
        (Status.DEACTIVATED, False, Status.DEACTIVATED),
        (Status.DEACTIVATED, True, Status.ACTIVE),
    ],
)
def test_what_active_does(before: Status, active: bool, after: Status) -> None:
    """LC-1, PV-12: false deactivates who is active and leaves who isn't; true brings anybody back."""
    of = with_status(before)

    assert (before is Status.ACTIVE) == user_resource(of, RAVI)["active"]
    assert after is patched(of, {"op": "replace", "path": "active", "value": active}).users[RAVI].status


def test_who_is_deactivated_is_logged_off() -> None:
    """LC-1, PV-12: listeners hear from which queues, and the change warns, as by provisioning's own operation."""
    of, request = with_status(Status.ACTIVE), patch({"op": "replace", "path": "active", "value": False})
    logged_on = Live(queues={RAVI: [QueueId("q-1")]})
    change = patch_user(of, RAVI, request, by=None, live=logged_on).change

    assert [EventKind.USER_DEACTIVATED, EventKind.SESSIONS_REVOKE, EventKind.USER_TOLD] == [
        event.kind for event in change.events
    ]
    assert "q-1" == change.events[1].facts["queues"]
    assert [(("active",), Code.USER_STILL_LOGGED_ON)] == [(each.path, each.code) for each in change.warnings]


def test_only_an_admin_brings_back_who_is_blocked() -> None:
    """LC-1, PV-12: for a client that acts as an editor, `active: true` of a blocked user is refused."""
    of, request = with_status(Status.BLOCKED), patch({"op": "replace", "path": "active", "value": True})

    error = refused(lambda: patch_user(of, RAVI, request, by="u-mira"))
    assert ("403", True) == (error["status"], "user.unblock_needs_admin" in error["detail"])
    assert 1 == len(patch_user(of, RAVI, request, by="u-asha").change.edits)


# ---- replacing -------------------------------------------------------------------------------------------------------


def test_a_put_takes_away_what_it_doesnt_have() -> None:
    """PV-12: an attribute that isn't in a PUT goes; an extension that its schemas don't name stays, with all in it."""
    of = directory()
    after = replace_user(of, RAVI, resource("ravi"), by=None).change.apply(of.tenant).users[RAVI]

    assert (None, None) == (after.name, after.mobile)
    assert (of.tenant.users[RAVI].skills, of.tenant.users[RAVI].supervisor) == (after.skills, after.supervisor)


def test_a_put_that_names_an_extension_empties_it() -> None:
    """PV-12: an extension that a PUT names is replaced as the rest is; what always has a value stays."""
    of = directory()
    document = resource("ravi", own={"userGroup": "g-day"}, enterprise={})
    after = replace_user(of, RAVI, document, by=None).change.apply(of.tenant).users[RAVI]

    assert (0, None, "g-day", True) == (len(after.skills), after.supervisor, after.user_group, after.calling.enabled)


def test_a_login_stays() -> None:
    """ID-5, PV-12: another userName is refused as a matter of mutability, in PUT and in PATCH."""
    of = directory()
    operation = {"op": "replace", "path": "userName", "value": "other"}

    for call in (lambda: replace_user(of, RAVI, resource("other"), by=None), lambda: patched(of, operation)):
        error = refused(call)
        assert ("400", "mutability") == (error["status"], error["scimType"])


def test_another_user_group_is_a_move() -> None:
    """PR-7, PV-11, PV-12: the own attribute `userGroup` moves, which needs to know where agents are logged on."""
    of = directory()
    operation = {"op": "replace", "path": f"{AGENT}:userGroup", "value": "g-all"}
    request = patch(operation, {"op": "replace", "path": "title", "value": "Lead"})

    change = patch_user(of, RAVI, request, by=None, live=NOBODY_LOGGED_ON).change
    (edit,) = change.edits
    assert isinstance(edit.after, User)
    assert ("g-all", "Lead") == (edit.after.user_group, edit.after.person.designation)
    assert {EventKind.USER_UPDATED, EventKind.USER_MOVED, EventKind.USER_TOLD} == {each.kind for each in change.events}
    for live, code in ((None, Code.LIVE_FACT_MISSING), (Live(queues={"u-ravi": ["q-1"]}), Code.USER_LOGGED_ON_QUEUE)):
        error = refused(lambda live=live: patch_user(of, RAVI, request, by=None, live=live))
        assert ("409", True) == (error["status"], code.value in error["detail"])


def test_a_department_goes_by_its_name() -> None:
    """PV-12: the home department is given by its name, by its id where the name leads to several or elsewhere."""
    departments = [("d-1", "Sales"), ("d-2", "Help"), ("d-3", "Help"), ("Other", "d-1")]
    tables = by_id([Department(id=DepartmentId(id_), name=name) for id_, name in departments])
    shown = {}
    for id_, _ in departments:
        of = directory(alone(user("asha", home_department=DepartmentId(id_)), departments=tables))
        shown[id_] = user_resource(of, "u-asha")[ENTERPRISE]["department"]

    assert {"d-1": "Sales", "d-2": "d-2", "d-3": "d-3", "Other": "Other"} == shown
    error = refused(lambda: created(resource("mira", enterprise={"department": "Help"}), of=of))
    assert f"{ENTERPRISE}:department: `Help` is not one department: give its id" in error["detail"]


@pytest.mark.parametrize("photo", ["photos/asha 1.jpg", "https://example.com/a?b=c#d", "/p/1", "urn:x:1", "ä"])
def test_photos_are_the_hosts_own(photo: str) -> None:
    """PV-12: a photo is the host's own reference; one that is no URI of the web is wrapped in one, and comes back."""
    of = directory(alone(user("asha", person=Person(photo=photo))))
    shown = user_resource(of, "u-asha")["photos"]

    assert shown[0]["value"].startswith(("http", "/", "urn:"))
    assert photo == created(resource("mira", photos=shown), of=of).person.photo


def test_groups_are_shown_with_those_they_are_in() -> None:
    """PV-12: a user's group is direct, the groups it nests in are indirect."""
    groups = user_resource(directory(), RAVI)["groups"]

    assert [("g-day", "Day", "direct"), ("g-all", "All", "indirect")] == [
        (each["value"], each["display"], each["type"]) for each in groups
    ]
    assert f"{BASE}/Groups/g-day" == groups[0]["$ref"]


def test_a_manager_may_be_a_text_or_a_reference() -> None:
    """PV-12: the supervisor is taken by value, by a reference alone, and as a text, as clients send it."""
    for manager in ("u-asha", {"value": "u-asha"}, {"$ref": f"{BASE}/Users/u-asha"}):
        assert "u-asha" == created(resource("mira", enterprise={"manager": manager})).supervisor


# ---- deleting --------------------------------------------------------------------------------------------------------


def test_a_user_is_deleted() -> None:
    """LC-1, PV-12: a DELETE deletes where the blueprint lets users be deleted, with all that guards it."""
    of = with_status(Status.ACTIVE)
    after = delete_user_from(of, RAVI, by="u-asha", at=NOON, live=NOBODY_LOGGED_ON).apply(of.tenant)

    assert (False, True) == (RAVI in after.users, RAVI in after.tombstones)
    assert "409" == refused(lambda: delete_user_from(directory(), "u-asha", by=None, at=NOON, live=None))["status"]


def test_where_nobody_is_deleted_a_delete_blocks() -> None:
    """PV-8, PV-12: without deletion a DELETE blocks, and whoever is blocked isn't there for SCIM any more."""
    of = directory(attrs.evolve(tenant(), blueprint=blueprint(users_can_be_deleted=False)))
    after = delete_user_from(of, RAVI, by=None, at=NOON, live=NOBODY_LOGGED_ON).apply(of.tenant)

    assert Status.BLOCKED is after.users[RAVI].status
    with pytest.raises(NotFound):
        user_resource(directory(after), RAVI)
    error = refused(lambda: delete_user_from(of, RAVI, by=None, at=NOON, live=None))
    assert ("409", True) == (error["status"], Code.LIVE_FACT_MISSING.value in error["detail"])


def test_who_may_not_see_a_user_doesnt_learn_of_them() -> None:
    """AC-9, PV-12: a user whom the client may not see is not found, as one that isn't there."""
    of = with_status(Status.ACTIVE)

    assert "404" == refused(lambda: user_resource(of, "u-asha", by=RAVI))["status"]
    assert "404" == refused(lambda: user_resource(of, "u-nobody", by="u-asha"))["status"]
    assert "asha" == user_resource(of, "u-asha", by="u-mira")["userName"]


def test_a_refused_request_changes_nothing() -> None:
    """PV-12: of a PATCH with one bad operation nothing is done, and the directory is as it was."""
    of = directory()
    before = user_resource(of, RAVI)
    good, bad = {"op": "replace", "path": "title", "value": "x"}, {"op": "replace", "path": "nothing", "value": 1}

    with pytest.raises(InvalidValue) as caught:
        patched(of, good, bad)

    assert [(Code.SCIM_PATH_INVALID, ("Operations", 1))] == [(each.code, each.path) for each in caught.value.problems]
    assert before == user_resource(of, RAVI)


def test_groups_that_the_form_lacks_are_still_moved_between() -> None:
    """PV-11, PV-12: a blueprint whose form doesn't ask for the group has no `userGroup`, and still shows `groups`."""
    groups = by_id([UserGroup(id=UserGroupId("g-1"), name="One")])
    ravi = user("asha", user_group=UserGroupId("g-1"))
    of = directory(alone(ravi, blueprint=blueprint("user_group"), user_groups=groups))

    shown = user_resource(of, "u-asha")
    assert ("One", False) == (shown["groups"][0]["display"], "userGroup" in shown[AGENT])
