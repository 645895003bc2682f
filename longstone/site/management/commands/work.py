"""Do what is queued, until stopped."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from procrastinate.contrib.django import app

from longstone.evidence import jobs as of_evidence  # noqa: F401 - what there is to do
from longstone.kernel.clocks import jobs  # noqa: F401 - it registers what it does
from longstone.people import jobs as of_people  # noqa: F401
from longstone.site.importing import jobs as of_lists  # noqa: F401


class Command(BaseCommand):
    """Runs the worker."""

    help = __doc__ or ""

    def handle(self, *_: Any, **__: Any) -> None:
        with app.replace_connector(app.connector.get_worker_connector()) as working:  # type: ignore[attr-defined]
            working.run_worker(
                concurrency=1,
                delete_jobs="successful",
                update_heartbeat_interval=settings.LONGSTONE_STALLED_AFTER / 3,
                stalled_worker_timeout=settings.LONGSTONE_STALLED_AFTER,
            )
