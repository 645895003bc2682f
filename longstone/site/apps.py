"""What Django needs to know of the front door."""

from django.apps import AppConfig


class Site(AppConfig):
    name = "longstone.site"
    label = "longstone_site"
