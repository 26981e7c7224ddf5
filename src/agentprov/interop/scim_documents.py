"""What SCIM says about itself and about errors: the discovery documents and the error message (RFC 7643, 5 to 7)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from agentprov.errors import AgentprovError, Code, Conflict, NotFound, Problem, Refused
from agentprov.interop.scim_attributes import Attribute, DataType, Mutability, Resource, ResourceType, Returned, Schema
from agentprov.interop.scim_queries import MOST_RESULTS

ERROR: Final = "urn:ietf:params:scim:api:messages:2.0:Error"
SCHEMA: Final = "urn:ietf:params:scim:schemas:core:2.0:Schema"
RESOURCE_TYPE: Final = "urn:ietf:params:scim:schemas:core:2.0:ResourceType"
SERVICE_PROVIDER_CONFIG: Final = "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"


def service_provider_config(base: str = "", *, documentation: str | None = None) -> Resource:
    """What a service that follows :mod:`agentprov.interop.scim_requests` can do."""
    out: Resource = {
        "schemas": [SERVICE_PROVIDER_CONFIG],
        "patch": {"supported": True},
        "bulk": {"supported": False, "maxOperations": 0, "maxPayloadSize": 0},
        "filter": {"supported": True, "maxResults": MOST_RESULTS},
        "changePassword": {"supported": True},
        "sort": {"supported": True},
        "etag": {"supported": True},
        "authenticationSchemes": [
            {
                "type": "oauthbearertoken",
                "name": "Bearer token",
                "description": "A token in the Authorization header (RFC 6750)",
                "specUri": "https://www.rfc-editor.org/info/rfc6750",
                "primary": True,
            }
        ],
        "meta": {"resourceType": "ServiceProviderConfig", "location": f"{base}/ServiceProviderConfig"},
    }
    return out if documentation is None else {**out, "documentationUri": documentation}


def resource_type_document(of: ResourceType, base: str = "") -> Resource:
    """A resource type as a document."""
    return {
        "schemas": [RESOURCE_TYPE],
        "id": of.name,
        "name": of.name,
        "endpoint": of.endpoint,
        "description": of.description,
        "schema": of.schema.id,
        "schemaExtensions": [
            {"schema": each.id, "required": any(inside.required for inside in each.attributes)}
            for each in of.extensions
        ],
        "meta": {"resourceType": "ResourceType", "location": f"{base}/ResourceTypes/{of.name}"},
    }


def schema_documents(types: Iterable[ResourceType], base: str = "") -> list[Resource]:
    """Every schema of these types as a document, and the three of the discovery documents themselves."""
    schemas = {schema.id: schema for of in types for schema in of.schemas}
    return [_schema_document(schema, base) for schema in (*schemas.values(), *_OF_DISCOVERY)]


def _schema_document(schema: Schema, base: str) -> Resource:
    return {
        "schemas": [SCHEMA],
        "id": schema.id,
        "name": schema.name,
        "description": schema.description,
        "attributes": [_attribute(attribute) for attribute in schema.attributes],
        "meta": {"resourceType": "Schema", "location": f"{base}/Schemas/{schema.id}"},
    }


def _attribute(attribute: Attribute) -> dict[str, Any]:
    out: dict[str, Any] = {
        "name": attribute.name,
        "type": attribute.type.value,
        "multiValued": attribute.multi,
        "description": attribute.description or attribute.name,
        "required": attribute.required,
        "mutability": attribute.mutability.value,
        "returned": attribute.returned.value,
    }
    if attribute.type in {DataType.STRING, DataType.REFERENCE}:
        out["caseExact"] = attribute.case_exact
    if attribute.type is not DataType.COMPLEX and attribute.type is not DataType.BOOLEAN:
        out["uniqueness"] = attribute.uniqueness.value
    if attribute.values:
        out["canonicalValues"] = list(attribute.values)
    if attribute.references:
        out["referenceTypes"] = list(attribute.references)
    if attribute.parts:
        out["subAttributes"] = [_attribute(part) for part in attribute.parts]
    return out


# ---- the schemas of the discovery documents --------------------------------------------------------------------------


def _fixed(name: str, type_: DataType = DataType.STRING, *parts: Attribute, **facts: Any) -> Attribute:  # noqa: ANN401
    return Attribute(name=name, type=type_, parts=parts, mutability=Mutability.READ_ONLY, **facts)


_FLAG, _NUMBER, _COMPLEX, _URI = DataType.BOOLEAN, DataType.INTEGER, DataType.COMPLEX, DataType.REFERENCE
_SUPPORTED: Final = _fixed("supported", _FLAG, required=True)


def _attributes_of_attributes(*, depth: int) -> list[Attribute]:
    out = [
        _fixed("name", required=True, case_exact=True),
        _fixed("type", required=True, values=[each.value for each in DataType]),
        _fixed("multiValued", _FLAG, required=True),
        _fixed("description", case_exact=True),
        _fixed("required", _FLAG),
        _fixed("canonicalValues", multi=True, case_exact=True),
        _fixed("caseExact", _FLAG),
        _fixed("mutability", case_exact=True, values=[each.value for each in Mutability]),
        _fixed("returned", case_exact=True, values=[each.value for each in Returned]),
        _fixed("uniqueness", case_exact=True, values=["none", "server", "global"]),
        _fixed("referenceTypes", multi=True, case_exact=True),
    ]
    if depth:
        out.append(_fixed("subAttributes", _COMPLEX, *_attributes_of_attributes(depth=depth - 1), multi=True))
    return out


_OF_DISCOVERY: Final = (
    Schema(
        id=SERVICE_PROVIDER_CONFIG,
        name="ServiceProviderConfig",
        description="What the service can do",
        attributes=[
            _fixed("documentationUri", _URI, references=["external"], case_exact=True),
            _fixed("patch", _COMPLEX, _SUPPORTED, required=True),
            _fixed(
                "bulk",
                _COMPLEX,
                _SUPPORTED,
                _fixed("maxOperations", _NUMBER, required=True),
                _fixed("maxPayloadSize", _NUMBER, required=True),
                required=True,
            ),
            _fixed("filter", _COMPLEX, _SUPPORTED, _fixed("maxResults", _NUMBER, required=True), required=True),
            _fixed("changePassword", _COMPLEX, _SUPPORTED, required=True),
            _fixed("sort", _COMPLEX, _SUPPORTED, required=True),
            _fixed("etag", _COMPLEX, _SUPPORTED, required=True),
            _fixed(
                "authenticationSchemes",
                _COMPLEX,
                _fixed("type", required=True, values=["oauthbearertoken"]),
                _fixed("name", required=True),
                _fixed("description", required=True),
                _fixed("specUri", _URI, references=["external"], case_exact=True),
                _fixed("documentationUri", _URI, references=["external"], case_exact=True),
                _fixed("primary", _FLAG),
                multi=True,
                required=True,
            ),
        ],
    ),
    Schema(
        id=RESOURCE_TYPE,
        name="ResourceType",
        description="A type of resources",
        attributes=[
            _fixed("name", required=True),
            _fixed("description"),
            _fixed("endpoint", _URI, references=["uri"], required=True, case_exact=True),
            _fixed("schema", _URI, references=["uri"], required=True, case_exact=True),
            _fixed(
                "schemaExtensions",
                _COMPLEX,
                _fixed("schema", _URI, references=["uri"], required=True, case_exact=True),
                _fixed("required", _FLAG, required=True),
                multi=True,
            ),
        ],
    ),
    Schema(
        id=SCHEMA,
        name="Schema",
        description="A schema: the attributes of resources",
        attributes=[
            _fixed("name", required=True),
            _fixed("description"),
            _fixed("attributes", _COMPLEX, *_attributes_of_attributes(depth=1), multi=True, required=True),
        ],
    ),
)


# ---- errors ----------------------------------------------------------------------------------------------------------

_TYPES: Final[dict[str, frozenset[Code]]] = {
    "invalidSyntax": frozenset({Code.SCIM_SYNTAX}),
    "invalidFilter": frozenset({Code.SCIM_FILTER_INVALID, Code.SCIM_FILTER_TOO_LARGE}),
    "invalidPath": frozenset({Code.SCIM_PATH_INVALID}),
    "noTarget": frozenset({Code.SCIM_NO_TARGET}),
    "mutability": frozenset({Code.SCIM_READ_ONLY, Code.LOGIN_IMMUTABLE, Code.FIELD_IMMUTABLE}),
    "uniqueness": frozenset(
        {
            Code.LOGIN_TAKEN,
            Code.NUMERIC_ID_TAKEN,
            Code.EXTENSION_TAKEN,
            Code.EMAIL_TAKEN,
            Code.MOBILE_TAKEN,
            Code.FIELD_TAKEN,
            Code.ID_TAKEN,
            Code.SCIM_USER_NAME_COLLIDES,
        }
    ),
}
_NOT_ALLOWED: Final = frozenset(
    {
        Code.PERMISSION_NOT_GRANTED,
        Code.PERMISSION_DENIED,
        Code.USER_NOT_ACTIVE,
        Code.USER_UNKNOWN,
        Code.USER_UNBLOCK_NEEDS_ADMIN,
        Code.ROLE_EXCEEDS_ACTOR,
        Code.REVOKE_EXCEEDS_ACTOR,
        Code.VISIBILITY_EXCEEDS_ACTOR,
    }
)
"""Refusals that somebody else's request wouldn't meet."""

LONGEST_DETAIL: Final = 4_000


def scim_type(problems: Iterable[Problem]) -> str:
    """The keyword for what is wrong: that of the first problem which has one of its own, else ``invalidValue``."""
    codes = [problem.code for problem in problems]
    named = (name for code in codes for name, members in _TYPES.items() if code in members)
    return next(named, "invalidValue")


def error_document(error: AgentprovError) -> Resource:
    """An error of the library as SCIM's error message; ``status`` is the HTTP status, as text.

    All problems are in ``detail``, with their codes. What the host's state objects to is 409, what the actor isn't
    allowed 403.
    """
    problems = error.problems
    kind: str | None = scim_type(problems)
    match error:
        case NotFound():
            status, kind = 404, None
        case Refused() if any(problem.code in _NOT_ALLOWED for problem in problems):
            status, kind = 403, None
        case Refused() | Conflict():
            status, kind = 409, kind if kind == "uniqueness" else None
        case _:
            status = 409 if kind == "uniqueness" else 400
    if any(problem.code is Code.SCIM_VERSION_CHANGED for problem in problems):
        status, kind = 412, None
    detail = "; ".join(map(_sentence, problems))
    out: Resource = {"schemas": [ERROR], "status": str(status), "detail": detail[:LONGEST_DETAIL]}
    return out if kind is None else {**out, "scimType": kind}


def _sentence(problem: Problem) -> str:
    where = ".".join(str(part) for part in problem.path)
    said = f"{problem.message} ({problem.code.value})"
    return f"{where}: {said}" if where else said
