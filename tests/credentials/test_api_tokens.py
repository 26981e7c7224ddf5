"""API tokens generated, exchanged, copied, revoked, and requests answered, one case at a time."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import attrs
import pytest

from agentprov.credentials.api_tokens import (
    EXCHANGED_SECONDS,
    GENERATED_SECONDS,
    TokenChange,
    copy_token,
    exchange_for_token,
    generate_token,
    revoke_token,
)
from agentprov.credentials.passwords import CHEAPEST, hash_password
from agentprov.credentials.token_requests import PresentedToken, TokenDecision, decide_request, read_authorization, used
from agentprov.credentials.token_text import parse_token
from agentprov.engine.access import Access
from agentprov.errors import Code, InvalidValue, NotFound, Problem, Refused
from agentprov.model.access import Permission
from agentprov.model.api_tokens import ApiToken, TokenKind
from agentprov.model.changes import EventKind
from agentprov.model.ids import RoleId, UserId
from agentprov.model.network import parse_address, parse_networks
from agentprov.model.secret import Secret
from agentprov.model.stored_passwords import StoredPassword
from agentprov.model.tenant import Tenant
from agentprov.model.user_types import PERSON
from agentprov.model.users import SelectedAddresses, SignIn, Status
from tests import tenants
from tests.credentials.accounts import AT, COMPANY, NEW, PASSWORD, company, hashes_of, minutes, stored

VIEW = Permission("user:view")
EDIT = Permission("user:edit")
NAIVE = datetime(2026, 3, 1)
ELSEWHERE = Problem(code=Code.IP_INVALID, path=("address",))


def generated(**changed: Any) -> TokenChange:
    """A token that an admin generates for the bot."""
    arguments: dict[str, Any] = {"user": "u-bot", "permissions": [VIEW], "by": "u-root", "at": AT, **changed}
    return generate_token(COMPANY, **arguments)


def with_bot(**changed: Any) -> Tenant:
    """The company with another bot."""
    bot = COMPANY.users[UserId("u-bot")]
    return attrs.evolve(COMPANY, users={**COMPANY.users, bot.id: attrs.evolve(bot, **changed)})


# ---- by an admin -----------------------------------------------------------------------------------------------------


def test_an_admin_generates_a_token() -> None:
    """CR-4, R8: shown once, kept as a digest, with its permissions and its end."""
    change = generated(name="Import")

    assert change.secret is not None
    parsed = parse_token(change.secret)
    assert (
        ApiToken(
            tenant=COMPANY.id,
            user=UserId("u-bot"),
            kind=TokenKind.BY_ADMIN,
            digest=parsed.digest,
            hint=change.secret.reveal()[:8],
            name="Import",
            permissions=[VIEW],
            created_at=AT,
            created_by=UserId("u-root"),
            expires_at=AT + timedelta(seconds=GENERATED_SECONDS),
        )
        == change.token
    )
    assert [(EventKind.TOKEN_ISSUED, {"token": change.token.id, "hint": change.token.hint})] == [
        (event.kind, dict(event.facts)) for event in change.events
    ]
    assert change == change.without_secrets()
    assert change.without_secrets().secret is None


def test_a_section_stands_for_its_actions() -> None:
    """CR-4: `section:*` is good for what the section has today, not for what comes later."""
    change = generate_token(with_bot(roles=[RoleId("admin")]), "u-bot", permissions=["user:*"], by="u-root", at=AT)

    assert {"user:view", "user:add", "user:edit", "user:delete"} == set(change.token.permissions)


@pytest.mark.parametrize(
    ("changed", "faults"),
    [
        ({"user": "u-asha"}, [Code.TOKEN_ROLE_NOT_ALLOWED, Code.TOKEN_EXCEEDS_USER]),
        ({"user": "u-idle"}, [Code.USER_NOT_ACTIVE]),
        ({"user": "u-nobody"}, [Code.USER_UNKNOWN]),
        ({"permissions": ["user:delete"]}, [Code.TOKEN_EXCEEDS_USER]),
        ({"permissions": ["number:view", VIEW], "by": "u-root"}, [Code.TOKEN_EXCEEDS_USER, Code.TOKEN_EXCEEDS_ACTOR]),
        ({"permissions": []}, [Code.FIELD_EMPTY]),
        ({"permissions": ["nonsense"]}, [Code.PERMISSION_UNKNOWN]),
        ({"permissions": ["queue:view"], "seconds": 59}, [Code.PERMISSION_UNKNOWN, Code.FIELD_OUT_OF_RANGE]),
        ({"seconds": 400 * 24 * 3_600 + 1}, [Code.FIELD_OUT_OF_RANGE]),
        ({"at": NAIVE}, [Code.FIELD_NAIVE_INSTANT]),
        ({"by": "u-asha"}, [Code.PERMISSION_NOT_GRANTED]),
        ({"by": "u-asha", "user": "u-nobody"}, [Code.PERMISSION_NOT_GRANTED]),
        ({"by": "u-nobody"}, [Code.USER_UNKNOWN]),
    ],
)
def test_tokens_that_arent_generated(changed: dict[str, Any], faults: list[Code]) -> None:
    """B074, CR-4: for users of other types, beyond the user's rights or the actor's, or without the permission."""
    with pytest.raises((InvalidValue, NotFound, Refused)) as refusal:
        generated(**changed)

    assert faults == list(refusal.value.codes)


def test_nobody_takes_rights_over_by_a_token() -> None:
    """AC-5: a clerk who may edit users generates no token for more than they hold themselves."""
    strong = with_bot(roles=[RoleId("admin")])

    with pytest.raises(Refused) as refusal:
        generate_token(strong, "u-bot", permissions=["user:delete", VIEW], by="u-ticket", at=AT)
    assert (Code.TOKEN_EXCEEDS_ACTOR,) == refusal.value.codes
    assert ("user:delete",) == refusal.value.problems[0].parameters["permissions"]
    assert generate_token(strong, "u-bot", permissions=["user:delete"], by=None, at=AT).token.permissions


def test_a_copy_is_another_token() -> None:
    """CR-4: the old secret can't be shown again; a new one takes over, and the old one is revoked."""
    first = generated(name="Import")
    copied = copy_token(COMPANY, first.token, by="u-root", at=AT + minutes(1))

    assert first.secret is not None
    assert copied.new.secret is not None
    assert first.secret.reveal() != copied.new.secret.reveal()
    assert (first.token.permissions, "Import") == (copied.new.token.permissions, copied.new.token.name)
    assert (AT + minutes(1), first.token) == (copied.old.token.revoked_at, copied.old.expected)


