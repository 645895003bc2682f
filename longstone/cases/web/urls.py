"""Where the cases room's pages are."""

from django.urls import path

from longstone.cases.web import seeing, views

app_name = "cases"
urlpatterns = [
    path("", views.cases, name="list"),
    path("new/", views.open_case, name="open"),
    path("<int:case_id>/correct/", views.correct, name="correct"),
    path("<int:case_id>/share/", views.share, name="share"),
    path("<int:case_id>/share/<int:share_id>/end/", views.end_share, name="end-share"),
    path("<int:case_id>/review/", views.review, name="review"),
    path("<int:case_id>/allocate/", views.allocate, name="allocate"),
    path("<int:case_id>/involve/", views.involve, name="involve"),
    path("<int:case_id>/close/", views.close, name="close"),
    path("<int:case_id>/reopen/", views.reopen, name="reopen"),
    path("whom-to-ring/", seeing.whom, name="whom"),
    path("glass/", seeing.glass_list, name="glass-list"),
    path("glass/<int:glass_id>/", seeing.review_glass, name="review-glass"),
    path("<int:case_id>/not-yours/", seeing.glass, name="glass"),
    path("<int:case_id>/restrict/", seeing.restrict, name="restrict"),
    path("<int:case_id>/restrict/lift/", seeing.lift_restriction, name="lift-restriction"),
    path("<int:case_id>/connections/", seeing.connections, name="connections"),
    path("<int:case_id>/connections/new/", seeing.record_connection, name="record-connection"),
    path("<int:case_id>/connections/<int:connection_id>/lift/", seeing.lift_connection, name="lift-connection"),
]
