"""Forms in JSON: a change or problems, for the first blueprint and the one with most rules."""

from __future__ import annotations

import json
from functools import cache
from typing import Final

from agentprov.model.tenant import Tenant
from agentprov.provisioning import create_user
from agentprov.provisioning.fields import FIELDS
from tests.provisioning.samples import FORMS, a_tenant

SEEDS: Final = tuple(
    b"%d" % position + json.dumps(form).encode()
    for position, form in enumerate(
        (
            FORMS["smartflo"],
            {**FORMS["supervisor-workplace"], "skills": {"s-hindi": 3}, "transfer_threads": True},
            {**FORMS["smartflo"], "allowed_addresses": ["10.0.0.0/8", "a-office"], "extension": "201", "video": True},
            {
                **FORMS["smartflo"],
                "area_caller_ids": {"22": "c-1"},
                "contact_details": {"floor": "4"},
                "time_group": "tg-1",
            },
        )
    )
)
WORDS: Final = tuple(
    json.dumps(name).encode() for name in (*FIELDS, "role", "agent:u-lead", "hang-up", "all", "d-sales")
)


@cache
def _tenants() -> tuple[Tenant, ...]:
    return a_tenant("smartflo"), a_tenant("supervisor-workplace"), a_tenant("smartflo", international_calling=True)


def one(data: bytes) -> None:
    """A change that can be applied, or problems."""
    try:
        form = json.loads(data[1:])
    except (ValueError, RecursionError):
        return
    tenant = _tenants()[data[0] % 3]
    change = create_user(tenant, form, by=None, id="u-new")
    assert tenant.version + 1 == change.apply(tenant).version
