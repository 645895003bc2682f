"""What does an officer type about an exhibit?"""

from __future__ import annotations

from django import forms

from longstone.evidence.models import Location
from longstone.evidence.queries import legal_powers
from longstone.evidence.rules import KINDS, OWNER_ROLES
from longstone.kernel.imports import UNKNOWN
from longstone.kernel.web.forms import CommandForm, DateTimeLocal
from longstone.people.models import Staff

LINES = forms.Textarea(attrs={"rows": 3})


class SeizeForm(CommandForm):
    """An exhibit, as it comes over the counter."""

    reference = forms.CharField(
        max_length=60, label="Exhibit reference", help_text="Initials, a stroke and a number, such as ABC/1."
    )
    description = forms.CharField(
        max_length=300, label="What is it?", help_text="Make, colour, marks: enough to know it again."
    )
    kind = forms.ChoiceField(choices=[("", "Choose"), *KINDS.items()], label="Kind of device")
    owner_role = forms.ChoiceField(
        choices=list(OWNER_ROLES.items()), label="Whose is it, in this case?", widget=forms.RadioSelect
    )
    power = forms.ChoiceField(choices=[], label="Legal power")
    seized_at = DateTimeLocal(label="When was it seized?")
    seized_at_place = forms.CharField(max_length=200, label="Where was it seized?")
    seal = forms.CharField(
        max_length=40, label="Seal number", help_text="The number on the bag. It is used once, ever."
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        powers = [(one.id, one.title) for one in legal_powers().values()]
        self.fields["power"].choices = [("", "Choose"), *powers]  # type: ignore[attr-defined]  # a choice field


class OfferForm(CommandForm):
    """To whom an exhibit goes."""

    to = forms.ModelChoiceField(queryset=Staff.objects.none(), label="Offer it to", empty_label="Choose a colleague")
    reason = forms.CharField(max_length=500, label="Why?", required=False)


class AcceptForm(CommandForm):
    """Taking an exhibit."""


class ReasonForm(CommandForm):
    """An act that needs a reason."""

    reason = forms.CharField(max_length=500, label="Why?", widget=LINES)


class StoreForm(CommandForm):
    """Into which store."""

    location = forms.ModelChoiceField(queryset=Location.objects.none(), label="Store", empty_label="Choose a store")


class DepositForm(CommandForm):
    """Into which locker, with which seal."""

    location = forms.ModelChoiceField(queryset=Location.objects.none(), label="Locker", empty_label="Choose a locker")
    seal = forms.CharField(max_length=40, label="Seal number on the bag")
    photograph = forms.RegexField(
        r"^[0-9a-f]{64}$",
        label="SHA-256 of the photograph",
        required=False,
        help_text="If you took one of the locked locker.",
    )


class ResealForm(CommandForm):
    """A new seal for an old one."""

    new_seal = forms.CharField(max_length=40, label="New seal number")
    reason = forms.CharField(max_length=300, label="Why was the seal broken?", widget=LINES)


class CopyForm(CommandForm):
    """The bytes of an exhibit, once they have arrived."""

    staged = forms.UUIDField(
        widget=forms.HiddenInput, error_messages={"required": "Choose a file and wait until it has arrived."}
    )
    digest = forms.RegexField(
        r"^\s*[0-9A-Fa-f]{64}\s*$", label="SHA-256 from your imaging tool", required=False,
        help_text="If you have it, the house compares it with what arrived.",
        error_messages={"invalid": "A SHA-256 is 64 characters, 0 to 9 and a to f."},
    )  # fmt: skip


class BundleForm(CommandForm):
    """What goes into a bundle."""

    with_copies = forms.BooleanField(required=False, initial=True, label="Put the copies themselves into the bundle")


class WithholdForm(CommandForm):
    """Why a row is withheld."""

    reason = forms.CharField(max_length=300, label="Why is it withheld?", widget=LINES)


class OwnerRoleForm(CommandForm):
    """Whose device it is, and since when that is so."""

    owner_role = forms.ChoiceField(
        choices=list(OWNER_ROLES.items()), label="Whose is it, in this case?", widget=forms.RadioSelect
    )
    since = DateTimeLocal(label="From when is that so?", help_text="The time of seizure, if it was always so.")


class CompleteForm(CommandForm):
    """What an old list did not say of an exhibit."""

    power = forms.ChoiceField(choices=[], label="Legal power")
    seized_at_place = forms.CharField(max_length=200, label="Where was it seized?")

    def __init__(self, *args: object, known: dict[str, str], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        powers = [(one.id, one.title) for one in legal_powers().values()]
        self.fields["power"].choices = [("", "Choose"), *powers]  # type: ignore[attr-defined]  # a choice field
        for name, value in known.items():
            if value != UNKNOWN:
                self.fields[name] = forms.CharField(widget=forms.HiddenInput, initial=value)


class LocationForm(CommandForm):
    """A new store or locker."""

    name = forms.CharField(max_length=80, label="Name")
    is_locker = forms.BooleanField(required=False, label="It is a locker for leaving exhibits in at night")
