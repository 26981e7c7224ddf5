"""``agentprov dial``: may an agent call a number, through which leg, with which caller ID, and why."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import Final, assert_never

from agentprov.cli.commands import Command
from agentprov.cli.dialling_words import outbound_words
from agentprov.cli.mistakes import Mistake
from agentprov.cli.output import Answer, Cell, Json, Page, Piece, bad, faint, good, strong
from agentprov.cli.sources import load_tenant, tenant_argument
from agentprov.cli.tenants import find, find_user, name_text, named
from agentprov.engine.outbound import Outbound
from agentprov.errors import InvalidValue
from agentprov.model.ids import CallerIdId
from agentprov.model.live import Live
from agentprov.model.network import Address, parse_address
from agentprov.model.outbound import (
    Attempt,
    Dial,
    DialChannel,
    DialEmergency,
    DialLeg,
    DialOutcome,
    NotDialled,
    OutboundReason,
)
from agentprov.model.references import Kind
from agentprov.model.tenant import Tenant

REFUSED: Final = 1


def _arguments(parser: ArgumentParser) -> None:
    tenant_argument(parser)
    parser.add_argument("user", metavar="USER", help="who calls: the id or login of a user")
    parser.add_argument("number", metavar="NUMBER", help="what they dial, as they type it")
    parser.add_argument(
        "--channel",
        choices=[channel.value for channel in DialChannel],
        default=DialChannel.CLICK_TO_CALL.value,
        help="what they call with; the default is click-to-call",
    )
    parser.add_argument("--leg", choices=[leg.value for leg in DialLeg], help="the leg they chose")
    parser.add_argument("--caller-id", metavar="CALLERID", help="the caller ID they chose: its id")
    parser.add_argument("--address", metavar="ADDRESS", help="where they are logged in from: 192.0.2.7 or 2001:db8::7")


def _run(arguments: Namespace) -> Answer:
    tenant = load_tenant(arguments)
    user = find_user(tenant, arguments.user)
    chosen = None if arguments.caller_id is None else CallerIdId(find(tenant, Kind.CALLER_IDS, arguments.caller_id))
    attempt = Attempt(
        agent=user.id,
        dialled=arguments.number,
        channel=DialChannel(arguments.channel),
        leg=None if arguments.leg is None else DialLeg(arguments.leg),
        caller_id=chosen,
    )
    live = Live() if arguments.address is None else Live(addresses={user.id: _address(arguments.address)})
    outcome = Outbound(tenant).dial(attempt, live)
    return Answer(
        status=REFUSED if isinstance(outcome, NotDialled) else 0,
        page=_page(tenant, attempt, outcome),
        data={
            "agent": attempt.agent,
            "dialled": attempt.dialled,
            "channel": attempt.channel.value,
            **_data(outcome),
            "reasons": [_reason_data(tenant, attempt, reason) for reason in outcome.reasons],
        },
    )


def _address(text: str) -> Address:
    try:
        return parse_address(text)
    except InvalidValue as error:
        raise Mistake(f"--address: {error.problems[0].message}", error.problems[0].mend) from None


# ---- for programs ----------------------------------------------------------------------------------------------------


def _data(outcome: DialOutcome) -> dict[str, Json]:
    match outcome:
        case Dial(leg=leg, rings=rings, number=number, caller_id=caller_id, presents=presents):
            call: dict[str, Json] = {"leg": leg.value, "rings": rings, "number": number}
            return {"outcome": "dial", **call, "caller_id": caller_id, "presents": presents}
        case DialEmergency(leg=leg, rings=rings, number=called, region=region):
            call = {"leg": leg.value, "rings": rings, "number": called, "region": region}
            return {"outcome": "emergency", **call, "caller_id": outcome.caller_id, "presents": outcome.presents}
        case NotDialled():
            return {"outcome": "refused"}
        case _:
            assert_never(outcome)


def _reason_data(tenant: Tenant, attempt: Attempt, reason: OutboundReason) -> Json:
    return {
        "rule": reason.rule,
        "kind": reason.kind.value,
        "id": reason.id,
        "code": reason.code.value,
        "sentence": outbound_words(tenant, attempt, reason),
    }


# ---- for people ------------------------------------------------------------------------------------------------------


def _page(tenant: Tenant, attempt: Attempt, outcome: DialOutcome) -> Page:
    page = Page()
    who = named(tenant, Kind.USERS, attempt.agent)
    match outcome:
        case Dial(number=number):
            page.line(good("yes"), ": ", *who, " calls ", strong(number))
        case DialEmergency(number=called, region=region):
            page.line(good("yes"), ": ", *who, " calls ", strong(called), f", the emergency services ({region})")
        case NotDialled():
            page.line(bad("no"), ": ", *who, f" can't call `{attempt.dialled[:MOST_SHOWN]}`")
    page.gap()
    if not isinstance(outcome, NotDialled):
        page.grid([("through", _through(outcome)), ("presents", _presents(tenant, outcome))])
        page.gap()
    page.grid([(faint(reason.rule), outbound_words(tenant, attempt, reason)) for reason in outcome.reasons])
    return page


MOST_SHOWN: Final = 80


def _through(outcome: Dial | DialEmergency) -> Cell:
    if outcome.rings is None:
        return "the telephone in their hand; the file knows none"
    return f"{outcome.leg.value} {outcome.rings}"


def _presents(tenant: Tenant, outcome: Dial | DialEmergency) -> tuple[Piece, ...]:
    if outcome.caller_id is None:
        return ("what the trunk presents",)
    return (f"{outcome.presents}  ", faint(name_text(tenant, Kind.CALLER_IDS, outcome.caller_id)))


COMMAND: Final = Command(
    name="dial",
    summary="Tell whether an agent may call a number, how, and why",
    details=(
        "Nothing is dialled. The answer is the number as it is called, the agent's own end, and the caller ID"
        " presented; or every reason why the call isn't made. An emergency number is never refused.\n\n"
        "An agent who is bound to named addresses calls only from one of them: say with --address where they are logged"
        " in from.\n\n"
        "The exit status is 0 for a call that is made and 1 for a refusal."
    ),
    examples=(
        "dial smartflo.toml u-ravi '022 2345 6789'",
        "dial smartflo.toml u-ravi '+223 65 01 23 45' --channel softphone",
        "dial smartflo.toml u-asha 112",
    ),
    arguments=_arguments,
    run=_run,
)
