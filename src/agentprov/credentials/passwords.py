"""Password hashes: made, verified, renewed; and passwords made for people (CR-1). The only module that knows argon2.

A stored hash is text in PHC form: ``$argon2id$v=19$m=65536,t=3,p=4$salt$hash``. It names its own parameters, so they
are compared with a cap before anything is computed: a hash that asks for terabytes is refused, not tried. Verifying
does the work of exactly one hash whatever happens, so that how long a refusal takes doesn't tell why.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from typing import TYPE_CHECKING, Final, NoReturn, final

import attrs

from agentprov.errors import Code, Collector, InvalidValue
from agentprov.model.passwords import LENGTH_CEILING, PasswordPolicy, check_password, normal_form
from agentprov.model.secret import SHOWN, Secret
from agentprov.model.verification import Verification

if TYPE_CHECKING:
    from random import Random

# The cap on what a stored hash may ask for: RFC 9106's first profile fits in it.
_RANGES: Final = {
    "memory_kib": (8, 2 * 1024 * 1024),
    "time_cost": (1, 16),
    "parallelism": (1, 16),
    "salt_bytes": (8, 64),
    "tag_bytes": (16, 64),
}
_KIB_PER_LANE: Final = 8  # RFC 9106, 3.1


@attrs.frozen(kw_only=True)
class HashingParameters:
    """How much work a hash is: memory in KiB, passes over it, lanes, and the lengths of salt and hash in bytes."""

    memory_kib: int
    time_cost: int
    parallelism: int
    salt_bytes: int = 16
    tag_bytes: int = 32

    def __attrs_post_init__(self) -> None:
        found = Collector()
        for name, (low, high) in _RANGES.items():
            value = getattr(self, name)
            if type(value) is not int:
                found.add(Code.FIELD_WRONG_TYPE, name, expected="a whole number", found="something else")
            elif not low <= value <= high:
                found.add(Code.FIELD_OUT_OF_RANGE, name, value=value, low=low, high=high)
        found.check()
        least = _KIB_PER_LANE * self.parallelism
        if self.memory_kib < least:
            found.add(
                Code.FIELD_OUT_OF_RANGE, "memory_kib", value=self.memory_kib, low=least, high=_RANGES["memory_kib"][1]
            )
        found.check()


RFC_9106_FIRST: Final = HashingParameters(memory_kib=2 * 1024 * 1024, time_cost=1, parallelism=4)
"""RFC 9106's first choice, 2 GiB a hash: seconds of time, for few sign-ins on big machines."""

RFC_9106_SECOND: Final = HashingParameters(memory_kib=64 * 1024, time_cost=3, parallelism=4)
"""RFC 9106's second choice, 64 MiB a hash: the default."""

FLOOR: Final = HashingParameters(memory_kib=19 * 1024, time_cost=2, parallelism=1)
"""The least for real passwords (OWASP): 19 MiB a hash."""

CHEAPEST: Final = HashingParameters(memory_kib=8, time_cost=1, parallelism=1)
"""For tests only: protects nothing."""


@final
class PasswordHash:
    """A stored password hash, opaque: only :meth:`reveal` gives its text out, for a store. Any text makes one.

    Whether the text is a hash is found out when it is verified: a damaged one is a failed verification, never an
    exception. Two are equal when their texts are.

    >>> PasswordHash("$argon2id$...")
    PasswordHash(<secret>)
    """

    __slots__ = ("_text",)
    _text: str

    def __init__(self, text: str) -> None:
        if not isinstance(text, str):
            raise InvalidValue.of(Code.FIELD_WRONG_TYPE, expected="text", found="something else")
        object.__setattr__(self, "_text", text)

    def reveal(self) -> str:
        """The text as it is stored."""
        return self._text

    def __repr__(self) -> str:
        return f"PasswordHash({SHOWN})"

    def __str__(self) -> str:
        return SHOWN

    def __format__(self, spec: str) -> str:
        return SHOWN

    def __eq__(self, other: object) -> bool:
        return self._text == other._text if isinstance(other, PasswordHash) else NotImplemented

    def __hash__(self) -> int:
        return hash((PasswordHash, self._text))

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError("a password hash can't be changed")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError("a password hash can't be changed")

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a password hash can't be copied or pickled")

    def __getstate__(self) -> NoReturn:
        raise TypeError("a password hash can't be copied or pickled")


