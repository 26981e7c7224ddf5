"""The conflict of a change that was made on another version: what it names."""

from __future__ import annotations

import time

from agentprov.errors import Code
from agentprov.model.users import Calling, Extension
from agentprov.repositories import conflict
from agentprov.testing.contracts.samples import a_change, a_person, a_tenant, putting


def test_every_value_that_somebody_else_has_is_named() -> None:
    """ST-2: with who has it; one's own values are no conflict."""
    ben = a_person("ben", numeric_id=7, calling=Calling(extension=Extension(number="12")))
    tenant = a_tenant("t-acme", ben)
    like_ben = a_person("ben", id_="u-new", numeric_id=7, calling=Calling(extension=Extension(number="12")))
    found = conflict(a_change(tenant, putting(tenant, like_ben), putting(tenant, ben)), tenant).problems
    assert [
        (Code.CONFLICT_STALE, (), None),
        (Code.LOGIN_TAKEN, ("users", "u-new", "login"), "u-ben"),
        (Code.NUMERIC_ID_TAKEN, ("users", "u-new", "numeric_id"), "u-ben"),
        (Code.EXTENSION_TAKEN, ("users", "u-new", "calling", "extension", "number"), "u-ben"),
    ] == [(each.code, each.path, each.parameters.get("holder")) for each in found]


def test_a_bulk_import_goes_through_a_big_tenant_once() -> None:
    """ST-2: a thousand new users beside five thousand take as long as reading both, not their product."""
    tenant = a_tenant("t-acme", *(a_person(f"a{number}") for number in range(5_000)))
    change = a_change(tenant, *(putting(tenant, a_person(f"b{number}")) for number in range(1_000)))
    began = time.process_time()
    assert (Code.CONFLICT_STALE,) == conflict(change, tenant).codes
    assert 1.0 > time.process_time() - began
