"""What does an officer type about a person?"""

from django import forms

from longstone.kernel.web.forms import CommandForm

CHANNELS = [
    ("", "Choose"),
    ("telephone", "Telephone"),
    ("text", "Text message"),
    ("e-mail", "E-mail"),
    ("in person", "In person"),
    ("through", "Through somebody"),
]


class ContactForm(CommandForm):
    """How a person can be reached in safety."""

    safe_channel = forms.ChoiceField(choices=CHANNELS, required=False, label="Safe way to reach them")
    safe_contact = forms.CharField(max_length=200, required=False, label="Number, address or name")
    never_contact_by = forms.CharField(
        max_length=200, required=False, label="Never contact by", help_text="For example: their own phone."
    )


class PersonForm(ContactForm):
    """A new record of a person."""

    family_name = forms.CharField(max_length=80, label="Family name")
    given_names = forms.CharField(max_length=120, required=False, label="Given names")
    born_on = forms.DateField(required=False, label="Date of birth", help_text="For example, 27/03/1987.")
    field_order = ["once", "family_name", "given_names", "born_on"]
