"""Organisations are found by their name or kind."""

from __future__ import annotations

from longstone.kernel.web.finding import in_list
from longstone.people.models import Organisation
from longstone.people.web.registers.organisations import REGISTER


def _tell(one: Organisation) -> tuple[str, str, str]:
    return one.name, one.kind, ""


KIND = in_list(REGISTER, name="organisation", title="Organisations", order=40, tell=_tell, exactly=["name"])
