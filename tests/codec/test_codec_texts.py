"""The text formats: syntax errors with their place, repeated keys, numbers, encodings, limits, and missing extras."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from agentprov.codec import Limits, decode, dumps, load, loads
from agentprov.errors import MalformedDocument, MissingExtra, Problem
from agentprov.model.tenant import Tenant

FULL = Path(__file__).with_name("full.toml")

JSON = """{
  "agentprov": 1, "id": "t-acme", "name": "Acme",
  "settings": {"time_zone": "Asia/Kolkata", "region": "IN"},
  "blueprint": {"name": "small", "catalogue": {}},
  "users": {"u-asha": {"login": "asha"}}
}
"""
TOML = """agentprov = 1
id = "t-acme"
name = "Acme"
settings = { time_zone = "Asia/Kolkata", region = "IN" }
blueprint = { name = "small", catalogue = {} }
[users.u-asha]
login = "asha"
"""
YAML = """agentprov: 1
id: t-acme
name: Acme
settings: {time_zone: Asia/Kolkata, region: IN}
blueprint: {name: small, catalogue: {}}
users:
  u-asha:
    login: asha
"""
SMALL = {"json": JSON, "toml": TOML, "yaml": YAML}


def refused(text: str | bytes, format_: str = "json", limits: Limits | None = None) -> tuple[Problem, ...]:
    """The problems of a text that isn't read."""
    with pytest.raises(MalformedDocument) as caught:
        loads(text, format_, limits=limits)
    return caught.value.problems


def shown(found: tuple[Problem, ...]) -> list[tuple[str, str]]:
    """Where and what."""
    return [(problem.where, problem.code.value) for problem in found]


def place(problem: Problem) -> tuple[object, object]:
    """The line and column of a problem."""
    return problem.parameters.get("line"), problem.parameters.get("column")


# ---- all formats -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("format_", SMALL)
def test_the_formats_say_the_same(format_: str) -> None:
    """FF-1: one document in three spellings is one tenant."""
    assert loads(JSON) == loads(SMALL[format_], format_)


@pytest.mark.parametrize("format_", SMALL)
def test_bytes_and_a_byte_order_mark_are_read(format_: str) -> None:
    """B128: editors that write a byte-order mark do no harm."""
    expected = loads(JSON)

    assert expected == loads("\ufeff" + SMALL[format_], format_)
    assert expected == loads(b"\xef\xbb\xbf" + SMALL[format_].encode(), format_)


@pytest.mark.parametrize("format_", SMALL)
@pytest.mark.parametrize("text", ["", "  \n\t\n", b"", "\ufeff"], ids=["nothing", "blank", "bytes", "mark"])
def test_an_empty_text_is_named_so(format_: str, text: str | bytes) -> None:
    """FF-1: an empty file is no document."""
    assert [("(whole)", "document.empty")] == shown(refused(text, format_))


@pytest.mark.parametrize("format_", SMALL)
def test_what_isnt_utf_8_is_refused_with_its_place(format_: str) -> None:
    """B133: no other encoding is guessed."""
    (problem,) = refused(b"a\nbc\xff", format_)

    assert "document.encoding" == problem.code
    assert (2, 3) == place(problem)
    assert "document.encoding" == refused(JSON.encode("utf-16"), format_)[0].code


@pytest.mark.parametrize(
    ("format_", "text", "where"),
    [
        ("json", '{\n "a": 1,\n}', {(2, 8), (3, 1)}),  # newer releases of Python point at the comma
        ("json", '{"a": "x\ny"}', {(1, 9)}),
        ("json", "{'a': 1}", {(1, 2)}),
        ("json", '{"a": 1} x', {(1, 10)}),
        ("toml", "a = 1\nb = \n", {(2, 5)}),
        ("toml", "a = 1\na = 2\n", {(2, 6)}),
        ("toml", "[a]\n[a]\n", {(2, 3)}),
        ("toml", 'a = "x', {(1, 7)}),
        ("yaml", "a: [1, 2\n", {(2, 1)}),
        ("yaml", "a: 1\n\tb: 2\n", {(2, 1)}),
        ("yaml", 'a: "\\q"\n', {(1, 6)}),
        ("yaml", "a: \x00", {(1, 4)}),
        ("yaml", 'a: "\\UFFFFFFFF"', {(1, 16)}),
    ],
)
def test_a_syntax_error_has_its_place(format_: str, text: str, where: set[tuple[int, int]]) -> None:
    """FF-1: what can't be read at all is reported with line and column."""
    (problem,) = refused(text, format_)

    assert "document.syntax" == problem.code
    assert place(problem) in where
    assert problem.message.startswith(f"not valid {format_.upper()} at line {place(problem)[0]}, column ")


