"""The desk on which the commands are tried."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.desk import Desk
from tests.cli.rights_desk import RIGHTS


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A fresh copy of the desk's file; output as it is without a terminal."""
    monkeypatch.delenv("COLUMNS", raising=False)
    return Desk(tmp_path, capsys)


@pytest.fixture
def rights(desk: Desk) -> Desk:
    """The same for the desk with rights of every kind."""
    desk.file.write_text(RIGHTS, encoding="utf-8")
    return desk
