"""A tenant with an account of every sort that codes, passwords and tokens are asked for, and how hashes are counted."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import FrameType
from typing import Final, TypeVar

import argon2

from agentprov.credentials.one_time_codes import CodeIssue, CodeVerdict, check_code, issue_code
from agentprov.credentials.passwords import CHEAPEST, hash_password
from agentprov.model.access import Role
from agentprov.model.contact import Email
from agentprov.model.ids import RoleId, TenantId, UserId
from agentprov.model.one_time_codes import CodeKey, CodeKind, CodeLimits, CodePurpose, CodeRecord
from agentprov.model.secret import Secret
from agentprov.model.stored_passwords import StoredPassword
from agentprov.model.tenant import Tenant
from agentprov.model.user_types import API
from agentprov.model.users import AuthenticationMethod, SignIn, Status, User
from tests import tenants

AT: Final = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
PASSWORD: Final = "purple otter climbs"
NEW: Final = "seven quiet lanterns"
EMAIL: Final = Email("asha@example.com")
LIMITS: Final = CodeLimits(tries=3, issues=4)

T = TypeVar("T")

ADMIN: Final = Role(id=RoleId("admin"), name="Admin", grants=[tenants.grant("user:*"), tenants.grant("access:grant")])
CLERK: Final = Role(id=RoleId("clerk"), name="Clerk", grants=[tenants.grant("user:view"), tenants.grant("user:edit")])


def reachable(name: str, **fields: object) -> User:
    """A user with an email and a mobile."""
    return tenants.user(name, **{"email": EMAIL, "mobile": tenants.MOBILE, **fields})


PEOPLE: Final = (
    reachable("root", roles=[ADMIN.id]),
    reachable("asha", sign_in=SignIn(two_factor=True), language="en-IN"),
    reachable("off", status=Status.DISABLED),
    reachable("blocked", status=Status.BLOCKED),
    reachable("gone", status=Status.DEACTIVATED),
    reachable("barred", sign_in=SignIn(web_login_blocked=True)),
    reachable("windows", sign_in=SignIn(method=AuthenticationMethod.WINDOWS)),
    tenants.user("hermit"),
    tenants.user("mail", email=EMAIL),
    tenants.user("phone", phone=tenants.MOBILE),
    tenants.user("desk", phone=tenants.PHONE),
    tenants.user("bot", type=API, roles=[CLERK.id]),
    tenants.user("idle", type=API, roles=[CLERK.id], status=Status.DISABLED),
    tenants.user("ticket", type=API, roles=[CLERK.id], sign_in=SignIn(method=AuthenticationMethod.API_TOKEN)),
)


def company(id_: str = "t-acme", *people: User) -> Tenant:
    """The tenant, with these users instead of those of the same ids."""
    users = {user.id: user for user in (*PEOPLE, *people)}
    return Tenant(
        id=TenantId(id_),
        name="Acme",
        settings=tenants.SETTINGS,
        blueprint=tenants.BLUEPRINT,
        roles={ADMIN.id: ADMIN, CLERK.id: CLERK},
        users=users,
    )


COMPANY: Final = company()


def key(user: str = "u-asha", purpose: CodePurpose = CodePurpose.RECOVERY, tenant: str = "t-acme") -> CodeKey:
    """Whose codes, and what for."""
    return CodeKey(tenant=TenantId(tenant), user=UserId(user), purpose=purpose)


def issue(
    kind: CodeKind = CodeKind.RECOVERY_BY_EMAIL,
    *,
    user: str | None = "u-asha",
    record: CodeRecord | None = None,
    at: datetime = AT,
    request: str | None = None,
    limits: CodeLimits = LIMITS,
    tenant: Tenant = COMPANY,
) -> CodeIssue:
    """A code asked for, with cheap hashes."""
    return issue_code(tenant, user, kind, record=record, at=at, request=request, limits=limits, parameters=CHEAPEST)


def issued(
    kind: CodeKind = CodeKind.RECOVERY_BY_EMAIL,
    *,
    record: CodeRecord | None = None,
    at: datetime = AT,
    request: str | None = None,
) -> tuple[str, CodeRecord]:
    """A code that went out to Asha, and the record of it."""
    made = issue(kind, record=record, at=at, request=request)
    assert made.message is not None
    assert made.record is not None
    return made.message.code.reveal(), made.record


def check(
    typed: str,
    record: CodeRecord | None,
    *,
    whose: CodeKey | None = key(),  # noqa: B008  a value that never changes
    at: datetime = AT,
    request: str | None = None,
    limits: CodeLimits = LIMITS,
) -> CodeVerdict:
    """A code that was typed, against what is kept."""
    return check_code(whose, Secret(typed), record=record, at=at, request=request, limits=limits, parameters=CHEAPEST)


def after_wrong(code: str, record: CodeRecord, *, at: datetime = AT) -> CodeRecord:
    """What is kept after a wrong try."""
    after = check(other_than(code), record, at=at).record
    assert after is not None
    return after


def reissued(old: str, record: CodeRecord, *, at: datetime = AT) -> tuple[str, CodeRecord]:
    """A newer code, and one that happens not to be the same."""
    made = issued(record=record, at=at)
    return made if made[0] != old else reissued(old, record, at=at)


def other_than(code: str) -> str:
    """A code that isn't this one."""
    return code[:-1] + str((int(code[-1]) + 1) % 10)


def stored(password: str = PASSWORD, *, one_time: bool = False, at: datetime = AT) -> StoredPassword:
    """A password as it is kept."""
    return StoredPassword(hash=hash_password(Secret(password), CHEAPEST).reveal(), one_time=one_time, at=at)


def minutes(count: float) -> timedelta:
    """So many minutes."""
    return timedelta(minutes=count)


def hashes_of(act: Callable[[], T]) -> tuple[int, T]:
    """How many times argon2 was asked to do its work, and what came of it."""
    work = {argon2.low_level.hash_secret.__code__, argon2.low_level.verify_secret.__code__}
    calls = 0

    def watch(frame: FrameType, event: str, _: object) -> None:
        nonlocal calls
        calls += event == "call" and frame.f_code in work

    sys.setprofile(watch)
    try:
        outcome = act()
    finally:
        sys.setprofile(None)
    return calls, outcome
