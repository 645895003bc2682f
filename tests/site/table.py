"""Every page of the house: where it is, and for whom it is there."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.site.world import World

OPEN, OWN, CASE, PERSON, READ, TAKE = "open", "own", "case", "person", "read", "take"
NOBODY = "nobody"
HOLDS, KEPT, ERASURES, STORE, LEDGER, SYSTEMS, VIEW = "holds", "held", "erasures", "store", "ledger", "systems", "view"
INBOX, ENQUIRY, FILE = "inbox", "enquiry", "file"  # what the public sent and is shown: lists, one of them, one's bytes
IMPORTS, IMPORTED = "imports", "imported"
FILES = {"imports:template", "imports:faulty"}  # sheets, no pages
NOT_PAGES = {
    "uploads": "spoken to by a program; tests/kernel/test_uploads.py",
    "upload": "spoken to by a program; tests/kernel/test_uploads.py",
    "api": "spoken to by a program; tests/api",
    "api_uploads": "spoken to by a program; tests/api/test_reading.py",
    "api_upload": "spoken to by a program; tests/api/test_reading.py",
    "health_live": "for the one who runs the server",
    "health_ready": "for the one who runs the server",
    "metrics": "for the one who runs the server",
    "account_login": "before anybody is known",
    "account_logout": "before anybody is known",
    "account_inactive": "before anybody is known",
    **dict.fromkeys(
        ("mfa_authenticate", "mfa_login_webauthn", "sign_in_code", "directory", "directory_callback"),
        "before anybody is known",
    ),
}
# nobody else than whose it is;
# for whom a page is there: any who signed in; the force's own; those who see the case; those who see persons; those who
# besides may read catalogues; those who besides may take a bundle away; those who keep holds, and what is held; those who
# bring lists in, and such a list; those who erase, watch the store, copy the ledger: of their own force, whichever it is
# and the one who keeps a view
PAGES: dict[str, tuple[str, Callable[[World], list[object]]]] = {
    "home": (OPEN, lambda x: []),
    "search": (OPEN, lambda x: []),
    "help": (OPEN, lambda x: []),
    "door": (OPEN, lambda x: ["prepare"]),
    "case": (CASE, lambda x: [x.case.pk]),
    "exhibit": (CASE, lambda x: [x.exhibit.pk]),
    "person": (PERSON, lambda x: [x.person.pk]),
    "organisation": (OWN, lambda x: [x.organisation.pk]),
    "cases:list": (OPEN, lambda x: []),
    "cases:open": (OPEN, lambda x: []),
    **{f"cases:{name}": (CASE, lambda x: [x.case.pk]) for name in ("correct", "share", "allocate", "review", "involve", "close")},
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
    "evidence:read-findings": (CASE, lambda x: [x.copy.pk]),
    "evidence:examine": (CASE, lambda x: [x.copy.pk]),
    "evidence:catalogue": (READ, lambda x: [x.copy.pk]),
    "evidence:row": (READ, lambda x: [x.copy.pk, 0]),
    "evidence:withhold": (READ, lambda x: [x.copy.pk, 0]),
    "evidence:download": (TAKE, lambda x: [x.bundle.pk]),
    **{
        f"people:{name}": (OPEN, lambda x: [])
        for name in (
            "persons", "record", "organisations", "record-organisation", "me", "reach-me", "password", "staff", "take-on",
            "teams", "form-team", "roles", "consortia", "sign-in", "add-app", "add-key", "recovery-codes", "end-sessions",
        )
    },
    "people:contact": (PERSON, lambda x: [x.person.pk]),
    "people:correct": (PERSON, lambda x: [x.person.pk]),
    **{
        f"people:{name}": (OWN, lambda x: [x.force.staff["detective"].pk])
        for name in (
            "colleague", "appoint", "certify", "release", "give-code", "unlock", "remove-factors", "sign-out", "directory-enter",
            "directory-detach",
        )
    },
    "people:end-post": (OWN, lambda x: [x.post.staff_id, x.post.pk]),
    **{f"people:{name}": (NOBODY, lambda x: [x.factor.pk]) for name in ("rename-key", "remove-factor")},
    "people:end-session": (NOBODY, lambda x: [x.session.pk]),
    "people:team": (OWN, lambda x: [x.team.pk]),
    **{f"cases:{name}": (CASE, lambda x: [x.case.pk]) for name in ("restrict", "lift-restriction")},
    "cases:whom": (OPEN, lambda x: []),
    "cases:glass": ("glass", lambda x: [x.hidden.pk]),
    "cases:glass-list": ("glass list", lambda x: []),
    "cases:review-glass": ("review", lambda x: [x.glass.pk]),
    **{f"cases:{name}": ("connections", lambda x: [x.connection.case_id]) for name in ("connections", "record-connection")},
    "cases:lift-connection": ("connections", lambda x: [x.connection.case_id, x.connection.pk]),
    **{f"people:{name}": (PERSON, lambda x: [x.person.pk]) for name in ("alike", "unmerge", "set-marker")},
    "people:merge": (PERSON, lambda x: [x.person.pk, x.twin.pk]),
    **{f"people:{name}": (OWN, lambda x: [x.organisation.pk]) for name in ("organisations-alike", "unmerge-organisations")},
    "people:merge-organisations": (OWN, lambda x: [x.organisation.pk, x.branch.pk]),
    **{f"people:{name}": ("marker", lambda x: [x.marker.pk]) for name in ("review-marker", "lift-marker")},
    "person_reads": ("reads", lambda x: [x.person.pk]),
    "people:systems": (SYSTEMS, lambda x: []),
    "people:register-system": (OPEN, lambda x: []),
    **{
        f"people:{name}": ("system", lambda x: [x.system.pk])
        for name in ("system", "system-powers", "system-secret", "end-system")
    },
    "evidence:disposals": (OPEN, lambda x: []),
    "evidence:disposal-propose": (CASE, lambda x: [x.copy.pk]),
    **{f"evidence:disposal-{name}": (CASE, lambda x: [x.disposal.pk]) for name in ("approve", "withdraw")},
    **{f"evidence:{name}": (OPEN, lambda x: []) for name in ("waiting",)},
    "evidence:complete": (CASE, lambda x: [x.exhibit.pk]),
    "imports:unknown": (OPEN, lambda x: []),
    "imports:list": (IMPORTS, lambda x: []),
    "imports:new": (IMPORTS, lambda x: ["existing_queue"]),
    "imports:template": (IMPORTS, lambda x: ["existing_queue", "csv"]),
    "imports:faulty": (IMPORTED, lambda x: [x.imported.pk, "xlsx"]),
    **{
        f"imports:{name}": (IMPORTED, lambda x: [x.imported.pk])
        for name in ("one", "mended", "leave-out", "bring-in", "undo", "give-up")
    },
    **{f"imports:{name}": (IMPORTED, lambda x: [x.imported.pk, 2]) for name in ("row", "leave-row-out")},
    "evidence:kept": (STORE, lambda x: []),
    "work": (OPEN, lambda x: []),
    "clock_explain": (CASE, lambda x: [x.run.pk]),
    "holds": (HOLDS, lambda x: []),
    "hold_new": (CASE, lambda x: ["case", x.case.pk]),
    "hold_lift": (KEPT, lambda x: [x.hold.pk]),
    "erasures": (ERASURES, lambda x: []),
    "entries": ("entries", lambda x: ["case", x.case.pk]),
    "erasure_new": (OPEN, lambda x: []),
    **{f"erasure_{name}": ("erasure", lambda x: [x.erasure.pk]) for name in ("approve", "refuse")},
    "inbox": (INBOX, lambda x: []),
    "publications": (INBOX, lambda x: []),
    "publication_new": (OPEN, lambda x: []),
    **{name: (ENQUIRY, lambda x: [x.enquiry.pk]) for name in ("enquiry", "enquiry_accept", "enquiry_refuse")},
    **{name: (ENQUIRY, lambda x: [x.accepted.pk]) for name in ("enquiry_take_over", "enquiry_answered")},
    **{name: (ENQUIRY, lambda x: [x.proposed.pk]) for name in ("publication", "publication_publish", "publication_decline")},
    "publication_withdraw": (ENQUIRY, lambda x: [x.published.pk]),
    "publication_file": (FILE, lambda x: [x.published.pk]),
    "regions": (OPEN, lambda x: []),
    "region_new": (OPEN, lambda x: []),
    **{name: (OWN, lambda x: [x.region.pk]) for name in ("region", "region_withdraw")},
    "views": (OPEN, lambda x: []),
    "view_keep": (OPEN, lambda x: ["cases"]),
    **{f"view_{name}": (VIEW, lambda x: [x.view.pk]) for name in ("rename", "forget")},
    "ledger_checkpoint": (LEDGER, lambda x: []),
    "ledger_entries": (LEDGER, lambda x: ["000"]),
    "ledger_tile": (LEDGER, lambda x: [0, "000"]),
}  # fmt: skip
SEES_CASE = {
    "exhibits_officer", "detective", "forensic_examiner", "supervisor", "records_manager", "professional_standards",
}  # fmt: skip
SEES = {
    CASE: SEES_CASE, READ: SEES_CASE, TAKE: SEES_CASE,
    PERSON: {
        "exhibits_officer", "detective", "supervisor", "partner_officer", "records_manager", "professional_standards", "safeguarding_lead",
        "data_protection_officer",
    },
    "glass": {"exhibits_officer", "detective", "supervisor", "professional_standards"},
    "marker": {"safeguarding_lead", "data_protection_officer"},
    "review": {"exhibits_officer", "supervisor", "professional_standards"},
    "connections": {"professional_standards"},
    KEPT: {"supervisor", "records_manager"},
    VIEW: {"detective"},
    "erasure": {"records_manager"},
    "entries": SEES_CASE,
    ENQUIRY: {"supervisor", "engagement_officer"}, FILE: {"supervisor", "engagement_officer"},
    IMPORTED: {"exhibits_officer"},  # whom the world makes an importer too
    NOBODY: set(),
    "system": {"administrator", "records_manager"},
}  # fmt: skip
MAY = {
    READ: SEES_CASE - {"records_manager", "professional_standards"},
    TAKE: {"exhibits_officer", "supervisor"},
    HOLDS: {"supervisor", "records_manager"},
    ERASURES: {"records_manager"},
    STORE: {"administrator", "records_manager"},
    LEDGER: set(),
    "reads": {"data_protection_officer"},
    "glass list": {"supervisor", "professional_standards"},
    "entries": {"records_manager"},
    INBOX: {"supervisor", "engagement_officer"},
    IMPORTS: {"exhibits_officer"},
    SYSTEMS: {"administrator", "records_manager"},
}
OF_ANY_FORCE = {OPEN, IMPORTS, HOLDS, ERASURES, STORE, LEDGER, INBOX, SYSTEMS, "glass list"}


def address(name: str, world: World) -> str:
    """Say where a page is in a world."""
    return reverse(name, args=PAGES[name][1](world))


def answer_to(role: str, name: str) -> int:
    """Say what somebody of the force's own gets: the page, a refusal, or nothing."""
    kind = PAGES[name][0]
    if kind in SEES and role not in SEES[kind]:
        return 404
    return 403 if kind in MAY and role not in MAY[kind] else 200


def answer_elsewhere(role: str, name: str) -> int:
    """Say what somebody of the same role in another force gets: their own force's lists, and nothing of this one."""
    kind, own = PAGES[name][0], answer_to(role, name)
    refused = kind == "reads" and own == 403  # whoever may not read it is told so, whomever they ask about
    return own if kind in OF_ANY_FORCE or refused else 404


def named(resolver: URLResolver | None = None, before: str = "") -> Iterator[str]:
    """Name every address of the URL configuration."""
    for one in (resolver or get_resolver()).url_patterns:
        if isinstance(one, URLResolver) and one.namespace == "api":
            yield "api"
        elif isinstance(one, URLResolver):
            yield from named(one, f"{before}{one.namespace}:" if one.namespace else before)
        elif isinstance(one, URLPattern):
            yield f"{before}{one.name}"
