"""The list of the views that the officer and their teams keep."""

from __future__ import annotations

from django.urls import reverse

from longstone.kernel.actor import Actor
from longstone.kernel.register import Column, Kind, Register, Rows
from longstone.kernel.register.views import View
from longstone.kernel.web import shelf


def _url(view: View) -> str:
    """Lead to the list, asked the same again."""
    of = shelf.registers().get(view.of)
    return f"{of.page()}{view.query}" if of and of.page else reverse("views")


def _of(view: View) -> str:
    of = shelf.registers().get(view.of)
    return of.title if of else view.of


def _links(view: View, _: Actor) -> list[tuple[str, str]]:
    return [("Rename", reverse("view_rename", args=[view.pk])), ("Forget", reverse("view_forget", args=[view.pk]))]


REGISTER = Register(
    name="views",
    title="Kept views",
    about="A view asks a list the same again. Keep one from the list itself, once you have looked for something there.",
    source=lambda register, by: Rows(register, View.objects.visible_to(by), by=by),
    columns=[
        Column("name", "View", order="name"),
        Column("of", "List", value=_of),
        Column("whose", "Whose", value=lambda view: "The team's" if view.team_id else "Yours"),
        Column("keeper", "Kept by"),
        Column("kept_at", "Kept", Kind.DAY, order="kept_at"),
    ],
    order="name",
    url=_url,
    links=_links,
    page=lambda: reverse("views"),
    empty="Neither you nor your teams keep a view yet.",
)
