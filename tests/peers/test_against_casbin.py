"""Casbin and the engine agree: policies in the shapes that casbin documents get the same answers from both.

A policy is a table of casbin's: `p` lines say who may do what, `g` lines who has which role. It is loaded into
pycasbin as it stands, and :func:`translated` for the engine: a domain becomes a tenant, a subject a user, an object
with an action a permission for the whole tenant, and whoever is named as a role a role. Casbin has one namespace for
users and roles, so a role may be asked about as if it were a user; here a user who has just that role stands for it.

Where the two mean different things, a test below says how; `docs/peers.md` says why.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise, product
from typing import Any, Final

import attrs
import casbin
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentprov.engine.access import Access
from agentprov.engine.decisions import DeniedBy, Granted, UnknownUser
from agentprov.errors import Code, InvalidValue, NotFound
from agentprov.model.access import EVERYONE, WHOLE_TENANT, Catalogue, Effect, Grant, Permission, Role
from agentprov.model.blueprint import Blueprint
from agentprov.model.identity import Login
from agentprov.model.ids import RoleId, TenantId, UserId
from agentprov.model.settings import Settings
from agentprov.model.table import Table
from agentprov.model.tenant import Tenant
from agentprov.model.users import User

# ---- casbin's shapes ------------------------------------------------------------------------------------------------

_MODEL: Final = """
[request_definition]
r = {request}

[policy_definition]
p = {policy}

[role_definition]
g = {roles}

[policy_effect]
e = {effect}

[matchers]
m = {matcher}
"""

_ALLOW: Final = "some(where (p.eft == allow))"
_NO_DENY: Final = "!some(where (p.eft == deny))"


@attrs.frozen(kw_only=True)
class Shape:
    """A model of casbin's, as text, with the columns that its `p` lines have."""

    model: str
    columns: tuple[str, ...]
    domains: bool = False
    open: bool = False
    """Whether what isn't denied is allowed."""


PLAIN: Final = Shape(
    model=_MODEL.format(
        request="sub, obj, act",
        policy="sub, obj, act",
        roles="_, _",
        effect=_ALLOW,
        matcher="g(r.sub, p.sub) && r.obj == p.obj && r.act == p.act",
    ),
    columns=("sub", "obj", "act"),
)
DOMAINS: Final = Shape(
    model=_MODEL.format(
        request="sub, dom, obj, act",
        policy="sub, dom, obj, act",
        roles="_, _, _",
        effect=_ALLOW,
        matcher="g(r.sub, p.sub, r.dom) && r.dom == p.dom && r.obj == p.obj && r.act == p.act",
    ),
    columns=("sub", "dom", "obj", "act"),
    domains=True,
)
DENY: Final = Shape(
    model=_MODEL.format(
        request="sub, obj, act",
        policy="sub, obj, act, eft",
        roles="_, _",
        effect=f"{_ALLOW} && {_NO_DENY}",
        matcher="g(r.sub, p.sub) && r.obj == p.obj && r.act == p.act",
    ),
    columns=("sub", "obj", "act", "eft"),
)
NOT_DENIED: Final = attrs.evolve(DENY, model=DENY.model.replace(f"{_ALLOW} && ", ""), open=True)

SHEETS: Final = {
    "roles": (
        PLAIN,
        """
        p, alice, data1, read
        p, bob, data2, write
        p, data2_admin, data2, read
        p, data2_admin, data2, write
        g, alice, data2_admin
        """,
    ),
    "hierarchy": (
        PLAIN,
        """
        p, alice, data1, read
        p, bob, data2, write
        p, data1_admin, data1, read
        p, data1_admin, data1, write
        p, data2_admin, data2, read
        p, data2_admin, data2, write
        g, alice, admin
        g, admin, data1_admin
        g, admin, data2_admin
        """,
    ),
    "domains": (
        DOMAINS,
        """
        p, admin, domain1, data1, read
        p, admin, domain1, data1, write
        p, admin, domain2, data2, read
        p, admin, domain2, data2, write
        g, alice, admin, domain1
        g, bob, admin, domain2
        """,
    ),
    "hierarchy with domains": (
        DOMAINS,
        """
        p, reader, domain1, data1, read
        p, writer, domain1, data1, write
        p, alice, domain1, data2, read
        p, alice, domain1, data2, write
        p, reader, domain2, data2, read
        g, global_admin, reader, domain1
        g, global_admin, writer, domain1
        g, alice, global_admin, domain1
        g, bob, reader, domain2
        """,
    ),
    "deny override": (
        DENY,
        """
        p, alice, data1, read, allow
        p, bob, data2, write, allow
        p, data2_admin, data2, read, allow
        p, data2_admin, data2, write, allow
        p, alice, data2, write, deny
        g, alice, data2_admin
        """,
    ),
    "deny override by a role": (
        DENY,
        """
        p, alice, data1, read, allow
        p, alice, data1, write, allow
        p, admin, data1, write, allow
        p, trainee, data1, write, deny
        g, alice, trainee
        g, bob, admin
        g, carol, admin
        g, carol, trainee
        """,
    ),
}