def test_an_unknown_format_is_refused() -> None:
    """FF-1: there is no other format than JSON, TOML and YAML."""
    assert ["document.unknown_format"] == [problem.code for problem in refused("{}", "ini")]
    with pytest.raises(MalformedDocument):
        dumps(loads(JSON), "xml")
    with pytest.raises(MalformedDocument):
        load("tenant.txt")


# ---- JSON ------------------------------------------------------------------------------------------------------------


def test_repeated_keys_of_json_are_reported_with_all_other_problems() -> None:
    """B136: a repeated key is an error, wherever it is, and doesn't hide the rest."""
    text = JSON.replace('"login": "asha"', '"login": "asha", "login": "root", "x": 1').replace(
        '"region": "IN"', '"region": "IN", "region": "NO"'
    )

    assert {
        ("users.u-asha.login", "json.duplicate_key"),
        ("settings.region", "json.duplicate_key"),
        ("users.u-asha.x", "field.unknown"),
    } == set(shown(refused(text)))


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1E400", "-1e999", "9" * 5_000])
def test_numbers_that_are_none_are_refused(number: str) -> None:
    """B137, B139: `json.number` at its path, and no second problem for the same value."""
    assert [("users.u-asha.numeric_id", "json.number")] == shown(
        refused(JSON.replace('"login": "asha"', f'"login": "asha", "numeric_id": {number}'))
    )


def test_half_a_surrogate_pair_is_refused() -> None:
    """FF-1: JSON can spell what no text can hold."""
    assert [("users.u-asha.name", "field.control_character")] == shown(
        refused(JSON.replace('"login": "asha"', r'"login": "asha", "name": "a\ud800"'))
    )
    key = JSON.replace('"login": "asha"', r'"login": "asha", "person": {"contact_details": {"\udfff": "x"}}')
    assert [(r'users.u-asha.person.contact_details."\udfff"', "field.control_character")] == shown(refused(key))


# ---- TOML ------------------------------------------------------------------------------------------------------------


def test_dates_and_times_of_toml_are_taken_as_such() -> None:
    """FF-1: TOML has instants, dates and times of its own; they mean the same as the texts."""
    native = """
[time_groups.h]
name = "H"
time_zone = "UTC"
weekly = [{ day = "mon", start = 09:00:00, end = 17:30:30 }]
[[time_groups.h.exceptions]]
name = "E"
dates = { type = "date", date = 2026-05-01 }
effect = { type = "closed" }
[tombstones.u-gone]
login = "gone"
deleted_at = 2026-01-05T09:30:00+05:30
"""
    text = native.replace("09:00:00,", '"09:00",').replace("17:30:30 ", '"17:30:30" ')
    text = text.replace("= 2026-05-01", '= "2026-05-01"')
    text = text.replace("2026-01-05T09:30:00+05:30", '"2026-01-05T04:00:00Z"')

    assert loads(TOML + text, "toml") == loads(TOML + native, "toml")


@pytest.mark.parametrize(
    ("value", "code"),
    [("2026-01-05T09:30:00", "field.naive_instant"), ("2026-01-05", "field.wrong_type"), ("1.5", "field.wrong_type")],
)
def test_a_toml_value_that_is_no_instant_is_refused(value: str, code: str) -> None:
    """FF-1: a local date-time has no offset, and a date is no instant."""
    text = TOML + f'[tombstones.u-gone]\nlogin = "gone"\ndeleted_at = {value}\n'

    assert [("tombstones.u-gone.deleted_at", code)] == shown(refused(text, "toml"))


def test_a_time_of_toml_has_whole_seconds() -> None:
    """FF-1: hours count in whole seconds."""
    text = TOML + '[time_groups.h]\nname = "H"\ntime_zone = "UTC"\n'
    text += 'weekly = [{ day = "mon", start = 09:00:00.5, end = 17:00:00 }]'

    assert [("time_groups.h.weekly[0].start", "schedule.invalid")] == shown(refused(text, "toml"))


