"""Logins, Windows logins, numeric ids, language tags and plain texts: what is read is what may be stored."""

from __future__ import annotations

from typing import Final

from agentprov.errors import AgentprovError
from agentprov.model.identity import (
    confusable_key,
    language_problems,
    language_tag,
    login_key,
    login_problems,
    numeric_id_problems,
    parse_login,
    parse_numeric_id,
    windows_login,
    windows_login_problems,
)
from agentprov.model.intervals import parse_time_of_day
from agentprov.model.text import plain_text, text_problems

SEEDS: Final = tuple(
    text.encode("utf-8", "surrogatepass")
    for text in (
        *(
            "asha.rao@example.com",
            "XYZ\\abc",
            "abc@xyz",
            "4711",
            "zh-Hant-TW",
            "e\u0301va",
            "ａｄｍｉｎ",
            "ad\u202emin",
        ),
        *("\ufdfa" * 20, "anna\ud800", "नी\u200dल", "\U0001f469\u200d\U0001f4bb", "en-a-bbb-x-1", "09:30:00", " \t\n"),
    )
)
WORDS: Final = tuple(
    text.encode()
    for text in ("\u0301", "\u200b", "\u202e", "\ufe0f", "\u034f", "ß", "İ", "ﬁ", "\u1112", "٣", "-x-", "@", "\\")
)


def one(data: bytes) -> None:
    """Each kind of name read from the text."""
    text = data.decode("utf-8", "surrogateescape")
    for read, check in (
        (parse_login, login_problems),
        (windows_login, windows_login_problems),
        (parse_numeric_id, numeric_id_problems),
        (language_tag, language_problems),
        (plain_text, text_problems),
        (parse_time_of_day, lambda _: ()),
    ):
        try:
            value = read(text)
        except AgentprovError as error:
            str(error)
            continue
        assert () == check(value)
        assert isinstance(value, int) or value == read(str(value))
    confusable_key(text)
    assert login_key(login_key(text, ignore_case=True), ignore_case=True) == login_key(text, ignore_case=True)
