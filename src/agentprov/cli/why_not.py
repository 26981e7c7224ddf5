"""Who is never rung in a call, for people and for programs (AN-1, RT-10)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from agentprov.analysis.never_rung import NeverRung
from agentprov.cli.call_words import SAID, until_words
from agentprov.cli.instants import Moment
from agentprov.cli.output import Json, Page
from agentprov.cli.tenants import name_text
from agentprov.model.reasons import ReasonCode
from agentprov.model.references import Kind
from agentprov.model.table import Table
from agentprov.model.tenant import Tenant

CLEARS: Final[Table[ReasonCode, str]] = Table(
    {
        ReasonCode.TYPE_NOT_ROUTED: "never, for users of this type",
        ReasonCode.STATUS_DISABLED: "once the account is enabled",
        ReasonCode.STATUS_BLOCKED: "once the account is unblocked",
        ReasonCode.STATUS_DEACTIVATED: "once the account is reactivated",
        ReasonCode.CALLING_OFF: "once the calling option is switched on",
        ReasonCode.HOURS_OUTSIDE: "no opening of their hours is in sight",
        ReasonCode.PANEL_LOGGED_OUT: "once they log in",
        ReasonCode.PRESENCE_BUSY: "once they are free",
        ReasonCode.PRESENCE_BREAK: "once the break is over",
        ReasonCode.PRESENCE_WRAP_UP: "once wrap-up is over",
        ReasonCode.PRESENCE_DO_NOT_DISTURB: "once they want calls again",
        ReasonCode.PRESENCE_OFFLINE: "once they are back",
        ReasonCode.NUMBER_NONE: "once they have a number",
        ReasonCode.NUMBER_CALLERS_OWN: "for any other caller",
        ReasonCode.SKILL_MISSING: "once they have the skill",
        ReasonCode.SKILL_LEVEL: "once they have it at the level asked for",
        ReasonCode.SKILL_EXCLUDED: "once they don't have the skill any more",
        ReasonCode.STAGE_LATER: "at a later stage of this call",
        ReasonCode.STAGE_NEVER: "once a stage takes their tier",
        ReasonCode.TURN_LATER: "later in this call",
    }
)
"""When what a reason says is over, where no instant is known."""


def why_not_page(tenant: Tenant, moment: Moment, found: Iterable[NeverRung]) -> Page:
    """A line for each: who, why, and when that is over."""
    rows = [
        (
            name_text(tenant, Kind.USERS, each.user),
            "; ".join(dict.fromkeys(SAID[reason.code] for reason in each.reasons)),
            _clears(each, moment),
        )
        for each in found
    ]
    page = Page()
    if rows:
        page.line("never rung in this call:")
        page.grid(rows, "who", "why not", "could be rung")
    else:
        page.line("nobody is passed over in this call: every agent it comes to is rung")
    return page


def _clears(each: NeverRung, moment: Moment) -> str:
    parts = [
        CLEARS.get(reason.code, "") if reason.until is None else f"from {until_words(reason.until, moment)}"
        for reason in each.reasons
    ]
    return ", and ".join(dict.fromkeys(part for part in parts if part))


def why_not_data(moment: Moment, found: Iterable[NeverRung]) -> list[Json]:
    """The same for programs."""
    return [
        {
            "user": each.user,
            "codes": [reason.code.value for reason in each.reasons],
            "until": None if each.until is None else moment.later(each.until).text,
        }
        for each in found
    ]
