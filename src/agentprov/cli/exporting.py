"""``agentprov export``: the users as a table or as JSON lines, ready to be read back."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Final

from agentprov.cli.commands import Command
from agentprov.cli.mistakes import Mistake, os_words
from agentprov.cli.output import Answer, Page, strong
from agentprov.cli.refusals import count
from agentprov.cli.sources import load_tenant, tenant_argument
from agentprov.interop.rosters import csv_lines, json_lines


def _arguments(parser: ArgumentParser) -> None:
    tenant_argument(parser)
    parser.add_argument("--to", metavar="ROSTER", help="the file to write; without one the roster is shown")
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument("--csv", action="store_true", help="a table (the default)")
    kind.add_argument("--jsonl", action="store_true", help="JSON lines")
    parser.add_argument(
        "--field", metavar="FIELD", action="append", help="only this field, beside the id; may be repeated"
    )


def _run(arguments: Namespace) -> Answer:
    tenant = load_tenant(arguments)
    jsonl = arguments.jsonl or (not arguments.csv and str(arguments.to).endswith((".jsonl", ".ndjson")))
    fields = arguments.field
    lines = list(json_lines(tenant, fields=fields) if jsonl else csv_lines(tenant, fields=fields))
    page = Page()
    if arguments.to is None:
        text = "".join(lines).removeprefix("\ufeff")
        if not text.replace("\r", "").replace("\n", "").replace("\t", "").isprintable():
            raise Mistake("the roster has letters that a terminal can't show as they are", "write it with --to ROSTER")
        page.verbatim(text)
    else:
        try:
            with Path(arguments.to).open("x", encoding="utf-8", newline="") as file:
                file.writelines(lines)
        except FileExistsError:
            raise Mistake(f"`{arguments.to}` is there already", "name another file, or take it away first") from None
        except OSError as error:
            raise Mistake(f"can't write `{arguments.to}`: {os_words(error)}") from None
        page.line("written: ", strong(arguments.to), f", {count(len(tenant.users), 'user')}")
    return Answer(
        status=0,
        page=page,
        data={"users": len(tenant.users), "to": arguments.to, "roster": None if arguments.to else "".join(lines)},
    )


COMMAND: Final = Command(
    name="export",
    summary="Write the users as CSV or JSON lines, for a spreadsheet or for `import`",
    details=(
        "The columns are ids and all fields that the blueprint asks about or that any user has. No secret is among"
        " them. What a spreadsheet would run as a formula has an apostrophe before it, which `import` takes away:"
        " read back, an export changes nothing."
    ),
    examples=("export puzzel.toml --to roster.csv", "export puzzel.toml --jsonl"),
    arguments=_arguments,
    run=_run,
)
