"""``agentprov route``: where a call goes, step by step, and why."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import Final

from agentprov.analysis.never_rung import never_rung
from agentprov.cli.call_data import call_data
from agentprov.cli.call_page import call_page
from agentprov.cli.commands import Command
from agentprov.cli.facts_file import assumed_of, facts_file_argument, read_facts, with_facts
from agentprov.cli.instants import parse_moment
from agentprov.cli.live_facts import NOBODY, assumed_facts, fact_arguments, live_facts
from agentprov.cli.mistakes import Mistake
from agentprov.cli.output import Answer
from agentprov.cli.sources import load_tenant, tenant_argument
from agentprov.cli.tenants import find_number, find_user
from agentprov.cli.why_not import why_not_data, why_not_page
from agentprov.engine.call_flow import Router
from agentprov.engine.playing import Script, play
from agentprov.errors import InvalidValue
from agentprov.model.calls import Call, Digits
from agentprov.model.contact import PhoneNumber, without_suffix
from agentprov.model.live import Live
from agentprov.model.phones import parse_dialled
from agentprov.model.tenant import Tenant

ANONYMOUS: Final = "anonymous"
FIRST: Final = "first"


def _arguments(parser: ArgumentParser) -> None:
    tenant_argument(parser)
    parser.add_argument(
        "--to", metavar="NUMBER", required=True, help="the number dialled: its id, or as a person dials it"
    )
    parser.add_argument(
        "--from",
        metavar="NUMBER",
        dest="caller",
        default=ANONYMOUS,
        help=f"the caller's number; the default is {ANONYMOUS}",
    )
    parser.add_argument(
        "--at",
        metavar="INSTANT",
        default="now",
        help="2026-11-23T09:30+05:30, or '2026-11-23 09:30' on the tenant's wall clock; the default is now",
    )
    parser.add_argument(
        "--press",
        metavar="DIGITS",
        action="extend",
        nargs="+",
        default=[],
        help="what the caller presses, one entry for each menu, then nothing; FILE must stand before it",
    )
    parser.add_argument(
        "--answer",
        metavar="USER",
        default=FIRST,
        help=f"who answers when rung: a user, `{FIRST}` (whoever is rung first, the default) or `{NOBODY}`",
    )
    fact_arguments(parser)
    facts_file_argument(parser)
    parser.add_argument(
        "--why-not", action="store_true", help="list everybody who is never rung: why not, and when that is over"
    )


def _run(arguments: Namespace) -> Answer:
    tenant = load_tenant(arguments)
    number = find_number(tenant, arguments.to)
    moment = parse_moment(arguments.at, tenant.settings.time_zone)
    call = Call(to=without_suffix(number.phone), caller=_caller(tenant, arguments.caller))
    facts = read_facts(tenant, arguments.facts)
    live = with_facts(live_facts(tenant, arguments), facts, tenant, call.caller)
    script = _script(tenant, arguments.answer, arguments.press)
    router = Router(tenant)
    played = play(router, call, at=moment.at, live=live, script=script)
    page = call_page(tenant, number, call, moment, played, script=script, assumed=_assumed(arguments, live, call))
    data = call_data(number, call, moment, played)
    if arguments.why_not:
        unrung = never_rung(played, router, live=live)
        page.gap()
        page.extend(why_not_page(tenant, moment, unrung))
        data["never_rung"] = why_not_data(moment, unrung)
    return Answer(status=0, page=page, data=data)


def _script(tenant: Tenant, answer: str, press: list[str]) -> Script:
    """What people do: whoever is rung first answers, or one user, or nobody; keys for each menu in turn."""
    digits = tuple(map(_digits, press))
    if answer in tenant.users or answer not in (FIRST, NOBODY):
        return Script(answering=[find_user(tenant, answer).id], digits=digits)
    anybody = answer == FIRST
    answering = tenant.users if anybody else ()
    return Script(answering=answering, forward_answered=anybody, queue_answered=anybody, digits=digits)


def _caller(tenant: Tenant, text: str) -> PhoneNumber | None:
    if text == ANONYMOUS:
        return None
    try:
        return without_suffix(parse_dialled(text, region=tenant.settings.region))
    except InvalidValue as error:
        raise Mistake(f"--from: {error.problems[0].message}", error.problems[0].mend) from None


def _digits(text: str) -> str:
    try:
        return Digits(keys=text).keys
    except InvalidValue as error:
        raise Mistake(f"--press: {error.problems[0].message}", error.problems[0].mend) from None


def _assumed(arguments: Namespace, live: Live, call: Call) -> tuple[str, ...]:
    """What was taken for granted because nobody said otherwise."""
    lines = [said for said in (assumed_facts(arguments), assumed_of(live, call.caller)) if said is not None]
    if arguments.answer == FIRST:
        lines.append("whoever is rung first answers (--answer)")
    return tuple(lines)


COMMAND: Final = Command(
    name="route",
    summary="Play a call: where it goes at an instant, step by step, and why",
    details=(
        "Nothing is dialled. The call is played to its end: who rings, for how long, who isn't rung and why, and where"
        " the call goes then.\n\n"
        "Time runs as the steps say it. Answers and keys come at once; how long an announcement or a queue takes only"
        " the host knows, and it counts as nothing."
    ),
    examples=(
        "route smartflo.toml --to n-main --from 9812345678 --at '2026-11-23 09:30' --press 1",
        "route smartflo.toml --to '080 6965 1170' --at 2026-11-23T23:00+05:30 --press 2 1 --answer nobody",
        "route smartflo.toml --to n-ravi --at '2026-11-23 09:30' --presence u-ravi=busy",
        "route smartflo.toml --to n-corporate --at '2026-11-23 21:30' --answer nobody --everybody-present --why-not",
    ),
    arguments=_arguments,
    run=_run,
)
