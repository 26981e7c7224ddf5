"""``agentprov sign-in``: what would keep a user out of a door, whatever they type, and what they would be asked."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import Final

from agentprov.cli.commands import Command
from agentprov.cli.instants import HOW, Moment, moment_cell, parse_moment
from agentprov.cli.mistakes import Mistake
from agentprov.cli.output import Answer, Cell, Json, Page, bad, faint, good
from agentprov.cli.sources import load_tenant, tenant_argument
from agentprov.cli.tenants import find_user, named
from agentprov.engine.sign_in import Doors
from agentprov.engine.throttling import password_lock
from agentprov.engine.zones import epoch, instant
from agentprov.errors import InvalidValue
from agentprov.model.contact import PhoneNumber
from agentprov.model.network import Address, parse_address
from agentprov.model.references import Kind
from agentprov.model.sign_in import GATES, Door, SignInGate
from agentprov.model.table import Table
from agentprov.model.tenant import Tenant
from agentprov.model.throttle import FAILURE_CEILING, NOTHING_FAILED, Failures, Lock, Throttle
from agentprov.model.users import AuthenticationMethod, User

REFUSED: Final = 1

GATE_SAID: Final[Table[SignInGate, str]] = Table(
    {
        SignInGate.USER_UNKNOWN: "nobody has this login",
        SignInGate.METHOD_TOKEN: "has API tokens and never signs in",
        SignInGate.METHOD_OTHER: "proves who they are by another method",
        SignInGate.PROOF_MISSING: "nothing proves who they are",
        SignInGate.HOST_REFUSED: "wasn't verified by the service that knows them",
        SignInGate.PASSWORD_WRONG: "the password is wrong",
        SignInGate.PASSWORD_NONE: "no password is set",
        SignInGate.PASSWORD_UNREADABLE: "the stored password is damaged",
        SignInGate.PASSWORD_EXCESSIVE: "the stored password asks for too much work",
        SignInGate.PASSWORD_ONE_TIME: "the one-time password has to be replaced",
        SignInGate.STATUS_DISABLED: "the account is disabled",
        SignInGate.STATUS_BLOCKED: "the account is blocked",
        SignInGate.STATUS_DEACTIVATED: "the account is deactivated",
        SignInGate.WEB_LOGIN_BLOCKED: "web login is blocked",
        SignInGate.TYPE_NO_WEB_SIGN_IN: "is of a type that doesn't sign in on the web",
        SignInGate.TYPE_NOT_ROUTED: "is of a type that has no dialler panel",
        SignInGate.LOGIN_BASED_OFF: "login-based calling is off",
        SignInGate.DIALLER_PANEL_OFF: "the dialler panel is off",
        SignInGate.ADDRESS_UNKNOWN: "signs in from certain addresses only, and none was given",
        SignInGate.ADDRESS_OUTSIDE: "signs in from certain addresses only, and not from this one",
        SignInGate.MOBILE_NONE: "has two-factor authentication and no mobile to send a code to",
        SignInGate.CODE_WANTED: "a code is still asked for",
        SignInGate.CODE_WRONG: "the code is wrong",
        SignInGate.CODE_EXPIRED: "the code has expired",
        SignInGate.CODE_USED: "the code was used",
        SignInGate.CODE_LOCKED: "the code had too many wrong tries",
        SignInGate.CODE_NONE: "there is no such code",
        SignInGate.LOCKED_BY_PASSWORDS: "is locked out by wrong passwords",
        SignInGate.LOCKED_BY_CODES: "is locked out by wrong codes",
    }
)
"""Every gate in words, for admins: none of them is for whoever tries to sign in."""

_DOORS: Final = Table({Door.WEB: "the web portal", Door.PANEL: "the dialler panel"})
_METHODS: Final = Table(
    {
        AuthenticationMethod.PASSWORD: "their password",
        AuthenticationMethod.WINDOWS: "their Windows account, verified by the host",
        AuthenticationMethod.EXTERNAL: "an external service, verified by the host",
        AuthenticationMethod.API_TOKEN: "nothing: tokens are for programs",
    }
)


def _arguments(parser: ArgumentParser) -> None:
    tenant_argument(parser)
    parser.add_argument("user", metavar="USER", help="who signs in: the id or login of a user")
    parser.add_argument(
        "--door",
        choices=[door.value for door in Door],
        default=Door.WEB.value,
        help="where: the web portal (the default) or the dialler panel",
    )
    parser.add_argument(
        "--from", dest="address", metavar="ADDRESS", help="where they come from: 192.0.2.7 or 2001:db8::7"
    )
    parser.add_argument(
        "--failed", metavar="COUNT", help="how many wrong passwords in a row came before; none unless given"
    )
    parser.add_argument(
        "--last-failure", metavar="INSTANT", help="when the last of them came; at the instant asked about unless given"
    )
    parser.add_argument("--at", metavar="INSTANT", default="now", help=f"the instant asked about: {HOW}")


def _run(arguments: Namespace) -> Answer:
    tenant = load_tenant(arguments)
    user = find_user(tenant, arguments.user)
    door = Door(arguments.door)
    at = parse_moment(arguments.at, tenant.settings.time_zone)
    address = None if arguments.address is None else _address(arguments.address)
    throttle = _throttle(arguments, at)
    doors = Doors(tenant)
    gates = doors.keeps_out(user.id, door, address=address, throttle=throttle, at=instant(at.at))
    method, mobile = doors.asked_of(user.id)
    lock = password_lock(throttle, address, tenant.settings.sign_in, instant(at.at))
    until = lock if SignInGate.LOCKED_BY_PASSWORDS in gates else None
    return Answer(
        status=REFUSED if gates else 0,
        page=_page(tenant, user, door, gates, _asked(method, mobile, _until(until, at))),
        data={
            "user": user.id,
            "door": door.value,
            "from": None if address is None else str(address),
            "at": at.text,
            "gates": [_gate_data(gate) for gate in gates],
            "asked": {"method": method.value, "code_to": mobile},
            "locked_until": None if until is None or until.until is None else at.later(epoch(until.until)).text,
        },
    )


def _address(text: str) -> Address:
    try:
        return parse_address(text)
    except InvalidValue as error:
        raise Mistake(f"--from: {error.problems[0].message}", error.problems[0].mend) from None


def _throttle(arguments: Namespace, at: Moment) -> Throttle:
    """What failed before, as it was typed."""
    if arguments.failed is None:
        if arguments.last_failure is not None:
            raise Mistake("--last-failure needs --failed", "say how many wrong passwords there were")
        return NOTHING_FAILED
    text = arguments.failed
    if not (text.isascii() and text.isdigit()) or len(text) > len(str(FAILURE_CEILING)) or int(text) > FAILURE_CEILING:
        raise Mistake(f"--failed: `{text[:80]}` is no number from 0 to {FAILURE_CEILING}")
    last = at if arguments.last_failure is None else parse_moment(arguments.last_failure, at.zone)
    count = int(text)
    return Throttle(passwords=Failures(count=count, last=instant(last.at) if count else None))


def _until(lock: Lock | None, at: Moment) -> Cell | None:
    if lock is None:
        return None
    if lock.until is None:
        return "an admin resets the count"
    return moment_cell(Moment(at=epoch(lock.until), zone=at.zone))


def _gate_data(gate: SignInGate) -> Json:
    return {"rule": GATES[gate].rule, "gate": gate.value, "sentence": GATE_SAID[gate]}


def _page(
    tenant: Tenant,
    user: User,
    door: Door,
    gates: tuple[SignInGate, ...],
    asked: list[tuple[Cell, ...]],
) -> Page:
    page = Page()
    who = named(tenant, Kind.USERS, user.id)
    if gates:
        page.line(bad("no"), ": ", *who, f" can't sign in at {_DOORS[door]}")
        page.gap()
        page.grid([(faint(GATES[gate].rule), GATE_SAID[gate]) for gate in gates])
    else:
        page.line(good("yes"), ": ", *who, f" may sign in at {_DOORS[door]}, if they prove who they are")
    page.gap()
    page.grid(asked)
    return page


def _asked(method: AuthenticationMethod, mobile: PhoneNumber | None, until: Cell | None) -> list[tuple[Cell, ...]]:
    rows: list[tuple[Cell, ...]] = [("asked for", _METHODS[method])]
    if mobile is not None:
        rows.append(("then for", f"a code sent to {mobile}"))
    if until is not None:
        rows.append(("locked until", until))
    return rows


COMMAND: Final = Command(
    name="sign-in",
    summary="Tell whether a user may sign in, and every gate that keeps them out",
    details=(
        "No password is asked for or looked at: the answer is what would keep the user out whatever they type, and what"
        " they would have to prove. A user who is bound to addresses needs --from.\n\n"
        "A file doesn't hold what failed before. With --failed the answer says whether so many wrong passwords, from an"
        " address they haven't signed in from, lock the user out.\n\n"
        "The exit status is 0 for a user who may and 1 for one whom a gate keeps out."
    ),
    examples=(
        "sign-in smartflo.toml u-meera",
        "sign-in smartflo.toml u-asha --door panel",
        "sign-in smartflo.toml u-asha --failed 5 --at '2026-11-23 09:30'",
    ),
    arguments=_arguments,
    run=_run,
)
