"""What Django needs to know of this room."""

from django.apps import AppConfig


class Evidence(AppConfig):
    name = "longstone.evidence"
    label = "evidence"
    default_auto_field = "django.db.models.BigAutoField"
