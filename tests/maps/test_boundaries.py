"""A file of areas is read strictly: each fault is refused in a sentence that names what is wrong and where."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from longstone.kernel.maps import boundaries, rules
from longstone.kernel.refusals import Refusal

SQUARE = [[400000, 300000], [401000, 300000], [401000, 301000], [400000, 301000], [400000, 300000]]


def told(*rings, code="A1", name="Invented", **changed):
    geometry = {"type": "Polygon", "coordinates": list(rings or [SQUARE])}
    feature = {"type": "Feature", "properties": {"code": code, "name": name}, "geometry": geometry, **changed}
    return {"type": "FeatureCollection", "features": [feature]}


def read(content):
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    return boundaries.read(body, code_field="code", name_field="name")


def test_a_square_is_read_with_its_size_and_its_middle():
    (one,) = read(told())

    assert (one.code, one.name, one.square_metres, one.middle) == ("A1", "Invented", 1_000_000, (400500, 300500))


def test_a_hole_is_taken_off_and_a_mark_at_the_files_beginning_is_passed_over():
    hole = [[400400, 300400], [400600, 300400], [400600, 300600], [400400, 300600], [400400, 300400]]

    (one,) = read(b"\xef\xbb\xbf" + json.dumps(told(SQUARE, hole)).encode())

    assert one.square_metres == 960_000


def test_degrees_are_carried_to_the_grid():
    (one,) = read(told([[1.70, 52.60], [1.71, 52.60], [1.71, 52.61], [1.70, 52.61], [1.70, 52.60]]))

    assert 600_000 < one.middle[0] < 700_000
    assert 250_000 < one.middle[1] < 350_000
    assert one.square_metres == pytest.approx(0.01 * 111_250 * 0.01 * 67_700, rel=0.02)


WHOLE = told()["features"][0]
BAD = [
    (b"", "cannot be read as JSON"), (b"\xff\xfe{}", "cannot be read as JSON"), (b"[" * 100_000, "cannot be read as JSON"), (b'{"type": NaN}', "cannot be read as JSON"),
    ({"type": "Feature"}, "must be FeatureCollection"), ([], "must be FeatureCollection"), (b"7", "must be FeatureCollection"),
    ({"type": "FeatureCollection", "features": []}, "has 0 areas"),
    ({"type": "FeatureCollection", "features": [WHOLE] * (rules.MOST_AREAS + 1)}, "1 to 1,000"),
    ({"type": "FeatureCollection", "features": [WHOLE, WHOLE]}, "The code A1 stands twice"),
    ({"type": "FeatureCollection", "features": [WHOLE, None]}, "Area 2 of the file is no Polygon"),
    (told(geometry={"type": "Point", "coordinates": [1, 52]}), "no Polygon"), (told(geometry=None), "no Polygon"), (told(geometry={"type": "Polygon", "coordinates": []}), "no borders"),
    (told(geometry={"type": "Polygon", "coordinates": {"a": 1}}), "no borders"), (told(geometry={"type": "MultiPolygon", "coordinates": [[1]]}), "no borders"),
    (told(SQUARE[:3]), "not closed"), (told(SQUARE[:4]), "not closed"), (told([SQUARE[0]] * 5), "fewer than three corners"), (told([*SQUARE[:2], *SQUARE[:1] * 3]), "fewer than three corners"),
    (told([SQUARE[0], SQUARE[1], [402000, 300000], SQUARE[0]]), "has no size"),
    (told([[1, 52, "x"], [True, 52], [1, 53], [1, 52]]), "no pair of numbers"), (told([["1", "52"]] * 4), "no pair of numbers"), (told([[1]] * 4), "no pair of numbers"), (told([7] * 4), "no pair of numbers"),
    (told([[20.0, 52.0], [20.1, 52.0], [20.1, 52.1], [20.0, 52.0]]), "outside Great Britain (latitude and longitude 52.0, 20.0)"),
    (told([[400000, 10**300], [401000, 0], [401000, 1000], [400000, 10**300]]), "outside Great Britain"), (told([[52.0, 1.0], [52.1, 1.0], [52.1, 1.1], [52.0, 1.0]]), "outside Great Britain"),
    (told(code=""), "has no “code”"), (told(code=None), "has no “code”"), (told(code=True), "has no “code”"), (told(code="x" * 21), "of 1 to 20 signs"), (told(code={"a": 1}), "has no “code”"),
    (told(name="a\x00b"), "has no “name”"), (told(name="x" * 121), "has no “name”"), (told(properties=None), "its properties: none"), (told(properties={"LAD25CD": "E1"}), "its properties: LAD25CD"),
]  # fmt: skip


@pytest.mark.parametrize(("content", "said"), BAD, ids=lambda one: one if isinstance(one, str) else "")
def test_a_bad_file_is_refused_in_a_sentence(content, said):
    with pytest.raises(Refusal) as refused:
        read(content)

    assert said in refused.value.sentence
    assert refused.value.sentence[-1] == "."
    assert len(refused.value.sentence) < 500


def test_a_file_with_too_many_points_is_refused_before_any_of_them_is_read(monkeypatch):
    monkeypatch.setattr(rules, "MOST_POINTS", 4)

    with pytest.raises(Refusal, match="more than 4 points"):
        read(told())


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["type", "features", "geometry", "coordinates", "properties", "code"]), inner, max_size=4),
    max_leaves=20,
)  # fmt: skip


@given(st.sampled_from(["geometry", "properties", "type"]), json_values)
def test_whatever_stands_in_a_feature_is_read_or_refused(where, value):
    content = told()
    content["features"][0][where] = value

    with suppress(Refusal):
        assert all(one.code == "A1" and one.square_metres > 0 for one in read(content))


@given(st.binary(max_size=60))
def test_whatever_bytes_come_are_refused(body):
    with pytest.raises(Refusal):
        read(body)
