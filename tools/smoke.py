"""Tries an installed wheel in an empty environment: no extras, no tests, no source."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import agentprov
from agentprov.model.contact import PhoneNumber
from agentprov.model.ids import TimeGroupId, UserId
from agentprov.model.steps import Ring

assert agentprov.__version__ == version("agentprov"), "the package and its metadata tell different versions"
assert "site-packages" in Path(agentprov.__file__).parts, "this is not the installed wheel"
assert Path(agentprov.__file__).with_name("py.typed").exists(), "type checkers need the marker"
extras = [name for name in ("hypothesis", "orjson", "pytest", "tomli_w", "yaml") if find_spec(name)]
assert not extras, f"this is to be tried without {extras}"
print(f"agentprov {agentprov.__version__}, installed alone")

TENANT = """
agentprov = 1
id = "t-smoke"
name = "Smoke"
blueprint = "puzzel"
settings = { time_zone = "Asia/Kolkata", region = "IN" }

[roles.admin]
name = "Administrator"
grants = [{ permission = "user:*", scope = ["tenant"] }, { permission = "access:grant", scope = ["tenant"] }]

[user_groups.g-day]
name = "Day"
properties = { "wrap_up.phone" = 20 }

[users.u-asha]
login = "asha"
name = "Asha Rao"
language = "en"
email = "asha@example.com"
phone = "+918069651170"
user_group = "g-day"
roles = ["admin"]

[time_groups.h-night]
name = "Night"
time_zone = "Asia/Kolkata"
weekly = [{ day = "fri", start = "22:00", end = "06:00" }]

[numbers.n-main]
phone = "+918069651100"
to = { type = "agent", user = "u-asha" }
"""
SATURDAY = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)
"""Five in the morning in Kolkata."""

ASHA = UserId("u-asha")

tenant = agentprov.loads(TENANT, format="toml")
assert agentprov.loads(agentprov.dumps(tenant)) == tenant
print(f"read {tenant.name} from TOML, wrote it as JSON and read it back")

access = agentprov.Access(tenant)
assert access.allows("u-asha", "user:add")
print(access.explain("u-asha", "user:add"))

wrap_up = agentprov.resolve(tenant, "u-asha", "wrap_up.phone")
assert wrap_up.value == 20
print(f"wrap-up time {wrap_up.value} s, from the {wrap_up.source.level.value} {wrap_up.source.id}")

hours = agentprov.hours_of(tenant.time_groups[TimeGroupId("h-night")], tenant.calendars)
assert hours.is_open(int(SATURDAY.timestamp()))
assert hours.next_change(int(SATURDAY.timestamp())) == int(datetime(2026, 11, 21, 0, 30, tzinfo=UTC).timestamp())
print("Friday's night is open on Saturday at 05:00")

step = agentprov.Router(tenant).start(agentprov.Call(to=PhoneNumber("+918069651100")), at=SATURDAY)
assert isinstance(step.action, Ring), step
assert [leg.number for leg in step.action.legs] == ["+918069651170"]
print(f"a call rings {step.action.legs[0].user}")

change = agentprov.create_user(
    tenant,
    {"login": "ravi", "name": "Ravi Iyer", "language": "en", "user_group": "g-day", "mobile": "98123 45678"},
    by=ASHA,
)
assert change.apply(tenant).users[UserId("u-ravi")].mobile == "+919812345678"
print(*change.describe(), sep="\n")

refused: list[str] = []
try:
    agentprov.create_user(tenant, {"login": "ravi"}, by=ASHA)
except agentprov.InvalidValue as error:
    refused = [problem.where for problem in error.problems]
assert sorted(refused) == ["email", "language", "user_group"], refused
print(f"an incomplete form is refused at {', '.join(refused)}")
