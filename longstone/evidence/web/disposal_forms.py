"""What does an officer say of a disposal?"""

from __future__ import annotations

from typing import Any

from django import forms

from longstone.evidence.models import Disposal
from longstone.kernel.web.forms import CommandForm


class DisposalForm(CommandForm):
    """Why a copy is to go, and on whose authority."""

    reason = forms.CharField(max_length=500, label="Why?", widget=forms.Textarea(attrs={"rows": 3}))
    authority = forms.CharField(
        max_length=300,
        label="On what authority?",
        help_text="The rule of the policy, the court's order, or a name and rank.",
    )


class ApproveForm(CommandForm):
    """Approving what somebody else proposed: the form says what that is."""

    def __init__(self, *args: Any, disposal: Disposal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.disposal = disposal
