"""The fields of a user's form: the names, what kind of value each takes, and where it lives in a user (ID-4, PV-6).

This is the vocabulary of blueprints. A blueprint says what is asked of a field; what the field *is* stands here, once
for all tenants. The switches of a blueprint (PV-8) are fields as well, known to that blueprint only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final

import attrs

from agentprov.errors import Code, Path
from agentprov.model.blueprint import Blueprint
from agentprov.model.references import Kind
from agentprov.model.routing import RingOrder
from agentprov.model.table import Table
from agentprov.model.users import AuthenticationMethod, OutboundBlock, RouteThrough, Status


class FieldKind(StrEnum):
    """What kind of value a field takes, and so how it is read and how a page draws it."""

    TEXT = "text"
    LOGIN = "login"
    WINDOWS_LOGIN = "windows-login"
    EMAIL = "email"
    PHONE = "phone"
    PHONES = "phones"
    """Several phone numbers, in order."""
    NUMERIC_ID = "numeric-id"
    LANGUAGE = "language"
    REGION = "region"
    SECRET = "secret"  # noqa: S105  a wire value, not a secret
    FLAG = "flag"
    SECONDS = "seconds"
    DIGITS = "digits"
    CHOICE = "choice"
    USER_TYPE = "user-type"
    REFERENCE = "reference"
    """The id of one object of the tenant."""
    REFERENCES = "references"
    """Ids of objects of the tenant, in order, none twice."""
    REFERENCE_SET = "reference-set"
    """Ids of objects of the tenant, in no order."""
    SKILLS = "skills"
    """Skills: a list of ids, or ids with levels."""
    PROFILES = "profiles"
    """Personal profiles: a list of objects with a name, skills, and the id of one that is there already."""
    DETAILS = "details"
    """Texts, each under a key of the host's choice."""
    AREA_CALLER_IDS = "area-caller-ids"
    """Caller IDs, each under the area code or prefix it is for."""
    DESTINATION = "destination"
    ADDRESSES = "addresses"
    """Networks and named addresses; nothing means all."""


@attrs.frozen(kw_only=True)
class Choice:
    """One of the values that a field takes, and what a person reads."""

    value: str
    label: str
    allowed: bool = True
    """Whether whoever fills the form in may choose it."""


def _choices(choices: Iterable[Choice]) -> tuple[Choice, ...]:
    return tuple(choices)


@attrs.frozen(kw_only=True)
class Field:
    """One field: its name, kind and label, the values to choose from, and where it lives in a user."""

    name: str
    kind: FieldKind
    label: str
    place: Path = ()
    """The path of the value inside a user; empty for what isn't kept there, such as a password."""
    choices: tuple[Choice, ...] = attrs.field(default=(), converter=_choices)
    refers: Kind | None = None
    help: str | None = None

    @property
    def required_code(self) -> Code:
        """What its absence is called, where it is required."""
        return _REQUIRED_CODES.get(self.kind, Code.FIELD_REQUIRED)


_REQUIRED_CODES: Final = {
    FieldKind.LOGIN: Code.LOGIN_REQUIRED,
    FieldKind.WINDOWS_LOGIN: Code.WINDOWS_LOGIN_REQUIRED,
    FieldKind.EMAIL: Code.EMAIL_REQUIRED,
    FieldKind.PHONE: Code.PHONE_REQUIRED,
    FieldKind.NUMERIC_ID: Code.NUMERIC_ID_REQUIRED,
    FieldKind.LANGUAGE: Code.LANGUAGE_REQUIRED,
    FieldKind.SECRET: Code.PASSWORD_REQUIRED,
}


def _spelt(members: Iterable[StrEnum]) -> tuple[Choice, ...]:
    """The members of an enumeration as choices, each labelled by its wire value."""
    return tuple(Choice(value=member.value, label=member.value.replace("-", " ").capitalize()) for member in members)


def _text(name: str, label: str, *place: str, help: str | None = None) -> Field:  # noqa: A002  the field's own name
    return Field(name=name, kind=FieldKind.TEXT, label=label, place=place or (name,), help=help)


