"""Passwords reset, changed and set with a code, one case at a time. Every hash here is of the cheapest kind."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any

import attrs
import pytest

from agentprov.credentials.password_changes import (
    ONE_TIME_SECONDS,
    PasswordByCode,
    PasswordChange,
    PasswordCheck,
    change_password,
    check_stored,
    rehashed,
    reset_password,
    set_password_by_code,
)
from agentprov.credentials.passwords import CHEAPEST, HashingParameters, PasswordHash, verify
from agentprov.errors import Code, InvalidValue, NotFound, Refused
from agentprov.memory import MemoryCredentials
from agentprov.model.changes import EventKind
from agentprov.model.one_time_codes import CodeKind, CodePurpose, CodeRecord
from agentprov.model.passwords import check_password
from agentprov.model.secret import Secret
from agentprov.model.stored_passwords import StoredPassword
from agentprov.model.verification import CodeCheck, Verification
from tests.credentials.accounts import (
    AT,
    COMPANY,
    LIMITS,
    NEW,
    PASSWORD,
    hashes_of,
    issue,
    issued,
    key,
    minutes,
    other_than,
    stored,
)

OTHER = HashingParameters(memory_kib=16, time_cost=1, parallelism=1)
NAIVE = datetime(2026, 3, 1)


def is_now(change: PasswordChange | None, password: str) -> bool:
    """Whether this password is stored by the change."""
    assert change is not None
    return verify(PasswordHash(change.stored.hash), Secret(password), CHEAPEST) is Verification.MATCHES


# ---- what was typed, against what is stored --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kept", "typed", "outcome"),
    [
        (stored(), PASSWORD, PasswordCheck(verification=Verification.MATCHES)),
        (stored(), NEW, PasswordCheck(verification=Verification.WRONG)),
        (None, PASSWORD, PasswordCheck(verification=Verification.NO_PASSWORD)),
        (stored(one_time=True), PASSWORD, PasswordCheck(verification=Verification.MATCHES, one_time=True)),
        (stored(one_time=True), NEW, PasswordCheck(verification=Verification.WRONG)),
        (
            StoredPassword(hash="", one_time=False, at=AT),
            PASSWORD,
            PasswordCheck(verification=Verification.UNREADABLE),
        ),
    ],
    ids=["right", "wrong", "none", "one time", "one time, wrong", "B044"],
)
def test_what_follows_from_a_typed_password(kept: StoredPassword | None, typed: str, outcome: PasswordCheck) -> None:
    """CR-1, CR-5: whether it matches, and must be replaced; exactly one hash whatever comes out."""
    assert (1, outcome) == hashes_of(lambda: check_stored(kept, Secret(typed), at=AT, parameters=CHEAPEST))


@pytest.mark.parametrize(
    ("after", "outcome"),
    [
        (timedelta(0), Verification.MATCHES),
        (timedelta(seconds=ONE_TIME_SECONDS, microseconds=-1), Verification.MATCHES),
        (timedelta(seconds=ONE_TIME_SECONDS), Verification.NO_PASSWORD),
        (timedelta(microseconds=-1), Verification.NO_PASSWORD),
    ],
)
def test_a_one_time_password_expires(after: timedelta, outcome: Verification) -> None:
    """R6: after a week, at the instant itself, and on a clock set back, it is as if there were none."""
    check = check_stored(stored(one_time=True), Secret(PASSWORD), at=AT + after, parameters=CHEAPEST)

    assert (outcome, outcome is Verification.NO_PASSWORD) == (check.verification, check.expired)


def test_a_password_of_ones_own_never_expires() -> None:
    """R1: nobody is made to change a password because time went by."""
    later = AT + timedelta(days=10_000)

    assert Verification.MATCHES is check_stored(stored(), Secret(PASSWORD), at=later, parameters=CHEAPEST).verification


@pytest.mark.parametrize("one_time", [False, True])
def test_a_hash_is_renewed_once_when_parameters_change(one_time: bool) -> None:
    """B047: that it should be is data; renewed, it is stored in place of the old one, as old and as much one-time."""
    kept = stored(one_time=one_time)
    check = check_stored(kept, Secret(PASSWORD), at=AT, parameters=OTHER)
    renewed = rehashed(kept, Secret(PASSWORD), OTHER)
    store = MemoryCredentials()
    store.put_password(COMPANY.id, key().user, kept, expected=None)
    store.put_password(COMPANY.id, key().user, renewed, expected=kept)
    again = check_stored(store.password(COMPANY.id, key().user), Secret(PASSWORD), at=AT, parameters=OTHER)

    assert (True, False) == (check.rehash, again.rehash)
    assert Verification.MATCHES is again.verification
    assert (kept.one_time, kept.at) == (renewed.one_time, renewed.at)


def test_only_a_match_is_hashed_anew() -> None:
    """B047: a wrong password never leads to a new hash."""
    assert not check_stored(stored(), Secret(NEW), at=AT, parameters=OTHER).rehash


# ---- by an admin -----------------------------------------------------------------------------------------------------


def test_an_admin_resets_a_password() -> None:
    """R6, CR-1: a generated one, shown once, one-time by type, by the rule; the user is told; the tenant stays."""
    change = reset_password(COMPANY, "u-asha", by="u-root", at=AT, stored=stored(), parameters=CHEAPEST)

    assert change.made is not None
    assert () == check_password(COMPANY.blueprint.password_policy, change.made.secret, login="asha")
    assert is_now(change, change.made.secret.reveal())
    assert (True, AT) == (change.stored.one_time, change.stored.at)
    assert [EventKind.PASSWORD_CHANGED, EventKind.USER_TOLD] == [event.kind for event in change.events]
    assert [{"how": "reset", "one_time": "yes"}, {"why": "password-changed", "how": "reset", "one_time": "yes"}] == [
        dict(event.facts) for event in change.events
    ]
    assert ("u-root", "u-asha", COMPANY.id) == (change.actor, change.user, change.tenant)
    assert change.without_secrets().made is None
    assert change == change.without_secrets()


def test_a_reset_repeats_with_its_source() -> None:
    """CR-1: chance is injected for tests; the salt isn't."""
    made = [
        reset_password(
            COMPANY, "u-asha", by=None, at=AT, stored=None, parameters=CHEAPEST, source=random.Random(7)
        ).made
        for _ in range(2)
    ]

    assert 1 == len({each.secret.reveal() for each in made if each is not None})


