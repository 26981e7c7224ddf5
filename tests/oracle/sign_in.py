"""What CR-3, CR-5, CR-6 and LC-1 say of signing in, rule after rule, in the slowest and most obvious way.

Nothing is taken from the engine; addresses are asked of the standard library. Where the rules leave a choice, the words
of ``docs/sign-in.md`` count.
"""

from __future__ import annotations

import ipaddress
import unicodedata
from datetime import datetime, timedelta

from agentprov.model.network import Address
from agentprov.model.phones import PhoneType, phone_type
from agentprov.model.settings import LoginComparison
from agentprov.model.sign_in import HostVerified, PasswordTried, SignInAttempt
from agentprov.model.tenant import Tenant
from agentprov.model.throttle import Failures, SignInPolicy
from agentprov.model.users import User

Count = tuple[int, datetime | None]
"""How many failures, and when the last was."""

Told = tuple[str, list[str], Count, Count, list[tuple[str, Count]]]
"""What becomes of the attempt; the failing gates; what is then kept of passwords, of codes, of known places."""


def decide(tenant: Tenant, attempt: SignInAttempt) -> Told:
    """What becomes of an attempt."""
    user = whose(tenant, attempt.login)
    if user is None:
        return told("refused", ["user.unknown"], attempt)
    policy = tenant.settings.sign_in
    proof = proved(user, attempt)
    other = [*account(tenant, user, attempt), *place(tenant, user, attempt.address), *locked(user, attempt, policy)]
    mobile, code = second_factor(user, attempt)
    gates = sorted({*proof, *other, *mobile, *code}, key=ORDER.index)
    asks = {"password.one_time", "code.wanted"}
    refused = [gate for gate in gates if gate not in asks]
    if refused:
        wrong_password = "password.wrong" in proof
        wrong_code = bool(code) and not asks.issuperset(code)
        # A guess counts if whoever guesses would have noticed that it was right.
        if wrong_password and set(refused) - set(code) == {"password.wrong"}:
            return told("refused", gates, attempt, wrong_password=True)
        if wrong_code and set(refused) == set(code):
            return told("refused", gates, attempt, wrong_code=True)
        return told("refused", gates, attempt)
    if "code.wanted" in gates:
        return told("code", gates, attempt)
    places = [site(attempt.address)] if attempt.address is not None else []
    places += [str(known.network) for known in attempt.throttle.places]
    fresh = list(dict.fromkeys(places))[: policy.places]
    kind = "replace" if "password.one_time" in gates else "in"
    return kind, gates, (0, None), (0, None), [(known, (0, None)) for known in fresh]


ORDER = [
    *("user.unknown", "method.token", "method.other", "proof.missing", "host.refused"),
    *("password.wrong", "password.none", "password.unreadable", "password.excessive", "password.one_time"),
    *("status.disabled", "status.blocked", "status.deactivated", "web_login.blocked", "type.no_web_sign_in"),
    *("type.not_routed", "login_based.off", "dialler_panel.off", "address.unknown", "address.outside"),
    *("mobile.none", "code.wanted", "code.wrong", "code.expired", "code.used", "code.locked", "code.none"),
    *("locked.passwords", "locked.codes"),
]


# ---- who, and whether it is them -------------------------------------------------------------------------------------


def whose(tenant: Tenant, typed: str) -> User | None:
    """ID-5: exactly the login, unless the tenant ignores case."""
    fold = tenant.settings.login_comparison is LoginComparison.CASE_INSENSITIVE

    def seen(text: str) -> str:
        text = unicodedata.normalize("NFC", text)
        return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold()) if fold else text

    found = [user for user in tenant.users.values() if seen(user.login) == seen(typed)]
    return found[0] if found else None


def proved(user: User, attempt: SignInAttempt) -> list[str]:
    """CR-5: by the user's own method, and only if the fact was given."""
    proof = attempt.proof
    method = str(user.sign_in.method)
    if method == "api-token":
        return ["method.token"]
    if proof is None:
        return ["proof.missing"]
    if method == "password" and isinstance(proof, PasswordTried):
        once = ["password.one_time"] if proof.one_time else []
        names = {"wrong": "wrong", "no-password": "none", "unreadable": "unreadable", "excessive": "excessive"}
        return once if str(proof.outcome) == "matches" else [f"password.{names[str(proof.outcome)]}", *once]
    if isinstance(proof, HostVerified) and str(proof.method) == method:
        return [] if proof.verified else ["host.refused"]
    return ["method.other"]


