"""The pages of persons."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from longstone.kernel.web.pages import act, find, page, sliced
from longstone.kernel.web.request import Request, show
from longstone.people import commands, rules
from longstone.people.models import Person
from longstone.people.web import forms


@page
def persons(request: Request) -> HttpResponse:
    """Show the persons that the officer may see."""
    text = request.GET.get("q", "").replace("\x00", "").strip()[:80]
    found = Person.objects.visible_to(request.actor).filter(family_name__icontains=text).order_by("family_name", "pk")
    shown = sliced(found, request.GET.get("from"))
    show(request, "persons", ids=[one.pk for one in shown.rows], filter=text, total=shown.total)
    may = rules.may_record_person(by=request.actor)
    return render(request, "people/persons.html", {"shown": shown, "q": text, "may": may})


@page
def record(request: Request) -> HttpResponse:
    """Add a person."""
    show(request, "record a person")
    back = reverse("people:persons")
    return act(
        request, template="kernel/act.html", form=forms.PersonForm(request.POST or None), command=commands.record_person,
        may=rules.may_record_person(by=request.actor), context={"title": "Record a person", "button": "Record", "back": back},
        done=lambda person: (f"{person} is recorded.", back),
    )  # fmt: skip


@page
def contact(request: Request, person_id: int) -> HttpResponse:
    """Change how a person can be reached in safety."""
    person = find(Person.objects.visible_to(request.actor), pk=person_id)
    show(request, "person", on=person)
    seen = request.POST.get("seen", "")
    version = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 9 else person.version  # noqa: PLR2004
    told = ("safe_channel", "safe_contact", "never_contact_by")
    form = forms.ContactForm(request.POST or None, initial={name: getattr(person, name) for name in told})
    context = {
        "title": "Safe contact",
        "caption": str(person),
        "button": "Save",
        "back": reverse("people:persons"),
        "seen": version,
    }
    return act(
        request, template="kernel/act.html", form=form, command=commands.change_safe_contact,
        may=rules.may_change_person(by=request.actor, person=person), context=context, person=person, seen=version,
        done=lambda _: ("Safe contact is changed.", reverse("people:persons")),
    )  # fmt: skip
