"""Sheets from outside: read strictly within limits, and refused in a sentence that says where."""

from __future__ import annotations

import io
import os
import tracemalloc
import zipfile
from datetime import UTC, date, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from longstone.kernel.imports.sheets import child, csvs, reading, xlsx
from longstone.kernel.imports.sheets.limits import LIMITS, Limits
from longstone.kernel.imports.sheets.neutral import SIGNS, bare, safe
from longstone.kernel.imports.sheets.rows import BadSheet, lettered
from longstone.kernel.web.files import harmless
from tests.imports.specimens import as_csv, as_xlsx

SMALL = Limits(bytes=4000, line=300, rows=5, columns=4, cell=50, members=30, unpacked=40_000)


def read(content, limits=LIMITS):
    """Read a sheet in this process; the walls have tests of their own."""
    messages = list(reading.told(io.BytesIO(content), limits))
    if "refused" in messages[-1]:
        raise BadSheet(messages[-1]["refused"])
    return messages[0]["how"], [(line, cells, odd) for line, cells, odd in messages[1:-1]]


def refused(content, limits=LIMITS):
    with pytest.raises(BadSheet) as fault:
        read(content, limits)
    return fault.value.sentence


@pytest.mark.parametrize(("encoding", "how"), [
    ("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8"), ("utf-16", "UTF-16"), ("cp1252", "Windows-1252"),
])  # fmt: skip
def test_each_encoding_is_found_by_the_stated_rule(encoding, how):
    assert read(as_csv([["Café", "x"]], ["a", "b"], encoding)) == (how, [(1, ["a", "b"], {}), (2, ["Café", "x"], {})])


@pytest.mark.parametrize(("content", "said"), [
    (b"a,b\r\n1,\x81\xe9\r\n", "Line 2, byte 3, is 0x81, which is not UTF-8 or Windows-1252."),
    (b"\xef\xbb\xbfa,b\n1,2\n\xe9t\xe9,2\n", "Line 3, byte 1, is 0xe9, which is not UTF-8, as the file's first bytes say it is."),
    (b"a,b\n1,\x00\n", "Line 2, byte 3, is a NUL, which no text has."),
    (b"\xff\xfea\x00\n\x00\x00\xd8\x00\xd8", "Line 2, byte 7 of the file, is no UTF-16"),
    ("a\n\0".encode("utf-16"), "Line 2 holds a NUL, which no text has."),
    (b"", ""),
])  # fmt: skip
def test_what_is_no_text_is_refused_by_line_and_byte(content, said):
    if not content:
        assert read(content)[1] == []
        return
    assert refused(content).startswith(said)


def test_a_sign_cut_in_two_by_a_block_is_whole_and_a_bad_one_is_placed(monkeypatch):
    monkeypatch.setattr("longstone.kernel.imports.sheets.encodings.BLOCK", 3)

    assert read("a,b\né€,ü\n".encode())[0] == "UTF-8"
    assert refused("é\né€".encode("utf-8-sig") + b"\xff").startswith("Line 2, byte 6, is 0xff")


def test_a_line_of_a_gigabyte_is_refused_with_its_number_in_little_memory(tmp_path):
    path = tmp_path / "long.csv"
    path.write_bytes(b"a,b\n1,2\n" + b"x" * (2 << 20))
    os.truncate(path, 1 << 30)  # the rest is a hole: nothing ever reads so far

    tracemalloc.start()
    with path.open("rb") as content, pytest.raises(BadSheet) as fault:
        csvs.read(content, LIMITS)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert fault.value.sentence.startswith("Line 3 is longer than 1 MB.")
    assert most < 4 << 20


@pytest.mark.parametrize(("content", "said"), [
    (b"a,b\n" * 6, "At line 6 there are more than 5 rows."),
    (b"a,b,c,d,e\n", "Line 1 has 5 columns; 4 is the most."),
    (b"a\n" + b"x" * 60 + b"\n", "A cell that begins near line 2 is longer than 50 characters."),
    (b'a\n"' + b"x\n" * 40, "A cell that begins near line 2 is longer than 50 characters."),
    (b'a\n"x"y\n', "Near line 2 the quotation marks do not fit together"),
    (b'a\n"x\n', "Near line 2 the quotation marks do not fit together"),
    (b"a\n" + b"x" * 400, "Line 2 is longer than"),
    (b"a,b\n" * 1100, "At line 1,001 the file" ),
])  # fmt: skip
def test_what_is_over_a_limit_is_refused_by_its_line(content, said):
    if said.startswith("At line 1,001"):
        assert "the file is larger than" in refused(content, SMALL)
        return
    assert refused(content, SMALL).startswith(said)


