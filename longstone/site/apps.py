"""What Django needs to know of the front door."""

from django.apps import AppConfig


class Site(AppConfig):
    name = "longstone.site"
    label = "longstone_site"

    def ready(self) -> None:
        """Let the watches be known to the front page, and the receivers of sign-in to allauth."""
        from longstone.people.admission import read_doors
        from longstone.site import sign_in, watches  # noqa: F401 - they register themselves

        read_doors()
