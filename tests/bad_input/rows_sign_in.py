"""Logins as they are typed to sign in: what is nobody's login is a refusal like any other, with no hint why."""

from __future__ import annotations

from typing import Any, Final

import attrs

from agentprov.credentials.passwords import CHEAPEST
from agentprov.credentials.sign_in import sign_in
from agentprov.engine.sign_in import Doors
from agentprov.errors import Code, Refused
from agentprov.model.network import parse_address, parse_networks
from agentprov.model.secret import Secret
from agentprov.model.sign_in import FAILED, Answer, SignInAttempt, SignInGate, answer
from agentprov.model.throttle import NOTHING_FAILED
from agentprov.model.users import SelectedAddresses, SignIn, Status
from tests.bad_input.rows import Act, Row, asks
from tests.bad_input.world import ACME, ANNA, CANARY, World
from tests.provisioning.samples import AT

_OFFICE: Final = SignIn(addresses=SelectedAddresses(networks=parse_networks(["10.0.0.0/8"])))
_UNKNOWN: Final = SignInGate.USER_UNKNOWN


def tried(
    login: Any, *gates: SignInGate, password: str = CANARY, address: str = "10.0.0.1", stored: str = "", **fields: Any
) -> Act:
    """Somebody signs in with the password that Anna has; refused, all gates are as said and the answer is one."""

    def act(world: World) -> object:
        anna = attrs.evolve(world.tenant.users[ANNA], **fields)
        tenant = attrs.evolve(world.tenant, users=world.tenant.users.put(ANNA, anna))
        kept = world.credentials.password(ACME, ANNA)
        if kept is not None and stored:
            kept = attrs.evolve(kept, hash=stored)
        attempt = SignInAttempt(login=login, at=AT, throttle=NOTHING_FAILED, address=parse_address(address))
        outcome = sign_in(Doors(tenant), attempt, Secret(password), stored=kept, parameters=CHEAPEST).outcome
        assert gates == getattr(outcome, "gates", ())
        if answer(outcome) is Answer.FAILED:
            raise Refused((FAILED,))
        return answer(outcome).value

    return act


def refused(id_: str, says: str, act: Act) -> Row:
    """A sign-in that fails, as all do: one code and no word more."""
    return asks(id_, says, act, ("(whole)", Code.AUTH_FAILED))


_PASSWORD: Final = (SignInGate.PASSWORD_WRONG,)
ROWS: Final[tuple[Row, ...]] = (
    refused("B017", "another case", tried("ANNA", _UNKNOWN)),
    refused("B017a", "a space behind it", tried("anna ", _UNKNOWN)),
    refused("B017b", "a zero-width space inside", tried("an\u200bna", _UNKNOWN)),
    refused("B017c", "full width", tried("ａｎｎａ", _UNKNOWN)),
    refused("B017d", "a line end behind it", tried("anna\n", _UNKNOWN)),
    refused("B017e", "nothing", tried("", _UNKNOWN)),
    refused("B017f", "endless", tried("anna" * 1_000_000, _UNKNOWN)),
    refused("B017g", "half a surrogate pair", tried("anna\ud800", _UNKNOWN)),
    refused("B017h", "of a deleted user", tried("gone", _UNKNOWN)),
    refused("B017i", "of another tenant's user", tried("elsewhere", _UNKNOWN)),
    asks("B017x", "the login itself", tried("anna"), gives="signed-in"),
    asks("B017y", "no text", tried(5), ("login", Code.FIELD_WRONG_TYPE)),
    asks("B017z", "null", tried(None), ("login", Code.FIELD_REQUIRED)),
    refused("B041x", "differs in the last character", tried("anna", *_PASSWORD, password=CANARY[:-1])),
    refused("B044x", "an empty stored hash", tried("anna", SignInGate.PASSWORD_UNREADABLE, stored=" ")),
    refused("B044y", "of a disabled user", tried("anna", SignInGate.STATUS_DISABLED, status=Status.DISABLED)),
    refused(
        "B046x",
        "a stored hash that asks for 4 TB",
        tried(
            "anna",
            SignInGate.PASSWORD_EXCESSIVE,
            stored="$argon2id$v=19$m=4294967295,t=3,p=4$c2FsdHNhbHRzYWx0$" + "A" * 43,
        ),
    ),
    refused(
        "B124x",
        "an IPv6 client where IPv4 is allowed",
        tried("anna", SignInGate.ADDRESS_OUTSIDE, address="2001:db8::1", sign_in=_OFFICE),
    ),
    asks(
        "B121x",
        "an IPv4 client written as IPv6",
        tried("anna", address="::ffff:10.0.0.1", sign_in=_OFFICE),
        gives="signed-in",
    ),
)
