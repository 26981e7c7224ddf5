"""Fuzzing: bytes made from what the code does with other bytes, for every parser: ``make fuzz``.

Each module ``fuzz_NAME.py`` beside this one is a harness: ``one(data)`` reads the bytes and checks what comes of them,
``SEEDS`` are inputs to begin with, ``WORDS`` pieces that inputs are made of. A harness imports nothing of the fuzzer,
so that its seeds are tried in the ordinary tests as well. What is found: an exception outside the library's family, a
check that fails, and an input that takes more than 50 ms for each kilobyte.
"""

from __future__ import annotations

import argparse
import importlib
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final, Protocol

from agentprov.errors import AgentprovError

FOLDER: Final = Path(__file__).parent
FOUND: Final = FOLDER.parent.parent / ".fuzz"
"""Where inputs are kept that lead to new places in the code, and those that failed. No part of the project."""
ALLOWED: Final = 0.05
"""Seconds for each kilobyte, and the least that is allowed."""
LONGEST: Final = 4_096
INSTRUMENTED: Final = (
    "agentprov",
    "email_validator",
    "phonenumbers",
    "yaml",
    "tomllib",
    "icalendar",
    "csv",
    "ipaddress",
)


class Harness(Protocol):
    """What a module ``fuzz_NAME.py`` has; ``LEAST`` seconds as well, where few bytes may mean much work."""

    SEEDS: Sequence[bytes]
    WORDS: Sequence[bytes]

    def one(self, data: bytes) -> None:
        """Read the bytes and check what comes of them; a refusal is fine."""
        ...


class TooSlow(Exception):
    """An input took longer than its size allows."""


def names() -> list[str]:
    """The harnesses there are."""
    return sorted(path.stem.removeprefix("fuzz_") for path in FOLDER.glob("fuzz_*.py"))


def harness(name: str) -> Harness:
    """A harness by its name."""
    module: Any = importlib.import_module(f"tests.deep.fuzz_{name}")
    return module  # type: ignore[no-any-return]


def judged(chosen: Harness, data: bytes) -> None:
    """One input, refused or read, within its time. Another process may have been in the way once, not three times."""
    allowed = max(ALLOWED * max(1.0, len(data) / 1_024), getattr(chosen, "LEAST", 0.0))
    spent = _seconds(chosen.one, data)
    for _ in range(2):
        spent = spent if spent <= allowed else min(spent, _seconds(chosen.one, data))
    if spent > allowed:
        message = f"{spent * 1_000:.0f} ms for {len(data)} bytes"
        raise TooSlow(message)


def _seconds(one: Callable[[bytes], None], data: bytes) -> float:
    start = time.process_time()
    try:
        one(data)
    except AgentprovError as error:
        str(error)
    return time.process_time() - start


def fuzz(name: str, seconds: int) -> None:
    """Fuzz one harness in this process, which ends with it."""
    import atheris

    with atheris.instrument_imports(include=list(INSTRUMENTED)):
        chosen = harness(name)
        for seed in chosen.SEEDS:  # which loads what is loaded at its first use
            judged(chosen, seed)
    corpus = FOUND / name / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    for position, seed in enumerate(chosen.SEEDS):
        (corpus / f"seed-{position}").write_bytes(seed)
    words = FOUND / name / "words"
    escaped = ("".join(f"\\x{byte:02x}" for byte in word) for word in chosen.WORDS)
    words.write_text("".join(f'"{word}"\n' for word in escaped))
    options = [
        f"-max_total_time={seconds}",
        f"-max_len={LONGEST}",
        f"-dict={words}",
        "-timeout=20",
        "-print_final_stats=1",
    ]
    atheris.Setup([name, *options, f"-artifact_prefix={FOUND / name}/", str(corpus)], lambda data: judged(chosen, data))
    atheris.Fuzz()


def main() -> int:
    """Fuzz every harness, or those named, one after the other in a process of its own; 1 if anything is found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(names()))
    parser.add_argument("--seconds", type=int, default=60, help="for each harness")
    parser.add_argument("--here", action="store_true", help="in this very process: one name only")
    arguments = parser.parse_args()
    if arguments.here:
        fuzz(arguments.names[0], arguments.seconds)
    found = 0
    for name in arguments.names or names():
        print(f"{name:12}", end=" ", flush=True)  # noqa: T201  a report
        command = [sys.executable, "-m", "tests.deep.fuzzing", "--here", name, "--seconds", str(arguments.seconds)]
        ran = subprocess.run(command, capture_output=True, text=True, errors="replace", env=os.environ, check=False)
        units = re.search(r"number_of_executed_units: *([0-9]+)", ran.stderr)
        print(f"{int(units[1]) if units else 0:10,} inputs", "fine" if ran.returncode == 0 else "FOUND")  # noqa: T201
        if ran.returncode:
            found = 1
            lines = (ran.stdout + ran.stderr).splitlines()
            print("\n".join(line for line in lines if not line.startswith(("#", "stat::", "INFO:")))[-6_000:])  # noqa: T201
    return found


if __name__ == "__main__":
    sys.exit(main())
