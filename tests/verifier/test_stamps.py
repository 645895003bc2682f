"""A time stamp in a bundle is of its checkpoint, and its authority's own work, or it is not said to be."""

import io
import json
import shutil

import pytest
import rfc3161_client
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from tests.faults import found
from tests.verifier.building import Force, pack, unpack
from tests.verifier.time_stamper import Stamper
from verifier import bundle, der, stamp
from verifier.records import Failed
from verifier.stamp import BadStamp

pytestmark = pytest.mark.skipif(not shutil.which("openssl"), reason="openssl is not here: it is the authority.")

TEXT = b"force.example/ledger\n28\nroot\n"


@pytest.fixture(scope="module")
def stamper(tmp_path_factory):
    return Stamper(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def other(tmp_path_factory):
    return Stamper(tmp_path_factory.mktemp("other"))


@pytest.fixture(scope="module")
def reply(stamper):
    return stamper.stamp(TEXT)


def judged(reply, stamper, text=TEXT):
    """Check a reply as a bundle's would be; give the stamper's name."""
    told = stamp.parse(reply)
    stamp.check_imprint(told, text)
    return stamp.check_signature(told, stamp.authority(stamper.root.read_bytes()))


def test_a_stamp_of_the_checkpoint_is_checked_against_the_root_that_was_supplied(desk, stamper):
    whole = Force(stamped=lambda text: [stamper.stamp(text)]).zip()

    code, said = desk.check(whole, "--tsa-root", stamper.root)

    assert code == 0
    assert "yes  CN=Example Stamper stamped the ledger's checkpoint at 20" in said


def test_without_a_root_a_stamp_is_not_passed_by_silence(desk, stamper):
    whole = Force(stamped=lambda text: [stamper.stamp(text)]).zip()

    code, said = desk.check(whole)

    assert code == 0
    assert "not checked  data/ledger/tokens/1.tsr says that the checkpoint was stamped at 20" in said
    assert "give --tsa-root" in said
    assert "give --tsa-root" in json.loads(desk.check(whole, "--json")[1])["not_checked"][0]


def test_two_authorities_stamps_stand_side_by_side(desk, stamper, other):
    whole = Force(stamped=lambda text: [stamper.stamp(text), other.stamp(text)]).zip()
    other.openssl("x509", "-in", "root.pem", "-out", "renamed.pem")

    code, said = desk.check(whole, "--tsa-root", stamper.root)

    assert code == 1  # both roots bear one name, so the other's stamp claims to be this authority's work
    assert "data/ledger/tokens/2.tsr" in said


def test_an_authority_of_another_name_is_left_unchecked(desk, stamper, tmp_path):
    class Renamed(Stamper):
        def openssl(self, *told):
            return super().openssl(*(one.replace("Example Root", "Another Root") for one in told))

    another = Renamed(tmp_path / "another")
    whole = Force(stamped=lambda text: [stamper.stamp(text), another.stamp(text)]).zip()

    code, said = desk.check(whole, "--tsa-root", another.root)

    assert code == 0
    assert "data/ledger/tokens/2.tsr.\n" in said
    assert "not checked  data/ledger/tokens/1.tsr" in said


def test_a_root_whose_authority_stamped_nothing_shows_nothing(desk, stamper):
    code, said = desk.check(Force().zip(), "--tsa-root", stamper.root)

    assert code == 2
    assert "brings no time stamp of that authority" in said


def test_a_stamp_of_another_checkpoint_fails_by_name(desk, stamper):
    code, said = desk.check(Force(stamped=lambda text: [stamper.stamp(text + b"more\n")]).zip())

    assert code == 1
    assert "data/ledger/tokens/1.tsr: The time stamp is of something else than this checkpoint" in said


@pytest.mark.parametrize("told", [b"", b"0", b"\x30\x00", b"\x30\x80\x00\x00", b"\x30\x84\xff\xff\xff\xff", b"x" * 999])
def test_what_is_no_stamp_fails_by_name(desk, told):
    code, said = desk.check(Force(stamped=lambda text: [told]).zip())

    assert code == 1
    assert "data/ledger/tokens/1.tsr: This is no time stamp" in said


@pytest.mark.parametrize("root", [b"", b"nonsense", None])
def test_what_is_no_root_could_not_be_checked(desk, stamper, root):
    path = stamper.folder / "stamper.pem" if root is None else desk.file("bad.pem", root)

    code, said = desk.check(Force(stamped=lambda text: [stamper.stamp(text)]).zip(), "--tsa-root", path)

    assert code == 2
    assert "not the certificate of an authority" in said


@pytest.mark.parametrize(
    "changes",
    [
        {"key": ("ec", "-pkeyopt", "ec_paramgen_curve:P-256")},
        {"key": ("ec", "-pkeyopt", "ec_paramgen_curve:P-384"), "digest": "sha384"},
        {"key": ("rsa:3072",), "digest": "sha512", "identity": "sha512"},
        {"identity": "sha1"},
        {"identity": "sha384"},
    ],
)
def test_the_usual_keys_and_digests_are_known(tmp_path, changes):
    stamper = Stamper(tmp_path, **changes)

    assert judged(stamper.stamp(TEXT), stamper) == "CN=Example Stamper"


@pytest.mark.parametrize("use", ["critical, timeStamping, codeSigning", "timeStamping", "critical, codeSigning"])
def test_a_certificate_for_anything_else_is_refused(tmp_path, monkeypatch, use):
    """Openssl itself refuses to stamp with one, so the certificate is changed after the stamper was let in."""
    stamper = Stamper(tmp_path / "good")
    told = stamp.parse(stamper.stamp(TEXT))
    bad = Stamper(tmp_path / "bad", use=use)
    signer = x509.load_pem_x509_certificate((bad.folder / "stamper.pem").read_bytes())
    monkeypatch.setattr(stamp, "_certificate", lambda *_: signer)
    monkeypatch.setattr(stamp, "_named", lambda *_: None)

    with pytest.raises(BadStamp, match="not for stamping time and nothing else"):
        stamp.check_signature(told, stamp.authority(bad.root.read_bytes()))


def test_a_certificate_that_was_not_valid_then_is_refused(stamper, reply):
    told = stamp.parse(reply)
    late = stamp.Stamp(**{**told.__dict__, "at": told.at.replace(year=told.at.year + 20)})

    with pytest.raises(BadStamp, match="was not valid when the stamp was made"):
        stamp.check_signature(late, stamp.authority(stamper.root.read_bytes()))


def test_a_stamp_that_signs_one_attribute_twice_is_refused(reply):
    told = stamp.parse(reply).attributes
    first = der.elements(told.body)[0]

    with pytest.raises(BadStamp, match="says something twice"):
        stamp._attributes(der.Element(told.tag, told.body + first.raw, b""))


@pytest.mark.parametrize(
    "key", [ed25519.Ed25519PrivateKey.generate().public_key(), ec.generate_private_key(ec.SECP256R1()).public_key()]
)
def test_a_stamp_under_a_key_of_another_kind_than_it_says_is_refused(reply, key):
    told = stamp.parse(reply)

    with pytest.raises(BadStamp, match="signed in a way that this program does not know"):
        stamp._signature(told, stamp._attributes(told.attributes), key)


def test_a_stamp_without_its_certificate_is_left_unchecked(stamper):
    assert judged(stamper.stamp(TEXT, "-sha256"), stamper) == ""


def test_a_stamp_of_a_shorter_digest_is_refused(stamper):
    with pytest.raises(BadStamp, match="of something else"):
        stamp.check_imprint(stamp.parse(stamper.stamp(TEXT, "-sha512", "-cert")), TEXT)


def test_openssl_and_another_client_agree_on_our_own_stamp(stamper, tmp_path, desk):
    whole = Force(stamped=lambda text: [stamper.stamp(text)]).zip()
    files = unpack(whole)
    text = files["data/ledger/checkpoint"].partition(b"\n\n")[0] + b"\n"
    (stamper.folder / "text").write_bytes(text)
    (stamper.folder / "reply.tsr").write_bytes(files["data/ledger/tokens/1.tsr"])

    said = stamper.openssl("ts", "-verify", "-data", "text", "-in", "reply.tsr", "-CAfile", "root.pem")

    root = x509.load_pem_x509_certificate(stamper.root.read_bytes())
    parsed = rfc3161_client.decode_timestamp_response(files["data/ledger/tokens/1.tsr"])
    assert theirs(files["data/ledger/tokens/1.tsr"], root, text)
    assert desk.check(whole, "--tsa-root", stamper.root)[0] == 0
    assert "Verification: OK" in said
    assert stamp.parse(files["data/ledger/tokens/1.tsr"]).at == parsed.tst_info.gen_time


def theirs(reply, root, text=TEXT):
    """Ask another client, of other people's making."""
    try:
        told = rfc3161_client.decode_timestamp_response(reply)
        return rfc3161_client.VerifierBuilder().add_root_certificate(root).build().verify_message(told, text)
    except (ValueError, rfc3161_client.VerificationError):
        return False


def ours(reply, stamper):
    try:
        return judged(reply, stamper) != ""
    except BadStamp:
        return False


def test_no_changed_byte_of_a_stamp_passes_but_one_that_nobody_signed(stamper, reply):
    root = x509.load_pem_x509_certificate(stamper.root.read_bytes())
    passed = [place for place in range(len(reply)) if ours(spoiled(reply, place), stamper)]

    found("single-bit changes", "time stamp (RFC 3161), alone", len(reply), len(reply) - len(passed))
    assert ours(reply, stamper)
    assert theirs(reply, root)
    assert passed == [8]  # granted, or granted with changes: nobody signs that byte, and it tells nothing
    assert {stamp.parse(spoiled(reply, place)).said for place in passed} == {stamp.parse(reply).said}


def spoiled(reply, place):
    changed = bytearray(reply)
    changed[place] ^= 1 << (place % 8)
    return bytes(changed)


def test_in_a_bundle_those_bytes_too_are_found(stamper):
    whole = Force(stamped=lambda text: [stamper.stamp(text)]).zip()
    raw = unpack(whole)["data/ledger/tokens/1.tsr"]
    start = whole.index(raw)
    said = [failure(spoiled(whole, place)) for place in range(start, start + len(raw))]

    named = [one for one in said if "tokens/1.tsr" in one]
    found("single-bit changes", "time stamp, in a bundle", len(raw), len(named))
    assert len(named) == len(raw)


def failure(whole):
    try:
        bundle.check(io.BytesIO(whole), key=None)
    except Failed as failed:
        return str(failed)
    return "nothing was found"


def test_a_stamp_that_somebody_took_out_is_missed_when_it_is_asked_for(desk, stamper):
    files = unpack(Force(stamped=lambda text: [stamper.stamp(text)]).zip())
    del files["data/ledger/tokens/1.tsr"]

    assert desk.check(pack(files), "--tsa-root", stamper.root)[0] == 2
