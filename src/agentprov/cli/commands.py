"""What a command is. A new one is a module with a ``COMMAND`` and a line in :mod:`agentprov.cli.parser`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable

import attrs

from agentprov.cli.output import Answer


@attrs.frozen(kw_only=True)
class Command:
    """One command: how it is called and described, the arguments it takes, and what it does with them.

    ``run`` gives an answer, or raises a :class:`~agentprov.cli.mistakes.Mistake` for what was typed wrong and an
    :class:`~agentprov.errors.AgentprovError` for what the library refuses. It prints nothing.
    """

    name: str
    summary: str
    """One line in the list of commands."""
    details: str
    """What a person should know before using it, for its own help."""
    examples: tuple[str, ...]
    arguments: Callable[[ArgumentParser], None]
    run: Callable[[Namespace], Answer]
    parts: tuple[Command, ...] = ()
    """The commands that it is made of, such as ``store init`` of ``store``; one of them is run in place of it."""