def test_a_million_columns_are_refused():
    assert refused(b"," * 1_000_000 + b"\n").startswith("Line 1 has 1,000,001 columns; 200 is the most.")


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_the_separator_is_what_separates_the_first_line(separator):
    assert read(separator.join("abc").encode())[1] == [(1, ["a", "b", "c"], {})]


def test_empty_lines_are_passed_over_and_numbers_stay_those_of_the_file():
    assert [line for line, _, _ in read(b'a,b\n\n,\n"x\ny",z\nlast,1\n')[1]] == [1, 4, 6]


@given(st.text(alphabet="'=+-@|%＝ \t\na1", max_size=8))
@example("=cmd|'/c calc'!A1")
@example("'''=")
def test_a_formula_is_text_on_the_way_out_and_the_same_text_on_the_way_in(text):
    worn = safe(text)

    assert bare(worn) == text
    assert worn.lstrip()[:1] not in SIGNS or worn.strip() == ""


@pytest.mark.parametrize("text", ["=1+1", "＝1+1", "%5", "|x", "-7", "'=1", "'tis"])
def test_what_stands_in_the_file_of_a_list_is_the_same_when_it_is_sent_in(text):
    sheet = as_csv([[harmless(text)]], ["h"])

    assert read(sheet)[1][1] == (2, [text], {})


def test_what_excel_made_of_a_cell_is_said():
    rows = [
        [
            "t",
            date(2024, 2, 1),
            7,
            1.5,
            10**16,
            True,
            "=1+1",
            datetime(2024, 2, 1, 9, 30, tzinfo=UTC).replace(tzinfo=None),
        ]
    ]

    _, cells, odd = read(as_xlsx(rows, ["h"] * 8))[1][1]

    assert cells == ["t", "01/02/2024", "7", "1.5", str(10**16), "yes", "=1+1", "01/02/2024 09:30"]
    assert odd == {1: "date", 3: "number", 4: "number", 6: "formula", 7: "date"}


@pytest.mark.parametrize("mac", [False, True])
def test_a_date_is_the_same_day_in_both_of_excels_calendars(mac):
    book, out = Workbook(), io.BytesIO()
    if mac:
        book.epoch = CALENDAR_MAC_1904
    book.active.append(["h"])
    book.active.append([date(2024, 2, 29)])
    book.save(out)

    assert read(out.getvalue())[1][1] == (2, ["29/02/2024"], {0: "date"})


def test_merged_cells_are_said_of_each_row_they_cover():
    book, out = Workbook(), io.BytesIO()
    for row in (["a", "b"], ["1", "x"], ["2", None], ["3", "y"]):
        book.active.append(row)
    book.active.merge_cells("B2:B3")
    book.save(out)

    assert [odd for _, _, odd in read(out.getvalue())[1]] == [{}, {1: "merged B2:B3"}, {1: "merged B2:B3"}, {}]


def test_the_first_sheet_that_can_be_seen_is_read():
    book, out = Workbook(), io.BytesIO()
    book.active.append(["hidden"])
    book.active.sheet_state = "hidden"
    book.create_sheet("seen").append(["seen"])
    book.save(out)

    assert read(out.getvalue())[1] == [(1, ["seen"], {})]


