"""``agentprov access-lint``: what is unwise about a tenant's rights."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import Final

from agentprov.analysis.access_lint import lint_access
from agentprov.analysis.findings import Finding, Weight
from agentprov.cli.commands import Command
from agentprov.cli.output import Answer, Json, Page, faint, good, plain_object, strong, warn
from agentprov.cli.refusals import count
from agentprov.cli.sources import load_tenant, source_of, tenant_argument
from agentprov.cli.tenants import name_text
from agentprov.model.tenant import Tenant

FINDINGS: Final = 1


def _arguments(parser: ArgumentParser) -> None:
    tenant_argument(parser)
    parser.add_argument("--no-hints", action="store_true", help="warnings only: leave out what is merely untidy")


def _run(arguments: Namespace) -> Answer:
    tenant = load_tenant(arguments)
    found = [each for each in lint_access(tenant) if each.weight is Weight.WARNING or not arguments.no_hints]
    return Answer(
        status=FINDINGS if found else 0,
        page=_page(tenant, source_of(arguments).name, found),
        data={**source_of(arguments).data, "findings": [_data(finding) for finding in found]},
    )


def _page_of(finding: Finding) -> str:
    """The page on a finding's code, in the documentation."""
    return f"docs/lint/{finding.code.value}.md"


def _page(tenant: Tenant, source: str, found: list[Finding]) -> Page:
    page = Page()
    page.line(strong(source), ": ", warn(_counted(found)) if found else good("nothing found"))
    for finding in found:
        page.gap()
        subject = finding.subject
        name = "" if subject is None else f"  {name_text(tenant, subject.kind, subject.id)}"
        page.line(strong(finding.where if finding.path else tenant.id), faint(name), indent=2)
        mark = warn("warning") if finding.weight is Weight.WARNING else faint("hint")
        page.line(mark, ": ", finding.message, faint(f"  {finding.code.value}"), indent=4)
        page.line(faint("to mend: "), finding.fix, indent=4)
        page.line(faint("see: "), faint(_page_of(finding)), indent=4)
    return page


def _counted(found: list[Finding]) -> str:
    numbers = [(weight.value, sum(each.weight is weight for each in found)) for weight in Weight]
    return ", ".join(count(number, noun) for noun, number in numbers if number)


def _data(finding: Finding) -> dict[str, Json]:
    return {**plain_object(finding.as_data()), "page": _page_of(finding)}


COMMAND: Final = Command(
    name="access-lint",
    summary="Find what is unwise about a tenant's rights",
    details=(
        "A tenant with findings works. A warning is about somebody who may do what they perhaps shouldn't, or about a"
        " grant that doesn't do what it says; a hint is about what could be simpler or safer.\n\n"
        "The exit status is 1 if there is any finding; with --no-hints, if there is any warning."
    ),
    examples=("access-lint smartflo.toml", "access-lint smartflo.toml --no-hints --format json"),
    arguments=_arguments,
    run=_run,
)
