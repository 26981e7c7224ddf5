"""SCIM's requests about users as changes: POST creates, PUT and PATCH update and move, DELETE deletes (PV-2, PV-12).

What a request says is compared with what the user's resource says now, and only what differs becomes a form. So a
client may send back all it read. Problems have SCIM's paths. Nothing is done until the change is committed; the host
does that, keeps what the client calls the resource, and hashes a password that came.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, Final

import attrs

from agentprov.engine.admins import USER_EDIT
from agentprov.engine.permits import USER_DELETE, stored_user
from agentprov.errors import Code, Collector, InvalidValue, Problem, Refused
from agentprov.interop.scim_attributes import Resource
from agentprov.interop.scim_directory import Directory
from agentprov.interop.scim_mapping import path_of
from agentprov.interop.scim_patch import patched
from agentprov.interop.scim_reading import read_resource
from agentprov.interop.scim_users import Values, form_values, user_resource
from agentprov.model.changes import Change, Edit
from agentprov.model.ids import UserId, user_id
from agentprov.model.live import Live
from agentprov.model.references import Item, Kind
from agentprov.model.secret import Secret
from agentprov.model.tenant import Tenant
from agentprov.model.text import text_problems
from agentprov.model.users import Status
from agentprov.provisioning.fields import fields_of
from agentprov.provisioning.forms import can_be_empty
from agentprov.provisioning.guards import check_logged_off
from agentprov.provisioning.moves import move_user
from agentprov.provisioning.statuses import block, deactivate, enable, reactivate, unblock
from agentprov.provisioning.users import create_user, delete_user, update_user


@attrs.frozen(kw_only=True)
class Outcome:
    """What a request comes to: the change, and what the host keeps beside the tenant."""

    id: str
    """The resource that it is about."""
    change: Change
    """Its warnings tell what of the request isn't kept (``scim.unmapped``)."""
    external_id: str | None = None
    """What the client calls the resource from now on."""


def create_user_from(
    directory: Directory,
    document: object,
    *,
    by: str | None,
    id: str | None = None,
    at: datetime | None = None,
    generated: Secret | None = None,
) -> Outcome:
    """What a POST to ``/Users`` comes to. The arguments are those of :func:`agentprov.provisioning.create_user`.

    With ``generated`` a user who comes without a password gets that one, for one use.

    Raises:
        Refused: as ``create_user`` does.
        InvalidValue: with every fault of the resource, ``scim.user_name_collides`` among them.
    """
    tenant = directory.tenant
    found, told = Collector(), Collector()
    resource = read_resource(directory.users_in_requests, document, found, told)
    form = _form(form_values(tenant, resource, found, told), found)
    external_id = external_id_of(resource, found)
    _check_login(directory, form.get("login"), found)
    asked = generated if generated is not None and "password" not in form else None
    if asked is not None:
        form["generate_password"] = True
    change = together(tenant, found, lambda: create_user(tenant, form, by=by, id=id, at=at, generated=asked))
    created = next(edit.id for edit in change.edits if edit.kind is Kind.USERS)
    return Outcome(id=created, change=warned(tenant, change, told), external_id=external_id)


def replace_user(
    directory: Directory,
    id: str,
    document: object,
    *,
    by: str | None,
    live: Live | None = None,
    at: datetime | None = None,
) -> Outcome:
    """What a PUT to a user comes to: an update, and a move where the user group is another one.

    An attribute that isn't in the resource is taken away; a password, and what always has a value, stays. So does a
    whole extension that the resource's ``schemas`` don't name: a client that doesn't know it can't mean to empty it.

    Raises:
        NotFound: ``user.unknown``.
        Refused: as ``update_user`` and ``move_user`` do; ``scim.user_name_collides``.
        InvalidValue: with every fault.
    """
    old = user_resource(directory, id, by=by)
    found, told = Collector(), Collector()
    resource = read_resource(directory.users_in_requests, document, found, told)
    named = {str(each).casefold() for each in _listed(document, "schemas")}
    for extension in directory.users_in_requests.extensions:
        if extension.id.casefold() not in named and extension.id not in resource and extension.id in old:
            resource[extension.id] = _written(directory, old).get(extension.id, {})
    return _revised(directory, id, old, resource, found=found, told=told, by=by, live=live, at=at)


