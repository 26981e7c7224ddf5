"""The command line as a whole: help, version, formats, colours, pipes (CL-1)."""

from __future__ import annotations

import io
import json
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import agentprov
from agentprov.cli import main
from agentprov.cli.commands import Command
from agentprov.cli.parser import COMMANDS
from tests.cli.desk import Desk

EXAMPLES = Path(__file__).parents[2] / "examples"
ASK = ("can", "FILE", "u-ada", "user:edit", "--on", "u-bo")


def test_the_help_lists_every_command_and_the_exit_statuses(capsys: pytest.CaptureFixture[str]) -> None:
    """CL-1: --help is exit status 0; a bare `agentprov` shows the same on the standard error, with status 2."""
    asked = main(["--help"])
    shown = capsys.readouterr()
    bare = main([])
    told = capsys.readouterr()

    assert (0, 2) == (asked, bare)
    assert (shown.out, "") == (told.err, told.out)
    assert all(f"\n    {command.name} " in shown.out for command in COMMANDS)
    assert "exit status:" in shown.out


@pytest.mark.parametrize("command", COMMANDS, ids=[command.name for command in COMMANDS])
def test_the_help_of_a_command_has_an_example(command: Command, capsys: pytest.CaptureFixture[str]) -> None:
    """CL-1: each command's own help shows how it is called; the example is of this command."""
    assert 0 == main([command.name, "--help"])

    out = capsys.readouterr().out
    assert all(f"  $ agentprov {example}" in out for example in command.examples)
    assert command.examples
    assert all(example.split()[0] == command.name for example in command.examples)


