"""What importing costs (PF-13): the package beside attrs alone, and what the first use of a name adds.

Each import runs in a process of its own, the candidates in turn; the time is taken inside it, around the import.
"""

from __future__ import annotations

import platform
import statistics
import subprocess
import sys
from importlib.metadata import version

ROUNDS = 21
CANDIDATES = {
    "import attrs": "import attrs",
    "import agentprov": "import agentprov",
    "import agentprov; agentprov.Tenant": "import agentprov; agentprov.Tenant",
    "import agentprov; agentprov.Access": "import agentprov; agentprov.Access",
    "import agentprov; agentprov.Router": "import agentprov; agentprov.Router",
    "import agentprov; agentprov.load": "import agentprov; agentprov.load",
    "every public name": "import agentprov; [getattr(agentprov, name) for name in agentprov.__all__]",
}


def milliseconds(statement: str) -> float:
    """One import in a fresh process."""
    code = f"import time; a = time.perf_counter(); {statement}; print((time.perf_counter() - a) * 1e3)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return float(run.stdout)


def main() -> None:
    """Print the table."""
    times: dict[str, list[float]] = {name: [] for name in CANDIDATES}
    for _ in range(ROUNDS):
        for name, statement in CANDIDATES.items():
            times[name].append(milliseconds(statement))
    base = statistics.median(times["import attrs"])
    print(f"CPython {platform.python_version()}, attrs {version('attrs')}; {ROUNDS} processes each, in turn\n")
    print("| statement | median ms | best ms | x `import attrs` |\n|---|---|---|---|")
    for name, taken in times.items():
        median = statistics.median(taken)
        print(f"| `{name}` | {median:.1f} | {min(taken):.1f} | {median / base:.2f} |")


if __name__ == "__main__":
    main()
