"""What proves who somebody is, against a naive model, in stores that fail at any call (P68, P69, P78, P79).

Passwords are set, reset, changed and recovered, people sign in, tokens are made, used and revoked, accounts are closed
and opened, and the clock goes both ways. The model keeps texts instead of hashes.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

import attrs
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from agentprov.credentials.api_tokens import copy_token, exchange_for_token, generate_token, revoke_token
from agentprov.credentials.one_time_codes import CodeIssue, CodeVerdict, check_code, issue_code, unlock_codes
from agentprov.credentials.password_changes import PasswordChange, change_password, reset_password
from agentprov.credentials.passwords import CHEAPEST
from agentprov.credentials.sign_in import sign_in
from agentprov.credentials.token_requests import decide_request, read_authorization, used
from agentprov.engine.sign_in import Doors
from agentprov.engine.throttling import reset
from agentprov.errors import AgentprovError, Code
from agentprov.model.api_tokens import ApiToken
from agentprov.model.ids import UserId
from agentprov.model.one_time_codes import CodeKind
from agentprov.model.secret import Secret
from agentprov.model.sign_in import CodeWanted, NotSignedIn, PasswordToReplace, SignedIn, SignInAttempt
from agentprov.model.stored_passwords import StoredPassword
from agentprov.model.throttle import NOTHING_FAILED, Throttle
from agentprov.model.verification import CodeCheck
from agentprov.provisioning import block, disable, enable, unblock
from tests.credentials.accounts import AT, COMPANY, key
from tests.machines.credentials_model import LIMITS, POLICY, Codes, Count, Password, Token
from tests.machines.driving import same
from tests.machines.keeping import Stores

ASHA, ROOT, BOT = UserId("u-asha"), UserId("u-root"), UserId("u-bot")
"""Somebody with a second factor, an admin without one, and an API user, who gets tokens and doesn't sign in."""

USERS: Final = (ASHA, ROOT, BOT)
TEXTS: Final = ("purple otter climbs", "seven quiet lanterns", "two brass kettles")
WEAK: Final = "short"

users = st.sampled_from(USERS)
texts = st.sampled_from(TEXTS)


