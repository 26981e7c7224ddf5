"""Strategies for signing in: policies, what failed before, attempts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from hypothesis import strategies as st

from agentprov.engine.throttling import place_of
from agentprov.model.network import parse_address
from agentprov.model.sign_in import VERIFIED_BY_HOST, Door, HostVerified, PasswordTried, Proof, SignInAttempt
from agentprov.model.throttle import NO_FAILURES, NOTHING_FAILED, USUAL_POLICY, Failures, Place, SignInPolicy, Throttle
from agentprov.model.verification import CodeCheck, Verification
from agentprov.testing.strategies import pools
from agentprov.testing.strategies.outbound import addresses
from agentprov.testing.strategies.pool import one, shared

_NOON: Final = datetime(2026, 11, 23, 12, tzinfo=UTC)
_WHEN: Final = tuple(
    _NOON + timedelta(seconds=seconds) for seconds in (-7_200, -3_600, -61, -30, -1, 0, 1, 29, 30, 60, 3_600)
)
_POLICIES: Final = (
    *(USUAL_POLICY,) * 4,
    SignInPolicy(failures=1, free=0),
    SignInPolicy(failures=3, free=0, first_wait=60, longest_wait=60, places=1),
    SignInPolicy(failures=100, free=10, places=16),
    SignInPolicy(failures=5, free=4, places=0),
)
_KNOWN: Final = tuple(place_of(parse_address(text)) for text in ("192.0.2.9", "2001:db8::5", "203.0.113.1"))


@shared
def sign_in_policies() -> st.SearchStrategy[SignInPolicy]:
    """How guessing is slowed down: half of them as usual, some at their limits."""
    return st.sampled_from(_POLICIES)


@shared
def failures() -> st.SearchStrategy[Failures]:
    """None at all for one in two; else counts around where waits begin and where policies end."""
    return st.one_of(
        st.just(NO_FAILURES),
        st.builds(Failures, count=one(1, 1, 1, 2, 2, 2, 3, 4, 5, 9, 10, 99, 100), last=one(*_WHEN)),
    )


@shared
@st.composite
def throttles(draw: st.DrawFn) -> Throttle:
    """What failed before: nothing for one in two, else with known places that attempts come from too."""
    if draw(st.booleans()):
        return NOTHING_FAILED
    known = draw(st.lists(st.sampled_from(_KNOWN), unique=True, max_size=3))
    places = [Place(network=network, failures=draw(failures())) for network in known]
    return Throttle(passwords=draw(failures()), codes=draw(failures()), places=places)


@shared
def proofs() -> st.SearchStrategy[Proof]:
    """How somebody proved who they are, or didn't: every other password is the right one."""
    tried = st.builds(
        PasswordTried,
        outcome=one(*(Verification.MATCHES,) * 5, *Verification),
        one_time=one(True, False, False),  # noqa: FBT003  items to draw from
        outdated=st.booleans(),
    )
    return st.one_of(
        tried,
        tried,
        st.builds(HostVerified, method=one(*VERIFIED_BY_HOST), verified=one(True, True, False)),  # noqa: FBT003
    )


@shared
def sign_in_attempts() -> st.SearchStrategy[SignInAttempt]:
    """Attempts with logins of :func:`tenants`, some of nobody's, from everywhere, at instants around the failures."""
    return st.builds(
        SignInAttempt,
        login=one(*pools.LOGINS, *pools.LOGINS, "nobody", "", "x" * 255),
        door=one(*Door),
        at=one(*_WHEN),
        throttle=throttles(),
        address=st.one_of(st.none(), addresses(), addresses(), addresses()),
        proof=st.one_of(st.none(), proofs(), proofs(), proofs(), proofs(), proofs()),
        code=one(None, None, None, *(CodeCheck.ACCEPTED,) * 3, *CodeCheck),
    )
