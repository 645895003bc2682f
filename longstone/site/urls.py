"""Where every page is."""

from allauth.account import views as entrance
from django.urls import include, path

from longstone.kernel.web import uploads
from longstone.site import health, pages

urlpatterns = [
    path("", pages.home, name="home"),
    path("doors/<slug:name>/", pages.door, name="door"),
    path("case/<int:case_id>/", pages.case, name="case"),
    path("exhibit/<int:exhibit_id>/", pages.exhibit, name="exhibit"),
    path("person/<int:person_id>/", pages.person, name="person"),
    path("organisation/<int:organisation_id>/", pages.organisation, name="organisation"),
    path("cases/", include("longstone.cases.web.urls")),
    path("evidence/", include("longstone.evidence.web.urls")),
    path("people/", include("longstone.people.web.urls")),
    path("uploads/", uploads.uploads, name="uploads"),
    path("uploads/<uuid:upload_id>/", uploads.upload, name="upload"),
    path("sign-in/login/", entrance.login, name="account_login"),
    path("sign-in/logout/", entrance.logout, name="account_logout"),
    path("sign-in/left/", entrance.account_inactive, name="account_inactive"),
    path("health/live", health.live, name="health_live"),
    path("health/ready", health.ready, name="health_ready"),
]
handler404 = "longstone.site.pages.not_found"
