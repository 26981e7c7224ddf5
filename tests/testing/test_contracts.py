"""The dictionaries keep what the protocols promise, and the contract suite sees an adapter that doesn't."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from agentprov.errors import Code, Conflict
from agentprov.memory import MemoryCodes, MemoryCredentials, MemorySticky, MemoryTenants, MemoryTokens
from agentprov.model.api_tokens import ApiToken
from agentprov.model.changes import Change
from agentprov.model.contact import PhoneNumber
from agentprov.model.effects import StickyAssigned
from agentprov.model.ids import TenantId, UserId
from agentprov.model.one_time_codes import CodeKey, CodeRecord
from agentprov.model.sticky import LastAgent, StickyKey
from agentprov.model.stored_passwords import StoredPassword
from agentprov.model.tenant import Tenant
from agentprov.repositories import Committed, conflict
from agentprov.testing.contracts import (
    CodeRepositoryContract,
    CredentialRepositoryContract,
    StickyRepositoryContract,
    TenantRepositoryContract,
    TokenRepositoryContract,
)


class TestMemoryTenants(TenantRepositoryContract):
    """ST-1, ST-6: tenants in dictionaries pass the whole suite that hosts run on their own stores."""

    def repository(self) -> MemoryTenants:
        """An empty one."""
        return MemoryTenants()


class TestMemoryCredentials(CredentialRepositoryContract):
    """ST-1, ST-6: so do passwords in dictionaries."""

    def credentials(self) -> MemoryCredentials:
        """An empty one."""
        return MemoryCredentials()


class TestMemoryCodes(CodeRepositoryContract):
    """ST-1, ST-6: one-time codes in dictionaries."""

    def code_store(self) -> MemoryCodes:
        """An empty one."""
        return MemoryCodes()


class TestMemoryTokens(TokenRepositoryContract):
    """ST-1, ST-6: API tokens in dictionaries."""

    def token_store(self) -> MemoryTokens:
        """An empty one."""
        return MemoryTokens()


class TestMemorySticky(StickyRepositoryContract):
    """ST-1, ST-6: and who served whom, in dictionaries."""

    def sticky(self) -> MemorySticky:
        """An empty one."""
        return MemorySticky()


# ---- controls: adapters that are wrong, each in one way --------------------------------------------------------------


class Forgetful(MemoryTenants):
    """Ignores the expected version, and so loses updates."""

    def commit(self, change: Change, **given: Any) -> Tenant:
        """Apply the change to whatever is there."""
        current = self.load(change.tenant)
        moved = Change(tenant=change.tenant, base=current.version, edits=change.edits, properties=change.properties)
        return super().commit(moved, **given)


class CaseBlind(MemoryTenants):
    """Compares ids as a database with a careless collation does."""

    def create(self, tenant: Tenant, **given: Any) -> None:
        """Refuse an id that differs by case only."""
        if any(str(known).casefold() == tenant.id.casefold() for known in self._tenants):
            raise Conflict.of(Code.TENANT_EXISTS)
        super().create(tenant, **given)


class Unkeyed(MemoryTenants):
    """Drops the idempotency key, and so applies a retried commit again or refuses it."""

    def commit(self, change: Change, **given: Any) -> Tenant:
        """Commit without the key."""
        return super().commit(change, at=given["at"])


class Eager(MemoryTenants):
    """Remembers the key before it knows that the change can be applied."""

    def commit(self, change: Change, **given: Any) -> Tenant:
        """Note the key, then commit."""
        key, entry = given.get("key"), Committed(change=change, version=change.base + 1, at=given["at"])
        if key is not None and self._keys.setdefault((change.tenant, key), entry) is not entry:
            return super().commit(change, **given)
        current = self.load(change.tenant)
        if current.version != change.base:
            raise conflict(change, current)
        return super().commit(change, at=given["at"])


class Gappy(MemoryTenants):
    """Answers "nothing happened" where its log doesn't reach."""

    def changes_since(self, tenant: TenantId, version: int) -> tuple[Committed, ...]:
        """Nothing, for a version that isn't in the log."""
        known = self.load(tenant).version
        return super().changes_since(tenant, version) if 1 <= version <= known else ()


class Careless(MemoryCredentials):
    """Overwrites whatever password is stored."""

    def put_password(
        self,
        tenant: TenantId,
        user: UserId,
        password: StoredPassword,
        *,
        expected: StoredPassword | None,  # noqa: ARG002  that is the fault
    ) -> None:
        """Store it, expected or not."""
        super().put_password(tenant, user, password, expected=self.password(tenant, user))


class Slapdash(MemoryCodes):
    """Takes a while to write, and overwrites whatever record is stored by then."""

    def put_codes(self, record: CodeRecord, *, expected: CodeRecord | None) -> None:  # noqa: ARG002  that is the fault
        """Store it, expected or not."""
        time.sleep(0.05)
        super().put_codes(record, expected=self.codes(record.key))


