"""``agentprov access-diff``: who gained or lost what between two files of a tenant."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import Final

import attrs

from agentprov.cli.commands import Command
from agentprov.cli.mistakes import Mistake
from agentprov.cli.output import Answer, Cell, Page, bad, faint, good, strong, warn
from agentprov.cli.questions import all_argument, extent_data, object_data, object_words, people_words
from agentprov.cli.refusals import count
from agentprov.cli.sources import FileSource, StoreSource, load_file, source_of, store_argument, tenant_option
from agentprov.engine.access import Access
from agentprov.engine.access_diff import AccessDiff
from agentprov.engine.decisions import Object
from agentprov.engine.extents import NOWHERE, Extent
from agentprov.model.access import Permission, Within
from agentprov.model.ids import UserId
from agentprov.model.tenant import Tenant
from agentprov.views.extents import effective, extent_words

DIFFERENT: Final = 1
MOST_NAMED: Final = 3


class Direction(StrEnum):
    """What a change of an extent is for who has it."""

    GAINED = "gained"
    """Nothing before, something now."""
    LOST = "lost"
    """Something before, nothing now."""
    FURTHER = "further"
    """What was held still is, and more."""
    LESS_FAR = "less-far"
    """Nothing that wasn't held before, and less of it."""
    ELSEWHERE = "elsewhere"
    """Neither holds all of the other."""


@attrs.frozen(kw_only=True)
class _Change:
    """A permission that some users hold differently, without what makes no difference."""

    direction: Direction
    permission: Permission
    before: Extent
    after: Extent
    users: tuple[UserId, ...]


@attrs.frozen(kw_only=True)
class _Reach:
    """A permission that some users hold as far as before, and that reaches other objects than before."""

    permission: Permission
    gained: frozenset[Object]
    lost: frozenset[Object]
    users: tuple[UserId, ...]


def _arguments(parser: ArgumentParser) -> None:
    if parser.get_default("stored"):
        parser.add_argument("old", metavar="OLD", type=int, help="the version as it was")
        parser.add_argument(
            "new", metavar="NEW", type=int, nargs="?", help="the later version; the latest unless given"
        )
    else:
        parser.add_argument("file", metavar="OLD", help="the tenant's file as it was")
        parser.add_argument("new", metavar="NEW", help="the same tenant's file as it is, or would be")
    store_argument(parser, "a store, in place of files; then OLD and NEW are versions, and NEW may be left out")
    tenant_option(parser)
    all_argument(parser)


def _run(arguments: Namespace) -> Answer:
    source = source_of(arguments)
    before, after = _files(arguments) if isinstance(source, FileSource) else _versions(arguments, source)
    old = Access(before)
    diff = AccessDiff(old, Access(after, like=old))
    changes = sorted(
        _changes(diff), key=lambda each: (list(Direction).index(each.direction), each.permission, each.users)
    )
    reaches = _reaches(diff)
    return Answer(
        status=DIFFERENT if changes or reaches else 0,
        page=_page(before, after, changes, reaches, most=None if arguments.all else MOST_NAMED),
        data={
            "tenant": after.id,
            "versions": [before.version, after.version],
            "users_added": sorted(after.users.keys() - before.users.keys()),
            "users_removed": sorted(before.users.keys() - after.users.keys()),
            "extents": [
                {
                    "change": each.direction.value,
                    "permission": each.permission,
                    "before": extent_data(before, each.before),
                    "after": extent_data(after, each.after),
                    "users": list(each.users),
                }
                for each in changes
            ],
            "reaches": [
                {
                    "permission": each.permission,
                    "users": list(each.users),
                    "gained": [object_data(on) for on in _in_order(each.gained)],
                    "lost": [object_data(on) for on in _in_order(each.lost)],
                }
                for each in reaches
            ],
        },
    )


def _versions(arguments: Namespace, source: StoreSource) -> tuple[Tenant, Tenant]:
    new = arguments.new
    return source.at(arguments.old), source.load() if new is None else source.at(new)


def _files(arguments: Namespace) -> tuple[Tenant, Tenant]:
    before = load_file(arguments.file)
    old_file, arguments.file = arguments.file, arguments.new  # a broken file is told by its name
    after = load_file(arguments.file)
    if before.id != after.id:
        raise Mistake(
            f"`{old_file}` is the tenant {before.id}, `{arguments.new}` the tenant {after.id}",
            "give two files of one tenant",
        )
    return before, after


# ---- what changed ---------------------------------------------------------------------------------------------------


def _changes(diff: AccessDiff) -> Iterator[_Change]:
    """The changes of extents that make a difference; users with the same one together."""
    together: dict[tuple[Permission, Extent, Extent], set[UserId]] = {}
    for change in diff.extents:
        before, after = effective(change.before), effective(change.after)
        if before != after:
            together.setdefault((change.permission, before, after), set()).update(change.users)
    for (permission, before, after), users in together.items():
        yield _Change(
            direction=_direction(before, after),
            permission=permission,
            before=before,
            after=after,
            users=tuple(sorted(users)),
        )


