"""Filling a form in step by step: entering, going on and back, clearing (PV-3).

What was entered stays as it was entered, right or wrong; nothing of it is dropped silently. What is wrong with it so
far says :mod:`agentprov.provisioning.draft_review`.
"""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from agentprov.errors import Code, Collector, InvalidValue, NotFound
from agentprov.model.blueprint import Ask
from agentprov.model.ids import UserId
from agentprov.model.secret import Secret
from agentprov.model.tenant import Tenant
from agentprov.provisioning.draft import PASSWORD, Draft, check_tenant, frozen_plain, seen_steps
from agentprov.provisioning.draft_review import review_draft
from agentprov.provisioning.fields import FieldKind, fields_of
from agentprov.provisioning.forms import Form, named, read_form
from agentprov.provisioning.pages import steps_of
from agentprov.provisioning.parsing import is_blank
from agentprov.provisioning.personal_profiles import stored_form
from agentprov.provisioning.plain import plain


def begin_draft(tenant: Tenant, *, user: str | None = None) -> Draft:
    """An empty draft at its first step, for a new user or for a stored one.

    Raises:
        NotFound: ``user.unknown``.
    """
    if user is not None and user not in tenant.users:
        raise NotFound.of(Code.USER_UNKNOWN, "id", value=str(user)[:80])
    first = steps_of(tenant.blueprint)[0].name
    return Draft(tenant=tenant.id, user=None if user is None else UserId(user), step=first, furthest=first)


def enter(tenant: Tenant, draft: Draft, values: Form) -> Draft:
    """The draft with fields of its step entered, right or wrong.

    Raises:
        InvalidValue: and nothing is entered: a field that isn't there, or is on another step; a value that isn't plain
            data; a password that isn't text; a draft of another tenant.
    """
    check_tenant(tenant, draft.tenant)
    found = Collector()
    fields = fields_of(tenant.blueprint)
    places = {name: step.name for step in steps_of(tenant.blueprint) for name in step.fields}
    entered: dict[str, object] = {}
    password, forgotten = draft.password, draft.password_forgotten
    for name, value in named(values, fields, found).items():
        if places.get(name) != draft.step:
            found.add(Code.DRAFT_OTHER_STEP, name, step=places.get(name, "(none)"))
        elif fields[name].kind is not FieldKind.SECRET:
            try:
                entered[name] = frozen_plain(value)
            except InvalidValue as error:
                found.absorb(error.problems, name)
        elif is_blank(value):
            password, forgotten = None, False
        elif isinstance(value, (str, Secret)):
            password, forgotten = value if isinstance(value, Secret) else Secret(value), False
        else:
            found.add(Code.PASSWORD_WRONG_TYPE, name)
    found.check()
    return attrs.evolve(
        draft,
        entered=draft.entered.edited(entered),
        before=draft.before.edited(stored_values(tenant, draft, entered.keys() - draft.before.keys())),
        password=password,
        password_forgotten=forgotten,
    )


def stored_values(tenant: Tenant, draft: Draft, names: Iterable[str]) -> dict[str, object]:
    """What the stored user has now in these fields; of a new user, and of one who is gone, nothing is said."""
    user = None if draft.user is None else tenant.users.get(draft.user)
    if user is None:
        return {}
    fields = fields_of(tenant.blueprint)
    values = stored_form(tenant, user)
    return {name: frozen_plain(plain(fields[name], values.value(name))) for name in names if name in fields}


def take_back(draft: Draft, *fields: str) -> Draft:
    """The draft without what was entered in these fields, whichever step they are on, or were."""
    secret = PASSWORD in fields
    return attrs.evolve(
        draft,
        entered={name: value for name, value in draft.entered.items() if name not in fields},
        before={name: value for name, value in draft.before.items() if name not in fields},
        password=None if secret else draft.password,
        password_forgotten=draft.password_forgotten and not secret,
    )


def clear_step(tenant: Tenant, draft: Draft) -> Draft:
    """The draft without what was entered on its step. Other steps keep what they have."""
    return take_back(
        draft, *(name for step in steps_of(tenant.blueprint) if step.name == draft.step for name in step.fields)
    )


# ---- the way through the steps ---------------------------------------------------------------------------------------


def next_step(tenant: Tenant, draft: Draft, *, by: str | None) -> Draft:
    """The draft at the next step that has a field for this user; at the last one, as it is.

    Raises:
        InvalidValue: with what is wrong on this step.
        Refused: ``by`` may add nobody, or may not edit this user.
    """
    problems = review_draft(tenant, draft, by=by).here
    if problems:
        raise InvalidValue(problems)
    names = draft_steps(tenant, draft)
    behind = names[names.index(draft.step) + 1 :]
    if not behind:
        return draft
    seen = seen_steps(tenant.blueprint, draft)
    return attrs.evolve(draft, step=behind[0], furthest=draft.furthest if behind[0] in seen else behind[0])


def previous_step(tenant: Tenant, draft: Draft) -> Draft:
    """The draft at the step before, right or wrong; at the first one, as it is."""
    names = draft_steps(tenant, draft)
    before = names[: names.index(draft.step)]
    return attrs.evolve(draft, step=before[-1]) if before else draft


def go_to_step(tenant: Tenant, draft: Draft, step: str) -> Draft:
    """The draft at a step that was reached before, as by a tab.

    Raises:
        InvalidValue: ``draft.step_not_reached``.
    """
    seen = seen_steps(tenant.blueprint, draft)
    reached = tuple(name for name in draft_steps(tenant, draft) if name in seen)
    if step not in reached:
        raise InvalidValue.of(Code.DRAFT_STEP_NOT_REACHED, "step", value=str(step)[:80], choices=reached)
    return attrs.evolve(draft, step=step)


def draft_steps(tenant: Tenant, draft: Draft) -> tuple[str, ...]:
    """The steps on which this user has a field, or something entered that they can't have; and the present one."""
    user = None if draft.user is None else tenant.users.get(draft.user)
    base = None if user is None else stored_form(tenant, user)
    values = read_form(tenant, draft.form, base, Collector()).typed
    has = {
        name
        for name in fields_of(tenant.blueprint)
        if (rule := tenant.blueprint.rule(name, values.roles, values.type, values.authentication_method)) is not None
        and rule.ask is not Ask.FORBIDDEN
    }
    steps = steps_of(tenant.blueprint)
    kept = [s.name for s in steps if s.name == draft.step or not (has | draft.entered.keys()).isdisjoint(s.fields)]
    return tuple(kept) if draft.step in kept else (draft.step, *kept)
