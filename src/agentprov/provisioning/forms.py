"""A form held against a blueprint: every field read, every rule asked, every fault of it collected (PV-2).

The order is: names, values, who the user is (roles, type, authentication method), defaults, what follows from other
fields, the blueprint's rules. A fault in one field doesn't hide another's: a faulty field is left as it was, and the
rest goes on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import cache, lru_cache
from typing import Final

import attrs

from agentprov.errors import Code, Collector, InvalidValue, Problem
from agentprov.model.blueprint import Blueprint
from agentprov.model.identity import parse_login
from agentprov.model.table import Table
from agentprov.model.tenant import Tenant
from agentprov.model.text import is_nothing
from agentprov.provisioning.fields import SINGULAR, Field, FieldKind, fields_of
from agentprov.provisioning.parser import Parser
from agentprov.provisioning.parsing import is_blank
from agentprov.provisioning.typed_form import NEUTRAL, TypedForm

Form = Mapping[str, object]
"""Names of fields and plain values, as a web page or JSON gives them: texts, numbers, flags, lists, objects."""

PARTS: Final[Mapping[str, tuple[str, ...]]] = {
    "extension": ("area_caller_ids", "route_through", "extension_addresses"),
    "time_group": ("time_group_failover",),
    "emergency_region": ("site_name", "emergency_caller_id"),
}
"""Fields that are parts of another: they need it, and go when it goes."""

_HANGS_ON: Final[Mapping[str, tuple[str, ...]]] = {
    "dialler_panel": ("login_based_calling",),
    "forward_same_as_phone": ("phone",),
}
"""Fields that a user can't have without another: put back alone, they would be as wrong as before."""

INTERACTIONS: Final = ("video", "whatsapp", "sms")


def _words(names: Iterable[str]) -> frozenset[str]:
    return _shared(frozenset(names)) if names else _NO_WORDS


@lru_cache(maxsize=1_024)
def _shared(names: frozenset[str]) -> frozenset[str]:
    """One set for all the forms that name the same fields: rows of a table nearly always do."""
    return names


_NO_WORDS: Final[frozenset[str]] = frozenset()


@attrs.frozen(kw_only=True)
class Reading:
    """A form as it was understood: its typed values, and what was said of which fields."""

    typed: TypedForm
    base: TypedForm
    """What the typed form started from: a new user's, or the stored one's."""
    entered: frozenset[str] = attrs.field(converter=_words)
    """The fields that were given a value."""
    cleared: frozenset[str] = attrs.field(converter=_words)
    """The fields that were explicitly emptied."""
    defaulted: frozenset[str] = attrs.field(converter=_words)
    """The fields that a default filled."""
    faulty: frozenset[str] = attrs.field(converter=_words)
    """The fields that have a problem; in the typed form they are as they were."""
    new: bool

    def is_set(self, field: str) -> bool:
        """Whether the field has a value that a user without it wouldn't have."""
        value = self.typed.value(field)
        return value is not None if field == "password" else value != neutral(field)

    def is_missing(self, field: str) -> bool:
        """Whether there is no value: nothing, or an empty list; of flags and choices, that nobody said which."""
        if can_be_empty(field):
            return not self.is_set(field)
        return field in self.cleared or (self.new and field not in self.entered and field not in self.defaulted)

    def without(self, faulty: Iterable[str]) -> Reading:
        """The reading with these fields, and those they hang on, put back to what they were."""
        dropped = frozenset(faulty)
        if not dropped:
            return self
        tied = frozenset(name for each in dropped for name in _HANGS_ON.get(each, ()))
        back = {name: self.base.value(name) for name in dropped | tied}
        return attrs.evolve(self, typed=self.typed.put(back), faulty=self.faulty | dropped)


@cache
def neutral(field: str) -> object:
    """What a user without the field has in its place."""
    return NEUTRAL.value(field)


@cache
def can_be_empty(field: str) -> bool:
    """Whether a user without the field has nothing in its place; a flag or a choice always has a value."""
    return neutral(field) in (None, (), frozenset(), Table())


def read_form(
    tenant: Tenant, form: object, base: TypedForm | None, found: Collector, parser: Parser | None = None
) -> Reading:
    """The form as a typed form: for a new user, or on top of a stored one's. What can't be read is noted in ``found``.

    Who reads many forms of one tenant gives a ``parser``, which remembers.
    """
    read = Parser(tenant) if parser is None else parser
    fields = read.fields
    given = named(form, fields, found)
    values: dict[str, object] = {}
    cleared: set[str] = set()
    faulty: set[str] = set()
    for name in sorted(given, key=read.order.__getitem__):
        if _empties(fields[name], given[name]):
            cleared.add(name)
            continue
        try:
            values[name] = read.parse(name, given[name])
        except InvalidValue as error:
            found.absorb(error.problems, name)
            faulty.add(name)
    new = base is None
    start = NEUTRAL if base is None else base
    emptied = {name: neutral(name) for name in cleared}
    typed = start.put({**emptied, **_fitting(values)})
    reading = Reading(
        typed=typed, base=start, entered=values.keys(), cleared=cleared, defaulted=(), faulty=faulty, new=new
    )
    return _derive(_with_defaults(reading, found, read), found)


_SEVERAL: Final = frozenset(
    {
        FieldKind.PHONES,
        FieldKind.REFERENCES,
        FieldKind.REFERENCE_SET,
        FieldKind.SKILLS,
        FieldKind.PROFILES,
        FieldKind.DETAILS,
        FieldKind.AREA_CALLER_IDS,
    }
)
"""The kinds of fields that an empty list or object clears."""


