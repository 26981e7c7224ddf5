"""A tour in a minute: five tenants loaded, three decisions, a move looked at beforehand, one call at three instants."""

from __future__ import annotations

import sys
from pathlib import Path

from agentprov.cli import main

HERE = (
    Path(__file__).parent.relative_to(Path.cwd())
    if Path(__file__).is_relative_to(Path.cwd())
    else Path(__file__).parent
)
WIDTH = 100


def heading(text: str) -> None:
    """A line that begins a chapter."""
    print(f"\n── {text} {'─' * (WIDTH - len(text) - 4)}")


def ask(command: str, tenant: str, *rest: str) -> int:
    """Show a command and run it; the exit code is the answer's."""
    words = [command, str(HERE / f"{tenant}.toml"), *rest]
    print(f"\n$ agentprov {' '.join(words)}")
    sys.stdout.flush()
    return main(words)


def tour() -> int:
    """Ask the questions; the number of answers that aren't what the tour is about."""
    surprises = 0

    heading("Five contact centres, each read from one file and whole")
    for tenant in ("smartflo", "smartq", "smartertrack", "puzzel", "supervisor-workplace"):
        surprises += ask("check", tenant) != 0

    heading("Who may do what, and why")
    surprises += ask("can", "smartflo", "u-asha", "agent:edit", "--on", "u-ravi") != 0
    surprises += ask("can", "smartflo", "u-asha", "user:delete", "--on", "u-ravi") != 1
    surprises += ask("can", "smartq", "u-maya", "agent:edit", "--on", "u-dana") != 1

    heading("What changes for Ola if he moves to another group, before anything is changed")
    surprises += ask("move", "puzzel", "u-ola", "g-business") != 0

    heading("One call: on Friday at 10:00, on Saturday at 05:00, and on a public holiday")
    call = ["--to", "+918069651170", "--from", "+919812345678", "--press", "1"]
    for instant in ("2026-11-20T10:00", "2026-11-21T05:00", "2027-01-26T10:00"):
        surprises += ask("route", "smartflo", *call, "--at", instant) != 0
    return surprises


if __name__ == "__main__":
    try:
        sys.exit(1 if tour() else 0)
    except BrokenPipeError:  # whoever was reading has seen enough
        sys.stdout = None
        sys.exit(0)
