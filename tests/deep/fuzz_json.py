"""Documents in JSON: read or refused; what is read is written and read again."""

from __future__ import annotations

import json
from typing import Any, Final

from agentprov.codec import dumps, encode, loads
from tests.provisioning.samples import a_tenant

_SMALL: Final[dict[str, Any]] = {
    "agentprov": 1,
    "id": "t",
    "name": "T",
    "settings": {"time_zone": "UTC", "region": "IN"},
    "blueprint": "smartflo",
    "users": {"u-a": {"login": "a", "phone": "+918069651170", "email": "a@x.no", "calling": {"enabled": False}}},
}
_DOCUMENTS: Final[tuple[Any, ...]] = (
    {},
    [],
    _SMALL,
    {**_SMALL, "blueprint": {"name": "b"}},
    encode(a_tenant("smartq")),
)
SEEDS: Final = tuple(json.dumps(document).encode() for document in _DOCUMENTS)
WORDS: Final = tuple(
    word.encode()
    for word in (
        *('"agentprov": 1', '"users"', '"type"', '"hang-up"', '"settings"', '"blueprint"', '"roles"', '"numbers"'),
        *("NaN", "1e999", "\\ud800", "\\u0000", "[", "{", "null", "-0", '"u-a"', '"ivrs"', '"departments"', "9" * 60),
    )
)


def one(data: bytes) -> None:
    """A tenant, or problems."""
    tenant = loads(data)
    assert tenant == loads(dumps(tenant))
