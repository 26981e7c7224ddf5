"""The document of a tenant: its top level, its version, and the whole tenant from its parts.

A document is a table: `agentprov` (the version of the format), `id`, `name`, `version`, `settings`, `blueprint`,
`properties`, and one table for each kind of object, keyed by the objects' ids. All objects are read, the faulty ones
too, so that every problem comes together; then the whole is checked as far as it could be read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any, Final

from agentprov.codec import blueprints
from agentprov.codec.hooks import read_table, reader, unknown_field, writer
from agentprov.codec.incomplete import ALL, Broken, further_problems
from agentprov.codec.limits import GENERATED, Limits, check_shape
from agentprov.codec.parsed import Parsed
from agentprov.codec.reading import MOST_PROBLEMS, reading
from agentprov.codec.shapes import Field, TableOf, fields_of
from agentprov.codec.versions import VERSION, VERSION_KEY, current
from agentprov.errors import Code, InvalidValue, Problem
from agentprov.model.blueprint import Blueprint
from agentprov.model.references import Kind
from agentprov.model.tenant import Tenant

Document = dict[str, object]


def decode(document: Mapping[str, object], *, limits: Limits = GENERATED) -> Tenant:
    """The tenant that a document says, given as plain dictionaries, lists, text, numbers and booleans.

    Phone numbers and email addresses must have their stored form. Whether there are such numbers is asked when a person
    types them, and by ``check``: the plans change with every release of the libraries that hold them, and no release
    may keep a stored tenant from being read.

    Raises:
        MalformedDocument: with every problem of the document and its path. After a thousand problems it says
            ``document.more_problems`` and stops.

    >>> tenant = decode(
    ...     {
    ...         "agentprov": 1,
    ...         "id": "t-acme",
    ...         "name": "Acme",
    ...         "settings": {"time_zone": "Asia/Kolkata", "region": "IN"},
    ...         "blueprint": {"name": "small", "catalogue": {"sections": {"user": ["view"]}}},
    ...         "users": {"u-asha": {"login": "asha"}},
    ...     }
    ... )
    >>> sorted(tenant.users)
    ['u-asha']
    """
    plain: object = document
    if isinstance(plain, Mapping):
        plain = dict(plain)
    check_shape(plain, limits)
    return decode_parsed(Parsed(document=plain))


def decode_parsed(parsed: Parsed) -> Tenant:
    """The tenant that a parsed text says; see :func:`decode`."""
    try:
        with reading():
            tenant, problems = _read(current(parsed.document))
    except InvalidValue as error:
        tenant, problems = None, list(error.problems)
    if tenant is None or problems or parsed.problems:
        raise parsed.error(problems)
    return tenant


def _read(document: dict[Any, object]) -> tuple[Tenant | None, list[Problem]]:
    fields = fields_of(Tenant)
    names = tuple(field.name for field in fields)
    parts: dict[str, Any] = {}
    broken: dict[str, Broken] = {}
    problems: list[Problem] = []
    for field in fields:
        if field.name not in document:
            if field.required:
                problems.append(Problem(code=Code.FIELD_REQUIRED, path=(field.name,)))
            continue
        value = document[field.name]
        part, faults = _read_part(field, value)
        problems += [problem.under(field.name) for problem in faults]
        if part is not _NOTHING:
            parts[field.name] = part
        if faults and field.name in _KINDS:
            read = parts[field.name]
            broken[field.name] = frozenset(key for key in value if key not in read) if isinstance(value, dict) else ALL
        if len(problems) > MOST_PROBLEMS:
            return None, problems
    unknown = (key for key in document if key not in names)
    problems += [unknown_field(key, names) for key in islice(unknown, MOST_PROBLEMS + 1)]
    if problems:
        return None, [*problems, *further_problems(parts, broken)]
    try:
        return Tenant(**parts), []
    except InvalidValue as error:
        return None, list(error.problems)


_NOTHING: Final = object()
_KINDS: Final = frozenset(kind.value for kind in Kind)


def _read_part(field: Field, value: object) -> tuple[object, list[Problem]]:
    """A field of the tenant. Of a table of objects, those that could be read."""
    if isinstance(field.shape, TableOf):
        return read_table(field.shape, value)
    try:
        if field.name == "blueprint" and isinstance(value, str):
            return blueprints.blueprint(value), []
        return reader(field.shape)(value, None), []
    except InvalidValue as error:
        return _NOTHING, list(error.problems)


def encode(tenant: Tenant) -> Document:
    """The document of a tenant, in plain dictionaries, lists, text, numbers and booleans.

    What has its default is left out, sets and tables are sorted, instants are in UTC, and a shipped blueprint is named
    instead of written out; so equal tenants have equal documents, and :func:`decode` gives an equal tenant back.
    """
    return write_fields(tenant, fields_of(Tenant))


def write_fields(tenant: Tenant, fields: Iterable[Field]) -> Document:
    """The part of a tenant's document that these fields are."""
    document: Document = {VERSION_KEY: VERSION}
    for field in fields:
        value = getattr(tenant, field.name)
        if not field.required and value == field.default:
            continue
        if isinstance(value, Blueprint) and blueprints.is_shipped(value):
            document[field.name] = value.name
        else:
            write = writer(field.shape)
            document[field.name] = value if write is None else write(value)
    return document
