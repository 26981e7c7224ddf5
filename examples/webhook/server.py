"""A web hook that serves calls from start to end, for Twilio, and keeps nothing: every URL carries the call's state.

    AGENTPROV_KEY=... TWILIO_AUTH_TOKEN=... python examples/webhook/server.py TENANT.toml --public https://calls.example.com

Let the number's voice URL be ``/call``, by POST. It needs the package alone, no web framework; ``WebHook.answer`` knows
no sockets, so it fits behind any other one.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl, urlsplit

import attrs

from agentprov import (
    AgentprovError,
    Answered,
    Code,
    InvalidValue,
    Live,
    MalformedDocument,
    Refused,
    Ring,
    Router,
    State,
    Tenant,
    ToHostQueue,
    load,
)
from agentprov.interop.twiml import confirmation, hold, render, render_wave
from agentprov.interop.twiml_reports import call_of, events_of, is_ringing, waited
from agentprov.interop.twiml_values import Document, Sip, Telephony, Urls, with_user
from agentprov.interop.waves import Wave
from agentprov.model.effects import Effect
from agentprov.model.ids import UserId, user_id
from agentprov.model.steps import Step

if __package__:
    from examples.webhook.links import SHORTEST_KEY, Link, LinkCode, LinkRefused, seal, unseal
    from examples.webhook.signatures import HEADER, is_twilios
else:  # run as a program: the folder of this file is on the path
    from links import SHORTEST_KEY, Link, LinkCode, LinkRefused, seal, unseal  # type: ignore[import-not-found,no-redef]
    from signatures import HEADER, is_twilios  # type: ignore[import-not-found,no-redef]

LIFETIME: Final = 5 * 3600
"""The seconds that a link is good for: a conversation may last four hours, and is reported when it is over."""

LONGEST_BODY: Final = 65_536
MOST_PARAMETERS: Final = 200

_NOTHING: Final = Document(text='<?xml version="1.0" encoding="UTF-8"?><Response />')
_STATUS: Final = {LinkCode.SEAL: 403, LinkCode.OTHER_CALL: 403, LinkCode.EXPIRED: 410, LinkCode.TOO_LONG: 500}


@attrs.frozen(kw_only=True)
class Answer:
    """What goes back over HTTP."""

    status: int
    content_type: str
    body: str


def refusal(status: int, *codes: str) -> Answer:
    """An answer that says what is wrong, by codes."""
    return Answer(status=status, content_type="application/json", body=json.dumps({"errors": codes}))


def _named(error: AgentprovError) -> list[str]:
    """The codes of an error, each behind the parameter that it is about: ``CallSid: field.required``."""
    return [f"{each.where}: {each.code.value}" if each.path else each.code.value for each in error.problems]


@attrs.frozen(kw_only=True)
class WebHook:
    """Answers Twilio's requests. It holds no call, so it may be killed, doubled and restarted between any two of them.

    ``public`` is where Twilio reaches the server, without a slash at the end. ``token`` is the account's; without one,
    whoever can reach the server can start calls, but nobody can make up a state.
    """

    router: Router
    telephony: Telephony
    key: bytes = attrs.field(repr=False)
    public: str
    token: str | None = attrs.field(default=None, repr=False)
    live: Callable[[], Live] = Live
    """What is known of the agents at this instant."""
    keep: Callable[[str, tuple[Effect, ...]], None] = lambda _call, _effects: None
    """What follows from a call for later ones, with the call's id: put it where ``live`` takes it from. A request that
    comes twice brings it twice."""
    clock: Callable[[], float] = time.time

    def __attrs_post_init__(self) -> None:
        if len(self.key) < SHORTEST_KEY:
            message = f"the key needs at least {SHORTEST_KEY} bytes"
            raise ValueError(message)

    def answer(self, target: str, body: bytes, signed: str | None) -> Answer:
        """The answer to a POST to ``target``, a path with its query; ``signed`` is Twilio's header."""
        if not target.startswith("/"):
            return refusal(400, "request.malformed")
        try:
            path, query, form = urlsplit(target).path, _pairs(urlsplit(target).query), _pairs(body.decode("utf-8"))
        except ValueError:
            return refusal(400, "request.malformed")
        if self.token is not None and not is_twilios(
            signed or "", token=self.token, url=self.public + target, parameters=form
        ):
            return refusal(403, "request.signature")
        try:
            document = self._document(path, query, form)
        except LinkRefused as refused:
            return refusal(_STATUS.get(refused.code, 400), refused.code)
        except Refused as refused:
            return refusal(409, *refused.codes)
        except (InvalidValue, MalformedDocument) as wrong:
            return refusal(400, *_named(wrong))
        if document is None:
            return refusal(404, "request.unknown_path")
        return Answer(status=200, content_type="text/xml; charset=utf-8", body=document.text)

    def _document(self, path: str, query: Mapping[str, str], form: Mapping[str, str]) -> Document | None:
        now = int(self.clock())
        if path == "/call":
            call = _call_id(form, "CallSid")
            return self._do(
                self._kept(call, self.router.start(call_of(form), at=now, live=self.live())), call, now, form
            )
        if path not in {"/report", "/hold", "/answered", "/confirm"}:
            return None
        # What a telephone reports that was rung is about its own call; the caller's is the parent of it.
        call = _call_id(form, "CallSid" if path in {"/report", "/hold"} else "ParentCallSid")
        link = unseal(query.get("link", ""), key=self.key, call=call, now=now)
        match path:
            case "/report":
                return self._report(link, call, now, form)
            case "/hold":
                return hold(self.telephony.hold, waited=waited(form), longest=link.wait)
            case _:
                return self._picked_up(link, call, now, by=user_id(query.get("user")), confirmed=path == "/answered")

    def _picked_up(self, link: Link, call: str, now: int, *, by: UserId | None, confirmed: bool) -> Document:
        """A telephone was picked up: it is connected, or hears first that it has to confirm."""
        # Refused if they weren't rung, so nobody can write somebody else into the URL.
        step = self.router.resume(link.state, Answered(by=by), at=now, live=self.live())
        if confirmed:
            self._kept(call, step)
            return _NOTHING
        answered = self._urls(link, call, now).answered or ""
        return confirmation(self.telephony.confirm, answered=with_user(answered, by))

    def _report(self, link: Link, call: str, now: int, form: Mapping[str, str]) -> Document:
        """Something ended: what the router says to that, or the next part of the same wave."""
        state, wave = link.state, link.wave
        step: Step | None = None
        for reported in events_of(form, waiting=state.waiting, by=link.by):
            event = reported
            if wave is not None:
                follows = wave.after(event)
                if isinstance(follows, Wave):
                    return self._ring(state, follows, call, now)
                event = follows
            step = self.router.resume(state, event, at=now, live=self.live())
            if not isinstance(event, Answered):  # what follows from an answer was kept when it was picked up
                self._kept(call, step)
            state = step.state
        return _NOTHING if step is None else self._do(step, call, now, form)

    def _kept(self, call: str, step: Step) -> Step:
        if step.effects:
            self.keep(call, step.effects)
        return step

    def _do(self, step: Step, call: str, now: int, form: Mapping[str, str]) -> Document:
        action = step.action
        if isinstance(action, Ring):
            return self._ring(step.state, Wave.of(action), call, now)
        wait = action.max_wait if isinstance(action, ToHostQueue) else None
        urls = self._urls(Link(state=step.state, wait=wait), call, now)
        return render(step, telephony=self.telephony, urls=urls, ringing=is_ringing(form))

    def _ring(self, state: State, wave: Wave, call: str, now: int) -> Document:
        users = {leg.user for leg in wave.now}
        link = Link(state=state, wave=wave if wave.in_parts else None, by=users.pop() if len(users) == 1 else None)
        shown = state.carried.caller_id or state.call.caller
        return render_wave(wave, telephony=self.telephony, urls=self._urls(link, call, now), caller_id=shown)

    def _urls(self, link: Link, call: str, now: int) -> Urls:
        sealed = seal(link, key=self.key, call=call, until=now + LIFETIME)
        names = ("report", "answered", "confirm", "hold")
        return Urls(**{name: f"{self.public}/{name}?link={sealed}" for name in names})


