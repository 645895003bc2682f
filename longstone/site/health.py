"""Is the house alive, and is it ready?"""

from django.db import connection
from django.http import HttpRequest, HttpResponse


def live(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Say that the process answers."""
    return HttpResponse("alive\n", content_type="text/plain")


def ready(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Say whether the database answers too."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM ledger_entry WHERE leaf_index IS NULL")
        waiting = cursor.fetchone()[0]
    return HttpResponse(f"ready\nentries waiting for a number: {waiting}\n", content_type="text/plain")
