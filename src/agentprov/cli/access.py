"""``agentprov can``: may a user do this, and why."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import Final

from agentprov.cli.commands import Command
from agentprov.cli.mistakes import Mistake, did_you_mean, nearest
from agentprov.cli.output import Answer, Page, bad, faint, good, plain_data, strong
from agentprov.cli.tenants import find, find_number, find_user, load_tenant, named, tenant_argument
from agentprov.engine.access import Access
from agentprov.engine.decisions import Decision, Object
from agentprov.engine.sentences import sentence
from agentprov.model.references import Kind
from agentprov.model.tenant import Tenant
from agentprov.model.users import User

NO: Final = 1


def _kind_word(kind: Kind) -> str:
    """What comes before the colon: ``agent-group``."""
    return kind.noun.replace(" ", "-")


_KINDS: Final = {_kind_word(kind): kind for kind in Kind}


def _arguments(parser: ArgumentParser) -> None:
    tenant_argument(parser)
    parser.add_argument("user", metavar="USER", help="who wants to: the id or login of a user")
    parser.add_argument("permission", metavar="PERMISSION", help="what: section:action of the tenant's catalogue")
    parser.add_argument(
        "--on",
        metavar="ID",
        help="to what: a user's id, or KIND:ID, such as number:n-1 or department:d-1; the whole tenant if left out",
    )


def _run(arguments: Namespace) -> Answer:
    tenant = load_tenant(arguments.file)
    user = find_user(tenant, arguments.user)
    permission = _permission(tenant, arguments.permission)
    on = None if arguments.on is None else _object(tenant, arguments.on)
    access = Access(tenant)
    decision = access.decide(user.id, permission, on)
    return Answer(
        status=0 if decision.allowed else NO,
        page=_page(tenant, user.id, permission, on, decision),
        data={
            "user": user.id,
            "permission": permission,
            "on": None if on is None else {"kind": _kind_word(on.kind), "id": on.id},
            "allowed": decision.allowed,
            "reasons": plain_data(decision.as_data()["reasons"]),
            "words": list(_reasons(tenant, user.id, permission, on, decision)),
        },
    )


def _permission(tenant: Tenant, text: str) -> str:
    catalogue = tenant.blueprint.catalogue
    if text in catalogue.permissions:
        return text
    section, colon, action = text.partition(":")
    if colon and action == "*" and section in catalogue.sections:
        choices = ", ".join(f"{section}:{each}" for each in catalogue.sections[section])
        raise Mistake(f"`{text}` can be granted, not asked for", f"ask for one action: {choices}")
    known = ", ".join(f"{section} ({', '.join(actions)})" for section, actions in catalogue.sections.items())
    near = nearest(text, sorted(catalogue.permissions))
    raise Mistake(f"there is no permission `{text}`", did_you_mean(near, f"the catalogue has: {known}"))


def _object(tenant: Tenant, text: str) -> Object:
    prefix, colon, id_ = text.partition(":")
    kind = _KINDS.get(prefix)
    if not colon or kind is None or text in tenant.users:
        if colon and text not in tenant.users:
            choices = f"write ID for a user, or KIND:ID, where KIND is one of: {', '.join(_KINDS)}"
            raise Mistake(
                f"`{prefix}` is no kind of object",
                did_you_mean((f"{word}:{id_}" for word in nearest(prefix, _KINDS)), choices),
            )
        return Object(kind=Kind.USERS, id=_user(tenant, text).id)
    match kind:
        case Kind.USERS:
            return Object(kind=kind, id=find_user(tenant, id_).id)
        case Kind.NUMBERS:
            return Object(kind=kind, id=find_number(tenant, id_).id)
        case _:
            return Object(kind=kind, id=find(tenant, kind, id_))


def _user(tenant: Tenant, text: str) -> User:
    """The user of this id or login; where it is the id of something else, how that is named.

    Raises:
        Mistake: there is no such user.
    """
    try:
        return find_user(tenant, text)
    except Mistake as mistake:
        others = [f"{word}:{text}" for word, kind in _KINDS.items() if text in tenant.table(kind)]
        raise Mistake(mistake.message, did_you_mean(others, mistake.mend)) from None


def _reasons(tenant: Tenant, user: str, permission: str, on: Object | None, decision: Decision) -> tuple[str, ...]:
    """One sentence for each reason, without the repetition of the question."""
    question = sentence(tenant, user, permission, on, Decision(allowed=decision.allowed, reasons=()))
    each = (Decision(allowed=decision.allowed, reasons=(reason,)) for reason in decision.reasons)
    return tuple(sentence(tenant, user, permission, on, one).removeprefix(question) for one in each)


def _page(tenant: Tenant, user: str, permission: str, on: Object | None, decision: Decision) -> Page:
    page = Page()
    target = ("everything in the tenant",) if on is None else named(tenant, on.kind, on.id)
    kind = "" if on is None or on.kind is Kind.USERS else f"the {on.kind.noun} "
    page.line(
        good("yes") if decision.allowed else bad("no"),
        ": ",
        *named(tenant, Kind.USERS, user),
        " may " if decision.allowed else " may not ",
        strong(permission.partition(":")[2].replace("_", " ")),
        " ",
        kind,
        *target,
        faint(f"  {permission}"),
    )
    page.gap()
    for reason in _reasons(tenant, user, permission, on, decision):
        page.item(reason)
    return page


COMMAND: Final = Command(
    name="can",
    summary="Tell whether a user may do something, and why",
    details=(
        "The reasons of a yes are all grants that allow it. The reasons of a no are what forbids it or, if nothing"
        " does, that nothing grants it and what comes nearest.\n\n"
        "The exit status is 0 for yes and 1 for no."
    ),
    examples=(
        "can smartflo.toml u-asha user:edit --on u-ravi",
        "can smartflo.toml u-asha number:view --on number:n-main",
    ),
    arguments=_arguments,
    run=_run,
)
