"""Requests about groups (PV-12, PR-7): user groups, whose members move."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from agentprov.errors import AgentprovError, Code
from agentprov.interop.scim_attributes import AGENT_GROUP, ENTERPRISE, GROUP, Resource
from agentprov.interop.scim_directory import Directory
from agentprov.interop.scim_documents import error_document
from agentprov.interop.scim_groups import (
    create_group_from,
    delete_group_from,
    group_resource,
    patch_group,
    replace_group,
)
from agentprov.interop.scim_queries import read_query, search
from agentprov.interop.scim_users import user_resource
from agentprov.model.access import Role, Within
from agentprov.model.changes import Change, EventKind
from agentprov.model.groups import Profile, UserGroup
from agentprov.model.ids import ProfileId, RoleId, UserGroupId, UserId
from agentprov.model.tenant import Tenant
from tests.interop.scim_service import BASE, NOBODY_LOGGED_ON, alone, blueprint, directory, patch
from tests.tenants import by_id, grant, user


def group(name: str, *members: str, parent: str | None = None) -> Resource:
    """A group as a client would send one."""
    out: Resource = {"schemas": [GROUP], "displayName": name, "members": [{"value": each} for each in members]}
    return out if parent is None else {**out, AGENT_GROUP: {"parent": parent}}


def somewhere(**parts: Any) -> Directory:
    """Two groups, one inside the other, and three users, two of whom have one."""
    groups = [
        UserGroup(id=UserGroupId("g-all"), name="All"),
        UserGroup(id=UserGroupId("g-day"), name="Day", parent=UserGroupId("g-all")),
    ]
    users = [
        user("asha", user_group=UserGroupId("g-all")),
        user("ravi", user_group=UserGroupId("g-day")),
        user("mira"),
    ]
    return directory(alone(*users, **{"user_groups": by_id(groups), **parts}))


def placed(of: Directory, change: Change) -> dict[str, str | None]:
    """Where everybody is after a change."""
    after: Tenant = change.apply(of.tenant)
    return {each.login: each.user_group for each in after.users.values()}


def refused(call: Any) -> dict[str, Any]:
    """The error message for what a call raises."""
    with pytest.raises(AgentprovError) as caught:
        call()
    return error_document(caught.value)


def test_a_group_as_a_resource() -> None:
    """PV-12: a user group's name, its own members, and the group that it nests in."""
    shown = group_resource(somewhere(), "g-day")

    assert ("g-day", "Day", {"parent": "g-all"}) == (shown["id"], shown["displayName"], shown[AGENT_GROUP])
    location = f"{BASE}/Users/u-ravi"
    assert [{"value": "u-ravi", "$ref": location, "type": "User", "display": "Ravi"}] == shown["members"]


def test_a_group_comes_with_members() -> None:
    """PR-7, PV-12: a new group's members leave the groups they were in; each is told."""
    of = somewhere()
    outcome = create_group_from(
        of, group("Night", "u-ravi", "u-mira", parent="g-all"), by=None, id="g-night", live=NOBODY_LOGGED_ON
    )

    assert {"asha": "g-all", "ravi": "g-night", "mira": "g-night"} == placed(of, outcome.change)
    made = outcome.change.apply(of.tenant).user_groups[UserGroupId("g-night")]
    assert ("Night", "g-all") == (made.name, made.parent)
    assert {"u-ravi", "u-mira"} == {each.subject for each in outcome.change.events if each.kind is EventKind.USER_MOVED}


def test_members_come_and_go() -> None:
    """PR-7, PV-12: adding moves in, removing moves out, replacing does both; all as one change."""
    of = somewhere()
    cases: list[tuple[dict[str, Any], str, str | None, str | None]] = [
        ({"op": "add", "path": "members", "value": [{"value": "u-mira"}]}, "g-all", "g-day", "g-day"),
        ({"op": "remove", "path": 'members[value eq "u-ravi"]'}, "g-all", None, None),
        ({"op": "remove", "path": "members", "value": [{"value": "u-ravi"}]}, "g-all", None, None),
        ({"op": "remove", "path": "members"}, "g-all", None, None),
        ({"op": "replace", "path": "members", "value": [{"value": "u-asha"}]}, "g-day", None, None),
    ]

    for operation, asha, ravi, mira in cases:
        change = patch_group(of, "g-day", patch(operation), by=None, live=NOBODY_LOGGED_ON).change
        assert {"asha": asha, "ravi": ravi, "mira": mira} == placed(of, change)
        assert of.tenant.version == change.base
    put = replace_group(of, "g-day", group("Days", "u-asha"), by=None, live=NOBODY_LOGGED_ON).change
    assert {"asha": "g-day", "ravi": None, "mira": None} == placed(of, put)
    renamed = put.apply(of.tenant).user_groups[UserGroupId("g-day")]
    assert ("Days", None) == (renamed.name, renamed.parent)


