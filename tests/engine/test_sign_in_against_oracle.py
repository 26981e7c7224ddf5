"""The engine and the oracle agree on every attempt to sign in: what becomes of it, every gate, and what is kept."""

from __future__ import annotations

from typing import assert_never

from hypothesis import event, given
from hypothesis import strategies as st

from agentprov.engine.sign_in import Doors
from agentprov.model.sign_in import CodeWanted, NotSignedIn, PasswordToReplace, SignedIn, SignInAttempt, SignInOutcome
from agentprov.model.tenant import Tenant
from agentprov.model.throttle import Failures, Throttle
from tests.engine.entrants import centres, tries
from tests.oracle import sign_in as oracle
from tests.oracle.sign_in import Count, Told


def kept(failures: Failures) -> Count:
    """A count in the oracle's words."""
    return failures.count, failures.last


def told(outcome: SignInOutcome) -> Told:
    """The outcome in the oracle's words, with the gates as far as it has any."""

    def all_kept(throttle: Throttle) -> tuple[Count, Count, list[tuple[str, Count]]]:
        places = [(str(place.network), kept(place.failures)) for place in throttle.places]
        return kept(throttle.passwords), kept(throttle.codes), places

    match outcome:
        case NotSignedIn(gates=gates, throttle=throttle):
            return "refused", [gate.value for gate in gates], *all_kept(throttle)
        case CodeWanted(throttle=throttle):
            return "code", [], *all_kept(throttle)
        case PasswordToReplace(throttle=throttle):
            return "replace", ["password.one_time"], *all_kept(throttle)
        case SignedIn(throttle=throttle):
            return "in", [], *all_kept(throttle)
        case _:
            assert_never(outcome)


@given(centres(), st.lists(tries(), min_size=12, max_size=12))
def test_the_engine_decides_as_the_rules_say(tenant: Tenant, tried: list[SignInAttempt]) -> None:
    """CR-3, CR-5, CR-6: engine and oracle come to the same outcome, the same gates and the same counts."""
    doors = Doors(tenant)

    for attempt in tried:
        expected = oracle.decide(tenant, attempt)
        if expected[0] == "code":  # what else is still asked is no part of this outcome
            expected = ("code", [], *expected[2:])
        event(expected[0])
        assert expected == told(doors.decide(attempt))
