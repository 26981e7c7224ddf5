"""Who may edit users takes over nobody stronger: what these sign in with isn't theirs to set (AC-5, P11)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import attrs
import pytest

from agentprov.analysis.access_lint import lint_access
from agentprov.analysis.findings import FindingCode
from agentprov.credentials.one_time_codes import unlock_codes
from agentprov.credentials.password_changes import reset_password
from agentprov.credentials.passwords import CHEAPEST
from agentprov.engine.access import Access
from agentprov.engine.stronger import changed_credentials, exceeding_credentials
from agentprov.errors import Code, InvalidValue, Refused
from agentprov.model.access import EVERYONE, WHOLE_TENANT, Chosen, ChosenKind, Effect, Grant, Role, Scope, Within
from agentprov.model.blueprint import Blueprint, FieldRule
from agentprov.model.changes import EventKind
from agentprov.model.contact import Email, PhoneNumber
from agentprov.model.departments import Department
from agentprov.model.groups import UserGroup
from agentprov.model.ids import DepartmentId, NumberId, UserGroupId, UserId
from agentprov.model.one_time_codes import CodeKey, CodePurpose, CodeRecord
from agentprov.model.secret import Secret
from agentprov.model.tenant import Tenant
from agentprov.model.users import AuthenticationMethod, Person, SignIn, Status, User, Visibility
from agentprov.provisioning import create_user, update_user
from agentprov.provisioning.bulk import plan_users
from agentprov.provisioning.delegation import can_edit
from tests import tenants

AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
PASSWORD = "purple otter climbs"
OLD: dict[str, Any] = {"email": Email("old@example.com"), "mobile": tenants.MOBILE}
BOSS = UserId("u-boss")
HELP = UserId("u-help")
FIELDS = ("email", "mobile", "phone", "windows_login", "authentication_method", "two_factor", "password", "name")
OPEN = Blueprint(
    name="open",
    catalogue=tenants.CATALOGUE,
    rules=[
        FieldRule(field=name) for name in (*FIELDS, "login", "generate_password", "status", "web_login_blocked", "type")
    ],
)
EDIT = tenants.grant("user:edit")
HOME: Scope = frozenset({Within.HOME_DEPARTMENT})
OWN_GROUP: Scope = frozenset({Within.OWN_USER_GROUP})
OWN_NUMBERS: Scope = frozenset({Within.OWN_NUMBERS})
OWN_AGENTS: Scope = frozenset({Within.OWN_AGENTS})
SELF: Scope = frozenset({Within.SELF})
CLERK_ONLY: Scope = frozenset({Chosen(kind=ChosenKind.USER, id="u-clerk")})


def company(*users: User, everyone: Iterable[Grant] = ()) -> Tenant:
    """A help desk that may edit everybody, a boss who may grant, a clerk who holds nothing; and others."""
    people = (
        tenants.user("help", grants=[EDIT]),
        tenants.user("boss", grants=[EDIT, tenants.grant("access:grant")], **OLD),
        tenants.user("clerk", email=Email("clerk@example.com")),
        *users,
    )
    departments = [Department(id=DepartmentId(id_), name=id_) for id_ in ("d-sales", "d-care")]
    return tenants.small(
        blueprint=OPEN,
        users=tenants.by_id(people),
        departments=tenants.by_id(departments),
        roles=tenants.by_id([Role(id=EVERYONE, name="Everyone", grants=tuple(everyone))]),
        user_groups=tenants.by_id([UserGroup(id=UserGroupId(id_), name=id_) for id_ in ("g-day", "g-night")]),
        ivrs=tenants.by_id([]),
        numbers=tenants.small().numbers.edited(
            {NumberId("n-1"): attrs.evolve(tenants.small().numbers[NumberId("n-1")], to=tenants.to("u-clerk"))}
        ),
        profiles=tenants.by_id([]),
    )


COMPANY = company()
TAKEOVERS: list[dict[str, object]] = [
    {"email": "mine@example.com"},
    {"email": None},
    {"mobile": "+919812345679"},
    {"windows_login": "boss"},
    {"authentication_method": "external"},
    {"two_factor": True},
    {"password": PASSWORD},
]


def beyond(tenant: Tenant, user: str, by: str = HELP) -> tuple[str, ...]:
    """What a refusal names, if there is one."""
    problems = exceeding_credentials(Access(tenant), tenant.users[UserId(user)], UserId(by))
    return tuple(each for problem in problems for each in dict(problem.parameters)["permissions"])  # type: ignore[union-attr]


# ---- by every way ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", TAKEOVERS, ids=str)
def test_a_form_takes_over_nobody_stronger(form: dict[str, object]) -> None:
    """AC-5, P11: nothing by which the help desk could sign in as the boss; the refusal names the field and what."""
    (name,) = form
    with pytest.raises(Refused) as refusal:
        update_user(COMPANY, BOSS, form, by=HELP)
    (problem,) = refusal.value.problems
    assert (Code.CREDENTIALS_EXCEEDS_ACTOR, (name,)) == (problem.code, problem.path)
    assert {"value": BOSS, "actor": HELP, "permissions": ("access:grant",)} == dict(problem.parameters)
    assert () != can_edit(COMPANY, HELP, BOSS, form)


@pytest.mark.parametrize("form", TAKEOVERS, ids=str)
@pytest.mark.parametrize(("user", "by"), [("u-clerk", HELP), (BOSS, None), (BOSS, BOSS)])
def test_a_form_sets_it_for_others(form: dict[str, object], user: str, by: str | None) -> None:
    """AC-5: of who holds no more; by the host; by the user."""
    form = {"mobile": "+919812345670", **form}
    assert () == tuple(each.code for each in update_user(COMPANY, user, form, by=by).warnings)


@pytest.mark.parametrize("form", [{"name": "Boss"}, {"web_login_blocked": True}, {"email": "old@example.com"}])
def test_a_form_changes_the_rest_of_somebody_stronger(form: dict[str, object]) -> None:
    """AC-5: a name, a block, and what is so already let nobody in."""
    update_user(COMPANY, BOSS, form, by=HELP)


def test_a_generated_password_is_no_way_round() -> None:
    """CR-1, AC-5: who has a password generated gets to see it."""
    form = {"generate_password": True}
    with pytest.raises(Refused) as refusal:
        update_user(COMPANY, BOSS, form, by=HELP, generated=Secret(PASSWORD))
    assert (Code.CREDENTIALS_EXCEEDS_ACTOR,) == refusal.value.codes


def test_a_first_contact_is_no_way_round() -> None:
    """AC-5, ID-11: an email where there was none is as good as another one; users may add their own."""
    tenant = company(tenants.user("chief", grants=[tenants.grant("access:grant")]))
    with pytest.raises(Refused) as refusal:
        update_user(tenant, "u-chief", {"email": "mine@example.com"}, by=HELP)
    assert (Code.CREDENTIALS_EXCEEDS_ACTOR,) == refusal.value.codes
    update_user(tenant, "u-chief", {"email": "chief@example.com"}, by="u-chief")


def test_faults_and_refusals_come_together() -> None:
    """PV-2: a fault of the form hides no objection."""
    with pytest.raises(InvalidValue) as refusal:
        update_user(COMPANY, BOSS, {"email": "mine@example.com", "mobile": "no number"}, by=HELP)
    assert Code.CREDENTIALS_EXCEEDS_ACTOR in refusal.value.codes
    assert 1 < len(refusal.value.codes)


@pytest.mark.parametrize("form", TAKEOVERS, ids=str)
def test_a_roster_takes_over_nobody_stronger(form: dict[str, object]) -> None:
    """AC-5, PV-10: many rows are refused as one form is; the good rows aren't."""
    rows = [{"id": BOSS, **form}, {"id": "u-clerk", **form}]
    if form.get("email"):
        rows[1]["email"] = "other@example.com"
    rows[1]["mobile"] = "+919812345670"
    plan = plan_users(COMPANY, rows, by=HELP, tolerate=1)
    first, second = plan.rows
    assert [Code.CREDENTIALS_EXCEEDS_ACTOR] == [each.code for each in first.problems]
    assert () == second.problems
    assert plan.change is not None
    assert {"u-clerk"} == {edit.id for edit in plan.change.edits}


