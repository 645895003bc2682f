"""The page of the search over all rooms: what was found, by its kind, and one entry for the whole answer."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from longstone.kernel.refusals import Refusal
from longstone.kernel.register.asking import LONGEST
from longstone.kernel.web import finding
from longstone.kernel.web.answers import once
from longstone.kernel.web.pages import page
from longstone.kernel.web.request import Request, show


@page
def search(request: Request) -> HttpResponse:
    """Find a case, an exhibit, a person or an organisation, whichever it is."""
    context: dict[str, Any] = {"kinds": [kind.title.lower() for kind in finding.kinds()]}
    try:
        context["sought"] = context["find"] = text = finding.read(once(request).get("q", ""))
    except Refusal as refusal:
        show(request, "search", refused=refusal.sentence)
        context |= {"sentence": refusal.sentence, "find": request.GET.get("q", "")[:LONGEST]}
        return render(request, "kernel/search_all.html", context, status=400)
    groups = list(finding.found(text, by=request.actor)) if text else []
    show(request, "search", find=text, ids=[hit.id for _, group in groups for hit in group.hits])
    return render(request, "kernel/search_all.html", {**context, "groups": groups, "alike": finding.ALIKE})
