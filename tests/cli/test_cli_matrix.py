"""`agentprov matrix` and `access-lint`: the rights of a tenant as a whole (CL-1, AN-4, AN-6)."""

from __future__ import annotations

import pytest

from tests.cli.desk import DESK, Desk


def lines(text: str) -> list[str]:
    """The lines without their indents and the gaps between columns."""
    return [" ".join(line.split()) for line in text.splitlines() if line]


# ---- matrix ---------------------------------------------------------------------------------------------------------


def test_the_matrix_shows_classes_of_equal_rights(rights: Desk) -> None:
    """AN-6: who the columns are, the table, what its signs mean."""
    ran = rights.run("matrix", "FILE", "--section", "user")

    assert (0, "") == (ran.status, ran.err)
    assert [
        "Front Desk (t-desk), version 1: classes of users with equal rights",
        "1 Ada Lien (u-ada): Admin",
        "2 Finn Vik (u-finn): Admin, Trainee",
        "3 Bo Dahl (u-bo): Lead",
        "4 Dag Moe (u-dag): no role, with 3 grants of their own",
        "5 Cai Holm (u-cai): no role",
        "6 the account is blocked: 1 user, Eva Strand (u-eva)",
        "1 2 3 4 5 6",
        "user:view all all a c . .",
        "user:add all no . . . .",
        "user:edit all all b d . .",
        "all for the whole tenant",
        "a within their own department or for themselves",
        "b for their own agents or within their own user group, but not for themselves",
        "c for the agent group First line or for Cai Holm",
        "d for themselves",
        "no denied for the whole tenant, whatever is granted",
        ". nothing grants it",
    ] == lines(ran.out)


def test_the_matrix_shows_roles_and_users(rights: Desk) -> None:
    """AN-6: by roles, by users, or only those who are named; a user twice is one row."""
    roles, users, some = (
        rights.run("matrix", "FILE", *more, "--format", "json").data
        for more in [("--by", "roles"), ("--by", "users"), ("--user", "bo", "--user", "u-ada", "--user", "u-bo")]
    )

    assert ["admin", "everyone", "lead", "trainee", "viewer"] == [row["role"] for row in roles["rows"]]
    assert 6 == len(users["rows"])
    assert ["Ada Lien (u-ada)", "Bo Dahl (u-bo)"] == [row["title"] for row in some["rows"]]


def test_the_matrix_as_data(rights: Desk) -> None:
    """CL-1: columns, rows with their users, and each cell that isn't empty with its terms, words and grants."""
    data = rights.run("matrix", "FILE", "--user", "u-finn", "--section", "user", "--format", "json").data
    [row] = data["rows"]

    assert (["user:view", "user:add", "user:edit"], "t-desk", 1, 0, None) == (
        data["columns"],
        data["tenant"],
        data["version"],
        data["left_out"],
        data["html"],
    )
    assert ("Admin, Trainee", ["u-finn"], None) == (row["detail"], row["users"], row["role"])
    assert {"user:view": "whole", "user:add": "denied", "user:edit": "whole"} == {
        column: cell["reach"] for column, cell in row["cells"].items()
    }
    assert ["role Admin, for the whole tenant", "denied by role Trainee, for the whole tenant"] == row["cells"][
        "user:add"
    ]["because"]


def test_the_matrix_as_a_page(rights: Desk) -> None:
    """AN-6: written to a file for a browser; one that is there is replaced."""
    page = rights.write("rights.html", "older")
    ran = rights.run("matrix", "FILE", "--html", page)

    assert 0 == ran.status
    assert f"written: {page}" == lines(ran.out)[-1]
    assert (rights.folder / "rights.html").read_text(encoding="utf-8").startswith("<!doctype html>")


def test_a_page_never_takes_the_place_of_the_tenant(rights: Desk) -> None:
    """CL-1: a name that isn't a page's is a mistake, and nothing is written; nor is where nothing can be."""
    before = rights.file.read_text(encoding="utf-8")
    slip = rights.run("matrix", "FILE", "--html", "FILE")
    nowhere = rights.run("matrix", "FILE", "--html", str(rights.folder / "no" / "x.html"))

    assert [2, 2] == [slip.status, nowhere.status]
    assert "give a name that ends in .html" in slip.err
    assert "no such file or directory" in nowhere.err
    assert before == rights.file.read_text(encoding="utf-8")


