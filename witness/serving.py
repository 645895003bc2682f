"""How is the witness asked? POST /add-checkpoint, and GET /<SHA-256 of the origin>/checkpoint to see what it cosigned last."""

from __future__ import annotations

import re
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from verifier import note
from witness.judging import Logs, Refused, cleaned, judge, parse
from witness.keyfile import Signer
from witness.state import BadState, State

LARGEST = 1 << 21
SECONDS = 30
SEEN = re.compile(r"/([0-9a-f]{64})/checkpoint", re.ASCII)
TEXT = "text/plain; charset=utf-8"


class Witness:
    """One witness: its key, the logs it knows, and what it remembers of them."""

    def __init__(self, signer: Signer, logs: Logs, state: State) -> None:
        self.signer, self.logs, self.state = signer, logs, state
        self._one_at_a_time = threading.Lock()

    def add(self, body: bytes) -> str:
        """Judge a checkpoint, remember it and cosign it; gives the signature line. Raises Refused."""
        asked = parse(body)
        origin = asked.checkpoint.origin
        with self._one_at_a_time:  # to look and to remember are one step, or a smaller size could follow a larger
            judge(asked, self.logs, self.state.latest(origin) if origin in self.logs else None)
            line = self.signer.cosign(asked.signed.text, moment=int(time.time()))
            self.state.keep(origin, cleaned(asked, self.logs[origin]) + line)
        return line


class Server(ThreadingHTTPServer):
    """Listens when it is made, and answers when it is told to serve."""

    request_queue_size = 64
    daemon_threads = True

    def __init__(self, witness: Witness, host: str, port: int) -> None:
        self.witness = witness
        super().__init__((host, port), Handler)


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    server: Server

    protocol_version = "HTTP/1.1"
    timeout = SECONDS

    def do_POST(self) -> None:
        """Cosign a checkpoint, or say why not."""
        if self.path != "/add-checkpoint":
            return self._say(404, "POST /add-checkpoint.\n")
        told = self.headers.get("Content-Length", "")
        if not note.NUMBER.fullmatch(told) or int(told) > LARGEST:
            self.close_connection = True
            return self._say(413 if told.isdigit() else 411, "Say in Content-Length how long it is, at most 2 MiB.\n")
        return self._add(self.rfile.read(int(told)))

    def _add(self, body: bytes) -> None:
        try:
            self._say(200, self.server.witness.add(body))
        except Refused as why:
            self._say(why.status, why.body, why.kind)
        except (BadState, OSError) as fault:
            self._say(500, f"{fault}\n")

    def do_GET(self) -> None:
        """Show the checkpoint last cosigned for a log."""
        asked = SEEN.fullmatch(self.path)
        found = self.server.witness.state.whole(asked[1]) if asked else b""
        self._say(200 if found else 404, found.decode() or "This witness has cosigned nothing of that log.\n")

    def _say(self, status: int, body: str, kind: str = TEXT) -> None:
        raw = body.encode()
        self.send_response(status)
        for name, value in (
            ("Content-Type", kind),
            ("Content-Length", str(len(raw))),
            ("Cache-Control", "no-store"),
        ):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(raw)
        if status not in {200, 409}:
            sys.stderr.write(f"{self.command} {self.path[:100]}: {status} {body}")

    def log_message(self, *_: Any) -> None:
        """Say only what was refused; see _say."""
