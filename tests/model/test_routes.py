"""Routes that no tenant may have: circles that can be walked, and numbers that lead back (RT-9)."""

from __future__ import annotations

from typing import Any

import pytest

from agentprov.errors import Code, Collector, InvalidValue, Path
from agentprov.model.contact import PhoneNumber
from agentprov.model.destinations import Destination, Failure, Fallback, ToExternal, ToQueue
from agentprov.model.hours import ClosedByEmergency, TimeGroup
from agentprov.model.ids import DepartmentId, QueueId, TimeConditionId, TimeGroupId, UserId
from agentprov.model.references import Kind
from agentprov.model.routes import check_routes, exits
from agentprov.model.routing import TimeCondition
from agentprov.model.table import Table
from agentprov.model.tenant import Tenant
from agentprov.model.users import Same
from tests.engine.call_centre import (
    DIALLED,
    NEVER,
    OFFICE,
    OTHER_VOICEMAIL,
    VOICEMAIL,
    agent,
    announced,
    centre,
    closed_at,
    condition,
    department,
    menu,
    number,
    option,
    outside,
    to,
    to_condition,
    to_department,
    to_menu,
)

SELF = ToExternal(number=DIALLED)


def defects(*items: Any, destination: Destination = VOICEMAIL, **fields: Any) -> list[tuple[Code, Path, object]]:
    """What keeps a tenant from being built: code, path, and the witness or the number."""
    with pytest.raises(InvalidValue) as caught:
        centre(destination, *items, **fields)
    return [
        (each.code, each.path, each.parameters.get("witness", each.parameters.get("value")))
        for each in caught.value.problems
    ]


# ---- circles --------------------------------------------------------------------------------------------------------


def test_departments_whose_failovers_go_round_are_a_defect() -> None:
    """RT-9: the witness is the walk, from its smallest object back to it."""
    found = defects(
        department("sales", failover=to_department("help")), department("help", failover=to_department("sales"))
    )

    witness = "department help -> department sales -> department help"
    assert [(Code.ROUTE_CYCLE, ("departments", "help", "failover"), witness)] == found


def test_a_department_may_not_be_its_own_failover() -> None:
    """RT-9: a circle may be of one object."""
    found = defects(department("sales", failover=announced(to_department("sales"))))

    assert [(Code.ROUTE_CYCLE, ("departments", "sales", "failover"), "department sales -> department sales")] == found


@pytest.mark.parametrize(
    ("items", "path", "witness"),
    [
        (
            [
                condition("c", OFFICE, to_condition("d"), VOICEMAIL),
                condition("d", OFFICE, VOICEMAIL, to_condition("c")),
            ],
            ("time_conditions", "c", "open"),
            "time condition c -> time condition d -> time condition c",
        ),
        (
            [menu("m", option("1", VOICEMAIL), on_timeout=to_menu("m"))],
            ("ivrs", "m", "on_timeout"),
            "ivr m -> ivr m",
        ),
        (
            [department("d", hours=closed_at(NEVER, outside(then=to_department("d"))))],
            ("departments", "d", "hours", "closed"),
            "department d -> department d",
        ),
        (
            [department("d", failover=ToQueue(queue=QueueId("line"), next=to_department("d")))],
            ("departments", "d", "failover"),
            "department d -> department d",
        ),
    ],
)
def test_circles_that_need_no_key(items: list[Any], path: Path, witness: str) -> None:
    """RT-9: clock and presence are ignored, and a queue is left, a forward fails, a menu waits in vain."""
    assert [(Code.ROUTE_CYCLE, path, witness)] == defects(*items)


def alarmed(to: Destination) -> dict[TimeGroupId, TimeGroup]:
    """The time groups that the objects below go by; in an emergency the calls of one go to ``to``."""
    emergency = ClosedByEmergency(destination=to)
    return {
        OFFICE: TimeGroup(id=OFFICE, name="Office", time_zone="UTC", emergency=emergency),
        NEVER: TimeGroup(id=NEVER, name="Never", time_zone="UTC"),
    }