def test_a_matrix_has_a_most_of_rows(rights: Desk) -> None:
    """CL-1: what is left out is counted."""
    ran = rights.run("matrix", "FILE", "--by", "users", "--most", "2")

    assert "4 more users aren't shown" == lines(ran.out)[-1]


@pytest.mark.parametrize(
    ("arguments", "message", "hint"),
    [
        (("--section", "usr"), "there is no section `usr` of permissions", "did you mean `user`?"),
        (("--section", "zzz"), "there is no section `zzz` of permissions", "there are: user, number"),
        (("--user", "u-boo"), "there is no user `u-boo`", "did you mean `u-bo`?"),
        (("--most", "0"), "`0` rows can't be shown", "ask for one at least"),
        (("--by", "users", "--user", "u-bo"), "not allowed with argument", "usage: agentprov matrix"),
    ],
)
def test_a_mistake_about_a_matrix(rights: Desk, arguments: tuple[str, ...], message: str, hint: str) -> None:
    """CL-1: status 2, and what is to be done."""
    ran = rights.run("matrix", "FILE", *arguments)

    assert (2, "") == (ran.status, ran.out)
    assert message in ran.err
    assert hint in ran.err


# ---- access-lint ----------------------------------------------------------------------------------------------------

UNWISE = DESK.replace(
    "[user_groups.g-day]",
    '[roles.spare]\nname = "Spare"\ngrants = [{ permission = "user:view", scope = ["tenant"] }]\n\n[user_groups.g-day]',
    1,
)


def test_a_finding_has_its_place_its_mend_and_its_page(desk: Desk) -> None:
    """AN-4: status 1; where, how much it matters, what, its code, what to do, where to read on."""
    ran = desk.run("access-lint", desk.write("unwise.toml", UNWISE))

    assert 1 == ran.status
    told = lines(ran.out)
    at = told.index("roles.spare Spare (spare)")
    assert [
        "hint: nobody has the role `spare` access.role_unused",
        "to mend: give it to somebody, or remove it",
        "see: docs/lint/access.role_unused.md",
    ] == told[at + 1 : at + 4]


def test_findings_as_data(desk: Desk) -> None:
    """CL-1: code, weight, path, parameters, sentence, mend and page."""
    data = desk.run("access-lint", desk.write("unwise.toml", UNWISE), "--format", "json").data
    [finding] = [each for each in data["findings"] if each["code"] == "access.role_unused"]

    assert ("hint", ["roles", "spare"], "docs/lint/access.role_unused.md") == (
        finding["weight"],
        finding["path"],
        finding["page"],
    )


def test_hints_may_be_left_out(desk: Desk) -> None:
    """CL-1: then they don't count for the status either."""
    file = desk.write("unwise.toml", UNWISE)
    data = desk.run("access-lint", file, "--no-hints", "--format", "json").data

    assert "hint" not in {each["weight"] for each in data["findings"]}
    assert data["status"] == (1 if data["findings"] else 0)


def test_nothing_found_is_status_0(desk: Desk) -> None:
    """CL-1: a wise tenant: two admins by one role, and an agent without any."""
    wise = (
        'agentprov = 1\nid = "t-1"\nname = "Wise"\nblueprint = "puzzel"\n\n[settings]\ntime_zone = "Europe/Oslo"\n'
        'region = "NO"\n\n[users.u-a]\nlogin = "a"\nroles = ["r"]\n\n[users.u-b]\nlogin = "b"\nroles = ["r"]\n\n'
        '[users.u-c]\nlogin = "c"\n\n[roles.r]\nname = "Admin"\ngrants = ['
        '{ permission = "user:*", scope = ["tenant"] }, { permission = "access:grant", scope = ["tenant"] }]\n'
    )
    ran = desk.run("access-lint", desk.write("wise.toml", wise))

    assert 0 == ran.status
    assert ran.out.endswith("wise.toml: nothing found\n")
