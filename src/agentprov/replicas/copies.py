"""The copies of tenants that a process holds, and when one takes the place of another (ST-3)."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from datetime import datetime
from itertools import count
from threading import Lock, RLock
from typing import Any, TypeVar

import attrs

from agentprov.errors import Code, InvalidValue
from agentprov.model.ids import TenantId
from agentprov.model.references import Kind
from agentprov.model.tenant import Tenant

E = TypeVar("E")


@attrs.frozen(kw_only=True)
class ReplicaStatus:
    """How a copy of a tenant stands."""

    tenant: TenantId
    version: int
    objects: int
    """How many objects the tenant has: what the bound on memory counts."""
    caught_up_at: datetime
    """What was committed before this instant is in the copy."""
    failure: str | None = None
    """Why it couldn't be caught up since, where that was tried: the code of a problem or the name of an exception."""


@attrs.define(eq=False)
class Copy:
    """One version of a tenant with the engines compiled from it. Another version is another copy."""

    tenant: Tenant
    caught_up_at: datetime
    engines: dict[type, Any] = attrs.field(factory=dict)
    failure: str | None = None
    used: int = 0
    """When it was last asked for, as a number that grows."""
    compiling: RLock = attrs.field(factory=RLock)

    def engine(self, make: type[E]) -> E:
        """The engine of this version, compiled by whoever asks for it first."""
        if make not in self.engines:
            with self.compiling:
                if make not in self.engines:
                    self.engines[make] = _compiled(make, self.tenant, None)
        engine: E = self.engines[make]
        return engine

    def next(self, tenant: Tenant, caught_up_at: datetime) -> Copy:
        """The copy of another version, with every engine that this one has."""
        after = Copy(tenant, caught_up_at, used=self.used)
        for make, engine in self.engines.copy().items():  # one that is being compiled isn't waited for
            with suppress(Exception):  # whoever asks for this engine is told; no other answer waits for it
                after.engines[make] = _compiled(make, tenant, engine)
        return after


def _compiled(make: Callable[..., E], tenant: Tenant, like: E | None) -> E:
    # What it is kept under is what made it: a function that is made anew for each question would fill the memory.
    if not isinstance(make, type):
        expected, found = "a class", type(make).__name__
        raise InvalidValue.of(Code.FIELD_WRONG_TYPE, "make", expected=expected, found=found)
    takes_like = like is not None and "like" in inspect.signature(make).parameters
    engine: E = make(tenant, like=like) if takes_like else make(tenant)
    return engine


def _objects(tenant: Tenant) -> int:
    return sum(len(tenant.table(kind)) for kind in Kind)


class Copies:
    """What a process holds.

    Reading takes no lock, so no answer waits for whoever loads, catches up, compiles or lets go.

    INVARIANT: a copy takes the place of the one it was made from and of no other, or of one of a lower version. So a
    version only ever goes back when the store itself went back, as when a backup is restored.
    """

    def __init__(self, most_objects: int, clock: Callable[[], datetime]) -> None:
        check_positive("most_objects", most_objects, whole=True)
        self._most = most_objects
        self._clock = clock
        self._lock = Lock()
        self._copies: dict[TenantId, Copy] = {}
        self._objects = 0
        self._loading: dict[TenantId, Future[Copy | None]] = {}
        """What is being loaded, to be waited for; it comes to nothing where whoever loads is interrupted."""
        self._ticks = count(1)

    def held(self, tenant_id: str) -> Tenant | None:
        """The copy this process holds, or nothing. Never waits."""
        copy = self._look(TenantId(tenant_id))
        return None if copy is None else copy.tenant

    def accept(self, tenant: Tenant) -> None:
        """Go on with what a commit gave: it counts in this process from here on. A version below the held one doesn't.

        The engines in use are compiled for it first, in the thread that calls.

        Raises:
            InvalidValue: ``field.wrong_type``; it is no tenant.
        """
        if not isinstance(tenant, Tenant):
            raise InvalidValue.of(Code.FIELD_WRONG_TYPE, "tenant", expected="a tenant", found="something else")
        self._look(tenant.id)
        self._advance(tenant, self._clock())

    def status(self) -> tuple[ReplicaStatus, ...]:
        """How every held copy stands, sorted by the tenants' ids."""
        with self._lock:
            copies = sorted(self._copies.items())
        return tuple(
            ReplicaStatus(
                tenant=id_,
                version=copy.tenant.version,
                objects=_objects(copy.tenant),
                caught_up_at=copy.caught_up_at,
                failure=copy.failure,
            )
            for id_, copy in copies
        )

    def _look(self, id_: TenantId) -> Copy | None:
        copy = self._copies.get(id_)
        if copy is not None:
            copy.used = next(self._ticks)
        return copy

    def _advance(self, tenant: Tenant, at: datetime) -> Copy:
        """The copy of this tenant, or the one that is held if that isn't older."""
        while True:
            before = self._copies.get(tenant.id)
            if before is None:
                after = Copy(tenant, at, used=next(self._ticks))
            elif before.tenant.version < tenant.version:
                after = before.next(tenant, before.caught_up_at)
            else:
                return before
            if self._swap(tenant.id, before, after):
                return after

    def _swap(self, id_: TenantId, before: Copy | None, after: Copy | None) -> bool:
        """Put a copy in the place of another, unless something else is there by now."""
        with self._lock:
            if self._copies.get(id_) is not before:
                return False
            if before is not None:
                self._objects -= _objects(before.tenant)
                del self._copies[id_]
            if after is not None:
                self._objects += _objects(after.tenant)
                self._copies[id_] = after
                self._let_go()
            return True

    def _let_go(self) -> None:
        """Keep within the bound: those go that nobody asked for longest; never the last one that somebody did."""
        if self._objects > self._most:
            for id_ in sorted(self._copies, key=lambda id_: self._copies[id_].used)[:-1]:
                if id_ not in self._loading:  # what was committed while it is loaded mustn't be forgotten
                    self._objects -= _objects(self._copies.pop(id_).tenant)
                    if self._objects <= self._most:
                        return


def check_positive(name: str, value: object, *, whole: bool) -> None:
    """Refuse what is no number above 0.

    Raises:
        InvalidValue: ``field.wrong_type``, ``field.out_of_range``.
    """
    kinds = (int,) if whole else (int, float)
    if isinstance(value, bool) or not isinstance(value, kinds):
        expected, found = "a whole number" if whole else "a number", type(value).__name__
        raise InvalidValue.of(Code.FIELD_WRONG_TYPE, name, expected=expected, found=found)
    if not value > 0:
        raise InvalidValue.of(Code.FIELD_OUT_OF_RANGE, name, value=str(value), low="above 0", high="any")
