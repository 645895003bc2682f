"""Where every page is."""

from django.urls import include, path

from longstone.kernel.web import uploads
from longstone.site import health, pages

urlpatterns = [
    path("", pages.home, name="home"),
    path("doors/<slug:name>/", pages.door, name="door"),
    path("case/<int:case_id>/", pages.case, name="case"),
    path("exhibit/<int:exhibit_id>/", pages.exhibit, name="exhibit"),
    path("cases/", include("longstone.cases.web.urls")),
    path("evidence/", include("longstone.evidence.web.urls")),
    path("people/", include("longstone.people.web.urls")),
    path("uploads/", uploads.uploads, name="uploads"),
    path("uploads/<uuid:upload_id>/", uploads.upload, name="upload"),
    path("sign-in/", include("allauth.account.urls")),
    path("health/live", health.live, name="health_live"),
    path("health/ready", health.ready, name="health_ready"),
    path("metrics", health.numbers, name="metrics"),
]
handler404 = "longstone.site.pages.not_found"
