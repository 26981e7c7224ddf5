"""Tries an installed wheel in an empty environment: no extras, no tests, no source."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

import agentprov

assert agentprov.__version__ == version("agentprov"), "the package and its metadata tell different versions"
assert "site-packages" in Path(agentprov.__file__).parts, "this is not the installed wheel"
assert Path(agentprov.__file__).with_name("py.typed").exists(), "type checkers need the marker"
print(f"agentprov {agentprov.__version__} works when installed alone")
