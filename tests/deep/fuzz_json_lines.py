"""JSON lines of users: a plan whose change can be applied, or problems."""

from __future__ import annotations

import json
from functools import cache
from typing import Final

from agentprov.interop.csv_text import RosterLimits
from agentprov.interop.rosters import json_lines, read_json_lines
from agentprov.model.tenant import Tenant
from agentprov.provisioning.bulk import plan_users
from agentprov.provisioning.fields import FIELDS
from tests.provisioning.samples import FORMS, a_tenant

LIMITS: Final = RosterLimits(rows=20, row_characters=4_000, columns=80)
LEAST: Final = 0.5
"""A row costs as much as a form, however short it is."""
_FORM: Final = FORMS["smartflo"]
SEEDS: Final = (
    b"",
    json.dumps(_FORM).encode() + b"\n" + json.dumps({"id": "u-lead", "name": "Lead"}).encode(),
    json.dumps({**_FORM, "allowed_addresses": ["10.0.0.0/8"], "contact_details": {"a": "b"}}).encode() + b"\n\n[]\n",
)
WORDS: Final = tuple(json.dumps(name).encode() for name in (*FIELDS, "id", "u-lead", "u-boss", "agent"))


@cache
def _tenant() -> Tenant:
    return a_tenant("smartflo")


def one(data: bytes) -> None:
    """A plan; when it goes through, what is exported afterwards and read again changes nothing."""
    tenant = _tenant()
    after = plan_users(tenant, read_json_lines(data, tenant.blueprint, limits=LIMITS), by=None).accept().apply(tenant)
    again = "".join(json_lines(after)).encode()
    assert () == plan_users(after, read_json_lines(again, after.blueprint), by=None).accept().edits
