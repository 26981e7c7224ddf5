"""A blueprint's rules, and those that hold for every tenant, asked of a form that was read (PV-1, PV-4 to PV-8)."""

from __future__ import annotations

from collections.abc import Iterable, Sized
from typing import Final

import attrs

from agentprov.errors import Code, Collector
from agentprov.model.access import EVERYONE
from agentprov.model.blueprint import Ask, Blueprint, FieldRule
from agentprov.model.ids import UserId
from agentprov.model.passwords import check_password
from agentprov.model.secret import Secret
from agentprov.model.sign_in import registered_mobile
from agentprov.model.users import AuthenticationMethod, User
from agentprov.provisioning.fields import Field, fields_of
from agentprov.provisioning.forms import Reading, can_be_empty, neutral, problem_fields
from agentprov.provisioning.forwarding import check_forwards
from agentprov.provisioning.others import Others
from agentprov.provisioning.rulebook import RuleBook
from agentprov.provisioning.typed_form import TypedForm, typed_form_of

_WITHOUT_PASSWORD: Final = frozenset({AuthenticationMethod.WINDOWS, AuthenticationMethod.EXTERNAL})
_KEPT_ELSEWHERE: Final = frozenset({"password", "personal_profiles"})
"""Fields of which a stored user alone doesn't tell whether they have a value."""
MOST_NAMED: Final = 20
"""How many of those who stand in the way a fault names."""
_UNIQUE_IN_TENANT: Final = frozenset({"login", "numeric_id", "extension", "email", "mobile"})
"""Fields whose uniqueness the tenant itself sees to."""


def check_rules(others: Others, reading: Reading, user: UserId, found: Collector, warnings: Collector) -> None:
    """Note every rule that the reading breaks, field by field, then those that concern several fields."""
    blueprint, book = others.blueprint, others.book
    asked = book.asked(reading.typed)
    for name in reading.entered - asked.rules.keys() - reading.faulty:
        if reading.is_set(name) and not _is_unsettled(book, name, reading):
            found.add(Code.FIELD_NOT_ALLOWED, name)
    for field, rule, limited, needed in asked.watched:
        if field.name in reading.faulty or _is_unsettled(book, field.name, reading):
            continue
        if rule is not None:
            _check_ask(field, rule, reading, found, warnings)
            if limited:
                _check_limits(others, rule, reading, user, found)
        if needed and reading.is_set(field.name):
            missing = tuple(each for each in needed if each not in reading.faulty and not reading.is_set(each))
            if missing:
                found.add(Code.FIELD_NEEDS, field.name, fields=missing)
    for group in blueprint.at_least_one:
        if not reading.faulty.intersection(group) and all(map(reading.is_missing, group)):
            found.add(Code.CONTACT_REQUIRED, group[0], fields=group)
    if not reading.new and "status" in reading.cleared and "status" not in problem_fields(found.problems):
        # No status would read as active: whoever enables an account says so.
        found.add(Code.FIELD_REQUIRED, "status")
    _check_roles(blueprint, reading, found)
    _check_supervision(others, reading, user, found)
    _check_options(reading, found)
    check_forwards(others.settings, reading, found)


def rule_of(blueprint: Blueprint, field: str, typed: TypedForm) -> FieldRule | None:
    """The rule for a field of the user that the typed form describes."""
    return blueprint.rule(field, typed.roles, typed.type, typed.authentication_method)


def _is_unsettled(book: RuleBook, name: str, reading: Reading) -> bool:
    """Whether the rule for a field hangs on a role or a method that isn't known, because that field is at fault."""
    return (name in book.by_roles and _is_unknown(book, "roles", reading)) or (
        name in book.by_methods and _is_unknown(book, "authentication_method", reading)
    )


def _is_unknown(book: RuleBook, name: str, reading: Reading) -> bool:
    """Whether a field is at fault, or is required and missing."""
    return name in reading.faulty or (name in book.required and reading.is_missing(name))


