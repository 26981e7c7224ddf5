"""Runs the code blocks of README.md and of docs/: ``make docs``.

A ```` ```python ```` block runs in a namespace that the blocks of its page share, in order, in the project's folder.
A ```` ```console ```` block is a session: each line after ``$`` is run in a copy of ``examples/`` that the page has
for itself, and the lines below it, if there are any, must be what the command prints (``...`` stands for anything).
A command without such lines must succeed. A page skips a block with ``<!--- skip: next -->``. Commands that only a
reader runs, such as an installation, go into ```` ```sh ```` blocks.
"""

from __future__ import annotations

import doctest
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import attrs
from sybil import Example, Sybil
from sybil.parsers.markdown import CodeBlockParser, PythonCodeBlockParser, SkipParser

ROOT = Path(__file__).parent
FOLDER = "console_folder"
"""The name under which a page's namespace holds its copy of the examples."""


@attrs.frozen(kw_only=True)
class Step:
    """One command of a console block, and what the page says it prints."""

    command: str
    expected: str


def steps(block: str) -> list[Step]:
    """The commands of a console block. A line that ends in a backslash goes on in the next."""
    found: list[tuple[str, list[str]]] = []
    for line in block.replace("\\\n", "").splitlines():
        if line.startswith("$ "):
            found.append((line.removeprefix("$ "), []))
        elif found:
            found[-1][1].append(line)
        else:
            message = f"a console block starts with `$ `, found `{line}`"
            raise ValueError(message)
    return [Step(command=command, expected="\n".join(lines).strip("\n")) for command, lines in found]


def run(step: Step, folder: str) -> tuple[int, str]:
    """The exit status of a command and everything it prints, as a terminal of 100 columns shows it."""
    if not step.command.startswith("agentprov"):
        message = f"a console block runs `agentprov` only, found `{step.command}`; use a `sh` block"
        raise ValueError(message)
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    done = subprocess.run(
        ["bash", "-c", step.command],
        cwd=folder,
        env={**os.environ, "PATH": path, "COLUMNS": "100", "NO_COLOR": "1", "PYTHONUTF8": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    return done.returncode, "\n".join(line.rstrip() for line in done.stdout.splitlines())


def console(example: Example) -> None:
    """Run a console block and compare."""
    for step in steps(str(example.parsed)):
        status, printed = run(step, example.namespace[FOLDER])
        if not step.expected:
            assert status == 0, f"`{step.command}` ended with {status}:\n{printed}"
        elif not doctest.OutputChecker().check_output(step.expected + "\n", printed + "\n", doctest.ELLIPSIS):
            message = f"`{step.command}` printed\n{printed}\n\nthe page says\n{step.expected}"
            raise AssertionError(message)


def open_page(namespace: dict[str, object]) -> None:
    """Give a page its own copy of the examples, so that a command may write there."""
    folder = tempfile.mkdtemp(prefix="agentprov-docs-")
    if (ROOT / "examples").is_dir():
        shutil.copytree(ROOT / "examples", folder, dirs_exist_ok=True)
    namespace[FOLDER] = folder


def close_page(namespace: dict[str, object]) -> None:
    """Remove the page's copy."""
    shutil.rmtree(str(namespace[FOLDER]), ignore_errors=True)


pytest_collect_file = Sybil(
    parsers=[
        PythonCodeBlockParser(doctest_optionflags=doctest.ELLIPSIS),
        CodeBlockParser(language="console", evaluator=console),
        SkipParser(),
    ],
    path=str(ROOT),
    patterns=["README.md", "docs/*.md", "docs/**/*.md"],
    setup=open_page,
    teardown=close_page,
).pytest()
