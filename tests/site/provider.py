"""A force's directory of a test's own: an OpenID Connect provider on this machine, which lies when it is told to.

It keeps the standard where it is not told to lie: codes are good once, for the client, the address and the PKCE verifier they were made
for, and an ID token is signed with a key that it publishes.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT = "longstone"


def new_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


KEY, STRANGE = new_key(), new_key()


@dataclass
class Provider:
    """A directory: whom it has at its desk, what it says of them, and what of that is a lie."""

    issuer: str = ""
    person: dict[str, Any] = field(default_factory=dict)  # claims about whoever sits at the desk
    lie: dict[str, Any] = field(default_factory=dict)  # claims that are put in their place
    without: tuple[str, ...] = ()  # claims that are left out
    alg: str = "RS256"
    signs_with: Any = KEY
    kid: str = "key-1"
    calls_itself: str = ""  # another issuer in its own description
    takes_codes_twice: bool = False
    answers: dict[str, Any] = field(default_factory=dict)  # what it answers at a path, whatever is asked
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)

    def described(self) -> dict[str, Any]:
        """Give what it says of itself."""
        return {
            "issuer": self.calls_itself or self.issuer, "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token", "jwks_uri": f"{self.issuer}/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }  # fmt: skip

    def keys(self) -> dict[str, Any]:
        """Give the public keys that it signs with."""
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key()))
        return {"keys": [{**public, "kid": "key-1", "use": "sig", "alg": "RS256"}]}

    def authorized(self, asked: dict[str, str]) -> str:
        """Say who sits at the desk, by a code."""
        self.asked.append(asked)
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        return code

    def tokens(self, told: dict[str, str]) -> dict[str, Any] | None:
        """Take a code for an ID token, if all fits."""
        asked = self.codes.get(told.get("code", ""))
        if asked is None or not _fits(asked, told):
            return None
        if not self.takes_codes_twice:
            del self.codes[told["code"]]
        return {"access_token": secrets.token_urlsafe(16), "token_type": "Bearer", "id_token": self.id_token(asked)}

    def id_token(self, asked: dict[str, str]) -> str:
        """Say, signed, who sits at the desk."""
        now = int(time.time())
        true = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": asked.get("nonce", "")}
        claims = {name: one for name, one in {**true, **self.person, **self.lie}.items() if name not in self.without}
        return jwt.encode(claims, self.signs_with, algorithm=self.alg, headers={"kid": self.kid})


def _fits(asked: dict[str, str], told: dict[str, str]) -> bool:
    digest = hashlib.sha256(told.get("code_verifier", "").encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    return (
        asked.get("code_challenge_method") == "S256" and asked.get("code_challenge") == challenge
        and told.get("client_id") == CLIENT and told.get("redirect_uri") == asked.get("redirect_uri")
        and told.get("grant_type") == "authorization_code"
    )  # fmt: skip


class Desk(BaseHTTPRequestHandler):
    """Where the directory is spoken to."""

    provider: Provider

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        asked = dict(parse_qsl(parts.query))
        if parts.path == "/authorize":
            code = self.provider.authorized(asked)
            self._send(302, b"", Location=f"{asked['redirect_uri']}?code={code}&state={asked['state']}")
        elif parts.path == "/keys":
            self._say(parts.path, self.provider.keys())
        else:
            self._say(parts.path, self.provider.described())

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        self._say("/token", self.provider.tokens(dict(parse_qsl(body))))

    def _say(self, path: str, told: Any) -> None:
        told = self.provider.answers.get(path, told)
        body = told if isinstance(told, bytes) else json.dumps(told or {"error": "invalid_grant"}).encode()
        self._send(200 if told else 400, body, **{"Content-Type": "application/json"})

    def _send(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


class Open:
    """A directory that answers while a test lasts."""

    def __init__(self) -> None:
        self.provider = Provider()
        desk = type("DeskOfOne", (Desk,), {"provider": self.provider})
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), desk)
        self.provider.issuer = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)

    def __enter__(self) -> Provider:
        self.thread.start()
        return self.provider

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()