def hash_password(password: Secret, parameters: HashingParameters = RFC_9106_SECOND) -> PasswordHash:
    """The argon2id hash of a password in its normal form (NFKC), nothing trimmed or cut, with a new random salt.

    Whether the password satisfies a policy is checked before, by
    :func:`~agentprov.model.passwords.check_password`; here only what can't be hashed is refused.

    Raises:
        InvalidValue: ``password.wrong_type`` for what is no :class:`Secret`, ``password.required``,
            ``password.too_long`` (beyond 4,096 characters) or
            ``password.invalid_character`` (half of a surrogate pair).

    >>> verify(hash_password(Secret("purple otter climbs"), CHEAPEST), Secret("purple otter climbs"), CHEAPEST)
    <Verification.MATCHES: 'matches'>
    """
    _check_secret(password)
    if not password.reveal():
        raise InvalidValue.of(Code.PASSWORD_REQUIRED)
    if len(password.reveal()) > LENGTH_CEILING:
        raise InvalidValue.of(Code.PASSWORD_TOO_LONG, limit=LENGTH_CEILING)
    if not _presented(password).reveal():
        raise InvalidValue.of(Code.PASSWORD_INVALID_CHARACTER)
    return PasswordHash(_hashed(_presented(password), parameters))


def verify(
    stored: PasswordHash | None, password: Secret, parameters: HashingParameters = RFC_9106_SECOND
) -> Verification:
    """Whether a password is the one that was hashed. Exactly one hash is computed, whatever the outcome (CR-5).

    ``stored`` is nothing for a user without a password, and for one who doesn't exist. Where there is no hash to
    compare with, ``parameters`` say how much work is done instead; give the current ones.

    A machine without the memory for a hash raises argon2's own error; nobody gets in by it.

    Raises:
        InvalidValue: ``password.wrong_type`` for what is no :class:`Secret`.
    """
    _check_secret(password)
    presented = _presented(password)
    if stored is None:
        outcome = Verification.NO_PASSWORD
    elif isinstance(asked := _parameters_of(stored), Verification):
        outcome = asked
    elif not presented.reveal():
        outcome = Verification.WRONG
    else:
        return Verification.MATCHES if _is_hash_of(stored, presented) else Verification.WRONG
    _hashed(presented, parameters)  # the work of one hash, thrown away
    return outcome


def needs_rehash(stored: PasswordHash, parameters: HashingParameters = RFC_9106_SECOND) -> bool:
    """Whether a hash was made with other parameters, and should be replaced at the next successful sign-in."""
    return _parameters_of(stored) != parameters


# ---- passwords made for people ---------------------------------------------------------------------------------------

# Without the letters and digits that are taken for one another when they are read aloud or copied: I l 1 O o 0.
_LOWER: Final = "abcdefghijkmnpqrstuvwxyz"
_UPPER: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_DIGITS: Final = "23456789"
_SPECIAL: Final = "!#%+-.:=?@_"
_USUAL_LENGTH: Final = 20
_ATTEMPTS: Final = 100


@attrs.frozen(kw_only=True, eq=False)
class OneTimePassword:
    """A password made for a user, shown once: whoever stores its hash stores with it that it must be replaced."""

    secret: Secret


def generate_password(
    policy: PasswordPolicy, *, login: str | None = None, source: Random | None = None
) -> OneTimePassword:
    """A random password that satisfies the policy, of at least 20 characters where the policy allows so many.

    ``source`` is the system's random source unless a test gives another. Letters, digits and signs that look alike are
    left out.

    Raises:
        InvalidValue: ``password_policy.unsatisfiable`` if a hundred attempts are refused, which a working source of
            randomness doesn't bring about.
    """
    from random import SystemRandom

    chance = source or SystemRandom()
    for _ in range(_ATTEMPTS):
        made = OneTimePassword(secret=Secret(_random_text(policy, chance)))
        if not check_password(policy, made.secret, login=login):
            return made
    raise InvalidValue.of(Code.PASSWORD_POLICY_UNSATISFIABLE, needed=policy.min_length, limit=policy.max_length)


