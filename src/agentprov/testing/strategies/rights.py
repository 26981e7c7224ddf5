"""Strategies for rights: permissions, scopes, grants, roles."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import strategies as st

from agentprov.model.access import Catalogue, Chosen, ChosenKind, Effect, Grant, Permission, Role, ScopeTerm, Within
from agentprov.model.ids import RoleId, SeparationId
from agentprov.model.separations import Separation, SeparationKind
from agentprov.model.table import Table
from agentprov.testing.strategies import pools
from agentprov.testing.strategies.pool import EVERYTHING, Pool, a_few, maybe, one, shared, some

CATALOGUE = Catalogue(sections=Table(pools.SECTIONS))
"""The catalogue from which permissions are drawn."""

_GIVEN = datetime(2026, 1, 1, tzinfo=UTC)


@shared
def permissions(*, wildcards: bool = False) -> st.SearchStrategy[Permission]:
    """Permissions of the catalogue; with ``wildcards`` also ``section:*``, as a grant may have it."""
    stars = tuple(Permission(f"{section}:*") for section in pools.SECTIONS) if wildcards else ()
    return st.sampled_from((*pools.PERMISSIONS, *stars))


@shared
def scopes(*, within: Pool = EVERYTHING) -> st.SearchStrategy[frozenset[ScopeTerm]]:
    """Scopes of one to three terms."""
    chosen = (
        *(Chosen(kind=ChosenKind.USER, id=id_) for id_ in within.users),
        *(Chosen(kind=ChosenKind.AGENT_GROUP, id=id_) for id_ in within.agent_groups),
        *(Chosen(kind=ChosenKind.DEPARTMENT, id=id_) for id_ in within.departments),
        *(Chosen(kind=ChosenKind.NUMBER, id=id_) for id_ in within.numbers),
    )
    relative = st.sampled_from(tuple(Within))
    terms = st.one_of(relative, st.sampled_from(chosen)) if chosen else relative
    return st.frozensets(terms, min_size=1, max_size=3)


@shared
@st.composite
def grants(draw: st.DrawFn, *, within: Pool = EVERYTHING) -> Grant:
    """Grants, one in four a deny; some say who gave them and when."""
    giver = draw(maybe(*within.users))
    return Grant(
        permission=draw(permissions(wildcards=True)),
        scope=draw(scopes(within=within)),
        effect=draw(one(Effect.ALLOW, Effect.ALLOW, Effect.ALLOW, Effect.DENY)),
        given_by=giver,
        given_at=None if giver is None else _GIVEN,
    )


@shared
def grant_lists(*, within: Pool = EVERYTHING) -> st.SearchStrategy[tuple[Grant, ...]]:
    """Up to three grants; now and then the same one twice."""
    return a_few(grants(within=within)).map(tuple)


@shared
@st.composite
def roles(draw: st.DrawFn, *, within: Pool = EVERYTHING, role: RoleId | None = None) -> Role:
    """Roles. Each inherits only from roles that come later in the pool, so that they never go round in a circle."""
    id_ = draw(one(*(within.roles or pools.ROLES))) if role is None else role
    after = within.roles[within.roles.index(id_) + 1 :] if id_ in within.roles else ()
    return Role(
        id=id_,
        name=draw(one(*pools.NAMES)),
        inherits=draw(some(after)),
        grants=draw(grant_lists(within=within)),
    )


@shared
@st.composite
def separations(
    draw: st.DrawFn, *, within: Pool = EVERYTHING, separation: SeparationId = pools.SEPARATION
) -> Separation:
    """Sets of roles to keep apart, of at least two of the pool's roles."""
    kept_apart = draw(st.frozensets(st.sampled_from(within.roles or pools.ROLES), min_size=2))
    return Separation(
        id=separation,
        name=draw(one(*pools.NAMES)),
        kind=draw(st.sampled_from(SeparationKind)),
        roles=kept_apart,
        cardinality=draw(st.integers(2, len(kept_apart))),
    )
