"""The table of a call: what it asks, read from a scenario file, and how it is run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

import attrs

from agentprov.codec import decode
from agentprov.engine.call_flow import Router
from agentprov.engine.zones import epoch
from agentprov.errors import AgentprovError
from agentprov.model.calls import Call
from agentprov.model.contact import PhoneNumber
from agentprov.model.ids import DepartmentId, NumberId, ProfileId, UserId
from agentprov.model.live import Counters, Live, Presence
from agentprov.model.steps import Step
from agentprov.model.sticky import LastAgent, StickyKey, StickyPlace
from agentprov.model.tenant import Tenant
from agentprov.testing.scenarios.checks import CallCheck, Facts
from agentprov.testing.scenarios.tables import NEVER, Fields, merged
from agentprov.testing.scenarios.words import event_of


def read_call(fields: Fields, document: Mapping[str, object]) -> CallCheck:
    """One `[[call]]` of a file whose tenant is ``document``."""
    newer = fields.mapping("newer")
    return CallCheck(
        to=fields.need("to", str, "-"),
        caller=fields.optional("from", str, "-"),
        at=fields.need("at", datetime, NEVER),
        facts=_facts(fields),
        events=_events(fields),
        steps=fields.texts("steps"),
        reasons=fields.texts("reasons"),
        effects=fields.texts("effects"),
        shown=tuple(_shown(fields)),
        newer=merged(document, newer) if newer else None,
        newer_after=fields.take("newer_after", int, 0),
    )


def _events(fields: Fields) -> tuple[str, ...]:
    texts = fields.texts("events")
    for position, text in enumerate(texts):
        try:
            event_of(text)
        except AgentprovError as error:
            fields.found.absorb(error.problems, *fields.path, "events", position)
    return texts


def _facts(fields: Fields) -> Facts:
    return Facts(
        presence=fields.choices("presence", Presence),
        panel=fields.texts("panel"),
        profiles=fields.words("profiles"),
        counters=tuple((user, _counters(inner)) for user, inner in fields.inner("counters")),
        rotation=fields.words("rotation"),
        last_agents=tuple((place, _last_agent(inner)) for place, inner in fields.inner("last_agents")),
        seed=fields.take("seed", int, 0),
    )


def _counters(fields: Fields) -> Counters:
    counters = Counters()
    try:
        counters = Counters(
            idle_since=fields.optional("idle_since", datetime, NEVER),
            **{name: fields.take(name, int, 0) for name in ("calls", "talk_seconds", "unanswered")},
        )
    except AgentprovError as error:
        fields.found.absorb(error.problems, *fields.path)
    fields.done()
    return counters


def _last_agent(fields: Fields) -> LastAgent:
    user, at = fields.need("user", str, "-"), fields.need("at", datetime, NEVER)
    fields.done()
    return LastAgent(user=UserId(user), at=at)


def _shown(fields: Fields) -> Iterator[tuple[str, str]]:
    for name in ("labels", "languages"):
        texts = fields.texts_or_none(name)
        if texts is not None:
            yield name, ", ".join(texts)
    caller_id = fields.optional("caller_id", str, "-")
    if caller_id is not None:
        yield "caller_id", caller_id
    priority = fields.optional("priority", int, 0)
    if priority is not None:
        yield "priority", str(priority)


# ---- running --------------------------------------------------------------------------------------------------------


@attrs.frozen
class Impossible:
    """An event that can't follow the step before it, by its position, and what the engine says of it."""

    position: int
    error: AgentprovError


def steps_of(tenant: Tenant, check: CallCheck) -> Iterator[Step | Impossible]:
    """The steps of the call: the first, and one after each event, up to an event that is impossible."""
    number = tenant.numbers.get(NumberId(check.to))
    caller = None if check.caller is None else PhoneNumber(check.caller)
    call = Call(to=PhoneNumber(check.to) if number is None else number.phone, caller=caller)
    live = _live(tenant, check.facts, caller)
    router = Router(tenant)
    at = epoch(check.at)
    step = router.start(call, at=at, live=live)
    yield step
    for position, text in enumerate(check.events):
        if check.newer is not None and position == check.newer_after:
            router = Router(decode(check.newer))
        event, seconds = event_of(text)
        at += seconds
        try:
            step = router.resume(step.state, event, at=at, live=live)
        except AgentprovError as error:
            yield Impossible(position, error)
            return
        yield step


def _live(tenant: Tenant, facts: Facts, caller: PhoneNumber | None) -> Live:
    return Live(
        presence={UserId(user): said for user, said in facts.presence},
        panel=[UserId(user) for user in facts.panel],
        profiles={UserId(user): ProfileId(profile) for user, profile in facts.profiles},
        counters={UserId(user): counters for user, counters in facts.counters},
        rotation={DepartmentId(department): UserId(user) for department, user in facts.rotation},
        last_agents={
            StickyKey(caller=caller, place=_place(tenant, id_), id=id_): last
            for id_, last in facts.last_agents
            if caller is not None
        },
        seed=facts.seed,
    )


def _place(tenant: Tenant, id_: str) -> StickyPlace:
    return StickyPlace.DEPARTMENT if DepartmentId(id_) in tenant.departments else StickyPlace.NUMBER
