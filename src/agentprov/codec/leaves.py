"""The values at the ends of a document: text, numbers, instants, and the model's small values that are written as text.

Nothing is converted: a bool is no number, `"5"` is no 5, and an absent value is left out, never null. A reader takes
what a text format yields and gives the model's value, or raises one :class:`InvalidValue` with paths relative to the
value. The second parameter of readers is what cattrs passes; it isn't needed here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from math import isfinite
from typing import Any, Final, cast

import attrs

from agentprov.codec.reading import MOST_PROBLEMS
from agentprov.errors import Code, InvalidValue, Parameter, Problem
from agentprov.model.access import ScopeTerm, parse_scope_term
from agentprov.model.contact import Email, PhoneNumber
from agentprov.model.intervals import TimeOfDay, parse_time_of_day
from agentprov.model.network import Address, Network, parse_address, parse_network
from agentprov.model.properties import NONE, PropertyValue
from agentprov.model.references import Kind
from agentprov.model.text import named
from agentprov.model.users import Same

Read = Callable[[object, object], Any]
"""Gives the model's value for what a document holds, or raises :class:`InvalidValue`."""
Write = Callable[[Any], object]
Schema = Mapping[str, object]
"""A piece of JSON Schema."""


@attrs.frozen(kw_only=True, eq=False)
class Leaf:
    """How one type is read, written and described. Without ``write`` the value is written as it is."""

    read: Read
    write: Write | None = None
    schema: Schema


def kind_of(value: object) -> str:
    """What a document's value is, in plain words."""
    if isinstance(value, bool):
        return "true" if value else "false"
    for kinds, words in _KINDS:
        if isinstance(value, kinds):
            return words
    return "something that a document can't hold"


_KINDS: Final[tuple[tuple[type | tuple[type, ...], str], ...]] = (
    (int, "a whole number"),
    (float, "a fraction"),
    (str, "text"),
    (list, "a list"),
    (dict, "a table"),
    (type(None), "nothing"),
    (datetime, "an instant"),
    (date, "a date"),
    (time, "a time of day"),
)


def wrong_type(expected: str, value: object) -> InvalidValue:
    """The error for a value of another kind. It doesn't repeat the value, which may be a misplaced secret."""
    return InvalidValue.of(Code.FIELD_WRONG_TYPE, expected=expected, found=kind_of(value))


# ---- plain values ---------------------------------------------------------------------------------------------------

_SURROGATE: Final = re.compile("[\ud800-\udfff]")


def read_text(value: object, _: object = None) -> str:
    """Text that can be written as UTF-8 again: half a surrogate pair, which JSON can spell, is refused."""
    if type(value) is not str:
        raise wrong_type("text", value)
    if not value.isascii():
        half = _SURROGATE.search(value)
        if half:
            raise InvalidValue.of(Code.FIELD_CONTROL_CHARACTER, character=named(half[0]))
    return value


def read_whole(value: object, _: object = None) -> int:
    """A whole number."""
    if type(value) is not int:
        raise wrong_type("a whole number", value)
    return value


def read_flag(value: object, _: object = None) -> bool:
    """True or false."""
    if type(value) is not bool:
        raise wrong_type("true or false", value)
    return value


# ---- time -----------------------------------------------------------------------------------------------------------

_INSTANT: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ](?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,6})?"
    r"(?P<offset>[Zz]|[+-][0-9]{2}:[0-9]{2})?"
)
_INSTANT_WORDS: Final = "an instant such as `2026-01-31T09:30:00Z`"


def read_instant(value: object, _: object = None) -> datetime:
    """An instant: RFC 3339 text, or a date-time of TOML, always with an offset. It is kept in UTC."""
    if type(value) is datetime:
        instant = value
    elif type(value) is str:
        instant = _instant(value)
    else:
        raise wrong_type(_INSTANT_WORDS, value)
    if instant.utcoffset() is None:
        raise InvalidValue.of(Code.FIELD_NAIVE_INSTANT)
    try:
        return instant.astimezone(UTC)
    except OverflowError:  # the first and last day of the calendar, in another offset
        raise _invalid(str(value), _INSTANT_WORDS) from None


