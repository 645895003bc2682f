"""Uploads: in pieces, resumed, never half believed."""

import base64
import fcntl
import hashlib
import io
import os
import resource
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import settings
from django.db import connection, transaction

from longstone.evidence import commands
from longstone.evidence.models import Copy
from longstone.kernel import store
from longstone.kernel.models import Staged
from longstone.kernel.refusals import Refusal
from longstone.kernel.store import StoreFault, staging
from longstone.kernel.store.source import opened
from longstone.kernel.web import uploads
from tests.house import make_force, seizing, sent_when_free

ROOT = Path(__file__).resolve().parent.parent.parent

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

    assert patch(browser, url, b"hello", 0).status_code == 413
    assert browser.head(url, **TUS).headers["Upload-Offset"] == "0"


def test_a_whole_upload_takes_no_more(browser):
    url = begin(browser, 5).headers["Location"]
    patch(browser, url, b"hello", 0)

    assert patch(browser, url, b"!", 5).status_code == 413
    assert patch(browser, url, b"", 5, CONTENT_TYPE=PIECE).status_code == 204
    assert Staged.objects.get().sha256 == hashlib.sha256(b"hello").hexdigest()


def test_an_empty_file_is_whole_at_once(browser):
    assert begin(browser, 0).status_code == 201

    assert Staged.objects.get().sha256 == hashlib.sha256(b"").hexdigest()


def test_a_piece_that_matches_its_checksum_is_kept(browser):
    url = begin(browser, 6).headers["Location"]
    right = base64.b64encode(hashlib.sha256(b"hello ").digest()).decode()

    assert patch(browser, url, b"hello ", 0, HTTP_UPLOAD_CHECKSUM=f"sha256 {right}").status_code == 204


@pytest.mark.parametrize("told", ["md5 AAAA", "sha256", "sha256 !", "sha256 AAAA"])
def test_a_checksum_that_cannot_be_read_is_refused(browser, told):
    url = begin(browser, 6).headers["Location"]

    assert patch(browser, url, b"hello ", 0, HTTP_UPLOAD_CHECKSUM=told).status_code == 400
    assert browser.head(url, **TUS).headers["Upload-Offset"] == "0"


def test_the_server_says_what_it_can_do(browser):
    told = browser.options("/uploads/").headers

    assert told["Tus-Extension"] == "creation,checksum,expiration,termination"
    assert (told["Tus-Version"], told["Tus-Checksum-Algorithm"]) == ("1.0.0", "sha256")
    assert int(told["Tus-Max-Size"]) == 8 << 40


def test_an_upload_that_is_given_up_is_gone(browser, django_capture_on_commit_callbacks):
    url = begin(browser, 11).headers["Location"]
    patch(browser, url, b"hello ", 0)

    with django_capture_on_commit_callbacks(execute=True):
        assert browser.delete(url, **TUS).status_code == 204

    assert browser.head(url, **TUS).status_code == 404
    assert patch(browser, url, b"hello ", 0).status_code == 404
    assert not staging._path(Staged.objects.get().pk).exists()


def test_an_upload_says_until_when_it_is_kept(browser):
    answer = begin(browser, 11)

    until = parsedate_to_datetime(answer.headers["Upload-Expires"])
    assert abs(until - Staged.objects.get().created_at - timedelta(days=7)) < timedelta(seconds=2)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [("a\x00b\x1b[2J\u202egpj.exe", "ab[2Jgpj.exe"), ("", "unnamed"), ("\n", "unnamed"), ("é" * 300, "é" * 255)],
)
def test_a_senders_name_is_made_safe_to_print(browser, sent, kept):
    begin(browser, 5, name=sent)

    assert Staged.objects.get().name == kept


def test_a_line_that_breaks_keeps_what_came_before_it(browser, rf):
    class Breaking(io.BytesIO):
        def read(self, size=-1, /):
            if told := super().read(2):
                return told
            raise OSError

    request = rf.patch("/", data=b"hello", content_type=PIECE)
    request._stream = Breaking(b"hello")

    assert b"".join(uploads._blocks(request)) == b"hello"


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


def test_bytes_lie_in_the_store_only_when_they_are_claimed(worker_house):
    force, now, case = worker_house
    by = force.actor("exhibits_officer", now)
    exhibit = commands.seize(by=by, **seizing(case, now))
    staged = staging.append(staging.begin(by=by, at=now, name="x", size=5), [b"hello"], offset=0, at=now)
    assert not store.current().has(staged.sha256)

    commands.receive_copy(by=by, at=now, exhibit=exhibit, staged=staged.pk)

    assert store.local(staged.sha256).read_bytes() == b"hello"
    assert not staging._path(staged.pk).exists()
    assert Staged.objects.get(pk=staged.pk).claimed_at is not None


