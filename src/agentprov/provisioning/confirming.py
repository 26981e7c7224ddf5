"""What a deletion takes away, for a person to look at and confirm (LC-2).

A confirmation names exactly what goes and who refers to it. Its digest is what the person gives back. It becomes void
when that set, or who refers to it, is another one; whatever else changes meanwhile doesn't touch it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from hashlib import sha256
from typing import Final

import attrs

from agentprov.errors import Code, Collector, Path
from agentprov.model.ids import UserId
from agentprov.model.references import Kind
from agentprov.model.referrers import Key, Referrer, going, referrers
from agentprov.model.tenant import Tenant

DIGITS: Final = 16
"""How many hexadecimal digits a digest has. It guards against mistakes; what may be done is a question of rights."""


def _keys(keys: Iterable[Key]) -> tuple[Key, ...]:
    return tuple(keys)


def _referrers(found: Iterable[Referrer]) -> tuple[Referrer, ...]:
    return tuple(found)


@attrs.frozen(kw_only=True)
class Confirmation:
    """What would go, who refers to it, and what would become of these references."""

    tenant: Tenant = attrs.field(repr=False, eq=False)
    gone: tuple[Key, ...] = attrs.field(converter=_keys)
    """What goes, the profiles that are a user's or a group's own among it."""
    referrers: tuple[Referrer, ...] = attrs.field(converter=_referrers)
    detach: bool = False
    replace_by: str | None = None

    @property
    def digest(self) -> str:
        """What confirms it: equal for equal sets and equal referrers, wherever in their lists they stand."""
        gone = sorted((kind.value, id_, self._login(kind, id_)) for kind, id_ in self.gone)
        held = sorted([each.holder, _without_positions(each.path), *each.to] for each in self.referrers)
        text = json.dumps([self.tenant.id, gone, held, self.detach, self.replace_by], ensure_ascii=True)
        return sha256(text.encode()).hexdigest()[:DIGITS]

    def words(self) -> tuple[str, ...]:
        """It in words: a line for each object that goes, then one for each reference to them."""
        fate = "is detached" if self.detach else f"leads to {self.replace_by}" if self.replace_by else "is in the way"
        return (
            *(f"{kind.noun} {id_} goes" for kind, id_ in self.gone),
            *(f"{each} {'goes too' if each.goes_along else fate}" for each in self.referrers),
        )

    def _login(self, kind: Kind, id_: str) -> str:
        return self.tenant.users[UserId(id_)].login if kind is Kind.USERS else ""


def confirmation_of(
    tenant: Tenant, kind: Kind, ids: Iterable[str], *, detach: bool, replace_by: str | None
) -> Confirmation:
    """The confirmation of deleting these, whoever may do it."""
    named = tuple(ids)
    return Confirmation(
        tenant=tenant,
        gone=going(tenant, kind, named),
        referrers=referrers(tenant, kind, *named),
        detach=detach,
        replace_by=replace_by,
    )


def check_confirmed(found: Collector, asked: Confirmation, confirm: str | None) -> None:
    """Note that a deletion isn't confirmed, or that something else was."""
    digest = asked.digest
    if confirm is None:
        refer = len({each.holder for each in asked.referrers})
        found.add(Code.CONFIRMATION_REQUIRED, "confirm", value=digest, count=len(asked.gone), referrers=refer)
    elif confirm != digest:
        found.add(Code.CONFIRMATION_VOID, "confirm", value=str(confirm)[:80], expected=digest)


def _without_positions(path: Path) -> str:
    return ".".join(part for part in path if isinstance(part, str))
