"""What may a page of the public's load, and who may frame, keep or follow it? Nothing from elsewhere, nobody, and no cookie is ever set."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'; connect-src 'self'; object-src 'none'"
)
WALLS = {
    "Content-Security-Policy": POLICY,
    "X-Frame-Options": "DENY",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noarchive",
}
FROM_HERE = {"", "same-origin", "none"}  # what a browser says of who asked; old ones say nothing


def walls(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Put the walls around every answer, and refuse to hand out a cookie."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        for name, told in WALLS.items():
            response.headers.setdefault(name, told)
        if response.cookies:
            raise AssertionError("The public's pages set no cookie.")
        return response

    return answer


def from_here(request: HttpRequest) -> bool:
    """Say whether a form was sent from a page of this site, as far as the browser tells."""
    if request.headers.get("Sec-Fetch-Site", "") not in FROM_HERE:
        return False
    origin = request.headers.get("Origin", "")
    return origin in {"", f"{request.scheme}://{request.get_host()}"}