def _check_ask(field: Field, rule: FieldRule, reading: Reading, found: Collector, warnings: Collector) -> None:
    """Whether the field is there, or not there, as the rule asks."""
    name = field.name
    match rule.ask:
        case Ask.REQUIRED:
            if _lacks(name, reading):
                found.add(field.required_code, name)
        case Ask.RECOMMENDED:
            if reading.is_missing(name) and (reading.new or name in reading.cleared):
                warnings.add(Code.FIELD_RECOMMENDED, name)
        case Ask.DISCOURAGED:
            if name in reading.entered and reading.is_set(name):
                warnings.add(Code.FIELD_DISCOURAGED, name)
        case Ask.FORBIDDEN:
            # What isn't allowed any more, as after a change of role, must be cleared: nothing is dropped silently.
            if reading.is_set(name):
                found.add(Code.FIELD_NOT_ALLOWED, name)
        case Ask.DERIVED:
            if name in reading.entered and reading.is_set(name):
                found.add(Code.FIELD_DERIVED, name)
        case Ask.OPTIONAL:
            pass


def _lacks(name: str, reading: Reading) -> bool:
    """Whether a required field is missing. A password is kept elsewhere, so only some requests need one."""
    typed, base = reading.typed, reading.base
    if name != "password":
        return reading.is_missing(name)
    begins = reading.new or base.authentication_method is not typed.authentication_method
    return begins and typed.password is None and not typed.generate_password


def _check_limits(others: Others, rule: FieldRule, reading: Reading, user: UserId, found: Collector) -> None:
    """What the rule says of the value itself: how many entries, fixed once saved, held by nobody else."""
    name = rule.field
    if name == "password":
        return
    value = reading.typed.value(name)
    if rule.most is not None and isinstance(value, Sized) and len(value) > rule.most:
        found.add(Code.FIELD_TOO_MANY, name, limit=rule.most)
    changed = value != reading.base.value(name)
    if rule.immutable and name != "login" and not reading.new and changed:
        found.add(Code.FIELD_IMMUTABLE, name)
    if rule.unique and name not in _UNIQUE_IN_TENANT and reading.is_set(name) and changed:
        holder = others.holder(name, value, but=user)
        if holder is not None:
            found.add(Code.FIELD_TAKEN, name, value=str(value), holder=holder)


def _check_roles(blueprint: Blueprint, reading: Reading, found: Collector) -> None:
    """Whether the roles are ones there may be, and not too many. That the tenant has them is asked of the tenant."""
    roles = reading.typed.roles
    if "roles" in reading.faulty:
        return
    if EVERYONE in roles and "roles" in reading.entered:
        # It would pass for the role that a form requires, and say nothing.
        found.add(Code.ROLE_EVERYONE, "roles", value=EVERYONE)
    if not blueprint.several_roles and len(roles) > 1:
        found.add(Code.ROLE_ONLY_ONE, "roles")
    if blueprint.roles is not None:
        for role in sorted(roles - blueprint.roles - {EVERYONE}):
            found.add(Code.ROLE_NOT_IN_BLUEPRINT, "roles", value=role, choices=tuple(sorted(blueprint.roles)))


def _check_supervision(others: Others, reading: Reading, user: UserId, found: Collector) -> None:
    """Whether the supervisor named is one, and whether a supervisor who has agents stays one (PV-8)."""
    supervisors = others.blueprint.supervisors
    if not supervisors:
        return
    named = reading.typed.supervisor
    roles = None if named is None else others.roles(named)
    if named is not None and roles is not None and "supervisor" not in reading.faulty and supervisors.isdisjoint(roles):
        found.add(Code.SUPERVISOR_ROLE, "supervisor", value=named, choices=tuple(sorted(supervisors)))
    if "roles" not in reading.faulty and supervisors.isdisjoint(reading.typed.roles):
        agents = others.agents_of(user)
        if agents:
            found.add(Code.SUPERVISOR_HAS_AGENTS, "roles", value=user, agents=agents[:MOST_NAMED])


