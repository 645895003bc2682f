"""What does an officer type about how they sign in?"""

from __future__ import annotations

import time
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.webauthn.internal import auth
from django import forms
from django.core.exceptions import ValidationError

from longstone.kernel.verdict import YES, Verdict, no
from longstone.kernel.web.forms import CommandForm
from longstone.kernel.web.request import Request
from longstone.people.web.forms import HOW_LONG, NEW

FRESH = 300  # seconds for which a sign-in is proof enough of who sits there
NOT_READ = "The key’s answer could not be read. Press the button and touch the key again."
AGAIN = "Sign out, and sign in again through the directory: this needs a sign-in of the last five minutes."


def fresh(request: Request) -> bool:
    """Say whether somebody showed who they are in the last minutes."""
    shown = [step["at"] for step in get_authentication_records(request, request.user)]
    return bool(shown) and time.time() - max(shown) < FRESH


def may_go_on(request: Request) -> Verdict:
    """Say whether somebody can show again who they are; who has no password signs in afresh."""
    known = request.user.is_authenticated and request.user.has_usable_password()
    return YES if known or fresh(request) else no(AGAIN)


class OwnForm(CommandForm):
    """A form about one's own sign-in: who did not just sign in types the password again."""

    kept_back: tuple[str, ...] = ("once", "own_password")
    own_password = forms.CharField(
        max_length=128, label="Your password", strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        help_text="So that nobody does this at a screen that you left open.",
    )  # fmt: skip

    def __init__(self, request: Request, **kwargs: Any) -> None:
        super().__init__(request.POST if request.method == "POST" else None, **kwargs)
        self.request = request
        if fresh(request) and "own_password" not in self.data:
            del self.fields["own_password"]

    def clean_own_password(self) -> str:
        """Look whether it is theirs; tries are counted and written down as at the door."""
        if not get_adapter().reauthenticate(self.request.user, self.cleaned_data["own_password"]):
            raise ValidationError("That is not your password. Type it again.")
        return ""


class NewPasswordForm(CommandForm):
    """A new password for oneself; tries of the present one are counted and written down as at the door."""

    old = forms.CharField(
        max_length=128, label="Present password", widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        strip=False,
    )  # fmt: skip
    password = forms.CharField(max_length=128, label="New password", help_text=HOW_LONG, widget=NEW, strip=False)

    def __init__(self, request: Request) -> None:
        super().__init__(request.POST or None)
        self.request = request

    def clean_old(self) -> str:
        """Look whether it is theirs."""
        if not get_adapter().reauthenticate(self.request.user, self.cleaned_data["old"]):
            raise ValidationError("That is not your present password. Type it again.")
        return str(self.cleaned_data["old"])


class AppForm(OwnForm):
    """The first code of a new authenticator app."""

    code = forms.CharField(
        max_length=10, label="Code that the app shows", help_text="Six digits.",
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )  # fmt: skip
    field_order = ["once", "code", "own_password"]


class KeyForm(OwnForm):
    """A new passkey or security key."""

    kept_back = ("once", "own_password", "kind")
    kind = forms.ChoiceField(
        label="What is it?", widget=forms.RadioSelect,
        choices=[
            ("passkey", "A passkey: it signs you in by itself, with your finger, face or PIN"),
            ("key", "A security key: you touch it after your password"),
        ],
    )  # fmt: skip
    name = forms.CharField(
        max_length=40, label="Name it", help_text="So that you know it again, such as: blue key on my ring."
    )
    credential = forms.JSONField(widget=forms.HiddenInput, required=False, error_messages={"invalid": NOT_READ})
    field_order = ["once", "kind", "name", "own_password", "credential"]

    def clean(self) -> dict[str, Any]:
        """Check the key's answer to our challenge, once all else is right: a challenge is answered once."""
        cleaned = super().clean() or {}
        if not self.errors:
            self._check(cleaned)
        return cleaned

    def _check(self, cleaned: dict[str, Any]) -> None:
        try:
            auth.parse_registration_response(cleaned["credential"])
            made = auth.complete_registration(cleaned["credential"])
        except (ValidationError, TypeError, ValueError, KeyError, AttributeError):
            self.add_error(None, NOT_READ)
            return
        if cleaned["kind"] == "passkey" and not made.is_user_verified():
            self.add_error("kind", "That key did not ask for your finger, face or PIN. Add it as a security key.")


class NameKeyForm(CommandForm):
    """Another name for a passkey or a security key."""

    name = forms.CharField(max_length=40, label="Name")


class ReasonForm(CommandForm):
    """Why somebody's factors are taken off."""

    reason = forms.CharField(max_length=200, label="Reason", help_text="And how you made sure that it is they who ask.")


class AddressForm(CommandForm):
    """By which address the directory knows somebody."""

    email = forms.EmailField(
        max_length=254, label="E-mail address in the directory",
        error_messages={"invalid": "Enter an e-mail address, such as name@example.police.uk."},
    )  # fmt: skip
