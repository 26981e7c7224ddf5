"""How far a long command is, on the standard error of a terminal: rich's bar where it is installed, else plain."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, TextIO

from agentprov.provisioning.roster import Progress, Stage

WORDS: Final = {Stage.READ: "reading", Stage.CHECK: "checking", Stage.APPLY: "putting together"}
_WIDTH: Final = 24


@contextmanager
def shown_progress(stream: TextIO | None = None) -> Iterator[Progress | None]:
    """Who is to be told of progress; nobody where the stream is no terminal, so that a log stays clean."""
    out = sys.stderr if stream is None else stream
    if not out.isatty():
        yield None
        return
    try:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
        from rich.progress import Progress as Bars
    except ImportError:
        yield from _plain(out)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Bars(*columns, console=Console(file=out), transient=True) as bars:
        tasks = {stage: bars.add_task(words, total=None, visible=False) for stage, words in WORDS.items()}

        def tell(stage: Stage, done: int, total: int | None) -> None:
            bars.update(tasks[stage], completed=done, total=total, visible=True)

        yield tell


def _plain(out: TextIO) -> Iterator[Progress]:
    """A bar of plain characters on one line, which is gone in the end."""

    def tell(stage: Stage, done: int, total: int | None) -> None:
        full = 0 if not total else _WIDTH * done // total
        bar = f"[{'#' * full}{'.' * (_WIDTH - full)}] " if total else ""
        out.write(f"\r\x1b[K{WORDS[stage]} {bar}{done:,} rows")
        out.flush()

    try:
        yield tell
    finally:
        out.write("\r\x1b[K")
        out.flush()