def patch_user(
    directory: Directory,
    id: str,
    document: object,
    *,
    by: str | None,
    live: Live | None = None,
    at: datetime | None = None,
) -> Outcome:
    """What a PATCH of a user comes to.

    Raises:
        NotFound, Refused, InvalidValue: as for a PUT, and what :func:`agentprov.interop.scim_patch.patched` says.
    """
    old = user_resource(directory, id, by=by)
    stored_user(directory.tenant, UserId(id), user_id(by), USER_EDIT)
    found, told = Collector(), Collector()
    document_now = patched(directory.users_in_requests, old, document, told)
    resource = read_resource(directory.users_in_requests, document_now, found, told)
    return _revised(directory, id, old, resource, found=found, told=told, by=by, live=live, at=at)


def delete_user_from(directory: Directory, id: str, *, by: str | None, at: datetime, live: Live | None) -> Change:
    """What a DELETE of a user comes to: they are deleted or, where the blueprint has no deletion, blocked (PV-8).

    Whoever is blocked in such a tenant isn't there any more, seen through SCIM: an admin may let them in again.

    Raises:
        NotFound: ``user.unknown``.
        Refused: as ``delete_user`` does.
    """
    tenant, actor = directory.tenant, user_id(by)
    user = directory.user(id, actor)
    if tenant.blueprint.users_can_be_deleted:
        return delete_user(tenant, id, by=by, at=at, live=live)
    stored_user(tenant, user.id, actor, USER_DELETE)
    guards = Collector()
    check_logged_off(guards, live, user.id)
    change = block(tenant, id, by=by, live=live)
    guards.check(Refused)
    return change


# ---- the parts -------------------------------------------------------------------------------------------------------


def _revised(
    directory: Directory,
    id_: str,
    old: Resource,
    resource: Resource,
    *,
    found: Collector,
    told: Collector,
    by: str | None,
    live: Live | None,
    at: datetime | None,
) -> Outcome:
    """The change from what a resource says to what another one does."""
    tenant = directory.tenant
    before = form_values(tenant, _written(directory, old), Collector(), Collector())
    after = form_values(tenant, resource, found, told)
    external_id = external_id_of(resource, found)
    kept = {name: value for name, value in before.items() if name not in after and _always_has_a_value(tenant, name)}
    after |= kept
    differs = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    form = {name: after.get(name) for name in differs if name not in {"status", "user_group"}}
    steps: list[Callable[[Tenant], Change]] = []
    if form:
        steps.append(lambda now: update_user(now, id_, form, by=by, at=at))
    if "status" in differs and (active := _active(after, found)) is not None:
        steps.append(lambda now: _with_active(now, id_, active=active, by=by, live=live))
    if "user_group" in differs:
        to = after.get("user_group")
        if to is None or isinstance(to, str):
            steps.append(lambda now: move_user(now, id_, to=to, by=by, live=live))
        else:
            found.add(Code.FIELD_WRONG_TYPE, path_of("user_group"), expected="text", found="something else")
    if not steps:
        stored_user(tenant, UserId(id_), user_id(by), USER_EDIT)
    change = together(tenant, found, lambda: combined(tenant, user_id(by), steps))
    return Outcome(id=id_, change=warned(tenant, change, told), external_id=external_id)


def _always_has_a_value(tenant: Tenant, field: str) -> bool:
    return field in fields_of(tenant.blueprint) and not can_be_empty(field)


def _written(directory: Directory, resource: Resource) -> Resource:
    """A resource of ours as if a client had sent it."""
    return read_resource(directory.users_in_requests, resource, Collector(), Collector())


def _form(values: Values, found: Collector) -> Values:
    """The values for a new user, with the status that ``active`` means."""
    form = dict(values)
    if "status" in form:
        active = _active(form, found)
        form["status"] = (Status.DEACTIVATED if active is False else Status.ACTIVE).value
    return form


def _active(values: Values, found: Collector) -> bool | None:
    """Whether the account is to be active; nothing, and noted, if it can't be told."""
    active = values.get("status")
    if isinstance(active, bool):
        return active
    found.add(Code.FIELD_WRONG_TYPE, "active", expected="true or false", found="something else")
    return None


