"""Whose records, reports and live calls a user sees (VI-1).

Two things show something: what the user's visibility options name, and grants of ``record:view``, ``report:view`` and
``live_call:view``, where the tenant's catalogue has them. An option shows what :data:`SHOWN_BY` says; a grant, what its
permission is about. What is seen is the union. A deny of the permission hides whatever concerns its number or one of
its users, however it is shown, and who isn't active sees nothing.

A resource filter (PR-1) leaves its objects only: nothing is shown by a number or a user that it doesn't name.

An option is a scope like a grant's, so both are resolved alike, and one filter says all of it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Final

import attrs

from agentprov.engine.access import Access
from agentprov.engine.decisions import (
    UNKNOWN_OBJECT,
    DeniedBy,
    Gate,
    Granted,
    Held,
    UnknownObject,
    reason_data,
    scope_texts,
)
from agentprov.engine.filters import (
    Condition,
    Conditions,
    Field,
    conditions,
    inside,
    resolved,
    resource_filter,
    values_of,
)
from agentprov.engine.inheritance import Source, resolve
from agentprov.engine.parties import Parties, check_tenant, users_given
from agentprov.engine.sentences import named, reason_words, scope_words, user_name
from agentprov.errors import Code, InvalidValue
from agentprov.model.access import Chosen, ChosenKind, Effect, Permission, Scope, ScopeTerm, Within
from agentprov.model.ids import TenantId, UserId
from agentprov.model.properties import RESOURCE_FILTER, Level
from agentprov.model.references import Kind
from agentprov.model.table import Table
from agentprov.model.tenant import Tenant
from agentprov.model.users import User


class Seen(StrEnum):
    """What can be seen of a number or a user."""

    RECORDS = "records"
    REPORTS = "reports"
    LIVE_CALLS = "live-calls"

    @property
    def noun(self) -> str:
        """One of these, in words."""
        return self.value.removesuffix("s").replace("-", " ")


SHOWN_BY: Final = Table(
    {
        Seen.RECORDS: frozenset({ChosenKind.NUMBER, ChosenKind.USER, ChosenKind.AGENT_GROUP}),
        Seen.REPORTS: frozenset({ChosenKind.USER, ChosenKind.AGENT_GROUP}),
        Seen.LIVE_CALLS: frozenset({ChosenKind.NUMBER}),
    }
)
"""By what is seen: the assignments that show it. A user's own are those of a user."""

PERMISSIONS: Final = Table(
    {
        Seen.RECORDS: Permission("record:view"),
        Seen.REPORTS: Permission("report:view"),
        Seen.LIVE_CALLS: Permission("live_call:view"),
    }
)
"""By what is seen: the permission that shows it to who holds it."""


def assigned(user: User, what: Seen) -> Scope:
    """What the user's visibility options name and this is shown by, as a scope (VI-1)."""
    shown_by, options = SHOWN_BY[what], user.visibility
    named = (
        (ChosenKind.NUMBER, options.numbers),
        (ChosenKind.USER, options.users),
        (ChosenKind.AGENT_GROUP, options.agent_groups),
    )
    terms: set[ScopeTerm] = {Chosen(kind=kind, id=id_) for kind, ids in named if kind in shown_by for id_ in ids}
    if options.own and ChosenKind.USER in shown_by:
        terms.add(Within.SELF)
    return frozenset(terms)


