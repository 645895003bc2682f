"""Every page of the house: where it is, and for whom it is there."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.site.world import World

OPEN, OWN, CASE, PERSON, READ, TAKE = "open", "own", "case", "person", "read", "take"
NOT_PAGES = {
    "uploads": "spoken to by a program; tests/kernel/test_uploads.py",
    "upload": "spoken to by a program; tests/kernel/test_uploads.py",
    "health_live": "for the one who runs the server",
    "health_ready": "for the one who runs the server",
    "account_login": "before anybody is known",
    "account_logout": "before anybody is known",
    "account_inactive": "before anybody is known",
}
# for whom a page is there: any who signed in; the force's own; those who see the case; those who see persons; those who
# besides may read catalogues; those who besides may take a bundle away
PAGES: dict[str, tuple[str, Callable[[World], list[object]]]] = {
    "home": (OPEN, lambda x: []),
    "door": (OPEN, lambda x: ["prepare"]),
    "case": (CASE, lambda x: [x.case.pk]),
    "exhibit": (CASE, lambda x: [x.exhibit.pk]),
    "person": (PERSON, lambda x: [x.person.pk]),
    "organisation": (OWN, lambda x: [x.organisation.pk]),
    "cases:list": (OPEN, lambda x: []),
    "cases:open": (OPEN, lambda x: []),
    **{f"cases:{name}": (CASE, lambda x: [x.case.pk]) for name in ("correct", "share", "allocate", "involve", "close")},
    "cases:reopen": (CASE, lambda x: [x.closed.pk]),
    "cases:end-share": (CASE, lambda x: [x.case.pk, x.share.pk]),
    **{f"evidence:{name}": (OPEN, lambda x: []) for name in ("list", "mine", "lockers", "locations", "add-location")},
    "evidence:examinations": (OPEN, lambda x: []),
    "evidence:location": (OWN, lambda x: [x.force.locker.pk]),
    "evidence:seize": (CASE, lambda x: [x.case.pk]),
    **{
        f"evidence:{name}": (CASE, lambda x: [x.exhibit.pk])
        for name in (
            "seize-part", "offer", "store", "deposit", "take-out", "reseal", "return", "correct-owner", "receive", "hand-out",
        )
    },
    **{f"evidence:{name}": (CASE, lambda x: [x.offered.pk]) for name in ("accept", "decline", "withdraw")},
    "evidence:examine": (CASE, lambda x: [x.copy.pk]),
    "evidence:catalogue": (READ, lambda x: [x.copy.pk]),
    "evidence:row": (READ, lambda x: [x.copy.pk, 0]),
    "evidence:withhold": (READ, lambda x: [x.copy.pk, 0]),
    "evidence:download": (TAKE, lambda x: [x.bundle.pk]),
    **{
        f"people:{name}": (OPEN, lambda x: [])
        for name in (
            "persons", "record", "organisations", "record-organisation", "me", "reach-me", "password", "staff", "take-on",
            "teams", "form-team", "roles", "consortia",
        )
    },
    "people:contact": (PERSON, lambda x: [x.person.pk]),
    "people:correct": (PERSON, lambda x: [x.person.pk]),
    **{
        f"people:{name}": (OWN, lambda x: [x.force.staff["detective"].pk])
        for name in ("colleague", "appoint", "certify", "give-password", "release")
    },
    "people:end-post": (OWN, lambda x: [x.post.staff_id, x.post.pk]),
    "people:team": (OWN, lambda x: [x.team.pk]),
}  # fmt: skip
SEES_CASE = {"exhibits_officer", "detective", "forensic_examiner", "supervisor"}
SEES_PERSONS = {"exhibits_officer", "detective", "supervisor", "partner_officer"}
TAKES = {"exhibits_officer", "supervisor"}


def address(name: str, world: World) -> str:
    """Say where a page is in a world."""
    return reverse(name, args=PAGES[name][1](world))


def answer_to(role: str, name: str) -> int:
    """Say what somebody of the force's own gets: the page, a refusal, or nothing."""
    kind = PAGES[name][0]
    if kind in {CASE, READ, TAKE} and role not in SEES_CASE:
        return 404
    if kind == PERSON and role not in SEES_PERSONS:
        return 404
    return 403 if kind == TAKE and role not in TAKES else 200


def named(resolver: URLResolver | None = None, before: str = "") -> Iterator[str]:
    """Name every address of the URL configuration."""
    for one in (resolver or get_resolver()).url_patterns:
        if isinstance(one, URLResolver):
            yield from named(one, f"{before}{one.namespace}:" if one.namespace else before)
        elif isinstance(one, URLPattern):
            yield f"{before}{one.name}"
