"""Do what is queued, until stopped."""

from typing import Any

from django.core.management.base import BaseCommand
from procrastinate.contrib.django import app


class Command(BaseCommand):
    """Runs the worker."""

    help = __doc__ or ""

    def handle(self, *_: Any, **__: Any) -> None:
        with app.replace_connector(app.connector.get_worker_connector()) as working:  # type: ignore[attr-defined]
            working.run_worker(concurrency=1, delete_jobs="successful")
