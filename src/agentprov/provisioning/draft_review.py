"""What is wrong with a draft so far, and the change it ends in (PV-3).

Checking tries the whole form out and tells what is already known to be wrong: at fields that were seen, and not what a
later step may still mend. Finishing gives exactly what creating or updating gives for the whole form.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

import attrs

from agentprov.engine.permits import USER_ADD, permit_somewhere
from agentprov.errors import AgentprovError, Code, InvalidValue, Path, Problem, Refused
from agentprov.model.blueprint import Blueprint
from agentprov.model.changes import Change
from agentprov.model.ids import user_id
from agentprov.model.secret import Secret
from agentprov.model.tenant import Tenant
from agentprov.provisioning.draft import PASSWORD, Draft, check_tenant, frozen_plain, seen_steps
from agentprov.provisioning.fields import SINGULAR, fields_of
from agentprov.provisioning.pages import steps_of
from agentprov.provisioning.personal_profiles import stored_form
from agentprov.provisioning.plain import plain
from agentprov.provisioning.users import create_user, update_user


@attrs.frozen(kw_only=True)
class Review:
    """What is known to be wrong with a draft so far."""

    here: tuple[Problem, ...]
    """On the present step, or about no field at all."""
    elsewhere: tuple[Problem, ...]
    """On other steps that were seen, such as what an earlier step's change has made wrong there."""
    warnings: tuple[Problem, ...]


def review_draft(tenant: Tenant, draft: Draft, *, by: str | None) -> Review:
    """What is wrong with the fields seen so far, as far as no later step can mend it.

    Whether ``by`` may add *this* user is asked once the last step is reached: a later step may say where they belong.

    Raises:
        Refused: ``by`` may add nobody, or may not edit this user.
        NotFound: the stored user is gone.
        InvalidValue: ``draft.other_tenant``.
    """
    check_tenant(tenant, draft.tenant)
    steps = steps_of(tenant.blueprint)
    seen = seen_steps(tenant.blueprint, draft)
    ahead = frozenset(name for step in steps if step.name not in seen for name in step.fields) - draft.entered.keys()
    problems, warnings = _tried(tenant, draft, by, finished=len(seen) == len(steps))
    told = [*_lost(draft), *(each for each in problems if _is_settled(tenant.blueprint, each, ahead))]
    here = {name for step in steps if step.name == draft.step for name in step.fields}
    return Review(
        here=tuple(each for each in told if (at := _field(each)) is None or at in here),
        elsewhere=tuple(each for each in told if (at := _field(each)) is not None and at not in here),
        warnings=(
            *(each for each in warnings if _is_settled(tenant.blueprint, each, ahead)),
            *_overtaken(tenant, draft),
        ),
    )


def finish_draft(
    tenant: Tenant,
    draft: Draft,
    *,
    by: str | None,
    id: str | None = None,
    at: datetime | None = None,
    generated: Secret | None = None,
) -> Change:
    """The change that the whole form makes: what ``create_user``, or ``update_user`` for a stored user, gives for it.

    ``id`` is for a new user only.

    Raises:
        Refused, InvalidValue, NotFound: as these do; and ``draft.password_not_kept``, where a password had been typed
            before the draft was stored and wasn't typed again.
    """
    check_tenant(tenant, draft.tenant)
    lost = _lost(draft)
    try:
        change = _change(tenant, draft, by, id_=id, at=at, generated=generated)
    except InvalidValue as error:
        others = (each for each in error.problems if not lost or each.code is not Code.PASSWORD_REQUIRED)
        raise InvalidValue([*lost, *others]) from None
    if lost:
        raise InvalidValue(lost)
    return change


def _change(
    tenant: Tenant,
    draft: Draft,
    by: str | None,
    *,
    id_: str | None = None,
    at: datetime | None = None,
    generated: Secret | None = None,
) -> Change:
    if draft.user is None:
        return create_user(tenant, draft.form, by=by, id=id_, at=at, generated=generated)
    return update_user(tenant, draft.user, draft.form, by=by, at=at, generated=generated)


def _lost(draft: Draft) -> tuple[Problem, ...]:
    """That a password has to be typed again."""
    return (Problem(code=Code.DRAFT_PASSWORD_NOT_KEPT, path=(PASSWORD,)),) if draft.password_forgotten else ()