def test_a_password_of_somebody_stronger_isnt_reset() -> None:
    """AC-5, R6: who resets a password may get to see it."""
    with pytest.raises(Refused) as refusal:
        reset_password(COMPANY, BOSS, by=HELP, at=AT, stored=None, parameters=CHEAPEST)
    assert (Code.CREDENTIALS_EXCEEDS_ACTOR,) == refusal.value.codes
    for user, by in (("u-clerk", HELP), (BOSS, None), (BOSS, BOSS)):
        assert reset_password(COMPANY, user, by=by, at=AT, stored=None, parameters=CHEAPEST).stored.one_time


def test_codes_of_somebody_stronger_arent_unlocked() -> None:
    """AC-5, CR-2: who forgets wrong tries as often as they like may guess."""
    key = CodeKey(tenant=COMPANY.id, user=BOSS, purpose=CodePurpose.RECOVERY)
    with pytest.raises(Refused) as refusal:
        unlock_codes(COMPANY, CodeRecord(key=key, failures=5), by=HELP)
    assert (Code.CREDENTIALS_EXCEEDS_ACTOR,) == refusal.value.codes
    assert 0 == unlock_codes(COMPANY, CodeRecord(key=key, failures=5), by=None).record.failures


@pytest.mark.parametrize(("by", "one_time"), [(HELP, "yes"), ("u-clerk", "no"), (None, "no")])
def test_a_password_that_another_knows_is_for_one_use(by: str | None, one_time: str) -> None:
    """R6, CR-1: typed by somebody else it must be replaced; one's own, and what the host brings along, stays."""
    form = {"password": PASSWORD}
    if by == "u-clerk":
        form = {**form, "email": "clerk@example.com"}
    tenant = company(tenants.user("clerk", grants=[tenants.grant("user:edit", SELF)]))
    plan = plan_users(tenant, [{"id": "u-clerk", **form}], by=by)
    assert plan.change is not None
    for change in (update_user(tenant, "u-clerk", form, by=by), plan.change):
        (event,) = [each for each in change.events if each.kind is EventKind.PASSWORD_SET]
        assert {"one_time": one_time} == dict(event.facts)


