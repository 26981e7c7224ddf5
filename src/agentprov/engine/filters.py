"""Which objects an actor may do something to, as a value that a host turns into its own query (AC-9).

The scopes of all grants in force are resolved for the actor, so a filter holds no relative term: it compares facts of
an object (its id, the home department, the supervisor, the user group, the agent groups) with sets of ids. It lists an
object exactly if :meth:`Access.allows <agentprov.engine.access.Access.allows>` allows it and the actor's resource
filter, if there is one, names it.

A fact that an object doesn't have is in no set: a user without a home department is in no department's list, and isn't
kept from one by a deny of a department either.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Protocol, assert_never

import attrs

from agentprov.engine.decisions import kind_of
from agentprov.engine.extents import Extent
from agentprov.engine.inheritance import resolve
from agentprov.errors import Code, InvalidValue
from agentprov.model.access import Chosen, ChosenKind, Scope, ScopeTerm, Within
from agentprov.model.ids import UserGroupId, UserId
from agentprov.model.properties import NONE, RESOURCE_FILTER
from agentprov.model.references import Kind
from agentprov.model.tenant import Tenant
from agentprov.model.users import User


class Holds(Protocol):
    """What a filter asks of who knows the rights: an :class:`~agentprov.engine.access.Access` is one."""

    @property
    def tenant(self) -> Tenant:
        """The tenant whose objects are listed."""
        ...

    def extent(self, actor: str, permission: str) -> Extent:
        """How far the actor holds the permission: nowhere behind a gate that fails.

        Raises:
            NotFound: ``permission.unknown``.
        """
        ...


class Field(StrEnum):
    """A fact of an object that a condition compares. All kinds have an id; the others are facts of users."""

    ID = "id"
    HOME_DEPARTMENT = "home-department"
    """The one that counts: the supervisor's where the blueprint links it (PV-8)."""
    SUPERVISOR = "supervisor"
    USER_GROUP = "user-group"
    AGENT_GROUP = "agent-group"
    """The only fact of which a user may have several."""


def _ids(ids: Iterable[str]) -> frozenset[str]:
    return frozenset(ids)


@attrs.frozen(kw_only=True)
class Condition:
    """Holds for an object whose ``field`` is among ``values``; of several agent groups, any. Never empty."""

    field: Field
    values: frozenset[str] = attrs.field(converter=_ids)

    def as_data(self) -> dict[str, object]:
        """The condition in plain values that any JSON writer takes."""
        return {"field": self.field.value, "values": sorted(self.values)}


Conditions = tuple[Condition, ...]
"""United: an object is inside if any holds. Each field at most once, in the order of the fields."""


@attrs.frozen(kw_only=True)
class Filter:
    """The objects of one kind in a list: everything, or what an allowed condition holds for; without what is denied.

    ``only`` is the resource filter: nothing else is listed, whatever is allowed. Without one there is no limit. The
    filter that lists nothing has nothing in any field, so a host needs no case of its own for it.

    It is made by :func:`filter_for`. Two are equal if they list by the same conditions; the tenant isn't compared.
    """

    tenant: Tenant = attrs.field(repr=False, eq=False)
    kind: Kind
    everything: bool = False
    allowed: Conditions = ()
    denied: Conditions = ()
    only: frozenset[str] | None = None

    @property
    def is_everything(self) -> bool:
        """Whether every object is listed: no condition is needed at all."""
        return self.everything and not self.denied and self.only is None

    @property
    def is_empty(self) -> bool:
        """Whether nothing can be listed, in this tenant or any: no query is needed at all."""
        return not self.everything and not self.allowed

    def matches(self, id_: str) -> bool:
        """Whether the tenant has this object and the list shows it."""
        return (
            id_ in self.tenant.table(self.kind)
            and (self.only is None or id_ in self.only)
            and (self.everything or inside(self.tenant, self.allowed, id_))
            and not inside(self.tenant, self.denied, id_)
        )

    def ids(self) -> tuple[str, ...]:
        """Every object that the list shows, sorted. Only where the conditions name objects it doesn't try them all."""
        candidates: Iterable[str] = self.tenant.table(self.kind)
        if self.only is not None:
            candidates = self.only
        elif not self.everything and all(each.field is Field.ID for each in self.allowed):
            candidates = (id_ for each in self.allowed for id_ in each.values)
        return tuple(sorted(filter(self.matches, candidates)))

    def as_data(self) -> dict[str, object]:
        """The filter in plain values that any JSON writer takes."""
        return {
            "kind": self.kind.value,
            "everything": self.everything,
            "allowed": [condition.as_data() for condition in self.allowed],
            "denied": [condition.as_data() for condition in self.denied],
            "only": None if self.only is None else sorted(self.only),
        }


