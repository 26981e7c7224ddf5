"""Every repository, in dictionaries: for tests, for tools, and for hosts that keep everything in one process.

Threads may share them. What isn't in the protocols isn't here: nothing is written to disk.
"""

from agentprov.memory.audit import MemoryAudit
from agentprov.memory.calls import MemoryRotation, MemorySticky
from agentprov.memory.credentials import MemoryCodes, MemoryCredentials, MemoryTokens
from agentprov.memory.presence import MemoryPresence
from agentprov.memory.store import MemoryStore
from agentprov.memory.tenants import MemoryTenants

__all__ = [
    "MemoryAudit",
    "MemoryCodes",
    "MemoryCredentials",
    "MemoryPresence",
    "MemoryRotation",
    "MemorySticky",
    "MemoryStore",
    "MemoryTenants",
    "MemoryTokens",
]
