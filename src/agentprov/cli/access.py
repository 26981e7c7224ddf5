"""``agentprov can``: may a user do this, and why."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import Final

from agentprov.cli.commands import Command
from agentprov.cli.output import Answer, Json, Page, Piece, bad, faint, good, plain_data, strong
from agentprov.cli.questions import (
    action_words,
    find_object,
    find_permission,
    kind_word,
    object_data,
    permission_argument,
    target_words,
)
from agentprov.cli.refusals import count
from agentprov.cli.sources import load_tenant, tenant_argument
from agentprov.cli.tenants import find_user, named
from agentprov.cli.why import why_page
from agentprov.engine.access import Access
from agentprov.engine.decisions import Decision, NotGranted, Object
from agentprov.engine.sentences import reason_words, sentence, user_name
from agentprov.model.access import Permission
from agentprov.model.references import Kind
from agentprov.model.tenant import Tenant

NO: Final = 1


def _arguments(parser: ArgumentParser) -> None:
    tenant_argument(parser)
    parser.add_argument("user", metavar="USER", help="who wants to: the id or login of a user")
    permission_argument(parser)
    where = parser.add_mutually_exclusive_group()
    where.add_argument(
        "--on",
        metavar="ID",
        help="to what: a user's id, or KIND:ID, such as number:n-1 or department:d-1; the whole tenant if left out",
    )
    where.add_argument(
        "--anywhere", action="store_true", help="whether there is any object at all: the question of a menu"
    )
    parser.add_argument(
        "--why",
        action="store_true",
        help="explain it: every grant behind the answer, what its scope compares, who gave it and when",
    )


def _run(arguments: Namespace) -> Answer:
    tenant = load_tenant(arguments)
    user = find_user(tenant, arguments.user)
    permission = find_permission(tenant, arguments.permission)
    on = None if arguments.on is None else find_object(tenant, arguments.on)
    access = Access(tenant)
    anywhere: bool = arguments.anywhere
    decision = access.decide_anywhere(user.id, permission) if anywhere else access.decide(user.id, permission, on)
    reached = _reached(access, user.id, permission) if anywhere else {}
    words = [reason_words(tenant, user.id, on, reason) for reason in decision.reasons]
    target = target_words(tenant, on)
    said = sentence(tenant, user.id, permission, on, decision)
    if anywhere:
        target = ("somewhere in the tenant" if decision.allowed else "anywhere in the tenant",)
        may = "may" if decision.allowed else "may not"
        question = f"{user_name(tenant, user.id)} {may} {action_words(permission)} {target[0]} ({permission})"
        said = f"{question}: {'; and '.join(words)}"
    page = _answer(tenant, user.id, permission, target, decision)
    page.gap()
    if reached:
        page.line("reaches ", ", ".join(count(number, kind.noun) for kind, number in reached.items()), indent=2)
        page.gap()
    if arguments.why:
        page.line(said, indent=2)
        page.gap()
        page.extend(why_page(access, user.id, permission, on, decision, anywhere=anywhere))
    else:
        page.extend(_short(tenant, user.id, on, decision))
    return Answer(
        status=0 if decision.allowed else NO,
        page=page,
        data={
            "user": user.id,
            "permission": permission,
            "on": None if on is None else object_data(on),
            "allowed": decision.allowed,
            "reasons": plain_data(decision.as_data()["reasons"]),
            "words": words,
            "sentence": said,
            **_anywhere_data(reached, anywhere=anywhere),
        },
    )


def _reached(access: Access, user: str, permission: Permission) -> dict[Kind, int]:
    """How many objects of each kind are reached."""
    numbers = {kind: len(access.objects(user, permission, kind)) for kind in Kind}
    return {kind: number for kind, number in numbers.items() if number}


def _anywhere_data(reached: dict[Kind, int], *, anywhere: bool) -> dict[str, Json]:
    return {"reached": {kind_word(kind): number for kind, number in reached.items()}} if anywhere else {}


def _answer(tenant: Tenant, user: str, permission: str, target: tuple[Piece, ...], decision: Decision) -> Page:
    page = Page()
    page.line(
        good("yes") if decision.allowed else bad("no"),
        ": ",
        *named(tenant, Kind.USERS, user),
        " may " if decision.allowed else " may not ",
        strong(action_words(permission)),
        " ",
        *target,
        faint(f"  {permission}"),
    )
    return page


def _short(tenant: Tenant, user: str, on: Object | None, decision: Decision) -> Page:
    """One reason; the others are counted."""
    page = Page()
    first, *others = decision.reasons
    more = len(others)
    if isinstance(first, NotGranted) and len(first.nearest) > 1:
        more = len(first.nearest) - 1
        first = NotGranted(nearest=first.nearest[:1])
    note = (faint(f" (and {more} more: --why)"),) if more else ()
    page.item(reason_words(tenant, user, on, first), *note)
    return page


COMMAND: Final = Command(
    name="can",
    summary="Tell whether a user may do something, and why",
    details=(
        "The reason of a yes is a grant that allows it. The reason of a no is what forbids it or, if nothing does,"
        " that nothing grants it and what comes nearest. With --why it is explained to the end: every such grant with"
        " the way by which they hold it, what each part of its scope compares, and who gave it when.\n\n"
        "Without --on the question is about the whole tenant: a deny for any part of it is a no. --anywhere asks"
        " whether there is any object at all.\n\n"
        "The exit status is 0 for yes and 1 for no."
    ),
    examples=(
        "can smartflo.toml u-asha user:edit --on u-ravi",
        "can smartflo.toml u-asha user:edit --on u-tanvi --why",
        "can smartflo.toml u-asha number:view --on number:n-main",
        "can smartflo.toml u-asha user:edit --anywhere",
    ),
    arguments=_arguments,
    run=_run,
)
