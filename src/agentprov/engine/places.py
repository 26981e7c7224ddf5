"""What stands at a place of a tenant, so that a state can say where its call goes next by naming the place (RT-13)."""

from __future__ import annotations

from agentprov.model import standings
from agentprov.model.contact import PhoneNumber
from agentprov.model.destinations import Destination, Failure, Fallback, ToExternal, ToQueue, inside
from agentprov.model.ids import DepartmentId, IvrId, NumberId, QueueId, TimeConditionId, TimeGroupId, UserId
from agentprov.model.numbers import Number, SendTo
from agentprov.model.references import Kind
from agentprov.model.routing import Ivr, IvrOption
from agentprov.model.standings import Place
from agentprov.model.tenant import Tenant


def destination_at(tenant: Tenant, place: Place) -> Destination | None:
    """The destination at a place; ``None`` if nothing stands there in this version of the tenant."""
    at = _outermost(tenant, place)
    left = place.inner
    while at is not None and left:
        fields = {"/".join(names): to for names, to in inside(at)}
        name = next((name for name in fields if left == name or left.startswith(f"{name}/")), "")
        at = fields.get(name)
        left = left[len(name) + 1 :]
    return at


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
    match place.kind:
        case standings.SETTINGS:
            return None if tenant.settings.emergency is None else tenant.settings.emergency.destination
        case standings.TRANSFERRED:
            return _transferred(tenant, place)
        case Kind.NUMBERS:
            return _of_number(tenant.numbers.get(NumberId(place.id)), exit_)
        case Kind.USERS:
            user = tenant.users.get(UserId(place.id))
            return None if user is None or user.calling.hours is None else user.calling.hours.failover
        case Kind.DEPARTMENTS:
            return _of_department(tenant, place.id, exit_)
        case Kind.TIME_GROUPS:
            group = tenant.time_groups.get(TimeGroupId(place.id))
            return None if group is None or group.emergency is None else group.emergency.destination
        case Kind.IVRS:
            return _of_menu(tenant.ivrs.get(IvrId(place.id)), exit_)
        case _:
            condition = tenant.time_conditions.get(TimeConditionId(place.id))
            if condition is None:
                return None
            return condition.open if exit_ == "open" else condition.closed


def _transferred(tenant: Tenant, place: Place) -> Destination | None:
    if place.exit == "external":
        return ToExternal(number=PhoneNumber(place.id))
    queue = QueueId(place.id)
    return ToQueue(queue=queue) if queue in tenant.queues else None


def _of_number(number: Number | None, exit_: str) -> Destination | None:
    if number is None:
        return None
    if exit_ == "to":
        return number.to
    rules = number.caller_rules if exit_.startswith("rule:") else ()
    position = int(exit_.partition(":")[2]) if rules else 0
    action = rules[position].action if position < len(rules) else None
    return action.to if isinstance(action, SendTo) else None


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
