"""`agentprov can --why`, `who` and `what`: questions about access (CL-1, AC-7, AC-8, AC-11)."""

from __future__ import annotations

import pytest

from tests.cli.desk import Desk


def lines(text: str) -> list[str]:
    """The lines without their indents and the gaps between columns."""
    return [" ".join(line.split()) for line in text.splitlines() if line]


# ---- can ------------------------------------------------------------------------------------------------------------


def test_the_short_answer_has_one_reason_and_counts_the_others(rights: Desk) -> None:
    """AC-7: a user with two grants that allow it is told one, and that --why tells the other."""
    file = rights.write(
        "two.toml", rights.file.read_text(encoding="utf-8").replace('roles = ["lead"]', 'roles = ["lead", "admin"]')
    )
    yes, no = (
        rights.run("can", file, "u-bo", "user:view", "--on", "u-cai"),
        rights.run("can", "FILE", "u-dag", "user:view", "--on", "u-bo"),
    )

    assert ["- role Admin, for the whole tenant (and 1 more: --why)"] == lines(yes.out)[1:]
    assert 2 == len(yes.out.rstrip().split("\n\n"))
    assert [
        "- nothing grants it here; nearest comes a grant of their own, for the agent group First line or for Cai Holm"
    ] == lines(no.out)[1:]


def test_of_several_nearest_grants_one_is_told(rights: Desk) -> None:
    """AC-7: what comes nearest is counted, too."""
    file = rights.write(
        "near.toml",
        rights.file.read_text(encoding="utf-8")
        .replace(
            'grants = [{ permission = "user:add"',
            'grants = [{ permission = "user:edit", scope = ["self"] }, { permission = "user:add"',
        )
        .replace('roles = ["lead"]', 'roles = ["lead", "trainee"]'),
    )
    ran = rights.run("can", file, "u-bo", "user:edit", "--on", "queue:q-sales")

    assert [
        (
            "- nothing grants it here; nearest comes role Lead, for their own agents or within their own user group"
            " (and 1 more: --why)"
        )
    ] == lines(ran.out)[1:]


def test_why_tells_the_way_the_scope_and_the_giver(rights: Desk) -> None:
    """AC-7, AC-11: the sentence; role path, grant, what each part of its scope compares, who gave it and when."""
    ran = rights.run("can", "FILE", "u-bo", "user:view", "--on", "u-cai", "--why")

    assert 0 == ran.status
    assert [
        "yes: Bo Dahl (u-bo) may view Cai Holm (u-cai) user:view",
        "Bo Dahl may view Cai Holm (user:view): role Viewer, inherited by Lead, within their own department",
        "allowed by",
        "by their role Lead (lead), which inherits Viewer (viewer)",
        "grant user:view",
        (
            "scope within their own department: holds here; theirs is Sales (d-sales), that of Cai Holm (u-cai) is"
            " Sales (d-sales)"
        ),
        "or for themselves: doesn't hold here",
        "given who gave it, and when, isn't recorded",
    ] == lines(ran.out)


def test_a_user_has_one_name_in_one_answer(rights: Desk) -> None:
    """AC-7: the display name, where there is one, in the answer, in the sentence and in the reasons."""
    text = rights.file.read_text(encoding="utf-8")
    file = rights.write("shown.toml", text.replace('name = "Cai Holm"', 'name = "Cai Holm"\ndisplay_name = "Cai H."'))
    ran = rights.run("can", file, "u-bo", "user:view", "--on", "u-cai", "--why")

    assert "Cai Holm" not in ran.out
    assert [
        "yes: Bo Dahl (u-bo) may view Cai H. (u-cai) user:view",
        "Bo Dahl may view Cai H. (user:view): role Viewer, inherited by Lead, within their own department",
    ] == lines(ran.out)[:2]


