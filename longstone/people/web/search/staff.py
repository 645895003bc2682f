"""Colleagues are found by name or number."""

from __future__ import annotations

from longstone.kernel.web.finding import in_list
from longstone.people.models import Staff
from longstone.people.web.registers.staff import REGISTER


def _tell(one: Staff) -> tuple[str, str, str]:
    reach = f" Telephone {one.telephone}." if one.telephone else ""
    return str(one), f"{one.controller.name}. {'Serving' if one.is_active else 'Left'}.{reach}", ""


KIND = in_list(REGISTER, name="colleague", title="Staff", order=60, tell=_tell, exactly=["collar"])
