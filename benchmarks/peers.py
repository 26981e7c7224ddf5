"""Contenders in the measurements of access: the floors, this library, and the peers, one function each.

Each takes a workload, loads it, and gives a question to ask: user, tenant, permission (and target, where scoped) to
yes or no. What a peer must build from the texts of a question is part of its time.
"""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from workload import INHERITS, PERMISSIONS, ROLES, Workload

from agentprov.engine.access import Access

Check = Callable[..., object]
Contender = Callable[[Workload], Check]


def floor(workload: Workload) -> Check:
    """The best hand-written Python: a dictionary from tenant and user to a frozenset, one for each distinct set."""
    sets: dict[frozenset[str], frozenset[str]] = {}
    table: dict[tuple[str, str], frozenset[str]] = {}
    for id_, member in workload.members.items():
        held = workload.holds(id_)
        table[member.tenant, id_] = sets.setdefault(held, held)
    get = table.get
    empty: frozenset[str] = frozenset()

    def check(user: str, tenant: str, permission: str) -> bool:
        return permission in get((tenant, user), empty)

    return check


def floor_scoped(workload: Workload) -> Check:
    """Hand-written too: the scope of a permission in a dictionary, compared by its kind."""
    home: dict[str, tuple[str, str, str | None]] = {}
    classes: dict[object, dict[str, tuple[int, frozenset[str]]]] = {}
    rights: dict[tuple[str, str], dict[str, tuple[int, frozenset[str]]]] = {}
    for id_, member in workload.members.items():
        home[id_] = (member.tenant, workload.department(member), workload.leader(member))
        key = (member.tenant, frozenset(member.roles), member.own)
        if key not in classes:
            classes[key] = _scopes(workload, id_)
        rights[member.tenant, id_] = classes[key]

    def check(user: str, tenant: str, permission: str, target: str) -> bool:
        held = rights.get((tenant, user))
        if held is None:
            return False
        scope = held.get(permission)
        if scope is None:
            return False
        other = home.get(target)
        if other is None or other[0] != tenant:
            return False
        kind, ids = scope
        if kind == 0:
            return home[user][1] == other[1]
        if kind == 1:
            return other[2] == user
        if kind == 2:
            return target in ids or (None in ids and target == user)
        if kind == 3:
            return user == target
        return True

    return check


def _scopes(workload: Workload, user: str) -> dict[str, tuple[int, Any]]:
    member = workload.members[user]
    found: dict[str, tuple[int, Any]] = {}
    for permission in workload.holds(user):
        kind = PERMISSIONS.index(permission) % 4
        ids: set[str | None] = set()
        for role in {r for own in member.roles for r in workload.closure[own]}:
            if kind == 2 and permission in workload.role_permissions[role]:
                here = {id_ for id_ in workload.chosen(role) if workload.members[id_].tenant == member.tenant}
                ids |= here or {None}
        found[permission] = (4 if permission in member.own else kind, frozenset(ids))
    return found


def agentprov_allows(workload: Workload) -> Check:
    """``Access.allows``, one engine for each tenant, found by the tenant's id."""
    questions = {id_: Access(tenant).allows for id_, tenant in workload.build_tenants().items()}
    get = questions.get

    def check(user: str, tenant: str, permission: str) -> bool:
        allows = get(tenant)
        return allows is not None and allows(user, permission)

    return check


def agentprov_decide(workload: Workload) -> Check:
    """``Access.decide``: the reasons with every answer."""
    questions = {id_: Access(tenant).decide for id_, tenant in workload.build_tenants().items()}
    get = questions.get

    def check(user: str, tenant: str, permission: str) -> object:
        decide = get(tenant)
        return None if decide is None else decide(user, permission)

    return check


def agentprov_allows_scoped(workload: Workload) -> Check:
    """``Access.allows`` of another user."""
    questions = {id_: Access(tenant).allows for id_, tenant in workload.build_tenants().items()}
    get = questions.get

    def check(user: str, tenant: str, permission: str, target: str) -> bool:
        allows = get(tenant)
        return allows is not None and allows(user, permission, target)

    return check


def agentprov_decide_scoped(workload: Workload) -> Check:
    """``Access.decide`` of another user: the reasons with every answer."""
    questions = {id_: Access(tenant).decide for id_, tenant in workload.build_tenants().items()}
    get = questions.get

    def check(user: str, tenant: str, permission: str, target: str) -> object:
        decide = get(tenant)
        return None if decide is None else decide(user, permission, target)

    return check


CASBIN_MODEL: Final = """[request_definition]
r = sub, obj, act
[policy_definition]
p = sub, obj, act
[role_definition]
g = _, _
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = r.obj == p.obj && r.act == p.act && g(r.sub, p.sub)
"""


