"""Records: values of the model that are kept one a row, as a document beside the columns that are searched (ST-2).

Equal records have equal texts, so that a statement can compare what is stored with what is expected.
"""

from __future__ import annotations

from typing import Any, TypeVar

from sqlalchemy import Connection, Select, Table

from agentprov.codec import decode_value, encode_value
from agentprov.codec.rows import row_document, row_text
from agentprov.model.ids import TenantId, UserId, is_identifier
from agentprov.sql.rows import drop_of_users, intact

T = TypeVar("T")


def text_of(record: object) -> str:
    """The text of a record."""
    return row_text(encode_value(record))


def expected_text(record: object | None) -> str | None:
    """The text in place of which another may be put; nothing, where there must be none."""
    return None if record is None else text_of(record)


def record_of(kind: type[T], text: str, *path: str) -> T:
    """The record that a text says, which stands at ``path``.

    Raises:
        BrokenStore: ``store.corrupted``.
    """
    return intact(lambda: decode_value(kind, row_document(text)), *path)


def one_record(connection: Connection, query: Select[Any], kind: type[T], *path: str) -> T | None:
    """The record whose document a query finds, or nothing. The ids by which it asks are those of ``path``.

    Raises:
        BrokenStore: ``store.corrupted``.
    """
    if not all(map(is_identifier, path)):  # nothing was ever stored there, and not everything can be asked
        return None
    text = connection.execute(query).scalar_one_or_none()
    return None if text is None else record_of(kind, text, *path)


def forget(connection: Connection, table: Table, tenant: TenantId, user: UserId) -> None:
    """Delete every row of a user."""
    if is_identifier(tenant) and is_identifier(user):
        drop_of_users(connection, table, tenant, [user])
