"""A user as a SCIM resource, and a resource as the form that it asks for (PV-12).

Both go by the table in :mod:`agentprov.interop.scim_mapping`. Turned into a resource and back a user gives the values
of the form that they were made from.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final
from urllib.parse import quote, unquote

from agentprov.codec.values import decode_value, encode_value
from agentprov.errors import Code, Collector, InvalidValue
from agentprov.interop.scim_attributes import AGENT, ENTERPRISE, Resource
from agentprov.interop.scim_directory import Directory
from agentprov.interop.scim_mapping import (
    CORE,
    PHONES,
    department_ids,
    department_text,
    is_derived,
    own_name,
)
from agentprov.model.destinations import (
    Destination,
)
from agentprov.model.groups import UserGroup
from agentprov.model.ids import UserId
from agentprov.model.tenant import Tenant
from agentprov.model.users import SelectedAddresses, Status, User
from agentprov.provisioning.fields import Field, FieldKind, fields_of
from agentprov.provisioning.plain import destination_text
from agentprov.provisioning.typed_form import TypedForm, typed_form_of

Values = dict[str, Any]
"""Values of a form, by the names of its fields."""


def user_resource(directory: Directory, id: str, *, by: str | None = None) -> Resource:
    """The user as a resource, whole: what is given only when asked for is in it too.

    Raises:
        NotFound: ``user.unknown``, also for a user whom ``by`` may not see.
        Refused: ``scim.user_name_collides``.
    """
    user = directory.user(id, None if by is None else UserId(by))
    directory.check_telling(user)
    return resource_of(directory, user, by=None if by is None else UserId(by))


def resource_of(directory: Directory, user: User, *, by: UserId | None = None) -> Resource:
    """The resource of a user who can be told from the others, as ``by`` may see it."""
    tenant, users = directory.tenant, directory.users
    typed = typed_form_of(user, tenant.blueprint)
    fields = directory.fields
    known = {name for name in fields if name in CORE}
    values: Resource = {
        "id": user.id,
        "userName": user.login,
        "name": {"formatted": typed.name} if "name" in known and typed.name is not None else {},
        **{CORE[name]: typed.value(name) for name in _PLAIN_CORE if name in known},
        "active": typed.status is Status.ACTIVE if "status" in known else None,
        "emails": [_kept(typed.email, "work")] if "email" in known and typed.email is not None else [],
        "phoneNumbers": [*_phones(typed, known)],
        "photos": [_kept(_uri(typed.photo), "photo")] if "photo" in known and typed.photo is not None else [],
        "groups": [*_groups(directory, user)],
        "roles": [{"value": role, "display": tenant.roles[role].name} for role in sorted(typed.roles)]
        if "roles" in known
        else [],
        ENTERPRISE: dict(_enterprise(directory, typed, known, by)),
        AGENT: {
            own_name(name): shown
            for name, field in fields.items()
            if name not in CORE and (shown := _shown(field, typed.value(name))) not in (None, [])
        },
    }
    if "status" in known:
        values[AGENT]["status"] = typed.status.value
    return directory.finished({name: value for name, value in values.items() if value is not None}, users)


_PLAIN_CORE: Final = ("display_name", "alias", "designation", "type", "language")


def _kept(value: str, type_: str) -> Resource:
    return {"value": value, "type": type_, "primary": True}


def _phones(typed: TypedForm, known: Iterable[str]) -> Iterable[Resource]:
    numbers = [(typed.phone, "phone"), (typed.mobile, "mobile")]
    numbers += [(number, "alternate_numbers") for number in typed.alternate_numbers]
    there = [(number, field) for number, field in numbers if number is not None and field in known]
    for position, (number, field) in enumerate(there):
        yield {"value": f"tel:{number}", "type": PHONES[field], "primary": position == 0}


def _groups(directory: Directory, user: User) -> Iterable[Resource]:
    groups, id_, type_ = directory.tenant.user_groups, user.user_group, "direct"
    while id_ is not None:
        group: UserGroup = groups[id_]
        location = directory.location(directory.groups, id_)
        yield {"value": id_, "$ref": location, "display": group.name, "type": type_}
        id_, type_ = group.parent, "indirect"


def _enterprise(
    directory: Directory, typed: TypedForm, known: Iterable[str], by: UserId | None
) -> Iterable[tuple[str, Any]]:
    if "home_department" in known and typed.home_department is not None:
        yield "department", department_text(directory.tenant, typed.home_department)
    if "supervisor" in known and typed.supervisor is not None:
        supervisor = directory.tenant.users[typed.supervisor]
        shown = supervisor.display_name or supervisor.name or supervisor.login
        location = directory.location(directory.users, supervisor.id)
        named = {"displayName": shown} if directory.may_see(by, supervisor) else {}
        yield "manager", {"value": supervisor.id, "$ref": location, **named}


# ---- single values ---------------------------------------------------------------------------------------------------

_PLAIN_URI: Final = re.compile(r"(?:https?://[A-Za-z0-9.-]+(?::[0-9]{1,5})?)?(?:/[A-Za-z0-9._~!$&'()*+,;=:@%/?#-]*)?")
_OPAQUE: Final = "urn:agentprov:photo:"


def _uri(photo: str) -> str:
    """The host's own reference to a picture as a URI: itself if it is one of the web's, else wrapped in one."""
    is_uri = _PLAIN_URI.fullmatch(photo) is not None and (photo.startswith(("/", "http://", "https://")))
    return photo if is_uri else _OPAQUE + quote(photo, safe="")


def _photo(uri: Any) -> Any:  # noqa: ANN401  JSON
    return unquote(uri.removeprefix(_OPAQUE)) if isinstance(uri, str) and uri.startswith(_OPAQUE) else uri


def _shown(field: Field, value: Any) -> Any:  # noqa: ANN401  what a typed form holds, as JSON
    """A field's value in the library's own schema; nothing, or an empty list, for none."""
    if value is None:
        return None
    match field.kind:
        case FieldKind.SKILLS:
            return [{"value": skill, **({} if level is None else {"level": level})} for skill, level in value.items()]
        case FieldKind.DETAILS:
            return [{"name": name, "value": detail} for name, detail in value.items()]
        case FieldKind.AREA_CALLER_IDS:
            return [{"prefix": entry.prefix, "callerId": entry.caller_id} for entry in value]
        case FieldKind.ADDRESSES:
            return [*_addresses(value)]
        case FieldKind.REFERENCE_SET:
            return sorted(value)
        case FieldKind.REFERENCES:
            return list(value)
        case FieldKind.PHONE:
            return f"tel:{value}"
        case FieldKind.DESTINATION:
            return destination_value(value)
        case _:
            return value


def _addresses(selected: SelectedAddresses) -> Iterable[str]:
    yield from sorted(selected.named)
    yield from dict.fromkeys(map(str, selected.networks))


def destination_value(to: Destination) -> str:
    """A destination as a form says it, ``department:d-sales``; what that can't say, as a document's JSON."""
    return destination_text(to) or json.dumps(encode_value(to, Destination), sort_keys=True)


def _destination(text: Any) -> Any:  # noqa: ANN401  JSON
    """What a form takes for a destination: its own text, or the value that a document's JSON says."""
    if not isinstance(text, str) or not text.startswith("{"):
        return text
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        raise InvalidValue.of(Code.SCIM_SYNTAX, expected="a destination, as text or JSON") from None
    return decode_value(Destination, data)


