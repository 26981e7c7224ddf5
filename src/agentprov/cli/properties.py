"""``agentprov resolve``: the properties of a user, where each value comes from, and what it shadows."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import Final

from agentprov.cli.commands import Command
from agentprov.cli.mistakes import Mistake, did_you_mean, nearest
from agentprov.cli.output import Answer, Cell, Json, Page, Piece, faint, strong
from agentprov.cli.sources import load_tenant, tenant_argument
from agentprov.cli.tenants import find_user, name_text, named
from agentprov.engine.inheritance import LockedBy, OutOfBounds, Properties, Resolved, Sleeping, Source
from agentprov.engine.sentences import value_words
from agentprov.model.limits import bound_words
from agentprov.model.properties import Explicit, Level, PropertyDefinition, PropertyName, PropertyValue
from agentprov.model.references import Kind
from agentprov.model.tenant import Tenant
from agentprov.model.users import User


def _arguments(parser: ArgumentParser) -> None:
    tenant_argument(parser)
    parser.add_argument("user", metavar="USER", help="the id or login of a user")
    parser.add_argument(
        "property", metavar="PROPERTY", nargs="?", help="the name of a property; all of them if left out"
    )


def _run(arguments: Namespace) -> Answer:
    tenant = load_tenant(arguments)
    user = find_user(tenant, arguments.user)
    properties = Properties(tenant)
    if arguments.property is None:
        everything = properties.all_properties(user.id)
        rows = [(tenant.property_definitions[name], resolved) for name, resolved in everything.items()]
        return Answer(
            status=0,
            page=_table_page(tenant, user, rows),
            data={"user": user.id, "properties": [_data(definition, resolved) for definition, resolved in rows]},
        )
    definition = find_definition(tenant, arguments.property)
    resolved = properties.resolve(user.id, definition.name)
    return Answer(
        status=0,
        page=_one_page(tenant, user, definition, resolved),
        data={"user": user.id, **_data(definition, resolved)},
    )


def find_definition(tenant: Tenant, text: str) -> PropertyDefinition:
    """The property of this name, or a mistake with the nearest ones."""
    definition = tenant.property_definitions.get(PropertyName(text))
    if definition is None:
        near = nearest(text, tenant.property_definitions)
        known = f"there are: {', '.join(tenant.property_definitions)}"
        raise Mistake(f"there is no property `{text}`", did_you_mean(near, known))
    return definition


def value_data(value: PropertyValue) -> Json:
    """A property's value for programs; an explicit none is null."""
    match value:
        case Explicit():
            return None
        case frozenset():
            return sorted(value)
        case _:
            return value


def source_words(tenant: Tenant, source: Source) -> str:
    """Where a value was set."""
    match source.level:
        case Level.DEFINITION:
            return "default"
        case Level.TENANT:
            return "tenant"
        case Level.USER_GROUP:
            return f"user group {name_text(tenant, Kind.USER_GROUPS, source.id or '')}"
        case Level.USER:
            return "set on the user"


def _data(definition: PropertyDefinition, resolved: Resolved) -> dict[str, Json]:
    return {
        "property": definition.name,
        "value": value_data(resolved.value),
        "unit": definition.unit,
        "source": source_data(resolved.source),
        "shadowed": [
            {"value": value_data(value), "source": source_data(source)} for source, value in resolved.shadowed
        ],
        "sleeping": [
            {
                "value": value_data(each.value),
                "source": source_data(each.source),
                "why": "locked" if isinstance(each.why, LockedBy) else "out-of-bounds",
                "by": source_data(each.why.source),
            }
            for each in resolved.sleeping
        ],
        "locked_by": None if resolved.locked_by is None else source_data(resolved.locked_by),
        "bounds": [
            {"bound": bound_words(bound, definition.unit), "source": source_data(source)}
            for source, bound in resolved.bounds
        ],
    }


def source_data(source: Source) -> Json:
    """Where a value was set, for programs."""
    return {"level": source.level.value, "id": source.id}