def test_a_copy_brings_no_revoked_token_back() -> None:
    """CR-4: what was made worthless stays so; who may not edit its user learns no more than that."""
    revoked = revoke_token(COMPANY, generated().token, by="u-root", at=AT + minutes(1)).token
    with pytest.raises(Refused) as refusal:
        copy_token(COMPANY, revoked, by="u-root", at=AT + minutes(2))
    assert (Code.TOKEN_REVOKED,) == refusal.value.codes
    with pytest.raises(Refused) as refusal:
        copy_token(COMPANY, revoked, by="u-asha", at=AT + minutes(2))
    assert (Code.PERMISSION_NOT_GRANTED,) == refusal.value.codes


@pytest.mark.parametrize(
    ("seconds", "code"), [(60, Code.PASSWORD_ONE_TIME_EXPIRED), (61, Code.PASSWORD_ONE_TIME)], ids=["over", "in time"]
)
def test_an_exchange_knows_how_long_one_time_passwords_live(seconds: int, code: Code) -> None:
    """CR-1, CR-4: the host's own time counts at this door, too."""
    kept = StoredPassword(hash=hash_password(Secret(PASSWORD), CHEAPEST).reveal(), one_time=True, at=AT)
    exchanged = exchange_for_token(
        COMPANY,
        "u-bot",
        Secret(PASSWORD),
        stored=kept,
        at=AT + minutes(1),
        parameters=CHEAPEST,
        one_time_seconds=seconds,
    )
    assert [code] == [problem.code for problem in exchanged.problems]


def test_a_token_is_revoked_once() -> None:
    """CR-4: it says when; again changes nothing and nothing happens."""
    token = generated().token
    revoked = revoke_token(COMPANY, token, by="u-root", at=AT + minutes(1))
    again = revoke_token(COMPANY, revoked.token, by="u-root", at=AT + minutes(2))

    assert attrs.evolve(token, revoked_at=AT + minutes(1)) == revoked.token
    assert [EventKind.TOKEN_REVOKED] == [event.kind for event in revoked.events]
    assert (revoked.token, revoked.token, ()) == (again.token, again.expected, again.events)


