"""Is what pages load ours to give? No licensed typeface, no crest, nothing from elsewhere."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from longstone.site import assets

ROOT = Path(__file__).resolve().parent.parent.parent
OURS = ROOT / "longstone" / "site" / "static" / "longstone"
OF_THE_PUBLIC = ROOT / "longstone" / "public" / "static"
TEMPLATES = sorted((ROOT / "longstone").rglob("templates/**/*.html"))
MODULES = ROOT / "node_modules"
GOVUK = (
    "@font-face{font-family:GDS Transport;src:url(/assets/fonts/a.woff2)}.a{font-family:GDS Transport,arial,sans-serif}"
)
ELSEWHERE = re.compile(r"https?://(?!www\.w3\.org/2000/svg)")


@pytest.fixture
def built(tmp_path):
    if not (MODULES / assets.GOVUK).is_dir():
        pytest.skip("The page assets are not here: run make run once, or npm ci.")
    assets.build(MODULES, tmp_path / "built")
    return tmp_path / "built"


class Inline(HTMLParser):
    """Finds what the content policy would refuse: a style or a handler in a tag, a script or a style sheet in the page."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        told = dict(attrs)
        self.found += [name for name in told if name == "style" or re.fullmatch("on[a-z]+", name)]
        self.found += [tag] if tag == "style" or (tag == "script" and "src" not in told) else []


def test_nothing_licensed_is_built(built):
    css = (built / "govuk-frontend.min.css").read_text("utf-8")

    assert not any(word in css for word in ("GDS Transport", "@font-face", "crest", "/assets/", "url("))
    assert "var(--longstone-font)" in css


def test_our_typeface_comes_with_its_licence(built):
    assert (built / "atkinson-regular.ttf").read_bytes()[:4] == b"\x00\x01\x00\x00"
    assert "Open Font License" in (built / "atkinson-licence.txt").read_text("utf-8")


def test_what_is_built_needs_no_evaluated_code(built):
    for name in ("tus.min.js", "govuk-frontend.min.js"):
        assert not re.search(r"\beval\(|new Function\(", (built / name).read_text("utf-8")), name


def test_every_file_a_page_names_is_there(built):
    named = {
        one for path in TEMPLATES for one in re.findall(r"static '([^']+)'|/static/([^\"]+)\"", path.read_text("utf-8"))
    }
    assert len(named) >= 4
    for one in {"".join(pair) for pair in named}:
        folder, _, name = one.rpartition("/")
        assert ({"built": built, "longstone": OURS, "": OF_THE_PUBLIC}[folder] / name).is_file(), one


def test_every_file_our_stylesheet_names_is_there(built):
    named = re.findall(r'url\("\.\./built/([^"]+)"\)', (OURS / "longstone.css").read_text("utf-8"))

    assert named
    for name in named:
        assert (built / name).is_file(), name


def test_a_new_licensed_thing_stops_the_build():
    with pytest.raises(SystemExit, match="/assets/"):
        assets.stylesheet(GOVUK + ".b{background:url(/assets/images/new.svg)}")


def test_the_licensed_typeface_is_taken_out():
    assert assets.stylesheet(GOVUK) == ".a{font-family:var(--longstone-font)}"


def test_the_locked_packages_name_no_host():
    text = (ROOT / "package-lock.json").read_text("utf-8")

    assert "://" not in text
    assert "omit-lockfile-registry-resolved=true" in (ROOT / ".npmrc").read_text("utf-8")
    assert all(one.get("integrity") for name, one in json.loads(text)["packages"].items() if name)


@pytest.mark.parametrize("path", sorted(OURS.iterdir()), ids=lambda path: path.name)
def test_our_own_files_ask_nothing_of_anybody_else(path):
    assert not ELSEWHERE.search(path.read_text("utf-8"))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_template_needs_an_inline_script_or_style(path):
    reader = Inline()
    reader.feed(path.read_text("utf-8"))

    assert reader.found == []


def test_an_inline_script_would_be_found():
    reader = Inline()
    reader.feed('<p style="a" onclick="b"><script>c()</script>')

    assert reader.found == ["style", "onclick", "script"]
