"""The SCIM service of the examples (PV-12): tokens, versions, lists, conflicts, what a client sees of refusals."""

from __future__ import annotations

import json
from typing import Any

import attrs
import pytest

from agentprov.credentials.passwords import PasswordHash, verify
from agentprov.interop.scim_attributes import AGENT, GROUP, USER
from agentprov.interop.scim_patch import PATCH_OP
from agentprov.interop.scim_queries import MOST_RESULTS
from agentprov.memory import MemoryTenants
from agentprov.model.access import Within
from agentprov.model.changes import Change
from agentprov.model.groups import UserGroup
from agentprov.model.ids import RoleId, TenantId, UserGroupId, UserId
from agentprov.model.secret import Secret
from agentprov.model.tenant import Tenant
from agentprov.model.verification import Verification
from examples.scim.server import Client, Service, one_token
from tests.interop.scim_service import (
    BASE,
    CHEAP,
    NOON,
    TOKEN,
    Reply,
    alone,
    ask,
    blueprint,
    patch,
    resource,
    service,
    tenant,
)
from tests.tenants import by_id, grant, role, user


def names(reply: Reply) -> list[str]:
    """The logins or names in a list."""
    return [each.get("userName") or each["displayName"] for each in reply.body["Resources"]]


def stored(of: Service) -> Tenant:
    """The tenant as the service has it."""
    return of.tenants.load(of.tenant)


@pytest.mark.parametrize("given", [None, "", "wrong", TOKEN + "x", TOKEN[:-1], "ä"])
def test_without_the_token_nothing_is_said(given: str | None) -> None:
    """CR-7, PV-12: whoever hasn't the token gets 401, wherever they ask."""
    for method, path in (("GET", "/Users"), ("POST", "/Users"), ("GET", "/Schemas"), ("GET", "/nowhere")):
        reply = ask(service(), method, path, token=given)

        assert (401, "Bearer") == (reply.status, reply.headers["WWW-Authenticate"])


def test_a_token_shows_nowhere() -> None:
    """CR-7: what checks a token holds its digest only."""
    assert TOKEN not in repr(one_token(TOKEN, Client(name="idp", acts_as=None))) + repr(service())


def test_a_user_from_start_to_end() -> None:
    """PV-12: created, read, changed, replaced, listed, deleted; then not there."""
    of = service()
    made = ask(of, "POST", "/Users", resource("mira", externalId="42", title="Agent"))
    assert (201, f"{BASE}/Users/u-1", "42") == (made.status, made.headers["Location"], made.body["externalId"])
    assert made.body["meta"]["version"] == made.headers["ETag"]

    path = "/Users/u-1"
    assert made.body == ask(of, "GET", path).body
    changed = ask(of, "PATCH", path, patch({"op": "replace", "path": "title", "value": "Lead"}))
    assert (200, "Lead", "42") == (changed.status, changed.body["title"], changed.body["externalId"])
    put = ask(of, "PUT", path, resource("mira"))
    assert (200, False, False) == (put.status, "title" in put.body, "externalId" in put.body)
    assert ["mira"] == names(ask(of, "GET", '/Users?filter=userName eq "MIRA"'))
    assert (204, None) == (ask(of, "DELETE", path).status, ask(of, "DELETE", "/Users/none").body.get("scimType"))
    assert (404, []) == (ask(of, "GET", path).status, names(ask(of, "GET", '/Users?filter=userName eq "mira"')))
    assert "u-1" in stored(of).tombstones


def test_what_isnt_kept_is_told_in_a_header() -> None:
    """PV-12: the paths of what was left out come back, so that whoever maps attributes sees them."""
    reply = ask(service(), "POST", "/Users", resource("mira", locale="de", name={"givenName": "Mira"}))

    assert (201, '"locale", "name.givenName"') == (reply.status, reply.headers["Agentprov-Unmapped"])