@pytest.mark.parametrize(
    ("item", "to_it", "kind", "id_", "path"),
    [
        (condition("c", OFFICE, VOICEMAIL, VOICEMAIL), to_condition("c"), "time_conditions", "c", ("time_group",)),
        (
            department("d", hours=closed_at(OFFICE, None)),
            to_department("d"),
            "departments",
            "d",
            ("hours", "time_group"),
        ),
    ],
    ids=["time condition", "department"],
)
def test_an_emergency_may_not_lead_back_to_what_it_closes(
    item: Any, to_it: Destination, kind: str, id_: str, path: Path
) -> None:
    """RT-9, HR-4: the emergency of a time group takes every call that finds it closed, and needs no key."""
    noun = kind.removesuffix("s").replace("_", " ")
    witness = f"{noun} {id_} -> time group office -> {noun} {id_}"

    assert [(Code.ROUTE_CYCLE, (kind, id_, *path), witness)] == defects(item, time_groups=alarmed(announced(to_it)))
    assert Tenant is type(
        centre(VOICEMAIL, item, time_groups=alarmed(to("asha")), users={UserId("asha"): agent("asha")})
    )


def test_an_emergency_may_lead_back_to_the_users_of_its_hours() -> None:
    """RT-9, HR-4: agents are outside their hours by RT-2, which ends."""
    asha = agent("asha", hours=OFFICE)

    assert Tenant is type(centre(to("asha"), asha, time_groups=alarmed(to("asha"))))


def test_an_emergency_may_not_lead_to_a_number_of_the_tenant_itself() -> None:
    """RT-9, HR-4: as any other external number."""
    where = ("time_groups", "office", "emergency", "destination", "number")

    assert [(Code.FORWARD_SELF, where, DIALLED)] == defects(time_groups=alarmed(SELF))


def test_menus_may_lead_back_by_keys() -> None:
    """RT-7, RT-9: an option, its fallback and invalid input need the caller, who can hang up."""
    main = menu("main", option("1", to_menu("more"), to_menu("main")), on_invalid=to_menu("main"))
    more = menu("more", option("0", to_menu("main")))

    assert Tenant is type(centre(to_menu("main"), main, more))


def test_agents_may_cover_for_each_other() -> None:
    """RT-9 (q): A's failover is B and B's is A; by the reach rule such a call ends."""
    users = agent("asha", hours=NEVER, failover=to("ravi")), agent("ravi", hours=NEVER, failover=to("asha"))

    assert Tenant is type(centre(to("asha"), *users))


def test_an_agents_failover_may_lead_where_the_agent_was_tried() -> None:
    """RT-9: only a direct call uses it, and afterwards the reach is failover; the number's fallback likewise."""
    asha = agent("asha", hours=NEVER, failover=to_condition("c"))
    fallback = Fallback(to=to_condition("c"), by_failure=Table({Failure.BUSY: to("asha")}))

    built = centre(to_condition("c"), asha, condition("c", OFFICE, to("asha"), to("asha")), fallback=fallback)
    assert Tenant is type(built)


def test_the_witness_is_the_shortest_walk() -> None:
    """RT-9: of two circles through the same object the smaller one is shown."""
    found = defects(
        condition("a", OFFICE, to_condition("b"), to_condition("d")),
        condition("b", OFFICE, to_condition("c"), VOICEMAIL),
        condition("c", OFFICE, to_condition("a"), VOICEMAIL),
        condition("d", OFFICE, VOICEMAIL, to_condition("a")),
    )

    witness = "time condition a -> time condition d -> time condition a"
    assert [(Code.ROUTE_CYCLE, ("time_conditions", "a", "closed"), witness)] == found


def test_the_shortest_walk_need_not_pass_the_smallest_object() -> None:
    """RT-9: a knot is searched from each of its objects."""
    found = defects(
        condition("a", OFFICE, to_condition("b"), VOICEMAIL),
        condition("b", OFFICE, to_condition("c"), VOICEMAIL),
        condition("c", OFFICE, to_condition("a"), to_condition("c")),
    )

    witness = "time condition c -> time condition c"
    assert [(Code.ROUTE_CYCLE, ("time_conditions", "c", "closed"), witness)] == found


def test_every_knot_is_reported() -> None:
    """ID-3: all such defects at once, whatever the kinds."""
    found = defects(
        department("d", failover=to_department("d")),
        department("e", failover=to_department("d")),
        condition("c", OFFICE, to_condition("c"), to_department("d")),
    )

    assert [("departments", "d", "failover"), ("time_conditions", "c", "open")] == [path for _, path, _ in found]


def test_a_long_chain_is_no_circle_and_a_long_circle_is_found() -> None:
    """RT-9: depth is no danger, and a big knot is searched within bounds."""
    chain = [department(f"d{n:04}", failover=to_department(f"d{n + 1:04}")) for n in range(1_500)]
    end = department("d1500")

    assert Tenant is type(centre(VOICEMAIL, *chain, end))
    [(_, _, witness)] = defects(*chain, department("d1500", failover=to_department("d0000")))
    assert 1_501 == str(witness).count("->")


