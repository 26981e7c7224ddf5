"""Who may do something about another user's credentials: whoever may edit the user."""

from __future__ import annotations

from agentprov.engine.access import Access
from agentprov.engine.admins import USER_EDIT
from agentprov.errors import Code, InvalidValue, NotFound, Refused
from agentprov.model.ids import UserId
from agentprov.model.tenant import Tenant
from agentprov.model.users import User


def editable_user(tenant: Tenant, id_: str, by: UserId | None) -> User:
    """The user of this id, whom ``by`` may edit; nobody (``None``) is the host, which may edit everybody.

    Who may not edit everybody can't learn here which ids there are.

    Raises:
        NotFound: ``user.unknown``.
        InvalidValue: ``field.wrong_type``, for what is no id.
        Refused: ``permission.not_granted``, ``permission.denied``, ``user.not_active`` or ``user.unknown``.
    """
    for name, each in (("id", id_), ("by", by or "")):
        if not isinstance(each, str):
            raise InvalidValue.of(Code.FIELD_WRONG_TYPE, name, expected="a user's id", found="something else")
    user = tenant.users.get(UserId(id_))
    if by is not None:
        if not tenant.blueprint.catalogue.expand(USER_EDIT):
            raise Refused.of(Code.PERMISSION_NOT_GRANTED, value=by, actor=by, permission=USER_EDIT)
        decision = Access(tenant).decide(by, USER_EDIT, None if user is None else user.id)
        if not decision.allowed:
            raise Refused(decision.problems(by, USER_EDIT))
    if user is None:
        raise NotFound.of(Code.USER_UNKNOWN, "id", value=id_)
    return user