def test_a_password_is_hashed_and_kept_apart() -> None:
    """CR-7, PV-12: a password that comes is verified by what is stored, and is gone with its user."""
    of = service()
    ask(of, "POST", "/Users", resource("mira", password="a long enough passphrase"))
    kept = of.credentials.password(of.tenant, UserId("u-1"))

    assert kept is not None
    assert Verification.MATCHES is verify(PasswordHash(kept.hash), Secret("a long enough passphrase"), CHEAP)
    assert "passphrase" not in json.dumps(ask(of, "GET", "/Users/u-1").body)
    ask(of, "DELETE", "/Users/u-1")
    assert None is of.credentials.password(of.tenant, UserId("u-1"))


def test_versions_guard_against_lost_updates() -> None:
    """ST-2, PV-12: a request with the version of another state is refused, 412; one that knows the state is done."""
    of = service()
    version = ask(of, "GET", "/Users/u-ravi").headers["ETag"]
    request = patch({"op": "replace", "path": "title", "value": "Lead"})

    assert 304 == ask(of, "GET", "/Users/u-ravi", if_none_match=version).status
    assert 200 == ask(of, "PATCH", "/Users/u-ravi", request, if_match=version).status
    for method, body in (("PATCH", request), ("PUT", resource("ravi")), ("DELETE", None)):
        assert 412 == ask(of, method, "/Users/u-ravi", body, if_match=version).status
    assert 200 == ask(of, "GET", "/Users/u-ravi", if_none_match=version).status
    assert 200 == ask(of, "PATCH", "/Users/u-ravi", request, if_match="*").status


def test_somebody_elses_change_isnt_a_version_of_mine() -> None:
    """PV-12: a user's version doesn't follow the tenant's, so changes of others don't get in the way."""
    of = service()
    version = ask(of, "GET", "/Users/u-ravi").headers["ETag"]
    ask(of, "POST", "/Users", resource("mira"))

    assert version == ask(of, "GET", "/Users/u-ravi").headers["ETag"]


