"""A tenant as Cedar policies and entities, translated from what the rules say (AC-1 to AC-4, PV-8).

Nothing of the engine is imported: each policy is a sentence of `docs/access.md` in Cedar's own language. One policy is
written for each term of each grant, so that Cedar's determining policies name just what a decision's reasons name.

- A user is a `User` whose parents are their roles, Everyone, their user group and their agent groups. Cedar follows
  roles and nested groups by itself, with `in`.
- The actions of a section have the section's `*` as their parent.
- Every entity says whose it is. The tenant is an entity as well: the question for the whole tenant asks about it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import attrs
import cedarpy

from agentprov.model.access import EVERYONE, Chosen, ChosenKind, Effect, Grant, Permission, ScopeTerm, Within
from agentprov.model.ids import UserId
from agentprov.model.references import Kind
from agentprov.model.tenant import Tenant
from agentprov.model.users import User

Thing = tuple[Kind, str]
"""An object that is asked about: its kind and its id."""

Part = tuple[str, Grant, ScopeTerm]
"""What a policy is made from: who has the grant (a user or a role), the grant, and one term of its scope."""

Question = tuple[str, Permission, Thing | None]
"""Who does what to which object; without one, to the whole tenant."""

TYPES: Final = {
    Kind.USERS: "User",
    Kind.DEPARTMENTS: "Department",
    Kind.NUMBERS: "Number",
    Kind.QUEUES: "Queue",
    Kind.ROLES: "Role",
    Kind.USER_GROUPS: "UserGroup",
    Kind.AGENT_GROUPS: "AgentGroup",
}
"""The kinds of objects that are asked about, each with the type of its entities."""

FOREIGN: Final = "t-other"
"""A tenant of which every object has its double, with the same id."""


def uid(type_: str, id_: str) -> dict[str, str]:
    """The name of an entity."""
    return {"type": type_, "id": id_}


def text(type_: str, id_: str) -> str:
    """The name of an entity in a policy."""
    return f"{type_}::{json.dumps(id_)}"


# ---- grants ---------------------------------------------------------------------------------------------------------


def condition(tenant: str, term: ScopeTerm) -> str:
    """When an object lies inside a term (AC-3)."""
    match term:
        case Within.TENANT:
            return "true"
        case Within.HOME_DEPARTMENT:
            return (
                "principal has home_department && (resource == principal.home_department || resource is User"
                " && resource has home_department && resource.home_department == principal.home_department)"
            )
        case Within.OWN_AGENTS:
            return "resource is User && resource has supervisor && resource.supervisor == principal"
        case Within.OWN_USER_GROUP:
            return "resource is User && principal has user_group && resource in principal.user_group"
        case Within.OWN_NUMBERS:
            return "resource is Number && principal.numbers.contains(resource)"
        case Within.SELF:
            return "resource == principal"
        case Chosen(kind=ChosenKind.USER, id=id_):
            return f"resource == {text('User', f'{tenant}/{id_}')}"
        case Chosen(kind=ChosenKind.AGENT_GROUP, id=id_):
            return f"resource is User && resource in {text('AgentGroup', f'{tenant}/{id_}')}"
        case Chosen(kind=ChosenKind.DEPARTMENT, id=id_):
            department = text("Department", f"{tenant}/{id_}")
            return (
                f"resource == {department} || resource is User"
                f" && resource has home_department && resource.home_department == {department}"
            )
        case Chosen(kind=ChosenKind.NUMBER, id=id_):
            return f"resource == {text('Number', f'{tenant}/{id_}')}"
    raise AssertionError(term)


def policy(tenant: str, holder: str, grant: Grant, term: ScopeTerm) -> str:
    """One term of one grant.

    AC-4: whoever isn't active may do nothing, and nobody reaches another tenant's objects. AC-2: a deny for any part
    of the tenant forbids the question for the whole.
    """
    inside = condition(tenant, term)
    if grant.effect is Effect.DENY:
        inside = f"resource == principal.tenant || {inside}"
    verb = "permit" if grant.effect is Effect.ALLOW else "forbid"
    return (
        f"{verb}({holder}, action in {text('Action', grant.permission)}, resource) when {{"
        ' principal.status == "active" && resource has tenant && resource.tenant == principal.tenant'
        f" && ({inside}) }};"
    )


def parts(tenant: Tenant) -> Iterator[tuple[Part, str]]:
    """What every policy is made from, and whom it is for."""
    for role in tenant.roles.values():
        for grant in role.grants:
            for term in grant.scope:
                yield (role.id, grant, term), f"principal in {text('Role', f'{tenant.id}/{role.id}')}"
    for user in tenant.users.values():
        for grant in user.grants:
            for term in grant.scope:
                yield (user.id, grant, term), f"principal == {text('User', f'{tenant.id}/{user.id}')}"


# ---- entities -------------------------------------------------------------------------------------------------------


def entity(name: dict[str, str], parents: Iterable[dict[str, str]] = (), **attributes: Any) -> dict[str, Any]:
    """An entity; an attribute of nothing isn't there."""
    return {
        "uid": name,
        "parents": list(parents),
        "attrs": {key: value for key, value in attributes.items() if value is not None},
    }


