"""The scenario files, and how a failing one is reported."""

from __future__ import annotations

from pathlib import Path

import pytest

from agentprov.errors import Code, MalformedDocument
from agentprov.testing.scenarios import load_scenario, run_scenario

FOLDER = Path(__file__).parent / "scenarios"
FILES = sorted(FOLDER.glob("*.toml"))
LONGEST = 40


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_scenario_holds(path: Path) -> None:
    """What the file says happens is what happens."""
    assert [] == [str(failure) for failure in run_scenario(path)]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_scenario_is_small_and_named_for_its_rule(path: Path) -> None:
    """A scenario has at most forty lines, and its name begins with the id of the rule it shows."""
    lines = len(path.read_text(encoding="utf-8").splitlines())

    assert path.stem.startswith(f"{load_scenario(path).rule}-")
    assert lines <= LONGEST


def test_every_rule_that_products_get_wrong_has_a_scenario() -> None:
    """ID-6, PR-2, RT-2, RT-6, OB-5, OB-6: each rule of these that products get wrong is shown; so is all of HR."""
    shown = {load_scenario(path).rule for path in FILES}

    assert {"ID-6", "PR-2", "RT-2", "RT-6", "OB-5", "OB-6"} | {f"HR-{number}" for number in range(1, 7)} <= shown


TENANT = """
[tenant.users.u-asha]
login = "asha"

[tenant.numbers.n-main]
phone = "+911800123456"
to = { type = "agent", user = "u-asha" }

[tenant.time_groups.h-day]
name = "Day"
time_zone = "UTC"
"""


def write(folder: Path, text: str) -> Path:
    """A scenario file with a small tenant."""
    path = folder / "scenario.toml"
    path.write_text('rule = "RT-2"\nsays = "It fails."\n' + text + TENANT, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            '[[call]]\nto = "n-main"\nat = 2026-11-23T12:00:00Z\nsteps = ["ring u-asha"]\n',
            (
                "call to n-main at 2026-11-23T12:00:00+00:00\n"
                "  expected: \n    ring u-asha\n"
                "  actual: \n    hang up unavailable"
            ),
        ),
        (
            '[[ask]]\nuser = "u-asha"\npermission = "user:edit"\nexpect = true\n',
            "u-asha user:edit for the whole tenant\n  expected: \n    True\n  actual: \n    False",
        ),
        (
            '[[resolve]]\nuser = "u-asha"\nproperty = "wrap_up.phone"\nexpect = "20 from tenant"\n',
            "wrap_up.phone of u-asha\n  expected: \n    20 from tenant\n  actual: \n    15 from definition",
        ),
        (
            '[[dial]]\nuser = "u-asha"\nnumber = "12"\nexpect = "call +12 as c-main"\n',
            "u-asha dials 12\n  expected: \n    call +12 as c-main\n  actual: \n    refused",
        ),
        (
            '[[open]]\ntime_group = "h-day"\nat = 2026-11-23T12:00:00Z\nexpect = false\nlosers = ["weekly"]\n',
            "h-day at 2026-11-23T12:00:00+00:00: losers\n  expected: \n    weekly\n  actual:  (nothing)",
        ),
    ],
    ids=["call", "ask", "resolve", "dial", "open"],
)
def test_a_failure_shows_expected_and_actual(tmp_path: Path, text: str, expected: str) -> None:
    """Whoever reads a failure sees the question, what the file says, and what happened instead."""
    assert [expected] == [str(failure) for failure in run_scenario(write(tmp_path, text))]


def test_a_reason_that_was_not_given_is_a_failure(tmp_path: Path) -> None:
    """The reasons given are listed, so that the right one can be found."""
    text = (
        '[[call]]\nto = "n-main"\nat = 2026-11-23T12:00:00Z\nsteps = ["hang up"]\n'
        'reasons = ["RT-3 user u-asha: presence.busy"]\n'
    )

    [failure] = run_scenario(write(tmp_path, text))

    assert "\n    RT-3 user u-asha: presence.busy" == failure.expected
    assert "RT-4 user u-asha: number.none" in failure.actual


def test_a_tenant_that_should_be_refused_and_is_not_fails(tmp_path: Path) -> None:
    """A refusal that doesn't come is a failure like any other."""
    [failure] = run_scenario(write(tmp_path, 'refused = ["departments: reference.missing"]\n'))

    assert (" (nothing)", "the tenant is refused") == (failure.actual, failure.check)


def test_everything_wrong_with_a_file_is_said_at_once(tmp_path: Path) -> None:
    """FF-1: unknown fields, missing ones and wrong types are reported together, each with its path."""
    path = tmp_path / "broken.toml"
    path.write_text('rule = 5\ncolour = "red"\n[[ask]]\nuser = "u-asha"\nexpect = "yes"\n', encoding="utf-8")

    with pytest.raises(MalformedDocument) as caught:
        load_scenario(path)

    expected = {
        ("rule", Code.FIELD_WRONG_TYPE),
        ("says", Code.FIELD_REQUIRED),
        ("colour", Code.FIELD_UNKNOWN),
        ("ask[0].permission", Code.FIELD_REQUIRED),
        ("ask[0].expect", Code.FIELD_WRONG_TYPE),
    }
    assert expected == {(problem.where, problem.code) for problem in caught.value.problems}


@pytest.mark.parametrize("text", ["rule = ", "\x00"], ids=["cut off", "binary"])
def test_a_file_that_is_no_toml_is_refused(tmp_path: Path, text: str) -> None:
    """FF-1: what isn't TOML at all is one problem, and no other exception."""
    path = tmp_path / "broken.toml"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(MalformedDocument) as caught:
        load_scenario(path)

    assert (Code.FIELD_INVALID,) == caught.value.codes


def test_a_scenario_without_questions_is_refused(tmp_path: Path) -> None:
    """A file that checks nothing can't fail, so it is no scenario."""
    with pytest.raises(MalformedDocument) as caught:
        load_scenario(write(tmp_path, ""))

    assert (Code.FIELD_EMPTY,) == caught.value.codes
