"""What Django needs to know of this room."""

from django.apps import AppConfig


class People(AppConfig):
    name = "longstone.people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"
