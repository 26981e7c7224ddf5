"""Forms as people fill them in: some fields right, some wrong, some missing."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import strategies as st

from agentprov.codec import blueprint
from agentprov.provisioning.fields import FieldKind, fields_of
from agentprov.provisioning.pages import steps_of
from tests.provisioning.samples import PASSWORD

OF_KIND: Mapping[FieldKind, tuple[object, ...]] = {
    FieldKind.TEXT: ("Ravi", "", 5, "a\u202eb"),
    FieldKind.LOGIN: ("ravi", "boss", "ra vi", None),
    FieldKind.WINDOWS_LOGIN: ("ravi@acme", "\\"),
    FieldKind.EMAIL: ("ravi@example.com", "ravi@", None),
    FieldKind.PHONE: ("9812345678", "123", "112", None),
    FieldKind.PHONES: (["9812345678"], ["1", "2"], "9812345678"),
    FieldKind.NUMERIC_ID: (4711, "x", 0),
    FieldKind.LANGUAGE: ("nb-NO", "norwegian!"),
    FieldKind.REGION: ("IN", "india"),
    FieldKind.SECRET: (PASSWORD, "short", ""),
    FieldKind.FLAG: (True, False, "yes"),
    FieldKind.SECONDS: (30, 0, "30"),
    FieldKind.DIGITS: ("101", "a"),
    FieldKind.USER_TYPE: ("person", "api", "robot"),
    FieldKind.SKILLS: (["s-hindi"], {"s-hindi": 3}, ["s-none"]),
    FieldKind.PROFILES: ([{"name": "Own", "skills": {"s-hindi": 3}}], [{"skills": ["s-none"]}], "Own", []),
    FieldKind.DETAILS: ({"City": "Pune"}, []),
    FieldKind.AREA_CALLER_IDS: ({"22": "c-1"}, {"x": "c-9"}),
    FieldKind.DESTINATION: ("hang-up", "agent:u-lead", "agent:u-none", "moon"),
    FieldKind.ADDRESSES: ("all", ["a-office"], ["198.51.100.0/24"], []),
}

OF_FIELD: Mapping[str, tuple[object, ...]] = {
    "roles": (["agent"], ["supervisor"], ["admin"], ["api-user"], ["agent", "supervisor"], []),
    "supervisor": ("u-lead", "u-boss", "u-none"),
    "user_group": ("g-sales", "g-none"),
    "home_department": ("d-sales", "d-none"),
    "agent_groups": (["ag-1"], ["ag-1", "ag-2"], ["ag-none"]),
    "unticked_profiles": (["p-sales"], ["p-none"]),
    "caller_ids": (["c-1", "c-2"], ["c-none"]),
    "time_group": ("tg-1", "tg-none"),
    "extension_addresses": (["a-office"],),
    "emergency_caller_id": ("c-1",),
    "visible_numbers": (["n-1"],),
    "visible_users": (["u-lead"], ["u-none"]),
    "visible_agent_groups": (["ag-1"],),
    "status": ("active", "disabled", "asleep", None),
    "authentication_method": ("password", "windows", "api-token", "magic"),
    "ring_order": ("order", "later"),
    "route_through": ("both", "neither"),
    "outbound_block": ("all", "some"),
}


def values_of(name: str, product: str) -> tuple[object, ...]:
    """Values, right and wrong, that a person might enter in a field."""
    return OF_FIELD.get(name) or OF_KIND[fields_of(blueprint(product))[name].kind]


@st.composite
def forms(draw: st.DrawFn, product: str, most: int = 12) -> dict[str, object]:
    """A form of a product with at most so many fields."""
    fields = [name for step in steps_of(blueprint(product)) for name in step.fields]
    chosen = draw(st.lists(st.sampled_from(fields), unique=True, max_size=most))
    return {name: draw(st.sampled_from(values_of(name, product))) for name in chosen}
