"""How does somebody come in? By allauth; its adapters and the only signals of the house live here (D15)."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.core.exceptions import ValidationError
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from longstone.people import commands
from longstone.people.models import Staff
from longstone.people.queries import actor_for


class StaffBackend(AuthenticationBackend):  # type: ignore[misc]  # allauth has no types
    """Lets serving staff in, and nobody else."""

    def user_can_authenticate(self, user: Any) -> bool:
        return bool(user.is_active)


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """What allauth asks of the house: nobody signs themselves up; a shut door is written down."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 - allauth's own signature
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            name = str(credentials.get("username", ""))
            commands.lock_out(at=timezone.now(), username=name, address=_address(request))
            raise

    def respond_user_inactive(self, request: HttpRequest, user: Staff) -> Any:
        commands.fail_to_sign_in(at=timezone.now(), username=user.username, address=_address(request))
        return super().respond_user_inactive(request, user)


def _address(request: HttpRequest | None) -> str:
    return str(request.META.get("REMOTE_ADDR", "")) if request else ""


@receiver(user_logged_in)
def _signed_in(request: HttpRequest, user: Staff, **_: Any) -> None:
    at = timezone.now()
    commands.sign_in(by=actor_for(user, at=at), at=at, staff=user, address=_address(request))


@receiver(user_logged_out)
def _signed_out(user: Staff | None, **_: Any) -> None:
    at = timezone.now()
    if user is not None:
        commands.sign_out(by=actor_for(user, at=at), at=at, staff=user)


@receiver(user_login_failed)
def _failed(credentials: dict[str, Any], request: HttpRequest | None = None, **_: Any) -> None:
    name = str(credentials.get("username") or credentials.get("login") or "")
    commands.fail_to_sign_in(at=timezone.now(), username=name, address=_address(request))
