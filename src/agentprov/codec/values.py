"""Single values of the model as documents hold them: for stores and interfaces that keep one object at a time."""

from __future__ import annotations

from functools import cache
from typing import Any, TypeVar, overload

from agentprov.codec.hooks import reader, writer
from agentprov.codec.reading import reading
from agentprov.codec.shapes import Shape, shape_of

T = TypeVar("T")


def encode_value(value: object, kind: Any = None) -> object:  # noqa: ANN401  a class or a union of the model
    """A value of the model as plain data. ``kind`` is needed where the class alone doesn't tell: for a union's tag.

    >>> from agentprov.model.destinations import Destination, HangUp
    >>> encode_value(HangUp(), Destination)
    {'type': 'hang-up'}
    """
    cls: Any = type(value)
    write = writer(_shape(cls if kind is None else kind))
    return value if write is None else write(value)


@overload
def decode_value(kind: type[T], data: object) -> T: ...
@overload
def decode_value(kind: object, data: object) -> Any: ...  # noqa: ANN401
def decode_value(kind: Any, data: object) -> Any:
    """The value of the model that plain data says. ``kind`` is its class, or a union such as ``Destination``.

    Raises:
        InvalidValue: with every problem, the paths relative to the value.

    >>> from agentprov.model.routing import RingPlan
    >>> decode_value(RingPlan, {"timeout": 20})
    RingPlan(order=<RingOrder.ORDER: 'order'>, timeout=20)
    """
    read = reader(_shape(kind))
    with reading():
        return read(data, None)


@cache
def _shape(kind: Any) -> Shape:  # noqa: ANN401
    return shape_of(kind)
