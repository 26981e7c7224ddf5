"""A message: a sentence and a way to mend what it tells, both templates that a problem's parameters fill."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import attrs

from agentprov.messages.phrases import PHRASES, phrase_key


@attrs.frozen
class Entry:
    """What is said of one code: the sentence, and how to mend it. Both may use the problem's parameters."""

    message: str
    mend: str


Catalogue = Mapping[str, Entry]

_LONGEST = 80
_MOST_BITS = 4_000
_LONGEST_LIST = 200
"""A list, such as all choices that there are, says less when it is cut."""


_NO_CATALOGUE: Final[Catalogue] = {}


def sentence(template: str, parameters: Mapping[str, object], catalogue: Catalogue = _NO_CATALOGUE) -> str:
    """Fill a template. Parameters are data from outside: shown on one line, escaped, and cut when long.

    Of the parameters that are phrases of the library's own the catalogue may have words in its language.
    """
    return template.format_map(_Shown(_said(parameters, catalogue)))


def _said(parameters: Mapping[str, object], catalogue: Catalogue) -> Mapping[str, object]:
    if not catalogue:
        return parameters
    return {
        name: catalogue[key].message
        if isinstance(value, str) and value in PHRASES and (key := phrase_key(value)) in catalogue
        else value
        for name, value in parameters.items()
    }


class _Shown(dict[str, str]):
    """The parameters as they may be shown. A missing one shows as ``?`` rather than hide the whole sentence."""

    def __init__(self, parameters: Mapping[str, object]) -> None:
        super().__init__({key: _shown(value) for key, value in parameters.items()})

    def __missing__(self, key: str) -> str:
        return "?"


def _shown(value: object) -> str:
    if isinstance(value, int) and value.bit_length() > _MOST_BITS:
        return "a number with thousands of digits"  # which Python wouldn't write out
    text = ", ".join(str(item) for item in value) if isinstance(value, tuple) else str(value)
    text = "".join(c if c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode("ascii") for c in text)
    longest = _LONGEST_LIST if isinstance(value, tuple) else _LONGEST
    return text if len(text) <= longest else text[: longest - 3] + "..."
