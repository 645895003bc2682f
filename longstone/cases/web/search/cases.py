"""Cases are found by their reference, title, offence, and by the names of those in them whom the officer may see."""

from __future__ import annotations

from longstone.cases import rules
from longstone.cases.models import Case
from longstone.cases.web.registers.cases import REGISTER
from longstone.kernel.web.finding import in_list


def _tell(case: Case) -> tuple[str, str, str]:
    officer = case.officer.name if case.officer else "nobody"
    return f"{case.reference}, {case.title}", f"{rules.CASE.words[case.state].capitalize()}. Officer: {officer}.", ""


KIND = in_list(REGISTER, name="case", title="Cases", order=10, tell=_tell, exactly=["reference"])