# ---- a table, and what it says --------------------------------------------------------------------------------------

Question = tuple[str, str, str, str]
"""Who, in which domain, to what, does what."""


@attrs.frozen(kw_only=True)
class Sheet:
    """A policy: its shape, and its lines without the spaces around their fields."""

    shape: Shape
    lines: tuple[tuple[str, ...], ...]

    @property
    def rules(self) -> list[dict[str, str]]:
        """The `p` lines by the names of their columns."""
        return [dict(zip(self.shape.columns, line[1:], strict=True)) for line in self.lines if line[0] == "p"]

    @property
    def links(self) -> list[tuple[str, str, str]]:
        """The `g` lines: who, which role, in which domain."""
        return [(line[1], line[2], line[3] if self.shape.domains else "") for line in self.lines if line[0] == "g"]

    def column(self, name: str) -> list[str]:
        """What occurs in a column of the `p` lines."""
        return sorted({rule[name] for rule in self.rules})

    @property
    def subjects(self) -> list[str]:
        """Everybody who is named, users and roles alike."""
        return sorted({*self.column("sub"), *(name for link in self.links for name in link[:2])})

    @property
    def domains(self) -> list[str]:
        """The domains that are named; one without a name where the shape has none."""
        return sorted({*self.column("dom"), *(link[2] for link in self.links)}) if self.shape.domains else [""]

    def questions(self) -> Iterator[Question]:
        """Every question that can be asked, about strangers of every kind as well."""
        domains = [*self.domains, "nowhere"] if self.shape.domains else self.domains
        return product(
            [*self.subjects, "nobody"], domains, [*self.column("obj"), "data9"], [*self.column("act"), "fly"]
        )


def sheet(shape: Shape, text: str) -> Sheet:
    """A policy from its lines."""
    lines = [tuple(part.strip() for part in line.split(",")) for line in text.split("\n") if line.strip()]
    return Sheet(shape=shape, lines=tuple(lines))


def enforcer(policy: Sheet) -> Any:
    """Casbin's, with the policy as it stands."""
    text = "\n".join(", ".join(line) for line in policy.lines)
    return casbin.Enforcer(casbin.Enforcer.new_model(text=policy.shape.model), casbin.StringAdapter(text))


def asked(policy: Sheet, question: Question) -> tuple[str, ...]:
    """The question as casbin wants it."""
    who, domain, what, act = question
    return (who, domain, what, act) if policy.shape.domains else (who, what, act)


# ---- the same for the engine ----------------------------------------------------------------------------------------


def granted(rule: dict[str, str]) -> Grant:
    """What a `p` line grants or denies."""
    return Grant(
        permission=Permission(f"{rule['obj']}:{rule['act']}"),
        scope=WHOLE_TENANT,
        effect=Effect(rule.get("eft", "allow")),
    )


def translated(policy: Sheet, domain: str, *, words: Sheet | None = None) -> Tenant:
    """The tenant that a domain is. Objects and actions are known in all of them; ``words`` has others."""
    rules = [rule for rule in policy.rules if rule.get("dom", "") == domain]
    links = [(name, role) for name, role, where in policy.links if where == domain]
    names = {rule["sub"] for rule in rules} | {name for link in links for name in link}
    roles = {role for _, role in links}
    words = words or policy
    actions = tuple(words.column("act"))
    catalogue = Catalogue(sections=Table(dict.fromkeys(words.column("obj"), actions)))

    def grants(name: str) -> list[Grant]:
        return [granted(rule) for rule in rules if rule["sub"] == name]

    def given(name: str) -> list[RoleId]:
        return [RoleId(role) for one, role in links if one == name]

    tables = {
        RoleId(name): Role(id=RoleId(name), name=name, inherits=given(name), grants=grants(name)) for name in roles
    }
    if policy.shape.open:
        everything = [
            Grant(permission=Permission(f"{section}:*"), scope=WHOLE_TENANT) for section in catalogue.sections
        ]
        tables[EVERYONE] = Role(id=EVERYONE, name="Everyone", grants=everything)
    return Tenant(
        id=TenantId(domain or "t-1"),
        name="Translated",
        settings=Settings(time_zone="UTC", region="IN"),
        blueprint=Blueprint(name="translated", catalogue=catalogue),
        roles=Table(tables),
        users=Table(
            {
                UserId(name): User(
                    id=UserId(name),
                    login=Login(name),
                    roles=[RoleId(name)] if name in roles else given(name),
                    grants=[] if name in roles else grants(name),
                )
                for name in names
            }
        ),
    )