@pytest.mark.parametrize(
    ("user", "by", "codes"),
    [
        ("u-hermit", "u-root", [Code.CONTACT_REQUIRED]),
        ("u-desk", "u-root", [Code.CONTACT_REQUIRED]),
        ("u-windows", "u-root", [Code.PASSWORD_METHOD]),
        ("u-asha", "u-mail", [Code.PERMISSION_NOT_GRANTED]),
        ("u-nobody", "u-mail", [Code.PERMISSION_NOT_GRANTED]),
        ("u-nobody", "u-root", [Code.USER_UNKNOWN]),
        ("u-nobody", None, [Code.USER_UNKNOWN]),
        (5, "u-root", [Code.FIELD_WRONG_TYPE]),
    ],
)
def test_who_cant_be_reset(user: Any, by: str | None, codes: list[Code]) -> None:
    """ID-11, AC-1: without email or mobile, without a password here, or without the permission."""
    with pytest.raises((InvalidValue, NotFound, Refused)) as refusal:
        reset_password(COMPANY, user, by=by, at=AT, stored=None, parameters=CHEAPEST)

    assert codes == list(refusal.value.codes)


@pytest.mark.parametrize("user", ["u-phone", "u-mail", "u-off", "u-barred", "u-bot"])
def test_who_can_be_reset(user: str) -> None:
    """ID-11, ID-13: an email is enough, and a phone number that gets messages; programs need neither."""
    assert reset_password(COMPANY, user, by="u-root", at=AT, stored=None, parameters=CHEAPEST).stored.one_time


# ---- by the user -----------------------------------------------------------------------------------------------------


def own(
    new: Any, current: str | None, kept: StoredPassword | None, user: str = "u-asha", at: datetime = AT
) -> PasswordChange:
    """Somebody changes their password."""
    typed = None if current is None else Secret(current)
    wanted = Secret(new) if isinstance(new, str) else new
    return change_password(COMPANY, user, wanted, current=typed, at=at, stored=kept, parameters=CHEAPEST)


@pytest.mark.parametrize("one_time", [False, True])
def test_users_change_their_own_password(one_time: bool) -> None:
    """CR-1, CR-2: with the present one, be it one-time; the new one isn't."""
    kept = stored(one_time=one_time)
    change = own(NEW, PASSWORD, kept)

    assert is_now(change, NEW)
    assert (False, kept, None) == (change.stored.one_time, change.expected, change.made)
    assert "u-asha" == change.actor