def _flag(name: str, label: str, *place: str) -> Field:
    return Field(name=name, kind=FieldKind.FLAG, label=label, place=place)


def _choice(name: str, label: str, members: Iterable[StrEnum], *place: str) -> Field:
    return Field(name=name, kind=FieldKind.CHOICE, label=label, place=place, choices=_spelt(members))


def _refers(name: str, label: str, kind: FieldKind, refers: Kind, *place: str) -> Field:
    return Field(name=name, kind=kind, label=label, place=place or (name,), refers=refers)


_ONE, _ORDERED, _SET = FieldKind.REFERENCE, FieldKind.REFERENCES, FieldKind.REFERENCE_SET

_ALL: Final = (
    # who
    Field(name="type", kind=FieldKind.USER_TYPE, label="Type", place=("type",)),
    Field(name="login", kind=FieldKind.LOGIN, label="Login", place=("login",)),
    _flag("login_same_as_email", "Login same as email"),
    _text("name", "Name"),
    _text("display_name", "Display name"),
    _text("alias", "Alias", help="What clients see instead of the name"),
    _text("designation", "Designation", "person", "designation"),
    Field(name="email", kind=FieldKind.EMAIL, label="Email", place=("email",)),
    Field(name="phone", kind=FieldKind.PHONE, label="Phone number", place=("phone",)),
    Field(name="alternate_numbers", kind=FieldKind.PHONES, label="Alternate numbers", place=("alternate_numbers",)),
    Field(name="mobile", kind=FieldKind.PHONE, label="Mobile", place=("mobile",)),
    Field(
        name="windows_login",
        kind=FieldKind.WINDOWS_LOGIN,
        label="Windows login",
        place=("person", "windows_login"),
        help="The name without its domain",
    ),
    Field(
        name="numeric_id",
        kind=FieldKind.NUMERIC_ID,
        label="Numeric id",
        place=("numeric_id",),
        help="To log on to queues by telephone; statistics show it",
    ),
    Field(name="language", kind=FieldKind.LANGUAGE, label="Language", place=("language",)),
    _text("gender", "Gender", "person", "gender"),
    _text("photo", "Photo", "person", "photo"),
    Field(name="contact_details", kind=FieldKind.DETAILS, label="Contact details", place=("person", "contact_details")),
    _text("site_name", "Site", "site", "name"),
    Field(
        name="emergency_region",
        kind=FieldKind.REGION,
        label="Region for emergency calls",
        place=("site", "emergency_region"),
    ),
    _refers(
        "emergency_caller_id", "Caller ID for emergency calls", _ONE, Kind.CALLER_IDS, "site", "emergency_caller_id"
    ),
    # the account
    _choice("status", "Account status", Status, "status"),
    _choice("authentication_method", "Authentication method", AuthenticationMethod, "sign_in", "method"),
    Field(name="password", kind=FieldKind.SECRET, label="Password"),
    _flag("generate_password", "Generate a password"),
    _flag("two_factor", "Two-factor authentication", "sign_in", "two_factor"),
    _flag("web_login_blocked", "Block web login", "sign_in", "web_login_blocked"),
    Field(
        name="allowed_addresses",
        kind=FieldKind.ADDRESSES,
        label="Allowed addresses",
        place=("sign_in", "addresses"),
        refers=Kind.ADDRESSES,
        help="`all`, or a list of networks and named addresses",
    ),
    # where they belong
    _refers("user_group", "User group", _ONE, Kind.USER_GROUPS),
    _refers("home_department", "Department", _ONE, Kind.DEPARTMENTS),
    _refers("supervisor", "Supervisor", _ONE, Kind.USERS),
    _refers("agent_groups", "Agent groups", _SET, Kind.AGENT_GROUPS),
    _refers("roles", "Roles", _SET, Kind.ROLES),
    Field(name="skills", kind=FieldKind.SKILLS, label="Skills", place=("skills",), refers=Kind.SKILLS),
    _refers("unticked_profiles", "Group profiles that aren't available", _SET, Kind.PROFILES),
    Field(
        name="personal_profiles",
        kind=FieldKind.PROFILES,
        label="Personal profiles",
        refers=Kind.SKILLS,
        help="Skills with levels under a name, for this user alone",
    ),
    # calls
    _refers("caller_ids", "Allowed caller IDs", _ORDERED, Kind.CALLER_IDS, "calling", "caller_ids"),
    _flag("calling", "Calling agent", "calling", "enabled"),
    _flag("login_based_calling", "Login-based calling", "calling", "login_based"),
    _flag("dialler_panel", "Dialler panel", "calling", "dialler_panel"),
    _flag("dispositions", "Dispositions", "calling", "dispositions"),
    _refers("time_group", "Time group", _ONE, Kind.TIME_GROUPS, "calling", "hours", "time_group"),
    Field(
        name="time_group_failover",
        kind=FieldKind.DESTINATION,
        label="Outside the time group",
        place=("calling", "hours", "failover"),
        help="Where calls that come directly go",
    ),
    _choice("ring_order", "Ring order", RingOrder, "calling", "ring_plan", "order"),
    Field(name="ring_timeout", kind=FieldKind.SECONDS, label="Ring timeout", place=("calling", "ring_plan", "timeout")),
    Field(name="extension", kind=FieldKind.DIGITS, label="Extension", place=("calling", "extension", "number")),
    Field(
        name="area_caller_ids",
        kind=FieldKind.AREA_CALLER_IDS,
        label="Caller IDs by area code",
        place=("calling", "extension", "area_caller_ids"),
        refers=Kind.CALLER_IDS,
    ),
    _choice("route_through", "Route through", RouteThrough, "calling", "extension", "route_through"),
    _refers("extension_addresses", "Calls only from", _SET, Kind.ADDRESSES, "calling", "extension", "addresses"),
    _choice("outbound_block", "Block outbound calls", OutboundBlock, "calling", "outbound_block"),
    Field(name="forward_number", kind=FieldKind.PHONE, label="Call-forward number", place=("calling", "forward")),
    _flag("forward_same_as_phone", "Forward to the phone number"),
    # what they see and offer
    _refers("visible_numbers", "Numbers for records and live calls", _SET, Kind.NUMBERS, "visibility", "numbers"),
    _refers("visible_users", "Users for records and reports", _SET, Kind.USERS, "visibility", "users"),
    _refers(
        "visible_agent_groups",
        "Agent groups for records and reports",
        _SET,
        Kind.AGENT_GROUPS,
        "visibility",
        "agent_groups",
    ),
    _flag("visible_own", "Own records", "visibility", "own"),
    _flag("interactions", "All interactions"),
    _flag("video", "Video", "interactions", "video"),
    _flag("whatsapp", "WhatsApp", "interactions", "whatsapp"),
    _flag("sms", "SMS", "interactions", "sms"),
)

