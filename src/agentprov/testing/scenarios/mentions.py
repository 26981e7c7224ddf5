"""The ids that a scenario's questions mention: each must be in its tenant, or be listed as meant to be unknown (ID-3).

A question about somebody who isn't there has an answer, mostly "no". So a mistyped id would pass for a rule that holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import assert_never

from agentprov.errors import AgentprovError, Code, Collector, Path
from agentprov.model.calls import TransferAsked
from agentprov.model.contact import phone_problems
from agentprov.model.references import Kind, of_destination
from agentprov.testing.scenarios.checks import (
    AskCheck,
    CallCheck,
    Check,
    Facts,
    OpenCheck,
    ProvisionCheck,
    ResolveCheck,
)
from agentprov.testing.scenarios.dialling import DialCheck
from agentprov.testing.scenarios.words import event_of

Mention = tuple[Path, tuple[Kind, ...], str]
"""Where an id stands, what it may be the id of, and the id."""
Placed = tuple[Path, Check]
"""A question and the table that it was read from."""


class KnownIds:
    """The ids in a tenant's document, by kind, with those of users that the scenario creates."""

    def __init__(self, document: Mapping[str, object], created: Iterable[str] = ()) -> None:
        self._document = document
        self._created = frozenset(created)

    def has(self, kind: Kind, id_: str) -> bool:
        """Whether there is such an object. The document isn't a tenant yet, so anything may stand in it."""
        objects = self._document.get(kind.value)
        return (isinstance(objects, dict) and id_ in objects) or (kind is Kind.USERS and id_ in self._created)


def note_unknown(
    found: Collector, document: Mapping[str, object], placed: Iterable[Placed], unknown: tuple[str, ...]
) -> None:
    """Note each id of a question that is neither in the tenant nor in ``unknown``, and each of ``unknown`` that is."""
    questions = list(placed)
    created = [check.user for _, check in questions if isinstance(check, ProvisionCheck) and not check.update]
    known = KnownIds(document, created)
    wrong = {problem.path for problem in found.problems}  # where something stands in for what couldn't be read
    for place, check in questions:
        newer = KnownIds(check.newer) if isinstance(check, CallCheck) and check.newer is not None else known
        if isinstance(check, CallCheck):
            _note_numbers(found, place, check, [known, newer], wrong)
        for path, kinds, id_ in _mentions(check):
            if id_ in unknown or (*place, *path) in wrong:
                continue
            if not any(ids.has(kind, id_) for kind in kinds for ids in (known, newer)):
                noun = " or ".join(kind.noun for kind in kinds)
                found.add(Code.REFERENCE_MISSING, *place, *path, kind=noun, value=id_)
    for position, id_ in enumerate(unknown):
        if any(known.has(kind, id_) for kind in Kind):
            found.add(Code.FIELD_INVALID, "unknown", position, value=id_, expected="an id that the tenant doesn't have")


def _mentions(check: Check) -> Iterator[Mention]:
    match check:
        case AskCheck(user=user, on=on, kind=kind):
            yield ("user",), (Kind.USERS,), user
            if on is not None:
                yield ("on",), (kind,), on
        case ResolveCheck(user=user):
            yield ("user",), (Kind.USERS,), user
        case OpenCheck(time_group=time_group):
            yield ("time_group",), (Kind.TIME_GROUPS,), time_group
        case DialCheck(user=user, caller_id=caller_id):
            yield ("user",), (Kind.USERS,), user
            if caller_id is not None:
                yield ("caller_id",), (Kind.CALLER_IDS,), caller_id
        case ProvisionCheck(user=user, update=update):
            if update:
                yield ("user",), (Kind.USERS,), user
        case CallCheck(facts=facts, events=events):
            yield from _of_facts(facts)
            yield from _of_transfers(events)
        case _:
            assert_never(check)


def _of_facts(facts: Facts) -> Iterator[Mention]:
    users = (Kind.USERS,)
    for name, ids in (("presence", dict(facts.presence)), ("counters", dict(facts.counters))):
        for user in ids:
            yield (name, user), users, user
    for position, user in enumerate(facts.panel):
        yield ("panel", position), users, user
    for user, profile in facts.profiles:
        yield ("profiles", user), users, user
        yield ("profiles", user, "profile"), (Kind.PROFILES,), profile
    for department, user in facts.rotation:
        yield ("rotation", department), (Kind.DEPARTMENTS,), department
        yield ("rotation", department, "user"), users, user
    for place, last in facts.last_agents:
        yield ("last_agents", place), (Kind.DEPARTMENTS, Kind.NUMBERS), place
        yield ("last_agents", place, "user"), users, last.user


def _of_transfers(events: tuple[str, ...]) -> Iterator[Mention]:
    for position, text in enumerate(events):
        try:
            event, _ = event_of(text)
        except AgentprovError:
            continue  # noted where the event was read
        if isinstance(event, TransferAsked):
            for reference in of_destination((), event.to):
                yield ("events", position), (reference.kind,), reference.id


def _note_numbers(found: Collector, place: Path, check: CallCheck, known: list[KnownIds], wrong: set[Path]) -> None:
    if check.caller is not None and (*place, "from") not in wrong:
        found.absorb(phone_problems(check.caller), *place, "from")
    if (*place, "to") in wrong:
        return
    if check.to.startswith("+"):
        found.absorb(phone_problems(check.to), *place, "to")
    elif not any(ids.has(Kind.NUMBERS, check.to) for ids in known):
        found.add(Code.REFERENCE_MISSING, *place, "to", kind="number id or phone number", value=check.to)
