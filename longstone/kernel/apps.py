"""What Django needs to know of the kernel."""

from django.apps import AppConfig


class Kernel(AppConfig):
    name = "longstone.kernel"
    label = "kernel"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let what watches the house say so on the front page."""
        from longstone.kernel.store import alarms  # noqa: F401 - it registers its watches
