"""An adapter and the dictionaries side by side: every answer, every error and all that is stored is equal (P80).

Hypothesis draws the steps from a small pool, so that they collide: ids of two tenants that differ by case, logins that
somebody has, stale changes, keys that come again. What is drawn is done to :class:`agentprov.memory.MemoryStore` and to
the adapter. The author says how to make an empty store::

    class MyMachine(StoreMachine):
        def store(self) -> Store:
            return MyStore(an_empty_database())

    TestMyStore = MyMachine.TestCase
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any, ClassVar, Final

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from agentprov.errors import AgentprovError
from agentprov.memory import MemoryStore
from agentprov.model.changes import Change
from agentprov.model.effects import Offered
from agentprov.model.ids import TenantId, UserId
from agentprov.model.one_time_codes import CodeKey, CodePurpose, CodeRecord
from agentprov.model.references import Kind
from agentprov.model.stored_passwords import StoredPassword
from agentprov.model.tenant import Tenant
from agentprov.repositories import AgentPresence, AuditQuery, Store
from agentprov.testing.contracts.samples import AT
from agentprov.testing.pieces import (
    CALLER,
    DEPARTMENTS,
    DIGESTS,
    GROUPS,
    KEYS,
    TENANTS,
    USERS,
    Piece,
    a_person,
    code_records,
    founded,
    made,
    notes,
    offers,
    passwords,
    pieces,
    presences,
    stickies,
    tenants,
    tokens,
    users,
)

keys = st.sampled_from(KEYS)
expectations = st.sampled_from(("what is there", "what is there", "nothing", "something else"))
repositories = st.sampled_from(("credentials", "codes", "tokens", "presence", "sticky", "rotation", "the dead"))


STEPS: Final[set[str]] = set()
"""The names of the steps, which an adapter may be exempt from."""


def step(**drawn: st.SearchStrategy[Any]) -> Callable[[Any], Any]:
    """A rule that a subclass may be exempt from, by the name of its method."""

    def decorate(method: Any) -> Any:  # noqa: ANN401  Hypothesis has no type for it
        STEPS.add(method.__name__)
        # Each strategy draws the argument of its name.
        ruled: Any = rule(**drawn)  # type: ignore[call-overload]
        return precondition(lambda machine: method.__name__ not in machine.EXEMPT)(ruled(method))

    return decorate


class StoreMachine(RuleBasedStateMachine):
    """The dictionaries and an adapter, in lock-step.

    What an adapter can't do is named in ``EXEMPT``, with the reason, as in the contracts: ``{"fold": "why"}``. The
    names are those of the steps, the methods below; a name that is none is a ``TypeError`` when the class is made.
    """

    EXEMPT: ClassVar[Mapping[str, str]] = {}

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        for name, reason in cls.EXEMPT.items():
            if name not in STEPS or not reason.strip():
                raise TypeError(f"{cls.__name__} is exempt from {name}, which is no step of it, or doesn't say why")

    def __init__(self) -> None:
        super().__init__()
        self.reference: Store = MemoryStore()
        self.adapter = self.store()
        self.versions: dict[TenantId, list[Tenant]] = {}
        self.done: list[tuple[Change, dict[str, Any]]] = []
        self.clock = 0

    def store(self) -> Store:
        """An empty store. Each call gives another one."""
        raise NotImplementedError

    def both(self, do: Callable[[Store], object]) -> object:
        """What is done to both comes to the same."""
        expected, found = _outcome(do, self.reference), _outcome(do, self.adapter)
        assert expected == found, f"expected {expected}, was {found}"
        return expected

    @initialize(version=st.sampled_from((1, 41)))
    def begin(self, version: int) -> None:
        """There are two tenants, and of each one's first user something is kept."""
        user = USERS[0]
        password = StoredPassword(hash="$argon2id$v=19$m=8,t=1,p=1$Zmlyc3Q$Zmlyc3Q", one_time=True, at=AT)
        for tenant in TENANTS[:2]:
            self.create(tenant, version, None)
            queues = ("q-1",) if tenant == TENANTS[0] else ()  # who is logged on mustn't be moved or removed
            self.put_presence(tenant, AgentPresence(user=user, at=AT, queues=queues), "nothing")
            self.put_password(tenant, user, password, "nothing")
            self.put_codes(CodeRecord(key=CodeKey(tenant=tenant, user=user, purpose=CodePurpose.RECOVERY)), "nothing")
            self.offer(tenant, Offered(department=DEPARTMENTS[0], user=user), None)

    # ---- tenants

    @step(tenant=tenants, version=st.just(1), reason=st.sampled_from((None, "signed up", "\x00")))
    def create(self, tenant: TenantId, version: int, reason: str | None) -> None:
        """A tenant is created, or was already."""
        new, at = founded(tenant, version), self.now()
        if self.both(lambda store: store.tenants.create(new, at=at, reason=reason)) is None:
            self.versions[tenant] = [new]

    @step(
        tenant=tenants,
        drawn=st.lists(pieces, min_size=1, max_size=4),
        stale=st.sampled_from((0, 0, 0, 1, 2)),
        given=st.fixed_dictionaries(
            {},
            optional={
                "key": keys,
                "request": st.sampled_from(("r-1", "R-1")),
                "reason": st.sampled_from(("Zeile eins,\nzweite", "\x00")),
            },
        ),
        actor=st.none() | users,
    )
    def commit(
        self, tenant: TenantId, drawn: list[Piece], stale: int, given: dict[str, Any], actor: UserId | None
    ) -> None:
        """A change is committed: mostly of the latest version, sometimes of an older one, sometimes with a used key."""
        if tenant in self.versions:
            known = self.versions[tenant]
            self.commits(made(known[max(-1 - stale, -len(known))], drawn, actor), given)

    @step(tenant=tenants, user=users, group=st.sampled_from((None, *GROUPS)), gone=st.booleans(), key=st.none() | keys)
    def come_and_go(self, tenant: TenantId, user: UserId, group: Any, gone: bool, key: str | None) -> None:  # noqa: ANN401, FBT001
        """A user is created, moves to a group, or is removed."""
        if tenant in self.versions:
            after = None if gone else a_person(user, group=group)
            piece = Piece(kind=Kind.USERS, id=user, after=after)
            self.commits(made(self.versions[tenant][-1], [piece], None), {} if key is None else {"key": key})
            for read in _reads_of_user(tenant, user):
                self.both(read)

    @step(back=st.integers(0, 5))
    def repeat(self, back: int) -> None:
        """One of the last commits comes again."""
        if back < len(self.done):
            self.commits(*self.done[-1 - back])

    @step(tenant=tenants, back=st.integers(-1, 4))
    def fold(self, tenant: TenantId, back: int) -> None:
        """The log begins a few versions ago."""
        latest = self.versions[tenant][-1].version if tenant in self.versions else 1
        self.both(lambda store: store.tenants.fold(tenant, latest - back))

    def commits(self, change: Change, given: dict[str, Any]) -> None:
        """Both commit it, or refuse it alike."""
        at = self.now()
        after = self.both(lambda store: store.tenants.commit(change, at=at, **given))
        self.done.append((change, given))
        if isinstance(after, Tenant) and after.version > self.versions[change.tenant][-1].version:
            self.versions[change.tenant].append(after)

    # ---- what is kept of users

    @step(tenant=tenants, record=presences, expect=expectations)
    def put_presence(self, tenant: TenantId, record: Any, expect: str) -> None:  # noqa: ANN401  as drawn
        """What an agent is doing."""
        expected = _expected(expect, self.reference.presence.presence(tenant, record.user), record)
        self.both(lambda store: store.presence.put_presence(tenant, record, expected=expected))

    @step(tenant=tenants, user=users, password=passwords, expect=expectations)
    def put_password(self, tenant: TenantId, user: UserId, password: Any, expect: str) -> None:  # noqa: ANN401  as drawn
        """A password is set."""
        expected = _expected(expect, self.reference.credentials.password(tenant, user), password)
        self.both(lambda store: store.credentials.put_password(tenant, user, password, expected=expected))

    @step(record=code_records, expect=expectations)
    def put_codes(self, record: Any, expect: str) -> None:  # noqa: ANN401  as drawn
        """A code is issued or tried."""
        expected = _expected(expect, self.reference.codes.codes(record.key), record)
        self.both(lambda store: store.codes.put_codes(record, expected=expected))

    @step(token=tokens, expect=expectations)
    def put_token(self, token: Any, expect: str) -> None:  # noqa: ANN401  as drawn
        """A token is issued, used or revoked."""
        expected = _expected(expect, self.reference.tokens.token(token.tenant, token.digest), token)
        self.both(lambda store: store.tokens.put_token(token, expected=expected))

    @step(tenant=tenants, assigned=stickies)
    def assign(self, tenant: TenantId, assigned: Any) -> None:  # noqa: ANN401  as drawn
        """Somebody served a caller."""
        self.both(lambda store: store.sticky.assign(tenant, assigned))

    @step(tenant=tenants, offered=offers, expected=st.none() | users)
    def offer(self, tenant: TenantId, offered: Any, expected: UserId | None) -> None:  # noqa: ANN401  as drawn
        """A department offers a call."""
        self.both(lambda store: store.rotation.offer(tenant, offered, expected=expected))

    @step(tenant=tenants, noted=notes)
    def note(self, tenant: TenantId, noted: Any) -> None:  # noqa: ANN401  as drawn
        """Something was refused."""
        self.both(lambda store: store.audit.note(tenant, noted))

    @step(tenant=tenants, user=users, part=repositories)
    def forget(self, tenant: TenantId, user: UserId, part: str) -> None:
        """A user is forgotten in one place, or what is dead is."""
        match part:
            case "credentials":
                self.both(lambda store: store.credentials.remove_password(tenant, user))
            case "the dead":
                self.both(lambda store: store.sticky.forget_dead(tenant, at=AT + timedelta(minutes=1)))
            case _:
                self.both(lambda store: getattr(store, part).forget_user(tenant, user))

    # ---- all that is stored

    @invariant()
    def tenants_are_equal(self) -> None:
        """The latest versions are the same, and so are the logs."""
        self.both(lambda store: store.tenants.tenant_ids())
        for tenant in self.versions:
            self.both(lambda store, tenant=tenant: store.tenants.load(tenant))  # type: ignore[misc]
            self.both(lambda store, tenant=tenant: store.tenants.history(tenant, AuditQuery()))  # type: ignore[misc]
            # Secrets take no part in comparison.
            log = self.adapter.tenants.history(tenant, AuditQuery())
            assert not any(entry.change.secrets for entry in log), "expected a log without secrets"

    @step(tenant=tenants)
    def look(self, tenant: TenantId) -> None:
        """Everything that can be read of a tenant is the same."""
        for read in _reads(tenant, self.versions.get(tenant, ())):
            self.both(read)

    def teardown(self) -> None:
        """At the end as well."""
        for tenant in self.versions:
            self.look(tenant)

    def now(self) -> Any:  # noqa: ANN401  as drawn
        """An instant: each step is a second later, but for a clock that is set back now and then."""
        self.clock += 1
        return AT + timedelta(seconds=self.clock if self.clock % 7 else -self.clock, microseconds=self.clock)