def test_a_number_of_toml_too_long_to_read_is_refused() -> None:
    """FF-1: how long a number may be is the interpreter's limit, and its error doesn't escape."""
    assert ["toml.number"] == [problem.code for problem in refused(f"a = {'9' * 5_000}", "toml")]


# ---- YAML ------------------------------------------------------------------------------------------------------------


def test_a_problem_in_yaml_has_line_and_column() -> None:
    """FF-1: YAML tells where every value stands."""
    (problem,) = refused(YAML + "    status: gone\n", "yaml")

    assert ("users.u-asha.status", "field.unknown_choice") == (problem.where, problem.code.value)
    assert (9, 5) == place(problem)


def test_a_missing_key_of_yaml_is_located_at_its_object() -> None:
    """FF-1: what isn't there has the place of what lacks it."""
    (problem,) = refused(YAML.replace("    login: asha", "    name: Asha"), "yaml")

    assert ("users.u-asha.login", (7, 3)) == (problem.where, place(problem))


def test_a_repeated_key_of_yaml_is_reported_with_its_place() -> None:
    """FF-1: the key's second place is told, and nothing else is hidden."""
    found = refused(YAML + "    login: root\n    x: 1\n", "yaml")

    assert [("users.u-asha.login", "yaml.duplicate_key"), ("users.u-asha.x", "field.unknown")] == shown(found)
    assert [(9, 5), (10, 5)] == [place(problem) for problem in found]


@pytest.mark.parametrize(
    ("text", "feature", "where"),
    [
        ("a: &x 1\nb: *x\n", "an anchor", (1, 4)),
        ("a: *x\n", "an alias", (1, 4)),
        ("a: !!str 1\n", "a tag", (1, 4)),
        ("a: !!python/object/apply:os.getcwd []\n", "a tag", (1, 4)),
        ("a: ! x\n", "a tag", (1, 4)),
        ("a: 1\n---\nb: 2\n", "a second document", (2, 1)),
        ("? [a]\n: 1\n", "a key that is a list or a table", (1, 3)),
        ("? {a: 1}\n: 1\n", "a key that is a list or a table", (1, 3)),
    ],
)
def test_what_makes_yaml_more_than_data_is_refused(text: str, feature: str, where: tuple[int, int]) -> None:
    """B145: anchors, aliases, tags, several documents and keys that aren't text."""
    (problem,) = refused(text, "yaml")

    assert ("document.yaml_feature", feature) == (problem.code, problem.parameters["feature"])
    assert where == place(problem)


@pytest.mark.parametrize(
    "word",
    [
        *("yes", "no", "on", "off", "y", "N", "Yes", "012", "0o17", "0x1F", "1_000", "190:20:30", "2026-01-31"),
        *("+5", "1e5", ".5", ".inf", ".nan", "=", "<<", "true story", "+4791234567"),
    ],
)
def test_yaml_has_no_surprises(word: str) -> None:
    """FF-1: words that YAML 1.1 turns into booleans, numbers and dates are text."""
    tenant = loads(YAML + f"    name: {word}\n", "yaml")

    assert [word] == [user.name for user in tenant.users.values()]


@pytest.mark.parametrize(
    ("word", "found"),
    [
        *(("true", "true"), ("False", "false"), ("5", "a whole number"), ("-0.5", "a fraction")),
        *(("null", "nothing"), ("~", "nothing"), ("", "nothing")),
    ],
)
def test_what_yaml_calls_no_text_is_none(word: str, found: str) -> None:
    """FF-1: true, false, numbers and null are what they are everywhere."""
    (problem,) = refused(YAML + f"    name: {word}\n", "yaml")

    assert ("users.u-asha.name", found) == (problem.where, problem.parameters["found"])


def test_keys_of_yaml_are_text_as_they_stand() -> None:
    """FF-1: ids such as 2024 and yes need no quotes as keys."""
    tenant = loads(YAML + "  2024: {login: a}\n  yes: {login: b}\n", "yaml")

    assert ["2024", "u-asha", "yes"] == sorted(tenant.users)


