"""Creating, updating and deleting one user: each gives a change, or one error with everything that is wrong.

A refusal for want of permission comes first and alone. Then comes what the form, the blueprint, the tenant and the
guards say, all together: ``InvalidValue`` where the form has a fault, ``Refused`` where only guards object. Paths begin
with the name of the field. Nothing is done until the change is applied.
"""

from __future__ import annotations

from datetime import datetime

import attrs

from agentprov.engine.access import Access
from agentprov.engine.admins import USER_EDIT
from agentprov.engine.permits import USER_ADD, permit, permit_somewhere, stored_user
from agentprov.engine.stronger import exceeding_credentials
from agentprov.errors import Collector, InvalidValue, Refused
from agentprov.model.changes import Change, Edit, Event, EventKind
from agentprov.model.ids import UserId, user_id
from agentprov.model.live import Live
from agentprov.model.references import Kind
from agentprov.model.referrers import referrers
from agentprov.model.secret import Secret
from agentprov.model.tenant import Tenant
from agentprov.provisioning.forms import Form, in_field_order, problem_fields, read_form
from agentprov.provisioning.forwarding import forward_events
from agentprov.provisioning.guards import check_handed_on, check_taken, note_kept
from agentprov.provisioning.leaving import delete
from agentprov.provisioning.others import Others
from agentprov.provisioning.personal_profiles import profile_edits, profile_events, stored_form, with_ids
from agentprov.provisioning.requests import (
    FIXED,
    adds_own_contact,
    created_events,
    credential_fields,
    joining,
    keep_own_contact,
    new_id,
    password_event,
    stand_in,
)
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
from agentprov.provisioning.typed_form import Giver, TypedForm, build_user


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
    id_ = new_id(tenant, user_id(id), reading.typed.login, found)
    reading = with_ids(tenant, reading, id_, found)
    others = Others(tenant)
    check_rules(others, reading, id_, found, warnings)
    password = settle_password(tenant.blueprint, reading, generated, found, by_other=actor is not None)

    def make(typed: TypedForm) -> Change:
        login = typed.login or stand_in(tenant)
        user = build_user(typed, id_=id_, login=login, blueprint=tenant.blueprint, giver=Giver(user=actor, at=at))
        edits = [Edit(kind=Kind.USERS, id=id_, after=user), *joining(tenant, [user])]
        edits += profile_edits(tenant, id_, typed, reading.base)
        return Change(tenant=tenant.id, base=tenant.version, actor=actor, edits=edits)

    change, after = settle(tenant, id_, reading, make, found)
    if not everywhere:
        permit(after, actor, USER_ADD, id_)
    check_handed_on(tenant, after, actor, "roles")
    guards = Collector()
    note_kept(guards, tenant, after, "roles")
    _check_all(tenant, found, guards)
    if reading.typed.login is not None:
        warn_of_login(others, reading.typed.login, warnings)
    warn_of_addresses(reading, warnings)
    user = after.users[id_]
    events = [*created_events(tenant, user), *profile_events(tenant, user, change.edits, actor)]
    return _finished(change, id_, events, warnings, password)


def update_user(
    tenant: Tenant, id: str, form: Form, *, by: str | None, at: datetime | None = None, generated: Secret | None = None
) -> Change:
    """The change that updates a user. A field that isn't in the form stays; one that is null or empty is cleared.

    The user must satisfy the blueprint whole afterwards (ID-11, PV-8). Users may add their own email or mobile where
    they have none, whoever else may edit them and whatever else they lack. The group is changed by a move (PV-11).

    What somebody signs in with, or gets codes at, is changed by who holds all that they hold (AC-5).

    Raises:
        NotFound: ``user.unknown``.
        Refused: ``by`` may not edit this user, or a guard objects, such as ``credentials.exceeds_actor``.
        InvalidValue: with every fault of the form.
    """
    id_, actor = UserId(id), user_id(by)
    own_contact = actor == id_ and adds_own_contact(tenant.users.get(id_), form)
    user = stored_user(tenant, id_, None if own_contact else actor, USER_EDIT)
    found, guards, warnings = Collector(), Collector(), Collector()
    reading = with_ids(tenant, read_form(tenant, form, stored_form(tenant, user), found), id_, found)
    check_fixed(reading, user, found, guards)
    reading = reading.without(problem_fields([*found.problems, *guards.problems]) & FIXED)
    check_rules(Others(tenant), reading, id_, found, warnings)
    if own_contact:
        keep_own_contact(found, form)
    password = settle_password(tenant.blueprint, reading, generated, found, by_other=actor not in {None, id_})

    def make(typed: TypedForm) -> Change:
        after = build_user(
            typed, id_=id_, login=user.login, blueprint=tenant.blueprint, giver=Giver(user=actor, at=at), kept=user
        )
        edits = [] if after == user else [Edit(kind=Kind.USERS, id=id_, before=user, after=after)]
        edits += profile_edits(tenant, id_, typed, reading.base)
        return Change(tenant=tenant.id, base=tenant.version, actor=actor, edits=edits)

    change, after = settle(tenant, id_, reading, make, found)
    if not own_contact:
        check_handed_on(tenant, after, actor, "roles")
        check_taken(tenant, after.users[id_], actor, "roles")
    check_way_out(guards, tenant, user, reading.typed.status, "status", by=actor)
    note_kept(guards, tenant, after, "roles")
    fields = credential_fields(user, after.users[id_], reading.typed)
    if fields:
        guards.absorb(exceeding_credentials(Access(tenant), user, actor, *fields))
    _check_all(tenant, found, guards)
    warn_of_addresses(reading, warnings)
    events = [Event(kind=EventKind.USER_UPDATED, subject=id_)] if after.users[id_] != user else []
    events += [*status_events(user, after.users[id_]), *forward_events(user, after.users[id_])]
    events += profile_events(tenant, user, change.edits, actor)
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
        events = [*events, password_event(user, password)]
    return attrs.evolve(change, events=events, warnings=warnings.problems, secrets=secrets)