def engines(policy: Sheet) -> dict[str, Access]:
    """One for each domain."""
    return {domain: Access(translated(policy, domain)) for domain in policy.domains}


def allows(policy: Sheet, tenants: dict[str, Access], question: Question) -> bool:
    """The engine's answer. A permission that nobody ever wrote down is an error here, and so is not allowed."""
    who, domain, what, act = question
    if domain not in tenants:
        return False
    if what in policy.column("obj") and act in policy.column("act"):
        return tenants[domain].allows(who, f"{what}:{act}")
    with pytest.raises(NotFound) as caught:
        tenants[domain].allows(who, f"{what}:{act}")
    assert (Code.PERMISSION_UNKNOWN,) == caught.value.codes
    return False


def differences(policy: Sheet, theirs: Any, ours: dict[str, Access]) -> list[Question]:
    """The questions to which the two give different answers."""
    return [
        question
        for question in policy.questions()
        if theirs.enforce(*asked(policy, question)) is not allows(policy, ours, question)
    ]


def strange(policy: Sheet, question: Question) -> bool:
    """Whether the question names somebody or something that the policy doesn't have."""
    who, domain, what, act = question
    lists = (policy.subjects, policy.domains, policy.column("obj"), policy.column("act"))
    return any(one not in known for one, known in zip((who, domain, what, act), lists, strict=True))


# ---- the comparison -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SHEETS)
def test_the_documented_policies_are_answered_alike(name: str) -> None:
    """AC-2, AC-4: of everybody, in every domain, to everything, strangers too, casbin and the engine say the same."""
    policy = sheet(*SHEETS[name])
    assert [] == differences(policy, enforcer(policy), engines(policy))


_USERS: Final = ("alice", "bob", "carol")
_ROLES: Final = ("admin", "lead", "clerk", "trainee")
_NAMES: Final = (*_USERS, *_ROLES)


def _link(place: int) -> st.SearchStrategy[tuple[str, str]]:
    """One of the names with a role that comes later, so that roles never go round in a circle."""
    later = _NAMES[max(place + 1, len(_USERS)) :]
    return st.tuples(st.just(_NAMES[place]), st.sampled_from(later))


_LINKS: Final = st.integers(0, len(_NAMES) - 2).flatmap(_link)


def policies(shape: Shape) -> st.SearchStrategy[Sheet]:
    """Policies of one shape: some names are users in one and roles in another, some roles have nothing."""
    values = {
        "sub": st.sampled_from(_NAMES),
        "dom": st.sampled_from(("north", "south")),
        "obj": st.sampled_from(("data1", "data2")),
        "act": st.sampled_from(("read", "write")),
        "eft": st.sampled_from(("allow", "allow", "deny")),
    }
    rule = st.tuples(st.just("p"), *(values[column] for column in shape.columns))
    domain = [values["dom"]] if shape.domains else []
    link = st.tuples(_LINKS, *domain).map(lambda drawn: ("g", *drawn[0], *drawn[1:]))
    return st.builds(
        lambda rules, links: Sheet(shape=shape, lines=(*rules, *links)),
        st.lists(rule, min_size=1, max_size=8),
        st.lists(link, min_size=1, max_size=8),
    )


@pytest.mark.parametrize("shape", [PLAIN, DOMAINS, DENY], ids=["roles", "domains", "deny override"])
@given(data=st.data())
def test_generated_policies_are_answered_alike(shape: Shape, data: st.DataObject) -> None:
    """AC-2, AC-4: so it is for any policy of these shapes, with roles that inherit in any depth and width."""
    policy = data.draw(policies(shape))
    assert [] == differences(policy, enforcer(policy), engines(policy))


@given(policies(NOT_DENIED))
def test_what_is_not_denied_is_what_everyone_is_granted(policy: Sheet) -> None:
    """AC-2: where casbin allows what nothing denies, Everyone is granted everything; only strangers are denied here."""
    found = differences(policy, enforcer(policy), engines(policy))
    assert all(strange(policy, question) for question in found)
    assert ("nobody", "", "data9", "fly") in found


@given(policies(DENY))
def test_the_rule_that_casbin_names_is_among_the_reasons(policy: Sheet) -> None:
    """AC-7: casbin names one line that decided; the reasons have that line, and the others that held as well."""
    theirs, ours = enforcer(policy), Access(translated(policy, ""))
    roles = {role for _, role, _ in policy.links}

    for who, what, act in product(policy.subjects, policy.column("obj"), policy.column("act")):
        found, line = theirs.enforce_ex(who, what, act)
        reasons = [each for each in ours.decide(who, f"{what}:{act}").reasons if isinstance(each, Granted | DeniedBy)]
        named = {(each.held.path[-1] if each.held.path else who, each.held.grant.effect.value) for each in reasons}

        assert ((line[0], line[3]) in named) if line else (not named)
        assert found is (bool(named) and all(effect == "allow" for _, effect in named))
        assert all(name in roles or name == who for name, _ in named)


