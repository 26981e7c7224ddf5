"""The commands there are, and how the command line is read."""

from __future__ import annotations

import os
import re
from argparse import SUPPRESS, ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Sequence
from itertools import takewhile
from textwrap import fill
from typing import TYPE_CHECKING, Any, Final, NoReturn

from agentprov import __version__
from agentprov.cli.access import COMMAND as CAN
from agentprov.cli.access_diff import COMMAND as ACCESS_DIFF
from agentprov.cli.access_lint import COMMAND as ACCESS_LINT
from agentprov.cli.calls import COMMAND as ROUTE
from agentprov.cli.checking import COMMAND as CHECK
from agentprov.cli.commands import Command
from agentprov.cli.coverage import COMMAND as COVERAGE
from agentprov.cli.dialling import COMMAND as DIAL
from agentprov.cli.exporting import COMMAND as EXPORT
from agentprov.cli.flow import COMMAND as FLOW
from agentprov.cli.holders import COMMAND as WHO
from agentprov.cli.hours import COMMAND as OPEN
from agentprov.cli.importing import COMMAND as IMPORT
from agentprov.cli.leaving import COMMAND as DELETE
from agentprov.cli.matrix import COMMAND as MATRIX
from agentprov.cli.moving import COMMAND as MOVE
from agentprov.cli.properties import COMMAND as RESOLVE
from agentprov.cli.provisioning import COMMAND as PROVISION
from agentprov.cli.referrers import COMMAND as REFERRERS
from agentprov.cli.rights import COMMAND as WHAT
from agentprov.cli.setting import COMMAND as SET
from agentprov.cli.sight import COMMAND as SEES
from agentprov.cli.signing_in import COMMAND as SIGN_IN
from agentprov.cli.statuses import COMMAND as STATUS
from agentprov.cli.store_commands import COMMAND as STORE
from agentprov.cli.stores import VARIABLE, hidden

if TYPE_CHECKING:  # what add_subparsers gives has no public name
    from argparse import _SubParsersAction

COMMANDS: Final[tuple[Command, ...]] = (
    CHECK,
    CAN,
    WHO,
    WHAT,
    SEES,
    MATRIX,
    ACCESS_DIFF,
    ACCESS_LINT,
    RESOLVE,
    SET,
    MOVE,
    PROVISION,
    IMPORT,
    EXPORT,
    STATUS,
    REFERRERS,
    DELETE,
    OPEN,
    ROUTE,
    DIAL,
    COVERAGE,
    FLOW,
    SIGN_IN,
    STORE,
)
"""Every command, in the order in which the help lists them. A new one is added here."""

_ABOUT: Final = """\
Ask a contact centre's users, rights, hours and call routing, from a tenant's file or from a store.

FILE is a tenant in TOML, JSON or YAML. In place of it --store names a database that has tenants; see
`agentprov store --help`. Nothing is changed without --write."""

_STATUS: Final = """\
exit status:
  0  fine, or yes
  1  findings, a refusal, or no
  2  the command or the file is wrong

`agentprov COMMAND --help` explains a command and shows examples."""


class _Parser(ArgumentParser):
    """A parser that shows no password of a store's address in what it says is wrong."""

    def error(self, message: str) -> NoReturn:
        super().error(hidden(message))


class _CommandParser(_Parser):
    """The parser of one command. What it doesn't know is its own mistake, and is told with its own usage."""

    def parse_known_args(self, *given: Any, **named: Any) -> Any:  # noqa: ANN401  handed on as argparse gives it
        read, unknown = super().parse_known_args(*given, **named)
        if unknown:
            self.error(f"unrecognized arguments: {' '.join(unknown)}{self._hint(unknown)}")
        return read, unknown

    def error(self, message: str) -> NoReturn:
        if self.get_default("stored") is False:
            if message.startswith(f"{_REQUIRED}: FILE"):
                message += " (or --store URL in place of FILE)"
            elif message.startswith(_REQUIRED) and VARIABLE in os.environ:
                message += f" (for the store of {VARIABLE} add --tenant ID)"
        super().error(message)

    def _hint(self, unknown: list[str]) -> str:
        if _TIME.match(unknown[0]):
            return " (a date and a time: in quotes, or with a T between)"
        return " (with --store or --tenant there is no FILE)" if self.get_default("stored") else ""


_REQUIRED: Final = "the following arguments are required"
_TIME: Final = re.compile(r"\d\d?:\d\d")


def names_store(argv: Sequence[str]) -> bool:
    """Whether a command line names a store, and so has no FILE."""
    options = takewhile(lambda each: each != "--", argv)
    return any(each.partition("=")[0] in {"--store", "--tenant"} for each in options)


def build_parser(*, stored: bool = False) -> ArgumentParser:
    """The parser of the whole command line; what it reads has ``command``, a :class:`Command`.

    ``stored`` says that the command line names a store: then commands have no FILE.
    """
    parser = _Parser(
        prog="agentprov",
        description=_ABOUT,
        epilog=_STATUS,
        formatter_class=RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"agentprov {__version__}")
    _output_options(parser, format_="text", color="auto")
    several = parser.add_subparsers(title="commands", metavar="COMMAND", required=True, parser_class=_CommandParser)
    for command in COMMANDS:
        # What is made of parts is about stores alone: it never has a FILE in their place.
        _add(several, command, stored=None if command.parts else stored)
    return parser


def _add(several: _SubParsersAction[Any], command: Command, *, stored: bool | None) -> None:
    examples = "\n".join(f"  $ agentprov {example}" for example in command.examples)
    each = several.add_parser(
        command.name.split()[-1],
        help=command.summary,
        description="\n\n".join(
            fill(part, 78, break_on_hyphens=False) for part in (command.summary + ".", *command.details.split("\n\n"))
        ),
        epilog=f"example{'s' if len(command.examples) > 1 else ''}:\n{examples}",
        formatter_class=RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    each.set_defaults(command=command, stored=stored)
    command.arguments(each)
    if command.parts:
        parts = each.add_subparsers(title="commands", metavar="COMMAND", required=True, parser_class=_CommandParser)
        for part in command.parts:
            _add(parts, part, stored=stored)
    # The same options may stand before the command; there they have their defaults.
    _output_options(each, format_=SUPPRESS, color=SUPPRESS)


def _output_options(parser: ArgumentParser, *, format_: str, color: str) -> None:
    group = parser.add_argument_group("output")
    group.add_argument(
        "--format", choices=("text", "json"), default=format_, help="text for people (the default) or JSON for programs"
    )
    group.add_argument(
        "--color",
        choices=("auto", "always", "never"),
        default=color,
        help="colours; auto: on a terminal, unless NO_COLOR is set",
    )
