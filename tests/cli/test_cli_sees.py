"""`agentprov sees`: whose records, reports and live calls a user sees (CL-1, VI-1)."""

from __future__ import annotations

import pytest

from tests.cli.desk import Desk


@pytest.fixture
def sights(rights: Desk) -> Desk:
    """The desk, where Bo sees the main line, the first line's agents and himself, and Ada all records but Dag's."""
    text = rights.file.read_text(encoding="utf-8")
    text = text.replace(
        'visibility = { numbers = ["n-main"] }',
        'visibility = { numbers = ["n-main"], agent_groups = ["a-first"], own = true }',
    ).replace(
        'number = ["view"]\n', 'number = ["view"]\nrecord = ["view"]\nreport = ["view"]\nlive_call = ["view"]\n', 1
    )
    text = text.replace(
        'grants = [{ permission = "user:*", scope = ["tenant"] }]',
        'grants = [{ permission = "record:view", scope = ["tenant"] },'
        ' { permission = "report:view", scope = ["tenant"] },'
        ' { permission = "record:view", scope = ["user:u-dag"], effect = "deny" }]',
    )
    rights.file.write_text(text, encoding="utf-8")
    return rights


def lines(text: str) -> list[str]:
    """The lines without their indents and the gaps between columns."""
    return [" ".join(line.split()) for line in text.splitlines() if line]


@pytest.mark.parametrize(
    ("viewer", "told"),
    [
        (
            "u-bo",
            [
                "Bo Dahl (u-bo) sees",
                "records of 2 users: Bo Dahl (u-bo), Cai Holm (u-cai); of 1 number: Main line +4722222222 (n-main)",
                "reports of 2 users: Bo Dahl (u-bo), Cai Holm (u-cai)",
                "live calls of 1 number: Main line +4722222222 (n-main)",
            ],
        ),
        (
            "u-ada",
            [
                "Ada Lien (u-ada) sees",
                (
                    "records of 5 users: Ada Lien (u-ada), Bo Dahl (u-bo), Cai Holm (u-cai), Eva Strand (u-eva),"
                    " Finn Vik (u-finn); of 1 number: Main line +4722222222 (n-main)"
                ),
                "reports all of the tenant's",
                "live calls none",
            ],
        ),
        ("u-eva", ["Eva Strand (u-eva)", "sees nothing: the account is blocked"]),
    ],
)
def test_what_a_user_sees(sights: Desk, viewer: str, told: list[str]) -> None:
    """VI-1: a number shows records and live calls, users and agent groups records and reports; a deny hides."""
    ran = sights.run("sees", "FILE", viewer)

    assert (0, told) == (ran.status, lines(ran.out))


@pytest.mark.parametrize(
    ("arguments", "status", "told"),
    [
        (("u-bo", "live-calls", "--number", "22222222"), 0, "yes: Bo Dahl sees this live call: "),
        (("u-bo", "records", "--of", "dag", "--of", "cai"), 0, "yes: Bo Dahl sees this record: "),
        (("u-bo", "reports", "--of", "dag"), 1, "no: Bo Dahl doesn't see this report: nothing shows it"),
        (
            ("u-ada", "records", "--of", "dag"),
            1,
            "no: Ada Lien doesn't see this record: denied by role Admin, for Dag Moe",
        ),
        (("u-eva", "records", "--of", "dag"), 1, "no: Eva Strand doesn't see this record: the account is blocked"),
    ],
)
def test_whether_one_thing_is_seen_and_why(sights: Desk, arguments: tuple[str, ...], status: int, told: str) -> None:
    """VI-1, CL-1: yes is status 0, no is 1; of a call the number and the users are told."""
    ran = sights.run("sees", "FILE", *arguments)

    assert (status, "") == (ran.status, ran.err)
    assert ran.out.startswith(told)


def test_what_is_seen_as_data(sights: Desk) -> None:
    """CL-1: ids of users and numbers; or the answer with its reasons."""
    all_ = sights.run("sees", "FILE", "u-bo", "reports", "--format", "json").data
    one = sights.run("sees", "FILE", "u-bo", "records", "--of", "u-cai", "--format", "json").data

    assert {"reports": {"everything": False, "users": ["u-bo", "u-cai"], "numbers": []}} == all_["sees"]
    assert ([], "u-bo") == (all_["gates"], all_["user"])
    assert (True, "records", None, ["u-cai"], [{"reason": "assigned", "satisfied": ["agent-group:a-first"]}]) == (
        one["allowed"],
        one["what"],
        one["number"],
        one["of"],
        one["reasons"],
    )


def test_many_names_are_counted_unless_all_are_asked_for(sights: Desk) -> None:
    """CL-1: twelve are named."""
    text = sights.file.read_text(encoding="utf-8")
    more = "".join(f'[users.u-x{at:02}]\nlogin = "x{at:02}"\n' for at in range(14))
    file = sights.write("many.toml", text.replace("[roles.admin]", f"{more}[roles.admin]"))

    assert "x06 (u-x06) and 7 more;" in sights.run("sees", file, "u-ada", "records").out
    assert "x13 (u-x13);" in sights.run("sees", file, "u-ada", "records", "--all").out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("u-bo", "--of", "u-cai"), "what is to be seen isn't said\n  say one of: records, reports, live-calls"),
        (("u-bo", "recrods"), "invalid choice: 'recrods'"),
        (("u-bo", "records", "--of", "u-cia"), "did you mean `u-cai`?"),
        (("u-bo", "records", "--number", "n-mian"), "did you mean `n-main`?"),
    ],
)
def test_a_mistake_about_what_is_seen(sights: Desk, arguments: tuple[str, ...], message: str) -> None:
    """CL-1: status 2."""
    ran = sights.run("sees", "FILE", *arguments)

    assert (2, "") == (ran.status, ran.out)
    assert message in ran.err
