"""A form filled in step by step: what is told when, what is kept, what is stored (PV-3)."""

from __future__ import annotations

import json

import attrs
import pytest

from agentprov.codec import blueprint
from agentprov.errors import Code, InvalidValue, NotFound, Problem, Refused
from agentprov.model.access import Within
from agentprov.model.blueprint import Ask, Blueprint, Default, FieldRule, FormStep, When
from agentprov.model.ids import DepartmentId, RoleId, TenantId, UserId
from agentprov.model.secret import Secret
from agentprov.model.tenant import Tenant
from agentprov.model.users import AuthenticationMethod
from agentprov.provisioning import (
    Draft,
    begin_draft,
    clear_step,
    draft_steps,
    enter,
    finish_draft,
    go_to_step,
    next_step,
    previous_step,
    resume_draft,
    review_draft,
    take_back,
    update_user,
)
from agentprov.provisioning.draft import DEEPEST, LONGEST_TEXT
from tests.provisioning.samples import ADMIN, PASSWORD, a_form, a_tenant, created, faults, the_user, with_role

GENERAL = {"name": "Ravi Rao", "phone": "9812345678", "email": "ravi@example.com"}
WEB_LOGIN = {"role": "agent", "login": "ravi", "password": PASSWORD, "status": "active"}


def codes(problems: tuple[Problem, ...]) -> list[tuple[str, Code]]:
    """Where and what."""
    return [(each.where, each.code) for each in problems]


def at_web_login(tenant: Tenant) -> Draft:
    """A draft of Smartflo's form at its last step."""
    draft = enter(tenant, begin_draft(tenant), GENERAL)
    return next_step(tenant, next_step(tenant, draft, by=ADMIN), by=ADMIN)


def test_smartflo_goes_from_general_over_settings_to_web_login() -> None:
    """PV-3, PV-6: a user made in three steps is the one that the whole form makes."""
    tenant = a_tenant()
    draft = enter(tenant, begin_draft(tenant), GENERAL)
    assert ("general", "settings", "web-login") == draft_steps(tenant, draft)
    draft = enter(tenant, next_step(tenant, draft, by=ADMIN), {"agent_group": "ag-1", "extension": "101"})
    draft = enter(tenant, next_step(tenant, draft, by=ADMIN), WEB_LOGIN)
    assert "web-login" == draft.step
    assert draft == next_step(tenant, draft, by=ADMIN)
    user = the_user(finish_draft(tenant, draft, by=ADMIN))
    extension = user.calling.extension
    assert ("ravi", ["ag-1"]) == (user.login, list(user.agent_groups))
    assert extension is not None
    assert "101" == extension.number


def test_a_step_is_checked_alone() -> None:
    """PV-3: of the first step what is missing and wrong on it; nothing of the login that comes two steps later."""
    tenant = a_tenant()
    draft = enter(tenant, begin_draft(tenant), {"name": "Ravi", "phone": "12"})
    expected = [("email", Code.EMAIL_REQUIRED), ("phone", Code.PHONE_LENGTH)]
    assert expected == codes(review_draft(tenant, draft, by=ADMIN).here)
    assert expected == faults(lambda: next_step(tenant, draft, by=ADMIN))


def test_back_keeps_what_was_entered_right_or_wrong() -> None:
    """PV-3: Previous checks nothing and loses nothing; at the first step it stays."""
    tenant = a_tenant()
    draft = next_step(tenant, enter(tenant, begin_draft(tenant), GENERAL), by=ADMIN)
    draft = enter(tenant, draft, {"extension": "no digits"})
    back = previous_step(tenant, draft)
    assert ("general", {**GENERAL, "extension": "no digits"}) == (back.step, back.form)
    assert back == previous_step(tenant, back)
    assert [("extension", Code.FIELD_INVALID)] == codes(review_draft(tenant, back, by=ADMIN).elsewhere)


def test_clear_empties_this_step_only() -> None:
    """PV-3: Clear takes back what was entered here, the password too."""
    tenant = a_tenant()
    draft = enter(tenant, at_web_login(tenant), WEB_LOGIN)
    assert {*GENERAL, "roles", "login", "password", "status"} == draft.form.keys()
    assert GENERAL == clear_step(tenant, draft).form
    gone = attrs.evolve(draft, step="gone")
    assert gone == clear_step(tenant, gone)


