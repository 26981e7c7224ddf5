"""The obligations of a store of one-time codes, each as a test."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import attrs
import pytest

from agentprov.credentials.one_time_codes import CodeIssue, CodeVerdict, check_code, issue_code
from agentprov.credentials.passwords import CHEAPEST
from agentprov.errors import Code, Conflict
from agentprov.model.ids import TenantId, UserId
from agentprov.model.one_time_codes import CodeKey, CodeKind, CodeLimits, CodePurpose, CodeRecord, StoredCode
from agentprov.model.secret import Secret
from agentprov.model.verification import CodeCheck
from agentprov.repositories import CodeRepository, settle_codes
from agentprov.testing.contracts.contract import Contract
from agentprov.testing.contracts.samples import AT, a_tenant, race

MANY = 50
"""How many present a code at the same moment."""
LIMITS = CodeLimits(tries=7)


class CodeRepositoryContract(Contract):
    """The obligations of :class:`~agentprov.repositories.CodeRepository`."""

    TENANT = TenantId("t-acme")
    USER = UserId("u-asha")
    KEY = CodeKey(tenant=TENANT, user=USER, purpose=CodePurpose.RECOVERY)
    FIRST = CodeRecord(
        key=KEY,
        code=StoredCode(
            kind=CodeKind.RECOVERY_BY_EMAIL,
            request="request-17",
            hash="$argon2id$v=19$m=8,t=1,p=1$Zmlyc3Q$Zmlyc3Q",
            issued_at=AT,
            expires_at=AT + timedelta(seconds=3_599, microseconds=1),
        ),
        failures=3,
        issues=(AT - timedelta(minutes=5), AT),
        seen=AT,
    )
    SECOND = attrs.evolve(FIRST, failures=4)

    def code_store(self) -> CodeRepository:
        """An empty store. Each call gives another one."""
        return self.store().codes

    def test_nothing_is_kept_at_first(self) -> None:
        """CR-2: where nothing was issued nothing is kept, and nobody learns whether the user exists."""
        assert self.code_store().codes(self.KEY) is None

    def test_a_record_comes_back_equal(self) -> None:
        """CR-2: what was stored is read back equal: the code's binding, instants to the microsecond, what throttles."""
        store = self.code_store()
        store.put_codes(self.FIRST, expected=None)
        assert self.FIRST == store.codes(self.KEY)

    def test_an_empty_record_comes_back_equal(self) -> None:
        """CR-2: a record without a code, as after a refused issue, is kept as well."""
        store = self.code_store()
        empty = CodeRecord(key=self.KEY)
        store.put_codes(empty, expected=None)
        assert empty == store.codes(self.KEY)

    def test_codes_belong_to_one_user_and_one_purpose(self) -> None:
        """CR-2: no other purpose, user or tenant has them, and no id that differs by case."""
        store = self.code_store()
        store.put_codes(self.FIRST, expected=None)
        assert store.codes(attrs.evolve(self.KEY, purpose=CodePurpose.FIRST_PASSWORD)) is None
        assert store.codes(attrs.evolve(self.KEY, user=UserId("U-ASHA"))) is None
        assert store.codes(attrs.evolve(self.KEY, tenant=TenantId("T-ACME"))) is None

    def test_only_the_expected_record_is_replaced(self) -> None:
        """ST-2: who expects another record than the stored one gets a conflict, and the stored one stays."""
        store = self.code_store()
        store.put_codes(self.FIRST, expected=None)
        for expected in (None, self.SECOND):
            with pytest.raises(Conflict) as caught:
                store.put_codes(self.SECOND, expected=expected)
            assert (Code.CONFLICT_CHANGED,) == caught.value.codes
        assert self.FIRST == store.codes(self.KEY)
        store.put_codes(self.SECOND, expected=self.FIRST)
        assert self.SECOND == store.codes(self.KEY)

    def test_nothing_is_not_replaced_by_what_expects_something(self) -> None:
        """ST-2: whoever expects a record where there is none gets a conflict."""
        store = self.code_store()
        with pytest.raises(Conflict):
            store.put_codes(self.SECOND, expected=self.FIRST)
        assert store.codes(self.KEY) is None

    def test_a_code_is_used_once_however_many_come_together(self) -> None:
        """P68: of fifty who present the right code at the same moment exactly one is let in."""
        store, issued = self._issued()
        outcomes = race([self._presents(store, issued, right=True)] * MANY)
        assert 1 == sum(isinstance(each, CodeVerdict) and each.accepted for each in outcomes)

    def test_wrong_tries_that_come_together_are_all_counted(self) -> None:
        """P69: of fifty wrong codes at the same moment no more are tried than the limit allows; the rest is locked."""
        store, issued = self._issued()
        outcomes = race([self._presents(store, issued, right=False)] * MANY)
        checks = [each.check for each in outcomes if isinstance(each, CodeVerdict)]
        assert LIMITS.tries == checks.count(CodeCheck.WRONG)
        assert MANY - LIMITS.tries == checks.count(CodeCheck.LOCKED)

    def test_a_forgotten_user_has_nothing(self) -> None:
        """LC-3: after a user is forgotten nothing of theirs is there; others keep theirs, and again is no error."""
        store = self.code_store()
        other = attrs.evolve(self.FIRST, key=attrs.evolve(self.KEY, user=UserId("u-ben")))
        for record in (self.FIRST, other):
            store.put_codes(record, expected=None)
        store.forget_user(self.TENANT, self.USER)
        store.forget_user(self.TENANT, self.USER)
        assert store.codes(self.KEY) is None
        assert other == store.codes(other.key)

    def test_hashes_are_never_shown(self) -> None:
        """CR-7: what is stored doesn't print its hash."""
        code = self.FIRST.code
        assert code is not None
        assert code.hash not in repr(self.FIRST)

    def _issued(self) -> tuple[CodeRepository, Secret]:
        """A store in which a code was issued, and the code."""
        store = self.code_store()
        tenant = a_tenant()

        def issue(record: CodeRecord | None) -> CodeIssue:
            kind = CodeKind.RECOVERY_BY_EMAIL
            return issue_code(tenant, self.USER, kind, record=record, at=AT, limits=LIMITS, parameters=CHEAPEST)

        issued = settle_codes(store, self.KEY, issue)
        assert issued.message is not None
        return store, issued.message.code

    def _presents(self, store: CodeRepository, code: Secret, *, right: bool) -> Callable[[], CodeVerdict]:
        """Presents the code, or one that differs in its last digit."""
        last = str((int(code.reveal()[-1]) + 1) % 10)
        typed = code if right else Secret(code.reveal()[:-1] + last)

        def check(record: CodeRecord | None) -> CodeVerdict:
            return check_code(self.KEY, typed, record=record, at=AT, limits=LIMITS, parameters=CHEAPEST)

        return lambda: settle_codes(store, self.KEY, check)
