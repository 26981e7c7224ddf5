"""A form as a person writes it down: field names and values in a JSON or TOML file, or typed in."""

from __future__ import annotations

import json
import sys
import tomllib
from pathlib import Path
from typing import Final

from agentprov.cli.mistakes import Mistake, os_words

STDIN: Final = "-"
LARGEST: Final = 1_000_000
"""The most characters of a form. A page of a web browser has a few thousand."""


def read_form(path: str) -> dict[str, object]:
    """The fields and values in a file, or on the standard input for ``-``.

    Raises:
        Mistake: it can't be read, or it isn't an object in JSON or TOML.
    """
    text = _text(path)
    json_like = path.endswith(".json") or (not path.endswith(".toml") and text.lstrip()[:1] in ("{", "["))
    shown = "the form" if path == STDIN else f"`{path}`"
    form: object = None
    reason = ""
    try:
        form = json.loads(text, object_pairs_hook=_object) if json_like else tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        reason = _reason(error)
    if reason:
        # Raised out here: the error above holds the whole text, and may have a password in it.
        kind = "JSON" if json_like else "TOML"
        raise Mistake(f"{shown} is not {kind}: {reason[:1].lower()}{reason[1:]}", f"write {HOW}")
    if not isinstance(form, dict):
        raise Mistake(f"{shown} holds no fields", f"write {HOW}")
    return form


HOW: Final = (
    'an object such as {"name": "Asha Menon", "login": "asha"} in JSON, or lines such as name = "Asha Menon" in TOML'
)


def _reason(error: ValueError | RecursionError) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg} at line {error.lineno}, column {error.colno}"
    return str(error) or "nested too deeply"


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        names = [name for name, _ in pairs]
        double = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the field `{double}` is given twice")
    return fields


def _text(path: str) -> str:
    text = None
    try:
        text = sys.stdin.read(LARGEST + 1) if path == STDIN else _file_text(Path(path))
    except OSError as error:
        raise Mistake(f"can't read `{path}`: {os_words(error)}") from None
    except UnicodeDecodeError:
        pass  # it holds the bytes themselves, and may have a password in it
    if text is None:
        raise Mistake(f"`{path}` is not text in UTF-8", "save it as UTF-8")
    if len(text) > LARGEST:
        raise Mistake(f"`{path}` is too long for a form", f"give at most {LARGEST:,} characters")
    return text


def _file_text(path: Path) -> str:
    with path.open(encoding="utf-8") as file:
        return file.read(LARGEST + 1)
