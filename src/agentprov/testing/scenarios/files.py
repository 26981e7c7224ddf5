"""Scenario files: TOML to values."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path

import attrs

from agentprov.errors import Code, Collector, MalformedDocument
from agentprov.model.references import Kind
from agentprov.testing.scenarios.calls import read_call
from agentprov.testing.scenarios.checks import AskCheck, Check, OpenCheck, ProvisionCheck, ResolveCheck
from agentprov.testing.scenarios.dialling import read_dial
from agentprov.testing.scenarios.mentions import Placed, note_unknown
from agentprov.testing.scenarios.tables import NEVER, Fields, merged

MINIMAL: Mapping[str, object] = {
    "agentprov": 1,
    "id": "t-scenario",
    "name": "Scenario",
    "settings": {"time_zone": "UTC", "region": "IN"},
    "blueprint": {
        "name": "scenario",
        "catalogue": {"sections": {"user": ["view", "add", "edit", "delete"], "access": ["grant"]}},
    },
}
"""What a document needs and a scenario needn't say."""


@attrs.frozen(kw_only=True)
class Scenario:
    """A rule, what the scenario says about it, the tenant's document, and the questions."""

    rule: str
    says: str
    document: Mapping[str, object] = attrs.field(hash=False)
    refused: tuple[str, ...]
    """Why the document is no tenant, as ``departments.d-sales.strategy: field.unknown_choice``."""
    checks: tuple[Check, ...]


def load_scenario(path: str | os.PathLike[str]) -> Scenario:
    """The scenario in a file. ``base`` in it names another document, relative to the file, that its own adds to.

    An id that a question mentions is in the tenant, or in the file's list ``unknown``.

    Raises:
        MalformedDocument: with every problem of the file, each at its path.
    """
    found = Collector()
    file = Path(path)
    fields = Fields(found, _toml(file, file.name, file.name))
    document: Mapping[str, object] = MINIMAL
    base = fields.take("base", str, "")
    if base:
        document = merged(document, _toml(file.parent / base, base, "base"))
    document = merged(document, fields.mapping("tenant"))
    placed = list(_checks(found, fields, document))
    note_unknown(found, document, placed, fields.texts("unknown"))
    scenario = Scenario(
        rule=fields.need("rule", str, "-"),
        says=fields.need("says", str, "-"),
        document=document,
        refused=fields.texts("refused"),
        checks=tuple(check for _, check in placed),
    )
    fields.done()
    if not scenario.checks and not scenario.refused:
        found.add(Code.FIELD_EMPTY)
    found.check(MalformedDocument)
    return scenario


def _toml(path: Path, said: str, field: str) -> Mapping[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise MalformedDocument.of(Code.FIELD_INVALID, field, value=said, expected="a file that is there") from error
    except (OSError, ValueError) as error:
        raise MalformedDocument.of(Code.FIELD_INVALID, field, value=str(error), expected="a TOML file") from error


def _checks(found: Collector, fields: Fields, document: Mapping[str, object]) -> Iterator[Placed]:
    readers: dict[str, Callable[[Fields], Check]] = {
        "provision": _provision,
        "ask": _ask,
        "resolve": _resolve,
        "open": _open,
        "call": lambda inner: read_call(inner, document),
        "dial": read_dial,
    }
    for name, read in readers.items():
        for position, table in enumerate(fields.tables(name)):
            inner = Fields(found, table, name, position)
            yield (name, position), read(inner)
            inner.done()


def _provision(fields: Fields) -> Check:
    return ProvisionCheck(
        user=fields.need("user", str, "-"),
        form=fields.pairs("form"),
        update=fields.take("update", bool, default=False),
        expect=fields.pairs("expect"),
        refused=fields.texts("refused"),
    )


def _ask(fields: Fields) -> Check:
    kind = fields.take("kind", str, Kind.USERS.value)
    if kind not in set(Kind):
        fields.found.add(Code.FIELD_UNKNOWN_CHOICE, *fields.path, "kind", value=kind, choices=tuple(Kind))
        kind = Kind.USERS
    return AskCheck(
        user=fields.need("user", str, "-"),
        permission=fields.need("permission", str, "-"),
        on=fields.optional("on", str, "-"),
        kind=Kind(kind),
        expect=fields.need("expect", bool, stand_in=False),
        because=fields.texts_or_none("because"),
    )


def _resolve(fields: Fields) -> Check:
    return ResolveCheck(
        user=fields.need("user", str, "-"),
        property=fields.need("property", str, "-"),
        expect=fields.need("expect", str, "-"),
        shadowed=fields.texts_or_none("shadowed"),
    )


def _open(fields: Fields) -> Check:
    return OpenCheck(
        time_group=fields.need("time_group", str, "-"),
        at=fields.need("at", datetime, NEVER),
        expect=fields.need("expect", bool, stand_in=False),
        because=fields.optional("because", str, "-"),
        losers=fields.texts_or_none("losers"),
        until=fields.optional("until", datetime, NEVER),
    )
