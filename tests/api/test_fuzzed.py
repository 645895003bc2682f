"""Whatever is sent to the API, it answers as its description says: schemathesis, every operation, all checks."""

from __future__ import annotations

import threading
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
import schemathesis
from django.db import connections
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import from_schema
from schemathesis.engine.events import NonFatalError, ScenarioFinished

from longstone.cases import commands as cases
from longstone.people import commands as people
from longstone.people import rules
from longstone.people.queries import powers_for_systems
from longstone.site.wsgi import application
from tests.api.conftest import let_in, speak
from tests.house import make_force


class Quiet(WSGIRequestHandler):
    """Says nothing of each request: the house says it."""

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's own word
        return


def serve(server: WSGIServer) -> None:
    """Serve in a thread of its own, and close its database connection with it."""
    server.serve_forever()
    connections.close_all()


@pytest.fixture
def spoken_to(fresh_house, now, settings):
    """Give a house with a few records, served on loopback and used as the web does: its address, and the token of a system that may do all."""
    connections["default"].settings_dict["USER"] = "longstone_web"
    connections["default"].close()
    settings.LONGSTONE_AT_THE_DOOR = 100_000
    force = make_force("northshire", now)
    by = force.actor("detective", now)
    cases.open_case(by=by, at=now, reference="NS/1/26", title="Stolen laptop", offence="Theft")
    people.record_person(by=by, at=now, family_name="Invented")
    token = speak(let_in(force, now, *powers_for_systems(), per_minute=rules.MOST_A_MINUTE), now).token
    with make_server("127.0.0.1", 0, application, handler_class=Quiet) as server:
        thread = threading.Thread(target=serve, args=(server,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", token
        server.shutdown()
        thread.join()


def faults_of(address: str, token: str, examples: int) -> tuple[list[str], int]:
    """Speak to every operation, and give what was not as it is described, with how many requests were sent."""
    told = {
        "generation": {"max-examples": examples, "deterministic": True},
        "headers": {"Authorization": f"Bearer {token}"},
        "phases": {"stateful": {"enabled": False}},
        "workers": 1,
        "seed": 1,
    }
    schema = schemathesis.openapi.from_url(f"{address}/api/v1/openapi.json", config=SchemathesisConfig.from_dict(told))
    found, sent = [], 0
    for event in from_schema(schema).execute():
        if isinstance(event, NonFatalError):
            found.append(str(event.info))
        if isinstance(event, ScenarioFinished):
            sent += len(event.recorder.cases)
            found += _failures(event)
    return found, sent


def _failures(event: Any) -> list[str]:
    told = []
    for case_id, checks in event.recorder.checks.items():
        case, answer = event.recorder.cases[case_id].value, event.recorder.interactions[case_id].response
        for check in checks:
            if check.failure_info is not None:
                body = answer.content[:300] if answer else b""
                told.append(
                    f"{case.operation.label} {check.name}: {check.failure_info.failure} {case.body!r} {case.query!r} {case.headers!r} -> {body!r}"
                )
    return told


def test_the_api_is_as_it_is_described(spoken_to):
    found, sent = faults_of(*spoken_to, examples=3)

    assert found == []
    assert sent > 500


@pytest.mark.deep
def test_the_api_is_as_it_is_described_at_length(spoken_to):
    assert faults_of(*spoken_to, examples=200)[0] == []
