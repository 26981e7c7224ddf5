"""A small front desk as a file, and commands run on it in process."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from agentprov.cli import main

DESK = """\
# a comment that a person wrote
agentprov = 1
id = "t-desk"
name = "Front Desk"

[settings]
time_zone = "Europe/Oslo"
region = "NO"

[blueprint]
name = "desk"
rules = [
    { field = "login", ask = "required" },
    { field = "name", ask = "required" },
    { field = "email" },
    { field = "phone" },
    { field = "roles" },
    { field = "user_group" },
    { field = "home_department" },
    { field = "password" },
    { field = "generate_password" },
]
department_joins = true

[blueprint.catalogue.sections]
user = ["view", "add", "edit"]
number = ["view"]

[users.u-ada]
login = "ada"
name = "Ada Lien"
roles = ["lead"]
home_department = "d-sales"

[users.u-bo]
login = "bo"
name = "Bo Dahl"
phone = "+4722334455"
user_group = "g-day"
home_department = "d-sales"
properties = { "wrap_up.phone" = 60 }
calling = { hours = { time_group = "h-day" } }

[users.u-cai]
login = "cai"
name = "Cai Holm"
phone = "+4722334466"
user_group = "g-day"
calling = { login_based = true }

[roles.lead]
name = "Lead"
grants = [{ permission = "user:edit", scope = ["home-department"] }]

[user_groups.g-day]
name = "Day"
properties = { "wrap_up.phone" = 30, ring_timeout = 20 }

[user_groups.g-night]
name = "Night"

[queues.q-sales]
name = "Sales queue"

[departments.d-sales]
name = "Sales"
members = ["u-bo", "u-cai"]
failover = { type = "hang-up", cause = "unavailable" }

[numbers.n-main]
phone = "+4722222222"
name = "Main line"
to = { type = "ivr", ivr = "i-main" }

[numbers.n-bo]
phone = "+4722222223"
name = "Bo direct"
to = { type = "agent", user = "u-bo" }

[ivrs.i-main]
name = "Main menu"
options = [{ digits = "1", label = "Sales", to = { type = "department", department = "d-sales" } }]
timeout = 5
timeout_retries = 0

[time_groups.h-day]
name = "Day hours"
time_zone = "Europe/Oslo"
weekly = [{ day = "mon", start = "09:00", end = "17:00" }, { day = "tue", start = "09:00", end = "17:00" }]
exceptions = [{ name = "Stocktaking", dates = { type = "date", date = "2026-11-24" }, effect = { type = "closed" } }]
"""

FORM = {"login": "dag", "name": "Dag Moe", "email": "dag@desk.example.com", "home_department": "d-sales"}


class Ran(NamedTuple):
    """What a command printed, and its exit status."""

    status: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        """What a program reads."""
        return json.loads(self.out)


class Desk:
    """The file ``desk.toml`` in a folder of its own; ``FILE`` in a command line stands for it."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.file = folder / "desk.toml"
        self.file.write_text(DESK, encoding="utf-8")
        self.capsys = capsys

    def run(self, *argv: str) -> Ran:
        """Run one command line."""
        status = main([str(self.file) if each == "FILE" else each for each in argv])
        printed = self.capsys.readouterr()
        return Ran(status, printed.out, printed.err)

    def write(self, name: str, text: str) -> str:
        """Put a file beside the desk's."""
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return str(path)
