"""Resources as clients send them (PV-12): what is wrong with their shape, what is told, and the service on a socket."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from threading import Thread
from typing import Any
from wsgiref.simple_server import make_server

import pytest

from agentprov.errors import Code, Collector, InvalidValue, MissingExtra
from agentprov.interop.scim_attributes import AGENT, ENTERPRISE, USER
from agentprov.interop.scim_models import check_resource, provider_of
from agentprov.interop.scim_reading import MOST_VALUES, read_resource
from agentprov.interop.scim_users import destination_value, form_values, user_resource
from agentprov.model.contact import PhoneNumber
from agentprov.model.destinations import (
    Cause,
    Destination,
    HangUp,
    ToAgent,
    ToAnnouncement,
    ToDepartment,
    ToExternal,
    ToIvr,
    ToQueue,
    ToTimeCondition,
    ToVoicemail,
)
from agentprov.model.groups import UserGroup
from agentprov.model.ids import (
    AnnouncementId,
    DepartmentId,
    IvrId,
    QueueId,
    TimeConditionId,
    UserGroupId,
    UserId,
    VoicemailId,
)
from agentprov.provisioning.fields import FIELDS
from agentprov.provisioning.parsing import parse
from examples.scim.server import Handler, Service
from tests.interop.scim_service import BASE, TOKEN, alone, directory, resource, service, tenant
from tests.tenants import by_id, user

USERS = directory().users_in_requests


@pytest.mark.parametrize(
    ("document", "code", "path"),
    [
        ([], Code.SCIM_SYNTAX, ()),
        ({"userName": "a"}, Code.SCIM_SYNTAX, ("schemas",)),
        ({"schemas": USER, "userName": "a"}, Code.SCIM_SYNTAX, ("schemas",)),
        ({"schemas": [ENTERPRISE]}, Code.SCIM_SYNTAX, ("schemas",)),
        ({"schemas": [USER], "userName": "a", "USERNAME": "b"}, Code.FIELD_DUPLICATE, ("USERNAME",)),
        (resource("a", name={"formatted": "x", "Formatted": "y"}), Code.FIELD_DUPLICATE, ("name", "Formatted")),
        ({**resource("a"), AGENT: "x"}, Code.SCIM_SYNTAX, (AGENT,)),
        (resource("a", emails={"value": "x"}), Code.SCIM_SYNTAX, ("emails",)),
        (resource("a", emails=["x"]), Code.SCIM_SYNTAX, ("emails", 0)),
        (resource("a", name="Asha"), Code.SCIM_SYNTAX, ("name",)),
        (resource("a", own={"skills": "x"}), Code.SCIM_SYNTAX, (f"{AGENT}:skills",)),
        (resource("a", roles=[{"value": "x"}] * (MOST_VALUES + 1)), Code.FIELD_TOO_MANY, ("roles",)),
    ],
)
def test_shapes_that_are_refused(document: object, code: Code, path: tuple[str | int, ...]) -> None:
    """PV-12: what isn't a resource, a list or an object where one is meant, or is said twice, has a code and a path."""
    found = Collector()
    read_resource(USERS, document, found, Collector())

    assert [(code, path)] == [(each.code, each.path) for each in found.problems]


def test_what_cant_be_written_is_passed_over() -> None:
    """PV-12: read-only attributes of a request are ignored (RFC 7644, 3.3), null and an empty list are no value."""
    told = Collector()
    document = {
        **resource("a", own={"status": "blocked"}),
        "id": "x",
        "meta": {"version": "x"},
        "groups": [{"value": "g"}],
        "title": None,
        "emails": [],
    }

    assert {"userName": "a", AGENT: {}} == read_resource(USERS, document, Collector(), told)
    assert [] == told.problems


def test_schemas_that_arent_ours_are_told() -> None:
    """PV-12: an extension that this service doesn't have is told, with what is in it."""
    told = Collector()
    read_resource(USERS, {**resource("a"), "schemas": [USER, "urn:x:y"], "urn:x:y": {"a": 1}}, Collector(), told)

    assert {"urn:x:y"} == {each.parameters["value"] for each in told.problems}