def _tried(
    tenant: Tenant, draft: Draft, by: str | None, *, finished: bool
) -> tuple[tuple[Problem, ...], tuple[Problem, ...]]:
    """Everything that is wrong with the form as if it were complete, and the warnings."""
    if draft.user is None and not finished:
        permit_somewhere(tenant, user_id(by), USER_ADD)
        by = None
    if draft.user is not None and draft.user == by and not draft.entered and draft.password is None:
        return (), ()  # who may add their own email or mobile, and nothing else, hasn't said anything yet
    try:
        change = _change(tenant, draft, by)
    except (InvalidValue, Refused) as error:
        if _WANT_OF_PERMISSION.intersection(error.codes):
            raise
        return _without_waiting(draft, error), ()
    return (), change.warnings


_WANT_OF_PERMISSION: Final = frozenset(
    (Code.PERMISSION_NOT_GRANTED, Code.PERMISSION_DENIED, Code.USER_NOT_ACTIVE, Code.USER_UNKNOWN)
)


def _without_waiting(draft: Draft, error: AgentprovError) -> tuple[Problem, ...]:
    """What was found, without what only finishing brings: a generated password; and a lost one is told once."""
    waiting = {Code.PASSWORD_NOT_GENERATED} | ({Code.PASSWORD_REQUIRED} if draft.password_forgotten else set())
    return tuple(problem for problem in error.problems if problem.code not in waiting)


# ---- what is settled -------------------------------------------------------------------------------------------------

_ABSENT: Final[Mapping[Code, tuple[str, ...]]] = {
    Code.TWO_FACTOR_NEEDS_MOBILE: ("mobile", "phone"),
    Code.DIALLER_PANEL_NEEDS_LOGIN_BASED: ("login_based_calling",),
    Code.FORWARD_WITHOUT_PHONE: ("phone",),
    Code.PASSWORD_REQUIRED: ("generate_password",),
    Code.LOGIN_REQUIRED: ("login_same_as_email",),
}
"""The fields in which a value would mend it."""

_ASKED: Final = frozenset(
    (
        Code.FIELD_REQUIRED,
        Code.FIELD_NOT_ALLOWED,
        Code.FIELD_DERIVED,
        Code.FIELD_NEEDS,
        Code.FIELD_RECOMMENDED,
        Code.FIELD_DISCOURAGED,
        Code.FIELD_TOO_MANY,
        Code.FIELD_IMMUTABLE,
        Code.FIELD_TAKEN,
    )
)
"""What a rule says of a field, besides that it is required."""


def _field(problem: Problem) -> str | None:
    """The field that a problem is at. An id is made from the login."""
    path: Path = problem.path
    name = str(path[0]) if path else None
    return "login" if name == "id" else SINGULAR.get(name or "", name)


def _is_settled(blueprint: Blueprint, problem: Problem, ahead: frozenset[str]) -> bool:
    """Whether no field that is still ahead can mend the problem, or is the one that has it."""
    name = _field(problem)
    concerned = {name, *_ABSENT.get(problem.code, ())}
    fields = problem.parameters.get("fields")
    if isinstance(fields, tuple):
        concerned.update(fields)
    field = fields_of(blueprint).get(name or "")
    if field is not None and problem.code in _ASKED | {field.required_code}:
        whens = [rule.when for rule in blueprint.rules if rule.field == name]
        concerned |= {"roles"} if any(when.roles for when in whens) else set()
        concerned |= {"type"} if any(when.types for when in whens) else set()
        concerned |= {"authentication_method"} if any(when.methods for when in whens) else set()
    return concerned.isdisjoint(ahead)


def _overtaken(tenant: Tenant, draft: Draft) -> tuple[Problem, ...]:
    """Warnings of stored values that became others since the draft's own were entered."""
    user = None if draft.user is None else tenant.users.get(draft.user)
    if user is None:
        return ()
    fields, values = fields_of(tenant.blueprint), stored_form(tenant, user)
    return tuple(
        Problem(code=Code.DRAFT_FIELD_CHANGED, path=(name,))
        for name, was in draft.before.items()
        if name in fields and frozen_plain(plain(fields[name], values.value(name))) != was
    )
