"""Hashing, verifying and making passwords, one case at a time. Every hash here is of the cheapest kind."""

from __future__ import annotations

import copy
import pickle
import random
import sys
from types import FrameType

import argon2
import pytest

from agentprov.credentials.passwords import (
    CHEAPEST,
    FLOOR,
    RFC_9106_FIRST,
    RFC_9106_SECOND,
    HashingParameters,
    OneTimePassword,
    PasswordHash,
    generate_password,
    hash_password,
    needs_rehash,
    verify,
)
from agentprov.errors import Code, InvalidValue
from agentprov.model.passwords import Alphabet, PasswordPolicy, check_password
from agentprov.model.secret import Secret
from agentprov.model.verification import Verification

PASSWORD = "purple otter climbs"
STORED = hash_password(Secret(PASSWORD), CHEAPEST)
OTHER = HashingParameters(memory_kib=16, time_cost=1, parallelism=1)


def hashes_computed(stored: PasswordHash | None, text: str) -> int:
    """How many times argon2 was asked to do its work while a password was verified."""
    work = {argon2.low_level.hash_secret.__code__, argon2.low_level.verify_secret.__code__}
    calls = 0

    def watch(frame: FrameType, event: str, _: object) -> None:
        nonlocal calls
        calls += event == "call" and frame.f_code in work

    sys.setprofile(watch)
    try:
        verify(stored, Secret(text), CHEAPEST)
    finally:
        sys.setprofile(None)
    return calls


def phc(
    memory: int | str = 8, time: int | str = 1, lanes: int | str = 1, salt: str = "c2FsdHNhbHQ", kind: str = "argon2id"
) -> str:
    """A stored text of the usual shape."""
    return f"${kind}$v=19$m={memory},t={time},p={lanes}${salt}$zoNWyI0vFH2vbQPHiLpw7g"


@pytest.mark.parametrize(
    ("presented", "outcome"),
    [
        (PASSWORD, Verification.MATCHES),
        ("Purple otter climbs", Verification.WRONG),
        ("purple otter climbs ", Verification.WRONG),
        ("", Verification.WRONG),
        ("x" * 1_000_000, Verification.WRONG),
        ("\ud800", Verification.WRONG),
    ],
    ids=["right", "case", "space", "empty", "B032", "surrogate"],
)
def test_verification(presented: str, outcome: Verification) -> None:
    """CR-1, B017: only the exact password matches; case and spaces count, and nothing makes it raise."""
    assert outcome is verify(STORED, Secret(presented), CHEAPEST)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("x" * 64 + "a", "x" * 64 + "b"),
        ("x" * 1_000 + "a", "x" * 1_000 + "b"),
        ("x\x00a", "x\x00b"),
        ("x" * 72 + "a", "x" * 72),
    ],
    ids=["65", "1001", "NUL", "B041"],
)
def test_nothing_is_cut_off(one: str, other: str) -> None:
    """P66, B041: a difference behind character 64, 72 or 1,000, or behind a NUL, matters."""
    stored = hash_password(Secret(one), CHEAPEST)

    assert Verification.MATCHES is verify(stored, Secret(one), CHEAPEST)
    assert Verification.WRONG is verify(stored, Secret(other), CHEAPEST)


def test_composed_and_decomposed_match() -> None:
    """B043: the one normalisation makes both spellings of an accent one password."""
    stored = hash_password(Secret("caf\u00e9 purple otter"), CHEAPEST)

    assert Verification.MATCHES is verify(stored, Secret("cafe\u0301 purple otter"), CHEAPEST)


