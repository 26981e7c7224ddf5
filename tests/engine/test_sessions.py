"""Sessions of the RBAC standard by example (AC-6, AC-2)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import attrs
import pytest

from agentprov.engine.access import Access
from agentprov.engine.decisions import (
    Decision,
    Granted,
    Held,
    NotActive,
    NotGranted,
    SessionEnd,
    SessionOver,
    UnknownObject,
    UnknownUser,
)
from agentprov.engine.filters import filter_for
from agentprov.engine.sessions import (
    SessionAccess,
    Sessions,
    add_active_role,
    create_session,
    delete_session,
    drop_active_role,
    live_sessions,
)
from agentprov.engine.visibility import Seen, Sight
from agentprov.errors import AgentprovError, Code, InvalidValue, NotFound, Refused
from agentprov.model.access import Within
from agentprov.model.ids import RoleId, SeparationId, SessionId, TenantId, UserId
from agentprov.model.separations import Separation, SeparationKind
from agentprov.model.sessions import Session
from agentprov.model.table import Table
from agentprov.model.tenant import Tenant
from agentprov.model.users import Status, Visibility
from tests.engine.companies import BLUEPRINT, company, grant, role, user
from tests.engine.viewers import SIGHT_CATALOGUE

EDIT, VIEW, QUEUE = "user:edit", "user:view", "queue:view"
TILL = Separation(
    id=SeparationId("s-till"),
    name="Till",
    kind=SeparationKind.DYNAMIC,
    roles=[RoleId("cashier"), RoleId("auditor")],
)


def a_shop(**tables: Any) -> Tenant:
    """Asha may be lead, cashier and auditor, the last two never at once; Ravi is blocked; Everyone may see queues."""
    return company(
        user("u-asha", grant(VIEW, Within.SELF), roles=["lead", "auditor"]),
        user("u-ravi", roles=["lead"], status=Status.BLOCKED),
        user("u-mina"),
        role("everyone", grant(QUEUE)),
        role("lead", inherits=["cashier"]),
        role("cashier", grant(EDIT)),
        role("auditor", grant(VIEW)),
        role("boss", inherits=["lead"]),
        **{"separations": Table({TILL.id: TILL}), **tables},
    )


def a_session(*roles: str, **fields: Any) -> Session:
    """Asha's session x-1, in which these roles are active."""
    given = {"id": SessionId("x-1"), "tenant": TenantId("t-1"), "user": UserId("u-asha"), **fields}
    return Session(roles=map(RoleId, roles), **given)


ACCESS = Access(a_shop())


def refusal(kind: type[AgentprovError], attempt: Callable[[], object]) -> list[tuple[str, Code]]:
    """Where and why something is refused."""
    with pytest.raises(kind) as error:
        attempt()
    return [(problem.where, problem.code) for problem in error.value.problems]


# ---- what counts in a session ---------------------------------------------------------------------------------------


def test_only_active_roles_count() -> None:
    """AC-6: what a role of the user's gives that isn't active, the session hasn't."""
    asked = SessionAccess(ACCESS, a_session("auditor"))

    assert [True, False] == [asked.allows(VIEW), asked.allows(EDIT)]
    assert ACCESS.allows("u-asha", EDIT)


def test_what_an_active_role_inherits_counts() -> None:
    """AC-6: the lead inherits from the cashier, and the path says so."""
    path = (RoleId("lead"), RoleId("cashier"))
    expected = Granted(held=Held(grant=grant(EDIT), path=path), terms=frozenset({Within.TENANT}))

    asked = SessionAccess(ACCESS, a_session("lead"))
    assert Decision(allowed=True, reasons=(expected,)) == asked.decide(EDIT)
    assert "Asha may edit Mina (user:edit): role Cashier, inherited by Lead, for the whole tenant" == asked.explain(
        EDIT, on="u-mina"
    )


