"""The pictures of the demo are shown, are there, and are light; how they are taken is tried by whoever takes them."""

import re

from docs import pictures
from tests import gate

LOOK = gate.ROOT / "docs" / "look.md"
SHOWN = re.compile(r"!\[([^\]]+)\]\(pictures/([\w-]+\.png)\)")


def test_each_picture_is_shown_once_with_words_and_each_that_is_shown_is_there():
    shown = SHOWN.findall(LOOK.read_text("utf-8"))

    names = sorted(name for _, name in shown)
    assert names == sorted(path.name for path in pictures.FOLDER.iterdir())
    assert names == sorted(f"{shot.name}.png" for shot in pictures.SHOTS)
    assert all(len(words) > 15 for words, _ in shown)


def test_they_are_pictures_and_light():
    sizes = {f"docs/pictures/{path.name}": path.stat().st_size for path in pictures.FOLDER.iterdir()}

    assert gate.pictures(sizes) == []
    assert all(path.read_bytes().startswith(gate.PNG) for path in pictures.FOLDER.iterdir())
    assert (pictures.MOST, pictures.MOST_IN_ALL) == (gate.MOST_OF_ONE, gate.MOST_IN_ALL)


def test_a_picture_that_is_too_heavy_is_found():
    one = {"docs/pictures/a.png": gate.MOST_OF_ONE + 1}
    many = {f"docs/pictures/{name}.png": gate.MOST_OF_ONE for name in "abcdef"}

    assert "a.png has 200,001 bytes" in gate.pictures(one)[0]
    assert "1,000,000 are enough" in gate.pictures(many)[0]
    assert gate.pictures({"longstone/other.png": 10**9}) == []


def test_only_there_and_only_pictures_are_let_in():
    assert list(gate.faults_of("docs/pictures/a.png", gate.PNG)) == []
    assert list(gate.faults_of("docs/pictures/a.png", b"MZ\xff"))
    assert list(gate.faults_of("docs/a.png", gate.PNG))


def test_only_the_demo_is_shown():
    from demo import SIGN_INS

    assert {shot.who for shot in pictures.SHOTS} <= {name for name, _ in SIGN_INS}