@attrs.frozen(kw_only=True)
class RecordFilter:
    """The records, reports or live calls in a viewer's list, by the number and the users that they concern.

    One is listed if ``everything`` is, or its number is among ``numbers``, or one of its users is inside ``users``;
    but not if its number is among ``denied_numbers`` or any of its users inside ``denied_users``. The filter that lists
    nothing has nothing in any field.

    It is made by :meth:`Sight.filter`. The tenant isn't compared.
    """

    tenant: Tenant = attrs.field(repr=False, eq=False)
    what: Seen
    everything: bool = False
    numbers: frozenset[str] = frozenset()
    users: Conditions = ()
    denied_numbers: frozenset[str] = frozenset()
    denied_users: Conditions = ()

    @property
    def is_everything(self) -> bool:
        """Whether everything is listed: no condition is needed at all."""
        return self.everything and not self.denied_numbers and not self.denied_users

    @property
    def is_empty(self) -> bool:
        """Whether nothing is listed: no query is needed at all."""
        return not self.everything and not self.numbers and not self.users

    def matches(self, *, number: str | None = None, users: Collection[str] = ()) -> bool:
        """Whether what concerns this number and these users is listed. Who is unknown shows and hides nothing.

        Raises:
            InvalidValue: ``field.wrong_type``, where an id is expected and something else is given.
        """
        users = users_given(number, users)
        shown = self.everything or number in self.numbers or self._any(self.users, users)
        return shown and number not in self.denied_numbers and not self._any(self.denied_users, users)

    def _any(self, conditions: Conditions, users: Collection[str]) -> bool:
        return any(inside(self.tenant, conditions, user) for user in users)

    def as_data(self) -> dict[str, object]:
        """The filter in plain values that any JSON writer takes."""
        return {
            "what": self.what.value,
            "everything": self.everything,
            "numbers": sorted(self.numbers),
            "users": [condition.as_data() for condition in self.users],
            "denied_numbers": sorted(self.denied_numbers),
            "denied_users": [condition.as_data() for condition in self.denied_users],
        }


@attrs.frozen(kw_only=True)
class Assigned:
    """Shown by the viewer's visibility options: by these of them, ``self`` being their own."""

    terms: Scope


@attrs.frozen(kw_only=True)
class OutsideResourceFilter:
    """It would be shown, but by nothing that the viewer's resource filter names, which was set at ``source``."""

    source: Source


@attrs.frozen(kw_only=True)
class NotShown:
    """Nothing shows it: no option, no grant."""


SightReason = Assigned | OutsideResourceFilter | NotShown
"""What decisions about access have no word for."""


@attrs.frozen(kw_only=True)
class SightDecision:
    """Whether something is seen, and why.

    The reasons of a yes are the options and the allows that show it; of a no, the denies that hide it, or else that the
    resource filter or nothing shows it, or else every gate that failed.
    """

    allowed: bool
    reasons: tuple[SightReason | Granted | DeniedBy | Gate, ...]

    def as_data(self) -> dict[str, object]:
        """The answer in plain values that any JSON writer takes; the question isn't repeated."""
        return {"allowed": self.allowed, "reasons": [_reason_data(reason) for reason in self.reasons]}


def _reason_data(reason: SightReason | Granted | DeniedBy | Gate) -> dict[str, object]:
    match reason:
        case Assigned(terms=terms):
            return {"reason": "assigned", "satisfied": scope_texts(terms)}
        case OutsideResourceFilter(source=source):
            return {"reason": "outside-resource-filter", "level": source.level.value, "id": source.id}
        case NotShown():
            return {"reason": "not-shown"}
        case _:
            return reason_data(reason)


_PLACES: Final[Mapping[Level, Callable[[Tenant, str], str]]] = {
    Level.DEFINITION: lambda _tenant, _id: "",
    Level.TENANT: lambda _tenant, _id: ", set for the tenant,",
    Level.USER_GROUP: lambda tenant, id_: f", set for the user group {named(tenant, Kind.USER_GROUPS, id_)},",
    Level.USER: lambda _tenant, _id: ", set for them,",
}
"""Where a resource filter was set, in words."""


def _reason_words(tenant: Tenant, viewer: str, reason: SightReason | Granted | DeniedBy | Gate) -> str:
    match reason:
        case Assigned(terms=terms):
            return f"their visibility options show it, {scope_words(tenant, terms)}"
        case OutsideResourceFilter(source=source):
            return f"their resource filter{_PLACES[source.level](tenant, str(source.id))} leaves nothing of it"
        case NotShown():
            return "nothing shows it"
        case UnknownObject():
            return "it isn't this tenant's"
        case _:
            return reason_words(tenant, viewer, None, reason)


