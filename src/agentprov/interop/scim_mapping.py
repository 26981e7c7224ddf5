"""Which field of a user's form is which attribute of SCIM: the table, and the schemas of a tenant made from it.

The schemas are the tenant's own. An attribute that its blueprint has no field for isn't listed, one that must be given
is required, one that follows from others is read-only, and references list what there is to choose from. A flag or a
choice always has a value, so it is listed as required too: it can't be taken away. A new user may come without it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import attrs

from agentprov.interop.scim_attributes import (
    AGENT,
    AGENT_GROUP,
    ENTERPRISE,
    GROUP,
    USER,
    Attribute,
    DataType,
    Mutability,
    ResourceType,
    Returned,
    Schema,
    Uniqueness,
)
from agentprov.model.blueprint import ALWAYS, Ask, Blueprint
from agentprov.model.table import Table
from agentprov.model.tenant import Tenant
from agentprov.provisioning.fields import Field, FieldKind, fields_of
from agentprov.provisioning.forms import can_be_empty

MOST_CHOICES: Final = 200
"""How many objects a schema lists to choose from; where there are more it lists none."""

CORE: Final[Mapping[str, str]] = {
    "login": "userName",
    "name": "name.formatted",
    "display_name": "displayName",
    "alias": "nickName",
    "designation": "title",
    "type": "userType",
    "language": "preferredLanguage",
    "status": "active",
    "password": "password",
    "email": 'emails[type eq "work"].value',
    "phone": 'phoneNumbers[type eq "work"].value',
    "mobile": 'phoneNumbers[type eq "mobile"].value',
    "alternate_numbers": 'phoneNumbers[type eq "other"].value',
    "photo": "photos.value",
    "roles": "roles.value",
    "home_department": f"{ENTERPRISE}:department",
    "supervisor": f"{ENTERPRISE}:manager.value",
}
"""The fields that are attributes of the core schema or of the enterprise extension."""

REQUESTS: Final = frozenset({"login_same_as_email", "generate_password", "interactions", "personal_profiles"})
"""The fields of which nothing of SCIM stands: those that ask for something to be done, and aren't facts of a user, and
what is kept beside the user in objects of its own."""

PHONES: Final[Mapping[str, str]] = {"phone": "work", "mobile": "mobile", "alternate_numbers": "other"}
"""The fields that are phone numbers, and the types that tell them apart."""


def own_name(field: str) -> str:
    """What a field is called in the library's own schema: ``caller_ids`` is ``callerIds``."""
    first, *rest = field.split("_")
    return first + "".join(word.capitalize() for word in rest)


def path_of(field: str) -> str:
    """The attribute path of a field, as a PATCH operation would name it."""
    return CORE.get(field) or f"{AGENT}:{own_name(field)}"


def asked(blueprint: Blueprint, field: str) -> bool:
    """Whether some user of this blueprint may have the field."""
    return any(rule.field == field and rule.ask is not Ask.FORBIDDEN for rule in blueprint.rules)


def mapped_fields(blueprint: Blueprint) -> Table[str, Field]:
    """The fields that are attributes of this tenant's users."""
    fields = fields_of(blueprint)
    return Table({name: field for name, field in fields.items() if name not in REQUESTS and asked(blueprint, name)})


def is_derived(blueprint: Blueprint, field: str) -> bool:
    """Whether the field follows from others for every user, so that it can't be given."""
    asks = {rule.ask for rule in blueprint.rules if rule.field == field}
    return asks == {Ask.DERIVED}


def _is_required(blueprint: Blueprint, field: str) -> bool:
    rule = next((rule for rule in blueprint.rules if rule.field == field), None)
    needed = rule is not None and rule.ask is Ask.REQUIRED and rule.when == ALWAYS
    return needed or (field != "password" and not can_be_empty(field))


def _choices(tenant: Tenant, field: Field) -> tuple[str, ...]:
    if field.kind is FieldKind.USER_TYPE:
        return tuple(tenant.blueprint.user_types)
    if field.choices:
        return tuple(choice.value for choice in field.choices)
    if field.refers is None or field.kind in {FieldKind.ADDRESSES, FieldKind.SKILLS, FieldKind.AREA_CALLER_IDS}:
        return ()
    if field.name == "unticked_profiles":
        return _listed(profile.id for profile in tenant.profiles.values() if profile.user is None)
    return _listed(tenant.table(field.refers))


def _listed(ids: Iterable[str]) -> tuple[str, ...]:
    listed = tuple(ids)
    return listed if len(listed) <= MOST_CHOICES else ()


# ---- users -----------------------------------------------------------------------------------------------------------


