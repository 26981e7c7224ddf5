"""Telephone numbers as they are typed: what is read is a stored number, and reading that again changes nothing."""

from __future__ import annotations

from typing import Final

from agentprov.errors import AgentprovError
from agentprov.model.phones import is_emergency, parse_dialled, parse_phone, phone_region, phone_type, verify_phone

_TYPED: Final = (
    *("080 6965 1170", "+91 (0)80 6965-1170", "0047 22 33 44 55", "+4722334455;ext=12", "911", "*21*1#", "++47"),
    *("1-800-FLOWERS", "98123\u200b45678", "٩٨١٢٣٤٥٦٧٨", "011 15-2345-6789", "8 (495) 123-45-67 x9", "+881612345678"),
)
SEEDS: Final = tuple(bytes([position]) + typed.encode() for position, typed in enumerate(_TYPED))
WORDS: Final = (
    b"+",
    b"00",
    b"ext.",
    b";ext=",
    b" x",
    b"(0)",
    b"\xe2\x80\x8b",
    b"\xef\xbc\x90",
    b"+1",
    b"+44",
    b"112",
    b"*#",
)
_REGIONS: Final = ("IN", "NO", "US", "AR", "IT", None)


def one(data: bytes) -> None:
    """A number, or one problem, in each of several countries."""
    text = data[1:].decode("utf-8", "surrogateescape")
    region = _REGIONS[data[0] % len(_REGIONS)] if data else None
    is_emergency(text, region)
    for read in (parse_phone, parse_dialled):
        try:
            number = read(text, region=region)
        except AgentprovError as error:
            str(error)
            continue
        phone_type(number)
        phone_region(number)
        if read is parse_phone:
            assert () == verify_phone(number)
            assert number == parse_phone(number, region=region)
