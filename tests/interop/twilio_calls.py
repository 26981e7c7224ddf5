"""Twilio, as a web hook sees it: requests over HTTP on loopback, and documents whose URLs are asked next."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode, urlsplit
from xml.etree.ElementTree import Element

import attrs
from twilio.request_validator import RequestValidator

from agentprov.model.effects import Effect
from agentprov.model.tenant import Tenant
from examples.webhook.server import Server, WebHook, hook_of, serve
from tests.interop.twiml_grammar import faults, read

ROOT = Path(__file__).parents[2]
KEY = b"0123456789abcdef0123456789abcdef"
TOKEN = "a-token-of-the-tests"
CALLER = "+919812345678"


@attrs.frozen(kw_only=True)
class Reply:
    """What came back over HTTP."""

    status: int
    body: str

    @property
    def codes(self) -> list[str]:
        """The codes of a refusal."""
        found: list[str] = [said.rpartition(": ")[2] for said in json.loads(self.body)["errors"]]
        return found

    @property
    def document(self) -> Element:
        """The document, which TwiML admits."""
        assert self.status == 200, self.body
        found = read(self.body)
        assert [] == list(faults(found))
        return found


def post(url: str, parameters: dict[str, str], *, token: str | None = TOKEN, signed: str | None = None) -> Reply:
    """Ask a URL as Twilio does: a form, and a signature made by Twilio's own library."""
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    if token is not None:
        headers["X-Twilio-Signature"] = signed or RequestValidator(token).compute_signature(url, parameters)
    return ask("POST", url, urlencode(parameters).encode(), headers)


def ask(method: str, url: str, body: bytes = b"", headers: dict[str, str] | None = None) -> Reply:
    """One request over a connection of its own."""
    parts = urlsplit(url)
    connection = HTTPConnection(parts.hostname or "", parts.port, timeout=30)
    try:
        connection.request(method, f"{parts.path}?{parts.query}" if parts.query else parts.path, body, headers or {})
        response = connection.getresponse()
        return Reply(status=response.status, body=response.read().decode())
    finally:
        connection.close()


@attrs.define(kw_only=True)
class TwilioCall:
    """One call as Twilio goes through it: the document it has now, and the URL that is asked when that ends."""

    base: str
    sid: str
    to: str
    status: str = "ringing"
    token: str | None = TOKEN
    document: Element = attrs.field(init=False)

    def parameters(self, **more: str) -> dict[str, str]:
        """What every request of the call carries, and more."""
        return {
            "CallSid": self.sid,
            "AccountSid": "AC0",
            "From": CALLER,
            "To": self.to,
            "CallStatus": self.status,
            "ApiVersion": "2010-04-01",
            "Direction": "inbound",
        } | more

    def dial_in(self) -> Element:
        """The call comes in; the first document says what happens."""
        self.document = post(f"{self.base}/call", self.parameters(), token=self.token).document
        self.status = "in-progress"
        return self.document

    @property
    def report_url(self) -> str:
        """Where what the present document does is reported."""
        for element in self.document:
            if "action" in element.attrib:
                return element.attrib["action"]
            if element.tag == "Redirect":
                return element.text or ""
        message = f"nothing to report to: {self.tags}"
        raise AssertionError(message)

    @property
    def tags(self) -> list[str]:
        """The verbs of the present document."""
        return [element.tag for element in self.document]

    @property
    def rung(self) -> list[str]:
        """The telephones that ring."""
        return [noun.text or "" for noun in self.document.iterfind("Dial/*")]

    def report(self, **more: str) -> Element:
        """What the present document does has ended so; the next document says what happens."""
        self.document = post(self.report_url, self.parameters(**more), token=self.token).document
        return self.document

    def pick_up(self, telephone: int) -> Reply:
        """One of the telephones that ring is picked up: its own call asks, with this one as its parent."""
        noun = self.document.find("Dial")
        assert noun is not None
        own = {"CallSid": f"{self.sid}-{telephone}", "ParentCallSid": self.sid, "CallStatus": "in-progress"}
        return post(noun[telephone].attrib["statusCallback"], own, token=self.token)


@contextmanager
def serving(
    tenant: Tenant,
    *,
    token: str | None = TOKEN,
    clock: list[float] | None = None,
    keep: Callable[[str, tuple[Effect, ...]], None] | None = None,
) -> Iterator[str]:
    """A server of the example in this process, on a free port; its address."""
    times = clock or [NOON]

    def make(address: str) -> WebHook:
        hook = hook_of(tenant, public=address, key=KEY, token=token, sip="pbx.example.com", clock=lambda: times[0])
        return hook if keep is None else attrs.evolve(hook, keep=keep)

    server: Server = serve(make)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server.hook.public
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


NOON = 1_795_435_200.0
"""2026-11-23 12:00 UTC, a Monday."""


@contextmanager
def program(tenant: Path, *, port: int) -> Iterator[str]:
    """The example as a program of its own, which is killed at the end; its address."""
    with subprocess.Popen(
        [sys.executable, "-W", "error", str(ROOT / "examples/webhook/server.py"), str(tenant), "--port", str(port)],
        env={**os.environ, "AGENTPROV_KEY": KEY.decode(), "TWILIO_AUTH_TOKEN": TOKEN},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().rpartition(" ")[2].strip()
        finally:
            process.kill()


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port
