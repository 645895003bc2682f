"""Where every page is."""

from allauth.account import views as entrance
from allauth.mfa.base import views as factors
from allauth.mfa.webauthn import views as passkeys
from django.urls import include, path, register_converter
from django.views.decorators.csrf import csrf_exempt

from longstone.kernel.web import areas, holding, inbox, ledger, publications, searching, uploads, viewing, working
from longstone.site import health, helping, pages, reads, sign_in_code, sign_in_directory
from longstone.site.api import api

register_converter(ledger.Level, "level")
register_converter(ledger.Tile, "tile")
urlpatterns = [
    path("", pages.home, name="home"),
    path("help/", helping.helping, name="help"),
    path("search/", searching.search, name="search"),
    path("doors/<slug:name>/", pages.door, name="door"),
    path("case/<int:case_id>/", pages.case, name="case"),
    path("exhibit/<int:exhibit_id>/", pages.exhibit, name="exhibit"),
    path("person/<int:person_id>/", pages.person, name="person"),
    path("person/<int:person_id>/reads/", reads.person_reads, name="person_reads"),
    path("organisation/<int:organisation_id>/", pages.organisation, name="organisation"),
    path("cases/", include("longstone.cases.web.urls")),
    path("evidence/", include("longstone.evidence.web.urls")),
    path("people/", include("longstone.people.web.urls")),
    path("imports/", include("longstone.site.importing.urls")),
    path("api/v1/uploads/", csrf_exempt(uploads.uploads), name="api_uploads"),
    path("api/v1/uploads/<uuid:upload_id>/", csrf_exempt(uploads.upload), name="api_upload"),
    path("api/v1/", api.urls),
    path("uploads/", uploads.uploads, name="uploads"),
    path("uploads/<uuid:upload_id>/", uploads.upload, name="upload"),
    path("sign-in/login/", entrance.login, name="account_login"),
    path("sign-in/logout/", entrance.logout, name="account_logout"),
    path("sign-in/left/", entrance.account_inactive, name="account_inactive"),
    path("my-work/", working.mine, name="work"),
    path("clocks/<int:run_id>/explain/", working.explain, name="clock_explain"),
    path("sign-in/factor/", factors.authenticate, name="mfa_authenticate"),
    path("sign-in/passkey/", passkeys.login_webauthn, name="mfa_login_webauthn"),
    path("sign-in/code/", sign_in_code.choose, name="sign_in_code"),
    path("sign-in/directory/<slug:force>/", sign_in_directory.begin, name="directory"),
    path("sign-in/directory/<slug:force>/back/", sign_in_directory.came_back, name="directory_callback"),
    path("holds/", holding.held, name="holds"),
    path("holds/new/<slug:kind>/<int:subject>/", holding.hold_new, name="hold_new"),
    path("holds/<int:hold_id>/lift/", holding.hold_lift, name="hold_lift"),
    path("erasures/", holding.proposed, name="erasures"),
    path("entries/<slug:kind>/<int:subject>/", holding.entries, name="entries"),
    path("erasures/new/", holding.erasure_new, name="erasure_new"),
    path("erasures/<int:erasure_id>/approve/", holding.erasure_approve, name="erasure_approve"),
    path("erasures/<int:erasure_id>/refuse/", holding.erasure_refuse, name="erasure_refuse"),
    path("inbox/", inbox.enquiries, name="inbox"),
    path("inbox/<int:enquiry_id>/", inbox.enquiry, name="enquiry"),
    path("inbox/<int:enquiry_id>/accept/", inbox.accept, name="enquiry_accept"),
    path("inbox/<int:enquiry_id>/refuse/", inbox.refuse, name="enquiry_refuse"),
    path("inbox/<int:enquiry_id>/take-over/", inbox.take_over, name="enquiry_take_over"),
    path("inbox/<int:enquiry_id>/answered/", inbox.answered, name="enquiry_answered"),
    path("publications/", publications.publications, name="publications"),
    path("publications/new/", publications.publication_new, name="publication_new"),
    path("publications/<int:publication_id>/", publications.publication, name="publication"),
    path("publications/<int:publication_id>/file/", publications.publication_file, name="publication_file"),
    path("publications/<int:publication_id>/publish/", publications.publication_publish, name="publication_publish"),
    path("publications/<int:publication_id>/decline/", publications.publication_decline, name="publication_decline"),
    path("publications/<int:publication_id>/withdraw/", publications.publication_withdraw, name="publication_withdraw"),
    path("areas/", areas.regions, name="regions"),
    path("areas/new/", areas.region_new, name="region_new"),
    path("areas/<int:region_id>/", areas.region, name="region"),
    path("areas/<int:region_id>/withdraw/", areas.region_withdraw, name="region_withdraw"),
    path("views/", viewing.kept, name="views"),
    path("views/new/<slug:of>/", viewing.keep, name="view_keep"),
    path("views/<int:view_id>/rename/", viewing.rename, name="view_rename"),
    path("views/<int:view_id>/forget/", viewing.forget, name="view_forget"),
    path("ledger/checkpoint", ledger.checkpoint, name="ledger_checkpoint"),
    path("ledger/tile/entries/<tile:place>", ledger.entries, name="ledger_entries"),
    path("ledger/tile/<level:level>/<tile:place>", ledger.tile, name="ledger_tile"),
    path("health/live", health.live, name="health_live"),
    path("health/ready", health.ready, name="health_ready"),
    path("metrics", health.numbers, name="metrics"),
]
handler404 = "longstone.site.pages.not_found"
