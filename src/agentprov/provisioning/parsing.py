"""One value of a form, as JSON or a web page would give it, read into what a typed form holds.

Types are exact: ``"false"`` is no flag and ``5`` is no text. Nothing is guessed. Each function raises every problem of
its value at once, with paths relative to the field.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from typing import Any, Final

from agentprov.errors import Code, Collector, InvalidValue, Problem
from agentprov.model.contact import PhoneNumber
from agentprov.model.destinations import (
    LONGEST_RING,
    Cause,
    Destination,
    HangUp,
    ToAgent,
    ToAnnouncement,
    ToDepartment,
    ToExternal,
    ToIvr,
    ToQueue,
    ToTimeCondition,
    ToVoicemail,
)
from agentprov.model.emails import parse_email
from agentprov.model.groups import SkillLevels
from agentprov.model.identity import language_tag, parse_login, parse_numeric_id, windows_login
from agentprov.model.ids import (
    AddressId,
    AnnouncementId,
    CallerIdId,
    DepartmentId,
    IvrId,
    QueueId,
    SkillId,
    TimeConditionId,
    UserId,
    VoicemailId,
    is_identifier,
)
from agentprov.model.network import NETWORK_LIMIT, Network, parse_network
from agentprov.model.phones import parse_phone
from agentprov.model.routing import RingOrder
from agentprov.model.secret import Secret
from agentprov.model.table import Table
from agentprov.model.tenant import Tenant
from agentprov.model.text import briefly, is_nothing, plain_text
from agentprov.model.users import (
    AreaCallerId,
    AuthenticationMethod,
    OutboundBlock,
    RouteThrough,
    SelectedAddresses,
    Status,
    check_region,
)
from agentprov.provisioning.fields import Field, FieldKind
from agentprov.provisioning.typed_form import PersonalProfile

LIST_LIMIT: Final = 10_000
"""How many entries a list of a form may have."""

ALL_ADDRESSES: Final = "all"
"""What allowed addresses are called when there is no restriction."""


Reader = Callable[[object], object]


def parse(field: Field, value: object, tenant: Tenant) -> object:
    """What ``value`` means for this field of a typed form.

    Raises:
        InvalidValue: with every problem of the value.
    """
    return reader(field, tenant)(value)


def reader(field: Field, tenant: Tenant) -> Reader:
    """What :func:`parse` asks for this field in this tenant."""
    if field.kind is FieldKind.CHOICE:
        return lambda value: _choice(value, field)
    read = _OF_TENANT.get(field.kind)
    return _PLAIN[field.kind] if read is None else lambda value: read(value, tenant)


def is_blank(value: object) -> bool:
    """Whether a raw value is nothing: null, an empty text, an empty list or object. A flag that is off is a value."""
    return value is None or (isinstance(value, (str, Iterable, Mapping)) and not value)


_KINDS: Final[tuple[tuple[type | tuple[type, ...], str], ...]] = (
    (bool, "true or false"),
    (int, "a whole number"),
    (float, "a fraction"),
    (str, "text"),
    ((list, tuple, set, frozenset), "a list"),
    (Mapping, "an object"),
    (type(None), "nothing"),
)


def _mistyped(expected: str, value: object) -> InvalidValue:
    """The error for a value of another kind. It doesn't repeat the value, which may be a misplaced secret."""
    found = next((words for kinds, words in _KINDS if isinstance(value, kinds)), "something else")
    return InvalidValue.of(Code.FIELD_WRONG_TYPE, expected=expected, found=found)


def _one_text(value: object) -> str:
    if not isinstance(value, str):
        raise _mistyped("text", value)
    return value


def _entries(value: object) -> tuple[object, ...]:
    """The entries of a list. A text is no list of its letters."""
    if not isinstance(value, (list, tuple, set, frozenset)):
        raise _mistyped("a list", value)
    if len(value) > LIST_LIMIT:
        raise InvalidValue.of(Code.FIELD_TOO_MANY, limit=LIST_LIMIT)
    return tuple(sorted(value, key=str)) if isinstance(value, (set, frozenset)) else tuple(value)


def _keyed(value: object) -> Mapping[str, object]:
    if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
        raise _mistyped("an object with texts as its keys", value)
    if len(value) > LIST_LIMIT:
        raise InvalidValue.of(Code.FIELD_TOO_MANY, limit=LIST_LIMIT)
    return value


def _id(value: object) -> str:
    text = _one_text(value)
    if not is_identifier(text):
        raise InvalidValue.of(Code.ID_INVALID, value=text[:80])
    return text


def _each(entries: Iterable[object], read: Callable[[object], object], *, once: bool) -> tuple[object, ...]:
    """Every entry read; the problems of all, each at its position. With ``once`` an entry may not come again."""
    found = Collector()
    out: list[object] = []
    seen: set[object] = set()
    for position, entry in enumerate(entries):
        try:
            read_entry = read(entry)
        except InvalidValue as error:
            found.absorb(error.problems, position)
            continue
        if once and read_entry in seen:
            found.add(Code.FIELD_DUPLICATE, position, value=str(entry))
        seen.add(read_entry)
        out.append(read_entry)
    found.check()
    return tuple(out)


