"""The commands there are, and how the command line is read."""

from __future__ import annotations

import re
from argparse import SUPPRESS, ArgumentParser, RawDescriptionHelpFormatter
from textwrap import fill
from typing import Any, Final

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
)
"""Every command, in the order in which the help lists them. A new one is added here."""

_ABOUT: Final = """\
Ask a contact centre's users, rights, hours and call routing, from a tenant's file.

FILE is a tenant in TOML, JSON or YAML. Nothing is changed without --write."""

_STATUS: Final = """\
exit status:
  0  fine, or yes
  1  findings, a refusal, or no
  2  the command or the file is wrong

`agentprov COMMAND --help` explains a command and shows examples."""


class _CommandParser(ArgumentParser):
    """The parser of one command. What it doesn't know is its own mistake, and is told with its own usage."""

    def parse_known_args(self, *given: Any, **named: Any) -> Any:  # noqa: ANN401  handed on as argparse gives it
        read, unknown = super().parse_known_args(*given, **named)
        if unknown:
            self.error(f"unrecognized arguments: {' '.join(unknown)}{_quote_hint(unknown)}")
        return read, unknown


_TIME: Final = re.compile(r"\d\d?:\d\d")


def _quote_hint(unknown: list[str]) -> str:
    return " (a date and a time: in quotes, or with a T between)" if _TIME.match(unknown[0]) else ""


def build_parser() -> ArgumentParser:
    """The parser of the whole command line; what it reads has ``command``, a :class:`Command`."""
    parser = ArgumentParser(
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
        examples = "\n".join(f"  $ agentprov {example}" for example in command.examples)
        each = several.add_parser(
            command.name,
            help=command.summary,
            description="\n\n".join(
                fill(part, 78, break_on_hyphens=False)
                for part in (command.summary + ".", *command.details.split("\n\n"))
            ),
            epilog=f"example{'s' if len(command.examples) > 1 else ''}:\n{examples}",
            formatter_class=RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        command.arguments(each)
        # The same options may stand before the command; there they have their defaults.
        _output_options(each, format_=SUPPRESS, color=SUPPRESS)
        each.set_defaults(command=command)
    return parser


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