def casbin_enforcer(workload: Workload, *, fast: bool) -> Any:
    """Pycasbin's enforcer for a workload: roles flat, the tenant in the subject's name."""
    casbin: Any = importlib.import_module("casbin")

    def grant(subject: str, permission: str) -> str:
        section, action = permission.split(":")
        return f"p, {subject}, {section}, {action}"

    lines = [grant(role, each) for role in ROLES for each in workload.role_permissions[role]]
    lines += [f"g, {role}, {below}" for role in ROLES for below in INHERITS[role]]
    for member in workload.members.values():
        subject = f"{member.tenant}/{member.id}"
        lines += [grant(subject, each) for each in member.own]
        lines += [f"g, {subject}, {role}" for role in member.roles]
    adapter = casbin.StringAdapter("\n".join(lines))
    if fast:
        enforcer = casbin.FastEnforcer.__new__(casbin.FastEnforcer)
        enforcer._cache_key_order = [1, 2]  # noqa: SLF001  its constructor takes a file only
        casbin.Enforcer.__init__(enforcer, enforcer.new_model(text=CASBIN_MODEL), adapter)
    else:
        enforcer = casbin.Enforcer(casbin.Enforcer.new_model(text=CASBIN_MODEL), adapter)
    return enforcer


def _casbin(workload: Workload, *, fast: bool) -> Check:
    enforce = casbin_enforcer(workload, fast=fast).enforce

    def check(user: str, tenant: str, permission: str) -> object:
        section, action = permission.split(":")
        return enforce(f"{tenant}/{user}", section, action)

    return check


def pycasbin_fast(workload: Workload) -> Check:
    """Pycasbin's fastest enforcer, roles flat, the tenant in the subject's name."""
    return _casbin(workload, fast=True)


def pycasbin(workload: Workload) -> Check:
    """Pycasbin's default enforcer."""
    return _casbin(workload, fast=False)


def cedar_parts(workload: Workload) -> tuple[Any, Any, list[object]]:
    """Cedar's library, the policies of a workload parsed, and its entities as data."""
    cedar: Any = importlib.import_module("cedarpy")
    quote = json.dumps
    policies = [
        f"permit(principal in Role::{quote(role)}, action in "
        f"[{', '.join(f'Action::{quote(each)}' for each in workload.role_permissions[role])}], resource) "
        "when { resource == principal.tenant };"
        for role in ROLES
    ]
    policies.append(
        "permit(principal, action, resource) when { resource == principal.tenant && principal.own.contains(action) };"
    )

    def entity(kind: str, id_: str, parents: list[tuple[str, str]], attributes: Mapping[str, object]) -> object:
        return {
            "uid": {"type": kind, "id": id_},
            "attrs": attributes,
            "parents": [{"type": type_, "id": parent} for type_, parent in parents],
        }

    entities = [entity("Tenant", tenant, [], {}) for tenant in workload.tenants]
    entities += [entity("Action", each, [], {}) for each in PERMISSIONS]
    entities += [entity("Role", role, [("Role", below) for below in INHERITS[role]], {}) for role in ROLES]
    entities += [
        entity(
            "User",
            member.id,
            [("Role", role) for role in member.roles],
            {
                "tenant": {"__entity": {"type": "Tenant", "id": member.tenant}},
                "own": [{"__entity": {"type": "Action", "id": each}} for each in member.own],
            },
        )
        for member in workload.members.values()
    ]
    return cedar, cedar.PolicySet.from_str("\n".join(policies)), entities


def cedarpy(workload: Workload) -> Check:
    """Cedar in Rust, policies and entities parsed beforehand."""
    cedar, policy_set, entities = cedar_parts(workload)
    entity_set = cedar.Entities.from_json_str(json.dumps(entities))
    is_authorized = cedar.is_authorized

    def check(user: str, tenant: str, permission: str) -> object:
        request = {
            "principal": {"type": "User", "id": user},
            "action": {"type": "Action", "id": permission},
            "resource": {"type": "Tenant", "id": tenant},
        }
        return is_authorized(request, policy_set, entity_set).allowed

    return check


def oso(workload: Workload) -> Check:
    """Oso's library (no longer developed): one Polar rule over facts in Python."""
    library: Any = importlib.import_module("oso")

    class User:
        def __init__(self, tenant: str, held: list[str]) -> None:
            self.tenant = tenant
            self.held = held

    engine = library.Oso()
    engine.register_class(User)
    engine.load_str("allow(user: User, permission, tenant) if user.tenant = tenant and permission in user.held;")
    users = {id_: User(member.tenant, sorted(workload.holds(id_))) for id_, member in workload.members.items()}

    def check(user: str, tenant: str, permission: str) -> object:
        return engine.is_allowed(users[user], permission, tenant)

    return check


