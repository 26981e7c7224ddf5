"""``agentprov who``: who may do this."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterable
from typing import Final

from agentprov.cli.commands import Command
from agentprov.cli.output import Answer, Json, Page, faint, good, strong, warn
from agentprov.cli.questions import (
    MOST_NAMED,
    action_words,
    all_argument,
    extent_data,
    find_object,
    find_permission,
    object_data,
    people_words,
    permission_argument,
    target_words,
)
from agentprov.cli.refusals import count
from agentprov.cli.sources import load_tenant, tenant_argument
from agentprov.engine.access import Access
from agentprov.engine.decisions import Object
from agentprov.engine.extents import NOWHERE, Extent
from agentprov.engine.sentences import reason_words
from agentprov.model.access import Permission
from agentprov.model.ids import UserId
from agentprov.views.extents import effective, extent_words

MOST_GROUPS: Final = 20
"""How many groups of users are shown to a person; the others are counted."""


def _arguments(parser: ArgumentParser) -> None:
    tenant_argument(parser)
    permission_argument(parser)
    parser.add_argument(
        "--on",
        metavar="ID",
        help="to what: a user's id, or KIND:ID, such as number:n-1; if left out, all who hold it for anything",
    )
    all_argument(parser)


def _run(arguments: Namespace) -> Answer:
    tenant = load_tenant(arguments)
    permission = find_permission(tenant, arguments.permission)
    most = None if arguments.all else MOST_NAMED
    access = Access(tenant)
    if arguments.on is None:
        return _anywhere(access, permission, most)
    return _over(access, permission, find_object(tenant, arguments.on), most)


# ---- over one object ------------------------------------------------------------------------------------------------


def _over(access: Access, permission: Permission, on: Object, most: int | None) -> Answer:
    """Everybody who may do it to one object; those who may for the same reasons together."""
    tenant = access.tenant
    users = sorted(access.who(permission, on))
    because: dict[tuple[str, ...], list[UserId]] = {}
    for user in users:
        reasons = access.decide(user, permission, on).reasons
        because.setdefault(tuple(reason_words(tenant, user, on, reason) for reason in reasons), []).append(user)
    page = Page()
    who = count(len(users), "user") if users else "nobody"
    page.line(who, " may ", strong(action_words(permission)), " ", *target_words(tenant, on), faint(f"  {permission}"))
    groups = _most_first(because)
    shown = groups if most is None else groups[:MOST_GROUPS]
    for words, group in shown:
        page.gap()
        page.line(people_words(tenant, group, most=most), indent=2)
        for each in words:
            page.item(faint(each), indent=4)
    _left_out(page, [group for _, group in groups[len(shown) :]])
    return Answer(
        status=0,
        page=page,
        data={
            "permission": permission,
            "on": object_data(on),
            "users": list(users),
            "groups": [{"users": list(group), "words": list(words)} for words, group in groups],
        },
    )


# ---- for anything ---------------------------------------------------------------------------------------------------


def _anywhere(access: Access, permission: Permission, most: int | None) -> Answer:
    """Everybody who holds it for anything; those who hold it equally far together, the whole tenant first."""
    tenant = access.tenant
    by_extent: dict[Extent, list[UserId]] = {}
    for user, extent in access.holders(permission).items():
        by_extent.setdefault(effective(extent), []).append(user)
    in_vain = by_extent.pop(NOWHERE, [])
    groups = sorted(by_extent.items(), key=lambda each: (not each[0].whole, -len(each[1]), min(each[1])))
    users = sorted(user for _, group in groups for user in group)
    page = Page()
    who = f"{count(len(users), 'user')} hold{'s' if len(users) == 1 else ''} " if users else "nobody holds "
    page.line(who, strong(permission), ", for the whole tenant or for a part of it" if users else "")
    shown = groups if most is None else groups[:MOST_GROUPS]
    for extent, group in shown:
        page.gap()
        words = extent_words(tenant, extent)
        page.line(good(words) if extent.whole else words, faint(f"  {count(len(group), 'user')}"), indent=2)
        page.line(people_words(tenant, group, most=most), indent=4, hang=0)
    _left_out(page, [group for _, group in groups[len(shown) :]])
    if in_vain:
        page.gap()
        page.line(warn("granted in vain"), faint(", for it is denied as well"), indent=2)
        page.line(people_words(tenant, in_vain, most=most), indent=4, hang=0)
    return Answer(
        status=0,
        page=page,
        data={
            "permission": permission,
            "on": None,
            "users": list(users),
            "whole": sorted(user for extent, group in groups if extent.whole for user in group),
            "groups": [_group_data(access, extent, group) for extent, group in groups],
            "in_vain": sorted(in_vain),
        },
    )


def _left_out(page: Page, groups: list[list[UserId]]) -> None:
    """Count the groups that aren't shown."""
    if groups:
        page.gap()
        page.line(
            faint(f"and {count(sum(map(len, groups)), 'user')} in {count(len(groups), 'more group')}: --all"), indent=2
        )


def _group_data(access: Access, extent: Extent, users: Iterable[UserId]) -> dict[str, Json]:
    return {"users": sorted(users), "extent": extent_data(access.tenant, extent)}


def _most_first(because: dict[tuple[str, ...], list[UserId]]) -> list[tuple[tuple[str, ...], list[UserId]]]:
    return sorted(because.items(), key=lambda each: (-len(each[1]), each[0]))


COMMAND: Final = Command(
    name="who",
    summary="Tell who may do something",
    details=(
        "With --on: everybody who may do it to that object, and by what. Without: everybody who holds the permission"
        " for the whole tenant or for a part of it, and how far. Nobody who isn't active is among them.\n\n"
        "The exit status is 0 also when it is nobody."
    ),
    examples=(
        "who smartflo.toml user:edit --on u-ravi",
        "who smartflo.toml user:edit",
        "who smartflo.toml number:view --on number:n-main --format json",
    ),
    arguments=_arguments,
    run=_run,
)