def test_listeners_hear_what_provisioning_says() -> None:
    """PR-8, PV-12: groups that come, are renamed, nested or go are told of as by provisioning's own operations."""
    of = somewhere()
    made = create_group_from(of, group("Night"), by=None, id="g-night")
    changed = replace_group(of, "g-day", group("Days", "u-ravi"), by=None)
    gone = delete_group_from(of, "g-day", by=None, live=NOBODY_LOGGED_ON)

    assert [EventKind.GROUP_CREATED] == [event.kind for event in made.change.events]
    assert [EventKind.GROUP_UPDATED, EventKind.GROUP_MOVED, EventKind.USER_TOLD] == [
        event.kind for event in changed.change.events
    ]
    assert [EventKind.USER_MOVED, EventKind.USER_TOLD, EventKind.GROUP_DELETED] == [event.kind for event in gone.events]


def test_the_profiles_of_a_group_go_with_it() -> None:
    """LC-3, PR-5, PV-12: as they do by provisioning's deletion, unticks too."""
    own = Profile(id=ProfileId("p-day"), name="Day", user_group=UserGroupId("g-day"))
    of = somewhere(profiles=by_id([own]))
    unticked = attrs.evolve(of.tenant.users[UserId("u-mira")], unticked_profiles=[own.id])
    of = directory(attrs.evolve(of.tenant, users=of.tenant.users.put(unticked.id, unticked)))
    after = delete_group_from(of, "g-day", by=None, live=NOBODY_LOGGED_ON).apply(of.tenant)

    assert (set(), frozenset()) == (set(after.profiles), after.users[unticked.id].unticked_profiles)


def test_moves_need_to_know_who_is_logged_on() -> None:
    """LC-2, PV-12: without the queues that agents are logged on to no member moves; a mere rename needs none."""
    of = somewhere()
    add = patch({"op": "add", "path": "members", "value": [{"value": "u-mira"}]})
    rename = patch({"op": "replace", "path": "displayName", "value": "Days"})

    error = refused(lambda: patch_group(of, "g-day", add, by=None, live=None))
    assert ("409", True) == (error["status"], Code.LIVE_FACT_MISSING.value in error["detail"])
    assert 1 == len(patch_group(of, "g-day", rename, by=None).change.edits)


def test_a_group_that_everybody_needs_keeps_its_members() -> None:
    """PV-7, PV-12: where the blueprint requires a group of every user, nobody is taken out of one."""
    of = somewhere(blueprint=blueprint(required=("login", "user_group")))

    error = refused(
        lambda: patch_group(of, "g-day", patch({"op": "remove", "path": "members"}), by=None, live=NOBODY_LOGGED_ON)
    )
    assert ("400", "invalidValue") == (error["status"], error["scimType"])
    assert error["detail"].startswith("members.u-ravi.to: ")


def test_every_fault_of_a_group_is_told() -> None:
    """PV-2, PV-12: a name that is missing, a parent and members that aren't there, at once."""
    document = {
        "schemas": [GROUP],
        "members": [{"value": "u-nobody"}, {"value": "g-all", "type": "Group"}],
        AGENT_GROUP: {"parent": "g-none"},
    }
    error = refused(lambda: create_group_from(somewhere(), document, by=None, id="g-all", live=NOBODY_LOGGED_ON))

    assert ["id", "displayName", f"{AGENT_GROUP}:parent", "members.0", "members.1.type"] == [
        said.split(": ")[0] for said in error["detail"].split("; ")
    ]


def test_groups_dont_nest_in_a_circle() -> None:
    """ID-3, PV-12: a parent that would close a circle is refused."""
    request = patch({"op": "add", "path": f"{AGENT_GROUP}:parent", "value": "g-day"})

    assert Code.REFERENCE_CYCLE.value in refused(lambda: patch_group(somewhere(), "g-all", request, by=None))["detail"]