def test_a_later_field_depends_on_an_earlier_one() -> None:
    """PV-3, PV-6: an option of the extension needs it; the login is the email of the first step."""
    tenant = a_tenant()
    draft = next_step(tenant, enter(tenant, begin_draft(tenant), GENERAL), by=ADMIN)
    optioned = enter(tenant, draft, {"route_through": "both"})
    assert [("route_through", Code.FIELD_NEEDS)] == codes(review_draft(tenant, optioned, by=ADMIN).here)
    draft = enter(tenant, next_step(tenant, draft, by=ADMIN), {**WEB_LOGIN, "login": "", "login_same_as_email": True})
    user = the_user(finish_draft(tenant, draft, by=ADMIN, id="u-ravi"))
    assert "ravi@example.com" == user.login


def test_what_an_earlier_change_makes_wrong_later_is_told_and_kept() -> None:
    """PV-3: without a phone number that gets messages the two-factor of a later step is wrong, and stays entered."""
    tenant = a_tenant()
    draft = enter(tenant, at_web_login(tenant), {**WEB_LOGIN, "two_factor": True})
    assert () == review_draft(tenant, draft, by=ADMIN).here
    back = enter(tenant, go_to_step(tenant, draft, "general"), {"phone": "2226543210"})  # a telephone on a desk
    review = review_draft(tenant, back, by=ADMIN)
    assert ([], [("two_factor", Code.TWO_FACTOR_NEEDS_MOBILE)]) == (codes(review.here), codes(review.elsewhere))
    assert back.form["two_factor"] is True


SPLIT = Blueprint(
    name="split",
    catalogue=blueprint("smartflo").catalogue,
    at_least_one=[["email", "mobile"]],
    rules=[
        FieldRule(field="login", ask=Ask.REQUIRED),
        FieldRule(field="email"),
        FieldRule(field="alias", when=When(roles=[RoleId("agent")])),
        FieldRule(field="designation", needs=["name"]),
        FieldRule(field="two_factor"),
        FieldRule(field="dialler_panel"),
        FieldRule(field="display_name", ask=Ask.REQUIRED, when=When(types=["customer"])),
        FieldRule(field="display_name", ask=Ask.FORBIDDEN),
        FieldRule(field="windows_login", ask=Ask.FORBIDDEN, when=When(methods=[AuthenticationMethod.PASSWORD])),
        FieldRule(field="windows_login"),
        FieldRule(field="mobile"),
        FieldRule(field="name"),
        FieldRule(field="roles"),
        FieldRule(field="type"),
        FieldRule(field="authentication_method"),
        FieldRule(field="login_based_calling"),
        FieldRule(field="gender", when=When(roles=[RoleId("agent")])),
    ],
    defaults=[Default(field="gender", value="x", when=When(roles=[RoleId("nobody")]))],
    steps=[
        FormStep(
            name="first",
            title="First",
            fields=[
                "login",
                "email",
                "alias",
                "designation",
                "two_factor",
                "dialler_panel",
                "display_name",
                "windows_login",
            ],
        ),
        FormStep(name="agents", title="Agents", fields=["gender"]),
        FormStep(
            name="last",
            title="Last",
            fields=["mobile", "name", "roles", "type", "authentication_method", "login_based_calling"],
        ),
    ],
)
"""What is asked on the first step hangs in every way on the last one."""


def test_what_a_later_step_may_mend_is_not_told_before() -> None:
    """PV-3: at least one of two, needs, conditions on role, type and method, options that belong together."""
    tenant = attrs.evolve(a_tenant(), blueprint=SPLIT)
    entered = {
        "login": "ravi",
        "alias": "R",
        "designation": "Clerk",
        "two_factor": True,
        "dialler_panel": True,
        "windows_login": "ravi",
    }
    draft = enter(tenant, begin_draft(tenant), entered)
    assert ((), ()) == (review_draft(tenant, draft, by=None).here, review_draft(tenant, draft, by=None).elsewhere)
    last = next_step(tenant, draft, by=None)
    review = review_draft(tenant, last, by=None)
    assert ("last", []) == (last.step, codes(review.here))
    assert {
        ("alias", Code.FIELD_NOT_ALLOWED),
        ("email", Code.CONTACT_REQUIRED),
        ("windows_login", Code.FIELD_NOT_ALLOWED),
        ("two_factor", Code.TWO_FACTOR_NEEDS_MOBILE),
        ("designation", Code.FIELD_NEEDS),
        ("dialler_panel", Code.DIALLER_PANEL_NEEDS_LOGIN_BASED),
    } == set(codes(review.elsewhere))


