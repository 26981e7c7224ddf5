"""Changing a tenant's file, when asked to."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from agentprov.cli.mistakes import Mistake
from agentprov.cli.output import Page, faint, good, warn
from agentprov.cli.tenants import find_user, os_words
from agentprov.codec import dump
from agentprov.model.changes import Change
from agentprov.model.ids import UserId
from agentprov.model.tenant import Tenant


def change_arguments(parser: ArgumentParser) -> None:
    """The arguments of every command that can change a file."""
    parser.add_argument(
        "--by",
        metavar="ACTOR",
        help="who does it: the id or login of a user, whose rights are asked; without one nobody's are",
    )
    parser.add_argument(
        "--write", "--apply", action="store_true", help="change FILE; without it, only show what would change"
    )


def actor_of(tenant: Tenant, arguments: Namespace) -> UserId | None:
    """The acting user, or nobody."""
    return None if arguments.by is None else find_user(tenant, arguments.by).id


def write(tenant: Tenant, change: Change, path: str) -> Tenant:
    """Apply the change and put the next version in the place of the file, in one step.

    Raises:
        Mistake: the file can't be written.
        MissingExtra: the library that writes its format isn't installed.
    """
    after = change.apply(tenant)
    try:
        dump(after, path)
    except OSError as error:
        raise Mistake(f"can't write `{path}`: {os_words(error)}", "the file is as it was") from None
    return after


def outcome(page: Page, arguments: Namespace, after: Tenant | None) -> None:
    """Say whether the file was changed."""
    page.gap()
    if after is None:
        page.line(faint(f"nothing is written; add --write to change {arguments.file}"))
    else:
        page.line(good("written"), f": {arguments.file}, now version {after.version}")
        if Path(arguments.file).suffix.lower() != ".json":
            page.line(warn("note: "), "comments and blank lines that a person put into the file are lost")


def assumptions(page: Page, *lines: str) -> None:
    """Say what was taken for granted because nobody said otherwise."""
    for line in lines:
        page.line(faint("assumed: "), line)