_BACK: Final = {Status.DISABLED: enable, Status.BLOCKED: unblock, Status.DEACTIVATED: reactivate}


def _with_active(now: Tenant, id_: str, *, active: bool, by: str | None, live: Live | None) -> Change:
    """The change that ``active`` means: a deactivation, or the way back from where the user is (LC-1)."""
    if not active:
        return deactivate(now, id_, by=by, live=live)
    return _BACK[now.users[UserId(id_)].status](now, id_, by=by)


def _check_login(directory: Directory, login: object, found: Collector) -> None:
    """Note a login that SCIM takes for another one; that the very same is taken, the tenant says."""
    if isinstance(login, str):
        for other in directory.holders(login):
            if directory.tenant.users[other].login != login:
                found.add(Code.SCIM_USER_NAME_COLLIDES, "userName", value=login[:80], other=other)


def external_id_of(resource: Resource, found: Collector) -> str | None:
    """What the client calls the resource; nothing if it doesn't call it anything."""
    given = resource.get("externalId")
    if given is not None and (problems := text_problems(given)):
        found.absorb(problems, "externalId")
        return None
    return given


def _listed(document: object, name: str) -> Iterable[Any]:
    value = document.get(name) if isinstance(document, dict) else None
    return value if isinstance(value, list) else ()


def combined(tenant: Tenant, by: UserId | None, steps: Iterable[Callable[[Tenant], Change]]) -> Change:
    """Several changes, each made on the tenant that the one before leads to, as one.

    Raises:
        InvalidValue: with what is wrong in any of them.
    """
    found = Collector()
    changes: list[Change] = []
    now = tenant
    for step in steps:
        try:
            change = step(now)
        except InvalidValue as error:
            found.absorb(error.problems)
        else:
            changes.append(change)
            now = change.apply(now)
    found.check()
    first: dict[tuple[Kind, str], Item | None] = {}
    last: dict[tuple[Kind, str], Item | None] = {}
    for edit in (edit for change in changes for edit in change.edits):
        first.setdefault((edit.kind, edit.id), edit.before)
        last[edit.kind, edit.id] = edit.after
    return Change(
        tenant=tenant.id,
        base=tenant.version,
        actor=by,
        edits=[
            Edit(kind=kind, id=id_, before=before, after=last[kind, id_])
            for (kind, id_), before in first.items()
            if before != last[kind, id_]
        ],
        events=[event for change in changes for event in change.events],
        warnings=[warning for change in changes for warning in change.warnings],
        secrets={name: secret for change in changes for name, secret in change.secrets.items()},
    )


_ROOT: Final = re.compile(r"(?:urn:.*:)?[A-Za-z$]*")


def together(tenant: Tenant, found: Collector, make: Callable[[], Change]) -> Change:
    """The change, or one error with what was wrong before and what the change finds; under SCIM's paths."""
    faulty = {_root(problem) for problem in found.problems if problem.path}
    try:
        change = make()
    except InvalidValue as error:
        later = [in_attributes(tenant, problem) for problem in error.problems]
        found.problems += [problem for problem in later if _root(problem) not in faulty]
        raise InvalidValue(found.problems) from None
    found.check()
    return change


def _root(problem: Problem) -> str:
    """The attribute that a problem is about."""
    found = _ROOT.match(str(problem.path[0])) if problem.path else None
    return "" if found is None else found[0]


def in_attributes(tenant: Tenant, problem: Problem) -> Problem:
    """The problem at the attribute that its field is; one that isn't at a field, as it is."""
    match problem.path:
        case (Kind.USERS.value, _, "status"):
            return Problem(code=problem.code, path=("active",), parameters=problem.parameters)
        case _:
            pass
    if not problem.path or problem.path[0] not in fields_of(tenant.blueprint):
        return problem
    field, *rest = problem.path
    return Problem(code=problem.code, path=(path_of(str(field)), *rest), parameters=problem.parameters)


def warned(tenant: Tenant, change: Change, told: Collector) -> Change:
    """The change with SCIM's paths in its warnings, and what was told behind them."""
    warnings = [in_attributes(tenant, warning) for warning in change.warnings]
    return attrs.evolve(change, warnings=[*warnings, *told.problems])
