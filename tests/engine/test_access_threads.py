"""Threads share an engine: who reads a version gets its answers, whatever is published meanwhile (PF-15).

The tenant of version `n` follows a rule that a person can reckon (:func:`company_of`), and so do its answers
(:func:`expected_of`); nothing expected here comes from the engine. The interpreter is told to switch threads as often
as it can, so that they meet while tables are being filled.
"""

from __future__ import annotations

import gc
import sys
import threading
import time
from collections.abc import Callable, Iterator
from functools import cache
from itertools import cycle, islice
from typing import Final

import attrs
import pytest

from agentprov.engine.access import Access
from agentprov.engine.decisions import DeniedBy, Granted, Object
from agentprov.errors import NotFound
from agentprov.model.access import ChosenKind, Within
from agentprov.model.ids import UserId
from agentprov.model.references import Kind
from agentprov.model.tenant import Tenant
from agentprov.model.users import Status
from tests.engine.companies import DEPARTMENTS, chosen, company, grant, role, user

READERS: Final = 4
VERSIONS: Final = 1_000
Question = tuple[str, str, str | None]
QUESTIONS: Final[tuple[Question, ...]] = (
    ("u-asha", "user:edit", "u-ravi"),
    ("u-asha", "user:edit", "u-bela"),
    ("u-asha", "queue:view", "u-ravi"),
    ("u-bela", "user:view", "u-ravi"),
    ("u-bela", "user:view", "u-asha"),
    ("u-bela", "user:view", None),
    ("u-omar", "user:view", "u-omar"),
    ("u-omar", "user:view", "u-asha"),
    ("u-nobody", "user:view", "u-asha"),
    ("u-bela", "user:view", "u-nobody"),
)

Answers = tuple[bool, ...]


def company_of(number: int) -> Tenant:
    """The tenant of a version, in which every number that divides it changes something.

    - 2: Asha has the role of a lead, who edits the users of the home department.
    - 3: Ravi is at home in Asha's department, and else in another one.
    - 4: Omar, who may see himself, is disabled.
    - 5: Bela, who may see everybody, is denied Ravi.
    - 7: a lead inherits the right to see the queues of the agents who are the lead's own.
    """
    north, south, _ = DEPARTMENTS
    hidden = [grant("user:view", chosen(ChosenKind.USER, "u-ravi"), deny=True)] if number % 5 == 0 else []
    junior = [grant("queue:view", Within.OWN_AGENTS)] if number % 7 == 0 else []
    tenant = company(
        user("u-asha", roles=["lead"] if number % 2 == 0 else [], home_department=north),
        user("u-bela", grant("user:view"), *hidden, home_department=north),
        user("u-ravi", home_department=north if number % 3 == 0 else south, supervisor=UserId("u-asha")),
        user("u-omar", grant("user:view", Within.SELF), status=Status.DISABLED if number % 4 == 0 else Status.ACTIVE),
        role("lead", grant("user:edit", Within.HOME_DEPARTMENT), inherits=["junior"]),
        role("junior", *junior),
    )
    return attrs.evolve(tenant, version=number)


def expected_of(number: int) -> Answers:
    """The answers to the questions in a version."""
    return (
        number % 6 == 0,
        number % 2 == 0,
        number % 14 == 0,
        number % 5 != 0,
        True,
        number % 5 != 0,
        number % 4 != 0,
        False,
        False,
        False,
    )


def seers_of_ravi(number: int) -> set[str]:
    """Who may see Ravi in a version."""
    return {"u-bela"} if number % 5 != 0 else set()


def allowed(access: Access) -> Answers:
    """The plain answers."""
    return tuple(access.allows(*question) for question in QUESTIONS)


def explained(access: Access) -> Answers:
    """The answers that say why, each of which must say why."""
    decisions = [access.decide(*question) for question in QUESTIONS]
    for decision in decisions:
        assert decision.allowed is any(isinstance(reason, Granted) for reason in decision.reasons)
    assert any(isinstance(reason, DeniedBy) for reason in decisions[3].reasons) is (access.tenant.version % 5 == 0)
    return tuple(decision.allowed for decision in decisions)


