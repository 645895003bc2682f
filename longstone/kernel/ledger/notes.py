"""How is a checkpoint signed? As a C2SP signed note under the house's own Ed25519 key."""

import base64

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from verifier.note import DASH, ED25519, key_id


def _public(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes_raw()


def vkey(name: str, key: Ed25519PrivateKey) -> str:
    """Write the verifier key that belongs to a signing key."""
    public = _public(key)
    told = base64.b64encode(bytes([ED25519]) + public).decode()
    return f"{name}+{key_id(name, ED25519, public).hex()}+{told}"


def sign(text: str, *, name: str, key: Ed25519PrivateKey) -> str:
    """Sign a text that ends in a newline, and give the whole note."""
    raw = key_id(name, ED25519, _public(key)) + key.sign(text.encode())
    return f"{text}\n{DASH}{name} {base64.b64encode(raw).decode()}\n"


def sign_checkpoint(*, origin: str, size: int, root: bytes, key: Ed25519PrivateKey) -> str:
    """Sign what the log is: its origin, size and root."""
    return sign(f"{origin}\n{size}\n{base64.b64encode(root).decode()}\n", name=origin, key=key)
