"""Documents: values of other types, keys and numbers that readers disagree about, and what hides behind YAML."""

from __future__ import annotations

import json
import pickle
from collections.abc import Mapping
from copy import deepcopy
from typing import Any, Final

from agentprov.codec import decode, loads
from agentprov.errors import Code
from tests.bad_input.rows import Act, Fault, Row, asks, each, field_row, shown

KIND, NUMBER, ZONE = Code.FIELD_WRONG_TYPE, Code.JSON_NUMBER, Code.TIME_ZONE_UNKNOWN

SMALL: Final[Mapping[str, Any]] = {
    "agentprov": 1,
    "id": "t-acme",
    "name": "Acme",
    "settings": {"time_zone": "Asia/Kolkata", "region": "IN"},
    "blueprint": {"name": "small", "catalogue": {}},
    "users": {"u-asha": {"login": "asha"}, "u-ravi": {"login": "ravi"}},
}


def document(path: str, value: object) -> dict[str, Any]:
    """The small document with another value at a path, written with dots."""
    out: Any = deepcopy(dict(SMALL))
    *way, last = path.split(".")
    inner = out
    for key in way:
        inner = inner.setdefault(key, {})
    inner[last] = value
    return out  # type: ignore[no-any-return]


def reads(path: str, value: object) -> Act:
    """The small document read with another value at a path."""
    return lambda _: decode(document(path, value))


def at(id_: str, says: str, path: str, value: object, *codes: Code) -> Row:
    """A row about one value of a document."""
    return asks(id_, says, reads(path, value), *((path, code) for code in codes))


def text(
    id_: str, says: str, written: str | bytes, *faults: Fault, form: str = "json", secret: str | None = None
) -> Row:
    """A row about the text of a document."""
    return asks(id_, says, lambda _: loads(written, form), *faults, secret=secret)


def several(id_: str, says: str, path: str, values: tuple[object, ...], *codes: Code) -> tuple[Row, ...]:
    """Rows about values of one place in a document."""
    letters = ("", *"abcdefghijklmnopqrstuvw")
    return tuple(
        at(f"{id_}{letter}", f"{says}: {shown(value)}", path, value, *codes)
        for letter, value in zip(letters, values, strict=False)
    )


def inserted(member: str) -> str:
    """The small document as JSON, with this written into the user Asha."""
    return json.dumps(SMALL).replace('{"login": "asha"}', '{"login": "asha", ' + member + "}")


def _whole(code: Code) -> Fault:
    return "(whole)", code


def _three_users(first: object, second: object, third: object) -> dict[str, Any]:
    users = {"u-one": first, "u-two": second, "u-three": third, "u-four": {"login": "four"}}
    return document("users", users)


class _Nasty:
    """Runs a command where it is unpickled."""

    def __reduce__(self) -> tuple[Any, ...]:
        return print, ("unpickled",)


_YAML: Final = "agentprov: 1\nid: t-acme\nname: Acme\n"
_LAUGHS: Final = _YAML + "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"
_TIMEOUT: Final = "users.u-asha.calling.ring_plan.timeout"

