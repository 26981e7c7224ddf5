"""Passwords: in a form, against a policy, and when they are verified. Each is a secret that is seen nowhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from agentprov.credentials.passwords import (
    CHEAPEST,
    HashingParameters,
    PasswordHash,
    hash_password,
    needs_rehash,
    verify,
)
from agentprov.errors import Code, InvalidValue
from agentprov.model.passwords import PasswordPolicy, check_password
from agentprov.model.secret import Secret
from agentprov.model.verification import Verification
from tests.bad_input.rows import Act, Fault, Row, asks, field_row
from tests.bad_input.world import CANARY

SHORT: Final = PasswordPolicy(min_length=8)
LATIN: Final = "supervisor-workplace"
NOT_LATIN, COMMON, KIND = Code.PASSWORD_NOT_LATIN, Code.PASSWORD_COMMON, Code.PASSWORD_WRONG_TYPE
DEAR: Final = HashingParameters(memory_kib=16, time_cost=1, parallelism=1)


def typed(id_: str, says: str, text: str, *codes: Code, plan: str = "smartflo") -> tuple[Row, Row]:
    """A password in a form, as text and as a secret."""
    gives = None
    return (
        field_row(id_, says, "password", text, *codes, plan=plan, secret=text, gives=gives),
        field_row(f"{id_}s", f"{says}, as a secret", "password", Secret(text), *codes, plan=plan, secret=text),
    )


def judged(id_: str, says: str, text: object, *faults: Fault, hidden: str | None = None) -> Row:
    """A password held against a short policy. Nobody can tell that a word of the language was shown."""
    given: Any = Secret(text) if isinstance(text, str) else text

    def act(_: object) -> object:
        problems = check_password(SHORT, given)
        if problems:
            raise InvalidValue(problems)
        return None

    return asks(id_, says, act, *faults, secret=hidden)


def verified(stored: str, presented: Any) -> Act:
    """A password verified against a stored text."""
    return lambda _: verify(PasswordHash(stored), presented, CHEAPEST)


def hashed(text: str) -> str:
    """The stored hash of a password."""
    return hash_password(Secret(text), CHEAPEST).reveal()


def whole(code: Code) -> Fault:
    """A fault of the password itself."""
    return "(whole)", code


def phc(parameters: str) -> str:
    """A stored hash that asks for so much."""
    return f"$argon2id$v=19${parameters}$c2FsdHNhbHRzYWx0$" + "A" * 43


def _verifying() -> tuple[Row, ...]:
    long = "x" * 72
    wrong, unreadable, excessive = Verification.WRONG, Verification.UNREADABLE, Verification.EXCESSIVE
    outcomes: tuple[tuple[str, str, Callable[[], str], str, Verification], ...] = (
        ("B041", "differs after the 72nd character", lambda: hashed(f"{long}a"), f"{long}b", wrong),
        ("B041a", "differs after a NUL", lambda: hashed("pass\0word a"), "pass\0word b", wrong),
        ("B041b", "differs after 1,000", lambda: hashed("y" * 1_000 + "a"), "y" * 1_000 + "b", wrong),
        ("B043", "decomposed", lambda: hashed("café au lait"), "cafe\u0301 au lait", Verification.MATCHES),
        ("B043a", "full width", lambda: hashed("purple otter"), "ｐｕｒｐｌｅ\u3000ｏｔｔｅｒ", Verification.MATCHES),
        ("B044", "nothing is stored", lambda: "", CANARY, unreadable),
        ("B044a", "plain text is stored", lambda: CANARY, CANARY, unreadable),
        ("B044b", "another scheme's hash is stored", lambda: "$2b$12$" + "a" * 53, CANARY, unreadable),
        ("B044c", "half a hash is stored", lambda: hashed(CANARY)[:-9], CANARY, unreadable),
        ("B046", "asks for 4 TB", lambda: phc("m=4294967295,t=3,p=4"), CANARY, excessive),
        ("B046a", "asks for 2^31 passes", lambda: phc("m=65536,t=2147483648,p=4"), CANARY, excessive),
        ("B046b", "asks for many lanes", lambda: phc("m=65536,t=3,p=16777215"), CANARY, excessive),
    )
    return tuple(
        asks(id_, says, verified(stored(), Secret(presented)), gives=outcome, secret=presented)
        for id_, says, stored, presented, outcome in outcomes
    )


ROWS: Final[tuple[Row, ...]] = (
    *typed("B031", "64 characters", CANARY + "z" * 40),
    *typed("B031a", "128 characters", CANARY + "z" * 104),
    *typed("B032", "a megabyte", CANARY + "x" * 1_000_000, Code.PASSWORD_TOO_LONG),
    *typed("B032a", "257 characters", CANARY + "x" * 233, Code.PASSWORD_TOO_LONG),
    asks(
        "B032b",
        "a megabyte to hash",
        lambda _: hash_password(Secret(CANARY * 42_000)),
        whole(Code.PASSWORD_TOO_LONG),
        secret=CANARY,
    ),
    *typed("B034", "an accent where only Latin is allowed", "café au lait otter", NOT_LATIN, plan=LATIN),
    *typed("B034a", "a digit of another script", "purple otter climbs ٣", NOT_LATIN, plan=LATIN),
    *typed("B035", "a Cyrillic letter among Latin ones", "рurple otter climbs", NOT_LATIN, plan=LATIN),
    *typed("B035a", "a Greek letter among Latin ones", "purple οtter climbs", NOT_LATIN, plan=LATIN),
    judged("B037", "everybody's", "password", whole(COMMON)),
    judged("B037a", "everybody's in capitals", "PASSWORD", whole(COMMON)),
    judged("B037b", "everybody's in full width", "ｐａｓｓｗｏｒｄ", whole(COMMON), hidden="ｐａｓｓｗｏｒｄ"),
    judged("B037c", "everybody's with a year", "dragon2024", whole(COMMON), hidden="dragon2024"),
    *typed("B037d", "a row of the keyboard", "qwertyuiopasdfgh", COMMON),
    judged("B038", "eight spaces", " " * 8, whole(COMMON)),
    judged("B038a", "eight wide spaces", "\u3000" * 8, whole(COMMON)),
    judged("B040", "nothing", None, whole(KIND)),
    judged("B040a", "a number", 12345678, whole(KIND)),
    judged("B040b", "bytes", b"purple otter", whole(KIND)),
    *(
        field_row(f"B040{letter}", f"no text: {value!r}", "password", value, KIND)
        for letter, value in zip("cdefgh", (5, b"purple otter climbs", True, ["a"], {}, []), strict=True)
    ),
    field_row("B040i", "null in a form is nothing given", "password", None, Code.PASSWORD_REQUIRED),
    *(
        asks(f"B040{letter}", f"verified: {value!r}", verified("", value), whole(KIND))
        for letter, value in zip("jkl", (None, 5, b"purple otter"), strict=True)
    ),
    asks("B040m", "hashed: text", lambda _: hash_password(_any(CANARY)), whole(KIND), secret=CANARY),
    *_verifying(),
    asks(
        "B047", "hashed with other parameters", lambda _: needs_rehash(PasswordHash(hashed(CANARY)), DEAR), gives=True
    ),
    asks("B047a", "not hashed at all", lambda _: needs_rehash(PasswordHash(CANARY), DEAR), gives=True),
    *typed("B048x", "half a surrogate pair", f"{CANARY}\ud800", Code.PASSWORD_INVALID_CHARACTER),
    *typed("B048y", "a zero-width space", f"{CANARY}\u200b", Code.PASSWORD_INVALID_CHARACTER),
)


def _any(value: Any) -> Any:
    return value
