"""Whether a request comes from Twilio: its signature over the URL and the parameters, keyed with the account's token.

The rule is Twilio's: HMAC-SHA1 over the URL as Twilio knows it, then every parameter's name and value, sorted by name.
Twilio names the port in some requests and leaves it out in others, so both are tried.
"""

from __future__ import annotations

import hmac
from base64 import b64encode
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit, urlunsplit

HEADER: Final = "X-Twilio-Signature"
_PORTS: Final = {"http": 80, "https": 443}


def signature(token: str, url: str, parameters: Mapping[str, str]) -> str:
    """The signature of a request to this very URL."""
    signed = url + "".join(name + parameters[name] for name in sorted(parameters))
    return b64encode(hmac.digest(token.encode(), signed.encode(), "sha1")).decode("ascii")


def is_twilios(given: str, *, token: str, url: str, parameters: Mapping[str, str]) -> bool:
    """Whether the signature is that of the URL, with its port or without."""
    right = [signature(token, each, parameters).encode() for each in _spellings(url)]
    found = [hmac.compare_digest(each, given.encode("utf-8", "replace")) for each in right]
    return any(found)


def _spellings(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    host = parts.hostname or ""
    bare = f"[{host}]" if ":" in host else parts.netloc.partition(":")[0]
    port = parts.port or _PORTS.get(parts.scheme, 443)
    return urlunsplit(parts._replace(netloc=bare)), urlunsplit(parts._replace(netloc=f"{bare}:{port}"))
