"""What an analysis finds: a stable code, where it is, and the parameters its sentence needs (AN-4).

A finding is no error: the tenant is whole and works. Each code has a page in ``docs/lint/`` that says what it means and
what to do.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

import attrs

from agentprov.engine.decisions import Object
from agentprov.errors import Parameter, Path, path_text
from agentprov.messages import Catalogue, Entry, sentence
from agentprov.model.references import Kind


class FindingCode(StrEnum):
    """Every code of a finding. Codes are API: documented, stable, never reused; their sentences are not."""

    GRANT_SHADOWED = "access.grant_shadowed"
    GRANT_REDUNDANT = "access.grant_redundant"
    SCOPE_EMPTY = "access.scope_empty"
    ROLE_ADDS_NOTHING = "access.role_adds_nothing"
    ROLE_UNUSED = "access.role_unused"
    SEPARATION_VIOLATED = "access.separation_violated"
    NO_ADMIN = "access.no_admin"
    ONE_ADMIN = "access.one_admin"
    ESCALATION = "access.escalation"
    EDITS_STRONGER = "access.edits_stronger"


class Weight(StrEnum):
    """How much a finding matters."""

    WARNING = "warning"
    """Somebody may do what they shouldn't, or a grant doesn't do what it says."""
    HINT = "hint"
    """Nothing is wrong; it could be simpler, or safer."""


_HINTS: Final = frozenset(
    {FindingCode.GRANT_REDUNDANT, FindingCode.ROLE_ADDS_NOTHING, FindingCode.ROLE_UNUSED, FindingCode.ONE_ADMIN}
)

ENGLISH: Final[Catalogue] = {
    FindingCode.GRANT_SHADOWED: Entry(
        "allows `{permission}` within {scope} to nobody, for all who hold it are denied it by {by}",
        "remove the grant, or narrow the deny",
    ),
    FindingCode.GRANT_REDUNDANT: Entry(
        "`{permission}` within {scope} is held without this grant, by {by}", "remove the grant"
    ),
    FindingCode.SCOPE_EMPTY: Entry(
        "`{permission}` holds for nothing within {empty} at present", "fill what is chosen, or choose something else"
    ),
    FindingCode.ROLE_ADDS_NOTHING: Entry(
        "whatever the role `{value}` grants, its holders have without it",
        "remove its grants, or give the roles it inherits from instead",
    ),
    FindingCode.ROLE_UNUSED: Entry("nobody has the role `{value}`", "give it to somebody, or remove it"),
    FindingCode.SEPARATION_VIOLATED: Entry(
        "of the roles that `{value}` keeps apart {count} have too many: for example `{user}` has {roles}",
        "take a role from each of them",
    ),
    FindingCode.NO_ADMIN: Entry(
        "nobody may hand on rights in the whole tenant", "give an active person `{permission}` for the whole tenant"
    ),
    FindingCode.ONE_ADMIN: Entry(
        "`{value}` alone may hand on rights in the whole tenant", "make a second person an admin"
    ),
    FindingCode.ESCALATION: Entry(
        "without an admin {count} can come to hold more of {permissions}: for example `{value}` of `{permission}`, from"
        " `{giver}`, in {length} steps",
        "narrow over whom users may grant, or accept that these share their rights",
    ),
    FindingCode.EDITS_STRONGER: Entry(
        "{count} with these rights may edit somebody stronger: for example `{value}` edits `{target}`, who also holds"
        " {permissions}",
        "narrow `{permission}`, or deny it over whoever holds more",
    ),
}
"""For every code one sentence and what can be done; in the shape and style of :data:`agentprov.messages.ENGLISH`."""


@attrs.frozen(kw_only=True)
class Finding:
    """One thing an analysis found.

    ``path`` leads into the tenant as an error's does: ``roles.lead.grants[2]``. It is empty for the tenant as a whole.
    """

    code: FindingCode
    path: Path = ()
    parameters: Mapping[str, Parameter] = attrs.field(factory=dict, hash=False)

    @property
    def weight(self) -> Weight:
        """How much it matters; follows from the code."""
        return Weight.HINT if self.code in _HINTS else Weight.WARNING

    @property
    def subject(self) -> Object | None:
        """The object that it is about; nothing for the tenant as a whole."""
        if not self.path:
            return None
        kind, id_, *_ = map(str, self.path)
        return Object(kind=Kind(kind), id=id_)

    @property
    def where(self) -> str:
        """The path as text; ``(whole)`` for the tenant."""
        return path_text(self.path)

    @property
    def message(self) -> str:
        """The finding as one plain English sentence without a full stop."""
        return self.words(ENGLISH)

    @property
    def fix(self) -> str:
        """What can be done about it, in English."""
        return sentence(ENGLISH[self.code].mend, self.parameters)

    def words(self, catalogue: Catalogue) -> str:
        """The sentence from a host's own catalogue; a code that the catalogue lacks is given in English."""
        entry = catalogue.get(self.code) or ENGLISH[self.code]
        return sentence(entry.message, self.parameters)

    def as_data(self) -> dict[str, object]:
        """The finding in plain values that any JSON writer takes."""
        subject = self.subject
        return {
            "code": self.code.value,
            "weight": self.weight.value,
            "kind": None if subject is None else subject.kind.value,
            "id": None if subject is None else subject.id,
            "path": list(self.path),
            "parameters": {
                name: list(value) if isinstance(value, tuple) else value for name, value in self.parameters.items()
            },
            "message": self.message,
            "fix": self.fix,
        }

    def __str__(self) -> str:
        return f"{self.where}: {self.message} ({self.code.value})"