def test_users_revoke_their_own_tokens() -> None:
    """CR-4: without a permission; nobody else's."""
    token = generated().token

    assert revoke_token(with_bot(roles=[]), token, by="u-bot", at=AT).token.revoked_at == AT
    with pytest.raises(Refused):
        revoke_token(COMPANY, token, by="u-asha", at=AT)
    with pytest.raises(Refused) as refusal:
        revoke_token(company("t-other"), token, by="u-root", at=AT)
    assert (Code.TOKEN_OTHER_TENANT,) == refusal.value.codes
    with pytest.raises(InvalidValue):
        revoke_token(COMPANY, token, by="u-root", at=NAIVE)


# ---- by the user -----------------------------------------------------------------------------------------------------


def exchanged(
    user: str | None = "u-bot", password: str = PASSWORD, kept: StoredPassword | None = None, **changed: Any
) -> Any:
    """Credentials given for a token."""
    tenant = changed.pop("tenant", COMPANY)
    return exchange_for_token(tenant, user, Secret(password), stored=kept, at=AT, parameters=CHEAPEST, **changed)


def test_a_program_exchanges_its_password_for_a_token() -> None:
    """CR-4: for a day, good for all that it holds unless it asks for less."""
    whole, less = exchanged(kept=stored()), exchanged(kept=stored(), permissions=[VIEW], seconds=60)

    assert ({VIEW, EDIT}, {VIEW}) == (set(whole.change.token.permissions), set(less.change.token.permissions))
    assert AT + timedelta(seconds=EXCHANGED_SECONDS) == whole.change.token.expires_at
    assert AT + timedelta(seconds=60) == less.change.token.expires_at
    assert (TokenKind.EXCHANGED, UserId("u-bot")) == (whole.change.token.kind, whole.change.actor)
    assert whole.worked


@pytest.mark.parametrize(
    ("arguments", "codes"),
    [
        ({"kept": stored(), "password": NEW}, [Code.PASSWORD_WRONG]),
        ({"kept": None}, [Code.PASSWORD_NOT_SET]),
        ({"kept": stored(one_time=True)}, [Code.PASSWORD_ONE_TIME]),
        ({"kept": stored(one_time=True, at=AT - timedelta(days=7))}, [Code.PASSWORD_ONE_TIME_EXPIRED]),
        ({"kept": StoredPassword(hash="x", one_time=False, at=AT)}, [Code.PASSWORD_UNREADABLE]),
        ({"user": None, "kept": stored()}, [Code.USER_UNKNOWN]),
        ({"user": "u-nobody", "kept": stored()}, [Code.USER_UNKNOWN]),
        ({"user": None, "kept": stored(), "refused": [ELSEWHERE]}, [Code.USER_UNKNOWN, Code.IP_INVALID]),
        ({"user": "u-idle", "kept": stored()}, [Code.USER_NOT_ACTIVE]),
        ({"user": "u-idle", "kept": stored(), "password": NEW}, [Code.USER_NOT_ACTIVE, Code.PASSWORD_WRONG]),
        ({"user": "u-root", "kept": stored()}, [Code.TOKEN_ROLE_NOT_ALLOWED]),
        ({"user": "u-ticket", "kept": stored()}, [Code.PASSWORD_METHOD]),
        ({"kept": stored(), "refused": [ELSEWHERE]}, [Code.IP_INVALID]),
        ({"kept": stored(), "permissions": ["user:delete"]}, [Code.TOKEN_EXCEEDS_USER]),
    ],
)
def test_refused_exchanges_cost_one_hash(arguments: dict[str, Any], codes: list[Code]) -> None:
    """CR-5, B070: every reason is named inside; outside it is one refusal, after exactly one hash."""
    work, refused = hashes_of(lambda: exchanged(**arguments))

    assert (1, False, None) == (work, refused.worked, refused.change)
    assert codes == [problem.code for problem in refused.problems]


def test_an_accepted_exchange_costs_one_hash_too() -> None:
    """CR-5: so how long an answer takes tells nothing."""
    kept = stored()
    work, made = hashes_of(lambda: exchanged(kept=kept))

    assert (1, True) == (work, made.worked)