def _check_options(reading: Reading, found: Collector) -> None:
    """The rules that tie options together, whatever the blueprint (PV-6, ID-13)."""
    typed, faulty = reading.typed, reading.faulty
    if typed.dialler_panel and not typed.login_based_calling and "login_based_calling" not in faulty:
        found.add(Code.DIALLER_PANEL_NEEDS_LOGIN_BASED, "dialler_panel")
    if typed.two_factor and registered_mobile(typed.mobile, typed.phone) is None and not faulty & {"mobile", "phone"}:
        found.add(Code.TWO_FACTOR_NEEDS_MOBILE, "two_factor")
    if typed.forward_same_as_phone and typed.phone is None and "phone" not in faulty:
        found.add(Code.FORWARD_WITHOUT_PHONE, "forward_same_as_phone")
    if typed.forward_same_as_phone and typed.forward_number not in (None, typed.phone):
        found.add(Code.FIELD_CONTRADICTS, "forward_same_as_phone", other="forward_number")


def check_fixed(reading: Reading, user: User, found: Collector, guards: Collector) -> None:
    """What an update can't change: the login (ID-5), and the user group, which is a move (PV-11)."""
    named = reading.entered | reading.cleared
    if "login" in named and reading.typed.login != user.login:
        found.add(Code.LOGIN_IMMUTABLE, "login", value=user.login)
    if reading.typed.login_same_as_email and user.login != str(reading.typed.email):
        found.add(Code.LOGIN_IMMUTABLE, "login_same_as_email", value=user.login)
    if "user_group" in named and reading.typed.user_group != user.user_group:
        guards.add(Code.USER_MOVE_NOT_UPDATE, "user_group", value=user.id)


@attrs.frozen(kw_only=True)
class Password:
    """The password that comes with a change, if one does, and whether it is for one use only."""

    secret: Secret | None = attrs.field(eq=False)
    one_time: bool


NO_PASSWORD: Final = Password(secret=None, one_time=False)


def settle_password(
    blueprint: Blueprint, reading: Reading, generated: Secret | None, found: Collector, *, by_other: bool
) -> Password:
    """The password that the form gives or asks for; a generated one is for one use only (CR-1).

    So is one that somebody else has typed for a person: nobody keeps a password that another knows. A program has
    nobody to choose another one.
    """
    typed = reading.typed
    password = generated if typed.generate_password else typed.password
    if password is None and not typed.generate_password:
        return NO_PASSWORD
    if problem_fields(found.problems) & {"password", "generate_password"}:
        return NO_PASSWORD
    if typed.generate_password and typed.password is not None:
        found.add(Code.FIELD_CONTRADICTS, "generate_password", other="password")
    elif typed.generate_password and generated is None:
        found.add(Code.PASSWORD_NOT_GENERATED, "generate_password")
    elif password is not None and typed.authentication_method in _WITHOUT_PASSWORD:
        found.add(Code.PASSWORD_METHOD, "password", method=typed.authentication_method.value)
    elif password is not None:
        found.absorb(check_password(blueprint.password_policy, password, login=typed.login), "password")
    kept = not by_other or not blueprint.user_types[typed.type].web_sign_in
    return Password(secret=password, one_time=typed.generate_password or not kept)


def warn_of_login(others: Others, login: str, warnings: Collector) -> None:
    """Warn of a login that a hurried reader takes for another one of the tenant's."""
    for other in others.lookalikes(login):
        warnings.add(Code.LOGIN_CONFUSABLE, "login", other=other)


def warn_of_addresses(reading: Reading, warnings: Collector) -> None:
    """Warn of a network among the allowed addresses that lets everybody in."""
    addresses = reading.typed.allowed_addresses
    if addresses is not None and "allowed_addresses" in reading.entered:
        for network in addresses.networks:
            if network.too_wide:
                warnings.add(Code.IP_TOO_WIDE, "allowed_addresses", value=str(network))


def missing_fields(blueprint: Blueprint, user: User) -> Iterable[tuple[Code, tuple[str, ...]]]:
    """What the blueprint requires and a stored user lacks: a code, and the field, or those of which one is needed."""
    typed = typed_form_of(user, blueprint)
    empty = {
        name
        for name in fields_of(blueprint)
        if name not in _KEPT_ELSEWHERE and can_be_empty(name) and typed.value(name) == neutral(name)
    }
    for name, field in fields_of(blueprint).items():
        rule = rule_of(blueprint, name, typed)
        if rule is not None and rule.ask is Ask.REQUIRED and name in empty:
            yield field.required_code, (name,)
    for group in blueprint.at_least_one:
        if empty.issuperset(group):
            yield Code.CONTACT_REQUIRED, group
