"""When was this signed at the latest, and who outside the force says so? Time stamps (RFC 3161, RFC 5652, RFC 5816)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from verifier import der
from verifier.der import INTEGER, MOMENT, OCTETS, OID, SEQUENCE, SET, Element

# x509 is loaded only where a root was given: its reader of e-mail addresses loads Python's own socket module.

SIGNED_DATA, STAMP = bytes.fromhex("2a864886f70d010702"), bytes.fromhex("2a864886f70d0109100104")
KIND, DIGEST = bytes.fromhex("2a864886f70d010903"), bytes.fromhex("2a864886f70d010904")
SIGNER, SIGNER_V2 = bytes.fromhex("2a864886f70d010910020c"), bytes.fromhex("2a864886f70d010910022f")
SHA256, SHA384, SHA512 = (bytes.fromhex(f"60864801650304020{n}") for n in (1, 2, 3))
HASHES: dict[bytes, hashes.HashAlgorithm] = {SHA256: hashes.SHA256(), SHA384: hashes.SHA384(), SHA512: hashes.SHA512()}
RSA, ECDSA = bytes.fromhex("2a864886f70d0101"), bytes.fromhex("2a8648ce3d0403")
ALGORITHMS = {RSA + b"\x01": None, RSA + b"\x0b": SHA256, RSA + b"\x0c": SHA384, RSA + b"\x0d": SHA512}
ALGORITHMS |= {ECDSA + b"\x02": SHA256, ECDSA + b"\x03": SHA384, ECDSA + b"\x04": SHA512}
WHEN = re.compile(r"(\d{14})(?:\.(\d{0,5}[1-9]))?Z", re.ASCII)
CERTIFICATES = ATTRIBUTES = WRAPPED = 0xA0


class BadStamp(ValueError):
    """A time stamp is malformed, or does not hold; the sentence says how."""


@dataclass(frozen=True)
class Stamp:
    """A time stamp as it was read: what it says, when, of which digest, and what is needed to check who says so."""

    said: bytes
    at: datetime
    imprint: tuple[bytes, bytes]
    certificates: tuple[bytes, ...]
    signer: Element
    attributes: Element
    algorithms: tuple[bytes, bytes]
    signature: bytes

    @property
    def moment(self) -> str:
        """Say when, for people."""
        return f"{self.at:%Y-%m-%d %H:%M:%S} UTC"


def parse(raw: bytes) -> Stamp:
    """Read an authority's reply, the DER of a TimeStampResp that granted a token. Raises BadStamp. RFC 3161, 2.4.2."""
    try:
        status, token = der.inside(der.only(raw, SEQUENCE), SEQUENCE, SEQUENCE)
        return _token(token, granted=der.inside(status, INTEGER)[0].body in {b"\x00", b"\x01"})
    except BadStamp:
        raise
    except ValueError as error:
        raise BadStamp(f"This is no time stamp. {error}") from error


def _token(token: Element, *, granted: bool) -> Stamp:
    """Read the signed data (RFC 5652, 5.1), by one signer."""
    kind, wrapped = der.inside(token, OID, WRAPPED)
    version, digests, content, *more, signers = der.inside(der.only(wrapped.body, SEQUENCE), INTEGER, SET, SEQUENCE)
    name, octets = der.inside(content, OID, WRAPPED)
    if not granted or (kind.body, version.body, name.body, signers.tag) != (SIGNED_DATA, b"\x03", STAMP, SET):
        raise BadStamp("The authority did not grant it, or it is signed data of another kind.")
    said = der.only(octets.body, OCTETS).body
    certificates = [one.raw for bag in more if bag.tag == CERTIFICATES for one in der.elements(bag.body)]
    at, imprint = _info(said)
    signer, attributes, algorithms, signature = _signer(der.only(signers.body, SEQUENCE))
    if algorithms[0] not in [_name(one) for one in der.elements(digests.body)]:
        raise BadStamp("It names other digests than the signer's.")
    return Stamp(said, at, imprint, tuple(certificates), signer, attributes, algorithms, signature)


def _info(said: bytes) -> tuple[datetime, tuple[bytes, bytes]]:
    """Read when, and of which digest (TSTInfo, RFC 3161, 2.4.2)."""
    told = der.inside(der.only(said, SEQUENCE), INTEGER, OID, SEQUENCE, INTEGER, MOMENT)
    algorithm, digest = der.inside(told[2], SEQUENCE, OCTETS)
    when = WHEN.fullmatch(told[4].body.decode("ascii", "replace"))
    if when is None or told[0].body != b"\x01":
        raise BadStamp("It does not say when it was made.")
    at = datetime.strptime(when[1] + (when[2] or "0").ljust(6, "0"), "%Y%m%d%H%M%S%f").replace(tzinfo=UTC)
    return at, (_name(algorithm), digest.body)


def _signer(one: Element) -> tuple[Element, Element, tuple[bytes, bytes], bytes]:
    """Read who signed what, with which algorithms, and the signature (SignerInfo, RFC 5652, 5.3)."""
    version, signer, digest, attributes, algorithm, signature, *_ = der.inside(
        one, INTEGER, SEQUENCE, SEQUENCE, ATTRIBUTES, SEQUENCE, OCTETS
    )
    if version.body != b"\x01":
        raise BadStamp("Its signer is named in a way that this program does not know.")
    return signer, attributes, (_name(digest), _name(algorithm)), signature.body


def _name(algorithm: Element) -> bytes:
    """Give an algorithm's name; none that is known here has parameters."""
    name, *parameters = der.inside(algorithm, OID)
    if algorithm.tag != SEQUENCE or [one.raw for one in parameters] not in ([], [b"\x05\x00"]):
        raise BadStamp("It names an algorithm in a way that this program does not know.")
    return name.body


