"""A stored user as the form that would say the same of them: what is exported, and read back without a difference."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from agentprov.model.blueprint import Blueprint
from agentprov.model.destinations import Destination
from agentprov.model.network import Network
from agentprov.model.table import Table
from agentprov.model.tenant import Tenant
from agentprov.model.users import AreaCallerId, SelectedAddresses, User
from agentprov.provisioning.fields import FieldKind, fields_of
from agentprov.provisioning.forms import neutral
from agentprov.provisioning.parsing import ALL_ADDRESSES
from agentprov.provisioning.plain import destination_text
from agentprov.provisioning.typed_form import typed_form_of

NEVER_FILLED: Final = frozenset(
    {"password", "generate_password", "login_same_as_email", "interactions", "personal_profiles"}
)
"""Fields that are asked for and aren't kept in a user: secrets, what stands for other fields, what is kept beside."""


def form_of(user: User, blueprint: Blueprint) -> dict[str, object]:
    """Every field of a user's form with its value, in plain values; nothing is null.

    A destination that a form can't write, such as a queue with a longest wait, isn't in it: it stays as it is.
    """
    typed = typed_form_of(user, blueprint)
    out: dict[str, object] = {}
    for name, field in fields_of(blueprint).items():
        value = typed.value(name)
        if name in NEVER_FILLED:
            continue
        if isinstance(value, Destination):
            text = destination_text(value)
            if text is not None:
                out[name] = text
        elif field.kind is FieldKind.ADDRESSES and value is None:
            out[name] = ALL_ADDRESSES
        else:
            out[name] = _plain(value)
    return out


def exported_fields(tenant: Tenant) -> tuple[str, ...]:
    """The fields that an export needs: those that the blueprint asks about, and those that any user has."""
    asked = {rule.field for rule in tenant.blueprint.rules} | {"login"}
    missing = [name for name in fields_of(tenant.blueprint) if name not in NEVER_FILLED]
    used = asked | {
        name
        for user in tenant.users.values()
        for typed in [typed_form_of(user, tenant.blueprint)]
        for name in missing
        if name not in asked and typed.value(name) != neutral(name)
    }
    return tuple(name for name in missing if name in used)


def _plain(value: object) -> object:
    """The value in what JSON has."""
    match value:
        case StrEnum():
            return value.value
        case Table():
            return {str(key): value[key] for key in value}
        case SelectedAddresses(networks=networks, named=named):
            return [*map(_network, networks), *sorted(named)]
        case frozenset():
            return sorted(map(str, value))
        case tuple():
            if value and isinstance(value[0], AreaCallerId):
                return {each.prefix: str(each.caller_id) for each in value}
            return list(value)
        case _:
            return value


def _network(network: Network) -> str:
    return str(network)
