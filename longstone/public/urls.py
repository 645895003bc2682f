"""Where every page of the public's is."""

from django.urls import path

from longstone.public import pages

urlpatterns = [
    path("", pages.home, name="home"),
    path("about/", pages.about, name="about"),
    path("ask/<slug:name>/", pages.ask, name="ask"),
    path("published/", pages.papers, name="papers"),
    path("published/<slug:slug>/", pages.paper, name="paper"),
    path("published/<slug:slug>/file", pages.paper_file, name="paper_file"),
    path("health/live", pages.live, name="live"),
    path("health/ready", pages.ready, name="ready"),
]
handler400 = "longstone.public.pages.bad_request"
handler404 = "longstone.public.pages.not_found"
handler500 = "longstone.public.pages.broken"
