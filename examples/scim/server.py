"""A SCIM service for one tenant, as a WSGI application over the library's repositories; it needs the package alone.

    AGENTPROV_SCIM_TOKEN=... python examples/scim/server.py TENANT.toml --port 8080

Let an identity provider talk to ``http://HOST:8080`` with the token as its bearer token. Put it behind TLS, as WSGI
servers and proxies do. Everything is in memory here; replace the repositories by your own.
"""

from __future__ import annotations

import argparse
import hashlib
import hmac
import json
import os
import sys
import uuid
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from threading import Lock
from typing import Any, Final
from urllib.parse import parse_qsl, unquote
from wsgiref.simple_server import WSGIRequestHandler, make_server

import attrs

from agentprov import AgentprovError, Code, Conflict, InvalidValue, Live, MalformedDocument, NotFound, Tenant, load
from agentprov.codec.json_text import parse
from agentprov.codec.limits import Limits
from agentprov.credentials.passwords import RFC_9106_SECOND, HashingParameters, hash_password
from agentprov.interop.scim_attributes import Resource, ResourceType
from agentprov.interop.scim_directory import Directory
from agentprov.interop.scim_documents import (
    error_document,
    resource_type_document,
    schema_documents,
    service_provider_config,
)
from agentprov.interop.scim_groups import (
    create_group_from,
    delete_group_from,
    group_resource,
    patch_group,
    replace_group,
)
from agentprov.interop.scim_queries import LIST_RESPONSE, read_query, search, shown_of
from agentprov.interop.scim_requests import (
    Outcome,
    create_user_from,
    delete_user_from,
    patch_user,
    replace_user,
)
from agentprov.interop.scim_users import user_resource
from agentprov.memory import MemoryCredentials, MemoryTenants
from agentprov.model.changes import Change, EventKind
from agentprov.model.ids import TenantId, UserId
from agentprov.model.stored_passwords import StoredPassword
from agentprov.repositories import CredentialRepository, TenantRepository

LIMITS: Final = Limits(size_bytes=1_000_000, depth=16, items=50_000)
"""What is read of a request."""
TRIES: Final = 5
"""How often a request is made anew because somebody else committed meanwhile."""
_READ_ONLY: Final = {"ServiceProviderConfig", "ResourceTypes", "Schemas"}


@attrs.frozen(kw_only=True)
class Client:
    """Who sends requests: the name under which their external ids are kept, and the user they act as.

    Nobody means that they act as the host does: then no permission is asked for.
    """

    name: str
    acts_as: UserId | None


@attrs.frozen(kw_only=True)
class Answer:
    """What goes back over HTTP."""

    status: int
    document: Resource | None = None
    headers: Mapping[str, str] = attrs.field(factory=dict)


class HttpRefusal(Exception):
    """A request that is refused before it is read any further."""

    def __init__(self, status: int, detail: str, **headers: str) -> None:
        self.status, self.detail, self.headers = status, detail, headers
        super().__init__(status)


@attrs.frozen(kw_only=True)
class Request:
    """One request: who sends it, what is asked, and with which precondition."""

    client: Client
    method: str
    path: tuple[str, ...]
    parameters: Mapping[str, str]
    read_body: Callable[[], object]
    if_match: str | None
    if_none_match: str | None


def one_token(token: str, client: Client) -> Callable[[str], Client | None]:
    """A check that knows one token. It takes as long for any other, of whatever length."""
    wanted = hashlib.sha256(token.encode()).digest()

    def check(given: str) -> Client | None:
        same = hmac.compare_digest(hashlib.sha256(given.encode("utf-8", "surrogateescape")).digest(), wanted)
        return client if same else None

    return check