def _random_text(policy: PasswordPolicy, chance: Random) -> str:
    wanted = (
        (_LOWER, policy.min_lower),
        (_UPPER, policy.min_upper),
        (_DIGITS, policy.min_digits),
        (_SPECIAL, policy.min_special),
    )
    characters = [chance.choice(letters) for letters, count in wanted for _ in range(count)]
    length = max(len(characters), policy.min_length, min(_USUAL_LENGTH, policy.max_length))
    everything = _LOWER + _UPPER + _DIGITS + _SPECIAL
    characters += [chance.choice(everything) for _ in range(length - len(characters))]
    chance.shuffle(characters)
    return "".join(characters)


# ---- argon2 ----------------------------------------------------------------------------------------------------------

_PHC: Final = re.compile(
    r"\$argon2id\$v=19\$m=([0-9]{1,10}),t=([0-9]{1,10}),p=([0-9]{1,10})\$([A-Za-z0-9+/]{1,512})\$([A-Za-z0-9+/]{1,512})"
)


def _parameters_of(stored: PasswordHash) -> HashingParameters | Verification:
    """The parameters that a stored hash asks for, or why it isn't tried."""
    phc = _PHC.fullmatch(stored.reveal())
    if phc is None or not (_is_base64(phc[4]) and _is_base64(phc[5])):
        return Verification.UNREADABLE
    asked = {
        "memory_kib": int(phc[1]),
        "time_cost": int(phc[2]),
        "parallelism": int(phc[3]),
        "salt_bytes": len(phc[4]) * 3 // 4,
        "tag_bytes": len(phc[5]) * 3 // 4,
    }
    if any(asked[name] > high for name, (_, high) in _RANGES.items()):
        return Verification.EXCESSIVE
    lanes = _KIB_PER_LANE * asked["parallelism"]
    if any(asked[name] < low for name, (low, _) in _RANGES.items()) or asked["memory_kib"] < lanes:
        return Verification.UNREADABLE
    return HashingParameters(**asked)


def _is_base64(text: str) -> bool:
    """Whether bytes were written so: base64 without padding, no bit set behind the last byte."""
    if len(text) % 4 == 1:
        return False
    return b64encode(b64decode(text + "=" * (-len(text) % 4))).rstrip(b"=") == text.encode()


def _check_secret(password: object) -> None:
    """Refuse what a host passes in place of a secret; it may be the password as plain text, so it isn't repeated."""
    if not isinstance(password, Secret):
        raise InvalidValue.of(Code.PASSWORD_WRONG_TYPE)


def _presented(password: Secret) -> Secret:
    """The password in its normal form; the empty one for a text that can't be anybody's password."""
    if len(password.reveal()) > LENGTH_CEILING or any(map(_is_half_a_character, password.reveal())):
        return Secret("")
    return Secret(normal_form(password.reveal()))


def _is_half_a_character(character: str) -> bool:
    """A surrogate, which can't be written as bytes."""
    return "\ud800" <= character <= "\udfff"


def _hashed(password: Secret, parameters: HashingParameters) -> str:
    from argon2 import PasswordHasher

    hasher = PasswordHasher(
        time_cost=parameters.time_cost,
        memory_cost=parameters.memory_kib,
        parallelism=parameters.parallelism,
        hash_len=parameters.tag_bytes,
        salt_len=parameters.salt_bytes,
    )
    return hasher.hash(password.reveal())


def _is_hash_of(stored: PasswordHash, password: Secret) -> bool:
    from argon2 import PasswordHasher
    from argon2.exceptions import VerifyMismatchError

    try:
        return PasswordHasher().verify(stored.reveal(), password.reveal())
    except VerifyMismatchError:
        return False
