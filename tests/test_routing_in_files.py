"""The page that shows the TOML of routing is one tenant, in a file, with every feature that it names."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import attrs
import pytest

from agentprov.codec import load
from agentprov.engine.call_flow import Router
from agentprov.model.dates import DateRule
from agentprov.model.departments import Department
from agentprov.model.destinations import Destination, ToExternal, ToQueue, nested
from agentprov.model.hours import CalendarUse, HoursEffect, HoursException, ManualOverride, TimeGroup
from agentprov.model.marks import Mark
from agentprov.model.needs import Need, Stage, conditions
from agentprov.model.numbers import CallerAction, CallerRule, Callers, Number
from agentprov.model.routing import Ivr, IvrOption, RingPlan, TimeCondition
from agentprov.model.sticky import Sticky
from agentprov.model.users import AgentHours, Calling, Extension

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "routing-in-files.md").read_text(encoding="utf-8")
FILE = ROOT / "examples" / "routing.toml"
SHOWN = re.compile(r"^```toml\n(.*?)^```$", re.DOTALL | re.MULTILINE)
TENANT = load(FILE)


def test_the_page_and_the_file_are_one() -> None:
    """FF-1: the parts that the page shows, in their order, are the file behind its first line, word for word."""
    _, _, rest = FILE.read_text(encoding="utf-8").partition("\n")

    assert "\n".join(SHOWN.findall(PAGE)) == rest


def test_every_call_ends() -> None:
    """RT-9: it is a tenant whose calls all end."""
    assert Router(TENANT).bounds().ring_seconds > 0


def test_every_kind_of_destination_is_shown() -> None:
    """RT-8: numbers alone lead to each of the nine kinds."""
    shown = {type(each) for number in TENANT.numbers.values() for _, each in nested(number.to)}

    assert shown == set(get_args(Destination))
    assert any(isinstance(number.to, ToQueue) and number.to.by_exit for number in TENANT.numbers.values())


def test_every_kind_of_caller_and_action_is_shown() -> None:
    """RT-15: four kinds of callers, three actions."""
    rules = [rule for number in TENANT.numbers.values() for rule in number.caller_rules]

    assert len({type(caller) for rule in rules for caller in rule.callers}) == len(get_args(Callers))
    assert len({type(rule.action) for rule in rules}) == len(get_args(CallerAction))


def test_every_kind_of_need_is_shown() -> None:
    """RT-6: four kinds of conditions."""
    stages = [stage for department in TENANT.departments.values() for stage in department.stages]

    assert {type(each) for stage in stages for need in stage.needs for _, each in conditions(need)} == set(
        get_args(Need)
    )


def test_every_kind_of_exception_is_shown() -> None:
    """HR-3: six kinds of dates, three effects, and what only adds."""
    exceptions = [each for group in TENANT.time_groups.values() for each in group.exceptions]

    assert len({type(each.dates) for each in exceptions}) == len(get_args(DateRule))
    assert len({type(each.effect) for each in exceptions}) == len(get_args(HoursEffect))
    assert {each.only_adds for each in exceptions} == {False, True}


KINDS = (
    *(Number, CallerRule, Mark, Sticky, ToQueue, ToExternal, Ivr, IvrOption, TimeCondition, Department, Stage),
    *(TimeGroup, CalendarUse, HoursException, ManualOverride, Calling, AgentHours, RingPlan, Extension),
)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_field_is_on_the_page(kind: type[attrs.AttrsInstance]) -> None:
    """Each field is named in the text of the page, so that none is forgotten when one is added."""
    names = [field.name for field in attrs.fields(kind) if field.name != "id"]
    text = SHOWN.sub("", PAGE)

    assert [name for name in names if f"`{name}`" not in text] == []
