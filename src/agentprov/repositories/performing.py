"""A command: made on the latest version, committed, made again when others were first, and done once for its key."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final, Protocol

import attrs

from agentprov.errors import AgentprovError, Code, Conflict, Refused
from agentprov.model.changes import Change
from agentprov.model.ids import TenantId, UserId
from agentprov.model.secret import Secret
from agentprov.model.table import Table
from agentprov.model.tenant import Tenant
from agentprov.repositories.asynchronous import AsyncAuditRepository, AsyncTenantRepository
from agentprov.repositories.audit import AuditRepository, Noted
from agentprov.repositories.entries import request_digest
from agentprov.repositories.steps import Steps, run, run_async
from agentprov.repositories.tenants import Committed, TenantRepository

TRIES: Final = 20
"""How often a command is made at most before whoever asked is told of the conflict."""

Command = Callable[[Tenant], Change]
"""Makes a change of the tenant it is given, or refuses to: ``lambda tenant: create_user(tenant, form, by=by)``."""


@attrs.frozen(kw_only=True)
class Performed:
    """What came of a command: equal however often it is sent with its key, but for what is shown once."""

    entry: Committed
    tenant: Tenant = attrs.field(repr=False, eq=False)
    """The tenant as it is now, whose version may be later than the entry's."""
    secrets: Table[str, Secret] = attrs.field(factory=Table, repr=False, eq=False)
    """What is shown once, such as a generated password: empty when the command was sent again."""


class CarriesOut(Protocol):
    """What a store of tenants may promise beside: that it makes a command itself, where nobody can come between.

    Many who change one tenant at once then queue, instead of one being first and all others making theirs again.
    :func:`perform` uses it where it is there.
    """

    def carry_out(
        self,
        tenant: TenantId,
        command: Command,
        *,
        at: datetime,
        key: str,
        request: str | None = None,
        reason: str | None = None,
    ) -> Performed:
        """Make a command on the latest version and commit it, once for its key; as :func:`perform` with a digest.

        The command may be made more often than once, and others wait for it: it is quick and has no effects.
        """
        ...


def perform(
    tenants: TenantRepository,
    tenant: TenantId,
    command: Command,
    *,
    at: datetime,
    key: str,
    request: object = None,
    reason: str | None = None,
    audit: AuditRepository | None = None,
    action: str = "change",
    by: UserId | None = None,
) -> Performed:
    """Do a command once, however often it is sent with this key, and give the same answer each time.

    ``request`` is what was asked, in plain data without passwords; a key that comes again with another one is refused.
    Where none is given the key alone counts, whatever comes with it.
    Where an ``audit`` is given, a refusal is noted there, once for the key, as ``action`` of ``by``.

    Raises:
        Conflict: ``idempotency_key.reused``; ``conflict.stale`` when others were first again and again; ``login.taken``
            and its like where the command itself doesn't look.
        Refused, InvalidValue, NotFound: what the command refuses. Nothing is stored, so it may be sent again.
    """
    asked = Asked(at=at, key=key, request=request_digest(request), reason=reason, action=action, by=by)
    return run(_performing(tenants, audit, tenant, command, asked))


async def perform_async(
    tenants: AsyncTenantRepository,
    tenant: TenantId,
    command: Command,
    *,
    at: datetime,
    key: str,
    request: object = None,
    reason: str | None = None,
    audit: AsyncAuditRepository | None = None,
    action: str = "change",
    by: UserId | None = None,
) -> Performed:
    """As :func:`perform`, with a store of coroutines."""
    asked = Asked(at=at, key=key, request=request_digest(request), reason=reason, action=action, by=by)
    return await run_async(_performing(tenants, audit, tenant, command, asked))


@attrs.frozen(kw_only=True)
class Asked:
    """What comes with a command."""

    at: datetime
    key: str
    request: str | None = None
    """A digest of it."""
    reason: str | None = None
    action: str = "change"
    by: UserId | None = None

    def entry(self, change: Change) -> Committed:
        """The log's entry of the change that the command came to."""
        version = change.base + 1
        return Committed(
            change=change, version=version, at=self.at, key=self.key, request=self.request, reason=self.reason
        )

    def refusal(self, error: AgentprovError) -> Noted:
        """The audit's entry of a command that was refused."""
        return Noted(
            key=self.key,
            at=self.at,
            action=self.action,
            actor=self.by,
            problems=error.problems,
            reason=self.reason,
        )


def _performing(
    tenants: Any,  # noqa: ANN401  of either kind
    audit: Any,  # noqa: ANN401  of either kind
    tenant: TenantId,
    command: Command,
    asked: Asked,
) -> Steps[Performed]:
    try:
        if not hasattr(tenants, "carry_out"):
            return (yield from _committing(tenants, tenant, command, asked))
        done: Performed = yield tenants.carry_out(
            tenant, command, at=asked.at, key=asked.key, request=asked.request, reason=asked.reason
        )
    except Refused as error:
        if audit is not None:
            yield audit.note(tenant, asked.refusal(error))
        raise
    return done


def _committing(
    tenants: Any,  # noqa: ANN401  of either kind
    tenant: TenantId,
    command: Command,
    asked: Asked,
) -> Steps[Performed]:
    """By what every store promises: made on what is loaded, and made again for as long as others are first."""
    done: Committed | None = yield tenants.committed(tenant, asked.key)
    if done is not None:
        if done.request != asked.request:
            raise Conflict.of(Code.IDEMPOTENCY_KEY_REUSED, "key", value=asked.key)
        return Performed(entry=done, tenant=(yield tenants.load(tenant)))
    left = TRIES
    while True:
        left -= 1
        before: Tenant = yield tenants.load(tenant)
        try:
            change = command(before)
            after: Tenant = yield tenants.commit(
                change, at=asked.at, key=asked.key, request=asked.request, reason=asked.reason
            )
        except Conflict as error:
            # Made again on the latest version it says itself what is wrong by now, such as a login that is taken.
            if not left or Code.CONFLICT_STALE not in error.codes:
                raise
        else:
            mine = asked.entry(change.without_secrets())
            entry: Committed = (yield tenants.committed(tenant, asked.key)) or mine
            # Sent twice at one moment, one of the two was done, and its secrets are the other's to show.
            return Performed(entry=entry, tenant=after, secrets=change.secrets if entry == mine else Table())
