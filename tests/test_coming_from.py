"""The pages for whoever comes from another system show what is in their example files."""

from __future__ import annotations

import re
from pathlib import Path

import attrs
import pytest

from agentprov.analysis.coverage import everybody_present
from agentprov.codec import load
from agentprov.engine.call_flow import Router
from agentprov.engine.playing import Script, play
from agentprov.model.calls import Call
from agentprov.model.contact import PhoneNumber
from agentprov.model.steps import Connect, End, TakeMessage
from agentprov.model.tenant import Tenant

ROOT = Path(__file__).parent.parent
PAGES = ROOT / "docs" / "coming-from"
EXAMPLES = ROOT / "examples" / "coming-from"
NAMES = tuple(sorted(path.stem for path in EXAMPLES.glob("*.toml")))
HOUR = 3_600
INSTANTS = range(1_795_392_000, 1_795_392_000 + 7 * 24 * HOUR, 5 * HOUR)  # the week from Monday, 23 November 2026
CALLER = PhoneNumber("+4722334455")
SHOWN = re.compile(r"^```toml\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def test_a_page_for_each_file() -> None:
    """Each example file has its page, and each page but the index has its file."""
    assert {path.stem for path in PAGES.glob("*.md")} - {"README"} == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_pages_show_what_the_files_say(name: str) -> None:
    """Every part of a tenant that a page shows stands in its file, word for word."""
    document = (EXAMPLES / f"{name}.toml").read_text(encoding="utf-8")
    shown = SHOWN.findall((PAGES / f"{name}.md").read_text(encoding="utf-8"))
    assert shown
    assert [part for part in shown if part not in document] == []


@pytest.mark.parametrize("name", NAMES)
def test_every_call_is_decided_within_the_bounds(name: str) -> None:
    """RT-9: whatever is pressed and whoever is busy, each call to a file's tenant is decided, and within its bounds."""
    tenant = load(EXAMPLES / f"{name}.toml")
    router = Router(tenant)
    most = router.bounds()
    calls = [
        play(router, Call(to=number.phone, caller=CALLER), at=at, live=everybody_present(tenant), script=script)
        for number in tenant.numbers.values()
        for at in INSTANTS
        for script in scripts(tenant)
    ]

    assert {type(call.outcome) for call in calls} <= {Connect, TakeMessage, End}
    assert [call for call in calls if call.ring_seconds > most.ring_seconds or len(call.steps) > most.steps] == []
    assert any(call.ring_seconds for call in calls)


def scripts(tenant: Tenant) -> list[Script]:
    """Nobody answers, everybody is busy, or one agent answers; with any key first, the same at each menu."""
    keys = {option.digits for ivr in tenant.ivrs.values() for option in ivr.options}
    people = [Script(), Script(busy=tenant.users), *(Script(answering=[user]) for user in tenant.users)]
    return [attrs.evolve(each, digits=[key] * 9) for each in people for key in sorted(keys) or [""]] + people
