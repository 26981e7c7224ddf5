"""What RT-5 and RT-13 say of callers who come again: who served them last, and what is kept when somebody answers."""

from __future__ import annotations

from datetime import timedelta

from agentprov.model.calls import CallEvent, NoAnswer
from agentprov.model.departments import Department
from agentprov.model.effects import Served, StickyAssigned, WrapUp
from agentprov.model.ids import UserId
from agentprov.model.properties import WRAP_UP
from agentprov.model.sticky import Sticky, StickyKey, StickyPlace
from agentprov.model.users import User
from tests.oracle.ringing import can_ring, failed_gates, value
from tests.oracle.world import Way, World


def key_of(world: World, place: StickyPlace, id_: str) -> StickyKey | None:
    """Whose record it is. Anonymous callers have none."""
    return None if world.call.caller is None else StickyKey(caller=world.call.caller, place=place, id=id_)


def alive(world: World, sticky: Sticky, key: StickyKey | None) -> User | None:
    """Who served the caller last there, if that isn't over and they are still one of the tenant's users."""
    record = None if key is None else world.live.last_agents.get(key)
    if record is None:
        return None
    if world.at >= record.at + timedelta(seconds=sticky.seconds):
        world.left_out.append(("sticky.expired", record.user, None))
        return None
    return world.tenant.users.get(record.user)


def known_at_number(world: World, way: Way, members: tuple[UserId, ...] = ()) -> tuple[User, Sticky] | None:
    """The number's own agent, where the call is still on the way of its own destination."""
    number = world.number
    if number is None or number.sticky is None or not way.knows:
        return None
    return known(world, number.sticky, key_of(world, StickyPlace.NUMBER, number.id), members)


def known_in(world: World, department: Department, way: Way) -> tuple[User, Sticky] | None:
    """A department's own counts, else that of the number whose own destination it is."""
    if department.sticky is None:
        return known_at_number(world, way, department.members)
    key = key_of(world, StickyPlace.DEPARTMENT, department.id)
    return known(world, department.sticky, key, department.members)


def known(
    world: World, sticky: Sticky, key: StickyKey | None, members: tuple[UserId, ...]
) -> tuple[User, Sticky] | None:
    """Who served the caller last. With members only somebody who is no member is passed over, of nothing too."""
    user = alive(world, sticky, key)
    if user is None:
        return None
    if sticky.members_only and user.id not in members:
        world.left_out.append(("sticky.not_a_member", user.id, None))
        return None
    return user, sticky


def still_known(world: World, found: tuple[User, Sticky] | None) -> tuple[User, Sticky] | None:
    """Whoever fails a gate is dropped at once; so is who has no number to ring."""
    if found is None or can_ring(world, found[0]):
        return found
    world.left_out += [(code, found[0].id, None) for code in failed_gates(world, found[0])]
    world.left_out.append(("sticky.dropped", found[0].id, None))
    return None


def unanswered(world: World, event: CallEvent, users: set[UserId]) -> None:
    """RT-13: whoever let it ring to its end; being busy and declining is something else."""
    if isinstance(event, NoAnswer):
        world.let_ring |= users


def served(world: World, by: UserId | None, department: Department | None) -> None:
    """RT-13: somebody answered: counters, wrap-up, and the record of whom the caller knows now."""
    if by is None:
        return
    world.effects.append(Served(user=by, department=None if department is None else department.id))
    user = world.tenant.users.get(by)
    if user is not None:
        seconds = value(world, user, WRAP_UP)
        if isinstance(seconds, int) and seconds > 0:
            world.effects.append(WrapUp(user=by, seconds=seconds))
    place: tuple[Sticky, StickyKey | None] | None = None
    if department is not None and department.sticky is not None:
        place = department.sticky, key_of(world, StickyPlace.DEPARTMENT, department.id)
    elif world.number is not None and world.number.sticky is not None:
        place = world.number.sticky, key_of(world, StickyPlace.NUMBER, world.number.id)
    if place is not None and place[1] is not None:
        now = int(world.at.timestamp())
        world.effects.append(StickyAssigned(key=place[1], user=by, at=now, until=now + place[0].seconds))
