"""The pages on which a view of a list is kept, renamed and forgotten, and where one's views are listed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse

from longstone.kernel.register import Register, views
from longstone.kernel.register.views import View
from longstone.kernel.verdict import YES
from longstone.kernel.web import shelf
from longstone.kernel.web.forms import CommandForm
from longstone.kernel.web.pages import act, find, page
from longstone.kernel.web.registers import answer
from longstone.kernel.web.request import Request, show

ME = "me"


class NameForm(CommandForm):
    """What a view is called."""

    name = forms.CharField(
        max_length=views.LONGEST, label="What do you call it?", help_text="Such as: open, and nobody's."
    )


class KeepForm(NameForm):
    """A view to keep: for oneself, or for a team."""

    team = forms.TypedChoiceField(
        label="For whom?", coerce=lambda told: None if told == ME else int(told), widget=forms.RadioSelect, initial="me"
    )

    def __init__(self, *args: Any, teams: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(ME, "Only me"), *((str(number), f"Everybody in {name}") for number, name in teams)]
        self.fields["team"].choices = choices  # type: ignore[attr-defined]  # a choice field
        if not teams:
            self.fields.pop("team")


def _teams(request: Request) -> list[tuple[int, str]]:
    """Name the teams that the officer is in today."""
    staff: Any = request.user
    posts = staff.posts.filter(team__in=request.actor.teams).select_related("team")
    return sorted({(post.team_id, str(post.team)) for post in posts}, key=lambda one: one[1])


def _list(name: str) -> Register:
    found = shelf.registers().get(name)
    if found is None or found.page is None:
        raise Http404
    return found


@page
def kept(request: Request) -> HttpResponseBase:
    """Show the views that the officer and their teams keep."""
    return answer(request, shelf.registers()["views"])


@page
def keep(request: Request, of: str) -> HttpResponse:
    """Keep a view of a list."""
    found, query = _list(of), request.GET.get("query", "")
    show(request, "keep a view", of=of)
    back = f"{found.page()}{query if query.startswith('?') else ''}"  # type: ignore[misc]  # _list made sure of it
    return act(
        request, form=KeepForm(request.POST or None, teams=_teams(request)), command=views.keep_view,
        may=views.may_keep(by=request.actor, name="a name", query=query, team=None), of=of, query=query,
        context={"title": "Keep this view", "caption": found.title, "button": "Keep it", "back": back},
        done=lambda view: (f"The view “{view}” is kept.", back),
    )  # fmt: skip


@page
def rename(request: Request, view_id: int) -> HttpResponse:
    """Give a view another name."""
    view = find(View.objects.visible_to(request.actor), pk=view_id)
    return _edit(
        request,
        view,
        NameForm(request.POST or None, initial={"name": view.name}),
        views.rename_view,
        "Rename",
        "renamed",
    )


@page
def forget(request: Request, view_id: int) -> HttpResponse:
    """Keep a view no longer."""
    view = find(View.objects.visible_to(request.actor), pk=view_id)
    return _edit(request, view, CommandForm(request.POST or None), views.forget_view, "Forget", "forgotten")


def _edit(request: Request, view: View, form: CommandForm, command: Any, verb: str, done: str) -> HttpResponse:
    show(request, "view", on=view)
    title, back = f"{verb} the view “{view}”", reverse("views")
    return act(
        request, form=form, command=command, may=YES, view=view, done=lambda one: (f"The view “{one}” is {done}.", back),
        context={"title": title, "button": f"{verb} it", "back": back},
    )  # fmt: skip
