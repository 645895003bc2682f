"""What is done about staff, sign-in and persons."""

from longstone.people.commands.entrance import DOOR, fail_to_sign_in, lock_out, sign_in, sign_out
from longstone.people.commands.persons import (
    change_safe_contact,
    correct_person,
    record_organisation,
    record_person,
)
from longstone.people.commands.staffing import (
    appoint,
    certify,
    change_password,
    change_reach,
    end_post,
    form_consortium,
    form_team,
    found_force,
    give_password,
    release,
    take_on,
)
from longstone.people.commands.systems import (
    end_system,
    give_powers,
    give_token,
    make_secret,
    register_system,
    turn_away,
)

__all__ = [
    "DOOR",
    "appoint",
    "certify",
    "change_password",
    "change_reach",
    "change_safe_contact",
    "correct_person",
    "end_post",
    "end_system",
    "fail_to_sign_in",
    "form_consortium",
    "form_team",
    "found_force",
    "give_password",
    "give_powers",
    "give_token",
    "lock_out",
    "make_secret",
    "record_organisation",
    "record_person",
    "register_system",
    "release",
    "sign_in",
    "sign_out",
    "take_on",
    "turn_away",
]  # fmt: skip