class Credentials(Stores):
    """One company's passwords, codes and tokens."""

    def __init__(self) -> None:
        super().__init__()
        self.tenant = attrs.evolve(COMPANY, settings=attrs.evolve(COMPANY.settings, sign_in=POLICY))
        self.now = AT
        self.status = dict.fromkeys(USERS, "active")
        self.own: dict[UserId, Password] = {}
        self.throttles: dict[UserId, Throttle] = {}
        self.counts = {user: (Count(), Count()) for user in USERS}
        self.model = {kind.purpose: Codes(kind) for kind in (CodeKind.RECOVERY_BY_EMAIL, CodeKind.SIGN_IN_BY_SMS)}
        self.made: list[Token] = []

    # ---- stores that may fail

    def stored(self, user: UserId) -> StoredPassword | None:
        """The stored password, asked for until it comes."""
        return self.again(lambda: self.passwords.password(self.tenant.id, user))

    def keep_password(self, change: PasswordChange, text: str, *, one_time: bool) -> None:
        """A password, in place of the one that was expected."""
        self.keep(
            lambda: self.passwords.put_password(change.tenant, change.user, change.stored, expected=change.expected),
            lambda: self.stored_passwords.password(change.tenant, change.user),
            change.expected,
            change.stored,
        )
        self.own[change.user] = Password(text, one_time, self.now)

    def keep_token(self, token: ApiToken, expected: ApiToken | None) -> None:
        """A token, in place of the record that was expected."""
        self.keep(
            lambda: self.tokens.put_token(token, expected=expected),
            lambda: self.stored_tokens.token(token.tenant, token.digest),
            expected,
            token,
        )

    @rule(seconds=st.sampled_from((-3700, -61, -1, 1, 29, 30, 31, 60, 299, 300, 3599, 3600, 86400, 604800)))
    def the_clock_goes(self, seconds: int) -> None:
        """Forwards, or backwards, when somebody sets it."""
        self.now += timedelta(seconds=seconds)

    # ---- accounts

    @rule(user=st.sampled_from((ASHA, BOT)), way=st.sampled_from((disable, enable, block, unblock)))
    def close_or_open(self, user: UserId, way: Callable[..., Any]) -> None:
        """An account closed or opened; what is refused changes nothing."""
        try:
            change = way(self.tenant, user, by=None)
        except AgentprovError as error:
            same({Code.STATUS_OTHER_WAY}, set(error.codes))
            return
        self.tenant = change.apply(self.tenant)
        self.status[user] = {disable: "disabled", block: "blocked"}.get(way, "active")

    # ---- passwords

    @rule(user=users)
    def reset(self, user: UserId) -> None:
        """An admin starts a reset: a one-time password, also for somebody who is closed out."""
        change = reset_password(self.tenant, user, by=None, at=self.now, stored=self.stored(user), parameters=CHEAPEST)
        assert change.made is not None
        self.keep_password(change, change.made.secret.reveal(), one_time=True)

    @rule(user=users, new=texts | st.just(WEAK), typed=st.sampled_from(("right", "wrong", None)))
    def change(self, user: UserId, new: str, typed: str | None) -> None:
        """Somebody changes their own password, with the present one; all faults come together."""
        own = self.own.get(user)
        current = None if typed is None else own.text if own is not None and typed == "right" else "something else"
        codes: set[Code] = set()
        if self.status[user] != "active":
            codes = {Code.USER_NOT_ACTIVE}
        else:
            codes |= {Code.PASSWORD_TOO_SHORT} if new == WEAK else set()
            if current is None:
                codes |= {Code.PASSWORD_CURRENT_REQUIRED}
            elif own is None or own.text != current:
                codes |= {Code.PASSWORD_CURRENT_WRONG}
            elif own.expired(self.now):
                codes |= {Code.PASSWORD_ONE_TIME_EXPIRED}
        try:
            change = change_password(
                self.tenant,
                user,
                Secret(new),
                current=None if current is None else Secret(current),
                at=self.now,
                stored=self.stored(user),
                parameters=CHEAPEST,
            )
        except AgentprovError as error:
            same(codes, set(error.codes))
        else:
            same(set(), codes)
            self.keep_password(change, new, one_time=False)

    # ---- codes

    @rule(kind=st.sampled_from((CodeKind.RECOVERY_BY_EMAIL, CodeKind.SIGN_IN_BY_SMS)))
    def ask_for_a_code(self, kind: CodeKind) -> None:
        """A code is asked for, and goes out unless something speaks against it; outwardly it is all the same."""
        model = self.model[kind.purpose]
        closed = self.status[ASHA] != "active"

        def seen(issue: CodeIssue) -> None:
            may = model.may_be_issued(self.now) and not closed
            same(may, issue.message is not None)
            if issue.message is None:
                if not closed:
                    model.refused(self.now)
            else:
                model.issued(issue.message.code.reveal(), self.now)

        issue = self.settle(
            key(ASHA, kind.purpose),
            lambda record: issue_code(
                self.tenant,
                ASHA,
                kind,
                record=record,
                at=self.now,
                request="r-1",
                limits=LIMITS,
                parameters=CHEAPEST,
            ),
            seen,
        )
        assert issue.answer.kind is kind

    def try_code(self, kind: CodeKind, typed: str) -> CodeVerdict:
        """A code is typed: the verdict is the model's."""
        whose = key(ASHA, kind.purpose)

        def seen(verdict: CodeVerdict) -> None:
            same(self.model[kind.purpose].check(typed, self.now), verdict.check.value)

        verdict: CodeVerdict = self.settle(
            whose,
            lambda record: check_code(
                whose, Secret(typed), record=record, at=self.now, request="r-1", limits=LIMITS, parameters=CHEAPEST
            ),
            seen,
        )
        return verdict

    def typed(self, kind: CodeKind, which: int) -> str:
        """One of the codes that were sent, the latest first; or a guess."""
        sent = self.model[kind.purpose].sent
        return sent[-1 - which].text if which < len(sent) else "000000"

    @rule(which=st.integers(0, 3))
    def type_a_code(self, which: int) -> None:
        """A recovery code is typed, a right one or not."""
        self.try_code(CodeKind.RECOVERY_BY_EMAIL, self.typed(CodeKind.RECOVERY_BY_EMAIL, which))

    @rule(kind=st.sampled_from((CodeKind.RECOVERY_BY_EMAIL, CodeKind.SIGN_IN_BY_SMS)))
    def allow_codes_again(self, kind: CodeKind) -> None:
        """An admin forgets wrong tries."""
        record = self.stored_codes.codes(key(ASHA, kind.purpose))
        if record is not None:
            after = unlock_codes(self.tenant, record, by=ROOT).record
            self.keep(
                lambda: self.codes.put_codes(after, expected=record),
                lambda: self.stored_codes.codes(record.key),
                record,
                after,
            )
            self.model[kind.purpose].failures = 0

    # ---- signing in

    @rule(user=users, text=texts | st.none(), code=st.none() | st.integers(0, 2))
    def sign_in(self, user: UserId, text: str | None, code: int | None) -> None:
        """Somebody types a password, their own (``None``) or another, and a code or none."""
        own = self.own.get(user)
        typed = text or (own.text if own is not None else "whatever")
        wrong, wrong_codes = self.counts[user]
        gates: set[str] = set()
        if own is not None and own.text != typed:
            gates.add("password.wrong")
        elif own is None or own.expired(self.now):
            gates.add("password.none")
        if self.status[user] != "active":
            gates.add(f"status.{self.status[user]}")
        if user == BOT:
            gates.add("type.no_web_sign_in")
        if wrong.locked(self.now):
            gates.add("locked.passwords")
        if user == ASHA and wrong_codes.locked(self.now):
            gates.add("locked.codes")
        checked: list[CodeCheck] = []

        def check() -> CodeCheck:
            assert not gates, "a code was looked at, although something else keeps them out"
            checked.append(self.try_code(CodeKind.SIGN_IN_BY_SMS, self.typed(CodeKind.SIGN_IN_BY_SMS, code or 0)).check)
            return checked[-1]

        throttle = self.throttles.get(user, NOTHING_FAILED)
        attempt = SignInAttempt(login=user.removeprefix("u-"), at=self.now, throttle=throttle)
        tried = sign_in(
            Doors(self.tenant),
            attempt,
            Secret(typed),
            stored=self.stored(user),
            check_code=None if code is None else check,
            parameters=CHEAPEST,
        )
        self.throttles[user] = tried.outcome.throttle
        match tried.outcome:
            case NotSignedIn() as outcome:
                extra = {"code.wanted"} if user == ASHA and not checked else set()
                extra |= {f"code.{check.value}" for check in checked if check is not CodeCheck.ACCEPTED}
                extra = {"code.none" if each == "code.no-code" else each for each in extra}
                if own is not None and own.one_time:
                    extra.add("password.one_time")
                assert gates or checked
                same(gates | extra, set(outcome.gates))
            case CodeWanted():
                assert not gates
                assert user == ASHA
                assert code is None
            case PasswordToReplace() | SignedIn() as outcome:
                assert not gates
                assert user != ASHA or checked == [CodeCheck.ACCEPTED]
                same(own is not None and own.one_time, isinstance(outcome, PasswordToReplace))
        if gates == {"password.wrong"}:
            wrong.fail(self.now)
        if checked and checked != [CodeCheck.ACCEPTED]:
            wrong_codes.fail(self.now)
        if isinstance(tried.outcome, SignedIn | PasswordToReplace):
            self.counts[user] = (Count(), Count())

    @rule(user=users)
    def let_in_again(self, user: UserId) -> None:
        """An admin forgets the failures of somebody who is locked out."""
        self.throttles[user] = reset(self.throttles.get(user, NOTHING_FAILED))
        self.counts[user] = (Count(), Count())

    # ---- tokens

    @rule(user=st.sampled_from((BOT, BOT, ASHA)), permission=st.sampled_from(("user:view", "user:*")))
    def generate(self, user: UserId, permission: str) -> None:
        """An admin makes a token for an API user; for nobody else, and for nothing that they don't hold."""
        codes = {Code.TOKEN_ROLE_NOT_ALLOWED} if user != BOT else set()
        codes |= {Code.USER_NOT_ACTIVE} if self.status[user] != "active" else set()
        codes |= {Code.TOKEN_EXCEEDS_USER} if permission == "user:*" or self.status[user] != "active" else set()
        try:
            made = generate_token(self.tenant, user, permissions=[permission], by=ROOT, at=self.now, seconds=3600)
        except AgentprovError as error:
            same(codes - {Code.TOKEN_EXCEEDS_USER}, set(error.codes) - {Code.TOKEN_EXCEEDS_USER})
        else:
            same(set(), codes)
            assert made.secret is not None
            self.keep_token(made.token, made.expected)
            self.made.append(Token(made.secret.reveal(), made.token, timedelta(hours=1)))

    @rule(text=texts | st.none())
    def exchange(self, text: str | None) -> None:
        """The API user gives a password for a token of a day."""
        own = self.own.get(BOT)
        typed = text or (own.text if own is not None else "whatever")
        exchange = exchange_for_token(
            self.tenant, BOT, Secret(typed), stored=self.stored(BOT), at=self.now, parameters=CHEAPEST
        )
        good = own is not None and own.text == typed and not own.one_time and self.status[BOT] == "active"
        same(good, exchange.worked)
        if exchange.change is not None:
            change = exchange.change
            assert change.secret is not None
            self.keep_token(change.token, change.expected)
            self.made.append(Token(change.secret.reveal(), change.token, timedelta(days=1)))

    @rule(which=st.integers(0, 3))
    def use(self, which: int) -> None:
        """A request comes with one of the tokens: good while it lives, isn't revoked, and its user is active."""
        if which < len(self.made):
            token = self.made[-1 - which]
            presented = read_authorization(f"Bearer {token.text}")
            assert presented.parsed is not None
            digest = presented.parsed.digest
            kept = self.again(lambda: self.tokens.token(self.tenant.id, digest))
            decision = decide_request(self.tenant, presented, kept, at=self.now)
            codes = {Code.TOKEN_REVOKED} if token.revoked else set()
            alive = timedelta(0) <= self.now - token.stored.created_at < token.life
            codes |= set() if alive else {Code.TOKEN_EXPIRED}
            codes |= {Code.USER_NOT_ACTIVE} if self.status[BOT] != "active" else set()
            same(codes, {problem.code for problem in decision.problems})
            if decision.allowed and kept is not None:
                after = used(kept, at=self.now)
                self.keep_token(after, kept)
                token.stored = after

    @rule(which=st.integers(0, 3), copied=st.booleans())
    def revoke(self, which: int, copied: bool) -> None:
        """A token is made worthless; copying makes another in its place."""
        if which < len(self.made):
            token = self.made[-1 - which]
            if not copied or self.status[BOT] != "active":
                change = revoke_token(self.tenant, token.stored, by=ROOT, at=self.now)
                self.keep_token(change.token, token.stored)
                token.stored, token.revoked = change.token, True
                return
            copy = copy_token(self.tenant, token.stored, by=None, at=self.now, seconds=3600)
            assert copy.new.secret is not None
            self.keep_token(copy.new.token, copy.new.expected)
            self.keep_token(copy.old.token, token.stored)
            token.stored, token.revoked = copy.old.token, True
            self.made.append(Token(copy.new.secret.reveal(), copy.new.token, timedelta(hours=1)))

    @rule(seconds=st.sampled_from((0, 3599, 3600, -1)))
    def live_and_die(self, seconds: int) -> None:
        """A token is made, used, some time later used again, revoked, and tried once more."""
        self.generate(BOT, "user:view")
        self.use(0)
        self.the_clock_goes(seconds)
        self.use(0)
        self.revoke(0, copied=False)
        self.use(0)

    # ---- after every step

    @invariant()
    def failures_are_as_many_as_there_were(self) -> None:
        """P69: nothing but a success or an admin takes any away, in codes and in signing in."""
        for purpose, model in self.model.items():
            record = self.stored_codes.codes(key(ASHA, purpose))
            same(model.failures, 0 if record is None else record.failures)
        for user, (wrong, wrong_codes) in self.counts.items():
            throttle = self.throttles.get(user, NOTHING_FAILED)
            same((wrong.failures, wrong_codes.failures), (throttle.passwords.count, throttle.codes.count))

    @invariant()
    def what_was_acknowledged_is_there(self) -> None:
        """P79: every password and every token is stored as the host was told."""
        for user in USERS:
            kept = self.stored_passwords.password(self.tenant.id, user)
            own = self.own.get(user)
            same(own is None, kept is None)
            if kept is not None and own is not None:
                same((own.one_time, own.at), (kept.one_time, kept.at))
        same(len(self.made), len(self.stored_tokens.tokens(self.tenant.id, BOT)))
        for token in self.made:
            same(token.stored, self.stored_tokens.token(self.tenant.id, token.stored.digest))


TestCredentials = Credentials.TestCase
TestCredentials.settings = settings(stateful_step_count=30)
