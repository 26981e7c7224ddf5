"""What the machine of stores draws: parts of changes and records, of a pool so small that they collide."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

import attrs
from hypothesis import strategies as st

from agentprov.errors import Code, Problem
from agentprov.model.access import Catalogue
from agentprov.model.api_tokens import ApiToken, TokenKind
from agentprov.model.blueprint import Blueprint
from agentprov.model.changes import Change, Edit, Event, EventKind, LimitEdit, PropertyEdit, SettingsEdit
from agentprov.model.contact import PhoneNumber
from agentprov.model.departments import Department
from agentprov.model.effects import Offered, StickyAssigned
from agentprov.model.groups import UserGroup
from agentprov.model.identity import Login
from agentprov.model.ids import DepartmentId, QueueId, TenantId, UserGroupId, UserId
from agentprov.model.limits import PropertyLimit
from agentprov.model.live import Counters, Presence
from agentprov.model.network import Address
from agentprov.model.one_time_codes import CodeKey, CodePurpose, CodeRecord
from agentprov.model.properties import NONE, PropertyName
from agentprov.model.references import Item, Kind
from agentprov.model.secret import Secret
from agentprov.model.settings import LoginComparison, Settings
from agentprov.model.sticky import StickyKey, StickyPlace
from agentprov.model.stored_passwords import StoredPassword
from agentprov.model.table import Table
from agentprov.model.tenant import Tenant
from agentprov.model.users import Calling, Extension, User
from agentprov.repositories import AgentPresence, Noted
from agentprov.testing.contracts.samples import AT

TENANTS: Final = (TenantId("t-1"), TenantId("T-1"), TenantId("t-2"))
"""The first two are there from the beginning."""
USERS: Final = (UserId("u-1"), UserId("U-1"), UserId("u-2"))
GROUPS: Final = (UserGroupId("g-1"), UserGroupId("g-2"))
DEPARTMENTS: Final = (DepartmentId("d-1"), DepartmentId("u-1"))
KEYS: Final = ("k-1", "K-1", "k-2")
DIGESTS: Final = ("0" * 64, "0" * 63 + "a")
CALLER: Final = PhoneNumber("+919812345678")
PROPERTY: Final = PropertyName("wrap_up.chat")

# Mostly the first of each: what is kept of a user is of no interest until something happens to that user.
tenants = st.sampled_from((*TENANTS[:1] * 5, *TENANTS[1:2] * 2, *TENANTS[2:]))
users = st.sampled_from((*USERS[:1] * 4, *USERS[1:]))
_groups = st.sampled_from(GROUPS)
_departments = st.sampled_from(DEPARTMENTS)
_instants = st.sampled_from([AT + timedelta(seconds=seconds, microseconds=seconds) for seconds in (0, 1, 60)])


def founded(tenant: TenantId, version: int) -> Tenant:
    """A tenant with two users, who are of a group."""
    people = (a_person(id_, group=GROUPS[0]) for id_ in USERS[:2])
    return Tenant(
        id=tenant,
        name="Acme",
        version=version,
        settings=Settings(time_zone="Asia/Kolkata", region="IN"),
        blueprint=Blueprint(name="plain", catalogue=Catalogue(sections=Table({"user": ("view", "edit")}))),
        users={user.id: user for user in people},
        user_groups={id_: UserGroup(id=id_, name="Sales") for id_ in GROUPS},
    )


def a_person(id_: UserId, *, group: UserGroupId | None) -> User:
    """A user whose login no other one has, whatever counts as the same."""
    return User(id=id_, login=Login(f"of.{USERS.index(id_)}"), user_group=group)


# ---- parts of a change -----------------------------------------------------------------------------------------------


@attrs.frozen(kw_only=True)
class Piece:
    """An object as it is to be; nothing, where it is to go."""

    kind: Kind
    id: str
    after: Item | None


@attrs.frozen(kw_only=True)
class OfTenant:
    """Something that the tenant says of itself: a value, a lock, how logins are compared."""

    value: object | None = None
    locked: bool | None = None
    comparison: LoginComparison | None = None


_people = st.builds(
    User,
    id=users,
    login=st.sampled_from([Login("asha"), Login("ASHA"), Login("ravi"), Login("007")]),
    name=st.sampled_from([None, "None", "007", "\u0906\u0936\u093e", "' \\ %s"]),
    numeric_id=st.sampled_from([None, None, 1, 10**17]),
    calling=st.sampled_from([None, None, "007", "7"]).map(
        lambda number: Calling(extension=None if number is None else Extension(number=number))
    ),
    user_group=st.none() | _groups,
    properties=st.sampled_from([Table(), Table({PROPERTY: 7}), Table({PropertyName("resource_filter"): NONE})]),
)
_user_groups = st.builds(UserGroup, id=_groups, name=st.sampled_from(["Sales", "007"]), parent=st.none() | _groups)
_some_departments = st.builds(
    Department, id=_departments, name=st.just("Sales"), members=st.lists(users, max_size=2, unique=True)
)
_objects = st.one_of(
    _people.map(lambda user: Piece(kind=Kind.USERS, id=user.id, after=user)),
    _people.map(lambda user: Piece(kind=Kind.USERS, id=user.id, after=user)),
    users.map(lambda id_: Piece(kind=Kind.USERS, id=id_, after=None)),
    _user_groups.map(lambda group: Piece(kind=Kind.USER_GROUPS, id=group.id, after=group)),
    _groups.map(lambda id_: Piece(kind=Kind.USER_GROUPS, id=id_, after=None)),
    _some_departments.map(lambda department: Piece(kind=Kind.DEPARTMENTS, id=department.id, after=department)),
    _departments.map(lambda id_: Piece(kind=Kind.DEPARTMENTS, id=id_, after=None)),
)
_of_tenant = st.builds(
    OfTenant,
    value=st.sampled_from([None, 7, 60]),
    locked=st.sampled_from([None, True]),
    comparison=st.none() | st.sampled_from(LoginComparison),
)
pieces = _objects | _objects | _of_tenant
"""Parts of which :func:`made` makes a change."""


def made(tenant: Tenant, drawn: Sequence[Piece | OfTenant], actor: UserId | None) -> Change:
    """The change of these parts, made on this version; with an event, and with a secret."""
    objects = {(piece.kind, piece.id): piece for piece in drawn if isinstance(piece, Piece)}
    edits = [
        Edit(kind=piece.kind, id=piece.id, before=before, after=piece.after)
        for piece in objects.values()
        if (before := tenant.table(piece.kind).get(piece.id)) is not None or piece.after is not None
    ]
    own: dict[str, Any] = {}
    for part in drawn:
        if isinstance(part, OfTenant):
            own |= _own(tenant, part)
    events = [Event(kind=EventKind.USER_UPDATED, subject=edit.id, facts={"from": "' \\ %s"}) for edit in edits]
    secrets = {"password": Secret("purple otter climbs")}
    return Change(
        tenant=tenant.id, base=tenant.version, actor=actor, edits=edits, events=events, secrets=secrets, **own
    )


def _own(tenant: Tenant, part: OfTenant) -> dict[str, Any]:
    """What a change says of the tenant itself."""
    own: dict[str, Any] = {}
    before, limit = tenant.properties.get(PROPERTY), tenant.property_limits.get(PROPERTY)
    after = None if part.locked is None else PropertyLimit(locked=True)
    if before is not None or part.value is not None:
        own["properties"] = [PropertyEdit(name=PROPERTY, before=before, after=part.value)]  # type: ignore[arg-type]
    if limit is not None or after is not None:
        own["limits"] = [LimitEdit(name=PROPERTY, before=limit, after=after)]
    if part.comparison is not None:
        settings = attrs.evolve(tenant.settings, login_comparison=part.comparison)
        own["settings"] = SettingsEdit(before=tenant.settings, after=settings)
    return own


# ---- records ---------------------------------------------------------------------------------------------------------

presences = st.builds(
    AgentPresence,
    user=users,
    at=_instants,
    presence=st.sampled_from(Presence),
    queues=st.sampled_from([(), (), (QueueId("q-1"),), (QueueId("q-1"), QueueId("Q-1"))]),
    panel=st.booleans(),
    address=st.sampled_from([None, Address(version=4, number=1), Address(version=6, number=1)]),
    counters=st.builds(Counters, calls=st.integers(0, 1), idle_since=st.none() | _instants),
)
passwords = st.builds(
    StoredPassword,
    hash=st.sampled_from([f"$argon2id$v=19$m=8,t=1,p=1${salt}$Zmlyc3Q" for salt in ("Zmlyc3Q", "zMLYC3q")]),
    one_time=st.booleans(),
    at=_instants,
)
code_records = st.builds(
    CodeRecord,
    key=st.builds(CodeKey, tenant=tenants, user=users, purpose=st.sampled_from(CodePurpose)),
    failures=st.integers(0, 1),
    issues=st.lists(_instants, max_size=2),
    seen=st.none() | _instants,
)
tokens = st.builds(
    ApiToken,
    tenant=tenants,
    user=users,
    kind=st.just(TokenKind.BY_ADMIN),
    digest=st.sampled_from(DIGESTS),
    hint=st.just("apv_aQ7z"),
    permissions=st.just(()),
    created_at=_instants,
    expires_at=st.just(AT + timedelta(days=1)),
    revoked_at=st.none() | _instants,
)
stickies = st.builds(
    StickyAssigned,
    key=st.builds(
        StickyKey, caller=st.just(CALLER), place=st.sampled_from(StickyPlace), id=st.sampled_from(["d-1", "D-1"])
    ),
    user=users,
    at=st.integers(0, 2).map(lambda minutes: int(AT.timestamp()) + 60 * minutes),
    until=st.integers(0, 3).map(lambda minutes: int(AT.timestamp()) + 60 * minutes),
)
offers = st.builds(Offered, department=_departments, user=users)
notes = st.builds(
    Noted,
    key=st.sampled_from(KEYS),
    at=_instants,
    action=st.sampled_from(["user:delete", "sign-in"]),
    actor=st.none() | users,
    about=st.sets(st.tuples(st.sampled_from([Kind.USERS, Kind.DEPARTMENTS]), users), max_size=2),
    problems=st.sampled_from([(), (Problem(code=Code.ADMIN_LAST, parameters={"value": "007", "most": 7}),)]),
    reason=st.sampled_from([None, "None", "Zeile eins,\nzweite"]),
)
