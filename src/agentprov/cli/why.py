"""A decision about access explained to the end: every grant behind it, and what its scope compares."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from agentprov.cli.output import Cell, Page, Piece, bad, faint, good, strong
from agentprov.cli.questions import object_words
from agentprov.cli.tenants import name_text
from agentprov.engine.access import Access
from agentprov.engine.decisions import Decision, DeniedBy, Granted, Held, NotGranted, Object
from agentprov.engine.scopes import Row
from agentprov.engine.sentences import reason_words, scope_words
from agentprov.model.access import Chosen, ChosenKind, Effect, Scope, ScopeTerm, Within, scope_term_text
from agentprov.model.ids import UserId
from agentprov.model.references import Kind
from agentprov.model.tenant import Tenant
from agentprov.views.reasons import held_words


def why_page(
    access: Access, user: UserId, permission: str, on: Object | None, decision: Decision, *, anywhere: bool = False
) -> Page:
    """Every reason in full, and the grants that speak of the permission and decide nothing here.

    Where the question was about ``anywhere``, there is no object to compare with the scopes.
    """
    tenant = access.tenant
    page = Page()
    behind: set[Held] = set()
    for reason in decision.reasons:
        page.gap()
        match reason:
            case Granted(held=held, terms=terms):
                behind.add(held)
                page.line(good("allowed by"), indent=2)
                page.grid(_grant_rows(access, user, on, held, terms, compared=not anywhere), indent=4)
            case DeniedBy(held=held, terms=terms):
                behind.add(held)
                page.line(bad("denied by"), indent=2)
                page.grid(_grant_rows(access, user, on, held, terms, compared=not anywhere), indent=4)
            case NotGranted(nearest=nearest):
                page.line(
                    bad("not granted"), "; ", "these come nearest:" if nearest else "nothing comes near", indent=2
                )
                for held in nearest:
                    behind.add(held)
                    page.gap()
                    page.grid(_grant_rows(access, user, on, held, frozenset(), compared=not anywhere), indent=4)
            case _:
                page.line(bad("refused"), ": ", reason_words(tenant, user, on, reason), indent=2)
    others = [held for held in access.held(user, permission) if held not in behind]
    if others:
        page.gap()
        page.line("they hold these as well, which decide nothing here:", indent=2)
        for held in others:
            page.item(held_words(tenant, held), indent=4)
    return page


def _grant_rows(
    access: Access, user: UserId, on: Object | None, held: Held, terms: Scope, *, compared: bool
) -> Iterator[tuple[Cell, ...]]:
    """One grant: by which role, of what, how far and whether that holds here, who gave it."""
    tenant, grant = access.tenant, held.grant
    effect = "" if grant.effect is Effect.ALLOW else "denies "
    yield "by", strong(_path_words(tenant, held))
    yield "grant", f"{effect}{grant.permission}"
    for number, term in enumerate(sorted(grant.scope, key=scope_term_text)):
        words: tuple[Piece, ...] = (scope_words(tenant, frozenset({term})),)
        if compared:
            fact = _fact(access, user, on, term)
            verdict = good("holds here") if term in terms else faint("doesn't hold here")
            words = (*words, ": ", verdict, f"; {fact}" if fact else "")
        yield "scope" if number == 0 else "or", words
    yield "given", _given_words(tenant, held)


def _path_words(tenant: Tenant, held: Held) -> str:
    """The way from a role of the user's own to the one that has the grant."""
    if not held.path:
        return "a grant of their own"
    first, *inherited = (name_text(tenant, Kind.ROLES, role) for role in held.path)
    return ", which inherits ".join([f"their role {first}", *inherited])


def _given_words(tenant: Tenant, held: Held) -> str:
    by, at = held.grant.given_by, held.grant.given_at
    who = None if by is None else name_text(tenant, Kind.USERS, by)
    when = None if at is None else at.strftime("%Y-%m-%d %H:%M UTC")
    match who, when:
        case None, None:
            return "who gave it, and when, isn't recorded"
        case None, _:
            return f"{when}; by whom isn't recorded"
        case _, None:
            return f"by {who}; when isn't recorded"
        case _:
            return f"by {who}, {when}"


# ---- what a scope compares ------------------------------------------------------------------------------------------


def _fact(access: Access, user: UserId, on: Object | None, term: ScopeTerm) -> str:
    """The facts that a term compares, without a verdict; nothing where there is nothing to compare.

    >>> from agentprov.codec import load
    >>> access = Access(load("examples/smartflo.toml"))
    >>> _fact(access, UserId("u-asha"), Object(kind=Kind.USERS, id="u-ravi"), Within.OWN_AGENTS)
    'the supervisor of Ravi Iyer (u-ravi) is Asha Menon (u-asha)'
    """
    actor = access.rows[user]
    if actor is None or term is Within.TENANT:
        return ""
    if on is None:
        return "it is less than the whole tenant"
    target = access.rows[on.id] if on.kind is Kind.USERS else None
    if isinstance(term, Chosen):
        return _chosen_fact(access.tenant, on, target, term)
    return _relative_fact(access.tenant, actor, on, target, term)


def _relative_fact(tenant: Tenant, actor: Row, on: Object, target: Row | None, term: Within) -> str:
    what = object_words(tenant, on)
    match term:
        case Within.TENANT | Within.SELF:
            return ""
        case Within.HOME_DEPARTMENT:
            theirs = f"theirs is {_or_none(tenant, Kind.DEPARTMENTS, actor.department)}"
            if target is None:
                return theirs
            return f"{theirs}, that of {what} is {_or_none(tenant, Kind.DEPARTMENTS, target.department)}"
        case Within.OWN_AGENTS:
            return (
                ""
                if target is None
                else f"the supervisor of {what} is {_or_none(tenant, Kind.USERS, target.supervisor)}"
            )
        case Within.OWN_USER_GROUP:
            theirs = f"theirs is {_or_none(tenant, Kind.USER_GROUPS, actor.group)}"
            if target is None:
                return theirs
            groups = [name_text(tenant, Kind.USER_GROUPS, group) for group in reversed(target.groups)]
            return f"{theirs}, that of {what} is {', nested in '.join(groups) or 'none'}"
        case Within.OWN_NUMBERS:
            numbers = sorted(name_text(tenant, Kind.NUMBERS, number) for number in actor.numbers)
            return f"theirs are {', '.join(numbers)}" if numbers else "they have none"
        case _:
            assert_never(term)


def _chosen_fact(tenant: Tenant, on: Object, target: Row | None, term: Chosen) -> str:
    what = object_words(tenant, on)
    if target is not None and term.kind is ChosenKind.AGENT_GROUP:
        groups = sorted(name_text(tenant, Kind.AGENT_GROUPS, group) for group in target.agent_groups)
        return f"{what} belongs to {', '.join(groups) or 'none'}"
    if target is not None and term.kind is ChosenKind.DEPARTMENT:
        return f"that of {what} is {_or_none(tenant, Kind.DEPARTMENTS, target.department)}"
    return ""


def _or_none(tenant: Tenant, kind: Kind, id_: str | None) -> str:
    return "none" if id_ is None else name_text(tenant, kind, id_)
