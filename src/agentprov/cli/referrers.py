"""``agentprov referrers``: who refers to an object, in which field and as what."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import Final

from agentprov.cli.commands import Command
from agentprov.cli.objects import OBJECT_HELP, find_object, referrer_data
from agentprov.cli.output import Answer, Page, faint, strong
from agentprov.cli.refusals import count
from agentprov.cli.sources import load_tenant, tenant_argument
from agentprov.cli.tenants import name_text
from agentprov.errors import path_text
from agentprov.model.referrers import referrers


def _arguments(parser: ArgumentParser) -> None:
    tenant_argument(parser)
    parser.add_argument("object", metavar="OBJECT", help=OBJECT_HELP)


def _run(arguments: Namespace) -> Answer:
    tenant = load_tenant(arguments)
    kind, id_ = find_object(tenant, arguments.object)
    found = referrers(tenant, kind, id_)
    page = Page()
    name = name_text(tenant, kind, id_)
    if not found:
        page.line("nothing refers to the ", kind.noun, " ", strong(name))
    else:
        holders = len({each.holder for each in found})
        page.line(
            count(len(found), "reference"),
            " to the ",
            kind.noun,
            " ",
            strong(name),
            f", from {count(holders, 'holder')}",
        )
        page.gap()
        page.grid(((path_text(each.path), each.what, faint(each.holder)) for each in found), "where", "as", "held by")
    return Answer(
        status=0,
        page=page,
        data={"kind": kind.value, "id": id_, "referrers": [referrer_data(each) for each in found]},
    )


COMMAND: Final = Command(
    name="referrers",
    summary="Show who refers to an object",
    details=(
        "Every field that leads to it, of every object of the tenant and of its settings: members, options of menus,"
        " failovers, roles, scopes, visibility, resource filters. What has none can be deleted as it is.\n\n"
        "What is only a user's own, such as a personal profile, is no reference to them: it goes with them."
    ),
    examples=("referrers smartflo.toml department:d-bookings", "referrers smartflo.toml u-ravi --format json"),
    arguments=_arguments,
    run=_run,
)
