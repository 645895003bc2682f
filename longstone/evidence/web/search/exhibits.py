"""Exhibits are found by their reference, any seal they have had, and what they are."""

from __future__ import annotations

from longstone.evidence.models import Exhibit
from longstone.evidence.web.registers.exhibits import REGISTER, where
from longstone.kernel.web.finding import in_list


def _tell(exhibit: Exhibit) -> tuple[str, str, str]:
    return (
        f"{exhibit.reference}, {exhibit.description}",
        f"Case {exhibit.case.reference}. {where(exhibit)}. Seal {exhibit.seal}.",
        "",
    )


KIND = in_list(REGISTER, name="exhibit", title="Exhibits", order=20, tell=_tell, exactly=["reference"])