def _instant(text: str) -> datetime:
    match = _INSTANT.fullmatch(text)
    if match is None:
        raise _invalid(text, _INSTANT_WORDS)
    try:
        return datetime.fromisoformat(text.upper())
    except ValueError:
        raise _invalid(text, _INSTANT_WORDS) from None


def _invalid(text: str, expected: str) -> InvalidValue:
    return InvalidValue.of(Code.FIELD_INVALID, value=text[:80], expected=expected)


def write_instant(value: datetime) -> str:
    """RFC 3339 text in UTC, so that equal instants are written alike."""
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DATE_WORDS: Final = "a date such as `2026-01-31`"


def read_date(value: object, _: object = None) -> date:
    """A date: ``YYYY-MM-DD``, or a date of TOML."""
    if type(value) is date:
        return value
    if type(value) is not str:
        raise wrong_type(_DATE_WORDS, value)
    if _DATE.fullmatch(value) is None:
        raise _invalid(value, _DATE_WORDS)
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise _invalid(value, _DATE_WORDS) from None


def read_time_of_day(value: object, _: object = None) -> TimeOfDay:
    """A time of day: ``HH:MM`` or ``HH:MM:SS``, 00:00 to 24:00, or a time of TOML in whole seconds."""
    if type(value) is time:
        if value.microsecond:
            raise InvalidValue.of(Code.SCHEDULE_INVALID, value=str(value))
        return TimeOfDay(seconds=value.hour * 3600 + value.minute * 60 + value.second)
    if type(value) is not str:
        raise wrong_type("a time of day such as `09:30`", value)
    return parse_time_of_day(value)


# ---- values of the model that are written as text -------------------------------------------------------------------


def read_phone(value: object, _: object = None) -> PhoneNumber:
    """A phone number; that it is E.164 is for the constructor of what holds it to say."""
    return PhoneNumber(read_text(value))


def read_email(value: object, _: object = None) -> Email:
    """An email address; that it has its stored form is for the constructor of what holds it to say."""
    return Email(read_text(value))


def read_forward(value: object, _: object = None) -> PhoneNumber | Same:
    """A phone number, or the words that link it to the user's own."""
    return Same.PHONE if value == Same.PHONE.value else read_phone(value)


def write_forward(value: PhoneNumber | Same) -> str:
    """The number, or the words of the link."""
    return value.value if isinstance(value, Same) else value


def read_network(value: object, _: object = None) -> Network:
    """An address or a network, as ``192.0.2.0/24``."""
    return parse_network(read_text(value))


def read_address(value: object, _: object = None) -> Address:
    """One address, as ``192.0.2.7``."""
    return parse_address(read_text(value))


def read_scope_term(value: object, _: object = None) -> ScopeTerm:
    """A scope term: ``own-agents``, or ``user:u-ravi`` for a chosen object."""
    return parse_scope_term(read_text(value))


def read_level(value: object, _: object = None) -> int | None:
    """A skill's level. ``true`` says that the skill is there and its level isn't said."""
    if value is True:
        return None
    if type(value) is not int:
        raise wrong_type("a level, or true where the level isn't said", value)
    return value


def write_level(value: int | None) -> object:
    """The level, or ``true``."""
    return True if value is None else value


_KINDS_OF_OBJECTS: Final = {kind.value: kind for kind in Kind}


def read_reference(value: object, _: object = None) -> tuple[Kind, str]:
    """An object by its kind and id: ``["users", "u-asha"]``."""
    if type(value) is not list or [type(part) for part in value] != [str, str]:
        raise wrong_type("a list of a kind of objects and an id", value)
    kind, id_ = value
    if kind not in _KINDS_OF_OBJECTS:
        raise InvalidValue.of(Code.FIELD_UNKNOWN_CHOICE, 0, value=kind[:80], choices=tuple(_KINDS_OF_OBJECTS))
    return _KINDS_OF_OBJECTS[kind], read_text(id_)


def write_reference(value: tuple[Kind, str]) -> list[str]:
    """The kind and the id."""
    return [value[0].value, value[1]]


# ---- values of properties and defaults ------------------------------------------------------------------------------

_PROPERTY_WORDS: Final = "text, a whole number, true or false, a list of ids, or `{none = true}`"