def test_everyone_and_direct_grants_always_count() -> None:
    """AC-2: in a session without any active role, Everyone and the user's own grants are active."""
    asked = SessionAccess(ACCESS, a_session())

    assert asked.allows(QUEUE)
    assert asked.allows(VIEW, on="u-asha")
    assert not asked.allows(VIEW, on="u-mina")
    assert {QUEUE, VIEW} == {*asked.what()}
    assert asked.over == ()


def test_an_unknown_permission_is_an_error_in_a_session_too() -> None:
    """AC-1: also in one that is over."""
    for session in (a_session(), a_session("boss"), a_session(user=UserId("u-who"))):
        asked = SessionAccess(ACCESS, session)
        questions: list[Callable[[str], object]] = [asked.allows, asked.decide, asked.explain]
        for question in questions:
            assert [("permission", Code.PERMISSION_UNKNOWN)] == refusal(NotFound, partial(question, "user:fly"))


def test_an_unknown_object_is_denied_in_a_session_too() -> None:
    """AC-4: and every gate that fails is told."""
    unknown = SessionAccess(ACCESS, a_session("lead")).decide(EDIT, on="u-who")
    assert Decision(allowed=False, reasons=(UnknownObject(),)) == unknown

    lost = SessionOver(end=SessionEnd.ROLE_LOST, about=("boss",))
    over = SessionAccess(ACCESS, a_session("boss")).decide(EDIT, on="u-who")
    assert Decision(allowed=False, reasons=(lost, UnknownObject())) == over


def test_others_hold_what_they_held() -> None:
    """AC-6: asking in a session changes nothing for anybody else, nor for the user outside it."""
    SessionAccess(ACCESS, a_session("auditor")).allows(EDIT)

    assert ACCESS.allows("u-asha", EDIT)
    assert not ACCESS.allows("u-mina", EDIT)


# ---- sessions that are over -----------------------------------------------------------------------------------------


def test_a_session_with_a_role_that_is_no_longer_the_users_is_over() -> None:
    """AC-6: deassigned, deleted, or no longer inherited: the session denies everything, and says why."""
    shop, session = a_shop(), a_session("lead")
    asha = shop.users[UserId("u-asha")]
    lead = shop.roles[RoleId("lead")]
    deassigned = attrs.evolve(shop, users=shop.users.put(asha.id, attrs.evolve(asha, roles=[])))
    cut = attrs.evolve(shop, roles=shop.roles.put(lead.id, attrs.evolve(lead, inherits=[])))

    asked = SessionAccess(Access(deassigned), session)
    assert (SessionOver(end=SessionEnd.ROLE_LOST, about=("lead",)),) == asked.over
    assert Decision(allowed=False, reasons=asked.over) == asked.decide(QUEUE)
    assert not asked.allows(VIEW, on="u-asha")
    assert Table() == asked.what()
    assert asked.explain(QUEUE).endswith("the session is over: no longer theirs is the role Lead")
    inherited = a_session("cashier")
    assert () == SessionAccess(ACCESS, inherited).over
    assert ("cashier",) == SessionAccess(Access(cut), inherited).over[0].about


def test_a_session_that_violates_a_later_separation_is_over() -> None:
    """AC-6: made when nothing was kept apart, it denies everything once the roles are."""
    session = a_session("lead", "auditor")
    before = Access(a_shop(separations=Table[SeparationId, Separation]()))
    assert SessionAccess(before, session).allows(EDIT)

    asked = SessionAccess(ACCESS, session)
    assert (SessionOver(end=SessionEnd.SEPARATION, about=("s-till",)),) == asked.over
    assert not asked.allows(QUEUE)
    assert asked.explain(QUEUE).endswith("the session is over: too many roles of Till are active in it")


