"""How does a file reach the house? By tus 1.0: in pieces that can be resumed, each safe before it is answered (D13)."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse, UnreadablePostError
from django.utils.http import http_date

from longstone.kernel.refusals import Refusal
from longstone.kernel.store import staging
from longstone.kernel.store.disk import StoreFault
from longstone.kernel.store.models import Staged
from longstone.kernel.web.request import Request

VERSION = "1.0.0"
EXTENSIONS = "creation,checksum,expiration,termination"
BLOCK = 1 << 20
DRAINED = 32 << 20
STATUS = {
    staging.Gone: 404, staging.Busy: 423, staging.WrongOffset: 409, staging.TooLong: 413, staging.WrongChecksum: 460,
    StoreFault: 507,
}  # fmt: skip


def tus(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Refuse what is not tus, say each refusal with its status, and leave no body unread in the sender's way."""

    @wraps(view)
    def run(request: Request, **given: Any) -> HttpResponse:
        try:
            answer = _refused(request) or view(request, **given)
        except Refusal as refusal:
            answer = _answer(STATUS.get(type(refusal), 400), refusal.sentence)
        if answer.status_code >= 400:  # noqa: PLR2004
            _drain(request)
        return answer

    return run


def _drain(request: Request) -> None:
    """Read on for a while: a sender who is cut off mid-piece would see a broken line and not the sentence."""
    left = DRAINED
    for block in _blocks(request):
        left -= len(block)
        if left < 0:
            return


def _answer(status: int, text: str = "", **headers: Any) -> HttpResponse:
    response = HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")
    response.headers["Tus-Resumable"] = VERSION
    for name, value in headers.items():
        response.headers[name.replace("_", "-")] = str(value)
    return response


def _refused(request: Request) -> HttpResponse | None:
    """Refuse what can be refused before a byte is kept."""
    if not request.actor.known:
        return _answer(403, "Sign in before you send a file.")
    if request.method != "OPTIONS" and request.headers.get("Tus-Resumable") != VERSION:
        return _answer(412, "This address speaks tus 1.0.0.", Tus_Version=VERSION)
    return None


def _capabilities() -> HttpResponse:
    can: dict[str, Any] = {"Tus_Version": VERSION, "Tus_Max_Size": settings.LONGSTONE_UPLOAD_MAX}
    return _answer(204, **can, Tus_Extension=EXTENSIONS, Tus_Checksum_Algorithm="sha256")


def _number(request: Request, name: str) -> int | None:
    told = request.headers.get(name, "")
    return int(told) if told.isascii() and told.isdigit() and len(told) < 19 else None  # noqa: PLR2004


@tus
def uploads(request: Request) -> HttpResponse:
    """Say what this server can do, or begin an upload."""
    if request.method == "OPTIONS":
        return _capabilities()
    if request.method != "POST":
        return _answer(405, "Send POST to begin an upload.", Allow="OPTIONS, POST")
    size = _number(request, "Upload-Length")
    if size is None:
        return _answer(400, "Say in Upload-Length how many bytes will come.")
    if size > settings.LONGSTONE_UPLOAD_MAX:
        return _answer(413, "That file is larger than this house takes. Use `longstone intake` on the server.")
    staged = staging.begin(by=request.actor, at=request.now, name=_name(request), size=size)
    return _answer(201, Location=f"{request.path}{staged.pk}/", Upload_Expires=_expires(staged))


def _name(request: Request) -> str:
    for pair in request.headers.get("Upload-Metadata", "").split(","):
        key, _, value = pair.strip().partition(" ")
        if key in {"filename", "name"}:
            return _text(value)
    return ""


def _text(encoded: str) -> str:
    try:
        return base64.b64decode(encoded, validate=True).decode("utf-8", "replace")
    except ValueError:
        return ""


def _expires(staged: Staged) -> str:
    return http_date((staged.created_at + staging.KEPT).timestamp())


@tus
def upload(request: Request, upload_id: UUID) -> HttpResponse:
    """Say how far an upload is, add a piece to it, or give it up."""
    if request.method == "OPTIONS":
        return _capabilities()
    act = ACTS.get(request.method or "")
    if act is None:
        return _answer(405, "Send HEAD, PATCH or DELETE.", Allow="OPTIONS, HEAD, PATCH, DELETE")
    staged = staging.find(upload_id, by=request.actor)
    if staged is None:
        return _answer(404, "There is no such upload of yours.")
    return act(request, staged)


def _head(request: Request, staged: Staged) -> HttpResponse:
    staged = staging.heal(staged, at=request.now)
    told: dict[str, Any] = {"Upload_Offset": staged.offset, "Upload_Length": staged.size}
    return _answer(200, **told, Cache_Control="no-store", Upload_Expires=_expires(staged))


def _delete(request: Request, staged: Staged) -> HttpResponse:  # noqa: ARG001 - every act takes both
    staging.give_up(staged)
    return _answer(204)


def _patch(request: Request, staged: Staged) -> HttpResponse:
    if request.headers.get("Content-Type") != "application/offset+octet-stream":
        return _answer(415, "A piece of a file is application/offset+octet-stream.")
    offset, checksum = _number(request, "Upload-Offset"), _checksum(request)
    if offset is None or checksum is None:
        return _answer(400, "Upload-Offset or Upload-Checksum cannot be read.")
    staged = staging.append(staged, _blocks(request), offset=offset, at=request.now, checksum=checksum)
    return _answer(204, Upload_Offset=staged.offset, Upload_Expires=_expires(staged))


ACTS = {"HEAD": _head, "PATCH": _patch, "DELETE": _delete}


def _checksum(request: Request) -> bytes | None:
    """Give the digest that a piece must have: empty if none was sent, nothing if it cannot be read."""
    told = request.headers.get("Upload-Checksum", "")
    if not told:
        return b""
    name, _, value = told.partition(" ")
    try:
        digest = base64.b64decode(value, validate=True)
    except binascii.Error:
        return None
    return digest if name == "sha256" and len(digest) == 32 else None  # noqa: PLR2004


def _blocks(request: Request) -> Iterator[bytes]:
    """Give what the sender sends; a line that breaks ends the piece, and what came before it is kept."""
    try:
        while block := request.read(BLOCK):
            yield block
    except UnreadablePostError:
        return
