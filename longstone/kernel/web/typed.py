"""Is what was typed lost when a session ends? No: it waits for the same officer, who looks it over and sends it again."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core import signing
from django.forms import PasswordInput
from django.http import HttpRequest, HttpResponse, QueryDict

from longstone.kernel.web.forms import CommandForm
from longstone.kernel.web.request import Request

KEPT, MARK = "typed", "drawn_for"
SALT = "longstone.form"
MOST, LONGEST = 64 << 10, 24 * 3600
SAID = "You had been signed out, so nothing was done. What you typed is here: look it over, and send it again."
LOST = "You had been signed out, so nothing was done. Sign in and do it again."


def mark(request: Request, form: CommandForm) -> str:
    """Sign for whom a form is drawn; a form with a password in it is never kept, so it has no mark."""
    secret = any(isinstance(field.widget, PasswordInput) for field in form.fields.values())
    return "" if secret else signing.dumps(request.actor.id, salt=SALT)


def keep(request: HttpRequest) -> bool:
    """Keep what was typed into a form that this house drew; say whether it was kept."""
    drawn_for, data = _drawn_for(request), request.POST.copy()
    for name in (MARK, "csrfmiddlewaretoken"):
        data.pop(name, None)
    text = data.urlencode()
    if drawn_for is None or len(text) > MOST:
        return False
    request.session[KEPT] = {"path": request.path, "who": drawn_for, "text": text}
    return True


def _drawn_for(request: HttpRequest) -> int | None:
    try:
        return int(signing.loads(request.POST.get(MARK, ""), salt=SALT, max_age=LONGEST))
    except (signing.BadSignature, ValueError, TypeError):
        return None


def turn_away(request: Request) -> HttpResponse:
    """Send somebody who is not signed in to the door; what they had typed waits for them."""
    if request.method == "POST":
        messages.warning(
            request, "You had been signed out. Sign in: what you typed is kept." if keep(request) else LOST
        )
    return redirect_to_login(request.get_full_path())


def restore(request: Request) -> None:
    """Draw the form as it was typed, if it was this officer who typed it; a colleague's is forgotten."""
    kept: dict[str, Any] | None = request.session.get(KEPT)
    if kept is None or (kept["who"] == request.actor.id and kept["path"] != request.path):
        return
    del request.session[KEPT]
    if kept["who"] == request.actor.id and request.method == "GET":
        request.POST = QueryDict(kept["text"])
        messages.warning(request, SAID)