def _who(tenant: Tenant, user: User) -> tuple[Piece, ...]:
    group = "no user group" if user.user_group is None else "user group "
    place = () if user.user_group is None else named(tenant, Kind.USER_GROUPS, user.user_group)
    return (*named(tenant, Kind.USERS, user.id), ", ", group, *place)


def _table_page(tenant: Tenant, user: User, rows: list[tuple[PropertyDefinition, Resolved]]) -> Page:
    page = Page()
    page.line(*_who(tenant, user))
    page.gap()
    cells = [_row(tenant, definition, resolved) for definition, resolved in rows]
    titles = ("property", "value", "from", "instead of", "asleep")
    shadows, sleeps = (any(getattr(each, field) for _, each in rows) for field in ("shadowed", "sleeping"))
    shown = [place for place, there in enumerate((True, True, True, shadows, sleeps)) if there]
    page.grid([[row[place] for place in shown] for row in cells], *(titles[place] for place in shown))
    return page


def _row(tenant: Tenant, definition: PropertyDefinition, resolved: Resolved) -> tuple[Cell, ...]:
    hidden = (
        f"{value_words(value, definition.unit)} ({source_words(tenant, source)})" for source, value in resolved.shadowed
    )
    return (
        definition.name,
        strong(value_words(resolved.value, definition.unit)),
        source_words(tenant, resolved.source),
        faint(", ".join(hidden)),
        faint(", ".join(_asleep(tenant, definition, each) for each in resolved.sleeping)),
    )


def _asleep(tenant: Tenant, definition: PropertyDefinition, sleeping: Sleeping) -> str:
    """A value that doesn't count, and why: ``60 s (set on the user; locked by tenant)``."""
    value, where = value_words(sleeping.value, definition.unit), source_words(tenant, sleeping.source)
    return f"{value} ({where}; {why_words(tenant, definition, sleeping.why)})"


def why_words(tenant: Tenant, definition: PropertyDefinition, why: LockedBy | OutOfBounds) -> str:
    """Why a value sleeps."""
    holder = source_words(tenant, why.source)
    if isinstance(why, LockedBy):
        return f"locked by {holder}"
    return f"outside {bound_words(why.bound, definition.unit)} of {holder}"


def _one_page(tenant: Tenant, user: User, definition: PropertyDefinition, resolved: Resolved) -> Page:
    page = Page()
    page.line(definition.name, " of ", *_who(tenant, user), ": ", strong(value_words(resolved.value, definition.unit)))
    page.gap()
    rows: list[tuple[Cell, ...]] = [("from", source_words(tenant, resolved.source))]
    rows += [
        ("instead of", (value_words(value, definition.unit), faint(f"  {source_words(tenant, source)}")))
        for source, value in resolved.shadowed
    ]
    rows += [
        (
            "asleep",
            (
                value_words(each.value, definition.unit),
                faint(f"  {source_words(tenant, each.source)}, {why_words(tenant, definition, each.why)}"),
            ),
        )
        for each in resolved.sleeping
    ]
    if resolved.locked_by is not None:
        rows.append(("locked by", source_words(tenant, resolved.locked_by)))
    rows += [
        ("within", (bound_words(bound, definition.unit), faint(f"  {source_words(tenant, source)}")))
        for source, bound in resolved.bounds
    ]
    rows.append(("about", definition.title))
    page.grid(rows)
    return page


COMMAND: Final = Command(
    name="resolve",
    summary="Show what values a user's properties have, and where each comes from",
    details=(
        "A value set on the user wins over one of their user group, an inner group over the group it is nested in, a"
        " group over the tenant, the tenant over the default. What a value hides is shown beside it. A value below a"
        " lock, or outside a bound, is asleep: it is kept and doesn't count."
    ),
    examples=("resolve smartflo.toml u-ravi", "resolve smartflo.toml u-ravi wrap_up.phone"),
    arguments=_arguments,
    run=_run,
)
