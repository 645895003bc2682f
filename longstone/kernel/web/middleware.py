"""Was this read written down? Before the first byte, in a transaction of its own; if that fails the page fails (D9)."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpResponse

from longstone.kernel import ledger
from longstone.kernel.command import sitting
from longstone.kernel.web.request import Request

SHOWS_NOBODY = frozenset(
    {
        "home",
        "static",
        "account_login",
        "account_logout",
        "health_live",
        "health_ready",
        "metrics",
        "uploads",
        "upload",
        "openapi-json",
        "api_uploads",
        "api_upload",
    }
)
FOUND, REFUSED = 200, (403, 404)


def reads_recorded(get_response: Callable[[Request], HttpResponse]) -> Callable[[Request], HttpResponse]:
    """Record what each response showed, and what was refused or not found."""

    def answer(request: Request) -> HttpResponse:
        request.shown = []
        with sitting() as refused:
            response = get_response(request)
        _record(request, response, told=bool(refused))
        return response

    return answer


def _record(request: Request, response: HttpResponse, *, told: bool) -> None:
    """Write down what was shown, or that the page was refused, unless the act that was refused has told it already."""
    if response.status_code in REFUSED and request.actor.known:
        if told:
            return
        ledger.refused("page", by=request.actor, sentence=f"Answered {response.status_code}.", path=request.path[:200])
        return
    for shown in request.shown:
        ledger.read(shown.register, by=request.actor, on=shown.on, **{**shown.facts, **request.marks})
    if _forgot(request, response):
        raise AssertionError(f"{request.path} showed something to {request.actor.name} and did not say what.")


def _forgot(request: Request, response: HttpResponse) -> bool:
    """Find a page that showed records and said nothing; looked for in tests and in the demo."""
    if not (settings.LONGSTONE_TEST or settings.LONGSTONE_DEMO) or request.shown or request.method != "GET":
        return False
    name = request.resolver_match.url_name if request.resolver_match else ""
    return response.status_code == FOUND and request.actor.known and name not in SHOWS_NOBODY
