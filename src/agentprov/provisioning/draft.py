"""A draft: a form that is being filled in, as a value that can be stored and taken up again (PV-3).

What is stored is plain data with a version of its own. A password is never part of it: it stays in memory, and whoever
takes the draft up again is asked for it again.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

import attrs

from agentprov.errors import Code, InvalidValue, Parameter
from agentprov.model.blueprint import Blueprint
from agentprov.model.ids import TenantId, UserId
from agentprov.model.secret import Secret
from agentprov.model.table import Table
from agentprov.model.tenant import Tenant
from agentprov.provisioning.fields import FieldKind, fields_of
from agentprov.provisioning.pages import steps_of
from agentprov.provisioning.parsing import LIST_LIMIT

VERSION: Final = 1
"""The version of stored drafts that is read and written."""

VERSION_KEY: Final = "agentprov_draft"
LONGEST_TEXT: Final = 10_000
"""How many characters of one text a draft keeps. No field takes as many."""
DEEPEST: Final = 4
"""How many lists and objects a value may have inside one another. No field takes as many."""

PASSWORD: Final = "password"  # noqa: S105  the name of the field


def _values(values: Mapping[str, object]) -> Table[str, object]:
    return Table(values)


@attrs.frozen(kw_only=True)
class Draft:
    """A form that is being filled in: what was entered, right or wrong, and how far it has come."""

    tenant: TenantId
    user: UserId | None = None
    """The stored user who is edited; nobody for a new one."""
    step: str
    """The step it is at."""
    furthest: str
    """The furthest step that was reached. Up to it, all fields were seen."""
    entered: Table[str, object] = attrs.field(factory=Table, converter=_values)
    """What was entered, by field. An explicit nothing clears the field of a stored user."""
    before: Table[str, object] = attrs.field(factory=Table, converter=_values)
    """What a stored user had in these fields when they were entered."""
    password: Secret | None = attrs.field(default=None, eq=False)
    password_forgotten: bool = False
    """A password had been typed before the draft was stored, and wasn't stored with it."""

    @property
    def form(self) -> dict[str, object]:
        """The whole form as entered so far: what creating or updating takes."""
        form = {name: thawed(value) for name, value in self.entered.items()}
        return form if self.password is None else {**form, PASSWORD: self.password}

    def as_data(self) -> dict[str, object]:
        """The draft as plain data for JSON, without its password."""
        return {
            VERSION_KEY: VERSION,
            "tenant": self.tenant,
            "user": self.user,
            "step": self.step,
            "furthest": self.furthest,
            "entered": {name: thawed(value) for name, value in self.entered.items()},
            "before": {name: thawed(value) for name, value in self.before.items()},
            "password_typed": self.password is not None or self.password_forgotten,
        }


def resume_draft(tenant: Tenant, data: object) -> Draft:
    """The draft that was stored as this data, in the tenant as it is now.

    Nothing that was entered is left out, whatever the tenant and its blueprint have become: ``review_draft`` says what
    no longer fits. A draft at a step that isn't there any more is at the first one.

    Raises:
        InvalidValue: ``draft.malformed``, ``draft.version`` or ``draft.other_tenant``.
    """
    if not isinstance(data, Mapping):
        raise InvalidValue.of(Code.DRAFT_MALFORMED)
    version = data.get(VERSION_KEY)
    if type(version) is int and version != VERSION:
        raise InvalidValue.of(Code.DRAFT_VERSION, VERSION_KEY, value=version, known=str(VERSION))
    if version != VERSION or data.keys() != _KEYS:
        raise InvalidValue.of(Code.DRAFT_MALFORMED)
    texts = (data["tenant"], data["step"], data["furthest"])
    user, typed = data["user"], data["password_typed"]
    if not all(isinstance(text, str) for text in texts) or not isinstance(user, str | None) or type(typed) is not bool:
        raise InvalidValue.of(Code.DRAFT_MALFORMED)
    check_tenant(tenant, data["tenant"])
    names = tuple(step.name for step in steps_of(tenant.blueprint))
    step = data["step"] if data["step"] in names else names[0]
    return Draft(
        tenant=tenant.id,
        user=None if user is None else UserId(user),
        step=step,
        furthest=data["furthest"] if data["furthest"] in names else step,
        entered=_read_values(tenant.blueprint, data["entered"], "entered"),
        before=_read_values(tenant.blueprint, data["before"], "before"),
        password_forgotten=typed,
    )


