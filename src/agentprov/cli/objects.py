"""Objects of any kind as they are typed: ``department:d-sales``, or a user's id or login alone."""

from __future__ import annotations

from typing import Final

from agentprov.cli.mistakes import Mistake, did_you_mean, nearest
from agentprov.cli.output import Json
from agentprov.cli.tenants import find, find_user
from agentprov.errors import path_text
from agentprov.model.references import Kind
from agentprov.model.referrers import Key, Referrer
from agentprov.model.tenant import Tenant

OBJECT_HELP: Final = "KIND:ID, such as department:d-sales; or the id or login of a user"

_KINDS: Final = {name: kind for kind in Kind for name in (kind.value, kind.noun.replace(" ", "_"))} | {
    "address": Kind.ADDRESSES
}


def find_object(tenant: Tenant, text: str) -> Key:
    """The object that a person means.

    Raises:
        Mistake: there is no such kind, or no such object.
    """
    name, colon, id_ = text.partition(":")
    kind = _KINDS.get(name.replace("-", "_").replace(" ", "_"))
    if colon and kind is not None:
        return kind, find_user(tenant, id_).id if kind is Kind.USERS else find(tenant, kind, id_)
    if colon and text not in tenant.users and text not in {user.login for user in tenant.users.values()}:
        raise _no_kind(name)
    return Kind.USERS, find_user(tenant, text).id


def find_kind(text: str) -> Key:
    """The kind and id of an object that may be gone by now: ``user:u-ravi``.

    Raises:
        Mistake: there is no such kind.
    """
    name, colon, id_ = text.partition(":")
    kind = _KINDS.get(name.replace("-", "_").replace(" ", "_"))
    if not colon or kind is None:
        raise _no_kind(name) if colon else Mistake(f"`{text}` is no KIND:ID", "write it like user:u-ravi")
    return kind, id_


def referrer_data(referrer: Referrer) -> dict[str, Json]:
    """One reference for a program."""
    return {
        "kind": None if referrer.kind is None else referrer.kind.value,
        "id": referrer.id,
        "path": list(referrer.path),
        "where": path_text(referrer.path),
        "what": referrer.what,
        "to": referrer.to[1],
    }


def _no_kind(name: str) -> Mistake:
    known = sorted({each.noun.replace(" ", "_") for each in Kind})
    return Mistake(
        f"`{name}` is no kind of object", did_you_mean(nearest(name, known), f"there are: {', '.join(known)}")
    )
