"""The shape of the house as it stands: nothing here is as it must not be."""

from __future__ import annotations

import inspect
import re
import statistics
from importlib import import_module
from pkgutil import walk_packages

import pytest
from django.apps import apps
from django.db import models
from django.urls import resolve

import longstone
from docs.writers.pages import addresses
from docs.writers.roles import asked_for
from longstone.kernel import constraints, flows
from longstone.kernel.command import COMMANDS
from longstone.kernel.models import Scoped, ScopedQuerySet, Transition
from longstone.people.queries import roles
from tests import shape
from tests.shape.size import lengths

HOUSE = shape.read(shape.ROOT)
OURS_ALONE = {"one_key_of_a_kind"}  # written by record_person alone, once a kind: broken, it is a bug and may be loud
ROOMS = [app for app in apps.get_app_configs() if app.name.startswith("longstone.")]
FLOWS = {
    found.name: found
    for told in walk_packages(longstone.__path__, "longstone.")
    if told.name.endswith(".rules")
    for found in vars(import_module(told.name)).values()
    if isinstance(found, flows.Flow)
}


@pytest.mark.parametrize("check", shape.SHAPES.values(), ids=shape.SHAPES)
def test_the_house_has_its_shape(check):
    assert list(check(HOUSE)) == []


def test_every_check_reads_a_house_that_is_there():
    assert {"longstone", "examiner", "verifier", "demo", "docs", "bench"} <= set(shape.PACKAGES)
    assert set(shape.PACKAGES) == {one.parts[0] for one in HOUSE.files}
    assert len(HOUSE.modules) > 150
    assert any(one.is_web for one in HOUSE.modules)
    assert any(one.is_commands for one in HOUSE.modules)
    assert statistics.median(lengths(HOUSE)) > 1


def test_every_package_is_typed_and_read_here():
    found = {path.parent.name for path in shape.ROOT.glob("*/__init__.py")} - {"tests"}

    assert found == set(shape.PACKAGES)
    assert shape.TOLD["mypy"]["strict"] is True


def test_every_act_that_runs_takes_its_actor_and_moment_by_name():
    for told in walk_packages(longstone.__path__, "longstone."):
        if told.name.split(".")[2:3] == ["commands"]:
            import_module(told.name)

    assert {"longstone.people", "longstone.cases", "longstone.evidence"} <= {
        n.rpartition(".commands")[0] for n in COMMANDS
    }
    for name, run in COMMANDS.items():
        told = inspect.signature(run).parameters
        assert inspect.getdoc(run), name
        assert {"by", "at"} <= set(told), name
        assert all(one.kind is inspect.Parameter.KEYWORD_ONLY for one in told.values()), name


def test_the_database_keeps_the_moves_that_the_rules_name_and_no_others(db):
    kept = sorted(Transition.objects.values_list("machine", "was", "now"))

    assert len(FLOWS) >= 4
    assert kept == sorted((name, was, now) for name, flow in FLOWS.items() for was, now in flow.pairs())


def subjects() -> list[type[models.Model]]:
    return [model for app in ROOMS for model in app.get_models() if issubclass(model, Scoped)]


@pytest.mark.parametrize("model", subjects(), ids=lambda model: model.__name__)
def test_a_subject_has_no_manager_that_reads_for_nobody(model):
    for manager in model._meta.managers:
        assert isinstance(manager.get_queryset(), ScopedQuerySet), f"{model.__name__}.{manager.name}"
    assert type(model._default_manager.get_queryset()).for_actor is not ScopedQuerySet.for_actor


def promises() -> list[tuple[type[models.Model], models.BaseConstraint]]:
    rooms = [app for app in ROOMS if app.label != "kernel"]
    kept = [(model, one) for app in rooms for model in app.get_models() for one in model._meta.constraints]
    return [(model, one) for model, one in kept if one.name not in OURS_ALONE]


@pytest.mark.parametrize(("model", "constraint"), promises(), ids=lambda told: getattr(told, "name", ""))
def test_what_the_database_promises_has_an_officers_sentence(model, constraint):
    said = constraint.violation_error_message

    assert said != constraint.default_violation_error_message or constraint.name in constraints.MESSAGES


def test_every_power_on_a_shelf_is_asked_for_somewhere():
    asked = asked_for()

    for role in roles().values():
        for power in role.powers:
            assert power in asked, f"{role.id} holds {power!r}, which nothing asks for: is it misspelt?"


ANSWERS = {
    "health_live": 200,
    "health_ready": 200,
    "metrics": 200,
    "uploads": 403,
    "upload": 403,
    "api_uploads": 403,
    "api_upload": 403,
    "sign_in_code": 200,
    "directory": 404,
    "directory_callback": 404,
}  # all others send to the sign-in
ANYTHING = {"int": "1", "tile": "000", "level": "0", "uuid": "0" * 8 + "-0000-0000-0000-" + "0" * 12, "slug": "protect"}


def ours() -> list[str]:
    """Give an address for each of our own views."""
    found = [address for address, view in addresses() if view.__module__.startswith("longstone.")]
    return [re.sub(r"<(\w+):\w+>", lambda told: ANYTHING[told[1]], f"/{address}") for address in found]


@pytest.mark.parametrize("address", ours())
def test_no_page_answers_whoever_has_not_signed_in(client, db, address):
    answer = client.get(address)

    assert answer.status_code == ANSWERS.get(resolve(address).url_name, 302)
    assert answer.status_code != 302 or answer.headers["Location"].startswith("/sign-in/login/?next=")


def test_the_addresses_are_found():
    assert len(ours()) > 30
    assert "/case/1/" in ours()
