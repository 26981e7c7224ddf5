"""Logins, Windows logins, numeric ids, languages and names, one input at a time."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from agentprov.errors import Code, Collector, InvalidValue
from agentprov.model import identity, text


def shown(value: object) -> str:
    """A case's id: its beginning in ASCII."""
    return ascii(value)[:60]


def codes_of(ask: Callable[[], object]) -> tuple[Code, ...]:
    """The codes of the refusal; a value isn't expected."""
    with pytest.raises(InvalidValue) as refusal:
        ask()
    assert {()} == {problem.path for problem in refusal.value.problems}
    return refusal.value.codes


REFUSED_LOGINS: list[tuple[str, object, tuple[Code, ...]]] = [
    ("B001", "", (Code.LOGIN_REQUIRED,)),
    ("B002", "   ", (Code.LOGIN_INVALID_CHARACTER,)),
    ("B004", "anna\n", (Code.LOGIN_INVALID_CHARACTER,)),
    ("B005", "an\x00na", (Code.LOGIN_INVALID_CHARACTER,)),
    ("B007", "ａｄｍｉｎ", (Code.LOGIN_NOT_NORMAL_FORM,)),
    ("B008", "admin\u200b", (Code.LOGIN_INVALID_CHARACTER,)),
    ("B010", "adm\u202ein", (Code.LOGIN_BIDI_CONTROL,)),
    ("B011", "admin\ufe0f", (Code.LOGIN_INVALID_CHARACTER,)),
    ("B013", "a\u034fb", (Code.LOGIN_INVALID_CHARACTER,)),
    ("B019 before normalising", "\ufdfa" * 1_000, (Code.LOGIN_TOO_LONG,)),
    ("B019 after normalising", "\ufdfa" * 100, (Code.LOGIN_TOO_LONG,)),
    ("B020", "anna\ud800", (Code.LOGIN_INVALID_CHARACTER,)),
    ("B026", '"; DROP TABLE users;--', (Code.LOGIN_INVALID_CHARACTER,)),
    ("B028", None, (Code.LOGIN_REQUIRED,)),
    ("B029 number", 5, (Code.LOGIN_WRONG_TYPE,)),
    ("B029 bytes", b"x", (Code.LOGIN_WRONG_TYPE,)),
    ("B029 list", ["a"], (Code.LOGIN_WRONG_TYPE,)),
    ("B029 mapping", {}, (Code.LOGIN_WRONG_TYPE,)),
    ("one too many", "a" * 255, (Code.LOGIN_TOO_LONG,)),
    ("begins with a dot", ".anna", (Code.LOGIN_INVALID_CHARACTER,)),
    ("begins like a formula", "=anna", (Code.LOGIN_INVALID_CHARACTER,)),
    ("an accent on nothing", "\u0301anna", (Code.LOGIN_INVALID_CHARACTER,)),
    ("an accent on a dot", "anna.\u0301", (Code.LOGIN_INVALID_CHARACTER,)),
    ("a filler that is a letter", "anna\u3164", (Code.LOGIN_INVALID_CHARACTER, Code.LOGIN_NOT_NORMAL_FORM)),
    ("an emoji", "anna😀", (Code.LOGIN_INVALID_CHARACTER,)),
    ("Latin and Hebrew", "annaאנה", (Code.LOGIN_MIXED_DIRECTION,)),
    ("Hebrew and Latin", "אנהanna", (Code.LOGIN_MIXED_DIRECTION,)),
    ("two kinds of digits beside Arabic", "آنا1٢", (Code.LOGIN_MIXED_DIRECTION,)),
    ("two faults", "ａ b", (Code.LOGIN_INVALID_CHARACTER, Code.LOGIN_NOT_NORMAL_FORM)),
]


@pytest.mark.parametrize(("_row", "given", "codes"), REFUSED_LOGINS, ids=[row for row, *_ in REFUSED_LOGINS])
def test_refused_logins(_row: str, given: object, codes: tuple[Code, ...]) -> None:
    """ID-5: each bad login is refused with its exact codes, when it is typed."""
    assert codes == codes_of(lambda: identity.parse_login(given))


@pytest.mark.parametrize(("_row", "given", "codes"), REFUSED_LOGINS, ids=[row for row, *_ in REFUSED_LOGINS])
def test_refused_stored_logins(_row: str, given: object, codes: tuple[Code, ...]) -> None:
    """ID-5: a constructor notes the same faults under the field's path."""
    found = Collector()

    identity.check_login(found, "login", given)

    assert [(code, ("login",)) for code in codes] == [(problem.code, problem.path) for problem in found.problems]