@pytest.mark.parametrize("changed", [{"permissions": ["nonsense"]}, {"seconds": 1}])
def test_exchanges_that_cant_be(changed: dict[str, Any]) -> None:
    """P76: what is wrong with the request itself is told, whoever asks."""
    for user in ("u-bot", None):
        with pytest.raises(InvalidValue):
            exchanged(user=user, kept=stored(), **changed)


# ---- a request -------------------------------------------------------------------------------------------------------

MADE = generated()
PRESENTED = read_authorization(f"Bearer {MADE.secret.reveal()}" if MADE.secret else "")


def decided(
    tenant: Tenant = COMPANY,
    token: ApiToken | None = MADE.token,
    at: datetime = AT,
    presented: PresentedToken = PRESENTED,
) -> TokenDecision:
    """Whose request it is."""
    return decide_request(tenant, presented, token, at=at)


def test_a_valid_token_says_whose_request_it_is() -> None:
    """CR-4: the user, and what the token is good for."""
    decision = decided()

    assert (True, UserId("u-bot"), {VIEW}) == (decision.allowed, decision.user, set(decision.permissions))


REVOKED = attrs.evolve(MADE.token, revoked_at=AT)
OTHER = generated().token


@pytest.mark.parametrize(
    ("arguments", "codes"),
    [
        ({"presented": read_authorization(None), "token": None}, [Code.TOKEN_MISSING]),
        ({"presented": read_authorization("Bearer x"), "token": None}, [Code.TOKEN_MALFORMED]),
        ({"presented": read_authorization("Bearer x")}, [Code.TOKEN_MALFORMED]),
        ({"presented": PresentedToken()}, [Code.TOKEN_UNKNOWN]),
        ({"token": None}, [Code.TOKEN_UNKNOWN]),
        ({"token": OTHER}, [Code.TOKEN_UNKNOWN]),
        ({"tenant": company("t-other")}, [Code.TOKEN_OTHER_TENANT]),
        ({"token": REVOKED}, [Code.TOKEN_REVOKED]),
        ({"at": MADE.token.expires_at}, [Code.TOKEN_EXPIRED]),
        ({"at": AT - timedelta(microseconds=1)}, [Code.TOKEN_EXPIRED]),
        ({"tenant": with_bot(status=Status.DISABLED)}, [Code.USER_NOT_ACTIVE]),
        ({"tenant": with_bot(status=Status.BLOCKED)}, [Code.USER_NOT_ACTIVE]),
        ({"tenant": with_bot(status=Status.DEACTIVATED)}, [Code.USER_NOT_ACTIVE]),
        ({"tenant": with_bot(type=PERSON)}, [Code.TOKEN_ROLE_NOT_ALLOWED]),
        (
            {"tenant": with_bot(type=PERSON, status=Status.DISABLED), "token": REVOKED, "at": MADE.token.expires_at},
            [Code.TOKEN_REVOKED, Code.TOKEN_EXPIRED, Code.TOKEN_ROLE_NOT_ALLOWED, Code.USER_NOT_ACTIVE],
        ),
    ],
)
def test_refused_requests_name_every_reason_inside(arguments: dict[str, Any], codes: list[Code]) -> None:
    """B070, B071, CR-4: and nobody's name, no permission: to the outside all of them are one refusal."""
    decision = decided(**arguments)

    assert codes == [problem.code for problem in decision.problems]
    assert (False, None, frozenset()) == (decision.allowed, decision.user, decision.permissions)
    assert decision.problems == decision.refusals(Access(COMPANY), VIEW)


def test_a_deleted_user_has_no_requests() -> None:
    """CR-4: a token that was left behind is worth nothing."""
    users = {id_: user for id_, user in COMPANY.users.items() if id_ != "u-bot"}

    assert [Code.USER_UNKNOWN] == [problem.code for problem in decided(attrs.evolve(COMPANY, users=users)).problems]


def test_a_blocked_web_login_doesnt_concern_tokens() -> None:
    """CR-5: that switch is about signing in to the web."""
    assert decided(with_bot(sign_in=SignIn(web_login_blocked=True))).allowed


def test_what_else_speaks_against_a_request() -> None:
    """CR-6: what the host finds, such as an address that isn't allowed, refuses it as well."""
    decision = decide_request(COMPANY, PRESENTED, MADE.token, at=AT, refused=[ELSEWHERE])

    assert (ELSEWHERE,) == decision.problems


