"""What is done about staff, sign-in and persons."""

from longstone.people.commands.entrance import DOOR, fail_to_sign_in, lock_out, sign_in, sign_out
from longstone.people.commands.matching import (
    merge_organisations,
    merge_persons,
    unmerge_organisations,
    unmerge_persons,
)
from longstone.people.commands.persons import (
    change_safe_contact,
    correct_person,
    record_organisation,
    record_person,
)
from longstone.people.commands.safeguarding import lift_marker, review_marker, safeguard
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

__all__ = [
    "DOOR",
    "appoint",
    "certify",
    "change_password",
    "change_reach",
    "change_safe_contact",
    "correct_person",
    "end_post",
    "fail_to_sign_in",
    "form_consortium",
    "form_team",
    "found_force",
    "give_password",
    "lift_marker",
    "lock_out",
    "merge_organisations",
    "merge_persons",
    "record_organisation",
    "record_person",
    "release",
    "review_marker",
    "safeguard",
    "sign_in",
    "sign_out",
    "take_on",
    "unmerge_organisations",
    "unmerge_persons",
]  # fmt: skip
