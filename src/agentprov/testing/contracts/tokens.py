"""The obligations of a store of API tokens, each as a test."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import attrs
import pytest

from agentprov.errors import Code, Conflict
from agentprov.model.access import Permission
from agentprov.model.api_tokens import ApiToken, TokenKind
from agentprov.model.ids import TenantId, UserId
from agentprov.repositories import TokenRepository
from agentprov.testing.contracts.contract import Contract
from agentprov.testing.contracts.samples import AT, RACERS, race


class TokenRepositoryContract(Contract):
    """The obligations of :class:`~agentprov.repositories.TokenRepository`."""

    TENANT = TenantId("t-acme")
    USER = UserId("u-api")
    FIRST = ApiToken(
        tenant=TENANT,
        user=USER,
        kind=TokenKind.BY_ADMIN,
        digest="0" * 63 + "a",
        hint="apv_aQ7z",
        name="\u0906 ' ; --",
        permissions=[Permission("user:view"), Permission("user:edit")],
        created_at=AT,
        created_by=UserId("u-asha"),
        expires_at=AT + timedelta(days=90, microseconds=1),
        last_used_at=AT + timedelta(seconds=1),
    )
    SECOND = attrs.evolve(FIRST, revoked_at=AT + timedelta(hours=1))

    def token_store(self) -> TokenRepository:
        """An empty store. Each call gives another one."""
        return self.store().tokens

    def test_nothing_is_kept_at_first(self) -> None:
        """CR-4: an unknown digest has no token, and a user without tokens none."""
        store = self.token_store()
        assert store.token(self.TENANT, self.FIRST.digest) is None
        assert () == store.tokens(self.TENANT, self.USER)

    BARE = attrs.evolve(FIRST, name=None, permissions=(), created_by=None, last_used_at=None)

    @pytest.mark.parametrize("token", [FIRST, SECOND, BARE], ids=["full", "revoked", "bare"])
    def test_a_token_comes_back_equal(self, token: ApiToken) -> None:
        """CR-4: what was stored is read back equal, by its digest and among its user's; with or without options."""
        store = self.token_store()
        store.put_token(token, expected=None)
        assert token == store.token(self.TENANT, token.digest)
        assert (token,) == store.tokens(self.TENANT, self.USER)

    def test_tokens_belong_to_one_user_of_one_tenant(self) -> None:
        """B071: another tenant doesn't find it by its digest, and nobody else has it among theirs."""
        store = self.token_store()
        store.put_token(self.FIRST, expected=None)
        for tenant in (TenantId("t-other"), TenantId("T-ACME")):
            assert store.token(tenant, self.FIRST.digest) is None
            assert () == store.tokens(tenant, self.USER)
        assert () == store.tokens(self.TENANT, UserId("U-API"))

    def test_tokens_are_listed_in_order(self) -> None:
        """CR-4: a user's tokens come by when they were created, then by digest, revoked ones too."""
        store = self.token_store()
        late = attrs.evolve(self.SECOND, digest="0" * 64, created_at=AT + timedelta(seconds=1))
        same = attrs.evolve(self.FIRST, digest="f" * 64)
        for token in (late, same, self.FIRST):
            store.put_token(token, expected=None)
        assert (self.FIRST, same, late) == store.tokens(self.TENANT, self.USER)

    def test_only_the_expected_record_is_replaced(self) -> None:
        """ST-2: who expects another record than the stored one gets a conflict, and the stored one stays."""
        store = self.token_store()
        store.put_token(self.FIRST, expected=None)
        for expected in (None, self.SECOND):
            with pytest.raises(Conflict) as caught:
                store.put_token(self.SECOND, expected=expected)
            assert (Code.CONFLICT_CHANGED,) == caught.value.codes
        assert self.FIRST == store.token(self.TENANT, self.FIRST.digest)
        store.put_token(self.SECOND, expected=self.FIRST)
        assert (self.SECOND,) == store.tokens(self.TENANT, self.USER)

    def test_a_use_never_undoes_a_revocation(self) -> None:
        """CR-4: of a revocation and uses that race the revocation stays, whoever was first."""
        store = self.token_store()
        store.put_token(self.FIRST, expected=None)

        def use(racer: int) -> None:
            used = attrs.evolve(self.FIRST, last_used_at=AT + timedelta(minutes=racer))
            store.put_token(used, expected=self.FIRST)

        def revoke() -> None:
            for _ in range(RACERS):  # each conflict is another's use, of which there are no more
                known = store.token(self.TENANT, self.FIRST.digest)
                assert known is not None
                try:
                    store.put_token(attrs.evolve(known, revoked_at=AT), expected=known)
                except Conflict:
                    continue
                return
            raise AssertionError("the revocation never got in")

        race([revoke, *(partial(use, racer) for racer in range(1, RACERS))])
        left = store.token(self.TENANT, self.FIRST.digest)
        assert left is not None
        assert AT == left.revoked_at

    def test_of_racing_tokens_exactly_one_wins(self) -> None:
        """ST-2: of many who store the same new token at the same moment one wins."""
        store = self.token_store()
        tried = [attrs.evolve(self.FIRST, name=f"racer {racer}") for racer in range(RACERS)]
        outcomes = race([partial(store.put_token, token, expected=None) for token in tried])
        assert 1 == outcomes.count(None)
        assert tried[outcomes.index(None)] == store.token(self.TENANT, self.FIRST.digest)

    def test_a_forgotten_user_has_nothing(self) -> None:
        """LC-3: after a user is forgotten no token of theirs is there; others keep theirs, and again is no error."""
        store = self.token_store()
        other = attrs.evolve(self.FIRST, user=UserId("u-ben"), digest="b" * 64)
        for token in (self.FIRST, other):
            store.put_token(token, expected=None)
        store.forget_user(self.TENANT, self.USER)
        store.forget_user(self.TENANT, self.USER)
        assert store.token(self.TENANT, self.FIRST.digest) is None
        assert (other,) == store.tokens(self.TENANT, other.user)

    def test_digests_are_never_shown(self) -> None:
        """P71: what is stored doesn't print its digest."""
        assert self.FIRST.digest not in repr(self.FIRST)
