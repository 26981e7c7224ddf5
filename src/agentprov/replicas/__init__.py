"""Tenants in the memory of a process, kept up from the log of changes (ST-3).

A decision is made with the copy that the process holds, so it never waits for a database. A :class:`Follower` keeps the
copies up; whoever commits gives the next version to :meth:`Replicas.accept`, so that it counts in this process at once.
If the store fails, decisions go on with what is held, and :meth:`Replicas.status` says how old that is.
"""

from __future__ import annotations

from agentprov.replicas.copies import ReplicaStatus
from agentprov.replicas.following import AsyncWake, Follower, Wake, follow
from agentprov.replicas.keeping import AsyncLog, AsyncReplicas, Log, Replicas

__all__ = [
    "AsyncLog",
    "AsyncReplicas",
    "AsyncWake",
    "Follower",
    "Log",
    "ReplicaStatus",
    "Replicas",
    "Wake",
    "follow",
]