def test_why_of_a_deny_tells_what_it_beats(rights: Desk) -> None:
    """AC-2, AC-7: the deny in full, then what they hold besides."""
    ran = rights.run("can", "FILE", "u-finn", "user:add", "--why")

    assert 1 == ran.status
    assert [
        "denied by",
        "by their role Trainee (trainee)",
        "grant denies user:add",
        "scope for the whole tenant: holds here",
        "given who gave it, and when, isn't recorded",
        "they hold these as well, which decide nothing here:",
        "- role Admin, for the whole tenant",
    ] == lines(ran.out)[2:]


def test_why_of_a_gate_tells_the_gate(rights: Desk) -> None:
    """AC-4: behind a gate no grant is looked at."""
    ran = rights.run("can", "FILE", "u-eva", "user:add", "--why")

    assert "refused: the account is blocked" == lines(ran.out)[-1]


def test_why_of_nothing_says_just_that(rights: Desk) -> None:
    """AC-2: nothing said means no."""
    ran = rights.run("can", "FILE", "u-cai", "user:add", "--why")

    assert "not granted; nothing comes near" == lines(ran.out)[-1]


@pytest.mark.parametrize(
    ("actor", "permission", "on", "told"),
    [
        (
            "u-bo",
            "user:edit",
            "u-cai",
            "for their own agents: holds here; the supervisor of Cai Holm (u-cai) is Bo Dahl (u-bo)",
        ),
        (
            "u-bo",
            "user:edit",
            "u-dag",
            "for their own agents: doesn't hold here; the supervisor of Dag Moe (u-dag) is none",
        ),
        ("u-bo", "user:edit", "department:d-sales", "for their own agents: doesn't hold here"),
        (
            "u-bo",
            "user:edit",
            "u-dag",
            (
                "within their own user group: holds here; theirs is Day (g-day), that of Dag Moe (u-dag) is Late"
                " (g-late), nested in Day (g-day)"
            ),
        ),
        (
            "u-bo",
            "user:edit",
            "u-cai",
            "within their own user group: doesn't hold here; theirs is Day (g-day), that of Cai Holm (u-cai) is none",
        ),
        ("u-bo", "user:edit", "queue:q-sales", "within their own user group: doesn't hold here; theirs is Day (g-day)"),
        (
            "u-bo",
            "user:view",
            "department:d-sales",
            "within their own department: holds here; theirs is Sales (d-sales)",
        ),
        (
            "u-bo",
            "number:view",
            "number:n-main",
            "for their own numbers: holds here; theirs are Main line +4722222222 (n-main)",
        ),
        (
            "u-bo",
            "number:view",
            "u-dag",
            "for the department Service: holds here; that of Dag Moe (u-dag) is Service (d-service)",
        ),
        ("u-bo", "number:view", "number:n-main", "for the department Service: doesn't hold here"),
        (
            "u-dag",
            "user:view",
            "u-cai",
            "for the agent group First line: holds here; Cai Holm (u-cai) belongs to First line (a-first)",
        ),
        (
            "u-dag",
            "user:view",
            "u-bo",
            "for the agent group First line: doesn't hold here; Bo Dahl (u-bo) belongs to none",
        ),
        ("u-dag", "user:view", "u-bo", "for Cai Holm: doesn't hold here"),
        ("u-dag", "number:view", "number:n-main", "for the number Main line: holds here"),
        ("u-ada", "user:view", "u-bo", "for the whole tenant: holds here"),
    ],
)
def test_why_tells_what_a_scope_compares(rights: Desk, actor: str, permission: str, on: str, told: str) -> None:
    """AC-3, AC-7: the department, supervisor, group or number of both sides, whether it holds or not."""
    ran = rights.run("can", "FILE", actor, permission, "--on", on, "--why")

    assert told in [line.removeprefix("scope ").removeprefix("or ") for line in lines(ran.out)]


def test_why_for_the_whole_tenant_says_that_a_part_is_less(rights: Desk) -> None:
    """AC-3: a narrower scope never holds for the whole tenant."""
    ran = rights.run("can", "FILE", "u-dag", "user:edit", "--why")

    assert "scope for themselves: doesn't hold here; it is less than the whole tenant" in lines(ran.out)