@pytest.mark.parametrize(
    "login",
    [
        *("__proto__", "null", "true", "0"),  # B025
        *("anna", "Anna", "asha.rao@example.com", "o'brien+night-shift", "a" * 254),
        *("françois", "Ωμέγα", "анна", "आशा", "アシャ", "阿莎", "안나", "ابراهيم", "אנה", "אנה1", "ابراهيم٢"),
    ],
    ids=shown,
)
def test_accepted_logins(login: str) -> None:
    """ID-5, B025: letters and digits of any script are a login, kept as they are."""
    assert login == identity.parse_login(login)


def test_composed_and_decomposed_are_one_login() -> None:
    """B014: a decomposed accent gives the composed login, and isn't accepted as a stored one."""
    found = Collector()
    identity.check_login(found, "login", "rene\u0301")

    assert "ren\u00e9" == identity.parse_login("rene\u0301")
    assert [Code.LOGIN_NOT_NORMAL_FORM] == [problem.code for problem in found.problems]


def test_a_login_message_names_the_character_and_not_the_login() -> None:
    """ER-1: the sentence names an unseen character by its number, and repeats nothing else."""
    with pytest.raises(InvalidValue, match="contains `U\\+200B`") as refusal:
        identity.parse_login("admin\u200b")

    assert "admin" not in str(refusal.value)


@pytest.mark.parametrize(
    ("one", "other", "same", "same_without_case"),
    [
        ("anna", "anna", True, True),
        ("Anna", "anna", False, True),
        ("STRASSE", "straße", False, True),
        ("ΣΟΦΟΣ", "σοφος", False, True),
        ("anna", "anne", False, False),
    ],
    ids=shown,
)
def test_comparison_of_logins(one: str, other: str, same: bool, same_without_case: bool) -> None:
    """ID-5: case distinguishes logins, unless the tenant compares without it."""
    assert same == (identity.login_key(one) == identity.login_key(other))
    assert same_without_case == (
        identity.login_key(one, ignore_case=True) == identity.login_key(other, ignore_case=True)
    )


@pytest.mark.parametrize(
    ("one", "other", "confusable"),
    [
        ("Anna", "anna", True),  # B016
        ("\u0430nna", "anna", True),
        ("agent1", "agentl", True),
        ("agent0", "agentO", True),
        ("arnold", "amold", True),
        ("agent1", "agent2", False),
        ("anna", "hanna", False),
    ],
    ids=shown,
)
def test_confusable_logins(one: str, other: str, confusable: bool) -> None:
    """ID-5, B016: logins that a hurried reader takes for one another share a key, for a warning."""
    assert confusable == (identity.confusable_key(one) == identity.confusable_key(other))


@pytest.mark.parametrize(
    "given", ["abc", "abc@xyz", "abc@corp.example.com", "XYZ\\abc", "corp.example\\abc"], ids=shown
)
def test_windows_login_loses_its_domain(given: str) -> None:
    """ID-7: both spellings are stored as the user's part."""
    assert "abc" == identity.windows_login(given)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (None, Code.WINDOWS_LOGIN_REQUIRED),
        ("", Code.WINDOWS_LOGIN_REQUIRED),
        (5, Code.WINDOWS_LOGIN_WRONG_TYPE),
        ("a" * 65, Code.WINDOWS_LOGIN_TOO_LONG),
        ("b" * 1_000, Code.WINDOWS_LOGIN_TOO_LONG),
        ("XYZ\\", Code.WINDOWS_LOGIN_INVALID),
        ("\\abc", Code.WINDOWS_LOGIN_INVALID),
        ("@xyz", Code.WINDOWS_LOGIN_INVALID),
        ("abc@", Code.WINDOWS_LOGIN_INVALID),
        ("XYZ\\abc@xyz", Code.WINDOWS_LOGIN_INVALID),
        ("A\\B\\abc", Code.WINDOWS_LOGIN_INVALID),
        ("a@b@c", Code.WINDOWS_LOGIN_INVALID),
        ("ab;c", Code.WINDOWS_LOGIN_INVALID),
        (" abc", Code.WINDOWS_LOGIN_INVALID),
        ("abc.", Code.WINDOWS_LOGIN_INVALID),
        ("ab\u200bc", Code.WINDOWS_LOGIN_INVALID),
    ],
    ids=shown,
)
def test_refused_windows_logins(given: object, code: Code) -> None:
    """ID-7: what isn't one of the three spellings is refused."""
    assert (code,) == codes_of(lambda: identity.windows_login(given))