@pytest.mark.parametrize(
    ("stored", "outcome", "alarming"),
    [
        (None, Verification.NO_PASSWORD, False),
        (PasswordHash(""), Verification.UNREADABLE, True),  # B044
        (PasswordHash("purple otter climbs"), Verification.UNREADABLE, True),
        (PasswordHash(STORED.reveal() + "\n"), Verification.UNREADABLE, True),
        (PasswordHash(phc()[:-1]), Verification.UNREADABLE, True),
        (PasswordHash(phc()[:-1] + "h"), Verification.UNREADABLE, True),
        (PasswordHash(phc(kind="argon2i")), Verification.UNREADABLE, True),
        (PasswordHash(phc(memory=7)), Verification.UNREADABLE, True),
        (PasswordHash(phc(memory=8, lanes=2)), Verification.UNREADABLE, True),
        (PasswordHash(phc(salt="c2FsdA")), Verification.UNREADABLE, True),
        (PasswordHash(phc(memory=4_294_967_295)), Verification.EXCESSIVE, True),  # B046: 4 TB
        (PasswordHash(phc(time=2_147_483_648)), Verification.EXCESSIVE, True),
        (PasswordHash(phc(memory=4_096, lanes=255)), Verification.EXCESSIVE, True),
        (PasswordHash(phc(salt="c2FsdHNh" * 20)), Verification.EXCESSIVE, True),
        (PasswordHash(phc(memory="9" * 11)), Verification.UNREADABLE, True),
    ],
    ids=lambda value: ascii(value.reveal())[-90:] if isinstance(value, PasswordHash) else None,
)
def test_hashes_that_are_not_tried(stored: PasswordHash | None, outcome: Verification, alarming: bool) -> None:
    """CR-5, B044, B046: a missing, damaged or excessive hash is a flagged failure, and costs one ordinary hash."""
    assert outcome is verify(stored, Secret(PASSWORD), CHEAPEST)
    assert alarming is outcome.alarming
    assert 1 == hashes_computed(stored, PASSWORD)


@pytest.mark.parametrize("presented", [PASSWORD, "wrong", "", "x" * 1_000_000], ids=["right", "wrong", "empty", "B032"])
def test_exactly_one_hash(presented: str) -> None:
    """CR-5: whatever is presented, one hash is computed."""
    assert 1 == hashes_computed(STORED, presented)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", Code.PASSWORD_REQUIRED),
        ("x" * 4_097, Code.PASSWORD_TOO_LONG),
        ("x\ud800", Code.PASSWORD_INVALID_CHARACTER),
    ],
    ids=["empty", "B032", "surrogate"],
)
def test_what_cannot_be_hashed(text: str, code: Code) -> None:
    """CR-1, B032: an empty, huge or unwritable password is refused before hashing."""
    with pytest.raises(InvalidValue) as refusal:
        hash_password(Secret(text), CHEAPEST)

    assert (code,) == refusal.value.codes


def test_rehash_when_parameters_change() -> None:
    """CR-1, B047: a hash of other parameters still matches, and is due for renewal; so is an unreadable one."""
    assert Verification.MATCHES is verify(STORED, Secret(PASSWORD), OTHER)
    assert not needs_rehash(STORED, CHEAPEST)
    assert needs_rehash(STORED, OTHER)
    assert needs_rehash(PasswordHash(""), CHEAPEST)
    assert not needs_rehash(hash_password(Secret(PASSWORD), OTHER), OTHER)


def test_salts_differ() -> None:
    """CR-1: two hashes of one password are two texts."""
    assert STORED != hash_password(Secret(PASSWORD), CHEAPEST)


def test_a_hash_never_prints() -> None:
    """CR-7, P75: a stored hash shows itself to its store only, and equals itself."""
    shown = f"{STORED} {STORED!r} {STORED:>9} {STORED!s} {[STORED]}"

    assert STORED.reveal() not in shown
    assert (STORED, hash(STORED)) == (PasswordHash(STORED.reveal()), hash(PasswordHash(STORED.reveal())))
    assert STORED.reveal() != STORED
    for take_out in (copy.copy, copy.deepcopy, pickle.dumps, PasswordHash.__getstate__):
        with pytest.raises(TypeError):
            take_out(STORED)


