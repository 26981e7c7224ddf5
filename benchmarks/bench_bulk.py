"""What a roster costs, row by row, beside what its telephone numbers and addresses cost the libraries that read them.

python benchmarks/bench_bulk.py [rows]

The floor is phonenumbers (parsed, its type asked, written as E.164, in order) and email-validator alone, for the same
rows in the same run. Memory: what the reading of the file keeps at most, and the peak of the whole process.
"""

from __future__ import annotations

import gc
import resource
import sys
import time
import tracemalloc
from collections.abc import Callable
from io import BytesIO
from typing import TypeVar

import phonenumbers
from email_validator import validate_email

from agentprov.codec import blueprint
from agentprov.interop.rosters import read_csv
from agentprov.model import emails, phones
from agentprov.model.emails import parse_email
from agentprov.model.groups import UserGroup
from agentprov.model.ids import TenantId, UserGroupId
from agentprov.model.phones import parse_phone
from agentprov.model.settings import Settings
from agentprov.model.tenant import Tenant
from agentprov.provisioning import plan_users
from agentprov.provisioning.roster import Action

ROWS = 100_000
HEADER = "login,name,email,mobile,numeric_id,language,user_group\n"
cpu = time.thread_time_ns
T = TypeVar("T")


def roster(rows: int) -> bytes:
    """A table of new users, every address and number another one."""
    lines = (f"user{n},Asha Rao {n},user{n}@example.com,+47 4{n:07d},{n + 1},nb,g-{n % 20}\n" for n in range(rows))
    return (HEADER + "".join(lines)).encode()


def tenant() -> Tenant:
    """An empty company with twenty user groups, provisioning as Puzzel does."""
    groups = {id_: UserGroup(id=id_, name=id_) for id_ in (UserGroupId(f"g-{n}") for n in range(20))}
    settings = Settings(time_zone="Europe/Oslo", region="NO")
    plan = blueprint("puzzel")
    return Tenant(
        id=TenantId("t0"), name="Acme", settings=settings, blueprint=plan, roles=plan.ready_roles, user_groups=groups
    )


def timed(work: Callable[[], T]) -> tuple[T, float]:
    """What the work gives, and the microseconds of processor time it takes."""
    gc.collect()
    start = cpu()
    result = work()
    return result, (cpu() - start) / 1_000


def floor(rows: int) -> None:
    """The libraries' own work."""
    for number in range(rows):
        parsed = phonenumbers.parse(f"+47 4{number:07d}", "NO")
        phonenumbers.number_type(parsed)
        phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
        validate_email(f"user{number}@example.com", check_deliverability=False, strict=True)


def checked(rows: int) -> None:
    """The same through the library's own functions, which ask for more: emergencies, regions, normal forms."""
    for number in range(rows):
        parse_phone(f"+47 4{number:07d}", region="NO", international=False)
        parse_email(f"user{number}@example.com")


def reading_keeps(rows: int, company: Tenant) -> float:
    """The most mebibytes that the reading of a file keeps at a time."""
    file = BytesIO(roster(rows))
    tracemalloc.start()
    for _ in read_csv(file, company.blueprint):
        pass
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak / 2**20


def main(rows: int) -> None:
    """Measure and print."""
    company, data = tenant(), roster(rows)
    floor(100)
    _, own = timed(lambda: floor(rows))
    _, ours = timed(lambda: checked(rows))
    for cached in (phones._outcome, emails._outcome, emails._like):  # noqa: SLF001  what was asked before must not help
        cached.cache_clear()
    read, reading = timed(lambda: list(read_csv(data, company.blueprint)))
    plan, planning = timed(lambda: plan_users(company, read, by=None))
    assert plan.change is not None
    assert plan.counts()[Action.CREATE] == rows
    change = plan.change
    _, applying = timed(lambda: change.apply(company))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{rows:,} rows, microseconds of processor time for each\n")
    print(f"the validators alone   {own / rows:8.1f}")
    print(f"our own functions      {ours / rows:8.1f}")
    print(f"reading CSV            {reading / rows:8.1f}")
    print(f"planning               {planning / rows:8.1f}")
    both = planning + reading
    print(f"reading and planning   {both / own:8.2f} times the validators, {both / ours:.2f} times our functions")
    print(f"applying the change    {applying / rows:8.1f}")
    print(f"\nreading keeps at most {reading_keeps(1_000, company):.2f} MiB for 1,000 rows,", end=" ")
    print(f"{reading_keeps(rows, company):.2f} MiB for {rows:,}; the process {peak:,.0f} MiB with all rows in a plan")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS)
