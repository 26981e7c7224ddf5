"""The types of users (ID-14): a person, a customer of a portal, a program."""

from __future__ import annotations

from typing import Final

import attrs

from agentprov.model.table import Table

PERSON: Final = "person"
CUSTOMER: Final = "customer"
API: Final = "api"


@attrs.frozen(kw_only=True)
class UserType:
    """What users of a type can do at all (ID-14). A tenant's blueprint may add types."""

    name: str
    routed: bool = True
    """Calls may be sent to them."""
    web_sign_in: bool = True
    tokens: bool = False
    """They may hold API tokens."""
    in_access_control_list: bool = True


READY_USER_TYPES: Final[Table[str, UserType]] = Table(
    {
        PERSON: UserType(name=PERSON),
        CUSTOMER: UserType(name=CUSTOMER, routed=False),
        API: UserType(name=API, routed=False, web_sign_in=False, tokens=True, in_access_control_list=False),
    }
)
