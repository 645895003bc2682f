"""Second factors, as time goes on: a code opens once however long it stays valid, and a key that was copied is noticed."""

import pytest
from allauth.mfa.models import Authenticator
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

from longstone.people import commands, factors
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


def registered(counter):
    """Give a key's registration as a browser sends it, in which it says how often it has signed."""
    public = ES256.from_cryptography_key(ec.generate_private_key(ec.SECP256R1()).public_key())
    attested = AttestedCredentialData.create(b"\0" * 16, b"a key", public)
    flags = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.AT
    said = AuthenticatorData.create(b"\0" * 32, flags, counter, attested)
    client = CollectedClientData.create("webauthn.create", b"challenge", "https://house.example")
    response = {"clientDataJSON": websafe_encode(client), "attestationObject": websafe_encode(AttestationObject.create("none", said, {}))}  # fmt: skip
    name = websafe_encode(b"a key")
    return {"id": name, "rawId": name, "type": "public-key", "response": response, "clientExtensionResults": {}}


@pytest.mark.parametrize(
    ("at_first", "then", "good"),
    [
        (0, [0, 0, 0], [True, True, True]),  # a key that does not count
        (1, [2, 3, 9], [True, True, True]),
        (1, [2, 2], [True, False]),
        (7, [3], [False]),
        (1, [9, 5, 10], [True, False, True]),
        (0, [5, 0, 4, 6], [True, True, False, True]),
    ],
)
def test_a_key_that_has_signed_less_often_than_before_is_a_copy(force, now, at_first, then, good):
    dev = force.staff["detective"]
    commands.add_key(by=force.actor("detective", now), at=now, staff=dev, name="Blue", credential=registered(at_first))

    assert [factors.signs_on(Authenticator.objects.get(user=dev), counter) for counter in then] == good
