"""The pages of persons and organisations."""

from __future__ import annotations

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse

from longstone.kernel.web.forms import CommandForm
from longstone.kernel.web.pages import act, find, page
from longstone.kernel.web.panels import Action
from longstone.kernel.web.registers import answer
from longstone.kernel.web.request import Request, show
from longstone.people import commands, queries, rules, sameness
from longstone.people.models import Person
from longstone.people.web import forms
from longstone.people.web.registers import organisations as all_organisations
from longstone.people.web.registers import persons as all_persons

CONTACT = ("safe_channel", "safe_contact", "never_contact_by")
NAME = ("family_name", "given_names", "born_on")


def url_of(person: Person) -> str:
    """Say where a person's page is."""
    return reverse("person", args=[person.pk])


@page
def persons(request: Request) -> HttpResponseBase:
    """Show the persons that the officer may see."""
    may = rules.may_record_person(by=request.actor)
    return answer(
        request, all_persons.REGISTER, actions=[Action("Record a person", reverse("people:record"), may.refusal)]
    )


@page
def record(request: Request) -> HttpResponse:
    """Add a person, unless a record looks like the same one."""
    form = forms.PersonForm(request.POST or None)
    alike, warnings = _alike(request, form), sameness.rings(by=request.actor, text=_named(form))
    told = [str(one.pk) for one in alike]
    show(request, "record a person", ids=told, persons=told, power="see people", rings=len(warnings))
    _ask_whether_it_is_another(form, alike, warnings)
    context = {"title": "Record a person", "button": "Record", "back": reverse("people:persons"), "alike": alike}
    context["warnings"] = warnings
    return act(
        request, template="people/record.html", form=form, command=commands.record_person,
        may=rules.may_record_person(by=request.actor), context=context,
        done=lambda person: (f"{person} is recorded.", url_of(person)),
    )  # fmt: skip


def _ask_whether_it_is_another(form: forms.PersonForm, alike: list[Person], warnings: list[str]) -> None:
    """Refuse, once, to record somebody who may be recorded already, or of whom a team must first be asked."""
    if not alike and not warnings:
        form.fields.pop("another")
    elif not form.cleaned_data["another"]:
        first = "Ring first." if warnings else "There is a record of that name. Look at it first;"
        form.add_error("another", f"{first} If it is not the same person, tick this.".replace("; If", "; if"))


def _named(form: forms.PersonForm) -> str:
    told = form.cleaned_data if form.is_bound and form.is_valid() else {}
    return f"{told.get('family_name', '')} {told.get('given_names', '')}"


def _alike(request: Request, form: forms.PersonForm) -> list[Person]:
    """Find records that look like the person typed; none while the form has faults of its own."""
    if not form.is_bound or not form.is_valid():
        return []
    told = form.cleaned_data
    keys = rules.match_keys(family_name=told["family_name"], given_names=told["given_names"], born=None)
    return list(queries.persons_like(by=request.actor, keys=keys)[:10])


@page
def contact(request: Request, person_id: int) -> HttpResponse:
    """Change how a person can be reached in safety."""
    return _edit(
        request, person_id, form=forms.ContactForm, names=CONTACT, command=commands.change_safe_contact,
        title="Safe contact", said="Safe contact is changed.",
    )  # fmt: skip


@page
def correct(request: Request, person_id: int) -> HttpResponse:
    """Correct a person's name or date of birth."""
    return _edit(
        request, person_id, form=forms.NameForm, names=NAME, command=commands.correct_person,
        title="Correct name or date of birth", said="The record is corrected.",
    )  # fmt: skip


def _edit(
    request: Request, person_id: int, *, form: type[CommandForm], names: tuple[str, ...], command: object, title: str,
    said: str,
) -> HttpResponse:  # fmt: skip
    person = find(Person.objects.visible_to(request.actor), pk=person_id)
    show(request, "person", on=person, page=title, power=sameness.power_over(person, by=request.actor))
    drawn = form(request.POST or None, initial={name: getattr(person, name) for name in names})
    stands = [(str(drawn.fields[name].label), getattr(person, name)) for name in names]
    back = url_of(person)
    context = {"title": title, "caption": str(person), "button": "Save", "back": back, "stands": stands}
    return act(
        request, form=drawn, command=command, edits=person, person=person,  # type: ignore[arg-type]  # one of two acts
        may=rules.may_change_person(by=request.actor, person=person), context=context, done=lambda _: (said, back),
    )  # fmt: skip


@page
def organisations(request: Request) -> HttpResponseBase:
    """Show the organisations that the force knows."""
    may = rules.may_record_person(by=request.actor)
    actions = [Action("Record an organisation", reverse("people:record-organisation"), may.refusal)]
    return answer(request, all_organisations.REGISTER, actions=actions)


@page
def record_organisation(request: Request) -> HttpResponse:
    """Add an organisation."""
    show(request, "record an organisation")
    context = {"title": "Record an organisation", "button": "Record", "back": reverse("people:organisations")}
    return act(
        request, form=forms.OrganisationForm(request.POST or None), command=commands.record_organisation,
        may=rules.may_record_person(by=request.actor), context=context,
        done=lambda made: (f"{made} is recorded.", reverse("organisation", args=[made.pk])),
    )  # fmt: skip
