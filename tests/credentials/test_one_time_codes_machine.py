"""One-time codes against a naive model, in any order of steps (P68, P69): issued, typed, a clock going both ways."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from agentprov.credentials.one_time_codes import check_code, issue_code, unlock_codes
from agentprov.credentials.passwords import CHEAPEST
from agentprov.memory import MemoryCodes
from agentprov.model.one_time_codes import CodeKey, CodeKind, CodeLimits, CodePurpose
from agentprov.model.secret import Secret
from agentprov.repositories import settle_codes
from tests.credentials.accounts import AT, company, key

LIMITS = CodeLimits(tries=3, issues=3)
TENANTS = {id_: company(id_) for id_ in ("t-1", "t-2")}
USERS = ("u-asha", "u-root")
KINDS = (CodeKind.RECOVERY_BY_EMAIL, CodeKind.RECOVERY_BY_SMS, CodeKind.SIGN_IN_BY_SMS)
REQUESTS = ("r-1", "r-2")

tenants = st.sampled_from(list(TENANTS))
keys = st.builds(key, st.sampled_from(USERS), st.sampled_from([kind.purpose for kind in KINDS[1:]]), tenants)
requests = st.sampled_from(REQUESTS)


class Codes(RuleBasedStateMachine):
    """Two users of two tenants with codes for two purposes, in one store.

    The model is a list of everything that was ever issued, and what was tried since: it knows no record and no hash.
    """

    def __init__(self) -> None:
        super().__init__()
        self.store = MemoryCodes()
        self.now: datetime = AT
        self.sent: list[dict[str, Any]] = []
        self.failures: dict[CodeKey, int] = {}
        self.accepted: list[int] = []

    @rule(
        user=st.sampled_from(USERS),
        tenant=st.sampled_from(list(TENANTS)),
        kind=st.sampled_from(KINDS),
        request=requests,
    )
    def issue(self, user: str, tenant: str, kind: CodeKind, request: str) -> None:
        """A code is asked for, and goes out unless it is locked or too many did within the hour."""
        whose = key(user, kind.purpose, tenant)
        made = settle_codes(
            self.store,
            whose,
            lambda record: issue_code(
                TENANTS[tenant],
                user,
                kind,
                record=record,
                at=self.now,
                request=request,
                limits=LIMITS,
                parameters=CHEAPEST,
            ),
        )
        mine = [each for each in self.sent if each["key"] == whose]
        for each in mine:
            # An hour is over once, even if the clock is set back afterwards.
            each["over"] = each["over"] or self.now - each["at"] >= timedelta(hours=1)
        recent = [each for each in mine if not each["over"]]
        refused = self.failures.get(whose, 0) >= LIMITS.tries or len(recent) >= LIMITS.issues
        assert refused == (made.message is None)
        if made.message is None:
            for each in mine:
                each["latest"] = max(each["latest"], self.now)
        else:
            for each in mine:
                each["dead"] = True
            self.sent.append(
                {
                    "key": whose,
                    "kind": kind,
                    "request": request,
                    "code": made.message.code.reveal(),
                    "at": self.now,
                    "latest": self.now,
                    "dead": False,
                    "over": False,
                }
            )

    @rule(data=st.data(), whose=keys, request=requests)
    def type_one_that_was_sent(self, data: st.DataObject, whose: CodeKey, request: str) -> None:
        """Any code that ever went out is typed, by anybody, for anything."""
        if self.sent:
            chosen = data.draw(st.sampled_from(self.sent))
            right = data.draw(st.booleans())
            self._type(chosen["code"], chosen["key"] if right else whose, chosen["request"] if right else request)

    @rule(whose=keys, request=requests, code=st.text("0123456789", min_size=6, max_size=6))
    def guess(self, whose: CodeKey, request: str, code: str) -> None:
        """Some code is typed."""
        self._type(code, whose, request)

    def _type(self, code: str, whose: CodeKey, request: str) -> None:
        verdict = settle_codes(
            self.store,
            whose,
            lambda record: check_code(
                whose,
                Secret(code),
                record=record,
                at=self.now,
                request=request,
                limits=LIMITS,
                parameters=CHEAPEST,
            ),
        )
        latest = [each for each in self.sent if each["key"] == whose and not each["dead"]]
        there = latest[0] if latest and latest[0]["request"] == request else None
        if latest:
            latest[0]["latest"] = max(latest[0]["latest"], self.now)
        locked = self.failures.get(whose, 0) >= LIMITS.tries
        good = there is not None and not locked and self._alive(there)
        assert verdict.accepted == (good and there is not None and there["code"] == code)
        if good and there is not None:
            if there["code"] == code:
                self.accepted.append(id(there))
                there["used"] = True
                self.failures[whose] = 0
            else:
                self.failures[whose] = self.failures.get(whose, 0) + 1

    def _alive(self, sent: dict[str, Any]) -> bool:
        """Neither used nor, on any clock seen since, expired."""
        life = timedelta(seconds=LIMITS.seconds(sent["kind"]))
        return not sent.get("used") and self.now >= sent["at"] and sent["latest"] - sent["at"] < life

    @rule(minutes=st.sampled_from([-61, -6, -1, 1, 4, 5, 10, 59, 61]))
    def the_clock_goes(self, minutes: int) -> None:
        """Forwards, or backwards, when somebody sets it."""
        self.now += timedelta(minutes=minutes)

    @rule(whose=keys)
    def allow_again(self, whose: CodeKey) -> None:
        """An admin forgets wrong tries."""
        record = self.store.codes(whose)
        if record is not None:
            after = unlock_codes(TENANTS[whose.tenant], record, by="u-root").record
            self.store.put_codes(after, expected=record)
            self.failures[whose] = 0

    @invariant()
    def no_code_is_accepted_twice(self) -> None:
        """P68: over all that happened."""
        assert len(self.accepted) == len(set(self.accepted))

    @invariant()
    def wrong_tries_are_as_many_as_were_made(self) -> None:
        """P69: only a success or an admin takes any away."""
        for user in USERS:
            for tenant in TENANTS:
                for purpose in (CodePurpose.RECOVERY, CodePurpose.SIGN_IN):
                    whose = key(user, purpose, tenant)
                    record = self.store.codes(whose)
                    assert self.failures.get(whose, 0) == (0 if record is None else record.failures)


TestCodes = Codes.TestCase
TestCodes.settings = settings(stateful_step_count=30)