@pytest.mark.parametrize(
    "twice", [{"skills": [{"value": "s-hindi"}] * 2}, {"contactDetails": [{"name": "a", "value": "b"}] * 2}]
)
def test_what_stands_twice_is_refused(twice: dict[str, Any]) -> None:
    """PV-12: two values under one key would lose one of them."""
    found = Collector()
    form_values(tenant(), {"userName": "a", AGENT: twice}, found, Collector())

    assert [Code.FIELD_DUPLICATE] == [each.code for each in found.problems]


DESTINATIONS: dict[str, Destination] = {
    "agent:u-1": ToAgent(user=UserId("u-1")),
    "department:d-1": ToDepartment(department=DepartmentId("d-1")),
    "ivr:i-1": ToIvr(ivr=IvrId("i-1")),
    "time-condition:t-1": ToTimeCondition(time_condition=TimeConditionId("t-1")),
    "voicemail:v-1": ToVoicemail(voicemail=VoicemailId("v-1")),
    "external:+918069651171": ToExternal(number=PhoneNumber("+918069651171")),
    "hang-up": HangUp(),
    f"hang-up:{list(Cause)[-1].value}": HangUp(cause=list(Cause)[-1]),
    "announcement:m-1": ToAnnouncement(announcement=AnnouncementId("m-1"), next=HangUp()),
    "queue:q-1": ToQueue(queue=QueueId("q-1")),
    '{"announcement": "m", "next": {"type": "voicemail", "voicemail": "v-1"}, "type": "announcement"}': ToAnnouncement(
        announcement=AnnouncementId("m"), next=ToVoicemail(voicemail=VoicemailId("v-1"))
    ),
    '{"max_wait": 60, "queue": "q-1", "type": "queue"}': ToQueue(queue=QueueId("q-1"), max_wait=60),
}


@pytest.mark.parametrize("text", DESTINATIONS)
def test_destinations_there_and_back(text: str) -> None:
    """PV-12: a destination is the text that a form takes; what that can't say is the JSON of a document."""
    values = form_values(tenant(), {AGENT: {"timeGroupFailover": text}}, Collector(), Collector())

    assert text == destination_value(DESTINATIONS[text])
    assert DESTINATIONS[text] == parse(FIELDS["time_group_failover"], values["time_group_failover"], tenant())


@pytest.mark.parametrize("text", ["{", '{"type": "nowhere"}', "{" * 5_000])
def test_a_destination_that_is_none(text: str) -> None:
    """PV-12: JSON that is no destination is refused at its attribute."""
    found = Collector()
    form_values(tenant(), {AGENT: {"timeGroupFailover": text}}, found, Collector())

    assert {(AGENT, "timeGroupFailover")} == {each.path[:2] for each in found.problems}


def test_what_other_models_dont_take_is_refused() -> None:
    """PV-12: a document that isn't one of the schemas is an invalid value, with the other library's words."""
    of = directory()
    with pytest.raises(InvalidValue) as caught:
        check_resource(provider_of(of), {**user_resource(of, "u-ravi"), "active": "perhaps"})

    assert (Code.SCIM_SYNTAX,) == caught.value.codes


def test_the_extra_is_named_where_it_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    """PV-12: without the library the error says what to install."""
    monkeypatch.setitem(sys.modules, "scim2_models", None)
    with pytest.raises(MissingExtra) as caught:
        provider_of(directory())

    assert "scim2-models" in str(caught.value)


# ---- on a socket -----------------------------------------------------------------------------------------------------


@contextmanager
def serving(of: Service) -> Iterator[HTTPConnection]:
    """The service on a port, and a connection to it."""
    with make_server("127.0.0.1", 0, of, handler_class=Handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        connection = HTTPConnection("127.0.0.1", server.server_port, timeout=30)
        try:
            yield connection
        finally:
            connection.close()
            server.shutdown()
            thread.join()


def test_over_http() -> None:
    """ID-2, PV-12: through a WSGI server, an id with a slash is found at its location."""
    groups = by_id([UserGroup(id=UserGroupId("a/b"), name="A")])
    of = service(alone(user("asha"), user_groups=groups))
    with serving(of) as connection:
        headers = {"Authorization": f"Bearer {TOKEN}"}
        connection.request("GET", "/Groups/a%2Fb?attributes=displayName", headers=headers)
        answer = connection.getresponse()
        shown = json.loads(answer.read())

    assert (200, "a/b", "A") == (answer.status, shown["id"], shown["displayName"])
    assert "application/scim+json; charset=utf-8" == answer.headers["Content-Type"]
    assert of.base == BASE
