"""``agentprov store verify``: whether all that a store keeps is whole."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import Final

from agentprov.cli.commands import Command
from agentprov.cli.output import Answer, Page, bad, faint, good, strong
from agentprov.cli.refusals import count, problem_data, problem_page
from agentprov.cli.sources import store_argument
from agentprov.cli.stores import open_store

FAULTS: Final = 1
MOST_SHOWN: Final = 100
"""How many faults a page shows; JSON has all."""


def _arguments(parser: ArgumentParser) -> None:
    store_argument(parser)


def _run(arguments: Namespace) -> Answer:
    store = open_store(arguments)
    from agentprov.sql.verifying import verify

    faults = verify(store.run.engine)
    page = Page()
    page.line(strong(store.name), ": ", bad(count(len(faults), "fault")) if faults else good("whole"))
    page.gap()
    page.extend(problem_page(faults[:MOST_SHOWN]))
    if len(faults) > MOST_SHOWN:
        page.gap()
        page.line(faint(f"and {len(faults) - MOST_SHOWN:,} more; --format json has all"), indent=2)
    tenants = list(store.tenants.tenant_ids())
    if not faults:
        page.line(f"{count(len(tenants), 'tenant')}: every row reads, and every log leads to what is stored", indent=2)
    return Answer(
        status=FAULTS if faults else 0,
        page=page,
        data={"store": store.name, "tenants": tenants, "faults": problem_data(faults)},
    )


COMMAND: Final = Command(
    name="store verify",
    summary="Check that everything a store keeps is as it was written",
    details=(
        "The tables are those of this release; every row reads, and is what its digest says; no log has a gap, and"
        " applied one after the other its changes give the tenant that is stored; logins, numeric ids and extensions"
        " are kept for who has them; nothing is left of a tenant or a user who isn't there. All faults are listed."
        " Nothing is changed."
    ),
    examples=("store verify --store sqlite:///centre.db",),
    arguments=_arguments,
    run=_run,
)
