"""Borders are simplified so that no point lies too far from them and neighbours still share theirs."""

import itertools
import json
import math

from hypothesis import given
from hypothesis import strategies as st

from demo.region import geojson
from longstone.kernel.maps import boundaries, lines

points = st.tuples(st.integers(0, 10_000), st.integers(0, 10_000))


def away(point, one, other):
    """Give how far a point lies from a straight piece."""
    (x, y), (x1, y1), (x2, y2) = point, one, other
    long = (x2 - x1) ** 2 + (y2 - y1) ** 2
    along = max(0.0, min(1.0, ((x - x1) * (x2 - x1) + (y - y1) * (y2 - y1)) / long)) if long else 0.0
    return math.hypot(x - x1 - along * (x2 - x1), y - y1 - along * (y2 - y1))


@given(st.lists(points, min_size=2, max_size=60), st.floats(0, 2000))
def test_a_line_keeps_its_ends_and_takes_no_point_of_its_own(line, tolerance):
    few = lines.simplified(line, tolerance)

    assert (few[0], few[-1]) == (line[0], line[-1])
    rest = iter(line)
    assert all(one in rest for one in few)


@given(st.lists(st.integers(0, 2000), min_size=2, max_size=60), st.floats(1, 500))
def test_no_point_of_a_line_that_runs_on_lies_further_off_than_the_tolerance(heights, tolerance):
    line = [(place * 100, height) for place, height in enumerate(heights)]

    few = lines.simplified(line, tolerance)

    for point in line:
        assert min(away(point, one, other) for one, other in itertools.pairwise(few)) <= tolerance + 1e-6


def coast():
    return {one.code: one.polygons for one in boundaries.read(geojson(), code_field="code", name_field="name")}


def pieces(shapes):
    """Give each straight piece of every outer border, whichever way it is walked, with how often it is walked."""
    found = {}
    for shape in shapes.values():
        for polygon in shape:
            for one, other in zip(polygon[0], polygon[0][1:], strict=False):
                found[frozenset((one, other))] = found.get(frozenset((one, other)), 0) + 1
    return found


def test_neighbours_share_their_border_before_and_after():
    before, after = pieces(coast()), pieces(lines.simplify_all(coast(), 100))

    assert len(after) < len(before) / 2
    shared = [sum(1 for many in told.values() if many == 2) / len(told) for told in (before, after)]
    assert max(before.values()) == max(after.values()) == 2
    assert shared[1] > 0.5
    assert after == pieces(lines.simplify_all(dict(reversed(coast().items())), 100))


def test_sizes_hardly_change():
    shapes = boundaries.read(geojson(), code_field="code", name_field="name")
    told = lines.simplify_all({one.code: one.polygons for one in shapes}, 40)

    for one in shapes:
        size = sum(abs(boundaries._twice(polygon[0])) for polygon in told[one.code]) / 2
        assert abs(size / one.square_metres - 1) < 0.03


def test_an_island_smaller_than_the_tolerance_stays_and_a_hole_goes():
    island = [(0, 0), (10, 0), (10, 10), (0, 10), (0, 0)]
    land = [(0, 1000), (9000, 1000), (9000, 9000), (0, 9000), (0, 1000)]
    hole = [(4000, 4000), (4005, 4000), (4005, 4005), (4000, 4000)]

    told = lines.simplify_all({"A": [[island], [land, hole]]}, 500)

    assert told["A"][0] == [island]
    assert len(told["A"][1]) == 1


def test_a_border_that_meets_others_once_is_simplified_too():
    ring = [(0, 0), (50, 1), (100, 0), (100, 100), (0, 100), (0, 0)]
    other = [(0, 0), (-100, 0), (-100, -100), (0, 0)]

    told = lines.simplify_all({"A": [[ring]], "B": [[other]]}, 5)

    assert (50, 1) not in told["A"][0][0]
    assert json.dumps(told["B"][0][0]).count("[") == len(other) + 1


def test_a_border_made_to_be_slow_is_looked_at_a_bounded_number_of_times(monkeypatch):
    looked = []
    farthest = lines._farthest
    monkeypatch.setattr(
        lines, "_farthest", lambda line, first, last: looked.append(last - first) or farthest(line, first, last)
    )
    steps = 2000
    saw = [
        (one, 10_000 + (-1) ** one * (steps - one)) for one in range(steps)
    ]  # each cut takes off one end, if it is cut as a whole

    lines.simplify_all({"A": [[[*saw, (steps, 0), (0, 0), saw[0]]]]}, 0.5)

    assert sum(looked) < steps * 300
