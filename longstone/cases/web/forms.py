"""What does an officer type about a case?"""

from django import forms

from longstone.cases.rules import OUTCOMES, ROLES
from longstone.kernel import markings
from longstone.kernel.web.forms import CommandForm
from longstone.people.models import Person, Staff


class OpenForm(CommandForm):
    """A new case."""

    reference = forms.CharField(
        max_length=30, label="Crime reference", help_text="As your force writes it, such as NS/1234/26."
    )
    title = forms.CharField(max_length=200, label="What is it about?")
    offence = forms.CharField(max_length=120, label="Offence")
    marking = forms.ChoiceField(choices=markings.CHOICES, label="Marking", initial=markings.Marking.SENSITIVE)


class AllocateForm(CommandForm):
    """Who gets the case."""

    to = forms.ModelChoiceField(queryset=Staff.objects.none(), label="Officer", empty_label="Choose an officer")


class InvolveForm(CommandForm):
    """A person's part in a case."""

    person = forms.ModelChoiceField(queryset=Person.objects.none(), label="Person", empty_label="Choose a person")
    role = forms.ChoiceField(choices=list(ROLES.items()), label="Role in this case", widget=forms.RadioSelect)
    is_opinion = forms.BooleanField(required=False, label="This is an opinion, not an established fact")


class CloseForm(CommandForm):
    """How a case ends."""

    outcome = forms.ChoiceField(choices=list(OUTCOMES.items()), label="Outcome", widget=forms.RadioSelect)
    reason = forms.CharField(max_length=500, label="Why?", widget=forms.Textarea(attrs={"rows": 3}))


class ReopenForm(CommandForm):
    """Why a case begins again."""

    reason = forms.CharField(max_length=500, label="Why is it opened again?", widget=forms.Textarea(attrs={"rows": 3}))