def test_a_hash_stays_as_it_is() -> None:
    """CR-7: neither changed nor emptied, and made of text only."""
    with pytest.raises(AttributeError):
        STORED._text = ""  # noqa: SLF001  what is tried here
    with pytest.raises(AttributeError):
        del STORED._text  # noqa: SLF001
    with pytest.raises(InvalidValue):
        PasswordHash(None)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("parameters", "memory", "time", "lanes"),
    [(RFC_9106_FIRST, 2_097_152, 1, 4), (RFC_9106_SECOND, 65_536, 3, 4), (FLOOR, 19_456, 2, 1), (CHEAPEST, 8, 1, 1)],
    ids=["first", "second", "floor", "cheapest"],
)
def test_named_parameters(parameters: HashingParameters, memory: int, time: int, lanes: int) -> None:
    """CR-1: RFC 9106's two choices with its salt of 16 and hash of 32 bytes, a floor, and one for tests."""
    assert (memory, time, lanes, 16, 32) == (
        parameters.memory_kib,
        parameters.time_cost,
        parameters.parallelism,
        parameters.salt_bytes,
        parameters.tag_bytes,
    )


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"memory_kib": 4}, "memory_kib"),
        ({"memory_kib": 2**31}, "memory_kib"),
        ({"memory_kib": 8, "parallelism": 2}, "memory_kib"),
        ({"time_cost": 0}, "time_cost"),
        ({"time_cost": True}, "time_cost"),
        ({"parallelism": 17}, "parallelism"),
        ({"salt_bytes": 7}, "salt_bytes"),
        ({"tag_bytes": 8}, "tag_bytes"),
    ],
    ids=str,
)
def test_parameters_have_bounds(fields: dict[str, int], path: str) -> None:
    """B046: parameters beyond the cap, or below what argon2 takes, can't be made."""
    with pytest.raises(InvalidValue) as refusal:
        HashingParameters(**{"memory_kib": 64, "time_cost": 1, "parallelism": 1, **fields})

    assert [(path,)] == [problem.path for problem in refusal.value.problems]


@pytest.mark.parametrize(
    "policy",
    [
        PasswordPolicy(),
        PasswordPolicy(min_length=1, max_length=8),
        PasswordPolicy(min_length=64, max_length=64),
        PasswordPolicy(min_length=8, min_lower=3, min_upper=3, min_digits=3, min_special=3),
        PasswordPolicy(min_length=8, max_length=8, min_digits=8),
        PasswordPolicy(alphabet=Alphabet.PRINTABLE_ASCII),
        PasswordPolicy(alphabet=Alphabet.LATIN),
    ],
    ids=str,
)
def test_generated_passwords_satisfy_the_rule(policy: PasswordPolicy) -> None:
    """CR-1, P67: a generated password satisfies the rule, is one-time by its type, and isn't printed."""
    made = generate_password(policy, login="asha")

    assert isinstance(made, OneTimePassword)
    assert () == check_password(policy, made.secret, login="asha")
    assert made.secret.reveal() not in repr(made)


def test_generated_passwords_differ() -> None:
    """CR-1: the system's random source doesn't repeat itself."""
    assert 100 == len({generate_password(PasswordPolicy()).secret.reveal() for _ in range(100)})


def test_generated_passwords_are_long_and_readable() -> None:
    """CR-1: twenty characters where the rule allows, none of those taken for one another."""
    text = "".join(generate_password(PasswordPolicy()).secret.reveal() for _ in range(50))

    assert 50 * 20 == len(text)
    assert not set("Il1Oo0") & set(text)


def test_a_source_without_chance_is_given_up() -> None:
    """P67: a source that makes only refused passwords ends in an error, not in a loop."""

    class Stuck(random.Random):
        """Gives the first of everything."""

        def choice(self, seq: object) -> object:  # type: ignore[override]
            return seq[0]  # type: ignore[index]

    with pytest.raises(InvalidValue) as refusal:
        generate_password(PasswordPolicy(), source=Stuck(1))

    assert (Code.PASSWORD_POLICY_UNSATISFIABLE,) == refusal.value.codes
