"""What is done about staff, sign-in and persons."""

from longstone.people.commands.directory import (
    attach,
    detach_from_directory,
    enter_in_directory,
    let_back,
    refuse_from_directory,
    shut_out,
)
from longstone.people.commands.entrance import (
    DOOR,
    LOCKS_STAY,
    end_session,
    end_sessions,
    end_stale_sessions,
    fail_to_sign_in,
    forget_locks,
    lock_out,
    sign_in,
    sign_out,
    unlock,
)
from longstone.people.commands.factors import (
    add_app,
    add_key,
    fail_factor,
    make_recovery_codes,
    remove_all_factors,
    remove_factor,
    rename_key,
    use_factor,
)
from longstone.people.commands.letting_in import choose_password, give_code, try_code
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
    "DOOR", "LOCKS_STAY", "add_app", "add_key", "appoint", "attach", "certify", "change_password", "change_reach", "change_safe_contact", "choose_password", "correct_person", "detach_from_directory", "end_post", "end_session", "end_sessions", "end_stale_sessions", "end_system", "enter_in_directory", "fail_factor", "fail_to_sign_in", "forget_locks", "form_consortium", "form_team", "found_force", "give_code", "give_powers", "give_token", "let_back", "lift_marker", "lock_out", "make_recovery_codes", "make_secret", "merge_organisations", "merge_persons", "record_organisation", "record_person", "refuse_from_directory", "register_system", "release", "remove_all_factors", "remove_factor", "rename_key", "review_marker", "safeguard", "shut_out", "sign_in", "sign_out", "take_on", "try_code", "turn_away", "unlock", "unmerge_organisations", "unmerge_persons", "use_factor",
]  # fmt: skip
