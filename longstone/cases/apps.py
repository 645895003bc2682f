"""What Django needs to know of this room."""

from django.apps import AppConfig


class Cases(AppConfig):
    name = "longstone.cases"
    label = "cases"
    default_auto_field = "django.db.models.BigAutoField"
