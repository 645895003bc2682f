"""Where every page is."""

from allauth.account import views as entrance
from django.urls import include, path, register_converter

from longstone.kernel.web import holding, ledger, uploads
from longstone.site import health, pages, reads

register_converter(ledger.Level, "level")
register_converter(ledger.Tile, "tile")
urlpatterns = [
    path("", pages.home, name="home"),
    path("doors/<slug:name>/", pages.door, name="door"),
    path("case/<int:case_id>/", pages.case, name="case"),
    path("exhibit/<int:exhibit_id>/", pages.exhibit, name="exhibit"),
    path("person/<int:person_id>/", pages.person, name="person"),
    path("person/<int:person_id>/reads/", reads.person_reads, name="person_reads"),
    path("organisation/<int:organisation_id>/", pages.organisation, name="organisation"),
    path("cases/", include("longstone.cases.web.urls")),
    path("evidence/", include("longstone.evidence.web.urls")),
    path("people/", include("longstone.people.web.urls")),
    path("uploads/", uploads.uploads, name="uploads"),
    path("uploads/<uuid:upload_id>/", uploads.upload, name="upload"),
    path("sign-in/login/", entrance.login, name="account_login"),
    path("sign-in/logout/", entrance.logout, name="account_logout"),
    path("sign-in/left/", entrance.account_inactive, name="account_inactive"),
    path("holds/", holding.held, name="holds"),
    path("holds/new/<slug:kind>/<int:subject>/", holding.hold_new, name="hold_new"),
    path("holds/<int:hold_id>/lift/", holding.hold_lift, name="hold_lift"),
    path("erasures/", holding.proposed, name="erasures"),
    path("erasures/new/", holding.erasure_new, name="erasure_new"),
    path("erasures/<int:erasure_id>/approve/", holding.erasure_approve, name="erasure_approve"),
    path("erasures/<int:erasure_id>/refuse/", holding.erasure_refuse, name="erasure_refuse"),
    path("ledger/checkpoint", ledger.checkpoint, name="ledger_checkpoint"),
    path("ledger/tile/entries/<tile:place>", ledger.entries, name="ledger_entries"),
    path("ledger/tile/<level:level>/<tile:place>", ledger.tile, name="ledger_tile"),
    path("health/live", health.live, name="health_live"),
    path("health/ready", health.ready, name="health_ready"),
    path("metrics", health.numbers, name="metrics"),
]
handler404 = "longstone.site.pages.not_found"
