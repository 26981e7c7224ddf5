"""When a user who failed to sign in may try again, and what is kept after each try (CR-5).

A count never falls but by success and by an admin's reset. An instant that lies before the last failure, as after a
clock was put back, waits at least as long: the last failure is the latest there was.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import attrs

from agentprov.model.network import Address, Network
from agentprov.model.throttle import (
    FAILURE_CEILING,
    Failures,
    Lock,
    Place,
    SignInPolicy,
    Throttle,
)

# Who has an IPv6 network changes the 64 bits behind it at will (RFC 8981), so the network is the place.
_PLACE_PREFIX: Final = {4: 32, 6: 64}
_BITS: Final = {4: 32, 6: 128}


def place_of(address: Address) -> Network:
    """The place that an address stands for: an IPv4 address itself, an IPv6 address's network of 64 bits.

    >>> from agentprov.model.network import parse_address
    >>> print(place_of(parse_address("192.0.2.7")), place_of(parse_address("2001:db8::7")))
    192.0.2.7 2001:db8::/64
    """
    prefix = _PLACE_PREFIX[address.version]
    rest = _BITS[address.version] - prefix
    return Network(version=address.version, number=address.number >> rest << rest, prefix=prefix)


def password_lock(throttle: Throttle, address: Address | None, policy: SignInPolicy, at: datetime) -> Lock | None:
    """Whether passwords from this address are refused at an instant; nothing: they may be tried.

    All places together have the same ceiling of 100 failures as one has.
    """
    failed = throttle.passwords.count + sum(place.failures.count for place in throttle.places)
    if failed >= FAILURE_CEILING:
        return Lock(until=None)
    return _lock(_passwords_from(throttle, address), policy, at)


def code_lock(throttle: Throttle, policy: SignInPolicy, at: datetime) -> Lock | None:
    """Whether one-time codes are refused at an instant; nothing: they may be tried."""
    return _lock(throttle.codes, policy, at)


def after_wrong_password(throttle: Throttle, address: Address | None, at: datetime) -> Throttle:
    """The throttle with one more wrong password from this address."""
    here = None if address is None else place_of(address)
    for position, place in enumerate(throttle.places):
        if place.network == here:
            counted = attrs.evolve(place, failures=_one_more(place.failures, at))
            places = (*throttle.places[:position], counted, *throttle.places[position + 1 :])
            return attrs.evolve(throttle, places=places)
    return attrs.evolve(throttle, passwords=_one_more(throttle.passwords, at))


def after_wrong_code(throttle: Throttle, at: datetime) -> Throttle:
    """The throttle with one more code that wasn't accepted. Sending another code doesn't touch it."""
    return attrs.evolve(throttle, codes=_one_more(throttle.codes, at))


def after_success(throttle: Throttle, address: Address | None, policy: SignInPolicy) -> Throttle:
    """The throttle after a sign-in: nothing failed, and the address is among the known places."""
    known = [place.network for place in throttle.places]
    if address is not None:
        here = place_of(address)
        known = [here, *(network for network in known if network != here)]
    fresh = tuple(Place(network=network) for network in known[: policy.places])
    # Most come from where they came from last, and nothing failed: then there is nothing to store.
    unchanged = fresh == throttle.places and throttle.passwords.count == throttle.codes.count == 0
    return throttle if unchanged else Throttle(places=fresh)


def reset(throttle: Throttle) -> Throttle:
    """The throttle after an admin's reset: nothing failed; the known places stay known."""
    return Throttle(places=tuple(Place(network=place.network) for place in throttle.places))


def after_recovery(throttle: Throttle) -> Throttle:
    """The throttle after a password was set by a code: no wrong passwords, as those were guesses at another one.

    Wrong codes stay counted: who recovers a password has shown nothing of the second factor. Nor is the place known.
    """
    return attrs.evolve(reset(throttle), codes=throttle.codes)


def wait_after(count: int, policy: SignInPolicy) -> int:
    """The seconds to wait after the failure that made the count this high.

    >>> [wait_after(count, SignInPolicy()) for count in range(1, 10)]
    [0, 0, 30, 60, 120, 240, 480, 960, 1920]
    """
    if count <= policy.free:
        return 0
    return min(policy.first_wait << (count - policy.free - 1), policy.longest_wait)


def _passwords_from(throttle: Throttle, address: Address | None) -> Failures:
    if address is None or not throttle.places:
        return throttle.passwords
    here = place_of(address)
    return next((place.failures for place in throttle.places if place.network == here), throttle.passwords)


def _lock(failures: Failures, policy: SignInPolicy, at: datetime) -> Lock | None:
    if failures.last is None:
        return None
    if failures.count >= policy.failures:
        return Lock(until=None)
    wait = wait_after(failures.count, policy)
    until = failures.last + timedelta(seconds=wait)
    # Without a wait nothing is locked, on a clock that was put back neither.
    return Lock(until=until) if wait and at < until else None


def _one_more(failures: Failures, at: datetime) -> Failures:
    last = at if failures.last is None else max(failures.last, at)
    return Failures(count=min(failures.count + 1, FAILURE_CEILING), last=last)