def _pairs(text: str) -> dict[str, str]:
    """Names and values of a query or a form. A name that comes twice could be read in two ways, so it is refused."""
    pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_PARAMETERS, errors="strict")
    found = dict(pairs)
    if len(found) < len(pairs):
        message = "a parameter is given more than once"
        raise ValueError(message)
    return found


def _call_id(form: Mapping[str, str], name: str) -> str:
    if not form.get(name):
        raise InvalidValue.of(Code.FIELD_REQUIRED, name)
    return form[name]


# ---- HTTP -----------------------------------------------------------------------------------------------------------


class Server(ThreadingHTTPServer):
    """Listens, one thread for each connection."""

    daemon_threads = True
    hook: WebHook


class Handler(BaseHTTPRequestHandler):
    """Takes requests off the wire and puts answers on it."""

    protocol_version = "HTTP/1.1"
    timeout = 15
    server: Server

    def do_POST(self) -> None:
        """Answer one request."""
        length = self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdigit()):
            self._send(refusal(411, "request.no_length"), close=True)
        elif len(length) > len(str(LONGEST_BODY)) or int(length) > LONGEST_BODY:
            self._send(refusal(413, "request.too_large"), close=True)
        else:
            self._send(self.server.hook.answer(self.path, self.rfile.read(int(length)), self.headers.get(HEADER)))

    def do_GET(self) -> None:
        """Refuse: Twilio is to ask by POST."""
        self._send(refusal(405, "request.method"), close=True)

    def _send(self, answer: Answer, *, close: bool = False) -> None:
        body = answer.body.encode()
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(body)))
        if close:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  http.server's name
        """Say nothing: a URL holds the caller's number."""


