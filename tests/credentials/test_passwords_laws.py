"""Laws of hashing, checking and making passwords."""

from __future__ import annotations

import random
import traceback
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from agentprov.credentials.passwords import (
    CHEAPEST,
    PasswordHash,
    generate_password,
    hash_password,
    verify,
)
from agentprov.errors import InvalidValue
from agentprov.model.passwords import Alphabet, PasswordPolicy, check_password, describe
from agentprov.model.secret import Secret
from agentprov.model.verification import Verification

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=80)
CANARIES = st.text(alphabet="abcdefghjkmnpqrstuvwxyzABCDEFGH23456789", min_size=24, max_size=24)


@st.composite
def policies(draw: st.DrawFn) -> PasswordPolicy:
    """Policies that can be built."""
    counts = [draw(st.integers(0, 6)) for _ in range(4)]
    longest = draw(st.integers(max(8, sum(counts)), 300))
    return PasswordPolicy(
        min_length=draw(st.integers(1, longest)),
        max_length=longest,
        min_lower=counts[0],
        min_upper=counts[1],
        min_digits=counts[2],
        min_special=counts[3],
        alphabet=draw(st.sampled_from(Alphabet)),
        banned=draw(st.lists(st.text(max_size=8), max_size=3)),
    )


@given(TEXTS, TEXTS)
def test_a_password_matches_itself_and_nothing_else(one: str, other: str) -> None:
    """P66: exactly the texts that NFKC makes equal match."""
    stored = hash_password(Secret(one), CHEAPEST)
    same = unicodedata.normalize("NFKC", one) == unicodedata.normalize("NFKC", other)

    assert Verification.MATCHES is verify(stored, Secret(one), CHEAPEST)
    assert (Verification.MATCHES if same else Verification.WRONG) is verify(stored, Secret(other), CHEAPEST)


@given(policies(), st.integers(), st.none() | st.text(min_size=1, max_size=8))
def test_a_generated_password_satisfies_every_policy(policy: PasswordPolicy, seed: int, login: str | None) -> None:
    """P67: whatever the policy, the seed and the login, what is generated is accepted."""
    made = generate_password(policy, login=login, source=random.Random(seed))

    assert () == check_password(policy, made.secret, login=login)


@given(policies(), st.text(max_size=300), st.none() | st.text(max_size=20))
def test_checking_is_total(policy: PasswordPolicy, text: str, login: str | None) -> None:
    """P76: any text gives a verdict, and each complaint is one of the sentences shown before."""
    problems = check_password(policy, Secret(text), login=login)

    assert {problem.mend for problem in problems} <= {*describe(policy), "give a password"}


@given(st.text(max_size=200) | st.text(alphabet="$argon2id=19,mtp0123456789/+", max_size=120))
def test_verifying_against_any_text_is_a_verdict(text: str) -> None:
    """P76, B044: whatever is stored, verifying gives an outcome and no exception, and nobody gets in."""
    assert Verification.MATCHES is not verify(PasswordHash(text), Secret("purple otter climbs"), CHEAPEST)


@given(CANARIES, policies())
def test_no_secret_leaks(canary: str, policy: PasswordPolicy) -> None:
    """P75: neither a complaint, nor a hash's rendering, nor an exception's trace holds the password."""
    problems = check_password(policy, Secret(canary), login="asha")
    stored = hash_password(Secret(canary), CHEAPEST)
    shown = f"{problems!r} {[str(problem) for problem in problems]} {stored!r} {stored}"
    try:
        hash_password(Secret(canary + "\ud800"), CHEAPEST)
    except InvalidValue as refusal:
        shown += "".join(traceback.format_exception(refusal)) + repr(refusal)

    assert canary not in shown
