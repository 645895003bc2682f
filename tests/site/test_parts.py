"""Do the parts that pages are made of say what they should?"""

from datetime import UTC, datetime

import pytest
from django import forms
from django.template.loader import render_to_string

from longstone.kernel.verdict import no
from longstone.kernel.web.panels import Action, Panel
from longstone.kernel.web.templatetags import longstone as tags


class Booking(forms.Form):
    """One field of each kind that officers meet."""

    use_required_attribute = False
    seal = forms.CharField(label="Seal", max_length=40, help_text="On the bag.")
    owner = forms.ChoiceField(label="Whose?", choices=[("a", "Suspect"), ("b", "Victim")], widget=forms.RadioSelect)
    marks = forms.MultipleChoiceField(label="Marks", choices=[("x", "Cracked")], widget=forms.CheckboxSelectMultiple)
    sure = forms.BooleanField(label="I am sure", help_text="Look again.")
    kind = forms.ChoiceField(label="Kind", choices=[("p", "Phone")])
    pin = forms.CharField(label="Code", widget=forms.PasswordInput)
    note = forms.CharField(label="Note", required=False, widget=forms.Textarea)
    key = forms.CharField(widget=forms.HiddenInput)


def page(**data):
    form = Booking(data)
    return render_to_string("kernel/errors.html", {"form": form}) + render_to_string(
        "kernel/fields.html", {"form": form}
    )


def test_every_error_links_to_something_that_is_there():
    html = page()

    for name in ("seal", "owner_0", "marks_0", "sure", "kind", "pin"):
        assert f'href="#id_{name}"' in html
        assert f'id="id_{name}"' in html
    assert html.count("This field is required.") == 13  # each field in both places, the hidden key in the summary


def test_every_description_is_there():
    html = page()

    for name in ("seal-hint", "seal-error", "owner-error", "marks-error", "sure-hint", "sure-error", "pin-error"):
        assert html.count(f'id="id_{name}"') == 1, name
    assert 'aria-describedby="id_seal-hint id_seal-error"' in html


def test_a_question_keeps_its_own_mark_in_the_summary():
    html = page()

    assert "Whose? This field" in html
    assert "Seal: This field" in html


def test_only_what_may_be_left_out_says_so():
    assert page().count("(optional)") == 1


def test_what_was_typed_is_shown_again_but_never_a_password():
    html = page(seal='N1"><b>', owner="b", pin="s3cret")

    assert "N1&quot;&gt;&lt;b&gt;" in html
    assert 'value="b" checked' in html
    assert "s3cret" not in html


def test_the_browser_is_not_to_remember_an_exhibit():
    assert 'autocomplete="off"' in tags.drawn(Booking()["seal"])


def test_the_width_says_how_much_is_expected():
    assert "govuk-input--width-20" in tags.drawn(Booking()["seal"])


def test_a_panel_offers_what_is_permitted_and_says_why_not():
    actions = [Action("Accept it", "/accept/"), Action("Store it", "/store/", no("It is not in your hands.").refusal)]
    panel = Panel("Custody", "kernel/refusal.html", {}, actions=actions)

    html = render_to_string("kernel/panel.html", {"panel": panel, "may": no("Nothing here.")})

    assert 'href="/accept/"' in html
    assert 'href="/store/"' not in html
    assert "It is not in your hands." in html


def test_a_panel_without_refusals_speaks_of_none():
    panel = Panel("Custody", "kernel/refusal.html", {}, actions=[Action("Accept it", "/accept/")])

    assert "What you cannot do" not in render_to_string("kernel/panel.html", {"panel": panel})


def test_a_fact_that_is_missing_says_so_and_nought_is_a_fact():
    html = render_to_string("kernel/facts.html", tags.facts("Seal", "", "Copies", 0))

    assert "<dt>Seal</dt><dd>Not recorded</dd>" in html
    assert "<dt>Copies</dt><dd>0</dd>" in html


def test_a_table_names_every_cell_and_escapes_it():
    html = render_to_string("kernel/table.html", tags.table("Files", ["Name", "Size"], [["<b>", 3]]))

    assert '<td class="govuk-table__cell" role="cell" data-label="Name"><bdi>&lt;b&gt;</bdi></td>' in html
    assert 'data-label="Size"><bdi>3</bdi><' in html


def test_a_row_without_a_cell_for_each_column_is_refused():
    with pytest.raises(ValueError, match="shorter"):
        tags.table("Files", ["Name", "Size"], [["a"]])


def test_the_way_back_ends_where_one_is():
    html = render_to_string("kernel/crumbs.html", tags.crumbs("Cases", "/cases/", "NO/1"))

    assert '<a class="govuk-breadcrumbs__link" href="/cases/">Cases</a>' in html
    assert 'aria-current="page">NO/1<' in html


def test_a_history_tells_who_when_and_what_was_written_down_late():
    at, later = datetime(2026, 11, 20, 16, 20, tzinfo=UTC), datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
    event = {"title": "Seized", "by": "Dev", "at": at, "recorded_at": later, "reason": "A <search>"}

    html = render_to_string("kernel/timeline.html", {"events": [event]})

    assert "<strong>Seized</strong> by Dev" in html
    assert ">20/11/2026 16:20</time>" in html
    assert "written down 21/11/2026 09:00" in html
    assert "A &lt;search&gt;" in html


def test_the_upload_part_has_all_that_its_script_needs():
    html = render_to_string("kernel/upload.html", {"label": "The image"})

    for hook in (
        'data-upload="/uploads/"',
        'type="file"',
        "<progress hidden",
        "data-far",
        "data-said",
        "data-pause",
        "<noscript>",
    ):
        assert hook in html, hook