def test_a_number_of_yaml_too_long_to_read_is_refused() -> None:
    """FF-1: a number of thousands of digits is told with its path, as in JSON."""
    assert [("users.u-asha.numeric_id", "yaml.number")] == shown(
        refused(YAML + f"    numeric_id: {'9' * 5_000}\n", "yaml")
    )


# ---- limits ----------------------------------------------------------------------------------------------------------

DEEP = {"json": "[" * 100_000, "toml": "a = " + "[" * 100_000, "yaml": "[" * 100_000}


@pytest.mark.parametrize("format_", DEEP)
def test_a_bottomless_text_is_refused(format_: str) -> None:
    """FF-2: a hundred thousand lists inside one another."""
    assert ["document.too_deep"] == [problem.code for problem in refused(DEEP[format_], format_)]


@pytest.mark.parametrize("format_", SMALL)
def test_the_limits_are_exact(format_: str) -> None:
    """FF-2: what is at a limit passes, what is one over it is refused."""
    text = SMALL[format_]
    exact = Limits(size_bytes=len(text.encode()), depth=3, items=12)

    assert loads(JSON) == loads(text, format_, limits=exact)
    for limits, code in (
        (Limits(size_bytes=exact.size_bytes - 1), "document.too_large"),
        (Limits(depth=2), "document.too_deep"),
        (Limits(items=11), "document.too_many"),
    ):
        assert [code] == [problem.code for problem in refused(text, format_, limits=limits)]


def test_size_counts_bytes() -> None:
    """FF-2: the size counts bytes, of which a character of another script has up to four."""
    text = JSON.replace("Acme", "अक्मे")
    size = len(text.encode())

    assert "अक्मे" == loads(text, limits=Limits(size_bytes=size)).name
    assert ["document.too_large"] == [problem.code for problem in refused(text, limits=Limits(size_bytes=size - 1))]


def test_commas_inside_texts_are_no_entries() -> None:
    """FF-2: the count before reading is a shortcut that refuses nothing else."""
    text = JSON.replace("Acme", "a, b, c, d, e, f, g, h, i, j, k, l, m, n, o")

    assert isinstance(loads(text, limits=Limits(items=12)), Tenant)


def test_many_entries_are_refused_before_they_are_read() -> None:
    """FF-2: commas alone show that there are too many; the text isn't even valid."""
    assert ["document.too_many"] == [problem.code for problem in refused("[" + "1," * 50, limits=Limits(items=40))]


def test_a_key_of_very_many_parts_is_refused() -> None:
    """FF-2: dotted keys of TOML nest without brackets."""
    (problem,) = refused(TOML + ".".join("a" * 65) + " = 1", "toml")

    assert ("document.too_deep", (8, 1)) == (problem.code, place(problem))
    assert ["document.too_deep"] == [each.code for each in refused("x = {" + 'a."b" . ' * 400_000 + "c = 1}", "toml")]


def test_dots_inside_a_text_of_toml_are_no_key() -> None:
    """FF-2: a text may have as many dots as it likes."""
    dotted = ".".join("a" * 65)

    assert dotted == loads(TOML.replace("Acme", dotted), "toml").name


def test_plain_data_has_limits_too() -> None:
    """FF-2: a value that holds itself ends at the depth; one that holds another many times at the count."""
    endless: dict[str, object] = {}
    endless["x"] = endless
    doubling: list[object] = []
    for _ in range(60):
        doubling = [doubling, doubling]

    for document, code in ((endless, "document.too_deep"), ({"x": doubling}, "document.too_many")):
        with pytest.raises(MalformedDocument) as caught:
            decode(document, limits=Limits(items=1_000))
        assert (code,) == caught.value.codes


# ---- extras ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("format_", "module"), [("toml", "tomli_w"), ("yaml", "yaml")])
def test_a_missing_extra_is_named(format_: str, module: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """FF-1: without the extra's package the error says which extra to install; reading TOML needs none."""
    tenant = loads(JSON)
    monkeypatch.setitem(sys.modules, module, None)

    with pytest.raises(MissingExtra) as caught:
        dumps(tenant, format_)

    assert [format_] == [problem.parameters["extra"] for problem in caught.value.problems]
    assert tenant == loads(TOML, "toml")
    if format_ == "yaml":
        with pytest.raises(MissingExtra):
            loads(YAML, "yaml")
