"""Plain values of the library as JSON."""

from __future__ import annotations

from collections.abc import Mapping

from agentprov.cli.output import Json


def plain_data(value: object) -> Json:
    """The value if it is made of what JSON has; tuples become lists. Anything else is a fault of ours."""
    match value:
        case None | bool() | int() | float() | str():
            return value
        case list() | tuple():
            return [plain_data(each) for each in value]
        case Mapping():
            return {str(key): plain_data(each) for key, each in value.items()}
        case _:
            raise TypeError(type(value).__name__)