# ---- where the meaning differs --------------------------------------------------------------------------------------


def test_a_role_is_no_user() -> None:
    """AC-2, AC-4: casbin answers for a role's name as for a user; here users and roles are apart."""
    policy = sheet(*SHEETS["roles"])
    tenant = translated(policy, "")
    without = attrs.evolve(
        tenant, users=Table({id_: user for id_, user in tenant.users.items() if id_ != "data2_admin"})
    )

    assert enforcer(policy).enforce("data2_admin", "data2", "read")
    assert (UnknownUser(),) == Access(without).decide("data2_admin", "data2:read").reasons


def test_a_misspelt_permission_is_an_error() -> None:
    """AC-1: casbin says no to an action that no line has; here it is an error, whoever asks."""
    policy = sheet(*SHEETS["roles"])

    assert not enforcer(policy).enforce("alice", "data1", "raed")
    with pytest.raises(NotFound) as caught:
        Access(translated(policy, "")).allows("alice", "data1:raed")
    assert (Code.PERMISSION_UNKNOWN,) == caught.value.codes


def chain(length: int) -> Sheet:
    """A user at one end of so many roles, of which the last may read."""
    names = ["alice", *(f"role{number}" for number in range(1, length + 1))]
    links = [("g", one, other) for one, other in pairwise(names)]
    return Sheet(shape=PLAIN, lines=(("p", names[-1], "data1", "read"), *links))


def test_roles_are_followed_to_their_end() -> None:
    """AC-2: casbin follows nine roles one after the other and then says no; here every one of a hundred counts."""
    lengths = [1, 9, 10, 11, 100]

    assert [True, True, False, False, False] == [
        enforcer(chain(length)).enforce("alice", "data1", "read") for length in lengths
    ]
    assert [True] * len(lengths) == [
        Access(translated(chain(length), "")).allows("alice", "data1:read") for length in lengths
    ]


def test_roles_that_go_round_in_a_circle_are_refused() -> None:
    """AC-2, ID-3: casbin takes a circle, in which every role has the rights of all; here it is no tenant."""
    policy = Sheet(
        shape=PLAIN,
        lines=(("p", "lead", "data1", "read"), ("g", "alice", "admin"), ("g", "admin", "lead"), ("g", "lead", "admin")),
    )

    assert enforcer(policy).enforce("alice", "data1", "read")
    with pytest.raises(InvalidValue) as caught:
        translated(policy, "")
    assert Code.REFERENCE_CYCLE in caught.value.codes


# ---- controls: the comparison sees what is wrong --------------------------------------------------------------------


def without_a_line(policy: Sheet, place: int) -> Sheet:
    """The policy, one line short."""
    return attrs.evolve(policy, lines=policy.lines[:place] + policy.lines[place + 1 :])


def turned(policy: Sheet, place: int) -> Sheet:
    """The policy, with one allow a deny or one deny an allow."""
    line = policy.lines[place]
    other = {"allow": "deny", "deny": "allow"}
    lines = (*policy.lines[:place], (*line[:-1], other[line[-1]]), *policy.lines[place + 1 :])
    return attrs.evolve(policy, lines=lines)


def spoilt(policy: Sheet) -> Iterator[tuple[tuple[str, ...], Sheet]]:
    """The policy with each of its lines left out, and each of its effects turned round; which line it is."""
    for place, line in enumerate(policy.lines):
        yield line, without_a_line(policy, place)
        if "eft" in policy.shape.columns and line[0] == "p":
            yield line, turned(policy, place)


REDUNDANT: Final = {
    # Alice has it by data1_admin as well.
    ("hierarchy", ("p", "alice", "data1", "read")),
    # Whoever is a trainee is denied it, whatever else they have.
    ("deny override by a role", ("p", "alice", "data1", "write", "allow")),
    ("deny override by a role", ("g", "carol", "admin")),
}
"""Lines without which the answers are the same."""


def test_one_wrong_line_is_seen() -> None:
    """A line that only one of the two has is seen in just the answers that it makes a difference to."""
    unseen: set[tuple[str, tuple[str, ...]]] = set()
    for name, parts in SHEETS.items():
        policy = sheet(*parts)
        right = enforcer(policy)
        for line, other in spoilt(policy):
            wrong = enforcer(other)
            ours = {domain: Access(translated(other, domain, words=policy)) for domain in policy.domains}
            questions = [(question, asked(policy, question)) for question in policy.questions()]

            expected = [question for question, theirs in questions if right.enforce(*theirs) != wrong.enforce(*theirs)]
            assert expected == differences(policy, right, ours)
            if not expected:
                unseen.add((name, line))
    assert unseen == REDUNDANT
