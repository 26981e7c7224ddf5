"""Scenarios: a rule shown by a small TOML file, with a tenant, questions, and the answers that it must give.

``docs/testing.md`` describes the files. A host keeps its own beside its tenants, runs them with :func:`run_scenario`,
and a failing one says what it expected and what happened instead.
"""

from agentprov.testing.scenarios.files import Scenario, load_scenario
from agentprov.testing.scenarios.running import Failure, run, run_scenario

__all__ = ["Failure", "Scenario", "load_scenario", "run", "run_scenario"]
