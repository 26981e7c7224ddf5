"""A tenant whose form has nearly every field, and a SCIM service for it, asked in process."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import count
from typing import Any
from urllib.parse import quote

import attrs

from agentprov.credentials.passwords import HashingParameters
from agentprov.interop.scim_attributes import AGENT, ENTERPRISE, USER, Resource
from agentprov.interop.scim_directory import Directory
from agentprov.interop.scim_patch import PATCH_OP
from agentprov.model.access import Catalogue
from agentprov.model.blueprint import Ask, Blueprint, FieldRule
from agentprov.model.ids import UserId
from agentprov.model.live import Live
from agentprov.model.table import Table
from agentprov.model.tenant import Tenant
from agentprov.model.users import User
from agentprov.provisioning.fields import FIELDS
from examples.scim.server import Client, Service, one_token, service_of
from tests.tenants import by_id, small

BASE = "https://scim.example.com"
TOKEN = "a-token-of-more-than-thirty-two-characters"
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
NOBODY_LOGGED_ON = Live(queues={})
CHEAP = HashingParameters(memory_kib=16, time_cost=1, parallelism=1)
CATALOGUE = Catalogue(
    sections=Table(
        {"user": ("view", "add", "edit", "delete"), "user_group": ("view", "add", "edit"), "access": ("grant",)}
    )
)


def blueprint(*without: str, required: tuple[str, ...] = ("login",), **facts: Any) -> Blueprint:
    """A blueprint whose form has every field but these."""
    rules = [
        FieldRule(field=name, ask=Ask.REQUIRED if name in required else Ask.OPTIONAL)
        for name in FIELDS
        if name not in without
    ]
    return Blueprint(name="everything", catalogue=CATALOGUE, rules=rules, **facts)


def tenant(**parts: Any) -> Tenant:
    """A small tenant with that blueprint."""
    return small(**{"blueprint": blueprint(), **parts})


def alone(*users: User, **parts: Any) -> Tenant:
    """The tenant with these users and nothing that refers to others."""
    nothing: dict[str, Any] = {"departments": {}, "profiles": {}, "ivrs": {}, "numbers": {}}
    return tenant(**{**nothing, "users": by_id(users), **parts})


def directory(of: Tenant | None = None, **external_ids: str) -> Directory:
    """The tenant as SCIM sees it."""
    return Directory(tenant=tenant() if of is None else of, base=BASE, external_ids=external_ids)


def resource(login: str, *, enterprise: Resource | None = None, own: Resource | None = None, **core: Any) -> Resource:
    """A user as a client would send one."""
    out: Resource = {"schemas": [USER], "userName": login, **core}
    for urn, extension in ((ENTERPRISE, enterprise), (AGENT, own)):
        if extension is not None:
            out["schemas"].append(urn)
            out[urn] = extension
    return out


def patch(*operations: Mapping[str, Any]) -> Resource:
    """A PATCH request."""
    return {"schemas": [PATCH_OP], "Operations": [*operations]}


def service(of: Tenant | None = None, *, acts_as: str | None = None, **given: Any) -> Service:
    """A service for a tenant, whose ids are counted."""
    numbers = count(1)
    client = Client(name="idp", acts_as=None if acts_as is None else UserId(acts_as))
    settings: dict[str, Any] = {
        "clock": lambda: NOON,
        "hashing": CHEAP,
        "new_id": lambda prefix: f"{prefix}-{next(numbers)}",
        "live": lambda: NOBODY_LOGGED_ON,
    }
    return service_of(
        tenant() if of is None else of, base=BASE, client_of=one_token(TOKEN, client), **{**settings, **given}
    )


@attrs.frozen(kw_only=True)
class Reply:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: Any

    @property
    def scim_type(self) -> str | None:
        """The keyword of an error."""
        found: str | None = self.body.get("scimType")
        return found


def ask(
    of: Service,
    method: str,
    path: str,
    body: object = None,
    *,
    token: str | None = TOKEN,
    text: bytes | None = None,
    **headers: str,
) -> Reply:
    """One request, through WSGI."""
    content = text if text is not None else b"" if body is None else json.dumps(body).encode()
    at, _, query = path.partition("?")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "PATH_INFO": at.encode().decode("latin-1"),
        "QUERY_STRING": quote(query, safe="=&,%"),
        "CONTENT_TYPE": "application/scim+json",
        "CONTENT_LENGTH": str(len(content)),
        "wsgi.input": io.BytesIO(content),
        **{f"HTTP_{name.upper()}": value for name, value in headers.items()},
    }
    if token is not None:
        environ["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    started: list[tuple[str, list[tuple[str, str]]]] = []

    def start(status: str, headers: list[tuple[str, str]]) -> None:
        started.append((status, headers))

    answer = b"".join(of(environ, start))
    status, sent = started[0]
    return Reply(status=int(status[:3]), headers=dict(sent), body=json.loads(answer) if answer else None)
