"""Where the evidence room's pages are."""

from django.urls import path

from longstone.evidence.web import keeping, material, places, views

app_name = "evidence"
urlpatterns = [
    path("", places.exhibits, name="list"),
    path("mine/", places.mine, name="mine"),
    path("waiting/", places.waiting, name="waiting"),
    path("lockers/", places.lockers, name="lockers"),
    path("locations/", places.locations, name="locations"),
    path("locations/new/", places.add_location, name="add-location"),
    path("locations/<int:location_id>/", places.location, name="location"),
    path("examinations/", places.examinations, name="examinations"),
    path("case/<int:case_id>/new/", views.seize, name="seize"),
    path("<int:exhibit_id>/part/", views.seize_part, name="seize-part"),
    path("<int:exhibit_id>/offer/", views.offer, name="offer"),
    path("<int:exhibit_id>/accept/", views.accept, name="accept"),
    path("<int:exhibit_id>/decline/", views.decline, name="decline"),
    path("<int:exhibit_id>/withdraw/", views.withdraw, name="withdraw"),
    path("<int:exhibit_id>/store/", views.store, name="store"),
    path("<int:exhibit_id>/deposit/", views.deposit, name="deposit"),
    path("<int:exhibit_id>/take-out/", views.take_out, name="take-out"),
    path("<int:exhibit_id>/reseal/", views.reseal, name="reseal"),
    path("<int:exhibit_id>/return/", views.return_to_owner, name="return"),
    path("<int:exhibit_id>/complete/", views.complete, name="complete"),
    path("<int:exhibit_id>/owner/", views.correct_owner, name="correct-owner"),
    path("<int:exhibit_id>/copy/", material.receive, name="receive"),
    path("<int:exhibit_id>/bundle/", material.hand_out, name="hand-out"),
    path("copy/<int:copy_id>/examine/", material.examine, name="examine"),
    path("copy/<int:copy_id>/", material.browse, name="catalogue"),
    path("copy/<int:copy_id>/read/", material.read_findings, name="read-findings"),
    path("copy/<int:copy_id>/row/<int:row>/", material.row, name="row"),
    path("copy/<int:copy_id>/withhold/<int:row>/", material.withhold, name="withhold"),
    path("copy/<int:copy_id>/dispose/", keeping.propose, name="disposal-propose"),
    path("disposal/<int:disposal_id>/approve/", keeping.approve, name="disposal-approve"),
    path("disposal/<int:disposal_id>/stop/", keeping.withdraw, name="disposal-withdraw"),
    path("disposals/", keeping.disposals, name="disposals"),
    path("kept/", keeping.kept, name="kept"),
    path("bundle/<int:bundle_id>/", material.download, name="download"),
]
