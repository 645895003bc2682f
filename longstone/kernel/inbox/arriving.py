"""How does the public's process leave something in the house? By one INSERT, which is all that its database role may do here.

It reads nothing back: that a key was used before is all it can learn. The table itself refuses what is too large and what is too much.
No model is used, so that the public's process knows no table of the house.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import DatabaseError, connection, transaction

from longstone.kernel import promises
from longstone.kernel.refusals import Refusal

LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # without those that are mistaken for others on a telephone
GROUPS, GROUP = 3, 4
FULL = "53400"  # what the table says when it takes no more (kernel/migrations/0041_inbox.py)
ONE = (
    "INSERT INTO kernel_inbox (key, form, version, title, force, reference, answers, keep_days) "
    "VALUES (%s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING"
)


class Full(Refusal):
    """The inbox takes no more at this moment."""


class Silent(Refusal):
    """The database does not answer."""


@dataclass(frozen=True)
class Letter:
    """What somebody sent: through which form, for which force, and what they answered to what."""

    key: UUID
    form: str
    version: int
    title: str
    force: str
    prefix: str
    answers: Sequence[tuple[str, str]]
    keep_days: int

    @property
    def reference(self) -> str:
        """Give the number by which both sides speak of it: the same key has the same number, and the number tells no key."""
        number = int.from_bytes(hashlib.sha256(b"longstone.inbox\0" + self.key.bytes).digest(), "big")
        letters = []
        for _ in range(GROUPS * GROUP):
            number, left = divmod(number, len(LETTERS))
            letters.append(LETTERS[left])
        groups = ["".join(letters[start : start + GROUP]) for start in range(0, len(letters), GROUP)]
        return "-".join([self.prefix, *groups])


def leave(letter: Letter) -> bool:
    """Leave it in the inbox, whole or not at all; false where the same key was left before. Raises Full or Silent."""
    told = json.dumps([[ask, answer] for ask, answer in letter.answers], ensure_ascii=False)
    values: list[Any] = [letter.key, letter.form, letter.version, letter.title, letter.force, letter.reference, told, letter.keep_days]  # fmt: skip
    try:
        with promises.writing("the inbox"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(ONE, values)
            return bool(cursor.rowcount == 1)
    except DatabaseError as fault:
        if getattr(fault.__cause__, "sqlstate", "") == FULL:
            raise Full("We cannot take more at this moment. Nothing was sent.") from fault
        raise Silent("We could not take this just now. Nothing was sent.") from fault
