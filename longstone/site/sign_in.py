"""How does somebody come in? By allauth; its adapter and the only signals of the house live here (D15)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authentication_failed, authenticator_used
from django.conf import settings
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.core.exceptions import ValidationError
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from longstone.people import admission, commands, rules
from longstone.people.models import InDirectory, Staff
from longstone.people.queries import actor_for
from longstone.site import sign_in_locks
from longstone.site.addresses import address_of

HERE = "signed_in"  # the session's word for where this is


class StaffBackend(AuthenticationBackend):  # type: ignore[misc]  # allauth has no types
    """Lets serving staff in, and nobody else."""

    def user_can_authenticate(self, user: Any) -> bool:
        return bool(user.is_active)


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """What allauth asks of the house: nobody signs themselves up; a shut door is written down."""

    _elsewhere: Any = None  # what was counted of this try under the name alone

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 - allauth's own signature
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        return address_of(request) or "unknown"

    def validation_error(self, code: str, *args: Any) -> ValidationError:
        if code == "too_many_login_attempts":
            return ValidationError(sign_in_locks.shut(sign_in_locks.a_while(timezone.now())), code=code)
        return super().validation_error(code, *args)  # type: ignore[no-any-return]

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        return admission.tries_of(_named(credentials), sign_in_locks.near(request))

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        sign_in_locks.refuse_locked(request, _named(credentials), at=timezone.now())
        self._elsewhere = sign_in_locks.count_elsewhere(request, _named(credentials), at=timezone.now())
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            raise sign_in_locks.shut_out(request, _named(credentials), at=timezone.now()) from None

    def _rollback_login_failed_rl_usage(self) -> None:
        super()._rollback_login_failed_rl_usage()
        if self._elsewhere:
            self._elsewhere.rollback()

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        sign_in_locks.lock_if_spent(request, _named(credentials), at=timezone.now())

    def pre_login(self, request: HttpRequest, user: Staff, **told: Any) -> HttpResponse | None:
        if InDirectory.objects.visible_to(commands.DOOR).filter(staff=user, left_at__isnull=False).exists():
            return self.respond_user_inactive(request, user)
        return super().pre_login(request, user, **told)  # type: ignore[no-any-return]

    def respond_user_inactive(self, request: HttpRequest, user: Staff) -> HttpResponse:
        why = "They have left."
        commands.fail_to_sign_in(at=timezone.now(), username=user.username, address=address_of(request), why=why)
        return redirect("account_inactive")


def _named(credentials: dict[str, Any]) -> str:
    return str(credentials.get("username") or credentials.get("login") or "")


@receiver(user_logged_in)
def _signed_in(request: HttpRequest, user: Staff, **_: Any) -> None:
    """Note where somebody is signed in; a session that this browser had before has ended with it."""
    at, (how, factor) = timezone.now(), shown(request, user)
    end_here(request, user, at=at, why="Signed in again in the same browser.")
    device = rules.device(request.headers.get("User-Agent", ""))
    told = {"address": address_of(request), "device": device, "how": how, "factor": factor}
    made = commands.sign_in(by=actor_for(user, at=at), at=at, staff=user, **told)
    request.session[HERE] = str(made.uuid)


def shown(request: HttpRequest, user: Staff) -> tuple[str, str]:
    """Say how somebody came in and what they showed beside it, as allauth kept it for this session."""
    how, factor = "password", ""
    for step in get_authentication_records(request, user):
        if step["method"] == "socialaccount":
            how, factor = "directory", "directory" if request.session.get("directory_factor") else factor
        elif step["method"] == "mfa":
            factor = str(step["type"])
            how = "passkey" if step.get("passwordless") else how
    return how, factor


def end_here(request: HttpRequest, user: Staff, *, at: datetime, why: str) -> None:
    """End the session that this browser says it is, if it is one of somebody's and goes on."""
    session = admission.session_of(request.session.get(HERE), staff=user.pk)
    if session and session.ended_at is None:
        commands.end_session(by=commands.DOOR, at=at, session=session, why=why)


@receiver(user_logged_out)
def _signed_out(request: HttpRequest, user: Staff | None, **_: Any) -> None:
    session = admission.session_of(request.session.get(HERE), staff=user.pk) if user else None
    if user and session and session.ended_at is None:
        at = timezone.now()
        commands.sign_out(by=actor_for(user, at=at), at=at, session=session)


@receiver(user_login_failed)
def _failed(credentials: dict[str, Any], request: HttpRequest | None = None, **_: Any) -> None:
    commands.fail_to_sign_in(at=timezone.now(), username=_named(credentials), address=address_of(request))


@receiver(authenticator_used)
def _used(request: HttpRequest, user: Staff, authenticator: Authenticator, **_: Any) -> None:
    told = {"factor": authenticator.pk, "kind": str(authenticator.type), "address": address_of(request)}
    commands.use_factor(at=timezone.now(), staff=user, **told)


@receiver(authentication_failed)
def _did_not_fit(
    request: HttpRequest, user: Staff | None, authenticator: Authenticator | None = None, **_: Any
) -> None:
    kind = str(authenticator.type) if authenticator else "webauthn"
    commands.fail_factor(at=timezone.now(), staff=user, kind=kind, address=address_of(request))


def over(request: HttpRequest, user: Staff, *, at: datetime) -> str:
    """Say why somebody's session is over at this moment, and end it; nothing while it lasts."""
    session = admission.session_of(request.session.get(HERE), staff=user.pk)
    if session is None or session.ended_at:
        return session.why_ended if session else "Nobody knows it."
    idle, longest = (
        timedelta(minutes=settings.LONGSTONE_IDLE_MINUTES),
        timedelta(hours=settings.LONGSTONE_SESSION_HOURS),
    )
    why = rules.over(since=session.since, seen_at=session.seen_at, at=at, idle=idle, longest=longest)
    if why:
        end_here(request, user, at=at, why=why)
        return why
    session.seen(at)
    request.signed_in = session  # type: ignore[attr-defined]  # the pages of sign-in ask for it
    return ""  # fmt: skip
