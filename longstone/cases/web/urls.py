"""Where the cases room's pages are."""

from django.urls import path

from longstone.cases.web import views

app_name = "cases"
urlpatterns = [
    path("", views.cases, name="list"),
    path("new/", views.open_case, name="open"),
    path("<int:case_id>/correct/", views.correct, name="correct"),
    path("<int:case_id>/share/", views.share, name="share"),
    path("<int:case_id>/share/<int:share_id>/end/", views.end_share, name="end-share"),
    path("<int:case_id>/allocate/", views.allocate, name="allocate"),
    path("<int:case_id>/involve/", views.involve, name="involve"),
    path("<int:case_id>/close/", views.close, name="close"),
    path("<int:case_id>/reopen/", views.reopen, name="reopen"),
]
