"""A draft is the whole form, in whichever order it is filled in, and tells nothing that a later step may mend."""

from __future__ import annotations

import json
from collections.abc import Callable

import attrs
from hypothesis import given, settings
from hypothesis import strategies as st

from agentprov.codec import blueprint_names
from agentprov.errors import AgentprovError
from agentprov.model.changes import Change
from agentprov.model.ids import UserId
from agentprov.model.tenant import Tenant
from agentprov.provisioning import (
    Draft,
    begin_draft,
    create_user,
    draft_steps,
    enter,
    finish_draft,
    go_to_step,
    previous_step,
    resume_draft,
    review_draft,
    take_back,
    update_user,
)
from agentprov.provisioning.pages import steps_of
from tests.provisioning.forms_drawn import forms, values_of
from tests.provisioning.samples import ADMIN, a_form, a_tenant, created

TENANTS = {name: created(a_tenant(name), a_form(name)) for name in blueprint_names()}
PRODUCTS = st.sampled_from(blueprint_names())


def outcome(attempt: Callable[[], Change]) -> tuple[object, ...]:
    """What an attempt comes to: the change and its secrets in the open, or the kind of error and its problems."""
    try:
        change = attempt()
    except AgentprovError as error:
        return type(error), error.problems
    return change, {name: secret.reveal() for name, secret in change.secrets.items()}


def at(draft: Draft, step: str) -> Draft:
    """The draft at a step, as if it had been walked to."""
    return attrs.evolve(draft, step=step, furthest=step)


def filled_in(tenant: Tenant, draft: Draft, form: dict[str, object]) -> Draft:
    """The draft with every field of a form entered on its own step."""
    for step in steps_of(tenant.blueprint):
        draft = enter(tenant, at(draft, step.name), {name: form[name] for name in step.fields if name in form})
    return draft


@given(data=st.data(), product=PRODUCTS)
def test_finishing_is_creating(data: st.DataObject, product: str) -> None:
    """PV-3: for every form, filled in step by step, the change or the error is that of the whole form."""
    form, tenant = data.draw(forms(product)), TENANTS[product]
    given_form = {name: value for name, value in form.items() if name != "password" or value}
    draft = filled_in(tenant, begin_draft(tenant), form)
    assert outcome(lambda: create_user(tenant, given_form, by=ADMIN)) == outcome(
        lambda: finish_draft(tenant, draft, by=ADMIN)
    )


@given(data=st.data(), product=PRODUCTS)
def test_finishing_is_updating(data: st.DataObject, product: str) -> None:
    """PV-3: and so it is for a stored user, where nothing clears a field."""
    form, tenant = data.draw(forms(product, most=5)), TENANTS[product]
    given_form = {name: value for name, value in form.items() if name != "password" or value}
    draft = filled_in(tenant, begin_draft(tenant, user="u-ravi"), form)
    assert outcome(lambda: update_user(tenant, "u-ravi", given_form, by=ADMIN)) == outcome(
        lambda: finish_draft(tenant, draft, by=ADMIN)
    )


@given(data=st.data(), product=PRODUCTS, user=st.sampled_from([None, "u-ravi"]))
def test_a_draft_stored_and_taken_up_again_is_the_same(data: st.DataObject, product: str, user: str | None) -> None:
    """PV-3: through JSON, but for the password, which is asked for again."""
    tenant = TENANTS[product]
    draft = filled_in(tenant, begin_draft(tenant, user=user), data.draw(forms(product)))
    again = resume_draft(tenant, json.loads(json.dumps(draft.as_data())))
    assert attrs.evolve(draft, password_forgotten=draft.password is not None) == again
    assert draft.as_data() == {**again.as_data(), "password_typed": draft.password is not None}


@settings(max_examples=60)
@given(data=st.data(), product=PRODUCTS)
def test_what_is_told_on_the_way_is_wrong_in_the_end(data: st.DataObject, product: str) -> None:
    """PV-3: whatever later steps add, a problem told before is one of the whole form, at a field seen before."""
    form, tenant = data.draw(forms(product)), TENANTS[product]
    draft, told, seen = begin_draft(tenant), set[tuple[str, str]](), set[str]()
    for step in steps_of(tenant.blueprint):
        draft = enter(tenant, at(draft, step.name), {name: form[name] for name in step.fields if name in form})
        seen |= {*step.fields}
        review = review_draft(tenant, draft, by=ADMIN)
        assert seen >= {str(each.path[0]) for each in (*review.here, *review.elsewhere) if each.path} - {"id", "type"}
        told |= {(each.where, each.code.value) for each in (*review.here, *review.elsewhere)}
    _, whole = outcome(lambda: finish_draft(tenant, draft, by=ADMIN))
    problems = whole if isinstance(whole, tuple) else ()
    assert told <= {(each.where, each.code.value) for each in problems}


@given(data=st.data(), product=PRODUCTS)
def test_all_is_told_at_the_last_step(data: st.DataObject, product: str) -> None:
    """PV-3: once every step was seen nothing is kept back but what finishing brings: a generated password."""
    tenant = TENANTS[product]
    draft = filled_in(tenant, begin_draft(tenant), data.draw(forms(product)))
    review = review_draft(tenant, draft, by=ADMIN)
    _, whole = outcome(lambda: finish_draft(tenant, draft, by=ADMIN))
    problems = whole if isinstance(whole, tuple) else ()
    assert {each for each in problems if each.code != "password.not_generated"} == {*review.here, *review.elsewhere}


@given(data=st.data(), product=PRODUCTS)
def test_going_about_and_taking_back_keep_the_rest(data: st.DataObject, product: str) -> None:
    """PV-3: back, to and fro nothing entered is lost, and what is entered and taken back was never there."""
    form, tenant = data.draw(forms(product)), TENANTS[product]
    draft = filled_in(tenant, begin_draft(tenant), form)
    walked = previous_step(tenant, draft)
    walked = go_to_step(tenant, walked, data.draw(st.sampled_from(draft_steps(tenant, walked))))
    assert draft.form.keys() == walked.form.keys()
    assert draft.entered == walked.entered
    name = data.draw(st.sampled_from([name for step in steps_of(tenant.blueprint) for name in step.fields]))
    step = next(step.name for step in steps_of(tenant.blueprint) if name in step.fields)
    without = take_back(draft, name)
    value = data.draw(st.sampled_from(values_of(name, product)))
    assert without.entered == take_back(enter(tenant, at(without, step), {name: value}), name).entered


@given(data=st.data(), product=PRODUCTS)
def test_nobody_elses_draft_is_disturbed(data: st.DataObject, product: str) -> None:
    """PV-3, ID-1: reviewing changes neither tenant nor draft."""
    tenant = TENANTS[product]
    draft = filled_in(tenant, begin_draft(tenant, user=UserId("u-ravi")), data.draw(forms(product, most=4)))
    before = (tenant, draft.as_data())
    review_draft(tenant, draft, by=None)
    assert before == (tenant, draft.as_data())
