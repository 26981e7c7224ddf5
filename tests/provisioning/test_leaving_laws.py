"""Laws of deleting anything: whole or refused, nothing dangles, and the way back is exact (LC-2, LC-3)."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import attrs
import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from agentprov.codec import load
from agentprov.errors import Refused
from agentprov.model.changes import Change
from agentprov.model.incremental import tally
from agentprov.model.live import Live
from agentprov.model.references import Kind
from agentprov.model.referrers import going, referrers
from agentprov.model.tenant import Tenant
from agentprov.provisioning.leaving import confirmation, delete
from agentprov.testing.strategies import tenants

AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
NOBODY = Live(queues={})
EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*.toml"))
DELETABLE = tuple(kind for kind in Kind if kind is not Kind.TOMBSTONES)


def attempt(
    tenant: Tenant, kind: Kind, *ids: str, detach: bool = False, replace_by: str | None = None
) -> Change | None:
    """The change, confirmed; nothing where it is refused, with codes and paths."""
    asked = confirmation(tenant, kind, *ids, by=None, detach=detach, replace_by=replace_by)
    try:
        return delete(
            tenant,
            kind,
            *ids,
            by=None,
            at=AT,
            live=NOBODY,
            detach=detach,
            replace_by=replace_by,
            confirm=asked.digest,
        )
    except Refused:
        return None


def rebuilt(tenant: Tenant) -> Tenant:
    """The tenant, built by its constructor, which checks all of it."""
    return Tenant(**attrs.asdict(tenant, recurse=False))


def check_gone(tenant: Tenant, change: Change, kind: Kind, *ids: str) -> None:
    """What holds of every deletion that isn't refused."""
    after = change.apply(tenant)
    assert rebuilt(after) == after
    for sort, id_ in going(tenant, kind, ids):
        assert id_ not in after.table(sort)
        assert () == referrers(after, sort, id_)
    back = change.undo().apply(after)
    assert attrs.evolve(back, version=tenant.version) == tenant
    assert change.describe()


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_every_object_of_the_examples_goes_whole_or_not_at_all(file: Path) -> None:
    """LC-3: each object of each kind, detached, is refused with codes or leaves a whole tenant and no reference."""
    tenant = load(file)
    for kind in DELETABLE:
        # Those referred to least and most say as much as eight hundred of a kind.
        ids = sorted(tenant.table(kind), key=lambda id_, kind=kind: (tally(tenant).count(kind, id_), id_))  # type: ignore[misc]
        for id_ in {*ids[:1], *ids[-2:]}:
            for detach, by in ((True, None), (False, None if ids[0] == id_ else ids[0])):
                change = attempt(tenant, kind, id_, detach=detach, replace_by=by)
                if change is not None:
                    check_gone(tenant, change, kind, id_)


@given(st.data())
def test_nothing_dangles(data: st.DataObject) -> None:
    """LC-3: of drawn tenants any one or two objects, plain, detached or replaced."""
    tenant = data.draw(tenants(details=False))
    kind = data.draw(st.sampled_from([kind for kind in DELETABLE if tenant.table(kind)]))
    there = sorted(tenant.table(kind))
    ids = data.draw(st.lists(st.sampled_from(there), min_size=1, max_size=2, unique=True))
    others = sorted(set(there) - set(ids))
    ways: list[str] = ["refuse", "detach", *(["replace"] if others else [])]
    way = data.draw(st.sampled_from(ways))
    by = data.draw(st.sampled_from(others)) if way == "replace" else None
    change = attempt(tenant, kind, *ids, detach=way == "detach", replace_by=by)
    event(f"{way}: {'refused' if change is None else 'done'}")
    if change is not None:
        check_gone(tenant, change, kind, *ids)
    elif way == "refuse":
        assert referrers(tenant, kind, *ids) or kind is Kind.USERS
    if not referrers(tenant, kind, *ids):
        # Then detaching does nothing but what is asked for.
        assert attempt(tenant, kind, *ids) == attempt(tenant, kind, *ids, detach=True)
