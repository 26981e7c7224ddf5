"""Tenants in files and texts (FF-1): reading, writing, and replacing a file without ever leaving half of one."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from agentprov.codec.documents import decode_parsed, encode
from agentprov.codec.formats import format_named, format_of, parse_text, read_file, write_text
from agentprov.codec.limits import Limits
from agentprov.errors import Code, InvalidValue
from agentprov.model.tenant import Tenant
from agentprov.model.text import named


def load(path: str | os.PathLike[str], *, limits: Limits | None = None) -> Tenant:
    """The tenant in a file: JSON, TOML or YAML by its suffix.

    Raises:
        MalformedDocument: with every problem of the document, each with its path, and with line and column where the
            format tells.
        MissingExtra: the file is YAML, and ``agentprov[yaml]`` isn't installed.
        OSError: the file can't be read.
    """
    format_ = format_of(path)
    return decode_parsed(parse_text(read_file(path, format_, limits), format_, limits))


def loads(text: str | bytes, format: str = "json", *, limits: Limits | None = None) -> Tenant:  # noqa: A002
    """The tenant in a text, or in its bytes as UTF-8; ``format`` is ``json``, ``toml`` or ``yaml``.

    Raises:
        MalformedDocument: as for :func:`load`.
        MissingExtra: as for :func:`load`.
    """
    return decode_parsed(parse_text(text, format_named(format), limits))


def dumps(tenant: Tenant, format: str = "json") -> str:  # noqa: A002
    """The text of a tenant, which :func:`loads` reads back into an equal one.

    JSON is canonical: equal tenants have the same text, whatever order they were put together in.

    Raises:
        MalformedDocument: ``document.unknown_format``.
        MissingExtra: ``agentprov[toml]`` or ``agentprov[yaml]`` is needed and isn't installed.
    """
    return write_text(encode(tenant), format_named(format))


def dump(tenant: Tenant, path: str | os.PathLike[str]) -> None:
    """Write a tenant to a file, in the format of its suffix. An existing file is replaced in one step.

    Whoever reads the file meanwhile sees the old content or the new, never a part; after a failure the old one stands.

    Raises:
        MalformedDocument: ``document.unknown_format``.
        MissingExtra: as for :func:`dumps`.
        OSError: the file can't be written.
    """
    content = write_text(encode(tenant), format_of(path))
    try:
        encoded = content.encode("utf-8")
    except UnicodeEncodeError as error:  # half a surrogate pair, in a text that no constructor checks
        raise InvalidValue.of(Code.FIELD_CONTROL_CHARACTER, character=named(content[error.start])) from None
    _replace(Path(os.path.realpath(path)), encoded)


def _replace(path: Path, content: bytes) -> None:
    beside = path.with_name(f".{path.name}.{secrets.token_hex(8)}.tmp")
    try:
        with beside.open("xb") as file:
            if path.exists():
                os.chmod(beside, path.stat().st_mode & 0o7777)  # noqa: PTH101  as the file had it
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
