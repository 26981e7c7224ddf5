"""``agentprov set``: a property's value, lock or bound at one level, with how many users that concerns."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from functools import partial
from typing import Final, assert_never

from agentprov.cli.commands import Command
from agentprov.cli.mistakes import Mistake
from agentprov.cli.output import Answer, Json, Page, faint, strong
from agentprov.cli.properties import find_definition, source_data, source_words, value_data
from agentprov.cli.refusals import count, problem_data, problem_page
from agentprov.cli.sources import load_tenant, tenant_argument
from agentprov.cli.tenants import find, find_user, named
from agentprov.cli.writing import actor_of, assumptions, change_arguments, outcome, write
from agentprov.engine.group_preview import GroupPreview, PropertyEffect, compare_above
from agentprov.engine.inheritance import Resolved
from agentprov.engine.preview import Preview, preview
from agentprov.engine.sentences import value_words
from agentprov.model.changes import Change
from agentprov.model.ids import UserGroupId, UserId
from agentprov.model.limits import Among, Bound, Plain, Range
from agentprov.model.properties import (
    NONE,
    Flag,
    Language,
    ObjectSet,
    OneOf,
    PropertyDefinition,
    PropertyKind,
    PropertyValue,
    SomeOf,
    Text,
    WholeNumber,
)
from agentprov.model.references import Kind
from agentprov.model.tenant import Tenant
from agentprov.provisioning import (
    bound_property,
    lock_property,
    reset_property,
    set_property,
    unbound_property,
    unlock_property,
)

NO_VALUE: Final = "none"
_FLAGS: Final = {"yes": True, "true": True, "no": False, "false": False}
_ENDS: Final = 2


def _arguments(parser: ArgumentParser) -> None:
    tenant_argument(parser)
    parser.add_argument("property", metavar="PROPERTY", help="the name of a property")
    parser.add_argument(
        "value",
        metavar="VALUE",
        nargs="?",
        help=f"a number, yes or no, a text, words or ids with commas between, or `{NO_VALUE}`",
    )
    whose = parser.add_mutually_exclusive_group()
    whose.add_argument("--user", metavar="USER", help="the id or login of the user whose own value it is")
    whose.add_argument("--group", metavar="GROUP", help="the id of a user group; with neither, the tenant")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--reset", action="store_true", help="take the value away, so that it is inherited again")
    what.add_argument("--lock", action="store_true", help="let nobody below give it a value that counts")
    what.add_argument("--unlock", action="store_true", help="take the lock away")
    what.add_argument("--within", metavar="LOW:HIGH", help="let only these numbers count")
    what.add_argument("--among", metavar="VALUES", help="let only these values count, with commas between")
    what.add_argument("--unbound", action="store_true", help="take the bound away")
    parser.add_argument("--or-none", action="store_true", help=f"with a bound: let an explicit `{NO_VALUE}` count too")
    change_arguments(parser)


def _run(arguments: Namespace) -> Answer:
    tenant = load_tenant(arguments)
    definition = find_definition(tenant, arguments.property)
    user = None if arguments.user is None else find_user(tenant, arguments.user).id
    group = None if arguments.group is None else UserGroupId(find(tenant, Kind.USER_GROUPS, arguments.group))
    change = _make(tenant, definition, arguments, user, group)(by=actor_of(tenant, arguments))
    result = change.apply(tenant)
    seen = compare_above(tenant, result) if user is None else None
    own = None if user is None else preview(tenant, result, user)
    different = Page() if seen is None else _effects_page(tenant, result, definition, seen)
    page = _page(change, different if own is None else _own_page(own))
    after = write(tenant, change, arguments) if change.events and arguments.write else None
    if change.events:
        page.gap()
        if arguments.by is None:
            assumptions(page, "whoever does it may; ask somebody's rights with --by ACTOR")
        outcome(page, arguments, after)
    return Answer(
        status=0,
        page=page,
        data={
            "property": definition.name,
            "level": "user" if user is not None else "tenant" if group is None else "user-group",
            "id": user or group,
            "changes": list(change.describe()),
            "effects": [] if seen is None else [_effect_data(effect) for effect in seen.properties],
            "users": None if seen is None else _counts(seen, definition),
            "words": [] if own is None else list(own.words()),
            "warnings": problem_data(change.warnings),
            "version": tenant.version if after is None else after.version,
            "written": after is not None,
        },
    )


# ---- what is asked --------------------------------------------------------------------------------------------------


def _make(
    tenant: Tenant, definition: PropertyDefinition, given: Namespace, user: UserId | None, group: UserGroupId | None
) -> Callable[..., Change]:
    """The operation that the arguments ask for, but for who does it."""
    limits = given.lock or given.unlock or given.unbound or given.within is not None or given.among is not None
    if limits and user is not None:
        raise Mistake("a user locks and bounds nothing", "name a user group with --group, or leave the tenant")
    if (given.value is not None) == bool(limits or given.reset):
        raise Mistake("give either a value or one of the options that need none", "see `agentprov set --help`")
    bound = _bound(definition, given)
    if given.or_none and bound is None:
        raise Mistake("--or-none belongs to a bound", "use it with --within or --among")
    if bound is not None:
        return partial(bound_property, tenant, definition.name, bound, group=group)
    operations = {"lock": lock_property, "unlock": unlock_property, "unbound": unbound_property}
    for option, operation in operations.items():
        if getattr(given, option):
            return partial(operation, tenant, definition.name, group=group)
    if given.reset:
        return partial(reset_property, tenant, definition.name, user=user, group=group)
    value = _value(definition.kind, given.value)
    return partial(set_property, tenant, definition.name, value, user=user, group=group)


def _bound(definition: PropertyDefinition, given: Namespace) -> Bound | None:
    if given.within is not None:
        ends = given.within.split(":")
        if len(ends) != _ENDS:
            raise Mistake(f"`{given.within}` is not a range", "write LOW:HIGH, such as 10:60")
        return Range(low=_number(ends[0]), high=_number(ends[1]), or_none=given.or_none)
    if given.among is not None:
        return Among(values=[_member(definition.kind, each) for each in _listed(given.among)], or_none=given.or_none)
    return None


def _value(kind: PropertyKind, text: str) -> PropertyValue:
    """The value that a text stands for."""
    if text == NO_VALUE:
        return NONE
    if isinstance(kind, ObjectSet | SomeOf):
        return frozenset(_listed(text))
    return _member(kind, text)


def _member(kind: PropertyKind, text: str) -> Plain:
    match kind:
        case WholeNumber():
            return _number(text)
        case Flag():
            if text not in _FLAGS:
                raise Mistake(f"`{text}` is neither yes nor no", "write yes or no")
            return _FLAGS[text]
        case Text() | OneOf() | Language() | ObjectSet() | SomeOf():
            return text
        case _:
            assert_never(kind)


def _number(text: str) -> int:
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 18):  # noqa: PLR2004  as many as nobody needs
        raise Mistake(f"`{text}` is not a whole number", "write digits only, without a unit")
    return int(text)


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


# ---- what is shown --------------------------------------------------------------------------------------------------


def _page(change: Change, different: Page) -> Page:
    """What is changed, what becomes different by it, and the warnings."""
    page = Page()
    if not change.events:
        page.line("it is so already: nothing changes")
        return page
    for words in change.describe():
        page.line(strong(words))
    page.gap()
    page.extend(different)
    if change.warnings:
        page.gap()
        page.extend(problem_page(change.warnings))
    return page


def _own_page(own: Preview) -> Page:
    """What becomes different for a user."""
    page = Page()
    for words in own.words():
        page.item(words)
    if own.is_empty:
        page.line("nothing becomes different for them", indent=2)
    return page


def _effects_page(tenant: Tenant, result: Tenant, definition: PropertyDefinition, seen: GroupPreview) -> Page:
    """How many users it concerns, then group by group what becomes of them."""
    page = Page()
    users = seen.concerned(definition.name)
    page.line(f"concerns {count(users, 'user')}" if users else "concerns no user at present", indent=2)
    for effect in seen.properties:
        place = ("no user group",) if effect.group is None else named(tenant, Kind.USER_GROUPS, effect.group)
        own = "" if effect.own is None else f" with {value_words(effect.own, definition.unit)} of their own"
        page.item(
            f"{count(effect.users, 'user')} of ",
            *place,
            f"{own}: {_words(tenant, definition, effect.before)} -> {_words(result, definition, effect.after)}",
            faint("; their own wakes" if effect.wakes else "; their own falls asleep" if effect.falls_asleep else ""),
            indent=4,
        )
    return page


def _words(tenant: Tenant, definition: PropertyDefinition, resolved: Resolved) -> str:
    return f"{value_words(resolved.value, definition.unit)} ({source_words(tenant, resolved.source)})"


def _counts(seen: GroupPreview, definition: PropertyDefinition) -> Json:
    name = definition.name
    return {"concerned": seen.concerned(name), "woken": seen.woken(name), "put_to_sleep": seen.put_to_sleep(name)}


def _effect_data(effect: PropertyEffect) -> Json:
    return {
        "group": effect.group,
        "own": None if effect.own is None else value_data(effect.own),
        "has_own": effect.own is not None,
        "users": effect.users,
        "before": {"value": value_data(effect.before.value), "source": source_data(effect.before.source)},
        "after": {"value": value_data(effect.after.value), "source": source_data(effect.after.source)},
    }


COMMAND: Final = Command(
    name="set",
    summary="Set, reset, lock or bound a property at one level, and show whom that concerns",
    details=(
        "The level is a user (--user), a user group (--group) or the tenant. Only users who inherit follow a group;"
        " their number is counted and what becomes of them shown, group by group. A lock or a bound takes nothing away:"
        " values that no longer count sleep, and wake when it goes.\n\n"
        "With --write the file is replaced in one step. Comments in a TOML or YAML file are lost."
    ),
    examples=(
        "set smartflo.toml wrap_up.phone 30 --group g-support",
        "set smartflo.toml wrap_up.phone --within 10:60",
        "set smartflo.toml ring_timeout --lock --by u-asha --write",
    ),
    arguments=_arguments,
    run=_run,
)