def test_every_reason_is_told() -> None:
    """AC-6, AC-4: a blocked user, roles that were lost, and a separation, all together."""
    shop = a_shop()
    asha = attrs.evolve(shop.users[UserId("u-asha")], roles=[RoleId("auditor")], status=Status.BLOCKED)
    asked = SessionAccess(
        Access(attrs.evolve(shop, users=shop.users.put(asha.id, asha))), a_session("boss", "lead", "auditor")
    )

    lost = SessionOver(end=SessionEnd.ROLE_LOST, about=("boss", "lead"))
    apart = SessionOver(end=SessionEnd.SEPARATION, about=("s-till",))
    assert Decision(allowed=False, reasons=(NotActive(status=Status.BLOCKED), lost, apart)) == asked.decide(EDIT)
    data = {"reason": "session-over", "end": "role-lost", "about": ["boss", "lead"]}
    assert data in asked.decide(EDIT).as_data()["reasons"]  # type: ignore[operator]
    assert (Code.USER_NOT_ACTIVE, Code.SESSION_OVER, Code.SESSION_OVER) == tuple(
        problem.code for problem in asked.decide(EDIT).problems("u-asha", EDIT)
    )


def test_another_tenants_session_is_over() -> None:
    """AC-6, AC-4: whether or not its user is one here, too; nothing is told of that."""
    for id_ in ("u-asha", "u-ravi", "u-who"):
        asked = SessionAccess(ACCESS, a_session("auditor", user=UserId(id_), tenant=TenantId("t-2")))

        assert Decision(allowed=False, reasons=(SessionOver(end=SessionEnd.OTHER_TENANT),)) == asked.decide(QUEUE)
        assert asked.explain(QUEUE).endswith("the session is over: it is another tenant's")


def test_a_session_without_its_user_denies() -> None:
    """AC-6: the user is gone."""
    asked = SessionAccess(ACCESS, a_session("auditor", user=UserId("u-who")))

    assert Decision(allowed=False, reasons=(UnknownUser(),)) == asked.decide(QUEUE)


def test_who_is_not_active_may_nothing_in_a_session() -> None:
    """AC-4: the session isn't over, for the account may come back."""
    asked = SessionAccess(ACCESS, a_session("lead", user=UserId("u-ravi")))

    assert Decision(allowed=False, reasons=(NotActive(status=Status.BLOCKED),)) == asked.decide(EDIT)
    assert () == asked.over


def test_live_sessions() -> None:
    """AC-6: those that are over go, and those of users who are gone; that of a blocked user stays."""
    all_of_them = [
        a_session("lead"),
        a_session("boss", id=SessionId("x-2")),
        a_session("lead", id=SessionId("x-3"), user=UserId("u-ravi")),
        a_session(id=SessionId("x-4"), user=UserId("u-who")),
        a_session(id=SessionId("x-5"), tenant=TenantId("t-2")),
    ]
    sessions: Sessions = Table({each.id: each for each in all_of_them})

    assert {"x-1", "x-3"} == {*live_sessions(ACCESS, sessions)}


# ---- the commands ---------------------------------------------------------------------------------------------------


def test_a_session_begins_with_the_roles_asked_for() -> None:
    """AC-6: none unless said so; an inherited role can be active by itself; Everyone is, and isn't listed."""
    assert a_session() == create_session(ACCESS, "x-1", user="u-asha")
    assert a_session("cashier") == create_session(ACCESS, "x-1", user="u-asha", roles=["cashier", "everyone"])


