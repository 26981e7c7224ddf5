"""Password policies: what is refused, what is said of them, and what can't be built."""

from __future__ import annotations

import pytest

from agentprov.errors import Code, InvalidValue
from agentprov.messages import Entry
from agentprov.model.passwords import (
    BESIDE_SECOND_FACTOR,
    SINGLE_FACTOR,
    Alphabet,
    PasswordPolicy,
    below_standard,
    check_password,
    describe,
)
from agentprov.model.secret import Secret
from agentprov.model.well_known_passwords import WELL_KNOWN, is_well_known

EIGHT = PasswordPolicy(min_length=8)
ASCII = PasswordPolicy(min_length=8, alphabet=Alphabet.PRINTABLE_ASCII)
LATIN = PasswordPolicy(min_length=8, alphabet=Alphabet.LATIN)
STRICT = PasswordPolicy(min_length=8, min_lower=1, min_upper=1, min_digits=1, min_special=1)


def shown(value: object) -> str:
    """A case's id: its beginning in ASCII."""
    return ascii(value)[:60]


def codes(policy: PasswordPolicy, text: str, login: str | None = None) -> list[Code]:
    """What the policy says of a text, which is nowhere in what it says."""
    problems = check_password(policy, Secret(text), login=login)
    assert not any(text and text == value for problem in problems for value in problem.parameters.values())
    assert {()} >= {problem.path for problem in problems}
    return [problem.code for problem in problems]


@pytest.mark.parametrize(
    ("policy", "text"),
    [
        (SINGLE_FACTOR, "purple otter climbs"),
        (SINGLE_FACTOR, "лиловая выдра лезет"),
        (SINGLE_FACTOR, "x9-" * 5 + "different every time " * 2),
        (BESIDE_SECOND_FACTOR, "xk3-qpm7"),
        (EIGHT, "xk3-qpm7" * 8 + "."),  # B031: 64 characters and more
        (EIGHT, "purple otter climbs the very long tree " * 3 + "and rests"),
        (ASCII, "~ xk3qpm7"),
        (LATIN, "straße-été"),
        (STRICT, "xK3-qpmw"),
    ],
    ids=shown,
)
def test_accepted_passwords(policy: PasswordPolicy, text: str) -> None:
    """CR-1, B031: what satisfies the rule passes, whatever the script, and at 64 characters and more."""
    assert [] == codes(policy, text)


@pytest.mark.parametrize("length", [64, 128])
def test_long_passwords(length: int) -> None:
    """B031: 64 and 128 characters are accepted by the default rule."""
    text = "".join(chr(ord("a") + (position * position) % 26) for position in range(length - 1)) + "!"

    assert [] == codes(SINGLE_FACTOR, text)


@pytest.mark.parametrize(
    ("policy", "text", "expected"),
    [
        (EIGHT, "", [Code.PASSWORD_REQUIRED]),
        (EIGHT, "xk3-qpm", [Code.PASSWORD_TOO_SHORT]),
        (EIGHT, "xk3-qpm7" * 33, [Code.PASSWORD_TOO_LONG]),
        (EIGHT, "ab" * 500_000, [Code.PASSWORD_TOO_LONG]),  # B032
        (EIGHT, "xk3-qpm7\x00", [Code.PASSWORD_INVALID_CHARACTER]),
        (EIGHT, "xk3-qpm7\ud800", [Code.PASSWORD_INVALID_CHARACTER]),
        (EIGHT, "xk3-qpm7\u200b", [Code.PASSWORD_INVALID_CHARACTER]),
        (ASCII, "café-xk3q", [Code.PASSWORD_NOT_LATIN]),  # B034
        (ASCII, "pаrple-xk3q", [Code.PASSWORD_NOT_LATIN]),  # B035: the а is Cyrillic
        (LATIN, "pаrple-xk3w", [Code.PASSWORD_NOT_LATIN]),
        (LATIN, "xk3-qpm7€", [Code.PASSWORD_NOT_LATIN]),
        (EIGHT, "        ", [Code.PASSWORD_COMMON]),  # B038
        (EIGHT, "Password", [Code.PASSWORD_COMMON]),
        (EIGHT, "P@ssw0rd2024!", [Code.PASSWORD_COMMON]),
        (EIGHT, "ｐａｓｓｗｏｒｄ", [Code.PASSWORD_COMMON]),
        (EIGHT, "ABCabcABCa", [Code.PASSWORD_COMMON]),
        (SINGLE_FACTOR, "passwordpassword", [Code.PASSWORD_COMMON]),
        (SINGLE_FACTOR, "qwertyuiopasdfghj", [Code.PASSWORD_COMMON]),
        (SINGLE_FACTOR, "987654321098765", [Code.PASSWORD_COMMON]),
        (
            STRICT,
            "letmein",
            [
                Code.PASSWORD_TOO_SHORT,
                Code.PASSWORD_NEEDS_UPPER,
                Code.PASSWORD_NEEDS_DIGIT,
                Code.PASSWORD_NEEDS_SPECIAL,
                Code.PASSWORD_COMMON,
            ],
        ),
        (STRICT, "XK3-QPMW", [Code.PASSWORD_NEEDS_LOWER]),
        (PasswordPolicy(min_length=8, banned=["Contoso-Rules"]), "contoso-rules", [Code.PASSWORD_BANNED]),
    ],
    ids=shown,
)
def test_refused_passwords(policy: PasswordPolicy, text: str, expected: list[Code]) -> None:
    """CR-1, P77: every part of the rule that fails is reported at once, in its order, without the password."""
    assert expected == codes(policy, text)


