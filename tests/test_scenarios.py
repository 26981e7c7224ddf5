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
        ("ask[0].user", Code.REFERENCE_MISSING),
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


UNKNOWN = """
[[ask]]
user = "u-anna"
permission = "user:edit"
on = "u-ana"
expect = false

[[dial]]
user = "u-ashaa"
number = "+911800123456"
caller_id = "c-mian"
expect = "refused"

[[resolve]]
user = "u-ash"
property = "wrap_up.phone"
expect = "15 from definition"

[[open]]
time_group = "h-dya"
at = 2026-11-23T12:00:00Z
expect = true

[[call]]
to = "n-mian"
from = "12"
at = 2026-11-23T12:00:00Z
presence = { u-a = "busy" }
panel = ["u-asha", "u-b"]
profiles = { u-c = "p-nigth" }
counters = { u-d = { calls = 2 } }
rotation = { d-slaes = "u-e" }
last_agents = { n-mani = { user = "u-f", at = 2026-11-23T10:00:00Z } }
events = ["no answer", "transfer to agent u-g", "anserwed"]
steps = ["ring u-asha"]
"""


def test_an_id_that_nothing_has_is_no_answer(tmp_path: Path) -> None:
    """ID-3: a mistyped id in a question or a fact is reported at its path, where an answer would be about nobody."""
    with pytest.raises(MalformedDocument) as caught:
        load_scenario(write(tmp_path, UNKNOWN))

    missing = {problem.where for problem in caught.value.problems if problem.code is Code.REFERENCE_MISSING}
    others = {(problem.where, problem.code) for problem in caught.value.problems if problem.where not in missing}
    assert missing == {
        "ask[0].user",
        "ask[0].on",
        "dial[0].user",
        "dial[0].caller_id",
        "resolve[0].user",
        "open[0].time_group",
        "call[0].to",
        "call[0].presence.u-a",
        "call[0].panel[1]",
        "call[0].profiles.u-c",
        "call[0].profiles.u-c.profile",
        "call[0].counters.u-d",
        "call[0].rotation.d-slaes",
        "call[0].rotation.d-slaes.user",
        "call[0].last_agents.n-mani",
        "call[0].last_agents.n-mani.user",
        "call[0].events[1]",
    }
    assert {where for where, _ in others} == {"call[0].from", "call[0].events[2]"}
    assert "there is no number id or phone number `n-mian`" in str(caught.value)


def test_an_id_that_is_meant_to_be_unknown_is_listed(tmp_path: Path) -> None:
    """ID-3: a question about somebody who isn't there says so; what is there can't be listed."""
    ask = '[[ask]]\nuser = "u-gone"\npermission = "user:edit"\nexpect = false\n'

    assert [] == run_scenario(write(tmp_path, f'unknown = ["u-gone"]\n{ask}'))
    with pytest.raises(MalformedDocument) as caught:
        load_scenario(write(tmp_path, f'unknown = ["u-gone", "u-asha"]\n{ask}'))
    assert [("unknown[1]", Code.FIELD_INVALID)] == [(each.where, each.code) for each in caught.value.problems]


def test_an_impossible_event_is_a_failure(tmp_path: Path) -> None:
    """RT-1: an event that can't follow a step fails its question, which is named; the questions after it are asked."""
    call = '[[call]]\nto = "n-main"\nat = 2026-11-23T12:00:00Z\npanel = ["u-asha"]\nsteps = ["ring u-asha"]\n'
    text = call + 'events = ["answered by u-ravi"]\n' + call
    phones = '[tenant.users.u-ravi]\nlogin = "ravi"\n[tenant.users.u-asha]\nphone = "+911800123457"\nlogin = "asha"\n'
    path = tmp_path / "scenario.toml"
    tenant = phones + TENANT.removeprefix('\n[tenant.users.u-asha]\nlogin = "asha"\n')
    path.write_text('rule = "RT-1"\nsays = "It fails."\n' + text + tenant, encoding="utf-8")

    [failure] = run_scenario(path)

    assert "call to n-main at 2026-11-23T12:00:00+00:00: events[0] `answered by u-ravi`" == failure.check
    assert "an event that can follow `ring u-asha`" in failure.expected
    assert "\n    `u-ravi` wasn't rung (call.not_rung)" == failure.actual


def test_a_question_that_the_engine_refuses_is_a_failure(tmp_path: Path) -> None:
    """PR-1: a property that there isn't fails its question with the engine's own sentence, not the whole run."""
    text = '[[resolve]]\nuser = "u-asha"\nproperty = "wrap_up.fone"\nexpect = "15 from definition"\n'

    [failure] = run_scenario(write(tmp_path, text))

    assert "wrap_up.fone of u-asha" == failure.check
    assert "wrap_up.fone" in failure.actual


def test_a_base_that_is_not_there_is_said_to_be_missing(tmp_path: Path) -> None:
    """FF-1: a file that isn't there is not called a broken one."""
    with pytest.raises(MalformedDocument) as caught:
        load_scenario(write(tmp_path, 'base = "tenants/ofice.toml"\n'))

    assert "base: `tenants/ofice.toml` is not a file that is there" in str(caught.value)


def test_a_file_may_be_named_by_its_text(tmp_path: Path) -> None:
    """A path as text is as good as a Path."""
    path = write(tmp_path, '[[ask]]\nuser = "u-asha"\npermission = "user:edit"\nexpect = false\n')

    assert [] == run_scenario(str(path))
    assert load_scenario(path) == load_scenario(str(path))