@pytest.mark.parametrize(
    ("kind", "arguments", "expected"),
    [
        (NotFound, {"user": "u-who"}, [("user", Code.USER_UNKNOWN)]),
        (
            NotFound,
            {"user": "u-who", "roles": ["x", "lead"]},
            [("user", Code.USER_UNKNOWN), ("roles", Code.ROLE_UNKNOWN)],
        ),
        (Refused, {"user": "u-ravi", "roles": ["lead"]}, [("user", Code.USER_NOT_ACTIVE)]),
        (Refused, {"user": "u-mina", "roles": ["lead"]}, [("roles", Code.ROLE_NOT_AUTHORIZED)]),
        (Refused, {"user": "u-asha", "roles": ["boss"]}, [("roles", Code.ROLE_NOT_AUTHORIZED)]),
        (Refused, {"user": "u-asha", "roles": ["lead", "auditor"]}, [("roles", Code.SESSION_SEPARATION)]),
        (
            Refused,
            {"user": "u-ravi", "roles": ["lead", "auditor"]},
            [("user", Code.USER_NOT_ACTIVE), ("roles", Code.ROLE_NOT_AUTHORIZED), ("roles", Code.SESSION_SEPARATION)],
        ),
        (InvalidValue, {"user": "u-asha", "among": Table({"x-1": a_session()})}, [("id", Code.ID_TAKEN)]),
        (InvalidValue, {"id": "?", "user": "u-ravi"}, [("id", Code.ID_INVALID), ("user", Code.USER_NOT_ACTIVE)]),
        (InvalidValue, {"id": "", "user": "u-asha"}, [("id", Code.ID_INVALID)]),
        (InvalidValue, {"id": None, "user": "u-asha"}, [("id", Code.ID_INVALID)]),
    ],
)
def test_what_no_session_comes_of(
    kind: type[AgentprovError], arguments: dict[str, Any], expected: list[tuple[str, Code]]
) -> None:
    """AC-6: everything that is wrong is said at once."""
    assert expected == refusal(kind, lambda: create_session(ACCESS, **{"id": "x-1", **arguments}))


def test_what_a_separation_objects_to() -> None:
    """AC-6: the problem names the roles with those that are inherited, and says what can be done about a session."""
    with pytest.raises(Refused) as error:
        create_session(ACCESS, "x-1", user="u-asha", roles=["lead", "auditor"])

    (problem,) = error.value.problems
    assert {"value": "s-till", "roles": ("auditor", "cashier")} == dict(problem.parameters)
    assert problem.message == (
        "these roles can't be active together in one session: auditor, cashier; `s-till` keeps them apart"
    )
    assert problem.mend == "drop one of them from the session first"


def test_deleting_a_session() -> None:
    """AC-6: it is taken out; another user's, or one that isn't there, is refused."""
    sessions: Sessions = Table({SessionId("x-1"): a_session("lead")})

    assert Table() == delete_session(sessions, "x-1", user="u-asha")
    assert [("id", Code.SESSION_UNKNOWN)] == refusal(NotFound, lambda: delete_session(sessions, "x-2", user="u-asha"))
    assert [("user", Code.SESSION_OTHER_USER)] == refusal(
        Refused, lambda: delete_session(sessions, "x-1", user="u-mina")
    )


def test_adding_and_dropping_an_active_role() -> None:
    """AC-6: another session comes of it, and back."""
    assert a_session("lead", "cashier") == add_active_role(ACCESS, a_session("lead"), user="u-asha", role="cashier")
    assert a_session("lead") == drop_active_role(ACCESS, a_session("lead", "cashier"), user="u-asha", role="cashier")


@pytest.mark.parametrize(
    ("kind", "session", "arguments", "expected"),
    [
        (NotFound, a_session(), {"role": "x"}, [("role", Code.ROLE_UNKNOWN)]),
        (NotFound, a_session(), {"user": "u-who", "role": "lead"}, [("user", Code.USER_UNKNOWN)]),
        (Refused, a_session(), {"user": "u-mina", "role": "lead"}, [("user", Code.SESSION_OTHER_USER)]),
        (Refused, a_session("boss"), {"role": "auditor"}, [("session", Code.SESSION_OVER)]),
        (Refused, a_session(tenant=TenantId("t-2")), {"role": "auditor"}, [("session", Code.SESSION_OVER)]),
        (InvalidValue, a_session("lead"), {"role": "lead"}, [("role", Code.SESSION_ROLE_ACTIVE)]),
        (InvalidValue, a_session("lead"), {"role": "everyone"}, [("role", Code.SESSION_ROLE_ACTIVE)]),
        (Refused, a_session(), {"role": "boss"}, [("role", Code.ROLE_NOT_AUTHORIZED)]),
        (Refused, a_session("lead"), {"role": "auditor"}, [("role", Code.SESSION_SEPARATION)]),
        (
            Refused,
            a_session(user=UserId("u-ravi")),
            {"user": "u-ravi", "role": "auditor"},
            [("user", Code.USER_NOT_ACTIVE), ("role", Code.ROLE_NOT_AUTHORIZED)],
        ),
    ],
)
def test_a_role_that_can_not_become_active(
    kind: type[AgentprovError], session: Session, arguments: dict[str, str], expected: list[tuple[str, Code]]
) -> None:
    """AC-6: unknown, not the user's, active already, kept apart; or the session isn't usable."""
    given = {"user": "u-asha", **arguments}
    assert expected == refusal(kind, lambda: add_active_role(ACCESS, session, **given))


