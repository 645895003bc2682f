"""Where the pages of persons, organisations and staff are."""

from django.urls import path

from longstone.people.web import me, safeguarding, sameness, staffing, views

app_name = "people"
urlpatterns = [
    path("", views.persons, name="persons"),
    path("new/", views.record, name="record"),
    path("<int:person_id>/contact/", views.contact, name="contact"),
    path("<int:person_id>/correct/", views.correct, name="correct"),
    path("organisations/", views.organisations, name="organisations"),
    path("organisations/new/", views.record_organisation, name="record-organisation"),
    path("me/", me.me, name="me"),
    path("me/reach/", me.reach_me, name="reach-me"),
    path("me/password/", me.password, name="password"),
    path("staff/", staffing.staff, name="staff"),
    path("staff/new/", staffing.take_on, name="take-on"),
    path("staff/<int:staff_id>/", staffing.colleague, name="colleague"),
    path("staff/<int:staff_id>/appoint/", staffing.appoint, name="appoint"),
    path("staff/<int:staff_id>/posts/<int:post_id>/end/", staffing.end_post, name="end-post"),
    path("staff/<int:staff_id>/competence/", staffing.certify, name="certify"),
    path("staff/<int:staff_id>/password/", staffing.give_password, name="give-password"),
    path("staff/<int:staff_id>/left/", staffing.release, name="release"),
    path("teams/", staffing.teams, name="teams"),
    path("teams/new/", staffing.form_team, name="form-team"),
    path("teams/<int:team_id>/", staffing.team, name="team"),
    path("roles/", staffing.roles, name="roles"),
    path("consortia/", staffing.consortia, name="consortia"),
    path("<int:person_id>/same/", sameness.persons_alike, name="alike"),
    path("<int:record_id>/same/<int:survivor_id>/", sameness.merge, name="merge"),
    path("<int:person_id>/unmerge/", sameness.unmerge, name="unmerge"),
    path("organisations/<int:organisation_id>/same/", sameness.organisations_alike, name="organisations-alike"),
    path(
        "organisations/<int:record_id>/same/<int:survivor_id>/",
        sameness.merge_organisations,
        name="merge-organisations",
    ),
    path("organisations/<int:organisation_id>/unmerge/", sameness.unmerge_organisations, name="unmerge-organisations"),
    path("<int:person_id>/marker/", safeguarding.set_marker, name="set-marker"),
    path("markers/<int:marker_id>/review/", safeguarding.review_marker, name="review-marker"),
    path("markers/<int:marker_id>/lift/", safeguarding.lift_marker, name="lift-marker"),
]
