"""The form as data: steps, fields, what is asked of them, and what to choose from; a page can draw it (PV-1)."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

import attrs

from agentprov.messages import ENGLISH, Catalogue
from agentprov.model.blueprint import ALWAYS, Ask, Blueprint, FieldRule, FormStep, Scalar, When
from agentprov.model.contact import EMAIL_LIMIT
from agentprov.model.destinations import LONGEST_RING
from agentprov.model.identity import LANGUAGE_LIMIT, LOGIN_LIMIT, NUMERIC_ID_LIMIT, WINDOWS_LOGIN_LIMIT
from agentprov.model.ids import RoleId
from agentprov.model.passwords import describe
from agentprov.model.references import Kind
from agentprov.model.text import NAME_LIMIT
from agentprov.model.user_types import PERSON
from agentprov.model.users import AuthenticationMethod
from agentprov.provisioning.fields import Choice, Field, FieldKind, fields_of
from agentprov.provisioning.labels import (
    ENGLISH_LABELS,
    Labels,
    choice_labels,
    help_text,
    label,
    role_label,
    step_title,
    type_label,
)


@attrs.frozen(kw_only=True)
class Condition:
    """That a field has one of these values; of several entries, that one of them is among these."""

    field: str
    any_of: tuple[str, ...]


@attrs.frozen(kw_only=True)
class AskView:
    """What is asked of a field of the users whom all of ``when`` fits. The first that fits counts."""

    when: tuple[Condition, ...]
    """Nothing means everybody."""
    ask: Ask
    needs: tuple[str, ...]
    most: int | None


class Lock(StrEnum):
    """Why a field is shown and can't be entered."""

    DERIVED = "derived"
    """It follows from other fields."""
    FIXED = "fixed"
    """It can't change once it is saved."""
    MOVE = "move"
    """It changes by a move, an operation of its own."""
    NOT_PERMITTED = "not-permitted"
    """Whoever fills the form in may not set it."""
    NOT_SAYABLE = "not-sayable"
    """What is stored is more than a form can say, and would be lost."""


@attrs.frozen(kw_only=True)
class FieldView:
    """One field as a page draws it."""

    name: str
    kind: FieldKind
    label: str
    ask: Ask
    """What is asked of it now."""
    asks: tuple[AskView, ...]
    """What is asked of it of whom, so that a page can follow while roles, type and method are chosen."""
    help: str | None
    choices: tuple[Choice, ...]
    """The values to choose from; empty for what is typed and, without a tenant, for objects of the tenant."""
    more_choices: int = 0
    """How many were left out because there are too many to list."""
    refers: Kind | None
    """The kind of the tenant's objects to choose from."""
    default: Scalar | None
    value: object = None
    """As plain data what the field has: what was entered, else what is stored. Never a password."""
    lock: Lock | None = None
    needs: tuple[str, ...]
    """Fields that must have a value for this one to be allowed."""
    instead: tuple[str, ...]
    """Flags of the form that, when they are on, give this field its value."""
    several: bool
    """Whether it takes a list, or entries under keys."""
    most: int | None
    """The most entries, where there is a limit of this tenant's."""
    longest: int | None
    """The most characters of a text, of each where there are several."""
    low: int | None
    """The least of a number."""
    high: int | None
    unique: bool
    immutable: bool
    conditional: bool
    """Whether another role, type or authentication method would have another rule."""

    @property
    def required(self) -> bool:
        """Whether a value must be given."""
        return self.ask is Ask.REQUIRED


@attrs.frozen(kw_only=True)
class StepView:
    """One page of the form."""

    name: str
    title: str
    fields: tuple[FieldView, ...]


@attrs.frozen(kw_only=True)
class FormView:
    """The whole form for users with these roles."""

    steps: tuple[StepView, ...]
    at_least_one: tuple[tuple[str, ...], ...]
    """Groups of fields of which one at least must have a value."""
    password_rule: tuple[str, ...]
    """What to show beside the password, before it is typed."""

    def as_data(self) -> dict[str, object]:
        """The form as plain data for JSON; the shape is described on the page ``docs/forms.md``."""
        steps, groups, rule = map(_data, (self.steps, self.at_least_one, self.password_rule))
        return {"agentprov_form": VERSION, "steps": steps, "at_least_one": groups, "password_rule": rule}


def _data(value: object) -> object:
    """A value of this module as plain data."""
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, list | tuple):
        return [_data(each) for each in value]
    kind = type(value)
    if attrs.has(kind):
        return {field.name: _data(getattr(value, field.name)) for field in attrs.fields(kind)}
    return value


VERSION: Final = 1
"""The version of the form's shape as data."""