# ---- readers, one for each kind --------------------------------------------------------------------------------------


def _phone(value: object, tenant: Tenant) -> PhoneNumber:
    settings = tenant.settings
    digits = None if settings.international_calling else tenant.blueprint.national_digits
    return parse_phone(
        value, region=settings.region, international=settings.international_calling, national_digits=digits
    )


def _phones(value: object, tenant: Tenant) -> tuple[object, ...]:
    return _each(_entries(value), lambda entry: _phone(entry, tenant), once=True)


def _region(value: object) -> str:
    region = _one_text(value)
    found = Collector()
    check_region(found, "", region)
    if found.problems:
        raise InvalidValue(Problem(code=problem.code, parameters=problem.parameters) for problem in found.problems)
    return region


def _secret(value: object) -> Secret:
    if isinstance(value, Secret):
        return value
    if not isinstance(value, str):
        raise InvalidValue.of(Code.PASSWORD_WRONG_TYPE)
    return Secret(value)


def _flag(value: object) -> bool:
    if type(value) is not bool:
        raise _mistyped("true or false", value)
    return value


def _seconds(value: object) -> int:
    if type(value) is not int:
        raise _mistyped("a whole number of seconds", value)
    if not 1 <= value <= LONGEST_RING:
        raise InvalidValue.of(Code.TIMEOUT_OUT_OF_RANGE, value=briefly(value, 40), low=1, high=LONGEST_RING)
    return value


def _digits(value: object) -> str:
    text = _one_text(value)
    if re.fullmatch(r"[0-9]{1,15}", text) is None:
        raise InvalidValue.of(Code.FIELD_INVALID, value=text[:80], expected="1 to 15 digits")
    return text


_ENUMERATIONS: Final[Mapping[str, type[StrEnum]]] = {
    "status": Status,
    "authentication_method": AuthenticationMethod,
    "ring_order": RingOrder,
    "route_through": RouteThrough,
    "outbound_block": OutboundBlock,
}


def _chosen(text: str, choices: Iterable[str]) -> str:
    listed = tuple(choices)
    if text not in listed:
        raise InvalidValue.of(Code.FIELD_UNKNOWN_CHOICE, value=text[:80], choices=listed)
    return text


def _choice(value: object, field: Field) -> StrEnum:
    chosen = _chosen(_one_text(value), (choice.value for choice in field.choices))
    return _ENUMERATIONS[field.name](chosen)


def _user_type(value: object, tenant: Tenant) -> str:
    return _chosen(_one_text(value), tenant.blueprint.user_types)


def _references(value: object) -> tuple[object, ...]:
    return _each(_entries(value), _id, once=True)


def _reference_set(value: object) -> frozenset[object]:
    return frozenset(_each(_entries(value), _id, once=False))


def _skills(value: object, tenant: Tenant) -> SkillLevels:
    if not isinstance(value, Mapping):
        return Table({SkillId(str(skill)): None for skill in _each(_entries(value), _id, once=True)})
    found = Collector()
    scale = tenant.settings.skill_scale
    levels: dict[SkillId, int | None] = {}
    for skill, level in _keyed(value).items():
        if not is_identifier(skill):
            found.add(Code.ID_INVALID, skill, value=skill[:80])
        if level is not None and type(level) is not int:
            found.absorb(_mistyped("a whole number", level).problems, skill)
        elif level is not None and not scale.low <= level <= scale.high:
            found.add(Code.FIELD_OUT_OF_RANGE, skill, value=briefly(level, 40), low=scale.low, high=scale.high)
        elif level is not None and not tenant.blueprint.skill_levels:
            found.add(Code.SKILL_WITHOUT_LEVEL, skill)
        levels[SkillId(skill)] = level if type(level) is int else None
    found.check()
    return Table(levels)


def _profiles(value: object, tenant: Tenant) -> tuple[object, ...]:
    return _each(_entries(value), lambda entry: _profile(entry, tenant), once=False)


def _profile(value: object, tenant: Tenant) -> PersonalProfile:
    found = Collector()
    read: dict[str, Any] = {}
    for key, given in {"name": None, **_keyed(value)}.items():
        try:
            match key:
                case "id":
                    read[key] = None if is_nothing(given) else _id(given)
                case "name":
                    read[key] = plain_text(given)
                case "skills":
                    read[key] = Table() if is_blank(given) else _skills(given, tenant)
                case _:
                    found.add(Code.FIELD_UNKNOWN, key[:80], field=key[:80], hint="")
        except InvalidValue as error:
            found.absorb(error.problems, key)
    found.check()
    return PersonalProfile(**read)


