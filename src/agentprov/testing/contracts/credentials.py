"""The obligations of a store of passwords, each as a test."""

from __future__ import annotations

import attrs
import pytest

from agentprov.errors import Code, Conflict
from agentprov.model.ids import TenantId, UserId
from agentprov.model.stored_passwords import StoredPassword
from agentprov.repositories import CredentialRepository
from agentprov.testing.contracts.contract import Contract
from agentprov.testing.contracts.samples import AT, RACERS, race


class CredentialRepositoryContract(Contract):
    """The obligations of :class:`~agentprov.repositories.CredentialRepository`."""

    TENANT = TenantId("t-acme")
    USER = UserId("u-asha")
    FIRST = StoredPassword(hash="$argon2id$v=19$m=8,t=1,p=1$Zmlyc3Q$Zmlyc3Q", one_time=True, at=AT)
    SECOND = StoredPassword(hash="$argon2id$v=19$m=8,t=1,p=1$c2Vjb25k$c2Vjb25k", one_time=False, at=AT)

    def credentials(self) -> CredentialRepository:
        """An empty store. Each call gives another one."""
        return self.store().credentials

    def test_nothing_is_stored_at_first(self) -> None:
        """CR-7: a user without a password has none, and so has one who doesn't exist."""
        assert self.credentials().password(self.TENANT, self.USER) is None

    def test_a_password_comes_back_equal(self) -> None:
        """CR-7: what was stored is read back equal, the "one time" and the instant too."""
        store = self.credentials()
        store.put_password(self.TENANT, self.USER, self.FIRST, expected=None)
        assert self.FIRST == store.password(self.TENANT, self.USER)

    def test_passwords_belong_to_one_user_of_one_tenant(self) -> None:
        """CR-7: nobody else has it: no other user, no other tenant, and no id that differs by case."""
        store = self.credentials()
        store.put_password(self.TENANT, self.USER, self.FIRST, expected=None)
        assert store.password(self.TENANT, UserId("U-ASHA")) is None
        assert store.password(TenantId("T-ACME"), self.USER) is None
        assert store.password(TenantId("t-other"), self.USER) is None

    def test_only_the_expected_password_is_replaced(self) -> None:
        """ST-2: who expects another password than the stored one gets a conflict, and the stored one stays."""
        store = self.credentials()
        store.put_password(self.TENANT, self.USER, self.FIRST, expected=None)
        for expected in (None, self.SECOND):
            with pytest.raises(Conflict) as caught:
                store.put_password(self.TENANT, self.USER, self.SECOND, expected=expected)
            assert (Code.CONFLICT_CHANGED,) == caught.value.codes
        assert self.FIRST == store.password(self.TENANT, self.USER)
        store.put_password(self.TENANT, self.USER, self.SECOND, expected=self.FIRST)
        assert self.SECOND == store.password(self.TENANT, self.USER)

    def test_a_removed_password_is_gone(self) -> None:
        """CR-7: after removing there is none, and removing again is no error."""
        store = self.credentials()
        store.put_password(self.TENANT, self.USER, self.FIRST, expected=None)
        store.remove_password(self.TENANT, self.USER)
        store.remove_password(self.TENANT, self.USER)
        assert store.password(self.TENANT, self.USER) is None

    def test_of_racing_passwords_exactly_one_wins(self) -> None:
        """ST-2: of many who set a first password at the same moment one wins, and it is the one that is stored."""
        store = self.credentials()
        tried = [attrs.evolve(self.FIRST, hash=f"{self.FIRST.hash}{racer}") for racer in range(RACERS)]
        outcomes = race(
            [
                lambda password=password: store.put_password(self.TENANT, self.USER, password, expected=None)  # type: ignore[misc]
                for password in tried
            ]
        )
        assert 1 == outcomes.count(None)
        assert tried[outcomes.index(None)] == store.password(self.TENANT, self.USER)

    def test_hashes_are_never_shown(self) -> None:
        """CR-7: what is stored doesn't print its hash."""
        assert self.FIRST.hash not in repr(self.FIRST)
