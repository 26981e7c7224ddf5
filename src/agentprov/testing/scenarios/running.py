"""Running a scenario: every question is put to the engine, every answer compared."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import assert_never

import attrs

from agentprov.codec import decode, encode_value
from agentprov.engine.access import Access
from agentprov.engine.decisions import Object
from agentprov.engine.hours import hours_of
from agentprov.engine.inheritance import Source, resolve
from agentprov.engine.zones import epoch, instant
from agentprov.errors import AgentprovError, Code, MalformedDocument, NotFound
from agentprov.model.ids import TimeGroupId, UserId
from agentprov.model.references import Kind
from agentprov.model.steps import Step
from agentprov.model.tenant import Tenant
from agentprov.provisioning import create_user, update_user
from agentprov.testing.scenarios.calls import Impossible, steps_of
from agentprov.testing.scenarios.checks import AskCheck, CallCheck, OpenCheck, ProvisionCheck, ResolveCheck
from agentprov.testing.scenarios.dialling import DialCheck, dial_outcome, outcome_texts
from agentprov.testing.scenarios.files import Scenario, load_scenario
from agentprov.testing.scenarios.words import effect_text, lines, reason_text, shown_texts, step_texts, value_text


@attrs.frozen(kw_only=True)
class Failure:
    """One answer that wasn't the expected one."""

    check: str
    expected: str
    actual: str

    def __str__(self) -> str:
        return f"{self.check}\n  expected: {self.expected}\n  actual: {self.actual}"


def run_scenario(path: str | os.PathLike[str]) -> list[Failure]:
    """Run the scenario in a file; an empty list means that every answer is the expected one.

    Raises:
        MalformedDocument: the file is no scenario, or its tenant can't be built and isn't meant to be refused.
    """
    return run(load_scenario(path))


def run(scenario: Scenario) -> list[Failure]:
    """The failures of a scenario, in the order of its questions: those about provisioning come first."""
    try:
        tenant = decode(scenario.document)
    except MalformedDocument as error:
        if not scenario.refused:
            raise
        return list(_same("the tenant is refused", list(scenario.refused), _codes(error)))
    if scenario.refused:
        return list(_same("the tenant is refused", list(scenario.refused), []))
    failures: list[Failure] = []
    for check in scenario.checks:
        if isinstance(check, ProvisionCheck):
            tenant, found = _provision(tenant, check)
        else:
            found = list(_answered(tenant, check))
        failures += found
    return failures


Question = CallCheck | AskCheck | ResolveCheck | OpenCheck | DialCheck


def _answered(tenant: Tenant, check: Question) -> Iterator[Failure]:
    title, answer = _answer(tenant, check)
    try:
        yield from answer
    except AgentprovError as error:
        yield Failure(check=title, expected=lines(["an answer"]), actual=lines(_sentences(error)))


def _answer(tenant: Tenant, check: Question) -> tuple[str, Iterator[Failure]]:
    """What is asked, in words, and the failures of its answer."""
    match check:
        case CallCheck():
            title = f"call to {check.to} at {check.at.isoformat()}"
            return title, _call(tenant, check, title)
        case AskCheck():
            title = f"{check.user} {check.permission} {check.on or 'for the whole tenant'}"
            return title, _ask(tenant, check, title)
        case ResolveCheck():
            title = f"{check.property} of {check.user}"
            return title, _resolve(tenant, check, title)
        case OpenCheck():
            title = f"{check.time_group} at {check.at.isoformat()}"
            return title, _open(tenant, check, title)
        case DialCheck():
            title = f"{check.user} dials {check.number}"
            return title, _dial(tenant, check, title)
        case _:
            assert_never(check)


def _same(check: str, expected: list[str], actual: list[str]) -> Iterator[Failure]:
    if expected != actual:
        yield Failure(check=check, expected=lines(expected), actual=lines(actual))


def _codes(error: AgentprovError) -> list[str]:
    return [f"{problem.where}: {problem.code.value}" for problem in error.problems]


def _sentences(error: AgentprovError) -> list[str]:
    return [str(problem).removeprefix("(whole): ") for problem in error.problems]


# ---- provisioning ---------------------------------------------------------------------------------------------------


def _provision(tenant: Tenant, check: ProvisionCheck) -> tuple[Tenant, list[Failure]]:
    title = f"{'update' if check.update else 'create'} {check.user}"
    id_ = UserId(check.user)
    try:
        if check.update:
            change = update_user(tenant, id_, dict(check.form), by=None)
        else:
            change = create_user(tenant, dict(check.form), by=None, id=id_)
    except AgentprovError as error:
        return tenant, list(_same(title, list(check.refused), _codes(error)))
    after = change.apply(tenant)
    fields = encode_value(after.users[id_])
    assert isinstance(fields, dict), "a user is a table of a document"
    found = [*_same(title, list(check.refused), [])]
    for name, value in check.expect:
        found += _same(f"{title}: {name}", [str(value)], [str(fields.get(name))])
    return after, found


