"""``agentprov move``: what becomes different for a user in another user group, and the move itself."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import Final

from agentprov.cli.commands import Command
from agentprov.cli.live_facts import assumes_nobody_logged_on, logged_on, logged_on_argument
from agentprov.cli.output import Answer, Json, Page, faint, strong
from agentprov.cli.refusals import problem_data, problem_page
from agentprov.cli.sources import load_tenant, tenant_argument
from agentprov.cli.tenants import find, find_user, named
from agentprov.cli.writing import actor_of, assumptions, change_arguments, outcome, write
from agentprov.engine.preview import Preview, preview
from agentprov.model.ids import UserGroupId
from agentprov.model.references import Kind
from agentprov.model.tenant import Tenant
from agentprov.model.users import User
from agentprov.provisioning import move_user

NO_GROUP: Final = "none"


def _arguments(parser: ArgumentParser) -> None:
    tenant_argument(parser)
    parser.add_argument("user", metavar="USER", help="the id or login of a user")
    parser.add_argument("group", metavar="GROUP", help=f"the id of a user group, or `{NO_GROUP}`")
    change_arguments(parser)
    logged_on_argument(parser)


def _run(arguments: Namespace) -> Answer:
    tenant = load_tenant(arguments)
    user = find_user(tenant, arguments.user)
    group = _group(tenant, arguments.group)
    change = move_user(tenant, user.id, to=group, by=actor_of(tenant, arguments), live=logged_on(tenant, arguments))
    difference = preview(tenant, change.apply(tenant), user.id)
    moves = bool(change.edits)
    after = write(tenant, change, arguments) if moves and arguments.write else None
    page = _page(tenant, user, group, difference)
    if moves:
        page.gap()
        if assumes_nobody_logged_on(arguments):
            assumptions(page, "nobody is logged on to a queue; say otherwise with --logged-on USER:QUEUE")
        if arguments.by is None:
            assumptions(page, "whoever does it may; ask somebody's rights with --by ACTOR")
        if change.warnings:
            page.gap()
            page.extend(problem_page(change.warnings))
        outcome(page, arguments, after)
    return Answer(
        status=0,
        page=page,
        data={
            "user": user.id,
            "from": user.user_group,
            "to": group,
            "changes": _data(difference),
            "words": list(difference.words()),
            "warnings": problem_data(change.warnings),
            "version": tenant.version if after is None else after.version,
            "written": after is not None,
        },
    )


def _group(tenant: Tenant, text: str) -> UserGroupId | None:
    if text == NO_GROUP and NO_GROUP not in tenant.user_groups:
        return None
    return UserGroupId(find(tenant, Kind.USER_GROUPS, text))


def _data(difference: Preview) -> dict[str, Json]:
    return {
        "properties": [change.name for change in difference.properties],
        "profiles_gained": [profile.id for profile in difference.profiles_gained],
        "profiles_lost": [profile.id for profile in difference.profiles_lost],
        "profiles_kept": [profile.id for profile in difference.profiles_kept],
        "permissions": [change.permission for change in difference.permissions],
    }


def _page(tenant: Tenant, user: User, group: UserGroupId | None, difference: Preview) -> Page:
    page = Page()
    who = named(tenant, Kind.USERS, user.id)
    if user.user_group == group:
        page.line(*who, " is there already: nothing changes")
        return page
    groups = [
        ("no user group",) if each is None else named(tenant, Kind.USER_GROUPS, each)
        for each in (user.user_group, group)
    ]
    page.line(
        "move ",
        strong("".join(piece if isinstance(piece, str) else "" for piece in who[:1])),
        *who[1:],
        ": ",
        *groups[0],
        " -> ",
        *groups[1],
    )
    page.gap()
    if difference.is_empty:
        page.line("but for the group, nothing becomes different for them", indent=2)
    for words in difference.words():
        page.item(words)
    kept = [profile.name for profile in difference.profiles_kept]
    if kept:
        page.item(faint(f"stays: profile{'s' if len(kept) > 1 else ''} {', '.join(kept)}"))
    return page


COMMAND: Final = Command(
    name="move",
    summary="Show what a move to another user group changes for a user, and carry it out",
    details=(
        "Values set on the user stay, inherited ones follow the new group, the old group's profiles go and the new"
        " group's come. A move is refused while the user is logged on to a queue. That is a fact only the host knows:"
        " without --logged-on it is assumed that nobody is.\n\n"
        "With --write the file is replaced in one step. Comments in a TOML or YAML file are lost."
    ),
    examples=(
        "move smartflo.toml u-ravi g-support",
        "move smartflo.toml u-ravi g-support --by u-asha --write",
    ),
    arguments=_arguments,
    run=_run,
)
