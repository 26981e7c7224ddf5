"""PV-10: a plan leads where the single operations lead, and a reader of rows is never surprised."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import attrs
from hypothesis import given
from hypothesis import strategies as st

from agentprov.errors import AgentprovError, Problem
from agentprov.model.ids import UserId
from agentprov.model.tenant import Tenant
from agentprov.provisioning import create_user, move_user, plan_users, update_user
from agentprov.provisioning.roster import Action, PlannedRow
from tests.provisioning.samples import LOGGED_OFF, a_form, a_tenant, created

TENANT = created(
    created(a_tenant("puzzel"), a_form("puzzel", login="ann", email="ann@example.com", numeric_id=1)),
    a_form("puzzel", login="bob", email="bob@example.com", numeric_id=2),
)

VALUES: dict[str, st.SearchStrategy[object]] = {
    "email": st.sampled_from(["ann@example.com", "BOB@example.com", "new@example.com", "x", "", None, 5]),
    "mobile": st.sampled_from(["98123 45678", "+919812345678", "9812345679", "1", ""]),
    "numeric_id": st.sampled_from([1, "2", 3, "04", ""]),
    "language": st.sampled_from(["nb", "zz-", "", "en"]),
    "user_group": st.sampled_from(["g-sales", "g-support", "g-no", "", None]),
    "supervisor": st.sampled_from(["u-ann", "u-bob", "u-cy", "u-no", ""]),
    "name": st.sampled_from(["Ann", "", "a\0", ["x"]]),
    "status": st.sampled_from(["active", "disabled", "gone"]),
}
LOGINS = ("ann", "bob", "cy", "di")


@st.composite
def rosters(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Up to three rows about stored and new users, many with faults."""
    rows: list[dict[str, Any]] = []
    for login in draw(st.lists(st.sampled_from(LOGINS), unique=True, max_size=3)):
        new = login not in {"ann", "bob"}
        base: dict[str, Any] = {"language": "nb", "user_group": "g-sales", "email": f"{login}@x.no"} if new else {}
        fields = draw(st.lists(st.sampled_from(sorted(VALUES)), unique=True, max_size=3))
        rows.append({"login": login, **base, **{field: draw(VALUES[field]) for field in fields}})
    return rows


def singly(tenant: Tenant, row: dict[str, Any], at_once: PlannedRow) -> Tenant:
    """The tenant after the single operations of one row, by the rules of the plan: a move first."""
    user = tenant.users.get(UserId(f"u-{row['login']}"))
    if user is None:
        return create_user(tenant, row, by=None).apply(tenant)
    form = {name: value for name, value in row.items() if name != "login"}
    if Action.MOVE in at_once.actions:
        to = form.pop("user_group") or None
        tenant = move_user(tenant, user.id, to=to, by=None, live=LOGGED_OFF).apply(tenant)
    return update_user(tenant, user.id, form, by=None).apply(tenant) if Action.UPDATE in at_once.actions else tenant


@given(rows=rosters())
def test_a_plan_leads_where_the_single_operations_lead(rows: list[dict[str, Any]]) -> None:
    """PV-10: the result is that of creating, moving and updating one by one, in some order of the rows."""
    plan = plan_users(TENANT, rows, by=None, live=LOGGED_OFF)
    if plan.change is None:
        return
    expected = plan.change.apply(TENANT)
    reached = []
    for order in permutations(range(len(rows))):
        tenant = TENANT
        try:
            for position in order:
                tenant = singly(tenant, rows[position], plan.rows[position])
        except AgentprovError as error:
            reached.append(str(error))
        else:
            reached.append("whole")
            assert expected.users == tenant.users
    assert "whole" in reached or _swaps(rows)


def _swaps(rows: list[dict[str, Any]]) -> bool:
    """Whether rows may exchange unique values or supervisors, which only happens all at once."""
    return sum(bool({"email", "numeric_id", "mobile", "supervisor"} & row.keys()) for row in rows) > 1


@given(rows=rosters())
def test_one_row_is_refused_as_the_single_operation_refuses_it(rows: list[dict[str, Any]]) -> None:
    """PV-10, P77: a row by itself has the very codes, places and order of the single operation."""
    for row in rows[:1]:
        if row["login"] in {"ann", "bob"}:
            row.pop("user_group", None)
        (planned,) = plan_users(TENANT, [row], by=None).rows
        expected: tuple[Problem, ...] = ()
        try:
            singly(TENANT, row, attrs.evolve(planned, actions=[Action.UPDATE]))
        except AgentprovError as error:
            expected = error.problems
        assert expected == planned.problems


@given(rows=rosters(), tolerate=st.integers(0, 3))
def test_with_a_tolerance_exactly_the_good_rows_go_through(rows: list[dict[str, Any]], tolerate: int) -> None:
    """B134: what is left out changes nothing, and the good rows make a plan of their own."""
    plan = plan_users(TENANT, rows, by=None, live=LOGGED_OFF, tolerate=tolerate)
    assert (plan.change is not None) == (len(plan.faulty) <= tolerate)
    if plan.change is not None:
        good = [row for row, planned in zip(rows, plan.rows, strict=True) if not planned.is_faulty]
        alone = plan_users(TENANT, good, by=None, live=LOGGED_OFF)
        assert alone.change is not None
        assert plan.change.edits == alone.change.edits


@given(rows=rosters())
def test_a_plan_that_went_through_changes_nothing_again_and_can_be_undone(rows: list[dict[str, Any]]) -> None:
    """PV-9, PV-10: the same roster again is all unchanged; undoing gives an equal tenant, version apart."""
    plan = plan_users(TENANT, rows, by=None, live=LOGGED_OFF)
    if plan.change is not None:
        after = plan.change.apply(TENANT)
        again = plan_users(after, rows, by=None, live=LOGGED_OFF)
        assert {(Action.UNCHANGED,)} >= {row.actions for row in again.rows}
        assert TENANT == attrs.evolve(plan.change.undo().apply(after), version=TENANT.version)


NASTY = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=8),
    st.sampled_from(["\u202e", "\0", "ａ", "=1+1", "a" * 5000, "\ud800", "+" * 90]),
    st.lists(st.text(max_size=3), max_size=2),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
)

NAMES = (*VALUES, "id", "login", "roles", "skills", "phone")


@given(
    rows=st.lists(
        st.dictionaries(
            st.one_of(st.sampled_from([*VALUES, "id", "login", "roles", "skills", "phone"]), st.text()), NASTY
        ),
        max_size=3,
    )
)
def test_any_rows_make_a_plan(rows: list[dict[str, object]]) -> None:
    """P76: whatever is in the rows, there is a plan, with every row in it, and its faults can be said."""
    plan = plan_users(TENANT, rows, by=None, live=LOGGED_OFF, tolerate=3)
    assert len(rows) == len(plan.rows)
    assert all(problem.message for row in plan.rows for problem in row.problems)
    if plan.change is not None:
        plan.change.apply(TENANT)
