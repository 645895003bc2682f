"""The pages of the force's areas: the regions that were brought in, one drawn in three equal ways, and how one is brought in and withdrawn."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from longstone.kernel.maps import acts, rules
from longstone.kernel.maps.drawing import picture
from longstone.kernel.maps.models import Region
from longstone.kernel.web import shelf
from longstone.kernel.web.forms import CommandForm
from longstone.kernel.web.pages import act, find, page
from longstone.kernel.web.panels import Action
from longstone.kernel.web.registers import answer
from longstone.kernel.web.request import Request, show

SQUARE_KM = 1_000_000
RANKS = 60  # with more areas their ranks cannot be read in the map; the table has them


class ImportForm(CommandForm):
    """A file of areas, and what its maps must say of where it comes from."""

    name = forms.CharField(
        max_length=120, label="What is the region called?", help_text="Such as: districts of the force, 2026."
    )
    file = forms.FileField(
        label="The file",
        max_length=200,
        help_text="GeoJSON of areas, at most 8 MB: in degrees, or in metres of the National Grid.",
        allow_empty_file=True,
    )
    sha256 = forms.CharField(
        max_length=64,
        required=False,
        label="Its SHA-256, if you were given it",
        help_text="Then we check that it is the very file.",
    )
    licence = forms.CharField(
        max_length=200, label="Under which licence may it be used?", help_text="Such as: Open Government Licence v3.0."
    )
    attribution = forms.CharField(
        max_length=300,
        label="What must stand beneath each map?",
        help_text="The words that the licence asks for, such as whose data it is and from which year.",
    )
    code_field = forms.CharField(
        max_length=40,
        label="Which property is an area's code?",
        initial="code",
        help_text="Its name in the file, such as LAD25CD.",
    )
    name_field = forms.CharField(
        max_length=40,
        label="Which property is an area's name?",
        initial="name",
        help_text="Its name in the file, such as LAD25NM.",
    )

    def clean(self) -> dict[str, Any]:
        """Turn the file into its name and its bytes."""
        told: dict[str, Any] = super().clean() or {}
        if sent := told.pop("file", None):
            told["file_name"], told["body"] = sent.name, sent.read(rules.MOST_BYTES + 1)
        return told


class WithdrawForm(CommandForm):
    """Why a region is withdrawn."""

    reason = forms.CharField(max_length=300, label="Why is it withdrawn?")


@page
def regions(request: Request) -> HttpResponseBase:
    """Show the regions by which the force counts, and those that were withdrawn."""
    may = rules.may_keep(by=request.actor)
    return answer(
        request, shelf.registers()["regions"], actions=[Action("Bring areas in", reverse("region_new"), may.refusal)]
    )


@page
def region(request: Request, region_id: int) -> HttpResponse:
    """Show a region's areas as a map, as tiles and as a ranked table, by their size."""
    one = find(Region.objects.visible_to(request.actor), pk=region_id)
    show(request, "region", on=one)
    areas = list(one.areas.order_by("pk"))
    sizes = {area.code: area.square_metres / SQUARE_KM for area in areas}
    drawn = picture(
        one, areas, sizes, title=f"Size of each area of {one}", unit="Square kilometres", unit_is="things", figures=1
    )
    context = {"region": one, "picture": drawn, "ranks": len(areas) <= RANKS, "may": rules.may_keep(by=request.actor)}
    return render(request, "kernel/region.html", context)


@page
def region_new(request: Request) -> HttpResponse:
    """Bring areas in from a file."""
    show(request, "bring areas in")
    return act(
        request,
        template="kernel/region_new.html",
        form=ImportForm(request.POST or None, request.FILES or None),
        command=acts.import_region,
        may=rules.may_keep(by=request.actor),
        context={"title": "Bring areas in", "button": "Bring them in", "back": reverse("regions")},
        done=lambda made: (f"The region “{made}” is brought in.", reverse("region", args=[made.pk])),
    )


@page
def region_withdraw(request: Request, region_id: int) -> HttpResponse:
    """Withdraw a region, so that nothing new is counted by it."""
    one = find(Region.objects.visible_to(request.actor), pk=region_id)
    show(request, "region", on=one, page="withdraw")
    back = reverse("region", args=[one.pk])
    return act(
        request,
        form=WithdrawForm(request.POST or None),
        command=acts.withdraw_region,
        may=rules.may_keep(by=request.actor),
        region=one,
        context={"title": f"Withdraw the region “{one}”", "button": "Withdraw it", "back": back},
        done=lambda _: ("The region is withdrawn.", back),
    )
