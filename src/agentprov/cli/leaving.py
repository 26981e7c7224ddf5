"""``agentprov delete``: one object or several of a kind, with what becomes of those who refer to them."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Final

from agentprov.cli.commands import Command
from agentprov.cli.live_facts import assumes_nobody_logged_on, logged_on, logged_on_argument
from agentprov.cli.mistakes import Mistake
from agentprov.cli.objects import OBJECT_HELP, find_object, referrer_data
from agentprov.cli.output import Answer, Json, Page, bad, faint, plain_data, strong, warn
from agentprov.cli.refusals import REFUSED, count, problem_data, problem_page
from agentprov.cli.sources import load_tenant, note_refusal, tenant_argument
from agentprov.cli.tenants import find, name_text
from agentprov.cli.writing import actor_of, assumptions, change_arguments, outcome, write
from agentprov.errors import Code, Refused
from agentprov.model.changes import Change
from agentprov.model.references import Kind
from agentprov.model.tenant import Tenant
from agentprov.provisioning import Confirmation, confirmation, delete

MOST_SHOWN: Final = 20
"""How many lines of one list are shown."""


def _arguments(parser: ArgumentParser) -> None:
    tenant_argument(parser)
    parser.add_argument("objects", metavar="OBJECT", nargs="+", help=f"{OBJECT_HELP}; several of one kind go together")
    ways = parser.add_mutually_exclusive_group()
    ways.add_argument("--detach", action="store_true", help="take the references to them away")
    ways.add_argument("--replace-by", metavar="ID", help="have the references lead to this object of the same kind")
    parser.add_argument("--confirm", metavar="DIGEST", help="confirm exactly what was shown before")
    change_arguments(parser)
    logged_on_argument(parser)


def _run(arguments: Namespace) -> Answer:
    tenant = load_tenant(arguments)
    kind, ids = _objects(tenant, arguments.objects)
    by, detach, other = actor_of(tenant, arguments), arguments.detach, arguments.replace_by
    replace_by = None if other is None else find(tenant, kind, other)
    asked = confirmation(tenant, kind, *ids, by=by, detach=detach, replace_by=replace_by)
    needed = len(ids) > 1 or detach or replace_by is not None
    confirm = arguments.confirm
    if needed and confirm is None and not arguments.write:
        confirm = asked.digest  # shown, not done: what it takes is part of what is shown
    try:
        change = delete(
            tenant,
            kind,
            *ids,
            by=by,
            at=datetime.now(UTC),
            live=logged_on(tenant, arguments),
            detach=detach,
            replace_by=replace_by,
            confirm=confirm,
        )
    except Refused as error:
        note_refusal(arguments, error)
        return _refused(tenant, asked, error)
    after = write(tenant, change, arguments) if arguments.write else None
    page = _page(tenant, asked, change)
    page.gap()
    if kind is Kind.USERS and assumes_nobody_logged_on(arguments):
        assumptions(page, "nobody is logged on to a queue; say otherwise with --logged-on USER:QUEUE")
    if arguments.by is None:
        assumptions(page, "whoever does it may; ask somebody's rights with --by ACTOR")
    if needed and after is None:
        page.gap()
        page.line("to confirm exactly this: ", strong(f"--confirm {asked.digest}"))
    outcome(page, arguments, after)
    return Answer(
        status=0,
        page=page,
        data={
            **_data(asked),
            "confirmation": asked.digest if needed else None,
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


def _objects(tenant: Tenant, texts: Iterable[str]) -> tuple[Kind, tuple[str, ...]]:
    found = [find_object(tenant, text) for text in texts]
    kinds = list(dict.fromkeys(kind for kind, _ in found))
    if len(kinds) > 1:
        raise Mistake(
            f"these are of several kinds: {', '.join(kind.noun for kind in kinds)}", "delete one kind after the other"
        )
    return kinds[0], tuple(dict.fromkeys(id_ for _, id_ in found))


def _data(asked: Confirmation) -> dict[str, Json]:
    return {
        "gone": [{"kind": kind.value, "id": id_} for kind, id_ in asked.gone],
        "referrers": [referrer_data(each) for each in asked.referrers],
    }


def _refused(tenant: Tenant, asked: Confirmation, error: Refused) -> Answer:
    page = Page()
    page.line(bad("refused: "), _title(tenant, asked))
    if Code.REFERENCE_IN_USE in error.codes:
        page.gap()
        _list(page, [str(each) for each in asked.referrers])
    page.gap()
    page.extend(problem_page(error.problems))
    told: dict[str, Json] = {"message": "refused", "problems": problem_data(error.problems)}
    return Answer(status=REFUSED, page=page, data={**_data(asked), "error": told})


def _title(tenant: Tenant, asked: Confirmation) -> str:
    named = [f"{kind.noun} {name_text(tenant, kind, id_)}" for kind, id_ in asked.gone]
    return f"delete {', '.join(named)}"


def _page(tenant: Tenant, asked: Confirmation, change: Change) -> Page:
    page = Page()
    page.line(strong(_title(tenant, asked)))
    if asked.referrers:
        page.gap()
        page.line(count(len(asked.referrers), "reference"), " to what goes:")
        _list(page, [str(each) for each in asked.referrers])
    page.gap()
    page.line("what changes:")
    _list(page, change.describe())
    if change.warnings:
        page.gap()
        page.line(warn(count(len(change.warnings), "warning")))
        page.gap()
        page.extend(problem_page(change.warnings))
    return page


def _list(page: Page, lines: Sequence[str]) -> None:
    for line in lines[:MOST_SHOWN]:
        page.item(line)
    if len(lines) > MOST_SHOWN:
        page.item(faint(f"{len(lines) - MOST_SHOWN} more; --format json has all"))


COMMAND: Final = Command(
    name="delete",
    summary="Delete objects, and detach or replace the references to them",
    details=(
        "Without --detach or --replace-by an object that others refer to is not deleted; who refers is shown. Detached,"
        " the references are taken away, which is refused where the rest couldn't be as it is. Replaced, they lead to"
        " another object of the same kind. Personal profiles go with their users.\n\n"
        "Several objects, and whatever is detached or replaced, must be confirmed: run it once without --write, look at"
        " what is shown, and give back its digest. A digest is void when what would go, or who refers to it, has"
        " changed since.\n\n"
        "With --write the file is replaced in one step. Comments in a TOML or YAML file are lost."
    ),
    examples=(
        "delete smartflo.toml caller_id:c-mumbai --detach",
        "delete smartflo.toml u-ravi --replace-by u-asha --by u-meera",
    ),
    arguments=_arguments,
    run=_run,
)
