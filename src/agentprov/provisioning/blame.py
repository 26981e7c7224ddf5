"""Which row a fault of the whole belongs to, and which rows fall with a row that has one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from agentprov.errors import Code, Problem
from agentprov.model.contact import email_key
from agentprov.model.ids import UserId
from agentprov.model.references import Kind, references
from agentprov.model.tenant import Tenant
from agentprov.model.users import User
from agentprov.model.whole import is_unique
from agentprov.provisioning.fields import field_at
from agentprov.provisioning.forms import problem_fields
from agentprov.provisioning.lines import Line
from agentprov.provisioning.trial import in_form

Lines = Mapping[UserId, Line]
"""The rows that are read, by whom they are about."""


def blamed(problem: Problem, lines: Lines) -> tuple[tuple[Line, Problem], ...]:
    """The rows that a fault of the whole tenant belongs to, with the fault as seen from there. None: nobody's."""
    path, parameters = problem.path, problem.parameters
    if path[:1] == (Kind.USERS.value,):
        user = UserId(str(path[1]))
        told = in_form(problem, user)
        if "holder" in parameters:
            return _of_holders(problem, told, (user, UserId(str(parameters["holder"]))), lines)
        if problem.code is Code.REFERENCE_CYCLE:
            circle = dict.fromkeys(map(UserId, str(parameters["witness"]).split(" -> ")))
            found = [lines[id_] for id_ in circle if id_ in lines and lines[id_].differs("supervisor")]
            return tuple((line, told) for line in found)
        if user in lines and lines[user].changes:
            return ((lines[user], told),)
    named = (lines[id_] for id_ in _named(problem) if id_ in lines)
    return tuple((line, problem) for line in named if line.changes)


def _of_holders(
    problem: Problem, told: Problem, users: tuple[UserId, UserId], lines: Lines
) -> tuple[tuple[Line, Problem], ...]:
    """Of two with one value the later row is at fault, or the one row that changes it."""
    (field, *_) = problem_fields([told]) or ("",)
    both = [lines[id_] for id_ in users if id_ in lines]
    found = [line for line in both if line.differs(field)] or [line for line in both if line.changes]
    if not found:
        return ()
    line = max(found, key=lambda each: each.row.number)
    (other,) = {*users} - {line.id} or {line.id}
    parameters = {**in_form(problem, line.id).parameters, "holder": other}
    if other in lines:
        parameters["row"] = lines[other].row.number
    return ((line, Problem(code=problem.code, path=told.path, parameters=parameters)),)


def _named(problem: Problem) -> Iterator[UserId]:
    """What could be a user among the parameters of a problem."""
    for value in problem.parameters.values():
        if isinstance(value, tuple):
            yield from map(UserId, value)
        elif isinstance(value, str):
            yield UserId(value)


Claims = frozenset[tuple[str, str]]


def _claims(tenant: Tenant, user: User | None) -> Claims:
    """What of a user must be nobody else's, by the names of the fields. The login never changes."""
    found: list[tuple[str, str]] = []
    if user is not None:
        if user.numeric_id is not None:
            found.append(("numeric_id", str(user.numeric_id)))
        if user.calling.extension is not None:
            found.append(("extension", user.calling.extension.number))
        if user.email is not None and is_unique(tenant.blueprint, "email", user):
            found.append(("email", email_key(user.email)))
        if user.mobile is not None and is_unique(tenant.blueprint, "mobile", user):
            found.append(("mobile", user.mobile))
    return frozenset(found)


def spread(tenant: Tenant, lines: Iterable[Line]) -> None:
    """Tell of every row that needs what a faulty row would have seen to: a user created, a value set free."""
    all_lines = tuple(lines)
    faulty = [line for line in all_lines if line.is_faulty]
    if not faulty:
        return
    waiting = _waiting(tenant, [line for line in all_lines if line.after is not None])
    while faulty:
        bad = faulty.pop()
        for line, field, value in waiting.get(bad.id, ()):
            if not line.is_faulty:
                line.found.add(Code.ROW_DEPENDS, field, row=bad.row.number, value=value)
                faulty.append(line)


def _waiting(tenant: Tenant, lines: Iterable[Line]) -> dict[UserId, list[tuple[Line, str, str]]]:
    """By the user of a row: the rows that need this row, at which field, and what they need."""
    freed: dict[tuple[str, str], UserId] = {}
    taken: list[tuple[Line, Claims]] = []
    created: set[UserId] = set()
    for line in lines:
        had, has = _claims(tenant, line.stored), _claims(tenant, line.after)
        freed.update(dict.fromkeys(had - has, line.id))
        taken.append((line, has - had))
        if line.stored is None:
            created.add(line.id)
    out: dict[UserId, list[tuple[Line, str, str]]] = {}
    for line, claims in taken:
        for field, key in sorted(claims & freed.keys()):
            out.setdefault(freed[field, key], []).append((line, field, key))
        if line.after is None:
            continue
        for each in references(line.after):
            if each.kind is Kind.USERS and each.id in created and each.id != line.id:
                place = field_at(each.path)
                field = str(each.path[0]) if place is None else place[0]
                out.setdefault(UserId(each.id), []).append((line, field, each.id))
    return out
