"""All rows of a plan tried together: what the tenant as a whole and the guards say of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import NamedTuple

import attrs

from agentprov.engine.access import Access
from agentprov.engine.admins import is_admin
from agentprov.engine.permits import USER_ADD, not_permitted
from agentprov.engine.separation import new_violations, separation_problems
from agentprov.engine.stronger import Strength
from agentprov.errors import Collector, InvalidValue, Problem, Refused
from agentprov.model.changes import Change, Edit
from agentprov.model.ids import UserId
from agentprov.model.references import Kind
from agentprov.model.tenant import Tenant
from agentprov.provisioning.blame import blamed, spread
from agentprov.provisioning.filter_gains import check_filters
from agentprov.provisioning.forms import problem_fields
from agentprov.provisioning.guards import check_taken, exceeding, without_admins
from agentprov.provisioning.lines import GROUP, Asking, Line, build
from agentprov.provisioning.others import Others
from agentprov.provisioning.requests import credential_fields, joining
from agentprov.provisioning.rulebook import RuleBook
from agentprov.provisioning.rules import check_rules
from agentprov.provisioning.trial import in_form


class Applied(NamedTuple):
    """A change, and the tenant it leads to."""

    change: Change
    after: Tenant


@attrs.frozen(kw_only=True, eq=False)
class Outcome:
    """What came out: the change of all good rows, or what no row can be blamed for."""

    applied: Applied | None = None
    whole: tuple[Problem, ...] = ()


def tried(asking: Asking, lines: Sequence[Line]) -> Outcome:
    """The outcome of the rows together. Whatever is found is noted at the rows, every fault of each.

    First all rows are tried, the faulty ones without their faulty fields, so that no fault hides another; then the good
    ones alone, because what a faulty row would have seen to doesn't happen.
    """
    tried_out = _all(asking, lines)
    return tried_out if tried_out.applied is None else _good(asking, lines, tried_out.applied)


# ---- all -------------------------------------------------------------------------------------------------------------


def _all(asking: Asking, lines: Sequence[Line]) -> Outcome:
    for line in lines:
        _settle_parts(asking, line)
    while True:
        by_user = {line.id: line for line in lines if line.after is not None or line.same}
        try:
            applied = _applied(asking, by_user.values())
        except InvalidValue as error:
            shares = [share for problem in error.problems for share in blamed(problem, by_user)]
            if not shares:
                return Outcome(whole=error.problems)
            for line, told in shares:
                _put_back(asking, line, told)
        else:
            return Outcome(applied=applied)


def _settle_parts(asking: Asking, line: Line) -> None:
    """Build the user of a row without its faulty fields; what doesn't fit together is noted, and put back too."""
    if line.reading is None or line.same:
        return
    reading = line.reading = line.reading.without(problem_fields(line.found.problems) & asking.fields.keys())
    while True:
        try:
            line.after = build(asking, line, reading.typed)
        except InvalidValue as error:
            problems = [in_form(problem, line.id) for problem in error.problems]
            fresh = [each for each in problems if problem_fields([each]) & (asking.fields.keys() - reading.faulty)]
            line.found.absorb(fresh or problems)
            if not fresh:
                line.after = None
                return
            reading = line.reading = reading.without(problem_fields(fresh))
        else:
            return


def _put_back(asking: Asking, line: Line, told: Problem) -> None:
    """Note a fault at a row, and put its field back; a row of which no field can be put back is left out."""
    line.found.absorb([told])
    if line.reading is None or line.after is None:
        return
    fresh = problem_fields([told]) & (asking.fields.keys() - line.reading.faulty)
    if fresh:
        line.reading = line.reading.without(fresh)
        _settle_parts(asking, line)
    else:
        line.after = None


# ---- the good ones ---------------------------------------------------------------------------------------------------


def _good(asking: Asking, lines: Sequence[Line], known: Applied) -> Outcome:
    book = RuleBook(asking.tenant.blueprint)
    while True:
        _drop_dependent(asking, book, lines)
        good = {line.id: line for line in lines if line.after is not None and not line.is_faulty}
        try:
            applied = _applied(asking, good.values()) if any(line.is_faulty for line in lines) else known
        except InvalidValue as error:
            problems: tuple[Problem, ...] = error.problems
            shares = [share for problem in problems for share in blamed(problem, good)]
        else:
            shares, problems = _objections(asking, applied.after, good)
            if not shares and not problems:
                return Outcome(applied=applied)
        if not shares:
            return Outcome(whole=problems)
        for line, told in shares:
            line.guards.absorb([told])