def _phone(value: Any) -> Any:  # noqa: ANN401  JSON
    """A number of RFC 3966 as a form takes it."""
    return value[4:] if isinstance(value, str) and value[:4].casefold() == "tel:" else value


# ---- from a resource to a form ---------------------------------------------------------------------------------------


def form_values(tenant: Tenant, resource: Resource, found: Collector, told: Collector) -> Values:
    """What a resource that was read says of the fields of a form; of one that it says nothing of, nothing.

    Problems have SCIM's own paths. What isn't kept is told.
    """
    values: Values = {}
    _put(values, "login", resource.get("userName"))
    _put(values, "name", _part(resource.get("name"), "formatted"))
    for field in _PLAIN_CORE:
        _put(values, field, resource.get(CORE[field]))
    _put(values, "password", resource.get("password"))
    if "active" in resource:
        values["status"] = resource["active"]
    values.update(_contacts(resource, found, told))
    if "roles" in resource:
        values["roles"] = [_part(role, "value") for role in resource["roles"]]
    enterprise, own = resource.get(ENTERPRISE, {}), resource.get(AGENT, {})
    _put(values, "home_department", _department(tenant, enterprise.get("department"), found))
    _put(values, "supervisor", _manager(enterprise.get("manager")))
    for name, kind in fields_of(tenant.blueprint).items():
        given = own.get(own_name(name))
        if name not in CORE and given is not None:
            try:
                values[name] = _entered(kind, given)
            except InvalidValue as error:
                found.absorb(error.problems, AGENT, own_name(name))
    for name in [name for name in values if is_derived(tenant.blueprint, name)]:
        del values[name]
    return values