@pytest.mark.parametrize(
    ("kind", "session", "arguments", "expected"),
    [
        (NotFound, a_session("lead"), {"role": "x"}, [("role", Code.ROLE_UNKNOWN)]),
        (NotFound, a_session("lead"), {"role": "cashier"}, [("role", Code.SESSION_ROLE_NOT_ACTIVE)]),
        (InvalidValue, a_session("lead"), {"role": "everyone"}, [("role", Code.ROLE_EVERYONE)]),
        (Refused, a_session("lead"), {"user": "u-mina", "role": "lead"}, [("user", Code.SESSION_OTHER_USER)]),
        (Refused, a_session("boss"), {"role": "boss"}, [("session", Code.SESSION_OVER)]),
    ],
)
def test_a_role_that_can_not_be_dropped(
    kind: type[AgentprovError], session: Session, arguments: dict[str, str], expected: list[tuple[str, Code]]
) -> None:
    """AC-6: unknown, merely inherited, Everyone; or the session isn't usable."""
    given = {"user": "u-asha", **arguments}
    assert expected == refusal(kind, lambda: drop_active_role(ACCESS, session, **given))


def test_nothing_granted_in_a_session_is_the_ordinary_refusal() -> None:
    """AC-7: that a role isn't active is no gate: nothing grants it, as far as the session goes."""
    assert Decision(allowed=False, reasons=(NotGranted(),)) == SessionAccess(ACCESS, a_session("auditor")).decide(EDIT)


# ---- lists, menus and visibility ------------------------------------------------------------------------------------


def test_lists_and_menus_go_by_the_session() -> None:
    """AC-6, AC-9: a filter, what can be done anywhere, and the objects are those of the active roles."""
    auditor, lead = SessionAccess(ACCESS, a_session("auditor")), SessionAccess(ACCESS, a_session("lead"))

    assert [True, False] == [auditor.allows_anywhere(VIEW), auditor.allows_anywhere(EDIT)]
    assert [{*ACCESS.tenant.users}, {"u-asha"}] == [auditor.objects(VIEW), lead.objects(VIEW)]
    assert {"lead", "cashier", "auditor", "boss", "everyone"} == auditor.objects(VIEW, "roles")
    assert filter_for(auditor.access, "u-asha", VIEW).is_everything
    assert ("u-asha",) == filter_for(lead.access, "u-asha", VIEW).ids()
    assert filter_for(auditor.access, "u-asha", EDIT).is_empty
    assert not filter_for(ACCESS, "u-asha", EDIT).is_empty


