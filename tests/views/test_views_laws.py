"""Laws of views: what is shown is what the engine answers."""

from __future__ import annotations

import attrs
from hypothesis import given
from hypothesis import strategies as st

from agentprov.engine.access import Access
from agentprov.engine.extents import Extent
from agentprov.model.access import Effect, Grant
from agentprov.model.table import Table
from agentprov.model.tenant import Tenant
from agentprov.views.extents import Reach, effective
from agentprov.views.matrix import class_matrix, user_matrix
from tests.engine.companies import PERMISSIONS, every_object, tenants


@given(tenant=tenants())
def test_a_cell_says_what_the_engine_answers(tenant: Tenant) -> None:
    """AN-6: whole means that the whole tenant is allowed; denied and nothing mean that no object is."""
    access = Access(tenant)
    matrix = user_matrix(access)

    for row in matrix.rows:
        for permission, cell in zip(matrix.columns, row.cells, strict=True):
            [user] = row.users
            assert access.allows(user, permission) is (cell.reach is Reach.WHOLE)
            if cell.reach in {Reach.DENIED, Reach.NOTHING}:
                assert not any(access.allows(user, permission, on) for on in every_object(tenant))


@given(tenant=tenants())
def test_every_user_is_in_one_row_with_their_own_cells(tenant: Tenant) -> None:
    """AN-6: the rows of classes hold every user once, with the cells that the user's own row has."""
    access = Access(tenant)
    alone = {row.users[0]: row.cells for row in user_matrix(access).rows}
    together = [(user, row.cells) for row in class_matrix(access).rows for user in row.users]

    assert sorted(tenant.users) == sorted(user for user, _ in together)
    assert alone == dict(together)


@given(tenant=tenants(), data=st.data())
def test_what_is_left_out_of_an_extent_makes_no_difference(tenant: Tenant, data: st.DataObject) -> None:
    """AC-2: a user who is granted the shortened extent may do to every object what the full one allows."""
    user = data.draw(st.sampled_from(list(tenant.users.values())))
    permission = data.draw(st.sampled_from(PERMISSIONS))
    terms = frozenset(term for each in tenant.roles.values() for grant in each.grants for term in grant.scope)
    some = st.frozensets(st.sampled_from(sorted(terms, key=repr)), max_size=3) if terms else st.just(frozenset())
    full = Extent(allowed=data.draw(some), denied=data.draw(some))

    def holding(extent: Extent) -> Access:
        scopes = ((extent.allowed, Effect.ALLOW), (extent.denied, Effect.DENY))
        grants = [Grant(permission=permission, scope=scope, effect=effect) for scope, effect in scopes if scope]
        alone = attrs.evolve(user, roles=frozenset(), grants=tuple(grants))
        return Access(attrs.evolve(tenant, roles=Table(), users=Table({**_bare(tenant), user.id: alone})))

    before, after = holding(full), holding(effective(full))
    asked = [None, *every_object(tenant)]

    assert [before.allows(user.id, permission, on) for on in asked] == [
        after.allows(user.id, permission, on) for on in asked
    ]


def _bare(tenant: Tenant) -> Table:  # type: ignore[type-arg]
    return Table({id_: attrs.evolve(each, roles=frozenset(), grants=()) for id_, each in tenant.users.items()})
