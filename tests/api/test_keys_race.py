"""The same key from two connections at once: one act, one answer."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor

from django.db import connections

from longstone.kernel.models import Entry
from longstone.people.queries import powers_for_systems
from tests.api.conftest import Program, let_in, speak
from tests.house import make_force

SENT = 6


def test_the_same_key_sent_at_once_is_done_once(fresh_house, now):
    told = connections["default"].settings_dict
    told["CONN_MAX_AGE"] = 0
    force = make_force("northshire", now)
    first = speak(let_in(force, now, *powers_for_systems()), now)
    key = str(uuid.uuid4())

    def send(_: int) -> bytes:
        try:
            answer = Program(first.system, first.token).act(
                "cases.open_case", key=key, reference="NS/1/26", title="A theft", offence="Theft"
            )
            assert answer.status_code == 200, answer.content
            return bytes(answer.content)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(SENT) as pool:
        answers = set(pool.map(send, range(SENT)))

    assert len(answers) == 1
    assert Entry.objects.filter(event="case.opened").count() == 1