def test_visibility_goes_by_the_session() -> None:
    """AC-6, VI-1: a role that isn't active shows nothing; one's own options always do; one that is over, nothing."""
    shop = company(
        user("u-asha", roles=["auditor"], visibility=Visibility(own=True)),
        user("u-ravi"),
        role("auditor", grant("record:view")),
        blueprint=attrs.evolve(BLUEPRINT, catalogue=SIGHT_CATALOGUE),
    )
    access = Access(shop)

    def seen(*roles: str) -> list[bool]:
        sight = Sight(SessionAccess(access, a_session(*roles)).access)
        filtered = sight.filter("u-asha", Seen.RECORDS)
        asked = ["u-ravi"], ["u-asha"]
        listed = [filtered.matches(users=users) for users in asked]
        assert listed == [sight.decide("u-asha", Seen.RECORDS, users=users).allowed for users in asked]
        return listed

    assert [True, True] == seen("auditor")
    assert [False, True] == seen()
    assert [False, False] == seen("boss")


@pytest.mark.parametrize(
    ("session", "expected"),
    [
        (a_session("lead"), {"u-mina": 1, "u-asha": 1}),
        (a_session("auditor"), {"u-mina": 1}),
        (a_session("boss"), {"u-mina": 1}),
        (a_session("lead", user=UserId("u-ravi")), {"u-asha": 1, "u-mina": 1}),
        (a_session("lead", user=UserId("u-who")), {"u-asha": 1, "u-mina": 1}),
        (a_session("lead", tenant=TenantId("t-2")), {"u-mina": 1}),
    ],
)
def test_who_may_in_a_session(session: Session, expected: dict[str, int]) -> None:
    """AC-6, AC-8: asked in reverse, the session's user is among those who may only by what holds in the session."""
    shop = a_shop()
    mina = attrs.evolve(shop.users[UserId("u-mina")], roles=[RoleId("cashier")])
    access = SessionAccess(Access(attrs.evolve(shop, users=shop.users.put(mina.id, mina))), session).access

    assert expected.keys() == access.who(EDIT) == access.who(EDIT, on="u-mina") == {*access.holders(EDIT)}
    assert expected.keys() == {id_ for id_ in access.tenant.users if access.allows(id_, EDIT)}


# ---- what isn't even a question -------------------------------------------------------------------------------------

ASHA = ACCESS.tenant.users[UserId("u-asha")]
WRONG: list[tuple[Callable[..., object], list[str]]] = [
    (lambda: SessionAccess(ACCESS.tenant, a_session()), ["access"]),  # type: ignore[arg-type]
    (lambda: SessionAccess(ACCESS, "x-1"), ["session"]),  # type: ignore[arg-type]
    (lambda: create_session(ACCESS.tenant, "x-1", user="u-asha"), ["access"]),  # type: ignore[arg-type]
    (lambda: create_session(ACCESS, "x-1", user=ASHA, roles="lead"), ["user", "roles"]),  # type: ignore[arg-type]
    (lambda: create_session(ACCESS, "x-1", user="u-asha", roles=5), ["roles"]),  # type: ignore[arg-type]
    (lambda: create_session(ACCESS, "x-1", user="u-asha", roles=["lead", 5]), ["roles"]),  # type: ignore[list-item]
    (lambda: live_sessions(ACCESS.tenant, Table()), ["access"]),  # type: ignore[arg-type]
    (lambda: add_active_role(ACCESS, "x-1", user="u-asha", role="lead"), ["session"]),  # type: ignore[arg-type]
    (lambda: add_active_role(ACCESS, a_session(), user=ASHA, role=["lead"]), ["user", "role"]),  # type: ignore[arg-type]
    (lambda: delete_session(Table(), a_session(), user=ASHA), ["id", "user"]),  # type: ignore[arg-type]
    (lambda: drop_active_role(ACCESS.tenant, a_session(), user="u-asha", role="lead"), ["access"]),  # type: ignore[arg-type]
]


@pytest.mark.parametrize(("attempt", "paths"), WRONG)
def test_what_is_of_another_sort(attempt: Callable[[], object], paths: list[str]) -> None:
    """ER-1: a tenant for an engine, a user for an id, a text for a collection: told where, in the family of errors."""
    assert [(path, Code.FIELD_WRONG_TYPE) for path in paths] == refusal(InvalidValue, attempt)
