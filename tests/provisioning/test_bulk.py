"""PV-10: a roster becomes a plan, row by row, and the plan one change."""

from __future__ import annotations

import attrs
import pytest

from agentprov.errors import Code, InvalidValue, Problem
from agentprov.model.access import Within
from agentprov.model.blueprint import FieldRule
from agentprov.model.changes import EventKind
from agentprov.model.ids import DepartmentId, QueueId, RoleId, UserId
from agentprov.model.live import Live
from agentprov.model.secret import Secret
from agentprov.model.settings import LoginComparison
from agentprov.model.tenant import Tenant
from agentprov.model.users import Status
from agentprov.provisioning import plan_users
from agentprov.provisioning.roster import Action, Plan, Row, Stage
from tests.provisioning.samples import (
    ADMIN,
    AT,
    LOGGED_OFF,
    PASSWORD,
    SUPERVISOR_FORM,
    a_form,
    a_role,
    a_tenant,
    created,
    with_role,
)


def actions(plan: Plan) -> list[tuple[str, ...]]:
    """What is done with every row, in words."""
    return [tuple(action.value for action in row.actions) for row in plan.rows]


def faults(plan: Plan) -> list[tuple[int, str, Code]]:
    """Row, place and code of every fault."""
    return [(row.number, problem.where, problem.code) for row in plan.rows for problem in row.problems]


def puzzel(login: str, number: int, **fields: object) -> dict[str, object]:
    """A good row of the Puzzel-like tenant."""
    return a_form("puzzel", login=login, email=f"{login}@example.com", numeric_id=number, **fields)


def a_puzzel() -> Tenant:
    """A tenant with two more users."""
    return created(created(a_tenant("puzzel"), puzzel("ann", 1)), puzzel("bob", 2))


# ---- what becomes of a row -------------------------------------------------------------------------------------------


def test_every_row_has_its_action() -> None:
    """PV-10: create, update, move and unchanged, each row by itself, and one change for all."""
    tenant = a_puzzel()
    rows: list[dict[str, object]] = [
        puzzel("cy", 3),
        {"login": "ann", "name": "Ann"},
        {"id": "u-bob", "user_group": "g-support"},
        {"login": "lead", "login_same_as_email": False},
    ]
    plan = plan_users(tenant, rows, by=None, live=LOGGED_OFF)
    assert [("create",), ("update",), ("move",), ("unchanged",)] == actions(plan)
    after = plan.accept().apply(tenant)
    assert ("Ann", "g-support") == (after.users[UserId("u-ann")].name, after.users[UserId("u-bob")].user_group)
    assert tenant == attrs.evolve(plan.accept().undo().apply(after), version=tenant.version)


def test_an_update_and_a_move_of_one_user_are_two_actions() -> None:
    """PV-10, PR-7: a different group column is a move of its own, with its events."""
    plan = plan_users(
        a_puzzel(), [{"login": "ann", "name": "Ann", "user_group": "g-support"}], by=None, live=LOGGED_OFF
    )
    assert [("move", "update")] == actions(plan)
    kinds = [event.kind for event in plan.accept().events]
    assert [EventKind.USER_MOVED, EventKind.USER_TOLD, EventKind.USER_UPDATED] == kinds


def test_a_move_needs_the_live_fact_and_nobody_logged_on() -> None:
    """PR-7: without the fact, or logged on to a queue, the row is refused at its group column."""
    row = {"login": "ann", "user_group": "g-support"}
    on = Live(queues={UserId("u-ann"): frozenset({QueueId("q-1")})})
    assert [(1, "user_group", Code.LIVE_FACT_MISSING)] == faults(plan_users(a_puzzel(), [row], by=None))
    assert [(1, "user_group", Code.USER_LOGGED_ON_QUEUE)] == faults(plan_users(a_puzzel(), [row], by=None, live=on))


def test_a_group_that_cannot_be_is_told_at_its_column() -> None:
    """PV-10: an unknown group, one that is no id, and none where one is required."""
    rows: list[dict[str, object]] = [{"login": "ann", "user_group": "g-no"}, {"login": "bob", "user_group": 5}]
    found = faults(plan_users(a_puzzel(), rows, by=None, live=LOGGED_OFF))
    assert [(1, "user_group", Code.REFERENCE_MISSING), (2, "user_group", Code.FIELD_WRONG_TYPE)] == found
    cleared = plan_users(a_puzzel(), [{"login": "ann", "user_group": ""}], by=None, live=LOGGED_OFF)
    assert (1, "user_group", Code.FIELD_REQUIRED) in faults(cleared)


