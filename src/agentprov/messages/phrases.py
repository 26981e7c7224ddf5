"""Phrases of the library's own that stand in a message as its parameters: what was expected, and what was found.

A parameter is data, the same in every language. These few are words, so a host's catalogue may say them in another
language: under :func:`phrase_key` of the phrase, as the message of an entry.
"""

from __future__ import annotations

from typing import Final

PHRASES: Final[tuple[str, ...]] = (
    # kinds of values
    "text",
    "a list",
    "an object",
    "nothing",
    "true or false",
    "a whole number",
    "a fraction",
    "something else",
    "plain data",
    "an object with texts as its keys",
    "an object with the names of fields",
    "a whole number of seconds",
    "a user's id",
    "an instant",
    "a date",
    # what a value must look like
    "1 to 15 digits",
    "1 to 15 digits, `+` before them",
    "`+` and 1 to 15 digits",
    "a letter, digit or sign of an English keyboard",
    "a Latin letter, a digit or a sign of an English keyboard",
    "a network",
    "an address",
    # who has what somebody else wants
    "another user",
    "a deleted user",
)


def phrase_key(phrase: str) -> str:
    """The key of a phrase in a catalogue.

    >>> phrase_key("a list")
    'phrase: a list'
    """
    return f"phrase: {phrase}"