@pytest.mark.parametrize(
    ("roles", "permission", "on", "codes"),
    [
        (["clerk"], VIEW, "u-asha", []),
        (["clerk"], EDIT, "u-asha", [Code.TOKEN_NOT_SCOPED]),
        ([], VIEW, "u-asha", [Code.PERMISSION_NOT_GRANTED]),
        ([], EDIT, None, [Code.TOKEN_NOT_SCOPED, Code.PERMISSION_NOT_GRANTED]),
        (["clerk"], VIEW, "u-nobody", [Code.OBJECT_UNKNOWN]),
    ],
)
def test_a_token_does_what_both_it_and_its_user_may(
    roles: list[str], permission: Permission, on: str | None, codes: list[Code]
) -> None:
    """CR-4: the subset is asked again at each use; what the user lost, the token lost."""
    tenant = with_bot(roles=[RoleId(each) for each in roles])

    assert codes == [problem.code for problem in decided(tenant).refusals(Access(tenant), permission, on)]


def test_rights_of_another_tenant_decide_nothing() -> None:
    """ID-1: a request of one tenant isn't held against the rights of another."""
    assert [Code.TOKEN_OTHER_TENANT] == [
        problem.code for problem in decided().refusals(Access(company("t-other")), VIEW)
    ]


def test_an_unknown_permission_is_an_error() -> None:
    """AC-1: it is a mistake in the host's code, not a refusal."""
    with pytest.raises(NotFound):
        decided().refusals(Access(COMPANY), "nonsense:do")


@pytest.mark.parametrize(
    ("known", "at", "noted"),
    [
        (None, AT, AT),
        (AT, AT + timedelta(seconds=59), AT),
        (AT, AT + timedelta(seconds=60), AT + timedelta(seconds=60)),
        (AT, AT - timedelta(days=1), AT),
    ],
)
def test_the_last_use_is_noted_once_a_minute(known: datetime | None, at: datetime, noted: datetime) -> None:
    """CR-4: and never goes back."""
    assert noted == used(attrs.evolve(MADE.token, last_used_at=known), at=at).last_used_at


def test_requests_need_an_instant() -> None:
    """P76: a naive one is refused."""
    with pytest.raises(InvalidValue) as refusal:
        decided(at=NAIVE)

    assert (Code.FIELD_NAIVE_INSTANT,) == refusal.value.codes


def test_a_type_of_ones_own_may_hold_tokens() -> None:
    """ID-14: the blueprint says which types do."""
    ready = tenants.BLUEPRINT.user_types
    types = ready.put(PERSON, attrs.evolve(ready[PERSON], tokens=True))
    tenant = attrs.evolve(COMPANY, blueprint=attrs.evolve(tenants.BLUEPRINT, user_types=types))

    assert generate_token(tenant, "u-root", permissions=[VIEW], by="u-root", at=AT).token.permissions


def at_the_office() -> Tenant:
    """The company with a bot that may come from one network alone."""
    return with_bot(sign_in=SignIn(addresses=SelectedAddresses(networks=parse_networks(["192.0.2.0/24"]))))


@pytest.mark.parametrize(
    ("address", "codes"),
    [
        (None, [Code.TOKEN_ADDRESS_NOT_ALLOWED]),  # a fact that isn't given lets nobody in
        ("203.0.113.1", [Code.TOKEN_ADDRESS_NOT_ALLOWED]),
        ("2001:db8::1", [Code.TOKEN_ADDRESS_NOT_ALLOWED]),
        ("192.0.2.7", []),
        ("::ffff:192.0.2.7", []),
    ],
)
def test_a_bound_users_tokens_are_good_from_their_addresses(address: str | None, codes: list[Code]) -> None:
    """CR-4, CR-6: who is bound to addresses has tokens and gets tokens from there alone."""
    tenant, known = at_the_office(), None if address is None else parse_address(address)
    decision = decide_request(tenant, PRESENTED, MADE.token, at=AT, address=known)
    kept = stored()
    work, exchange = hashes_of(lambda: exchanged(kept=kept, tenant=tenant, address=known))

    assert codes == [problem.code for problem in decision.problems]
    assert codes == [problem.code for problem in exchange.problems]
    assert 1 == work
