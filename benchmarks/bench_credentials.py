"""What each operation on a credential costs, beside the least that anybody could pay for it.

Passwords and codes: milliseconds of processor time of all threads, for argon2 has threads of its own; the floor is one
hash by argon2 itself with the same parameters. Tokens: microseconds of processor time; the floor is SHA-256 of the
text.

python benchmarks/bench_credentials.py
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from statistics import median

import attrs
import workload
from argon2.low_level import Type, hash_secret

from agentprov.credentials.api_tokens import exchange_for_token, generate_token
from agentprov.credentials.one_time_codes import check_code, issue_code
from agentprov.credentials.password_changes import check_stored, set_password_by_code
from agentprov.credentials.passwords import (
    CHEAPEST,
    FLOOR,
    RFC_9106_SECOND,
    HashingParameters,
    PasswordHash,
    hash_password,
    verify,
)
from agentprov.credentials.token_requests import decide_request, read_authorization
from agentprov.credentials.token_text import make_token, parse_token
from agentprov.engine.access import Access
from agentprov.errors import InvalidValue
from agentprov.model.api_tokens import TokenKind
from agentprov.model.contact import Email
from agentprov.model.ids import UserId
from agentprov.model.one_time_codes import CodeKey, CodeKind, CodePurpose
from agentprov.model.secret import Secret
from agentprov.model.stored_passwords import StoredPassword
from agentprov.model.user_types import API

AT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
PROFILES = {"RFC 9106 second": RFC_9106_SECOND, "floor": FLOOR, "cheapest": CHEAPEST}
ROUNDS = {"RFC 9106 second": 5, "floor": 15, "cheapest": 301}
BLOCK = 2_000
PASSWORD = Secret("purple otter climbs")
USER = UserId("u1")
PROGRAM = UserId("u2")
KEY = CodeKey(tenant="t0", user=USER, purpose=CodePurpose.RECOVERY)

built = workload.Workload(1_000, one_tenant=True, scoped=False).build_tenants()["t0"]
TENANT = attrs.evolve(
    built,
    users=built.users.put(USER, attrs.evolve(built.users[USER], email=Email("asha@example.com"))).put(
        PROGRAM, attrs.evolve(built.users[PROGRAM], type=API)
    ),
)


def milliseconds(act: Callable[[], object], rounds: int) -> float:
    """The median of some calls, of processor time of all threads."""
    act()
    times = []
    for _ in range(rounds):
        start = time.process_time_ns()
        act()
        times.append((time.process_time_ns() - start) / 1e6)
    return median(times)


def floor_of(parameters: HashingParameters) -> Callable[[], object]:
    """One hash by argon2 itself."""
    return lambda: hash_secret(
        b"purple otter climbs",
        b"sixteen byte salt",
        time_cost=parameters.time_cost,
        memory_cost=parameters.memory_kib,
        parallelism=parameters.parallelism,
        hash_len=parameters.tag_bytes,
        type=Type.ID,
    )


def hashing(parameters: HashingParameters) -> dict[str, Callable[[], object]]:
    """The operations that compute hashes, each with these parameters."""
    kept = hash_password(PASSWORD, parameters)
    stored = StoredPassword(hash=kept.reveal(), one_time=False, at=AT)
    issued = issue_code(TENANT, USER, CodeKind.RECOVERY_BY_EMAIL, record=None, at=AT, parameters=parameters)
    assert issued.message is not None
    code, record = issued.message.code, issued.record

    def issue() -> object:
        return issue_code(TENANT, USER, CodeKind.RECOVERY_BY_EMAIL, record=None, at=AT, parameters=parameters)

    def check(typed: Secret) -> object:
        return check_code(KEY, typed, record=record, at=AT, parameters=parameters)

    def recover() -> object:
        return set_password_by_code(
            TENANT,
            USER,
            Secret("seven quiet lanterns"),
            login="asha",
            purpose=CodePurpose.RECOVERY,
            code=code,
            record=record,
            at=AT,
            stored=stored,
            parameters=parameters,
            code_parameters=parameters,
        )

    assert verify(PasswordHash(stored.hash), PASSWORD, parameters).value == "matches"
    assert check(code).accepted  # type: ignore[attr-defined]
    assert recover().worked  # type: ignore[attr-defined]
    return {
        "one hash, by argon2 itself": floor_of(parameters),
        "hash a password": lambda: hash_password(PASSWORD, parameters),
        "verify it": lambda: check_stored(stored, PASSWORD, at=AT, parameters=parameters),
        "verify a wrong one": lambda: check_stored(stored, Secret("wrong"), at=AT, parameters=parameters),
        "verify where none is stored": lambda: check_stored(None, PASSWORD, at=AT, parameters=parameters),
        "issue a code": issue,
        "issue one for nobody": lambda: issue_code(
            TENANT, None, CodeKind.RECOVERY_BY_EMAIL, record=None, at=AT, parameters=parameters
        ),
        "check a code": lambda: check(code),
        "check a wrong one": lambda: check(Secret("no digits")),
        "recover a password (two hashes)": recover,
        "exchange a password for a token": lambda: exchange_for_token(
            TENANT, PROGRAM, PASSWORD, stored=stored, at=AT, parameters=parameters
        ),
    }


def microseconds(act: Callable[[], object]) -> float:
    """The median of 21 blocks of calls, of processor time."""
    blocks = []
    for _ in range(21):
        start = time.thread_time_ns()
        for _ in range(BLOCK):
            act()
        blocks.append((time.thread_time_ns() - start) / 1e3 / BLOCK)
    return median(blocks)


def refused(text: Secret) -> None:
    """A token that is none."""
    try:
        parse_token(text)
    except InvalidValue:
        return
    raise AssertionError


def tokens() -> dict[str, Callable[[], object]]:
    """The operations on tokens, which compute no password hash."""
    access = Access(TENANT)
    permission = min(access.what(PROGRAM))
    made = generate_token(TENANT, PROGRAM, permissions=[permission], by=None, at=AT)
    assert made.secret is not None
    secret, text = made.secret, made.secret.reveal()
    header = f"Bearer {text}"
    wrong, huge = Secret(text[:-1] + ("1" if text[-1] == "0" else "0")), Secret("apv_a" + "0" * 10_000_000)
    presented = read_authorization(header)
    decision = decide_request(TENANT, presented, made.token, at=AT)
    on = TENANT.users[PROGRAM].id
    assert decision.allowed
    return {
        "SHA-256 of the text, by hashlib itself": lambda: sha256(text.encode()).hexdigest(),
        "make the text of a token": lambda: make_token(TokenKind.BY_ADMIN),
        "parse it": lambda: parse_token(secret),
        "parse one with a wrong character": lambda: refused(wrong),
        "parse ten megabytes": lambda: refused(huge),
        "read a header": lambda: read_authorization(header),
        "whose request it is": lambda: decide_request(TENANT, presented, made.token, at=AT),
        "what it may do": lambda: decision.refusals(access, permission, on),
        "all of a request but the store": lambda: decide_request(
            TENANT, read_authorization(header), made.token, at=AT
        ).refusals(access, permission, on),
    }


def main() -> None:
    """Measure and print."""
    columns = {
        name: {what: milliseconds(act, ROUNDS[name]) for what, act in hashing(parameters).items()}
        for name, parameters in PROFILES.items()
    }
    shown = [
        f"{name} ({each.memory_kib:,} KiB, t={each.time_cost}, p={each.parallelism})" for name, each in PROFILES.items()
    ]
    print("| milliseconds | " + " | ".join(shown) + " |")
    print("|---|" + "---:|" * len(shown))
    for what in columns["floor"]:
        print(f"| {what} | " + " | ".join(f"{columns[name][what]:.2f}" for name in PROFILES) + " |")
    print("\n| tokens | microseconds |\n|---|---:|")
    for what, act in tokens().items():
        print(f"| {what} | {microseconds(act):.2f} |", flush=True)


if __name__ == "__main__":
    main()
