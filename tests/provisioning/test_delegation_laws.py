"""What no sequence of delegated commands can do, held against rights that an oracle works out (P10, P11, P12, AC-5).

The oracle reads the specification's sentences off the tenant; nothing of the guards or the engine is in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import attrs
from hypothesis import event, given
from hypothesis import strategies as st

from agentprov.engine.access import Access
from agentprov.engine.decisions import Object
from agentprov.errors import AgentprovError, Code
from agentprov.model.access import Effect, Permission, Scope
from agentprov.model.ids import UserId
from agentprov.model.references import Kind
from agentprov.model.tenant import Tenant
from agentprov.model.user_types import PERSON
from agentprov.model.users import NO_VISIBILITY, Status
from tests.oracle import access as oracle
from tests.provisioning.delegated import PERMISSIONS, Command, as_active, tenants, threats, tries, with_one_manager

Right = tuple[UserId, Permission, oracle.Thing | None]
Try = tuple[UserId | None, Command]
ASKED = (Kind.USERS, Kind.DEPARTMENTS, Kind.NUMBERS, Kind.QUEUES)


def things(tenant: Tenant) -> list[oracle.Thing | None]:
    """The whole tenant, and every object of the kinds that are asked about."""
    return [None, *((kind, id_) for kind in ASKED for id_ in tenant.table(kind))]


def rights(tenant: Tenant, users: Iterator[UserId] | list[UserId], over: list[oracle.Thing | None]) -> set[Right]:
    """Everything that users may do to these objects."""
    return {
        (user, permission, thing)
        for user in users
        for permission in PERMISSIONS
        for thing in over
        if oracle.allows(tenant, user, permission, thing)
    }


NOWHERE: dict[str, Any] = {
    "roles": (),
    "grants": (),
    "home_department": None,
    "user_group": None,
    "supervisor": None,
    "agent_groups": (),
    "visibility": NO_VISIBILITY,
}
"""The fields of a user who has no role, no grant and no place."""


def gained(before: Tenant, after: Tenant) -> set[Right]:
    """What anybody has afterwards and hadn't before, over objects that both have; everybody taken as active.

    A new user had what everyone has who belongs nowhere.
    """
    over = [thing for thing in things(before) if thing is None or thing[1] in after.table(thing[0])]
    new = [id_ for id_ in after.users if id_ not in before.users]
    then = as_active(after)
    bare = {id_: attrs.evolve(then.users[id_], **NOWHERE) for id_ in new}
    empty = attrs.evolve(then, users=then.users.edited(bare))
    old = [id_ for id_ in after.users if id_ in before.users]
    had = rights(as_active(before), old, over) | rights(empty, new, over)
    return rights(then, [*old, *new], over) - had


def admins(tenant: Tenant) -> set[UserId]:
    """AC-5: active persons who, after denies, hold access:grant for the whole tenant."""
    return {
        id_
        for id_, user in tenant.users.items()
        if user.type == PERSON
        and user.status is Status.ACTIVE
        and oracle.allows(tenant, id_, Permission("access:grant"))
    }


def attempt(tenant: Tenant, by: UserId | None, command: Command) -> tuple[Tenant, set[Code]]:
    """The tenant afterwards; the same one, where the command is refused, with the codes."""
    try:
        return command(tenant, by).apply(tenant), set()
    except AgentprovError as error:
        return tenant, set(error.codes)


@given(tenants(), st.lists(tries, min_size=1, max_size=4))
def test_no_sequence_of_commands_hands_on_what_the_actor_lacks(tenant: Tenant, tried: list[Try]) -> None:
    """P10, AC-5: whatever anybody gains over an object that was there, the actor held already."""
    for by, command in tried:
        after, codes = attempt(tenant, by, command)
        event("refused for a gain" if Code.ROLE_EXCEEDS_ACTOR in codes else "refused" if codes else "done")
        if by is not None and not codes:
            for user, permission, thing in gained(tenant, after):
                event("gained")
                assert oracle.allows(tenant, by, permission, thing), (user, permission, thing)
        tenant = after


@given(tenants(), st.lists(tries, min_size=1, max_size=4))
def test_no_actor_ends_a_command_with_more(tenant: Tenant, tried: list[Try]) -> None:
    """P11: over the objects that were there an actor can do nothing that they couldn't do before."""
    for by, command in tried:
        after, _ = attempt(tenant, by, command)
        if by is not None and by in after.users:
            over = [thing for thing in things(tenant) if thing is None or thing[1] in after.table(thing[0])]
            assert rights(after, [by], over) <= rights(tenant, [by], over)
        tenant = after


@given(tenants().map(with_one_manager), st.lists(threats, min_size=1, max_size=6))
def test_a_tenant_that_has_admins_keeps_one(tenant: Tenant, tried: list[Try]) -> None:
    """AC-5 (q): in every order of commands, the host's own among them."""
    for by, command in tried:
        after, codes = attempt(tenant, by, command)
        event("refused for the last admin" if Code.ADMIN_LAST in codes else "done or refused")
        assert admins(after) or not admins(tenant)
        tenant = after


@given(tenants(), st.lists(tries, min_size=1, max_size=3))
def test_the_next_answer_knows_of_the_change(tenant: Tenant, tried: list[Try]) -> None:
    """P12: what a change took is gone at once, also where the next answers share with the last."""
    access = Access(tenant)
    for by, command in tried:
        for user in tenant.users:
            access.what(user)
        tenant, _ = attempt(tenant, by, command)
        access = Access(tenant, like=access)
        for user in tenant.users:
            for permission in PERMISSIONS:
                for thing in things(tenant):
                    on = None if thing is None else Object(kind=thing[0], id=thing[1])
                    assert oracle.allows(tenant, user, permission, thing) == access.allows(user, permission, on)


@given(tenants(), tries)
def test_a_refusal_for_a_gain_has_a_reason(tenant: Tenant, tried: Try) -> None:
    """AC-5: what is refused to somebody for a gain brings one when the host does it.

    It is over an object over which the actor lacks it, or of a permission that the actor holds nowhere: then it is
    enough that it comes to be written further.
    """
    by, command = tried
    _, codes = attempt(tenant, by, command)
    after, others = attempt(tenant, None, command)
    if by is None or others or Code.ROLE_EXCEEDS_ACTOR not in codes:
        return
    beyond = [right for right in gained(tenant, after) if not oracle.allows(tenant, by, *right[1:])]
    event("beyond" if beyond else "written further")
    assert beyond or any(
        written(tenant, permission) != written(after, permission) for permission in lacking(tenant, by)
    )


def written(tenant: Tenant, permission: Permission) -> dict[UserId, set[tuple[Scope, Effect]]]:
    """What is written of a permission, for everybody."""
    return {
        id_: {(each.scope, each.effect) for each in oracle.grants_of(tenant, user) if oracle.covers(each, permission)}
        for id_, user in tenant.users.items()
    }


def lacking(tenant: Tenant, user: UserId) -> list[Permission]:
    """The permissions that a user holds over nothing at all."""
    return [each for each in PERMISSIONS if not any(oracle.allows(tenant, user, each, on) for on in things(tenant))]
