"""What Django needs to know of the front door."""

from django.apps import AppConfig


class Site(AppConfig):
    name = "longstone.site"
    label = "longstone_site"

    def ready(self) -> None:
        """Let the watches be known to the front page."""
        from longstone.site import watches  # noqa: F401 - it registers them