def test_a_missing_column_leaves_alone_and_an_empty_cell_clears() -> None:
    """PV-10: a field that isn't in the row stays; an empty one goes, and is an error where it is required (q)."""
    tenant = created(a_tenant("puzzel"), puzzel("ann", 1, name="Ann"))
    plan = plan_users(tenant, [{"login": "ann", "numeric_id": ""}], by=None)
    user = plan.accept().apply(tenant).users[UserId("u-ann")]
    assert ("Ann", None) == (user.name, user.numeric_id)
    assert [(1, "language", Code.LANGUAGE_REQUIRED)] == faults(
        plan_users(tenant, [{"login": "ann", "language": ""}], by=None)
    )


def test_logins_match_as_the_tenant_compares_them() -> None:
    """ID-5, PV-10: where case doesn't matter, neither does it in a roster; the login stays as it is saved."""
    tenant = created(a_tenant("puzzel", login_comparison=LoginComparison.CASE_INSENSITIVE), puzzel("ann", 1))
    plan = plan_users(tenant, [{"login": "ANN", "name": "Ann"}, puzzel("ANn", 7)], by=None)
    assert [("update",), ("error",)] == actions(plan)
    assert [(2, "(whole)", Code.ROW_TWICE)] == faults(plan)


def test_an_id_decides_and_its_login_stays() -> None:
    """ID-5: a row with an id and another login is an attempt to change the login."""
    assert [(1, "login", Code.LOGIN_IMMUTABLE)] == faults(
        plan_users(a_puzzel(), [{"id": "u-ann", "login": "anna"}], by=None)
    )
    assert [("create",)] == actions(plan_users(a_puzzel(), [puzzel("cy", 3, id="u-x")], by=None))
    assert [(1, "id", Code.FIELD_WRONG_TYPE)] == faults(plan_users(a_puzzel(), [puzzel("cy", 3, id=7)], by=None))


def test_a_login_that_is_the_email_matches() -> None:
    """ID-6: the second import of a roster without logins finds the users that the first one made."""
    tenant = a_tenant("smartflo")
    row = a_form(login=..., login_same_as_email=True, password=...) | {"generate_password": True}
    made = plan_users(tenant, [row], by=None, generate=lambda _: Secret(PASSWORD))
    assert [("create",)] == actions(made)
    again = plan_users(made.accept().apply(tenant), [{**row, "generate_password": False}], by=None)
    assert [("unchanged",)] == actions(again)


def test_a_row_without_login_and_id_is_told_so() -> None:
    """PV-10: a row must say whom it is about."""
    assert [(1, "login", Code.LOGIN_REQUIRED)] == faults(plan_users(a_puzzel(), [a_form("puzzel", login=...)], by=None))
    assert (1, "login", Code.LOGIN_REQUIRED) in faults(plan_users(a_tenant("smartq"), [{"name": "A"}], by=None))


# ---- faults ----------------------------------------------------------------------------------------------------------


def test_duplicates_in_the_file_are_found_after_normalisation() -> None:
    """PV-10: the same email, mobile or numeric id written differently; the later row is told which one has it."""
    rows = [
        puzzel("cy", 3, mobile="98123 45678"),
        puzzel("di", 4, mobile="+91 9812345678"),
        {**puzzel("ed", 5), "email": "CY@Example.com"},
        puzzel("fy", 3),
    ]
    plan = plan_users(a_puzzel(), rows, by=None)
    assert [
        (2, "mobile", Code.MOBILE_TAKEN),
        (3, "email", Code.EMAIL_TAKEN),
        (4, "numeric_id", Code.NUMERIC_ID_TAKEN),
    ] == faults(plan)
    assert [1, 1, 1] == [row.problems[0].parameters["row"] for row in plan.faulty]


def test_two_rows_about_one_user_are_one_too_many() -> None:
    """PV-10: of two rows with one login, or one by id and one by login, the later is at fault."""
    rows: list[dict[str, object]] = [
        puzzel("cy", 3),
        puzzel("cy", 4),
        {"id": "u-ann", "name": "A"},
        {"login": "ann", "name": "B"},
    ]
    assert [(2, "(whole)", Code.ROW_TWICE), (4, "(whole)", Code.ROW_TWICE)] == faults(
        plan_users(a_puzzel(), rows, by=None)
    )