def test_who_has_no_numbers_is_told_so(rights: Desk) -> None:
    """AC-3: own numbers are none."""
    file = rights.write(
        "none.toml", rights.file.read_text(encoding="utf-8").replace('visibility = { numbers = ["n-main"] }\n', "")
    )
    ran = rights.run("can", file, "u-bo", "number:view", "--on", "number:n-main", "--why")

    assert "or for their own numbers: doesn't hold here; they have none" in lines(ran.out)


@pytest.mark.parametrize(
    ("actor", "permission", "on", "given"),
    [
        ("u-dag", "user:view", "u-cai", "by Ada Lien (u-ada), 2026-01-05 09:30 UTC"),
        ("u-dag", "user:edit", "u-dag", "by u-gone; when isn't recorded"),
        ("u-dag", "number:view", "number:n-main", "2026-01-05 09:30 UTC; by whom isn't recorded"),
        ("u-ada", "user:view", "u-cai", "who gave it, and when, isn't recorded"),
    ],
)
def test_why_tells_who_gave_a_grant_and_when(rights: Desk, actor: str, permission: str, on: str, given: str) -> None:
    """AC-11: as far as it is recorded, also of a giver who is gone."""
    assert f"given {given}" in lines(rights.run("can", "FILE", actor, permission, "--on", on, "--why").out)


def test_anywhere_asks_for_any_object(rights: Desk) -> None:
    """AC-7: Bo may edit his agents; how many objects he reaches is told; Cai may edit nobody."""
    yes, no = (rights.run("can", "FILE", who, "user:edit", "--anywhere") for who in ("u-bo", "u-cai"))
    data = rights.run("can", "FILE", "u-bo", "user:edit", "--anywhere", "--format", "json").data

    assert (0, 1) == (yes.status, no.status)
    assert lines(yes.out)[:2] == ["yes: Bo Dahl (u-bo) may edit somewhere in the tenant user:edit", "reaches 2 users"]
    assert lines(no.out)[0] == "no: Cai Holm (u-cai) may not edit anywhere in the tenant user:edit"
    assert (True, None, {"user": 2}) == (data["allowed"], data["on"], data["reached"])


def test_why_anywhere_compares_no_object(rights: Desk) -> None:
    """AC-7: there is none to compare; the sentence says where it holds."""
    told = lines(rights.run("can", "FILE", "u-bo", "user:edit", "--anywhere", "--why").out)

    assert "Bo Dahl may edit somewhere in the tenant (user:edit): role Lead, for their own agents" in told
    assert "scope for their own agents" in told


def test_anywhere_and_on_are_two_questions(rights: Desk) -> None:
    """CL-1: asking both is a mistake."""
    ran = rights.run("can", "FILE", "u-bo", "user:edit", "--anywhere", "--on", "u-cai")

    assert 2 == ran.status
    assert "not allowed with argument" in ran.err


def test_the_answer_for_programs_is_whole_with_and_without_why(rights: Desk) -> None:
    """CL-1: --why is for people; reasons and the sentence are in the data anyway."""
    ask = ("can", "FILE", "u-dag", "user:view", "--on", "u-bo", "--format", "json")
    data = rights.run(*ask).data

    assert data == rights.run(*ask, "--why").data
    [reason] = data["reasons"]
    assert [("u-ada", "2026-01-05T09:30:00+00:00")] == [
        (each["given_by"], each["given_at"]) for each in reason["nearest"]
    ]
    assert data["sentence"].startswith("Dag Moe may not view Bo Dahl (user:view): nothing grants it here")


def test_a_section_alone_is_no_permission(rights: Desk) -> None:
    """AC-1, CL-1: status 2, with the permissions of the section."""
    ran = rights.run("can", "FILE", "u-bo", "user")

    assert (2, "error: `user` is a section of permissions\n  ask for one action: user:view, user:add, user:edit\n") == (
        ran.status,
        ran.err,
    )


