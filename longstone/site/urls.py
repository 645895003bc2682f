"""Where every page is."""

from django.urls import include, path, re_path

from longstone.kernel.web import holding, ledger, uploads
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
    path("holds/", holding.held, name="holds"),
    path("holds/new/<slug:kind>/<int:subject>/", holding.hold_new, name="hold_new"),
    path("holds/<int:hold_id>/lift/", holding.hold_lift, name="hold_lift"),
    path("erasures/", holding.proposed, name="erasures"),
    path("erasures/new/", holding.erasure_new, name="erasure_new"),
    path("erasures/<int:erasure_id>/approve/", holding.erasure_approve, name="erasure_approve"),
    path("erasures/<int:erasure_id>/refuse/", holding.erasure_refuse, name="erasure_refuse"),
    path("ledger/checkpoint", ledger.checkpoint, name="ledger_checkpoint"),
    re_path(rf"^ledger/tile/entries/{ledger.PLACE}$", ledger.entries, name="ledger_entries"),
    re_path(rf"^ledger/tile/{ledger.LEVEL}/{ledger.PLACE}$", ledger.tile, name="ledger_tile"),
    path("sign-in/", include("allauth.account.urls")),
    path("health/live", health.live, name="health_live"),
    path("health/ready", health.ready, name="health_ready"),
]
handler404 = "longstone.site.pages.not_found"