class ExternalIds:
    """What each client calls the resources."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._ids: dict[str, dict[str, str]] = {}

    def of(self, client: str) -> Mapping[str, str]:
        """The names that a client gave, by the ids of the resources."""
        with self._lock:
            return dict(self._ids.get(client, {}))

    def put(self, client: str, id_: str, name: str | None) -> None:
        """Keep a name, or forget it."""
        with self._lock:
            names = self._ids.setdefault(client, {})
            if name is None:
                names.pop(id_, None)
            else:
                names[id_] = name

    def forget(self, id_: str) -> None:
        """Forget a resource that is gone, whatever anybody calls it."""
        with self._lock:
            for names in self._ids.values():
                names.pop(id_, None)


def _nobody_is_logged_on() -> Live:
    return Live(queues={})


def _now() -> datetime:
    return datetime.now(UTC)


@attrs.frozen(kw_only=True)
class Service:
    """Answers SCIM requests about one tenant. ``base`` is its public URL, without a slash at the end.

    ``client_of`` says whose a bearer token is, if it is anybody's; compare in constant time. ``live`` is what the host
    knows at this instant; without the queues that agents are logged on to nobody is moved or deleted.
    """

    tenants: TenantRepository
    tenant: TenantId
    base: str
    client_of: Callable[[str], Client | None]
    credentials: CredentialRepository = attrs.field(factory=MemoryCredentials)
    external_ids: ExternalIds = attrs.field(factory=ExternalIds)
    live: Callable[[], Live] = _nobody_is_logged_on
    clock: Callable[[], datetime] = _now
    hashing: HashingParameters = RFC_9106_SECOND
    new_id: Callable[[str], str] = lambda prefix: f"{prefix}-{uuid.uuid4().hex}"

    def __call__(self, environ: Mapping[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """The WSGI application."""
        answer = self._answered(environ)
        body = b"" if answer.document is None else json.dumps(answer.document).encode()
        headers = [("Content-Length", str(len(body))), *answer.headers.items()]
        if answer.document is not None:
            headers.append(("Content-Type", "application/scim+json; charset=utf-8"))
        start_response(f"{answer.status} {_REASONS[answer.status]}", headers)
        return [body]

    def _answered(self, environ: Mapping[str, Any]) -> Answer:
        try:
            return self._routed(self._request(environ))
        except HttpRefusal as refusal:
            said: Resource = {"schemas": [_ERROR], "status": str(refusal.status), "detail": refusal.detail}
            return Answer(status=refusal.status, document=said, headers=refusal.headers)
        except MalformedDocument as error:
            return Answer(status=400, document={**error_document(error), "scimType": "invalidSyntax"})
        except AgentprovError as error:
            document = error_document(error)
            return Answer(status=int(document["status"]), document=document)

    def _request(self, environ: Mapping[str, Any]) -> Request:
        scheme, _, token = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
        client = self.client_of(token.strip()) if scheme.casefold() == "bearer" else None
        if client is None:
            raise HttpRefusal(401, "a bearer token is needed", **{"WWW-Authenticate": "Bearer"})
        method = environ["REQUEST_METHOD"]
        path = environ.get("PATH_INFO", "").encode("latin-1").decode("utf-8", "replace")
        raw = environ.get("RAW_URI") or environ.get("REQUEST_URI")
        return Request(
            client=client,
            method=method,
            # An id may hold a slash, so the path is split before it is decoded, where the server keeps it.
            path=_parts(_below(raw, environ.get("SCRIPT_NAME", "")) if raw else path, encoded=bool(raw)),
            parameters=dict(parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True, max_num_fields=50)),
            read_body=lambda: _body(environ),
            if_match=environ.get("HTTP_IF_MATCH"),
            if_none_match=environ.get("HTTP_IF_NONE_MATCH"),
        )

    def _directory(self, client: Client) -> Directory:
        tenant = self.tenants.load(self.tenant)
        return Directory(tenant=tenant, base=self.base, external_ids=self.external_ids.of(client.name))

    # ---- where a request goes ----------------------------------------------------------------------------------------

    def _routed(self, request: Request) -> Answer:
        match request.path:
            case (name, *rest) if name in _READ_ONLY:
                return self._discovery(request, name, "/".join(rest))
            case ("Bulk" | "Me", *_):
                raise HttpRefusal(501, "not supported; see /ServiceProviderConfig")
            case (".search",):
                return self._searched(request, self._directory(request.client).types)
            case (("Users" | "Groups") as name, ".search"):
                return self._searched(request, [self._type(self._directory(request.client), name)])
            case (("Users" | "Groups") as name,):
                return self._collection(request, name)
            case (("Users" | "Groups") as name, *rest):
                return self._resource(request, name, "/".join(rest))
            case _:
                raise HttpRefusal(404, "there is nothing at this path")

    def _type(self, directory: Directory, name: str) -> ResourceType:
        return directory.users if name == "Users" else directory.groups

    def _discovery(self, request: Request, name: str, id_: str) -> Answer:
        if request.method != "GET":
            raise HttpRefusal(405, "only GET is supported here", Allow="GET")
        if "filter" in request.parameters:
            raise HttpRefusal(403, "these can't be filtered")
        directory = self._directory(request.client)
        if name == "ServiceProviderConfig" and not id_:
            return Answer(status=200, document=service_provider_config(self.base))
        documents = (
            schema_documents(directory.types, self.base)
            if name == "Schemas"
            else [resource_type_document(of, self.base) for of in directory.types]
        )
        if not id_ and name != "ServiceProviderConfig":
            return Answer(status=200, document=_list(documents))
        found = [each for each in documents if each["id"] == id_]
        if not found:
            raise HttpRefusal(404, "there is nothing at this path")
        return Answer(status=200, document=found[0])

    def _searched(self, request: Request, types: Iterable[ResourceType]) -> Answer:
        if request.method != "POST":
            raise HttpRefusal(405, "only POST is supported here", Allow="POST")
        body = request.read_body()
        if not isinstance(body, dict):
            raise InvalidValue.of(Code.SCIM_SYNTAX, expected="a search request")
        directory = self._directory(request.client)
        types = [self._type(directory, of.endpoint[1:]) for of in types]
        return Answer(status=200, document=search(directory, types, read_query(body), by=request.client.acts_as))

    def _collection(self, request: Request, name: str) -> Answer:
        directory = self._directory(request.client)
        of = self._type(directory, name)
        by = request.client.acts_as
        match request.method:
            case "GET":
                return Answer(status=200, document=search(directory, [of], read_query(request.parameters), by=by))
            case "POST":
                body = request.read_body()
                made = self._committed(request, lambda now: self._create(now, name, request, body))
                return self._shown(request, name, made.id, status=201, told=made)
            case _:
                raise HttpRefusal(405, "GET and POST are supported here", Allow="GET, POST")

    def _create(self, directory: Directory, name: str, request: Request, body: object) -> Outcome:
        by, at = request.client.acts_as, self.clock()
        if name == "Users":
            return create_user_from(directory, body, by=by, at=at, id=self.new_id("u"))
        return create_group_from(directory, body, by=by, id=self.new_id("g"), live=self.live())

    def _resource(self, request: Request, name: str, id_: str) -> Answer:
        match request.method:
            case "GET":
                return self._shown(request, name, id_, status=200)
            case "PUT" | "PATCH":
                body = request.read_body()
                done = self._committed(request, lambda now: self._revise(now, name, id_, request, body), name, id_)
                return self._shown(request, name, id_, status=200, told=done)
            case "DELETE":
                self._committed(request, lambda now: self._delete(now, name, id_, request), name, id_)
                self.external_ids.forget(id_)
                if name == "Users":
                    self.credentials.remove_password(self.tenant, UserId(id_))
                return Answer(status=204)
            case _:
                raise HttpRefusal(405, "GET, PUT, PATCH and DELETE are supported here", Allow="GET, PUT, PATCH, DELETE")

    def _revise(self, directory: Directory, name: str, id_: str, request: Request, body: object) -> Outcome:
        by, at, live, whole = request.client.acts_as, self.clock(), self.live(), request.method == "PUT"
        if name == "Users":
            revise = replace_user if whole else patch_user
            return revise(directory, id_, body, by=by, live=live, at=at)
        revise_group = replace_group if whole else patch_group
        return revise_group(directory, id_, body, by=by, live=live)

    def _delete(self, directory: Directory, name: str, id_: str, request: Request) -> Outcome:
        by, live = request.client.acts_as, self.live()
        if name == "Users":
            return Outcome(id=id_, change=delete_user_from(directory, id_, by=by, at=self.clock(), live=live))
        return Outcome(id=id_, change=delete_group_from(directory, id_, by=by, live=live))

    # ---- what is done ------------------------------------------------------------------------------------------------

    def _committed(
        self, request: Request, make: Callable[[Directory], Outcome], name: str = "", id_: str | None = None
    ) -> Outcome:
        """What a request comes to, committed. It is made anew where somebody else was first."""
        for tries_left in reversed(range(TRIES)):
            directory = self._directory(request.client)
            if id_ is not None and request.if_match is not None:
                _check_version(self._read(directory, name, id_, request), request.if_match)
            outcome = make(directory)
            try:
                if outcome.change.edits:
                    self.tenants.commit(outcome.change, at=self.clock())
            except Conflict:
                if not tries_left:
                    raise
                continue
            self._keep_beside(request.client, outcome)
            return outcome
        raise AssertionError

    def _keep_beside(self, client: Client, outcome: Outcome) -> None:
        """Keep what is no part of the tenant: the client's own name for the resource, a password's hash."""
        self.external_ids.put(client.name, outcome.id, outcome.external_id)
        password = outcome.change.secrets.get("password")
        if password is not None:
            user = UserId(outcome.id)
            kept = StoredPassword(
                hash=hash_password(password, self.hashing).reveal(),
                one_time=_is_one_time(outcome.change),
                at=self.clock(),
            )
            before = self.credentials.password(self.tenant, user)
            self.credentials.put_password(self.tenant, user, kept, expected=before)

    def _read(self, directory: Directory, name: str, id_: str, request: Request) -> Resource:
        by = request.client.acts_as
        return user_resource(directory, id_, by=by) if name == "Users" else group_resource(directory, id_, by=by)

    def _shown(self, request: Request, name: str, id_: str, *, status: int, told: Outcome | None = None) -> Answer:
        directory = self._directory(request.client)
        try:
            resource, of = self._read(directory, name, id_, request), self._type(directory, name)
        except NotFound:
            if told is None:
                raise
            return Answer(status=204)  # done, and from now on out of the client's sight
        version, location = resource["meta"]["version"], resource["meta"]["location"]
        headers = {"ETag": version, "Location": location} if status == 201 else {"ETag": version}
        unmapped = [] if told is None else [each for each in told.change.warnings if each.code is Code.SCIM_UNMAPPED]
        if unmapped:
            # What was left out, by its paths, for whoever maps attributes to see.
            said = ", ".join(json.dumps(str(each.parameters["value"])) for each in unmapped)
            headers["Agentprov-Unmapped"] = said[:2_000]
        if request.method == "GET" and version in _versions(request.if_none_match):
            return Answer(status=304, headers=headers)
        query = read_query(request.parameters)
        document = shown_of(resource, of, attributes=query.attributes, excluded=query.excluded)
        return Answer(status=status, document=document, headers=headers)


# ---- HTTP -----------------------------------------------------------------------------------------------------------

_ERROR: Final = "urn:ietf:params:scim:api:messages:2.0:Error"
_REASONS: Final = {
    200: "OK",
    201: "Created",
    204: "No Content",
    304: "Not Modified",
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    409: "Conflict",
    412: "Precondition Failed",
    413: "Content Too Large",
    415: "Unsupported Media Type",
    501: "Not Implemented",
}


def _below(raw: str, mounted: str) -> str:
    """The path of a URL as it was sent, below where the application is mounted."""
    return raw.partition("?")[0].removeprefix(mounted)


def _parts(path: str, *, encoded: bool) -> tuple[str, ...]:
    parts = [part for part in path.split("/") if part]
    return tuple(unquote(part) for part in parts) if encoded else tuple(parts)


def _body(environ: Mapping[str, Any]) -> object:
    media = environ.get("CONTENT_TYPE", "").partition(";")[0].strip().casefold()
    if media not in {"application/scim+json", "application/json", ""}:
        raise HttpRefusal(415, "send application/scim+json")
    length = str(environ.get("CONTENT_LENGTH") or "0")
    if not (length.isascii() and length.isdigit()):
        raise HttpRefusal(400, "the length of the body isn't a number")
    if len(length) > 8 or int(length) > LIMITS.size_bytes:
        raise HttpRefusal(413, f"at most {LIMITS.size_bytes} bytes are read")
    raw = environ["wsgi.input"].read(int(length))
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise HttpRefusal(400, "the body isn't UTF-8") from None
    parsed = parse(text, LIMITS)
    if parsed.problems:
        raise MalformedDocument(parsed.problems)
    return parsed.document


def _list(documents: list[Resource]) -> Resource:
    count = len(documents)
    page = {"totalResults": count, "startIndex": 1, "itemsPerPage": count}
    return {"schemas": [LIST_RESPONSE], **page, "Resources": documents}


def _versions(header: str | None) -> set[str]:
    """The versions of an If-Match or If-None-Match header, without the mark of weak ones."""
    return {each.strip() for each in (header or "").split(",")}


def _check_version(resource: Resource, if_match: str) -> None:
    wanted, version = _versions(if_match), resource["meta"]["version"]
    if "*" not in wanted and version not in wanted and version.removeprefix("W/") not in wanted:
        raise Conflict.of(Code.SCIM_VERSION_CHANGED, value=if_match[:80])


def _is_one_time(change: Change) -> bool:
    set_ = [event for event in change.events if event.kind is EventKind.PASSWORD_SET]
    return any(event.facts["one_time"] == "yes" for event in set_)


def service_of(tenant: Tenant, *, base: str, client_of: Callable[[str], Client | None], **given: Any) -> Service:
    """A service for a tenant that is kept in memory."""
    tenants = MemoryTenants()
    tenants.create(tenant, at=datetime.now(UTC))
    return Service(tenants=tenants, tenant=tenant.id, base=base, client_of=client_of, **given)


class Handler(WSGIRequestHandler):
    """Tells the application the path as it was sent, and says nothing: paths hold ids."""

    def get_environ(self) -> dict[str, Any]:
        """The request, with the path before it is decoded."""
        return {**super().get_environ(), "RAW_URI": self.path}

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  http.server's name
        """Say nothing."""


def main(arguments: list[str]) -> None:
    """Serve until killed."""
    parser = argparse.ArgumentParser(description="Let an identity provider provision a tenant's users by SCIM.")
    parser.add_argument("tenant", help="the tenant's file")
    parser.add_argument("--base", help="where clients reach this server; default: where it listens")
    parser.add_argument("--acts-as", help="the id of the user whose permissions hold; default: the host's, all")
    parser.add_argument("--port", type=int, default=8080)
    given = parser.parse_args(arguments)
    token = os.environ.get("AGENTPROV_SCIM_TOKEN", "")
    if len(token) < 32:
        parser.error("the variable AGENTPROV_SCIM_TOKEN needs at least 32 characters")
    try:
        tenant = load(given.tenant)
    except (OSError, AgentprovError) as error:
        parser.error(f"the tenant can't be read: {error}")
    client = Client(name="scim", acts_as=None if given.acts_as is None else UserId(given.acts_as))
    base = (given.base or f"http://127.0.0.1:{given.port}").rstrip("/")
    service = service_of(tenant, base=base, client_of=one_token(token, client))
    with make_server("127.0.0.1", given.port, service, handler_class=Handler) as server:
        print(f"serving {tenant.id} at {base}", file=sys.stderr)
        server.serve_forever()


if __name__ == "__main__":
    main(sys.argv[1:])
