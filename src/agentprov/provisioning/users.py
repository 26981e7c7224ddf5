"""Creating, updating and deleting one user: each gives a change, or one error with everything that is wrong.

A refusal for want of permission comes first and alone. Then comes what the form, the blueprint, the tenant and the
guards say, all together: ``InvalidValue`` where the form has a fault, ``Refused`` where only guards object. Paths begin
with the name of the field. Nothing is done until the change is applied.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

import attrs

from agentprov.errors import Code, Collector, InvalidValue, Refused
from agentprov.model.changes import Change, Edit, Event, EventKind
from agentprov.model.identity import Login
from agentprov.model.ids import UserId, is_identifier, user_id
from agentprov.model.live import Live
from agentprov.model.references import Kind
from agentprov.model.referrers import referrers
from agentprov.model.secret import Secret
from agentprov.model.tenant import Tenant
from agentprov.model.users import Status, User
from agentprov.provisioning.forms import Form, in_field_order, problem_fields, read_form
from agentprov.provisioning.guards import (
    USER_ADD,
    USER_EDIT,
    check_handed_on,
    check_kept,
    check_taken,
    permit,
    permit_somewhere,
    stored_user,
)
from agentprov.provisioning.leaving import delete
from agentprov.provisioning.parsing import is_blank
from agentprov.provisioning.rules import (
    Password,
    check_fixed,
    check_rules,
    settle_password,
    warn_of_addresses,
    warn_of_login,
)
from agentprov.provisioning.statuses import check_way_out, status_events
from agentprov.provisioning.trial import settle
from agentprov.provisioning.typed_form import Giver, TypedForm, build_user, typed_form_of

_OWN_CONTACT = frozenset({"email", "mobile"})
_FIXED = frozenset({"login", "login_same_as_email", "user_group"})


def create_user(
    tenant: Tenant,
    form: Form,
    *,
    by: str | None,
    id: str | None = None,
    at: datetime | None = None,
    generated: Secret | None = None,
) -> Change:
    """The change that creates a user from a form (PV-2).

    ``id`` is ``u-`` and the login unless another is given; one is needed where the login isn't made of an id's
    characters. ``at`` is noted in the grants that the blueprint's switches give. ``generated`` is the password that the
    form's ``generate_password`` asks for, made by :func:`agentprov.credentials.passwords.generate_password`: there is
    no randomness here. The password is among the change's ``secrets``; the host hashes it and keeps it apart from the
    user.

    Raises:
        Refused: ``by`` may not add users, or not this one, or would hand on rights of which they don't hold all.
        InvalidValue: with every fault of the form.
    """
    actor = user_id(by)
    everywhere = permit_somewhere(tenant, actor, USER_ADD)
    found, warnings = Collector(), Collector()
    reading = read_form(tenant, form, None, found)
    new_id = _new_id(tenant, user_id(id), reading.typed.login, found)
    check_rules(tenant, reading, new_id, found, warnings)
    password = settle_password(tenant.blueprint, reading, generated, found)

    def make(typed: TypedForm) -> Change:
        login = typed.login or _stand_in(tenant)
        user = build_user(typed, id_=new_id, login=login, blueprint=tenant.blueprint, giver=Giver(user=actor, at=at))
        edits = [Edit(kind=Kind.USERS, id=new_id, after=user), *_joining(tenant, user)]
        return Change(tenant=tenant.id, base=tenant.version, actor=actor, edits=edits)

    change, after = settle(tenant, new_id, reading, make, found)
    if not everywhere:
        permit(after, actor, USER_ADD, new_id)
    check_handed_on(tenant, after, actor, "roles")
    _check_all(tenant, found, Collector())
    check_kept(tenant, after, "roles")
    if reading.typed.login is not None:
        warn_of_login(tenant, reading.typed.login, warnings)
    warn_of_addresses(reading, warnings)
    events = [Event(kind=EventKind.USER_CREATED, subject=new_id, facts={"login": str(reading.typed.login)})]
    events += [
        Event(kind=EventKind.MEMBERS_CHANGED, subject=edit.id, facts={"joined": new_id})
        for edit in change.edits
        if edit.kind is Kind.DEPARTMENTS
    ]
    return _finished(change, new_id, events, warnings, password)


def update_user(
    tenant: Tenant, id: str, form: Form, *, by: str | None, at: datetime | None = None, generated: Secret | None = None
) -> Change:
    """The change that updates a user. A field that isn't in the form stays; one that is null or empty is cleared.

    The user must satisfy the blueprint whole afterwards (ID-11, PV-8). Users may add their own email or mobile where
    they have none, whoever else may edit them and whatever else they lack. The group is changed by a move (PV-11).

    Raises:
        NotFound: ``user.unknown``.
        Refused: ``by`` may not edit this user, or a guard objects.
        InvalidValue: with every fault of the form.
    """
    id_, actor = UserId(id), user_id(by)
    own_contact = actor == id_ and _adds_own_contact(tenant.users.get(id_), form)
    user = stored_user(tenant, id_, None if own_contact else actor, USER_EDIT)
    found, guards, warnings = Collector(), Collector(), Collector()
    reading = read_form(tenant, form, typed_form_of(user, tenant.blueprint), found)
    check_fixed(reading, user, found, guards)
    reading = reading.without(problem_fields([*found.problems, *guards.problems]) & _FIXED)
    check_rules(tenant, reading, id_, found, warnings)
    if own_contact:
        # What else the user lacks is somebody else's to mend.
        found.problems = [each for each in found.problems if problem_fields([each]) & _OWN_CONTACT & form.keys()]
    password = settle_password(tenant.blueprint, reading, generated, found)

    def make(typed: TypedForm) -> Change:
        after = build_user(
            typed, id_=id_, login=user.login, blueprint=tenant.blueprint, giver=Giver(user=actor, at=at), kept=user
        )
        edits = [] if after == user else [Edit(kind=Kind.USERS, id=id_, before=user, after=after)]
        return Change(tenant=tenant.id, base=tenant.version, actor=actor, edits=edits)

    change, after = settle(tenant, id_, reading, make, found)
    if not own_contact:
        check_handed_on(tenant, after, actor, "roles")
        check_taken(tenant, after.users[id_], actor, "roles")
    check_way_out(guards, tenant, user, reading.typed.status, "status", by=actor)
    _check_all(tenant, found, guards)
    check_kept(tenant, after, "roles")
    warn_of_addresses(reading, warnings)
    events = [Event(kind=EventKind.USER_UPDATED, subject=id_)] if change.edits else []
    events += status_events(user, after.users[id_])
    return _finished(change, id_, events, warnings, password)


def delete_user(tenant: Tenant, id: str, *, by: str | None, at: datetime, live: Live | None) -> Change:
    """The change that deletes a user, with their personal profiles, and leaves a tombstone (LC-1 to LC-3).

    Raises:
        NotFound: ``user.unknown``.
        Refused: ``by`` may not delete this user; or the user is logged on to a queue, or the host didn't say; or
            something still refers to the user; or it is the last admin; or users of this tenant are only blocked.
    """
    return delete(tenant, Kind.USERS, id, by=by, at=at, live=live)


def referrers_of(tenant: Tenant, id: str) -> tuple[str, ...]:
    """Who refers to a user, in words, apart from the user and what is only theirs: ``department d-sales``.

    Where they do, and as what: :func:`agentprov.model.referrers.referrers`.
    """
    return tuple(dict.fromkeys(each.holder for each in referrers(tenant, Kind.USERS, id)))


# ---- the parts -------------------------------------------------------------------------------------------------------


def _new_id(tenant: Tenant, given: UserId | None, login: Login | None, found: Collector) -> UserId:
    """The id of a new user: the one given, else one made from the login. Ids are never used again."""
    id_ = given
    if id_ is None and login is not None and is_identifier(f"u-{login}"):
        id_ = UserId(f"u-{login}")
    if id_ is None:
        if login is not None:
            found.add(Code.FIELD_REQUIRED, "id")
    elif not is_identifier(id_):
        found.add(Code.ID_INVALID, "id", value=str(id_)[:80])
    elif id_ in tenant.users:
        # An id made from the login of the one who has it: that the login is taken says it all.
        if given is not None or tenant.users[id_].login != login:
            found.add(Code.ID_TAKEN, "id", value=id_, holder="another user")
    elif id_ in tenant.tombstones:
        if given is not None or tenant.settings.reuse_deleted_logins or tenant.tombstones[id_].login != login:
            found.add(Code.ID_TAKEN, "id", value=id_, holder="a deleted user")
    else:
        return id_
    return UserId(_free("u-new", tenant.users.keys() | tenant.tombstones.keys()))


def _stand_in(tenant: Tenant) -> Login:
    """A login that nobody has, for trying out what a user without a proper one would bring about."""
    return Login(_free("new", {user.login.casefold() for user in tenant.users.values()}))


def _free(stem: str, taken: Iterable[str]) -> str:
    used = frozenset(taken)
    return next(name for count in range(len(used) + 1) if (name := f"{stem}-{count}") not in used)


def _joining(tenant: Tenant, user: User) -> list[Edit]:
    """The edit that puts a new user last among the members of their department, where the blueprint says so (PV-6)."""
    department = None if user.home_department is None else tenant.departments.get(user.home_department)
    if not tenant.blueprint.department_joins or department is None or not tenant.blueprint.user_types[user.type].routed:
        return []
    joined = attrs.evolve(department, members=(*department.members, user.id))
    return [Edit(kind=Kind.DEPARTMENTS, id=department.id, before=department, after=joined)]


def _adds_own_contact(user: User | None, form: object) -> bool:
    """Whether an active user's form does nothing but add an email or a mobile where there is none (ID-11)."""
    if user is None or user.status is not Status.ACTIVE or not isinstance(form, Mapping):
        return False
    if not form or not _OWN_CONTACT.issuperset(form):
        return False
    return all(getattr(user, name) is None and not is_blank(value) for name, value in form.items())


def _check_all(tenant: Tenant, found: Collector, guards: Collector) -> None:
    """Raise what was found, the form's faults and the guards' objections together."""
    if found.problems:
        raise InvalidValue(in_field_order(tenant.blueprint, [*found.problems, *guards.problems]))
    guards.check(Refused)


def _finished(change: Change, user: UserId, events: list[Event], warnings: Collector, password: Password) -> Change:
    """The change with its events and warnings, and the password apart."""
    secrets: dict[str, Secret] = {}
    if password.secret is not None:
        secrets["password"] = password.secret
        facts = {"one_time": "yes" if password.one_time else "no"}
        events = [*events, Event(kind=EventKind.PASSWORD_SET, subject=user, facts=facts)]
    return attrs.evolve(change, events=events, warnings=warnings.problems, secrets=secrets)