def test_the_row_that_takes_a_value_is_at_fault_and_not_its_holder() -> None:
    """PV-10: whoever keeps what they have is right, wherever their row stands, or without a row."""
    rows: list[dict[str, object]] = [{"login": "ann", "numeric_id": "2"}, {"login": "bob", "name": "Bob"}]
    assert [(1, "numeric_id", Code.NUMERIC_ID_TAKEN)] == faults(plan_users(a_puzzel(), rows, by=None))
    assert [(1, "numeric_id", Code.NUMERIC_ID_TAKEN)] == faults(plan_users(a_puzzel(), rows[:1], by=None))


def test_a_value_that_another_row_sets_free_can_be_taken() -> None:
    """PV-10: only the result counts; and who needs a faulty row has a fault of their own."""
    rows: list[dict[str, object]] = [{"login": "ann", "numeric_id": "2"}, {"login": "bob", "numeric_id": "9"}]
    assert [("update",), ("update",)] == actions(plan_users(a_puzzel(), rows, by=None))
    broken = plan_users(a_puzzel(), [rows[0], {**rows[1], "email": "b@@"}], by=None, tolerate=2)
    assert [(1, "numeric_id", Code.ROW_DEPENDS), (2, "email", Code.EMAIL_INVALID)] == faults(broken)


@pytest.mark.parametrize("field", ["email", "mobile", "extension"])
def test_every_unique_value_is_set_free_by_its_row(field: str) -> None:
    """PV-10: the same for email, mobile and extension."""
    plan = "smartflo" if field == "extension" else "puzzel"
    old, new = {"email": ("a@x.no", "b@x.no"), "mobile": ("9812345671", "9812345672"), "extension": ("11", "12")}[field]
    tenant = created(a_tenant(plan), a_form(plan, **{field: old}))
    other = a_form(plan, **{"login": "bo", "email": "bo@x.no", "phone": "9812345679", "numeric_id": 9, field: old})
    other = {name: value for name, value in other.items() if name in a_form(plan) or name == field}
    broken = plan_users(tenant, [{"login": "ravi", field: new, "language": "?", "name": "\0"}, other], by=None)
    assert (2, field, Code.ROW_DEPENDS) in faults(broken)


def test_rows_refer_to_each_other_in_any_order() -> None:
    """PV-10, PV-8: an agent's supervisor may be created by a later row; a faulty supervisor takes the agent along."""
    tenant = a_tenant("supervisor-workplace")
    agent = a_form("supervisor-workplace", supervisor="u-mina")
    assert [("create",), ("create",)] == actions(plan_users(tenant, [agent, SUPERVISOR_FORM], by=None))
    broken = plan_users(tenant, [agent, {**SUPERVISOR_FORM, "email": "x"}], by=None, tolerate=2)
    assert [(1, "supervisor", Code.ROW_DEPENDS), (2, "email", Code.EMAIL_INVALID)] == faults(broken)
    assert () == broken.accept().edits


def test_a_supervisor_who_stays_one_only_by_a_faulty_row() -> None:
    """PV-8: an agent's row falls when the row that would make their supervisor one has a fault."""
    tenant = a_tenant("supervisor-workplace")
    tenant = created(tenant, a_form("supervisor-workplace", supervisor="u-lead"))
    promoted = {"login": "ravi", "role": "supervisor", "supervisor": "", "home_department": "d-sales", "name": "\0"}
    agent = a_form("supervisor-workplace", login="bo", email="bo@example.com", supervisor="u-ravi")
    found = faults(plan_users(tenant, [promoted, agent], by=None, tolerate=2))
    assert [(1, "name", Code.FIELD_CONTROL_CHARACTER), (2, "supervisor", Code.SUPERVISOR_ROLE)] == found


def test_circles_of_supervisors_are_told_at_every_row() -> None:
    """PV-10: rows that make each other supervisors are all at fault, and no other row is."""
    tenant = a_tenant("smartq")
    plan = attrs.evolve(tenant.blueprint, rules=[*tenant.blueprint.rules, *_optional("supervisor")])
    rows = [
        {"login": "a", "name": "A", "role": "supervisor", "supervisor": "u-b"},
        {"login": "b", "name": "B", "role": "supervisor", "supervisor": "u-a"},
        {"login": "c", "name": "C", "role": "supervisor", "supervisor": "u-boss"},
    ]
    found = faults(plan_users(attrs.evolve(tenant, blueprint=plan), rows, by=None))
    assert [(1, "supervisor", Code.REFERENCE_CYCLE), (2, "supervisor", Code.REFERENCE_CYCLE)] == found