def user_type(tenant: Tenant, *, every: bool = False) -> ResourceType:
    """The resource type ``User`` of a tenant, with its schemas.

    With ``every`` it has the fields that this blueprint forbids as well: requests are read by it, so that such a field
    is refused by the blueprint's own words and not taken for an unknown name.
    """
    fields = mapped_fields(tenant.blueprint)
    if every:
        fields = Table({name: field for name, field in fields_of(tenant.blueprint).items() if name not in REQUESTS})
    core = [*_core(tenant, fields)]
    enterprise = [*_enterprise(tenant, fields)]
    own = [_own(tenant, field) for name, field in fields.items() if name not in CORE]
    if "status" in fields:
        description = "Active, disabled, blocked or deactivated; `active` says whether it is the first"
        own.append(
            Attribute(
                name="status", mutability=Mutability.READ_ONLY, returned=Returned.REQUEST, description=description
            )
        )
    extensions = [Schema(id=AGENT, name="Agent", description="A user of a contact centre", attributes=own)]
    if enterprise:
        extensions.insert(
            0, Schema(id=ENTERPRISE, name="EnterpriseUser", description="Enterprise user", attributes=enterprise)
        )
    return ResourceType(
        name="User",
        endpoint="/Users",
        description="User account",
        schema=Schema(id=USER, name="User", description="User account", attributes=core),
        extensions=extensions,
    )


def _plain(tenant: Tenant, field: Field, name: str, **facts: bool) -> Attribute:
    """An attribute of one plain value."""
    kinds = {
        FieldKind.FLAG: DataType.BOOLEAN,
        FieldKind.NUMERIC_ID: DataType.INTEGER,
        FieldKind.SECONDS: DataType.INTEGER,
    }
    return Attribute(
        name=name,
        type=kinds.get(field.kind, DataType.STRING),
        required=_is_required(tenant.blueprint, field.name),
        case_exact=facts.get("case_exact", True),
        mutability=_mutability(tenant, field.name),
        uniqueness=Uniqueness.SERVER if field.name in {"numeric_id", "extension"} else Uniqueness.NONE,
        values=_choices(tenant, field),
        description=field.help or field.label,
    )


def _mutability(tenant: Tenant, field: str) -> Mutability:
    if is_derived(tenant.blueprint, field):
        return Mutability.READ_ONLY
    immutable = any(rule.field == field and rule.immutable for rule in tenant.blueprint.rules)
    return Mutability.IMMUTABLE if immutable else Mutability.READ_WRITE


def _core(tenant: Tenant, fields: Mapping[str, Field]) -> Iterable[Attribute]:
    yield Attribute(
        name="userName",
        required=True,
        mutability=Mutability.IMMUTABLE,
        uniqueness=Uniqueness.SERVER,
        description="The login; fixed once saved",
    )
    if "name" in fields:
        formatted = attrs.evolve(_plain(tenant, fields["name"], "formatted", case_exact=False), name="formatted")
        yield Attribute(
            name="name",
            type=DataType.COMPLEX,
            required=formatted.required,
            parts=[formatted],
            description="The name used inside",
        )
    for name in ("display_name", "alias", "designation", "type", "language"):
        if name in fields:
            yield _plain(tenant, fields[name], CORE[name], case_exact=False)
    if "status" in fields:
        yield Attribute(
            name="active", type=DataType.BOOLEAN, required=True, description="Whether the account is active"
        )
    if "password" in fields:
        yield Attribute(
            name="password",
            required=_is_required(tenant.blueprint, "password"),
            case_exact=True,
            mutability=Mutability.WRITE_ONLY,
            returned=Returned.NEVER,
            description="Never given back",
        )
    if "email" in fields:
        email = Attribute(name="value", description="An address in the form of RFC 5321")
        required = _is_required(tenant.blueprint, "email")
        yield _several("emails", email, types=("work",), required=required, description="The email; one is kept")
    phones = [name for name in PHONES if name in fields]
    if phones:
        number = Attribute(name="value", case_exact=True, description="A number, in the form of RFC 3966")
        required = any(_is_required(tenant.blueprint, name) for name in phones)
        types = tuple(PHONES[name] for name in phones)
        description = "Of the types `work` and `mobile` one is kept; `other` are the alternate numbers, in order"
        yield _several("phoneNumbers", number, types=types, required=required, description=description)
    if "photo" in fields:
        photo = Attribute(name="value", type=DataType.REFERENCE, references=["external"], case_exact=True)
        required = _is_required(tenant.blueprint, "photo")
        yield _several("photos", photo, types=("photo",), required=required, description="A picture; one is kept")
    yield Attribute(
        name="groups",
        type=DataType.COMPLEX,
        multi=True,
        mutability=Mutability.READ_ONLY,
        description="The user group, and those it is nested in; changed by the groups' members",
        parts=[
            Attribute(name="value", case_exact=True, mutability=Mutability.READ_ONLY),
            _reference("Group", mutability=Mutability.READ_ONLY),
            Attribute(name="display", mutability=Mutability.READ_ONLY),
            Attribute(name="type", mutability=Mutability.READ_ONLY, values=["direct", "indirect"]),
        ],
    )
    if "roles" in fields:
        value = Attribute(name="value", case_exact=True, values=_listed(sorted(_roles(tenant))))
        required = _is_required(tenant.blueprint, "roles")
        yield Attribute(
            name="roles",
            type=DataType.COMPLEX,
            multi=True,
            required=required,
            parts=[value, _DISPLAY],
            description="The ids of the roles",
        )


