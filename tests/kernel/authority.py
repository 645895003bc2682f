"""A time stamp authority of the tests' own: a throw-away root, and `openssl ts` behind an address of this machine."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

POLICY = "1.2.3.4.1"
CONFIG = f"""
[tsa]
default_tsa = one
[one]
serial = {{folder}}/serial
signer_cert = {{folder}}/tsa.pem
signer_key = {{folder}}/tsa.key
signer_digest = sha256
default_policy = {POLICY}
digests = sha256
accuracy = secs:1
ordering = no
tsa_name = no
ess_cert_id_chain = no
"""
Tamper = Callable[[bytes], bytes]


def _name(told: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, told)])


def _certificate(
    subject: str, public: ec.EllipticCurvePublicKey, issuer: str, key: ec.EllipticCurvePrivateKey
) -> x509.Certificate:
    now, is_root = datetime.now(UTC), subject == issuer
    made = x509.CertificateBuilder(_name(issuer), _name(subject), public, x509.random_serial_number())
    made = made.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=30))
    made = made.add_extension(x509.BasicConstraints(ca=is_root, path_length=None), critical=True)
    if not is_root:
        made = made.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    return made.sign(key, hashes.SHA256())


def make(folder: Path) -> Path:
    """Make a root and an authority beneath it, and give the root's file."""
    folder.mkdir()
    root, tsa = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    pem = serialization.Encoding.PEM
    kept = _certificate("Throw-away root", root.public_key(), "Throw-away root", root)
    (folder / "root.pem").write_bytes(kept.public_bytes(pem))
    mine = _certificate("Throw-away time stamps", tsa.public_key(), "Throw-away root", root)
    (folder / "tsa.pem").write_bytes(mine.public_bytes(pem))
    plain = serialization.NoEncryption()
    (folder / "tsa.key").write_bytes(tsa.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))
    (folder / "serial").write_text("01\n")
    (folder / "tsa.cnf").write_text(CONFIG.format(folder=folder))
    return folder / "root.pem"


def reply(folder: Path, query: bytes) -> bytes:
    """Let openssl stamp a query."""
    (folder / "query").write_bytes(query)
    argv = ["openssl", "ts", "-reply", "-config", folder / "tsa.cnf", "-section", "one", "-queryfile", folder / "query"]
    return (
        subprocess.run([*argv, "-out", folder / "reply"], check=True, capture_output=True)
        and (folder / "reply").read_bytes()
    )


@contextmanager
def serving(folder: Path, tamper: Tamper = lambda told: told, status: int = 200) -> Iterator[str]:
    """Serve the authority on this machine; `tamper` changes its answers."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            raw = tamper(reply(folder, self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(status)
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()