@pytest.mark.parametrize(
    ("text", "login", "refused"),
    [
        ("xk3-asha.rao-qpm", "Asha.Rao", True),
        ("xk3-asha.rao-qpm", "asha.rao@example.com", True),
        ("asha.rao@example.com", "asha.rao@example.com", True),
        ("anna-xk3-qpm7w", "anna", True),
        ("xk3-qpm7-wanda", "ann", False),
        ("xk3-qpm7-wanda", None, False),
        ("xk3-qpm7-wanda", "", False),
    ],
    ids=shown,
)
def test_the_login_in_the_password(text: str, login: str | None, refused: bool) -> None:
    """CR-1: a password isn't the login and doesn't hold it, unless it is so short that it stands in many words."""
    assert ([Code.PASSWORD_CONTAINS_LOGIN] if refused else []) == codes(EIGHT, text, login)


def test_a_short_login_itself_is_no_password() -> None:
    """CR-1: even a login of three letters can't be the password."""
    assert Code.PASSWORD_CONTAINS_LOGIN in codes(PasswordPolicy(min_length=3), "xqk", "XQK")


@pytest.mark.parametrize("value", [None, 5, b"purple otter climbs", "purple otter climbs"], ids=shown)
def test_what_is_no_secret(value: object) -> None:
    """B040: a password is given as a secret, and nothing else is looked at."""
    problems = check_password(EIGHT, value)

    assert [Code.PASSWORD_WRONG_TYPE] == [problem.code for problem in problems]


def test_parts_of_the_rule_can_be_left_out() -> None:
    """CR-1: well-known passwords and logins are refused unless the tenant chooses otherwise."""
    lenient = PasswordPolicy(min_length=8, refuse_well_known=False, refuse_login=False)

    assert [] == codes(lenient, "password", "password")


def test_case_counts() -> None:
    """CR-1: passwords are case-sensitive, so a missing capital is missing."""
    assert [Code.PASSWORD_NEEDS_UPPER] == codes(PasswordPolicy(min_length=8, min_upper=1), "xk3-qpm7")


def test_lengths_count_after_the_one_normalisation() -> None:
    """B043: a composed and a decomposed accent are one character each."""
    policy = PasswordPolicy(min_length=8, max_length=8)

    assert [] == codes(policy, "xk3-qpm\u00e9") == codes(policy, "xk3-qpme\u0301")


def test_well_known_passwords_are_many() -> None:
    """B037: of words with the usual tails, well over 3,000 that satisfy a rule of eight characters are refused."""
    tails = ("", "1", "12", "123", "1234", "!", "1!", "2024", "2025", "@123")
    tried = {word + tail for word in WELL_KNOWN for tail in tails if len(word + tail) >= 8}

    refused = {text for text in tried if Code.PASSWORD_COMMON in codes(EIGHT, text)}

    assert tried == refused
    assert len(refused) > 3_000
    assert len(WELL_KNOWN) > 1_500


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("tr0ub4dor&3", False),
        ("correct horse battery", False),
        ("dragondragondra", True),
        ("1qaz2wsx3edc", True),
        ("", True),
    ],
)
def test_well_known_passwords(text: str, known: bool) -> None:
    """B037: entries, rows of keys and repetitions are known; what is made of several words isn't."""
    assert known is is_well_known(text)


