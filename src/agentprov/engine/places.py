"""What stands at a place of a tenant, so that a state can say where its call goes next by naming the place (RT-13)."""

from __future__ import annotations

from agentprov.model.call_state import SETTINGS, Place
from agentprov.model.ids import DepartmentId, IvrId, NumberId, TimeConditionId, UserId
from agentprov.model.references import Kind
from agentprov.model.routing import Destination, Failure, Fallback, Ivr, IvrOption, nested
from agentprov.model.tenant import Tenant


def destination_at(tenant: Tenant, place: Place) -> Destination | None:
    """The destination at a place; ``None`` if nothing stands there in this version of the tenant."""
    outer = _outermost(tenant, place)
    inside = () if outer is None else nested(outer)
    return inside[place.depth][1] if place.depth < len(inside) else None


def fallback_at(tenant: Tenant, place: Place) -> Fallback | None:
    """The fallback at a place; ``None`` if there is none in this version of the tenant."""
    if place.kind == Kind.NUMBERS.value:
        number = tenant.numbers.get(NumberId(place.id))
        return None if number is None else number.fallback
    option = _option(tenant.ivrs.get(IvrId(place.id)), place.exit.partition("/")[0].partition(":")[2])
    return None if option is None else option.fallback


def _outermost(tenant: Tenant, place: Place) -> Destination | None:
    exit_, _, failure = place.exit.partition("/")
    if failure:
        fallback = fallback_at(tenant, place)
        return None if fallback is None else fallback.destination(Failure(failure))
    if place.kind == SETTINGS:
        return None if tenant.settings.emergency is None else tenant.settings.emergency.destination
    match place.kind:
        case Kind.NUMBERS:
            number = tenant.numbers.get(NumberId(place.id))
            return None if number is None else number.to
        case Kind.USERS:
            user = tenant.users.get(UserId(place.id))
            return None if user is None or user.calling.hours is None else user.calling.hours.failover
        case Kind.DEPARTMENTS:
            return _of_department(tenant, place.id, exit_)
        case Kind.IVRS:
            return _of_menu(tenant.ivrs.get(IvrId(place.id)), exit_)
        case _:
            condition = tenant.time_conditions.get(TimeConditionId(place.id))
            if condition is None:
                return None
            return condition.open if exit_ == "open" else condition.closed


def _of_department(tenant: Tenant, id_: str, exit_: str) -> Destination | None:
    department = tenant.departments.get(DepartmentId(id_))
    if department is None:
        return None
    if exit_ == "failover":
        return department.failover
    return None if department.hours is None else department.hours.closed


def _of_menu(ivr: Ivr | None, exit_: str) -> Destination | None:
    if ivr is None:
        return None
    if exit_ == "on_timeout":
        return ivr.on_timeout
    if exit_ == "on_invalid":
        return ivr.on_invalid
    option = _option(ivr, exit_.partition(":")[2])
    return None if option is None else option.to


def _option(ivr: Ivr | None, digits: str) -> IvrOption | None:
    if ivr is None:
        return None
    return next((option for option in ivr.options if option.digits == digits), None)