def _roles(tenant: Tenant) -> Iterable[str]:
    only = tenant.blueprint.roles
    return tenant.roles if only is None else [role for role in tenant.roles if role in only]


_DISPLAY: Final = Attribute(name="display", mutability=Mutability.READ_ONLY, returned=Returned.REQUEST)
_PRIMARY: Final = Attribute(
    name="primary",
    type=DataType.BOOLEAN,
    mutability=Mutability.READ_ONLY,
    returned=Returned.REQUEST,
    description="Says which of several is kept, where one is; it isn't kept itself",
)


def _several(name: str, value: Attribute, *, types: tuple[str, ...], required: bool, description: str) -> Attribute:
    return Attribute(
        name=name,
        type=DataType.COMPLEX,
        multi=True,
        required=required,
        parts=[value, Attribute(name="type", values=types), _PRIMARY],
        description=description,
    )


def _reference(*types: str, mutability: Mutability = Mutability.READ_WRITE) -> Attribute:
    return Attribute(name="$ref", type=DataType.REFERENCE, references=types, case_exact=True, mutability=mutability)


def _enterprise(tenant: Tenant, fields: Mapping[str, Field]) -> Iterable[Attribute]:
    if "home_department" in fields:
        department = _plain(tenant, fields["home_department"], "department", case_exact=True)
        names = _listed(department_text(tenant, id_) for id_ in tenant.departments)
        yield attrs.evolve(department, values=names, description="The home department, by its name or its id")
    if "supervisor" in fields:
        yield Attribute(
            name="manager",
            type=DataType.COMPLEX,
            required=_is_required(tenant.blueprint, "supervisor"),
            description="The supervisor",
            parts=[
                Attribute(name="value", case_exact=True, description="The id of a user"),
                _reference("User"),
                attrs.evolve(_DISPLAY, name="displayName"),
            ],
        )


def department_text(tenant: Tenant, id_: str) -> str:
    """A department by its name, or by its id where the name doesn't lead back to it."""
    name = next(each.name for each in tenant.departments.values() if each.id == id_)
    return name if department_ids(tenant, name) == [id_] else id_


def department_ids(tenant: Tenant, text: str) -> list[str]:
    """The departments that a text may mean: the one of this id, else those of this name."""
    by_id: list[str] = [id_ for id_ in tenant.departments if id_ == text]
    return by_id or [each.id for each in tenant.departments.values() if each.name == text]


_STRUCTURED: Final[Mapping[FieldKind, tuple[tuple[str, DataType], ...]]] = {
    FieldKind.SKILLS: (("value", DataType.STRING), ("level", DataType.INTEGER)),
    FieldKind.DETAILS: (("name", DataType.STRING), ("value", DataType.STRING)),
    FieldKind.AREA_CALLER_IDS: (("prefix", DataType.STRING), ("callerId", DataType.STRING)),
}
"""The kinds of fields that are several values of several parts each."""

_LISTS: Final = frozenset({FieldKind.REFERENCES, FieldKind.REFERENCE_SET, FieldKind.ADDRESSES})


def _own(tenant: Tenant, field: Field) -> Attribute:
    plain = _plain(tenant, field, own_name(field.name))
    if field.kind in _LISTS:
        return attrs.evolve(plain, multi=True)
    if field.kind not in _STRUCTURED:
        return plain
    listed = () if field.refers is None else _listed(tenant.table(field.refers))
    parts = [
        Attribute(name=name, type=type_, case_exact=True, values=listed if name in {"value", "callerId"} else ())
        for name, type_ in _STRUCTURED[field.kind]
        if name != "level" or tenant.blueprint.skill_levels
    ]
    return attrs.evolve(plain, type=DataType.COMPLEX, multi=True, parts=parts)


# ---- groups ----------------------------------------------------------------------------------------------------------


def group_type(tenant: Tenant) -> ResourceType:
    """The resource type ``Group``: user groups, of which a user has one at most."""
    members = Attribute(
        name="members",
        type=DataType.COMPLEX,
        multi=True,
        description="The users of the group itself; whoever comes in leaves the group they were in",
        parts=[
            Attribute(name="value", case_exact=True, mutability=Mutability.IMMUTABLE, description="The id of a user"),
            _reference("User", mutability=Mutability.IMMUTABLE),
            Attribute(name="type", mutability=Mutability.IMMUTABLE, values=["User"]),
            _DISPLAY,
        ],
    )
    name = Attribute(name="displayName", required=True, description="The name of the user group")
    parent = Attribute(
        name="parent",
        case_exact=True,
        values=_listed(tenant.user_groups),
        description="The id of the group that this one is nested in",
    )
    own = Schema(id=AGENT_GROUP, name="AgentGroup", description="A user group that may nest", attributes=[parent])
    return ResourceType(
        name="Group",
        endpoint="/Groups",
        description="User group",
        schema=Schema(id=GROUP, name="Group", description="User group", attributes=[name, members]),
        extensions=[own],
    )
