"""Readers and writers of the model's values, made from their shapes. The only user of cattrs.

cattrs writes, for each class, the function that takes a table apart; all values in it are read by strict readers of
ours, because its own ones convert (`"false"` to true, 5 to `"5"`). Every problem of an object is reported, its unknown
keys and what the class itself objects to included.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, assert_never, cast

from agentprov.codec.leaves import Leaf, Read, Write, read_list, read_set, wrong_type
from agentprov.codec.reading import MOST_PROBLEMS, hint
from agentprov.codec.shapes import (
    TAG,
    TAGS,
    Choice,
    Field,
    ListOf,
    Record,
    SetOf,
    Shape,
    TableOf,
    Tagged,
    fields_of,
)
from agentprov.errors import Code, InvalidValue, Problem
from agentprov.model.table import Table

if TYPE_CHECKING:
    from cattrs import Converter

ReadEntry = Callable[[str, object], Any]
"""Gives the model's value for a key and what stands under it."""
WriteTable = Callable[[Any], dict[str, object]]

NEEDS_ANOTHER: Final = frozenset({Code.FORWARD_WITHOUT_PHONE, Code.DIALLER_PANEL_NEEDS_LOGIN_BASED})
"""What may be the mere consequence of another field that couldn't be read."""


# ---- reading --------------------------------------------------------------------------------------------------------


@cache
def reader(shape: Shape) -> Read:
    """The function that reads values of this shape."""
    match shape:
        case Leaf(read=read):
            return read
        case Choice():
            return _choice_reader(shape)
        case Record(cls=cls):
            return _record_reader(cls)
        case Tagged():
            return _tagged_reader(shape)
        case ListOf(of=of):
            return _list_reader(reader(of))
        case SetOf(of=of):
            return _set_reader(reader(of))
        case TableOf():
            return _table_reader(shape)
        case _:
            assert_never(shape)


def _list_reader(read_entry: Read) -> Read:
    def read(value: object, _: object = None) -> tuple[Any, ...]:
        return tuple(read_list(value, read_entry))

    return read


def _set_reader(read_member: Read) -> Read:
    def read(value: object, _: object = None) -> frozenset[Any]:
        return frozenset(read_set(value, read_member))

    return read


def _choice_reader(choice: Choice) -> Read:
    members = {member.value: member for member in choice.enum}
    choices = tuple(members)

    def read(value: object, _: object = None) -> object:
        if type(value) is not str:
            raise wrong_type("text", value)
        if value not in members:
            raise InvalidValue.of(Code.FIELD_UNKNOWN_CHOICE, value=value[:80], choices=choices)
        return members[value]

    return read


def _tagged_reader(tagged: Tagged) -> Read:
    classes = {TAGS[cls]: cls for cls in tagged.classes}
    # Filled on first use, because a destination may hold another one.
    readers: dict[str, Read] = {}

    def read(value: object, _: object = None) -> object:
        if type(value) is not dict:
            raise wrong_type(f"a table with a `{TAG}`", value)
        tag = value.get(TAG)
        if type(tag) is not str or tag not in classes:
            raise InvalidValue((_tag_problem(value, tuple(classes)),))
        if tag not in readers:
            readers[tag] = reader(Record(classes[tag]))
        body = value.copy()
        del body[TAG]
        return readers[tag](body, None)

    return read


def _tag_problem(value: dict[object, object], choices: tuple[str, ...]) -> Problem:
    if TAG not in value:
        return Problem(code=Code.FIELD_REQUIRED, path=(TAG,))
    tag = value[TAG]
    if not isinstance(tag, str):
        return wrong_type("text", tag).problems[0].under(TAG)
    return Problem(code=Code.FIELD_UNKNOWN_TAG, path=(TAG,), parameters={"value": tag[:80], "choices": choices})