def _details(value: object) -> Table[str, str]:
    found = Collector()
    details: dict[str, str] = {}
    for key, entry in _keyed(value).items():
        try:
            name, detail = plain_text(key), plain_text(entry)
        except InvalidValue as error:
            found.absorb(error.problems, key)
            continue
        if name in details:
            found.add(Code.FIELD_DUPLICATE, key, value=name)
        details[name] = detail
    found.check()
    return Table(details)


def _area_caller_ids(value: object) -> tuple[AreaCallerId, ...]:
    found = Collector()
    out: list[AreaCallerId] = []
    for prefix, caller_id in _keyed(value).items():
        try:
            out.append(AreaCallerId(prefix=prefix, caller_id=CallerIdId(_id(caller_id))))
        except InvalidValue as error:
            found.absorb((Problem(code=each.code, parameters=each.parameters) for each in error.problems), prefix)
    found.check()
    return tuple(out)


def _addresses(value: object, tenant: Tenant) -> SelectedAddresses | None:
    if isinstance(value, str) and value == ALL_ADDRESSES:
        return None
    if isinstance(value, SelectedAddresses):
        return value
    if isinstance(value, (list, tuple)) and len(value) > NETWORK_LIMIT:
        raise InvalidValue.of(Code.IP_TOO_MANY, limit=NETWORK_LIMIT)
    entries = _entries(value)
    if not entries:
        raise InvalidValue.of(Code.FIELD_EMPTY)
    read = _each(entries, lambda entry: _address(entry, tenant), once=True)
    networks = tuple(entry for entry in read if isinstance(entry, Network))
    return SelectedAddresses(networks=networks, named=(AddressId(str(e)) for e in read if not isinstance(e, Network)))


def _address(value: object, tenant: Tenant) -> AddressId | Network:
    """An address that the tenant names, by its id; anything else must be a network."""
    if isinstance(value, str) and value in tenant.addresses:
        return AddressId(value)
    return parse_network(value)


_TO: Final[Mapping[str, Callable[[str], Destination]]] = {
    "agent": lambda id_: ToAgent(user=UserId(id_)),
    "department": lambda id_: ToDepartment(department=DepartmentId(id_)),
    "ivr": lambda id_: ToIvr(ivr=IvrId(id_)),
    "time-condition": lambda id_: ToTimeCondition(time_condition=TimeConditionId(id_)),
    "voicemail": lambda id_: ToVoicemail(voicemail=VoicemailId(id_)),
    "announcement": lambda id_: ToAnnouncement(announcement=AnnouncementId(id_), next=HangUp()),
    "queue": lambda id_: ToQueue(queue=QueueId(id_)),
}


def _destination(value: object, tenant: Tenant) -> Destination:
    """``agent:ID``, ``external:NUMBER``, ``hang-up``, ``hang-up:CAUSE``; a destination itself for what needs more."""
    if isinstance(value, Destination):
        return value
    text = _one_text(value)
    kind, _, rest = text.partition(":")
    if kind == "hang-up":
        return HangUp(cause=Cause(_chosen(rest, (cause.value for cause in Cause)))) if rest else HangUp()
    if kind == "external":
        return ToExternal(number=_phone(rest, tenant))
    if kind not in _TO:
        known = (*_TO, "external", "hang-up")
        raise InvalidValue.of(Code.FIELD_UNKNOWN_TAG, value=kind[:80], choices=known)
    return _TO[kind](_id(rest))


_PLAIN: Final[Mapping[FieldKind, Reader]] = {
    FieldKind.TEXT: plain_text,
    FieldKind.LOGIN: parse_login,
    FieldKind.WINDOWS_LOGIN: windows_login,
    FieldKind.EMAIL: parse_email,
    FieldKind.NUMERIC_ID: parse_numeric_id,
    FieldKind.LANGUAGE: language_tag,
    FieldKind.REGION: _region,
    FieldKind.SECRET: _secret,
    FieldKind.FLAG: _flag,
    FieldKind.SECONDS: _seconds,
    FieldKind.DIGITS: _digits,
    FieldKind.REFERENCE: _id,
    FieldKind.REFERENCES: _references,
    FieldKind.REFERENCE_SET: _reference_set,
    FieldKind.DETAILS: _details,
    FieldKind.AREA_CALLER_IDS: _area_caller_ids,
}
"""The readers that need nothing but the value."""


_OF_TENANT: Final[Mapping[FieldKind, Callable[[object, Tenant], object]]] = {
    FieldKind.PHONE: _phone,
    FieldKind.PHONES: _phones,
    FieldKind.USER_TYPE: _user_type,
    FieldKind.SKILLS: _skills,
    FieldKind.PROFILES: _profiles,
    FieldKind.DESTINATION: _destination,
    FieldKind.ADDRESSES: _addresses,
}
"""The readers that depend on the tenant: its region, its scale, its names."""
