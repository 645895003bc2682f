"""What must a bucket be asked that obstore does not ask? Versions, unfinished uploads and wrong checksums: signed HTTP requests.

The signature is AWS Signature Version 4 as its published description has it, made with the standard library's HMAC.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import quote, urlsplit
from xml.etree import ElementTree as ET

from longstone.kernel.store.address import Bucket
from longstone.kernel.store.disk import StoreFault

PATIENCE = 60.0
MOST = 8 << 20


@dataclass(frozen=True)
class Answer:
    """What the bucket said: status, headers, and the body."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def good(self) -> bool:
        """Say whether it did what it was asked."""
        return 200 <= self.status < 300  # noqa: PLR2004

    def named(self, tag: str) -> Iterator[dict[str, str]]:
        """Give each element of a name as its children's texts."""
        for one in self._tree().iter():
            if _bare(one.tag) == tag:
                yield {_bare(child.tag): child.text or "" for child in one}

    def text(self, tag: str) -> str:
        """Give the text of the first element of a name."""
        return next((one.text or "" for one in self._tree().iter() if _bare(one.tag) == tag), "")

    def _tree(self) -> ET.Element:
        try:
            return ET.fromstring(self.body or b"<nothing/>")  # noqa: S314 - expat here takes no external entities
        except ET.ParseError as error:
            raise StoreFault("The bucket's answer cannot be read. Tell the person who keeps the store.") from error


def _bare(tag: str) -> str:
    return tag.rpartition("}")[2]


class Asking:
    """Signed requests to one bucket."""

    def __init__(self, bucket: Bucket) -> None:
        self._bucket = bucket
        self._parts = urlsplit(bucket.endpoint)

    def ask(
        self,
        method: str,
        key: str = "",
        *,
        query: Mapping[str, str] | None = None,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send one request and give the answer, whatever it is."""
        path = quote(f"/{self._bucket.name}/{key}" if key else f"/{self._bucket.name}")
        line = _query(query or {})
        signed = self._signed(method, path, line, headers or {}, body)
        try:
            return self._send(method, f"{path}?{line}" if line else path, signed, body)
        except (OSError, HTTPException) as error:
            raise StoreFault(f"The bucket did not answer ({type(error).__name__}). Try again.") from error

    def _send(self, method: str, target: str, headers: dict[str, str], body: bytes) -> Answer:
        kind = HTTPConnection if self._bucket.plain else HTTPSConnection
        line = kind(str(self._parts.hostname), self._parts.port, timeout=PATIENCE)
        try:
            line.request(method, target, body=body, headers=headers)
            got = line.getresponse()
            return Answer(got.status, {k.lower(): v for k, v in got.getheaders()}, got.read(MOST))
        finally:
            line.close()

    def _signed(self, method: str, path: str, query: str, told: Mapping[str, str], body: bytes) -> dict[str, str]:
        at = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
        digest = hashlib.sha256(body).hexdigest()
        headers = {**told, "host": self._parts.netloc, "x-amz-content-sha256": digest, "x-amz-date": at}
        names = ";".join(sorted(headers))
        lines = "".join(f"{name}:{headers[name].strip()}\n" for name in sorted(headers))
        request = f"{method}\n{path}\n{query}\n{lines}\n{names}\n{digest}"
        scope = f"{at[:8]}/{self._bucket.region}/s3/aws4_request"
        message = f"AWS4-HMAC-SHA256\n{at}\n{scope}\n{hashlib.sha256(request.encode()).hexdigest()}"
        signature = hmac.new(self._key(at[:8]), message.encode(), hashlib.sha256).hexdigest()
        told_whole = f"Credential={self._bucket.key}/{scope}, SignedHeaders={names}, Signature={signature}"
        return {**headers, "authorization": f"AWS4-HMAC-SHA256 {told_whole}"}

    def _key(self, day: str) -> bytes:
        key = f"AWS4{self._bucket.secret}".encode()
        for part in (day, self._bucket.region, "s3", "aws4_request"):
            key = hmac.new(key, part.encode(), hashlib.sha256).digest()
        return key


def _query(asked: Mapping[str, str]) -> str:
    return "&".join(f"{quote(name, safe='')}={quote(asked[name], safe='')}" for name in sorted(asked))