def _table_reader(shape: TableOf) -> Read:
    def read(value: object, _: object = None) -> Table[Any, Any]:
        entries, problems = read_table(shape, value)
        if problems:
            raise InvalidValue(problems)
        return Table(entries)

    return read


def read_table(shape: TableOf, value: object) -> tuple[dict[Any, Any], list[Problem]]:
    """The entries of a table that could be read, and the problems of the others."""
    if type(value) is not dict:
        return {}, list(wrong_type("a table", value).problems)
    read_key = reader(shape.key)
    read_entry = entry_reader(shape)
    entries: dict[Any, Any] = {}
    problems: list[Problem] = []
    for key, entry in value.items():
        try:
            name = read_key(key, None)
            entries[name] = read_entry(name, entry)
        except InvalidValue as error:
            shown = key if type(key) is str else "?"
            problems += [problem.under(shown) for problem in error.problems]
            if len(problems) > MOST_PROBLEMS:
                break
    return entries, problems


@cache
def entry_reader(shape: TableOf) -> ReadEntry:
    """The function that reads an entry of a table under its key."""
    read, filed = reader(shape.of), shape.filed
    if filed is None:
        return lambda _, entry: read(entry, None)
    return lambda key, entry: _read_filed(read, filed, key, entry)


def _read_filed(read: Read, filed: str, key: str, entry: object) -> object:
    """Read an object that is filed under its id, which the object itself doesn't repeat."""
    if type(entry) is not dict:
        raise wrong_type("a table", entry)
    body = {**entry, filed: key}
    problems = [unknown_field(filed, ())] if filed in entry else []
    try:
        value = read(body, None)
    except InvalidValue as error:
        # The key has no field of its own: what is wrong with it is wrong at the object.
        problems += [Problem(code=p.code, parameters=p.parameters) if p.path == (filed,) else p for p in error.problems]
    else:
        if not problems:
            return value
    raise InvalidValue(problems)


def _record_reader(cls: type) -> Read:
    from cattrs.errors import ClassValidationError
    from cattrs.gen import make_dict_structure_fn, override

    fields = {field.name: field for field in fields_of(cls)}
    overrides: dict[str, Any] = {name: override(struct_hook=reader(field.shape)) for name, field in fields.items()}
    structure: Any = make_dict_structure_fn(
        cls, _converter(), _cattrs_forbid_extra_keys=True, _cattrs_detailed_validation=True, **overrides
    )

    def read(value: object, _: object = None) -> object:
        if type(value) is not dict:
            raise wrong_type("a table", value)
        try:
            return structure(value, cls)
        except ClassValidationError as error:
            problems = _problems(cls, fields, value, error.exceptions)
        raise InvalidValue(problems)

    return read


@cache
def _converter() -> Converter:
    from cattrs import Converter

    return Converter()


def _problems(
    cls: type, fields: dict[str, Field], value: dict[object, object], errors: Iterable[Exception]
) -> list[Problem]:
    """What cattrs collected while it read an object, as problems."""
    from cattrs.errors import AttributeValidationNote, ForbiddenExtraKeysError

    problems: list[Problem] = []
    faulty: set[str] = set()
    built = False
    for error in errors:
        notes = [note for note in getattr(error, "__notes__", ()) if isinstance(note, AttributeValidationNote)]
        if isinstance(error, ForbiddenExtraKeysError):
            # In the order of the document: a set's, as cattrs gives it, is another one in every process.
            unknown = (key for key in value if key not in fields)
            problems += [unknown_field(key, tuple(fields)) for key in islice(unknown, MOST_PROBLEMS + 1)]
        elif isinstance(error, InvalidValue) and notes:
            faulty.add(notes[0].name)
            problems += [problem.under(notes[0].name) for problem in error.problems]
        elif isinstance(error, InvalidValue):
            built = True
            problems += error.problems
        elif isinstance(error, KeyError) and notes and notes[0].name not in value:
            faulty.add(notes[0].name)
            problems.append(Problem(code=Code.FIELD_REQUIRED, path=(notes[0].name,)))
        else:
            raise error  # a defect of this library
    if not built:
        problems += _objections(cls, fields, value, faulty)
    return problems