@pytest.mark.parametrize(
    ("stored", "codes"),
    [
        ("abc", []),
        ("abc@xyz", [Code.WINDOWS_LOGIN_DOMAIN]),
        ("XYZ\\abc", [Code.WINDOWS_LOGIN_DOMAIN]),
        ("a/b", [Code.WINDOWS_LOGIN_INVALID]),
    ],
    ids=shown,
)
def test_stored_windows_login(stored: str, codes: list[Code]) -> None:
    """ID-7: a stored Windows login names no domain."""
    found = Collector()

    identity.check_windows_login(found, "windows_login", stored)

    assert codes == [problem.code for problem in found.problems]


@pytest.mark.parametrize(
    ("given", "number"), [("1", 1), ("4711", 4711), (4712, 4712), ("9" * 18, 10**18 - 1)], ids=shown
)
def test_numeric_ids(given: object, number: int) -> None:
    """ID-8: digits or a number are read, up to eighteen digits."""
    assert number == identity.parse_numeric_id(given)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (None, Code.NUMERIC_ID_REQUIRED),
        ("", Code.NUMERIC_ID_REQUIRED),
        (True, Code.NUMERIC_ID_WRONG_TYPE),
        (1.0, Code.NUMERIC_ID_WRONG_TYPE),
        ("12a", Code.NUMERIC_ID_INVALID),
        ("-1", Code.NUMERIC_ID_INVALID),
        (" 1", Code.NUMERIC_ID_INVALID),
        ("007", Code.NUMERIC_ID_INVALID),
        ("１２３", Code.NUMERIC_ID_INVALID),
        ("0", Code.NUMERIC_ID_OUT_OF_RANGE),
        (0, Code.NUMERIC_ID_OUT_OF_RANGE),
        (-1, Code.NUMERIC_ID_OUT_OF_RANGE),
        (2**63, Code.NUMERIC_ID_OUT_OF_RANGE),
        (10**30, Code.NUMERIC_ID_OUT_OF_RANGE),
        ("1" + "0" * 18, Code.NUMERIC_ID_OUT_OF_RANGE),
        ("9" * 5_000, Code.NUMERIC_ID_OUT_OF_RANGE),
    ],
    ids=shown,
)
def test_refused_numeric_ids(given: object, code: Code) -> None:
    """ID-8, B112: what isn't digits, or is too big, is refused with its code."""
    assert (code,) == codes_of(lambda: identity.parse_numeric_id(given))


def test_stored_numeric_id_is_a_number() -> None:
    """ID-8: a constructor wants the number, not its digits."""
    found = Collector()

    identity.check_numeric_id(found, "numeric_id", "4711")

    assert [Code.NUMERIC_ID_WRONG_TYPE] == [problem.code for problem in found.problems]


@pytest.mark.parametrize(
    ("used", "suggested"),
    [([], 1), ([1, 2], 3), ([1001, 1003], 1004), ([10**18 - 1], 1), ([1, 2, 4, 10**18 - 1], 3)],
    ids=shown,
)
def test_next_free_numeric_id(used: list[int], suggested: int) -> None:
    """ID-8: the suggestion is above the highest in use; only at the end of the range it fills a gap."""
    assert suggested == identity.next_free_numeric_id(used)


