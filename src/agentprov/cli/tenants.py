"""What is in a tenant: looking things up as a person names them, and naming them."""

from __future__ import annotations

from agentprov.cli.mistakes import Mistake, did_you_mean, nearest
from agentprov.cli.output import Piece, faint
from agentprov.errors import InvalidValue
from agentprov.model.ids import UserId
from agentprov.model.numbers import Number
from agentprov.model.phones import parse_phone
from agentprov.model.references import Kind
from agentprov.model.tenant import Tenant
from agentprov.model.users import User
from agentprov.views.names import object_name


def find_user(tenant: Tenant, text: str) -> User:
    """The user of this id or, if there is none, of this login.

    Raises:
        Mistake: there is none; the nearest ids are named.
    """
    user = tenant.users.get(UserId(text))
    if user is not None:
        return user
    # ids and logins are compared exactly, so at most one user has this login
    for each in tenant.users.values():
        if each.login == text:
            return each
    ids = {each.id: each for each in tenant.users.values()}
    words = {word: each.id for each in ids.values() for word in (each.login, each.name) if word}
    near = list(dict.fromkeys([*nearest(text, ids), *(words[word] for word in nearest(text, words))]))
    raise Mistake(f"there is no user `{text}`", _hint(tenant, Kind.USERS, near[:3]))


def find(tenant: Tenant, kind: Kind, text: str) -> str:
    """The id of an object of this kind, if there is one.

    Raises:
        Mistake: there is none; the nearest ids are named.
    """
    table = tenant.table(kind)
    if text in table:
        return text
    names = {name: id_ for id_ in table if (name := object_name(tenant, kind, id_))}
    near = list(dict.fromkeys([*nearest(text, table), *(names[name] for name in nearest(text, names))]))
    raise Mistake(f"there is no {kind.noun} `{text}`", _hint(tenant, kind, near[:3]))


def find_number(tenant: Tenant, text: str) -> Number:
    """The tenant's number of this id, or the one a person would dial so.

    Raises:
        Mistake: there is none.
    """
    for number in tenant.numbers.values():
        if text in (number.id, number.phone):
            return number
    try:
        phone = parse_phone(text, region=tenant.settings.region)
    except InvalidValue:
        phone = None
    for number in tenant.numbers.values():
        if number.phone == phone:
            return number
    near = list(nearest(text, tenant.numbers))
    known = ", ".join(f"{number.id} ({number.phone})" for number in list(tenant.numbers.values())[:MOST_LISTED])
    raise Mistake(
        f"there is no number `{text}`", did_you_mean(near, f"there are: {known}" if known else "there is none")
    )


MOST_LISTED = 12


def _hint(tenant: Tenant, kind: Kind, near: list[str]) -> str:
    ids = list(tenant.table(kind))
    if near:
        return did_you_mean(f"{id_}" for id_ in near)
    if not ids:
        return f"the tenant has no {kind.noun} at all"
    if len(ids) <= MOST_LISTED:
        return f"there are: {', '.join(ids)}"
    return f"there are {len(ids)}, such as {', '.join(ids[:3])}"


def name_text(tenant: Tenant, kind: Kind, id_: str) -> str:
    """An object by name and id: ``Ravi Iyer (u-ravi)``."""
    return "".join(piece if isinstance(piece, str) else piece.text for piece in named(tenant, kind, id_))


def named(tenant: Tenant, kind: Kind, id_: str) -> tuple[Piece, ...]:
    """An object by name and id, as pieces of a line; the id alone where it has no name."""
    item = tenant.table(kind).get(id_)
    if isinstance(item, Number):
        return (f"{item.name} {item.phone}" if item.name else item.phone, faint(f" ({id_})"))
    name = object_name(tenant, kind, id_)
    return (name, faint(f" ({id_})")) if name else (id_,)
