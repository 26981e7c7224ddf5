"""What changes at the rate of calls: who served which caller last, and whose turn it was (RT-5, RT-6)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from agentprov.model.contact import PhoneNumber
from agentprov.model.effects import Offered, StickyAssigned
from agentprov.model.ids import DepartmentId, TenantId, UserId
from agentprov.model.sticky import LastAgent, StickyKey


class StickyRepository(Protocol):
    """Keeps who served which caller last, at which number or department (RT-5). It changes at the rate of calls.

    A record belongs to a tenant and a key; what differs by case is another one. A user who moves to another group keeps
    theirs.
    """

    def last_agents(self, tenant: TenantId, caller: PhoneNumber, *, at: datetime) -> Mapping[StickyKey, LastAgent]:
        """Every record of a caller that is alive at an instant: what :attr:`Live.last_agents` takes.

        A record is dead at its ``until``, that instant included.

        Raises:
            InvalidValue: ``field.naive_instant``.
        """
        ...

    def assign(self, tenant: TenantId, assigned: StickyAssigned) -> None:
        """Keep who served a caller, in place of who did before; doing it again changes nothing.

        Reports may come late: of two the one who answered later stays.
        """
        ...

    def forget_user(self, tenant: TenantId, user: UserId) -> None:
        """Forget every record of a user, as when they are deleted. Where there is none, nothing happens."""
        ...

    def forget_dead(self, tenant: TenantId, *, at: datetime) -> None:
        """Forget what is dead at an instant. Nobody can tell the difference but the store, which stays small.

        Raises:
            InvalidValue: ``field.naive_instant``.
        """
        ...


class RotationRepository(Protocol):
    """Keeps to whom each department offered a call last, for its turn to go round."""

    def rotation(self, tenant: TenantId) -> Mapping[DepartmentId, UserId]:
        """Whom every department offered a call last: what :attr:`Live.rotation` takes."""
        ...

    def offer(self, tenant: TenantId, offered: Offered, *, expected: UserId | None) -> None:
        """Keep that a department offered a call, in place of the ``expected`` one, at once or not at all.

        Of several calls that come together one gets the next turn, and the others are decided again: so two of them
        never ring at the same member while another one waits.

        Raises:
            Conflict: ``conflict.changed``; somebody else was offered a call by now.
        """
        ...

    def forget_user(self, tenant: TenantId, user: UserId) -> None:
        """Forget every turn of a user, as when they are deleted. Where there is none, nothing happens."""
        ...