def read_property_value(value: object, _: object = None) -> PropertyValue:
    """What a property can hold. Whether it suits the property's kind is checked by the tenant."""
    if type(value) is bool or type(value) is int:
        return value
    if type(value) is str:
        return read_text(value)
    if type(value) is list:
        return frozenset(read_set(value, read_text))
    if type(value) is dict and value.keys() == {"none"} and value["none"] is True:
        return NONE
    raise wrong_type(_PROPERTY_WORDS, value)


def write_property_value(value: PropertyValue) -> object:
    """A set as a sorted list, the explicit none as a table of its own."""
    if value is NONE:
        return {"none": True}
    return sorted(value) if isinstance(value, frozenset) else value


def read_scalar(value: object, _: object = None) -> bool | int | str:
    """True or false, a whole number, or text."""
    if type(value) is bool or type(value) is int:
        return value
    if type(value) is str:
        return read_text(value)
    raise wrong_type("text, a whole number, or true or false", value)


# ---- problems -------------------------------------------------------------------------------------------------------


def read_step(value: object, _: object = None) -> str | int:
    """A step of a problem's path: a key, or a position."""
    return value if type(value) is int else read_text(value)


_PARAMETER_WORDS: Final = "text, a number, true or false, or a list of texts"


def read_parameters(value: object, _: object = None) -> dict[str, Parameter]:
    """What a problem's sentence needs, by name. A list is one of texts; what Python can't write as JSON is refused."""
    if type(value) is not dict:
        raise wrong_type("a table", value)
    parameters = {}
    problems = []
    for name, entry in value.items():
        try:
            parameters[read_text(name)] = _read_parameter(entry)
        except InvalidValue as error:
            problems += [problem.under(name if type(name) is str else "?") for problem in error.problems]
            if len(problems) > MOST_PROBLEMS:
                break
    if problems:
        raise InvalidValue(problems)
    return parameters


def _read_parameter(value: object) -> Parameter:
    if type(value) is float and isfinite(value):
        return value
    if type(value) is list:
        return tuple(read_list(value, read_text))
    if type(value) is bool or type(value) is int:
        return value
    if type(value) is str:
        return read_text(value)
    raise wrong_type(_PARAMETER_WORDS, value)


def write_parameters(parameters: Mapping[str, Parameter]) -> dict[str, object]:
    """By name, sorted.

    Raises:
        InvalidValue: ``field.wrong_type``; something is no parameter, such as a secret.
    """
    return {name: _write_parameter(name, parameters[name]) for name in sorted(parameters)}


def _write_parameter(name: str, value: object) -> object:
    if isinstance(value, str | int) or (isinstance(value, float) and isfinite(value)):
        return value
    if isinstance(value, tuple) and all(isinstance(entry, str) for entry in value):
        return list(value)
    raise InvalidValue(problem.under(name) for problem in wrong_type(_PARAMETER_WORDS, value).problems)


# ---- lists and sets -------------------------------------------------------------------------------------------------


def read_list(value: object, read: Read) -> list[Any]:
    """Every entry of a list; the problems of all of them are raised together, each under its position."""
    if type(value) is not list:
        raise wrong_type("a list", value)
    read_entries = []
    problems = []
    for position, entry in enumerate(value):
        try:
            read_entries.append(read(entry, None))
        except InvalidValue as error:
            problems += [problem.under(position) for problem in error.problems]
            if len(problems) > MOST_PROBLEMS:
                break
    if problems:
        raise InvalidValue(problems)
    return read_entries


def read_set(value: object, read: Read) -> list[Any]:
    """The entries of a list that stands for a set: none of them twice."""
    entries = read_list(value, read)
    if len(set(entries)) < len(entries):
        seen: set[object] = set()
        problems = []
        for position, entry in enumerate(entries):
            if entry in seen:
                shown = str(cast("list[object]", value)[position])[:80]
                problems.append(Problem(code=Code.FIELD_DUPLICATE, path=(position,), parameters={"value": shown}))
            seen.add(entry)
            if len(problems) > MOST_PROBLEMS:
                break
        raise InvalidValue(problems)
    return entries