# ---- who ------------------------------------------------------------------------------------------------------------


def test_who_may_do_it_to_an_object_by_what(rights: Desk) -> None:
    """AC-8: those who may for the same reasons stand together; a blocked admin isn't among them."""
    ran = rights.run("who", "FILE", "user:view", "--on", "u-cai")

    assert (0, "") == (ran.status, ran.err)
    assert [
        "4 users may view Cai Holm (u-cai) user:view",
        "Ada Lien (u-ada), Finn Vik (u-finn)",
        "- role Admin, for the whole tenant",
        "Dag Moe (u-dag)",
        "- a grant of their own, for the agent group First line or for Cai Holm",
        "Bo Dahl (u-bo)",
        "- role Viewer, inherited by Lead, within their own department",
    ] == lines(ran.out)


def test_who_holds_it_at_all_and_how_far(rights: Desk) -> None:
    """AC-8: without an object, all who hold it, those for the whole tenant first."""
    ran = rights.run("who", "FILE", "user:edit")

    assert [
        "4 users hold user:edit, for the whole tenant or for a part of it",
        "for the whole tenant 2 users",
        "Ada Lien (u-ada), Finn Vik (u-finn)",
        "for their own agents or within their own user group, but not for themselves 1 user",
        "Bo Dahl (u-bo)",
        "for themselves 1 user",
        "Dag Moe (u-dag)",
    ] == lines(ran.out)


def test_who_is_granted_it_in_vain_is_told_apart(rights: Desk) -> None:
    """AC-2, AC-8: Finn is an admin, and denied it as a trainee."""
    ran = rights.run("who", "FILE", "user:add")

    assert [
        "1 user holds user:add, for the whole tenant or for a part of it",
        "for the whole tenant 1 user",
        "Ada Lien (u-ada)",
        "granted in vain, for it is denied as well",
        "Finn Vik (u-finn)",
    ] == lines(ran.out)


def test_nobody_is_an_answer(rights: Desk) -> None:
    """CL-1: it is no refusal, so it is status 0."""
    over, all_ = (
        rights.run("who", "FILE", "user:add", "--on", "u-bo", "--format", "json"),
        rights.run("who", "FILE", "number:view", "--on", "queue:q-sales"),
    )

    assert (0, ["u-ada"]) == (over.status, over.data["users"])
    assert (0, "nobody may view the queue Sales queue (q-sales)  number:view\n") == (all_.status, all_.out)


def test_nobody_holds_it(desk: Desk) -> None:
    """CL-1: nor is this a refusal."""
    ran = desk.run("who", "FILE", "user:add")

    assert (0, "nobody holds user:add\n") == (ran.status, ran.out)


def test_who_as_data(rights: Desk) -> None:
    """CL-1: users, groups with their extent as terms and words, and who is granted it in vain."""
    all_ = rights.run("who", "FILE", "user:edit", "--format", "json").data
    over = rights.run("who", "FILE", "user:edit", "--on", "u-dag", "--format", "json").data

    assert (None, ["u-ada", "u-bo", "u-dag", "u-finn"], ["u-ada", "u-finn"], []) == (
        all_["on"],
        all_["users"],
        all_["whole"],
        all_["in_vain"],
    )
    assert {
        "users": ["u-bo"],
        "extent": {
            "whole": False,
            "allowed": ["own-agents", "own-user-group"],
            "denied": ["self"],
            "words": "for their own agents or within their own user group, but not for themselves",
        },
    } == all_["groups"][1]
    assert ({"kind": "user", "id": "u-dag"}, ["u-ada", "u-bo", "u-dag", "u-finn"]) == (over["on"], over["users"])
    assert {"users": ["u-dag"], "words": ["a grant of their own, for themselves"]} in over["groups"]


