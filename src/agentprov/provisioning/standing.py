"""Where a stored tenant stands with what is asked of new ones: warnings, for the tenant loads (ID-9 to ID-11).

What the blueprint requires binds creating and updating; what the numbering plans and the mail domains have is asked of
what people type. Both change while a tenant lies stored, and neither may keep it from being read.
"""

from __future__ import annotations

from collections.abc import Iterator

from agentprov.engine.sleeping import sleeping_values
from agentprov.errors import Path, Problem
from agentprov.model.emails import verify_email
from agentprov.model.phones import verify_phone
from agentprov.model.properties import Level
from agentprov.model.references import Kind
from agentprov.model.tenant import Tenant
from agentprov.provisioning.forwarding import forward_problems, stored_forwards
from agentprov.provisioning.levels import sleeping_problem
from agentprov.provisioning.rules import missing_fields


def required_missing(tenant: Tenant) -> tuple[Problem, ...]:
    """A warning for each field that the blueprint requires of a stored user who hasn't got it.

    Of fields of which at least one is required (``contact.required``) the path names the first. A password isn't asked
    for: it is kept apart from the user.
    """
    return tuple(
        Problem(code=code, path=("users", user.id, fields[0]), parameters={"fields": fields})
        for user in tenant.users.values()
        for code, fields in missing_fields(tenant.blueprint, user)
    )


def doubtful_contacts(tenant: Tenant) -> tuple[Problem, ...]:
    """A warning for each stored number that today's numbering plans don't have, and each address that is refused today.

    Numbers of users, of the tenant and of its caller IDs are asked about, each once, sorted: the numbering library is
    twenty times slower when regions come mixed.
    """
    phones = sorted(_phones(tenant), key=lambda each: each[1])
    emails = sorted((user.email, user.id) for user in tenant.users.values() if user.email is not None)
    found = [problem.under(*path) for path, phone in phones for problem in verify_phone(phone)]
    found += [problem.under("users", id_, "email") for email, id_ in emails for problem in verify_email(email)]
    return tuple(sorted(found, key=lambda problem: problem.where))


def values_asleep(tenant: Tenant) -> tuple[Problem, ...]:
    """A warning for each value of a property that a lock or a bound keeps from counting (PR-4)."""
    places = {Level.USER_GROUP: Kind.USER_GROUPS.value, Level.USER: Kind.USERS.value}
    return tuple(
        sleeping_problem(tenant, name, each, *path, "properties", name)
        for name, each in sleeping_values(tenant)
        for path in [(places[each.source.level], str(each.source.id)) if each.source.id is not None else ()]
    )


def forwards_astray(tenant: Tenant) -> tuple[Problem, ...]:
    """A warning for each place to which a stored user's calls are forwarded and that isn't allowed today.

    That is one at a premium rate, or in a country that neither is the tenant's own nor is listed in its
    ``forward_countries``. Paths are those of the user: ``calling.forward``, ``calling.hours.failover``.
    """
    return tuple(
        problem.under("users", user.id, *place)
        for user in tenant.users.values()
        for place, phone in stored_forwards(user)
        for problem in forward_problems(tenant.settings, phone)
    )


def _phones(tenant: Tenant) -> Iterator[tuple[Path, str]]:
    for user in tenant.users.values():
        path = ("users", user.id)
        if user.phone is not None:
            yield (*path, "phone"), user.phone
        if user.mobile is not None:
            yield (*path, "mobile"), user.mobile
        for position, phone in enumerate(user.alternate_numbers):
            yield (*path, "alternate_numbers", position), phone
        if isinstance(user.calling.forward, str):
            yield (*path, "calling", "forward"), user.calling.forward
    for number in tenant.numbers.values():
        yield ("numbers", number.id, "phone"), number.phone
    for caller_id in tenant.caller_ids.values():
        yield ("caller_ids", caller_id.id, "phone"), caller_id.phone