def vakt(workload: Workload) -> Check:
    """Vakt with policies in memory; it has no role hierarchy, so roles are spelled out beforehand."""
    library: Any = importlib.import_module("vakt")
    rules: Any = importlib.import_module("vakt.rules")
    storage = library.MemoryStorage()
    guard = library.Guard(storage, library.RulesChecker())
    for role in ROLES:
        storage.add(
            library.Policy(
                role,
                actions=[rules.In(*workload.role_permissions[role])],
                subjects=[{"roles": rules.AnyIn(role)}],
                resources=[rules.SubjectMatch("tenant")],
                effect=library.ALLOW_ACCESS,
            )
        )
    for member in workload.members.values():
        if member.own:
            storage.add(
                library.Policy(
                    f"own-{member.id}",
                    actions=[rules.In(*member.own)],
                    subjects=[{"name": rules.Eq(member.id)}],
                    resources=[rules.Eq(member.tenant)],
                    effect=library.ALLOW_ACCESS,
                )
            )
    subjects = {
        member.id: {
            "name": member.id,
            "tenant": member.tenant,
            "roles": sorted({each for role in member.roles for each in workload.closure[role]}),
        }
        for member in workload.members.values()
    }

    def check(user: str, tenant: str, permission: str) -> object:
        return guard.is_allowed(library.Inquiry(action=permission, resource=tenant, subject=subjects[user]))

    return check


def py_abac(workload: Workload) -> Check:
    """py-abac with policies in memory; roles are spelled out beforehand."""
    library: Any = importlib.import_module("py_abac")
    memory: Any = importlib.import_module("py_abac.storage.memory")
    storage = memory.MemoryStorage()

    def policy(uid: str, subject: Mapping[str, object], permissions: tuple[str, ...]) -> None:
        home = {"condition": "EqualsAttribute", "ace": "subject", "path": "$.tenant"}
        rules = {
            "subject": subject,
            "action": {"$.permission": {"condition": "IsIn", "values": list(permissions)}},
            "resource": {"$.tenant": home},
            "context": {},
        }
        storage.add(library.Policy.from_json({"uid": uid, "effect": "allow", "targets": {}, "rules": rules}))

    for role in ROLES:
        policy(role, {"$.roles": {"condition": "AnyIn", "values": [role]}}, workload.role_permissions[role])
    for member in workload.members.values():
        if member.own:
            policy(f"own-{member.id}", {"$.name": {"condition": "Equals", "value": member.id}}, member.own)
    point = library.PDP(storage, library.EvaluationAlgorithm.DENY_OVERRIDES)
    roles = {
        member.id: sorted({each for role in member.roles for each in workload.closure[role]})
        for member in workload.members.values()
    }

    def check(user: str, tenant: str, permission: str) -> object:
        subject = {"name": user, "roles": roles[user], "tenant": workload.members[user].tenant}
        return point.is_allowed(
            library.AccessRequest(
                subject={"id": user, "attributes": subject},
                resource={"id": tenant, "attributes": {"tenant": tenant}},
                action={"id": permission, "attributes": {"permission": permission}},
                context={},
            )
        )

    return check


def django_rules(workload: Workload) -> Check:
    """django-rules without Django: hand-written predicates, one for each permission."""
    rules: Any = importlib.import_module("rules")

    class User:
        __slots__ = ("own", "roles", "tenant")

        def __init__(self, tenant: str, roles: tuple[str, ...], own: tuple[str, ...]) -> None:
            self.tenant = tenant
            self.roles = roles
            self.own = own

    same_tenant = rules.predicate(lambda user, tenant: user.tenant == tenant)

    def by_role(holders: set[str]) -> Any:
        return rules.predicate(lambda user, _tenant: not holders.isdisjoint(user.roles))

    def of_own(permission: str) -> Any:
        return rules.predicate(lambda user, _tenant: permission in user.own)

    rule_set = rules.RuleSet()
    for permission in PERMISSIONS:
        holders = {role for role in ROLES if permission in workload.held[role]}
        rule_set.add_rule(permission, same_tenant & (by_role(holders) | of_own(permission)))
    users = {member.id: User(member.tenant, member.roles, member.own) for member in workload.members.values()}
    test_rule = rule_set.test_rule

    def check(user: str, tenant: str, permission: str) -> object:
        return test_rule(permission, users[user], tenant)

    return check


PLAIN: Final[tuple[Contender, ...]] = (agentprov_allows, agentprov_decide)
SCOPED: Final[tuple[Contender, ...]] = (agentprov_allows_scoped, agentprov_decide_scoped)
PEERS: Final[tuple[Contender, ...]] = (django_rules, cedarpy, pycasbin_fast, pycasbin, oso, vakt, py_abac)
PACKAGES: Final = {
    "django_rules": "rules",
    "cedarpy": "cedarpy",
    "pycasbin_fast": "pycasbin",
    "pycasbin": "pycasbin",
    "oso": "oso",
    "vakt": "vakt",
    "py_abac": "py_abac",
}