def test_many_names_are_counted_unless_all_are_asked_for(rights: Desk) -> None:
    """CL-1: twelve are named, and how many more there are; one more than that is named."""
    text = rights.file.read_text(encoding="utf-8")
    more = "".join(f'[users.u-x{at:02}]\nlogin = "x{at:02}"\nroles = ["admin"]\n' for at in range(14))
    fewer = more.partition("[users.u-x11]")[0]
    some = rights.write("some.toml", text.replace("[roles.admin]", f"{more}[roles.admin]"))
    just = rights.write("just.toml", text.replace("[roles.admin]", f"{fewer}[roles.admin]"))

    assert "x09 (u-x09) and 4 more\n" in rights.run("who", some, "user:edit").out
    assert "x13 (u-x13)\n" in rights.run("who", some, "user:edit", "--all").out
    assert "x10 (u-x10)\n" in rights.run("who", just, "user:edit").out


def test_many_groups_are_counted_unless_all_are_asked_for(rights: Desk) -> None:
    """CL-1: twenty are shown; the users of the others are counted, over an object as well."""
    text = rights.file.read_text(encoding="utf-8")
    grant = '{{ permission = "number:view", scope = ["user:u-x{at:02}", "user:u-bo"] }}'
    each = (
        '[users.u-x{at:02}]\nlogin = "x{at:02}"\nroles = ["r{at:02}"]\n'
        f'[roles.r{{at:02}}]\nname = "R{{at:02}}"\ngrants = [{grant}]\n'
    )
    more = "".join(each.format(at=at) for at in range(25))
    file = rights.write("many.toml", text.replace("[roles.admin]", f"{more}[roles.admin]"))

    for arguments, left in [((), 7), (("--on", "u-bo"), 5)]:
        ask = ("who", file, "number:view", *arguments)
        assert f"and {left} users in {left} more groups: --all" == lines(rights.run(*ask).out)[-1]
        assert "more groups" not in rights.run(*ask, "--all").out


@pytest.mark.parametrize(
    ("arguments", "message", "hint"),
    [
        (("user:e\x1b[31mdit",), "there is no permission `user:e\\x1b[31mdit`", "did you mean `user:edit`"),
        (("user:edt",), "there is no permission `user:edt`", "did you mean `user:edit`"),
        (("user:*",), "`user:*` can be granted, not asked for", "user:view, user:add, user:edit"),
        (("user:edit", "--on", "u-boo"), "there is no user `u-boo`", "did you mean `u-bo`?"),
        (("user:edit", "--on", "quue:q-sales"), "`quue` is no kind of object", "did you mean `queue:q-sales`?"),
    ],
)
def test_a_slip_of_the_pen_is_told_apart_from_nobody(
    rights: Desk, arguments: tuple[str, ...], message: str, hint: str
) -> None:
    """CL-1, AC-1: status 2, with the nearest that there is."""
    ran = rights.run("who", "FILE", *arguments)

    assert (2, "") == (ran.status, ran.out)
    assert message in ran.err
    assert hint in ran.err


# ---- what -----------------------------------------------------------------------------------------------------------


def test_what_a_user_may_do_how_far_and_by_what(rights: Desk) -> None:
    """AC-8: by sections; several grants are told with their scopes, a single one by its role."""
    ran = rights.run("what", "FILE", "u-bo")

    assert 0 == ran.status
    assert [
        "Bo Dahl (u-bo), role Lead (lead)",
        "user",
        "view within their own department or for themselves",
        "by role Viewer, inherited by Lead",
        "edit for their own agents or within their own user group, but not for themselves",
        "by role Lead, for their own agents or within their own user group",
        "denied by role Lead, for themselves",
        "number",
        "view for the department Service or for their own numbers",
        "by role Viewer, inherited by Lead",
    ] == lines(ran.out)