FIELDS: Final[Table[str, Field]] = Table({field.name: field for field in _ALL})
"""Every field that a blueprint can speak of, apart from its own switches."""

SINGULAR: Final[Mapping[str, str]] = {"role": "roles", "agent_group": "agent_groups"}
"""Other names that a form may use for a field of several entries when it gives just one, as text."""


def fields_of(blueprint: Blueprint) -> Table[str, Field]:
    """The fields of a tenant with this blueprint: all of :data:`FIELDS`, and its switches.

    >>> from agentprov.model.blueprint import Blueprint
    >>> from agentprov.model.access import Catalogue
    >>> fields_of(Blueprint(name="Plain", catalogue=Catalogue()))["login"].label
    'Login'
    """
    if not blueprint.switches:
        return FIELDS
    labels = {rule.field: rule.label for rule in blueprint.rules if rule.label is not None}
    switches = {
        switch.field: _flag(switch.field, labels.get(switch.field, switch.field.replace("_", " ").capitalize()))
        for switch in blueprint.switches
    }
    return Table({**FIELDS, **switches})


def field_at(path: Path) -> tuple[str, Path] | None:
    """The field that lives at ``path`` of a user, with what is left of the path behind its place."""
    for length in range(len(path), 0, -1):
        name = _BY_PLACE.get(path[:length])
        if name is not None:
            return name, path[length:]
    return None


_BY_PLACE: Final = {field.place: field.name for field in _ALL if field.place}
