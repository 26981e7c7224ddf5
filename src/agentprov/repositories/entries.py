"""What every entry of a log or an audit comes with: an instant, a key, a reason. Adapters check them first."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import datetime
from typing import Final

from agentprov.errors import Code, Collector, InvalidValue
from agentprov.model.instants import check_instants
from agentprov.model.secret import Secret
from agentprov.model.text import briefly, check_text, matches

_KEY: Final = re.compile(r"[!-~]{1,200}")


def check_entry(at: datetime, *, key: str | None = None, request: str | None = None, reason: str | None = None) -> None:
    """Refuse what no entry can come with: an instant without an offset, a key that is no key, a reason nobody can read.

    Raises:
        InvalidValue: ``field.naive_instant``, ``idempotency_key.invalid`` and others, with every problem.
    """
    found = Collector()
    check_instants(found, ("at", at))
    check_key(found, "key", key)
    check_key(found, "request", request)
    check_text(found, "reason", reason)
    found.check(InvalidValue)


def check_key(found: Collector, name: str, key: object) -> None:
    """Note what is no key: 1 to 200 printable ASCII characters without a space, which every store keeps as they are."""
    if key is not None and not matches(_KEY, key):
        found.add(Code.IDEMPOTENCY_KEY_INVALID, name, value=briefly(key, 80))


def request_digest(request: object) -> str:
    """A digest of a request: of plain data, whose dictionaries are equal in any order.

    A ``Secret`` inside counts as the same whatever it holds: the digest is stored, and a weak password could be guessed
    from it. So leave out of the request what a person typed as a password, or wrap it.

    >>> request_digest({"login": "asha", "name": "Asha"}) == request_digest({"name": "Asha", "login": "asha"})
    True
    """
    text = json.dumps(request, sort_keys=True, separators=(",", ":"), default=_without_secret)
    return hashlib.sha256(text.encode()).hexdigest()


def _without_secret(value: object) -> str:
    if isinstance(value, Secret):
        return "(secret)"
    raise TypeError(f"a request is plain data, and {type(value).__name__} is none")
