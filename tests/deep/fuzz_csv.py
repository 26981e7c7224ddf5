"""Tables of users in CSV: a plan whose change can be applied, or problems."""

from __future__ import annotations

from functools import cache
from typing import Final

from agentprov.interop.csv_text import RosterLimits
from agentprov.interop.rosters import csv_lines, read_csv
from agentprov.model.tenant import Tenant
from agentprov.provisioning.bulk import plan_users
from agentprov.provisioning.fields import FIELDS
from tests.provisioning.samples import a_tenant

LIMITS: Final = RosterLimits(rows=20, row_characters=4_000, columns=80)
LEAST: Final = 0.5
"""A row costs as much as a form, however short it is."""
_HEADER: Final = b"login,name,phone,email,role,status,password\n"
SEEDS: Final = (
    b"",
    _HEADER + b"ravi,Ravi,9812345678,ravi@example.com,agent,active,purple otter climbs\n",
    b"\xef\xbb\xbfid;name;skills\r\nu-lead;'=1+1;s-hindi; s-billing=3\r\n",
    b'login\tcontact_details\n"a ""b"""\tfloor=4; x\\=y=z\n',
    "login,name\nravi,Ravi\n".encode("utf-16"),
    b"sep=;\nlogin;two_factor;ring_timeout\nlead;yes;30\n",
)
WORDS: Final = (
    *(
        b'"',
        b'""',
        b"\r\n",
        b"\r",
        b";",
        b"\t",
        b"|",
        b"sep=",
        b"'=",
        b"\\;",
        b"\xef\xbb\xbf",
        b"\xff\xfe",
        b"\0",
        b"yes",
    ),
    *(name.encode() for name in (*FIELDS, "id", "u-lead", "u-boss", "agent")),
)


@cache
def _tenant() -> Tenant:
    return a_tenant("smartflo")


def one(data: bytes) -> None:
    """A plan; when it goes through, what is exported afterwards and read again changes nothing."""
    tenant = _tenant()
    plan = plan_users(tenant, read_csv(data, tenant.blueprint, limits=LIMITS), by=None)
    after = plan.accept().apply(tenant)
    again = "".join(csv_lines(after)).encode()
    assert () == plan_users(after, read_csv(again, after.blueprint), by=None).accept().edits