@pytest.mark.parametrize(("type_", "one_time"), [("person", "yes"), ("api", "no")])
def test_a_new_person_replaces_the_first_password(type_: str, one_time: str) -> None:
    """R6, CR-1: a program has nobody to choose another one."""
    tenant = company(tenants.user("opener", grants=[tenants.grant("user:add"), tenants.grant("user:edit")]))
    form = {"login": "new", "password": PASSWORD, "type": type_}
    plan = plan_users(tenant, [form], by="u-opener")
    assert plan.change is not None
    for change in (create_user(tenant, form, by="u-opener"), plan.change):
        (event,) = [each for each in change.events if each.kind is EventKind.PASSWORD_SET]
        assert {"one_time": one_time} == dict(event.facts)


# ---- who is stronger -------------------------------------------------------------------------------------------------

VIEW = "user:view"
DENIED = tenants.grant(VIEW, CLERK_ONLY, Effect.DENY)


def two(held: Iterable[Grant], holds: Iterable[Grant], **places: object) -> Tenant:
    """One who holds the first, and an actor who may edit everybody and holds the second."""
    return company(
        tenants.user("one", grants=[EDIT, *held], **places),
        tenants.user("actor", grants=[EDIT, *holds], home_department=DepartmentId("d-sales")),
        tenants.user("agent", supervisor=UserId("u-one"), home_department=DepartmentId("d-care")),
    )


SALES: dict[str, object] = {"home_department": DepartmentId("d-sales")}
DAY: dict[str, object] = {"user_group": UserGroupId("g-day")}
CARE: dict[str, object] = {"home_department": DepartmentId("d-care")}


