"""Where are the pages on which lists are brought in?"""

from django.urls import path

from longstone.site.importing import acts, pages

app_name = "imports"
LIST = "<int:import_id>/"
urlpatterns = [
    path("", pages.lists, name="list"),
    path("unknown/", pages.unknown, name="unknown"),
    path("new/<slug:name>/", acts.send_in, name="new"),
    path("template/<slug:name>.<slug:kind>", pages.template, name="template"),
    path(LIST, pages.one, name="one"),
    path(f"{LIST}rows.<slug:kind>", pages.faulty, name="faulty"),
    path(f"{LIST}line/<int:line>/", acts.mend, name="row"),
    path(f"{LIST}line/<int:line>/leave-out/", acts.leave_row_out, name="leave-row-out"),
    path(f"{LIST}mended/", acts.mend_with_sheet, name="mended"),
    path(f"{LIST}leave-out/", acts.leave_out, name="leave-out"),
    path(f"{LIST}bring-in/", acts.bring_in, name="bring-in"),
    path(f"{LIST}undo/", acts.undo, name="undo"),
    path(f"{LIST}give-up/", acts.give_up, name="give-up"),
]
