"""What does an officer type about a person?"""

from django import forms

from longstone.kernel.web.forms import CommandForm, DateTimeLocal, Day
from longstone.people.models import Consortium, Team
from longstone.people.queries import powers_for_systems, roles
from longstone.people.rules import MOST_A_MINUTE

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


class NameForm(CommandForm):
    """Who a person is."""

    family_name = forms.CharField(max_length=80, label="Family name")
    given_names = forms.CharField(max_length=120, required=False, label="Given names")
    born_on = Day(required=False, label="Date of birth", help_text="For example, 27/03/1987.")


class PersonForm(ContactForm, NameForm):
    """A new record of a person."""

    kept_back = ("once", "another")
    another = forms.BooleanField(required=False, label="This is somebody else")
    field_order = ["once", "another", "family_name", "given_names", "born_on"]


KINDS = ["Business", "School or college", "Charity or club", "Public body", "Service provider", "Other"]


class OrganisationForm(CommandForm):
    """A new record of an organisation."""

    name = forms.CharField(max_length=200, label="Name")
    kind = forms.ChoiceField(choices=[("", "Choose"), *((one, one) for one in KINDS)], label="Kind")
    contact = forms.CharField(
        max_length=200, required=False, label="Contact", help_text="A name, with a telephone number or an address."
    )


NEW = forms.PasswordInput(attrs={"autocomplete": "new-password"})
HOW_LONG = "Twelve characters or more. Three or four words are easy to remember."


class StaffForm(CommandForm):
    """Somebody new."""

    name = forms.CharField(max_length=120, label="Name")
    collar = forms.CharField(max_length=20, label="Collar or staff number")
    initials = forms.RegexField(
        r"^[A-Z]{2,4}$", max_length=4, label="Initials for exhibits", help_text="Two to four capitals, such as ABC.",
        error_messages={"invalid": "Initials are two to four capital letters, such as ABC."},
    )  # fmt: skip
    username = forms.RegexField(
        r"^[A-Za-z0-9.@_-]+$", max_length=60, label="Username",
        error_messages={"invalid": "Use letters, numbers and . @ _ - only."},
    )  # fmt: skip
    password = forms.CharField(max_length=128, label="First password", help_text=HOW_LONG, widget=NEW, strip=False)


class PostForm(CommandForm):
    """A role, for whom, and for how long."""

    role = forms.ChoiceField(choices=[], label="Role", widget=forms.RadioSelect)
    team = forms.ModelChoiceField(
        queryset=Team.objects.none(), required=False, label="Only for the team", empty_label="The whole force"
    )
    consortium = forms.ModelChoiceField(
        queryset=Consortium.objects.none(), required=False, label="For a consortium", empty_label="None"
    )
    from_on = Day(label="First day")
    to_on = Day(required=False, label="Ends on", help_text="The first day on which they no longer hold it.")

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        told = [(role.id, f"{role.title}: {role.for_whom}") for role in roles().values()]
        self.fields["role"].choices = sorted(told, key=lambda one: one[1])  # type: ignore[attr-defined]  # a choice


class EndPostForm(CommandForm):
    """When a post ends."""

    to_on = Day(label="Ends on", help_text="The first day on which they no longer hold it.")


class ReleaseForm(CommandForm):
    """When somebody left."""

    left_on = Day(label="Left on")


class CompetenceForm(CommandForm):
    """What somebody is trained, certified or vetted for."""

    kind = forms.ChoiceField(
        choices=[("training", "Training"), ("certificate", "Certificate"), ("vetting", "Vetting")],
        label="Kind", widget=forms.RadioSelect,
    )  # fmt: skip
    subject = forms.CharField(max_length=120, label="In what", help_text="For example: imaging of phones.")
    level = forms.CharField(max_length=40, required=False, label="Level")
    from_on = Day(label="From")
    to_on = Day(required=False, label="Ends on", help_text="The first day on which it no longer holds.")


class TeamForm(CommandForm):
    """A new team."""

    name = forms.CharField(max_length=120, label="Name")
    telephone = forms.CharField(max_length=40, required=False, label="Telephone")


class ReachForm(CommandForm):
    """How colleagues reach somebody."""

    telephone = forms.CharField(
        max_length=40,
        required=False,
        label="Telephone",
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )
    email = forms.EmailField(
        max_length=254, required=False, label="E-mail", widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"invalid": "Enter an e-mail address, such as name@example.police.uk."},
    )  # fmt: skip


class SystemForm(CommandForm):
    """A new program that is to act here."""

    name = forms.CharField(max_length=60, label="Name", help_text="For example: Laboratory link.")
    purpose = forms.CharField(
        max_length=300, label="What is it for, and whose is it?", widget=forms.Textarea(attrs={"rows": 3})
    )


class PowersForm(CommandForm):
    """What a program may do, until when, and how often."""

    powers = forms.MultipleChoiceField(label="What it may do, for your force", widget=forms.CheckboxSelectMultiple)
    ends_on = Day(label="Ends on", help_text="The first day on which it can do nothing any more: within a year.")
    per_minute = forms.IntegerField(
        min_value=1, max_value=MOST_A_MINUTE, label="Requests a minute, at most", help_text="For example, 60.",
        widget=forms.TextInput(attrs={"inputmode": "numeric"}), error_messages={"invalid": "Enter a number, such as 60."},
    )  # fmt: skip
    per_minute.max_length = 5  # type: ignore[attr-defined]  # so that it is drawn as short as it is

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        told = [(power, power.capitalize()) for power in sorted(powers_for_systems())]
        self.fields["powers"].choices = told  # type: ignore[attr-defined]  # a choice


class EndSystemForm(CommandForm):
    """Why a program ends."""

    reason = forms.CharField(max_length=300, label="Why?", widget=forms.Textarea(attrs={"rows": 3}))


class ReasonForm(CommandForm):
    """An act that needs a reason."""

    reason = forms.CharField(max_length=500, label="Why?", widget=forms.Textarea(attrs={"rows": 3}))


class MarkerForm(ReasonForm):
    """Whom to ring, on which number, until when and why."""

    team = forms.CharField(max_length=120, label="Which team is rung?")
    telephone = forms.CharField(max_length=40, label="On which number?", help_text="One that is answered at night.")
    until = DateTimeLocal(
        required=False,
        label="Until",
        help_text="For example, 24/12/2026 17:00. Leave it empty if it stays until you lift it.",
    )
    field_order = ["once", "team", "telephone", "until", "reason"]