def test_a_group_goes() -> None:
    """LC-3, PV-12: the members of a group are moved out of it; what else refers to it keeps it."""
    of = somewhere()
    change = delete_group_from(of, "g-day", by=None, live=NOBODY_LOGGED_ON)

    assert {"asha": "g-all", "ravi": None, "mira": None} == placed(of, change)
    assert {"g-all"} == set(change.apply(of.tenant).user_groups)
    error = refused(lambda: delete_group_from(of, "g-all", by=None, live=NOBODY_LOGGED_ON))
    assert ("409", True) == (error["status"], "user group g-day" in error["detail"])


@pytest.mark.parametrize("by", ["u-asha", "u-nobody"])
def test_who_may_not_edit_groups(by: str) -> None:
    """AC-1, PV-12: without the permissions groups aren't seen, made, changed or deleted."""
    of = somewhere()

    assert "404" == refused(lambda: group_resource(of, "g-day", by=by))["status"]
    assert "403" == refused(lambda: create_group_from(of, group("Night"), by=by, id="g-night"))["status"]
    assert "404" == refused(lambda: delete_group_from(of, "g-day", by=by, live=NOBODY_LOGGED_ON))["status"]


def test_an_id_may_hold_a_slash() -> None:
    """ID-2, PV-12: ids are opaque, so in a location they are encoded."""
    of = directory(alone(user("asha"), user_groups=by_id([UserGroup(id=UserGroupId("a/b"), name="A")])))

    assert f"{BASE}/Groups/a%2Fb" == group_resource(of, "a/b")["meta"]["location"]
    assert UserId("u-asha") in of.tenant.users


def limited(**parts: Any) -> Directory:
    """Dev, who may see the user group Day alone, and edit who is in it; the supervisor Asha is elsewhere."""
    own = frozenset({Within.OWN_USER_GROUP})
    grants = [grant("user:view", own), grant("user:edit", own), grant("user_group:view"), grant("user_group:edit")]
    lead = Role(id=RoleId("lead"), name="Lead", grants=grants)
    users = [
        user("asha", user_group=UserGroupId("g-all")),
        user("dev", user_group=UserGroupId("g-day"), roles=[lead.id], supervisor=UserId("u-asha")),
        user("ravi", user_group=UserGroupId("g-day")),
    ]
    groups = [UserGroup(id=UserGroupId("g-all"), name="All"), UserGroup(id=UserGroupId("g-day"), name="Day")]
    return directory(alone(*users, user_groups=by_id(groups), roles=by_id([lead]), **parts))


def test_members_who_may_not_be_seen_arent_found_in_groups_either() -> None:
    """PV-12, AC-9: neither a group nor a filter over groups tells of users whom the actor may not see."""
    of = limited()
    asked = read_query({"filter": 'members[value eq "u-asha"] or members.display sw "A"'})

    assert "members" not in group_resource(of, "g-all", by="u-dev")
    assert ["u-dev", "u-ravi"] == [each["value"] for each in group_resource(of, "g-day", by="u-dev")["members"]]
    assert ["u-asha"] == [each["value"] for each in group_resource(of, "g-all")["members"]]
    assert 0 == search(of, [of.groups], asked, by="u-dev")["totalResults"]
    assert 1 == search(of, [of.groups], asked)["totalResults"]


def test_the_name_of_a_supervisor_who_may_not_be_seen_isnt_told() -> None:
    """PV-12, AC-9: the reference is the user's own, the supervisor's name isn't; a filter can't ask for it either."""
    of = limited()
    name = f"{ENTERPRISE}:manager.displayName"
    asked = read_query({"filter": f'{name} sw "A"'})

    assert {"value": "u-asha", "$ref": f"{BASE}/Users/u-asha"} == user_resource(of, "u-dev", by="u-dev")[ENTERPRISE][
        "manager"
    ]
    assert "Asha" == user_resource(of, "u-dev")[ENTERPRISE]["manager"]["displayName"]
    assert 0 == search(of, [of.users], asked, by="u-dev")["totalResults"]
    assert 1 == search(of, [of.users], asked)["totalResults"]


def test_a_group_sent_back_leaves_members_who_cant_be_seen() -> None:
    """PV-12: what a client that can't see them says of a group moves none of the others."""
    of = limited()
    sent = replace_group(of, "g-all", group("Everybody"), by="u-dev", live=NOBODY_LOGGED_ON)
    done = patch_group(of, "g-all", patch({"op": "remove", "path": "members"}), by="u-dev", live=NOBODY_LOGGED_ON)

    assert "g-all" == placed(of, sent.change)["asha"]
    assert () == done.change.edits
