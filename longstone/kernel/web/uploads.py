"""How does a file reach the house? By tus 1.0: in pieces that can be resumed, each safe before it is answered (D13)."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import http_date

from longstone.kernel.refusals import Refusal
from longstone.kernel.store import staging
from longstone.kernel.store.models import Staged
from longstone.kernel.store.posix import StoreFault
from longstone.kernel.web.request import Request

VERSION = "1.0.0"
BLOCK = 1 << 20
STATUS = {staging.Busy: 423, staging.WrongOffset: 409, staging.WrongChecksum: 460, StoreFault: 507}


def _answer(status: int, text: str = "", **headers: Any) -> HttpResponse:
    response = HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")
    response.headers["Tus-Resumable"] = VERSION
    for name, value in headers.items():
        response.headers[name.replace("_", "-")] = str(value)
    return response


def _refused(request: Request) -> HttpResponse | None:
    """Refuse what can be refused before a byte is read."""
    if request.actor.id is None:
        return _answer(403, "Sign in before you send a file.")
    if request.method != "OPTIONS" and request.headers.get("Tus-Resumable") != VERSION:
        return _answer(412, "This address speaks tus 1.0.0.", Tus_Version=VERSION)
    return None


def _number(request: Request, name: str) -> int | None:
    told = request.headers.get(name, "")
    return int(told) if told.isascii() and told.isdigit() and len(told) < 19 else None  # noqa: PLR2004


def uploads(request: Request) -> HttpResponse:
    """Say what this server can do, or begin an upload."""
    if refusal := _refused(request):
        return refusal
    if request.method == "OPTIONS":
        can: dict[str, Any] = {"Tus_Version": VERSION, "Tus_Max_Size": settings.LONGSTONE_UPLOAD_MAX}
        return _answer(204, **can, Tus_Extension="creation,checksum,expiration", Tus_Checksum_Algorithm="sha256")
    if request.method != "POST":
        return _answer(405, "Send POST to begin an upload.")
    size = _number(request, "Upload-Length")
    if size is None:
        return _answer(400, "Say in Upload-Length how many bytes will come.")
    if size > settings.LONGSTONE_UPLOAD_MAX:
        return _answer(413, "That file is larger than this house takes. Use `longstone intake` on the server.")
    staged = staging.begin(by=request.actor, at=request.now, name=_name(request), size=size)
    return _answer(201, Location=reverse("upload", args=[staged.pk]), Upload_Expires=_expires(staged))


def _name(request: Request) -> str:
    for pair in request.headers.get("Upload-Metadata", "").split(","):
        key, _, value = pair.strip().partition(" ")
        if key in {"filename", "name"}:
            try:
                return base64.b64decode(value, validate=True).decode("utf-8", "replace")
            except binascii.Error:
                return "unnamed"
    return "unnamed"


def _expires(staged: Staged) -> str:
    return http_date((staged.created_at + staging.KEPT).timestamp())


def upload(request: Request, upload_id: UUID) -> HttpResponse:
    """Say how far an upload is, add a piece to it, or give it up."""
    if refusal := _refused(request):
        return refusal
    staged = Staged.objects.filter(pk=upload_id, by_id=request.actor.id, claimed_at=None).first()
    if staged is None:
        return _answer(404, "There is no such upload of yours.")
    if request.method == "HEAD":
        staged = staging.heal(staged)
        told: dict[str, Any] = {"Upload_Offset": staged.offset, "Upload_Length": staged.size}
        return _answer(200, **told, Cache_Control="no-store", Upload_Expires=_expires(staged))
    if request.method == "PATCH":
        return _patch(request, staged)
    return _answer(405, "Send HEAD or PATCH.")


def _patch(request: Request, staged: Staged) -> HttpResponse:
    offset = _number(request, "Upload-Offset")
    if request.headers.get("Content-Type") != "application/offset+octet-stream":
        return _answer(415, "A piece of a file is application/offset+octet-stream.")
    checksum = _checksum(request)
    if offset is None or checksum is None:
        return _answer(400, "Upload-Offset or Upload-Checksum cannot be read.")
    try:
        staged = staging.append(staged, _blocks(request), offset=offset, at=request.now, checksum=checksum)
    except Refusal as refusal:
        return _answer(STATUS.get(type(refusal), 400), refusal.sentence)
    return _answer(204, Upload_Offset=staged.offset, Upload_Expires=_expires(staged))


def _checksum(request: Request) -> bytes | None:
    told = request.headers.get("Upload-Checksum", "")
    if not told:
        return b""
    name, _, value = told.partition(" ")
    try:
        return base64.b64decode(value, validate=True) if name == "sha256" else None
    except binascii.Error:
        return None


def _blocks(request: Request) -> Iterator[bytes]:
    while block := request.read(BLOCK):
        yield block