def link(type_: str, tenant: str, id_: str | None) -> dict[str, object] | None:
    """An attribute that is another entity, or nothing."""
    return None if id_ is None else {"__entity": uid(type_, f"{tenant}/{id_}")}


def home_department(tenant: Tenant, user: User) -> str | None:
    """PV-8: a user's own, or, with a role that the blueprint links, the one of their supervisor."""
    if user.supervisor is not None and user.roles & tenant.blueprint.department_from_supervisor:
        return tenant.users[user.supervisor].home_department
    return user.home_department


def user_entity(tenant: Tenant, owner: str, user: User) -> dict[str, Any]:
    """A user with all that scopes ask of one."""
    parents = [uid("Role", f"{owner}/{role}") for role in (*user.roles, EVERYONE)]
    parents += [uid("AgentGroup", f"{owner}/{group}") for group in user.agent_groups]
    if user.user_group is not None:
        parents.append(uid("UserGroup", f"{owner}/{user.user_group}"))
    return entity(
        uid("User", f"{owner}/{user.id}"),
        parents,
        tenant={"__entity": uid("Tenant", owner)},
        status=user.status.value,
        home_department=link("Department", owner, home_department(tenant, user)),
        supervisor=link("User", owner, user.supervisor),
        user_group=link("UserGroup", owner, user.user_group),
        numbers=[link("Number", owner, number) for number in user.visibility.numbers],
    )


def entities(tenant: Tenant, owner: str) -> Iterator[dict[str, Any]]:
    """Every object of a tenant, as one of ``owner``'s."""
    whose = {"__entity": uid("Tenant", owner)}
    yield entity(uid("Tenant", owner), tenant=whose)
    for user in tenant.users.values():
        yield user_entity(tenant, owner, user)
    for role in tenant.roles.values():
        yield entity(
            uid("Role", f"{owner}/{role.id}"), (uid("Role", f"{owner}/{each}") for each in role.inherits), tenant=whose
        )
    for group in tenant.user_groups.values():
        outer = () if group.parent is None else (uid("UserGroup", f"{owner}/{group.parent}"),)
        yield entity(uid("UserGroup", f"{owner}/{group.id}"), outer, tenant=whose)
    for kind in (Kind.DEPARTMENTS, Kind.NUMBERS, Kind.QUEUES, Kind.AGENT_GROUPS):
        for id_ in tenant.table(kind):
            yield entity(uid(TYPES[kind], f"{owner}/{id_}"), tenant=whose)


def actions(sections: Mapping[str, tuple[str, ...]]) -> Iterator[dict[str, Any]]:
    """Every permission of the catalogue, in the group of all actions of its section (AC-1)."""
    for section, names in sections.items():
        yield entity(uid("Action", f"{section}:*"))
        for name in names:
            yield entity(uid("Action", f"{section}:{name}"), [uid("Action", f"{section}:*")])


# ---- asking ---------------------------------------------------------------------------------------------------------


@attrs.frozen(kw_only=True)
class Answer:
    """What Cedar says, and from which parts of which grants."""

    allowed: bool
    because: frozenset[Part]


class Cedar:
    """Cedar, with the policies and the entities of one tenant, and the entities of another that looks the same."""

    def __init__(self, tenant: Tenant, *, leave_out: int | None = None) -> None:
        made = list(parts(tenant))
        self.tenant = tenant
        self.parts = [part for part, _ in made]
        self._policies = cedarpy.PolicySet.from_str(
            "\n".join(
                f'@id("{place}") {policy(tenant.id, holder, grant, term)}'
                for place, ((_, grant, term), holder) in enumerate(made)
                if place != leave_out
            )
        )
        sections = tenant.blueprint.catalogue.sections
        stored = [*entities(tenant, tenant.id), *entities(tenant, FOREIGN), *actions(sections)]
        self._entities = cedarpy.Entities.from_json_str(json.dumps(stored))

    def answers(self, questions: Iterable[Question], *, whose: str | None = None) -> list[Answer]:
        """The answer to each question; ``whose`` says of which tenant the objects are, if not of the user's."""
        owner = whose or self.tenant.id
        requests = [
            {
                "principal": uid("User", f"{self.tenant.id}/{who}"),
                "action": uid("Action", permission),
                "resource": uid("Tenant", owner)
                if thing is None
                else uid(TYPES[thing[0]], f"{owner}/{UserId(thing[1])}"),
            }
            for who, permission, thing in questions
        ]
        return [self._answer(each) for each in cedarpy.is_authorized_batch(requests, self._policies, self._entities)]

    def _answer(self, found: cedarpy.AuthzResult) -> Answer:
        # Cedar leaves out a policy whose condition fails, a forbidding one too: the translation must have none.
        assert not found.diagnostics.errors
        ids = found.diagnostics.id_annotations_by_reason
        assert len(ids) == len(found.diagnostics.reasons)
        return Answer(allowed=found.allowed, because=frozenset(self.parts[int(id_)] for id_ in ids.values()))
