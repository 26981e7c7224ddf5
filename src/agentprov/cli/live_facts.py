"""What only the host knows, as a person types it: who is logged in to the panel or on to queues, who is doing what."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import Final

from agentprov.cli.mistakes import Mistake, did_you_mean, nearest
from agentprov.cli.sources import FileSource, source_of
from agentprov.cli.tenants import find, find_user
from agentprov.model.ids import QueueId, UserId
from agentprov.model.live import Live, Presence
from agentprov.model.references import Kind
from agentprov.model.tenant import Tenant

ALL: Final = "all"
NOBODY: Final = "nobody"


def fact_arguments(parser: ArgumentParser) -> None:
    """The arguments that say who is there."""
    parser.add_argument(
        "--presence",
        metavar="USER=STATE",
        action="append",
        default=[],
        help=f"what somebody is doing: {', '.join(Presence)}; everybody else is available",
    )
    parser.add_argument(
        "--panel",
        metavar="USER",
        action="append",
        default=[],
        help=f"who is logged in to the agent panel: a user (may be repeated), `{ALL}` (the default) or `{NOBODY}`",
    )
    parser.add_argument(
        "--everybody-present",
        action="store_true",
        help="everybody is logged in to the panel and available, so that hours alone decide: the default, said aloud",
    )


def live_facts(tenant: Tenant, arguments: Namespace) -> Live:
    """The live facts that were given.

    Raises:
        Mistake: there is no such user or state, or one fact contradicts another.
    """
    if arguments.everybody_present and (arguments.panel or arguments.presence):
        other = "--panel" if arguments.panel else "--presence"
        raise Mistake(f"--everybody-present and {other} contradict each other", "leave out one of them")
    return Live(panel=_panel(tenant, arguments.panel), presence=_presence(tenant, arguments.presence))


def assumed_facts(arguments: Namespace) -> str | None:
    """What was taken for granted about everybody because nobody said otherwise."""
    if arguments.everybody_present:
        return None
    parts = [
        *([] if arguments.panel else ["is logged in to the agent panel (--panel)"]),
        *([] if arguments.presence else ["is available (--presence)"]),
    ]
    return f"everybody {' and '.join(parts)}" if parts else None


def _panel(tenant: Tenant, texts: list[str]) -> frozenset[UserId]:
    if not texts or texts == [ALL]:
        return frozenset(tenant.users)
    if texts == [NOBODY]:
        return frozenset()
    return frozenset(find_user(tenant, text).id for text in texts)


def _presence(tenant: Tenant, facts: list[str]) -> dict[UserId, Presence]:
    states = [each.value for each in Presence]
    found: dict[UserId, Presence] = {}
    for fact in facts:
        user, equals, state = fact.rpartition("=")
        if not equals:
            raise Mistake(f"`{fact}` doesn't say what somebody is doing", "write USER=STATE, such as u-ravi=busy")
        if state not in states:
            choices = f"choose one of: {', '.join(states)}"
            raise Mistake(f"`{state}` is no state of presence", did_you_mean(nearest(state, states), choices))
        found[find_user(tenant, user).id] = Presence(state)
    return found


def logged_on_argument(parser: ArgumentParser) -> None:
    """The argument that says who is logged on to queues."""
    parser.add_argument(
        "--logged-on",
        metavar="USER:QUEUE",
        action="append",
        default=[],
        help="who is logged on to which queue right now, as the host knows it; may be repeated",
    )


def assumes_nobody_logged_on(arguments: Namespace) -> bool:
    """Whether neither the command line nor a store says who is logged on."""
    return not arguments.logged_on and isinstance(source_of(arguments), FileSource)


def logged_on(tenant: Tenant, arguments: Namespace) -> Live:
    """Who is logged on to which queue, as far as it was said or the store's presence tells; nobody else.

    Raises:
        Mistake: there is no such user or queue.
    """
    queues: dict[UserId, set[QueueId]] = {}
    for record in source_of(arguments).everybody():
        queues[record.user] = set(record.queues)
    for fact in arguments.logged_on:
        # An id may hold a colon, so every place to cut is tried.
        cuts = [at for at, letter in enumerate(fact) if letter == ":"]
        if not cuts:
            raise Mistake(f"`{fact}` doesn't say who is logged on to what", "write USER:QUEUE, such as u-ravi:q-sales")
        at = next((at for at in cuts if fact[:at] in tenant.users and fact[at + 1 :] in tenant.queues), cuts[0])
        queue = QueueId(find(tenant, Kind.QUEUES, fact[at + 1 :]))
        queues.setdefault(find_user(tenant, fact[:at]).id, set()).add(queue)
    return Live(queues=queues)
