"""Whether an agent may log on to a queue by telephone, or off it (ID-8).

Logging on is for those who may work: active, and of a type that calls are sent to. Logging off is refused to nobody who
can say who they are, so that a disabled agent doesn't stay on a queue.
"""

from __future__ import annotations

from typing import Final

from agentprov.model.ids import QueueId, UserId
from agentprov.model.queue_log_on import LogOn, LogOnGate, LogOnStep, NotLoggedOn
from agentprov.model.tenant import Tenant
from agentprov.model.users import Status, User

_STATUSES: Final = {
    Status.DISABLED: LogOnGate.STATUS_DISABLED,
    Status.BLOCKED: LogOnGate.STATUS_BLOCKED,
    Status.DEACTIVATED: LogOnGate.STATUS_DEACTIVATED,
}


class QueueTelephone:
    """Logging on to queues by telephone, for one version of a tenant.

    INVARIANT: what is kept depends on the tenant alone and is published by one assignment, so threads share it.
    """

    __slots__ = ("_by_numeric_id", "tenant")

    def __init__(self, tenant: Tenant) -> None:
        self.tenant = tenant
        self._by_numeric_id: dict[str, UserId] | None = None

    def typed(self, digits: str, queue: str, step: LogOnStep) -> LogOn | NotLoggedOn:
        """Somebody typed a numeric id on a telephone."""
        if self._by_numeric_id is None:
            users = self.tenant.users.values()
            self._by_numeric_id = {str(user.numeric_id): user.id for user in users if user.numeric_id is not None}
        user = self._by_numeric_id.get(digits)
        if user is None:
            found = [LogOnGate.NUMERIC_ID_UNKNOWN, *self._of_queue(queue)]
            return NotLoggedOn(user=None, queue=QueueId(queue), step=step, gates=found)
        return self.of_user(user, queue, step)

    def of_user(self, user: str, queue: str, step: LogOnStep) -> LogOn | NotLoggedOn:
        """A user whom the host knows by the telephone they call from."""
        known = self.tenant.users.get(UserId(user))
        found = [LogOnGate.USER_UNKNOWN] if known is None else self._of_user(known, step)
        found += self._of_queue(queue)
        if known is None or known.numeric_id is None or found:
            return NotLoggedOn(user=UserId(user), queue=QueueId(queue), step=step, gates=found)
        return LogOn(user=known.id, numeric_id=known.numeric_id, queue=QueueId(queue), step=step)

    def _of_user(self, user: User, step: LogOnStep) -> list[LogOnGate]:
        found = [] if user.numeric_id is not None else [LogOnGate.NUMERIC_ID_NONE]
        if step == LogOnStep.OFF:
            return found
        # By value: an equal text that a host put there isn't the member, and mustn't slip past.
        if user.status != Status.ACTIVE:
            found.append(_STATUSES[user.status])
        if not self.tenant.blueprint.user_types[user.type].routed:
            found.append(LogOnGate.TYPE_NOT_ROUTED)
        return found

    def _of_queue(self, queue: str) -> list[LogOnGate]:
        return [] if QueueId(queue) in self.tenant.queues else [LogOnGate.QUEUE_UNKNOWN]
