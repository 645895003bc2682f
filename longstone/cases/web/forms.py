"""What does an officer type about a case?"""

from django import forms

from longstone.cases.rules import OUTCOMES, ROLES
from longstone.kernel import markings
from longstone.kernel.models import Controller
from longstone.kernel.web.forms import CommandForm, DateTimeLocal
from longstone.people.models import Person, Staff, Team


class OpenForm(CommandForm):
    """A new case."""

    reference = forms.CharField(
        max_length=30, label="Crime reference", help_text="As your force writes it, such as NS/1234/26."
    )
    title = forms.CharField(max_length=200, label="What is it about?")
    offence = forms.CharField(max_length=120, label="Offence")
    team = forms.ModelChoiceField(
        queryset=Team.objects.none(),
        required=False,
        label="Team",
        empty_label="None",
        help_text="Its officers see the case.",
    )
    marking = forms.ChoiceField(choices=markings.CHOICES, label="Marking", initial=markings.Marking.SENSITIVE)


class CorrectForm(CommandForm):
    """What a case is about."""

    title = forms.CharField(max_length=200, label="What is it about?")
    offence = forms.CharField(max_length=120, label="Offence")
    marking = forms.ChoiceField(choices=markings.CHOICES, label="Marking")


class AllocateForm(CommandForm):
    """Who gets the case."""

    to = forms.ModelChoiceField(queryset=Staff.objects.none(), label="Officer", empty_label="Choose an officer")
    team = forms.ModelChoiceField(
        queryset=Team.objects.none(), required=False, label="Team", empty_label="Leave it as it is"
    )


class ReviewForm(CommandForm):
    """What a review found."""

    found = forms.CharField(
        max_length=1000,
        label="What did you find, and what is to be done next?",
        widget=forms.Textarea(attrs={"rows": 6}),
    )


class ShareForm(CommandForm):
    """With which force, why, and until when."""

    to = forms.ModelChoiceField(queryset=Controller.objects.none(), label="Force", empty_label="Choose a force")
    basis = forms.CharField(
        max_length=300, label="On what basis?", help_text="The law or agreement, and why they need it.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    marking = forms.ChoiceField(choices=markings.CHOICES, label="Marking", initial=markings.Marking.SENSITIVE)
    until = DateTimeLocal(
        required=False,
        label="Until",
        help_text="For example, 24/12/2026 17:00. Leave it empty to share until you end it.",
    )


class EndShareForm(CommandForm):
    """Ending a share: there is nothing to say but that it ends."""


class InvolveForm(CommandForm):
    """A person's part in a case."""

    person = forms.ModelChoiceField(
        queryset=Person.objects.none(), label="Who?", empty_label=None, widget=forms.RadioSelect,
        error_messages={"required": "Find the person by name, and choose them."},
    )  # fmt: skip
    role = forms.ChoiceField(choices=list(ROLES.items()), label="Role in this case", widget=forms.RadioSelect)
    is_opinion = forms.BooleanField(required=False, label="This is an opinion, not an established fact")


class CloseForm(CommandForm):
    """How a case ends."""

    outcome = forms.ChoiceField(choices=list(OUTCOMES.items()), label="Outcome", widget=forms.RadioSelect)
    reason = forms.CharField(max_length=500, label="Why?", widget=forms.Textarea(attrs={"rows": 3}))


class ReopenForm(CommandForm):
    """Why a case begins again."""

    reason = forms.CharField(max_length=500, label="Why is it opened again?", widget=forms.Textarea(attrs={"rows": 3}))