@pytest.mark.parametrize(
    ("new", "current", "kept", "faults"),
    [
        (NEW, None, stored(), [("current", Code.PASSWORD_CURRENT_REQUIRED)]),
        (NEW, "", stored(), [("current", Code.PASSWORD_CURRENT_REQUIRED)]),
        (NEW, NEW, stored(), [("current", Code.PASSWORD_CURRENT_WRONG)]),
        (NEW, PASSWORD, None, [("current", Code.PASSWORD_CURRENT_WRONG)]),
        (PASSWORD, PASSWORD, stored(one_time=True), [("new", Code.PASSWORD_REUSED_ONE_TIME)]),
        (
            "short",
            None,
            stored(),
            [("current", Code.PASSWORD_CURRENT_REQUIRED), ("new", Code.PASSWORD_TOO_SHORT)],
        ),
        (
            NEW,
            PASSWORD,
            stored(one_time=True, at=AT - timedelta(days=8)),
            [("current", Code.PASSWORD_ONE_TIME_EXPIRED)],
        ),
        (None, PASSWORD, stored(one_time=True), [("new", Code.PASSWORD_WRONG_TYPE)]),
        (b"seven quiet lanterns", PASSWORD, stored(), [("new", Code.PASSWORD_WRONG_TYPE)]),
        ("x" * 1_000_000, PASSWORD, stored(), [("new", Code.PASSWORD_TOO_LONG)]),
        ("purple otter climbs \ud800", PASSWORD, stored(one_time=True), [("new", Code.PASSWORD_INVALID_CHARACTER)]),
    ],
    ids=["B050", "B050 empty", "wrong", "none", "B049", "both", "expired", "B040", "B040 bytes", "B032", "surrogates"],
)
def test_what_a_change_lacks(new: Any, current: str | None, kept: StoredPassword | None, faults: list[Any]) -> None:
    """B049, B050, CR-1: every fault together, at the field it is in."""
    with pytest.raises(InvalidValue) as refusal:
        own(new, current, kept)

    assert faults == [(problem.where, problem.code) for problem in refusal.value.problems]


def test_the_one_time_password_in_disguise_is_still_it() -> None:
    """B049: what the one normalisation makes equal is the same password."""
    kept = stored("ｐｕｒｐｌｅ otter climbs", one_time=True)

    with pytest.raises(InvalidValue) as refusal:
        own(PASSWORD, "ｐｕｒｐｌｅ otter climbs", kept)
    assert (Code.PASSWORD_REUSED_ONE_TIME,) == refusal.value.codes


@pytest.mark.parametrize(
    ("user", "codes"),
    [
        ("u-off", [Code.USER_NOT_ACTIVE]),
        ("u-barred", [Code.USER_WEB_LOGIN_BLOCKED]),
        ("u-windows", [Code.PASSWORD_METHOD]),
        ("u-nobody", [Code.USER_UNKNOWN]),
        (None, [Code.FIELD_WRONG_TYPE]),
    ],
)
def test_who_cant_change_a_password(user: Any, codes: list[Code]) -> None:
    """LC-1: whoever was disabled or blocked meanwhile, and who has no password here."""
    with pytest.raises((InvalidValue, NotFound, Refused)) as refusal:
        own(NEW, PASSWORD, stored(), user=user)

    assert codes == list(refusal.value.codes)


def test_instants_need_an_offset() -> None:
    """P76: in each operation."""
    for act in (
        lambda: own(NEW, PASSWORD, stored(), at=NAIVE),
        lambda: reset_password(COMPANY, "u-asha", by=None, at=NAIVE, stored=None),
        lambda: check_stored(None, Secret(NEW), at=NAIVE),
        lambda: by_code("123456", None, at=NAIVE),
    ):
        with pytest.raises(InvalidValue) as refusal:
            act()
        assert (Code.FIELD_NAIVE_INSTANT,) == refusal.value.codes


# ---- with a code -----------------------------------------------------------------------------------------------------


def by_code(
    code: str,
    record: CodeRecord | None,
    *,
    new: str = NEW,
    user: str | None = "u-asha",
    purpose: CodePurpose = CodePurpose.RECOVERY,
    kept: StoredPassword | None = None,
    at: datetime = AT,
    tenant: Any = COMPANY,
) -> PasswordByCode:
    """Somebody sets a password with a code."""
    return set_password_by_code(
        tenant,
        user,
        Secret(new),
        login="asha",
        purpose=purpose,
        code=Secret(code),
        record=record,
        at=at,
        stored=kept,
        limits=LIMITS,
        parameters=CHEAPEST,
        code_parameters=CHEAPEST,
    )


@pytest.mark.parametrize("kept", [None, stored(), stored(one_time=True)], ids=["first", "forgotten", "one time"])
def test_a_forgotten_password_is_recovered(kept: StoredPassword | None) -> None:
    """CR-2: the code is used up, the password stored in place of the old, and the user told."""
    code, record = issued()
    recovered = by_code(code, record, kept=kept)

    assert recovered.worked
    assert is_now(recovered.change, NEW)
    assert recovered.change is not None
    assert kept == recovered.change.expected
    assert EventKind.USER_TOLD in {event.kind for event in recovered.change.events}
    assert CodeCheck.USED is by_code(code, recovered.verdict.record, kept=kept).verdict.check