def check_imprint(stamp: Stamp, text: bytes) -> None:
    """Check that a stamp is of the SHA-256 of a text. Raises BadStamp."""
    if stamp.imprint != (SHA256, hashlib.sha256(text).digest()):
        raise BadStamp("The time stamp is of something else than this checkpoint.")


def authority(pem: bytes) -> Any:
    """Read the certificate (PEM) of the authority that issues certificates to time stampers. Raises BadStamp."""
    from cryptography import x509

    try:
        found = x509.load_pem_x509_certificate(pem)
        is_authority = found.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except (ValueError, x509.ExtensionNotFound) as error:
        raise BadStamp("This is not the certificate of an authority, in PEM.") from error
    if not is_authority:
        raise BadStamp("This is not the certificate of an authority: it may not issue others.")
    return found


def check_signature(stamp: Stamp, issuer: Any) -> str:
    """Check who signed a stamp, and give their name; nothing if the certificate is absent or not of that issuer.

    The signer's certificate is the issuer's own work, for stamping time and nothing else, and both were valid when the
    stamp was made. Raises BadStamp otherwise. RFC 3161, 2.3 and 2.4.2; RFC 5652, 5.4.
    """
    try:
        told = _attributes(stamp.attributes)
        signer = _certificate(stamp, told)
        if signer is None or signer.issuer != issuer.subject:
            return ""
        _named(stamp, signer)
        signer.verify_directly_issued_by(issuer)
        _purpose(signer)
        _valid(stamp.at, signer, issuer)
        _signature(stamp, told, signer.public_key())
        return str(signer.subject.rfc4514_string())
    except BadStamp:
        raise
    except (InvalidSignature, UnsupportedAlgorithm, ValueError, TypeError, KeyError, IndexError) as error:
        raise BadStamp("The time stamp's signature does not hold.") from error


def _attributes(told: Element) -> dict[bytes, Element]:
    """Give what was signed beside the content: each attribute once, with one value."""
    pairs = [der.inside(one, OID, SET) for one in der.elements(told.body)]
    found = {name.body: der.elements(values.body)[0] for name, values in pairs}
    if len(found) != len(pairs):
        raise BadStamp("The time stamp says something twice.")
    return found


def _certificate(stamp: Stamp, told: dict[bytes, Element]) -> Any:
    """Find the signer's certificate by the digest of it that was signed (RFC 2634, 5.4; RFC 5035, 4)."""
    from cryptography import x509

    named = told.get(SIGNER_V2) or told.get(SIGNER)
    if named is None:
        raise BadStamp("The time stamp does not say which certificate it was signed with.")
    fields = der.inside(der.inside(der.inside(named, SEQUENCE)[0], SEQUENCE)[0])
    make: Callable[[bytes], Any] = hashlib.sha256 if SIGNER_V2 in told else hashlib.sha1
    if fields[0].tag == SEQUENCE:  # V2 names the digest only if it is not SHA-256
        make = {SHA384: hashlib.sha384, SHA512: hashlib.sha512}[_name(fields.pop(0))]
    found = [one for one in stamp.certificates if make(one).digest() == fields[0].body]
    return x509.load_der_x509_certificate(found[0]) if found else None


def _named(stamp: Stamp, signer: Any) -> None:
    """Check that the signer named is the certificate's own: its issuer and serial number (RFC 5652, 5.3)."""
    fields = [one for one in der.inside(der.only(signer.tbs_certificate_bytes, SEQUENCE)) if one.tag != WRAPPED]
    if [one.raw for one in der.inside(stamp.signer, SEQUENCE, INTEGER)] != [fields[2].raw, fields[0].raw]:
        raise BadStamp("The time stamp names another certificate than the one that it was signed with.")


def _valid(at: datetime, *certificates: Any) -> None:
    if not all(one.not_valid_before_utc <= at <= one.not_valid_after_utc for one in certificates):
        raise BadStamp("The time stamper's certificate was not valid when the stamp was made.")


def _purpose(signer: Any) -> None:
    from cryptography import x509
    from cryptography.x509.oid import ExtendedKeyUsageOID

    found = [one for one in signer.extensions if isinstance(one.value, x509.ExtendedKeyUsage)]
    if not found or not found[0].critical or list(found[0].value) != [ExtendedKeyUsageOID.TIME_STAMPING]:
        raise BadStamp("The certificate is not for stamping time and nothing else.")


def _signature(stamp: Stamp, told: dict[bytes, Element], key: Any) -> None:
    digest, algorithm = stamp.algorithms
    if digest not in HASHES or ALGORITHMS.get(algorithm, b"") not in {None, digest}:
        raise BadStamp("The time stamp is signed in a way that this program does not know.")
    made = hashlib.new(HASHES[digest].name, stamp.said).digest()
    if (told[KIND].body, told[DIGEST].body) != (STAMP, made) or (told[KIND].tag, told[DIGEST].tag) != (OID, OCTETS):
        raise BadStamp("The time stamp's signature is of something else.")
    signed = bytes([SET]) + stamp.attributes.raw[1:]
    if isinstance(key, rsa.RSAPublicKey) and algorithm.startswith(RSA):
        key.verify(stamp.signature, signed, padding.PKCS1v15(), HASHES[digest])
    elif isinstance(key, ec.EllipticCurvePublicKey) and algorithm.startswith(ECDSA):
        key.verify(stamp.signature, signed, ec.ECDSA(HASHES[digest]))
    else:
        raise BadStamp("The time stamp is signed in a way that this program does not know.")
