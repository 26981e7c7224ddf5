"""Changing a tenant, when asked to: in its file or in its store."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from agentprov.cli.output import Page, faint, good, strong, warn
from agentprov.cli.sources import FileSource, source_of
from agentprov.cli.tenants import find_user
from agentprov.model.changes import Change
from agentprov.model.ids import UserId
from agentprov.model.tenant import Tenant


def change_arguments(parser: ArgumentParser) -> None:
    """The arguments of every command that can change a tenant."""
    parser.add_argument(
        "--by",
        metavar="ACTOR",
        help="who does it: the id or login of a user, whose rights are asked; without one nobody's are",
    )
    parser.add_argument(
        "--write", "--apply", action="store_true", help="change the tenant; without it, only show what would change"
    )
    entry_arguments(parser)


def entry_arguments(parser: ArgumentParser) -> None:
    """What an entry of a store's log comes with."""
    parser.add_argument("--reason", metavar="TEXT", help="with --store: why, for the log")
    parser.add_argument(
        "--key", metavar="KEY", help="with --store: the same command with the same key is carried out only once"
    )


def actor_of(tenant: Tenant, arguments: Namespace) -> UserId | None:
    """The acting user, or nobody."""
    actor = None if arguments.by is None else find_user(tenant, arguments.by).id
    source_of(arguments).actor = actor
    return actor


def write(tenant: Tenant, change: Change, arguments: Namespace) -> Tenant:
    """Apply the change: put the next version in the place of the file in one step, or commit it to the store.

    Raises:
        Mistake: the file can't be written, or the store doesn't say whether it was.
        MissingExtra: the library that writes its format isn't installed.
        Conflict: somebody else changed the store's tenant since it was read.
        Refused: ``user.logged_on_queue``, by the presence that the store keeps.
    """
    return source_of(arguments).write(tenant, change)


def outcome(page: Page, arguments: Namespace, after: Tenant | None) -> None:
    """Say whether the tenant was changed."""
    source = source_of(arguments)
    page.gap()
    if after is None:
        page.line(faint(f"nothing is written; add --write to change {source.name}"))
        return
    page.line(good("written"), f": {source.name}, now version {after.version}")
    if not isinstance(source, FileSource):
        page.line("to undo: ", strong(source.undoing(after.version)))
    elif Path(source.name).suffix.lower() != ".json":
        page.line(warn("note: "), "comments and blank lines that a person put into the file are lost")


def assumptions(page: Page, *lines: str) -> None:
    """Say what was taken for granted because nobody said otherwise."""
    for line in lines:
        page.line(faint("assumed: "), line)
