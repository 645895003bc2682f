"""What may programs do and read in the people room?"""

from __future__ import annotations

from datetime import date

from longstone.kernel.api import FINDERS, Listing, Registered, Row, Rows
from longstone.kernel.models import Controller
from longstone.kernel.register import listing
from longstone.people import queries
from longstone.people.models import Person, Post, Team
from longstone.people.web.registers import organisations, staff

DOOR = "The door itself writes down who came in, who could not, and who left."
POWERS = "Only people give powers, to people and to systems: a program that could would have them all."
LET_IN = "People let people in, and end their sessions."
BETWEEN_TWO = "A password, like every other way in, is between the house and a person."
NOT_FOR_SYSTEMS = {
    **dict.fromkeys(("sign_in", "sign_out", "fail_to_sign_in", "lock_out", "give_token", "turn_away", "attach", "refuse_from_directory", "shut_out",
                     "let_back", "end_stale_sessions", "forget_locks", "fail_factor", "use_factor", "try_code"), DOOR),
    **dict.fromkeys(("appoint", "register_system", "give_powers", "make_secret", "end_system"), POWERS),
    **dict.fromkeys(("take_on", "change_password", "choose_password", "add_app", "add_key", "rename_key", "remove_factor", "make_recovery_codes"), BETWEEN_TWO),
    **dict.fromkeys(("give_code", "unlock", "remove_all_factors", "end_session", "end_sessions", "enter_in_directory", "detach_from_directory"), LET_IN),
    **dict.fromkeys(("found_force", "form_consortium"), "The installer enters forces and consortia, on the server."),
    **dict.fromkeys(("merge_persons", "unmerge_persons", "merge_organisations", "unmerge_organisations"),
                    "A person lays two records side by side, and stands by their being of one."),
    "change_reach": "Only they themselves say how colleagues reach them.",
    "certify": "A person assesses what another is trained, certified or vetted for, and stands by it (D4).",
}  # fmt: skip
FINDERS[Controller] = lambda _: Controller.objects.all()  # forces' names are known to every force
FINDERS[Team] = lambda by: queries.teams_of(by.force)
FINDERS[Post] = queries.posts_to_name


class PersonRow(Row):
    """A person's record: how to reach them in safety is read on the page, by a person."""

    family_name: str
    given_names: str
    born_on: date | None
    never_contact_by: str
    version: int


LISTS: list[Listing] = [
    Registered(staff.REGISTER, listing),
    Registered(organisations.REGISTER, listing),
    Rows("persons", "Persons", PersonRow, Person.objects.visible_to),
]