def test_a_step_without_a_field_for_this_user_is_left_out() -> None:
    """PV-3: it comes back with the role that has a field on it."""
    tenant = attrs.evolve(a_tenant(), blueprint=SPLIT)
    draft = enter(tenant, begin_draft(tenant), {"login": "ravi"})
    last = enter(tenant, next_step(tenant, draft, by=None), {"roles": ["agent"], "mobile": "9812345678"})
    assert ("first", "agents", "last") == draft_steps(tenant, last)
    assert "agents" == previous_step(tenant, last).step
    assert ("first", "last") == draft_steps(tenant, enter(tenant, last, {"roles": []}))


def test_only_steps_that_were_reached_can_be_gone_to() -> None:
    """PV-3: as by a tab; the others are named."""
    tenant = a_tenant()
    draft = begin_draft(tenant)
    assert [("step", Code.DRAFT_STEP_NOT_REACHED)] == faults(lambda: go_to_step(tenant, draft, "web-login"))
    assert "general" == go_to_step(tenant, draft, "general").step


def test_a_field_is_entered_on_its_own_step() -> None:
    """PV-3: a field of another step, one that isn't there, and a value that is no data are refused, all at once."""
    tenant = a_tenant()
    values = {"login": "ravi", "colour": 1, "name": object(), "email": "x" * (LONGEST_TEXT + 1), "type": "api"}
    assert [
        ("colour", Code.FIELD_UNKNOWN),
        ("login", Code.DRAFT_OTHER_STEP),
        ("name", Code.FIELD_WRONG_TYPE),
        ("email", Code.FIELD_TOO_LONG),
        ("type", Code.DRAFT_OTHER_STEP),
    ] == faults(lambda: enter(tenant, begin_draft(tenant), values))


DEEP: list[object] = []
for _ in range(DEEPEST + 1):
    DEEP = [DEEP]


@pytest.mark.parametrize("value", [float("nan"), DEEP, {1: 2}, b"x", 1 << (LONGEST_TEXT + 1)])
def test_what_json_has_not_is_no_value(value: object) -> None:
    """PV-3: a draft can always be written down."""
    with pytest.raises(InvalidValue):
        enter(a_tenant(), begin_draft(a_tenant()), {"name": value})


def test_a_draft_keeps_a_set_and_a_fraction_as_json_has_them() -> None:
    """PV-3: a set as a sorted list; a fraction is no value of any field, and is kept to be shown again."""
    tenant = a_tenant()
    draft = enter(tenant, begin_draft(tenant), {"name": {"b", "a"}, "designation": 1.5})
    assert {"name": ["a", "b"], "designation": 1.5} == draft.form


def test_a_password_is_never_stored_and_asked_for_again() -> None:
    """PV-3, CR-7: not in the data, not in the repr; whoever resumes is told, and can't finish without it."""
    tenant = a_tenant()
    draft = enter(tenant, at_web_login(tenant), WEB_LOGIN)
    text = json.dumps(draft.as_data())
    assert PASSWORD not in text
    assert PASSWORD not in repr(draft)
    again = resume_draft(tenant, json.loads(text))
    lost = [("password", Code.DRAFT_PASSWORD_NOT_KEPT)]
    assert lost == codes(review_draft(tenant, again, by=ADMIN).here)
    assert lost == faults(lambda: finish_draft(tenant, again, by=ADMIN))
    typed = enter(tenant, again, {"password": Secret(PASSWORD)})
    assert PASSWORD == finish_draft(tenant, typed, by=ADMIN).secrets["password"].reveal()
    assert again.as_data() == resume_draft(tenant, again.as_data()).as_data()


def test_a_forgotten_password_may_be_left_out() -> None:
    """PV-3: where the blueprint doesn't ask for one; an emptied field is no password."""
    tenant = a_tenant("puzzel")
    draft = enter(tenant, begin_draft(tenant), a_form("puzzel", password=PASSWORD))
    again = resume_draft(tenant, draft.as_data())
    assert lost_password(tenant, again)
    assert not lost_password(tenant, enter(tenant, again, {"password": ""}))
    assert not lost_password(tenant, take_back(again, "password"))
    assert faults(lambda: finish_draft(tenant, again, by=ADMIN)) == [("password", Code.DRAFT_PASSWORD_NOT_KEPT)]
    assert "ravi" == the_user(finish_draft(tenant, take_back(again, "password"), by=ADMIN)).login


def lost_password(tenant: Tenant, draft: Draft) -> bool:
    """Whether a password is wanted again."""
    return Code.DRAFT_PASSWORD_NOT_KEPT in [each.code for each in review_draft(tenant, draft, by=ADMIN).here]


