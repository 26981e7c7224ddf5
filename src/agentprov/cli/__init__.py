"""The command line (CL-1): every question of the library as a command, for people and for programs.

A command reads a tenant from its file or from a store, asks the library and gives an
:class:`~agentprov.cli.output.Answer`. What is printed where, and with which exit status, is decided here.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from argparse import Namespace
from collections.abc import Sequence
from contextlib import ExitStack
from io import TextIOWrapper
from typing import Final, TextIO

from agentprov.cli.commands import Command
from agentprov.cli.mistakes import Mistake
from agentprov.cli.output import UNLIMITED, Answer, render
from agentprov.cli.parser import build_parser, names_store
from agentprov.cli.refusals import WRONG, done_answer, mistake_answer, refusal_answer
from agentprov.cli.sources import Done, note_refusal
from agentprov.errors import AgentprovError, Refused

INTERRUPTED: Final = 130


def main(argv: Sequence[str] | None = None) -> int:
    """Carry out one command line and give its exit status; ``argv`` is without the program's name.

    0 is fine or yes; 1 findings, a refusal or no; 2 a wrong command line or a broken file.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # A name that the terminal can't show is no reason to fail.
            stream.reconfigure(errors="backslashreplace")
    given = sys.argv[1:] if argv is None else argv
    parser = build_parser(stored=names_store(given))
    if not given:
        _put(parser.format_help(), sys.stderr)
        return WRONG
    try:
        arguments = parser.parse_args(given)
    except SystemExit as ended:  # argparse has printed its help, or what is wrong
        return ended.code if isinstance(ended.code, int) else WRONG
    command: Command = arguments.command
    stream = sys.stdout
    try:
        with ExitStack() as arguments.opened:
            answer = _run(command, arguments)
    except Done as done:
        answer = done_answer(done.entry)
    except Mistake as mistake:
        answer, stream = mistake_answer(mistake), sys.stderr
    except AgentprovError as error:
        answer, stream = refusal_answer(error, getattr(arguments, "file", "")), sys.stderr
    except KeyboardInterrupt:
        return INTERRUPTED
    if arguments.format == "json":
        _put(_json({"command": command.name, "status": answer.status, **answer.data}, sys.stdout), sys.stdout)
    else:
        _put(_text(answer, stream, color=arguments.color), stream)
    return answer.status


def _run(command: Command, arguments: Namespace) -> Answer:
    try:
        return command.run(arguments)
    except Refused as error:
        note_refusal(arguments, error)
        raise


def _json(data: object, stream: TextIO) -> str:
    unicode = (stream.encoding or "").lower().replace("-", "") == "utf8"
    return json.dumps(data, indent=2, ensure_ascii=not unicode) + "\n"


def _text(answer: Answer, stream: TextIO, *, color: str) -> str:
    terminal = stream.isatty()
    plain = ("NO_COLOR" in os.environ and os.environ["NO_COLOR"] != "") or os.environ.get("TERM") == "dumb"
    colour = color == "always" or (color == "auto" and terminal and not plain)
    wrapped = terminal or "COLUMNS" in os.environ
    return render(answer.page, width=shutil.get_terminal_size().columns if wrapped else UNLIMITED, colour=colour)


def _put(text: str, stream: TextIO) -> None:
    """Print; a reader who left early, as ``head`` does, is no error."""
    try:
        stream.write(text)
        stream.flush()
    except BrokenPipeError:
        # What is left in the buffer would be complained about when the interpreter ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