ROWS: Final[tuple[Row, ...]] = (
    text("B136", "a key twice", inserted('"name": "A", "name": "B"'), ("users.u-asha.name", Code.JSON_DUPLICATE_KEY)),
    text(
        "B136a",
        "two keys twice",
        inserted('"name": "A", "name": "A", "alias": "x", "alias": "y"'),
        ("users.u-asha.name", Code.JSON_DUPLICATE_KEY),
        ("users.u-asha.alias", Code.JSON_DUPLICATE_KEY),
    ),
    text(
        "B136b",
        "a key twice by an escape",
        inserted('"name": "A", "n\\u0061me": "B"'),
        ("users.u-asha.name", Code.JSON_DUPLICATE_KEY),
    ),
    *(
        text(
            f"B137{letter}",
            f"the number {number}",
            inserted(f'"numeric_id": {number}'),
            ("users.u-asha.numeric_id", NUMBER),
        )
        for letter, number in zip(("", *"abcd"), ("NaN", "Infinity", "-Infinity", "1E400", "-1e999"), strict=True)
    ),
    text("B139", "5,000 digits", inserted(f'"numeric_id": {"9" * 5_000}'), ("users.u-asha.numeric_id", NUMBER)),
    text(
        "B139a",
        "5,000 digits and a sign",
        inserted(f'"numeric_id": -{"9" * 5_000}'),
        ("users.u-asha.numeric_id", NUMBER),
    ),
    asks(
        "B140",
        "4,000 keys of one hash",
        reads("users.u-asha", {(2**61 - 1) * n: 0 for n in range(1, 4_001)}),
        ("users.u-asha.login", Code.FIELD_REQUIRED),
        *[('users.u-asha."?"', Code.FIELD_UNKNOWN)] * 999,
        _whole(Code.DOCUMENT_MORE_PROBLEMS),
    ),
    asks(
        "B140a",
        "20,000 keys",
        reads("users.u-asha", {f"k{n}": 0 for n in range(20_000)}),
        ("users.u-asha.login", Code.FIELD_REQUIRED),
        *((f"users.u-asha.k{n}", Code.FIELD_UNKNOWN) for n in range(999)),
        _whole(Code.DOCUMENT_MORE_PROBLEMS),
    ),
    *several("B142", "no flag", "users.u-asha.sign_in.two_factor", ("false", 0, 2, None, 1.0, [], "true"), KIND),
    *each("B142g", "no flag in a form", "two_factor", ("false", 0, 2, 1.0, "on", "yes", "true", ["x"], [], {}), KIND),
    *several("B143", "no list", "users.u-asha.roles", ("abc", {"a": 1}, 5, True, None), KIND),
    *each("B143e", "no list in a form", "agent_groups", ("abc", {"a": 1}, 5, True), KIND),
    *each("B143i", "no list in a form", "alternate_numbers", ("98123", {"a": 1}, 5, True, b"98"), KIND),
    text("B145", "a pickle", pickle.dumps(_Nasty()), _whole(Code.DOCUMENT_ENCODING)),
    text("B145a", "a pickle of the first protocol", pickle.dumps(_Nasty(), 0), _whole(Code.DOCUMENT_SYNTAX)),
    text(
        "B145b",
        "a tag",
        f"{_YAML}users: !!python/object/apply:os.system [ls]\n",
        _whole(Code.DOCUMENT_YAML_FEATURE),
        form="yaml",
    ),
    text("B145c", "aliases", _LAUGHS, _whole(Code.DOCUMENT_YAML_FEATURE), form="yaml"),
    text("B145d", "a merge", f"{_YAML}users: {{<<: *x}}\n", _whole(Code.DOCUMENT_YAML_FEATURE), form="yaml"),
    text("B145e", "a second document", f"{_YAML}---\n{_YAML}", _whole(Code.DOCUMENT_YAML_FEATURE), form="yaml"),
    *several("B146", "a timeout", _TIMEOUT, (0, -1, 10**9, 10**30), Code.TIMEOUT_OUT_OF_RANGE),
    *several("B146d", "a timeout", _TIMEOUT, (float("nan"), "30", 30.0, True, None), KIND),
    *each("B146i", "a timeout in a form", "ring_timeout", (0, -1, 10**9, 10**30, 10**5_000), Code.TIMEOUT_OUT_OF_RANGE),
    *each("B146n", "a timeout in a form", "ring_timeout", (float("nan"), "30", 30.0, True, [], {}), KIND),
    asks(
        "B147x",
        "other users of the document are reported as well",
        lambda _: decode(_three_users({"login": "a b"}, {"login": 5, "name": 7}, {"numeric_id": "1"})),
        ("users.u-one.login", Code.LOGIN_INVALID_CHARACTER),
        ("users.u-two.login", KIND),
        ("users.u-two.name", KIND),
        ("users.u-three.login", Code.FIELD_REQUIRED),
        ("users.u-three.numeric_id", KIND),
    ),
    *several(
        "B148",
        "no zone",
        "settings.time_zone",
        ("Mars/Phobos", "", "europe/oslo", "../x", "leapseconds", "localtime", "Factory", "right/Europe/Oslo"),
        ZONE,
    ),
    *several(
        "B148h", "no zone", "settings.time_zone", ("posix/Europe/Oslo", "Europe/Oslo\n", "/etc/passwd", "CEST"), ZONE
    ),
    field_row("B142x", "null for a flag is nothing given", "two_factor", None, gives=False),
)
