"""Does the query server answer rightly, within bounds, and never about what is withheld?"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from examiner.catalogue.schema import PROBLEMS
from examiner.client import Reader
from examiner.refusals import Refused
from tests.examiner.examination import REPOSITORY, command, run

NAMES = ["100%.txt", "a_b.txt", "axb.txt", "Report.DOC", "дело.txt", "it's.txt"]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with one catalogue, named c."""
    place = tmp_path_factory.mktemp("root")
    given = tmp_path_factory.mktemp("given")
    for name in NAMES:
        (given / name).write_bytes(name.encode())
    assert run("open", given, "--out", place / "c", "--quiet").returncode == 0
    return place


@pytest.fixture
def reader(root: Path) -> Iterator[Reader]:
    """Give a client of the server."""
    with Reader(root) as made:
        yield made


def names(page: dict) -> list[str]:
    return [row["name"] for row in page["rows"]]


def test_pages_follow_one_another_to_the_end(reader):
    seen, after = [], -1
    while after is not None:
        page = reader.page("c", after=after, limit=2)
        seen += names(page)
        after = page["next"]

    assert sorted(seen) == sorted(["/", *NAMES])


@pytest.mark.parametrize(
    ("search", "expected"),
    [("%", ["100%.txt"]), ("_", ["a_b.txt"]), ("REPORT", ["Report.DOC"]), ("ДЕЛО", ["дело.txt"]), ("'", ["it's.txt"])],
)
def test_search_takes_what_is_typed_as_it_stands(reader, search, expected):
    assert names(reader.page("c", search=search)) == expected
    assert reader.count("c", search=search) == len(expected)


def test_a_withheld_row_is_in_no_page_count_search_or_answer(reader):
    hidden = reader.page("c", search="Report")["rows"][0]["row"]

    assert reader.row("c", hidden)["name"] == "Report.DOC"
    assert reader.row("c", hidden, without=[hidden]) is None
    assert "Report.DOC" not in names(reader.page("c", without=[hidden]))
    assert reader.count("c", search="report", without=[hidden]) == 0
    assert reader.count("c", without=[hidden]) == len(NAMES)


@pytest.fixture(scope="module")
def stopped(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Add a catalogue, named p, of two files that could not be read, each with its problem, and one flaw of the whole."""
    given = tmp_path_factory.mktemp("stopped")
    for name in ("open.txt", "privileged.txt"):
        (given / name).symlink_to("x" * 20)
    assert run("open", given, "--out", root / "p", "--quiet").returncode == 0
    row = {"volume": 0, "stream": "", "kind": "unreadable", "sentence": "It could not be read.", "where": None}
    told = [{**row, "path": name} for name in ("open.txt", "privileged.txt")]
    told.append({**row, "path": None, "kind": "walk stopped", "where": "privileged.txt"})
    told.append({**row, "volume": None, "path": None, "stream": None, "kind": "damaged image"})
    table = pa.Table.from_pylist([{"row": number, **one} for number, one in enumerate(told)], schema=PROBLEMS)
    pq.write_table(table, root / "p" / "problems.parquet")
    return root


def test_a_problem_of_a_withheld_file_is_in_no_page_count_search_or_answer(stopped, reader):
    hidden = reader.page("p", search="privileged")["rows"][0]["row"]

    seen = reader.page("p", table="problems", without=[hidden])["rows"]

    assert [one["row"] for one in seen] == [0, 3]
    assert reader.count("p", table="problems") == 4
    assert reader.count("p", table="problems", without=[hidden]) == 2
    assert reader.count("p", table="problems", search="read", without=[hidden]) == 2
    assert reader.row("p", 1, table="problems", without=[hidden]) is None


def test_a_filter_takes_only_columns_and_values_of_their_kind(reader):
    assert reader.count("c", where={"kind": "file"}) == len(NAMES)
    with pytest.raises(Refused, match="no column"):
        reader.count("c", where={'kind" = kind OR "kind': "file"})
    with pytest.raises(Refused, match="another kind"):
        reader.count("c", where={"size": "1"})


@pytest.mark.parametrize("away", ["..", "../root", "/etc", "", "c/../..", "c\0"])
def test_nothing_outside_the_root_is_a_catalogue(reader, away):
    with pytest.raises(Refused):
        reader.count(away)


def test_a_link_that_leads_out_is_not_followed(root, reader, tmp_path):
    (root / "away").symlink_to(tmp_path)

    with pytest.raises(Refused, match="no such catalogue"):
        reader.manifest("away")


@pytest.mark.parametrize(
    "line",
    [
        *("junk", "[]", "{}", "[" * 100_000, "\ud800", '{"ask":"drop"}', '{"ask":"page","catalogue":"c","limit":501}'),
        *('{"ask":"page","catalogue":"c","search":7}', '{"ask":"page","catalogue":"c","tabel":"files"}'),
        *('{"ask":"page","catalogue":"c","search":"\\ud800"}', '{"ask":"row","catalogue":"c","row":1e400}'),
    ],
)
def test_a_bad_question_gets_a_sentence_and_the_next_a_true_answer(root, line):
    good = json.dumps({"id": 2, "ask": "count", "catalogue": "c"})

    asked = f"{line}\n{good}\n".encode("utf-8", "surrogatepass")
    done = subprocess.run(command("serve", root), cwd=REPOSITORY, input=asked, capture_output=True, check=True)

    bad, answer = map(json.loads, done.stdout.splitlines())
    assert bad["error"].endswith(".")
    assert answer == {"id": 2, "count": len(NAMES) + 1}


def test_a_server_that_was_killed_is_started_again(reader):
    reader.count("c")
    os.kill(reader._child.pid, signal.SIGKILL)

    assert reader.count("c") == len(NAMES) + 1


def test_many_threads_each_get_their_own_answer(reader):
    wrong = []

    def ask(number: int) -> None:
        answers = (reader.row("c", number)["row"] for _ in range(5))
        wrong.extend(answer for answer in answers if answer != number)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(len(NAMES))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert not wrong
