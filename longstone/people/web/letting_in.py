"""The pages on which somebody who keeps the staff list lets a colleague in again."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localtime

from longstone.kernel.verdict import YES, Verdict, first_no, no
from longstone.kernel.web.forms import CommandForm
from longstone.kernel.web.pages import act, find, page
from longstone.kernel.web.panels import Action
from longstone.kernel.web.request import Request, show
from longstone.people import admission, commands, factors, rules
from longstone.people.models import InDirectory, Lock, Staff
from longstone.people.web import entrance_forms as forms


def _staff(request: Request, staff_id: int) -> Staff:
    return find(Staff.objects.visible_to(request.actor).select_related("controller"), pk=staff_id)


def _may(request: Request, staff: Staff) -> Verdict:
    return rules.may_let_in(by=request.actor, staff=staff.pk, controller=staff.controller_id)


def _url(staff: Staff) -> str:
    return reverse("people:colleague", args=[staff.pk])


def actions_for(request: Request, staff: Staff) -> list[Action]:
    """Give what can be done about how a colleague signs in, to those who may do it; to others nothing is said of it."""
    if not _may(request, staff) or not staff.is_active:
        return []
    known = _entered(request, staff)
    offered = [
        ("Give a one-time code", "give-code", True),
        ("Unlock", "unlock", bool(admission.locks_of(staff, at=request.now))),
        ("Take off their second factors", "remove-factors", bool(factors.of(staff))),
        ("Sign them out everywhere", "sign-out", bool(admission.sessions_of(staff))),
        ("Enter their address in the directory", "directory-enter", _has_directory(staff)),
        ("Detach them from the directory", "directory-detach", bool(known and known.email)),
    ]
    return [Action(label, reverse(f"people:{name}", args=[staff.pk])) for label, name, can in offered if can]


def _has_directory(staff: Staff) -> bool:
    door = admission.door(staff)
    return bool(door and door.directory)


def _entered(request: Request, staff: Staff) -> InDirectory | None:
    return InDirectory.objects.visible_to(request.actor).filter(staff=staff).first()


@page
def give_code(request: Request, staff_id: int) -> HttpResponse:
    """Make a one-time code for a colleague, and show it this once."""
    staff = _staff(request, staff_id)
    show(request, "staff", on=staff, page="one-time code")
    form, context = CommandForm(request.POST or None), _context(staff, "Give a one-time code", "Make a code")
    if request.method == "POST" and form.is_valid():
        code = form.do(commands.give_code, by=request.actor, at=request.now, staff=staff)
        if not form.errors:
            return render(
                request,
                "people/one_time_code.html",
                {**context, "code": code, "staff": staff, "until": _until(request)},
            )
    said = "Make sure that it is they who ask: ring them back on a number that you know. The code lets whoever has it choose a new password."
    return render(request, "people/sure.html", {**context, "form": form, "may": _may(request, staff), "said": said})


def _until(request: Request) -> datetime:
    return request.now + timedelta(minutes=settings.LONGSTONE_CODE_MINUTES)


def _context(staff: Staff, title: str, button: str) -> dict[str, Any]:
    return {"title": title, "caption": str(staff), "button": button, "back": _url(staff)}


def _act_on(
    request: Request, staff_id: int, form: CommandForm, command: Any, title: str, button: str, done: str, *, said: str = "",
    also: Verdict = YES,
) -> HttpResponse:  # fmt: skip
    staff = _staff(request, staff_id)
    show(request, "staff", on=staff, page=title)
    context = {**_context(staff, title, button), "said": said}
    return act(
        request, form=form, command=command, may=first_no(_may(request, staff), also), template="people/sure.html",
        context=context, done=lambda _: (done, _url(staff)), staff=staff,
    )  # fmt: skip


def _where(lock: Lock) -> str:
    return lock.address or "addresses where they never signed in"


@page
def unlock(request: Request, staff_id: int) -> HttpResponse:
    """Open the door again for a colleague who was locked out."""
    locks = admission.locks_of(_staff(request, staff_id), at=request.now)
    said = " ".join(f"Locked out at {_where(one)}, until {localtime(one.until):%H:%M}." for one in locks)
    return _act_on(
        request, staff_id, CommandForm(request.POST or None), commands.unlock, "Unlock", "Unlock", "They can sign in again.",
        said=said, also=YES if locks else no("They are not locked out."),
    )  # fmt: skip


@page
def remove_factors(request: Request, staff_id: int) -> HttpResponse:
    """Take off all second factors of a colleague who lost them."""
    held = factors.of(_staff(request, staff_id))
    return _act_on(
        request, staff_id, forms.ReasonForm(request.POST or None), commands.remove_all_factors,
        "Take off their second factors", "Take them off", "Their second factors are taken off. They are signed out everywhere.",
        said="Only if they lost them and their recovery codes too.", also=YES if held else no("They have no second factor."),
    )  # fmt: skip


@page
def sign_out(request: Request, staff_id: int) -> HttpResponse:
    """Sign a colleague out wherever they are signed in."""
    return _act_on(
        request, staff_id, CommandForm(request.POST or None), commands.end_sessions, "Sign them out everywhere",
        "Sign them out", "They are signed out everywhere.", said="They can sign in again. Record that they left to prevent that.",
    )  # fmt: skip


@page
def directory_enter(request: Request, staff_id: int) -> HttpResponse:
    """Enter by which address the force's directory knows a colleague."""
    return _act_on(
        request, staff_id, forms.AddressForm(request.POST or None), commands.enter_in_directory,
        "Enter their address in the directory", "Enter it", "The address is entered.",
        said="Whoever signs in through the directory with this address, verified there, is let in as them.",
    )  # fmt: skip


@page
def directory_detach(request: Request, staff_id: int) -> HttpResponse:
    """Let the directory let a colleague in no more."""
    known = _entered(request, _staff(request, staff_id))
    return _act_on(
        request, staff_id, CommandForm(request.POST or None), commands.detach_from_directory, "Detach them from the directory",
        "Detach them", "The directory lets them in no more.", also=YES if known and known.email else no("The directory does not let them in."),
    )  # fmt: skip
