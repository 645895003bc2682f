"""A line to a bucket that breaks: at the nth request it is lost on the way, or is done and nobody hears of it, or its answer is cut."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

LOST, KEPT, CUT = "fail and not persist", "fail but persist", "answer cut off"
WAYS = (LOST, KEPT, CUT)
HOP = {"transfer-encoding", "connection", "content-length", "keep-alive"}


@dataclass
class Line:
    """What the line does: breaks at one request in one way; and what it has seen."""

    upstream: str
    breaks_at: int = 0
    way: str = ""
    asked: list[str] = field(default_factory=list)
    broke: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def arm(self, breaks_at: int = 0, way: str = "") -> None:
        """Begin to count anew."""
        self.breaks_at, self.way, self.broke = breaks_at, way, ""
        self.asked.clear()

    def breaks(self, request: str) -> bool:
        """Say whether this request is the one."""
        with self.lock:
            self.asked.append(request)
            if len(self.asked) != self.breaks_at:
                return False
            self.broke = request
            return True


class Between(BaseHTTPRequestHandler):
    """Passes requests on, but for the one at which the line breaks."""

    protocol_version = "HTTP/1.1"
    line: Line

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its own word
        """Say nothing."""

    def pass_on(self) -> None:
        """Pass one request on, or break."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        breaks = self.line.breaks(f"{self.command} {self.path.partition('?')[2][:12]}")
        if breaks and self.line.way == LOST:
            self.close_connection = True
            return
        status, headers, answer = self._upstream(body)
        if breaks and self.line.way == KEPT:
            self.close_connection = True
            return
        self._answer(status, headers, answer, cut=breaks)

    do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = pass_on  # noqa: N815 - the names that the library looks for

    def _upstream(self, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        parts = urlsplit(self.line.upstream)
        onward = HTTPConnection(str(parts.hostname), parts.port, timeout=60)
        try:
            onward.request(self.command, self.path, body=body, headers=dict(self.headers.items()))
            got = onward.getresponse()
            return got.status, got.getheaders(), got.read()
        finally:
            onward.close()

    def _answer(self, status: int, headers: list[tuple[str, str]], body: bytes, *, cut: bool) -> None:
        self.send_response_only(status)
        size = next((value for name, value in headers if name.lower() == "content-length"), str(len(body)))
        for name, value in headers:
            if name.lower() not in HOP:
                self.send_header(name, value)
        self.send_header("Content-Length", size if self.command == "HEAD" else str(len(body)))
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if cut else body)
        self.close_connection = self.close_connection or cut


@contextmanager
def line_to(upstream: str) -> Iterator[tuple[Line, str]]:
    """Give a line to a server, and the address at this end of it."""
    line = Line(upstream)
    handler = type("Here", (Between,), {"line": line})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield line, f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()
