"""``agentprov status``: disable, block or deactivate users, and bring them back."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from typing import Final

from agentprov.cli.commands import Command
from agentprov.cli.live_facts import logged_on, logged_on_argument
from agentprov.cli.output import Answer, Page, plain_data, strong, warn
from agentprov.cli.refusals import count, problem_data, problem_page
from agentprov.cli.sources import load_tenant, tenant_argument
from agentprov.cli.tenants import find_user, name_text
from agentprov.cli.writing import actor_of, assumptions, change_arguments, outcome, write
from agentprov.model.changes import Change
from agentprov.model.references import Kind
from agentprov.provisioning import block, deactivate, disable, enable, reactivate, unblock

_AWAY: Final[dict[str, Callable[..., Change]]] = {"disable": disable, "block": block, "deactivate": deactivate}
_BACK: Final[dict[str, Callable[..., Change]]] = {"enable": enable, "unblock": unblock, "reactivate": reactivate}


def _arguments(parser: ArgumentParser) -> None:
    tenant_argument(parser)
    parser.add_argument("users", metavar="USER", nargs="+", help="the id or login of a user; several go together")
    parser.add_argument("operation", metavar="OPERATION", choices=(*_AWAY, *_BACK), help=", ".join((*_AWAY, *_BACK)))
    change_arguments(parser)
    logged_on_argument(parser)


def _run(arguments: Namespace) -> Answer:
    tenant = load_tenant(arguments)
    ids = tuple(dict.fromkeys(find_user(tenant, each).id for each in arguments.users))
    by, operation = actor_of(tenant, arguments), arguments.operation
    if operation in _AWAY:
        change = _AWAY[operation](tenant, *ids, by=by, live=logged_on(tenant, arguments))
    else:
        change = _BACK[operation](tenant, *ids, by=by)
    moves = bool(change.edits)
    after = write(tenant, change, arguments) if moves and arguments.write else None
    page = Page()
    page.line(strong(operation), " ", ", ".join(name_text(tenant, Kind.USERS, each) for each in ids))
    page.gap()
    for line in change.describe() or ("nothing changes: they are there already",):
        page.item(line)
    if change.warnings:
        page.gap()
        page.line(warn(count(len(change.warnings), "warning")))
        page.gap()
        page.extend(problem_page(change.warnings))
    if moves:
        page.gap()
        if by is None:
            assumptions(page, "whoever does it may; ask somebody's rights with --by ACTOR")
        outcome(page, arguments, after)
    return Answer(
        status=0,
        page=page,
        data={
            "users": list(ids),
            "operation": operation,
            "changes": list(change.describe()),
            "events": [
                {"kind": each.kind.value, "subject": each.subject, "facts": plain_data(each.facts)}
                for each in change.events
            ],
            "warnings": problem_data(change.warnings),
            "version": tenant.version if after is None else after.version,
            "written": after is not None,
        },
    )


COMMAND: Final = Command(
    name="status",
    summary="Disable, block or deactivate users, and bring them back",
    details=(
        "disable, block and deactivate close accounts: no sign-in, no rights, neither rung nor dialling out. They"
        " differ by the way back: enable, unblock (an admin only), reactivate; deactivated users are hidden from lists."
        " Nothing but the status changes in a user.\n\n"
        "An account is closed whoever is logged on to a queue; whom --logged-on names is warned of.\n\n"
        "With --write the file is replaced in one step. Comments in a TOML or YAML file are lost."
    ),
    examples=(
        "status smartflo.toml u-ravi disable",
        "status smartflo.toml u-ravi u-dev deactivate --by u-meera --write",
    ),
    arguments=_arguments,
    run=_run,
)
