"""`agentprov sign-in`: what keeps a user out of a door, in words and as data (CL-1, CR-5)."""

from __future__ import annotations

import pytest

from agentprov.cli.signing_in import GATE_SAID
from agentprov.model.sign_in import SignInGate
from tests.cli.desk import Desk, Ran

DEE = """
[users.u-dee]
login = "dee"
name = "Dee Aas"
mobile = "+4740612345"
calling = { login_based = true, dialler_panel = true }

[users.u-dee.sign_in]
two_factor = true
addresses = { networks = ["192.0.2.0/24"] }

"""
AT = ("--at", "2026-11-23 09:30")


@pytest.fixture
def doors(desk: Desk) -> Desk:
    """The desk with Dee, who is bound to addresses and needs a code."""
    text = desk.file.read_text(encoding="utf-8")
    desk.file.write_text(text.replace("[users.u-ada]", DEE + "[users.u-ada]"), encoding="utf-8")
    return desk


def lines(ran: Ran) -> list[str]:
    """What was printed, with single spaces."""
    return [" ".join(line.split()) for line in ran.out.splitlines() if line.strip()]


def test_what_is_asked_of_somebody_who_may(doors: Desk) -> None:
    """CR-3, CR-6: from an allowed address, mapped or not, she is asked for her password and a code."""
    ran = doors.run("sign-in", "FILE", "u-dee", "--door", "panel", "--from", "::ffff:192.0.2.7")

    assert (0, "") == (ran.status, ran.err)
    assert [
        "yes: Dee Aas (u-dee) may sign in at the dialler panel, if they prove who they are",
        "asked for their password",
        "then for a code sent to +4740612345",
    ] == lines(ran)


def test_every_gate_is_told(doors: Desk) -> None:
    """CR-5: status 1 and all that fails; the exact end of a wait is told to whoever runs the command."""
    ran = doors.run("sign-in", "FILE", "dee", "--from", "203.0.113.1", "--failed", "4", *AT)

    assert 1 == ran.status
    assert [
        "no: Dee Aas (u-dee) can't sign in at the web portal",
        "CR-6 signs in from certain addresses only, and not from this one",
        "CR-5 is locked out by wrong passwords",
        "asked for their password",
        "then for a code sent to +4740612345",
        "locked until Mon 2026-11-23 09:31 +01:00 Europe/Oslo",
    ] == lines(ran)


def test_data_names_gates_by_their_codes(doors: Desk) -> None:
    """CL-1: data for programs, with every gate, its rule and its sentence."""
    ran = doors.run("sign-in", "FILE", "u-ada", "--door", "panel", "--failed", "10", "--format", "json", *AT)

    assert 1 == ran.status
    assert {
        "command": "sign-in",
        "status": 1,
        "user": "u-ada",
        "door": "panel",
        "from": None,
        "at": "2026-11-23T09:30:00+01:00",
        "gates": [
            {"rule": "CR-5", "gate": "login_based.off", "sentence": "login-based calling is off"},
            {"rule": "CR-5", "gate": "dialler_panel.off", "sentence": "the dialler panel is off"},
            {"rule": "CR-5", "gate": "locked.passwords", "sentence": "is locked out by wrong passwords"},
        ],
        "asked": {"method": "password", "code_to": None},
        "locked_until": None,
    } == ran.data


def test_a_wait_that_is_over_locks_nobody_out(doors: Desk) -> None:
    """CR-5: the last failure may be said; at the end of the wait she may try again."""
    before = doors.run("sign-in", "FILE", "u-ada", "--failed", "3", "--last-failure", "2026-11-23 09:29:31", *AT)
    after = doors.run("sign-in", "FILE", "u-ada", "--failed", "3", "--last-failure", "2026-11-23 09:29:30", *AT)
    none = doors.run("sign-in", "FILE", "u-ada", "--failed", "0", *AT)
    admin = doors.run("sign-in", "FILE", "u-ada", "--failed", "10", *AT)

    assert (1, 0, 0) == (before.status, after.status, none.status)
    assert "locked until an admin resets the count" in lines(admin)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("u-nobody",), "error: there is no user `u-nobody`"),
        (("u-ada", "--from", "10.1"), "error: --from: `10.1` is not one network address"),
        (("u-ada", "--failed", "101"), "error: --failed: `101` is no number from 0 to 100"),
        (("u-ada", "--failed", "9" * 5_000), f"error: --failed: `{'9' * 80}` is no number from 0 to 100"),
        (("u-ada", "--failed", "-1"), "error: --failed: `-1` is no number from 0 to 100"),
        (("u-ada", "--last-failure", "now"), "error: --last-failure needs --failed"),
        (("u-ada", "--at", "noon"), "error: `noon` is not an instant"),
    ],
)
def test_mistakes(doors: Desk, arguments: tuple[str, ...], message: str) -> None:
    """CL-1: what was typed wrong is status 2."""
    ran = doors.run("sign-in", "FILE", *arguments)

    assert (2, message) == (ran.status, ran.err.splitlines()[0])


def test_every_gate_has_words() -> None:
    """CR-5: there are words for every gate, none twice."""
    assert list(SignInGate) == list(GATE_SAID)
    assert len(GATE_SAID) == len(set(GATE_SAID.values()))
