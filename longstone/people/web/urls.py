"""Where the pages of persons, organisations and staff are."""

from django.urls import path

from longstone.people.web import entrance, letting_in, me, staffing, views

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
    path("me/sign-in/", entrance.sign_in, name="sign-in"),
    path("me/sign-in/app/", entrance.add_app, name="add-app"),
    path("me/sign-in/key/", entrance.add_key, name="add-key"),
    path("me/sign-in/<int:factor_id>/name/", entrance.rename_key, name="rename-key"),
    path("me/sign-in/<int:factor_id>/remove/", entrance.remove_factor, name="remove-factor"),
    path("me/sign-in/codes/", entrance.recovery_codes, name="recovery-codes"),
    path("me/sign-in/session/<int:session_id>/end/", entrance.end_session, name="end-session"),
    path("me/sign-in/sessions/end/", entrance.end_sessions, name="end-sessions"),
    path("staff/", staffing.staff, name="staff"),
    path("staff/new/", staffing.take_on, name="take-on"),
    path("staff/<int:staff_id>/", staffing.colleague, name="colleague"),
    path("staff/<int:staff_id>/appoint/", staffing.appoint, name="appoint"),
    path("staff/<int:staff_id>/posts/<int:post_id>/end/", staffing.end_post, name="end-post"),
    path("staff/<int:staff_id>/competence/", staffing.certify, name="certify"),
    path("staff/<int:staff_id>/code/", letting_in.give_code, name="give-code"),
    path("staff/<int:staff_id>/unlock/", letting_in.unlock, name="unlock"),
    path("staff/<int:staff_id>/factors/remove/", letting_in.remove_factors, name="remove-factors"),
    path("staff/<int:staff_id>/sign-out/", letting_in.sign_out, name="sign-out"),
    path("staff/<int:staff_id>/directory/", letting_in.directory_enter, name="directory-enter"),
    path("staff/<int:staff_id>/directory/detach/", letting_in.directory_detach, name="directory-detach"),
    path("staff/<int:staff_id>/left/", staffing.release, name="release"),
    path("teams/", staffing.teams, name="teams"),
    path("teams/new/", staffing.form_team, name="form-team"),
    path("teams/<int:team_id>/", staffing.team, name="team"),
    path("roles/", staffing.roles, name="roles"),
    path("consortia/", staffing.consortia, name="consortia"),
]
