"""What does a bucket really do? It is tried before it is called write-once; and what obstore cannot remove is removed here."""

from __future__ import annotations

import base64
import hashlib
import uuid
from collections.abc import Iterator
from datetime import datetime

from longstone.kernel.store.asking import Answer, Asking
from longstone.kernel.store.contract import Behaviour
from longstone.kernel.store.disk import StoreFault

GONE = 404


def checksum(body: bytes) -> str:
    """Give a checksum as S3 writes it."""
    return base64.b64encode(hashlib.sha256(body).digest()).decode()


def behaviour(asking: Asking) -> Behaviour:
    """Try a second write, a wrong checksum and an early deletion, on small objects of a name nobody else uses."""
    return Behaviour(conditional=_conditional(asking), checksum=_checksum(asking), locked=_locked(asking))


def _name() -> str:
    return f"probe/{uuid.uuid4()}"


def _put(asking: Asking, key: str, body: bytes, *, sent: bytes | None = None, once: bool = False) -> Answer:
    headers = {
        "x-amz-sdk-checksum-algorithm": "SHA256",
        "x-amz-checksum-sha256": checksum(body if sent is None else sent),
    }
    return asking.ask("PUT", key, body=body, headers={**headers, **({"if-none-match": "*"} if once else {})})


def _conditional(asking: Asking) -> bool:
    """See whether a second write to a name is refused, and the first one's bytes stay."""
    key, first = _name(), b"first"
    _expect(_put(asking, key, first, once=True))
    again = _put(asking, key, b"second", once=True)
    stays = asking.ask("GET", key).body == first
    _tidy(asking, key)
    return not again.good and stays


def _checksum(asking: Asking) -> bool:
    """See whether bytes that do not have their checksum are refused, and not kept."""
    key = _name()
    put = _put(asking, key, b"what came", sent=b"what was sent")
    kept = asking.ask("GET", key).good
    _tidy(asking, key)
    return not put.good and not kept


def _locked(asking: Asking) -> bool:
    """See whether a version that was written as every object is can be deleted at once."""
    key, body = _name(), b"kept"
    put = _expect(_put(asking, key, body))
    version = put.headers.get("x-amz-version-id", "null")
    gone = asking.ask("DELETE", key, query={"versionId": version})
    return not gone.good and asking.ask("GET", key, query={"versionId": version}).body == body


def _expect(answer: Answer) -> Answer:
    if not answer.good:
        why = answer.text("Message") or answer.status
        raise StoreFault(
            f"The bucket did not take a small object: {why}. Check its name, its region and the house's key."
        )
    return answer


def _tidy(asking: Asking, key: str) -> None:
    """Remove what a trial wrote; what a lock keeps stays, outside every listing, until the lock ends."""
    for version in _versions(asking, key):
        asking.ask("DELETE", key, query={"versionId": version})


def remove(asking: Asking, key: str) -> None:
    """Remove every version of an object, or say why not."""
    for version in _versions(asking, key):
        answer = asking.ask("DELETE", key, query={"versionId": version})
        if not answer.good and answer.status != GONE:
            why = answer.text("Message") or f"it answered {answer.status}"
            raise StoreFault(
                f"The bucket does not let {key.rpartition('/')[2]} be removed: {why}. It is tried again tomorrow."
            )


def _versions(asking: Asking, key: str) -> list[str]:
    """Name the versions of one object; a bucket that keeps none names the object itself, as `null`."""
    answer = asking.ask("GET", query={"versions": "", "prefix": key})
    if not answer.good:
        raise StoreFault(
            f"The bucket does not say which versions it keeps (it answered {answer.status}). Check the house's rights."
        )
    found = [*answer.named("Version"), *answer.named("DeleteMarker")]
    return [one["VersionId"] for one in found if one.get("Key") == key]


def give_up_unfinished(asking: Asking, *, before: datetime) -> int:
    """Give up the uploads that were begun before a moment; say how many."""
    old = [one for one in unfinished(asking) if datetime.fromisoformat(one["Initiated"]) < before]
    for one in old:
        answer = asking.ask("DELETE", one["Key"], query={"uploadId": one["UploadId"]})
        if not answer.good and answer.status != GONE:
            raise StoreFault(f"The bucket does not give up an unfinished upload (it answered {answer.status}).")
    return len(old)


def unfinished(asking: Asking) -> Iterator[dict[str, str]]:
    """List the uploads that were begun and not finished, page by page."""
    marks: dict[str, str] = {}
    while True:
        answer = asking.ask("GET", query={"uploads": "", "prefix": "objects/", **marks})
        if not answer.good:
            raise StoreFault(f"The bucket does not list its unfinished uploads (it answered {answer.status}).")
        yield from answer.named("Upload")
        if answer.text("IsTruncated") != "true":
            return
        marks = {"key-marker": answer.text("NextKeyMarker"), "upload-id-marker": answer.text("NextUploadIdMarker")}