def _reaches(diff: AccessDiff) -> list[_Reach]:
    """Who reaches other objects although the extent stayed; users with the same difference together."""
    together: dict[tuple[Permission, frozenset[Object], frozenset[Object]], list[UserId]] = {}
    for each in diff.reaches:
        together.setdefault((each.permission, each.gained, each.lost), []).append(each.user)
    return [
        _Reach(permission=permission, gained=gained, lost=lost, users=tuple(sorted(users)))
        for (permission, gained, lost), users in together.items()
    ]


def _direction(before: Extent, after: Extent) -> Direction:
    if before == NOWHERE:
        return Direction.GAINED
    if after == NOWHERE:
        return Direction.LOST
    if _within(before, after):
        return Direction.FURTHER
    return Direction.LESS_FAR if _within(after, before) else Direction.ELSEWHERE


def _within(less: Extent, more: Extent) -> bool:
    """Whether every object that one extent allows, the other surely allows too."""
    return (Within.TENANT in more.allowed or less.allowed <= more.allowed) and more.denied <= less.denied


def _in_order(objects: Iterable[Object]) -> list[Object]:
    return sorted(objects, key=lambda on: (on.kind.value, on.id))


# ---- words ----------------------------------------------------------------------------------------------------------

_TITLES: Final = {
    Direction.GAINED: good("gained"),
    Direction.LOST: bad("lost"),
    Direction.FURTHER: good("held further"),
    Direction.LESS_FAR: bad("held less far"),
    Direction.ELSEWHERE: warn("held otherwise"),
}


def _page(before: Tenant, after: Tenant, changes: list[_Change], reaches: list[_Reach], *, most: int | None) -> Page:
    page = Page()
    page.line(
        strong(after.name),
        faint(f" ({after.id})"),
        f", version {before.version} -> {after.version}: ",
        _verdict(changes, reaches),
    )
    for direction, title in _TITLES.items():
        some = [change for change in changes if change.direction is direction]
        if some:
            page.gap()
            page.line(title, indent=2)
            page.grid((row for change in some for row in _rows(before, after, change, most=most)), indent=4)
    if reaches:
        page.gap()
        page.line(warn("reach others"), faint(", because somebody moved"), indent=2)
        page.grid((row for each in reaches for row in _reach_rows(after, each, most=most)), indent=4)
    return page


def _verdict(changes: list[_Change], reaches: list[_Reach]) -> str:
    users = {user for change in changes for user in change.users} | {user for each in reaches for user in each.users}
    if not users:
        return "nobody gained or lost anything"
    return f"{count(len(users), 'user')} gained or lost something"


def _rows(before: Tenant, after: Tenant, change: _Change, *, most: int | None) -> Iterator[tuple[Cell, ...]]:
    old, new = extent_words(before, change.before), extent_words(after, change.after)
    match change.direction:
        case Direction.GAINED:
            words = new
        case Direction.LOST:
            words = old
        case _:
            words = f"{old} -> {new}"
    yield strong(change.permission), (words, ": ", _users_words(before, after, change.users, most=most))


def _users_words(before: Tenant, after: Tenant, users: tuple[UserId, ...], *, most: int | None) -> str:
    """The users by name; apart from the others those who are new, and those who are gone."""
    stay = [user for user in users if user in before.users and user in after.users]
    new = [user for user in users if user not in before.users]
    gone = [user for user in users if user not in after.users]
    texts = [
        f"{people_words(tenant, some, most=most)}{note}"
        for tenant, some, note in (
            (after, stay, ""),
            (after, new, _are(new, "new")),
            (before, gone, _are(gone, "gone")),
        )
        if some
    ]
    return "; ".join(texts)


def _are(users: list[UserId], what: str) -> str:
    return f", who {'is' if len(users) == 1 else 'are'} {what}"


def _reach_rows(after: Tenant, change: _Reach, *, most: int | None) -> Iterator[tuple[Cell, ...]]:
    who = people_words(after, change.users, most=most)
    s = "s" if len(change.users) == 1 else ""
    for verb, objects in ((f"gain{s}", change.gained), (f"lose{s}", change.lost)):
        if objects:
            yield strong(change.permission), f"{who} {verb} {_objects_words(after, objects, most=most)}"


def _objects_words(tenant: Tenant, objects: Iterable[Object], *, most: int | None) -> str:
    names = [object_words(tenant, on) for on in _in_order(objects)]
    if most is None or len(names) <= most + 1:
        return ", ".join(names)
    return f"{', '.join(names[:most])} and {len(names) - most:,} more"


COMMAND: Final = Command(
    name="access-diff",
    summary="Tell who gained or lost what between two files, or versions, of a tenant",
    details=(
        "Permissions that are gained, lost, or held further or less far than before, with the users; and permissions"
        " that are held as far as before and reach others, because somebody moved. What makes no difference to anybody"
        " isn't told, however the file was changed.\n\n"
        "With --store OLD and NEW are versions of the tenant, as far back as its log reaches.\n\n"
        "The exit status is 0 if nobody gained or lost anything and 1 if somebody did."
    ),
    examples=("access-diff versions/desk-1.toml versions/desk-2.toml",),
    arguments=_arguments,
    run=_run,
)