def _optional(field: str) -> list[FieldRule]:
    rule = next(rule for rule in a_tenant("puzzel").blueprint.rules if rule.field == "name")
    return [attrs.evolve(rule, field=field)]


def test_all_faults_of_all_rows_are_told_at_once_in_field_order() -> None:
    """P77, B134: what the form, the tenant and other rows object to, together."""
    row = puzzel("cy", 1, mobile="12", language="", user_group="g-no")
    assert [
        (1, "mobile", Code.PHONE_TOO_SHORT),
        (1, "numeric_id", Code.NUMERIC_ID_TAKEN),
        (1, "language", Code.LANGUAGE_REQUIRED),
        (1, "user_group", Code.REFERENCE_MISSING),
    ] == faults(plan_users(a_puzzel(), [row], by=None))


def test_faults_of_the_reader_join_those_of_the_form() -> None:
    """PV-10: a cell that couldn't be read doesn't hide the others, and isn't missed as a value."""
    row = Row(
        number=7,
        form=puzzel("cy", 3, language=...) | {"email": "x"},
        problems=[Problem(code=Code.FIELD_WRONG_TYPE, path=("language",))],
        columns={"email": "E-mail"},
    )
    plan = plan_users(a_puzzel(), [row], by=None)
    assert [(7, "email", Code.EMAIL_INVALID), (7, "language", Code.FIELD_WRONG_TYPE)] == faults(plan)
    assert ["E-mail", "language"] == [plan.rows[0].column(each) for each in plan.rows[0].problems]
    whole = Row(number=8, form={}, problems=[Problem(code=Code.ROW_RAGGED)])
    ragged = plan_users(a_puzzel(), [whole], by=None)
    assert [(8, "(whole)", Code.ROW_RAGGED)] == faults(ragged)
    assert ragged.rows[0].column(ragged.rows[0].problems[0]) is None


def test_unknown_columns_are_told_once_and_stop_the_plan() -> None:
    """PV-10: however many rows have the column; unless it is to be ignored."""
    rows = [puzzel("cy", 3, shoe=1), puzzel("di", 4, shoe=2, nmae="x")]
    plan = plan_users(a_puzzel(), rows, by=None)
    assert [("nmae", 2), ("shoe", 1)] == [(each.where, each.parameters["row"]) for each in plan.problems]
    with pytest.raises(InvalidValue) as caught:
        plan.accept()
    assert (Code.FIELD_UNKNOWN, Code.FIELD_UNKNOWN) == caught.value.codes
    assert plan_users(a_puzzel(), rows, by=None, ignore=["shoe", "nmae"]).change is not None


def test_a_column_that_is_ignored_does_nothing_whatever_it_is() -> None:
    """PV-10: also one that is a field: by the field's name or the file's, in any case, with the faults in it."""
    fault = Problem(code=Code.FIELD_WRONG_TYPE, path=("skills",))
    row = Row(
        number=2,
        form={"login": "ann", "name": "Ann B.", "email": "other@example.com", "roles": ["nobody"], "password": "x"},
        problems=[fault],
        columns={"email": "E-post", "skills": "Can"},
    )
    ignored = ["e-POST", "can", "Roles", "password"]
    change = plan_users(a_puzzel(), [row], by=None, ignore=ignored).accept()
    assert ("user u-ann: name nothing -> Ann B.",) == change.describe()
    assert not change.secrets
    typed = plan_users(a_puzzel(), [{"login": "ann", "role": "nobody", "shoe": 1}], by=None, ignore=["roles"])
    assert ["shoe"] == [problem.where for problem in typed.problems]
    assert [("unchanged",)] == actions(typed)


@pytest.mark.parametrize("row", [None, "ann", ("login", "ann"), 7])
def test_a_row_that_is_no_object_is_a_fault_of_its_own(row: object) -> None:
    """PV-10: as data from the net may have it; the others are looked at all the same."""
    rows = [puzzel("cy", 3), row]
    assert [(2, "(whole)", Code.FIELD_WRONG_TYPE)] == faults(plan_users(a_puzzel(), rows, by=None))  # type: ignore[arg-type]