class Hurried(MemoryTenants):
    """A store in which somebody else commits just before the first commits do."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self.times = times

    def commit(self, change: Change, **given: Any) -> Tenant:
        """Commit an empty change first, for a while."""
        if self.times:
            self.times -= 1
            now = self.load(change.tenant)
            super().commit(Change(tenant=now.id, base=now.version), at=NOON)
        return super().commit(change, **given)


@pytest.mark.parametrize(("times", "status"), [(1, 201), (4, 201), (5, 409)])
def test_a_request_is_made_anew_after_a_conflict(times: int, status: int) -> None:
    """ST-2, PV-12: what was made on a version that is gone is made on the next one, a few times; else a conflict."""
    tenants = Hurried(times)
    tenants.create(tenant(), at=NOON)
    of = Service(
        tenants=tenants,
        tenant=TenantId("t-1"),
        base=BASE,
        client_of=one_token(TOKEN, Client(name="idp", acts_as=None)),
        new_id=lambda prefix: f"{prefix}-new",
    )

    assert status == ask(of, "POST", "/Users", resource("mira")).status
    assert (status == 201) == ("u-new" in tenants.load(TenantId("t-1")).users)


def test_lists_are_filtered_sorted_and_in_pages() -> None:
    """PV-12: filter, sortBy, startIndex and count, with the total of all that fit."""
    users = [user(name, display_name=shown) for name, shown in (("b", "Zoe"), ("a", "adam"), ("d", None), ("c", "Bo"))]
    of = service(alone(*users))

    assert ["a", "c", "b", "d"] == names(ask(of, "GET", "/Users?sortBy=displayName"))
    assert ["d", "b", "c", "a"] == names(ask(of, "GET", "/Users?sortBy=DISPLAYNAME&sortOrder=descending"))
    page = ask(of, "GET", "/Users?sortBy=userName&startIndex=2&count=2")
    assert (["b", "c"], 4, 2, 2) == (
        names(page),
        page.body["totalResults"],
        page.body["startIndex"],
        page.body["itemsPerPage"],
    )
    assert (4, []) == ((none := ask(of, "GET", "/Users?count=0")).body["totalResults"], names(none))
    assert 4 == len(names(ask(of, "GET", f"/Users?startIndex=-3&count={MOST_RESULTS * 9}")))
    assert ["a", "b"] == names(ask(of, "GET", '/Users?sortBy=userName&filter=displayName pr and not (userName eq "c")'))


def test_an_answer_has_what_was_asked_for() -> None:
    """PV-12: attributes, excludedAttributes; `id` and `schemas` always; some parts only where they are named."""
    of = service()
    asked = ask(of, "GET", "/Users/u-asha?attributes=userName,roles.display").body
    assert {"schemas", "id", "userName", "roles"} == set(asked)
    assert [{"display": "Lead"}] == asked["roles"]
    assert "meta" not in ask(of, "GET", "/Users/u-asha?excludedAttributes=meta,userName").body
    assert ["value"] == list(ask(of, "GET", "/Users/u-asha").body["roles"][0])
    assert "members" not in ask(of, "GET", "/Groups?excludedAttributes=members").body["Resources"][1]


def test_one_search_over_everything() -> None:
    """PV-12: a search of the root asks users and groups; an attribute that a type lacks has no value there."""
    of = service()

    assert ["asha", "ravi", "All", "Day"] == names(ask(of, "POST", "/.search", {}))
    assert ["Day"] == names(ask(of, "POST", "/.search", {"filter": 'displayName eq "day" or members pr'}))
    assert ["ravi"] == names(ask(of, "POST", "/Users/.search", {"filter": 'userName eq "ravi"'}))
    assert "invalidFilter" == ask(of, "POST", "/.search", {"filter": "nothing pr"}).scim_type


@pytest.mark.parametrize(
    ("query", "scim_type"),
    [
        ("filter=userName eq", "invalidFilter"),
        ("filter=nothing pr", "invalidFilter"),
        ('filter=password eq "x"', "invalidFilter"),
        ("sortBy=nothing", "invalidPath"),
        ("sortOrder=sideways", "invalidValue"),
        ("count=many", "invalidValue"),
        ("attributes=id&excludedAttributes=id", "invalidValue"),
    ],
)
def test_a_query_that_is_refused(query: str, scim_type: str) -> None:
    """PV-12: what a list can't be asked is 400, with SCIM's keyword."""
    reply = ask(service(), "GET", f"/Users?{query}")

    assert (400, scim_type) == (reply.status, reply.scim_type)


def test_a_list_with_logins_that_collide_is_refused() -> None:
    """PV-12: a list with users whom SCIM can't tell apart is refused whole, and names them; others are given."""
    of = service(alone(user("asha"), user("ASHA"), user("ravi")))

    reply = ask(of, "GET", "/Users")
    assert (409, "uniqueness", 2) == (
        reply.status,
        reply.scim_type,
        reply.body["detail"].count("scim.user_name_collides"),
    )
    assert ["ravi"] == names(ask(of, "GET", '/Users?filter=userName eq "ravi"'))


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("DELETE", "/Users", 405),
        ("POST", "/Users/u-asha", 405),
        ("POST", "/Schemas", 405),
        ("GET", "/.search", 405),
        ("GET", "/Schemas?filter=id pr", 403),
        ("GET", "/Schemas/urn:none", 404),
        ("GET", "/", 404),
        ("GET", "/Me", 501),
        ("POST", "/Bulk", 501),
        ("GET", "/ServiceProviderConfig", 200),
        ("GET", f"/Schemas/{USER}", 200),
        ("GET", f"/Schemas/{GROUP}", 200),
        ("GET", "/ResourceTypes/User", 200),
    ],
)
def test_what_there_is_and_isnt(method: str, path: str, status: int) -> None:
    """PV-12: every answer that isn't a success is an error of SCIM's, with its status."""
    reply = ask(service(), method, path, {})

    assert status == reply.status
    assert status == 200 or str(status) == reply.body["status"]