@pytest.fixture(autouse=True)
def _hurried() -> Iterator[None]:
    """Threads that take turns every ten microseconds instead of every five milliseconds."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(usual)


def together(*tasks: Callable[[], None]) -> None:
    """Run tasks in as many threads, from the same moment on; whatever one raises is raised here."""
    start = threading.Barrier(len(tasks))
    raised: list[BaseException] = []

    def run(task: Callable[[], None]) -> None:
        try:
            start.wait()
            task()
        except BaseException as error:  # noqa: BLE001  raised below, in the thread of the test
            raised.append(error)

    threads = [threading.Thread(target=run, args=(task,)) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for error in raised:
        raise error


def test_the_answers_by_hand_are_those_of_one_thread() -> None:
    """AC-2: read by one thread, every version answers what its number says, and no two in a row answer alike."""
    for number in range(1, 421):
        access = Access(company_of(number))
        assert expected_of(number) == allowed(access) == explained(access)
        assert seers_of_ravi(number) == access.who("user:view", "u-ravi")
        assert expected_of(number) != expected_of(number + 1)


@pytest.mark.parametrize("alike", [False, True], ids=["from nothing", "like the one before"])
def test_every_answer_is_of_the_version_that_was_read(*, alike: bool) -> None:
    """PF-15: four threads ask while a thousand versions are published; every answer is of the version read."""
    tenants = [company_of(number) for number in range(1, VERSIONS + 1)]
    published = [Access(tenants[0])]
    seen: list[set[int]] = [set() for _ in range(READERS)]
    last = [0] * READERS
    over = threading.Event()

    def read(reader: int) -> None:
        try:
            for ask in cycle((allowed, explained)):
                last_round = over.is_set()
                access = published[0]
                assert expected_of(access.tenant.version) == ask(access)
                last[reader] = access.tenant.version
                seen[reader].add(last[reader])
                if last_round:
                    return
        finally:
            last[reader] = VERSIONS  # whoever stopped isn't waited for

    def write() -> None:
        try:
            for tenant in tenants[1:]:
                published[0] = Access(tenant, like=published[0] if alike else None)
                # Every tenth version is read by all before the next comes; the others come while they are being read.
                while tenant.version % 10 == 0 and min(last) < tenant.version:
                    time.sleep(0)
        finally:
            over.set()

    together(write, *(lambda reader=reader: read(reader) for reader in range(READERS)))
    assert [True] * READERS == [len(each) >= VERSIONS // 10 for each in seen]


@pytest.mark.parametrize("alike", [False, True], ids=["from nothing", "like another"])
def test_threads_that_fill_one_engine_get_the_same_answers(*, alike: bool) -> None:
    """PF-15: four threads that are the first to ask, all at once and each in another order, are answered right."""
    before = Access(company_of(1))
    for number in range(1, 101):
        access = Access(company_of(number), like=before if alike else None)
        expected = dict(zip(QUESTIONS, expected_of(number), strict=True))

        def ask(
            first: int, access: Access = access, expected: dict[Question, bool] = expected, number: int = number
        ) -> None:
            order = list(islice(cycle(QUESTIONS), first, first + len(QUESTIONS)))
            assert [expected[each] for each in order] == [access.allows(*each) for each in order]
            assert seers_of_ravi(number) == access.who("user:view", "u-ravi")
            assert expected_of(number) == explained(access)

        together(*(lambda first=first: ask(first) for first in range(0, 3 * READERS, 3)))
        before = access


# ---- memory ---------------------------------------------------------------------------------------------------------

STRANGERS: Final = 1_000_000
NEGLIGIBLE: Final = 1_000
"""Blocks of memory that may come and go whatever is done."""


def ask_of_strangers(allows: Callable[..., bool], many: int) -> None:
    """Ask about so many users, objects and permissions that nobody has heard of, no two alike."""
    for number in range(0, many, 10):
        for other in range(number, number + 4):
            allows(f"u-{other}", "user:view", "u-asha")
            allows("u-bela", "user:view", f"u-{other}")
        allows("u-bela", "user:view", Object(kind=Kind.QUEUES, id=f"q-{number}"))
        with pytest.raises(NotFound):
            allows("u-bela", f"user:do-{number}", "u-asha")


def kept(allows: Callable[..., bool], many: int) -> int:
    """How many blocks of memory are kept for good by so many questions."""
    ask_of_strangers(allows, 100)
    gc.collect()
    before = sys.getallocatedblocks()
    ask_of_strangers(allows, many)
    gc.collect()
    return sys.getallocatedblocks() - before


def test_strangers_leave_nothing_behind() -> None:
    """PF-15, AC-2: a million questions about users, objects and permissions that aren't there leave memory flat."""
    assert kept(Access(company_of(1)).allows, STRANGERS) < NEGLIGIBLE


def test_an_engine_that_remembered_strangers_would_be_seen() -> None:
    """The control of the test above: answers that are remembered are counted."""
    assert kept(cache(Access(company_of(1)).allows), 10 * NEGLIGIBLE) > NEGLIGIBLE