def test_the_rule_is_shown_in_words() -> None:
    """CR-1: every part of the rule is a sentence that a person reads before typing."""
    policy = PasswordPolicy(
        min_length=10,
        max_length=64,
        min_lower=1,
        min_upper=2,
        min_digits=3,
        min_special=4,
        alphabet=Alphabet.PRINTABLE_ASCII,
        banned=["contoso"],
    )

    assert (
        "use at least 10 characters",
        "use at most 64 characters",
        "use characters that can be typed and seen",
        "use only a letter, digit or sign of an English keyboard",
        "lower-case letters needed: 1",
        "upper-case letters needed: 2",
        "digits needed: 3",
        "special characters needed: 4",
        "don't use a well-known password",
        "don't use a word your organisation bans",
        "don't put the login into the password",
    ) == describe(policy)


def test_the_rule_is_shown_in_another_language() -> None:
    """ER-1: a host's catalogue is used, and English where it has no entry."""
    german = {"password.too_short": Entry(message="zu kurz", mend="mindestens {limit} Zeichen")}

    assert ("mindestens 15 Zeichen", "use at most 256 characters") == describe(SINGLE_FACTOR, german)[:2]


def test_departures_from_the_standard_are_named() -> None:
    """CR-1: the defaults are NIST's; a product's composition rules are policy, and told."""
    products = PasswordPolicy(
        min_length=6,
        max_length=32,
        min_lower=1,
        min_upper=1,
        min_digits=1,
        min_special=1,
        alphabet=Alphabet.PRINTABLE_ASCII,
        refuse_well_known=False,
    )

    assert () == below_standard(SINGLE_FACTOR) == below_standard(BESIDE_SECOND_FACTOR)
    assert (15, 8) == (SINGLE_FACTOR.min_length, BESIDE_SECOND_FACTOR.min_length)
    assert (
        "min_length",
        "max_length",
        "min_lower",
        "min_upper",
        "min_digits",
        "min_special",
        "alphabet",
        "refuse_well_known",
    ) == below_standard(products)


@pytest.mark.parametrize(
    ("fields", "code", "path"),
    [
        ({"min_length": 20, "max_length": 12}, Code.PASSWORD_POLICY_UNSATISFIABLE, ()),
        ({"min_length": 8, "max_length": 8, "min_digits": 5, "min_upper": 4}, Code.PASSWORD_POLICY_UNSATISFIABLE, ()),
        ({"min_length": 0}, Code.FIELD_OUT_OF_RANGE, ("min_length",)),
        ({"max_length": 7}, Code.FIELD_OUT_OF_RANGE, ("max_length",)),
        ({"max_length": 5_000}, Code.FIELD_OUT_OF_RANGE, ("max_length",)),
        ({"min_digits": -1}, Code.FIELD_OUT_OF_RANGE, ("min_digits",)),
        ({"min_digits": True}, Code.FIELD_WRONG_TYPE, ("min_digits",)),
        ({"banned": [f"word{n}" for n in range(10_001)]}, Code.FIELD_TOO_MANY, ("banned",)),
    ],
    ids=shown,
)
def test_policies_that_cannot_be_built(fields: dict[str, int], code: Code, path: tuple[str, ...]) -> None:
    """P67: a rule that no password can satisfy is refused when it is set."""
    with pytest.raises(InvalidValue) as refusal:
        PasswordPolicy(**fields)  # type: ignore[arg-type]

    assert [(code, path)] == [(problem.code, problem.path) for problem in refusal.value.problems]


def test_every_fault_of_a_policy_is_reported() -> None:
    """ER-1: all faulty fields are reported together, in their order."""
    with pytest.raises(InvalidValue) as refusal:
        PasswordPolicy(min_length=0, max_length=1, min_upper=-1)

    assert [("min_length",), ("max_length",), ("min_upper",)] == [problem.path for problem in refusal.value.problems]