def serve(make: Callable[[str], WebHook], *, host: str = "127.0.0.1", port: int = 0) -> Server:
    """A server that listens already; call its ``serve_forever``. ``make`` gets the address it listens at."""
    server = Server((host, port), Handler)
    server.hook = make(f"http://{host}:{server.server_address[1]}")
    return server


def hook_of(
    tenant: Tenant,
    *,
    public: str,
    key: bytes,
    token: str | None,
    sip: str,
    media: str | None = None,
    clock: Callable[[], float] = time.time,
) -> WebHook:
    """A web hook for a tenant whose extensions are SIP addresses at a domain.

    Replace ``live`` by what you know about presence: here everybody is logged in to the panel and available, always.
    """
    everybody = Live(panel=tenant.users)
    telephony = Telephony.of(tenant, extension=lambda extension: Sip(uri=f"sip:{extension}@{sip}"), media=media)
    return WebHook(
        router=Router(tenant),
        telephony=telephony,
        key=key,
        public=public,
        token=token,
        live=lambda: everybody,
        clock=clock,
    )


def main(arguments: list[str]) -> None:
    """Serve until killed."""
    parser = argparse.ArgumentParser(description="Serve the calls of a tenant to Twilio.")
    parser.add_argument("tenant", help="the tenant's file")
    parser.add_argument("--public", help="where Twilio reaches this server; default: where it listens")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--sip", default="pbx.example.com", help="the domain of the extensions")
    parser.add_argument("--media", help="where the recordings are, a URL up to a slash; default: references are spoken")
    parser.add_argument("--key-file", help="a file with the key; default: the variable AGENTPROV_KEY")
    given = parser.parse_args(arguments)
    try:
        key = Path(given.key_file).read_bytes() if given.key_file else os.environ.get("AGENTPROV_KEY", "").encode()
    except OSError as error:
        parser.error(f"the key can't be read: {error}")
    if len(key.strip()) < SHORTEST_KEY:
        parser.error(f"the key needs at least {SHORTEST_KEY} bytes: set AGENTPROV_KEY, or name a --key-file")
    try:
        tenant = load(given.tenant)
    except OSError as error:
        parser.error(f"the tenant can't be read: {error}")
    except AgentprovError as error:
        parser.error(f"{given.tenant} is no tenant: {error.problems[0]}; see `agentprov check`")
    token = os.environ.get("TWILIO_AUTH_TOKEN")
    if not token:
        print("warning: no TWILIO_AUTH_TOKEN, so whoever reaches this server can start calls", file=sys.stderr)
    server = serve(
        lambda address: hook_of(
            tenant,
            public=(given.public or address).rstrip("/"),
            key=key.strip(),
            token=token or None,
            sip=given.sip,
            media=given.media,
        ),
        port=given.port,
    )
    print(f"listening at http://127.0.0.1:{server.server_address[1]}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main(sys.argv[1:])
