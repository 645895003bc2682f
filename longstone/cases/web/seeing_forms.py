"""What does an officer say about who sees a case?"""

from django import forms

from longstone.cases.rules import CONNECTIONS, FINDINGS
from longstone.kernel.web.forms import CommandForm
from longstone.people.models import Staff, Team

LINES = forms.Textarea(attrs={"rows": 3})


class WhyForm(CommandForm):
    """An act that needs a reason."""

    reason = forms.CharField(max_length=500, label="Why?", widget=LINES)


class RestrictForm(WhyForm):
    """Who alone sees a case."""

    named = forms.ModelMultipleChoiceField(
        queryset=Staff.objects.none(), required=False, label="Who sees it?", widget=forms.CheckboxSelectMultiple,
        help_text="You and the officer in the case see it as well.",
    )  # fmt: skip
    team = forms.ModelChoiceField(
        queryset=Team.objects.none(), required=False, label="And all of a team", empty_label="None"
    )
    secret = forms.BooleanField(
        required=False, label="Nobody else may know that the case exists",
        help_text="Otherwise a colleague in need is told whom to ring, and can break the glass.",
    )  # fmt: skip
    field_order = ["once", "named", "team", "secret", "reason"]


class GlassForm(CommandForm):
    """Why a case must be opened now."""

    reason = forms.CharField(
        max_length=500, label="Why do you need it now?", widget=LINES, help_text="Your supervisor reads this at once."
    )


class ReviewForm(CommandForm):
    """What a second person finds."""

    finding = forms.ChoiceField(
        choices=list(FINDINGS.items()), label="Was it right to break the glass?", widget=forms.RadioSelect
    )
    note = forms.CharField(max_length=500, label="Why?", widget=LINES)


class ConnectionForm(WhyForm):
    """Who is connected, and how."""

    staff = forms.ModelChoiceField(queryset=Staff.objects.none(), label="Colleague", empty_label="Choose a colleague")
    how = forms.ChoiceField(
        choices=list(CONNECTIONS.items()), label="How are they connected?", widget=forms.RadioSelect
    )
    field_order = ["once", "staff", "how", "reason"]
