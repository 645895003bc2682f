"""Where the pages of persons are."""

from django.urls import path

from longstone.people.web import views

app_name = "people"
urlpatterns = [
    path("", views.persons, name="persons"),
    path("new/", views.record, name="record"),
    path("<int:person_id>/contact/", views.contact, name="contact"),
]