def test_a_claim_that_is_taken_back_loses_nothing(worker_house):
    force, now, _ = worker_house
    by = force.actor("exhibits_officer", now)
    staged = staging.append(staging.begin(by=by, at=now, name="x", size=5), [b"hello"], offset=0, at=now)

    with transaction.atomic():
        staging.claim(staged.pk, by=by)
        transaction.set_rollback(True)

    assert staging.claim(staged.pk, by=by).sha256 == staged.sha256


def test_another_may_not_claim_it(force, now):
    staged = staging.begin(by=force.actor("exhibits_officer", now), at=now, name="x", size=0)

    with pytest.raises(Refusal, match="no such upload of yours"):
        staging.claim(staged.pk, by=force.actor("detective", now))


def test_what_is_not_whole_cannot_be_claimed(force, now):
    by = force.actor("exhibits_officer", now)
    staged = staging.begin(by=by, at=now, name="x", size=5)

    with pytest.raises(Refusal, match="not whole yet"):
        staging.claim(staged.pk, by=by)


def test_a_full_disk_is_a_sentence_and_the_upload_stands_where_it_was(force, now):
    by = force.actor("exhibits_officer", now)
    staged = staging.append(staging.begin(by=by, at=now, name="x", size=9 << 20), [b"a" * 1000], offset=0, at=now)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, hard))
    try:
        with pytest.raises(StoreFault, match="Receiving the file could not be done"):
            staging.append(staged, [b"b" * (1 << 20)] * 2, offset=1000, at=now)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert Staged.objects.get(pk=staged.pk).offset == 1000
    assert staging._path(staged.pk).stat().st_size == 1000


def in_another_window(staged, now):
    """Send a piece over another connection; give the refusal's kind."""

    def send():
        try:
            staging.append(staged, [b"other "], offset=0, at=now)
        except Refusal as refusal:
            return type(refusal)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as window:
        return window.submit(send).result()


def test_of_two_who_send_the_same_piece_one_wins_and_the_other_is_told(worker_house):
    """The first holds the upload until its commit: between its last byte and its commit nobody may write over it."""
    force, now, _ = worker_house
    staged = staging.begin(by=force.actor("exhibits_officer", now), at=now, name="x", size=12)

    with transaction.atomic():  # a request's own transaction
        staging.append(staged, [b"hello "], offset=0, at=now)
        before = in_another_window(staged, now)
    after = in_another_window(staged, now)

    assert (before, after) == (staging.Busy, staging.WrongOffset)
    assert staging._path(staged.pk).read_bytes() == b"hello "


def test_a_writer_whose_connection_died_still_holds_the_file(force, now):
    staged = staging.begin(by=force.actor("exhibits_officer", now), at=now, name="x", size=5)

    with staging._path(staged.pk).open("r+b") as alive:
        fcntl.flock(alive, fcntl.LOCK_EX)
        with pytest.raises(staging.Busy):
            staging.append(staged, [b"hello"], offset=0, at=now)


KILLED = """
import os, signal, sys
import django
django.setup()
from django.utils import timezone
from longstone.kernel.models import Staged
from longstone.kernel.store import staging
def blocks():
    yield b"b" * 700_000
    if sys.argv[2] == "midway":
        os.kill(os.getpid(), signal.SIGKILL)
    yield b"b" * 300_000
staging.digest_of = lambda stream: os.kill(os.getpid(), signal.SIGKILL)
staging.append(Staged.objects.get(pk=sys.argv[1]), blocks(), offset=1_000_000, at=timezone.now())
"""


@pytest.mark.parametrize("moment", ["midway", "at the digest"])
def test_after_a_kill_the_upload_goes_on_from_what_was_acknowledged(fresh_house, force_in_fresh_house, now, moment):
    by = force_in_fresh_house.actor("exhibits_officer", now)
    staged = staging.begin(by=by, at=now, name="x", size=2_000_000)
    staging.append(staged, [b"a" * 1_000_000], offset=0, at=now)

    done = in_the_house(fresh_house, "-c", KILLED, str(staged.pk), moment)
    staged.refresh_from_db()
    then = staged.offset
    whole = sent_when_free(staged, [b"c" * 1_000_000], at=now)

    assert (done.returncode, then) == (-signal.SIGKILL, 1_000_000)
    assert whole.sha256 == hashlib.sha256(b"a" * 1_000_000 + b"c" * 1_000_000).hexdigest()


