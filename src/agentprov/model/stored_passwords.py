"""A user's password as a store keeps it, apart from the user (CR-7)."""

from __future__ import annotations

from datetime import datetime

import attrs

from agentprov.errors import Code, Collector
from agentprov.model.instants import check_instants, utc
from agentprov.model.text import check_flags


@attrs.frozen(kw_only=True)
class StoredPassword:
    """A user's password as it is kept: its hash, whether it must be replaced at sign-in, and since when it is there."""

    hash: str = attrs.field(repr=False)
    one_time: bool
    at: datetime = attrs.field(converter=utc)

    def __attrs_post_init__(self) -> None:
        found = Collector()
        hashed: object = self.hash
        if not isinstance(hashed, str):  # it may be the password itself, so it isn't repeated
            found.add(Code.FIELD_WRONG_TYPE, "hash", expected="text", found="something else")
        check_flags(found, self, "one_time")
        check_instants(found, ("at", self.at))
        found.check()
