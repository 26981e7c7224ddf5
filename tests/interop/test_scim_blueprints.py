"""The tenants of the five products through SCIM (PV-4 to PV-8, PV-12)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from agentprov.codec.files import load
from agentprov.errors import AgentprovError, Code
from agentprov.interop.scim_attributes import AGENT, ENTERPRISE, USER, Mutability
from agentprov.interop.scim_directory import Directory
from agentprov.interop.scim_documents import error_document
from agentprov.interop.scim_models import check_resource, provider_of
from agentprov.interop.scim_requests import create_user_from, replace_user
from agentprov.interop.scim_users import user_resource
from agentprov.model.tenant import Tenant
from agentprov.model.user_types import API
from agentprov.model.users import Status
from tests.interop.scim_service import BASE, NOBODY_LOGGED_ON, resource

PRODUCTS = ("puzzel", "smartertrack", "smartflo", "smartq", "supervisor-workplace")
PASSWORD = "Correct-horse 4 battery"


def of_product(name: str) -> Directory:
    """The example tenant of a product."""
    return Directory(tenant=load(Path(__file__).parents[2] / "examples" / f"{name}.toml"), base=BASE)


def first(tenant: Tenant, table: str) -> str:
    """The id of an object."""
    return str(next(iter(getattr(tenant, table))))


def complete(name: str, tenant: Tenant) -> dict[str, Any]:
    """What a client of this product's tenant has to send."""
    work: dict[str, Any] = {"emails": [{"value": "mira@example.com", "type": "work"}]}
    named: dict[str, Any] = {"name": {"formatted": "Mira Sen"}}
    match name:
        case "puzzel":
            own = {"userGroup": first(tenant, "user_groups")}
            return resource("mira", preferredLanguage="en", own=own, **work)
        case "smartertrack":
            own = {"authenticationMethod": "external"}
            return resource("mira", displayName="Mira", own=own, **work)
        case "smartflo":
            phones = [{"value": "tel:+919812345670", "type": "work"}]
            return resource(
                "mira", active=True, password=PASSWORD, phoneNumbers=phones, roles=[{"value": "agent"}], **named, **work
            )
        case "smartq":
            return resource("mira", roles=[{"value": "api-user"}], **named)
        case _:
            agent = next(user for user in tenant.users.values() if user.supervisor is not None)
            manager = {"manager": {"value": agent.supervisor}}
            return resource("mira", password=PASSWORD, roles=[{"value": "agent"}], enterprise=manager, **named, **work)


FORBIDDEN: dict[str, tuple[dict[str, Any], str, Code]] = {
    "puzzel": ({"nickName": "M."}, "nickName", Code.FIELD_NOT_ALLOWED),
    "smartertrack": ({"password": PASSWORD}, "password", Code.FIELD_NOT_ALLOWED),
    "smartflo": ({AGENT: {"gender": "x"}}, f"{AGENT}:gender", Code.FIELD_NOT_ALLOWED),
    "smartq": ({AGENT: {"windowsLogin": "mira"}}, f"{AGENT}:windowsLogin", Code.FIELD_NOT_ALLOWED),
    "supervisor-workplace": ({AGENT: {"manageAccounts": True}}, f"{AGENT}:manageAccounts", Code.FIELD_NOT_ALLOWED),
}
"""What each of them doesn't let such a user have."""


@pytest.mark.parametrize("name", PRODUCTS)
def test_a_user_of_each_product_is_created(name: str) -> None:
    """PV-4 to PV-8, PV-12: what the blueprint asks for can be said in SCIM, and comes back as it was sent."""
    of = of_product(name)
    document = complete(name, of.tenant)
    outcome = create_user_from(of, document, by=None, id="u-mira-new")
    after = Directory(tenant=outcome.change.apply(of.tenant), base=BASE)
    shown = user_resource(after, outcome.id)

    assert check_resource(provider_of(after), shown).user_name == "mira"
    for key in document.keys() - {"schemas", "password", ENTERPRISE, AGENT, "emails", "phoneNumbers", "roles"}:
        assert document[key] == shown[key]
    for urn in (ENTERPRISE, AGENT):
        for key, value in document.get(urn, {}).items():
            assert (value.items() <= shown[urn][key].items()) if isinstance(value, dict) else value == shown[urn][key]


@pytest.mark.parametrize("name", PRODUCTS)
def test_what_a_blueprint_forbids_is_an_invalid_value(name: str) -> None:
    """PV-1, PV-12: a field that the blueprint forbids is refused as `invalidValue`, with its path and our code."""
    of = of_product(name)
    extra, path, code = FORBIDDEN[name]
    document = complete(name, of.tenant)
    for key, value in extra.items():
        document[key] = {**document.get(key, {}), **value} if isinstance(value, dict) else value
    with pytest.raises(AgentprovError) as caught:
        create_user_from(of, document, by=None, id="u-mira-new")
    error = error_document(caught.value)

    assert ("400", "invalidValue") == (error["status"], error["scimType"])
    assert error["detail"].startswith(f"{path}: ")
    assert f"({code.value})" in error["detail"]


@pytest.mark.parametrize("name", PRODUCTS)
def test_what_a_blueprint_requires_is_told_whole(name: str) -> None:
    """PV-2, PV-12: a user with a login alone is refused with everything that the blueprint misses."""
    of = of_product(name)
    lone = set(complete(name, of.tenant)) - {"schemas", "userName", "active", ENTERPRISE, AGENT}
    with pytest.raises(AgentprovError) as caught:
        create_user_from(of, resource("mira"), by=None, id="u-mira-new")
    roots = {str(each.path[0]).partition("[")[0].partition(".")[0] for each in caught.value.problems}

    assert lone <= roots


@pytest.mark.parametrize("name", PRODUCTS)
def test_everybody_of_a_product_comes_through(name: str) -> None:
    """PV-12: every user of a product's tenant is taken by others' models; sent back as they are, nothing changes."""
    of = of_product(name)
    provider = provider_of(of)
    for user in of.tenant.users.values():
        if of.is_there(user):
            shown = user_resource(of, user.id)

            assert user.login == check_resource(provider, shown).user_name
            assert () == replace_user(of, user.id, shown, by=None, live=NOBODY_LOGGED_ON).change.edits


def test_what_follows_from_others_is_read_only() -> None:
    """PV-4, PV-12: the type of a user of SmartQ follows from the role: it is listed as read-only, and passed over."""
    of = of_product("smartq")
    attribute = of.users.schema.attribute("userType")
    document = {**complete("smartq", of.tenant), "userType": "person"}
    outcome = create_user_from(of, document, by=None, id="u-mira-new")
    made = outcome.change.apply(of.tenant).users

    assert attribute is not None
    assert Mutability.READ_ONLY is attribute.mutability
    assert [API] == [user.type for user in made.values() if user.login == "mira"]


def test_users_of_the_workplace_are_blocked_not_deleted() -> None:
    """PV-8, PV-12: through SCIM, those who are blocked in the workplace aren't there."""
    of = of_product("supervisor-workplace")
    blocked = [user for user in of.tenant.users.values() if user.status is Status.BLOCKED]

    assert [] == [user.id for user in blocked if of.is_there(user)]
    assert {USER} == {of.users.schema.id}