def test_recovery_leaves_two_factor_as_it_is() -> None:
    """B065: there is no change of the tenant, and a recovery code is none to sign in with."""
    code, record = issued()
    recovered = by_code(code, record)

    assert [] == [field.name for field in attrs.fields(PasswordChange) if field.name in {"edits", "settings"}]
    assert recovered.change is not None
    assert COMPANY.users[recovered.change.user].sign_in.two_factor
    with pytest.raises(InvalidValue) as refusal:
        by_code(code, record, purpose=CodePurpose.SIGN_IN)
    assert ["purpose"] == [problem.where for problem in refusal.value.problems]


def test_a_first_password_is_set_once() -> None:
    """CR-2: a code for a first password replaces a one-time one, and none that the user chose."""
    for kept, worked in ((None, True), (stored(one_time=True), True), (stored(), False)):
        code, record = issued(CodeKind.FIRST_PASSWORD_BY_EMAIL)
        first = by_code(code, record, purpose=CodePurpose.FIRST_PASSWORD, kept=kept)
        assert (worked, True) == (first.worked, first.verdict.accepted)
        assert ([] if worked else [Code.PASSWORD_ALREADY_SET]) == [problem.code for problem in first.problems]


def test_a_weak_password_doesnt_cost_the_code() -> None:
    """CR-1: what the new one lacks is found before the code is looked at; for an unknown user the same is said."""
    code, record = issued()
    told = []
    for user in ("u-asha", None):
        with pytest.raises(InvalidValue) as refusal:
            by_code(code, record, new="asha", user=user)
        told.append([str(problem) for problem in refusal.value.problems])

    assert told[0] == told[1]
    assert by_code(code, record).worked


def test_the_one_time_password_isnt_taken_again() -> None:
    """B049: not with a code either; that it is the one is said to whoever had the right code, and to nobody else."""
    code, record = issued()
    kept = stored(NEW, one_time=True)
    right, wrong = (by_code(typed, record, kept=kept) for typed in (code, other_than(code)))

    assert [(("new",), Code.PASSWORD_REUSED_ONE_TIME)] == [(each.path, each.code) for each in right.problems]
    assert [Code.OTP_FAILED] == [problem.code for problem in wrong.problems]


@pytest.mark.parametrize(
    ("user", "status", "codes"),
    [
        ("u-asha", "wrong", [Code.OTP_FAILED]),
        (None, "right", [Code.USER_UNKNOWN, Code.OTP_FAILED]),
        ("u-nobody", "right", [Code.USER_UNKNOWN, Code.OTP_FAILED]),
        ("u-root", "right", [Code.OTP_FAILED]),
    ],
)
def test_refusals_cost_one_hash_and_look_alike(user: str | None, status: str, codes: list[Code]) -> None:
    """CR-2, B064: a wrong code, an unknown user, somebody else's code."""
    code, record = issued()
    work, refused = hashes_of(lambda: by_code(code if status == "right" else other_than(code), record, user=user))

    assert (1, False, codes) == (work, refused.worked, [problem.code for problem in refused.problems])


def test_who_was_disabled_meanwhile_sets_no_password() -> None:
    """B064: the code went out before; inside it is named, outside it is one refusal."""
    code, record = issued()
    asha = COMPANY.users[key().user]
    for change, wanted in (
        ({"status": type(asha.status).DISABLED}, Code.USER_NOT_ACTIVE),
        ({"sign_in": attrs.evolve(asha.sign_in, web_login_blocked=True)}, Code.USER_WEB_LOGIN_BLOCKED),
    ):
        users = {**COMPANY.users, asha.id: attrs.evolve(asha, **change)}
        refused = by_code(code, record, tenant=attrs.evolve(COMPANY, users=users))
        assert (False, [wanted]) == (refused.worked, [problem.code for problem in refused.problems])


def test_an_expired_code_sets_no_password() -> None:
    """B058: whatever the rest is like."""
    code, record = issued()

    assert CodeCheck.EXPIRED is by_code(code, record, at=AT + minutes(60)).verdict.check


def test_forgotten_passwords_of_anybody_look_alike() -> None:
    """B064: a disabled user, one blocked from the web, and nobody get the answer that everybody gets."""
    answers = {issue(user=user).answer for user in ("u-asha", "u-off", "u-barred", "u-hermit", "u-windows", None)}

    assert 1 == len(answers)