class Purposeless(MemoryCodes):
    """Keeps one record for a user, whatever it is for."""

    def codes(self, key: CodeKey) -> CodeRecord | None:
        """Any of the user's."""
        return next((record for known, record in self._records.items() if known.user == key.user), None)


class Resurrecting(MemoryTokens):
    """Overwrites whatever token is stored, a revoked one too."""

    def put_token(self, token: ApiToken, *, expected: ApiToken | None) -> None:  # noqa: ARG002  that is the fault
        """Store it, expected or not."""
        super().put_token(token, expected=self.token(token.tenant, token.digest))


class Global(MemoryTokens):
    """Finds a token by its digest, whosever tenant it is."""

    def token(self, tenant: TenantId, digest: str) -> ApiToken | None:  # noqa: ARG002  that is the fault
        """Of any tenant."""
        return next((token for (_, known), token in self._tokens.items() if known == digest), None)


class Hasty(MemorySticky):
    """Keeps whatever was reported last, even if somebody answered later."""

    def assign(self, tenant: TenantId, assigned: StickyAssigned) -> None:
        """Overwrite it."""
        self._records.setdefault((tenant, assigned.key.caller), {})[assigned.key] = assigned


class Undying(MemorySticky):
    """Counts a record's last instant as one of its life."""

    def last_agents(self, tenant: TenantId, caller: PhoneNumber, *, at: datetime) -> dict[StickyKey, LastAgent]:
        """What lived a second ago."""
        return super().last_agents(tenant, caller, at=at - timedelta(seconds=1))


class Everywhere(MemorySticky):
    """Forgets a user in every tenant."""

    def forget_user(self, tenant: TenantId, user: UserId) -> None:  # noqa: ARG002  that is the fault
        """In all of them."""
        for owner, _ in list(self._records):
            super().forget_user(owner, user)


_STORES: dict[type, tuple[str, type]] = {
    TenantRepositoryContract: ("repository", MemoryTenants),
    CredentialRepositoryContract: ("credentials", MemoryCredentials),
    StickyRepositoryContract: ("sticky", MemorySticky),
    CodeRepositoryContract: ("code_store", MemoryCodes),
    TokenRepositoryContract: ("token_store", MemoryTokens),
}
"""What each suite calls its store, and one that is right."""


def _run(suite: type, maker: str, adapter: type, test: str, *arguments: object) -> None:
    """One test of a suite, against an adapter."""
    instance: Any = type("Suite", (suite,), {maker: lambda _: adapter()})()
    method: Callable[..., None] = getattr(instance, test)
    method(*arguments)


@pytest.mark.parametrize(
    ("suite", "adapter", "test", "arguments"),
    [
        (TenantRepositoryContract, Forgetful, "test_a_stale_change_is_a_conflict", ()),
        (TenantRepositoryContract, CaseBlind, "test_ids_and_logins_are_compared_with_their_case", ()),
        (TenantRepositoryContract, Unkeyed, "test_a_retried_commit_applies_once", ()),
        (TenantRepositoryContract, Eager, "test_a_failed_commit_leaves_nothing", ()),
        (TenantRepositoryContract, Gappy, "test_a_version_outside_the_log_is_an_error", (2,)),
        (CredentialRepositoryContract, Careless, "test_only_the_expected_password_is_replaced", ()),
        (CodeRepositoryContract, Slapdash, "test_only_the_expected_record_is_replaced", ()),
        (CodeRepositoryContract, Slapdash, "test_a_code_is_used_once_however_many_come_together", ()),
        (CodeRepositoryContract, Slapdash, "test_wrong_tries_that_come_together_are_all_counted", ()),
        (CodeRepositoryContract, Purposeless, "test_codes_belong_to_one_user_and_one_purpose", ()),
        (TokenRepositoryContract, Resurrecting, "test_only_the_expected_record_is_replaced", ()),
        (TokenRepositoryContract, Global, "test_tokens_belong_to_one_user_of_one_tenant", ()),
        (StickyRepositoryContract, Hasty, "test_a_late_report_changes_nothing", ()),
        (StickyRepositoryContract, Undying, "test_a_record_is_dead_at_its_end", ()),
        (StickyRepositoryContract, Everywhere, "test_a_user_is_forgotten_everywhere", ()),
    ],
)
def test_the_suite_sees_a_broken_adapter(suite: type, adapter: type, test: str, arguments: tuple[object, ...]) -> None:
    """Each adapter that breaks one promise fails the test of just that promise, which the right one passes."""
    maker, right = _STORES[suite]
    _run(suite, maker, right, test, *arguments)
    with pytest.raises((AssertionError, Conflict, pytest.fail.Exception)):
        _run(suite, maker, adapter, test, *arguments)