@pytest.mark.parametrize(
    ("held", "holds", "places", "stronger"),
    [
        ([tenants.grant(VIEW)], [], {}, True),
        ([tenants.grant(VIEW)], [tenants.grant(VIEW)], {}, False),
        ([tenants.grant(VIEW)], [tenants.grant(VIEW, HOME)], {}, True),
        ([tenants.grant(VIEW)], [tenants.grant(VIEW), DENIED], {}, True),
        ([tenants.grant(VIEW), DENIED], [tenants.grant(VIEW, HOME)], {}, True),
        ([tenants.grant(VIEW), DENIED], [tenants.grant(VIEW), DENIED], {}, False),
        ([tenants.grant(VIEW), tenants.grant(VIEW, WHOLE_TENANT, Effect.DENY)], [], {}, False),
        ([tenants.grant(VIEW, HOME)], [tenants.grant(VIEW, HOME)], SALES, False),
        ([tenants.grant(VIEW, HOME)], [tenants.grant(VIEW, HOME)], CARE, True),
        ([tenants.grant(VIEW, HOME)], [tenants.grant(VIEW, HOME), DENIED], SALES, False),
        ([tenants.grant(VIEW, HOME)], [tenants.grant(VIEW, SELF)], {}, False),
        ([tenants.grant(VIEW, HOME)], [], {}, True),
        ([tenants.grant(VIEW, SELF)], [tenants.grant(VIEW, HOME)], SALES, False),
        ([tenants.grant(VIEW, SELF)], [tenants.grant(VIEW, HOME)], CARE, True),
        ([tenants.grant(VIEW, CLERK_ONLY)], [tenants.grant(VIEW, CLERK_ONLY)], {}, False),
        ([tenants.grant(VIEW, CLERK_ONLY)], [tenants.grant(VIEW, HOME)], {}, True),
        ([tenants.grant(VIEW, OWN_AGENTS)], [tenants.grant(VIEW, OWN_AGENTS)], {}, True),
        ([tenants.grant(VIEW, OWN_GROUP)], [tenants.grant(VIEW, HOME)], DAY, True),
        ([tenants.grant(VIEW, OWN_GROUP)], [tenants.grant(VIEW, HOME)], {**DAY, **SALES}, False),
        ([tenants.grant("number:view", OWN_NUMBERS)], [tenants.grant("number:view", HOME)], {}, False),
        (
            [tenants.grant("number:view", OWN_NUMBERS)],
            [tenants.grant("number:view", HOME)],
            {"visibility": Visibility(numbers=[NumberId("n-1")])},
            True,
        ),
    ],
)  # fmt: skip
def test_who_is_stronger(held: list[Grant], holds: list[Grant], places: dict[str, object], stronger: bool) -> None:
    """AC-5: who holds a permission over anything over which the actor doesn't; equal scopes are put by their places."""
    tenant = two(held, holds, **places)
    assert stronger is bool(beyond(tenant, "u-one", "u-actor"))


@pytest.mark.parametrize("status", list(Status))
def test_whoever_is_disabled_is_as_strong(status: Status) -> None:
    """LC-1: what comes back with the status counts."""
    boss = attrs.evolve(COMPANY.users[BOSS], status=status)
    assert ("access:grant",) == beyond(company(boss), BOSS)


def test_what_all_hold_over_themselves_makes_nobody_stronger() -> None:
    """AC-4, AC-5: what the role everyone gives over oneself doesn't count, over a department it does."""
    tenant = company(everyone=[tenants.grant(VIEW, SELF)])
    assert () == beyond(tenant, "u-clerk")
    clerk = attrs.evolve(COMPANY.users[UserId("u-clerk")], home_department=DepartmentId("d-care"))
    assert (VIEW,) == beyond(company(clerk, everyone=[tenants.grant(VIEW, HOME)]), "u-clerk")


def test_whom_the_analysis_finds_is_refused() -> None:
    """AC-10: a finding `access.edits_stronger` names somebody whose credentials are refused."""
    (found,) = [each for each in lint_access(COMPANY) if each.code is FindingCode.EDITS_STRONGER]
    assert found.parameters["permissions"] == beyond(COMPANY, str(found.parameters["target"]))


# ---- what lets somebody in -------------------------------------------------------------------------------------------

PHONE = tenants.user("x", phone=tenants.MOBILE)


@pytest.mark.parametrize(
    ("before", "fields", "expected"),
    [
        (PHONE, {"phone": PhoneNumber("+919812345679")}, ("phone",)),
        (PHONE, {"phone": None}, ("phone",)),
        (PHONE, {"phone": tenants.PHONE}, ("phone",)),
        (PHONE, {"mobile": tenants.MOBILE}, ("mobile",)),
        (tenants.user("x", phone=tenants.PHONE), {"phone": None}, ()),
        (tenants.user("x", phone=tenants.MOBILE, mobile=tenants.MOBILE), {"phone": None}, ()),
        (PHONE, {"person": Person(windows_login="boss")}, ("windows_login",)),
        (PHONE, {"sign_in": SignIn(method=AuthenticationMethod.EXTERNAL)}, ("authentication_method",)),
        (PHONE, {"sign_in": SignIn(two_factor=True, web_login_blocked=True)}, ("two_factor",)),
        (PHONE, {"name": "Other", "status": Status.DISABLED}, ()),
    ],
)
def test_what_lets_somebody_in(before: User, fields: dict[str, Any], expected: tuple[str, ...]) -> None:
    """ID-13, AC-5: a phone number counts where codes are sent to it."""
    assert expected == changed_credentials(before, attrs.evolve(before, **fields))
