"""A figure of areas: small numbers of people are kept back, and map, tiles and table say the same."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demo.region import NAMES, geojson
from longstone.kernel.maps import acts, drawing, rules, tiles
from longstone.kernel.models import Region
from longstone.kernel.refusals import NotPermitted, Refusal

numbers = st.dictionaries(st.text("ABCDEFGH", min_size=1, max_size=3), st.integers(0, 40), min_size=1, max_size=30)


@given(numbers)
def test_no_number_of_fewer_than_five_people_is_said_and_no_single_one_can_be_worked_out(told):
    shown = rules.shown(told, unit_is="people")

    kept = [told[code] for code, number in shown.items() if number is None]
    assert all(number is None or number >= rules.FEWEST for number in shown.values())
    assert len(kept) != 1 or len(told) == 1
    assert all(shown[code] in (None, number) for code, number in told.items())


@given(numbers)
def test_of_things_every_number_is_said(told):
    assert rules.shown(told, unit_is="things") == told


@given(numbers)
def test_the_same_number_has_the_same_shade_and_a_larger_one_no_lighter(told):
    shades = rules.classes(told)

    for one, number in told.items():
        for other, more in told.items():
            assert (number <= more) <= (shades[one] <= shades[other])
    assert set(shades.values()) <= set(range(rules.CLASSES))


middles = st.dictionaries(
    st.integers(0, 999).map(str), st.tuples(st.integers(0, 700_000), st.integers(0, 1_300_000)), min_size=1, max_size=40
)


@given(middles)
def test_every_area_has_a_tile_of_its_own(told):
    cells = tiles.placed(told)

    assert set(cells) == set(told)
    assert len(set(cells.values())) == len(told)
    assert min(column for column, _ in cells.values()) == 0
    assert min(row for _, row in cells.values()) in {0, 1}


def test_tiles_lie_as_the_areas_do():
    four = {"north": (50, 100), "south": (50, 0), "east": (100, 50), "west": (0, 50)}

    where = {code: tiles.middle_of(cell) for code, cell in tiles.placed(four).items()}

    assert where["north"][1] < where["south"][1]
    assert where["west"][0] < where["east"][0]


def told(**changed):
    said = {
        "name": "The coast",
        "licence": "Our own",
        "attribution": "Invented areas.",
        "file_name": "coast.geojson",
        "body": geojson(),
    }
    return {**said, **changed}


@pytest.fixture
def region(force, now):
    return acts.import_region(by=force.actor("administrator", now), at=now, **told())


def test_areas_come_in_with_their_names_and_tiles(region):
    assert [area.name for area in region.areas.order_by("pk")] == NAMES
    assert len(set(region.areas.values_list("column", "row"))) == len(NAMES)
    assert len(str(region.areas.first().borders)) < len(geojson()) / 20


def test_the_demos_region_is_the_same_each_time():
    assert geojson() == geojson()


def test_map_tiles_and_table_say_the_same_and_keep_the_same_back(region):
    areas = list(region.areas.order_by("pk"))
    counts = {area.code: place for place, area in enumerate(areas)}  # of people: five of them fewer than five

    picture = drawing.picture(region, areas, counts, title="Invented victims", unit="People", unit_is="people")

    kept = [one for one in picture.areas if one.shade is None]
    assert [one.said for one in kept] == [drawing.KEPT_BACK] * 5
    assert [one.rank for one in picture.areas] == list(range(1, 25))
    assert [one.said for one in picture.areas[:3]] == ["23", "22", "21"]
    assert picture.legend[-1] == ("few", drawing.KEPT_BACK)
    assert not re.search(r'"[0-4]"', repr([one.said for one in picture.areas]))


def test_everything_is_drawn_within_the_box_and_north_is_up(region):
    areas = list(region.areas.order_by("pk"))
    picture = drawing.picture(region, areas, {}, title="T", unit="U", unit_is="things")
    x, y, wide, high = map(float, picture.box.split())

    for one in picture.areas:
        places = [tuple(map(float, place.split())) for place in re.findall(r"[\d.-]+ [\d.-]+", one.path)]
        assert all(x <= across <= x + wide and y <= down <= y + high for across, down in places)
    by_name = {one.name: one for one in picture.areas}
    assert by_name["Far Ness"].y < by_name["Northford"].y
    x, y, wide, high = map(float, picture.tile_box.split())
    for one in picture.areas:
        assert all(
            x <= float(a) <= x + wide and y <= float(b) <= y + high
            for a, b in re.findall(r"([\d.-]+),([\d.-]+)", one.tile)
        )


REFUSED = [
    ({"body": b""}, "The file is empty"), ({"file_name": "coast.zip"}, "GeoJSON"), ({"body": b"x" * (rules.MOST_BYTES + 1)}, "larger than 8 MB"),
    ({"sha256": "0" * 64}, "another file than you were told"), ({"code_field": "LAD25CD"}, "its properties: code, name"),
]  # fmt: skip


@pytest.mark.parametrize(("changed", "said"), REFUSED)
def test_a_file_that_cannot_be_used_leaves_nothing(force, now, changed, said):
    with pytest.raises(Refusal, match=said):
        acts.import_region(by=force.actor("administrator", now), at=now, **told(**changed))

    assert not Region.objects.everything(because="the test counts").exists()


def test_only_an_administrator_brings_areas_in_and_withdraws_them(force, region, now):
    by = force.actor("supervisor", now)

    with pytest.raises(NotPermitted, match="Only an administrator"):
        acts.import_region(by=by, at=now, **told(name="Another"))
    with pytest.raises(NotPermitted, match="Only an administrator"):
        acts.withdraw_region(by=by, at=now, region=region, reason="No")


def test_a_name_is_free_again_once_its_region_is_withdrawn(force, region, now):
    by = force.actor("administrator", now)
    with pytest.raises(Refusal, match="Your force has a region of that name already"):
        acts.import_region(by=by, at=now, **told())

    acts.withdraw_region(by=by, at=now, region=region, reason="Out of date")

    assert acts.import_region(by=by, at=now, **told()).pk != region.pk
    with pytest.raises(Refusal, match="withdrawn already"):
        acts.withdraw_region(by=by, at=now, region=region, reason="Again")


def test_another_force_neither_sees_nor_takes_the_region(force, other_force, region, now):
    by = other_force.actor("administrator", now)

    assert not Region.objects.visible_to(by).exists()
    assert acts.import_region(by=by, at=now, **told()).controller_id == other_force.controller.pk
