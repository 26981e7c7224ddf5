"""``agentprov sees``: whose records, reports and live calls a user sees."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import Final

from agentprov.cli.commands import Command
from agentprov.cli.mistakes import Mistake
from agentprov.cli.output import Answer, Json, Page, bad, good, plain_object, strong
from agentprov.cli.questions import MOST_NAMED, all_argument
from agentprov.cli.refusals import count
from agentprov.cli.sources import load_tenant, tenant_argument
from agentprov.cli.tenants import find_number, find_user, name_text, named
from agentprov.engine.access import Access
from agentprov.engine.sentences import reason_words
from agentprov.engine.visibility import RecordFilter, Seen, Sight
from agentprov.model.ids import UserId
from agentprov.model.references import Kind
from agentprov.model.tenant import Tenant

NO: Final = 1


def _arguments(parser: ArgumentParser) -> None:
    tenant_argument(parser)
    parser.add_argument("viewer", metavar="USER", help="who looks: the id or login of a user")
    parser.add_argument(
        "what",
        metavar="WHAT",
        nargs="?",
        choices=[seen.value for seen in Seen],
        help=f"one of: {', '.join(Seen)}; all of them if left out",
    )
    parser.add_argument("--number", metavar="NUMBER", help="of a call at this number: its id, or as it is dialled")
    parser.add_argument(
        "--of", metavar="USER", action="append", default=[], help="that concerns this user; may be repeated"
    )
    all_argument(parser)


def _run(arguments: Namespace) -> Answer:
    tenant = load_tenant(arguments)
    viewer = find_user(tenant, arguments.viewer).id
    number = None if arguments.number is None else find_number(tenant, arguments.number).id
    users = tuple(find_user(tenant, text).id for text in arguments.of)
    access = Access(tenant)
    if number is None and not users:
        asked = Seen if arguments.what is None else (Seen(arguments.what),)
        return _everything(access, viewer, tuple(asked), most=None if arguments.all else MOST_NAMED)
    if arguments.what is None:
        raise Mistake("what is to be seen isn't said", f"say one of: {', '.join(Seen)}")
    return _one(access, viewer, Seen(arguments.what), number, users)


def _one(access: Access, viewer: UserId, what: Seen, number: str | None, users: tuple[UserId, ...]) -> Answer:
    """Whether one record, report or live call is seen, and why."""
    sight = Sight(access)
    decision = sight.decide(viewer, what, number=number, users=users)
    said = sight.explain(viewer, what, number=number, users=users)
    page = Page()
    page.line(good("yes") if decision.allowed else bad("no"), ": ", said)
    return Answer(
        status=0 if decision.allowed else NO,
        page=page,
        data={
            "user": viewer,
            "what": what.value,
            "number": number,
            "of": list(users),
            **plain_object(decision.as_data()),
            "sentence": said,
        },
    )


# ---- everything -----------------------------------------------------------------------------------------------------


def _everything(access: Access, viewer: UserId, asked: tuple[Seen, ...], *, most: int | None) -> Answer:
    """Whose records, reports and live calls are seen, each asked as if it concerned nobody else."""
    tenant = access.tenant
    gates = [reason_words(tenant, viewer, None, gate) for gate in access.classes[viewer].gates]
    filters = {what: Sight(access).filter(viewer, what) for what in asked}
    page = Page()
    page.line(*named(tenant, Kind.USERS, viewer), " sees" if not gates else "")
    page.gap()
    if gates:
        page.line(bad("sees nothing"), f": {'; '.join(gates)}", indent=2)
    else:
        page.grid(
            [(strong(what.value.replace("-", " ")), _words(tenant, each, most)) for what, each in filters.items()]
        )
    return Answer(
        status=0,
        page=page,
        data={
            "user": viewer,
            "gates": list(gates),
            "sees": {what.value: _data(tenant, each) for what, each in filters.items()},
        },
    )


def _ids(tenant: Tenant, seen: RecordFilter) -> dict[Kind, list[str]]:
    """The users and numbers of whom something is seen."""
    return {
        Kind.USERS: sorted(id_ for id_ in tenant.users if seen.matches(users=[id_])),
        Kind.NUMBERS: sorted(id_ for id_ in tenant.numbers if seen.matches(number=id_)),
    }


def _words(tenant: Tenant, seen: RecordFilter, most: int | None) -> str:
    if seen.is_everything:
        return "all of the tenant's"
    texts: list[str] = []
    for kind, ids in _ids(tenant, seen).items():
        if ids:
            names = [name_text(tenant, kind, id_) for id_ in ids]
            some = names if most is None or len(names) <= most + 1 else names[:most]
            more = f" and {len(names) - len(some):,} more" if len(some) < len(names) else ""
            texts.append(f"of {count(len(ids), kind.noun)}: {', '.join(some)}{more}")
    return "; ".join(texts) or "none"


def _data(tenant: Tenant, seen: RecordFilter) -> dict[str, Json]:
    ids = _ids(tenant, seen)
    return {"everything": seen.is_everything, "users": list(ids[Kind.USERS]), "numbers": list(ids[Kind.NUMBERS])}


COMMAND: Final = Command(
    name="sees",
    summary="Tell whose records, reports and live calls a user sees",
    details=(
        "Without --number and --of: the users and numbers of which they see something, each asked as if it concerned"
        " nobody else. With them: whether the record, report or live call of a call at that number, and with these"
        " users, is seen, and why.\n\n"
        "The exit status is 1 for a no about one record, report or live call, and 0 otherwise."
    ),
    examples=(
        "sees smartflo.toml u-asha",
        "sees smartflo.toml u-asha records --number n-main --of u-ravi",
    ),
    arguments=_arguments,
    run=_run,
)
