"""A time stamping authority of the test's own, by openssl: a root, a stamper, and replies for a text."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

CONFIG = """
[req]
distinguished_name = name
prompt = no
[name]
CN = Example
[root]
basicConstraints = critical, CA:TRUE
subjectKeyIdentifier = hash
[stamper]
basicConstraints = critical, CA:FALSE
extendedKeyUsage = {use}
[tsa]
serial = {folder}/serial
crypto_device = builtin
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512
accuracy = secs:1
ordering = yes
ess_cert_id_chain = no
ess_cert_id_alg = {identity}
signer_digest = {digest}
"""


@dataclass
class Stamper:
    """Keys and certificates in a folder."""

    folder: Path
    key: tuple[str, ...] = ("rsa:2048",)
    digest: str = "sha256"
    identity: str = "sha256"
    use: str = "critical, timeStamping"
    days: int = 3650

    def __post_init__(self) -> None:
        self.folder.mkdir(exist_ok=True)
        (self.folder / "serial").write_text("01\n")
        told = CONFIG.format(folder=self.folder, identity=self.identity, digest=self.digest, use=self.use)
        (self.folder / "tsa.cnf").write_text(told)
        self.openssl(
            "req", "-x509", *self.new("root"), "-days", "3650", "-subj", "/CN=Example Root", "-extensions", "root"
        )
        self.openssl("req", *self.new("stamper"), "-subj", "/CN=Example Stamper")
        self.openssl(
            "x509", "-req", "-in", "stamper.pem", "-CA", "root.pem", "-CAkey", "root.key", "-CAcreateserial",
            "-days", str(self.days), "-extfile", "tsa.cnf", "-extensions", "stamper", "-out", "stamper.pem",
        )  # fmt: skip

    def new(self, name: str) -> list[str]:
        """Ask for a new key and its certificate."""
        return ["-newkey", *self.key, "-nodes", "-keyout", f"{name}.key", "-out", f"{name}.pem", "-config", "tsa.cnf"]

    def openssl(self, *told: str) -> str:
        """Run openssl in the folder; give what it said."""
        return subprocess.run(["openssl", *told], cwd=self.folder, check=True, capture_output=True, text=True).stdout

    @property
    def root(self) -> Path:
        """Say where the root's certificate lies."""
        return self.folder / "root.pem"

    def stamp(self, text: bytes, *more: str) -> bytes:
        """Give the reply for a text: the DER of a TimeStampResp, with the stamper's certificate in it."""
        (self.folder / "text").write_bytes(text)
        told = ["-data", "text", "-sha256", "-cert"] if not more else ["-data", "text", *more]
        self.openssl("ts", "-query", *told, "-no_nonce", "-out", "query.tsq")
        self.openssl(
            "ts", "-reply", "-config", "tsa.cnf", "-section", "tsa", "-queryfile", "query.tsq",
            "-signer", "stamper.pem", "-inkey", "stamper.key", "-out", "reply.tsr",
        )  # fmt: skip
        return (self.folder / "reply.tsr").read_bytes()
