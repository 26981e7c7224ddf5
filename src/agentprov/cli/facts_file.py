"""What the host counted and remembers, from a file: ``--facts`` of ``agentprov route``."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterator, Mapping
from typing import Final

import attrs

from agentprov.cli.mistakes import Mistake, os_words
from agentprov.codec.formats import format_of, parse_text, read_file
from agentprov.codec.values import decode_value
from agentprov.errors import AgentprovError, Code, Collector, Path, Problem
from agentprov.model.contact import PhoneNumber
from agentprov.model.ids import DepartmentId, ProfileId, UserId
from agentprov.model.live import Counters, Live
from agentprov.model.references import Kind
from agentprov.model.sticky import LastAgent, StickyKey, StickyPlace
from agentprov.model.table import Table
from agentprov.model.tenant import Tenant


@attrs.frozen(kw_only=True)
class FactsFile:
    """What stands in the file, in the words of scenario files."""

    profiles: Table[UserId, ProfileId] = attrs.field(factory=Table)
    counters: Table[UserId, Counters] = attrs.field(factory=Table)
    rotation: Table[DepartmentId, UserId] = attrs.field(factory=Table)
    last_agents: Table[str, LastAgent] = attrs.field(factory=Table)
    """By the id of a department or a number; the caller is the call's."""
    seed: int = 0


NOTHING_SAID: Final = FactsFile()


def facts_file_argument(parser: ArgumentParser) -> None:
    """The argument that names the file."""
    parser.add_argument(
        "--facts",
        metavar="FACTS",
        help="a TOML file with what was counted and is remembered: counters, rotation, last_agents, profiles, seed",
    )


def read_facts(tenant: Tenant, path: str | None) -> FactsFile:
    """The facts in a file; without a file nothing is said.

    Raises:
        Mistake: the file can't be read, isn't one of facts, or names somebody or something that isn't in the tenant.
        MissingExtra: the library that reads its format isn't installed.
    """
    if path is None:
        return NOTHING_SAID
    try:
        format_ = format_of(path)
        parsed = parse_text(read_file(path, format_, None), format_, None)
        facts = decode_value(FactsFile, parsed.document)
    except OSError as error:
        raise Mistake(f"can't read `{path}`: {os_words(error)}") from None
    except AgentprovError as error:
        raise _mistake(path, error.problems) from None
    found = Collector()
    found.absorb(parsed.problems)
    for place, kinds, id_ in _ids(facts):
        if not any(id_ in _filed(tenant, kind) for kind in kinds):
            found.add(Code.REFERENCE_MISSING, *place, kind=" or ".join(kind.noun for kind in kinds), value=id_)
    if found.problems:
        raise _mistake(path, tuple(found.problems))
    return facts


def with_facts(live: Live, facts: FactsFile, tenant: Tenant, caller: PhoneNumber | None) -> Live:
    """The live facts with those of the file. An anonymous caller is known to nobody."""
    known = {} if caller is None else {_key(tenant, caller, id_): last for id_, last in facts.last_agents.items()}
    return attrs.evolve(
        live,
        profiles=facts.profiles,
        counters=facts.counters,
        rotation=facts.rotation,
        last_agents=known,
        seed=facts.seed,
    )


def assumed_of(live: Live, caller: PhoneNumber | None) -> str | None:
    """What was taken for granted about the past, because no file said otherwise."""
    parts = [
        *([] if live.last_agents or caller is None else ["nobody has served this caller before"]),
        *([] if live.counters or live.rotation else ["nobody has had a call yet"]),
    ]
    return f"{' and '.join(parts)} (--facts)" if parts else None


def _key(tenant: Tenant, caller: PhoneNumber, id_: str) -> StickyKey:
    place = StickyPlace.DEPARTMENT if DepartmentId(id_) in tenant.departments else StickyPlace.NUMBER
    return StickyKey(caller=caller, place=place, id=id_)


def _mistake(path: str, problems: tuple[Problem, ...]) -> Mistake:
    first, *others = problems
    said = f"{first.where}: {first.message}" if first.path else first.message
    more = f"; and {len(others)} more" if others else ""
    return Mistake(f"{path} has no facts to use: {said}{more}", first.mend)


def _ids(facts: FactsFile) -> Iterator[tuple[Path, tuple[Kind, ...], str]]:
    users = (Kind.USERS,)
    for user, profile in facts.profiles.items():
        yield ("profiles", user), users, user
        yield ("profiles", user), (Kind.PROFILES,), profile
    for user in facts.counters:
        yield ("counters", user), users, user
    for department, user in facts.rotation.items():
        yield ("rotation", department), (Kind.DEPARTMENTS,), department
        yield ("rotation", department), users, user
    for place, last in facts.last_agents.items():
        yield ("last_agents", place), (Kind.DEPARTMENTS, Kind.NUMBERS), place
        yield ("last_agents", place, "user"), users, last.user


def _filed(tenant: Tenant, kind: Kind) -> Mapping[str, object]:
    found: Mapping[str, object] = getattr(tenant, kind.value)
    return found