def unknown_field(key: object, known: tuple[str, ...]) -> Problem:
    """The problem of a key that is no field, with a hint at the one that may be meant."""
    field = key if isinstance(key, str) else "?"
    return Problem(code=Code.FIELD_UNKNOWN, path=(field,), parameters={"field": field[:80], "hint": hint(field, known)})


def _objections(cls: type, fields: dict[str, Field], value: dict[object, object], faulty: set[str]) -> list[Problem]:
    """What the class itself objects to in the fields that could be read, where it can be asked without the others."""
    if any(fields[name].required for name in faulty):
        return []
    good = {
        name: reader(field.shape)(value[name], None)
        for name, field in fields.items()
        if name in value and name not in faulty
    }
    try:
        cls(**good)
    except InvalidValue as error:
        return [
            problem
            for problem in error.problems
            if not faulty or (problem.path and problem.path[0] not in faulty and problem.code not in NEEDS_ANOTHER)
        ]
    return []


# ---- writing --------------------------------------------------------------------------------------------------------


@cache
def writer(shape: Shape) -> Write | None:
    """The function that writes values of this shape; nothing for values that are written as they are."""
    match shape:
        case Leaf(write=write):
            return write
        case Choice():
            return lambda value: value.value
        case Record(cls=cls):
            return _record_writer(cls)
        case Tagged():
            return _tagged_writer()
        case ListOf(of=of):
            return _list_writer(writer(of))
        case SetOf(of=of):
            return _set_writer(writer(of))
        case TableOf():
            return _table_writer(shape)
        case _:
            assert_never(shape)


def _list_writer(write_entry: Write | None) -> Write:
    if write_entry is None:
        return list
    return lambda entries: [write_entry(entry) for entry in entries]


def _set_writer(write_member: Write | None) -> Write:
    if write_member is None:
        return sorted

    def write(members: frozenset[Any]) -> list[Any]:
        written: list[Any] = [write_member(member) for member in members]
        return sorted(written)

    return write


def _tagged_writer() -> Write:
    # Filled on first use, because a destination may hold another one.
    writers: dict[type, WriteTable] = {}

    def write(value: Any) -> dict[str, object]:  # noqa: ANN401
        cls: type = type(value)
        if cls not in writers:
            writers[cls] = _record_writer(cls)
        return {TAG: TAGS[cls], **writers[cls](value)}

    return write


def _table_writer(shape: TableOf) -> Write:
    write_key = writer(shape.key)
    write_entry = entry_writer(shape)

    def write(table: Table[Any, Any]) -> dict[str, object]:
        out: dict[str, object] = {}
        keys = {(key if write_key is None else str(write_key(key))): entry for key, entry in table.items()}
        for key in sorted(keys):
            out[key] = keys[key] if write_entry is None else write_entry(keys[key])
        return out

    return write


@cache
def entry_writer(shape: TableOf) -> Write | None:
    """The function that writes an entry of a table, without the key that it stands under."""
    write = writer(shape.of)
    return write if write is None or shape.filed is None else _without(shape.filed, write)


def _without(key: str, write: Write) -> Write:
    """Write an object without the field that it is filed under."""

    def write_rest(value: object) -> dict[str, object]:
        written: Any = write(value)
        del written[key]
        return cast("dict[str, object]", written)

    return write_rest


@cache
def _record_writer(cls: type) -> WriteTable:
    from cattrs.fns import identity
    from cattrs.gen import make_dict_unstructure_fn, override

    overrides: dict[str, Any] = {
        field.name: override(unstruct_hook=writer(field.shape) or identity) for field in fields_of(cls)
    }
    write: WriteTable = make_dict_unstructure_fn(cls, _converter(), _cattrs_omit_if_default=True, **overrides)
    return write
