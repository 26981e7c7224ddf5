"""`agentprov access-diff`: who gained or lost what (CL-1, AC-8, AN-3)."""

from __future__ import annotations

import pytest

from tests.cli.desk import Desk, Ran


def after(rights: Desk, *edits: tuple[str, str]) -> str:
    """The name of a file of the next version, with these edits of the text."""
    text = rights.file.read_text(encoding="utf-8").replace(
        'name = "Front Desk"\n', 'name = "Front Desk"\nversion = 2\n'
    )
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new)
    return rights.write("after.toml", text)


def diff(rights: Desk, *edits: tuple[str, str], more: tuple[str, ...] = ()) -> Ran:
    """What is told of the next version."""
    return rights.run("access-diff", "FILE", after(rights, *edits), *more)


def lines(text: str) -> list[str]:
    """The lines without their indents and the gaps between columns."""
    return [" ".join(line.split()) for line in text.splitlines() if line]


NEW = '[users.u-gry]\nlogin = "gry"\nroles = ["lead"]\n\n[roles.admin]'


def test_no_difference_is_status_0(rights: Desk) -> None:
    """CL-1: as of diff; the versions and the order of grants make none."""
    ran = diff(rights, ('["home-department", "self"]', '["self", "home-department"]'))

    assert (0, "Front Desk (t-desk), version 1 -> 2: nobody gained or lost anything\n", "") == (
        ran.status,
        ran.out,
        ran.err,
    )


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            'grants = [{ permission = "user:*"',
            'grants = [{ permission = "number:view", scope = ["tenant"] }, { permission = "user:*"',
            ["gained", "number:view for the whole tenant: Ada Lien (u-ada), Finn Vik (u-finn)"],
        ),
        (
            '{ permission = "user:edit", scope = ["self"], effect = "deny" },',
            "",
            [
                "held further",
                (
                    "user:edit for their own agents or within their own user group, but not for themselves -> for their"
                    " own agents or within their own user group: Bo Dahl (u-bo)"
                ),
            ],
        ),
        (
            '["home-department", "self"]',
            '["home-department"]',
            [
                "held less far",
                (
                    "user:view within their own department or for themselves -> within their own department: Bo Dahl"
                    " (u-bo)"
                ),
            ],
        ),
        (
            '["home-department", "self"]',
            '["tenant"]',
            [
                "held further",
                "user:view within their own department or for themselves -> for the whole tenant: Bo Dahl (u-bo)",
            ],
        ),
        (
            '["home-department", "self"]',
            '["own-agents"]',
            [
                "held otherwise",
                "user:view within their own department or for themselves -> for their own agents: Bo Dahl (u-bo)",
            ],
        ),
        (
            'status = "blocked"\n',
            "",
            [
                "gained",
                "user:add for the whole tenant: Eva Strand (u-eva)",
                "user:edit for the whole tenant: Eva Strand (u-eva)",
                "user:view for the whole tenant: Eva Strand (u-eva)",
            ],
        ),
        (
            'roles = ["admin", "trainee"]',
            'roles = ["admin"]',
            ["gained", "user:add for the whole tenant: Finn Vik (u-finn)"],
        ),
        (
            'name = "Finn Vik"\n',
            'name = "Finn Vik"\nstatus = "blocked"\n',
            [
                "lost",
                "user:edit for the whole tenant: Finn Vik (u-finn)",
                "user:view for the whole tenant: Finn Vik (u-finn)",
            ],
        ),
        (
            '["home-department", "self"] }',
            '["home-department", "self"] }, { permission = "user:view", scope = ["user:u-dag"], effect = "deny" }',
            [
                "held less far",
                (
                    "user:view within their own department or for themselves -> within their own department or for"
                    " themselves, but not for Dag Moe: Bo Dahl (u-bo)"
                ),
            ],
        ),
        (
            NEW[-13:],
            NEW,
            [
                "gained",
                "number:view for the department Service or for their own numbers: gry (u-gry), who is new",
                (
                    "user:edit for their own agents or within their own user group, but not for themselves: gry"
                    " (u-gry), who is new"
                ),
                "user:view within their own department or for themselves: gry (u-gry), who is new",
            ],
        ),
        (
            'home_department = "d-service"\n',
            'home_department = "d-sales"\n',
            [
                "reach others, because somebody moved",
                "number:view Bo Dahl (u-bo) loses Dag Moe (u-dag)",
                "user:view Bo Dahl (u-bo) gains Dag Moe (u-dag)",
            ],
        ),
    ],
)
def test_a_difference_is_status_1_and_told_in_words(rights: Desk, old: str, new: str, told: list[str]) -> None:
    """AC-8, AN-3: gained, lost, held further, less far or otherwise, or reaching others; each with the users."""
    ran = diff(rights, (old, new))

    assert 1 == ran.status
    assert told == lines(ran.out)[1:]


def test_what_makes_no_difference_is_no_difference(rights: Desk) -> None:
    """AC-2: Finn's deny beats whatever of it is granted besides, and the whole tenant holds every part."""
    trainee = 'name = "Trainee"\ngrants = ['
    in_vain = (trainee, f'{trainee}{{ permission = "user:add", scope = ["self"] }}, ')
    within = ('scope = ["tenant"] }]\n\n[roles.lead]', 'scope = ["tenant", "self"] }]\n\n[roles.lead]')

    assert [0, 0] == [diff(rights, in_vain).status, diff(rights, within).status]