def test_a_password_that_is_no_text_is_refused_at_once() -> None:
    """PV-3: since it can't be kept to be shown again."""
    tenant = a_tenant("puzzel")
    assert [("password", Code.PASSWORD_WRONG_TYPE)] == faults(
        lambda: enter(tenant, begin_draft(tenant), {"password": 5})
    )


GOOD = begin_draft(a_tenant()).as_data()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ("text", Code.DRAFT_MALFORMED),
        ({}, Code.DRAFT_MALFORMED),
        ({**GOOD, "agentprov_draft": 2}, Code.DRAFT_VERSION),
        ({**GOOD, "agentprov_draft": "1"}, Code.DRAFT_MALFORMED),
        ({**GOOD, "more": 1}, Code.DRAFT_MALFORMED),
        ({**GOOD, "step": 1}, Code.DRAFT_MALFORMED),
        ({**GOOD, "user": 1}, Code.DRAFT_MALFORMED),
        ({**GOOD, "password_typed": None}, Code.DRAFT_MALFORMED),
        ({**GOOD, "tenant": "t-other"}, Code.DRAFT_OTHER_TENANT),
        ({**GOOD, "entered": []}, Code.DRAFT_MALFORMED),
        ({**GOOD, "entered": {"password": "x"}}, Code.DRAFT_MALFORMED),
        ({**GOOD, "before": {"name": b"x"}}, Code.DRAFT_MALFORMED),
    ],
)
def test_what_is_no_draft_is_not_taken_up(data: object, code: Code) -> None:
    """PV-3: another version, another tenant, anything else that the library didn't write."""
    assert [code] == [found for _, found in faults(lambda: resume_draft(a_tenant(), data))]


def test_a_draft_of_another_tenant_is_not_filled_in() -> None:
    """ID-1: wherever it is handed in."""
    draft = attrs.evolve(begin_draft(a_tenant()), tenant=TenantId("t-other"))
    tenant = a_tenant()
    for attempt in (
        lambda: enter(tenant, draft, {}),
        lambda: review_draft(tenant, draft, by=None),
        lambda: finish_draft(tenant, draft, by=None),
    ):
        assert [("tenant", Code.DRAFT_OTHER_TENANT)] == faults(attempt)


def test_what_no_longer_fits_is_said_and_kept() -> None:
    """PV-3: resumed under a blueprint without a field, a step and a department that were there."""
    tenant = a_tenant()
    draft = next_step(tenant, enter(tenant, begin_draft(tenant), {**GENERAL, "designation": "Clerk"}), by=ADMIN)
    stored = enter(tenant, draft, {"home_department": "d-care", "extension": "101"}).as_data()
    plan = tenant.blueprint
    narrow = attrs.evolve(
        plan,
        rules=[rule for rule in plan.rules if rule.field not in {"designation", "extension"} and not rule.needs],
        steps=[
            FormStep(name="only", title="Only", fields=["name", "phone", "email", "home_department", "roles", "login"])
        ],
        defaults=[],
    )
    now = attrs.evolve(tenant, blueprint=narrow, departments=tenant.departments.drop(DepartmentId("d-care")))
    again = resume_draft(now, json.loads(json.dumps(stored)))
    review = review_draft(now, again, by=ADMIN)
    assert ("only", "only") == (again.step, again.furthest)
    assert "Clerk" == again.form["designation"]
    assert {
        ("designation", Code.FIELD_NOT_ALLOWED),
        ("extension", Code.FIELD_NOT_ALLOWED),
    } <= set(codes(review.elsewhere))
    assert ("home_department", Code.REFERENCE_MISSING) in codes(review.here)
    assert {"designation", "extension"}.isdisjoint(take_back(again, "designation", "extension").form)


def test_a_stored_user_is_edited_in_steps() -> None:
    """PV-3, PV-9: fields that weren't entered stay; an explicit nothing clears."""
    tenant = created(a_tenant(), a_form(designation="Clerk"))
    draft = enter(tenant, begin_draft(tenant, user="u-ravi"), {"name": "Ravi R.", "designation": None})
    assert ((), ()) == (review_draft(tenant, draft, by=ADMIN).here, review_draft(tenant, draft, by=ADMIN).warnings)
    change = finish_draft(tenant, draft, by=ADMIN)
    assert update_user(tenant, "u-ravi", {"name": "Ravi R.", "designation": None}, by=ADMIN) == change