def changed(content, name, change):
    """Change one part of a workbook."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as was, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as now:
        for one in was.namelist():
            now.writestr(one, change(was.read(one)) if one == name else was.read(one))
    return out.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
LAUGHS = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
WIDE = b'<row r="1"><c r="A1" t="inlineStr"><is><t>' + b"x" * 60 + b"</t></is></c></row>"


@pytest.mark.parametrize(("change", "said"), [
    (lambda told: LAUGHS + told, "declares entities, which no honest workbook does"),
    (lambda told: told[:-30], "is damaged"),
    (lambda told: told.replace(b"<sheetData>", b"<sheetData>" + WIDE), "Cell A1 is longer than 50 characters"),
    (lambda told: told + b"<!--" + b" " * 50_000 + b"-->", "Unpacked, the workbook"),
    (lambda told: told.replace(b'r="A1"', b'r="ZZZZ1"'), "not put together as one should be"),
])  # fmt: skip
def test_a_hostile_workbook_is_refused(change, said):
    assert said in refused(changed(as_xlsx([["x"]], ["h"]), SHEET, change), SMALL)


def test_a_bomb_that_lies_of_its_size_is_counted_as_it_is_unpacked():
    content = changed(as_xlsx([["x"]], ["h"]), SHEET, lambda told: told + b"<!--" + b" " * 60_000 + b"-->")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        size = archive.getinfo(SHEET).file_size
    lying = content.replace(size.to_bytes(4, "little"), (500).to_bytes(4, "little"))

    assert lying != content
    with pytest.raises(BadSheet, match=r"larger than it may be|no whole workbook|damaged"):
        read(lying, SMALL)


@pytest.mark.parametrize(("content", "said"), [
    (b"PK\x03\x04 and no more", "This is no whole workbook"),
    (b"\xd0\xcf\x11\xe0 an old one", "This is an old workbook (.xls) or one with a password."),
])  # fmt: skip
def test_what_is_no_workbook_is_refused(content, said):
    assert refused(content).startswith(said)


def test_two_parts_of_one_name_are_refused():
    out = io.BytesIO(as_xlsx([["x"]], ["h"]))
    with pytest.warns(UserWarning, match="Duplicate name"), zipfile.ZipFile(out, "a") as archive:
        archive.writestr(SHEET, b"<x/>")

    assert refused(out.getvalue()).startswith("The workbook has two parts of one name.")


def test_rows_far_down_an_almost_empty_sheet_are_found_and_a_row_beyond_all_sheets_is_refused():
    content = as_xlsx([["x"]], ["h"])
    far = changed(
        content, SHEET, lambda told: told.replace(b'<row r="2"', b'<row r="70000"').replace(b'r="A2"', b'r="A70000"')
    )
    beyond = changed(
        content, SHEET, lambda told: told.replace(b'<row r="2"', b'<row r="99999999"').replace(b'r="A2"', b'r="A1"')
    )

    assert [line for line, _, _ in read(far)[1]] == [1, 70000]
    assert refused(beyond).startswith("At line 1048577")


def test_more_text_than_may_be_is_refused_however_small_the_file():
    limits = Limits(text=500)

    assert refused(as_xlsx([["x" * 100]] * 9, ["h"]), limits).startswith(
        "At line 6 the sheet holds more text than it may."
    )


def test_behind_its_walls_a_sheet_is_read_the_same(tmp_path):
    path = tmp_path / "list.xlsx"
    path.write_bytes(as_xlsx([["x", date(2024, 2, 1)]], ["a", "b"]))

    with child.opened(path) as (how, rows):
        found = [(row.line, row.cells, row.odd) for row in rows]

    assert how["how"] == "Excel"
    assert found == [(1, ["a", "b"], {}), (2, ["x", "01/02/2024"], {1: "date"})]


def test_a_reader_that_dies_is_told_in_a_sentence(tmp_path, monkeypatch):
    path = tmp_path / "list.csv"
    path.write_bytes(b"a\n1\n")
    monkeypatch.setattr(child.sys, "executable", "/bin/false")

    with pytest.raises(BadSheet, match="took more memory or time than it may"), child.opened(path):
        pass


def test_a_reader_that_dies_in_the_middle_of_a_line_is_told_in_a_sentence(tmp_path, monkeypatch):
    path, reader = tmp_path / "list.csv", tmp_path / "reader"
    path.write_bytes(b"a\n1\n")
    reader.write_text("""#!/bin/sh\necho '{"how": "UTF-8"}'\necho '[1, ["a"], {}]'\nprintf '[2, ["b'\nkill -9 $$\n""")
    reader.chmod(0o700)
    monkeypatch.setattr(child.sys, "executable", str(reader))

    with pytest.raises(BadSheet, match="took more memory or time than it may"), child.opened(path) as (_, rows):
        assert [row.cells for row in rows] == [["a"]]


def test_columns_are_named_as_a_sheet_names_them():
    assert [lettered(one) for one in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]


def test_no_row_is_lost_between_the_two_kinds_of_sheet():
    rows = [[f"r{number}", "é", ""] for number in range(50)]

    plain = [[cell for cell in cells if cell] for _, cells, _ in read(as_csv(rows, ["a", "b", "c"]))[1]]
    book = [cells for _, cells, _ in read(as_xlsx(rows, ["a", "b", "c"]))[1]]

    assert list(book) == [row[:3] for row in plain]
    assert xlsx.LAST == 1 << 20
