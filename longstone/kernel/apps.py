"""What Django needs to know of the kernel."""

from django.apps import AppConfig


class Kernel(AppConfig):
    name = "longstone.kernel"
    label = "kernel"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let what watches the house say so on the front page."""
        from longstone.kernel.clocks import alarms as clocks  # noqa: F401 - it registers its watches
        from longstone.kernel.inbox import jobs, watching  # noqa: F401 - they register what the worker does, and watches
        from longstone.kernel.store import alarms  # noqa: F401 - it registers its watches