# ---- all or nothing --------------------------------------------------------------------------------------------------


def test_one_fault_stops_all_and_a_tolerance_lets_the_good_ones_through() -> None:
    """B134: none, or exactly the good ones, as chosen."""
    rows = [puzzel(f"x{number}", 10 + number) for number in range(20)]
    rows[13] = {**rows[13], "email": "broken"}
    tenant = a_puzzel()
    assert plan_users(tenant, rows, by=None).change is None
    plan = plan_users(tenant, rows, by=None, tolerate=1)
    after = plan.accept().apply(tenant)
    assert {f"u-x{number}" for number in range(20) if number != 13} == after.users.keys() - tenant.users.keys()
    with pytest.raises(InvalidValue) as caught:
        plan_users(tenant, [*rows[13:], {**rows[0], "email": "x"}], by=None, tolerate=1).accept()
    assert (Code.EMAIL_INVALID, Code.EMAIL_INVALID, Code.ROWS_TOO_MANY_FAULTS) == caught.value.codes
    assert ("rows", 1, "email") == caught.value.problems[0].path


def test_nothing_is_a_plan_too() -> None:
    """PV-10: an empty roster changes nothing."""
    plan = plan_users(a_puzzel(), [], by=None)
    assert () == plan.accept().edits
    assert dict.fromkeys(Action, 0) == plan.counts()


# ---- guards ----------------------------------------------------------------------------------------------------------


def test_permission_is_asked_row_by_row_and_stands_alone() -> None:
    """PV-2: for a row whose user the actor may not edit, or may not add, nothing else is said."""
    tenant = with_role(a_puzzel(), UserId("u-bob"), ("user:edit", Within.OWN_USER_GROUP))
    rows: list[dict[str, object]] = [{"login": "ann", "name": "A", "email": "x"}, {"login": "lead", "email": "x"}]
    found = faults(plan_users(tenant, rows, by="u-bob"))
    assert [(1, "email", Code.EMAIL_INVALID), (2, "(whole)", Code.PERMISSION_NOT_GRANTED)] == found
    same = plan_users(tenant, [{"login": "lead", "email": "x"}, {"login": "nobody"}], by="u-bob")
    assert 1 == len({str(problem) for row in same.rows for problem in row.problems})
    assert {(None, None)} == {(row.user, row.login) for row in same.rows}


def test_who_may_add_for_some_adds_only_those() -> None:
    """PV-2: a scope is asked of the new user as they would be."""
    tenant = with_role(a_puzzel(), UserId("u-bob"), ("user:add", Within.OWN_USER_GROUP))
    rows = [puzzel("cy", 3), puzzel("di", 4, user_group="g-support")]
    assert [(2, "(whole)", Code.PERMISSION_NOT_GRANTED)] == faults(plan_users(tenant, rows, by="u-bob"))


def test_nobody_hands_on_more_than_they_hold() -> None:
    """AC-5: checked once for all rows, and told at the rows that would gain."""
    tenant = with_role(a_tenant("smartq"), UserId("u-lead"), ("user:add", Within.TENANT))
    rows = [{"login": "a", "name": "A", "role": "admin"}, {"login": "b", "name": "B", "role": "supervisor"}]
    plan = plan_users(tenant, rows, by="u-lead", tolerate=1)
    assert [(1, "roles", Code.ROLE_EXCEEDS_ACTOR)] == faults(plan)
    assert ("u-a",) == plan.rows[0].problems[0].parameters["users"]


def test_the_last_admin_stays_unless_the_roster_names_another() -> None:
    """AC-5: only the result counts, in whatever order the rows stand."""
    tenant = a_tenant("smartq")
    gone: dict[str, object] = {"login": "boss", "status": "disabled", "name": "Boss"}
    heir: dict[str, object] = {"login": "a", "name": "A", "role": "admin"}
    assert [(1, "(whole)", Code.ADMIN_LAST)] == faults(plan_users(tenant, [gone], by=None))
    assert [("update",), ("create",)] == actions(plan_users(tenant, [gone, heir], by=None))


