"""Trying a change out before it is given: what the tenant as a whole says of it, in the words of the form."""

from __future__ import annotations

from collections.abc import Callable

from agentprov.errors import Code, Collector, InvalidValue, Problem
from agentprov.model.changes import Change
from agentprov.model.ids import UserId
from agentprov.model.tenant import Tenant
from agentprov.provisioning.fields import field_at, fields_of
from agentprov.provisioning.forms import Reading, in_field_order, problem_fields
from agentprov.provisioning.typed_form import NEUTRAL, TypedForm


def settle(
    tenant: Tenant, user: UserId, reading: Reading, make: Callable[[TypedForm], Change], found: Collector
) -> tuple[Change, Tenant]:
    """The change that a reading makes without its faulty fields, and the tenant it leads to.

    In ``found`` is afterwards everything that the tenant objects to.

    A fault in one field would hide another's: of a tenant with a reference to nowhere no route can be walked. So a
    faulty field is put back to what it was and the rest is tried again, with at least one field less each time.

    Raises:
        InvalidValue: with everything found, when what the tenant objects to isn't in a field of this form.
    """
    known = frozenset(fields_of(tenant.blueprint))
    reading = reading.without(problem_fields(found.problems) & known)
    while True:
        try:
            change = make(reading.typed)
            after = change.apply(tenant)
        except InvalidValue as error:
            problems = [in_form(problem, user, reading.typed) for problem in error.problems]
            fresh = [problem for problem in problems if problem_fields([problem]) & (known - reading.faulty)]
            if not fresh:
                raise InvalidValue(in_field_order(tenant.blueprint, [*found.problems, *problems])) from None
            found.absorb(fresh)
            reading = reading.without(problem_fields(fresh))
        else:
            return change, after


def in_form(problem: Problem, user: UserId, typed: TypedForm = NEUTRAL) -> Problem:
    """The problem at the field of the form that it is about, if it is about one.

    A part of a user that can't be built has no user in its path. Of two users with one login the tenant names the later
    one; of a circle of supervisors, any: seen from the form, it is this user's field, and somebody else is the holder.
    """
    path, parameters = problem.path, problem.parameters
    if path[:1] == ("users",):
        other = str(path[1])
        if other != user and "holder" not in parameters and problem.code is not Code.REFERENCE_CYCLE:
            return problem
        if other != user and "holder" in parameters:
            parameters = {**parameters, "holder": other}
        path = path[2:]
    for position, each in enumerate(typed.personal_profiles):
        if path[:2] == ("profiles", each.id):
            return Problem(code=problem.code, path=("personal_profiles", position, *path[2:]), parameters=parameters)
    at = field_at(path)
    if at is None:
        return problem
    name, rest = at
    return Problem(code=problem.code, path=(name, *rest), parameters=parameters)