def test_what_is_denied_is_a_no(rights: Desk) -> None:
    """AC-2: a grant in vain is told with the deny that beats it; a deny alone as well."""
    finn = rights.run("what", "FILE", "u-finn")
    data = rights.run("what", "FILE", "u-finn", "--format", "json").data

    assert "roles Admin (admin), Trainee (trainee)" in finn.out
    assert ["add no", "by role Admin, for the whole tenant", "denied by role Trainee, for the whole tenant"] == lines(
        finn.out
    )[4:7]
    assert ["user:view", "user:edit"] == [each["permission"] for each in data["permissions"]]
    assert [("user:add", "nowhere", ["allow", "deny"])] == [
        (each["permission"], each["extent"]["words"], [grant["effect"] for grant in each["grants"]])
        for each in data["denied"]
    ]


def test_what_reaches_which_objects(rights: Desk) -> None:
    """AC-8: with --objects, by kind; the whole tenant isn't listed for people, and is for programs."""
    bo = rights.run("what", "FILE", "u-bo", "number:view", "--objects")
    ada = rights.run("what", "FILE", "u-ada", "user:add", "--objects")
    data = rights.run("what", "FILE", "u-bo", "number:view", "--objects", "--format", "json").data

    assert [
        "reaches 1 user: Dag Moe (u-dag)",
        "reaches 1 department: Service (d-service)",
        "reaches 1 number: Main line +4722222222 (n-main)",
    ] == lines(bo.out)[-3:]
    assert "reaches everything in the tenant" == lines(ada.out)[-1]
    assert {"user": ["u-dag"], "department": ["d-service"], "number": ["n-main"]} == data["permissions"][0]["objects"]


def test_what_may_reach_nothing_yet(rights: Desk) -> None:
    """AC-3: held, and nothing there is inside the scope."""
    file = rights.write(
        "none.toml",
        rights.file.read_text(encoding="utf-8")
        .replace('"own-agents", "own-user-group"', '"own-agents"')
        .replace('supervisor = "u-bo"\n', ""),
    )
    ran = rights.run("what", file, "u-bo", "user:edit", "--objects")

    assert "reaches nothing that is there" == lines(ran.out)[-1]


def test_who_is_blocked_may_do_nothing(rights: Desk) -> None:
    """AC-4: and is told why, though an admin; it is an answer, so status 0."""
    ran = rights.run("what", "FILE", "u-eva")
    data = rights.run("what", "FILE", "u-eva", "--format", "json").data

    assert 0 == ran.status
    assert ["Eva Strand (u-eva), role Admin (admin)", "may do nothing: the account is blocked"] == lines(ran.out)
    assert (["the account is blocked"], [], []) == (data["gates"], data["permissions"], data["denied"])


def test_who_is_granted_nothing_is_told_so(rights: Desk) -> None:
    """AC-2: nothing said means no."""
    assert ["Cai Holm (u-cai), no role", "nothing is granted"] == lines(rights.run("what", "FILE", "u-cai").out)


def test_many_objects_are_counted_unless_all_are_asked_for(rights: Desk) -> None:
    """CL-1: twelve are named, and how many more there are."""
    text = rights.file.read_text(encoding="utf-8")
    more = "".join(f'[users.u-x{at:02}]\nlogin = "x{at:02}"\nsupervisor = "u-bo"\n' for at in range(14))
    file = rights.write("many.toml", text.replace("[roles.admin]", f"{more}[roles.admin]"))
    ask = ("what", file, "u-bo", "user:edit", "--objects")

    assert "reaches 16 users: Cai Holm (u-cai), Dag Moe (u-dag), x00 (u-x00)" in rights.run(*ask).out
    assert "x09 (u-x09) and 4 more\n" in rights.run(*ask).out
    assert "x13 (u-x13)\n" in rights.run(*ask, "--all").out


def test_what_is_asked_of_one_permission_only(rights: Desk) -> None:
    """CL-1: as resolve is of one property."""
    data = rights.run("what", "FILE", "u-bo", "user:view", "--format", "json").data

    assert ["user:view"] == [each["permission"] for each in data["permissions"]]
    assert (["lead"], []) == (data["roles"], data["denied"])
    assert 2 == rights.run("what", "FILE", "u-bo", "user:veiw").status
