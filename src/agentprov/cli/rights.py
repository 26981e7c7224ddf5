"""``agentprov what``: what a user may do."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterable
from typing import Final

import attrs

from agentprov.cli.commands import Command
from agentprov.cli.output import Answer, Cell, Json, Page, bad, faint, good, plain_object, strong
from agentprov.cli.questions import MOST_NAMED, all_argument, extent_data, find_permission, kind_word
from agentprov.cli.refusals import count
from agentprov.cli.sources import load_tenant, tenant_argument
from agentprov.cli.tenants import find_user, name_text, named
from agentprov.engine.access import Access
from agentprov.engine.decisions import Held
from agentprov.engine.extents import Extent
from agentprov.engine.sentences import reason_words
from agentprov.model.access import Effect, Permission
from agentprov.model.references import Kind
from agentprov.model.tenant import Tenant
from agentprov.model.users import User
from agentprov.views.extents import effective, extent_words
from agentprov.views.reasons import held_words, source_words


def _arguments(parser: ArgumentParser) -> None:
    tenant_argument(parser)
    parser.add_argument("user", metavar="USER", help="the id or login of a user")
    parser.add_argument(
        "permission", metavar="PERMISSION", nargs="?", help="one section:action only; all of them if left out"
    )
    parser.add_argument("--objects", action="store_true", help="list the objects that each permission reaches")
    all_argument(parser)


@attrs.frozen(kw_only=True)
class _Right:
    """A permission of which a grant of the user speaks: how far it is held, the grants, and what it reaches."""

    permission: Permission
    extent: Extent
    held: tuple[Held, ...]
    objects: dict[Kind, tuple[str, ...]] | None = None


def _run(arguments: Namespace) -> Answer:
    tenant = load_tenant(arguments)
    user = find_user(tenant, arguments.user)
    one = None if arguments.permission is None else find_permission(tenant, arguments.permission)
    access = Access(tenant)
    gates = [reason_words(tenant, user.id, None, gate) for gate in access.classes[user.id].gates]
    asked = tenant.blueprint.catalogue.in_order if one is None else (one,)
    rights = [right for each in asked if (right := _right(access, user, each, objects=arguments.objects)).held]
    return Answer(
        status=0,
        page=_page(tenant, user, gates, rights, most=None if arguments.all else MOST_NAMED),
        data={
            "user": user.id,
            "roles": sorted(user.roles),
            "gates": list(gates),
            "permissions": [_data(tenant, right) for right in rights if right.extent.allowed],
            "denied": [_data(tenant, right) for right in rights if not right.extent.allowed],
        },
    )


def _right(access: Access, user: User, permission: Permission, *, objects: bool) -> _Right:
    extent = effective(access.extent(user.id, permission))
    reached: dict[Kind, tuple[str, ...]] | None = None
    if objects:
        ids = {kind: access.objects(user.id, permission, kind) for kind in Kind}
        reached = {kind: tuple(sorted(each)) for kind, each in ids.items() if each}
    return _Right(permission=permission, extent=extent, held=access.held(user.id, permission), objects=reached)


# ---- text -----------------------------------------------------------------------------------------------------------


def _page(tenant: Tenant, user: User, gates: list[str], rights: list[_Right], *, most: int | None) -> Page:
    page = Page()
    roles = ", ".join(sorted(name_text(tenant, Kind.ROLES, role) for role in user.roles))
    number = len(user.roles)
    title = f", role{'s' if number > 1 else ''} {roles}" if roles else ", no role"
    page.line(*named(tenant, Kind.USERS, user.id), title)
    if gates:
        page.gap()
        page.line(bad("may do nothing"), f": {'; '.join(gates)}", indent=2)
        return page
    if not rights:
        page.gap()
        page.line(bad("nothing is granted"), indent=2)
    rows: list[tuple[Cell, ...]] = []
    section = ""
    for right in rights:
        before, section = section, right.permission.partition(":")[0]
        if section != before:
            rows += [("",), (strong(section),)]
        rows += _rows(tenant, right, most=most)
    page.grid(rows)
    return page


def _rows(tenant: Tenant, right: _Right, *, most: int | None) -> Iterable[tuple[Cell, ...]]:
    words = extent_words(tenant, right.extent)
    action = right.permission.partition(":")[2]
    if not right.extent.allowed:
        yield f"  {action}", bad("no")
    else:
        yield f"  {action}", good(words) if right.extent.whole else words
    if len(right.held) == 1 and right.held[0].grant.effect is Effect.ALLOW:
        yield "", faint(f"by {source_words(tenant, right.held[0])}")
    else:
        for held in right.held:
            yield "", faint(f"{'by ' if held.grant.effect is Effect.ALLOW else ''}{held_words(tenant, held)}")
    if right.objects is not None and right.extent.whole:
        yield "", "reaches everything in the tenant"
        return
    for kind, ids in (right.objects or {}).items():
        names = [name_text(tenant, kind, id_) for id_ in ids]
        some = names if most is None or len(names) <= most + 1 else names[:most]
        more = f" and {len(names) - len(some):,} more" if len(some) < len(names) else ""
        yield "", f"reaches {count(len(names), kind.noun)}: {', '.join(some)}{more}"
    if right.objects == {} and right.extent.allowed:
        yield "", "reaches nothing that is there"


def _data(tenant: Tenant, right: _Right) -> dict[str, Json]:
    reached = right.objects
    return {
        "permission": right.permission,
        "extent": extent_data(tenant, right.extent),
        "grants": [{**plain_object(held.as_data()), "words": held_words(tenant, held)} for held in right.held],
        **({} if reached is None else {"objects": {kind_word(kind): list(ids) for kind, ids in reached.items()}}),
    }


COMMAND: Final = Command(
    name="what",
    summary="Tell what a user may do, how far, and by which roles",
    details=(
        "Each permission of which a role or a grant of theirs speaks, with how far it goes when all of them are taken"
        " together. What only a deny speaks of is a no. Of a user who isn't active it is told why they may do nothing."
        "\n\n"
        "--objects lists what each permission reaches. The exit status is 0 also when it is nothing."
    ),
    examples=(
        "what smartflo.toml u-asha",
        "what smartflo.toml u-asha user:edit --objects",
        "what smartflo.toml u-asha --format json",
    ),
    arguments=_arguments,
    run=_run,
)