class Sight:
    """Answers whose records, reports and live calls users see, for the version of the tenant that ``access`` has.

    A record, a report or a live call is the host's. Of it only the number and the users that it concerns are asked,
    each of which may be missing; ``tenant`` says whose it is, as with an
    :class:`~agentprov.engine.decisions.Object`, and another tenant's is never seen. In a session, ``access`` is its
    :attr:`~agentprov.engine.sessions.SessionAccess.access`.

    Raises, in every question:
        InvalidValue: ``field.wrong_type``, where an id is expected and something else is given: nothing that is in fact
            asked about may pass for unknown. ``field.unknown_choice``, when nothing of the kind can be seen.
    """

    __slots__ = ("_access", "_tenant")

    def __init__(self, access: Access) -> None:
        if not isinstance(access, Access):
            raise InvalidValue.of(Code.FIELD_WRONG_TYPE, "access", expected="an Access", found="something else")
        self._access = access
        self._tenant = access.tenant

    def sees(
        self,
        viewer: str,
        what: Seen,
        *,
        number: str | None = None,
        users: Collection[str] = (),
        tenant: TenantId | None = None,
    ) -> bool:
        """Whether ``viewer`` sees it. To ask about many, keep the filter."""
        check_tenant(tenant)
        matches = self.filter(viewer, what).matches(number=number, users=users)
        return matches and tenant in {None, self._tenant.id}

    def filter(self, viewer: str, what: Seen) -> RecordFilter:
        """All that ``viewer`` sees of this, for a host to make a query of (AC-9)."""
        tenant, what = self._tenant, _seen(what)
        nothing = RecordFilter(tenant=tenant, what=what)
        if self._access.classes[viewer].gates:
            return nothing
        user = tenant.users[UserId(viewer)]
        held = self._held(user, what)
        allowed, denied = _united(held, Effect.ALLOW) | assigned(user, what), _united(held, Effect.DENY)
        users = resolved(tenant, user, Kind.USERS, allowed, denied)
        numbers = resolved(tenant, user, Kind.NUMBERS, allowed, denied)
        limited = resource_filter(tenant, viewer) is not None
        shown = attrs.evolve(
            nothing,
            everything=users.everything and not limited,
            users=conditions({Field.ID: frozenset(users.ids())}) if limited else users.allowed,
            numbers=frozenset(numbers.ids()) if limited else _values(numbers.allowed),
        )
        if shown.is_empty:
            return nothing
        hidden = conditions(values_of(tenant, user, Kind.USERS, denied))
        hidden_numbers = conditions(values_of(tenant, user, Kind.NUMBERS, denied))
        return attrs.evolve(shown, denied_users=hidden, denied_numbers=_values(hidden_numbers))

    def decide(
        self,
        viewer: str,
        what: Seen,
        *,
        number: str | None = None,
        users: Collection[str] = (),
        tenant: TenantId | None = None,
    ) -> SightDecision:
        """Whether ``viewer`` sees it, and why."""
        what, given = _seen(what), users_given(number, users)
        check_tenant(tenant)
        gates = self._access.classes[viewer].gates
        if tenant not in {None, self._tenant.id}:
            gates = (*gates, UNKNOWN_OBJECT)
        if gates:
            return SightDecision(allowed=False, reasons=gates)
        parties = frozenset((Kind.USERS, user) for user in given)
        if number is not None:
            parties |= {(Kind.NUMBERS, number)}
        return self._decision(self._tenant.users[UserId(viewer)], what, parties)

    def explain(
        self,
        viewer: str,
        what: Seen,
        *,
        number: str | None = None,
        users: Collection[str] = (),
        tenant: TenantId | None = None,
    ) -> str:
        """The answer in one plain English sentence."""
        decision = self.decide(viewer, what, number=number, users=users, tenant=tenant)
        sees = "sees" if decision.allowed else "doesn't see"
        reasons = "; and ".join(_reason_words(self._tenant, viewer, reason) for reason in decision.reasons)
        return f"{user_name(self._tenant, viewer)} {sees} this {_seen(what).noun}: {reasons}"

    def _held(self, viewer: User, what: Seen) -> tuple[Held, ...]:
        """The grants of the permission to see this; none where the catalogue doesn't have it."""
        known = self._tenant.blueprint.catalogue.expand(PERMISSIONS[what])
        return self._access.held(viewer.id, PERMISSIONS[what]) if known else ()

    def _decision(self, viewer: User, what: Seen, parties: Parties) -> SightDecision:
        """The rule: a deny hides; else an option or an allow shows, by what the resource filter leaves."""
        held = self._held(viewer, what)
        denies = tuple(
            DeniedBy(held=each, terms=terms)
            for each in held
            if each.grant.effect is Effect.DENY and (terms := self._satisfied(viewer, each.grant.scope, parties))
        )
        if denies:
            return SightDecision(allowed=False, reasons=denies)
        allows = tuple(each for each in held if each.grant.effect is Effect.ALLOW)
        shown_by = tuple(self._shown_by(viewer, what, allows, parties))
        only = resource_filter(self._tenant, viewer.id)
        if only is None or not shown_by:
            return SightDecision(allowed=bool(shown_by), reasons=shown_by or (NotShown(),))
        left = frozenset((kind, id_) for kind, id_ in parties if id_ in only and id_ in self._tenant.table(kind))
        shown_by = tuple(self._shown_by(viewer, what, allows, left)) if left else ()
        source = resolve(self._tenant, viewer.id, RESOURCE_FILTER).source
        return SightDecision(allowed=bool(shown_by), reasons=shown_by or (OutsideResourceFilter(source=source),))

    def _shown_by(
        self, viewer: User, what: Seen, allows: tuple[Held, ...], parties: Parties
    ) -> Iterator[Assigned | Granted]:
        if terms := self._satisfied(viewer, assigned(viewer, what), parties):
            yield Assigned(terms=terms)
        for each in allows:
            if terms := self._satisfied(viewer, each.grant.scope, parties):
                yield Granted(held=each, terms=terms)

    def _satisfied(self, viewer: User, scope: Scope, parties: Parties) -> Scope:
        """The terms that hold for everything, or for one of the parties."""
        return frozenset(term for term in scope if term is Within.TENANT or self._holds(viewer, term, parties))

    def _holds(self, viewer: User, term: ScopeTerm, parties: Parties) -> bool:
        meant = {
            kind: conditions(values_of(self._tenant, viewer, kind, frozenset({term})))
            for kind in {kind for kind, _ in parties}
        }
        return any(inside(self._tenant, meant[kind], id_) for kind, id_ in parties)


_SEEN: Final[Mapping[object, Seen]] = {each.value: each for each in Seen}


def _seen(what: object) -> Seen:
    """What is asked for, by itself or by its text."""
    found = _SEEN.get(what) if isinstance(what, str) else None
    if found is None:
        shown = what[:80] if isinstance(what, str) else "something else"
        raise InvalidValue.of(Code.FIELD_UNKNOWN_CHOICE, "what", value=shown, choices=tuple(map(str, Seen)))
    return found


def _united(held: Iterable[Held], effect: Effect) -> Scope:
    """The scopes of all grants of one effect. A deny counts even where nothing is allowed, for it hides options."""
    return frozenset(term for each in held if each.grant.effect is effect for term in each.grant.scope)


def _values(conditions: tuple[Condition, ...]) -> frozenset[str]:
    """The ids that conditions on the id name."""
    return frozenset(value for each in conditions for value in each.values)
