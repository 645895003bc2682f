"""Uploads: in pieces, resumed, never half believed."""

import base64
import hashlib
from datetime import timedelta

import pytest

from longstone.evidence import commands
from longstone.evidence.models import Copy
from longstone.kernel.models import Staged
from longstone.kernel.refusals import Refusal
from longstone.kernel.store import staging

TUS = {"HTTP_TUS_RESUMABLE": "1.0.0"}
PIECE = "application/offset+octet-stream"


@pytest.fixture
def browser(force, sign_in):
    return sign_in(force.staff["exhibits_officer"])


def begin(browser, size, name="phone.raw"):
    told = base64.b64encode(name.encode()).decode()
    return browser.post("/uploads/", HTTP_UPLOAD_LENGTH=str(size), HTTP_UPLOAD_METADATA=f"filename {told}", **TUS)


def patch(browser, url, told, offset, **headers):
    return browser.patch(url, told, content_type=PIECE, HTTP_UPLOAD_OFFSET=str(offset), **TUS, **headers)


def test_a_file_arrives_in_pieces_and_is_known_by_its_digest(browser):
    url = begin(browser, 11).headers["Location"]

    assert patch(browser, url, b"hello ", 0).headers["Upload-Offset"] == "6"
    assert browser.head(url, **TUS).headers["Upload-Offset"] == "6"
    assert patch(browser, url, b"world", 6).status_code == 204

    staged = Staged.objects.get()
    assert (staged.sha256, staged.name) == (hashlib.sha256(b"hello world").hexdigest(), "phone.raw")


def test_a_piece_at_the_wrong_place_is_refused(browser):
    url = begin(browser, 11).headers["Location"]
    patch(browser, url, b"hello ", 0)

    assert patch(browser, url, b"hello ", 0).status_code == 409
    assert browser.head(url, **TUS).headers["Upload-Offset"] == "6"


def test_a_damaged_piece_is_not_kept(browser):
    url = begin(browser, 6).headers["Location"]
    wrong = base64.b64encode(bytes(32)).decode()

    assert patch(browser, url, b"hello ", 0, HTTP_UPLOAD_CHECKSUM=f"sha256 {wrong}").status_code == 460
    assert browser.head(url, **TUS).headers["Upload-Offset"] == "0"


def test_more_bytes_than_announced_are_refused(browser):
    url = begin(browser, 3).headers["Location"]

    assert patch(browser, url, b"hello", 0).status_code == 409
    assert browser.head(url, **TUS).headers["Upload-Offset"] == "0"


@pytest.mark.parametrize(
    ("headers", "status"),
    [({"HTTP_TUS_RESUMABLE": "0.2"}, 412), ({**TUS}, 400), ({**TUS, "HTTP_UPLOAD_LENGTH": "-1"}, 400), ({**TUS, "HTTP_UPLOAD_LENGTH": "9" * 18}, 413)],
)  # fmt: skip
def test_a_beginning_that_makes_no_sense_is_refused(browser, headers, status):
    assert browser.post("/uploads/", **headers).status_code == status


def test_another_type_is_refused_before_it_is_read(browser):
    url = begin(browser, 5).headers["Location"]

    told = browser.patch(url, b"hello", content_type="text/plain", HTTP_UPLOAD_OFFSET="0", **TUS)

    assert told.status_code == 415
    assert browser.head(url, **TUS).headers["Upload-Offset"] == "0"


def test_nobody_uploads_without_signing_in(client, db):
    assert begin(client, 5).status_code == 403


def test_anothers_upload_is_not_there(browser, force, client):
    url = begin(browser, 5).headers["Location"]
    client.force_login(force.staff["detective"], backend="longstone.site.sign_in.StaffBackend")

    assert client.head(url, **TUS).status_code == 404


def test_a_kill_between_the_last_byte_and_the_digest_is_healed(browser, force, exhibit, now):
    from longstone.kernel.promises import writing

    by = force.actor("exhibits_officer", now)
    staged = staging.begin(by=by, at=now, name="x", size=5)
    staging._path(staged.pk).write_bytes(b"hello")
    with writing("a killed process"):
        Staged.objects.filter(pk=staged.pk).update(offset=5)

    copy = commands.receive_copy(by=by, at=now, exhibit=exhibit, staged=staged.pk)

    assert copy.sha256 == hashlib.sha256(b"hello").hexdigest()


def test_the_officers_own_digest_is_compared(force, exhibit, now):
    by = force.actor("exhibits_officer", now)
    staged = staging.begin(by=by, at=now, name="x", size=5)
    staging.append(staged, [b"hello"], offset=0, at=now)

    with pytest.raises(Refusal, match="not the one you gave"):
        commands.receive_copy(by=by, at=now, exhibit=exhibit, staged=staged.pk, digest="0" * 64)
    copy = commands.receive_copy(by=by, at=now, exhibit=exhibit, staged=staged.pk, digest=staged.sha256.upper())

    assert Copy.objects.visible_to(by).get() == copy
    with pytest.raises(Refusal, match="used already"):
        commands.receive_copy(by=by, at=now, exhibit=exhibit, staged=staged.pk)


def test_what_nobody_claims_goes_after_seven_days(worker_house):
    force, now, _ = worker_house
    by = force.actor("exhibits_officer", now)
    staged = staging.begin(by=by, at=now, name="x", size=5)

    assert staging.sweep(now + timedelta(days=6)) == []
    assert [one.name for one in staging.sweep(now + timedelta(days=8))] == ["x"]
    assert not staging._path(staged.pk).exists()