def filter_for(access: Holds, actor: str, permission: str, kind: Kind | str = Kind.USERS) -> Filter:
    """The objects of a kind to which ``actor`` may do what ``permission`` says, within their resource filter (PR-1).

    Who is unknown or not active gets the filter that lists nothing.

    Raises:
        NotFound: ``permission.unknown``, whoever asks.
        InvalidValue: ``field.wrong_type``, when the actor is no id, or nothing that knows rights is asked;
            ``field.unknown_choice``, when there is no such kind.
    """
    if not isinstance(getattr(access, "tenant", None), Tenant):
        raise InvalidValue.of(Code.FIELD_WRONG_TYPE, "access", expected="an Access", found="something else")
    kind = kind_of(kind)
    extent = access.extent(actor, permission)
    user = access.tenant.users.get(UserId(actor))
    if user is None:
        return Filter(tenant=access.tenant, kind=kind)
    return resolved(access.tenant, user, kind, extent.allowed, extent.denied)


def resource_filter(tenant: Tenant, user: str) -> frozenset[str] | None:
    """The only objects that a user may see; nothing if there is no limit, which "none" says too (PR-1, PR-2).

    A tenant that doesn't define the property limits nobody. One that defines it as something else than a set of ids
    has a limit that nothing keeps.
    """
    if RESOURCE_FILTER not in tenant.property_definitions:
        return None
    value = resolve(tenant, user, RESOURCE_FILTER).value
    if value is NONE:
        return None
    return value if isinstance(value, frozenset) else frozenset()


def resolved(tenant: Tenant, actor: User, kind: Kind, allowed: Scope, denied: Scope) -> Filter:
    """Two scopes as a filter for the actor, within their resource filter.

    It is brought into the form in which nothing is said that something else says already: what is denied is allowed
    by no condition, and a filter that can list nothing is the empty one.
    """
    nothing = Filter(tenant=tenant, kind=kind)
    only = resource_filter(tenant, actor.id)
    if Within.TENANT in denied or (only is not None and not only):
        return nothing
    forbidden = values_of(tenant, actor, kind, denied)
    if Within.TENANT in allowed:
        return attrs.evolve(nothing, everything=True, denied=conditions(forbidden), only=only)
    permitted = {
        field: values - forbidden.get(field, frozenset())
        for field, values in values_of(tenant, actor, kind, allowed).items()
    }
    if only is not None and Field.ID in permitted:
        permitted[Field.ID] &= only
    if not any(permitted.values()):
        return nothing
    return attrs.evolve(nothing, allowed=conditions(permitted), denied=conditions(forbidden), only=only)


Values = dict[Field, frozenset[str]]
"""By field, the values of a condition on it."""


def conditions(values: Values) -> Conditions:
    """The conditions that have values, in order."""
    return tuple(Condition(field=field, values=values[field]) for field in Field if values.get(field))


