"""Shelves are read strictly: what is misspelt, doubled or of another kind is an error that names the file."""

from __future__ import annotations

import pytest
import yaml

from longstone.evidence import queries as evidence
from longstone.kernel import shelves
from longstone.kernel.shelves import BadShelf
from longstone.people import queries as people
from longstone.site import frame

SHELVES = {
    "roles": (people.Role, sorted(people.SHELF.glob("*.yaml"))),
    "powers": (evidence.LegalPower, sorted(evidence.SHELF.glob("*.yaml"))),
    "navigation": (frame.Navigation, [frame.Path(frame.__file__).parent / "navigation.yaml"]),
}
FILES = [pytest.param(shape, path, id=path.name) for shape, paths in SHELVES.values() for path in paths]
NUMBERED = [
    pytest.param(shape, path, id=path.name) for shape, path in (one.values for one in FILES) if ".v" in path.name
]


def misspellings(told, path=()):
    """Give a file's content with one key misspelt, for each key at any depth, with that key."""
    if isinstance(told, dict):
        for key, value in told.items():
            yield f"{key}x", {(f"{one}x" if one == key else one): kept for one, kept in told.items()}
            yield from ((bad, {**told, key: inner}) for bad, inner in misspellings(value))
    if isinstance(told, list):
        for place, value in enumerate(told[:1]):
            yield from ((bad, [*told[:place], inner, *told[place + 1 :]]) for bad, inner in misspellings(value))


@pytest.mark.parametrize(("shape", "path"), FILES)
def test_every_misspelt_key_is_named_with_its_file(tmp_path, shape, path):
    wrong = list(misspellings(yaml.safe_load(path.read_text("utf-8"))))

    assert wrong
    for key, told in wrong:
        (tmp_path / path.name).write_text(yaml.safe_dump(told), "utf-8")
        with pytest.raises(BadShelf, match=rf"^{path.name}: .*{key}"):
            shelves.read_file(tmp_path / path.name, shape)


@pytest.mark.parametrize(("shape", "path"), NUMBERED)
def test_a_file_is_called_what_it_says_it_is(shape, path):
    one = shelves.read_file(path, shape)

    assert path.name == f"{one.id}.v{one.version}.yaml"


ROLE = "id: dog\nversion: 1\ntitle: Dog\nfor_whom: A dog.\npowers: [see people]\n"


@pytest.mark.parametrize(
    ("told", "why"),
    [
        (ROLE + "power: [bark]\n", "power: Extra inputs"), (ROLE + "title: Cat\n", "stand twice: title"),
        (ROLE.replace("title: Dog", "title: Yes"), "title: Input should be a valid string"),
        (ROLE.replace("version: 1", "version: '1'"), "version: Input should be a valid integer"),
        (ROLE.replace("[see people]", "see people"), "powers: Input should be a valid list"),
        (ROLE.replace("title: Dog\n", ""), "title: Field required"), ("", "file: Input should be"), ("- a\n", "file: Input should be"),
        (ROLE + "note: [\n", "while parsing"), (ROLE + "note: !!python/name:os.system\n", "could not determine a constructor"),
    ],
)  # fmt: skip
def test_a_file_that_is_not_as_its_shelf_wants_is_refused(tmp_path, told, why):
    (tmp_path / "dog.v1.yaml").write_text(told, "utf-8")

    with pytest.raises(BadShelf, match=r"^dog\.v1\.yaml: ") as refused:
        shelves.read(tmp_path, people.Role)

    assert why in str(refused.value)


def test_bytes_that_are_no_text_are_refused(tmp_path):
    (tmp_path / "dog.v1.yaml").write_bytes(ROLE.encode("utf-16"))

    with pytest.raises(BadShelf, match=r"^dog\.v1\.yaml: "):
        shelves.read(tmp_path, people.Role)


def test_a_sound_file_is_read(tmp_path):
    (tmp_path / "dog.v1.yaml").write_text(ROLE, "utf-8")

    assert shelves.read(tmp_path, people.Role)["dog.v1"].powers == ["see people"]
