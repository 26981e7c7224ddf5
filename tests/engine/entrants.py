"""Small tenants whose users come to a door: everything that signing in looks at is drawn, and nothing else."""

from __future__ import annotations

from typing import Any

import attrs
from hypothesis import strategies as st

from agentprov.engine.throttling import place_of
from agentprov.model.blueprint import Blueprint
from agentprov.model.groups import NamedAddress
from agentprov.model.identity import login_key
from agentprov.model.ids import TenantId, UserId
from agentprov.model.network import parse_address, parse_networks
from agentprov.model.settings import LoginComparison, Settings
from agentprov.model.sign_in import Door, PasswordTried, SignInAttempt
from agentprov.model.table import Table
from agentprov.model.tenant import Tenant
from agentprov.model.throttle import Failures, Place, Throttle
from agentprov.model.users import AuthenticationMethod, Calling, SelectedAddresses, SignIn, Status, User
from agentprov.model.verification import CodeCheck, Verification
from agentprov.testing.strategies import (
    CATALOGUE,
    failures,
    pools,
    sign_in_attempts,
    sign_in_policies,
    sign_ins,
    throttles,
)
from tests.tenants import by_id

LOGINS = pools.LOGINS[:4]
OFFICES = by_id(
    [
        NamedAddress(id=pools.ADDRESSES[0], name="Office", networks=parse_networks(["192.0.2.0/24", "2001:db8::/32"])),
        NamedAddress(id=pools.ADDRESSES[1], name="Home", networks=parse_networks(["198.51.100.7"])),
    ]
)


@st.composite
def _options(draw: st.DrawFn) -> SignIn:
    """Sign-in options: one in two signs in with a password and is hardly bound, the others are as they come."""
    if draw(st.booleans()):
        return SignIn(two_factor=draw(st.booleans()))
    options = draw(sign_ins())
    if draw(st.integers(0, 3)) == 0:
        named = draw(st.sets(st.sampled_from(sorted(OFFICES)), min_size=1))
        options = attrs.evolve(options, addresses=SelectedAddresses(named=named))
    if draw(st.booleans()):
        options = attrs.evolve(options, method=AuthenticationMethod.PASSWORD)
    return options


@st.composite
def _entrants(draw: st.DrawFn, position: int) -> User:
    """Users with options, types and statuses of all kinds; little keeps many of them out."""
    panel = draw(st.sampled_from((None, False, True, True)))
    return User(
        id=UserId(f"u-{position}"),
        login=LOGINS[position],
        type=draw(st.sampled_from((*("person",) * 5, "customer", "api"))),
        status=draw(st.sampled_from((*(Status.ACTIVE,) * 8, *Status))),
        mobile=draw(st.sampled_from((None, pools.PHONES[0]))),
        phone=draw(st.sampled_from((None, *pools.PHONES[:6]))),
        calling=Calling(login_based=panel is not None, dialler_panel=panel is True),
        sign_in=draw(_options()),
    )


@st.composite
def centres(draw: st.DrawFn) -> Tenant:
    """Tenants of a few users who sign in."""
    comparison = draw(st.sampled_from(LoginComparison))
    fold = comparison is LoginComparison.CASE_INSENSITIVE
    users: dict[str, User] = {}
    for position in range(len(LOGINS)):
        user = draw(_entrants(position))
        users.setdefault(login_key(user.login, ignore_case=fold), user)
    return Tenant(
        id=TenantId("t-1"),
        name="Doors",
        settings=Settings(time_zone="UTC", region="IN", login_comparison=comparison, sign_in=draw(sign_in_policies())),
        blueprint=Blueprint(name="plain", catalogue=CATALOGUE),
        users=Table({user.id: user for user in users.values()}),
        addresses=OFFICES,
    )


_HOMES = tuple(map(parse_address, ("192.0.2.9", "::ffff:192.0.2.9", "2001:db8::5", "198.51.100.7")))


def _known(failed: Failures) -> Throttle:
    """A throttle of somebody who signed in from most of these addresses."""
    return Throttle(places=[Place(network=place_of(address), failures=failed) for address in _HOMES[1:3]])


def _changed(attempt: SignInAttempt, **facts: Any) -> SignInAttempt:
    """The attempt with other facts."""
    return attrs.evolve(attempt, **facts)


def tries() -> st.SearchStrategy[SignInAttempt]:
    """Attempts as they come, and twice as many that are likely to end in something else than a refusal."""
    likely = st.builds(
        _changed,
        sign_in_attempts(),
        login=st.sampled_from(LOGINS),
        door=st.sampled_from((Door.WEB, Door.WEB, Door.WEB, Door.PANEL)),
        proof=st.builds(
            PasswordTried,
            outcome=st.sampled_from((Verification.MATCHES, Verification.MATCHES, Verification.WRONG)),
            one_time=st.sampled_from((False, False, True)),
        ),
        throttle=st.one_of(throttles(), st.builds(_known, failures())),
        address=st.sampled_from(_HOMES),
        code=st.sampled_from((None, CodeCheck.ACCEPTED, CodeCheck.WRONG)),
    )
    known = st.builds(_changed, sign_in_attempts(), login=st.sampled_from((*LOGINS, "nobody")))
    return st.one_of(known, likely, likely)