@pytest.mark.parametrize(
    ("text", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[]", 400),
        (b'{"userName": "a", "userName": "b"}', 400),
        (b"\xff", 400),
        (b"[" * 5_000, 400),
        (b'{"userName": NaN}', 400),
        (b'{"a": "' + b"x" * 1_000_001 + b'"}', 413),
    ],
)
def test_bodies_that_are_no_resource(text: bytes, status: int) -> None:
    """FF-2, PV-12: broken, doubled, deep and oversized bodies are refused, and nothing is stored."""
    of = service()

    assert status == ask(of, "POST", "/Users", text=text).status
    assert {"u-asha", "u-ravi"} == set(stored(of).users)


def test_a_client_may_act_as_a_user() -> None:
    """AC-9, PV-12: a client that acts as a user sees and does what they may."""
    viewer = role("viewer", grant("user:view"))
    of = service(alone(user("asha", roles=[RoleId("viewer")]), user("ravi"), roles=by_id([viewer])), acts_as="u-asha")

    assert ["asha", "ravi"] == names(ask(of, "GET", "/Users"))
    assert 403 == ask(of, "POST", "/Users", resource("mira")).status
    assert 403 == ask(of, "PATCH", "/Users/u-ravi", patch({"op": "remove", "path": "title"})).status
    nobody = service(attrs.evolve(stored(of)), acts_as="u-ravi")
    assert ([], 404) == (names(ask(nobody, "GET", "/Users")), ask(nobody, "GET", "/Users/u-asha").status)


def test_what_is_done_is_never_told_as_not_found() -> None:
    """PV-12: whoever moves a user out of their own sight has done so: the answer has no content, and is no error."""
    own = frozenset({Within.OWN_USER_GROUP})
    lead = role("lead", grant("user:view", own), grant("user:edit", own))
    groups = by_id([UserGroup(id=UserGroupId(f"g-{name}"), name=name) for name in ("a", "b")])
    users = [user("asha", roles=[lead.id], user_group=UserGroupId("g-a")), user("ravi", user_group=UserGroupId("g-a"))]
    of = service(alone(*users, roles=by_id([lead]), user_groups=groups), acts_as="u-asha")
    request = patch({"op": "replace", "path": f"{AGENT}:userGroup", "value": "g-b"})

    assert 204 == ask(of, "PATCH", "/Users/u-ravi", request).status
    assert "g-b" == stored(of).users[UserId("u-ravi")].user_group
    assert 404 == ask(of, "PATCH", "/Users/u-ravi", request).status


def test_external_ids_belong_to_a_client() -> None:
    """PV-12: what one client calls a user another doesn't see (RFC 7643, 3.1), and can be asked for."""
    clients = {TOKEN: Client(name="one", acts_as=None), TOKEN[::-1]: Client(name="two", acts_as=None)}
    of = service()
    both = attrs.evolve(of, client_of=clients.get)
    ask(both, "PATCH", "/Users/u-ravi", patch({"op": "add", "path": "externalId", "value": "E-7"}))

    assert ["ravi"] == names(ask(both, "GET", '/Users?filter=externalId eq "E-7"'))
    assert "externalId" not in ask(both, "GET", "/Users/u-ravi", token=TOKEN[::-1]).body


def test_the_service_says_what_it_can() -> None:
    """PV-12: the schemas are the tenant's own: what its blueprint asks for, forbids, derives."""
    of = service(tenant(blueprint=blueprint("alias", required=("login", "email"))))
    schema = ask(of, "GET", f"/Schemas/{USER}").body
    by_name = {each["name"]: each for each in schema["attributes"]}

    assert ("immutable", True) == (by_name["userName"]["mutability"], by_name["emails"]["required"])
    assert ("writeOnly", "never") == (by_name["password"]["mutability"], by_name["password"]["returned"])
    assert ("nickName" in by_name, ["agent", "lead"]) == (
        False,
        by_name["roles"]["subAttributes"][0]["canonicalValues"],
    )
    config = ask(of, "GET", "/ServiceProviderConfig").body
    assert [True, False, True, True, True] == [
        config[name]["supported"] for name in ("patch", "bulk", "filter", "sort", "etag")
    ]
    assert [PATCH_OP] == patch()["schemas"]
