"""The form as data: steps, fields, what is asked of them, and what to choose from; a page can draw it (PV-1)."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from agentprov.model.blueprint import ALWAYS, Ask, Blueprint, FormStep, Scalar
from agentprov.model.ids import RoleId
from agentprov.model.passwords import describe
from agentprov.model.references import Kind
from agentprov.model.user_types import PERSON
from agentprov.model.users import AuthenticationMethod
from agentprov.provisioning.fields import Choice, Field, FieldKind, fields_of


@attrs.frozen(kw_only=True)
class FieldView:
    """One field as a page draws it."""

    name: str
    kind: FieldKind
    label: str
    ask: Ask
    help: str | None
    choices: tuple[Choice, ...]
    """The values to choose from; empty for what is typed, and for objects of the tenant."""
    refers: Kind | None
    """The kind of the tenant's objects to choose from."""
    default: Scalar | None
    needs: tuple[str, ...]
    most: int | None
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


def form(
    blueprint: Blueprint,
    *,
    roles: Iterable[RoleId] = (),
    type: str = PERSON,  # noqa: A002  the field's own name
    method: AuthenticationMethod = AuthenticationMethod.PASSWORD,
) -> FormView:
    """The form for a user with these roles, of this type, signing in by this method.

    Fields that such a user can't have aren't in it. A derived one is, to be shown and not entered. A blueprint without
    steps has one, with all fields.

    >>> from agentprov.model.access import Catalogue
    >>> from agentprov.model.blueprint import FieldRule
    >>> plain = Blueprint(name="Plain", catalogue=Catalogue(), rules=[FieldRule(field="login", ask=Ask.REQUIRED)])
    >>> [(field.label, field.required) for step in form(plain).steps for field in step.fields]
    [('Login', True)]
    """
    held = frozenset(roles)
    fields = fields_of(blueprint)
    steps = steps_of(blueprint)
    views = [
        StepView(
            name=step.name,
            title=step.title,
            fields=tuple(
                view
                for name in step.fields
                if name in fields and (view := _view(blueprint, fields[name], held, type, method)) is not None
            ),
        )
        for step in steps
    ]
    return FormView(
        steps=tuple(view for view in views if view.fields),
        at_least_one=blueprint.at_least_one,
        password_rule=describe(blueprint.password_policy),
    )


def steps_of(blueprint: Blueprint) -> tuple[FormStep, ...]:
    """The pages of the form; one with all fields where the blueprint has none."""
    ruled = tuple(dict.fromkeys(rule.field for rule in blueprint.rules))
    return blueprint.steps or (FormStep(name="user", title="User", fields=ruled),)


def _view(
    blueprint: Blueprint, field: Field, roles: frozenset[RoleId], type_: str, method: AuthenticationMethod
) -> FieldView | None:
    rule = blueprint.rule(field.name, roles, type_, method)
    if rule is None or rule.ask is Ask.FORBIDDEN:
        return None
    return FieldView(
        name=field.name,
        kind=field.kind,
        label=rule.label or field.label,
        ask=rule.ask,
        help=rule.help or field.help,
        choices=_choices(blueprint, field),
        refers=field.refers,
        default=blueprint.default(field.name, roles, type_, method),
        needs=rule.needs,
        most=1 if field.name == "roles" and not blueprint.several_roles else rule.most,
        unique=rule.unique or field.name in {"login", "numeric_id", "extension"},
        immutable=rule.immutable or field.name == "login",
        conditional=any(each.field == field.name and each.when != ALWAYS for each in blueprint.rules),
    )


def _choices(blueprint: Blueprint, field: Field) -> tuple[Choice, ...]:
    """What there is to choose from without looking into a tenant."""
    if field.name == "roles" and blueprint.roles is not None:
        return tuple(Choice(value=role, label=_role_label(blueprint, role)) for role in sorted(blueprint.roles))
    if field.kind is FieldKind.USER_TYPE:
        return tuple(Choice(value=name, label=name.capitalize()) for name in blueprint.user_types)
    return field.choices


def _role_label(blueprint: Blueprint, role: RoleId) -> str:
    ready = blueprint.ready_roles.get(role)
    return role.replace("-", " ").capitalize() if ready is None else ready.name