def form(
    blueprint: Blueprint,
    *,
    roles: Iterable[RoleId] = (),
    type: str = PERSON,  # noqa: A002  the field's own name
    method: AuthenticationMethod = AuthenticationMethod.PASSWORD,
    labels: Labels = ENGLISH_LABELS,
    catalogue: Catalogue = ENGLISH,
) -> FormView:
    """The form for a user with these roles, of this type, signing in by this method, whatever the tenant.

    Fields that such a user can't have aren't in it. A derived one is, to be shown and not entered. A blueprint without
    steps has one, with all fields. ``labels`` are a host's own words, ``catalogue`` those of the password rule. With a
    tenant's objects, stored values and an actor's rights: :func:`agentprov.provisioning.tenant_forms.tenant_form`.

    >>> from agentprov.model.access import Catalogue
    >>> from agentprov.model.blueprint import FieldRule
    >>> plain = Blueprint(name="Plain", catalogue=Catalogue(), rules=[FieldRule(field="login", ask=Ask.REQUIRED)])
    >>> [(field.label, field.required) for step in form(plain).steps for field in step.fields]
    [('Login', True)]
    """
    held = frozenset(roles)
    fields = fields_of(blueprint)
    views = [
        StepView(
            name=step.name,
            title=step_title(step, labels),
            fields=tuple(
                field_view(blueprint, fields[name], rule, labels, default=blueprint.default(name, held, type, method))
                for name in step.fields
                if name in fields
                and (rule := blueprint.rule(name, held, type, method)) is not None
                and rule.ask is not Ask.FORBIDDEN
            ),
        )
        for step in steps_of(blueprint)
    ]
    return FormView(
        steps=tuple(view for view in views if view.fields),
        at_least_one=blueprint.at_least_one,
        password_rule=describe(blueprint.password_policy, catalogue),
    )


def steps_of(blueprint: Blueprint) -> tuple[FormStep, ...]:
    """The pages of the form; one with all fields where the blueprint has none."""
    ruled = tuple(dict.fromkeys(rule.field for rule in blueprint.rules))
    return blueprint.steps or (FormStep(name="user", title="User", fields=ruled),)


def field_view(
    blueprint: Blueprint, field: Field, rule: FieldRule | None, labels: Labels, *, default: Scalar | None
) -> FieldView:
    """A field as it is drawn under its rule for this user; without a rule it isn't part of their form."""
    low, high = _RANGES.get(field.kind, (None, None))
    most = None if rule is None else rule.most
    return FieldView(
        name=field.name,
        kind=field.kind,
        label=label(field, rule, labels),
        ask=Ask.FORBIDDEN if rule is None else rule.ask,
        asks=tuple(
            AskView(when=conditions_of(each.when), ask=each.ask, needs=each.needs, most=each.most)
            for each in blueprint.rules
            if each.field == field.name
        ),
        help=help_text(field, rule, labels),
        choices=_choices(blueprint, field, labels),
        refers=field.refers,
        default=default,
        lock=Lock.DERIVED if rule is not None and rule.ask is Ask.DERIVED else None,
        needs=() if rule is None else rule.needs,
        instead=tuple(
            name for name in _INSTEAD.get(field.name, ()) if any(each.field == name for each in blueprint.rules)
        ),
        several=field.kind in _SEVERAL,
        most=1 if field.name == "roles" and not blueprint.several_roles else most,
        longest=_LONGEST.get(field.kind),
        low=low,
        high=high,
        unique=(rule is not None and rule.unique) or field.name in {"login", "numeric_id", "extension"},
        immutable=(rule is not None and rule.immutable) or field.name == "login",
        conditional=any(each.field == field.name and each.when != ALWAYS for each in blueprint.rules),
    )


def conditions_of(when: When) -> tuple[Condition, ...]:
    """The fields that a rule looks at, and the values it looks for."""
    asked = (("roles", when.roles), ("type", when.types), ("authentication_method", when.methods))
    return tuple(Condition(field=name, any_of=tuple(sorted(map(str, values)))) for name, values in asked if values)


_INSTEAD: Final = {
    "login": ("login_same_as_email",),
    "password": ("generate_password",),
    "forward_number": ("forward_same_as_phone",),
}

_SEVERAL: Final = frozenset(
    (
        FieldKind.PHONES,
        FieldKind.REFERENCES,
        FieldKind.REFERENCE_SET,
        FieldKind.SKILLS,
        FieldKind.PROFILES,
        FieldKind.DETAILS,
        FieldKind.AREA_CALLER_IDS,
        FieldKind.ADDRESSES,
    )
)

_LONGEST: Final = {
    FieldKind.TEXT: NAME_LIMIT,
    FieldKind.LOGIN: LOGIN_LIMIT,
    FieldKind.WINDOWS_LOGIN: WINDOWS_LOGIN_LIMIT,
    FieldKind.EMAIL: EMAIL_LIMIT,
    FieldKind.LANGUAGE: LANGUAGE_LIMIT,
    FieldKind.DIGITS: 15,
    FieldKind.DETAILS: NAME_LIMIT,
    FieldKind.PROFILES: NAME_LIMIT,
}

_RANGES: Final = {FieldKind.SECONDS: (1, LONGEST_RING), FieldKind.NUMERIC_ID: (1, NUMERIC_ID_LIMIT)}


def _choices(blueprint: Blueprint, field: Field, labels: Labels) -> tuple[Choice, ...]:
    """What there is to choose from without looking into a tenant."""
    if field.name == "roles" and blueprint.roles is not None:
        return tuple(Choice(value=role, label=role_label(blueprint, role, labels)) for role in sorted(blueprint.roles))
    if field.kind is FieldKind.USER_TYPE:
        return tuple(Choice(value=name, label=type_label(name, labels)) for name in blueprint.user_types)
    return choice_labels(field, labels)
