"""How does somebody choose a new password who forgot theirs? With the one-time code that a colleague told them."""

from __future__ import annotations

from typing import Any

from allauth.core.internal import ratelimit
from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters

from longstone.kernel.refusals import Refusal
from longstone.people import admission, commands
from longstone.people.commands.letting_in import WRONG
from longstone.people.models import OneTimeCode
from longstone.site import sign_in_locks
from longstone.site.addresses import address_of


class CodeAndPassword(forms.Form):
    """A name, the code, and the new password."""

    use_required_attribute = False
    username = forms.CharField(
        max_length=60, label="Username", widget=forms.TextInput(attrs={"autocomplete": "username"}),
        error_messages={"required": "Type your username."},
    )  # fmt: skip
    code = forms.CharField(
        max_length=20, label="One-time code", help_text="Twelve letters and digits, such as ABCD-EFGH-2345.",
        error_messages={"required": "Type the code that you were told."},
    )  # fmt: skip
    password = forms.CharField(
        max_length=128, label="New password", strip=False, help_text="Twelve characters or more. Three or four words are easy to remember.",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}), error_messages={"required": "Choose a password."},
    )  # fmt: skip


@sensitive_post_parameters()
def choose(request: HttpRequest) -> HttpResponse:
    """Take a one-time code and a new password."""
    form = CodeAndPassword(request.POST or None)
    if request.method == "POST" and form.is_valid() and _chosen(request, form):
        messages.success(request, "Your password is changed. Sign in with it.")
        return redirect("account_login")
    return render(request, "sign_in/code.html", {"form": form, "whom": settings.LONGSTONE_HELP})


def _chosen(request: HttpRequest, form: CodeAndPassword) -> bool:
    told = form.cleaned_data
    try:
        code = _fitting(request, told)
        commands.choose_password(at=timezone.now(), code=code, password=told["password"])
    except Refusal as refusal:
        form.add_error("code" if refusal.sentence == WRONG else "password", refusal.sentence)
    except ValidationError as shut:
        form.add_error(None, shut)
    return not form.errors


def _fitting(request: HttpRequest, told: dict[str, Any]) -> OneTimeCode:
    """Give the code that fits; tries are counted with those of passwords."""
    at, name = timezone.now(), told["username"]
    sign_in_locks.refuse_locked(request, name, at=at)
    key = admission.tries_of(name, sign_in_locks.near(request))
    counted = ratelimit.consume(request, app=sign_in_locks.APP, action=sign_in_locks.ACTION, key=key)
    if counted is None:
        raise sign_in_locks.shut_out(request, name, at=at)
    found = commands.try_code(at=at, username=name, code=told["code"], address=address_of(request))
    if found is None:
        sign_in_locks.lock_if_spent(request, name, at=at)
        raise Refusal(WRONG)
    counted.rollback()
    return found