def account(tenant: Tenant, user: User, attempt: SignInAttempt) -> list[str]:
    """LC-1, ID-14 and the options of both doors."""
    type_ = tenant.blueprint.user_types[user.type]
    web, panel = attempt.door == "web", attempt.door == "panel"
    failing = {
        f"status.{user.status}": str(user.status) != "active",
        "web_login.blocked": web and user.sign_in.web_login_blocked,
        "type.no_web_sign_in": web and not type_.web_sign_in,
        "type.not_routed": panel and not type_.routed,
        "login_based.off": panel and not user.calling.login_based,
        "dialler_panel.off": panel and not user.calling.dialler_panel,
    }
    return [gate for gate, fails in failing.items() if fails]


def second_factor(user: User, attempt: SignInAttempt) -> tuple[list[str], list[str]]:
    """CR-3, ID-13: whether there is a mobile to send a code to, and what is wrong with the code that was typed."""
    if not user.sign_in.two_factor:
        return [], []
    texts = {PhoneType.MOBILE, PhoneType.FIXED_LINE_OR_MOBILE}
    by_phone = user.phone is not None and ";" not in user.phone and phone_type(user.phone) in texts
    mobile = [] if user.mobile is not None or by_phone else ["mobile.none"]
    if attempt.code is None:
        return mobile, ["code.wanted"]
    names = {"no-code": "none"}
    outcome = str(attempt.code)
    return mobile, [] if outcome == "accepted" else [f"code.{names.get(outcome, outcome)}"]


# ---- where from ------------------------------------------------------------------------------------------------------


def canonical(address: Address) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """CR-6: an IPv4-mapped address is its IPv4 one."""
    plain = ipaddress.ip_address(str(address))
    mapped = plain.ipv4_mapped if isinstance(plain, ipaddress.IPv6Address) else None
    return mapped or plain


def place(tenant: Tenant, user: User, address: Address | None) -> list[str]:
    """CR-6: from anywhere, or from a network that is listed or named."""
    chosen = user.sign_in.addresses
    if chosen is None:
        return []
    if address is None:
        return ["address.unknown"]
    listed = [*chosen.networks]
    for name in chosen.named:
        listed += tenant.addresses[name].networks
    inside = [canonical(address) in ipaddress.ip_network(str(network)) for network in listed]
    return [] if any(inside) else ["address.outside"]


# ---- what failed before ----------------------------------------------------------------------------------------------


def site(address: Address) -> str:
    """A known place: an IPv4 address, or the 64 bits that an IPv6 address begins with."""
    plain = canonical(address)
    network = ipaddress.ip_network(f"{plain}/{32 if plain.version == 4 else 64}", strict=False)
    return str(plain) if plain.version == 4 else str(network)


def is_locked(failures: Failures, policy: SignInPolicy, at: datetime) -> bool:
    """CR-5: at the limit for good, before it for a while that doubles."""
    if failures.count >= policy.failures:
        return True
    wait = 0
    for failure in range(1, failures.count + 1):
        if failure > policy.free:
            wait = policy.first_wait if wait == 0 else min(2 * wait, policy.longest_wait)
    # Who has to wait for nothing is kept waiting by no clock.
    return wait > 0 and failures.last is not None and at < failures.last + timedelta(seconds=wait)


def locked(user: User, attempt: SignInAttempt, policy: SignInPolicy) -> list[str]:
    """CR-5: what failed before keeps them out; passwords and codes are counted apart."""
    throttle = attempt.throttle
    gates = []
    if user.sign_in.method == "password":
        counts = {str(known.network): known.failures for known in throttle.places}
        here = "" if attempt.address is None else site(attempt.address)
        everywhere = throttle.passwords.count + sum(failures.count for failures in counts.values())
        if everywhere >= 100 or is_locked(counts.get(here, throttle.passwords), policy, attempt.at):
            gates.append("locked.passwords")
    if user.sign_in.two_factor and is_locked(throttle.codes, policy, attempt.at):
        gates.append("locked.codes")
    return gates


def told(
    kind: str, gates: list[str], attempt: SignInAttempt, *, wrong_password: bool = False, wrong_code: bool = False
) -> Told:
    """The outcome with what is kept of the failures: as before, but for the one that counts."""

    def kept(failures: Failures, *, one_more: bool) -> Count:
        if not one_more:
            return failures.count, failures.last
        return failures.count + 1, attempt.at if failures.last is None else max(failures.last, attempt.at)

    here = "" if attempt.address is None else site(attempt.address)
    known = [str(each.network) for each in attempt.throttle.places]
    return (
        kind,
        gates,
        kept(attempt.throttle.passwords, one_more=wrong_password and here not in known),
        kept(attempt.throttle.codes, one_more=wrong_code),
        [
            (str(each.network), kept(each.failures, one_more=wrong_password and str(each.network) == here))
            for each in attempt.throttle.places
        ],
    )
