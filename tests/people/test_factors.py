"""Second factors, as time goes on: a code opens once however long it stays valid, and a key that was copied is noticed."""

import pytest

from longstone.people import factors
from tests.site.doorstep import SECRET, code_of, with_app

pytestmark = pytest.mark.django_db
STEP = 30  # seconds for which an app shows one code


@pytest.fixture
def clock(monkeypatch, settings):
    """Give a clock that stands until it is set; what the cache forgets in time, it forgets by this clock."""
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "codes"}}

    def set_to(moment):
        monkeypatch.setattr("time.time", lambda: moment)
        return moment

    return set_to


@pytest.fixture
def dev(force, now, clock):
    with_app(force, now)
    return force.staff["detective"]


@pytest.mark.parametrize("seconds", [0, 5, 29, 31, 45, 58])
def test_a_code_opens_once_for_as_long_as_it_is_valid(dev, clock, seconds):
    start = clock(1_800_000_000.0)
    code = code_of(SECRET, steps=1)  # the app's clock may be ahead: this one is valid for ninety seconds
    assert factors.opened_by(dev, code).type == factors.APP

    clock(start + seconds)

    assert factors.opened_by(dev, code) is None


def test_the_next_code_opens_and_one_from_before_it_does_not(dev, clock):
    start = clock(1_800_000_000.0)
    unused = code_of(SECRET)
    clock(start + STEP)
    assert factors.opened_by(dev, code_of(SECRET)).type == factors.APP

    assert factors.opened_by(dev, unused) is None
    clock(start + 2 * STEP)
    assert factors.opened_by(dev, code_of(SECRET)).type == factors.APP
