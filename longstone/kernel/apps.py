"""What Django needs to know of the kernel."""

from django.apps import AppConfig


class Kernel(AppConfig):
    name = "longstone.kernel"
    label = "kernel"
    default_auto_field = "django.db.models.BigAutoField"
