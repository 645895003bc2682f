"""My own page: which posts I hold, what they let me do, what I am trained for, and my password."""

from __future__ import annotations

from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from longstone.kernel.verdict import YES
from longstone.kernel.web.pages import act, find, page
from longstone.kernel.web.request import Request, show
from longstone.people import commands, queries
from longstone.people.models import Staff
from longstone.people.web import forms
from longstone.people.web.entrance_forms import NewPasswordForm


def _myself(request: Request) -> Staff:
    return find(Staff.objects.visible_to(request.actor).select_related("controller"), pk=request.actor.staff)


@page
def me(request: Request) -> HttpResponse:
    """Show the officer's own posts, powers and competence."""
    staff = _myself(request)
    show(request, "own page", on=staff)
    posts = [one for one in queries.posts_of(staff, at=request.now) if one.when != "ended"]
    context = {"staff": staff, "posts": posts, "competences": queries.competences_of(staff, at=request.now)}
    return render(request, "people/me.html", context)


@page
def reach_me(request: Request) -> HttpResponse:
    """Change how colleagues reach the officer."""
    staff = _myself(request)
    show(request, "own telephone and e-mail")
    back = reverse("people:me")
    form = forms.ReachForm(request.POST or None, initial={"telephone": staff.telephone, "email": staff.email})
    return act(
        request, form=form, command=commands.change_reach, may=YES, staff=staff,
        context={"title": "Telephone and e-mail", "button": "Save", "back": back}, done=lambda _: ("Saved.", back),
    )  # fmt: skip


@page
def password(request: Request) -> HttpResponse:
    """Change the officer's own password."""
    staff = _myself(request)
    show(request, "own password")
    back = reverse("people:me")
    return act(
        request, form=NewPasswordForm(request), command=commands.change_password, may=YES, staff=staff,
        context={"title": "Change your password", "button": "Change it", "back": back},
        done=lambda changed: (_stay(request, changed), back), here=getattr(getattr(request, "signed_in", None), "uuid", None),
    )  # fmt: skip


def _stay(request: Request, staff: Staff) -> str:
    """Keep this browser signed in; every other one is signed out."""
    update_session_auth_hash(request, staff)
    return "Your password is changed. Everywhere else you are signed out."
