"""What a question about access names: a permission, an object, users."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterable
from typing import Final

from agentprov.cli.mistakes import Mistake, did_you_mean, nearest
from agentprov.cli.output import Json, Piece
from agentprov.cli.tenants import find, find_number, find_user, name_text, named
from agentprov.engine.decisions import Object, scope_texts
from agentprov.engine.extents import Extent
from agentprov.model.access import Permission
from agentprov.model.ids import UserId
from agentprov.model.references import Kind
from agentprov.model.tenant import Tenant
from agentprov.model.users import User
from agentprov.views.extents import effective, extent_words

MOST_NAMED: Final = 12
"""How many users are named in one line; the others are counted."""


def kind_word(kind: Kind) -> str:
    """What comes before the colon: ``agent-group``."""
    return kind.noun.replace(" ", "-")


KINDS: Final = {kind_word(kind): kind for kind in Kind}
"""The kinds of objects, as a person names them."""


# ---- arguments ------------------------------------------------------------------------------------------------------


def permission_argument(parser: ArgumentParser) -> None:
    """The permission that is asked about."""
    parser.add_argument("permission", metavar="PERMISSION", help="what: section:action of the tenant's catalogue")


def all_argument(parser: ArgumentParser) -> None:
    """Whether long lists of users are whole."""
    parser.add_argument("--all", action="store_true", help="name everybody, however many they are")


def find_permission(tenant: Tenant, text: str) -> Permission:
    """The permission of this name.

    Raises:
        Mistake: the catalogue hasn't it; the nearest are named.
    """
    catalogue = tenant.blueprint.catalogue
    if text in catalogue.permissions:
        return Permission(text)
    section, colon, action = text.partition(":")
    if section in catalogue.sections and (not colon or action == "*"):
        choices = ", ".join(f"{section}:{each}" for each in catalogue.sections[section])
        wrong = f"`{text}` can be granted, not asked for" if colon else f"`{text}` is a section of permissions"
        raise Mistake(wrong, f"ask for one action: {choices}")
    known = ", ".join(f"{section} ({', '.join(actions)})" for section, actions in catalogue.sections.items())
    near = nearest(text, sorted(catalogue.permissions))
    raise Mistake(f"there is no permission `{text}`", did_you_mean(near, f"the catalogue has: {known}"))


def find_object(tenant: Tenant, text: str) -> Object:
    """The object that is named by ``KIND:ID``, or the user who is named by id or login.

    Raises:
        Mistake: there is no such object, or no such kind.
    """
    prefix, colon, id_ = text.partition(":")
    kind = KINDS.get(prefix)
    if not colon or kind is None or text in tenant.users:
        if colon and text not in tenant.users:
            choices = f"write ID for a user, or KIND:ID, where KIND is one of: {', '.join(KINDS)}"
            raise Mistake(
                f"`{prefix}` is no kind of object",
                did_you_mean((f"{word}:{id_}" for word in nearest(prefix, KINDS)), choices),
            )
        return Object(kind=Kind.USERS, id=_user(tenant, text).id)
    match kind:
        case Kind.USERS:
            return Object(kind=kind, id=find_user(tenant, id_).id)
        case Kind.NUMBERS:
            return Object(kind=kind, id=find_number(tenant, id_).id)
        case _:
            return Object(kind=kind, id=find(tenant, kind, id_))


def _user(tenant: Tenant, text: str) -> User:
    """The user of this id or login; where it is the id of something else, how that is named.

    Raises:
        Mistake: there is no such user.
    """
    try:
        return find_user(tenant, text)
    except Mistake as mistake:
        others = [f"{word}:{text}" for word, kind in KINDS.items() if text in tenant.table(kind)]
        raise Mistake(mistake.message, did_you_mean(others, mistake.mend)) from None


# ---- words ----------------------------------------------------------------------------------------------------------


def target_words(tenant: Tenant, on: Object | None) -> tuple[Piece, ...]:
    """What a question is about, as pieces of a line: ``the number Main line (n-main)``."""
    if on is None:
        return ("throughout the tenant",)
    return ("" if on.kind is Kind.USERS else f"the {on.kind.noun} ", *named(tenant, on.kind, on.id))


def object_words(tenant: Tenant, on: Object) -> str:
    """The same as one text."""
    return "".join(piece if isinstance(piece, str) else piece.text for piece in target_words(tenant, on))


def action_words(permission: str) -> str:
    """The verb of a permission: ``edit``."""
    return permission.partition(":")[2].replace("_", " ")


def people_words(tenant: Tenant, users: Iterable[UserId], *, most: int | None = MOST_NAMED) -> str:
    """Users by name and id, in the order of the names: ``Asha Menon (u-asha), Ravi Iyer (u-ravi) and 18 more``.

    One more than is named is named as well: it is no shorter to count one.
    """
    names = sorted((name_text(tenant, Kind.USERS, id_) for id_ in users), key=str.casefold)
    if most is None or len(names) <= most + 1:
        return ", ".join(names)
    return f"{', '.join(names[:most])} and {len(names) - most:,} more"


# ---- data -----------------------------------------------------------------------------------------------------------


def object_data(on: Object) -> dict[str, Json]:
    """An object for programs."""
    return {"kind": kind_word(on.kind), "id": on.id}


def extent_data(tenant: Tenant, extent: Extent) -> dict[str, Json]:
    """How far a permission is held, for programs: what makes a difference in it, and the same in words."""
    real = effective(extent)
    return {
        "whole": real.whole,
        "allowed": list(scope_texts(real.allowed)),
        "denied": list(scope_texts(real.denied)),
        "words": extent_words(tenant, extent),
    }