_KEYS: Final = frozenset(
    (VERSION_KEY, "tenant", "user", "step", "furthest", "entered", "before", "password_typed"),
)


def _read_values(blueprint: Blueprint, values: object, name: str) -> dict[str, object]:
    if not isinstance(values, Mapping) or not all(isinstance(key, str) for key in values):
        raise InvalidValue.of(Code.DRAFT_MALFORMED, name)
    secret = {field.name for field in fields_of(blueprint).values() if field.kind is FieldKind.SECRET}
    if not secret.isdisjoint(values) or len(values) > LIST_LIMIT:
        raise InvalidValue.of(Code.DRAFT_MALFORMED, name)
    try:
        return {field: frozen_plain(value) for field, value in values.items()}
    except InvalidValue:
        raise InvalidValue.of(Code.DRAFT_MALFORMED, name) from None


def check_tenant(tenant: Tenant, of: str) -> None:
    """Refuse a draft of another tenant.

    Raises:
        InvalidValue: ``draft.other_tenant``.
    """
    if of != tenant.id:
        raise InvalidValue.of(Code.DRAFT_OTHER_TENANT, "tenant", value=of[:80], expected=tenant.id)


def seen_steps(blueprint: Blueprint, draft: Draft) -> tuple[str, ...]:
    """The names of the steps up to the furthest that was reached."""
    names = [step.name for step in steps_of(blueprint)]
    last = max((names.index(name) for name in (draft.step, draft.furthest) if name in names), default=0)
    return tuple(names[: last + 1])


# ---- plain data that doesn't change ----------------------------------------------------------------------------------


def frozen_plain(value: object, depth: int = 0) -> object:
    """Plain data as it is kept in a draft: lists as tuples, objects as tables.

    Raises:
        InvalidValue: it is something that JSON hasn't, or is too long or too deep for any field.
    """
    match value:
        case None | bool():
            return value
        case str() if len(value) <= LONGEST_TEXT:
            return str(value)
        case int() if value.bit_length() <= LONGEST_TEXT:
            return int(value)
        case float() if math.isfinite(value):
            return value
        case str():
            raise _refused(Code.FIELD_TOO_LONG, limit=LONGEST_TEXT)
        case list() | tuple() | set() | frozenset() | Mapping() if depth >= DEEPEST or len(value) > LIST_LIMIT:
            raise _refused(Code.FIELD_TOO_MANY, limit=LIST_LIMIT)
        case list() | tuple():
            return tuple(frozen_plain(each, depth + 1) for each in value)
        case set() | frozenset():
            return tuple(frozen_plain(each, depth + 1) for each in sorted(value, key=str))
        case Mapping() if all(isinstance(key, str) and len(key) <= LONGEST_TEXT for key in value):
            return Table({str(key): frozen_plain(each, depth + 1) for key, each in value.items()})
        case _:
            raise _refused(Code.FIELD_WRONG_TYPE, expected="plain data", found="something else")


def _refused(code: Code, **parameters: Parameter) -> InvalidValue:
    return InvalidValue.of(code, **parameters)


def thawed(value: object) -> object:
    """The plain data that was frozen: lists and dictionaries."""
    match value:
        case tuple():
            return [thawed(each) for each in value]
        case Table():
            return {key: thawed(each) for key, each in value.items()}
        case _:
            return value
