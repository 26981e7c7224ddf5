"""API tokens as they are kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import attrs
import pytest

from agentprov.errors import Code, InvalidValue
from agentprov.model.access import Permission
from agentprov.model.api_tokens import ApiToken, TokenKind
from agentprov.model.ids import TenantId, UserId

AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
TOKEN = ApiToken(
    tenant=TenantId("t-acme"),
    user=UserId("u-bot"),
    kind=TokenKind.BY_ADMIN,
    digest="0123456789abcdef" * 4,
    hint="apv_aQ7z",
    permissions=[Permission("user:view")],
    created_at=AT,
    expires_at=AT + timedelta(days=400),
)
SECRET = "apv_a" + "Q7zw" * 12 + "Q"


@pytest.mark.parametrize(
    ("changed", "code", "path"),
    [
        ({"user": UserId("")}, Code.ID_INVALID, "user"),
        ({"kind": "a"}, Code.FIELD_UNKNOWN_CHOICE, "kind"),
        ({"digest": SECRET}, Code.FIELD_WRONG_TYPE, "digest"),
        ({"digest": b"x"}, Code.FIELD_WRONG_TYPE, "digest"),
        ({"digest": "ABCDEF0123456789" * 4}, Code.FIELD_WRONG_TYPE, "digest"),
        ({"hint": SECRET}, Code.FIELD_WRONG_TYPE, "hint"),
        ({"hint": None}, Code.FIELD_WRONG_TYPE, "hint"),
        ({"name": "two\nlines"}, Code.FIELD_CONTROL_CHARACTER, "name"),
        ({"permissions": ["nonsense"]}, Code.PERMISSION_INVALID, "permissions"),
        ({"permissions": ["user:*"]}, Code.PERMISSION_INVALID, "permissions"),
        ({"created_at": datetime(2026, 3, 1)}, Code.FIELD_NAIVE_INSTANT, "created_at"),
        ({"last_used_at": "now"}, Code.FIELD_WRONG_TYPE, "last_used_at"),
        ({"expires_at": AT}, Code.FIELD_OUT_OF_RANGE, "expires_at"),
        ({"expires_at": AT + timedelta(days=400, microseconds=1)}, Code.FIELD_OUT_OF_RANGE, "expires_at"),
    ],
)
def test_a_token_that_cant_be_kept(changed: dict[str, Any], code: Code, path: str) -> None:
    """CR-4: no token lives longer than 400 days, and the token itself can't come where its digest or hint belongs."""
    with pytest.raises(InvalidValue) as refusal:
        attrs.evolve(TOKEN, **changed)

    assert [(code, path)] == [(problem.code, problem.where) for problem in refusal.value.problems]
    assert SECRET not in str(refusal.value)


def test_an_admin_names_a_token_by_its_id() -> None:
    """CR-4: made of its digest, so that two tokens have two ids, and stable."""
    assert "tok-0123456789abcdef" == TOKEN.id


def test_what_is_kept_shows_the_hint_only() -> None:
    """P71: not the digest."""
    assert TOKEN.digest not in repr(TOKEN)
    assert TOKEN.hint in repr(TOKEN)
