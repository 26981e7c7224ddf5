"""The page on the RBAC standard names every function of the standard, and ours as they are called (AC-6)."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

import pytest

PAGE = (Path(__file__).parent.parent / "docs" / "rbac-standard.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (\w+) \| `([\w.]+)` \|", PAGE, re.MULTILINE)

CORE = """AddUser DeleteUser AddRole DeleteRole AssignUser DeassignUser GrantPermission RevokePermission
CreateSession DeleteSession AddActiveRole DropActiveRole CheckAccess AssignedUsers AssignedRoles RolePermissions
UserPermissions SessionRoles SessionPermissions RoleOperationsOnObject UserOperationsOnObject"""
HIERARCHY = "AddInheritance DeleteInheritance AddAscendant AddDescendant AuthorizedUsers AuthorizedRoles"
SEPARATION = """Create{0}Set Delete{0}Set Add{0}RoleMember Delete{0}RoleMember Set{0}SetCardinality
{0}RoleSets {0}RoleSetRoles {0}RoleSetCardinality"""
DELEGATION = "canAssign canDeassign canGrant canRevoke canAdd canEdit"


def test_every_function_of_the_standard_is_named_once() -> None:
    """AC-6: 21 of the core, 6 of hierarchies, 8 of each separation of duty; and six of delegation beside them."""
    standard = " ".join((CORE, HIERARCHY, SEPARATION.format("Ssd"), SEPARATION.format("Dsd"))).split()

    assert 43 == len(standard)
    assert [*standard, *DELEGATION.split()] == [name for name, _ in ROWS]


@pytest.mark.parametrize("ours", sorted({ours for _, ours in ROWS}))
def test_what_the_page_names_is_there(ours: str) -> None:
    """AC-6: each of our functions, or of our classes' methods, is where the page says."""
    layer, module, *names = ours.split(".")
    found: object = import_module(f"agentprov.{layer}.{module}")
    for name in names:
        found = getattr(found, name)

    assert callable(found)
