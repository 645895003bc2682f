"""Is the house alive, is it ready, and how is it in numbers? For machines that watch; nothing here is about a person (D28)."""

from __future__ import annotations

import hmac
import tempfile
from collections.abc import Callable

from django.conf import settings
from django.db import DatabaseError, transaction
from django.http import Http404, HttpRequest, HttpResponse

from longstone.kernel import metrics, store
from longstone.kernel.ledger import outages
from longstone.kernel.refusals import Refusal
from longstone.kernel.store.disk import make_folder
from longstone.site import watches

TEXT = "text/plain; charset=utf-8"
NOT_READY = 503
NOBODYS = "0" * 64


@transaction.non_atomic_requests
def live(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Say that the process answers."""
    return HttpResponse("alive\n", content_type=TEXT)


@transaction.non_atomic_requests
def ready(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Say whether database, sequencer, store and disk are well; if not, in a sentence for each."""
    found = [(name, _judged(look)) for name, look in LOOKS.items()]
    lines = [f"{name}: {sentence or 'well'}" for name, sentence in found]
    unwell = any(sentence for _, sentence in found)
    told = "\n".join(["not ready" if unwell else "ready", *lines])
    return HttpResponse(f"{told}\n", content_type=TEXT, status=NOT_READY if unwell else 200)


def _judged(look: Callable[[], str]) -> str:
    try:
        return look()
    except DatabaseError:
        return "The database does not answer. Is it running, and does DATABASE_URL name it?"
    except Refusal as refusal:
        return refusal.sentence
    except OSError as error:
        return f"The disk answered “{error.strerror}”. Look at the folder LONGSTONE_HOME."


def _database() -> str:
    metrics.ask("SELECT 1")
    return ""


def _sequencer() -> str:
    lag = _lag()
    if said := outages.of(outages.SEQUENCER):
        return f"Nothing is signed. {said.sentence}"
    return f"Entries have waited for {lag:.0f} seconds. Is the sequencer running?" if lag > watches.LATE else ""


def _lag() -> float:
    found = {gauge.name: gauge.value for gauge in metrics.ledger()}
    return found["ledger_lag_seconds"] or 0


def _store() -> str:
    """Write a byte where objects arrive; ask a bucket whether it answers."""
    here = store.current()
    if not isinstance(here, store.Posix):
        here.has(NOBODYS)
        return ""
    make_folder(here.root)
    with tempfile.TemporaryFile(dir=here.root) as probe:
        probe.write(b"?")
    return ""


LOOKS = {"database": _database, "sequencer": _sequencer, "store": _store, "disk": watches.too_full}


@transaction.non_atomic_requests
def numbers(request: HttpRequest) -> HttpResponse:
    """Give the gauges to whoever has the token; without a token set, to this machine alone, and never through a proxy."""
    if not _may_measure(request):
        raise Http404
    return HttpResponse(metrics.text(), content_type="text/plain; version=0.0.4; charset=utf-8")


def _may_measure(request: HttpRequest) -> bool:
    if token := settings.LONGSTONE_METRICS_TOKEN:
        given = request.headers.get("Authorization", "")
        return hmac.compare_digest(given.encode(), f"Bearer {token}".encode())
    near = request.META.get("REMOTE_ADDR") in {"127.0.0.1", "::1", ""}
    return near and not settings.LONGSTONE_PROXY and "X-Forwarded-For" not in request.headers
