"""The house is restored to yesterday: it says what was lost, signs nothing until that is settled, and carries on; nobody's proof breaks."""

from __future__ import annotations

import pytest

from tests.runner.living import BUNDLE, FOUND, Living, runner
from verifier import __main__ as verifier

LATER = """
by = actor("exhibits_officer")
commands.offer(by=by, at=at, exhibit=exhibit(), to=Staff.objects.get(username="detective.northshire"))
commands.seize(by=by, **seizing(case(), at, reference="ABC/2", seal="S2", description="Seized and then lost"))
"""
ANEW = """
commands.seize(by=actor("exhibits_officer"), **seizing(case(), at, reference="ABC/2", seal="S2", description="Entered again"))
sequencer.catch_up()
"""
KEPT = """
sequencer.catch_up()
Path(sys.argv[1]).write_text(proofs.latest_checkpoint().note)
"""
PROOF = """
import base64
from verifier import note
old = note.parse_checkpoint(note.parse_note(Path(sys.argv[1]).read_bytes()).text)
told = Bundle.objects.everything(because="a test").order_by("-pk").first()
last = proofs.latest_checkpoint()
import zipfile
with zipfile.ZipFile(sys.argv[3]) as opened:
    name = next(one for one in opened.namelist() if one.endswith("ledger/checkpoint"))
    size = note.parse_checkpoint(note.parse_note(opened.read(name)).text).size
Path(sys.argv[2]).write_text("".join(base64.b64encode(one).decode() + "\\n" for one in proofs.consistency(old.size, size)))
"""
FRONT = """
from django.test import Client
front = Client()
front.force_login(Staff.objects.get(username="detective.northshire"), backend="longstone.site.sign_in.StaffBackend")
print(front.get("/").content.decode())
"""


@pytest.fixture
def yesterday(place, serve):
    """Give a house that was backed up, worked on for a day, and lost; and where its backup and its papers lie."""
    (place / "outside").mkdir(mode=0o700)
    lost = Living(place / "home", serve(place / "home"), {"LONGSTONE_OUTSIDE": str(place / "outside")}).make()
    lost.act(FOUND)
    lost.act(BUNDLE, place / "before.zip")
    (place / "force.vkey").write_text(lost.ask("force_key").stdout)
    done = lost.runner("backup", str(place / "disk"))
    assert done.returncode == 0, done.stderr
    assert "is whole in" in done.stdout
    lost.act(LATER)
    lost.act(KEPT, place / "kept")
    assert lost.ask("sequence", "--once").returncode == 0
    lost.act(BUNDLE, place / "lost.zip")
    assert lost.ask("sequence", "--once").returncode == 0
    lost.server.stop()
    return place


@pytest.mark.slow
def test_restored_to_yesterday_it_says_what_was_lost_and_carries_on(yesterday, serve, capsys):
    place, home = yesterday, yesterday / "restored"
    is_restored(place, home)
    back = Living(home, serve(home), {"LONGSTONE_OUTSIDE": str(place / "outside")})

    signs_nothing(back)
    is_settled(back)
    goes_on(back, place)

    key = ["--key", str(place / "force.vkey")]
    since = ["--since", str(place / "kept"), "--proof", str(place / "proof")]
    for bundle, more in (("before", []), ("lost", []), ("after", []), ("after", since)):
        code, said = verifier.main([str(place / f"{bundle}.zip"), *key, *more]), capsys.readouterr().out
        assert code == 0, said
        assert ("its ledger was restored on" in said) == (bundle == "after")


def is_restored(place, home):
    """Restore over what a restore that was cut off left: half a house, which does not run."""
    home.mkdir()
    (home / "restoring").write_text("20261124T000000Z")
    half = runner(home, "--no-demo")
    assert half.returncode == 1
    assert "half a house" in half.stderr
    refused = runner(home, "restore", str(place / "disk"))
    assert refused.returncode == 2
    assert "is not empty" in refused.stderr
    done = runner(home, "restore", str(place / "disk"), "--over", LONGSTONE_OUTSIDE=str(place / "outside"))
    assert done.returncode == 0, done.stderr
    assert "The house signs nothing until it is reconciled" in done.stdout
    assert not (home / "restoring").exists()


def signs_nothing(back):
    """Look that the house refuses to sign, says so, and goes on with everything else."""
    refused = back.ask("sequence", "--once")
    assert refused.returncode == 2
    assert "nothing is signed" in refused.stderr
    assert "nothing is signed. Run `python -m longstone reconcile`" in back.act(FRONT)


def is_settled(back):
    """Settle the restore, which only those who run the house can, and look that the house says what was lost."""
    stranger = back.runner("reconcile", "--by", "detective.northshire")
    assert stranger.returncode == 2
    assert "Only those who run the house" in stranger.stderr
    settled = back.runner("reconcile", "--by", "ada.northshire")
    assert settled.returncode == 0, settled.stderr
    assert "entries of the ledger were lost" in settled.stdout
    assert "Enter again what you did in that time" in back.act(FRONT)


def goes_on(back, place):
    """Enter again what was lost, hand it out, and prove to whoever kept a checkpoint that the ledger only grew."""
    back.act(ANEW)
    back.act(BUNDLE, place / "after.zip")
    back.act(PROOF, place / "kept", place / "proof", place / "after.zip")
    assert back.ask("sequence", "--once").returncode == 0


def test_a_backup_inside_the_house_or_with_its_keys_in_it_is_refused(tmp_path):
    inside = runner(tmp_path / "home", "backup", str(tmp_path / "home" / "x"))
    together = runner(tmp_path / "home", "backup", str(tmp_path / "x"), "--keys", str(tmp_path / "x" / "keys"))

    for done in (inside, together):
        assert done.returncode == 2
        assert "A backup lies outside the house, and its keys outside the backup" in done.stderr