def in_the_house(address, *told):
    env = {
        **os.environ, "DATABASE_URL": address, "LONGSTONE_HOME": str(settings.LONGSTONE_HOME),
        "LONGSTONE_ROLE": "worker", "DJANGO_SETTINGS_MODULE": "longstone.site.settings",
    }  # fmt: skip
    return subprocess.run([sys.executable, *told], env=env, capture_output=True, text=True, check=False, cwd=ROOT)


@pytest.fixture
def force_in_fresh_house(fresh_house, now):
    return make_force("northshire", now)


def intake(address, path, *asked):
    return in_the_house(address, "-m", "longstone", "intake", str(path), "--by", "exhibits_officer.northshire", *asked)


def test_intake_takes_a_file_in_for_an_officer(fresh_house, force_in_fresh_house, now, tmp_path):
    path = tmp_path / "image.raw"
    path.write_bytes(b"hello")
    wanted = hashlib.sha256(b"hello").hexdigest()

    done = intake(fresh_house, path, "--sha256", wanted.upper())

    staged_id, sha256, size = done.stdout.split()
    assert (sha256, size, done.returncode) == (wanted, "5", 0)
    by = force_in_fresh_house.actor("exhibits_officer", now)
    assert staging.claim(UUID(staged_id), by=by).name == "image.raw"
    assert store.current().verify(wanted).size == 5


def test_intake_refuses_in_a_sentence_what_is_not_a_plain_file(fresh_house, force_in_fresh_house, tmp_path):
    path = tmp_path / "image.raw"
    path.write_bytes(b"hello")
    (tmp_path / "link").symlink_to(path)
    os.mkfifo(tmp_path / "pipe")

    refused = {
        name: intake(fresh_house, tmp_path / name)
        for name in ("link", "pipe", ".", "absent")
    } | {"digest": intake(fresh_house, path, "--sha256", "0" * 64)}  # fmt: skip

    words = {"link": "is a link", "pipe": "is not a file", ".": "is not a file", "absent": "no", "digest": "not 000"}
    assert {name: done.returncode for name, done in refused.items()} == dict.fromkeys(words, 2)
    assert {name: done.stderr for name, done in refused.items() if words[name] not in done.stderr} == {}
    assert not Staged.objects.exists()
    assert list(staging._folder().glob("*")) == []


def test_a_file_that_changes_while_it_is_taken_in_is_refused(tmp_path):
    path = tmp_path / "log"
    path.write_bytes(b"hello")

    taking = opened(path)
    taking.__enter__().read()
    path.write_bytes(b"hello again")

    with pytest.raises(Refusal, match="changed while"):
        taking.__exit__(None, None, None)


@pytest.mark.slow
def test_six_gigabytes_are_taken_in_with_no_more_memory_than_six_bytes(fresh_house, force_in_fresh_house, tmp_path):
    small, large = tmp_path / "small", tmp_path / "large"
    small.write_bytes(b"sparse")
    with large.open("wb") as out:
        out.truncate(6 << 30)
    told = "import resource, sys; from django.core.management import execute_from_command_line as run; run(sys.argv); "
    told += "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    asked = ["--by", "exhibits_officer.northshire"]

    used = [
        in_the_house(fresh_house, "-c", told, "intake", str(path), *asked).stdout.split() for path in (small, large)
    ]

    assert [one[2] for one in used] == ["6", str(6 << 30)]
    assert int(used[1][3]) - int(used[0][3]) < 30_000  # KiB


def test_what_nobody_claims_goes_after_seven_days(worker_house):
    force, now, _ = worker_house
    by = force.actor("exhibits_officer", now)
    staged = staging.begin(by=by, at=now, name="x", size=5)

    assert staging.sweep(now + timedelta(days=6)) == []
    assert [one.name for one in staging.sweep(now + timedelta(days=8))] == ["x"]
    assert not staging._path(staged.pk).exists()


def test_bytes_that_no_row_waits_for_go_too(worker_house):
    force, now, _ = worker_house
    staged = staging.begin(by=force.actor("exhibits_officer", now), at=now, name="x", size=5)
    orphan = staging._folder() / "orphan"
    orphan.write_bytes(b"the process died before its row was committed")

    staging.sweep(now + timedelta(days=6))
    assert orphan.exists()
    os.utime(orphan, (0, 0))
    staging.sweep(now)

    assert not orphan.exists()
    assert staging._path(staged.pk).exists()