def _put(values: Values, field: str, value: Any) -> None:  # noqa: ANN401  JSON
    if value is not None:
        values[field] = value


def _part(value: Any, name: str) -> Any:  # noqa: ANN401  JSON
    return value.get(name) if isinstance(value, dict) else value


def _manager(manager: Any) -> Any:  # noqa: ANN401  JSON
    """The supervisor's id: the value, or the end of the reference where there is no value."""
    value, reference = _part(manager, "value"), _part(manager, "$ref")
    if value is None and isinstance(manager, dict) and isinstance(reference, str):
        return unquote(reference.rsplit("/", 1)[-1])
    return value


def _department(tenant: Tenant, text: Any, found: Collector) -> Any:  # noqa: ANN401  JSON
    if not isinstance(text, str):
        return text
    ids = department_ids(tenant, text)
    if len(ids) > 1:
        found.add(
            Code.FIELD_INVALID, f"{ENTERPRISE}:department", value=text[:80], expected="one department: give its id"
        )
        return None
    return ids[0] if ids else text


def _contacts(resource: Resource, found: Collector, told: Collector) -> Values:
    values: Values = {}
    _put(values, "email", _one(resource, "emails", "work", found, told, others=True))
    _put(values, "photo", _photo(_one(resource, "photos", "photo", found, told, others=True)))
    for field, type_ in PHONES.items():
        if field != "alternate_numbers":
            _put(values, field, _phone(_one(resource, "phoneNumbers", type_, found, told)))
    other = [_phone(each["value"]) for each in _of_type(resource, "phoneNumbers", "other") if each.get("value")]
    if other:
        values["alternate_numbers"] = other
    _tell_others(resource, "phoneNumbers", set(PHONES.values()), told)
    return values


def _of_type(resource: Resource, name: str, type_: str) -> list[Resource]:
    """The values of a type. One without a type is of the type that stands first, ``work`` or ``photo``."""
    first = "photo" if name == "photos" else "work"
    return [each for each in resource.get(name, []) if str(each.get("type") or first).casefold() == type_]


def _one(resource: Resource, name: str, type_: str, found: Collector, told: Collector, *, others: bool = False) -> Any:  # noqa: ANN401  JSON
    """The one value of a type that is kept: the only one, or the primary one of several."""
    if others:
        _tell_others(resource, name, {type_}, told)
    given = [each for each in _of_type(resource, name, type_) if each.get("value") is not None]
    primary = [each for each in given if each.get("primary") is True]
    if len(given) > 1 and len(primary) == 1:
        told.add(Code.SCIM_UNMAPPED, name, value=f'{name}[type eq "{type_}" and not (primary eq true)]')
        return primary[0]["value"]
    if len(given) > 1:
        found.add(Code.SCIM_AMBIGUOUS, name, count=len(given))
        return None
    return given[0]["value"] if given else None


def _tell_others(resource: Resource, name: str, kept: set[str], told: Collector) -> None:
    """Note the types that nothing of ours stands for."""
    types = {str(each.get("type")).casefold() for each in resource.get(name, []) if each.get("type") is not None}
    for type_ in sorted(types - kept):
        told.add(Code.SCIM_UNMAPPED, name, value=f'{name}[type eq "{type_[:40]}"]')


def _table(given: Any, key: str, value: str) -> dict[Any, Any]:  # noqa: ANN401  JSON
    """Values of two parts as a table. What stands twice is refused: one of the two would be lost."""
    found = Collector()
    table: dict[Any, Any] = {}
    for position, each in enumerate(given):
        name = each.get(key)
        if not isinstance(name, str):
            found.add(Code.FIELD_REQUIRED, position, key)
        elif name in table:
            found.add(Code.FIELD_DUPLICATE, position, key, value=name[:80])
        else:
            table[name] = each.get(value)
    found.check()
    return table


_ENTERED: Final[Mapping[FieldKind, Callable[[Any], Any]]] = {
    FieldKind.SKILLS: lambda given: _table(given, "value", "level"),
    FieldKind.DETAILS: lambda given: _table(given, "name", "value"),
    FieldKind.AREA_CALLER_IDS: lambda given: _table(given, "prefix", "callerId"),
    FieldKind.PHONE: _phone,
    FieldKind.DESTINATION: _destination,
}


def _entered(field: Field, given: Any) -> Any:  # noqa: ANN401  JSON
    """The value of a field of the library's own schema, as a form takes it."""
    return _ENTERED.get(field.kind, lambda value: value)(given)
