"""My own sign-in: what I show beside my password, my recovery codes, and where I am signed in."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from allauth.mfa.adapter import get_adapter
from allauth.mfa.totp.internal.auth import generate_totp_secret
from allauth.mfa.webauthn.internal import auth
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.debug import sensitive_post_parameters

from longstone.kernel.verdict import YES, Verdict
from longstone.kernel.web.forms import CommandForm
from longstone.kernel.web.pages import act, find, page
from longstone.kernel.web.request import Request, show
from longstone.people import admission, commands, factors
from longstone.people.models import SignedIn, Staff
from longstone.people.web import entrance_forms as forms

PENDING = "app_to_come"  # a secret that no app has confirmed yet, sealed


def _myself(request: Request) -> Staff:
    return find(Staff.objects.visible_to(request.actor).select_related("controller"), pk=request.actor.staff)


def _here(request: Request) -> UUID | None:
    return getattr(getattr(request, "signed_in", None), "uuid", None)


def _back() -> str:
    return reverse("people:sign-in")


@page
def sign_in(request: Request) -> HttpResponse:
    """Show how the officer signs in, and where they are signed in."""
    staff = _myself(request)
    sessions = admission.sessions_of(staff)
    show(request, "own sign-in", ids=[one.pk for one in sessions])
    held = factors.of(staff)
    context = {
        "staff": staff, "factors": held, "codes": factors.codes_left(staff), "sessions": sessions, "here": _here(request),
        "must": not held and admission.must_have_factor(staff, at=request.now), "has_app": any(one.kind == "Authenticator app" for one in held),
    }  # fmt: skip
    return render(request, "people/sign_in.html", context)


def _own(
    request: Request, form: CommandForm, command: Any, title: str, button: str, said: str, *, may: Verdict = YES,
    template: str = "kernel/act.html", shown: dict[str, Any] | None = None, **given: Any,
) -> HttpResponse:  # fmt: skip
    context = {"title": title, "button": button, "back": _back(), **(shown or {})}
    return act(
        request, form=form, command=command, may=may, template=template, context=context, done=lambda _: (said, _back()), **given
    )  # fmt: skip


@sensitive_post_parameters()
@page
def add_app(request: Request) -> HttpResponse:
    """Add an authenticator app."""
    staff = _myself(request)
    show(request, "add an authenticator app")
    form, secret = forms.AppForm(request), _pending(request, staff)
    if request.method == "POST" and form.is_valid() and _done(request, form, commands.add_app, staff, secret=secret):
        request.session.pop(PENDING, None)
        return _added(request, staff, "The authenticator app is added.")
    url = get_adapter().build_totp_url(staff, secret)
    drawn = get_adapter().build_totp_svg(url)
    shown = {"secret": secret, "picture": mark_safe(drawn[drawn.index("<svg") :]), "url": url}  # noqa: S308 - drawn here
    context = {"title": "Add an authenticator app", "button": "Add it", "back": _back(), "form": form, **shown}
    return render(request, "people/add_app.html", {**context, "may": forms.may_go_on(request)})


def _pending(request: Request, staff: Staff) -> str:
    """Give the secret of the app that is being added; it waits in the session, sealed for this officer."""
    row = f"app to come of {staff.pk}"
    if kept := request.session.get(PENDING):
        return factors.unseal(kept, row=row)
    secret = str(generate_totp_secret())
    request.session[PENDING] = factors.seal(secret, row=row)
    return secret


def _done(request: Request, form: CommandForm, command: Any, staff: Staff, **given: Any) -> bool:
    form.do(command, by=request.actor, at=request.now, staff=staff, here=_here(request), **given)
    return not form.errors


def _added(request: Request, staff: Staff, said: str) -> HttpResponse:
    """Say that a factor is added; with the first one come recovery codes, shown this once."""
    if factors.codes_left(staff) is not None:
        messages.success(request, said)
        return redirect(_back())
    made = commands.make_recovery_codes(by=request.actor, at=request.now, staff=staff)
    return render(request, "people/recovery_codes.html", {"codes": made, "said": said, "back": _back()})


@sensitive_post_parameters()
@page
def add_key(request: Request) -> HttpResponse:
    """Add a passkey or a security key."""
    staff = _myself(request)
    show(request, "add a passkey or security key")
    form = forms.KeyForm(request, initial={"kind": "passkey"})
    if request.method == "POST" and form.is_valid() and _done(request, form, commands.add_key, staff):
        return _added(request, staff, f"{form.cleaned_data['name']} is added.")
    context = {"title": "Add a passkey or security key", "button": "Add it", "back": _back(), "form": form}
    asked = {"options": auth.begin_registration(staff, False), "may": forms.may_go_on(request)}  # noqa: FBT003 - allauth's own
    return render(request, "people/add_key.html", {**context, **asked})


@page
def rename_key(request: Request, factor_id: int) -> HttpResponse:
    """Give a passkey or security key another name."""
    staff = _myself(request)
    factor = factors.one(staff, factor_id)
    show(request, "own factor", factor=factor.pk)
    form = forms.NameKeyForm(request.POST or None, initial={"name": factor.name})
    return _own(
        request, form, commands.rename_key, f"Rename {factor.name}", "Save", "It has its new name.", staff=staff, factor=factor.pk
    )  # fmt: skip


@page
def remove_factor(request: Request, factor_id: int) -> HttpResponse:
    """Take off a second factor."""
    staff = _myself(request)
    factor = factors.one(staff, factor_id)
    show(request, "own factor", factor=factor.pk)
    return _own(
        request, forms.OwnForm(request), commands.remove_factor, f"Take off {factor.name}", "Take it off",
        "It is taken off. Everywhere else you are signed out.", may=forms.may_go_on(request), staff=staff, factor=factor.pk,
        here=_here(request), template="people/sure.html", shown={"said": "You cannot sign in with it any more."},
    )  # fmt: skip


@sensitive_post_parameters()
@page
def recovery_codes(request: Request) -> HttpResponse:
    """Make recovery codes anew, and show them this once."""
    staff = _myself(request)
    show(request, "own recovery codes")
    form = forms.OwnForm(request)
    if request.method == "POST" and form.is_valid():
        made = form.do(commands.make_recovery_codes, by=request.actor, at=request.now, staff=staff)
        if not form.errors:
            return render(request, "people/recovery_codes.html", {"codes": made or [], "said": "", "back": _back()})
    said = "You get ten new codes. The old ones open nothing any more."
    context = {"title": "Make new recovery codes", "button": "Make them", "back": _back(), "form": form, "said": said}
    return render(request, "people/sure.html", {**context, "may": forms.may_go_on(request)})


@page
def end_session(request: Request, session_id: int) -> HttpResponse:
    """End one place where the officer is signed in."""
    rows = SignedIn.objects.visible_to(request.actor).filter(staff=request.actor.staff, ended_at=None)
    session = find(rows, pk=session_id)
    show(request, "own session", session=session.pk)
    return _own(
        request, CommandForm(request.POST or None), commands.end_session, "Sign out there", "Sign out there",
        "You are signed out there.", session=session, template="people/sure.html", shown={"said": str(session)},
    )  # fmt: skip


@page
def end_sessions(request: Request) -> HttpResponse:
    """End every other place where the officer is signed in."""
    show(request, "own sessions")
    return _own(
        request, CommandForm(request.POST or None), commands.end_sessions, "Sign out everywhere else",
        "Sign out everywhere else", "Everywhere else you are signed out.", staff=_myself(request), but=_here(request),
        template="people/sure.html", shown={"said": "You stay signed in here."},
    )  # fmt: skip