def _drop_dependent(asking: Asking, book: RuleBook, lines: Sequence[Line]) -> None:
    """Tell of the rows that can't go through without the faulty ones, until no more are found."""
    known = 0
    while known < (faulty := sum(line.is_faulty for line in lines)):
        known = faulty
        spread(asking.tenant, lines)
        _check_again(asking, book, [line for line in lines if not line.is_faulty])


def _check_again(asking: Asking, book: RuleBook, good: Sequence[Line]) -> None:
    """Ask the rules that look at other users again, now that the faulty rows change nobody."""
    planned = {line.id: line.reading.typed for line in good if line.reading is not None}
    others = Others(asking.tenant, planned, book)
    if asking.tenant.blueprint.supervisors or any(rule.unique for rule in asking.tenant.blueprint.rules):
        for line in good:
            if line.reading is not None and not line.same and not line.own_contact:
                check_rules(others, line.reading, line.id, line.found, Collector())


def _applied(asking: Asking, lines: Iterable[Line]) -> Applied:
    """What the rows do together: everybody's edit, and the departments that new users join.

    Raises:
        InvalidValue: the result wouldn't be whole.
    """
    changing = [line for line in lines if line.changes]
    edits = [Edit(kind=Kind.USERS, id=line.id, before=line.stored, after=line.after) for line in changing]
    new = (line.after for line in changing if line.stored is None and line.after is not None)
    change = Change(
        tenant=asking.tenant.id,
        base=asking.tenant.version,
        actor=asking.actor,
        edits=[*edits, *joining(asking.tenant, new)],
    )
    return Applied(change, change.apply(asking.tenant))


Shares = list[tuple[Line, Problem]]


def _objections(asking: Asking, after: Tenant, good: dict[UserId, Line]) -> tuple[Shares, tuple[Problem, ...]]:
    """What the guards say of the result: at the rows that can be blamed, and all of it."""
    if asking.actor is not None and not asking.adds_anywhere:
        access = Access(after)
        new = (line for line in good.values() if line.stored is None)
        refused = [(line, each) for line in new for each in not_permitted(access, asking.actor, USER_ADD, line.id)]
        if refused:
            return refused, ()  # want of permission comes first and alone
    shares: Shares = []
    whole: list[Problem] = []
    for problem in _handed_on(asking, after, good):
        found = [(line, _of_one(problem, line.id)) for line, _ in blamed(problem, good)]
        shares += found
        whole += [] if found else [problem]
    for line in good.values():
        if asking.actor is not None and line.stored is not None and line.changes and not line.own_contact:
            shares += [(line, each) for each in _refusal(partial(_taken, asking, after, line))]
    shares += _on_stronger(asking, after, good)
    for violation in new_violations(asking.tenant, after):
        guilty = sorted(violation.users & good.keys())
        for id_ in guilty:
            one = attrs.evolve(violation, users=frozenset({id_}))
            shares += [(good[id_], each) for each in separation_problems([one], "roles")]
        whole += [] if guilty else separation_problems([violation], "roles")
    for problem in without_admins(asking.tenant, after):
        old, new_access = Access(asking.tenant), Access(after)
        gone = [line for line in good.values() if is_admin(old, line.id) and not is_admin(new_access, line.id)]
        shares += [(line, problem) for line in gone]
        whole += [] if gone else [problem]
    return shares, tuple(whole)


def _handed_on(asking: Asking, after: Tenant, good: dict[UserId, Line]) -> tuple[Problem, ...]:
    """What goes beyond the actor: rights, sight, and the filters that a move brings."""
    tenant, actor, everybody = asking.tenant, asking.actor, len(after.users)
    found = [problem.under("roles") for problem in exceeding(tenant, after, actor, everybody)]
    if any(line.differs(GROUP) for line in good.values()):
        found += _refusal(lambda: check_filters(tenant, after, actor, everybody))
    return tuple(found)


def _on_stronger(asking: Asking, after: Tenant, good: dict[UserId, Line]) -> Shares:
    """What is set, of those who hold more than the actor, of what they sign in with."""
    strength = Strength(asking.access, asking.actor)
    shares: Shares = []
    for line in good.values():
        if line.stored is not None and line.reading is not None:
            fields = credential_fields(line.stored, after.users[line.id], line.reading.typed)
            shares += [(line, each) for each in (strength.objections(line.stored, *fields) if fields else ())]
    return shares


def _taken(asking: Asking, after: Tenant, line: Line) -> None:
    check_taken(asking.tenant, after.users[line.id], asking.actor, "roles")


def _refusal(check: Callable[[], None]) -> tuple[Problem, ...]:
    """What a guard refuses with."""
    try:
        check()
    except Refused as error:
        return error.problems
    return ()


def _of_one(problem: Problem, user: UserId) -> Problem:
    """The problem of many users as that of one."""
    return attrs.evolve(problem, parameters={**problem.parameters, "users": (user,)})