def values_of(tenant: Tenant, actor: User, kind: Kind, scope: Scope) -> Values:
    """What the terms of a scope mean for objects of a kind, once it is known who the actor is.

    The term for the whole tenant isn't among them: it is no condition. Terms that hold no object of the kind mean
    nothing, and so does what the actor doesn't have: the home department of who has none.
    """
    found: dict[Field, frozenset[str]] = {}
    for term in scope:
        match kind:
            case Kind.USERS:
                field, values = _of_users(tenant, actor, term)
            case Kind.DEPARTMENTS:
                field, values = Field.ID, _of_departments(tenant, actor, term)
            case Kind.NUMBERS:
                field, values = Field.ID, _of_numbers(actor, term)
            case _:
                continue  # anything else is inside the whole tenant only
        found[field] = found.get(field, _NO_IDS) | values
    return found


_NO_IDS: frozenset[str] = frozenset()


def _of_users(tenant: Tenant, actor: User, term: ScopeTerm) -> tuple[Field, frozenset[str]]:
    match term:
        case Chosen(kind=ChosenKind.USER, id=id_):
            return Field.ID, frozenset({id_})
        case Chosen(kind=ChosenKind.AGENT_GROUP, id=id_):
            return Field.AGENT_GROUP, frozenset({id_})
        case Chosen(kind=ChosenKind.DEPARTMENT, id=id_):
            return Field.HOME_DEPARTMENT, frozenset({id_})
        case Within.SELF:
            return Field.ID, frozenset({actor.id})
        case Within.OWN_AGENTS:
            return Field.SUPERVISOR, frozenset({actor.id})
        case Within.OWN_USER_GROUP:
            return Field.USER_GROUP, _with_nested(tenant, actor.user_group)
        case Within.HOME_DEPARTMENT:
            return Field.HOME_DEPARTMENT, _home_department(tenant, actor)
        case Within.TENANT | Within.OWN_NUMBERS | Chosen():
            return Field.ID, _NO_IDS
        case _:
            assert_never(term)


def _of_departments(tenant: Tenant, actor: User, term: ScopeTerm) -> frozenset[str]:
    match term:
        case Chosen(kind=ChosenKind.DEPARTMENT, id=id_):
            return frozenset({id_})
        case Within.HOME_DEPARTMENT:
            return _home_department(tenant, actor)
        case _:
            return _NO_IDS


def _of_numbers(actor: User, term: ScopeTerm) -> frozenset[str]:
    match term:
        case Chosen(kind=ChosenKind.NUMBER, id=id_):
            return frozenset({id_})
        case Within.OWN_NUMBERS:
            return frozenset(actor.visibility.numbers)
        case _:
            return _NO_IDS


def _home_department(tenant: Tenant, user: User) -> frozenset[str]:
    """The home department as a set, empty without one."""
    department = tenant.home_department(user)
    return _NO_IDS if department is None else frozenset({department})


def _with_nested(tenant: Tenant, group: UserGroupId | None) -> frozenset[str]:
    """A user group with all that are nested in it; of no group, none."""
    if group is None:
        return _NO_IDS
    inner: dict[UserGroupId | None, list[UserGroupId]] = {}
    for each in tenant.user_groups.values():
        inner.setdefault(each.parent, []).append(each.id)
    found = [group]
    for outer in found:  # grows while it is read, until no group is left that has others in it
        found += inner.get(outer, ())
    return frozenset(found)


def inside(tenant: Tenant, conditions: Conditions, id_: str) -> bool:
    """Whether any of the conditions holds for the object. One that the tenant doesn't have may match by its id only."""
    return any(not each.values.isdisjoint(_facts(tenant, each.field, id_)) for each in conditions)


def _facts(tenant: Tenant, field: Field, id_: str) -> Iterable[str]:
    """What a condition on the field compares; nothing for what an object doesn't have."""
    if field is Field.ID:
        return (id_,)
    user = tenant.users.get(UserId(id_))
    if user is None:
        return ()
    match field:
        case Field.HOME_DEPARTMENT:
            return _home_department(tenant, user)
        case Field.SUPERVISOR:
            return () if user.supervisor is None else (user.supervisor,)
        case Field.USER_GROUP:
            return () if user.user_group is None else (user.user_group,)
        case Field.AGENT_GROUP:
            return user.agent_groups
        case _:
            assert_never(field)
