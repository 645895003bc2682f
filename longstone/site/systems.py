"""How does another program come in? With its own secret for a token (OAuth 2 client credentials, by oauthlib), and with the token for each request."""

from __future__ import annotations

import base64
import hmac
import json
import secrets
from collections.abc import Callable
from datetime import timedelta
from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from ninja.security import HttpBearer
from oauthlib.oauth2 import BackendApplicationServer, OAuth2Error, RequestValidator

from longstone.kernel.acting import acting
from longstone.kernel.actor import NOBODY, Actor
from longstone.kernel.api import limits
from longstone.kernel.refusals import NotPermitted
from longstone.kernel.web.request import Request
from longstone.people import commands, queries, rules
from longstone.people.models import System
from longstone.site.addresses import address_of
from longstone.site.sign_in_locks import near

UNDER = "/api/"
LASTS = 900  # seconds; a token is short, the secret is asked again
LONGEST = 200  # signs of a token: nothing longer is looked for
TOO_OFTEN = "Too many requests in this minute. Wait as long as Retry-After says, and go on."


class Bearer(HttpBearer):
    """A request is a system's if the middleware knew its token; an officer's session counts for nothing here."""

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:  # noqa: ARG002 - ninja's own signature
        """Give the system that asks."""
        actor = cast("Request", request).actor
        return actor if actor.system is not None else None


def systems_known(get_response: Callable[[Request], HttpResponse]) -> Callable[[Request], HttpResponse]:
    """Give requests for programs their actor, and turn away who asks too often; before the request's own transaction."""

    def answer(request: Request) -> HttpResponse:
        if not request.path.startswith(UNDER):
            return get_response(request)
        system = _system_of(request)
        request.actor, request.marks = queries.actor_of(system) if system else NOBODY, {}
        with acting(request.actor):
            return _too_often(request, system) or get_response(request)

    return answer


def _system_of(request: Request) -> System | None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token or len(token) > LONGEST:
        return None
    return queries.let_in(rules.digest_of(token), at=request.now)


def _too_often(request: Request, system: System | None) -> HttpResponse | None:
    """Count a system's requests by the system; all others by where they come from."""
    who = f"system {system.pk}" if system else f"door {near(request)}"
    per_minute = system.per_minute if system else settings.LONGSTONE_AT_THE_DOOR
    seconds, first = limits.waits(who, per_minute=per_minute, at=request.now)
    if not seconds:
        return None
    if first:
        _write_down(request, who)
    answer = JsonResponse({"refusal": TOO_OFTEN, "faults": []}, status=429)
    answer.headers["Retry-After"] = str(seconds)
    return answer


def _write_down(request: Request, who: str) -> None:
    """Record once a minute that somebody asks too often; an entry for each would be a flood of its own."""
    name = str(request.actor.name if request.actor.known else "")
    commands.turn_away(at=request.now, client_id=name, address=address_of(request), why=f"{who} asked too often")


class Door(RequestValidator):  # type: ignore[misc]  # oauthlib has no types
    """What oauthlib asks of the house: is this the system's secret, and what is kept of the token?"""

    def authenticate_client(self, request: Any, *_: Any, **__: Any) -> bool:
        """Know a system by its client id and its secret, sent as HTTP Basic or in the form."""
        client_id, secret = _credentials(
            request.headers.get("Authorization", ""), request.client_id, request.client_secret
        )
        system = queries.system_named(client_id) if "\x00" not in client_id else None
        kept = system.secret if system else ""
        request.client = system
        return bool(kept) and hmac.compare_digest(rules.digest_of(secret), kept)

    def validate_grant_type(self, client_id: str, grant_type: str, *_: Any, **__: Any) -> bool:  # noqa: ARG002 - oauthlib's own
        """A system comes in for itself, and for nobody else."""
        return grant_type == "client_credentials"

    def validate_scopes(self, client_id: str, scopes: list[str], *_: Any, **__: Any) -> bool:  # noqa: ARG002 - oauthlib's own
        """A system has the powers that it was given, all of them; it asks for none."""
        return not scopes

    def get_default_scopes(self, client_id: str, request: Any, *_: Any, **__: Any) -> list[str]:  # noqa: ARG002
        """There are no scopes: what a system may do stands in its powers."""
        return []

    def save_bearer_token(self, token: dict[str, Any], request: Any, *_: Any, **__: Any) -> None:
        """Keep a token's digest, as an act of the system."""
        at, system = timezone.now(), request.client
        told = {"token": token["access_token"], "expires_at": at + timedelta(seconds=token["expires_in"])}
        commands.give_token(by=queries.actor_of(system), at=at, system=system, **told)


def _credentials(authorization: str, client_id: str | None, secret: str | None) -> tuple[str, str]:
    """Give the name and the secret that a program sent, as HTTP Basic or else in the form."""
    scheme, _, told = authorization.partition(" ")
    if scheme.lower() != "basic":
        return client_id or "", secret or ""
    try:
        name, _, word = base64.b64decode(told, validate=True).decode().partition(":")
    except ValueError:  # what is no base64, or no text
        return "", ""
    return name, word


def _by_chance(_: Any) -> str:
    return secrets.token_urlsafe(48)


SERVER = BackendApplicationServer(Door(), token_generator=_by_chance, token_expires_in=LASTS)


def token(request: Request) -> HttpResponse:
    """Give a system a token for its client id and its secret, or turn it away and write that down."""
    try:
        headers, body, status = SERVER.create_token_response(
            request.get_full_path(), "POST", _body(request), _sent(request)
        )
    except OAuth2Error as fault:
        headers, body, status = fault.headers, fault.json, fault.status_code
    except NotPermitted as refusal:  # written down as every refused act is
        told = {"error": "unauthorized_client", "error_description": refusal.sentence}
        return JsonResponse(told, status=400, headers={"Cache-Control": "no-store"})
    if status != 200:  # noqa: PLR2004
        _turned_away(request, json.loads(body)["error"])
    return HttpResponse(
        body, status=status, headers={"Content-Type": "application/json", "Cache-Control": "no-store", **headers}
    )


def _body(request: Request) -> str:
    return request.body.decode("utf-8", "replace")


def _sent(request: Request) -> dict[str, str]:
    return {"Authorization": request.headers.get("Authorization", ""), "Content-Type": request.content_type or ""}


def _turned_away(request: Request, why: str) -> None:
    named, _ = _credentials(request.headers.get("Authorization", ""), request.POST.get("client_id"), None)
    client_id = "".join(sign for sign in named if sign.isprintable())
    commands.turn_away(at=request.now, client_id=client_id, address=address_of(request), why=why)
