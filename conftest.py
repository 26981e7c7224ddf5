"""Runs the code blocks of README.md and of docs/: ``make docs``.

A ```` ```python ```` block runs in a namespace that the blocks of its page share, in order, in the project's folder.
A ```` ```console ```` block is a session: each line after ``$`` is run in a copy of ``examples/`` that the page has
for itself, and the lines below it, if there are any, must be what the command prints (``...`` stands for anything).
A command without such lines must succeed. A page skips a block with ``<!--- skip: next -->``. Commands that only a
reader runs, such as an installation, go into ```` ```sh ```` blocks.

A page that names ``DATABASE_URL`` finds there an empty PostgreSQL database of its own, in which its ```` ```sql ````
blocks are run by the server's own user. One that names ``DATABASE_FILE`` finds a path where an SQLite file may be.
``run_suites`` runs the tests of classes that the page defines.
"""

from __future__ import annotations

import doctest
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from contextlib import ExitStack
from functools import cache
from itertools import count
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, cast

import attrs
import pytest
from sybil import Document, Example, Region, Sybil
from sybil.parsers.markdown import CodeBlockParser, PythonCodeBlockParser, SkipParser

if TYPE_CHECKING:  # few pages need a server
    from tests.servers import Server

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


# ---- databases and suites of pages ----------------------------------------------------------------------------------

NEEDS = "needs"
"""The name under which a page's namespace holds what it names of these."""
DATABASE = "page_database"
"""The name under which a page's namespace holds the name of its PostgreSQL database."""
LEFT = "left_to_do"
"""The name under which a page's namespace holds what is done when it is over."""


def needs(document: Document) -> Iterable[Region]:
    """Note which databases a page names."""
    document.namespace[NEEDS] = {name for name in ("DATABASE_URL", "DATABASE_FILE") if name in document.text}
    return ()


@cache
def postgres() -> Server:
    """The server of all pages; without its programs they are skipped, but never in the gate."""
    from tests.servers import server, started

    return started(server)


def pytest_unconfigure() -> None:
    """Stop the server."""
    if postgres.cache_info().currsize:
        postgres().close()


def sql(example: Example) -> None:
    """Run a block of SQL in the page's database."""
    postgres().execute(str(example.parsed), example.namespace[DATABASE])


PAGES = count(1)


def run_suites(*suites: type) -> None:
    """Run the tests of classes as pytest would in a file of theirs, and expect that they pass."""
    number = next(PAGES)  # a module that was imported once isn't imported again
    module = ModuleType(f"suites_of_page_{number}")
    for suite in suites:
        setattr(module, suite.__name__, suite)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, f"test_page_{number}.py")
        file.write_text(f"from {module.__name__} import *\n", encoding="utf-8")
        sys.modules[module.__name__] = module
        options = ["-q", "-c", os.devnull, "--rootdir", folder, "--import-mode=importlib", "-p", "no:cacheprovider"]
        status = pytest.main([str(file), *options])
    assert status == pytest.ExitCode.OK


def forget_django() -> None:
    """Take back a page's configuration of Django, which takes one and keeps it."""
    if "django" in sys.modules:
        from django.apps import apps
        from django.conf import settings
        from django.db import connections
        from django.utils.functional import empty

        if not settings.configured:
            return
        connections.close_all()
        vars(connections).clear()
        connections.__init__()
        vars(settings).clear()
        vars(settings)["_wrapped"] = empty
        apps.app_configs.clear()
        apps.apps_ready = apps.models_ready = apps.loading = apps.ready = False
        apps.clear_cache()


# ---- pages ----------------------------------------------------------------------------------------------------------


def open_page(namespace: dict[str, object]) -> None:
    """Give a page its own copy of the examples, so that a command may write there, and the databases it names."""
    left = ExitStack()
    folder = tempfile.mkdtemp(prefix="agentprov-docs-")
    left.callback(shutil.rmtree, folder, ignore_errors=True)
    left.callback(forget_django)
    namespace |= {FOLDER: folder, LEFT: left, "run_suites": run_suites}
    if (ROOT / "examples").is_dir():
        shutil.copytree(ROOT / "examples", folder, dirs_exist_ok=True)
    named = cast("set[str]", namespace[NEEDS])
    if "DATABASE_FILE" in named:
        os.environ["DATABASE_FILE"] = str(Path(folder, "page.db"))
        left.callback(os.environ.pop, "DATABASE_FILE")
    if "DATABASE_URL" in named:
        database = namespace[DATABASE] = postgres().new_database()
        left.callback(postgres().drop_database, database)
        for name in ("DATABASE_URL", "AGENTPROV_STORE"):
            os.environ[name] = postgres().url(database).replace("+psycopg", "")
            left.callback(os.environ.pop, name)


def close_page(namespace: dict[str, object]) -> None:
    """Remove the page's copy and its databases."""
    cast("ExitStack", namespace[LEFT]).close()


pytest_collect_file = Sybil(
    parsers=[
        PythonCodeBlockParser(doctest_optionflags=doctest.ELLIPSIS),
        CodeBlockParser(language="console", evaluator=console),
        CodeBlockParser(language="sql", evaluator=sql),
        SkipParser(),
        needs,
    ],
    path=str(ROOT),
    patterns=["README.md", "docs/*.md", "docs/**/*.md"],
    setup=open_page,
    teardown=close_page,
).pytest()