def _outcome(do: Callable[[Store], object], store: Store) -> object:
    """What it gives, or how it is refused: the kind of the error and its codes."""
    try:
        return do(store)
    except AgentprovError as error:
        return type(error).__name__, error.codes


def _expected(what: str, there: object, new: object) -> Any:  # noqa: ANN401  a record of whatever kind
    match what:
        case "nothing":
            return None
        case "something else":
            return new
        case _:
            return there


def _reads(tenant: TenantId, known: Sequence[Tenant]) -> Iterable[Callable[[Store], object]]:
    """Every way to read what is stored of a tenant."""
    latest = known[-1].version if known else 1
    yield lambda store: store.tenants.load(tenant)
    yield lambda store: store.tenants.founding(tenant)
    for version in range(latest - 4, latest + 2):
        yield lambda store, version=version: store.tenants.changes_since(tenant, version)  # type: ignore[misc]
    for key in KEYS:
        yield lambda store, key=key: store.tenants.committed(tenant, key)  # type: ignore[misc]
    half = AT + timedelta(seconds=5)
    queries = [
        AuditQuery(actor=USERS[0]),
        AuditQuery(since=half),
        AuditQuery(until=half),
        AuditQuery(limit=2),
        AuditQuery(limit=2, newest=True),
    ]
    queries += [AuditQuery(about=(kind, id_)) for kind in (Kind.USERS, Kind.DEPARTMENTS) for id_ in USERS]
    for query in queries:
        yield lambda store, query=query: store.tenants.history(tenant, query)  # type: ignore[misc]
        yield lambda store, query=query: store.audit.notes(tenant, query)  # type: ignore[misc]
    for user in USERS:
        yield from _reads_of_user(tenant, user)
    for digest in DIGESTS:
        yield lambda store, digest=digest: store.tokens.token(tenant, digest)  # type: ignore[misc]
    yield lambda store: store.presence.everybody(tenant)
    yield lambda store: dict(store.rotation.rotation(tenant))
    for minutes in range(3):
        at = AT + timedelta(minutes=minutes)
        yield lambda store, at=at: dict(store.sticky.last_agents(tenant, CALLER, at=at))  # type: ignore[misc]


def _reads_of_user(tenant: TenantId, user: UserId) -> Iterable[Callable[[Store], object]]:
    """Every way to read what is kept of one user."""
    yield lambda store: store.credentials.password(tenant, user)
    yield lambda store: store.presence.presence(tenant, user)
    yield lambda store: store.tokens.tokens(tenant, user)
    for purpose in CodePurpose:
        key = CodeKey(tenant=tenant, user=user, purpose=purpose)
        yield lambda store, key=key: store.codes.codes(key)  # type: ignore[misc]
