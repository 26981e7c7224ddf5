"""A text that never shows itself: passwords, tokens, codes (CR-7).

``repr=False`` on a field hides a secret from ``repr`` only; ``attrs.asdict``, a JSON encoder and pickle still carry it.
So a secret is a type of its own, which looks like no string and gives its text to nothing but its one method.
"""

from __future__ import annotations

from typing import Final, NoReturn, final

from agentprov.errors import Code, InvalidValue

SHOWN: Final = "<secret>"
"""What a secret shows instead of itself."""


@final
class Secret:
    """Holds a text that only :meth:`reveal` gives out.

    It has no equality (comparing secrets takes a verification in constant time, so ``==`` raises ``TypeError``) and no
    hash; copying, pickling and JSON refuse it. A field that holds one is declared with ``eq=False``.

    Raises:
        InvalidValue: ``field.wrong_type`` if it is made of anything but text.

    >>> password = Secret("correct horse battery staple")
    >>> print(password, [password], f"{password:>40}")
    <secret> [<secret>] <secret>
    >>> len(password.reveal())
    28
    """

    __slots__ = ("_text",)
    _text: str

    def __init__(self, text: str) -> None:
        if not isinstance(text, str):
            raise InvalidValue.of(Code.FIELD_WRONG_TYPE, expected="text", found="something else")
        object.__setattr__(self, "_text", text)

    def reveal(self) -> str:
        """The text itself. Don't bind it to a name: tools that show local variables would print it."""
        return self._text

    def __repr__(self) -> str:
        return SHOWN

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return SHOWN

    def __eq__(self, other: object) -> bool:
        raise TypeError("secrets can't be compared")

    __hash__ = None  # type: ignore[assignment]

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError("a secret can't be changed")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError("a secret can't be changed")

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a secret can't be copied or pickled")

    def __getstate__(self) -> NoReturn:
        raise TypeError("a secret can't be copied or pickled")
