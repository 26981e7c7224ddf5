"""What this machine's time-zone data and the package tzdata say differently of the years 1990 to 2040."""

from __future__ import annotations

import zoneinfo
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from zoneinfo import ZoneInfo

_STEP = timedelta(days=1)
_FIRST = datetime(1990, 1, 1, tzinfo=UTC)
_LAST = datetime(2041, 1, 1, tzinfo=UTC)


def offsets(zone: ZoneInfo) -> dict[datetime, timedelta | None]:
    """The offset at the start of every day in UTC."""
    days = (_LAST - _FIRST) // _STEP
    return {day: day.astimezone(zone).utcoffset() for day in (_FIRST + number * _STEP for number in range(days))}


def differences(names: list[str]) -> Iterator[str]:
    """One line for each zone that differs."""
    own = zoneinfo.TZPATH
    for name in names:
        zoneinfo.reset_tzpath(own)
        one = offsets(ZoneInfo.no_cache(name))
        zoneinfo.reset_tzpath([])
        other = offsets(ZoneInfo.no_cache(name))
        days = [day for day in one if one[day] != other[day]]
        if days:
            yield f"{name}: {len(days)} days, first {days[0]:%Y-%m-%d}: {one[days[0]]} here, {other[days[0]]} in tzdata"
    zoneinfo.reset_tzpath(own)


def main() -> None:
    """Print the versions, the zones that only one of them has, and the zones that differ."""
    own = zoneinfo.TZPATH
    here = zoneinfo.available_timezones()
    zoneinfo.reset_tzpath([])
    package = zoneinfo.available_timezones()
    zoneinfo.reset_tzpath(own)
    files = [Path(folder, "tzdata.zi") for folder in own]
    first = next((path.read_text().splitlines()[0] for path in files if path.is_file()), "# version unknown")
    print(f"here {first.removeprefix('# version ')}, tzdata {version('tzdata')}")
    print("only here:", *sorted(name for name in here - package if name[0].isupper()))
    print("only in tzdata:", *sorted(package - here))
    both = sorted(name for name in here & package if name[0].isupper() and name != "Factory")
    lines = list(differences(both))
    print(f"{len(both)} zones in both, {len(lines)} differ")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
