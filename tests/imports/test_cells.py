"""Cells are read strictly, headings are found and never guessed, and a definition that does not fit is refused."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

import longstone
from longstone.kernel.imports import UNKNOWN, headings
from longstone.kernel.imports.cells import BadCell, value_of
from longstone.kernel.imports.definition import Column, definitions, read_definition
from longstone.kernel.imports.sheets.rows import BadSheet, SheetRow
from longstone.kernel.shelves import BadShelf

SHELF = Path(longstone.__file__).parent / "evidence" / "imports" / "existing-queue.v1.yaml"
FOUND = object()


def column(**told):
    return Column(argument="it", heading="It", help="What it is.", **told)


def value(text, odd="", **told):
    return value_of(column(**told), text, odd, lambda _, wanted: FOUND if wanted == "Main store" else None)


def refusal(text, odd="", **told):
    with pytest.raises(BadCell) as fault:
        value(text, odd, **told)
    return fault.value.sentence


@pytest.mark.parametrize(("text", "told", "wanted"), [
    ("01/02/2024", {"kind": "date"}, date(2024, 2, 1)),
    ("1.2.2024", {"kind": "date"}, date(2024, 2, 1)),
    ("2024-02-29", {"kind": "date"}, date(2024, 2, 29)),
    ("12", {"kind": "integer"}, 12),
    ("mobile  PHONE", {"kind": "choice", "choices": {"phone": ["Mobile phone"]}}, "phone"),
    ("PHONE", {"kind": "choice", "choices": {"phone": []}}, "phone"),
    ("Unknown (Legacy)", {"unknown": True, "field": "it"}, UNKNOWN),
    ("", {}, None),
    ("Main store", {"kind": "reference", "of": "evidence.location", "by": ["name"], "missing": "Add it."}, FOUND),
])  # fmt: skip
def test_a_cell_says_what_it_says(text, told, wanted):
    assert value(text, **told) == wanted


@pytest.mark.parametrize(("text", "odd", "told", "said"), [
    ("31/02/2024", "", {"kind": "date"}, "There is no 31/02/2024: that month has no such day."),
    ("29/02/2023", "date", {"kind": "date"}, "There is no 29/02/2023"),
    ("12/03/24", "", {"kind": "date"}, "Write the year in four figures"),
    ("45000", "", {"kind": "date"}, "This is a number and no date."),
    ("last week", "", {"kind": "date"}, "This is no date."),
    ("01/02/2024 09:30", "date", {"kind": "date"}, "This is no date."),
    ("١٢/٠٣/٢٠٢٤", "", {"kind": "date"}, "This is no date."),
    ("01/03/2024", "date", {}, "The spreadsheet has turned this into a date (01/03/2024)."),
    ("1.5E+15", "", {}, "The spreadsheet has shortened this number."),
    ("1.5", "number", {}, "The spreadsheet keeps this as a number"),
    ("=1+1", "formula", {}, "This cell holds a formula."),
    ("#N/A", "error", {}, "This cell shows an error"),
    ("x", "merged B2:B3", {}, "This cell is merged with its neighbours (B2:B3)."),
    ("a\u202eb", "", {}, "This holds a sign that cannot be seen (U+202E)."),
    ("12.5", "", {"kind": "integer"}, "This is no whole number."),
    ("9" * 30, "", {"kind": "integer"}, "This is no whole number."),
    ("Toaster", "", {"kind": "choice", "choices": {"phone": ["Phone"]}}, "“Toaster” is none of the choices."),
    ("", "", {"required": True}, "It is missing. Fill it in."),
    ("", "", {"required": True, "unknown": True, "field": "it"}, f"It is missing. Fill it in, or write “{UNKNOWN}”"),
    (UNKNOWN, "", {}, f"It must be known: “{UNKNOWN}” is not taken here."),
    ("x" * 201, "", {}, "This is 201 characters long; 200 is the most."),
    ("Cellar", "", {"kind": "reference", "of": "evidence.location", "by": ["name"], "missing": "Add it."}, "Nothing that you may see is called “Cellar”. Add it."),
])  # fmt: skip
def test_a_cell_that_cannot_be_taken_says_why_and_what_to_do(text, odd, told, said):
    assert refusal(text, odd, **told).startswith(said)


@given(st.text(max_size=60), st.sampled_from(["text", "date", "integer"]))
def test_whatever_stands_in_a_cell_is_a_value_or_a_sentence(text, kind):
    said = ""
    try:
        value(text, kind=kind)
    except BadCell as fault:
        said = fault.sentence

    assert said == "" or ((said[0].isupper() or said[0] == "“") and said.endswith("."))


def rows(*cells):
    return iter(SheetRow(line, list(one)) for line, one in enumerate(cells, start=1))


QUEUE = [
    "Exhibit ref",
    "CRIME NO.",
    "Date seized",
    "Device type",
    "Owner role",
    "Seal no",
    "Location",
    "Date submitted",
]


def test_headings_are_found_beneath_a_title_by_any_of_their_words_and_the_rest_is_said():
    told = definitions()["existing_queue"]

    headed, beneath = headings.headed(
        told, rows(["Our list"], [], [*QUEUE, "Shelf"], ["A/1"], [one.help for one in told.columns[:3]], ["A/2"])
    )

    assert headed.passed_over == ["Shelf"]
    assert headed.columns[1] == "case_reference"
    assert [row.cells for row in beneath] == [["A/1"], ["A/2"]]


@pytest.mark.parametrize(("first", "said"), [
    (["x"], "None of the first 20 rows holds the headings."),
    (QUEUE[:-1], "These columns are missing: Submitted on."),
    ([*QUEUE, "Seal"], "Columns F and I are both headed as “Seal”."),
])  # fmt: skip
def test_headings_that_do_not_do_are_refused(first, said):
    with pytest.raises(BadSheet) as fault:
        headings.headed(definitions()["existing_queue"], rows(first, ["A/1"]))

    assert fault.value.sentence.startswith(said)


def planted(tmp_path, change):
    told = yaml.safe_load(SHELF.read_text("utf-8"))
    change(told)
    path = tmp_path / "planted.v1.yaml"
    path.write_text(yaml.safe_dump(told), "utf-8")
    return path


def test_the_definition_on_the_shelf_fits_its_command(tmp_path):
    assert read_definition(planted(tmp_path, lambda told: None)).id == "existing_queue"


@pytest.mark.parametrize(("change", "said"), [
    (lambda told: told.update(colums=[]), "colums: Extra inputs are not permitted"),
    (lambda told: told["columns"][0].update(requird=True), "requird: Extra inputs are not permitted"),
    (lambda told: told.update(command="longstone.evidence.commands.queue.steal"), "queue.steal is no command."),
    (lambda told: told["columns"][0].update(argument="refrence"), "the command takes no refrence."),
    (lambda told: told["columns"][2].update(required=False), "the command needs seized_on, so its column must be required."),
    (lambda told: told["columns"][1].update(also=["Exhibit"]), "two columns may be headed 'exhibit'."),
    (lambda told: told.update(key=["number"]), "number is no column."),
    (lambda told: told.update(key=[]), "a key must tell rows apart."),
    (lambda told: told.update(key=["officer"]), "officer is part of the key and must be required."),
    (lambda told: told.update(subject_argument="thing"), "the undoing command takes no thing."),
    (lambda told: told["columns"][0].update(kind="choice"), "a column of the kind choice has choices"),
    (lambda told: told["columns"][0].update(kind="reference"), "a column of the kind reference says of, by and missing"),
    (lambda told: told["columns"][0].update(unknown=True), "a column that may be unknown says in which field"),
    (lambda told: told["columns"][0].update(kind="dates"), "Input should be 'text', 'date'"),
])  # fmt: skip
def test_a_definition_with_a_fault_names_itself_and_the_fault(tmp_path, change, said):
    with pytest.raises(BadShelf) as fault:
        read_definition(planted(tmp_path, change))

    assert str(fault.value).startswith("planted.v1.yaml: ")
    assert said in str(fault.value)


def test_a_forces_own_definition_stands_beside_those_of_the_house(tmp_path, settings):
    (tmp_path / "imports").mkdir()
    planted(tmp_path / "imports", lambda told: told.update(id="our_own", title="Ours"))
    settings.LONGSTONE_SHELVES = str(tmp_path)
    definitions.cache_clear()

    try:
        assert set(definitions()) == {"existing_queue", "our_own"}
    finally:
        settings.LONGSTONE_SHELVES = ""
        definitions.cache_clear()
