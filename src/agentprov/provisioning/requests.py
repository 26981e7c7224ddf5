"""What is asked for one user, whether it comes alone or as one row of many: the parts that both ways share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import attrs

from agentprov.engine.stronger import changed_credentials
from agentprov.errors import Code, Collector
from agentprov.model.changes import Edit, Event, EventKind
from agentprov.model.departments import Department
from agentprov.model.identity import Login
from agentprov.model.ids import DepartmentId, UserId, is_identifier
from agentprov.model.references import Kind
from agentprov.model.tenant import Tenant
from agentprov.model.users import Status, User
from agentprov.provisioning.forms import Form, problem_fields
from agentprov.provisioning.parsing import is_blank
from agentprov.provisioning.rules import Password
from agentprov.provisioning.typed_form import TypedForm

FIXED: Final = frozenset({"login", "login_same_as_email", "user_group"})
"""What an update never changes; a fault there hides no other."""

OWN_CONTACT: Final = frozenset({"email", "mobile"})


def new_id(tenant: Tenant, given: UserId | None, login: Login | None, found: Collector) -> UserId:
    """The id of a new user: the one given, else one made from the login. Ids are never used again."""
    id_ = chosen_id(tenant, given, login, found)
    return UserId(_free("u-new", tenant.users.keys() | tenant.tombstones.keys())) if id_ is None else id_


def chosen_id(tenant: Tenant, given: UserId | None, login: Login | None, found: Collector) -> UserId | None:
    """The same, or nothing where none that can be used is given."""
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
    return None


def stand_in(tenant: Tenant) -> Login:
    """A login that nobody has, for trying out what a user without a proper one would bring about."""
    return Login(_free("new", {user.login.casefold() for user in tenant.users.values()}))


def _free(stem: str, taken: Iterable[str]) -> str:
    used = frozenset(taken)
    return next(name for count in range(len(used) + 1) if (name := f"{stem}-{count}") not in used)


def joined(tenant: Tenant, user: User) -> Department | None:
    """The department whose members a new user is put among, where the blueprint says so (PV-6)."""
    department = None if user.home_department is None else tenant.departments.get(user.home_department)
    routed = tenant.blueprint.department_joins and tenant.blueprint.user_types[user.type].routed
    return department if routed else None


def joining(tenant: Tenant, users: Iterable[User]) -> list[Edit]:
    """The edits that put new users last among the members of their departments."""
    members: dict[DepartmentId, list[UserId]] = {}
    for user in users:
        department = joined(tenant, user)
        if department is not None:
            members.setdefault(department.id, []).append(user.id)
    edits: list[Edit] = []
    for id_, new in members.items():
        before = tenant.departments[id_]
        after = attrs.evolve(before, members=(*before.members, *new))
        edits.append(Edit(kind=Kind.DEPARTMENTS, id=id_, before=before, after=after))
    return edits


def adds_own_contact(user: User | None, form: object) -> bool:
    """Whether an active user's form does nothing but add an email or a mobile where there is none (ID-11)."""
    if user is None or user.status is not Status.ACTIVE or not isinstance(form, Mapping):
        return False
    if not form or not OWN_CONTACT.issuperset(form):
        return False
    return all(getattr(user, name) is None and not is_blank(value) for name, value in form.items())


def keep_own_contact(found: Collector, form: Form) -> None:
    """Keep the faults of who adds their own contact: what else the user lacks is somebody else's to mend."""
    found.problems = [each for each in found.problems if problem_fields([each]) & OWN_CONTACT & form.keys()]


def credential_fields(before: User, after: User, typed: TypedForm) -> tuple[str, ...]:
    """The fields by which whoever sends the form may come to sign in as this user: contacts, method, password."""
    asked = (("password", typed.password is not None), ("generate_password", typed.generate_password))
    return (*changed_credentials(before, after), *(name for name, there in asked if there))


def created_events(tenant: Tenant, user: User) -> list[Event]:
    """What happens when a user is created, with the department that they join."""
    department = joined(tenant, user)
    events = [Event(kind=EventKind.USER_CREATED, subject=user.id, facts={"login": user.login})]
    if department is not None:
        events.append(Event(kind=EventKind.MEMBERS_CHANGED, subject=department.id, facts={"joined": user.id}))
    return events


def password_event(user: UserId, password: Password) -> Event:
    """That a password comes with the change, and whether it is for one use only."""
    return Event(kind=EventKind.PASSWORD_SET, subject=user, facts={"one_time": "yes" if password.one_time else "no"})