def _empties(field: Field, value: object) -> bool:
    """Whether a raw value clears the field: nothing does, and where there can be several entries, an empty list too.

    An empty list is no text, number or flag. No address at all would let nobody in, so it isn't taken for "any".
    """
    if type(value) is str:
        return not value and field.kind is not FieldKind.ADDRESSES
    if field.kind is FieldKind.ADDRESSES:
        return value is None
    return is_blank(value) if field.kind in _SEVERAL else is_nothing(value)


def named(form: object, fields: Mapping[str, Field], found: Collector) -> dict[str, object]:
    """The form under the fields' own names. One value under a field's singular is a list of it."""
    given: dict[str, object] = {}
    if not isinstance(form, Mapping):
        found.add(Code.FIELD_WRONG_TYPE, expected="an object with the names of fields", found="something else")
        return given
    for key, value in form.items():
        name = SINGULAR.get(key, key) if isinstance(key, str) else ""
        if name not in fields:
            shown = str(key)[:80]
            near = get_close_matches(shown, [*fields, *SINGULAR], n=1)
            hint = f"; perhaps `{near[0]}` is meant" if near else ""
            found.add(Code.FIELD_UNKNOWN, shown, field=shown, hint=hint)
        elif name in given:
            found.add(Code.FIELD_CONTRADICTS, name, other=name if key in SINGULAR else _singular(name))
        else:
            given[name] = [value] if key in SINGULAR and isinstance(value, str) and value else value
    return given


def _singular(name: str) -> str:
    """What a field of several entries is called when a form gives just one."""
    return next(one for one, several in SINGULAR.items() if several == name)


def _fitting(values: Mapping[str, object]) -> dict[str, object]:
    """The values, with what one of them says of another field that a stored user may have.

    A call-forward number ends the link to the phone number, and the link replaces the number.
    """
    out = dict(values)
    if "forward_number" in values:
        out.setdefault("forward_same_as_phone", False)
    elif values.get("forward_same_as_phone") is True:
        out["forward_number"] = None
    return out


def _with_defaults(reading: Reading, found: Collector, read: Parser) -> Reading:
    """The reading with the blueprint's defaults in the fields that a new user's form says nothing of.

    The type comes first, then the authentication method, because other defaults and the rules depend on them. What is
    derived from the role is worked out again at every update.
    """
    typed, defaulted = reading.typed, set(reading.defaulted)
    for name, derivable in read.defaulted:
        if name in reading.entered or name in reading.faulty or not (reading.new or derivable):
            continue
        method = None if name in {"type", "authentication_method"} else typed.authentication_method
        type_ = None if name == "type" else typed.type
        derived, value = read.default(name, (typed.roles, type_, method), derivable=derivable)
        if not (reading.new or derived):
            continue
        if value is None:
            # What is derived without a default is worked out whenever it is asked for, and isn't kept.
            typed = typed.put({name: neutral(name)}) if derived else typed
            continue
        try:
            typed = typed.put({name: read.parse(name, value)})
        except InvalidValue as error:
            found.absorb(error.problems, name)
            reading = attrs.evolve(reading, typed=typed).without({name})
            typed = reading.typed
        else:
            defaulted.add(name)
    if typed is reading.typed and defaulted == reading.defaulted:
        return reading
    return attrs.evolve(reading, typed=typed, defaulted=defaulted)


def _derive(reading: Reading, found: Collector) -> Reading:
    """The reading with what follows from other fields."""
    values: dict[str, object] = {}
    typed = reading.typed
    if "interactions" in reading.entered:
        values |= {name: typed.interactions for name in INTERACTIONS if name not in reading.entered}
        values["interactions"] = False  # it stands for the three, and isn't kept beside them
    for whole, parts in PARTS.items():
        if whole in reading.cleared:
            values |= {part: neutral(part) for part in parts if part not in reading.entered}
    if values:
        reading = attrs.evolve(reading, typed=typed.put(values))
    return _with_login(reading, found) if reading.new else reading


def _with_login(reading: Reading, found: Collector) -> Reading:
    """The reading with the email as its login, where that was asked: a copy made now, which never moves (ID-6)."""
    typed = reading.typed
    if not typed.login_same_as_email:
        return reading
    if reading.faulty & {"login", "email"}:
        return reading.without({"login"})
    if typed.email is None:
        found.add(Code.FIELD_NEEDS, "login_same_as_email", fields="email")
        return reading.without({"login", "login_same_as_email"})
    if typed.login is not None and str(typed.login) != typed.email:
        found.add(Code.FIELD_CONTRADICTS, "login_same_as_email", other="login")
        return reading.without({"login_same_as_email"})
    try:
        login = parse_login(typed.email)
    except InvalidValue as error:
        found.absorb(error.problems, "login")
        return reading.without({"login"})
    return attrs.evolve(reading, typed=typed.put({"login": login}))


def problem_fields(problems: Iterable[Problem]) -> frozenset[str]:
    """The fields that problems are at."""
    if not problems:
        return frozenset()
    return frozenset(SINGULAR.get(str(problem.path[0]), str(problem.path[0])) for problem in problems if problem.path)


def in_field_order(blueprint: Blueprint, problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The problems in the order of the fields; those that are about no field of the form come last."""
    problems = tuple(problems)
    if len(problems) <= 1:
        return problems
    order = {name: position for position, name in enumerate(("id", *fields_of(blueprint)))}

    def position(problem: Problem) -> int:
        return min((order.get(name, len(order)) for name in problem_fields([problem])), default=len(order))

    return tuple(sorted(problems, key=position))
