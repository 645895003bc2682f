"""The log tells a machine what happened, and nobody what it was about."""

from __future__ import annotations

import io
import json
import logging

import pytest
from django.urls import path

from longstone.evidence import commands
from longstone.kernel.logs import AsJson
from tests.house import PASSWORD, seizing


@pytest.fixture
def log():
    """Give what is logged, as it would be written, from every logger."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(AsJson())
    root, django = logging.getLogger(), logging.getLogger("django")
    was = root.level
    for one in (root, django):
        one.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    root.setLevel(was)
    for one in (root, django):
        one.removeHandler(handler)


def whole(log):
    return json.dumps(log(), ensure_ascii=False)


def test_a_thread_through_the_house_leaves_no_name_no_description_and_no_search_in_the_log(
    db, force, case, client, log, now
):
    by = force.actor("exhibits_officer", now)
    exhibit = commands.seize(by=by, **seizing(case, now, description="A tangerine telephone"))
    name = force.staff["exhibits_officer"].username

    client.post("/sign-in/login/", {"login": name, "password": "wrong"})
    client.post("/sign-in/login/", {"login": name, "password": PASSWORD})
    assert client.get(f"/exhibit/{exhibit.pk}/").status_code == 200
    client.get("/people/?search=Tangerine+Surname")
    client.get("/exhibit/987654321/")
    client.get("/tangerine/lane?q=tangerine")

    told = whole(log)
    assert "/exhibit/<int:exhibit_id>/ 200" in told
    for word in ("tangerine", "Tangerine", name, PASSWORD, "987654321", force.staff["exhibits_officer"].name):
        assert word not in told


def test_a_fault_says_where_and_of_what_kind_and_not_what_it_was_about(db, client, log, settings):
    client.raise_request_exception = False
    settings.ROOT_URLCONF = __name__

    assert client.get("/breaks/tangerine").status_code == 500

    fault = next(one["fault"] for one in log() if "fault" in one)
    assert fault[0] == "ValueError"
    assert any("test_health_of_logs.py" in place for place in fault)
    assert "tangerine" not in whole(log)


def breaks(request, word):
    raise ValueError(f"{word} is what it was about")


urlpatterns = [path("breaks/<str:word>", breaks)]
handler500 = "django.views.defaults.server_error"


def test_a_fault_of_the_database_names_its_rule_and_not_the_row(db, log):
    from django.db import IntegrityError

    from longstone.kernel.models import Controller
    from longstone.kernel.promises import writing

    with writing("test"):
        Controller.objects.create(slug="tangerine", name="Tangerine Police")
        try:
            Controller.objects.create(slug="tangerine", name="Tangerine Police")
        except IntegrityError:
            logging.getLogger("elsewhere").exception("it broke on %s", "tangerine")

    assert "tangerine" not in whole(log).lower()
    assert "UniqueViolation (kernel_controller_" in whole(log)


def test_what_others_say_keeps_its_numbers_and_loses_its_texts(log):
    logging.getLogger("elsewhere").warning("job %d of %s took %.1f s", 7, "tangerine", 0.25)
    logging.getLogger("elsewhere").warning("%(count)d rows of %(who)s", {"count": 3, "who": "tangerine"})

    assert [one["said"] for one in log()] == ["job 7 of … took 0.2 s", "3 rows of …"]


def test_what_we_say_is_said_whole(log):
    logging.getLogger("longstone.site").warning("the ledger: %s", "signed")

    assert log()[0]["said"] == "the ledger: signed"
    assert log()[0]["level"] == "WARNING"