def test_who_is_gone_is_told_apart(rights: Desk) -> None:
    """AC-8: a user whom only the older file has lost everything; two of them are no singular."""
    text = rights.file.read_text(encoding="utf-8")
    rights.file.write_text(
        text.replace("[roles.admin]", NEW + "", 1).replace("[roles.admin]", NEW.replace("gry", "hans"), 1)
    )
    ran = rights.run("access-diff", "FILE", rights.write("older.toml", text))

    assert 1 == ran.status
    assert "user:view within their own department or for themselves: gry (u-gry), hans (u-hans), who are gone" in lines(
        ran.out
    )


def test_many_users_are_counted_unless_all_are_asked_for(rights: Desk) -> None:
    """CL-1: three are named, and how many more there are; who is new is counted apart from who was there."""
    crowd = "".join(f'[users.u-x{at:02}]\nlogin = "x{at:02}"\n\n' for at in range(6))
    rights.file.write_text(rights.file.read_text(encoding="utf-8").replace("[roles.admin]", f"{crowd}[roles.admin]"))
    everyone = '[roles.everyone]\nname = "Everyone"\ngrants = [{ permission = "user:add", scope = ["self"] }]\n\n'
    edit = ("[roles.trainee]", f"{everyone}[roles.trainee]")
    ran = diff(rights, edit)

    assert "user:add for themselves: Bo Dahl (u-bo), Cai Holm (u-cai), Dag Moe (u-dag) and 6 more" in lines(ran.out)
    assert "x04 (u-x04), x05 (u-x05)" in diff(rights, edit, more=("--all",)).out


def test_many_objects_are_counted(rights: Desk) -> None:
    """CL-1: a whole department moves into Bo's group: three are named."""
    crowd = "".join(f'[users.u-x{at:02}]\nlogin = "x{at:02}"\nhome_department = "d-service"\n\n' for at in range(6))
    text = rights.file.read_text(encoding="utf-8").replace("[roles.admin]", f"{crowd}[roles.admin]")
    rights.file.write_text(text)
    ran = diff(rights, ('home_department = "d-service"', 'home_department = "d-sales"'))

    assert "user:view Bo Dahl (u-bo) gains Dag Moe (u-dag), x00 (u-x00), x01 (u-x01) and 4 more" in lines(ran.out)


def test_users_who_come_to_reach_the_same_stand_together(rights: Desk) -> None:
    """CL-1: two leads of a department gain whoever moves into it."""
    rights.file.write_text(
        rights.file.read_text(encoding="utf-8").replace(
            "[roles.admin]", f'{NEW[:-13]}home_department = "d-sales"\n\n[roles.admin]'
        )
    )
    ran = diff(rights, ('home_department = "d-service"\n', 'home_department = "d-sales"\n'))

    assert "user:view Bo Dahl (u-bo), gry (u-gry) gain Dag Moe (u-dag)" in lines(ran.out)
    assert "number:view Bo Dahl (u-bo), gry (u-gry) lose Dag Moe (u-dag)" in lines(ran.out)


def test_a_difference_as_data(rights: Desk) -> None:
    """CL-1: changes of extents with terms and words, objects gained and lost, who came and went."""
    data = diff(
        rights,
        ('home_department = "d-service"\n', 'home_department = "d-sales"\n'),
        ('roles = ["admin", "trainee"]', 'roles = ["admin"]'),
        more=("--format", "json"),
    ).data

    assert ("t-desk", [1, 2], [], []) == (
        data["tenant"],
        data["versions"],
        data["users_added"],
        data["users_removed"],
    )
    assert [("gained", "user:add", "nowhere", "for the whole tenant", True, ["u-finn"])] == [
        (
            each["change"],
            each["permission"],
            each["before"]["words"],
            each["after"]["words"],
            each["after"]["whole"],
            each["users"],
        )
        for each in data["extents"]
    ]
    assert {
        "permission": "user:view",
        "users": ["u-bo"],
        "gained": [{"kind": "user", "id": "u-dag"}],
        "lost": [],
    } in data["reaches"]


def test_two_tenants_are_not_compared(rights: Desk) -> None:
    """CL-1: that is a mistake, not a difference."""
    ran = diff(rights, ('id = "t-desk"', 'id = "t-other"'))

    assert (2, "") == (ran.status, ran.out)
    assert "is the tenant t-desk, " in ran.err
    assert "the tenant t-other\n  give two files of one tenant" in ran.err


def test_a_broken_file_is_named(rights: Desk) -> None:
    """CL-1: either of the two may be broken or missing."""
    broken = rights.write("broken.toml", "agentprov = 1\n")

    assert ["broken.toml", "broken.toml"] == [
        rights.run("access-diff", *pair).err.partition(" is broken")[0].rpartition("/")[2]
        for pair in [("FILE", broken), (broken, "FILE")]
    ]
    assert 2 == rights.run("access-diff", "FILE", "nowhere.toml").status