def test_a_blocked_user_is_unblocked_by_an_admin_only() -> None:
    """LC-1: as in the single operation."""
    tenant = a_puzzel()
    blocked = attrs.evolve(tenant.users[UserId("u-ann")], status=Status.BLOCKED)
    tenant = attrs.evolve(tenant, users=tenant.users.put(blocked.id, blocked))
    tenant = with_role(tenant, UserId("u-bob"), ("user:edit", Within.TENANT))
    found = faults(plan_users(tenant, [{"login": "ann", "status": "active"}], by="u-bob"))
    assert (1, "status", Code.USER_UNBLOCK_NEEDS_ADMIN) in found


def test_somebody_adds_their_own_contact() -> None:
    """ID-11: without any right, where there was none; nothing else they lack is asked for."""
    tenant = a_tenant("puzzel")
    assert [("update",)] == actions(plan_users(tenant, [{"login": "lead", "email": "lead@example.com"}], by="u-lead"))


# ---- secrets, events, progress ---------------------------------------------------------------------------------------


def test_passwords_stay_apart_and_follow_the_rule() -> None:
    """CR-1, P75: a password is held against the policy, and is in no text of rows, plan or change."""
    tenant = a_tenant("supervisor-workplace")
    good = {**SUPERVISOR_FORM, "password": PASSWORD}
    plan = plan_users(tenant, [Row(number=1, form=good)], by=None)
    assert PASSWORD not in f"{plan!r}{plan.change!r}{Row(number=1, form=good)!r}"
    assert PASSWORD == plan.passwords[UserId("u-mina")].reveal()
    assert EventKind.PASSWORD_SET in {event.kind for event in plan.accept().events}
    short = plan_users(tenant, [{**SUPERVISOR_FORM, "password": "x"}], by=None)
    assert (1, "password", Code.PASSWORD_TOO_SHORT) in faults(short)
    assert not short.passwords


def test_a_password_alone_is_an_update() -> None:
    """PV-10: a new password makes no edit, and is told all the same."""
    tenant = created(a_tenant("smartflo"), a_form())
    plan = plan_users(tenant, [{"login": "ravi", "password": "another good phrase"}], by=None)
    assert [("update",)] == actions(plan)
    assert {UserId("u-ravi")} == plan.passwords.keys()


def test_new_members_join_their_department_in_the_order_of_the_rows() -> None:
    """PV-6: appended last, each once, with one edit for the department."""
    tenant = a_tenant("smartflo")
    rows = [
        a_form(login=login, email=f"{login}@x.no", phone=f"981234567{digit}", home_department="d-sales")
        for digit, login in enumerate(("cy", "ann", "bo"))
    ]
    change = plan_users(tenant, rows, by=None, at=AT).accept()
    after = change.apply(tenant)
    assert ("u-cy", "u-ann", "u-bo") == after.departments[DepartmentId("d-sales")].members
    joined = [event.facts["joined"] for event in change.events if event.kind is EventKind.MEMBERS_CHANGED]
    assert ["u-cy", "u-ann", "u-bo"] == joined


def test_progress_is_told() -> None:
    """PV-10: every stage, with how many rows are done and of how many."""
    told: list[tuple[Stage, int, int | None]] = []
    rows = [puzzel(f"x{number}", 10 + number) for number in range(1001)]
    plan_users(a_puzzel(), rows, by=None, progress=lambda *each: told.append(each))
    assert [
        (Stage.READ, 1000, None),
        (Stage.READ, 1001, 1001),
        (Stage.CHECK, 1000, 1001),
        (Stage.CHECK, 1001, 1001),
        (Stage.APPLY, 1001, 1001),
    ] == told


def test_lookalike_logins_are_warned_of_among_the_rows_too() -> None:
    """ID-5: a warning at the row, and in the change under the user."""
    plan = plan_users(a_puzzel(), [puzzel("b0b", 3)], by=None)
    assert [Code.LOGIN_CONFUSABLE] == [problem.code for problem in plan.rows[0].warnings]
    assert ("users", "u-b0b", "login") == plan.accept().warnings[0].path


def test_the_actor_is_in_the_change() -> None:
    """PV-9: who did it."""
    tenant = with_role(a_puzzel(), ADMIN, ("user:add", Within.TENANT))
    tenant = attrs.evolve(tenant, roles=tenant.roles.put(RoleId("r-x"), a_role("r-x")))
    assert ADMIN == plan_users(tenant, [puzzel("cy", 3)], by=ADMIN).accept().actor
