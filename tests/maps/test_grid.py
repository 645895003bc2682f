"""Degrees become eastings and northings as the Ordnance Survey works them out."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from longstone.kernel.maps import grid


def degrees(whole, minutes, seconds):
    return whole + minutes / 60 + seconds / 3600


def test_the_ordnance_surveys_own_example_comes_out_to_a_millimetre():
    east, north = grid.from_airy(degrees(52, 39, 27.2531), degrees(1, 43, 4.5177))

    assert (round(east, 3), round(north, 3)) == (651409.903, 313177.270)


def test_the_true_origin_is_where_the_grid_says():
    assert grid.from_airy(49, -2) == pytest.approx((400_000, -100_000), abs=1e-6)


def test_from_satellites_degrees_the_same_place_comes_out_to_five_metres():
    east, north = grid.from_wgs84(degrees(52, 39, 28.723), degrees(1, 42, 57.787))

    assert math.hypot(east - 651409.903, north - 313177.270) < 5


@given(st.floats(50, 60), st.floats(-7, 1.7))
def test_a_step_on_the_ground_is_a_step_on_the_grid(latitude, longitude):
    east, north = grid.from_airy(latitude, longitude)
    further_east, further_north = grid.from_airy(latitude + 1e-4, longitude)

    assert math.hypot(further_east - east, further_north - north) == pytest.approx(11.13, abs=0.05)


@given(st.floats(49.5, 60.5), st.floats(0, 5))
def test_the_grid_is_the_same_on_both_sides_of_its_middle(latitude, away):
    east, north = grid.from_airy(latitude, -2 + away)
    west, other = grid.from_airy(latitude, -2 - away)

    assert east - 400_000 == pytest.approx(400_000 - west, abs=1e-4)
    assert north == pytest.approx(other, abs=1e-4)
