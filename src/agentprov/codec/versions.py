"""The version of a document's format, and where older documents will be brought forward."""

from __future__ import annotations

from typing import Any, Final

from agentprov.codec.leaves import wrong_type
from agentprov.errors import Code, InvalidValue

VERSION: Final = 1
"""The version of documents that is read and written."""

VERSION_KEY: Final = "agentprov"
"""The top-level key of the version."""


def current(document: object) -> dict[Any, object]:
    """What a document says beside its version, as the current version says it.

    The one place for migrations: once there is a version 2, a document of version 1 is turned into one of version 2
    here, before any of it is read.

    Raises:
        InvalidValue: it is no table, or its version is missing or unknown.
    """
    if type(document) is not dict:
        raise wrong_type("a table", document)
    if VERSION_KEY not in document:
        raise InvalidValue.of(Code.DOCUMENT_VERSION_REQUIRED, VERSION_KEY, version=VERSION)
    version = document[VERSION_KEY]
    if type(version) is not int:
        raise InvalidValue(problem.under(VERSION_KEY) for problem in wrong_type("a whole number", version).problems)
    if version != VERSION:
        shown = "a very large number" if abs(version) > 10**9 else str(version)
        raise InvalidValue.of(Code.DOCUMENT_UNKNOWN_VERSION, VERSION_KEY, value=shown, choices=(str(VERSION),))
    return {key: value for key, value in document.items() if key != VERSION_KEY}
