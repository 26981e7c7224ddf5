"""Makes the rosters of the example tenant `puzzel.toml`: a thousand rows as they were sent, and as they were mended.

Run from the project's root:

    .venv/bin/python examples/rosters.py
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

from agentprov.codec import load
from agentprov.model.tenant import Tenant

HERE = Path(__file__).parent
FIRST = ("Anne", "Bjørn", "Camilla", "Dag", "Eva", "Frode", "Grete", "Henrik", "Ida", "Jonas")
SECOND = ("Marie", "Olav", "Sofie", "Emil", "Nora", "Aksel", "Ingrid", "Jakob", "Thea", "Magnus")
LAST = ("Berg", "Dahl", "Eide", "Foss", "Haugen", "Krogh", "Lund", "Moen", "Nygård", "Solberg")
HEADER = ("Login", "Name", "Email", "Mobile", "Numeric id", "Language", "User group", "Roles", "Skills")
LETTERS = str.maketrans("øåæ", "oaa")


def rows(tenant: Tenant) -> list[list[str]]:
    """The roster in order: 10 stored users, five of them moved, and 990 new ones."""
    groups = sorted(tenant.user_groups)
    out: list[list[str]] = []
    stored = [user for user in tenant.users.values() if user.user_group is not None and user.mobile is not None][:10]
    for position, user in enumerate(stored):
        at = groups.index(user.user_group) if user.user_group is not None else 0
        group = groups[(at + 1) % len(groups)] if position % 2 else groups[at]
        skills = "; ".join(skill if level is None else f"{skill}={level}" for skill, level in user.skills.items())
        out.append(
            [
                *(user.login, user.name or "", user.email or "", user.mobile or "", str(user.numeric_id)),
                *(user.language or "", group, "; ".join(sorted(user.roles)), skills),
            ]
        )
    for number in range(1_000 - len(out)):
        first, second, last = FIRST[number % 10], SECOND[number // 10 % 10], LAST[number // 100]
        name = f"{first} {second} {last}"
        login = f"{first}.{second}.{last}".lower().translate(LETTERS)
        mobile = f"450 {number // 1000 + 10:02d} {number % 1000:03d}"
        skills = "s-delivery=3; s-returns" if number % 3 else "s-invoice=4"
        group = groups[number % len(groups)]
        out.append(
            [login, name, f"{login}@fjord.example.com", mobile, str(5000 + number), "nb", group, "agent", skills]
        )
    return out


def with_faults(good: list[list[str]]) -> list[list[str]]:
    """The roster as it was sent."""
    out = [list(row) for row in good]
    out[41][2] = "anne.nora@fjord"  # no domain
    out[99][3] = out[98][3].replace(" ", "")  # the same mobile, written otherwise
    out[180][4] = out[0][4]  # a numeric id that a stored user has
    out[250][6] = "g-nights"  # no such group
    out[333][5] = ""  # a language is required
    out[499][8] = "s-delivery=high"  # a level is a number
    out[612][0] = out[611][0]  # the same login twice
    out[777][3] = "1234"  # too short
    out[777][2] = ""  # the mobile would have to do
    return out


def write(path: Path, header: tuple[str, ...], lines: list[list[str]]) -> None:
    """Write a table as a spreadsheet of these parts does: semicolons, a byte order mark, CR LF."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, delimiter=";").writerows([header, *lines])
    sys.stdout.write(f"{path.name}\n")


def main() -> None:
    """Write both rosters."""
    good = rows(load(HERE / "puzzel.toml"))
    folder = HERE / "rosters"
    folder.mkdir(exist_ok=True)
    write(folder / "sent.csv", tuple("E-post" if title == "Email" else title for title in HEADER), with_faults(good))
    write(folder / "mended.csv", HEADER, good)


if __name__ == "__main__":
    main()