# ---- access, properties, hours --------------------------------------------------------------------------------------


def _ask(tenant: Tenant, check: AskCheck, title: str) -> Iterator[Failure]:
    on = None if check.on is None else Object(kind=check.kind, id=check.on)
    decision = Access(tenant).decide(check.user, check.permission, on)
    yield from _same(title, [str(check.expect)], [str(decision.allowed)])
    if check.because is not None:
        yield from _same(f"{title}: because", sorted(check.because), sorted(map(reason_text, decision.reasons)))


def _resolve(tenant: Tenant, check: ResolveCheck, title: str) -> Iterator[Failure]:
    found = resolve(tenant, check.user, check.property)
    yield from _same(title, [check.expect], [f"{value_text(found.value)} from {_source(found.source)}"])
    if check.shadowed is not None:
        shadowed = [f"{value_text(value)} from {_source(source)}" for source, value in found.shadowed]
        yield from _same(f"{title}: shadowed", list(check.shadowed), shadowed)


def _source(source: Source) -> str:
    return source.level.value if source.id is None else f"{source.level.value} {source.id}"


def _open(tenant: Tenant, check: OpenCheck, title: str) -> Iterator[Failure]:
    group = tenant.time_groups.get(TimeGroupId(check.time_group))
    if group is None:
        raise NotFound.of(Code.REFERENCE_MISSING, kind=Kind.TIME_GROUPS.noun, value=check.time_group)
    state = hours_of(group, tenant.calendars, tenant.settings.emergency).state(epoch(check.at))
    words: Callable[[bool], str] = {True: "open", False: "closed"}.__getitem__
    yield from _same(title, [words(check.expect)], [words(state.open)])
    if check.because is not None:
        yield from _same(f"{title}: because", [check.because], [state.because.layer.value])
    if check.losers is not None:
        yield from _same(f"{title}: losers", list(check.losers), [loser.layer.value for loser in state.losers])
    if check.until is not None:
        actual = "never" if state.until is None else _moment(instant(state.until))
        yield from _same(f"{title}: until", [_moment(check.until)], [actual])


def _moment(at: datetime) -> str:
    return instant(epoch(at)).isoformat()


# ---- outbound calls -------------------------------------------------------------------------------------------------


def _dial(tenant: Tenant, check: DialCheck, title: str) -> Iterator[Failure]:
    outcome = dial_outcome(tenant, check)
    yield from _same(title, [check.expect], [_as_said(check.expect, *outcome_texts(outcome))])
    if check.reasons is not None:
        yield from _same(f"{title}: reasons", list(check.reasons), list(map(str, outcome.reasons)))


# ---- calls ----------------------------------------------------------------------------------------------------------


def _call(tenant: Tenant, check: CallCheck, title: str) -> Iterator[Failure]:
    steps: list[Step] = []
    for step in steps_of(tenant, check):
        if isinstance(step, Impossible):
            yield _impossible(title, check.events[step.position], steps[-1], step)
            return
        steps.append(step)
    texts = [step_texts(step.action) for step in steps]
    expected = list(check.steps)
    told = [full if position >= len(expected) else _as_said(expected[position], full, short)
            for position, (full, short) in enumerate(texts)]  # fmt: skip
    yield from _same(title, expected, told)
    reasons = [str(attrs.evolve(reason, until=None)) for step in steps for reason in step.reasons]
    yield from _among(f"{title}: reasons", check.reasons, reasons)
    effects = [effect_text(effect) for step in steps for effect in step.effects]
    yield from _among(f"{title}: effects", check.effects, effects)
    last = shown_texts(steps[-1])
    for name, said in check.shown:
        yield from _same(f"{title}: {name}", [said], [last[name]])


def _impossible(title: str, event: str, before: Step, found: Impossible) -> Failure:
    return Failure(
        check=f"{title}: events[{found.position}] `{event}`",
        expected=lines([f"an event that can follow `{step_texts(before.action)[1]}`"]),
        actual=lines(_sentences(found.error)),
    )


def _among(check: str, expected: tuple[str, ...], given: list[str]) -> Iterator[Failure]:
    missing = [text for text in expected if text not in given]
    if missing:
        yield Failure(check=check, expected=lines(missing), actual=lines(given))


def _as_said(expected: str, full: str, short: str) -> str:
    """The step in the words that the scenario uses, if these are its words."""
    return expected if expected in {full, short} else full
