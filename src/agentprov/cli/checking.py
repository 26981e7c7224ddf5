"""``agentprov check``: is a tenant's file in order, or a blueprint's."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import Final

from agentprov.cli.commands import Command
from agentprov.cli.output import Answer, Page, bad, faint, good, strong, warn
from agentprov.cli.refusals import WRONG, count, problem_data, problem_page
from agentprov.cli.sources import load_tenant, source_of, tenant_argument
from agentprov.codec import holds_blueprint, load_blueprint
from agentprov.errors import MalformedDocument, Problem
from agentprov.model.references import Kind
from agentprov.provisioning import (
    blueprint_problems,
    doubtful_contacts,
    forwards_astray,
    required_missing,
    values_asleep,
)

FINDINGS: Final = 1


def _arguments(parser: ArgumentParser) -> None:
    tenant_argument(parser)
    parser.add_argument("--strict", action="store_true", help="let warnings count as findings: exit status 1")


def _run(arguments: Namespace) -> Answer:
    try:
        tenant = load_tenant(arguments)
    except MalformedDocument as error:
        return _blueprint(arguments) or _broken(arguments.file, error.problems)
    source = source_of(arguments)
    warnings = (
        *required_missing(tenant),
        *doubtful_contacts(tenant),
        *forwards_astray(tenant),
        *values_asleep(tenant),
    )
    counts = {kind: len(table) for kind in Kind if (table := tenant.table(kind))}
    page = Page()
    verdict = warn(count(len(warnings), "warning")) if warnings else good("fine")
    page.line(strong(source.name), ": ", verdict)
    page.gap()
    page.line(
        tenant.name,
        faint(f" ({tenant.id})"),
        f", version {tenant.version}, blueprint {tenant.blueprint.name}",
        indent=2,
    )
    page.line(_counted(counts), indent=2, hang=0)
    page.gap()
    page.extend(problem_page(warnings))
    return Answer(
        status=FINDINGS if warnings and arguments.strict else 0,
        page=page,
        data={
            **source.data,
            "tenant": {"id": tenant.id, "name": tenant.name, "version": tenant.version},
            "blueprint": tenant.blueprint.name,
            "counts": {kind.value: number for kind, number in counts.items()},
            "defects": [],
            "warnings": problem_data(warnings),
        },
    )


def _blueprint(arguments: Namespace) -> Answer | None:
    """What is to be said of a blueprint's own file; nothing where the file isn't meant as one."""
    try:
        if not holds_blueprint(arguments.file):
            return None
        plan = load_blueprint(arguments.file)
    except MalformedDocument as error:
        return _broken(arguments.file, error.problems)
    warnings = blueprint_problems(plan)
    counts = {
        "fields": len({rule.field for rule in plan.rules}),
        "steps": len(plan.steps),
        "roles": len(plan.roles or ()),
    }
    page = Page()
    page.line(strong(arguments.file), ": ", warn(count(len(warnings), "warning")) if warnings else good("fine"))
    page.gap()
    said = [count(number, noun.removesuffix("s")) for noun, number in counts.items() if number]
    page.line(f"blueprint {plan.name}", *(f", {each}" for each in said), indent=2)
    page.gap()
    page.extend(problem_page(warnings))
    return Answer(
        status=FINDINGS if warnings and arguments.strict else 0,
        page=page,
        data={
            "file": arguments.file,
            "blueprint": plan.name,
            "counts": {noun: number for noun, number in counts.items()},  # noqa: C416  typed as JSON
            "defects": [],
            "warnings": problem_data(warnings),
        },
    )


_NOUNS: Final = {
    Kind.IVRS: "menu",
    Kind.PROPERTY_DEFINITIONS: "property",
    Kind.CALENDARS: "holiday calendar",
    Kind.CALLER_IDS: "caller ID",
    Kind.VOICEMAILS: "voicemail box",
}


def _counted(counts: dict[Kind, int]) -> str:
    """``3 users, 2 departments``."""
    return ", ".join(count(number, _NOUNS.get(kind, kind.noun)) for kind, number in counts.items())


def _broken(file: str, problems: tuple[Problem, ...]) -> Answer:
    page = Page()
    page.line(strong(file), ": ", bad(count(len(problems), "defect")))
    page.gap()
    page.extend(problem_page(problems))
    return Answer(status=WRONG, page=page, data={"file": file, "defects": problem_data(problems), "warnings": []})


COMMAND: Final = Command(
    name="check",
    summary="Check that a tenant's file is in order, or a blueprint's",
    details=(
        "A file with defects can't be used at all: every one is shown, with where it is and how to mend it, and the"
        " exit status is 2. Warnings are about users who lack a field that the blueprint requires, about numbers and"
        " addresses that aren't to be had, and about values of properties that a lock or a bound keeps from counting:"
        " such a file can be used.\n\n"
        "FILE may be a blueprint of its own as well. Then warnings are about rules for fields that there aren't, rules"
        " that never count, defaults that the field doesn't take, and required fields on no page."
    ),
    examples=("check smartflo.toml", "check smartflo.toml --strict --format json"),
    arguments=_arguments,
    run=_run,
)
