"""Tenants in SQLite and PostgreSQL keep what the protocols promise."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from agentprov.sql import Runner, SqlTenants
from agentprov.testing.contracts import TenantRepositoryContract


class TestSqlTenants(TenantRepositoryContract):
    """ST-4, ST-6: tenants in a database pass the suite that hosts run on their own stores."""

    @pytest.fixture(autouse=True)
    def _opened(self, engine: Engine) -> None:
        self._engine = engine

    def repository(self) -> SqlTenants:
        """An empty one."""
        return SqlTenants(Runner(self._engine))