# ---- numbers that lead back, and agents who do ----------------------------------------------------------------------


@pytest.mark.parametrize("failover", [to("asha"), announced(to("asha")), outside(then=to("asha"))])
def test_an_agent_as_their_own_failover_is_a_defect(failover: Destination) -> None:
    """RT-9: also behind an announcement or a forward."""
    [(code, path, _)] = defects(agent("asha", hours=NEVER, failover=failover))

    assert (Code.FAILOVER_SELF, ("users", "asha", "calling", "hours", "failover"), "user") == (
        code,
        path[:5],
        path[-1],
    )


def test_forwarding_to_a_number_of_the_tenant_itself_is_a_defect() -> None:
    """RT-9: wherever an external number stands, and for a call-forward number, linked or not."""
    users = (
        agent("asha", calling={"forward": DIALLED}),
        agent("ravi", phone=DIALLED, calling={"forward": Same.PHONE}),
        agent("lena", hours=NEVER, failover=announced(SELF)),
    )
    found = defects(
        *users,
        department("sales", failover=SELF, hours=closed_at(NEVER, SELF)),
        menu("main", option("1", SELF, SELF), on_timeout=SELF, on_invalid=SELF),
        condition("c", OFFICE, SELF, SELF),
        destination=outside(then=SELF),
        fallback=Fallback(to=SELF, by_failure=Table({Failure.BUSY: SELF})),
    )

    assert {Code.FORWARD_SELF} == {code for code, _, _ in found}
    assert {DIALLED} == {value for _, _, value in found}
    assert {
        ("users", "asha", "calling", "forward"),
        ("users", "ravi", "calling", "forward"),
        ("users", "lena", "calling", "hours", "failover", "next", "number"),
        ("departments", "sales", "failover", "number"),
        ("departments", "sales", "hours", "closed", "number"),
        ("ivrs", "main", "options", 0, "to", "number"),
        ("ivrs", "main", "options", 0, "fallback", "to", "number"),
        ("ivrs", "main", "on_timeout", "number"),
        ("ivrs", "main", "on_invalid", "number"),
        ("time_conditions", "c", "open", "number"),
        ("time_conditions", "c", "closed", "number"),
        ("numbers", "main", "to", "next", "number"),
        ("numbers", "main", "fallback", "to", "number"),
        ("numbers", "main", "fallback", "by_failure", "busy", "number"),
    } == {path for _, path, _ in found}


def test_a_suffix_does_not_hide_a_number_of_the_tenant() -> None:
    """RT-9: what is dialled after the number doesn't make it another one."""
    [(code, _, _)] = defects(agent("asha", calling={"forward": PhoneNumber(f"{DIALLED};ext=1")}))

    assert Code.FORWARD_SELF == code


def test_an_emergencys_destination_is_checked_too() -> None:
    """RT-9, HR-4: an emergency that forwards to the tenant itself."""
    tenant = centre(VOICEMAIL)
    found = Collector()
    check_routes(found, {kind: tenant.table(kind) for kind in Kind}, SELF)

    assert [("settings", "emergency", "destination", "number")] == [each.path for each in found.problems]


def test_objects_that_calls_do_not_go_through_have_no_exits() -> None:
    """RT-8: a queue of the host leads nowhere by itself, nor does a user without hours."""
    tenant = centre(VOICEMAIL, agent("asha"))

    assert [] == list(exits(tenant.queues[QueueId("line")]))
    assert [] == list(exits(tenant.users[UserId("asha")]))


def test_exits_name_their_fields() -> None:
    """RT-9: an exit says the field it stands in, and whether it needs a key."""
    tenant = centre(
        VOICEMAIL,
        number(VOICEMAIL),
        department("sales"),
        department("help", hours=closed_at(NEVER)),
        agent("asha", hours=NEVER, failover=OTHER_VOICEMAIL),
    )

    assert [] == list(exits(tenant.departments[DepartmentId("sales")]))
    assert [] == list(exits(tenant.departments[DepartmentId("help")]))
    [own] = exits(tenant.users[UserId("asha")])
    assert (("calling", "hours", "failover"), OTHER_VOICEMAIL, True) == (own.path, own.to, own.free)


def test_time_conditions_have_two_exits() -> None:
    """RT-8: open and closed."""
    one: TimeCondition = condition("c", OFFICE, VOICEMAIL, OTHER_VOICEMAIL)

    assert TimeConditionId("c") == one.id
    assert [("open",), ("closed",)] == [each.path for each in exits(one)]