@pytest.mark.parametrize(
    ("given", "tag"),
    [
        ("EN", "en"),
        ("pt-br", "pt-BR"),
        ("ZH-hant-TW", "zh-Hant-TW"),
        ("es-419", "es-419"),
        ("sl-ROZAJ-biske-1994", "sl-rozaj-biske-1994"),
        ("de-de-u-CO-phonebk", "de-DE-u-co-phonebk"),
        ("en-x-US", "en-x-us"),
        ("zh-yue-HK", "zh-yue-HK"),
    ],
    ids=shown,
)
def test_language_tags(given: str, tag: str) -> None:
    """ID-4: a tag is stored in the canonical case of RFC 5646."""
    assert tag == identity.language_tag(given)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (None, Code.LANGUAGE_REQUIRED),
        ("", Code.LANGUAGE_REQUIRED),
        (5, Code.LANGUAGE_WRONG_TYPE),
        ("english-", Code.LANGUAGE_INVALID),
        ("en_US", Code.LANGUAGE_INVALID),
        ("e", Code.LANGUAGE_INVALID),
        ("en-u", Code.LANGUAGE_INVALID),
        ("en-ſs", Code.LANGUAGE_INVALID),
        ("de-1996-1996", Code.LANGUAGE_INVALID),
        ("en-a-bb-a-cc", Code.LANGUAGE_INVALID),
        ("en" + "-abcdefgh" * 10, Code.LANGUAGE_INVALID),
    ],
    ids=shown,
)
def test_refused_language_tags(given: object, code: Code) -> None:
    """ID-4: what hasn't the shape of BCP 47 is refused."""
    assert (code,) == codes_of(lambda: identity.language_tag(given))


@pytest.mark.parametrize(
    ("stored", "codes"),
    [("pt-BR", []), ("pt-br", [Code.LANGUAGE_INVALID]), ("", [Code.LANGUAGE_REQUIRED])],
    ids=shown,
)
def test_stored_language_is_canonical(stored: str, codes: list[Code]) -> None:
    """ID-4: a constructor accepts a tag in its canonical case only."""
    found = Collector()

    identity.check_language(found, "language", stored)

    assert codes == [problem.code for problem in found.problems]


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        (None, []),
        ("Asha Rao", []),
        ("علی\u200cرضا", []),
        ("ශ්\u200dරී", []),
        ("Sales ❤\ufe0f", []),
        ("👩\u200d🔧", []),
        ("🏳\ufe0f\u200d🌈", []),
        ("", [Code.FIELD_REQUIRED]),
        (" \u00a0", [Code.FIELD_REQUIRED]),
        ("a" * 201, [Code.FIELD_TOO_LONG]),
        ("anna\nWARNING admin granted", [Code.FIELD_CONTROL_CHARACTER]),  # B154
        ("As\u200cha", [Code.FIELD_CONTROL_CHARACTER]),
        ("\u200dé", [Code.FIELD_CONTROL_CHARACTER]),
        ("é\u200d", [Code.FIELD_CONTROL_CHARACTER]),
        ("é\u200d\u200dé", [Code.FIELD_CONTROL_CHARACTER]),
        ("a\ufe0f", [Code.FIELD_CONTROL_CHARACTER]),
        ("é\u202eé", [Code.FIELD_CONTROL_CHARACTER]),
        ("é\ud800", [Code.FIELD_CONTROL_CHARACTER]),
        ("é\uffff", [Code.FIELD_CONTROL_CHARACTER]),
        ("rene\u0301", [Code.FIELD_NOT_NORMAL_FORM]),
        ("rene\u0301\x07", [Code.FIELD_CONTROL_CHARACTER, Code.FIELD_NOT_NORMAL_FORM]),
    ],
    ids=shown,
)
def test_stored_names(name: str | None, codes: list[Code]) -> None:
    """ID-4, B154: a name holds nothing unseen, and is composed; joiners stay where a script needs them."""
    found = Collector()

    text.check_name(found, "name", name)

    assert [(code, ("name",)) for code in codes] == [(problem.code, problem.path) for problem in found.problems]


def test_a_name_of_another_type_is_refused() -> None:
    """ID-4: a name is text."""
    assert (Code.FIELD_WRONG_TYPE,) == codes_of(lambda: text.plain_text(5))


def test_longer_texts_may_have_lines() -> None:
    """ID-1: a message template may have several lines, a name may not; other controls stay refused."""
    found = Collector()

    text.check_text(found, "template", "first\nsecond")
    text.check_text(found, "template", None)
    text.check_text(found, "template", "first\x07second")

    assert [Code.FIELD_CONTROL_CHARACTER] == [problem.code for problem in found.problems]


@pytest.mark.parametrize(
    ("typed", "lines", "stored"),
    [("  Asha Rao ", False, "Asha Rao"), ("Rene\u0301", False, "Ren\u00e9"), (" a\r\nb\t", True, "a\nb")],
    ids=shown,
)
def test_typed_text_is_made_plain(typed: str, lines: bool, stored: str) -> None:
    """ID-4: surrounding spaces go, accents are composed, line ends become one kind."""
    assert stored == text.plain_text(typed, lines=lines)
