"""Laws of access: what holds for all tenants and all questions (house laws, P01 to P08, P14 to P17)."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from threading import Barrier

import attrs
from hypothesis import event, given
from hypothesis import strategies as st

from agentprov.engine.access import Access
from agentprov.engine.decisions import Decision, DeniedBy, Granted, NotActive, NotGranted, Object, UnknownObject
from agentprov.model.access import Effect, Grant, Role
from agentprov.model.ids import RoleId, TenantId, UserId
from agentprov.model.references import Kind
from agentprov.model.table import Table
from agentprov.model.tenant import Tenant
from agentprov.model.users import Status, User
from tests.engine.companies import (
    ASHA_ALONE,
    CATALOGUE,
    PERMISSIONS,
    ROLES,
    USERS,
    every_object,
    grants,
    questions,
    tenants,
)

Question = tuple[UserId, str, str | Object | None]


def with_users(tenant: Tenant, *users: User) -> Tenant:
    """The tenant with these users instead of their older selves."""
    return attrs.evolve(tenant, users=Table({**tenant.users, **{user.id: user for user in users}}))


def with_roles(tenant: Tenant, *roles: Role) -> Tenant:
    """The tenant with these roles instead of their older selves."""
    return attrs.evolve(tenant, roles=Table({**tenant.roles, **{role.id: role for role in roles}}))


def holders_of(tenant: Tenant) -> list[User | Role]:
    """Every user and role."""
    return [*tenant.users.values(), *tenant.roles.values()]


def grants_of(tenant: Tenant) -> Iterator[tuple[User | Role, Grant]]:
    """Every grant of the tenant with whoever has it."""
    for holder in holders_of(tenant):
        for grant in holder.grants:
            yield holder, grant


def replaced(tenant: Tenant, holder: User | Role, grants: tuple[Grant, ...]) -> Tenant:
    """The tenant where a user or role has these grants instead."""
    if isinstance(holder, User):
        return with_users(tenant, attrs.evolve(holder, grants=grants))
    return with_roles(tenant, attrs.evolve(holder, grants=grants))


holders = st.sampled_from([*USERS, *ROLES])


def holder_of(tenant: Tenant, id_: str) -> User | Role:
    """A user or role by id."""
    return tenant.users[UserId(id_)] if id_ in tenant.users else tenant.roles[RoleId(id_)]


@given(tenants(), questions)
def test_the_boolean_and_the_explained_answer_agree(tenant: Tenant, question: Question) -> None:
    """AC-7: `allows` is what `decide` decides, and each is the same when asked again or of a new engine."""
    access = Access(tenant)
    decision = access.decide(*question)
    event(f"{'allowed' if decision.allowed else 'refused'} by {type(decision.reasons[0]).__name__}")

    assert decision.allowed is access.allows(*question)
    assert decision == access.decide(*question)
    assert decision == Access(tenant).decide(*question)


@given(tenants(), questions)
def test_nothing_granted_means_denied(tenant: Tenant, question: Question) -> None:
    """P01: in a tenant without a single allow every answer is no."""
    for holder in holders_of(tenant):
        denies = tuple(grant for grant in holder.grants if grant.effect is Effect.DENY)
        tenant = replaced(tenant, holder, denies)

    assert not Access(tenant).allows(*question)


@given(tenants(), questions, st.lists(grants([Effect.ALLOW]), max_size=5))
def test_a_deny_that_holds_beats_any_number_of_allows(tenant: Tenant, question: Question, allows: list[Grant]) -> None:
    """P02: where a deny decided, more allows to the user change nothing."""
    decision = Access(tenant).decide(*question)
    actor = tenant.users.get(question[0])
    if actor is None or not isinstance(decision.reasons[0], DeniedBy):
        return

    more = with_users(tenant, attrs.evolve(actor, grants=(*allows, *actor.grants)))
    assert decision == Access(more).decide(*question)


@given(tenants(), questions)
def test_a_yes_names_grants_that_are_there(tenant: Tenant, question: Question) -> None:
    """P03: a yes has a reason, and each is an allow of the asked permission that its holder has on the path told."""
    actor, permission, _ = question
    decision = Access(tenant).decide(*question)
    if not decision.allowed:
        return

    assert decision.reasons
    for reason in decision.reasons:
        assert isinstance(reason, Granted)
        path = reason.held.path
        holder: User | Role = tenant.roles[path[-1]] if path else tenant.users[actor]
        assert reason.held.grant in holder.grants
        assert permission in CATALOGUE.expand(reason.held.grant.permission)
        assert reason.held.grant.effect is Effect.ALLOW
        assert reason.terms
        assert reason.terms <= reason.held.grant.scope
        assert all(below in tenant.roles[above].inherits for above, below in pairwise(path))
        assert not path or path[0] in {*tenant.users[actor].roles, "everyone"}


@given(tenants(), questions, st.randoms(use_true_random=False))
def test_order_and_repetition_of_grants_do_not_matter(tenant: Tenant, question: Question, rng: random.Random) -> None:
    """P04, P05: shuffled and repeated grants, users and roles in another order: the same decision with its reasons."""
    shuffled = tenant
    for holder in holders_of(tenant):
        grants_ = [*holder.grants, *rng.choices(holder.grants, k=2)] if holder.grants else []
        rng.shuffle(grants_)
        shuffled = replaced(shuffled, holder, tuple(grants_))
    users, roles = list(shuffled.users.items()), list(shuffled.roles.items())
    rng.shuffle(users)
    rng.shuffle(roles)
    shuffled = attrs.evolve(shuffled, users=Table(users), roles=Table(roles))

    assert Access(tenant).decide(*question) == Access(shuffled).decide(*question)


@given(tenants(), questions, holders, grants([Effect.ALLOW]))
def test_an_allow_more_never_takes_away(tenant: Tenant, question: Question, to: str, more: Grant) -> None:
    """P06: adding an allow never turns a yes into a no."""
    holder = holder_of(tenant, to)
    after = replaced(tenant, holder, (*holder.grants, more))

    assert Access(after).allows(*question) or not Access(tenant).allows(*question)


@given(tenants(), questions, holders, grants([Effect.DENY]))
def test_a_deny_more_never_gives(tenant: Tenant, question: Question, to: str, more: Grant) -> None:
    """P07: adding a deny never turns a no into a yes."""
    holder = holder_of(tenant, to)
    after = replaced(tenant, holder, (*holder.grants, more))

    assert Access(tenant).allows(*question) or not Access(after).allows(*question)


@given(tenants(), questions, st.data())
def test_removing_a_grant_that_is_no_reason_changes_nothing(
    tenant: Tenant, question: Question, data: st.DataObject
) -> None:
    """AC-7: the reasons are exactly the satisfied grants of the winning effect: without any other the answer stays."""
    everything = list(grants_of(tenant))
    if not everything:
        return
    decision = Access(tenant).decide(*question)
    named = {reason.held.grant for reason in decision.reasons if isinstance(reason, Granted | DeniedBy)}
    holder, grant = data.draw(st.sampled_from(everything))
    if grant in named:
        return
    without = tuple(each for each in holder.grants if each != grant)

    answered = Access(replaced(tenant, holder, without)).decide(*question)
    assert decision.allowed is answered.allowed
    assert isinstance(decision.reasons[0], NotGranted) or decision == answered


@given(tenants(), questions)
def test_removing_every_reason_turns_the_answer(tenant: Tenant, question: Question) -> None:
    """AC-7: without any of its reasons a yes is a no; a no by deny is no longer one by deny."""
    decision = Access(tenant).decide(*question)
    named = {reason.held.grant for reason in decision.reasons if isinstance(reason, Granted | DeniedBy)}
    after = tenant
    for holder in holders_of(tenant):
        after = replaced(after, holder, tuple(each for each in holder.grants if each not in named))
    answered = Access(after).decide(*question)

    if decision.allowed:
        assert not answered.allowed
    if isinstance(decision.reasons[0], DeniedBy):
        assert not isinstance(answered.reasons[0], DeniedBy)


@given(tenants(), questions, st.sampled_from(USERS))
def test_an_unrelated_user_does_not_matter(tenant: Tenant, question: Question, gone: UserId) -> None:
    """P08: without a user whom neither the question nor a supervisor or chosen scope names, the answer is the same."""
    actor, _, on = question
    referred = {user.supervisor for user in tenant.users.values()}
    referred |= {UserId(getattr(term, "id", "")) for _, grant in grants_of(tenant) for term in grant.scope}
    if gone in {actor, on, getattr(on, "id", None)} or gone in referred:
        return
    profiles = {id_: profile for id_, profile in tenant.profiles.items() if profile.user != gone}
    after = attrs.evolve(tenant, users=tenant.users.drop(gone), profiles=Table(profiles))

    assert Access(tenant).decide(*question) == Access(after).decide(*question)


@given(tenants(), questions, st.lists(grants(), max_size=3))
def test_an_unrelated_role_does_not_matter(tenant: Tenant, question: Question, several: list[Grant]) -> None:
    """P08: a role that nobody has, near to others by id, changes no decision."""
    near = [Role(id=RoleId(id_), name="Near", grants=several) for id_ in ("junio", "junior0", "admi", "everyone-else")]

    assert Access(tenant).decide(*question) == Access(with_roles(tenant, *near)).decide(*question)


@given(tenants(), st.lists(questions, min_size=1, max_size=30), st.randoms(use_true_random=False))
def test_questions_do_not_influence_each_other(tenant: Tenant, asked: list[Question], rng: random.Random) -> None:
    """P14: one engine asked in any order answers as a new engine asked once does."""
    expected = [Access(tenant).decide(*question) for question in asked]
    access = Access(tenant)
    order = [*range(len(asked))] * 2
    rng.shuffle(order)
    found: dict[int, list[Decision]] = {}
    for place in order:
        found.setdefault(place, []).append(access.decide(*asked[place]))

    assert [[decision] * 2 for decision in expected] == [found[place] for place in range(len(asked))]


@given(tenants(), questions)
def test_the_name_of_a_role_does_not_matter(tenant: Tenant, question: Question) -> None:
    """P15: renaming roles changes no decision and no reason."""
    renamed = with_roles(tenant, *(attrs.evolve(role, name=f"New {role.name}") for role in tenant.roles.values()))

    assert Access(tenant).decide(*question) == Access(renamed).decide(*question)


@given(tenants(), questions, st.sampled_from([Status.DISABLED, Status.BLOCKED, Status.DEACTIVATED]))
def test_an_inactive_user_is_denied_everything(tenant: Tenant, question: Question, status: Status) -> None:
    """P16: after a change of status every answer is no with the gate among the reasons; others find the user still."""
    actor, permission, on = question
    if actor not in tenant.users:
        return
    off = with_users(tenant, attrs.evolve(tenant.users[actor], status=status))
    decision = Access(off).decide(actor, permission, on)

    assert not decision.allowed
    assert NotActive(status=status) in decision.reasons
    for other in tenant.users.keys() - {actor}:
        assert Access(tenant).decide(other, permission, actor) == Access(off).decide(other, permission, actor)


@given(tenants(), questions)
def test_a_role_spelled_out_gives_the_same_answers(tenant: Tenant, question: Question) -> None:
    """P17: users with all grants of their roles as their own, sections spelled out, and no roles: the same answers."""
    users = []
    for user in tenant.users.values():
        held = [
            grant for id_ in closure(tenant, {*user.roles, RoleId("everyone")}) for grant in tenant.roles[id_].grants
        ]
        spelled = [
            attrs.evolve(grant, permission=each)
            for grant in (*held, *user.grants)
            for each in CATALOGUE.expand(grant.permission)
        ]
        users.append(attrs.evolve(user, roles=[], grants=spelled))
    flat = attrs.evolve(with_users(tenant, *users), roles=Table())

    assert Access(tenant).allows(*question) is Access(flat).allows(*question)


def closure(tenant: Tenant, roles: set[RoleId]) -> set[RoleId]:
    """The roles and all they inherit from, those that the tenant defines."""
    known = roles & tenant.roles.keys()
    below = {each for role in known for each in tenant.roles[role].inherits}
    return known | (closure(tenant, below) if below else set())


@given(tenants(), st.sampled_from(USERS), st.sampled_from(PERMISSIONS))
def test_the_whole_implies_every_object(tenant: Tenant, actor: UserId, permission: str) -> None:
    """AC-2: who may for the whole tenant may for each object in it."""
    access = Access(tenant)
    if not access.allows(actor, permission):
        return

    assert [] == [each for each in every_object(tenant) if not access.allows(actor, permission, each)]


@given(tenants(), st.sampled_from([*USERS, "u-nobody"]), st.sampled_from(PERMISSIONS))
def test_anywhere_means_the_whole_or_some_object(tenant: Tenant, actor: str, permission: str) -> None:
    """AC-2: anywhere is yes exactly if the question for the whole tenant or for one of its objects is."""
    access = Access(tenant)
    expected = access.allows(actor, permission) or any(
        access.allows(actor, permission, each) for each in every_object(tenant)
    )
    event(f"anywhere: {expected}")

    assert expected is access.allows_anywhere(actor, permission)
    assert expected is access.decide_anywhere(actor, permission).allowed


@given(tenants(), st.sampled_from([*USERS, "u-nobody"]), st.sampled_from(PERMISSIONS), st.sampled_from(USERS))
def test_a_user_is_asked_about_by_id_or_as_object(tenant: Tenant, actor: str, permission: str, on: UserId) -> None:
    """AC-4: a plain id, an object, and an object with its tenant are three spellings of one question."""
    access = Access(tenant)
    plain = access.decide(actor, permission, on)

    assert plain == access.decide(actor, permission, Object(kind=Kind.USERS, id=on))
    assert plain == access.decide(actor, permission, Object(kind=Kind.USERS, id=on, tenant=tenant.id))
    assert plain.allowed is access.allows(actor, permission, Object(kind=Kind.USERS, id=on))


@given(tenants(), questions)
def test_an_unknown_object_is_never_allowed(tenant: Tenant, question: Question) -> None:
    """AC-2, AC-4: where the object is unknown the answer is no, and says so."""
    actor, permission, _ = question
    access = Access(tenant)
    for on in ("u-none", Object(kind=Kind.USERS, id=USERS[0], tenant=TenantId("t-9"))):
        assert UnknownObject() in access.decide(actor, permission, on).reasons


@given(tenants(), questions)
def test_every_decision_can_be_told(tenant: Tenant, question: Question) -> None:
    """AC-7: every decision turns into one line of words and into data."""
    access = Access(tenant)
    words = access.explain(*question)

    assert (" may not " in words) is not access.allows(*question)
    assert words == " ".join(words.split())
    assert {"allowed", "reasons"} == access.decide(*question).as_data().keys()


def test_threads_may_share_an_engine() -> None:
    """PF-15: eight threads filling one engine's tables at once get the answers that a thread alone gets."""
    asked = [(permission, on) for permission in PERMISSIONS for on in (None, *every_object(ASHA_ALONE))] * 5
    alone = Access(ASHA_ALONE)
    expected = [alone.decide("u-asha", *question) for question in asked]

    for _ in range(20):
        shared, barrier = Access(ASHA_ALONE), Barrier(8)

        def work(access: Access = shared, start: Barrier = barrier) -> list[Decision]:
            start.wait()
            return [access.decide("u-asha", *question) for question in asked]

        with ThreadPoolExecutor(8) as pool:
            assert [expected] * 8 == [each.result() for each in [pool.submit(work) for _ in range(8)]]


PROGRAM = """
from tests.engine.companies import ASHA_ALONE, PERMISSIONS, every_object
from agentprov.engine.access import Access
access = Access(ASHA_ALONE)
for permission in PERMISSIONS:
    for on in (None, *every_object(ASHA_ALONE)):
        print(access.decide("u-asha", permission, on).as_data(), access.explain("u-asha", permission, on))
"""


def test_another_process_decides_the_same() -> None:
    """P14: with another seed for hashing, decisions and words come out equal, in the same order."""

    def printed(seed: str) -> str:
        source = [path for path in sys.path if path]
        environment = {"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(source)}
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True, env=environment
        )
        return done.stdout

    first = printed("1")
    assert Access(ASHA_ALONE).explain("u-asha", PERMISSIONS[0]) in first
    assert first == printed("2")
