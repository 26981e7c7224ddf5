"""The obligations of a store in which every repository is in one place, each as a test."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from hashlib import sha256

import attrs
import pytest

from agentprov.errors import Code, Conflict, InvalidValue, NotFound, Refused
from agentprov.model.access import WHOLE_TENANT, Grant, Permission
from agentprov.model.api_tokens import ApiToken, TokenKind
from agentprov.model.changes import Change
from agentprov.model.contact import PhoneNumber
from agentprov.model.effects import Offered, StickyAssigned
from agentprov.model.groups import UserGroup
from agentprov.model.ids import DepartmentId, QueueId, TenantId, UserGroupId, UserId
from agentprov.model.live import Live
from agentprov.model.one_time_codes import CodeKey, CodePurpose, CodeRecord
from agentprov.model.sticky import StickyKey, StickyPlace
from agentprov.model.stored_passwords import StoredPassword
from agentprov.model.tenant import Tenant
from agentprov.model.users import User
from agentprov.provisioning import delete_user
from agentprov.repositories import AgentPresence, AuditQuery, Performed, Store, perform
from agentprov.testing.contracts.contract import Contract
from agentprov.testing.contracts.samples import AT, RACERS, a_change, a_person, a_tenant, putting, race, removing

ROUNDS = 5
"""How often two who race are let loose: each time at another user."""
TENANT, OTHER = TenantId("t-acme"), TenantId("t-other")
BEN = UserId("u-ben")
SALES = UserGroup(id=UserGroupId("g-sales"), name="Sales")
SUPPORT = UserGroup(id=UserGroupId("g-support"), name="Support")
CALLER = PhoneNumber("+919812345679")
ADMIN = Grant(permission=Permission("user:edit"), scope=WHOLE_TENANT)


class StoreContract(Contract):
    """What a :class:`~agentprov.repositories.Store` promises beside the obligations of its repositories."""

    def founded(self, *others: User, id_: str = TENANT) -> tuple[Store, Tenant]:
        """A store with a tenant, in which Ben is of a user group; and the tenant."""
        store = self.store()
        return store, self.found(store, *others, id_=id_)

    def found(self, store: Store, *others: User, id_: str = TENANT) -> Tenant:
        """Such a tenant, created in a store."""
        groups = {group.id: group for group in (SALES, SUPPORT)}
        tenant = a_tenant(id_, a_person("ben", user_group=SALES.id), *others, user_groups=groups)
        store.tenants.create(tenant, at=AT)
        return tenant

    # ---- logged on

    @pytest.mark.parametrize("departure", ["removed", "moved", "taken out"])
    def test_who_is_logged_on_stays(self, departure: str) -> None:
        """LC-2: who is logged on to a queue is neither removed nor moved; all is as before, the key unspent.

        Logged off they go, and the same commit with the same key is done.
        """
        store, tenant = self.founded()
        self._fill(store, tenant.id)
        logged_on = _logged_on(BEN)
        store.presence.put_presence(tenant.id, logged_on, expected=store.presence.presence(tenant.id, BEN))
        change = _departures(tenant, BEN)[departure]
        before = self._kept(store, tenant.id), store.tenants.load(tenant.id)
        with pytest.raises(Refused) as caught:
            store.tenants.commit(change, at=AT, key="k-1")
        (problem,) = caught.value.problems
        assert Code.USER_LOGGED_ON_QUEUE is problem.code
        assert ("users", BEN) == problem.path
        assert before == (self._kept(store, tenant.id), store.tenants.load(tenant.id))
        assert () == store.tenants.changes_since(tenant.id, tenant.version)
        assert store.tenants.committed(tenant.id, "k-1") is None
        store.presence.put_presence(tenant.id, attrs.evolve(logged_on, queues=[]), expected=logged_on)
        assert change.apply(tenant) == store.tenants.commit(change, at=AT, key="k-1")

    def test_everybody_who_is_logged_on_is_named(self) -> None:
        """LC-2: of several who would go each one who is logged on is told, and nobody goes."""
        store, tenant = self.founded(a_person("mina"), a_person("tom"))
        for user in (BEN, UserId("u-tom")):
            store.presence.put_presence(tenant.id, _logged_on(user), expected=None)
        removals = [removing(tenant, user) for user in ("u-ben", "u-mina", "u-tom")]
        with pytest.raises(Refused) as caught:
            store.tenants.commit(a_change(tenant, *removals), at=AT)
        assert {("users", "u-ben"), ("users", "u-tom")} == {problem.path for problem in caught.value.problems}
        assert tenant == store.tenants.load(tenant.id)

    def test_other_changes_of_who_is_logged_on_are_done(self) -> None:
        """LC-2: a new name is no departure; nor is what happens to others, or to the same id in another tenant."""
        store, tenant = self.founded(a_person("mina"))
        other = self.found(store, id_=OTHER)
        store.presence.put_presence(tenant.id, _logged_on(BEN), expected=None)
        renamed = attrs.evolve(tenant.users[BEN], name="Benjamin")
        after = store.tenants.commit(a_change(tenant, putting(tenant, renamed), removing(tenant, "u-mina")), at=AT)
        assert "Benjamin" == after.users[BEN].name
        assert BEN not in store.tenants.commit(a_change(other, removing(other, BEN)), at=AT).users
        assert _logged_on(BEN) == store.presence.presence(tenant.id, BEN)

    def test_presence_is_of_users_who_are_there(self) -> None:
        """LC-2: of others it is refused: of a removed user, of an id that differs by case, of another tenant's."""
        store, tenant = self.founded()
        self.found(store, a_person("mina"), id_=OTHER)
        store.tenants.commit(a_change(tenant, removing(tenant, BEN)), at=AT)
        for owner, user in (
            (TENANT, "u-ben"),
            (TENANT, "U-ASHA"),
            (TENANT, "u-mina"),
            ("T-ACME", "u-asha"),
            ("t-none", "u-asha"),
        ):
            with pytest.raises(NotFound) as caught:
                store.presence.put_presence(TenantId(owner), _logged_on(UserId(user)), expected=None)
            assert (Code.USER_UNKNOWN,) == caught.value.codes
        assert () == store.presence.everybody(TENANT)

    def test_logging_on_races_a_removal(self) -> None:
        """LC-2: of a user who logs on and an admin who removes them at the same moment exactly one succeeds."""
        store, tenant = self.founded(*(a_person(f"{nth}") for nth in range(ROUNDS)))
        for nth in range(ROUNDS):
            user, now = UserId(f"u-{nth}"), store.tenants.load(tenant.id)
            logs_on = partial(store.presence.put_presence, tenant.id, _logged_on(user), expected=None)
            removal = partial(store.tenants.commit, _departures(now, user)["removed"], at=AT)
            on, gone = race([logs_on, removal])
            kept, left = store.presence.presence(tenant.id, user), store.tenants.load(tenant.id)
            if isinstance(gone, Tenant):
                assert isinstance(on, NotFound)
                assert (kept, left) == (None, gone)
            else:
                assert isinstance(gone, Refused)
                assert (on, kept, left) == (None, _logged_on(user), now)

    @pytest.mark.parametrize("departure", ["moved", "taken out"])
    def test_logging_on_races_a_move(self, departure: str) -> None:
        """LC-2: who has logged on and is in their old group still, isn't moved any more; after the move they may."""
        store, tenant = self.founded(*(a_person(f"{nth}", user_group=SALES.id) for nth in range(ROUNDS)))

        def log_on(user: UserId) -> UserGroupId | None:
            store.presence.put_presence(tenant.id, _logged_on(user), expected=None)
            return store.tenants.load(tenant.id).users[user].user_group

        for nth in range(ROUNDS):
            user, now = UserId(f"u-{nth}"), store.tenants.load(tenant.id)
            move = partial(store.tenants.commit, _departures(now, user)[departure], at=AT)
            group, moved = race([partial(log_on, user), move])
            assert _logged_on(user) == store.presence.presence(tenant.id, user)
            if isinstance(moved, Tenant):
                assert group == moved.users[user].user_group
            else:
                assert isinstance(moved, Refused)
                assert (SALES.id, now) == (group, store.tenants.load(tenant.id))

    # ---- who is removed takes everything along

    def test_everything_goes_with_its_user(self) -> None:
        """LC-3: with the commit that removes them, from everywhere; a new user of the same id inherits nothing."""
        store, tenant = self.founded()
        self._fill(store, tenant.id)
        gone = store.tenants.commit(a_change(tenant, removing(tenant, BEN)), at=AT)
        nothing = self._kept(store, tenant.id, UserId("u-nobody"))
        assert nothing == self._kept(store, tenant.id)
        store.tenants.commit(a_change(gone, putting(gone, tenant.users[BEN])), at=AT)
        assert nothing == self._kept(store, tenant.id)
        self._fill(store, tenant.id)

    def test_nothing_of_others_goes(self) -> None:
        """LC-3: neither of other users, nor of the same id in another tenant, nor of an id that differs by case."""
        store, tenant = self.founded(a_person("Ben", id_="U-BEN"))
        other = self.found(store, id_=OTHER)
        self._fill(store, other.id)
        self._fill(store, tenant.id, UserId("U-BEN"))
        before = self._kept(store, other.id), self._kept(store, tenant.id, UserId("U-BEN"))
        store.tenants.commit(a_change(tenant, removing(tenant, BEN)), at=AT)
        assert before == (self._kept(store, other.id), self._kept(store, tenant.id, UserId("U-BEN")))

    def test_who_stays_keeps_everything(self) -> None:
        """RT-5: a user who is renamed, or moves to another group, keeps what they have."""
        store, tenant = self.founded()
        self._fill(store, tenant.id)
        before = self._kept(store, tenant.id)
        moved = attrs.evolve(tenant.users[BEN], name="Benjamin", user_group=SUPPORT.id)
        store.tenants.commit(a_change(tenant, putting(tenant, moved)), at=AT)
        assert before == self._kept(store, tenant.id)

    def test_a_refused_removal_takes_nothing(self) -> None:
        """LC-3: whether it is stale, or its outcome isn't whole."""
        store, tenant = self.founded()
        self._fill(store, tenant.id)
        before = self._kept(store, tenant.id)
        with pytest.raises(InvalidValue):
            store.tenants.commit(a_change(tenant, removing(tenant, BEN), removing(tenant, "u-asha")), at=AT)
        assert before == self._kept(store, tenant.id)
        renamed = attrs.evolve(tenant.users[UserId("u-asha")], name="New")
        store.tenants.commit(a_change(tenant, putting(tenant, renamed)), at=AT)
        with pytest.raises(Conflict):
            store.tenants.commit(a_change(tenant, removing(tenant, BEN)), at=AT)
        assert before == self._kept(store, tenant.id)

    def test_a_repeated_removal_takes_nothing_of_the_successor(self) -> None:
        """ST-2: tried again with its key it isn't done again: who was created under the id since keeps everything."""
        store, tenant = self.founded()
        removal = a_change(tenant, removing(tenant, BEN))
        gone = store.tenants.commit(removal, at=AT, key="k-1")
        again = store.tenants.commit(a_change(gone, putting(gone, tenant.users[BEN])), at=AT)
        self._fill(store, tenant.id)
        before = self._kept(store, tenant.id)
        assert again == store.tenants.commit(removal, at=AT, key="k-1")
        assert before == self._kept(store, tenant.id)

    # ---- commands

    def test_of_two_who_remove_the_last_admins_one_is_refused(self) -> None:
        """AC-5: of two admins who are removed at the same moment one stays, and whoever removes them is told."""
        for _ in range(ROUNDS):
            store, tenant = self.founded(a_person("one", grants=[ADMIN]), a_person("two", grants=[ADMIN]))
            attempts = [self._removes(store, tenant.id, UserId(user)) for user in ("u-one", "u-two")]
            outcomes = race(attempts)
            refusals = [outcome.codes for outcome in outcomes if isinstance(outcome, Refused)]
            assert [(Code.ADMIN_LAST,)] == refusals
            assert 1 == sum(isinstance(outcome, Performed) for outcome in outcomes)
            assert 1 == len({"u-one", "u-two"} & set(store.tenants.load(tenant.id).users))

    def test_a_command_sent_many_times_is_done_once(self) -> None:
        """ST-2: at one moment, with one key: everybody gets the same answer, and the log has one entry."""
        store, tenant = self.founded()

        def create() -> Performed:
            def command(now: Tenant) -> Change:
                return a_change(now, putting(now, a_person("ravi")))

            return perform(store.tenants, tenant.id, command, at=AT, key="k-1", request={"login": "ravi"})

        outcomes = race([create] * RACERS)
        assert [outcomes[0]] * RACERS == outcomes
        assert 1 == len(store.tenants.changes_since(tenant.id, tenant.version))

    def test_a_refusal_is_noted_once(self) -> None:
        """P82: a refused command, sent twice, changes nothing and leaves one note, which outlives its users."""
        store, tenant = self.founded(a_person("one", grants=[ADMIN]))
        for _ in range(2):
            with pytest.raises(Refused):
                self._removes(store, tenant.id, UserId("u-one"))()
        assert tenant == store.tenants.load(tenant.id)
        store.tenants.commit(a_change(tenant, removing(tenant, "u-one"), removing(tenant, BEN)), at=AT)
        (noted,) = store.audit.notes(tenant.id, AuditQuery())
        assert ((Code.ADMIN_LAST,), AT) == (tuple(problem.code for problem in noted.problems), noted.at)

    # ---- the parts

    def _removes(self, store: Store, tenant: TenantId, user: UserId) -> Callable[[], Performed]:
        """Removes a user, as often as others are first."""

        def command(now: Tenant) -> Change:
            return delete_user(now, user, by=None, at=AT, live=Live(queues={}))

        return lambda: perform(store.tenants, tenant, command, at=AT, key=f"k-{user}", audit=store.audit)

    def _fill(self, store: Store, tenant: TenantId, user: UserId = BEN) -> None:
        """Everything that can be kept of a user, under keys of their own."""
        mine = f"{tenant}.{user}"
        stored = StoredPassword(hash="$argon2id$v=19$m=8,t=1,p=1$Zmlyc3Q$Zmlyc3Q", one_time=True, at=AT)
        store.credentials.put_password(tenant, user, stored, expected=None)
        for purpose in CodePurpose:
            store.codes.put_codes(CodeRecord(key=CodeKey(tenant=tenant, user=user, purpose=purpose)), expected=None)
        store.tokens.put_token(_token(tenant, user), expected=None)
        store.presence.put_presence(tenant, AgentPresence(user=user, at=AT), expected=None)
        sticky = StickyKey(caller=CALLER, place=StickyPlace.DEPARTMENT, id=mine)
        assigned = StickyAssigned(key=sticky, user=user, at=int(AT.timestamp()), until=int(AT.timestamp()) + 60)
        store.sticky.assign(tenant, assigned)
        store.rotation.offer(tenant, Offered(department=DepartmentId(mine), user=user), expected=None)

    def _kept(self, store: Store, tenant: TenantId, user: UserId = BEN) -> list[object]:
        """What is kept of a user."""
        keys = [CodeKey(tenant=tenant, user=user, purpose=purpose) for purpose in CodePurpose]
        last_agents = store.sticky.last_agents(tenant, CALLER, at=AT)
        return [
            store.credentials.password(tenant, user),
            *map(store.codes.codes, keys),
            store.presence.presence(tenant, user),
            store.tokens.tokens(tenant, user),
            {key: last for key, last in last_agents.items() if last.user == user},
            {department: last for department, last in store.rotation.rotation(tenant).items() if last == user},
        ]


def _logged_on(user: UserId) -> AgentPresence:
    return AgentPresence(user=user, at=AT, queues=[QueueId("q-main")])


def _departures(tenant: Tenant, id_: UserId) -> dict[str, Change]:
    """The ways to go of a user who is of the group for sales."""
    user = tenant.users[id_]
    return {
        "removed": a_change(tenant, removing(tenant, id_)),
        "moved": a_change(tenant, putting(tenant, attrs.evolve(user, user_group=SUPPORT.id))),
        "taken out": a_change(tenant, putting(tenant, attrs.evolve(user, user_group=None))),
    }


def _token(tenant: TenantId, user: UserId) -> ApiToken:
    return ApiToken(
        tenant=tenant,
        user=user,
        kind=TokenKind.BY_ADMIN,
        digest=sha256(user.encode()).hexdigest(),
        hint="apv_aQ7z",
        permissions=[],
        created_at=AT,
        expires_at=AT + timedelta(days=90),
    )