def test_a_value_that_somebody_else_changed_meanwhile_is_warned_of() -> None:
    """PV-3: so that nobody overwrites what they never saw; taken back, there is nothing to warn of."""
    tenant = created(a_tenant(), a_form())
    draft = enter(tenant, begin_draft(tenant, user="u-ravi"), {"name": "Ravi R."})
    now = update_user(tenant, "u-ravi", {"name": "Ravi Kumar", "designation": "Lead"}, by=ADMIN).apply(tenant)
    again = resume_draft(now, draft.as_data())
    assert [("name", Code.DRAFT_FIELD_CHANGED)] == codes(review_draft(now, again, by=ADMIN).warnings)
    assert () == review_draft(now, take_back(again, "name"), by=ADMIN).warnings


def test_a_draft_of_somebody_who_is_gone() -> None:
    """PV-3: can't be begun, and says so when it is looked at."""
    tenant = created(a_tenant(), a_form())
    draft = enter(tenant, begin_draft(tenant, user="u-ravi"), {"name": "Ravi R."})
    now = attrs.evolve(tenant, users=tenant.users.drop(UserId("u-ravi")))
    again = enter(now, resume_draft(now, draft.as_data()), {"designation": "Clerk"})
    with pytest.raises(NotFound):
        review_draft(now, again, by=ADMIN)
    with pytest.raises(NotFound):
        begin_draft(now, user="u-ravi")


def test_permission_comes_first_and_alone() -> None:
    """PV-2: who may add nobody isn't told a thing; who may add within a scope is asked when all is said."""
    tenant = a_tenant()
    with pytest.raises(Refused):
        review_draft(tenant, begin_draft(tenant), by="u-lead")
    tenant = with_role(tenant, UserId("u-lead"), ("user:add", Within.HOME_DEPARTMENT))
    draft = enter(tenant, begin_draft(tenant), GENERAL)
    assert () == review_draft(tenant, draft, by="u-lead").here
    last = next_step(tenant, next_step(tenant, draft, by="u-lead"), by="u-lead")
    with pytest.raises(Refused):
        review_draft(tenant, enter(tenant, last, WEB_LOGIN), by="u-lead")


def test_an_own_email_is_added_in_steps_too() -> None:
    """PV-3, ID-11: who has none adds one's own, and sees nothing else; another field is refused."""
    tenant = a_tenant("puzzel")
    draft = begin_draft(tenant, user="u-lead")
    assert () == review_draft(tenant, draft, by="u-lead").here
    with_email = enter(tenant, draft, {"email": "lead@example.com"})
    assert () == review_draft(tenant, with_email, by="u-lead").here
    assert "lead@example.com" == the_user(finish_draft(tenant, with_email, by="u-lead")).email
    with pytest.raises(Refused):
        review_draft(tenant, enter(tenant, draft, {"name": "Boss"}), by="u-lead")


def test_a_guard_objects_at_its_step() -> None:
    """PV-3, AC-5: what refuses the change besides permissions is told like any other problem."""
    tenant = a_tenant("puzzel")
    draft = enter(
        tenant, begin_draft(tenant, user=ADMIN), {"status": "disabled", "language": "nb", "user_group": "g-1"}
    )
    found = codes(review_draft(tenant, draft, by=ADMIN).here)
    assert ("user_group", Code.USER_MOVE_NOT_UPDATE) in found
    assert ("email", Code.CONTACT_REQUIRED) in found


def test_a_generated_password_is_wanted_when_it_is_finished() -> None:
    """PV-3, CR-1: not before; the review doesn't ask for it."""
    tenant = a_tenant()
    asked = {**WEB_LOGIN, "password": "", "generate_password": True}
    draft = enter(tenant, at_web_login(tenant), asked)
    assert () == review_draft(tenant, draft, by=ADMIN).here
    assert [("generate_password", Code.PASSWORD_NOT_GENERATED)] == faults(lambda: finish_draft(tenant, draft, by=ADMIN))
    change = finish_draft(tenant, draft, by=ADMIN, generated=Secret(PASSWORD))
    assert PASSWORD == change.secrets["password"].reveal()


def test_an_id_is_wanted_where_the_login_is() -> None:
    """PV-3: of a login that isn't made of an id's characters; it is given when the draft is finished."""
    tenant = a_tenant()
    draft = enter(tenant, at_web_login(tenant), {**WEB_LOGIN, "login": "rené"})
    assert [("id", Code.FIELD_REQUIRED)] == codes(review_draft(tenant, draft, by=ADMIN).here)
    assert "u-rene" == the_user(finish_draft(tenant, draft, by=ADMIN, id="u-rene")).id
