"""Where do programs speak to the house? At /api/v1: every act, the lists of each room, and the door where a system gets its token."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from ninja import NinjaAPI
from pydantic import BaseModel

from longstone.kernel.api import Refused, mount, rooms_lists
from longstone.site import systems


class Token(BaseModel):
    """A token, and for how many seconds it holds."""

    access_token: str
    expires_in: int
    token_type: str


class TurnedAway(BaseModel):
    """Why there is no token, in OAuth's words (RFC 6749, 5.2)."""

    error: str
    error_description: str = ""


ASKED = {
    "type": "object",
    "required": ["grant_type", "client_id", "client_secret"],
    "properties": {
        "grant_type": {"type": "string", "enum": ["client_credentials"]},
        "client_id": {"type": "string"},
        "client_secret": {"type": "string", "format": "password"},
    },
}


def _add_door(made: NinjaAPI) -> None:
    def token(request: Any) -> HttpResponse:
        return systems.token(request)

    body = {"required": True, "content": {"application/x-www-form-urlencoded": {"schema": ASKED}}}
    made.post(
        "/token", auth=None, operation_id="token", tags=["token"], openapi_extra={"requestBody": body},
        response={200: Token, 400: TurnedAway, 401: TurnedAway, 429: Refused},
        summary="Give a system a token for its client id and its secret (OAuth 2 client credentials).",
        description="The client id and the secret are sent in the form, or as HTTP Basic.",
    )(token)  # fmt: skip


api = mount(auth=systems.Bearer(), lists=rooms_lists())
_add_door(api)
