"""What does allauth ask of the house about second factors? Whose secret it opens, and what is written down when one does not fit."""

from __future__ import annotations

from typing import Any

from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.internal.flows import check_rate_limit
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import AuthenticateWebAuthnForm, LoginWebAuthnForm
from allauth.mfa.webauthn.internal import auth
from django.core.exceptions import ValidationError
from django.utils import timezone

from longstone.kernel.keys import KeyFault
from longstone.people import commands, factors
from longstone.people.models import Staff
from longstone.site import sign_in_locks
from longstone.site.addresses import address_of

WRONG = "That code does not fit, or was used already. Wait for the next one and type it again."
NOT_OURS = "That key did not answer as it should. Try it again, or sign in another way."
COPIED = "That key has signed less often than we remember: it may be a copy. Sign in another way, and tell your force’s administrator."


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth has no types
    """Opens a secret for the row that is being looked at, and seals nothing: the house's own acts do."""

    error_messages = {**DefaultMFAAdapter.error_messages, "incorrect_code": WRONG}

    def encrypt(self, text: str) -> str:  # noqa: ARG002 - allauth's own signature
        raise KeyFault("A secret is kept by an act of the house, which seals it for its row.")

    def decrypt(self, encrypted_text: str) -> str:
        return factors.unseal(encrypted_text)

    def _get_user_identifier(self, user: Staff) -> str:
        return user.username

    def _get_site_name(self) -> str:
        return "Longstone"


class CodeForm(AuthenticateForm):  # type: ignore[misc]  # allauth has no types
    """A code of an authenticator app, or a recovery code."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code = self.fields["code"]
        code.label, code.help_text = "Code", "The six digits that your app shows now, or one of your recovery codes."
        code.error_messages["required"] = "Type the code."
        code.max_length = 20

    def clean_code(self) -> str:
        code = str(self.cleaned_data["code"])
        clear = _counted(self.user)
        found = factors.opened_by(self.user, code)
        if found is None:
            _say_failed(self.user, "code")
            raise ValidationError(WRONG, code="incorrect_code")
        clear()
        found.user, self.authenticator = self.user, found
        return code


class KeyForm(AuthenticateWebAuthnForm):  # type: ignore[misc]  # allauth has no types
    """A passkey or a security key, after the password."""

    def clean_credential(self) -> Authenticator:
        return _key_that_fits(super().clean_credential, self.user, self.cleaned_data["credential"])


class PasskeyForm(LoginWebAuthnForm):  # type: ignore[misc]  # allauth has no types
    """A passkey alone, which says whose it is."""

    def clean_credential(self) -> Authenticator:
        return _key_that_fits(super().clean_credential, None, self.cleaned_data["credential"])


def _key_that_fits(look: Any, staff: Staff | None, answer: Any) -> Authenticator:
    try:
        found = look()
    except ValidationError as fault:
        _say_failed(staff, factors.PASSKEY)
        if staff and fault.code == "too_many_login_attempts":
            raise sign_in_locks.lock(context.request, staff.username, at=timezone.now()) from None
        raise ValidationError(NOT_OURS, code="incorrect_code") from fault
    except (TypeError, ValueError, KeyError, AttributeError) as fault:  # an answer that no browser gives
        _say_failed(staff, factors.PASSKEY)
        raise ValidationError(NOT_OURS, code="incorrect_code") from fault
    return _no_copy(found, answer)


def _no_copy(found: Authenticator, answer: Any) -> Authenticator:
    """Refuse a key that has signed no more often than the house remembers, and write that down."""
    count = auth.parse_authentication_response(answer).response.authenticator_data.counter
    if not factors.signs_on(found, count):
        _say_failed(
            found.user,
            factors.PASSKEY,
            f"Key {found.pk} has signed less often than before ({count}): it may be a copy.",
        )
        raise ValidationError(COPIED, code="copied")
    return found


def _counted(staff: Staff) -> Any:
    """Count a try of a second factor; when there were too many the door is shut, and that is written down."""
    try:
        return check_rate_limit(staff)
    except ValidationError:
        raise sign_in_locks.lock(context.request, staff.username, at=timezone.now()) from None


def _say_failed(staff: Staff | None, kind: str, why: str = "") -> None:
    address = address_of(context.request)
    commands.fail_factor(at=timezone.now(), staff=staff, kind=str(kind), address=address, why=why)