@pytest.mark.parametrize(
    "example",
    [
        example
        for command in COMMANDS
        if not command.parts  # theirs go one after the other: test_cli_store.py
        for example in command.examples
        if "<" not in example and "--write" not in example
    ],
)
def test_the_examples_of_the_help_work(
    example: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """CL-1: what the help shows can be typed as it stands, in the folder of the examples."""
    shutil.copytree(EXAMPLES, tmp_path / "examples")
    monkeypatch.chdir(tmp_path / "examples")

    status = main(shlex.split(example))

    assert (status in {0, 1}, "") == (True, capsys.readouterr().err)


def test_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    """CL-1: --version is the package's."""
    assert 0 == main(["--version"])
    assert f"agentprov {agentprov.__version__}\n" == capsys.readouterr().out


@pytest.mark.parametrize(
    "argv", [["frob"], ["can"], ["can", "x", "y", "z", "--frob"], ["--format", "xml", "check", "x"]]
)
def test_a_wrong_command_line_is_status_2(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """CL-1: usage goes to the standard error, and nothing to the standard output."""
    assert 2 == main(argv)

    printed = capsys.readouterr()
    assert "" == printed.out
    assert printed.err.startswith("usage: agentprov")


@pytest.mark.parametrize(
    ("argv", "told"),
    [
        (["open", "x", "y", "--frob"], "agentprov open: error: unrecognized arguments: --frob\n"),
        (
            ["open", "x", "y", "--at", "2026-11-20", "10:00"],
            "(a date and a time: in quotes, or with a T between)",
        ),
    ],
)
def test_an_unknown_argument_is_told_with_the_usage_of_its_command(
    argv: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """CL-1: what the command does take is seen at once; where the quotes of an instant were forgotten, that too."""
    assert 2 == main(argv)

    printed = capsys.readouterr().err
    assert printed.startswith("usage: agentprov open")
    assert told in printed


def test_the_format_may_stand_before_or_after_the_command(desk: Desk) -> None:
    """CL-1: both places mean the same."""
    before, after = desk.run("--format", "json", *ASK), desk.run(*ASK, "--format", "json")

    assert before == after
    assert "can" == before.data["command"]


def test_a_mistake_is_data_for_programs_too(desk: Desk) -> None:
    """CL-1: with --format json there is always one JSON document on the standard output, with the status in it."""
    ran = desk.run("can", "FILE", "u-nobody-at-all", "user:edit", "--format", "json")

    assert (2, 2, "") == (ran.status, ran.data["status"], ran.err)
    assert "there is no user `u-nobody-at-all`" == ran.data["error"]["message"]


def test_no_colour_without_a_terminal(desk: Desk) -> None:
    """CL-1: in a pipe there are no colours, unless they are asked for."""
    assert "\x1b" not in desk.run(*ASK).out
    assert "\x1b" not in desk.run(*ASK, "--color", "auto").out
    assert "\x1b[1;32myes\x1b[0m" in desk.run(*ASK, "--color", "always").out
    assert "\x1b" not in desk.run(*ASK, "--color", "always", "--format", "json").out


@pytest.mark.parametrize(
    ("environment", "coloured"),
    [({}, True), ({"NO_COLOR": "1"}, False), ({"NO_COLOR": ""}, True), ({"TERM": "dumb"}, False)],
)
def test_colours_on_a_terminal_unless_refused(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], *, coloured: bool
) -> None:
    """CL-1: NO_COLOR, if it isn't empty, and a dumb terminal mean none."""
    monkeypatch.setattr(type(sys.stdout), "isatty", lambda _: True)
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    assert coloured is ("\x1b" in desk.run(*ASK).out)


def test_a_pipe_gets_whole_lines_and_a_narrow_terminal_wrapped_ones(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """CL-1: without a terminal nothing is wrapped, so that a search finds whole lines; COLUMNS asks for a width."""
    ask = ("move", "FILE", "u-bo", "g-night")
    whole = desk.run(*ask).out
    monkeypatch.setenv("COLUMNS", "50")
    wrapped = desk.run(*ask).out

    assert max(map(len, whole.splitlines())) > 50
    assert max(len(line) for line in wrapped.splitlines() if "/" not in line) <= 50
    assert whole.split() == wrapped.split()


def test_a_reader_who_leaves_early_is_no_error(desk: Desk) -> None:
    """CL-1: `agentprov ... | head` ends quietly."""
    ask = f'"{sys.executable}" -m agentprov resolve "{desk.file}" u-bo'
    ran = subprocess.run(
        ["/bin/sh", "-c", f"{{ {ask}; echo $? >&3; }} 3>&2 | true"],
        env={**os.environ, "PYTHONPATH": str(Path(agentprov.__file__).parents[1])},
        capture_output=True,
        text=True,
        check=False,
    )

    assert ("", "0\n") == (ran.stdout, ran.stderr)


def test_a_broken_pipe_in_the_middle_of_printing(desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """CL-1: the command's own status is kept when nobody reads on."""

    class Gone(io.StringIO):
        def __init__(self, descriptor: int) -> None:
            super().__init__()
            self.descriptor = descriptor

        def flush(self) -> None:
            raise BrokenPipeError

        def fileno(self) -> int:
            return self.descriptor

    with (tmp_path / "output").open("w") as file:
        monkeypatch.setattr(sys, "stdout", Gone(file.fileno()))
        assert 1 == main(["can", str(desk.file), "u-bo", "user:edit"])


def test_a_terminal_without_unicode_gets_escapes(desk: Desk) -> None:
    """CL-1: a name that the terminal can't show is escaped, in text and in JSON, and is no failure."""
    text = desk.file.read_text(encoding="utf-8").replace("Bo Dahl", "Bø Dahl")
    file = desk.write("name.toml", text)
    environment = {**os.environ, "PYTHONPATH": str(Path(agentprov.__file__).parents[1]), "PYTHONIOENCODING": "ascii"}

    def printed(*more: str) -> str:
        command = [sys.executable, "-m", "agentprov", "move", file, "u-bo", "g-night", *more]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout

    assert "move B\\xf8 Dahl" in printed()
    assert "u-bo" == json.loads(printed("--format", "json"))["user"]


def test_an_interrupt_ends_quietly(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """CL-1: Ctrl-C is exit status 130, as of a signal, and no traceback."""

    def interrupted(_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("agentprov.cli.access.load_tenant", interrupted)

    assert (130, "", "") == desk.run(*ASK)
